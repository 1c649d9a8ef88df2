/* The three forms of the own account: email and display name, the password, asking for a role. */
#include <stdio.h>

#include "proto/text.h"
#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"

enum { FIELDS_MAX = 4 };

struct setting_form {
    struct form_screen base;
    struct form_field fields[FIELDS_MAX];
};

/* Keys of all three: `send` is called for Ctrl-S. */
static enum handled setting_key(struct screen *screen, const struct key *key,
                                void (*send)(struct setting_form *form))
{
    struct setting_form *form = (struct setting_form *)screen;
    enum handled handled = form_screen_key(&form->base, key);

    if (handled == HANDLED_SUBMIT) {
        send(form);
    } else if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return handled;
}

static void setting_reply(struct screen *screen, const struct screen_reply *reply,
                          const char *const *names)
{
    if (reply->error == ERROR_NONE) {
        model_refresh_account(screen->stage->model);
        screen_close(screen);
    } else {
        form_screen_fail((struct form_screen *)screen, names, NULL, reply);
    }
}

static void setting_draw(struct screen *screen, const struct frame *frame)
{
    struct setting_form *form = (struct setting_form *)screen;

    form_draw(&form->base.form, frame->terminal,
              form_screen_place(frame, frame->body.height > 8 ? 1 : 0));
}

/* --- Email and display name --- */

enum { FIELD_EMAIL, FIELD_DISPLAY, PROFILE_FIELDS };

static const char *const profile_names[PROFILE_FIELDS] = {"email", "display_name"};

static bool profile_form_open(struct screen *screen, const void *arguments)
{
    struct setting_form *form = (struct setting_form *)screen;
    const struct account *account = &screen->stage->model->account.account;

    (void)arguments;
    form_field_text(&form->fields[FIELD_EMAIL], "Email", EMAIL_MAX);
    form_field_text(&form->fields[FIELD_DISPLAY], "Your name", DISPLAY_NAME_MAX);
    text_field_set(&form->fields[FIELD_EMAIL].text, account->email.data, account->email.length);
    text_field_set(&form->fields[FIELD_DISPLAY].text, account->display_name.data,
                   account->display_name.length);
    form_init(&form->base.form, form->fields, PROFILE_FIELDS);
    return true;
}

static void send_profile(struct setting_form *form)
{
    const struct account *account = &form->base.screen.stage->model->account.account;
    struct account_update request = {.version = account->version,
                                     .email = form_screen_text(&form->base, FIELD_EMAIL),
                                     .display_name = form_screen_text(&form->base, FIELD_DISPLAY)};

    if (text_check_email(request.email.data, request.email.length) != TEXT_SOUND) {
        form_screen_error(&form->base, FIELD_EMAIL, "this is not an email address");
        return;
    }
    present_mark(&request.present, ACCOUNT_UPDATE_EMAIL);
    present_mark(&request.present, ACCOUNT_UPDATE_DISPLAY_NAME);
    screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_ACCOUNT_UPDATE,
                                                          .request = &request,
                                                          .task = "Saving your account",
                                                          .done = "Your account is saved."});
}

static enum handled profile_form_key(struct screen *screen, const struct key *key)
{
    return setting_key(screen, key, send_profile);
}

static void profile_form_reply(struct screen *screen, const struct screen_reply *reply)
{
    setting_reply(screen, reply, profile_names);
}

const struct screen_ops screen_profile_form = {
    .id = SCREEN_PROFILE_FORM,
    .name = "profile-form",
    .title = "Email and name",
    .size = sizeof(struct setting_form),
    .open = profile_form_open,
    .close = form_screen_close,
    .draw = setting_draw,
    .key = profile_form_key,
    .reply = profile_form_reply,
};

/* --- Password --- */

/* The code is there once the desk has asked for it. */
enum { FIELD_OLD, FIELD_NEW, FIELD_AGAIN, FIELD_CODE, PASSWORD_FIELDS };
_Static_assert((int)PASSWORD_FIELDS <= (int)FIELDS_MAX, "a form has room for them");

static const char *const password_names[PASSWORD_FIELDS] = {"old_password", "password", NULL,
                                                            "code"};

static bool password_open(struct screen *screen, const void *arguments)
{
    struct setting_form *form = (struct setting_form *)screen;

    (void)arguments;
    form_field_secret(&form->fields[FIELD_OLD], "Old password");
    form_field_secret(&form->fields[FIELD_NEW], "New password");
    form_field_secret(&form->fields[FIELD_AGAIN], "Once more");
    form_field_text(&form->fields[FIELD_CODE], "Code", CODE_MAX);
    form->fields[FIELD_CODE].hint = SECOND_FACTOR_HINT;
    form_init(&form->base.form, form->fields, FIELD_CODE);
    return true;
}

static void password_close(struct screen *screen)
{
    struct setting_form *form = (struct setting_form *)screen;

    form->base.form.count = PASSWORD_FIELDS; /* also the one that was not asked for */
    form_screen_close(screen);
}

static void send_password(struct setting_form *form)
{
    struct account_set_password request = {.old_password =
                                               form_screen_secret(&form->base, FIELD_OLD),
                                           .password = form_screen_secret(&form->base, FIELD_NEW),
                                           .code = form_screen_text(&form->base, FIELD_CODE)};

    if (request.code.length > 0) {
        present_mark(&request.present, SET_PASSWORD_CODE);
    }
    if (request.old_password.length == 0) {
        form_screen_error(&form->base, FIELD_OLD, "type the password you have now");
    } else if (request.password.length == 0) {
        form_screen_error(&form->base, FIELD_NEW, "type a new password");
    } else if (!text_equal(request.password, form_screen_secret(&form->base, FIELD_AGAIN))) {
        form_screen_error(&form->base, FIELD_AGAIN, "the two new passwords are not the same");
    } else {
        screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_ACCOUNT_SET_PASSWORD,
                                                              .request = &request,
                                                              .task = "Changing the password",
                                                              .done = "Your password is changed."});
    }
}

static enum handled password_key(struct screen *screen, const struct key *key)
{
    return setting_key(screen, key, send_password);
}

static void password_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct setting_form *form = (struct setting_form *)screen;

    if (elevation_asks_code(&form->base, FIELD_CODE, reply)) {
        return;
    }
    if (reply->error == ERROR_AUTH_FAILED) {
        form_screen_error(&form->base, FIELD_OLD, "this is not your password");
        secret_field_clear(&form->fields[FIELD_OLD].secret);
    } else {
        setting_reply(screen, reply, password_names);
    }
}

const struct screen_ops screen_password = {
    .id = SCREEN_PASSWORD,
    .name = "password",
    .title = "Change the password",
    .size = sizeof(struct setting_form),
    .open = password_open,
    .close = password_close,
    .draw = setting_draw,
    .key = password_key,
    .reply = password_reply,
};

/* --- Asking for a role --- */

enum { FIELD_ROLE, FIELD_REASON, ROLE_FIELDS };

static const char *const role_names[ROLE_FIELDS] = {"role", "reason"};

/* In the order of enum role, without the first. */
static const char *const role_words[] = {"staff (works on all tickets)",
                                         "admin (staff, and manages accounts)"};

static bool ask_role_open(struct screen *screen, const void *arguments)
{
    struct setting_form *form = (struct setting_form *)screen;

    (void)arguments;
    form_field_choice(&form->fields[FIELD_ROLE], "Role", role_words, 2);
    form_field_text(&form->fields[FIELD_REASON], "Reason", REASON_MAX);
    form_init(&form->base.form, form->fields, ROLE_FIELDS);
    return true;
}

static void send_request(struct setting_form *form)
{
    struct account_request_role request = {
        .role = (enum role)(form->fields[FIELD_ROLE].chosen + ROLE_STAFF),
        .reason = form_screen_text(&form->base, FIELD_REASON)};

    if (request.reason.length > 0) {
        present_mark(&request.present, REQUEST_ROLE_REASON);
    }
    screen_send(&form->base.screen,
                &(struct stage_order){.method = METHOD_ACCOUNT_REQUEST_ROLE,
                                      .request = &request,
                                      .task = "Asking for the role",
                                      .done = "Your request waits for an admin."});
}

static enum handled ask_role_key(struct screen *screen, const struct key *key)
{
    return setting_key(screen, key, send_request);
}

static void ask_role_reply(struct screen *screen, const struct screen_reply *reply)
{
    setting_reply(screen, reply, role_names);
}

const struct screen_ops screen_ask_role = {
    .id = SCREEN_ASK_ROLE,
    .name = "ask-role",
    .title = "Ask for a role",
    .size = sizeof(struct setting_form),
    .open = ask_role_open,
    .close = form_screen_close,
    .draw = setting_draw,
    .key = ask_role_key,
    .reply = ask_role_reply,
};
