/* Checks all that the file says of itself: seals, rows against the index and the index against
 * rows, the journal, and that replaying it gives the same content. It goes on after a problem, so
 * that one run tells all. */
#include "server/store/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/index.h"
#include "server/store/parts.h"
#include "server/store/row_bytes.h"
#include "server/store/sealed.h"

void verify_problem(struct verification *run, const char *format, ...)
{
    char sentence[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    run->verdict.problems++;
    if (run->on_problem != NULL) {
        run->on_problem(run->context, sentence);
    }
}

bool verify_settle(struct verification *run)
{
    enum error error = run->rows->error;
    run->rows->error = ERROR_NONE;
    if (error != ERROR_NONE && error != ERROR_DATA_DAMAGED) {
        run->error = error;
    }
    return error == ERROR_NONE;
}

bool verify_has_key(struct verification *run, enum database database, const struct key *key)
{
    MDB_val name = {.mv_size = key->length, .mv_data = (void *)(uintptr_t)key->bytes};
    MDB_val value;
    return mdb_get(run->rows->txn, run->store->databases[database], &name, &value) == MDB_SUCCESS;
}

/* --- Rows ------------------------------------------------------------------------------------ */

static void check_index_of_row(struct verification *run, enum row_kind kind, uint64_t id,
                               const void *row)
{
    for (size_t i = 0; i < index_rule_count; i++) {
        const struct index_rule *rule = &index_rules[i];
        uint64_t group;
        if (rule->kind != kind || !rule->group(row, &group)) {
            continue;
        }
        struct key key = key_of_index((uint8_t)rule->index, group, id);
        if (!verify_has_key(run, DATABASE_INDEX, &key)) {
            verify_problem(run, "%s %llu is missing from index %d", row_tables[kind].name,
                           (unsigned long long)id, (int)rule->index);
        }
    }
}

static bool is_purged(struct verification *run, enum row_kind kind, uint64_t id)
{
    struct row_ticket ticket;
    return row_is_of_ticket(kind) && rows_get(run->rows, ROW_TICKET, id, 0, &ticket) &&
           ticket.purged;
}

static void check_text_of_row(struct verification *run, enum row_kind kind, uint64_t id,
                              const struct text_part *text)
{
    struct part *parts;
    size_t count;
    if (text->sequence == 0) {
        return;
    }
    bool found = parts_get(run->rows, text->sequence, &parts, &count) && text->part < count &&
                 (parts[text->part].blank || parts[text->part].text.length == text->length);
    if (!verify_settle(run) || !found) {
        verify_problem(run, "%s %llu has a text that is not in the journal", row_tables[kind].name,
                       (unsigned long long)id);
        return;
    }
    if (parts[text->part].blank && !is_purged(run, kind, id)) {
        verify_problem(run, "%s %llu has a text that was erased, but was not purged",
                       row_tables[kind].name, (unsigned long long)id);
    }
    (void)verify_settle(run);
}

static void check_texts_of_row(struct verification *run, enum row_kind kind, uint64_t id,
                               const void *row)
{
    const struct table *table = &row_tables[kind];
    for (size_t i = 0; i < table->field_count; i++) {
        if (table->fields[i].type == FIELD_PART) {
            const void *member = (const char *)row + table->fields[i].offset;
            check_text_of_row(run, kind, id, member);
        }
    }
}

static void check_row(struct verification *run, enum row_kind kind, struct bytes key,
                      struct bytes value)
{
    uint64_t a = 0;
    uint64_t b = 0;
    struct bytes body;
    union any_row row;
    bool good = key_read_row(kind, key, &a, &b) &&
                cursor_open_value(run->rows, database_of(kind), key, value, &body) &&
                row_read(run->rows, kind, body, a, b, &row);
    if (!verify_settle(run) || !good) {
        verify_problem(run, "%s %llu %llu is damaged", row_tables[kind].name, (unsigned long long)a,
                       (unsigned long long)b);
        return;
    }
    run->verdict.rows++;
    check_index_of_row(run, kind, a, &row);
    check_texts_of_row(run, kind, a, &row);
}

static void check_rows(struct verification *run, enum row_kind kind)
{
    struct bytes key;
    struct bytes value;
    MDB_cursor_op step = MDB_FIRST;
    while (run->error == ERROR_NONE &&
           cursor_move(run->rows, database_of(kind), step, NULL, &key, &value)) {
        check_row(run, kind, key, value);
        arena_reset(&run->arena);
        step = MDB_NEXT;
    }
    if (!verify_settle(run)) {
        verify_problem(run, "the table of %s cannot be read to its end", row_tables[kind].name);
    }
}

/* --- The index ------------------------------------------------------------------------------- */

static const struct index_rule *rule_of(uint8_t index)
{
    for (size_t i = 0; i < index_rule_count; i++) {
        if (index_rules[i].index == index) {
            return &index_rules[i];
        }
    }
    return NULL;
}

static bool changes_account(const struct record *record, uint64_t account)
{
    bool found = false;
    for (size_t i = 0; i < record->effect_count && !found; i++) {
        const struct effect *effect = &record->effects[i];
        found = row_is_of_account(effect->row) && effect->a == account;
    }
    return found;
}

/* For kinds with two key numbers the second is the group. */
static bool row_is_due(struct verification *run, const struct index_rule *rule, uint64_t group,
                       uint64_t id)
{
    union any_row row;
    uint64_t right_group;
    return rows_get(run->rows, rule->kind, id, key_has_second(rule->kind) ? group : 0, &row) &&
           rule->group(&row, &right_group) && right_group == group;
}

static bool is_due(struct verification *run, uint8_t index, uint64_t group, uint64_t id)
{
    struct journal_header header;
    struct record record;
    if (index == INDEX_ID_HISTORY) {
        return rows_journal_header(run->rows, id, &header) &&
               rows_subject_of(&header, group) != NULL;
    }
    if (index == INDEX_ID_ACCOUNT_HISTORY) {
        return journal_read_record(run->rows, id, run->rows->arena, &record) &&
               changes_account(&record, group);
    }
    const struct index_rule *rule = rule_of(index);
    return rule != NULL && row_is_due(run, rule, group, id);
}

static void check_index_entry(struct verification *run, struct bytes key)
{
    if (key.length != 17) {
        verify_problem(run, "the index has an entry of %zu bytes", key.length);
        return;
    }
    uint64_t group = number_read(key.data + 1);
    uint64_t id = number_read(key.data + 9);
    bool due = is_due(run, key.data[0], group, id);
    if (!verify_settle(run) || !due) {
        verify_problem(run, "index %u has an entry (%llu, %llu) that nothing stands behind",
                       key.data[0], (unsigned long long)group, (unsigned long long)id);
    }
}

static void check_index(struct verification *run)
{
    struct bytes key;
    struct bytes value;
    MDB_cursor_op step = MDB_FIRST;
    while (run->error == ERROR_NONE &&
           cursor_move(run->rows, DATABASE_INDEX, step, NULL, &key, &value)) {
        check_index_entry(run, key);
        arena_reset(&run->arena);
        step = MDB_NEXT;
    }
    if (!verify_settle(run)) {
        verify_problem(run, "the index cannot be read to its end");
    }
}

/* --- All of it ------------------------------------------------------------------------------- */

static void check_content(struct verification *run)
{
    uint8_t replayed[DIGEST_BYTES];
    store_content_digest(run->rows, run->verdict.content);
    if (!verify_settle(run)) {
        verify_problem(run, "the content has no digest, since rows are damaged");
        return;
    }
    if (run->replay_failed) {
        return;
    }
    enum error error = replay_digest(run->replay, replayed);
    if (error != ERROR_NONE) {
        run->error = error;
    } else if (memcmp(replayed, run->verdict.content, DIGEST_BYTES) != 0) {
        verify_problem(run, "the rows are not what the journal's effects add up to");
    }
}

static void check_all(struct verification *run)
{
    for (int kind = 1; kind < ROW_KIND_END; kind++) {
        if (row_kind_exists(kind)) {
            check_rows(run, (enum row_kind)kind);
        }
    }
    check_index(run);
    verify_blobs(run);
    verify_journal(run);
    if (run->error == ERROR_NONE) {
        check_content(run);
    }
}

enum error store_verify(struct store *store, const char *scratch_directory,
                        void (*on_problem)(void *context, const char *sentence), void *context,
                        struct store_verdict *ret_verdict)
{
    struct verification run = {.store = store, .on_problem = on_problem, .context = context};
    MDB_envinfo info;
    (void)mdb_env_info(store->env, &info);
    enum error error = replay_open(scratch_directory, info.me_mapsize, &run.replay);
    if (error == ERROR_NONE) {
        error = store_read_begin(store, &run.arena, &run.rows);
    }
    if (error == ERROR_NONE) {
        check_all(&run);
        store_read_end(run.rows);
        error = run.error;
    }
    replay_close(run.replay);
    arena_finish(&run.arena);
    verify_blanks_finish(&run);
    if (error != ERROR_NONE) {
        return error;
    }
    *ret_verdict = run.verdict;
    return run.verdict.problems > 0 ? ERROR_DATA_DAMAGED : ERROR_NONE;
}
