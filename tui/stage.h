/* The screens on top of one another, and what they share: title row, message row, footer, requests
 * on their way, drafts. Keys go to the topmost screen, then to the table of actions. */
#ifndef TTYDESK_TUI_STAGE_H
#define TTYDESK_TUI_STAGE_H

#include "proto/attributes.h"
#include "tui/actions.h"
#include "tui/desk_drafts.h"
#include "tui/drafts.h"
#include "tui/idle.h"
#include "tui/model.h"
#include "tui/screens/screen.h"
#include "tui/transfer.h"
#include "tui/widgets/status_bar.h"

enum { STAGE_ROWS_MIN = 8, STAGE_COLUMNS_MIN = 40, STAGE_TEXT_MAX = 240 };

enum { STAGE_UNDO_MAX = MODEL_MARKS_MAX / BULK_MAX };

struct batch;
struct stage_request;

/* The newest reply that the desk holds for a while before it is sent. */
struct stage_held {
    uint64_t number; /* of its ticket; 0: there is none */
    uint64_t message;
    uint64_t release_ms; /* on the desk's clock */
    char *text;          /* owned */
    uint64_t request;    /* that withdraws or sends it; 0: none on its way */
};

/* What u takes back (tui/undo.h). */
struct stage_undo {
    uint64_t request; /* 0: none on its way */
    uint64_t sequences[STAGE_UNDO_MAX];
    size_t count; /* 0: nothing is known of the last act */
    uint64_t undone[STAGE_UNDO_MAX];
    size_t undone_count;
    size_t tickets;
    bool unseen;                /* events do not tell of it: the list is read anew */
    char words[STAGE_TEXT_MAX]; /* "taking #12" */
};

/* What the desk was told of what one does. */
struct stage_presence {
    uint64_t number;
    enum doing doing;
    uint64_t said_ms;
};

struct stage {
    struct terminal *terminal; /* borrowed, as the next two */
    struct connection *connection;
    struct model *model;
    struct drafts drafts;
    struct desk_drafts desk_drafts;
    struct status_bar status;
    struct idle idle;
    struct stage_held held;
    struct stage_transfer transfer;
    struct stage_undo undo;
    struct batch *batch;            /* owned: the act on many that is at work; NULL: none */
    uint64_t changing_person;       /* the request to act as somebody, or to end that; 0: none */
    struct screen *top;             /* owned, with all below it */
    struct stage_request *requests; /* owned: on their way */
    uint64_t next_serial;
    unsigned depth;    /* calls into screens that have not returned: nothing is freed meanwhile */
    uint64_t now_ms;   /* the loop's clock, as of this turn */
    uint64_t key_ms;   /* when the last key came */
    bool unsaved;      /* keys have come since the drafts were saved */
    uint64_t drawn_ms; /* the last drawing that an event asked for */
    bool late;         /* an event waits for its drawing */
    bool ended;        /* the client is to end */
    struct stage_presence presence;
    uint64_t offline_since_ms; /* wall clock; 0: not offline */
};

void stage_init(struct stage *stage, struct terminal *terminal, struct connection *connection,
                struct model *model);

/* Saves drafts and closes all screens. */
void stage_finish(struct stage *stage);

/* --- From the loop and the model --- */

void stage_on_key(struct stage *stage, const struct key *key);
void stage_on_time(struct stage *stage);
bool stage_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms);
void stage_draw(struct stage *stage);
void stage_on_change(struct stage *stage, unsigned changes, bool by_event);
void stage_on_failure(struct stage *stage, enum error error, const struct failure *failure);

/* Puts everything typed among the drafts. */
void stage_save(struct stage *stage);

/* --- For screens --- */

/* Opens a screen on top. NULL when it does not want to be shown or without memory. */
struct screen *stage_push(struct stage *stage, const struct screen_ops *ops, const void *arguments);

/* Closes a screen, wherever it is. */
void screen_close(struct screen *screen);

/* Closes all screens and opens this one. */
void stage_replace_all(struct stage *stage, const struct screen_ops *ops, const void *arguments);

/* The screen nearest to the top with these operations; NULL: none. */
struct screen *stage_find(const struct stage *stage, const struct screen_ops *ops);

/* Forgets keys that were meant for the screen before: call on opening a question. */
void stage_guard(struct stage *stage);

ATTRIBUTE_PRINTF(3, 4)
void stage_say(struct stage *stage, enum status_weight weight, const char *pattern, ...);

/* Takes the message away: what it was about is being tried again. */
void stage_hush(struct stage *stage);

/* Says why something failed: "TASK failed: sentence". `task` may be NULL. */
void stage_explain(struct stage *stage, const char *task, enum error error,
                   const struct failure *failure);

/* Whether an action is there for this person on a screen, as footer and help say it. */
bool stage_offers(const struct stage *stage, const struct action *action, enum screen_id screen);

/* What the actions are about; NULL: nothing is selected. */
const struct ticket *stage_subject(const struct stage *stage);

/* The role of the person who is signed in; user when nobody is. */
enum role stage_role(const struct stage *stage);

/* The desk's time in milliseconds since 1970 UTC, or the system's before it is known. */
uint64_t stage_desk_ms(const struct stage *stage);

/* Tries now to come back, when there is no line; false when there is one. */
bool stage_reconnect(struct stage *stage);

/* What the desk did not do. All of it is borrowed for the call. */
struct stage_refusal {
    enum method method;
    const void *request; /* as it was sent */
    const char *task;
    const char *done;
    enum error error;
    const struct failure *failure;
};

/* What is to be sent, and what to say about it. All texts are copied. */
struct stage_order {
    enum method method;
    const void *request;
    const char *task;              /* "The reply to #5": the beginning of a message */
    const char *done;              /* said on success; NULL: nothing */
    const struct draft_key *draft; /* dropped on success; NULL: none */
    /* What else follows from success, whether or not the screen is still there; NULL: nothing. */
    void (*on_done)(struct stage *stage, uint64_t about);
    uint64_t about; /* a ticket's number, for on_done */
    /* Whether a refusal has been dealt with, by a question for instance: otherwise it is said, or
     * goes to the screen, as without this. NULL: it never is. */
    bool (*on_refused)(struct stage *stage, const struct stage_refusal *refusal);
};

/* Sends; the reply goes to the screen, or is only said when the screen is gone by then. False,
 * after saying why, when nothing can be sent now. */
bool screen_send(struct screen *screen, const struct stage_order *order);

/* Makes an operation id for a draft, to be kept with it. */
void stage_make_operation(const struct stage *stage, uint8_t ret_operation[OPERATION_BYTES]);

/* The desk has answered that it holds a reply of this text: offers to take it back. */
void stage_hold(struct stage *stage, const struct ticket_changed *reply, struct text text);

/* Somebody has signed in: the screens of before stay if it is the same person. */
void stage_enter(struct stage *stage, const struct account *account);

/* Opens the form or composer of a draft. */
void stage_open_draft(struct stage *stage, struct draft_key key);

/* Keeps another version of a reply or note beside the one that is written, unless it is part of
 * what is kept there. False when that may not outlive the program. */
bool stage_keep_version(struct stage *stage, struct draft_key key, struct text text);

/* Whether a text holds all of another one. */
bool stage_text_holds(struct text whole, struct text part);

#endif
