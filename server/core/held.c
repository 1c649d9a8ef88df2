/* Replies that can still be taken back. A reply to the requester waits for as long as the desk's
 * settings say, seen by the staff alone, as a private note is; then its timer sends it. Until then
 * nothing of the ticket changes, not even what was asked for with the reply.
 *
 * Sent, it is a new row: its place in the conversation is where it was sent, so that whoever asks
 * for what came after the last message they know of gets it. */
#include "server/core/commands.h"
#include "server/core/draft.h"
#include "server/core/sentence.h"
#include "server/core/settings.h"
#include "server/core/survivor.h"
#include "server/core/view.h"

enum { SECOND_MS = 1000 };

bool held_is_due(const struct run *run)
{
    return message_answers_requester(run) && settings_read(run->rows).undo_send_seconds > 0;
}

void held_put(struct run *run, struct row_message *message, const struct state_change *change)
{
    uint64_t wait_ms = settings_read(run->rows).undo_send_seconds * SECOND_MS;
    struct row_timer timer = {
        .due_ms = run->command->time_ms + wait_ms,
        .id = message->sequence,
        .kind = TIMER_RELEASE,
        .ticket = message->ticket,
        .message = message->sequence,
    };
    message->state = MESSAGE_HELD;
    message->release_ms = timer.due_ms;
    message->then_status = change->sets_status ? (uint64_t)change->status + 1 : 0;
    message->then_until = change->pends ? change->until_ms + 1 : 0;
    run_subject(run, &run->ticket, &run->ticket, true);
    run_put(run, ROW_MESSAGE, message);
    run_put(run, ROW_TIMER, &timer);
    run->outcome->number = run->ticket.number;
    run->outcome->version = run->ticket.version;
}

/* What was asked together with the reply. Whether it may be was judged then; only what has been
 * resolved since can't be put aside, and what was asked of a ticket that was merged since was not
 * asked of the one that its reply stands on now. */
static void change_state(struct run *run, const struct row_message *held, struct row_ticket *after)
{
    struct state_change status = {
        .sets_status = held->then_status != 0,
        .status = held->then_status != 0 ? (enum status)(held->then_status - 1) : STATUS_MINOR,
    };
    struct state_change pending = {
        .pends = true,
        .until_ms = held->then_until != 0 ? held->then_until - 1 : 0,
    };

    if (held->origin != run->ticket.number) {
        return;
    }
    lifecycle_apply(run, &status, after);
    if (held->then_until != 0 && after->state != STATE_RESOLVED) {
        lifecycle_apply(run, &pending, after);
    }
}

/* The held reply becomes one that everybody on the ticket sees; `run->ticket` is its ticket. */
static void send(struct run *run, const struct row_message *held)
{
    struct row_ticket after = run->ticket;
    struct row_message sent = *held;

    sent.sequence = rows_sequence(run->rows) + 1;
    sent.state = MESSAGE_SENT;
    sent.time_ms = run->command->time_ms;
    sent.release_ms = 0;
    sent.then_status = 0;
    sent.then_until = 0;
    sent.held_as = held->sequence;
    change_state(run, held, &after);
    after.reply_count++;
    after.version++;
    after.updated_ms = run->command->time_ms;
    after.staff_replied = true;
    run_subject(run, &run->ticket, &after, false);
    run_remove(run, ROW_MESSAGE, held->ticket, held->sequence);
    run_put(run, ROW_MESSAGE, &sent);
    lifecycle_put(run, &after);
}

/* --- The timer ------------------------------------------------------------------------------- */

/* A deleted ticket gets its reply too: restored later, it must not lack what was written. */
void held_release(struct run *run, const struct row_timer *timer)
{
    struct row_message message;

    if (survivor_find(run->rows, timer->ticket, &run->ticket) && !run->ticket.purged &&
        rows_get(run->rows, ROW_MESSAGE, run->ticket.number, timer->message, &message) &&
        message.state == MESSAGE_HELD) {
        send(run, &message);
    }
}

/* --- Its author ------------------------------------------------------------------------------ */

/* The message under its own sequence, or the one it had while it was held. */
static bool find_message(struct run *run, uint64_t sequence, struct row_message *ret_message)
{
    enum { LOOKS_MAX = 256 };
    uint64_t ticket = run->ticket.number;
    uint64_t later;

    if (rows_get(run->rows, ROW_MESSAGE, ticket, sequence, ret_message)) {
        return true;
    }
    struct row_range range = rows_range(INDEX_MESSAGES, ticket, sequence, false);
    for (int i = 0; i < LOOKS_MAX && rows_range_next(run->rows, &range, &later); i++) {
        if (rows_get(run->rows, ROW_MESSAGE, ticket, later, ret_message) &&
            ret_message->held_as == sequence) {
            return true;
        }
    }
    return false;
}

static void refuse_sent(struct run *run, const struct row_message *message)
{
    struct sentence sentence = sentence_begin(
        message->kind == MESSAGE_NOTE ? "The note was written " : "The reply was sent ");

    sentence_add_duration(&sentence, run->command->time_ms - message->time_ms);
    sentence_add(&sentence, " ago; correct or retract it instead.");
    run_refuse(run, ERROR_ALREADY_DONE, "message", NULL);
    run->outcome->reason = sentence_text(&sentence, run->rows);
}

/* The message that the request is about, if its author asks and it is still held. */
static bool find_held(struct run *run, struct row_message *ret_message)
{
    const struct ticket_message *request = run->command->request;

    if (!find_message(run, request->message, ret_message) ||
        !view_sees_message(run->rows, &run->viewer, ret_message)) {
        run_refuse(run, ERROR_NOT_FOUND, "message", "There is no such message on this ticket.");
        return false;
    }
    if (ret_message->author != run->viewer.account.id) {
        run_refuse(run, ERROR_FORBIDDEN, "message", "Only who wrote a message can do that.");
        return false;
    }
    if (ret_message->state != MESSAGE_HELD) {
        refuse_sent(run, ret_message);
        return false;
    }
    return true;
}

void held_withdraw(struct run *run)
{
    struct row_message message;

    if (!find_held(run, &message)) {
        return;
    }
    struct text text = rows_part(run->rows, &message.text);
    run_subject(run, &run->ticket, &run->ticket, true);
    run_remove(run, ROW_MESSAGE, message.ticket, message.sequence);
    run_remove(run, ROW_TIMER, message.release_ms, message.sequence);
    rows_erase_text(run->rows, message.ticket, &message.text);
    draft_bring_back(run, run->ticket.number, DRAFT_FOR_REPLY, text);
    run->outcome->number = run->ticket.number;
    run->outcome->version = run->ticket.version;
}

void held_send_now(struct run *run)
{
    struct row_message message;

    if (find_held(run, &message)) {
        send(run, &message);
        run_remove(run, ROW_TIMER, message.release_ms, message.sequence);
    }
}
