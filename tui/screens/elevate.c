/* Entering admin mode: the own password once more, and a code of the second factor when the desk
 * asks for it. */
#include <stdio.h>

#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"

enum { FIELD_PASSWORD, FIELD_CODE, FIELD_COUNT };

struct elevate_screen {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
    void (*then)(struct stage *stage);
    bool lacks; /* the desk wants a second factor, and there is none */
};

static const char *const field_names[FIELD_COUNT] = {"password", "code"};

static bool elevate_open(struct screen *screen, const void *arguments)
{
    struct elevate_screen *elevate = (struct elevate_screen *)screen;

    elevate->then = ((const struct elevate *)arguments)->then;
    form_field_secret(&elevate->fields[FIELD_PASSWORD], "Your password");
    form_field_text(&elevate->fields[FIELD_CODE], "Code", CODE_MAX);
    elevate->fields[FIELD_CODE].hint = SECOND_FACTOR_HINT;
    form_init(&elevate->base.form, elevate->fields, FIELD_CODE);
    elevate->base.form.enter_submits = true;
    return true;
}

static void elevate_close(struct screen *screen)
{
    struct elevate_screen *elevate = (struct elevate_screen *)screen;

    elevate->base.form.count = FIELD_COUNT; /* also the one that was not asked for */
    form_screen_close(screen);
}

void send_elevation(struct screen *screen, struct text password, struct text code)
{
    struct account_elevate request = {.password = password, .code = code};

    if (code.length > 0) {
        present_mark(&request.present, ELEVATE_CODE);
    }
    screen_send(screen, &(struct stage_order){.method = METHOD_ACCOUNT_ELEVATE,
                                              .request = &request,
                                              .task = "Entering admin mode"});
}

static void submit(struct elevate_screen *elevate)
{
    struct text password = form_screen_secret(&elevate->base, FIELD_PASSWORD);
    struct text code = form_screen_text(&elevate->base, FIELD_CODE);

    if (password.length > 0 && (elevate->base.form.count == FIELD_CODE || code.length > 0)) {
        send_elevation(&elevate->base.screen, password, code);
    }
}

bool elevation_asks_code(struct form_screen *form, size_t field, const struct screen_reply *reply)
{
    bool names_code = reply->failure != NULL && text_equal(reply->failure->field, text_of("code"));

    if (reply->error == ERROR_CODE_REQUIRED) {
        form->form.count = field + 1;
        form_focus(&form->form, field);
        stage_say(form->screen.stage, STATUS_INFO, "%s", error_sentence(ERROR_CODE_REQUIRED));
        return true;
    }
    if (reply->error == ERROR_AUTH_FAILED && names_code && form->form.count == field + 1) {
        char message[FORM_ERROR_MAX];
        snprintf(message, sizeof message, "%.*s", (int)reply->failure->message.length,
                 reply->failure->message.data);
        text_field_set(&form->form.fields[field].text, "", 0);
        form_screen_error(form, field, message);
        return true;
    }
    return false;
}

/* In place of this form: its question is answered in another way. */
void elevate_with_key(struct stage *stage)
{
    struct elevate_screen *elevate = (struct elevate_screen *)stage_find(stage, &screen_elevate);
    struct use_key wanted = {.purpose = KEY_ELEVATES, .name = stage->model->account.account.name};

    if (elevate == NULL || elevate->base.screen.sending) {
        return;
    }
    wanted.then = elevate->then;
    if (stage_push(stage, &screen_elevate_key, &wanted) != NULL) {
        screen_close(&elevate->base.screen);
    }
}

static enum handled elevate_key(struct screen *screen, const struct key *key)
{
    struct elevate_screen *elevate = (struct elevate_screen *)screen;
    enum handled handled = form_screen_key(&elevate->base, key);

    if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    } else if (handled == HANDLED_SUBMIT) {
        submit(elevate);
    }
    return handled;
}

static void elevate_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct elevate_screen *elevate = (struct elevate_screen *)screen;
    struct stage *stage = screen->stage;

    if (elevation_asks_code(&elevate->base, FIELD_CODE, reply)) {
        return;
    }
    if (reply->error != ERROR_NONE) {
        elevate->lacks = reply->error == ERROR_SECOND_FACTOR_REQUIRED;
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
    if (elevate->lacks && frame->body.height > 6) {
        terminal_print(frame->terminal, row + 4, 2, frame->body.width - 2, STYLE_NORMAL,
                       "It takes a second factor beside the password, and you have none yet.");
        terminal_print(frame->terminal, row + 5, 2, frame->body.width - 2, STYLE_NORMAL,
                       "In the list of tickets P shows your account, where f sets one up.");
    }
    form_draw(&elevate->base.form, frame->terminal, form_screen_place(frame, 2));
}

const struct screen_ops screen_elevate = {
    .id = SCREEN_ELEVATE,
    .name = "elevate",
    .title = "Admin mode",
    .size = sizeof(struct elevate_screen),
    .open = elevate_open,
    .close = elevate_close,
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
