/* What people do to their own messages after they were sent: correct them, or retract them. The
 * journal keeps what they said before. */
#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/sentence.h"
#include "server/core/settings.h"
#include "server/core/view.h"

static bool refuse(struct run *run, enum error verdict, const char *reason)
{
    run_refuse(run, verdict, "message", reason);
    return false;
}

static bool is_in_time(struct run *run, const struct row_message *message)
{
    uint64_t minutes = settings_read(run->rows).edit_minutes;
    struct sentence sentence = sentence_begin("Messages can be corrected or retracted for ");

    if (minutes > 0 && run->command->time_ms <= message->time_ms + minutes * MINUTE_MS) {
        return true;
    }
    if (minutes == 0) {
        return refuse(run, ERROR_FORBIDDEN,
                      "At this desk messages stay as they are; write another one instead.");
    }
    sentence_add_number(&sentence, minutes);
    sentence_add(&sentence, minutes == 1 ? " minute" : " minutes");
    sentence_add(&sentence, " after they were sent; write another one instead.");
    run_refuse(run, ERROR_FORBIDDEN, "message", NULL);
    run->outcome->reason = sentence_text(&sentence, run->rows);
    return false;
}

/* The viewer's own message, which may still be changed; false when it was refused. */
static bool find_own(struct run *run, uint64_t sequence, struct row_message *ret_message)
{
    if (!rows_get(run->rows, ROW_MESSAGE, run->ticket.number, sequence, ret_message) ||
        !view_sees_message(run->rows, &run->viewer, ret_message)) {
        return refuse(run, ERROR_NOT_FOUND, "There is no such message on this ticket.");
    }
    if (ret_message->author != run->viewer.account.id) {
        return refuse(run, ERROR_FORBIDDEN, "Only who wrote a message can do that.");
    }
    if (ret_message->state == MESSAGE_HELD) {
        return refuse(run, ERROR_INVALID_FIELD, "It is not sent yet; withdraw it instead.");
    }
    if (ret_message->state == MESSAGE_RETRACTED) {
        return refuse(run, ERROR_ALREADY_DONE, "The message is retracted already.");
    }
    return is_in_time(run, ret_message);
}

/* A note must stay unnoticed by the requester, a reply must not. */
static void put_changed(struct run *run, struct row_message *message)
{
    struct row_ticket after = run->ticket;
    bool is_note = message->kind == MESSAGE_NOTE;

    message->edited_ms = run->command->time_ms;
    if (!is_note) {
        after.version++;
        after.updated_ms = run->command->time_ms;
    }
    run_subject(run, &run->ticket, &after, is_note);
    run_put(run, ROW_MESSAGE, message);
    run_put(run, ROW_TICKET, &after);
    run->outcome->number = after.number;
    run->outcome->version = after.version;
}

void message_edit(struct run *run)
{
    const struct message_edit *request = run->command->request;
    struct row_message message;

    if (!find_own(run, request->message, &message)) {
        return;
    }
    if (text_equal(request->text, rows_part(run->rows, &message.text))) {
        run_refuse(run, ERROR_NO_CHANGE, "text", NULL);
        return;
    }
    message.text = (struct text_part){.fresh = request->text};
    put_changed(run, &message);
}

/* The text stays in the row, for those who may read what messages said before. */
void message_retract(struct run *run)
{
    const struct ticket_message *request = run->command->request;
    struct row_message message;

    if (find_own(run, request->message, &message)) {
        message.state = MESSAGE_RETRACTED;
        put_changed(run, &message);
    }
}
