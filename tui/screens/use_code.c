/* Setting a password with the one-time code that an admin gave, and signing in with it. */
#include <stdio.h>

#include "proto/text.h"
#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"

enum { FIELD_NAME, FIELD_CODE, FIELD_PASSWORD, FIELD_AGAIN, FIELD_COUNT };

struct code_form {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
};

static const char *const field_names[FIELD_COUNT] = {"name", "code", "password", "password_again"};

static bool use_code_open(struct screen *screen, const void *arguments)
{
    struct code_form *form = (struct code_form *)screen;

    (void)arguments;
    form_field_text(&form->fields[FIELD_NAME], "User", USER_NAME_MAX);
    form_field_text(&form->fields[FIELD_CODE], "Code", CODE_MAX);
    form_field_secret(&form->fields[FIELD_PASSWORD], "New password");
    form_field_secret(&form->fields[FIELD_AGAIN], "Once more");
    form_init(&form->base.form, form->fields, FIELD_COUNT);
    form->base.form.enter_submits = true;
    return true;
}

static void send_code(struct code_form *form)
{
    struct account_use_code request = {
        .name = form_screen_text(&form->base, FIELD_NAME),
        .code = form_screen_text(&form->base, FIELD_CODE),
        .password = form_screen_secret(&form->base, FIELD_PASSWORD),
    };

    if (request.name.length == 0) {
        form_screen_error(&form->base, FIELD_NAME, "type your user name");
    } else if (request.code.length == 0) {
        form_screen_error(&form->base, FIELD_CODE, "type the code that an admin gave you");
    } else if (request.password.length == 0) {
        form_screen_error(&form->base, FIELD_PASSWORD, "type a new password");
    } else if (!text_equal(request.password, form_screen_secret(&form->base, FIELD_AGAIN))) {
        form_screen_error(&form->base, FIELD_AGAIN, "the two passwords are not the same");
    } else {
        screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_ACCOUNT_USE_CODE,
                                                              .request = &request,
                                                              .task = "Setting the password"});
    }
}

static enum handled use_code_key(struct screen *screen, const struct key *key)
{
    struct code_form *form = (struct code_form *)screen;
    enum handled handled = form_screen_key(&form->base, key);

    if (handled == HANDLED_SUBMIT) {
        send_code(form);
    } else if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return handled;
}

static void on_login(struct screen *screen, const struct screen_reply *reply)
{
    struct stage *stage = screen->stage;

    if (reply->error == ERROR_NONE) {
        enter_signed_in(stage, reply->reply);
        stage_say(stage, STATUS_INFO, "Your password is set.");
        return;
    }
    screen_close(screen);
    stage_say(stage, STATUS_INFO, "Your password is set; sign in with it.");
}

static void use_code_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct code_form *form = (struct code_form *)screen;

    if (reply->method == METHOD_ACCOUNT_LOGIN) {
        on_login(screen, reply);
    } else if (reply->error == ERROR_NONE) {
        send_sign_in(screen, form_screen_text(&form->base, FIELD_NAME),
                     form_screen_secret(&form->base, FIELD_PASSWORD), (struct text){0});
    } else if (reply->error == ERROR_AUTH_FAILED) {
        form_screen_error(&form->base, FIELD_CODE,
                          "user or code is not right, or the code is used or too old");
    } else {
        form_screen_fail(&form->base, field_names, NULL, reply);
    }
}

static void use_code_draw(struct screen *screen, const struct frame *frame)
{
    struct code_form *form = (struct code_form *)screen;
    int rows = 0;

    if (frame->body.height >= 12) {
        terminal_print(frame->terminal, frame->body.row + 1, 2, frame->body.width - 2, STYLE_NORMAL,
                       "An admin gave you a code of 16 letters and digits. It is good once.");
        rows = 3;
    }
    form_draw(&form->base.form, frame->terminal, form_screen_place(frame, rows));
}

const struct screen_ops screen_use_code = {
    .id = SCREEN_USE_CODE,
    .name = "use-code",
    .title = "I have a code",
    .size = sizeof(struct code_form),
    .bare = true,
    .open = use_code_open,
    .close = form_screen_close,
    .draw = use_code_draw,
    .key = use_code_key,
    .reply = use_code_reply,
};

void open_use_code(struct stage *stage)
{
    stage_push(stage, &screen_use_code, NULL);
}
