/* The journal as admins read it. Everything an entry has is told but long texts: those of tickets
 * and messages stand where they belong, and private ones nowhere else. */
#include <string.h>

#include "server/core/queue.h"
#include "server/core/sentence.h"
#include "server/queries_page.h"

/* Bytes on the wire without free texts. */
enum { ENTRY_BYTES = 320, CHANGE_BYTES = 160, NUMBER_BYTES = 20, ROW_PREFIX = 4 /* "row_" */ };

static struct text account_name(struct rows *rows, uint64_t id)
{
    struct row_account account;
    return rows_get(rows, ROW_ACCOUNT, id, 0, &account) ? account.name : text_of("?");
}

/* --- Values as words ------------------------------------------------------------------------- */

/* Numbers that stand for accounts or queues, whichever row they are in. */
static const char *const account_fields[] = {"requester", "owner", "author", "opened_by"};

static bool is_account_field(const char *name)
{
    for (size_t i = 0; i < sizeof account_fields / sizeof account_fields[0]; i++) {
        if (strcmp(account_fields[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static const struct field *field_of(const struct effect *effect)
{
    const struct table *table = &row_tables[effect->row];
    for (size_t i = 0; i < table->field_count; i++) {
        if (table->fields[i].tag == effect->tag) {
            return &table->fields[i];
        }
    }
    return NULL;
}

static struct text number_in_words(struct rows *rows, const struct field *field, uint64_t number)
{
    struct row_queue queue;
    if (field->type == FIELD_BOOL) {
        return text_of(number != 0 ? "yes" : "no");
    }
    if (field->type == FIELD_CHOICE && number <= UINT32_MAX) {
        return text_of(choices_name(field->choices, (uint32_t)number));
    }
    if (is_account_field(field->name)) {
        return number == 0 ? text_of(NULL) : account_name(rows, number);
    }
    if (strcmp(field->name, "queue") == 0 && queue_read(rows, number, &queue)) {
        return queue.name;
    }
    struct sentence digits = sentence_begin("");
    sentence_add_number(&digits, number);
    return sentence_text(&digits, rows);
}

/* No data: nothing, erased, or too long to be repeated. */
static struct text in_words(struct rows *rows, const struct field *field, const struct value *value)
{
    switch (value->type) {
    case VALUE_NUMBER:
        return number_in_words(rows, field, value->number);
    case VALUE_TEXT:
        return value->text;
    default:
        return text_of(NULL);
    }
}

static const char *act_of(const struct effect *effect)
{
    static const char *const words[] = {
        [EFFECT_CREATE] = "create", [EFFECT_SET] = "set", [EFFECT_REMOVE] = "remove"};
    return words[effect->kind];
}

static void fill_change(struct rows *rows, const struct effect *effect,
                        struct audit_change *ret_change)
{
    struct audit_change change = {
        .row = text_of(row_tables[effect->row].name + ROW_PREFIX),
        .id = effect->a,
        .other = effect->b,
        .act = text_of(act_of(effect)),
    };
    const struct field *field = effect->kind == EFFECT_SET ? field_of(effect) : NULL;
    if (effect->b != 0) {
        present_mark(&change.present, AUDIT_CHANGE_OTHER);
    }
    if (field != NULL) {
        change.field = text_of(field->name);
        change.old_value = in_words(rows, field, &effect->old_value);
        change.new_value = in_words(rows, field, &effect->new_value);
        present_mark(&change.present, AUDIT_CHANGE_FIELD);
    }
    if (change.old_value.data != NULL) {
        present_mark(&change.present, AUDIT_CHANGE_OLD);
    }
    if (change.new_value.data != NULL) {
        present_mark(&change.present, AUDIT_CHANGE_NEW);
    }
    *ret_change = change;
}

/* --- One entry ------------------------------------------------------------------------------- */

static size_t at_most(size_t count)
{
    return count < AUDIT_CHANGES_MAX ? count : AUDIT_CHANGES_MAX;
}

static bool fill_lists(struct rows *rows, const struct journal_entry *journal,
                       struct audit_entry *entry)
{
    const struct journal_header *header = &journal->header;
    size_t tickets = at_most(header->subject_count);
    size_t changes = at_most(journal->effect_count);
    struct bulk_ticket *numbers = arena_array(rows_arena(rows), tickets, sizeof *numbers);
    struct audit_change *fields = arena_array(rows_arena(rows), changes, sizeof *fields);
    if (numbers == NULL || fields == NULL) {
        return false;
    }
    for (size_t i = 0; i < tickets; i++) {
        numbers[i] = (struct bulk_ticket){.number = header->subjects[i].ticket};
    }
    for (size_t i = 0; i < changes; i++) {
        fill_change(rows, &journal->effects[i], &fields[i]);
    }
    entry->tickets = (struct list){.items = numbers, .count = tickets};
    entry->changes = (struct list){.items = fields, .count = changes};
    entry->cut = tickets < header->subject_count || changes < journal->effect_count;
    return true;
}

static void mark(struct audit_entry *entry, struct text text, unsigned bit)
{
    if (text.length > 0) {
        present_mark(&entry->present, bit);
    }
}

static bool fill_entry(struct rows *rows, const struct journal_entry *journal,
                       struct audit_entry *ret_entry)
{
    const struct journal_header *header = &journal->header;
    struct audit_entry entry = {
        .sequence = header->sequence,
        .time_ms = header->time_ms,
        .console = header->console,
        .gateway = header->gateway,
        .source = header->source,
        .what = header->command,
    };
    if (header->actor != 0) {
        entry.actor = account_name(rows, header->actor);
    } else if (header->console) {
        entry.actor = text_of("console");
    }
    if (header->acting_for != 0) {
        entry.acting_for = account_name(rows, header->acting_for);
    }
    mark(&entry, entry.actor, AUDIT_ENTRY_ACTOR);
    mark(&entry, entry.acting_for, AUDIT_ENTRY_ACTING_FOR);
    mark(&entry, entry.source, AUDIT_ENTRY_SOURCE);
    if (header->command < METHOD_COUNT) {
        present_mark(&entry.present, AUDIT_ENTRY_WHAT);
    }
    bool filled = fill_lists(rows, journal, &entry);
    *ret_entry = entry;
    return filled;
}

static uint64_t bytes_of(const struct audit_entry *entry)
{
    const struct audit_change *changes = entry->changes.items;
    uint64_t bytes = ENTRY_BYTES + entry->tickets.count * NUMBER_BYTES;
    for (size_t i = 0; i < entry->changes.count; i++) {
        bytes += CHANGE_BYTES + changes[i].old_value.length + changes[i].new_value.length;
    }
    return bytes;
}

/* --- Which entries --------------------------------------------------------------------------- */

/* Sequences from the newest downwards: all of them, or those of a ticket's or account's history. */
struct walk {
    struct rows *rows;
    bool all;
    uint64_t next; /* all: 0 at the end */
    struct row_range range;
    uint64_t actor;   /* account id; 0: whoever, or the console */
    bool console;     /* only the console */
    uint64_t account; /* beside a ticket: the account it has to be about, too */
    uint64_t since_ms;
    uint64_t until_ms;
};

static bool walk_next(struct walk *walk, uint64_t *ret_sequence)
{
    if (!walk->all) {
        return rows_range_next(walk->rows, &walk->range, ret_sequence);
    }
    *ret_sequence = walk->next;
    return walk->next > 0 && walk->next-- > 0;
}

/* The last entry before a time; time never goes back from one to the next. */
static uint64_t last_before(struct rows *rows, uint64_t time_ms, uint64_t newest)
{
    uint64_t low = 0; /* before it, or the journal's beginning */
    uint64_t high = newest;
    while (low < high) {
        uint64_t middle = high - (high - low) / 2;
        struct journal_header header;
        if (!rows_journal_header(rows, middle, &header)) {
            return 0;
        }
        if (header.time_ms < time_ms) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/* The id of a name; false, and nothing matches, when there is none. */
static bool find_name(struct rows *rows, struct text name, uint64_t *ret_id)
{
    struct row_account account;
    bool found = rows_find_account_by_name(rows, name, &account);
    *ret_id = found ? account.id : 0;
    return found;
}

static bool has_field(const struct admin_audit *request, unsigned bit)
{
    return present_has(request->present, bit);
}

/* False: nothing can match. */
static bool begin_walk(const struct query *query, struct walk *walk)
{
    const struct admin_audit *request = query->request;
    struct rows *rows = query->rows;
    uint64_t newest = rows_sequence(rows);

    *walk = (struct walk){.rows = rows, .since_ms = request->since_ms, .until_ms = UINT64_MAX};
    if (has_field(request, AUDIT_ACTOR)) {
        walk->console = text_equal(request->actor, text_of("console"));
        if (!walk->console && !find_name(rows, request->actor, &walk->actor)) {
            return false;
        }
    }
    if (has_field(request, AUDIT_ACCOUNT) && !find_name(rows, request->account, &walk->account)) {
        return false;
    }
    if (has_field(request, AUDIT_UNTIL)) {
        walk->until_ms = request->until_ms;
        newest = last_before(rows, request->until_ms, newest);
    }
    if (has_field(request, AUDIT_CURSOR) && request->cursor <= newest) {
        newest = request->cursor > 0 ? request->cursor - 1 : 0;
    }
    walk->all = !has_field(request, AUDIT_TICKET) && walk->account == 0;
    walk->next = newest;
    walk->range = has_field(request, AUDIT_TICKET)
                      ? rows_range(INDEX_HISTORY, request->ticket, newest, true)
                      : rows_range(INDEX_ACCOUNT_HISTORY, walk->account, newest, true);
    return newest > 0;
}

static bool is_about_account(const struct walk *walk, const struct journal_entry *entry)
{
    for (size_t i = 0; i < entry->effect_count; i++) {
        if (entry->effects[i].row == ROW_ACCOUNT && entry->effects[i].a == walk->account) {
            return true;
        }
    }
    return false;
}

static bool fits(const struct walk *walk, const struct journal_header *header)
{
    bool by_actor =
        walk->actor == 0 || header->actor == walk->actor || header->acting_for == walk->actor;
    return by_actor && (!walk->console || header->console) && header->time_ms < walk->until_ms;
}

/* Fills the page; `ret_cursor` is the last entry that was dealt with. True when there may be more.
 */
static bool fill_page(const struct query *query, struct walk *walk, struct page *page,
                      uint64_t *ret_cursor)
{
    const struct admin_audit *request = query->request;
    bool both = has_field(request, AUDIT_TICKET) && walk->account != 0;
    for (uint64_t sequence; walk_next(walk, &sequence); *ret_cursor = sequence) {
        struct journal_entry journal;
        struct audit_entry *place = page_place(page);
        struct audit_entry entry;
        if (place == NULL || !page_looks(page)) {
            return true;
        }
        if (!rows_journal_header(query->rows, sequence, &journal.header) ||
            journal.header.time_ms < walk->since_ms) {
            return false;
        }
        if (!fits(walk, &journal.header) || !rows_journal(query->rows, sequence, &journal) ||
            (both && !is_about_account(walk, &journal))) {
            continue;
        }
        if (!fill_entry(query->rows, &journal, &entry) || !page_take(page, bytes_of(&entry))) {
            return true;
        }
        *place = entry;
    }
    return false;
}

enum error query_admin_audit(const struct query *query, void *ret_reply,
                             struct failure *ret_failure)
{
    (void)ret_failure;
    const struct admin_audit *request = query->request;
    struct admin_audit_reply *reply = ret_reply;
    struct page page;
    struct walk walk;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct audit_entry));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    bool any = begin_walk(query, &walk);
    uint64_t cursor = walk.next + 1;
    reply->more = any && fill_page(query, &walk, &page, &cursor);
    if (reply->more) {
        reply->cursor = cursor;
        present_mark(&reply->present, AUDIT_REPLY_CURSOR);
    }
    reply->entries = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}
