/* Signing with the own key: to sign in, or to enter admin mode. The passphrase is asked for here,
 * and neither it nor the key itself ever leaves this computer. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/fingerprint.h"
#include "tui/key_file.h"
#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"
#include "tui/token_store.h"
#include "tui/wipe.h"

enum { FIELD_PASSPHRASE, FIELD_COUNT };

struct use_key_screen {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
    enum key_purpose purpose;
    void (*then)(struct stage *stage);
    char name[USER_NAME_MAX * 4 + 1]; /* as whom */
    struct key_file file;
    bool opened;
    uint8_t seed[KEY_SEED_BYTES]; /* once it is opened */
};

static bool use_key_open(struct screen *screen, const void *arguments)
{
    struct use_key_screen *using = (struct use_key_screen *)screen;
    const struct use_key *wanted = arguments;
    char path[PATH_SIZE];
    enum error error = key_file_path(path);

    if (error == ERROR_NONE) {
        error = key_file_load(path, &using->file);
    }
    if (error != ERROR_NONE) {
        stage_say(screen->stage, STATUS_ERROR, "Your key cannot be used: %s",
                  key_file_problem(error));
        return false;
    }
    using->purpose = wanted->purpose;
    using->then = wanted->then;
    snprintf(using->name, sizeof using->name, "%.*s", (int)wanted->name.length, wanted->name.data);
    form_field_secret(&using->fields[FIELD_PASSPHRASE], "Passphrase");
    form_init(&using->base.form, using->fields, FIELD_COUNT);
    using->base.form.enter_submits = true;
    return true;
}

static void forget_key(struct use_key_screen *using)
{
    using->opened = false;
    wipe(using->seed, sizeof using->seed);
}

static void use_key_close(struct screen *screen)
{
    struct use_key_screen *using = (struct use_key_screen *)screen;

    forget_key(using);
    wipe(&using->file, sizeof using->file);
    form_screen_close(screen);
}

static void send_login(struct use_key_screen *using, const uint8_t *signature)
{
    struct stage *stage = using->base.screen.stage;
    char host[65] = "";
    uint8_t known[TOKEN_BYTES];
    struct account_login_key request = {.name = text_of(using->name),
                                        .public_key = {using->file.public_key, KEY_BYTES},
                                        .signature = {signature, SIGNATURE_BYTES}};

    gethostname(host, sizeof host - 1);
    request.device = text_of(host);
    present_mark(&request.present, LOGIN_KEY_DEVICE);
    if (device_token_load(connection_address(stage->connection), request.name, known)) {
        request.device_token = (struct bytes){.data = known, .length = TOKEN_BYTES};
        present_mark(&request.present, LOGIN_KEY_DEVICE_TOKEN);
    }
    screen_send(&using->base.screen, &(struct stage_order){.method = METHOD_ACCOUNT_LOGIN_KEY,
                                                           .request = &request,
                                                           .task = "Signing in"});
    wipe(known, sizeof known);
}

static void send_elevation_by_key(struct use_key_screen *using, const uint8_t *signature)
{
    struct account_elevate_key request = {.public_key = {using->file.public_key, KEY_BYTES},
                                          .signature = {signature, SIGNATURE_BYTES}};

    screen_send(&using->base.screen, &(struct stage_order){.method = METHOD_ACCOUNT_ELEVATE_KEY,
                                                           .request = &request,
                                                           .task = "Entering admin mode"});
}

/* Signs for this connection; on the Unix socket a number of the desk may have to be asked first. */
static void sign_and_send(struct use_key_screen *using, bool may_ask)
{
    struct screen *screen = &using->base.screen;
    struct key_binding binding;
    uint8_t signature[SIGNATURE_BYTES];
    struct hello hello = {.protocol = PROTOCOL_VERSION};

    if (!connection_take_binding(screen->stage->connection, &binding)) {
        if (may_ask) {
            screen_send(screen, &(struct stage_order){
                                    .method = METHOD_HELLO, .request = &hello, .task = "Asking"});
        } else {
            stage_say(screen->stage, STATUS_ERROR, "This desk does not take keys.");
        }
        return;
    }
    if (!key_proof_sign(using->seed, using->purpose, &binding, text_of(using->name), signature)) {
        return;
    }
    if (using->purpose == KEY_SIGNS_IN) {
        send_login(using, signature);
    } else {
        send_elevation_by_key(using, signature);
    }
}

static void submit(struct use_key_screen *using)
{
    struct screen *screen = &using->base.screen;
    struct text passphrase = form_screen_secret(&using->base, FIELD_PASSPHRASE);
    enum error error = key_file_open(&using->file, passphrase, using->seed);

    secret_field_clear(&using->fields[FIELD_PASSPHRASE].secret);
    using->opened = error == ERROR_NONE;
    if (error == ERROR_AUTH_FAILED) {
        form_screen_error(&using->base, FIELD_PASSPHRASE, "this is not the passphrase of the key");
    } else if (error != ERROR_NONE) {
        stage_say(screen->stage, STATUS_ERROR, "Your key cannot be used: %s",
                  key_file_problem(error));
    } else {
        sign_and_send(using, true);
    }
}

static enum handled use_key_key(struct screen *screen, const struct key *key)
{
    struct use_key_screen *using = (struct use_key_screen *)screen;
    enum handled handled = form_screen_key(&using->base, key);

    if (handled == HANDLED_SUBMIT) {
        submit(using);
    } else if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return handled;
}

static void use_key_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct use_key_screen *using = (struct use_key_screen *)screen;
    struct stage *stage = screen->stage;
    void (*then)(struct stage *) = using->then;

    if (reply->error == ERROR_NONE && reply->method == METHOD_HELLO) {
        sign_and_send(using, false);
        return;
    }
    forget_key(using);
    if (reply->error == ERROR_AUTH_FAILED) {
        stage_say(stage, STATUS_ERROR, "The desk does not know this key as one of %s.",
                  using->name);
    } else if (reply->error != ERROR_NONE) {
        stage_explain(stage, "Using the key", reply->error, reply->failure);
    } else if (reply->method == METHOD_ACCOUNT_LOGIN_KEY) {
        enter_signed_in(stage, reply->reply);
    } else {
        screen_close(screen);
        model_set_elevated(stage->model, ((const struct elevated *)reply->reply)->until_ms);
        then(stage);
    }
}

static void use_key_draw(struct screen *screen, const struct frame *frame)
{
    struct use_key_screen *using = (struct use_key_screen *)screen;
    char fingerprint[FINGERPRINT_SIZE];
    char line[USER_NAME_MAX * 4 + 80];
    int row = frame->body.row;
    int width = frame->body.width - 2;

    snprintf(line, sizeof line,
             using->purpose == KEY_SIGNS_IN ? "Sign in as %s with the key"
                                            : "Enter admin mode as %s with the key",
             using->name);
    terminal_print(frame->terminal, row, 2, width, STYLE_NORMAL, line);
    fingerprint_of_account_key(using->file.public_key, fingerprint);
    terminal_print(frame->terminal, row + 1, 2, width, STYLE_MUTED, fingerprint);
    if (using->file.sealed) {
        form_draw(&using->base.form, frame->terminal, form_screen_place(frame, 3));
    } else {
        terminal_print(frame->terminal, row + 3, 2, width, STYLE_NORMAL,
                       "It has no passphrase. Enter uses it.");
        terminal_cursor(frame->terminal, row + 3, 2);
    }
}

const struct screen_ops screen_sign_in_key = {
    .id = SCREEN_USE_KEY,
    .name = "sign-in-key",
    .title = "Your key",
    .size = sizeof(struct use_key_screen),
    .bare = true,
    .open = use_key_open,
    .close = use_key_close,
    .draw = use_key_draw,
    .key = use_key_key,
    .reply = use_key_reply,
};

const struct screen_ops screen_elevate_key = {
    .id = SCREEN_USE_KEY,
    .name = "elevate-key",
    .title = "Your key",
    .size = sizeof(struct use_key_screen),
    .open = use_key_open,
    .close = use_key_close,
    .draw = use_key_draw,
    .key = use_key_key,
    .reply = use_key_reply,
};
