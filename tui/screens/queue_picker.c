/* Choosing the queue that a ticket is moved into. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/widgets/picker.h"

struct queue_picker {
    struct screen screen;
    struct picker picker;
    uint64_t number;
    char title[64];
    char from[QUEUE_NAME_MAX + 1]; /* as it was on the screen when the key was pressed */
    char names[QUEUES_MAX][QUEUE_NAME_MAX + 1];
    char descriptions[QUEUES_MAX][QUEUE_DESCRIPTION_MAX * 4 + 1];
    struct picker_choice choices[QUEUES_MAX];
    size_t count;
};

static void copy_text(char *place, size_t size, struct text text)
{
    snprintf(place, size, "%.*s", (int)text.length, text.length > 0 ? text.data : "");
}

static bool has_word(struct text words, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= words.length; i++) {
        if (memcmp(words.data + i, word, length) == 0) {
            return true;
        }
    }
    return false;
}

bool queue_takes_moved(const struct queue *queue)
{
    return !queue->closed && has_word(queue->rights, "create");
}

static void add_queue(struct queue_picker *picker, const struct queue *queue)
{
    size_t i = picker->count++;

    copy_text(picker->names[i], sizeof picker->names[i], queue->name);
    copy_text(picker->descriptions[i], sizeof picker->descriptions[i], queue->description);
    picker->choices[i] =
        (struct picker_choice){.word = picker->names[i], .meaning = picker->descriptions[i]};
}

/* Those it can go to: not the one it is in, and only with the right to put tickets there. */
static void add_queues(struct queue_picker *picker, const struct model_queues *queues)
{
    for (size_t i = 0; i < queues->count && picker->count < QUEUES_MAX; i++) {
        const struct queue *queue = &queues->items[i];
        if (queue_takes_moved(queue) && !text_equal(queue->name, text_of(picker->from))) {
            add_queue(picker, queue);
        }
    }
}

static bool queue_picker_open(struct screen *screen, const void *arguments)
{
    struct queue_picker *picker = (struct queue_picker *)screen;
    const struct ticket *ticket = arguments;

    picker->number = ticket->number;
    if (present_has(ticket->present, TICKET_QUEUE)) {
        copy_text(picker->from, sizeof picker->from, ticket->queue);
    }
    add_queues(picker, &screen->stage->model->queues);
    if (picker->count == 0) {
        stage_say(screen->stage, STATUS_WARNING, "There is no other queue you may move it to.");
        return false;
    }
    snprintf(picker->title, sizeof picker->title, "Move #%" PRIu64 " to", ticket->number);
    picker_init(&picker->picker, picker->title, picker->choices, picker->count, 0);
    return true;
}

static void send_move(struct queue_picker *picker)
{
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
    const char *name = picker->names[picker->picker.selected];
    struct ticket_move request = {.number = picker->number, .queue = text_of(name)};

    if (picker->from[0] != '\0') {
        request.from = text_of(picker->from);
        present_mark(&request.present, MOVE_FROM);
    }
    snprintf(task, sizeof task, "Moving #%" PRIu64 " to %s", picker->number, name);
    snprintf(done, sizeof done, "#%" PRIu64 " is in %s now.", picker->number, name);
    screen_send(&picker->screen,
                &(struct stage_order){
                    .method = METHOD_TICKET_MOVE, .request = &request, .task = task, .done = done});
}

static enum handled queue_picker_key(struct screen *screen, const struct key *key)
{
    struct queue_picker *picker = (struct queue_picker *)screen;

    if (key_is_function(key, 1)) {
        return HANDLED_NOT;
    }
    enum handled handled = picker_key(&picker->picker, key);
    if (handled == HANDLED_SUBMIT) {
        send_move(picker);
    }
    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        screen_close(screen); /* the reply is said in the message row */
    }
    return HANDLED;
}

static void queue_picker_draw(struct screen *screen, const struct frame *frame)
{
    struct queue_picker *picker = (struct queue_picker *)screen;
    int wanted = picker_rows(&picker->picker);
    int rows = wanted < frame->body.height ? wanted : frame->body.height;
    struct rectangle place = {frame->body.row + frame->body.height - rows, 0, rows,
                              frame->body.width};

    picker_draw(&picker->picker, frame->terminal, place);
}

const struct screen_ops screen_queue_picker = {
    .id = SCREEN_QUEUE_PICKER,
    .name = "queue-picker",
    .size = sizeof(struct queue_picker),
    .overlay = true,
    .open = queue_picker_open,
    .draw = queue_picker_draw,
    .key = queue_picker_key,
};
