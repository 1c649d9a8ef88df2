/* See batch.h. */
#include "tui/batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/stage_parts.h"
#include "tui/undo.h"

enum { SAY_AFTER_MS = 300 };

/* --- Making one ------------------------------------------------------------------------------ */

/* What the act sets is judged against the ticket as it was on the screen; who owns it, and where it
 * is, the desk judges by the ticket as it is. */
static bool overwrites(enum bulk_act act)
{
    return act == BULK_STATUS || act == BULK_KIND || act == BULK_PEND;
}

static void name_tickets(struct batch *batch)
{
    const struct model *model = batch->stage->model;

    for (size_t i = 0; i < batch->count; i++) {
        struct bulk_ticket *ticket = &batch->tickets[i];
        size_t index;
        *ticket = (struct bulk_ticket){.number = model->marks.numbers[i]};
        if (overwrites(batch->request.act) &&
            model_tickets_find(&model->tickets, ticket->number, &index)) {
            ticket->version = model->tickets.rows[index].ticket.version;
            present_mark(&ticket->present, BULK_TICKET_VERSION);
        }
    }
}

/* The one text that the act is given. */
static void name_value(struct batch *batch)
{
    static const struct {
        enum bulk_act act;
        unsigned field;
        size_t offset;
    } texts[] = {
        {BULK_GIVE, BULK_FIELD_NAME, offsetof(struct ticket_bulk, name)},
        {BULK_MOVE, BULK_FIELD_QUEUE, offsetof(struct ticket_bulk, queue)},
        {BULK_TAG, BULK_FIELD_TAGS, offsetof(struct ticket_bulk, tags)},
        {BULK_UNTAG, BULK_FIELD_TAGS, offsetof(struct ticket_bulk, tags)},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].act == batch->request.act) {
            struct text value = text_of(batch->value);
            memcpy((char *)&batch->request + texts[i].offset, &value, sizeof value);
            present_mark(&batch->request.present, texts[i].field);
        }
    }
}

struct batch *batch_create(struct stage *stage, const struct batch_order *order)
{
    struct batch *batch = calloc(1, sizeof *batch);

    if (batch == NULL) {
        return NULL;
    }
    batch->stage = stage;
    batch->request = order->request;
    batch->words = order->words;
    batch->count = stage->model->marks.count;
    batch->tickets = calloc(batch->count, sizeof *batch->tickets);
    batch->results = calloc(batch->count, sizeof *batch->results);
    if (batch->tickets == NULL || batch->results == NULL) {
        batch_free(batch);
        return NULL;
    }
    snprintf(batch->value, sizeof batch->value, "%s", order->value);
    name_value(batch);
    name_tickets(batch);
    return batch;
}

void batch_free(struct batch *batch)
{
    if (batch == NULL) {
        return;
    }
    for (size_t i = 0; i < batch->answered; i++) {
        free(batch->results[i].message);
    }
    free(batch->results);
    free(batch->tickets);
    free(batch);
}

/* --- In words -------------------------------------------------------------------------------- */

static void describe(const struct batch *batch, const char *word, size_t count, char *text,
                     size_t size)
{
    snprintf(text, size, "%s %zu ticket%s%s%s", word, count, count == 1 ? "" : "s",
             batch->words.joint, batch->value);
}

void batch_describe(const struct batch *batch, char *text, size_t size)
{
    describe(batch, batch->words.act, batch->count, text, size);
}

void batch_describe_doing(const struct batch *batch, size_t count, char *text, size_t size)
{
    describe(batch, batch->words.doing, count, text, size);
}

void batch_describe_done(const struct batch *batch, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s", batch->words.done, batch->words.joint, batch->value);
}

const char *batch_reason(const struct batch_result *result)
{
    return result->message != NULL ? result->message : error_sentence(result->code);
}

/* --- Slices ---------------------------------------------------------------------------------- */

static void send_slice(struct batch *batch);

/* Whether what is not found is the ticket: a person or a queue can be missing as well. */
static bool misses_ticket(const struct batch *batch, const struct ticket_result *result)
{
    return result->code == ERROR_NOT_FOUND && batch->request.act != BULK_GIVE &&
           batch->request.act != BULK_MOVE;
}

/* What can't be seen any more is not marked any more. */
static void take_result(struct batch *batch, const struct ticket_result *result)
{
    struct batch_result *kept = &batch->results[batch->answered++];

    *kept = (struct batch_result){.number = result->number, .code = result->code};
    batch->done += result->code == ERROR_NONE;
    if (present_has(result->present, TICKET_RESULT_MESSAGE)) {
        kept->message = strndup(result->message.data, result->message.length);
    }
    if (misses_ticket(batch, result)) {
        (void)model_unmark(batch->stage->model, result->number);
    }
    if (result->code == ERROR_NONE &&
        (batch->request.act == BULK_WATCH || batch->request.act == BULK_UNWATCH)) {
        model_set_watching(batch->stage->model, result->number, batch->request.act == BULK_WATCH);
    }
}

static void take_slice(struct batch *batch, const struct ticket_results *reply)
{
    const struct ticket_result *results = reply->results.items;

    for (size_t i = 0; i < reply->results.count && batch->answered < batch->count; i++) {
        take_result(batch, &results[i]);
    }
    if (present_has(reply->present, TICKET_RESULTS_SEQUENCE)) {
        batch->sequences[batch->sequence_count++] = reply->sequence;
    }
}

/* For who has gone on to something else: what is typed there must not meet another screen. */
static void tell_shortly(struct stage *stage, const struct batch *batch, const char *done)
{
    size_t first = 0;

    while (batch->results[first].code == ERROR_NONE) {
        first++;
    }
    stage_say(stage, STATUS_WARNING, "%zu of %zu %s; #%" PRIu64 " not: %s", batch->done,
              batch->count, done, batch->results[first].number,
              batch_reason(&batch->results[first]));
}

/* All went well: one calm line. Otherwise a line for each ticket. */
static void tell(struct stage *stage, const struct batch *batch)
{
    char done[BATCH_VALUE_MAX + 2 * BATCH_WORD_MAX];

    batch_describe_done(batch, done, sizeof done);
    if (batch->done == batch->answered) {
        stage_say(stage, STATUS_INFO, "%zu %s.%s", batch->done, done, stage_undo_hint(stage));
    } else if (stage->top->ops != &screen_tickets) {
        tell_shortly(stage, batch, done);
    } else {
        stage_push(stage, &screen_results, batch);
    }
}

static void finish(struct batch *batch)
{
    struct stage *stage = batch->stage;

    stage->batch = NULL;
    if (batch->sequence_count > 0) {
        stage_remember_batch(stage, batch);
    }
    if (stage->model->account.known && batch->answered > 0) {
        tell(stage, batch);
    }
    batch_free(batch);
}

static void on_slice(void *context, enum error error, const void *reply,
                     const struct failure *failure)
{
    struct batch *batch = context;
    struct stage *stage = batch->stage;

    stage_begin(stage);
    batch->sent = 0;
    if (error == ERROR_NONE) {
        take_slice(batch, reply);
    } else {
        stage_explain(stage, NULL, error, failure);
    }
    if (error == ERROR_NONE && batch->answered < batch->count) {
        send_slice(batch);
    } else {
        finish(batch);
    }
    stage_end(stage);
    model_changed(stage->model, MODEL_TICKETS, false);
}

static void send_slice(struct batch *batch)
{
    struct ticket_bulk request = batch->request;
    size_t left = batch->count - batch->answered;

    request.tickets = (struct list){.items = &batch->tickets[batch->answered],
                                    .count = left < BULK_MAX ? left : BULK_MAX};
    batch->sent =
        connection_request(batch->stage->connection, METHOD_TICKET_BULK, &request, on_slice, batch);
    if (batch->sent == 0) {
        stage_say(batch->stage, STATUS_ERROR, "%s", error_sentence(ERROR_NO_MEMORY));
        finish(batch);
    }
}

void batch_run(struct batch *batch)
{
    struct stage *stage = batch->stage;
    bool is_ready = connection_state(stage->connection) == CONNECTION_READY;

    if (!is_ready || stage->batch != NULL) {
        stage_say(stage, is_ready ? STATUS_WARNING : STATUS_ERROR, "%s",
                  is_ready ? "The act before is still on its way."
                           : "Not sent: no connection. Try again when it is live.");
        batch_free(batch);
        return;
    }
    stage_hush(stage);
    stage->batch = batch;
    batch->since_ms = stage->now_ms;
    send_slice(batch);
}

/* --- For the stage --------------------------------------------------------------------------- */

bool stage_batch_text(const struct stage *stage, char *text, size_t size)
{
    const struct batch *batch = stage->batch;
    char what[BATCH_VALUE_MAX + 2 * BATCH_WORD_MAX];

    if (batch == NULL || stage->now_ms < batch->since_ms + SAY_AFTER_MS) {
        return false;
    }
    batch_describe(batch, what, sizeof what);
    snprintf(text, size, "%s: %zu so far.", what, batch->answered);
    return true;
}

bool stage_batch_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms)
{
    if (stage->batch == NULL || stage->now_ms >= stage->batch->since_ms + SAY_AFTER_MS) {
        return false;
    }
    *ret_deadline_ms = stage->batch->since_ms + SAY_AFTER_MS;
    return true;
}

void stage_forget_batch(struct stage *stage)
{
    if (stage->batch != NULL) {
        connection_cancel(stage->connection, stage->batch->sent);
        batch_free(stage->batch);
        stage->batch = NULL;
    }
}
