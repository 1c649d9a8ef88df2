/* Drafts: nothing a person wrote is lost, and nobody else can read it. */
#define _GNU_SOURCE /* nftw */
#include "tui/drafts.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const struct address desk = {.kind = ADDRESS_TCP, .host = "desk", .port = "7413"};
static const struct draft_key reply_key = {DRAFT_REPLY, 12};
static char home[64];

static int make_home(void **state)
{
    (void)state;
    strcpy(home, "/tmp/drafts-XXXXXX");
    return mkdtemp(home) == NULL || setenv("XDG_STATE_HOME", home, 1) != 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static int remove_home(void **state)
{
    (void)state;
    return nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void draft_path(const char *name, char path[256])
{
    snprintf(path, 256, "%s/ttydesk/drafts/%%5Bdesk%%5D%%3A7413/joe/%s", home, name);
}

/* The next start finds every word, the choices and the operation. */
static void a_draft_comes_back_whole(void **state)
{
    struct drafts drafts = {0};
    struct draft draft = {.key = {DRAFT_EDIT, 7},
                          .version = 3,
                          .kind = KIND_SOFTWARE,
                          .status = STATUS_CRITICAL,
                          .queue = "network",
                          .requester = "joe",
                          .then = THEN_ANSWER,
                          .on_desk = true,
                          .title = "Caf\xc3\xa9: what: a title",
                          .text = "\nfirst line empty\n\n  last without end",
                          .has_operation = true};

    (void)state;
    memset(draft.operation, 0xa5, sizeof draft.operation);
    drafts_open(&drafts, &desk, "joe");
    assert_int_equal(drafts_put(&drafts, &draft), ERROR_NONE);
    drafts_close(&drafts);
    drafts_open(&drafts, &desk, "joe");
    assert_int_equal(drafts.count, 1);
    const struct draft *found = drafts_find(&drafts, draft.key);
    assert_non_null(found);
    assert_string_equal(found->queue, draft.queue);
    assert_string_equal(found->requester, draft.requester);
    assert_int_equal(found->then, draft.then);
    assert_true(found->on_desk);
    assert_string_equal(found->title, draft.title);
    assert_string_equal(found->text, draft.text);
    assert_int_equal(found->version, 3);
    assert_int_equal(found->kind, KIND_SOFTWARE);
    assert_int_equal(found->status, STATUS_CRITICAL);
    assert_true(found->has_operation);
    assert_memory_equal(found->operation, draft.operation, sizeof draft.operation);
    drafts_close(&drafts);
}

/* It is the person's alone, in the directory as in the file. */
static void a_draft_is_private(void **state)
{
    struct drafts drafts = {0};
    struct stat status;
    char path[256];

    (void)state;
    drafts_open(&drafts, &desk, "joe");
    drafts_put(&drafts, &(struct draft){.key = reply_key, .text = "hello"});
    draft_path("reply-12", path);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    draft_path("", path);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    drafts_close(&drafts);
    drafts_open(&drafts, &desk, "ann");
    assert_int_equal(drafts.count, 0);
    drafts_close(&drafts);
}

/* One for each ticket and kind: a later one takes its place, others stay. */
static void a_later_text_takes_the_place(void **state)
{
    struct drafts drafts = {0};

    (void)state;
    drafts_open(&drafts, &desk, "joe");
    drafts_put(&drafts, &(struct draft){.key = reply_key, .text = "one"});
    drafts_put(&drafts, &(struct draft){.key = {DRAFT_NOTE, 12}, .text = "note"});
    drafts_put(&drafts, &(struct draft){.key = reply_key, .text = "two"});
    assert_int_equal(drafts.count, 2);
    assert_string_equal(drafts_find(&drafts, reply_key)->text, "two");
    drafts_close(&drafts);
    drafts_open(&drafts, &desk, "joe");
    assert_int_equal(drafts.count, 2);
    assert_string_equal(drafts_find(&drafts, reply_key)->text, "two");
    drafts_close(&drafts);
}

/* Once acknowledged it is gone from the disk too. */
static void a_dropped_draft_is_gone(void **state)
{
    struct drafts drafts = {0};
    struct stat status;
    char path[256];

    (void)state;
    drafts_open(&drafts, &desk, "joe");
    drafts_put(&drafts, &(struct draft){.key = reply_key, .text = "hello"});
    drafts_drop(&drafts, reply_key);
    drafts_drop(&drafts, reply_key);
    assert_null(drafts_find(&drafts, reply_key));
    draft_path("reply-12", path);
    assert_int_not_equal(stat(path, &status), 0);
    drafts_close(&drafts);
}

/* Files that are no drafts are left alone, and do no harm. */
static void foreign_files_are_left_alone(void **state)
{
    static const char *const contents[] = {
        "",
        "something else",
        "ttydesk draft 1\n",
        "ttydesk draft 1\nwhat: poem\nticket: 1\nversion: 1\nkind: hardware\nstatus: MINOR\n"
        "saved: 1\noperation: \ntitle: t\n\ntext",
        "ttydesk draft 1\nwhat: reply\nticket: x\nversion: 1\nkind: hardware\nstatus: MINOR\n"
        "saved: 1\noperation: \ntitle: t\n\ntext",
        "ttydesk draft 1\nwhat: reply\nticket: 1\nversion: 1\nkind: hardware\nstatus: MINOR\n"
        "saved: 1\noperation: 12\ntitle: t\n\ntext",
        "ttydesk draft 1\nwhat: reply\nticket: 1\nversion: 1\nkind: hardware\nstatus: MINOR\n"
        "saved: 1\noperation: \ntitle: t",
        "ttydesk draft 1\nwhat: reply\nticket: 1\nversion: 1\nkind: hardware\nstatus: MINOR\n"
        "saved: 1\noperation: \ntitle: t\ntext",
    };
    struct drafts drafts = {0};
    struct stat status;
    char path[256];
    char name[32];

    (void)state;
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        snprintf(name, sizeof name, "file-%zu", i);
        draft_path(name, path);
        assert_int_equal(path_write(path, contents[i], strlen(contents[i])), ERROR_NONE);
    }
    drafts_open(&drafts, &desk, "joe");
    assert_int_equal(drafts.count, 0);
    drafts_close(&drafts);
    assert_int_equal(stat(path, &status), 0);
}

/* Without a home they last as long as the program. */
static void without_a_home_drafts_live_in_memory(void **state)
{
    struct drafts drafts = {0};

    (void)state;
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    drafts_open(&drafts, &desk, "joe");
    assert_int_equal(drafts_put(&drafts, &(struct draft){.key = reply_key, .text = "hello"}),
                     ERROR_NONE);
    assert_string_equal(drafts_find(&drafts, reply_key)->text, "hello");
    drafts_drop(&drafts, reply_key);
    assert_int_equal(drafts.count, 0);
    drafts_close(&drafts);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_draft_comes_back_whole),     TEST(a_draft_is_private),
        TEST(a_later_text_takes_the_place), TEST(a_dropped_draft_is_gone),
        TEST(foreign_files_are_left_alone), TEST(without_a_home_drafts_live_in_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
