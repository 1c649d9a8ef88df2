/* Deleting a ticket, or erasing a deleted one for good: the number has to be typed, and outside
 * admin mode the password too, and a code when the desk asks for it. Until both are right Enter
 * does nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"

enum { FIELD_TYPED, FIELD_PASSWORD, FIELD_CODE, FIELD_COUNT };
enum { NUMBER_TEXT_MAX = 20, BOX_ROWS = 7, BOX_COLUMNS_MAX = 100 };

struct delete_screen {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
    uint64_t number;
    bool purge;
    bool ask_password;
    char expected[NUMBER_TEXT_MAX + 1];
    char title[TITLE_MAX * 4 + 1];
};

static const char *const field_names[FIELD_COUNT] = {"number", "password", "code"};

static bool delete_open(struct screen *screen, const void *arguments)
{
    struct delete_screen *asking = (struct delete_screen *)screen;
    const struct deletion *deletion = arguments;

    asking->number = deletion->number;
    asking->purge = deletion->purge;
    asking->ask_password = !model_is_elevated(screen->stage->model);
    snprintf(asking->expected, sizeof asking->expected, "%" PRIu64, deletion->number);
    snprintf(asking->title, sizeof asking->title, "%.*s", TEXT_ARGUMENTS(deletion->title));
    form_field_text(&asking->fields[FIELD_TYPED], "Ticket number", NUMBER_TEXT_MAX);
    form_field_secret(&asking->fields[FIELD_PASSWORD], "Your password");
    form_field_text(&asking->fields[FIELD_CODE], "Code", CODE_MAX);
    asking->fields[FIELD_CODE].hint = SECOND_FACTOR_HINT;
    form_init(&asking->base.form, asking->fields, asking->ask_password ? 2 : 1);
    asking->base.form.enter_submits = true;
    stage_guard(screen->stage);
    return true;
}

static void delete_close(struct screen *screen)
{
    struct delete_screen *asking = (struct delete_screen *)screen;

    asking->base.form.count = FIELD_COUNT; /* also the one that was not asked for */
    form_screen_close(screen);
}

static bool is_ready(struct delete_screen *asking)
{
    return text_equal(form_screen_text(&asking->base, FIELD_TYPED), text_of(asking->expected)) &&
           (!asking->ask_password ||
            form_screen_secret(&asking->base, FIELD_PASSWORD).length > 0) &&
           (asking->base.form.count < FIELD_COUNT ||
            form_screen_text(&asking->base, FIELD_CODE).length > 0);
}

static void send_deletion(struct delete_screen *asking)
{
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
    struct admin_ticket request = {.number = asking->number};

    snprintf(task, sizeof task, "%s #%" PRIu64, asking->purge ? "Purging" : "Deleting",
             asking->number);
    snprintf(done, sizeof done,
             asking->purge ? "#%" PRIu64 " is erased."
                           : "#%" PRIu64 " is deleted. Admin mode can restore it.",
             asking->number);
    screen_send(&asking->base.screen,
                &(struct stage_order){.method = asking->purge ? METHOD_ADMIN_TICKET_PURGE
                                                              : METHOD_ADMIN_TICKET_DELETE,
                                      .request = &request,
                                      .task = task,
                                      .done = done});
}

static void submit(struct delete_screen *asking)
{
    if (!is_ready(asking)) {
        return;
    }
    if (!asking->ask_password) {
        send_deletion(asking);
        return;
    }
    send_elevation(&asking->base.screen, form_screen_secret(&asking->base, FIELD_PASSWORD),
                   form_screen_text(&asking->base, FIELD_CODE));
}

static enum handled delete_key(struct screen *screen, const struct key *key)
{
    struct delete_screen *asking = (struct delete_screen *)screen;
    enum handled handled = form_screen_key(&asking->base, key);

    if (handled == HANDLED_CANCEL) {
        screen_close(screen);
        stage_say(screen->stage, STATUS_INFO, "#%" PRIu64 " is kept.", asking->number);
    } else if (handled == HANDLED_SUBMIT) {
        submit(asking);
    }
    return handled;
}

/* The ticket is gone: so is its screen, and the lists are asked for again. */
static void leave_ticket(struct delete_screen *asking)
{
    struct stage *stage = asking->base.screen.stage;
    struct screen *ticket = stage_find(stage, &screen_ticket);

    if (ticket != NULL && stage->model->ticket.number == asking->number) {
        screen_close(ticket);
    }
    if (asking->purge) {
        model_tickets_refresh(&stage->model->deleted);
    } else {
        model_tickets_refresh(&stage->model->tickets);
    }
    screen_close(&asking->base.screen);
}

static void delete_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct delete_screen *asking = (struct delete_screen *)screen;

    if (reply->method == METHOD_ACCOUNT_ELEVATE && reply->error == ERROR_NONE) {
        model_set_elevated(screen->stage->model, ((const struct elevated *)reply->reply)->until_ms);
        asking->ask_password = false;
        send_deletion(asking);
    } else if (reply->method == METHOD_ACCOUNT_ELEVATE &&
               elevation_asks_code(&asking->base, FIELD_CODE, reply)) {
        stage_guard(screen->stage);
    } else if (reply->method == METHOD_ACCOUNT_ELEVATE) {
        secret_field_clear(&asking->fields[FIELD_PASSWORD].secret);
        form_focus(&asking->base.form, FIELD_PASSWORD);
        form_screen_fail(&asking->base, field_names, NULL, reply);
    } else if (reply->error == ERROR_NONE) {
        leave_ticket(asking);
    } else {
        form_screen_fail(&asking->base, field_names, NULL, reply);
    }
}

static void delete_draw(struct screen *screen, const struct frame *frame)
{
    struct delete_screen *asking = (struct delete_screen *)screen;
    char line[TITLE_MAX * 4 + 32];
    int wanted = asking->base.form.count == FIELD_COUNT ? BOX_ROWS + 1 : BOX_ROWS;
    int rows = frame->body.height < wanted + 1 ? frame->body.height : wanted;
    int columns = frame->body.width - 4 < BOX_COLUMNS_MAX ? frame->body.width - 4 : BOX_COLUMNS_MAX;
    struct rectangle box = {frame->body.row + (frame->body.height - rows) / 2, 2, rows, columns};

    struct rectangle inside =
        widget_box(frame->terminal, box, asking->purge ? "Erase for good" : "Delete ticket");
    snprintf(line, sizeof line, "#%" PRIu64 "  %s", asking->number, asking->title);
    terminal_print(frame->terminal, inside.row, inside.column, inside.width, STYLE_NORMAL, line);
    if (inside.height > 4) {
        terminal_print(frame->terminal, inside.row + 1, inside.column, inside.width, STYLE_NORMAL,
                       asking->purge ? "Nobody can bring it back. Its texts are erased."
                                     : "It leaves every list. Admin mode can restore it.");
    }
    bool needs_code = asking->base.form.count == FIELD_COUNT &&
                      form_screen_text(&asking->base, FIELD_CODE).length == 0;
    snprintf(line, sizeof line, "%s",
             is_ready(asking) ? "Enter does it"
             : needs_code     ? "Type a code of your second factor; Enter does nothing until then."
                              : "Type the number of the ticket; Enter does nothing until then.");
    terminal_print(frame->terminal, inside.row + inside.height - 1, inside.column, inside.width,
                   STYLE_MUTED, line);
    int used = inside.height > 4 ? 2 : 1;
    inside.row += used;
    inside.height -= used + 1;
    form_draw(&asking->base.form, frame->terminal, inside);
}

const struct screen_ops screen_delete = {
    .id = SCREEN_DELETE,
    .name = "delete",
    .size = sizeof(struct delete_screen),
    .overlay = true,
    .open = delete_open,
    .close = delete_close,
    .draw = delete_draw,
    .key = delete_key,
    .reply = delete_reply,
};
