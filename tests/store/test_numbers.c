/* Choices stand on disk as numbers: what a number means may never change, or an old desk would say
 * something else after an upgrade. New names only go to the end, and then also here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/messages.h"
#include "server/store/index.h"

struct kept {
    const struct choices *choices;
    const char *names; /* in the order of their numbers */
};

static const struct kept kept[] = {
    {&role_choices, "user staff admin"},
    {&account_state_choices, "active disabled awaiting"},
    {&kind_choices, "hardware software"},
    {&severity_choices, "minor major critical"},
    {&state_choices, "open pending resolved"},
    {&message_kind_choices, "reply note"},
    {&registration_choices, "open approval closed"},
    {&link_kind_choices, "parent child depends blocks relates duplicate duplicated_by"},
    {&error_choices,
     "none invalid_request unknown_method unknown_field missing_field invalid_field hello_required "
     "protocol_unsupported too_large not_signed_in auth_failed forbidden elevation_required "
     "not_found throttled busy too_many name_taken email_taken password_weak password_mismatch "
     "registration_closed role_unchanged last_admin not_on_self already_done version_conflict "
     "no_change operation_expired operation_reused outcome_unknown disk_full data_error no_memory "
     "internal shutting_down slow_consumer resync connection_lost protocol_violation "
     "host_key_unknown host_key_changed system owned not_owned open_children changed_since not_undoable "
     "code_required second_factor_required"},
};

static void numbers_on_disk_keep_their_meaning(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        char names[2048];
        size_t length = 0;
        for (uint32_t value = 0; value < kept[i].choices->count; value++) {
            length += (size_t)snprintf(names + length, sizeof names - length, "%s%s",
                                       value > 0 ? " " : "", kept[i].choices->names[value]);
        }
        assert_string_equal(names, kept[i].names);
    }
}

/* Tags of fields are numbers on disk too; two fields with one tag would overwrite each other. */
static void tags_are_given_once_and_keys_have_none(void **state)
{
    (void)state;
    for (unsigned kind = 1; kind < ROW_KIND_END; kind++) {
        const struct table *table = &row_tables[kind];
        uint64_t seen = 0;
        if (!row_kind_exists((int)kind)) {
            continue;
        }
        for (size_t i = 0; i < table->field_count; i++) {
            uint16_t tag = table->fields[i].tag;
            assert_true(tag < 64);
            assert_false(tag != 0 && present_has(seen, tag));
            present_mark(&seen, tag);
        }
        assert_true(present_has(seen, 0));
    }
}

/* Numbers of kinds stand in seals and in the journal. */
static void kinds_of_rows_keep_their_numbers(void **state)
{
    (void)state;
    static const char *const names[ROW_KIND_END] = {
        [1] = "row_account",      [2] = "row_ticket",    [3] = "row_message",
        [4] = "row_role_request", [5] = "row_settings",  [6] = "row_credential",
        [7] = "row_sign_in",      [8] = "row_operation", [9] = "row_queue",
        [10] = "row_queue_right", [11] = "row_follower", [12] = "row_timer",
        [18] = "row_read_mark",   [25] = "row_reset",    [26] = "row_device",
        [27] = "row_failures",    [13] = "row_link",     [14] = "row_tag",
        [15] = "row_ticket_tag",  [29] = "row_acting",   [19] = "row_attachment",
        [20] = "row_blob",        [21] = "row_chunk",    [22] = "row_upload",
        [16] = "row_canned",      [17] = "row_draft",    [23] = "row_account_key",
        [28] = "row_key_use",     [24] = "row_totp",
    };
    for (unsigned kind = 1; kind < ROW_KIND_END; kind++) {
        if (!row_kind_exists((int)kind)) {
            assert_null(names[kind]);
            continue;
        }
        assert_string_equal(row_tables[kind].name, names[kind]);
        assert_non_null(database_name(database_of((enum row_kind)kind)));
    }
    assert_int_equal(TIMER_PENDING, 1);
    assert_int_equal(TIMER_RELEASE, 2);
    assert_int_equal(TIMER_UPLOAD, 3);
    assert_int_equal(TIMER_FORGET, 4);
    assert_int_equal(TIMER_RETENTION, 5);
}

/* An index under another's number would be read as that one. */
static void indexes_keep_their_numbers(void **state)
{
    (void)state;
    static const enum index_id ids[] = {
        INDEX_ID_ADMINS,
        INDEX_ID_TICKETS,
        INDEX_ID_TICKETS_BY_REQUESTER,
        INDEX_ID_TICKETS_DELETED,
        INDEX_ID_SIGN_INS_BY_ACCOUNT,
        INDEX_ID_HISTORY,
        INDEX_ID_ACCOUNT_NAME,
        INDEX_ID_ACCOUNT_EMAIL,
        INDEX_ID_TOKEN,
        INDEX_ID_TOKEN_PREVIOUS,
        INDEX_ID_MEMBERS,
        INDEX_ID_TICKETS_BY_CC,
        INDEX_ID_TICKETS_BY_QUEUE,
        INDEX_ID_TICKETS_BY_OWNER,
        INDEX_ID_TICKETS_MERGED,
        INDEX_ID_ACCOUNT_HISTORY,
        INDEX_ID_LINKS_TO,
        INDEX_ID_TAG_NAME,
        INDEX_ID_TICKETS_BY_TAG,
        INDEX_ID_BLOB_HASH,
        INDEX_ID_UPLOADS_BY_ACCOUNT,
    };
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        assert_int_equal(ids[i], i + 1);
    }
    /* An entry has to lead to its row: with two key numbers, the group is the second. */
    for (size_t i = 0; i < index_rule_count; i++) {
        union any_row row = {0};
        uint64_t group = 0;
        enum row_kind kind = index_rules[i].kind;
        if (key_has_second(kind)) {
            row_key_fill(kind, &row, 5, 6);
            row.follower.cc = row.follower.cc || kind == ROW_FOLLOWER;
            assert_true(index_rules[i].group(&row, &group));
            assert_int_equal(group, 6);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_on_disk_keep_their_meaning),
        cmocka_unit_test(kinds_of_rows_keep_their_numbers),
        cmocka_unit_test(indexes_keep_their_numbers),
        cmocka_unit_test(tags_are_given_once_and_keys_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
