#include "tests/core/desk.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/core/view.h"

const struct origin desk_nobody = {.connection = 1, .source = {"192.0.2.1", 9}};
const struct origin desk_console = {.connection = 2, .console = true, .source = {"unix:0", 6}};

static const uint8_t desk_id[EPOCH_BYTES] = "tests-desk";
static const uint8_t desk_epoch[EPOCH_BYTES] = "tests-epoch";

void desk_open(struct desk *desk)
{
    struct store_report report = {""};
    bool has_memory = access("/dev/shm", W_OK) == 0;

    memset(desk, 0, sizeof *desk);
    snprintf(desk->directory, sizeof desk->directory, "%s/ttydesk-test-XXXXXX",
             has_memory ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(desk->directory));
    arena_init(&desk->arena, 0);
    desk->now_ms = UINT64_C(1700000000000);

    struct store_settings settings = {
        .directory = desk->directory,
        .map_bytes = UINT64_C(1) << 30,
        .no_sync = true,
    };
    if (store_create(desk->directory, desk_id, desk_epoch, &report) != ERROR_NONE ||
        store_open(&settings, &desk->store, &report) != ERROR_NONE) {
        fail_msg("no store: %s", report.text);
    }
}

static void remove_directory(const char *path)
{
    char file[512];
    DIR *directory = opendir(path);
    const struct dirent *entry;

    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.') {
            unlink(file);
        }
    }
    closedir(directory);
    assert_int_equal(rmdir(path), 0);
}

static void on_problem(void *context, const char *sentence)
{
    (void)context;
    print_error("verify: %s\n", sentence);
}

void desk_close(struct desk *desk)
{
    char scratch[] = "/tmp/ttydesk-scratch-XXXXXX";
    struct store_verdict verdict;

    assert_null(desk->rows);
    assert_non_null(mkdtemp(scratch));
    enum error error = store_verify(desk->store, scratch, on_problem, NULL, &verdict);
    assert_string_equal(error_name(error), "none");
    remove_directory(scratch);
    store_close(desk->store);
    remove_directory(desk->directory);
    arena_finish(&desk->arena);
}

void desk_forget(struct desk *desk)
{
    assert_null(desk->rows);
    arena_reset(&desk->arena);
}

/* --- Commands -------------------------------------------------------------------------------- */

static void *desk_copy(struct desk *desk, const void *data, size_t size)
{
    void *copy = arena_copy(&desk->arena, data, size);
    assert_non_null(copy);
    return copy;
}

struct command desk_command(struct desk *desk, enum method method, struct origin origin,
                            const void *request)
{
    static const struct nothing nothing;
    uint8_t operation[OPERATION_BYTES] = {0};
    struct command command = {
        .method = method,
        .origin = origin,
        .time_ms = desk->now_ms,
        .request = request != NULL ? request : &nothing,
    };

    desk->counter++;
    command.fresh_id = desk->now_ms << 16 | (desk->counter & 0xffff);
    for (unsigned i = 0; i < 6; i++) {
        operation[i] = (uint8_t)(desk->now_ms >> (40 - 8 * i));
    }
    memcpy(operation + 8, &desk->counter, sizeof desk->counter);
    memcpy(command.digest, &desk->counter, sizeof desk->counter);
    if (core_command_facts(method).needs_operation) {
        command.operation.data = desk_copy(desk, operation, sizeof operation);
        command.operation.length = sizeof operation;
    }
    return command;
}

static struct outcome run(struct rows *rows, const struct command *command,
                          struct journal_entry *ret_entry)
{
    struct journal_header header = {
        .time_ms = command->time_ms,
        .acting_for = command->origin.acting_for,
        .sign_in = command->origin.sign_in,
        .console = command->origin.console,
        .gateway = command->origin.gateway,
        .command = command->method,
        .source = command->origin.source,
    };
    struct outcome outcome;

    store_command_begin(rows, &header);
    core_apply(rows, command, &outcome);
    store_command_end(rows, ret_entry);
    core_settle(rows, command, &outcome, ret_entry->header.sequence);
    assert_string_equal(error_name(rows_error(rows)), "none");
    if (outcome.verdict != ERROR_NONE || outcome.repeated) {
        assert_int_equal(ret_entry->header.sequence, 0);
    }
    return outcome;
}

void desk_begin(struct desk *desk)
{
    assert_null(desk->rows);
    assert_int_equal(store_write_begin(desk->store, &desk->arena, &desk->rows), ERROR_NONE);
    desk->writing = true;
}

void desk_commit(struct desk *desk)
{
    struct log_position position = {.position = ++desk->position};

    assert_true(desk->writing);
    memcpy(position.epoch, desk_epoch, sizeof position.epoch);
    assert_int_equal(store_write_commit(desk->rows, &position), ERROR_NONE);
    desk->rows = NULL;
    desk->writing = false;
}

void desk_abort(struct desk *desk)
{
    assert_true(desk->writing);
    store_write_abort(desk->rows);
    desk->rows = NULL;
    desk->writing = false;
}

struct outcome desk_run(struct desk *desk, const struct command *command)
{
    bool alone = !desk->writing;

    if (alone) {
        desk_begin(desk);
    }
    struct outcome outcome = run(desk->rows, command, &desk->entry);
    if (alone) {
        desk_commit(desk);
    }
    return outcome;
}

struct outcome desk_do(struct desk *desk, enum method method, struct origin origin,
                       const void *request)
{
    struct command command = desk_command(desk, method, origin, request);
    return desk_run(desk, &command);
}

struct outcome desk_try(struct desk *desk, const struct command *command, bool *ret_changed)
{
    uint8_t content[2][32];
    uint8_t head[2][32];
    struct journal_entry entry;

    desk_begin(desk);
    store_content_digest(desk->rows, content[0]);
    store_chain_head(desk->rows, head[0]);
    struct outcome outcome = run(desk->rows, command, &entry);
    store_content_digest(desk->rows, content[1]);
    store_chain_head(desk->rows, head[1]);
    assert_string_equal(error_name(rows_error(desk->rows)), "none");
    desk_abort(desk);
    *ret_changed = memcmp(content[0], content[1], 32) != 0 || memcmp(head[0], head[1], 32) != 0;
    return outcome;
}

/* --- People ---------------------------------------------------------------------------------- */

uint64_t desk_account(struct desk *desk, const char *name, enum role role)
{
    char email[64];
    snprintf(email, sizeof email, "%s@example.org", name);
    struct admin_account_create request = {
        .name = text_of(name),
        .email = text_of(email),
        .role = role,
    };
    struct command command =
        desk_command(desk, METHOD_ADMIN_ACCOUNT_CREATE, desk_console, &request);
    command.prepared.password_hash = text_of("$argon2id$of-a-test");
    struct outcome outcome = desk_run(desk, &command);
    assert_verdict(outcome, ERROR_NONE);
    return desk_account_row(desk, name).id;
}

struct origin desk_sign_in(struct desk *desk, const char *name)
{
    struct row_account account = desk_account_row(desk, name);
    struct account_login request = {.name = text_of(name), .device = text_of("test")};
    struct origin origin = desk_nobody;
    uint8_t token[32] = {0};

    origin.connection = 100 + ++desk->counter;
    struct command command = desk_command(desk, METHOD_ACCOUNT_LOGIN, origin, &request);
    memcpy(token, &command.fresh_id, sizeof command.fresh_id);
    command.prepared = (struct prepared){
        .account = account.id,
        .password_version = account.password_version,
        .new_token_hash = {desk_copy(desk, token, sizeof token), sizeof token},
    };
    struct outcome outcome = desk_run(desk, &command);
    assert_verdict(outcome, ERROR_NONE);
    origin.sign_in = outcome.sign_in;
    return origin;
}

void desk_elevate(struct desk *desk, struct origin origin)
{
    struct viewer viewer = desk_viewer(desk, origin);
    struct command command = desk_command(desk, METHOD_ACCOUNT_ELEVATE, origin, NULL);
    command.prepared.account = viewer.account.id;
    command.prepared.password_version = viewer.account.password_version;
    struct outcome outcome = desk_run(desk, &command);
    assert_verdict(outcome, ERROR_NONE);
}

struct origin desk_admin(struct desk *desk, const char *name)
{
    desk_account(desk, name, ROLE_ADMIN);
    struct origin origin = desk_sign_in(desk, name);
    desk_elevate(desk, origin);
    return origin;
}

void desk_send_at_once(struct desk *desk)
{
    struct admin_settings_update request = {.version = 1};
    present_mark(&request.present, SETTINGS_UPDATE_UNDO_SEND_SECONDS);
    assert_verdict(desk_do(desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &request), ERROR_NONE);
}

/* --- Tickets --------------------------------------------------------------------------------- */

uint64_t desk_ticket(struct desk *desk, struct origin origin, const char *title)
{
    struct ticket_create request = {
        .title = text_of(title),
        .problem = text_of("It does not work."),
        .kind = KIND_HARDWARE,
    };
    struct outcome outcome = desk_do(desk, METHOD_TICKET_CREATE, origin, &request);
    assert_verdict(outcome, ERROR_NONE);
    return outcome.number;
}

struct outcome desk_say(struct desk *desk, enum method method, struct origin origin,
                        uint64_t number, const char *text)
{
    struct ticket_say request = {.number = number, .text = text_of(text)};
    return desk_do(desk, method, origin, &request);
}

struct outcome desk_admin_ticket(struct desk *desk, enum method method, struct origin origin,
                                 uint64_t number)
{
    struct admin_ticket request = {.number = number};
    return desk_do(desk, method, origin, &request);
}

struct outcome desk_admin_account(struct desk *desk, enum method method, struct origin origin,
                                  const char *name)
{
    struct admin_account request = {.name = text_of(name)};
    return desk_do(desk, method, origin, &request);
}

void desk_copy_in(struct desk *desk, uint64_t number, const char *name)
{
    struct row_ticket ticket = desk_ticket_row(desk, number);
    struct row_follower follower = {
        .ticket = number, .account = desk_account_row(desk, name).id, .cc = true};
    struct journal_header header = {.time_ms = desk->now_ms, .command = METHOD_TICKET_UPDATE};
    struct audience audience = {.requester = ticket.requester, .queue = ticket.queue};

    ticket.cc_count++;
    desk_begin(desk);
    store_command_begin(desk->rows, &header);
    rows_subject(desk->rows, number, &audience, &audience, false);
    rows_put(desk->rows, ROW_FOLLOWER, &follower);
    rows_put(desk->rows, ROW_TICKET, &ticket);
    store_command_end(desk->rows, &desk->entry);
    desk_commit(desk);
}

void desk_queue(struct desk *desk, const char *name, bool members_only, bool staff_only)
{
    struct admin_queue_create request = {
        .name = text_of(name), .members_only = members_only, .staff_only = staff_only};
    struct outcome outcome = desk_do(desk, METHOD_ADMIN_QUEUE_CREATE, desk_console, &request);
    assert_verdict(outcome, ERROR_NONE);
}

void desk_rights(struct desk *desk, const char *queue, const char *name, const char *rights)
{
    struct admin_queue_rights request = {
        .queue = text_of(queue), .name = text_of(name), .rights = text_of(rights)};
    struct outcome outcome = desk_do(desk, METHOD_ADMIN_QUEUE_RIGHTS, desk_console, &request);
    assert_verdict(outcome, ERROR_NONE);
}

struct outcome desk_move(struct desk *desk, struct origin origin, uint64_t number,
                         const char *queue)
{
    struct ticket_move request = {.number = number, .queue = text_of(queue)};
    return desk_do(desk, METHOD_TICKET_MOVE, origin, &request);
}

struct outcome desk_set_status(struct desk *desk, struct origin origin, uint64_t number,
                               uint64_t version, enum status status)
{
    struct ticket_update request = {.number = number, .version = version, .status = status};
    present_mark(&request.present, UPDATE_STATUS);
    return desk_do(desk, METHOD_TICKET_UPDATE, origin, &request);
}

/* --- Looking --------------------------------------------------------------------------------- */

struct rows *desk_read(struct desk *desk)
{
    assert_null(desk->rows);
    assert_int_equal(store_read_begin(desk->store, &desk->arena, &desk->rows), ERROR_NONE);
    return desk->rows;
}

void desk_read_end(struct desk *desk)
{
    assert_string_equal(error_name(rows_error(desk->rows)), "none");
    store_read_end(desk->rows);
    desk->rows = NULL;
}

struct row_ticket desk_ticket_row(struct desk *desk, uint64_t number)
{
    struct row_ticket row;
    assert_true(rows_get(desk_read(desk), ROW_TICKET, number, 0, &row));
    desk_read_end(desk);
    return row;
}

struct row_account desk_account_row(struct desk *desk, const char *name)
{
    struct row_account row;
    assert_true(rows_find_account_by_name(desk_read(desk), text_of(name), &row));
    desk_read_end(desk);
    return row;
}

struct viewer desk_viewer(struct desk *desk, struct origin origin)
{
    struct viewer viewer;
    bool alone = desk->rows == NULL;
    permission_viewer(alone ? desk_read(desk) : desk->rows, &origin, desk->now_ms, &viewer);
    if (alone) {
        desk_read_end(desk);
    }
    return viewer;
}

struct ticket desk_see(struct desk *desk, struct origin origin, uint64_t number)
{
    struct ticket ticket = {.number = 0};
    struct row_ticket row;
    struct viewer viewer;
    struct rows *rows = desk_read(desk);

    permission_viewer(rows, &origin, desk->now_ms, &viewer);
    bool found = rows_get(rows, ROW_TICKET, number, 0, &row);
    enum relation relation = permission_relation(&viewer, found ? &row : NULL);
    if (permission_check(METHOD_TICKET_GET, &viewer, relation) == ERROR_NONE) {
        view_ticket(rows, &viewer, &row, &ticket);
    }
    desk_read_end(desk);
    return ticket;
}

void desk_assert_text(struct text text, const char *expected, const char *file, int line)
{
    if (!text_equal(text, text_of(expected))) {
        print_error("\"%.*s\" is not \"%s\"\n", (int)text.length,
                    text.data != NULL ? text.data : "", expected);
        _fail(file, line);
    }
}
