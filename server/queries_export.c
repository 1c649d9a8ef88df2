/* What the desk holds about a person, as they themselves may know it, whoever asks: no secrets, no
 * private notes, nothing of others but replies on their tickets. It comes in sections, each walked
 * in the order of its rows, so that a page can end anywhere and the next go on from there. */
#include <string.h>

#include "server/core/survivor.h"
#include "server/core/view.h"
#include "server/queries_page.h"

enum { ITEM_BYTES = 256, SECTIONS = 16 /* a cursor is a position times this, plus the section */ };

struct walk {
    const struct query *query;
    struct rows *rows;
    struct row_account account;
    struct page page;
    uint64_t position; /* in the section: the next one to look at */
    uint64_t within;   /* of that one: what was given of it already */
};

static struct export_item item_of(const char *what)
{
    return (struct export_item){.what = text_of(what)};
}

static void mark_text(struct export_item *item, struct text text, unsigned bit)
{
    if (text.length > 0) {
        present_mark(&item->present, bit);
    }
}

static void mark_number(struct export_item *item, uint64_t number, unsigned bit)
{
    if (number != 0) {
        present_mark(&item->present, bit);
    }
}

static uint64_t bytes_of(const struct export_item *item)
{
    return ITEM_BYTES + item->name.length + item->email.length + item->display_name.length +
           item->title.length + item->text.length + item->source.length;
}

/* Adds it to the page; false when the page is full. What is empty is left out. */
static bool give(struct walk *walk, struct export_item item)
{
    struct export_item *place = page_place(&walk->page);
    if (place == NULL || !page_take(&walk->page, bytes_of(&item))) {
        return false;
    }
    mark_number(&item, item.number, EXPORT_ITEM_NUMBER);
    mark_number(&item, item.id, EXPORT_ITEM_ID);
    mark_number(&item, item.time_ms, EXPORT_ITEM_TIME);
    mark_number(&item, item.last_ms, EXPORT_ITEM_LAST);
    mark_number(&item, item.count, EXPORT_ITEM_COUNT);
    mark_number(&item, item.by_other ? 1 : 0, EXPORT_ITEM_BY_OTHER);
    mark_text(&item, item.name, EXPORT_ITEM_NAME);
    mark_text(&item, item.email, EXPORT_ITEM_EMAIL);
    mark_text(&item, item.display_name, EXPORT_ITEM_DISPLAY_NAME);
    mark_text(&item, item.role, EXPORT_ITEM_ROLE);
    mark_text(&item, item.state, EXPORT_ITEM_STATE);
    mark_text(&item, item.title, EXPORT_ITEM_TITLE);
    mark_text(&item, item.text, EXPORT_ITEM_TEXT);
    mark_text(&item, item.source, EXPORT_ITEM_SOURCE);
    mark_text(&item, item.act, EXPORT_ITEM_ACT);
    *place = item;
    return true;
}

/* A section gives what it has from the position on; false: the page is full. */
typedef bool section(struct walk *walk);

/* --- The account itself ---------------------------------------------------------------------- */

static bool give_account(struct walk *walk)
{
    const struct row_account *row = &walk->account;
    struct export_item item = item_of("account");
    item.time_ms = row->created_ms;
    item.name = row->name;
    item.email = row->email;
    item.display_name = row->display_name;
    item.role = text_of(choices_name(&role_choices, row->role));
    item.state = text_of(choices_name(&account_state_choices, row->state));
    return give(walk, item);
}

static bool give_role_request(struct walk *walk)
{
    struct row_role_request row;
    if (!rows_get(walk->rows, ROW_ROLE_REQUEST, walk->account.id, 0, &row)) {
        return true;
    }
    struct export_item item = item_of("role_request");
    item.time_ms = row.time_ms;
    item.role = text_of(choices_name(&role_choices, row.role));
    item.text = row.reason;
    return give(walk, item);
}

static bool fill_sign_in(struct walk *walk, uint64_t id, struct export_item *ret_item)
{
    struct row_sign_in row;
    if (!rows_get(walk->rows, ROW_SIGN_IN, id, 0, &row) ||
        row.account_epoch != walk->account.epoch || row.expires_ms <= walk->query->time_ms) {
        return false;
    }
    *ret_item = item_of("sign_in");
    ret_item->time_ms = row.created_ms;
    ret_item->last_ms = row.seen_ms;
    ret_item->name = row.device;
    ret_item->source = row.source;
    return true;
}

static bool fill_device(struct walk *walk, uint64_t id, struct export_item *ret_item)
{
    struct row_device row;
    if (!rows_get(walk->rows, ROW_DEVICE, walk->account.id, id, &row)) {
        return false;
    }
    *ret_item = item_of("device");
    ret_item->time_ms = row.created_ms;
    ret_item->last_ms = row.seen_ms;
    ret_item->name = row.name;
    ret_item->source = row.source;
    return true;
}

/* No more of a key than what people tell it by. */
static bool fill_key(struct walk *walk, uint64_t id, struct export_item *ret_item)
{
    struct row_account_key row;
    struct row_key_use use = {.used_ms = 0};
    if (!rows_get(walk->rows, ROW_ACCOUNT_KEY, walk->account.id, id, &row)) {
        return false;
    }
    (void)rows_get(walk->rows, ROW_KEY_USE, walk->account.id, id, &use);
    *ret_item = item_of("key");
    ret_item->id = id;
    ret_item->time_ms = row.created_ms;
    ret_item->last_ms = use.used_ms;
    ret_item->name = row.label;
    ret_item->text = row.fingerprint;
    ret_item->source = use.source;
    return true;
}

static bool fill_draft(struct walk *walk, uint64_t place, struct export_item *ret_item)
{
    struct row_draft row;
    if (!rows_get(walk->rows, ROW_DRAFT, walk->account.id, place, &row)) {
        return false;
    }
    *ret_item = item_of("draft");
    ret_item->number = place / 2;
    ret_item->last_ms = row.updated_ms;
    ret_item->title = row.title;
    ret_item->text = row.text;
    return true;
}

/* There are few of these, so the position is a count: some of their ids are too long for a cursor.
 */
static bool give_few(struct walk *walk, enum row_index index,
                     bool (*fill)(struct walk *walk, uint64_t id, struct export_item *ret_item))
{
    struct row_range range = rows_range(index, walk->account.id, 0, false);
    struct export_item item;
    uint64_t place = 0;
    for (uint64_t id; rows_range_next(walk->rows, &range, &id); place++) {
        if (place < walk->position) {
            continue;
        }
        if (fill(walk, id, &item) && !give(walk, item)) {
            return false;
        }
        walk->position = place + 1;
    }
    return true;
}

static bool give_sign_ins(struct walk *walk)
{
    return give_few(walk, INDEX_SIGN_INS_BY_ACCOUNT, fill_sign_in);
}

static bool give_devices(struct walk *walk)
{
    return give_few(walk, INDEX_DEVICES, fill_device);
}

static bool give_keys(struct walk *walk)
{
    return give_few(walk, INDEX_ACCOUNT_KEYS, fill_key);
}

static bool give_drafts(struct walk *walk)
{
    return give_few(walk, INDEX_DRAFTS, fill_draft);
}

/* How many tickets they have read in; counting ends where a query has to. */
static bool give_read_marks(struct walk *walk)
{
    struct row_range range = rows_range(INDEX_READ_MARKS, walk->account.id, 0, false);
    struct export_item item = item_of("read_marks");
    for (uint64_t ticket;
         item.count < walk->query->rows_max && rows_range_next(walk->rows, &range, &ticket);) {
        item.count++;
    }
    return item.count == 0 || give(walk, item);
}

/* --- Their tickets --------------------------------------------------------------------------- */

static struct text name_of(struct rows *rows, uint64_t id)
{
    struct row_account row;
    return rows_get(rows, ROW_ACCOUNT, id, 0, &row) ? row.name : text_of("?");
}

static bool give_ticket(struct walk *walk, const struct row_ticket *row)
{
    struct export_item item = item_of("ticket");
    item.number = row->number;
    item.time_ms = row->created_ms;
    item.last_ms = row->updated_ms;
    item.title = row->title;
    item.text = rows_part(walk->rows, &row->problem);
    item.state = text_of(choices_name(&status_choices, status_of(row->severity, row->state)));
    return give(walk, item);
}

/* Replies that were sent, as the requester reads them: of a retracted one there is no text. */
static bool give_message(struct walk *walk, const struct row_message *row)
{
    struct export_item item = item_of("message");
    if (row->kind != MESSAGE_REPLY || row->state == MESSAGE_HELD) {
        return true;
    }
    item.number = row->ticket;
    item.id = row->sequence;
    item.time_ms = row->time_ms;
    item.last_ms = row->edited_ms;
    item.name = name_of(walk->rows, row->author);
    if (row->state == MESSAGE_RETRACTED) {
        item.state = text_of(choices_name(&message_state_choices, row->state));
    } else {
        item.text = rows_part(walk->rows, &row->text);
    }
    return give(walk, item);
}

static bool give_messages(struct walk *walk, uint64_t ticket)
{
    struct row_range range = rows_range(INDEX_MESSAGES, ticket, walk->within, false);
    for (uint64_t sequence; rows_range_next(walk->rows, &range, &sequence);) {
        struct row_message row;
        if (!page_looks(&walk->page) ||
            (rows_get(walk->rows, ROW_MESSAGE, ticket, sequence, &row) &&
             !give_message(walk, &row))) {
            return false;
        }
        walk->within = sequence + 1;
    }
    return true;
}

/* `within` is 0 before the ticket itself was given, then the next message. */
static bool give_tickets(struct walk *walk)
{
    struct row_range range =
        rows_range(INDEX_TICKETS_BY_REQUESTER, walk->account.id, walk->position, false);
    for (uint64_t number; rows_range_next(walk->rows, &range, &number);) {
        struct row_ticket row;
        walk->within = number == walk->position ? walk->within : 0;
        walk->position = number;
        if (walk->within == 0) {
            if (!page_looks(&walk->page) ||
                (rows_get(walk->rows, ROW_TICKET, number, 0, &row) && !give_ticket(walk, &row))) {
                return false;
            }
            walk->within = 1;
        }
        if (!give_messages(walk, number)) {
            return false;
        }
        walk->position = number + 1;
        walk->within = 0;
    }
    return true;
}

static bool give_copies(struct walk *walk)
{
    struct row_range range =
        rows_range(INDEX_TICKETS_BY_CC, walk->account.id, walk->position, false);
    for (uint64_t number; rows_range_next(walk->rows, &range, &number);) {
        struct row_ticket row;
        struct export_item item = item_of("copy");
        item.number = number;
        walk->position = number;
        if (!page_looks(&walk->page) || (rows_get(walk->rows, ROW_TICKET, number, 0, &row) &&
                                         !row.deleted && !give(walk, item))) {
            return false;
        }
        walk->position = number + 1;
    }
    return true;
}

/* --- What they did --------------------------------------------------------------------------- */

static uint64_t first_ticket(const struct journal_header *header)
{
    return header->subject_count > 0 ? header->subjects[0].ticket : 0;
}

static struct text method_of(enum method method)
{
    return text_of(method < METHOD_COUNT ? methods[method].name : "?");
}

static struct export_item act_of(const struct walk *walk, const struct journal_header *header)
{
    struct export_item item = item_of("act");
    item.id = header->sequence;
    item.time_ms = header->time_ms;
    item.act = method_of(header->command);
    item.number = first_ticket(header);
    item.by_other = header->actor != walk->account.id;
    item.source = item.by_other ? text_of(NULL) : header->source;
    return item;
}

/* The field that an effect sets, NULL when it sets none of this kind of row. */
static const char *field_set(const struct effect *effect, enum row_kind kind)
{
    return effect->kind == EFFECT_SET && effect->row == kind ? row_field_name(kind, effect->tag)
                                                             : NULL;
}

static bool is_field(const struct effect *effect, enum row_kind kind, const char *name)
{
    const char *field = field_set(effect, kind);
    return field != NULL && strcmp(field, name) == 0;
}

/* What the entry created of this kind that they are the author of; false: nothing, or something
 * that is not in an export. */
static bool find_created(const struct walk *walk, const struct journal_entry *entry,
                         enum row_kind kind, const struct effect **ret_first)
{
    const struct effect *created = NULL;
    bool is_theirs = false;
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        if (effect->row != kind) {
            continue;
        }
        if (effect->kind == EFFECT_CREATE && created == NULL) {
            created = effect;
        }
        bool is_same = created != NULL && effect->a == created->a && effect->b == created->b;
        if (is_same && is_field(effect, kind, "author")) {
            is_theirs = effect->new_value.number == walk->account.id;
        }
        if (is_same &&
            (is_field(effect, kind, "internal") ||
             (is_field(effect, kind, "kind") && effect->new_value.number == MESSAGE_NOTE))) {
            return false;
        }
    }
    *ret_first = created;
    return created != NULL && is_theirs;
}

static const struct value *value_of(const struct journal_entry *entry, const struct effect *created,
                                    const char *field)
{
    static const struct value nothing;
    for (const struct effect *effect = created + 1; effect < entry->effects + entry->effect_count;
         effect++) {
        if (effect->a == created->a && effect->b == created->b &&
            is_field(effect, created->row, field)) {
            return &effect->new_value;
        }
    }
    return &nothing;
}

/* Whether it stands on a ticket of theirs, with which it was given. */
static bool is_given(const struct walk *walk, const struct effect *created)
{
    struct row_ticket ticket;
    struct row_message message;
    return survivor_find(walk->rows, created->a, &ticket) && ticket.requester == walk->account.id &&
           !ticket.deleted &&
           rows_get(walk->rows, ROW_MESSAGE, ticket.number, created->b, &message);
}

static bool fill_said(struct walk *walk, const struct journal_entry *entry,
                      struct export_item *ret_item)
{
    const struct effect *created;
    if (!find_created(walk, entry, ROW_MESSAGE, &created) || is_given(walk, created)) {
        return false;
    }
    *ret_item = item_of("message");
    ret_item->number = created->a;
    ret_item->id = created->b;
    ret_item->time_ms = entry->header.time_ms;
    ret_item->name = walk->account.name;
    ret_item->text = rows_part(walk->rows, &value_of(entry, created, "text")->part);
    return ret_item->text.length > 0;
}

static bool fill_file(struct walk *walk, const struct journal_entry *entry,
                      struct export_item *ret_item)
{
    const struct effect *created;
    if (!find_created(walk, entry, ROW_ATTACHMENT, &created)) {
        return false;
    }
    *ret_item = item_of("file");
    ret_item->number = created->a;
    ret_item->id = created->b;
    ret_item->time_ms = entry->header.time_ms;
    ret_item->name = value_of(entry, created, "name")->text;
    ret_item->count = value_of(entry, created, "size")->number;
    return ret_item->name.length > 0;
}

/* `within` counts what was given of the entry. */
static bool give_nth(struct walk *walk, uint64_t *nth, const struct export_item *item)
{
    if ((*nth)++ < walk->within) {
        return true;
    }
    if (!give(walk, *item)) {
        return false;
    }
    walk->within++;
    return true;
}

static bool give_entry(struct walk *walk, uint64_t sequence)
{
    struct journal_entry entry;
    struct export_item item;
    uint64_t nth = 0;
    if (!rows_journal(walk->rows, sequence, &entry)) {
        return true;
    }
    item = act_of(walk, &entry.header);
    return give_nth(walk, &nth, &item) &&
           (!fill_said(walk, &entry, &item) || give_nth(walk, &nth, &item)) &&
           (!fill_file(walk, &entry, &item) || give_nth(walk, &nth, &item));
}

/* Their acts stand all over the journal, so it is gone through from its beginning. */
static bool give_acts(struct walk *walk)
{
    uint64_t newest = rows_sequence(walk->rows);
    walk->position = walk->position == 0 ? 1 : walk->position;
    for (; walk->position <= newest; walk->position++, walk->within = 0) {
        struct journal_header header;
        if (!page_looks(&walk->page)) {
            return false;
        }
        bool is_theirs =
            rows_journal_header(walk->rows, walk->position, &header) &&
            (header.actor == walk->account.id || header.acting_for == walk->account.id);
        if (is_theirs && !give_entry(walk, walk->position)) {
            return false;
        }
    }
    return true;
}

/* What others did to their account: what and when, not who. */
static bool give_history(struct walk *walk)
{
    struct row_range range =
        rows_range(INDEX_ACCOUNT_HISTORY, walk->account.id, walk->position, false);
    for (uint64_t sequence; rows_range_next(walk->rows, &range, &sequence);) {
        struct journal_header header;
        walk->position = sequence;
        if (!page_looks(&walk->page)) {
            return false;
        }
        bool by_others = rows_journal_header(walk->rows, sequence, &header) &&
                         header.actor != walk->account.id && header.acting_for != walk->account.id;
        if (by_others) {
            struct export_item item = act_of(walk, &header);
            item.number = 0;
            if (!give(walk, item)) {
                return false;
            }
        }
        walk->position = sequence + 1;
    }
    return true;
}

/* --- All of it ------------------------------------------------------------------------------- */

static section *const sections[] = {
    give_account,    give_role_request, give_sign_ins, give_devices, give_keys,    give_drafts,
    give_read_marks, give_tickets,      give_copies,   give_acts,    give_history,
};
enum { SECTION_COUNT = sizeof sections / sizeof sections[0] };
_Static_assert((int)SECTION_COUNT < (int)SECTIONS, "a cursor has room for every section");

struct paging {
    uint64_t cursor;
    uint64_t within;
    uint64_t limit;
};

static enum error fill_export(const struct query *query, const struct row_account *account,
                              const struct paging *paging, struct account_export_reply *reply)
{
    struct walk walk = {.query = query,
                        .rows = query->rows,
                        .account = *account,
                        .position = paging->cursor / SECTIONS,
                        .within = paging->within};
    uint64_t at = paging->cursor % SECTIONS;
    enum error error = page_init(&walk.page, query, paging->limit, sizeof(struct export_item));
    if (error != ERROR_NONE) {
        return error;
    }
    while (at < SECTION_COUNT && sections[at](&walk)) {
        at++;
        walk.position = 0;
        walk.within = 0;
    }
    reply->more = at < SECTION_COUNT;
    if (reply->more) {
        reply->cursor = walk.position * SECTIONS + at;
        reply->within = walk.within;
        present_mark(&reply->present, EXPORT_REPLY_CURSOR);
        present_mark(&reply->present, EXPORT_REPLY_WITHIN);
    }
    reply->items = page_list(&walk.page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

enum error query_account_export(const struct query *query, void *ret_reply,
                                struct failure *ret_failure)
{
    (void)ret_failure;
    const struct account_export *request = query->request;
    const struct paging paging = {request->cursor, request->within, request->limit};
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    return error != ERROR_NONE ? error
                               : fill_export(query, &query->viewer->account, &paging, ret_reply);
}

enum error query_admin_account_export(const struct query *query, void *ret_reply,
                                      struct failure *ret_failure)
{
    const struct admin_account_export *request = query->request;
    const struct paging paging = {request->cursor, request->within, request->limit};
    struct row_account account;
    enum error error = query_find_account(query, request->name, &account, ret_failure);
    return error != ERROR_NONE ? error : fill_export(query, &account, &paging, ret_reply);
}
