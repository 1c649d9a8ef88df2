/* Opening an account: the rules before anything is typed, each fault at its field, and signed in at
 * the end. */
#include <stdio.h>

#include "proto/text.h"
#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"

enum { FIELD_NAME, FIELD_EMAIL, FIELD_DISPLAY, FIELD_PASSWORD, FIELD_AGAIN, FIELD_COUNT };

struct registration_form {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
};

static const char *const field_names[FIELD_COUNT] = {"name", "email", "display_name", "password",
                                                     "password_again"};

static uint64_t password_min(const struct stage *stage)
{
    uint64_t least = connection_hello(stage->connection)->limits.password_min;

    return least != 0 ? least : PASSWORD_MIN;
}

static bool register_open(struct screen *screen, const void *arguments)
{
    struct registration_form *form = (struct registration_form *)screen;

    (void)arguments;
    form_field_text(&form->fields[FIELD_NAME], "User name", USER_NAME_MAX);
    form_field_text(&form->fields[FIELD_EMAIL], "Email", EMAIL_MAX);
    form_field_text(&form->fields[FIELD_DISPLAY], "Your name", DISPLAY_NAME_MAX);
    form_field_secret(&form->fields[FIELD_PASSWORD], "Password");
    form_field_secret(&form->fields[FIELD_AGAIN], "Once more");
    form_init(&form->base.form, form->fields, FIELD_COUNT);
    form->base.form.enter_submits = true; /* in the last field, where the form ends */
    return true;
}

/* --- Checks before sending; the desk checks again --- */

static void fault(struct registration_form *form, size_t field, enum text_fault found)
{
    char message[FORM_ERROR_MAX];

    if (found != TEXT_SOUND) {
        snprintf(message, sizeof message, "it %s", text_fault_words(found));
        form_screen_error(&form->base, field, message);
    }
}

static bool check(struct registration_form *form)
{
    char message[FORM_ERROR_MAX];
    struct text name = form_screen_text(&form->base, FIELD_NAME);
    struct text email = form_screen_text(&form->base, FIELD_EMAIL);
    struct text password = form_screen_secret(&form->base, FIELD_PASSWORD);
    struct text again = form_screen_secret(&form->base, FIELD_AGAIN);
    uint64_t least = password_min(form->base.screen.stage);

    /* From the last to the first: what is said last stays in the message row. */
    if (!text_equal(password, again)) {
        form_screen_error(&form->base, FIELD_AGAIN, "the two passwords are not the same");
    }
    if (text_count(password.data, password.length) < least) {
        snprintf(message, sizeof message, "it needs at least %u characters", (unsigned)least);
        form_screen_error(&form->base, FIELD_PASSWORD, message);
    }
    fault(form, FIELD_EMAIL, text_check_email(email.data, email.length));
    fault(form, FIELD_NAME, text_check_user_name(name.data, name.length));
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (form->fields[i].error[0] != '\0') {
            return false;
        }
    }
    return true;
}

/* --- Sending --- */

static void send_registration(struct registration_form *form)
{
    struct account_register request = {
        .name = form_screen_text(&form->base, FIELD_NAME),
        .email = form_screen_text(&form->base, FIELD_EMAIL),
        .display_name = form_screen_text(&form->base, FIELD_DISPLAY),
        .password = form_screen_secret(&form->base, FIELD_PASSWORD),
        .password_again = form_screen_secret(&form->base, FIELD_AGAIN),
    };

    present_mark(&request.present, REGISTER_DISPLAY_NAME);
    present_mark(&request.present, REGISTER_PASSWORD_AGAIN);
    screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_ACCOUNT_REGISTER,
                                                          .request = &request,
                                                          .task = "Opening the account"});
}

static enum handled register_key(struct screen *screen, const struct key *key)
{
    struct registration_form *form = (struct registration_form *)screen;
    enum handled handled = form_screen_key(&form->base, key);

    if (handled == HANDLED_SUBMIT && check(form)) {
        send_registration(form);
    } else if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return handled;
}

static void register_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct registration_form *form = (struct registration_form *)screen;

    if (reply->method == METHOD_ACCOUNT_LOGIN) {
        if (reply->error == ERROR_NONE) {
            enter_signed_in(screen->stage, reply->reply);
            stage_say(screen->stage, STATUS_INFO, "Welcome. Your account is open.");
        } else {
            screen_close(screen);
            stage_say(screen->stage, STATUS_WARNING,
                      "Your account is registered; an admin has to let you in first.");
        }
    } else if (reply->error == ERROR_NONE) {
        send_sign_in(screen, form_screen_text(&form->base, FIELD_NAME),
                     form_screen_secret(&form->base, FIELD_PASSWORD), (struct text){0});
    } else {
        form_screen_fail(&form->base, field_names, NULL, reply);
    }
}

/* --- Drawing --- */

static void register_draw(struct screen *screen, const struct frame *frame)
{
    struct registration_form *form = (struct registration_form *)screen;
    char rule[160];
    int rows = 0;
    int width = frame->body.width - 2;

    snprintf(rule, sizeof rule, "Password: at least %u characters; a few unrelated words are best.",
             (unsigned)password_min(screen->stage));
    if (frame->body.height >= 12) {
        terminal_print(frame->terminal, frame->body.row + 1, 2, width, STYLE_NORMAL,
                       "User name: 2 to 32 of a-z 0-9 . _ - and it cannot be changed later.");
        terminal_print(frame->terminal, frame->body.row + 2, 2, width, STYLE_NORMAL, rule);
        terminal_print(frame->terminal, frame->body.row + 3, 2, width, STYLE_NORMAL,
                       "Your name is shown to the admins; it may stay empty.");
        rows = 5;
    }
    form_draw(&form->base.form, frame->terminal, form_screen_place(frame, rows));
}

const struct screen_ops screen_register = {
    .id = SCREEN_REGISTER,
    .name = "register",
    .title = "Open an account",
    .size = sizeof(struct registration_form),
    .bare = true,
    .open = register_open,
    .close = form_screen_close,
    .draw = register_draw,
    .key = register_key,
    .reply = register_reply,
};
