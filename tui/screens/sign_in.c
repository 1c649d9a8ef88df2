/* Signing in: at the start, after signing out, and over everything else when a sign-in has ended by
 * itself. It is drawn before the desk has said a word, and what is typed early is sent then. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/fingerprint.h"
#include "tui/key_file.h"
#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"
#include "tui/token_store.h"
#include "tui/wipe.h"

/* The code is asked for in a second step, when the desk does. */
enum { FIELD_NAME, FIELD_PASSWORD, FIELD_CODE, FIELD_COUNT };

struct sign_in_form {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
    bool has_key; /* there is a key on this computer */
};

static const char *const field_names[FIELD_COUNT] = {"name", "password", "code"};

static bool key_is_here(void)
{
    char path[PATH_SIZE];
    struct key_file file;
    bool here = key_file_path(path) == ERROR_NONE && key_file_load(path, &file) == ERROR_NONE;

    if (here) {
        wipe(&file, sizeof file);
    }
    return here;
}

static bool sign_in_open(struct screen *screen, const void *arguments)
{
    struct sign_in_form *sign_in = (struct sign_in_form *)screen;
    const struct model_account *account = &screen->stage->model->account;

    (void)arguments;
    form_field_text(&sign_in->fields[FIELD_NAME], "User", USER_NAME_MAX);
    form_field_secret(&sign_in->fields[FIELD_PASSWORD], "Password");
    form_field_text(&sign_in->fields[FIELD_CODE], "Code", CODE_MAX);
    sign_in->fields[FIELD_CODE].hint = SECOND_FACTOR_HINT;
    form_init(&sign_in->base.form, sign_in->fields, FIELD_CODE);
    sign_in->base.form.enter_submits = true;
    sign_in->has_key = key_is_here();
    if (account->known) {
        text_field_set(&sign_in->fields[FIELD_NAME].text, account->account.name.data,
                       account->account.name.length);
        form_focus(&sign_in->base.form, FIELD_PASSWORD);
    }
    return true;
}

static void sign_in_close(struct screen *screen)
{
    struct sign_in_form *sign_in = (struct sign_in_form *)screen;

    sign_in->base.form.count = FIELD_COUNT; /* also the one that was not asked for */
    form_screen_close(screen);
}

static bool asks_for_code(const struct sign_in_form *sign_in)
{
    return sign_in->base.form.count == FIELD_COUNT;
}

static void ask_for_code(struct sign_in_form *sign_in)
{
    sign_in->base.form.count = FIELD_COUNT;
    form_focus(&sign_in->base.form, FIELD_CODE);
    stage_say(sign_in->base.screen.stage, STATUS_INFO, "%s", error_sentence(ERROR_CODE_REQUIRED));
}

/* Another name or password is another beginning: who is that, and do they have a code? */
static void forget_code(struct sign_in_form *sign_in)
{
    size_t focus = sign_in->base.form.focus;

    text_field_set(&sign_in->fields[FIELD_CODE].text, "", 0);
    sign_in->base.form.count = FIELD_CODE;
    form_focus(&sign_in->base.form, focus);
}

static void send_login(struct sign_in_form *sign_in)
{
    struct text name = form_screen_text(&sign_in->base, FIELD_NAME);
    struct text password = form_screen_secret(&sign_in->base, FIELD_PASSWORD);

    if (name.length == 0) {
        form_screen_error(&sign_in->base, FIELD_NAME, "type your user name");
        return;
    }
    if (password.length == 0) {
        form_screen_error(&sign_in->base, FIELD_PASSWORD, "type your password");
        return;
    }
    struct text code = form_screen_text(&sign_in->base, FIELD_CODE);
    if (asks_for_code(sign_in) && code.length == 0) {
        form_screen_error(&sign_in->base, FIELD_CODE, "type a code of your second factor");
        return;
    }
    stage_reconnect(sign_in->base.screen.stage); /* if there is no line: not in 8 s, but now */
    send_sign_in(&sign_in->base.screen, name, password, code);
}

void send_sign_in(struct screen *screen, struct text name, struct text password, struct text code)
{
    char host[65] = "";
    uint8_t known[TOKEN_BYTES];
    struct account_login request = {.name = name, .password = password};

    gethostname(host, sizeof host - 1);
    request.device = text_of(host);
    present_mark(&request.present, LOGIN_DEVICE);
    if (device_token_load(connection_address(screen->stage->connection), name, known)) {
        request.device_token = (struct bytes){.data = known, .length = TOKEN_BYTES};
        present_mark(&request.present, LOGIN_DEVICE_TOKEN);
    }
    if (code.length > 0) {
        request.code = code;
        present_mark(&request.present, LOGIN_CODE);
    }
    screen_send(screen, &(struct stage_order){.method = METHOD_ACCOUNT_LOGIN,
                                              .request = &request,
                                              .task = "Signing in"});
    wipe(known, sizeof known);
}

void enter_signed_in(struct stage *stage, const struct signed_in *reply)
{
    if (present_has(reply->present, SIGNED_IN_DEVICE_TOKEN)) {
        /* Without a place to keep it the device stays unknown, and that is all. */
        (void)device_token_save(connection_address(stage->connection), reply->account.name,
                                reply->device_token.data);
    }
    stage_enter(stage, &reply->account);
    if (present_has(reply->present, SIGNED_IN_NEW_DEVICE)) {
        tell_new_device(stage, &reply->new_device);
    }
}

/* The name is what stands in the form. */
void sign_in_with_key(struct stage *stage)
{
    struct sign_in_form *sign_in = (struct sign_in_form *)stage_find(stage, &screen_sign_in);
    struct use_key wanted = {.purpose = KEY_SIGNS_IN};

    if (sign_in == NULL) {
        return;
    }
    wanted.name = form_screen_text(&sign_in->base, FIELD_NAME);
    if (wanted.name.length == 0) {
        form_screen_error(&sign_in->base, FIELD_NAME, "type your user name");
        return;
    }
    stage_reconnect(stage);
    stage_push(stage, &screen_sign_in_key, &wanted);
}

static enum handled sign_in_key(struct screen *screen, const struct key *key)
{
    struct sign_in_form *sign_in = (struct sign_in_form *)screen;

    if (key_is_control(key, 'c')) {
        return HANDLED_NOT;
    }
    enum handled handled = form_screen_key(&sign_in->base, key);
    if (handled == HANDLED_SUBMIT) {
        send_login(sign_in);
    } else if (handled == HANDLED_CHANGE && asks_for_code(sign_in) &&
               sign_in->base.form.focus != FIELD_CODE) {
        forget_code(sign_in);
    }
    return handled == HANDLED_CANCEL ? HANDLED : handled;
}

static void sign_in_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct sign_in_form *sign_in = (struct sign_in_form *)screen;

    if (reply->error == ERROR_NONE) {
        enter_signed_in(screen->stage, reply->reply);
        return;
    }
    if (reply->error == ERROR_CODE_REQUIRED) {
        ask_for_code(sign_in);
        return;
    }
    if (reply->error == ERROR_AUTH_FAILED && asks_for_code(sign_in)) {
        text_field_set(&sign_in->fields[FIELD_CODE].text, "", 0);
        form_focus(&sign_in->base.form, FIELD_CODE);
    } else if (reply->error == ERROR_AUTH_FAILED) {
        secret_field_clear(&sign_in->fields[FIELD_PASSWORD].secret);
        form_focus(&sign_in->base.form, FIELD_PASSWORD);
    }
    form_screen_fail(&sign_in->base, field_names, NULL, reply);
}

/* --- Drawing --- */

static const char *registration_words(const struct stage *stage)
{
    const struct hello_reply *hello = connection_hello(stage->connection);

    if (hello->protocol != 0 && hello->registration == REGISTRATION_CLOSED) {
        return "New here? Ask an admin for an account. Ctrl-O if you have a code.";
    }
    return "New here? Ctrl-R or F9 opens an account. Ctrl-O if you have a code.";
}

/* Where the desk is, and the key it has proved to have, to compare. */
static void draw_server(const struct stage *stage, const struct frame *frame, int row)
{
    char place[ADDRESS_TEXT_MAX];
    char key[FINGERPRINT_SIZE];
    char line[ADDRESS_TEXT_MAX + 16];
    const struct address *address = connection_address(stage->connection);
    int width = frame->body.width - 2;

    address_format(address, place);
    snprintf(line, sizeof line, "Desk at %s", place);
    terminal_print(frame->terminal, row, 2, width, STYLE_MUTED, line);
    if (connection_state(stage->connection) == CONNECTION_WAITING) {
        int used = terminal_print(frame->terminal, row + 1, 2, width, STYLE_WARNING,
                                  "It cannot be reached: ");
        terminal_print(frame->terminal, row + 1, 2 + used, width - used, STYLE_NORMAL,
                       connection_problem(stage->connection));
    } else if (address->kind == ADDRESS_TCP && connection_hello(stage->connection)->protocol != 0) {
        fingerprint_format(connection_host_key(stage->connection), key);
        snprintf(line, sizeof line, "Key %s (known)", key);
        terminal_print(frame->terminal, row + 1, 2, width, STYLE_MUTED, line);
    }
}

static void sign_in_draw(struct screen *screen, const struct frame *frame)
{
    struct sign_in_form *sign_in = (struct sign_in_form *)screen;
    const struct hello_reply *hello = connection_hello(screen->stage->connection);
    char heading[160] = "Sign in";
    int row = frame->body.row + (frame->body.height > 8 ? 1 : 0);
    int last = frame->body.row + frame->body.height - 1;

    if (hello->server.length > 0) {
        snprintf(heading, sizeof heading, "Sign in to %.*s", (int)hello->server.length,
                 hello->server.data);
    }
    terminal_print(frame->terminal, row, 2, frame->body.width - 2, STYLE_HEADING, heading);
    struct rectangle place = form_screen_place(frame, row - frame->body.row + 1);
    int rows = asks_for_code(sign_in) ? 5 : 4;
    place.height = place.height > rows ? rows : place.height;
    if (row + 6 <= last) {
        place.row++;
    }
    form_draw(&sign_in->base.form, frame->terminal, place);
    if (place.row + rows + 1 <= last) {
        terminal_print(frame->terminal, place.row + rows + 1, 2, frame->body.width - 2,
                       STYLE_NORMAL, registration_words(screen->stage));
    }
    if (sign_in->has_key && place.row + rows + 2 <= last) {
        terminal_print(frame->terminal, place.row + rows + 2, 2, frame->body.width - 2,
                       STYLE_NORMAL, "Your key is on this computer: Ctrl-T signs in with it.");
    }
    if (place.row + rows + 4 <= last) {
        draw_server(screen->stage, frame, place.row + rows + 3);
    }
}

static void sign_in_write_title(struct screen *screen, char *text, size_t size)
{
    (void)screen;
    snprintf(text, size, "ttydesk " TTYDESK_VERSION);
}

const struct screen_ops screen_sign_in = {
    .id = SCREEN_SIGN_IN,
    .name = "sign-in",
    .size = sizeof(struct sign_in_form),
    .bare = true,
    .open = sign_in_open,
    .close = sign_in_close,
    .draw = sign_in_draw,
    .key = sign_in_key,
    .reply = sign_in_reply,
    .write_title = sign_in_write_title,
};

void open_register(struct stage *stage)
{
    const struct hello_reply *hello = connection_hello(stage->connection);

    if (hello->protocol != 0 && hello->registration == REGISTRATION_CLOSED) {
        stage_say(stage, STATUS_ERROR, "%s", error_sentence(ERROR_REGISTRATION_CLOSED));
        return;
    }
    stage_push(stage, &screen_register, NULL);
}

/* --- Signing out --- */

static void on_sign_out(struct screen *asker, bool yes, const char *text)
{
    struct nothing request = {0};
    struct stage *stage = asker->stage;

    (void)text;
    if (!yes) {
        return;
    }
    /* The screen is left at once; should the word not arrive, the token is gone all the same. */
    stage_save(stage);
    screen_send(asker, &(struct stage_order){.method = METHOD_ACCOUNT_LOGOUT, .request = &request});
    model_forget(stage->model);
    stage_replace_all(stage, &screen_sign_in, NULL);
    drafts_close(&stage->drafts);
    stage_say(stage, STATUS_INFO, "Signed out.");
}

void sign_out(struct stage *stage)
{
    struct question question = {
        .kind = PROMPT_YES_NO, .text = "Sign out?", .on_answer = on_sign_out};

    stage_push(stage, &screen_question, &question);
}
