/* Keys: who adds one, what it opens, and what ends with it. That a signature is right is found out
 * at the edge (tests/proto/test_key_proof.c); here it is what the command says was proved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "tests/core/desk.h"

static const struct origin timer = {.desk = true, .source = {"198.51.100.7", 12}};

static int set_stage(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    desk_open(desk);
    *state = desk;
    return 0;
}

static int clear_stage(void **state)
{
    desk_close(*state);
    free(*state);
    return 0;
}

/* A command that wants a key added, as the edge makes it when password and signature were right. */
static struct command wish_for(struct desk *desk, struct origin origin,
                               const struct account_key_add *request, const char *key)
{
    struct command command = desk_command(desk, METHOD_ACCOUNT_KEY_ADD, origin, request);
    struct viewer viewer = desk_viewer(desk, origin);
    command.prepared.account = viewer.account.id;
    command.prepared.password_version = viewer.account.password_version;
    command.prepared.key = text_of(key);
    command.prepared.key_fingerprint = text_of("TK1:fingerprint");
    return command;
}

static struct outcome add(struct desk *desk, struct origin origin, const char *key)
{
    struct account_key_add request = {.label = text_of("laptop")};
    struct command command = wish_for(desk, origin, &request, key);
    return desk_run(desk, &command);
}

/* Signs in with what was proved to be this key. */
static struct outcome login(struct desk *desk, const char *name, const char *key,
                            uint64_t *ret_sign_in)
{
    struct account_login_key request = {.name = text_of(name), .device = text_of("laptop")};
    struct command command = desk_command(desk, METHOD_ACCOUNT_LOGIN_KEY, desk_nobody, &request);
    uint8_t token[TOKEN_BYTES] = {0};
    memcpy(token, &command.fresh_id, sizeof command.fresh_id);
    command.prepared.new_token_hash = (struct bytes){token, sizeof token};
    command.prepared.key = text_of(key);
    struct outcome outcome = desk_run(desk, &command);
    if (ret_sign_in != NULL) {
        *ret_sign_in = outcome.sign_in;
    }
    return outcome;
}

static struct outcome take_away(struct desk *desk, struct origin origin, uint64_t id)
{
    struct account_key_remove request = {.id = id};
    return desk_do(desk, METHOD_ACCOUNT_KEY_REMOVE, origin, &request);
}

static bool is_signed_in(struct desk *desk, uint64_t sign_in)
{
    struct origin origin = {.sign_in = sign_in, .connection = 77};
    return desk_viewer(desk, origin).signed_in;
}

static void a_key_opens_its_own_account_and_no_other(void **state)
{
    struct desk *desk = *state;
    uint64_t sign_in = 0;
    desk_account(desk, "anna", ROLE_USER);
    desk_account(desk, "bert", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");

    assert_verdict(add(desk, anna, "key one"), ERROR_NONE);
    assert_verdict(login(desk, "anna", "key one", &sign_in), ERROR_NONE);
    assert_true(is_signed_in(desk, sign_in));
    assert_verdict(login(desk, "Anna", "key one", NULL), ERROR_NONE);
    assert_verdict(login(desk, "bert", "key one", NULL), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "anna", "key two", NULL), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "nobody", "key one", NULL), ERROR_AUTH_FAILED);
    /* Nothing was proved: as much as no key, whatever the account has. */
    assert_verdict(login(desk, "anna", NULL, NULL), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "bert", NULL, NULL), ERROR_AUTH_FAILED);
}

/* They must be told apart by nothing, the field included. */
static void refusals_at_the_door_are_all_alike(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "boss", ROLE_ADMIN);
    desk_account(desk, "anna", ROLE_USER);
    assert_verdict(add(desk, desk_sign_in(desk, "anna"), "key one"), ERROR_NONE);
    struct outcome outcome =
        desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "anna");
    assert_verdict(outcome, ERROR_NONE);
    struct outcome answers[] = {
        login(desk, "anna", "key one", NULL),
        login(desk, "anna", "key two", NULL),
        login(desk, "nobody", "key one", NULL),
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        assert_verdict(answers[i], ERROR_AUTH_FAILED);
        assert_null(answers[i].field.data);
        assert_null(answers[i].reason.data);
    }
    /* As with a password: who may come back comes in with what they had. */
    outcome = desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_ENABLE, desk_console, "anna");
    assert_verdict(outcome, ERROR_NONE);
    assert_verdict(login(desk, "anna", "key one", NULL), ERROR_NONE);
}

static void a_key_needs_the_password_and_a_proof(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");
    struct account_key_add request = {.label = text_of("laptop")};
    struct command command = wish_for(desk, anna, &request, "key one");
    bool changed;

    command.prepared.account = 0;
    struct outcome outcome = desk_try(desk, &command, &changed);
    assert_verdict(outcome, ERROR_AUTH_FAILED);
    assert_text(outcome.field, "password");
    assert_false(changed);

    command = wish_for(desk, anna, &request, "key one");
    command.prepared.password_version--; /* it was changed while this was on its way */
    outcome = desk_try(desk, &command, &changed);
    assert_verdict(outcome, ERROR_AUTH_FAILED);

    command = wish_for(desk, anna, &request, NULL);
    outcome = desk_try(desk, &command, &changed);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "signature");
    assert_false(changed);
    assert_verdict(login(desk, "anna", "key one", NULL), ERROR_AUTH_FAILED);
}

static void an_account_has_each_key_once_and_so_many_at_most(void **state)
{
    struct desk *desk = *state;
    char name[16];
    desk_account(desk, "anna", ROLE_USER);
    desk_account(desk, "bert", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");
    struct outcome last = {.verdict = ERROR_NONE};
    for (unsigned i = 0; i < KEYS_MAX; i++) {
        snprintf(name, sizeof name, "key %u", i);
        last = add(desk, anna, name);
        assert_verdict(last, ERROR_NONE);
    }
    struct outcome outcome = add(desk, anna, "key 1");
    assert_verdict(outcome, ERROR_ALREADY_DONE);
    assert_text(outcome.field, "public_key");
    outcome = add(desk, anna, "one more");
    assert_verdict(outcome, ERROR_TOO_MANY);
    assert_text(outcome.field, "public_key");
    assert_non_null(outcome.reason.data);
    assert_verdict(take_away(desk, anna, last.number), ERROR_NONE);
    assert_verdict(add(desk, anna, "one more"), ERROR_NONE);
    /* Whose else a key is nobody is told. */
    assert_verdict(add(desk, desk_sign_in(desk, "bert"), "key 1"), ERROR_NONE);
}

/* Strangers who guess at the password can't keep an admin with a key out, and what they did is
 * forgotten as after any other good sign-in. */
static void guesses_at_the_password_do_not_hold_a_key_up(void **state)
{
    struct desk *desk = *state;
    uint64_t anna = desk_account(desk, "anna", ROLE_ADMIN);
    struct account_count_failure failure = {.account = anna};
    struct row_failures row;
    assert_verdict(add(desk, desk_sign_in(desk, "anna"), "key one"), ERROR_NONE);
    for (unsigned i = 0; i < FAILURES_MAX; i++) {
        assert_verdict(desk_do(desk, METHOD_ACCOUNT_COUNT_FAILURE, timer, &failure), ERROR_NONE);
    }
    assert_verdict(login(desk, "anna", "key one", NULL), ERROR_NONE);
    assert_false(rows_get(desk_read(desk), ROW_FAILURES, anna, 0, &row));
    desk_read_end(desk);
}

static void a_removed_key_ends_what_was_made_with_it_alone(void **state)
{
    struct desk *desk = *state;
    uint64_t anna = desk_account(desk, "anna", ROLE_USER);
    struct origin by_password = desk_sign_in(desk, "anna");
    uint64_t first = 0;
    uint64_t second = 0;
    struct row_key_use use;
    uint64_t one = add(desk, by_password, "key one").number;
    assert_verdict(add(desk, by_password, "key two"), ERROR_NONE);
    login(desk, "anna", "key one", &first);
    login(desk, "anna", "key two", &second);
    assert_true(rows_get(desk_read(desk), ROW_KEY_USE, anna, one, &use));
    desk_read_end(desk);
    assert_int_equal(use.used_ms, desk->now_ms);

    struct outcome outcome = take_away(desk, by_password, one);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.ended_account, anna);
    assert_false(is_signed_in(desk, first));
    assert_true(is_signed_in(desk, second));
    assert_true(is_signed_in(desk, by_password.sign_in));
    assert_verdict(login(desk, "anna", "key one", NULL), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "anna", "key two", NULL), ERROR_NONE);
    assert_false(rows_get(desk_read(desk), ROW_KEY_USE, anna, one, &use));
    desk_read_end(desk);
    /* Also the very sign-in that asks. */
    struct origin by_key = {.sign_in = second, .connection = 78};
    uint64_t two = one + 1;
    assert_verdict(take_away(desk, by_key, two), ERROR_NONE);
    assert_false(is_signed_in(desk, second));
}

static void keys_of_others_are_as_absent_as_none(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    desk_account(desk, "bert", ROLE_USER);
    uint64_t id = add(desk, desk_sign_in(desk, "anna"), "key one").number;
    struct origin bert = desk_sign_in(desk, "bert");
    struct outcome theirs = take_away(desk, bert, id);
    struct outcome none = take_away(desk, bert, 4711);
    assert_verdict(theirs, ERROR_NOT_FOUND);
    assert_verdict(none, ERROR_NOT_FOUND);
    assert_text(theirs.field, "id");
    assert_text(none.field, "id");
    assert_true(text_equal(theirs.reason, none.reason));
    assert_verdict(login(desk, "anna", "key one", NULL), ERROR_NONE);
}

/* The names of the fields that the last command changed in rows of keys, with their values. */
static struct text changed_value(const struct desk *desk, enum effect_kind kind, const char *field)
{
    for (size_t i = 0; i < desk->entry.effect_count; i++) {
        const struct effect *effect = &desk->entry.effects[i];
        const char *name = effect->row == ROW_ACCOUNT_KEY && effect->kind == EFFECT_SET
                               ? row_field_name(effect->row, effect->tag)
                               : NULL;
        if (name != NULL && strcmp(name, field) == 0) {
            return kind == EFFECT_CREATE ? effect->new_value.text : effect->old_value.text;
        }
    }
    return text_of(NULL);
}

static void adding_and_removing_is_on_record(void **state)
{
    struct desk *desk = *state;
    struct origin boss = desk_admin(desk, "boss");
    uint64_t anna = desk_account(desk, "anna", ROLE_USER);
    struct outcome outcome = add(desk, desk_sign_in(desk, "anna"), "key one");
    assert_int_not_equal(outcome.sequence, 0);
    assert_int_equal(desk->entry.header.actor, anna);
    assert_text(changed_value(desk, EFFECT_CREATE, "fingerprint"), "TK1:fingerprint");

    struct admin_key_remove request = {.name = text_of("anna"), .id = outcome.number};
    struct outcome removed = desk_do(desk, METHOD_ADMIN_KEY_REMOVE, boss, &request);
    assert_verdict(removed, ERROR_NONE);
    assert_int_not_equal(removed.sequence, 0);
    assert_text(changed_value(desk, EFFECT_REMOVE, "fingerprint"), "TK1:fingerprint");
    assert_verdict(login(desk, "anna", "key one", NULL), ERROR_AUTH_FAILED);
    assert_verdict(desk_do(desk, METHOD_ADMIN_KEY_REMOVE, boss, &request), ERROR_NOT_FOUND);
}

/* Whoever resets an account wants the person with the code to get in, and nobody else. */
static void a_reset_takes_the_keys_away(void **state)
{
    struct desk *desk = *state;
    static const uint8_t code[TOKEN_BYTES] = "a code";
    desk_account(desk, "anna", ROLE_USER);
    assert_verdict(add(desk, desk_sign_in(desk, "anna"), "key one"), ERROR_NONE);
    struct admin_account request = {.name = text_of("anna")};
    struct command command = desk_command(desk, METHOD_ADMIN_ACCOUNT_RESET, desk_console, &request);
    command.prepared.new_code_hash = (struct bytes){code, sizeof code};
    assert_verdict(desk_run(desk, &command), ERROR_NONE);
    assert_verdict(login(desk, "anna", "key one", NULL), ERROR_AUTH_FAILED);
}

/* A door for the admin into somebody else's account would outlive the acting. */
static void nobody_who_acts_as_somebody_touches_their_keys(void **state)
{
    struct desk *desk = *state;
    struct origin boss = desk_admin(desk, "boss");
    desk_account(desk, "anna", ROLE_USER);
    uint64_t id = add(desk, desk_sign_in(desk, "anna"), "key one").number;
    struct account_act_as request = {.name = text_of("anna")};
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_ACT_AS, boss, &request), ERROR_NONE);
    assert_verdict(add(desk, boss, "key two"), ERROR_FORBIDDEN);
    assert_verdict(take_away(desk, boss, id), ERROR_FORBIDDEN);
}

/* Marks the account, without a secret that any code could be of. */
static void give_second_factor(struct desk *desk, struct row_account *account)
{
    struct journal_header header = {.time_ms = desk->now_ms, .command = METHOD_ACCOUNT_UPDATE};

    account->second_factor = true;
    desk_begin(desk);
    store_command_begin(desk->rows, &header);
    rows_put(desk->rows, ROW_ACCOUNT, account);
    store_command_end(desk->rows, &desk->entry);
    desk_commit(desk);
}

/* A password that was seen must not become a key, which no code is asked of any more. */
static void a_key_needs_the_second_factor_of_who_has_one(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");
    struct row_account account = desk_account_row(desk, "anna");
    struct account_key_add request = {.label = text_of("laptop")};
    bool changed;
    give_second_factor(desk, &account);
    struct command command = wish_for(desk, anna, &request, "key one");
    struct outcome outcome = desk_try(desk, &command, &changed);
    assert_verdict(outcome, ERROR_CODE_REQUIRED);
    assert_false(changed);
    command.prepared.code_shown = true;
    outcome = desk_try(desk, &command, &changed);
    assert_verdict(outcome, ERROR_AUTH_FAILED);
    assert_text(outcome.field, "code");
    assert_false(changed);
}

static struct outcome elevate(struct desk *desk, struct origin origin, const char *key)
{
    struct command command = desk_command(desk, METHOD_ACCOUNT_ELEVATE_KEY, origin, NULL);
    command.prepared.key = text_of(key);
    return desk_run(desk, &command);
}

/* Instead of the password and a second factor that the desk demands. */
static void an_admin_enters_admin_mode_with_an_own_key_alone(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "boss", ROLE_ADMIN);
    desk_account(desk, "other", ROLE_ADMIN);
    struct origin boss = desk_sign_in(desk, "boss");
    struct origin other = desk_sign_in(desk, "other");
    struct admin_settings_update settings = {.version = 1, .admin_second_factor = 1};
    present_mark(&settings.present, SETTINGS_UPDATE_ADMIN_SECOND_FACTOR);
    assert_verdict(desk_do(desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &settings),
                   ERROR_NONE);
    assert_verdict(add(desk, boss, "key one"), ERROR_NONE);

    struct outcome outcome = elevate(desk, boss, "key two");
    assert_verdict(outcome, ERROR_AUTH_FAILED);
    assert_text(outcome.field, "signature");
    assert_verdict(elevate(desk, boss, NULL), ERROR_AUTH_FAILED);
    assert_verdict(elevate(desk, other, "key one"), ERROR_AUTH_FAILED);
    assert_false(desk_viewer(desk, boss).elevated);
    outcome = elevate(desk, boss, "key one");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.until_ms, desk->now_ms + ELEVATION_MS);
    assert_true(desk_viewer(desk, boss).elevated);
    struct origin elsewhere = boss;
    elsewhere.connection++;
    assert_false(desk_viewer(desk, elsewhere).elevated);
}

/* Having a key is no second factor; having used it is. */
static void a_key_stands_for_the_second_factor_only_when_it_was_used(void **state)
{
    struct desk *desk = *state;
    uint64_t sign_in = 0;
    desk_account(desk, "boss", ROLE_ADMIN);
    struct origin by_password = desk_sign_in(desk, "boss");
    struct admin_settings_update settings = {.version = 1, .admin_second_factor = 1};
    present_mark(&settings.present, SETTINGS_UPDATE_ADMIN_SECOND_FACTOR);
    assert_verdict(desk_do(desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &settings),
                   ERROR_NONE);
    assert_verdict(add(desk, by_password, "key one"), ERROR_NONE);
    assert_verdict(login(desk, "boss", "key one", &sign_in), ERROR_NONE);
    struct origin by_key = {.sign_in = sign_in, .connection = 78};
    const struct origin origins[] = {by_password, by_key};
    const enum error expected[] = {ERROR_SECOND_FACTOR_REQUIRED, ERROR_NONE};
    for (size_t i = 0; i < 2; i++) {
        struct row_account account = desk_account_row(desk, "boss");
        struct command command = desk_command(desk, METHOD_ACCOUNT_ELEVATE, origins[i], NULL);
        command.prepared.account = account.id;
        command.prepared.password_version = account.password_version;
        assert_verdict(desk_run(desk, &command), expected[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_opens_its_own_account_and_no_other),
        TEST(refusals_at_the_door_are_all_alike),
        TEST(a_key_needs_the_password_and_a_proof),
        TEST(an_account_has_each_key_once_and_so_many_at_most),
        TEST(guesses_at_the_password_do_not_hold_a_key_up),
        TEST(a_removed_key_ends_what_was_made_with_it_alone),
        TEST(keys_of_others_are_as_absent_as_none),
        TEST(adding_and_removing_is_on_record),
        TEST(a_reset_takes_the_keys_away),
        TEST(nobody_who_acts_as_somebody_touches_their_keys),
        TEST(a_key_needs_the_second_factor_of_who_has_one),
        TEST(an_admin_enters_admin_mode_with_an_own_key_alone),
        TEST(a_key_stands_for_the_second_factor_only_when_it_was_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
