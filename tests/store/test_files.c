/* The files of a desk: made once, locked, closed to others, never opened when cut off; backup and
 * restore; and what happens when the process or the disk goes away under it. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/store/files.h"
#include "server/store/internal.h"
#include "server/store/meta.h"
#include "tests/lib/dice.h"
#include "tests/store/damage.h"

static struct desk desk;

static const uint8_t second_epoch[EPOCH_BYTES] = "the second epoch";

static int set_up(void **state)
{
    (void)state;
    desk_create(&desk);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_close(&desk);
    (void)umount(desk.directory); /* a case that failed may have left its small disk there */
    desk_destroy(&desk);
    return 0;
}

static enum error try_open(bool exclusive, struct store_report *report)
{
    struct store_settings settings = {
        .directory = desk.directory, .map_bytes = desk.map_bytes, .exclusive = exclusive};
    struct store *store = NULL;
    *report = (struct store_report){0};
    enum error error = store_open(&settings, &store, report);
    assert_int_equal(error == ERROR_NONE, store != NULL);
    store_close(store);
    return error;
}

static mode_t mode_of(const char *path)
{
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    return facts.st_mode & 0777;
}

static off_t length_of(const char *path)
{
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    return facts.st_size;
}

/* --- Making and opening ---------------------------------------------------------------------- */

/* Running init again must never cost anybody a desk. */
static void a_desk_is_made_once(void **state)
{
    (void)state;
    struct store_report report = {0};
    struct row_account row;
    desk_add_account(&desk, 1, "anna", ROLE_ADMIN);
    desk_close(&desk);
    assert_int_equal(store_create(desk.directory, second_epoch, second_epoch, &report),
                     ERROR_ALREADY_DONE);
    assert_non_null(strstr(report.text, desk.directory));
    desk_open(&desk);
    desk_read(&desk);
    assert_true(rows_find_account_by_name(desk.rows, text_of("anna"), &row));
    desk_read_end(&desk);
}

/* An init that was killed half way leaves rubbish, but neither a desk nor an obstacle. */
static void an_interrupted_creation_is_no_desk_and_can_be_repeated(void **state)
{
    (void)state;
    struct store_report report = {0};
    desk_close(&desk);
    assert_int_equal(unlink(desk_path(&desk, "desk.mdb")), 0);
    assert_int_equal(mkdir(desk_path(&desk, "desk.new"), 0700), 0);
    int file = open(desk_path(&desk, "desk.new/desk.mdb"), O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(file, "half", 4), 4);
    (void)close(file);
    assert_int_equal(try_open(true, &report), ERROR_NOT_FOUND);
    assert_int_equal(store_create(desk.directory, second_epoch, second_epoch, &report), ERROR_NONE);
    assert_false(path_exists(desk_path(&desk, "desk.new")));
    assert_int_equal(try_open(true, &report), ERROR_NONE);
}

/* Tickets are confidential, and a umask is easily wrong. */
static void files_are_closed_to_others_and_open_ones_are_refused(void **state)
{
    (void)state;
    struct store_report report;
    desk_close(&desk);
    assert_int_equal(mode_of(desk_path(&desk, "desk.mdb")), 0600);
    assert_int_equal(mode_of(desk.directory), 0700);
    assert_int_equal(chmod(desk_path(&desk, "desk.mdb"), 0640), 0);
    assert_int_equal(try_open(true, &report), ERROR_SYSTEM);
    assert_non_null(strstr(report.text, "chmod 600"));
    assert_int_equal(chmod(desk_path(&desk, "desk.mdb"), 0600), 0);
    assert_int_equal(chmod(desk.directory, 0755), 0);
    assert_int_equal(try_open(true, &report), ERROR_SYSTEM);
    assert_non_null(strstr(report.text, "chmod 700"));
    assert_int_equal(chmod(desk.directory, 0700), 0);
    assert_int_equal(try_open(true, &report), ERROR_NONE);
}

static enum error restore(const char *path, struct store_report *ret_report)
{
    int backup = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(backup >= 0);
    enum error error = store_restore(desk.directory, backup, path, second_epoch, ret_report);
    (void)close(backup);
    return error;
}

/* Two daemons on one desk would give one position twice. */
static void only_one_process_has_the_desk_exclusively(void **state)
{
    (void)state;
    struct store_report report;
    desk_close(&desk);
    int lock;
    assert_int_equal(lock_take(desk.directory, &lock, &report), ERROR_NONE);
    assert_int_equal(try_open(true, &report), ERROR_BUSY);
    assert_non_null(strstr(report.text, "another process"));
    assert_int_equal(restore("/dev/null", &report), ERROR_BUSY);
    assert_int_equal(try_open(false, &report), ERROR_NONE);
    (void)close(lock);
    assert_int_equal(try_open(true, &report), ERROR_NONE);
}

static void a_directory_without_a_desk_is_not_found(void **state)
{
    (void)state;
    struct store_report report;
    desk_close(&desk);
    assert_int_equal(unlink(desk_path(&desk, "desk.mdb")), 0);
    assert_int_equal(try_open(true, &report), ERROR_NOT_FOUND);
    assert_true(report.text[0] != '\0');
}

static void set_schema(uint64_t schema)
{
    struct store_desk facts = {0};
    desk_write(&desk);
    assert_true(meta_read_desk(desk.rows, &facts));
    facts.schema = schema;
    meta_write_desk(desk.rows, &facts);
    desk_commit(&desk);
    desk_close(&desk);
}

static void drop_table(const char *name)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi database;
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, 32), 0);
    assert_int_equal(mdb_env_open(env, desk_path(&desk, "desk.mdb"), MDB_NOSUBDIR, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, name, 0, &database), 0);
    assert_int_equal(mdb_drop(txn, database, 1), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

/* A desk of another format is not damaged, and nobody should go for a backup because of it. It may
 * lack tables that this format has. */
static void a_desk_of_another_format_is_refused_by_its_number(void **state)
{
    (void)state;
    struct store_report report;
    set_schema(SCHEMA_VERSION - 1);
    assert_int_equal(try_open(true, &report), ERROR_SYSTEM);
    assert_non_null(strstr(report.text, "format 1"));
    drop_table("queue");
    assert_int_equal(try_open(true, &report), ERROR_SYSTEM);
    assert_non_null(strstr(report.text, "format 1"));
}

static void a_desk_that_lacks_a_table_is_damaged(void **state)
{
    (void)state;
    struct store_report report;
    desk_close(&desk);
    drop_table("follower");
    assert_int_equal(try_open(true, &report), ERROR_DATA_DAMAGED);
    assert_non_null(strstr(report.text, "tables"));
}

/* Mapping a file that was cut off kills the process with SIGBUS at some later read. */
static void a_truncated_file_is_refused(void **state)
{
    (void)state;
    struct store_report report;
    struct dice dice = dice_open("truncation");
    MDB_envinfo info;
    for (uint64_t i = 1; i <= 40; i++) {
        desk_add_ticket(&desk, i, 1, "title", "a problem of some words");
    }
    (void)mdb_env_info(desk.store->env, &info);
    off_t needed = (off_t)((info.me_last_pgno + 1) * desk.store->page_bytes);
    desk_close(&desk);
    assert_true(length_of(desk_path(&desk, "desk.mdb")) >= needed);
    assert_int_equal(truncate(desk_path(&desk, "desk.mdb"), needed), 0);
    assert_int_equal(try_open(true, &report), ERROR_NONE);
    assert_int_equal(truncate(desk_path(&desk, "desk.mdb"), needed - 1), 0);
    assert_int_equal(try_open(true, &report), ERROR_DATA_DAMAGED);
    assert_non_null(strstr(report.text, "cut off"));
    for (int i = 0; i < 20; i++) {
        off_t length = (off_t)dice_below(&dice, (size_t)length_of(desk_path(&desk, "desk.mdb")));
        assert_int_equal(truncate(desk_path(&desk, "desk.mdb"), length), 0);
        assert_int_equal(try_open(true, &report), ERROR_DATA_DAMAGED);
        if (length == 0) {
            break;
        }
    }
}

static void a_file_that_is_no_desk_is_refused(void **state)
{
    (void)state;
    struct store_report report;
    desk_close(&desk);
    int file = open(desk_path(&desk, "desk.mdb"), O_WRONLY | O_TRUNC);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(write(file, "this is not a database at all. ", 31), 31);
    }
    (void)close(file);
    assert_int_equal(try_open(true, &report), ERROR_DATA_DAMAGED);
}

/* A path that does not fit is refused, not cut. */
static void a_path_too_long_is_refused(void **state)
{
    (void)state;
    struct path path = {"unchanged"};
    char *name = test_malloc(STORE_PATH_MAX + 1);
    memset(name, 'a', STORE_PATH_MAX);
    name[STORE_PATH_MAX] = '\0';
    assert_int_equal(path_join("/", name, &path), ERROR_SYSTEM);
    assert_string_equal(path.text, "unchanged");
    test_free(name);
}

/* --- Backup and restore ---------------------------------------------------------------------- */

static void digest_of(uint8_t content[32])
{
    desk_read(&desk);
    store_content_digest(desk.rows, content);
    desk_read_end(&desk);
}

/* The drill: a backup nobody has restored is a hope. */
static void a_backup_restores_the_record_under_a_new_epoch(void **state)
{
    (void)state;
    struct store_report report = {0};
    uint8_t then[32];
    uint8_t now[32];
    char backup[256];
    (void)snprintf(backup, sizeof backup, "%s", desk_path(&desk, "backup.mdb"));
    desk_add_account(&desk, 1, "anna", ROLE_ADMIN);
    desk_add_ticket(&desk, 1, 1, "Printer", "It smokes.");
    digest_of(then);
    assert_int_equal(store_backup(desk.store, backup, &report), ERROR_NONE);
    assert_string_equal(report.text, "");
    assert_int_equal(mode_of(backup), 0600);
    assert_false(path_exists(desk_path(&desk, "backup.mdb.part")));
    assert_false(path_exists(desk_path(&desk, "backup.mdb.part.verify")));
    desk_add_ticket(&desk, 2, 1, "Later", "Not in the backup.");
    digest_of(now);
    assert_memory_not_equal(then, now, 32);
    desk_close(&desk);

    assert_int_equal(restore(backup, &report), ERROR_NONE);
    assert_string_equal(report.text, "");
    assert_true(path_exists(desk_path(&desk, "desk.mdb.replaced-1")));
    assert_int_equal(mode_of(desk_path(&desk, "desk.mdb")), 0600);
    desk_open(&desk);
    digest_of(now);
    assert_memory_equal(then, now, 32);
    struct log_position position = store_log_position(desk.store);
    assert_memory_equal(position.epoch, second_epoch, EPOCH_BYTES);
    assert_int_equal(position.position, 0);
    assert_int_equal(desk_add_ticket(&desk, 2, 1, "After", "The restore."), 3);
    desk_close(&desk);

    assert_int_equal(restore(backup, &report), ERROR_NONE);
    assert_true(path_exists(desk_path(&desk, "desk.mdb.replaced-2")));
    desk_open(&desk);
}

static void a_backup_never_overwrites(void **state)
{
    (void)state;
    struct store_report report = {0};
    char backup[256];
    (void)snprintf(backup, sizeof backup, "%s", desk_path(&desk, "backup.mdb"));
    assert_int_equal(store_backup(desk.store, backup, &report), ERROR_NONE);
    off_t length = length_of(backup);
    assert_int_equal(store_backup(desk.store, backup, &report), ERROR_ALREADY_DONE);
    assert_int_equal(length_of(backup), length);
    assert_int_equal(store_backup(desk.store, "/nonexistent/backup.mdb", &report), ERROR_SYSTEM);
}

/* A damaged desk must not quietly replace the last good backup's role. */
static void a_damaged_desk_gives_no_backup(void **state)
{
    (void)state;
    struct store_report report = {0};
    struct damaged value;
    char backup[256];
    (void)snprintf(backup, sizeof backup, "%s", desk_path(&desk, "backup.mdb"));
    desk_add_account(&desk, 1, "anna", ROLE_ADMIN);
    desk_close(&desk);
    assert_true(damage_find(&desk, "account", 0, &value));
    damage_flip(&desk, &value, 150);
    desk_open(&desk);
    assert_int_equal(store_backup(desk.store, backup, &report), ERROR_DATA_DAMAGED);
    assert_false(path_exists(backup));
    assert_false(path_exists(desk_path(&desk, "backup.mdb.part")));
}

/* Nothing is touched before the backup has proved sound. */
static void a_damaged_backup_is_not_restored(void **state)
{
    (void)state;
    struct store_report report = {0};
    struct row_account row;
    char backup[256];
    (void)snprintf(backup, sizeof backup, "%s", desk_path(&desk, "backup.mdb"));
    desk_add_account(&desk, 1, "anna", ROLE_ADMIN);
    assert_int_equal(store_backup(desk.store, backup, &report), ERROR_NONE);
    desk_close(&desk);
    assert_int_equal(truncate(backup, length_of(backup) - 1), 0);
    assert_int_equal(restore(backup, &report), ERROR_DATA_DAMAGED);
    assert_false(path_exists(desk_path(&desk, "desk.mdb.replaced-1")));
    assert_false(path_exists(desk_path(&desk, "desk.new")));
    desk_open(&desk);
    desk_read(&desk);
    assert_true(rows_find_account_by_name(desk.rows, text_of("anna"), &row));
    desk_read_end(&desk);
}

/* --- Trouble --------------------------------------------------------------------------------- */

/* Commits tickets one after another and tells each number once it is on disk. */
static _Noreturn void commit_until_killed(int told)
{
    struct store_settings settings = {
        .directory = desk.directory, .map_bytes = desk.map_bytes, .exclusive = true};
    struct store_report report;
    if (store_open(&settings, &desk.store, &report) != ERROR_NONE) {
        _exit(1);
    }
    desk.position = store_log_position(desk.store);
    desk_read(&desk);
    uint64_t number = rows_last(desk.rows, ROW_TICKET);
    desk_read_end(&desk);
    for (;;) {
        desk_add_ticket(&desk, ++number, 1, "title", "a problem of some words");
        if (write(told, &number, sizeof number) != (ssize_t)sizeof number) {
            _exit(1);
        }
    }
}

/* Lets a child commit, kills it after `reports` reports, and gives the last number it told. */
static uint64_t kill_after(size_t reports)
{
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(told[0]);
        commit_until_killed(told[1]);
    }
    (void)close(told[1]);
    uint64_t last = 0;
    uint64_t number;
    for (size_t i = 0; i < reports; i++) {
        assert_int_equal(read(told[0], &number, sizeof number), (ssize_t)sizeof number);
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(told[0], &last, sizeof last) == (ssize_t)sizeof last) {
        number = last;
    }
    (void)close(told[0]);
    return number;
}

/* What was acknowledged is there, and what is there is whole. */
static void a_killed_process_loses_nothing_that_it_told(void **state)
{
    (void)state;
    struct dice dice = dice_open("kill");
    struct store_verdict verdict;
    desk_close(&desk);
    for (int round = 0; round < 8; round++) {
        uint64_t told = kill_after(1 + dice_below(&dice, 12));
        desk_open(&desk);
        desk_read(&desk);
        assert_true(rows_last(desk.rows, ROW_TICKET) >= told);
        desk_read_end(&desk);
        assert_int_equal(store_verify(desk.store, desk.directory, NULL, NULL, &verdict),
                         ERROR_NONE);
        desk_close(&desk);
    }
}

/* Adds tickets until one is refused; their number. */
static uint64_t fill(uint64_t number)
{
    char problem[3000];
    memset(problem, 'x', sizeof problem - 1);
    problem[sizeof problem - 1] = '\0';
    for (;; number++) {
        desk_write(&desk);
        desk_command(&desk, METHOD_TICKET_CREATE, number);
        rows_subject(desk.rows, number, &(struct audience){0}, &(struct audience){0}, false);
        struct row_ticket row = {.number = number, .problem = {.fresh = text_of(problem)}};
        rows_put(desk.rows, ROW_TICKET, &row);
        (void)desk_command_end(&desk);
        struct log_position position = desk.position;
        position.position++;
        enum error error = store_write_commit(desk.rows, &position);
        desk.rows = NULL;
        if (error != ERROR_NONE) {
            assert_int_equal(error, ERROR_DISK_FULL);
            assert_int_equal(store_log_position(desk.store).position, desk.position.position);
            return number;
        }
        desk.position = position;
    }
}

/* The map's end is a refusal like a full disk: reads go on, and with a larger map writes do. */
static void a_full_map_refuses_and_a_larger_one_goes_on(void **state)
{
    (void)state;
    struct row_ticket row;
    struct store_verdict verdict;
    desk_close(&desk);
    desk.map_bytes = 1 << 20;
    desk_open(&desk);
    uint64_t refused = fill(1);
    assert_true(refused > 20);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fill(refused), refused);
    }
    desk_read(&desk);
    assert_int_equal(rows_last(desk.rows, ROW_TICKET), refused - 1);
    assert_true(rows_get(desk.rows, ROW_TICKET, refused - 1, 0, &row));
    desk_read_end(&desk);
    desk_close(&desk);
    desk.map_bytes = 64 << 20;
    desk_open(&desk);
    desk_add_ticket(&desk, refused, 1, "title", "fits again");
    assert_int_equal(store_verify(desk.store, desk.directory, NULL, NULL, &verdict), ERROR_NONE);
}

/* The same with a disk that is really full. Needs the right to mount. */
static void a_full_disk_refuses_and_with_room_it_goes_on(void **state)
{
    (void)state;
    char ballast[256];
    struct store_verdict verdict;
    char scratch[] = "/tmp/ttydesk-scratch-XXXXXX";
    desk_close(&desk);
    work_directory_remove(desk.directory);
    assert_int_equal(mkdir(desk.directory, 0700), 0);
    if (mount("tmpfs", desk.directory, "tmpfs", 0, "size=2m,mode=0700") != 0) {
        print_message("SKIPPED: a full disk: no right to mount a tmpfs here\n");
        skip();
    }
    struct store_report report = {0};
    assert_int_equal(store_create(desk.directory, second_epoch, second_epoch, &report), ERROR_NONE);
    (void)snprintf(ballast, sizeof ballast, "%s", desk_path(&desk, "ballast"));
    int file = open(ballast, O_WRONLY | O_CREAT, 0600);
    char block[65536] = {0};
    for (int i = 0; i < 8; i++) {
        assert_int_equal(write(file, block, sizeof block), (ssize_t)sizeof block);
    }
    (void)close(file);
    desk_open(&desk);
    uint64_t refused = fill(1);
    assert_true(refused > 20);
    assert_int_equal(fill(refused), refused);
    desk_read(&desk);
    assert_int_equal(rows_last(desk.rows, ROW_TICKET), refused - 1);
    desk_read_end(&desk);
    assert_int_equal(unlink(ballast), 0);
    desk_add_ticket(&desk, refused, 1, "title", "fits again");
    assert_non_null(mkdtemp(scratch));
    assert_int_equal(store_verify(desk.store, scratch, NULL, NULL, &verdict), ERROR_NONE);
    work_directory_remove(scratch);
    desk_close(&desk);
    assert_int_equal(umount(desk.directory), 0);
}

/* --- Readers --------------------------------------------------------------------------------- */

/* A snapshot stays what it was, and each new one sees the last commit, the kept ones too. */
static void snapshots_are_stable_and_renewed_ones_are_new(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct rows *early;
    struct rows *late;
    uint64_t id;
    for (uint64_t number = 1; number <= 50; number++) {
        assert_int_equal(store_read_begin(desk.store, &arena, &early), ERROR_NONE);
        desk_add_ticket(&desk, number, 1, "title", "problem");
        assert_int_equal(store_read_begin(desk.store, &arena, &late), ERROR_NONE);
        assert_int_equal(rows_last(early, ROW_TICKET), number - 1);
        assert_int_equal(rows_last(late, ROW_TICKET), number);
        struct row_range range = rows_range(INDEX_TICKETS, 0, UINT64_MAX, true);
        assert_true(rows_range_next(late, &range, &id));
        assert_int_equal(id, number);
        store_read_end(early);
        store_read_end(late);
        arena_reset(&arena);
    }
    arena_finish(&arena);
}

/* Running out of reader slots is an answer, not a crash, and passes. */
static void too_many_snapshots_at_once_are_refused(void **state)
{
    (void)state;
    struct rows *readers[READERS_MAX + 1];
    struct arena arena = {0};
    size_t count = 0;
    enum error error = ERROR_NONE;
    while (error == ERROR_NONE && count <= READERS_MAX) {
        error = store_read_begin(desk.store, &arena, &readers[count]);
        count += error == ERROR_NONE ? 1 : 0;
    }
    assert_int_equal(error, ERROR_TOO_MANY);
    assert_true(count > READERS_MAX / 2);
    store_read_end(readers[--count]);
    assert_int_equal(store_read_begin(desk.store, &arena, &readers[count]), ERROR_NONE);
    count++;
    while (count > 0) {
        store_read_end(readers[--count]);
    }
    arena_finish(&arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_desk_is_made_once),
        CASE(an_interrupted_creation_is_no_desk_and_can_be_repeated),
        CASE(files_are_closed_to_others_and_open_ones_are_refused),
        CASE(only_one_process_has_the_desk_exclusively),
        CASE(a_directory_without_a_desk_is_not_found),
        CASE(a_desk_of_another_format_is_refused_by_its_number),
        CASE(a_desk_that_lacks_a_table_is_damaged),
        CASE(a_truncated_file_is_refused),
        CASE(a_file_that_is_no_desk_is_refused),
        CASE(a_path_too_long_is_refused),
        CASE(a_backup_restores_the_record_under_a_new_epoch),
        CASE(a_backup_never_overwrites),
        CASE(a_damaged_desk_gives_no_backup),
        CASE(a_damaged_backup_is_not_restored),
        CASE(a_killed_process_loses_nothing_that_it_told),
        CASE(a_full_map_refuses_and_a_larger_one_goes_on),
        CASE(a_full_disk_refuses_and_with_room_it_goes_on),
        CASE(snapshots_are_stable_and_renewed_ones_are_new),
        CASE(too_many_snapshots_at_once_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
