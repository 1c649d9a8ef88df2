/* One act on all marked tickets: asked for, sent a slice at a time, and what became of each. The
 * stage has one at work at most. */
#ifndef TTYDESK_TUI_BATCH_H
#define TTYDESK_TUI_BATCH_H

#include "tui/stage.h"

enum {
    BATCH_SLICES_MAX = MODEL_MARKS_MAX / BULK_MAX,
    BATCH_ASKED_FROM = 3, /* fewer are done without a question */
    BATCH_WORD_MAX = 32,
    BATCH_VALUE_MAX = 256,
};

/* "Give", "giving", "given", " to ", "eve": every sentence about an act is made of these. */
struct batch_words {
    const char *act;
    const char *doing;
    const char *done;
    const char *joint; /* before the value, or after all when there is none */
};

struct batch_result {
    uint64_t number;
    enum error code; /* ERROR_NONE: done */
    char *message;   /* why not; owned; NULL: the code's own sentence */
};

struct batch {
    struct stage *stage;
    struct ticket_bulk request; /* its texts are `value` */
    struct batch_words words;   /* texts of the program */
    char value[BATCH_VALUE_MAX];
    struct bulk_ticket *tickets;  /* owned: all of them */
    struct batch_result *results; /* owned: as many as have been answered */
    size_t count;
    size_t answered;
    size_t done;
    uint64_t sequences[BATCH_SLICES_MAX];
    size_t sequence_count;
    uint64_t sent; /* the request on its way; 0: none */
    uint64_t since_ms;
};

/* What is to be done to the marked tickets; `request` has the act and what is no text. */
struct batch_order {
    struct ticket_bulk request;
    struct batch_words words;
    const char *value; /* "": none */
};

/* Takes down which tickets are marked, as they are now. NULL without memory. */
struct batch *batch_create(struct stage *stage, const struct batch_order *order);

/* Accepts NULL. */
void batch_free(struct batch *batch);

/* Does it and tells what came of it; the batch is the stage's from here on. */
void batch_run(struct batch *batch);

/* "Give 5 tickets to eve": without a sign at its end. */
void batch_describe(const struct batch *batch, char *text, size_t size);

/* "giving 5 tickets to eve" */
void batch_describe_doing(const struct batch *batch, size_t count, char *text, size_t size);

/* "given to eve" */
void batch_describe_done(const struct batch *batch, char *text, size_t size);

/* Why this ticket was refused, as the desk says it. */
const char *batch_reason(const struct batch_result *result);

/* "Giving 1200 tickets to eve: 400 so far." False when none is at work, or not for long. */
bool stage_batch_text(const struct stage *stage, char *text, size_t size);

/* When that is to be said; false when it never is. */
bool stage_batch_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms);

/* Tells nothing any more; what the desk has been asked it does. */
void stage_forget_batch(struct stage *stage);

#endif
