/* Verification of the contents of files: they are no rows of record, so that only their own hashes
 * and counts tell when something is not as it was. What is put wrong here is sealed well, as a
 * fault of the daemon itself would leave it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/content_hash.h"
#include "tests/store/damage.h"

enum { BLOB = 77, UPLOAD = 78, LAST_BYTES = 5, PROBLEMS_BYTES = 8192 };

static struct desk desk;
static uint8_t content[CHUNK_BYTES + LAST_BYTES];
static uint8_t hash[CONTENT_HASH_BYTES];
static char hexadecimal[2 * CONTENT_HASH_BYTES + 1];

static void hash_content(void)
{
    struct content_hash state;
    content_hash_begin(&state);
    content_hash_add(&state, content, sizeof content);
    content_hash_end(&state, hash);
    for (size_t i = 0; i < sizeof hash; i++) {
        (void)snprintf(hexadecimal + 2 * i, 3, "%02x", hash[i]);
    }
}

static struct row_chunk chunk_of(uint64_t blob, uint64_t index)
{
    return (struct row_chunk){.blob = blob,
                              .index = index,
                              .data = {content + index * CHUNK_BYTES,
                                       index == 0 ? (size_t)CHUNK_BYTES : (size_t)LAST_BYTES}};
}

static void put(enum row_kind kind, void *row)
{
    rows_put(desk.rows, kind, row);
}

/* Two attachments of one content in two chunks, and an upload whose first chunk has arrived. */
static int set_up(void **state)
{
    (void)state;
    memset(content, 'c', sizeof content);
    hash_content();
    desk_create(&desk);
    desk_add_account(&desk, 1, "anna", ROLE_ADMIN);
    desk_add_ticket(&desk, 1, 1, "Printer", "It smokes.");
    desk_write(&desk);
    desk_command(&desk, METHOD_ATTACHMENT_FINISH, 100);
    desk_subject(&desk, 1);
    struct row_blob blob = {
        .id = BLOB, .hash = {hash, sizeof hash}, .size = sizeof content, .references = 2};
    struct row_upload upload = {.id = UPLOAD,
                                .account = 1,
                                .ticket = 1,
                                .name = text_of("later.txt"),
                                .size = sizeof content,
                                .received = CHUNK_BYTES,
                                .hash = {hash, sizeof hash}};
    for (uint64_t id = 10; id <= 11; id++) {
        struct row_attachment attachment = {.ticket = 1,
                                            .id = id,
                                            .name = text_of("log.txt"),
                                            .size = sizeof content,
                                            .hash = text_of(hexadecimal),
                                            .blob = BLOB,
                                            .author = 1,
                                            .origin = 1};
        put(ROW_ATTACHMENT, &attachment);
    }
    struct row_chunk first = chunk_of(BLOB, 0);
    struct row_chunk second = chunk_of(BLOB, 1);
    struct row_chunk arrived = chunk_of(UPLOAD, 0);
    put(ROW_BLOB, &blob);
    put(ROW_CHUNK, &first);
    put(ROW_CHUNK, &second);
    put(ROW_CHUNK, &arrived);
    put(ROW_UPLOAD, &upload);
    (void)desk_command_end(&desk);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_destroy(&desk);
    return 0;
}

/* Another command may still put something before it is committed. */
static void change(enum row_kind kind, void *row)
{
    desk_command(&desk, METHOD_ATTACHMENT_CHUNK, 101);
    put(kind, row);
    (void)desk_command_end(&desk);
}

static void drop(enum row_kind kind, uint64_t a, uint64_t b)
{
    desk_command(&desk, METHOD_ATTACHMENT_CHUNK, 101);
    rows_remove(desk.rows, kind, a, b);
    (void)desk_command_end(&desk);
}

static void remember(void *context, const char *sentence)
{
    char *problems = context;
    size_t length = strlen(problems);
    (void)snprintf(problems + length, PROBLEMS_BYTES - length, "%s\n", sentence);
}

/* All problems, one a line; NULL: there must be none. */
static void assert_found(const char *expected)
{
    static char problems[PROBLEMS_BYTES];
    struct store_verdict found;
    desk_commit(&desk);
    problems[0] = '\0';
    enum error error = store_verify(desk.store, desk.directory, remember, problems, &found);
    assert_int_equal(error, expected == NULL ? ERROR_NONE : ERROR_DATA_DAMAGED);
    assert_string_equal(problems, expected == NULL ? "" : expected);
}

static void sound_files_are_no_problem(void **state)
{
    (void)state;
    assert_found(NULL);
}

static void another_byte_in_a_content_is_found(void **state)
{
    (void)state;
    struct row_chunk chunk = chunk_of(BLOB, 1);
    content[CHUNK_BYTES] ^= 1;
    change(ROW_CHUNK, &chunk);
    assert_found("the content of blob 77 is not what its hash says\n");
}

static void a_missing_chunk_is_found(void **state)
{
    (void)state;
    drop(ROW_CHUNK, BLOB, 0);
    assert_found("the content of blob 77 is not what its hash says\n");
}

/* Too few: the content would go while somebody has it. Too many: it would never go. */
static void a_wrong_count_of_attachments_is_found(void **state)
{
    (void)state;
    struct row_blob blob = {
        .id = BLOB, .hash = {hash, sizeof hash}, .size = sizeof content, .references = 1};
    change(ROW_BLOB, &blob);
    assert_found("blob 77 counts 1 attachments, but 2 have it\n");
    desk_write(&desk);
    blob.references = 3;
    change(ROW_BLOB, &blob);
    assert_found("blob 77 counts 3 attachments, but 2 have it\n");
}

static void an_attachment_without_its_content_is_found(void **state)
{
    (void)state;
    drop(ROW_BLOB, BLOB, 0);
    assert_found("attachment 10 of ticket 1 has lost its content\n"
                 "attachment 11 of ticket 1 has lost its content\n"
                 "chunk 0 of blob 77 belongs to nothing\n"
                 "chunk 1 of blob 77 belongs to nothing\n");
}

static void a_chunk_of_nothing_is_found(void **state)
{
    (void)state;
    struct row_chunk chunk = chunk_of(BLOB, 1);
    chunk.blob = 4711;
    change(ROW_CHUNK, &chunk);
    assert_found("chunk 1 of blob 4711 belongs to nothing\n");
}

static void an_upload_that_has_not_what_it_received_is_found(void **state)
{
    (void)state;
    drop(ROW_CHUNK, UPLOAD, 0);
    assert_found("upload 78 has not what it is said to have received\n");
}

/* Bit rot in what is stored as it was given. */
static void a_flipped_bit_of_a_chunk_is_found(void **state)
{
    (void)state;
    struct store_verdict found;
    struct damaged value;
    desk_commit(&desk);
    desk_close(&desk);
    assert_true(damage_find(&desk, "upload", 0, &value));
    damage_flip(&desk, &value, 8 * value.value_length - 1);
    desk_open(&desk);
    assert_int_equal(store_verify(desk.store, desk.directory, NULL, NULL, &found),
                     ERROR_DATA_DAMAGED);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(sound_files_are_no_problem),
        CASE(another_byte_in_a_content_is_found),
        CASE(a_missing_chunk_is_found),
        CASE(a_wrong_count_of_attachments_is_found),
        CASE(an_attachment_without_its_content_is_found),
        CASE(a_chunk_of_nothing_is_found),
        CASE(an_upload_that_has_not_what_it_received_is_found),
        CASE(a_flipped_bit_of_a_chunk_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
