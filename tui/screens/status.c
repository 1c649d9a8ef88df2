/* Choosing one of the four statuses, each with what it means beside it. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/widgets/picker.h"

enum { BEFORE_MEANING = 14 /* columns: sign, key, word */ };

struct status_screen {
    struct screen screen;
    struct picker picker;
    uint64_t number;
    uint64_t version; /* as it was on the screen when the key was pressed */
    enum status before;
    char title[64];
    char meanings[STATUS_COUNT][STATUS_LINE_SIZE];
    struct picker_choice choices[STATUS_COUNT];
};

static const char keys[STATUS_COUNT] = {
    [STATUS_MINOR] = 'm', [STATUS_MAJOR] = 'a', [STATUS_CRITICAL] = 'c', [STATUS_RESOLVED] = 'r'};

static bool status_open(struct screen *screen, const void *arguments)
{
    struct status_screen *status = (struct status_screen *)screen;
    const struct ticket *ticket = arguments;

    status->number = ticket->number;
    status->version = ticket->version;
    status->before = ticket->status;
    snprintf(status->title, sizeof status->title, "Status of #%" PRIu64, ticket->number);
    for (size_t i = 0; i < STATUS_COUNT; i++) {
        status->choices[i] = (struct picker_choice){
            keys[i], choices_name(&status_choices, (uint32_t)i), status->meanings[i]};
    }
    picker_init(&status->picker, status->title, status->choices, STATUS_COUNT, ticket->status);
    return true;
}

static void send_status(struct status_screen *status)
{
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
    enum status chosen = (enum status)status->picker.selected;
    struct ticket_update request = {
        .number = status->number, .version = status->version, .status = chosen};

    if (chosen == status->before) {
        stage_say(status->screen.stage, STATUS_INFO, "#%" PRIu64 " is %s already.", status->number,
                  choices_name(&status_choices, chosen));
        return;
    }
    present_mark(&request.present, UPDATE_STATUS);
    snprintf(task, sizeof task, "Setting #%" PRIu64 " to %s", status->number,
             choices_name(&status_choices, chosen));
    snprintf(done, sizeof done, "#%" PRIu64 " is now %s.", status->number,
             choices_name(&status_choices, chosen));
    screen_send(&status->screen, &(struct stage_order){.method = METHOD_TICKET_UPDATE,
                                                       .request = &request,
                                                       .task = task,
                                                       .done = done,
                                                       .on_refused = ask_even_so});
}

static enum handled status_key(struct screen *screen, const struct key *key)
{
    struct status_screen *status = (struct status_screen *)screen;

    if (key_is_function(key, 1)) {
        return HANDLED_NOT;
    }
    enum handled handled = picker_key(&status->picker, key);
    if (handled == HANDLED_SUBMIT) {
        send_status(status);
    }
    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        screen_close(screen); /* the reply is said in the message row */
    }
    return HANDLED;
}

static void status_draw(struct screen *screen, const struct frame *frame)
{
    struct status_screen *status = (struct status_screen *)screen;
    int rows = picker_rows(&status->picker);
    struct rectangle place = {frame->body.row + frame->body.height - rows, 0, rows,
                              frame->body.width};

    for (size_t i = 0; i < STATUS_COUNT; i++) {
        status_meaning_short((enum status)i, frame->body.width - BEFORE_MEANING,
                             status->meanings[i]);
    }
    picker_draw(&status->picker, frame->terminal, place);
}

const struct screen_ops screen_status = {
    .id = SCREEN_STATUS,
    .name = "status",
    .size = sizeof(struct status_screen),
    .overlay = true,
    .open = status_open,
    .draw = status_draw,
    .key = status_key,
};
