/* Files on tickets: how one arrives, what is refused, who sees it, when its content goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/content_hash.h"
#include "server/core/attachment.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin other;
    struct origin staff;
    struct origin admin;
    uint64_t ticket;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "oskar", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->other = desk_sign_in(&stage->desk, "oskar");
    stage->staff = desk_sign_in(&stage->desk, "stefan");
    stage->admin = desk_admin(&stage->desk, "anna");
    stage->ticket = desk_ticket(&stage->desk, stage->user, "No sound");
    *state = stage;
    return 0;
}

static int clear_stage(void **state)
{
    struct stage *stage = *state;
    desk_close(&stage->desk);
    free(stage);
    return 0;
}

/* A file of `size` bytes that all are `letter`. */
struct file {
    const char *name;
    size_t size;
    char letter;
    bool internal;
    uint8_t hash[CONTENT_HASH_BYTES];
};

static void fill_chunk(const struct file *file, size_t index, uint8_t *ret_data, size_t *ret_length)
{
    size_t left = file->size - index * CHUNK_BYTES;
    *ret_length = left < CHUNK_BYTES ? left : CHUNK_BYTES;
    memset(ret_data, file->letter, *ret_length);
}

static void hash_file(struct file *file)
{
    static uint8_t data[CHUNK_BYTES];
    struct content_hash hash;
    content_hash_begin(&hash);
    for (size_t i = 0; i < chunk_count_of(file->size); i++) {
        size_t length;
        fill_chunk(file, i, data, &length);
        content_hash_add(&hash, data, length);
    }
    content_hash_end(&hash, file->hash);
}

static struct outcome begin(struct stage *stage, struct origin origin, struct file *file)
{
    if (file->size <= ATTACHMENT_BYTES_MAX) {
        hash_file(file);
    }
    struct attachment_begin request = {
        .number = stage->ticket,
        .name = text_of(file->name),
        .size = file->size,
        .hash = {file->hash, sizeof file->hash},
        .internal = file->internal,
    };
    return desk_do(&stage->desk, METHOD_ATTACHMENT_BEGIN, origin, &request);
}

static struct outcome send(struct stage *stage, struct origin origin, uint64_t upload,
                           const struct file *file, size_t index)
{
    static uint8_t data[CHUNK_BYTES];
    size_t length;
    fill_chunk(file, index, data, &length);
    struct attachment_chunk request = {
        .upload = upload, .offset = index * CHUNK_BYTES, .data = {data, length}};
    return desk_do(&stage->desk, METHOD_ATTACHMENT_CHUNK, origin, &request);
}

static struct outcome finish(struct stage *stage, struct origin origin, uint64_t upload,
                             const struct file *file)
{
    struct attachment_finish request = {.upload = upload};
    struct command command = desk_command(&stage->desk, METHOD_ATTACHMENT_FINISH, origin, &request);
    if (file != NULL) {
        command.prepared.content_hash = (struct bytes){file->hash, sizeof file->hash};
    }
    return desk_run(&stage->desk, &command);
}

static struct outcome attach(struct stage *stage, struct origin origin, struct file *file)
{
    struct outcome begun = begin(stage, origin, file);
    assert_verdict(begun, ERROR_NONE);
    for (size_t i = 0; i < chunk_count_of(file->size); i++) {
        assert_verdict(send(stage, origin, begun.number, file, i), ERROR_NONE);
    }
    struct outcome outcome = finish(stage, origin, begun.number, file);
    assert_verdict(outcome, ERROR_NONE);
    return outcome;
}

static bool sees(struct stage *stage, struct origin origin, uint64_t id)
{
    struct row_attachment row;
    struct row_ticket ticket = desk_ticket_row(&stage->desk, stage->ticket);
    struct rows *rows = desk_read(&stage->desk);
    struct viewer viewer;
    permission_viewer(rows, &origin, stage->desk.now_ms, &viewer);
    bool found = attachment_find(&viewer, &ticket, id, &row);
    desk_read_end(&stage->desk);
    return found;
}

static uint64_t last_row(struct stage *stage, enum row_kind kind)
{
    uint64_t last = rows_last(desk_read(&stage->desk), kind);
    desk_read_end(&stage->desk);
    return last;
}

static struct outcome take_off(struct stage *stage, struct origin origin, uint64_t id)
{
    struct attachment_remove request = {.number = stage->ticket, .id = id};
    return desk_do(&stage->desk, METHOD_ATTACHMENT_REMOVE, origin, &request);
}

static void a_file_arrives_in_chunks_and_is_attached(void **state)
{
    struct stage *stage = *state;
    struct row_ticket before = desk_ticket_row(&stage->desk, stage->ticket);
    struct file file = {.name = "report.pdf", .size = 2 * CHUNK_BYTES + 5, .letter = 'a'};
    struct outcome outcome = attach(stage, stage->user, &file);
    struct row_ticket after = desk_ticket_row(&stage->desk, stage->ticket);
    assert_int_equal(outcome.number, stage->ticket);
    assert_int_equal(after.version, before.version + 1);
    assert_int_equal(after.attachment_bytes, file.size);
    assert_int_equal(desk_see(&stage->desk, stage->user, stage->ticket).attachment_count, 1);
    assert_true(sees(stage, stage->user, outcome.sequence));
    assert_int_equal(last_row(stage, ROW_UPLOAD), 0);
    assert_int_equal(last_row(stage, ROW_TIMER), 0);
}

/* A chunk whose answer was lost comes again; out of order or of another length it would leave a
 * hole. */
static void chunks_come_in_order_and_may_come_again(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = 2 * CHUNK_BYTES + 5, .letter = 'a'};
    uint64_t upload = begin(stage, stage->user, &file).number;
    struct outcome outcome = send(stage, stage->user, upload, &file, 1);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "offset");
    assert_verdict(send(stage, stage->user, upload, &file, 0), ERROR_NONE);
    assert_verdict(send(stage, stage->user, upload, &file, 0), ERROR_NONE);
    file.size = CHUNK_BYTES + 5;
    outcome = send(stage, stage->user, upload, &file, 1);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "data");
}

/* After a crash of either side the same file goes on where it stopped. */
static void the_same_file_again_goes_on(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = CHUNK_BYTES + 5, .letter = 'a'};
    uint64_t upload = begin(stage, stage->user, &file).number;
    assert_verdict(send(stage, stage->user, upload, &file, 0), ERROR_NONE);
    assert_int_equal(begin(stage, stage->user, &file).number, upload);
    file.name = "b";
    assert_int_not_equal(begin(stage, stage->user, &file).number, upload);
}

static void what_has_not_arrived_whole_is_not_attached(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = CHUNK_BYTES + 5, .letter = 'a'};
    uint64_t upload = begin(stage, stage->user, &file).number;
    assert_verdict(send(stage, stage->user, upload, &file, 0), ERROR_NONE);
    assert_verdict(finish(stage, stage->user, upload, &file), ERROR_INVALID_FIELD);
    assert_verdict(send(stage, stage->user, upload, &file, 1), ERROR_NONE);
    assert_verdict(finish(stage, stage->user, upload, NULL), ERROR_INVALID_FIELD);
    assert_verdict(finish(stage, stage->user, upload, &file), ERROR_NONE);
}

/* Nothing makes it the file that was announced any more: it must not take up one of the four, nor
 * the disk, for a day. */
static void content_that_does_not_fit_its_hash_ends_the_upload(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = CHUNK_BYTES + 5, .letter = 'a'};
    uint64_t upload = begin(stage, stage->user, &file).number;
    assert_verdict(send(stage, stage->user, upload, &file, 0), ERROR_NONE);
    assert_verdict(send(stage, stage->user, upload, &file, 1), ERROR_NONE);
    struct file changed = file;
    changed.hash[0] ^= 1;
    struct outcome outcome = finish(stage, stage->user, upload, &changed);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "upload");
    assert_verdict(finish(stage, stage->user, upload, &file), ERROR_NOT_FOUND);
    assert_int_equal(last_row(stage, ROW_UPLOAD), 0);
    assert_int_equal(last_row(stage, ROW_CHUNK), 0);
    assert_int_equal(last_row(stage, ROW_TIMER), 0);
    (void)attach(stage, stage->user, &file);
}

static void hostile_names_are_refused(void **state)
{
    static const char *const bad[] = {"../../x", "/etc/passwd", "-rf", ".", "..", "a/b"};
    struct stage *stage = *state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct file file = {.name = bad[i], .size = 1, .letter = 'a'};
        struct outcome outcome = begin(stage, stage->user, &file);
        assert_verdict(outcome, ERROR_INVALID_FIELD);
        assert_text(outcome.field, "name");
    }
}

static void limits_are_named(void **state)
{
    struct stage *stage = *state;
    struct file big = {.name = "big", .size = ATTACHMENT_BYTES_MAX + 1, .letter = 'a'};
    struct outcome outcome = begin(stage, stage->user, &big);
    assert_verdict(outcome, ERROR_TOO_LARGE);
    assert_text(outcome.field, "size");
    for (char letter = 'a'; letter < 'e'; letter++) {
        struct file file = {.name = "a", .size = 1, .letter = letter};
        assert_verdict(begin(stage, stage->user, &file), ERROR_NONE);
    }
    struct file fifth = {.name = "fifth", .size = 1, .letter = 'z'};
    assert_verdict(begin(stage, stage->user, &fifth), ERROR_TOO_MANY);
    assert_verdict(begin(stage, stage->staff, &fifth), ERROR_NONE);
}

/* To know another's upload must not let one write into it, nor learn of it. */
static void an_upload_is_of_who_began_it(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = 3, .letter = 'a'};
    uint64_t upload = begin(stage, stage->user, &file).number;
    assert_verdict(begin(stage, stage->other, &file), ERROR_NOT_FOUND);
    assert_verdict(send(stage, stage->other, upload, &file, 0), ERROR_NOT_FOUND);
    assert_verdict(send(stage, stage->staff, upload, &file, 0), ERROR_NOT_FOUND);
    assert_verdict(finish(stage, stage->staff, upload, &file), ERROR_NOT_FOUND);
}

static void internal_files_do_not_exist_for_the_requester(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "secret", .size = 3, .letter = 's', .internal = true};
    struct outcome refused = begin(stage, stage->user, &file);
    assert_verdict(refused, ERROR_FORBIDDEN);
    assert_text(refused.field, "internal");
    struct row_ticket before = desk_ticket_row(&stage->desk, stage->ticket);
    stage->desk.now_ms += 1000;
    struct outcome outcome = attach(stage, stage->staff, &file);
    assert_true(stage->desk.entry.header.subjects[0].staff_only);
    struct ticket seen = desk_see(&stage->desk, stage->user, stage->ticket);
    assert_int_equal(seen.attachment_count, 0);
    assert_int_equal(seen.version, before.version);
    assert_int_equal(seen.updated_ms, before.updated_ms);
    assert_int_equal(desk_see(&stage->desk, stage->staff, stage->ticket).attachment_count, 1);
    assert_false(sees(stage, stage->user, outcome.sequence));
    assert_true(sees(stage, stage->staff, outcome.sequence));
}

/* Kept once, for as long as anybody has it. */
static void the_same_content_is_kept_once(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = 3, .letter = 'a'};
    struct outcome first = attach(stage, stage->user, &file);
    uint64_t blob = last_row(stage, ROW_BLOB);
    struct outcome second = attach(stage, stage->staff, &file);
    assert_int_equal(last_row(stage, ROW_BLOB), blob);
    assert_int_equal(last_row(stage, ROW_CHUNK), blob);
    assert_verdict(take_off(stage, stage->staff, first.sequence), ERROR_FORBIDDEN);
    assert_verdict(take_off(stage, stage->admin, first.sequence), ERROR_NONE);
    assert_false(sees(stage, stage->user, first.sequence));
    assert_verdict(take_off(stage, stage->admin, first.sequence), ERROR_NOT_FOUND);
    assert_int_equal(last_row(stage, ROW_BLOB), blob);
    assert_verdict(take_off(stage, stage->admin, second.sequence), ERROR_NONE);
    assert_int_equal(last_row(stage, ROW_BLOB), 0);
    assert_int_equal(last_row(stage, ROW_CHUNK), 0);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).attachment_bytes, 0);
}

static void what_does_not_arrive_in_a_day_is_dropped(void **state)
{
    struct stage *stage = *state;
    const struct origin desk_itself = {.desk = true};
    struct file file = {.name = "a", .size = CHUNK_BYTES + 1, .letter = 'a'};
    struct row_timer timer;
    uint64_t upload = begin(stage, stage->user, &file).number;
    assert_verdict(send(stage, stage->user, upload, &file, 0), ERROR_NONE);
    assert_true(rows_first_timer(desk_read(&stage->desk), &timer));
    desk_read_end(&stage->desk);
    assert_int_equal(timer.id, upload);
    stage->desk.now_ms = timer.due_ms;
    struct timer_fire fire = {.due_ms = timer.due_ms, .id = timer.id};
    assert_verdict(desk_do(&stage->desk, METHOD_TIMER_FIRE, desk_itself, &fire), ERROR_NONE);
    assert_int_equal(last_row(stage, ROW_UPLOAD), 0);
    assert_int_equal(last_row(stage, ROW_CHUNK), 0);
}

static void a_purge_takes_files_and_their_content(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = 3, .letter = 'a'};
    (void)attach(stage, stage->user, &file);
    assert_verdict(
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, stage->ticket),
        ERROR_NONE);
    assert_int_not_equal(last_row(stage, ROW_BLOB), 0);
    assert_verdict(
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_PURGE, stage->admin, stage->ticket),
        ERROR_NONE);
    assert_int_equal(last_row(stage, ROW_BLOB), 0);
    assert_int_equal(last_row(stage, ROW_CHUNK), 0);
    assert_int_equal(last_row(stage, ROW_ATTACHMENT), 0);
}

/* A merged ticket's files are where its messages are, and come back with them. */
static void files_go_with_the_messages_of_a_merge(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = 3, .letter = 'a'};
    uint64_t id = attach(stage, stage->user, &file).sequence;
    uint64_t source = stage->ticket;
    uint64_t survivor = desk_ticket(&stage->desk, stage->user, "The same");
    struct ticket_merge merge = {.number = source,
                                 .version = desk_ticket_row(&stage->desk, source).version,
                                 .into = survivor};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_MERGE, stage->staff, &merge), ERROR_NONE);
    stage->ticket = survivor;
    assert_true(sees(stage, stage->user, id));
    assert_int_equal(desk_ticket_row(&stage->desk, survivor).attachment_count, 1);
    assert_int_equal(desk_ticket_row(&stage->desk, source).attachment_count, 0);
    struct ticket_act act = {.number = source};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_UNMERGE, stage->staff, &act), ERROR_NONE);
    assert_false(sees(stage, stage->user, id));
    stage->ticket = source;
    assert_true(sees(stage, stage->user, id));
    assert_int_equal(desk_ticket_row(&stage->desk, survivor).attachment_bytes, 0);
}

/* Whether an announced file is refused tells how much room there is: what internal files take up
 * must not show in it. */
static void internal_files_take_no_room_of_others(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = ATTACHMENT_BYTES_MAX, .letter = 's', .internal = true};
    for (int i = 0; i < 5; i++) {
        (void)attach(stage, stage->staff, &file);
    }
    struct outcome outcome = begin(stage, stage->staff, &file);
    assert_verdict(outcome, ERROR_TOO_LARGE);
    assert_text(outcome.field, "size");
    file.internal = false;
    (void)attach(stage, stage->user, &file);
}

/* What could not be attached must not come together by a merge. */
static void too_much_for_one_ticket_is_not_merged(void **state)
{
    struct stage *stage = *state;
    struct file file = {.name = "a", .size = ATTACHMENT_BYTES_MAX, .letter = 's'};
    uint64_t source = stage->ticket;
    uint64_t survivor = desk_ticket(&stage->desk, stage->user, "The same");
    for (int i = 0; i < 3; i++) {
        stage->ticket = source;
        (void)attach(stage, stage->user, &file);
        stage->ticket = survivor;
        (void)attach(stage, stage->user, &file);
    }
    struct ticket_merge merge = {.number = source,
                                 .version = desk_ticket_row(&stage->desk, source).version,
                                 .into = survivor};
    struct outcome outcome = desk_do(&stage->desk, METHOD_TICKET_MERGE, stage->staff, &merge);
    assert_verdict(outcome, ERROR_TOO_LARGE);
    assert_text(outcome.field, "into");
    assert_text(outcome.reason,
                "Its files would have more than 50 MiB together; an admin can remove some.");
    assert_int_equal(desk_ticket_row(&stage->desk, survivor).attachment_count, 3);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        CASE(a_file_arrives_in_chunks_and_is_attached),
        CASE(chunks_come_in_order_and_may_come_again),
        CASE(the_same_file_again_goes_on),
        CASE(what_has_not_arrived_whole_is_not_attached),
        CASE(content_that_does_not_fit_its_hash_ends_the_upload),
        CASE(internal_files_take_no_room_of_others),
        CASE(too_much_for_one_ticket_is_not_merged),
        CASE(hostile_names_are_refused),
        CASE(limits_are_named),
        CASE(an_upload_is_of_who_began_it),
        CASE(internal_files_do_not_exist_for_the_requester),
        CASE(the_same_content_is_kept_once),
        CASE(what_does_not_arrive_in_a_day_is_dropped),
        CASE(a_purge_takes_files_and_their_content),
        CASE(files_go_with_the_messages_of_a_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
