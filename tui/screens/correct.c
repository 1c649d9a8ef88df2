/* Correcting a message of one's own, and retracting one: the message that is being read, or else
 * the newest one. How long that is possible, the desk says. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"

enum { FIELD_WORDS, FIELD_COUNT };

struct correct {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
    uint64_t number;
    uint64_t message;
    bool has_operation;
    uint8_t operation[OPERATION_BYTES];
};

static const char *const field_names[FIELD_COUNT] = {"text"};

static bool is_own(const struct stage *stage, const struct model_entry *entry)
{
    return entry->is_message && entry->message.state == MESSAGE_SENT &&
           text_equal(entry->message.author, stage->model->account.account.name);
}

/* NULL after saying why. */
static const struct model_entry *find_own(struct stage *stage)
{
    const struct model_ticket *open = &stage->model->ticket;
    struct screen *ticket = stage_find(stage, &screen_ticket);
    size_t index = 0;

    if (ticket != NULL && ticket_entry_read(ticket, &index) &&
        is_own(stage, &open->entries[index])) {
        return &open->entries[index];
    }
    for (size_t i = open->count; i > 0; i--) {
        if (is_own(stage, &open->entries[i - 1])) {
            return &open->entries[i - 1];
        }
    }
    stage_say(stage, STATUS_INFO, "You have written nothing on this ticket.");
    return NULL;
}

/* --- Correcting ------------------------------------------------------------------------------ */

static bool correct_open(struct screen *screen, const void *arguments)
{
    struct correct *correct = (struct correct *)screen;
    const struct model_entry *entry = arguments;
    const struct message *message = &entry->message;

    correct->number = screen->stage->model->ticket.number;
    correct->message = message->sequence;
    form_field_lines(&correct->fields[FIELD_WORDS],
                     message->kind == MESSAGE_NOTE ? "Note" : "Reply", MESSAGE_MAX);
    form_init(&correct->base.form, correct->fields, FIELD_COUNT);
    text_field_set(&correct->fields[FIELD_WORDS].text, message->text.data, message->text.length);
    return true;
}

static void send_text(struct correct *correct)
{
    struct screen *screen = &correct->base.screen;
    struct message_edit request = {.number = correct->number,
                                   .message = correct->message,
                                   .text = form_screen_text(&correct->base, FIELD_WORDS)};

    if (request.text.length == 0) {
        form_screen_error(&correct->base, FIELD_WORDS, "write something, or retract the message");
        return;
    }
    if (!correct->has_operation) {
        stage_make_operation(screen->stage, correct->operation);
        correct->has_operation = true;
    }
    request.operation = (struct bytes){correct->operation, OPERATION_BYTES};
    screen_send(screen, &(struct stage_order){.method = METHOD_MESSAGE_EDIT,
                                              .request = &request,
                                              .task = "Correcting the message",
                                              .done = "The message is corrected."});
}

static enum handled correct_key(struct screen *screen, const struct key *key)
{
    struct correct *correct = (struct correct *)screen;
    enum handled handled = form_screen_key(&correct->base, key);

    if (handled == HANDLED_CHANGE) {
        correct->has_operation = false;
    } else if (handled == HANDLED_SUBMIT) {
        send_text(correct);
    } else if (handled == HANDLED_CANCEL) {
        stage_say(screen->stage, STATUS_INFO, "The message stays as it was.");
        screen_close(screen);
    }
    return handled;
}

static void correct_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct correct *correct = (struct correct *)screen;

    if (reply->error == ERROR_NONE) {
        screen_close(screen);
        return;
    }
    if (reply->error != ERROR_CONNECTION_LOST && reply->error != ERROR_OUTCOME_UNKNOWN) {
        correct->has_operation = false;
    }
    form_screen_fail(&correct->base, field_names, NULL, reply);
}

static void correct_draw(struct screen *screen, const struct frame *frame)
{
    struct correct *correct = (struct correct *)screen;

    terminal_print(frame->terminal, frame->body.row, 0, frame->body.width, STYLE_NORMAL,
                   "Everybody who has read it sees that it was corrected.");
    form_draw(&correct->base.form, frame->terminal, form_screen_place(frame, 2));
}

static void correct_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "Your message on #%" PRIu64, ((const struct correct *)screen)->number);
}

const struct screen_ops screen_correct = {
    .id = SCREEN_CORRECT,
    .name = "correct",
    .size = sizeof(struct correct),
    .open = correct_open,
    .close = form_screen_close,
    .draw = correct_draw,
    .key = correct_key,
    .reply = correct_reply,
    .write_title = correct_write_title,
};

void correct_message(struct stage *stage)
{
    const struct model_entry *entry = find_own(stage);

    if (entry != NULL) {
        stage_push(stage, &screen_correct, entry);
    }
}

/* --- Retracting ------------------------------------------------------------------------------ */

static void on_retract(struct screen *asker, bool yes, const char *text)
{
    const struct model_entry *entry = yes ? find_own(asker->stage) : NULL;
    uint8_t operation[OPERATION_BYTES];

    (void)text;
    if (entry == NULL) {
        return;
    }
    struct ticket_message request = {.operation = {operation, OPERATION_BYTES},
                                     .number = asker->stage->model->ticket.number,
                                     .message = entry->sequence};
    stage_make_operation(asker->stage, operation);
    screen_send(asker, &(struct stage_order){.method = METHOD_MESSAGE_RETRACT,
                                             .request = &request,
                                             .task = "Retracting the message",
                                             .done = "The message is retracted."});
}

void retract_message(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct model_entry *entry = find_own(stage);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_retract};

    if (entry != NULL) {
        snprintf(text, sizeof text, "Retract your message \"%.*s\"?",
                 (int)strcspn(entry->message.text.data, "\n") < 30
                     ? (int)strcspn(entry->message.text.data, "\n")
                     : 30,
                 entry->message.text.data);
        stage_push(stage, &screen_question, &question);
    }
}
