/* Entering admin mode: the own password once more. */
#include <stdio.h>

#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"

enum { FIELD_PASSWORD, FIELD_COUNT };

struct elevate_screen {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
    void (*then)(struct stage *stage);
};

static const char *const field_names[FIELD_COUNT] = {"password"};

static bool elevate_open(struct screen *screen, const void *arguments)
{
    struct elevate_screen *elevate = (struct elevate_screen *)screen;

    elevate->then = ((const struct elevate *)arguments)->then;
    form_field_secret(&elevate->fields[FIELD_PASSWORD], "Your password");
    form_init(&elevate->base.form, elevate->fields, FIELD_COUNT);
    elevate->base.form.enter_submits = true;
    return true;
}

static enum handled elevate_key(struct screen *screen, const struct key *key)
{
    struct elevate_screen *elevate = (struct elevate_screen *)screen;
    enum handled handled = form_screen_key(&elevate->base, key);

    if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    } else if (handled == HANDLED_SUBMIT) {
        struct account_elevate request = {.password =
                                              form_screen_secret(&elevate->base, FIELD_PASSWORD)};
        if (request.password.length > 0) {
            screen_send(screen, &(struct stage_order){.method = METHOD_ACCOUNT_ELEVATE,
                                                      .request = &request,
                                                      .task = "Entering admin mode"});
        }
    }
    return handled;
}

static void elevate_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct elevate_screen *elevate = (struct elevate_screen *)screen;
    struct stage *stage = screen->stage;

    if (reply->error != ERROR_NONE) {
        secret_field_clear(&elevate->fields[FIELD_PASSWORD].secret);
        form_screen_fail(&elevate->base, field_names, NULL, reply);
        return;
    }
    screen_close(screen);
    model_set_elevated(stage->model, ((const struct elevated *)reply->reply)->until_ms);
    elevate->then(stage);
}

static void elevate_draw(struct screen *screen, const struct frame *frame)
{
    struct elevate_screen *elevate = (struct elevate_screen *)screen;
    int row = frame->body.row;

    terminal_print(frame->terminal, row, 2, frame->body.width - 2, STYLE_NORMAL,
                   "Admin mode manages accounts and deletes tickets. It ends after 15 minutes.");
    form_draw(&elevate->base.form, frame->terminal, form_screen_place(frame, 2));
}

const struct screen_ops screen_elevate = {
    .id = SCREEN_ELEVATE,
    .name = "elevate",
    .title = "Admin mode",
    .size = sizeof(struct elevate_screen),
    .open = elevate_open,
    .close = form_screen_close,
    .draw = elevate_draw,
    .key = elevate_key,
    .reply = elevate_reply,
};

void open_admin(struct stage *stage)
{
    struct elevate elevate = {.then = open_accounts};

    if (model_is_elevated(stage->model)) {
        open_accounts(stage);
    } else {
        stage_push(stage, &screen_elevate, &elevate);
    }
}
