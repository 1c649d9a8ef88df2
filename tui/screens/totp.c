/* The own second factor. Set up in two steps, the password, then the secret for an app and a code
 * of it; after that the recovery codes are shown. Given up with password and code. */
#include <stdio.h>
#include <string.h>

#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"
#include "tui/wipe.h"

enum step { STEP_PASSWORD, STEP_CODE };
enum { SECRET_GROUP = 4, CODES_IN_A_ROW = 2, CODE_COLUMNS = 24 };

struct totp_screen {
    struct form_screen base;
    struct form_field field; /* the password, then the code */
    enum step step;
    char secret[TOTP_SECRET_MAX + 1];
    char uri[TOTP_URI_MAX + 1];
};

static const char *const step_names[] = {"code"};

static bool totp_open(struct screen *screen, const void *arguments)
{
    struct totp_screen *totp = (struct totp_screen *)screen;

    (void)arguments;
    form_field_secret(&totp->field, "Your password");
    form_init(&totp->base.form, &totp->field, 1);
    totp->base.form.enter_submits = true;
    return true;
}

static void totp_close(struct screen *screen)
{
    struct totp_screen *totp = (struct totp_screen *)screen;

    form_screen_close(screen);
    wipe(totp->secret, sizeof totp->secret);
    wipe(totp->uri, sizeof totp->uri);
}

/* --- Asking --- */

static void send_password(struct totp_screen *totp)
{
    struct account_totp_begin request = {.password = form_screen_secret(&totp->base, 0)};

    if (request.password.length == 0) {
        form_screen_error(&totp->base, 0, "type your password");
        return;
    }
    screen_send(&totp->base.screen, &(struct stage_order){.method = METHOD_ACCOUNT_TOTP_BEGIN,
                                                          .request = &request,
                                                          .task = "Making a secret"});
}

static void send_code(struct totp_screen *totp)
{
    struct account_totp_confirm request = {.code = form_screen_text(&totp->base, 0)};

    if (request.code.length == 0) {
        form_screen_error(&totp->base, 0, "type the six digits that the app shows");
        return;
    }
    screen_send(&totp->base.screen, &(struct stage_order){.method = METHOD_ACCOUNT_TOTP_CONFIRM,
                                                          .request = &request,
                                                          .task = "Setting it up"});
}

static enum handled totp_key(struct screen *screen, const struct key *key)
{
    struct totp_screen *totp = (struct totp_screen *)screen;

    enum handled handled = form_screen_key(&totp->base, key);
    if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    } else if (handled == HANDLED_SUBMIT && totp->step == STEP_PASSWORD) {
        send_password(totp);
    } else if (handled == HANDLED_SUBMIT) {
        send_code(totp);
    }
    return handled;
}

/* --- Answers --- */

static void keep_secret(struct totp_screen *totp, const struct totp_begun *reply)
{
    snprintf(totp->secret, sizeof totp->secret, "%.*s", (int)reply->secret.length,
             reply->secret.data);
    snprintf(totp->uri, sizeof totp->uri, "%.*s", (int)reply->uri.length, reply->uri.data);
    form_finish(&totp->base.form);
    form_field_text(&totp->field, "Code", CODE_MAX);
    totp->field.hint = "the six digits that the app shows now";
    form_init(&totp->base.form, &totp->field, 1);
    totp->base.form.enter_submits = true;
    totp->step = STEP_CODE;
}

static void totp_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct totp_screen *totp = (struct totp_screen *)screen;

    if (reply->error == ERROR_NONE && reply->method == METHOD_ACCOUNT_TOTP_BEGIN) {
        keep_secret(totp, reply->reply);
    } else if (reply->error == ERROR_NONE) {
        screen_close(screen);
        model_refresh_account(screen->stage->model);
        stage_push(screen->stage, &screen_recovery_codes, reply->reply);
        stage_say(screen->stage, STATUS_INFO, "Your second factor is set up.");
    } else if (reply->error == ERROR_AUTH_FAILED && totp->step == STEP_PASSWORD) {
        form_screen_error(&totp->base, 0, "this is not your password");
        secret_field_clear(&totp->field.secret);
    } else {
        form_screen_fail(&totp->base, totp->step == STEP_CODE ? step_names : (const char *[]){NULL},
                         NULL, reply);
    }
}

/* --- Drawing --- */

static int print(const struct frame *frame, int row, enum style_role style, const char *text)
{
    if (row < frame->body.row + frame->body.height) {
        terminal_print(frame->terminal, row, 2, frame->body.width - 2, style, text);
    }
    return row + 1;
}

/* Over as many rows as it takes, so that all of it can be copied. */
static int print_broken(const struct frame *frame, int row, const char *text)
{
    int width = frame->body.width - 6;
    size_t length = strlen(text);

    for (size_t at = 0; width > 0 && at < length; at += (size_t)width) {
        char part[512];
        snprintf(part, sizeof part, "  %.*s", width, text + at);
        row = print(frame, row, STYLE_NORMAL, part);
    }
    return row;
}

static void write_groups(const char *secret, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; secret[i] != '\0' && used + SECRET_GROUP + 2 < size; i += SECRET_GROUP) {
        used += (size_t)snprintf(text + used, size - used, " %.*s", SECRET_GROUP, secret + i);
    }
}

static int draw_secret(const struct totp_screen *totp, const struct frame *frame, int row)
{
    char groups[2 * TOTP_SECRET_MAX];

    write_groups(totp->secret, groups, sizeof groups);
    row = print(frame, row, STYLE_NORMAL, "Type this secret into an app that shows codes:");
    row = print_broken(frame, row, groups + 1);
    wipe(groups, sizeof groups);
    row = print(frame, row, STYLE_NORMAL, "or give it this address, in one line:");
    row = print_broken(frame, row, totp->uri);
    return print(frame, row, STYLE_MUTED,
                 "Nobody can look it up later. It counts once a code of it is typed here.");
}

static void totp_draw(struct screen *screen, const struct frame *frame)
{
    struct totp_screen *totp = (struct totp_screen *)screen;
    int row = frame->body.row + (frame->body.height > 8 ? 1 : 0);

    if (totp->step == STEP_CODE) {
        row = draw_secret(totp, frame, row);
    } else {
        row = print(frame, row, STYLE_NORMAL,
                    "A second factor is a code of an app, asked for beside your password.");
    }
    int last = frame->body.row + frame->body.height - 1; /* the field is always there */
    row = row + 1 < last ? row + 1 : last;
    form_draw(&totp->base.form, frame->terminal, form_screen_place(frame, row - frame->body.row));
}

const struct screen_ops screen_totp = {
    .id = SCREEN_TOTP,
    .name = "totp",
    .title = "Second factor",
    .size = sizeof(struct totp_screen),
    .open = totp_open,
    .close = totp_close,
    .draw = totp_draw,
    .key = totp_key,
    .reply = totp_reply,
};

/* --- Recovery codes --- */

struct codes_screen {
    struct screen screen;
    char codes[RECOVERY_CODES][CODE_MAX + 1];
    size_t count; /* 0: they were lost on their way */
    bool warned;  /* leaving was tried once */
};

static bool codes_open(struct screen *screen, const void *arguments)
{
    struct codes_screen *shown = (struct codes_screen *)screen;
    const struct totp_confirmed *confirmed = arguments;
    const struct recovery_code *codes = confirmed->codes.items;
    bool told = present_has(confirmed->present, TOTP_CONFIRMED_CODES);

    for (size_t i = 0; told && i < confirmed->codes.count && i < RECOVERY_CODES; i++) {
        snprintf(shown->codes[i], sizeof shown->codes[i], "%.*s", (int)codes[i].code.length,
                 codes[i].code.data);
        shown->count = i + 1;
    }
    stage_guard(screen->stage); /* they are not shown again */
    return true;
}

static void codes_close(struct screen *screen)
{
    struct codes_screen *shown = (struct codes_screen *)screen;

    wipe(shown->codes, sizeof shown->codes);
}

/* A habit's q must not take away what nobody can look up later. */
static enum handled codes_key(struct screen *screen, const struct key *key)
{
    struct codes_screen *shown = (struct codes_screen *)screen;
    bool leaves = key_is_cancel(key) || key_is_character(key, 'q');

    if (!leaves || shown->warned || shown->count == 0) {
        return HANDLED_NOT;
    }
    shown->warned = true;
    stage_say(screen->stage, STATUS_WARNING,
              "Written down? They are never shown again. q once more leaves.");
    return HANDLED;
}

static void draw_lost(const struct frame *frame, int row)
{
    row = print(frame, row, STYLE_WARNING,
                "The recovery codes were lost on their way here. For new ones remove the");
    print(frame, row, STYLE_WARNING, "second factor and set it up again.");
}

static void codes_draw(struct screen *screen, const struct frame *frame)
{
    struct codes_screen *shown = (struct codes_screen *)screen;
    bool roomy = frame->body.height > 12;
    int row = frame->body.row + roomy;

    terminal_cursor(frame->terminal, frame->body.row, 0);
    row = print(frame, row, STYLE_NORMAL,
                "From now on signing in asks for a code of the app beside the password.");
    row += roomy;
    if (shown->count == 0) {
        draw_lost(frame, row);
        return;
    }
    row = print(frame, row, STYLE_NORMAL,
                "Recovery codes, each good once when the app is lost. Keep them in a safe");
    row = print(frame, row, STYLE_NORMAL, "place; nobody can look them up later:");
    row += roomy;
    for (size_t i = 0; i < shown->count; i += CODES_IN_A_ROW) {
        char line[2 * (CODE_MAX + 1) + CODE_COLUMNS];
        snprintf(line, sizeof line, "  %-*s%s", CODE_COLUMNS, shown->codes[i],
                 i + 1 < shown->count ? shown->codes[i + 1] : "");
        row = print(frame, row, STYLE_HEADING, line);
        wipe(line, sizeof line);
    }
}

const struct screen_ops screen_recovery_codes = {
    .id = SCREEN_CODE, /* the same keys */
    .name = "recovery-codes",
    .title = "Recovery codes",
    .size = sizeof(struct codes_screen),
    .open = codes_open,
    .close = codes_close,
    .draw = codes_draw,
    .key = codes_key,
};

/* --- Giving it up --- */

enum { FIELD_PASSWORD, FIELD_CODE, REMOVE_FIELDS };

struct remove_screen {
    struct form_screen base;
    struct form_field fields[REMOVE_FIELDS];
};

static const char *const remove_names[REMOVE_FIELDS] = {"password", "code"};

static bool remove_open(struct screen *screen, const void *arguments)
{
    struct remove_screen *form = (struct remove_screen *)screen;

    (void)arguments;
    form_field_secret(&form->fields[FIELD_PASSWORD], "Your password");
    form_field_text(&form->fields[FIELD_CODE], "Code", CODE_MAX);
    form->fields[FIELD_CODE].hint = SECOND_FACTOR_HINT;
    form_init(&form->base.form, form->fields, REMOVE_FIELDS);
    form->base.form.enter_submits = true;
    return true;
}

static void send_removal(struct remove_screen *form)
{
    struct account_totp_remove request = {
        .password = form_screen_secret(&form->base, FIELD_PASSWORD),
        .code = form_screen_text(&form->base, FIELD_CODE),
    };

    if (request.password.length == 0) {
        form_screen_error(&form->base, FIELD_PASSWORD, "type your password");
    } else if (request.code.length == 0) {
        form_screen_error(&form->base, FIELD_CODE, "type a code");
    } else {
        screen_send(&form->base.screen,
                    &(struct stage_order){.method = METHOD_ACCOUNT_TOTP_REMOVE,
                                          .request = &request,
                                          .task = "Removing it",
                                          .done = "Your second factor is removed."});
    }
}

static enum handled remove_key(struct screen *screen, const struct key *key)
{
    struct remove_screen *form = (struct remove_screen *)screen;
    enum handled handled = form_screen_key(&form->base, key);

    if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    } else if (handled == HANDLED_SUBMIT) {
        send_removal(form);
    }
    return handled;
}

static void remove_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct remove_screen *form = (struct remove_screen *)screen;

    if (reply->error == ERROR_NONE) {
        model_refresh_account(screen->stage->model);
        screen_close(screen);
    } else if (reply->error == ERROR_AUTH_FAILED && reply->failure->field.length == 0) {
        form_screen_error(&form->base, FIELD_PASSWORD, "this is not your password");
        secret_field_clear(&form->fields[FIELD_PASSWORD].secret);
    } else {
        form_screen_fail(&form->base, remove_names, NULL, reply);
    }
}

static void remove_draw(struct screen *screen, const struct frame *frame)
{
    struct remove_screen *form = (struct remove_screen *)screen;
    int row = print(frame, frame->body.row + (frame->body.height > 8 ? 1 : 0), STYLE_NORMAL,
                    "You have a second factor. Here it is removed, with a code of it.");

    form_draw(&form->base.form, frame->terminal,
              form_screen_place(frame, row - frame->body.row + (frame->body.height > 8 ? 1 : 0)));
}

const struct screen_ops screen_totp_remove = {
    .id = SCREEN_TOTP_REMOVE,
    .name = "totp-remove",
    .title = "Remove the second factor",
    .size = sizeof(struct remove_screen),
    .open = remove_open,
    .close = form_screen_close,
    .draw = remove_draw,
    .key = remove_key,
    .reply = remove_reply,
};

void open_second_factor(struct stage *stage)
{
    bool has_one = stage->model->account.account.second_factor;

    stage_push(stage, has_one ? &screen_totp_remove : &screen_totp, NULL);
}
