/* See undo.h. The desk is asked what one did last, and is told to take that back; of a batch that
 * was too long for one request every part, the last first. */
#include "tui/undo.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/stage_parts.h"

enum { ASKED_OVER = 3 /* fewer tickets are taken back without a question */ };

/* What each does to a ticket, as "taking #12"; NULL: it can't be taken back. */
static const char *const doing[METHOD_COUNT] = {
    [METHOD_TICKET_UPDATE] = "changing",
    [METHOD_TICKET_TAKE] = "taking",
    [METHOD_TICKET_UNTAKE] = "giving up",
    [METHOD_TICKET_STEAL] = "taking away",
    [METHOD_TICKET_GIVE] = "giving away",
    [METHOD_TICKET_CC_ADD] = "putting in copy of",
    [METHOD_TICKET_CC_REMOVE] = "taking out of copy of",
    [METHOD_TICKET_MOVE] = "moving",
    [METHOD_TICKET_LINK] = "linking",
    [METHOD_TICKET_TAG] = "tagging",
    [METHOD_TICKET_BULK] = "changing",
    [METHOD_TICKET_PEND] = "putting aside",
    [METHOD_TICKET_OPEN] = "opening",
    [METHOD_TICKET_UNDO] = "the undo of",
};

bool undo_takes_back(enum method method)
{
    return (unsigned)method < METHOD_COUNT && doing[method] != NULL;
}

const char *stage_undo_hint(const struct stage *stage)
{
    char line[STAGE_TEXT_MAX];

    return stage_held_text(stage, line, sizeof line) ? "" : " u undoes.";
}

void stage_remember_batch(struct stage *stage, const struct batch *batch)
{
    struct stage_undo *undo = &stage->undo;

    if (undo->request != 0) {
        return; /* what is being taken back just now has to be kept */
    }
    memcpy(undo->sequences, batch->sequences, sizeof undo->sequences);
    undo->count = batch->sequence_count;
    undo->tickets = batch->done;
    undo->unseen = batch->request.act == BULK_WATCH || batch->request.act == BULK_UNWATCH;
    batch_describe_doing(batch, batch->done, undo->words, sizeof undo->words);
}

void stage_forget_undo(struct stage *stage)
{
    connection_cancel(stage->connection, stage->undo.request);
    stage->undo = (struct stage_undo){.request = 0};
}

/* --- Taking back ----------------------------------------------------------------------------- */

static void send_undo(struct stage *stage);

/* What was taken back can be taken back in its turn, as one act. */
static void finish(struct stage *stage)
{
    struct stage_undo *undo = &stage->undo;
    char words[sizeof undo->words];

    stage_say(stage, STATUS_INFO, "Undone: %s.%s", undo->words, stage_undo_hint(stage));
    if (undo->unseen) {
        model_tickets_refresh(&stage->model->tickets);
    }
    memcpy(undo->sequences, undo->undone, sizeof undo->sequences);
    undo->count = undo->undone_count;
    snprintf(words, sizeof words, "the undo of %.*s", (int)(sizeof words) - 16, undo->words);
    memcpy(undo->words, words, sizeof words);
}

/* The desk's sentence says who changed what since. */
static void explain(struct stage *stage, enum error error, const struct failure *failure)
{
    const struct stage_undo *undo = &stage->undo;
    struct text why = failure != NULL && failure->message.length > 0
                          ? failure->message
                          : text_of(error_sentence(error));

    if (undo->undone_count > 0) {
        stage_say(stage, STATUS_WARNING, "Only a part of it is undone: %.*s", (int)why.length,
                  why.data);
    } else {
        stage_say(stage, STATUS_WARNING, "Not undone: %.*s", (int)why.length, why.data);
    }
}

static void on_undone(void *context, enum error error, const void *reply,
                      const struct failure *failure)
{
    struct stage *stage = context;
    struct stage_undo *undo = &stage->undo;

    stage_begin(stage);
    undo->request = 0;
    if (error == ERROR_NONE) {
        undo->undone[undo->undone_count++] = ((const struct ticket_results *)reply)->sequence;
        if (undo->undone_count < undo->count) {
            send_undo(stage);
        } else {
            finish(stage);
        }
    } else {
        explain(stage, error, failure);
        undo->count = 0;
    }
    stage_end(stage);
    model_changed(stage->model, 0, false); /* draws */
}

static void send_undo(struct stage *stage)
{
    struct stage_undo *undo = &stage->undo;
    struct ticket_undo request = {.sequence =
                                      undo->sequences[undo->count - 1 - undo->undone_count]};

    undo->request =
        connection_request(stage->connection, METHOD_TICKET_UNDO, &request, on_undone, stage);
    if (undo->request == 0) {
        stage_say(stage, STATUS_ERROR, "%s", error_sentence(ERROR_NO_MEMORY));
    }
}

static void take_back(struct stage *stage)
{
    stage->undo.undone_count = 0;
    stage_hush(stage);
    send_undo(stage);
}

static void on_answer(struct screen *asker, bool yes, const char *text)
{
    (void)text;
    if (yes && asker->stage->undo.count > 0 && asker->stage->undo.request == 0) {
        take_back(asker->stage);
    }
}

/* --- What it was ----------------------------------------------------------------------------- */

static void describe(struct stage_undo *undo, const struct ticket_last_act_reply *act)
{
    const struct bulk_ticket *tickets = act->tickets.items;
    const char *word = undo_takes_back(act->what) ? doing[act->what] : "the act on";

    undo->tickets = act->tickets.count;
    undo->unseen = false;
    if (act->tickets.count == 1) {
        snprintf(undo->words, sizeof undo->words, "%s #%" PRIu64, word, tickets[0].number);
    } else {
        snprintf(undo->words, sizeof undo->words, "%s %zu tickets", word, act->tickets.count);
    }
}

static void on_last_act(void *context, enum error error, const void *reply,
                        const struct failure *failure)
{
    char text[STAGE_TEXT_MAX];
    struct stage *stage = context;
    struct stage_undo *undo = &stage->undo;
    const struct ticket_last_act_reply *act = reply;
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_answer};

    stage_begin(stage);
    undo->request = 0;
    if (error != ERROR_NONE) {
        stage_explain(stage, "Undo", error, failure);
    } else if (!present_has(act->present, LAST_ACT_SEQUENCE)) {
        stage_say(stage, STATUS_INFO, "You have done nothing lately that could be taken back.");
    } else {
        if (undo->count == 0 || undo->sequences[undo->count - 1] != act->sequence) {
            undo->sequences[0] = act->sequence;
            undo->count = 1;
            describe(undo, act);
        }
        enum screen_id top = stage->top->ops->id;
        bool asks = undo->tickets > ASKED_OVER;
        if (asks && top != SCREEN_TICKETS && top != SCREEN_TICKET && top != SCREEN_RESULTS) {
            /* What is typed there must not answer a question. */
            stage_say(stage, STATUS_INFO, "Nothing is undone: you went on to something else.");
        } else if (asks) {
            snprintf(text, sizeof text, "Undo: %.200s?", undo->words);
            stage_push(stage, &screen_question, &question);
        } else {
            take_back(stage);
        }
    }
    stage_end(stage);
    model_changed(stage->model, 0, false); /* draws */
}

void undo_last_act(struct stage *stage)
{
    char line[STAGE_TEXT_MAX];
    struct nothing request = {0};

    if (stage_held_text(stage, line, sizeof line)) {
        withdraw_reply(stage);
    } else if (connection_state(stage->connection) != CONNECTION_READY) {
        stage_say(stage, STATUS_ERROR, "Not undone: no connection. Try again when it is live.");
    } else if (stage->undo.request != 0 || stage->batch != NULL || stage->top->sending) {
        stage_say(stage, STATUS_WARNING, "What you did is still on its way.");
    } else {
        stage->undo.request = connection_request(stage->connection, METHOD_TICKET_LAST_ACT,
                                                 &request, on_last_act, stage);
    }
}
