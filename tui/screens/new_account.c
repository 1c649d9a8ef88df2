/* Admin mode: making an account, and the one-time code that is told for it, or after a reset. */
#include <stdio.h>
#include <string.h>

#include "proto/text.h"
#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/wipe.h"

enum { FIELD_NAME, FIELD_EMAIL, FIELD_DISPLAY, FIELD_ROLE, FIELD_COUNT };

struct account_form {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
};

static const char *const field_names[FIELD_COUNT] = {"name", "email", "display_name", "role"};
static const char *const role_words[ROLE_COUNT] = {"user", "staff", "admin"};

static bool new_account_open(struct screen *screen, const void *arguments)
{
    struct account_form *form = (struct account_form *)screen;

    (void)arguments;
    form_field_text(&form->fields[FIELD_NAME], "User name", USER_NAME_MAX);
    form_field_text(&form->fields[FIELD_EMAIL], "Email", EMAIL_MAX);
    form_field_text(&form->fields[FIELD_DISPLAY], "Name", DISPLAY_NAME_MAX);
    form_field_choice(&form->fields[FIELD_ROLE], "Role", role_words, ROLE_COUNT);
    form_init(&form->base.form, form->fields, FIELD_COUNT);
    return true;
}

static void send_account(struct account_form *form)
{
    struct admin_account_create request = {
        .name = form_screen_text(&form->base, FIELD_NAME),
        .email = form_screen_text(&form->base, FIELD_EMAIL),
        .display_name = form_screen_text(&form->base, FIELD_DISPLAY),
        .role = (enum role)form->fields[FIELD_ROLE].chosen,
    };

    if (text_check_user_name(request.name.data, request.name.length) != TEXT_SOUND) {
        form_screen_error(&form->base, FIELD_NAME, "2 to 32 of a-z 0-9 . _ -");
    } else if (text_check_email(request.email.data, request.email.length) != TEXT_SOUND) {
        form_screen_error(&form->base, FIELD_EMAIL, "this is not an email address");
    } else {
        present_mark(&request.present, ACCOUNT_CREATE_DISPLAY_NAME);
        screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_ADMIN_ACCOUNT_CREATE,
                                                              .request = &request,
                                                              .task = "Making the account"});
    }
}

static enum handled new_account_key(struct screen *screen, const struct key *key)
{
    struct account_form *form = (struct account_form *)screen;
    enum handled handled = form_screen_key(&form->base, key);

    if (handled == HANDLED_SUBMIT) {
        send_account(form);
    } else if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return handled;
}

static void new_account_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct stage *stage = screen->stage;

    if (reply->error != ERROR_NONE) {
        form_screen_fail((struct form_screen *)screen, field_names, NULL, reply);
        return;
    }
    screen_close(screen);
    refresh_admin(stage);
    stage_push(stage, &screen_code, reply->reply);
}

static void new_account_draw(struct screen *screen, const struct frame *frame)
{
    struct account_form *form = (struct account_form *)screen;

    form_draw(&form->base.form, frame->terminal,
              form_screen_place(frame, frame->body.height > 8 ? 1 : 0));
}

const struct screen_ops screen_new_account = {
    .id = SCREEN_NEW_ACCOUNT,
    .name = "new-account",
    .title = "New account",
    .size = sizeof(struct account_form),
    .open = new_account_open,
    .close = form_screen_close,
    .draw = new_account_draw,
    .key = new_account_key,
    .reply = new_account_reply,
};

void new_account(struct stage *stage)
{
    stage_push(stage, &screen_new_account, NULL);
}

/* --- The code, to be read aloud --- */

struct code_screen {
    struct screen screen;
    char name[USER_NAME_MAX + 1];
    char code[CODE_MAX * 2]; /* with spaces between its letters; empty: it was told already */
};

static bool code_open(struct screen *screen, const void *arguments)
{
    struct code_screen *shown = (struct code_screen *)screen;
    const struct account_coded *reply = arguments;
    size_t length = 0;

    snprintf(shown->name, sizeof shown->name, "%.*s", TEXT_ARGUMENTS(reply->name));
    if (present_has(reply->present, ACCOUNT_CODED_CODE)) {
        for (size_t i = 0; i < reply->code.length && length + 3 < sizeof shown->code; i++) {
            shown->code[length++] = reply->code.data[i];
            shown->code[length++] = ' ';
        }
    }
    return true;
}

static void code_close(struct screen *screen)
{
    struct code_screen *shown = (struct code_screen *)screen;

    wipe(shown->code, sizeof shown->code);
}

static void code_draw(struct screen *screen, const struct frame *frame)
{
    const struct code_screen *shown = (const struct code_screen *)screen;
    struct rectangle body = frame->body;
    char line[USER_NAME_MAX + 64];
    int row = body.row + (body.height > 8 ? 1 : 0);
    int width = body.width - 2;

    snprintf(line, sizeof line, "One-time code for %s:", shown->name);
    terminal_print(frame->terminal, row, 2, width, STYLE_NORMAL, line);
    if (shown->code[0] == '\0') {
        terminal_print(frame->terminal, row + 2, 2, width, STYLE_WARNING,
                       "The answer was lost on its way, and the code with it: reset once more.");
        return;
    }
    terminal_print(frame->terminal, row + 2, 2, width, STYLE_HEADING, shown->code);
    terminal_print(frame->terminal, row + 4, 2, width, STYLE_NORMAL,
                   "Read it to the person; it is good for 48 hours and once.");
    terminal_print(frame->terminal, row + 5, 2, width, STYLE_NORMAL,
                   "They type it under \"I have a code\" on the sign-in screen.");
    terminal_print(frame->terminal, row + 6, 2, width, STYLE_NORMAL,
                   "Nobody can look it up later, you neither.");
}

const struct screen_ops screen_code = {
    .id = SCREEN_CODE,
    .name = "code",
    .title = "One-time code",
    .size = sizeof(struct code_screen),
    .open = code_open,
    .close = code_close,
    .draw = code_draw,
};
