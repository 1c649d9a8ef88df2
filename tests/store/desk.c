#include "tests/store/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/store/files.h"

static const uint8_t test_desk_id[EPOCH_BYTES] = "test desk number";
static const uint8_t test_epoch[EPOCH_BYTES] = "the first epoch.";

const char *desk_path(const struct desk *desk, const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", desk->directory, name);
    return path;
}

void desk_create(struct desk *desk)
{
    struct store_report report = {0};
    *desk = (struct desk){.map_bytes = UINT64_C(64) << 20};
    (void)snprintf(desk->directory, sizeof desk->directory, "/tmp/ttydesk-store-XXXXXX");
    assert_non_null(mkdtemp(desk->directory));
    enum error error = store_create(desk->directory, test_desk_id, test_epoch, &report);
    assert_string_equal(report.text, "");
    assert_int_equal(error, ERROR_NONE);
    desk_open(desk);
}

void desk_destroy(struct desk *desk)
{
    desk_close(desk);
    work_directory_remove(desk->directory);
}

void desk_open(struct desk *desk)
{
    struct store_report report = {0};
    struct store_settings settings = {.directory = desk->directory,
                                      .map_bytes = desk->map_bytes,
                                      .no_sync = true,
                                      .exclusive = true};
    enum error error = store_open(&settings, &desk->store, &report);
    assert_string_equal(report.text, "");
    assert_int_equal(error, ERROR_NONE);
    desk->position = store_log_position(desk->store);
}

void desk_close(struct desk *desk)
{
    if (desk->rows != NULL && desk->store != NULL) {
        store_write_abort(desk->rows);
        desk->rows = NULL;
    }
    store_close(desk->store);
    desk->store = NULL;
    arena_finish(&desk->arena);
}

void desk_read(struct desk *desk)
{
    assert_null(desk->rows);
    arena_reset(&desk->arena);
    assert_int_equal(store_read_begin(desk->store, &desk->arena, &desk->rows), ERROR_NONE);
}

void desk_read_end(struct desk *desk)
{
    assert_int_equal(rows_error(desk->rows), ERROR_NONE);
    store_read_end(desk->rows);
    desk->rows = NULL;
}

void desk_write(struct desk *desk)
{
    assert_null(desk->rows);
    arena_reset(&desk->arena);
    assert_int_equal(store_write_begin(desk->store, &desk->arena, &desk->rows), ERROR_NONE);
}

void desk_commit(struct desk *desk)
{
    assert_int_equal(rows_error(desk->rows), ERROR_NONE);
    desk->position.position++;
    assert_int_equal(store_write_commit(desk->rows, &desk->position), ERROR_NONE);
    desk->rows = NULL;
}

void desk_command(struct desk *desk, enum method method, uint64_t time_ms)
{
    struct journal_header header = {
        .command = method, .time_ms = time_ms, .console = true, .source = text_of("unix:0")};
    store_command_begin(desk->rows, &header);
}

void desk_subject(struct desk *desk, uint64_t ticket)
{
    struct audience audience = {.requester = 3, .queue = 1};
    rows_subject(desk->rows, ticket, &audience, &audience, false);
}

struct journal_entry desk_command_end(struct desk *desk)
{
    struct journal_entry entry;
    store_command_end(desk->rows, &entry);
    return entry;
}

uint64_t desk_add_account(struct desk *desk, uint64_t id, const char *name, enum role role)
{
    char email[64];
    (void)snprintf(email, sizeof email, "%s@example.org", name);
    desk_write(desk);
    desk_command(desk, METHOD_ADMIN_ACCOUNT_CREATE, 1000 + id);
    struct row_account row = {.id = id,
                              .name = text_of(name),
                              .email = text_of(email),
                              .role = role,
                              .created_ms = 1000 + id,
                              .version = 1,
                              .epoch = 1};
    rows_put(desk->rows, ROW_ACCOUNT, &row);
    uint64_t sequence = desk_command_end(desk).header.sequence;
    desk_commit(desk);
    return sequence;
}

uint64_t desk_add_ticket(struct desk *desk, uint64_t number, uint64_t requester, const char *title,
                         const char *problem)
{
    desk_write(desk);
    desk_command(desk, METHOD_TICKET_CREATE, 2000 + number);
    rows_subject(desk->rows, number, &(struct audience){0},
                 &(struct audience){.requester = requester, .queue = 1}, false);
    struct row_ticket row = {.number = number,
                             .version = 1,
                             .title = text_of(title),
                             .problem = {.fresh = text_of(problem)},
                             .kind = KIND_SOFTWARE,
                             .requester = requester,
                             .queue = 1,
                             .created_ms = 2000 + number,
                             .updated_ms = 2000 + number};
    rows_put(desk->rows, ROW_TICKET, &row);
    uint64_t sequence = desk_command_end(desk).header.sequence;
    desk_commit(desk);
    return sequence;
}

uint64_t desk_add_message(struct desk *desk, uint64_t ticket, const char *text)
{
    desk_write(desk);
    desk_command(desk, METHOD_TICKET_REPLY, 3000);
    struct row_ticket row;
    assert_true(rows_get(desk->rows, ROW_TICKET, ticket, 0, &row));
    desk_subject(desk, ticket);
    struct row_message message = {.ticket = ticket,
                                  .sequence = rows_sequence(desk->rows) + 1,
                                  .origin = ticket,
                                  .author = row.requester,
                                  .time_ms = 3000,
                                  .text = {.fresh = text_of(text)}};
    rows_put(desk->rows, ROW_MESSAGE, &message);
    row.reply_count++;
    row.version++;
    rows_put(desk->rows, ROW_TICKET, &row);
    uint64_t sequence = desk_command_end(desk).header.sequence;
    desk_commit(desk);
    return sequence;
}
