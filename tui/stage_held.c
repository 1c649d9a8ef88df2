/* A reply that the desk still holds: how long it can be taken back stands in the message row,
 * second by second, and one key does so. Only the newest is offered; the others are sent when it is
 * time. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/stage_parts.h"

enum { SECOND_MS = 1000 };

static uint64_t left_ms(const struct stage *stage)
{
    uint64_t now_ms = stage_desk_ms(stage);
    const struct stage_held *held = &stage->held;
    return held->number != 0 && held->release_ms > now_ms ? held->release_ms - now_ms : 0;
}

void stage_forget_held(struct stage *stage)
{
    connection_cancel(stage->connection, stage->held.request);
    free(stage->held.text);
    stage->held = (struct stage_held){.number = 0};
}

void stage_hold(struct stage *stage, const struct ticket_changed *reply, struct text text)
{
    stage_forget_held(stage);
    stage->held.text = calloc(1, text.length + 1);
    if (stage->held.text == NULL) {
        return;
    }
    memcpy(stage->held.text, text.data, text.length);
    stage->held.number = reply->number;
    stage->held.message = reply->sequence;
    stage->held.release_ms = reply->release_ms;
    stage_hush(stage);
}

bool stage_held_text(const struct stage *stage, char *text, size_t size)
{
    uint64_t left = left_ms(stage);

    snprintf(text, size, "Your reply to #%" PRIu64 " is sent in %" PRIu64 " s. u withdraws it.",
             stage->held.number, (left + SECOND_MS - 1) / SECOND_MS);
    return left > 0 && stage->held.request == 0;
}

bool stage_held_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms)
{
    uint64_t left = left_ms(stage);

    *ret_deadline_ms = stage->now_ms + (left > 0 ? (left - 1) % SECOND_MS + 1 : 0);
    return left > 0;
}

/* --- Taking it back -------------------------------------------------------------------------- */

/* The text is a draft again, and the composer opens with it. */
static void go_on_writing(struct stage *stage, uint64_t number, const char *text)
{
    struct draft_key key = {DRAFT_REPLY, number};
    struct draft draft = {.key = key, .text = text, .title = ""};

    if (drafts_find(&stage->drafts, key) != NULL) {
        stage_say(stage, STATUS_WARNING,
                  "The reply is withdrawn; you have begun another one meanwhile.");
        return;
    }
    (void)drafts_put(&stage->drafts, &draft);
    stage_open_draft(stage, key);
    stage_say(stage, STATUS_INFO, "The reply is withdrawn; nobody has read it.");
}

static void on_withdrawn(void *context, enum error error, const void *reply,
                         const struct failure *failure)
{
    struct stage *stage = context;
    struct stage_held held = stage->held;

    (void)reply;
    stage_begin(stage);
    stage->held = (struct stage_held){.number = 0};
    if (error == ERROR_NONE) {
        go_on_writing(stage, held.number, held.text);
    } else {
        stage_explain(stage, "Withdrawing", error, failure);
    }
    free(held.text);
    stage_end(stage);
    model_changed(stage->model, 0, false); /* draws */
}

/* Asks for the held reply to go this way or that; `too_late` is said when there is none to ask
 * for. */
static void ask_about_held(struct stage *stage, enum method method, connection_reply *on_done,
                           const char *too_late)
{
    uint8_t operation[OPERATION_BYTES];
    struct ticket_message request = {
        .operation = {operation, OPERATION_BYTES},
        .number = stage->held.number,
        .message = stage->held.message,
    };

    if (left_ms(stage) == 0 || stage->held.request != 0) {
        stage_say(stage, STATUS_INFO, "%s", too_late);
        return;
    }
    stage_make_operation(stage, operation);
    stage->held.request = connection_request(stage->connection, method, &request, on_done, stage);
    if (stage->held.request == 0) {
        stage_say(stage, STATUS_ERROR, "%s", error_sentence(ERROR_NO_MEMORY));
    }
}

void withdraw_reply(struct stage *stage)
{
    ask_about_held(stage, METHOD_TICKET_WITHDRAW, on_withdrawn,
                   "No reply of yours can be withdrawn any more.");
}

static void on_sent(void *context, enum error error, const void *reply,
                    const struct failure *failure)
{
    struct stage *stage = context;

    (void)reply;
    stage->held.request = 0;
    stage_forget_held(stage);
    if (error == ERROR_NONE) {
        stage_say(stage, STATUS_INFO, "The reply is sent.");
    } else {
        stage_explain(stage, "Sending", error, failure);
    }
    model_changed(stage->model, 0, false); /* draws */
}

void send_reply_now(struct stage *stage)
{
    ask_about_held(stage, METHOD_TICKET_SEND_NOW, on_sent, "No reply of yours is held.");
}
