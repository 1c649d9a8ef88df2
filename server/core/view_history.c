/* Journal entries turned into lines of a ticket's history, as a viewer may see them: which fields
 * are told and how, and what is said of messages, links, tags, files and merges. */
#include <string.h>

#include "server/core/links.h"
#include "server/core/sentence.h"
#include "server/core/survivor.h"
#include "server/core/view.h"

/* In decimal digits. */
static struct text digits(struct rows *rows, uint64_t number)
{
    struct sentence sentence = sentence_begin("");
    sentence_add_number(&sentence, number);
    return sentence_text(&sentence, rows);
}

enum shown_as {
    SHOWN_LINE,    /* its text */
    SHOWN_NAME,    /* the choice's name */
    SHOWN_ACCOUNT, /* the account's name */
    SHOWN_QUEUE,   /* the queue's name, for those who see both queues */
    SHOWN_FLAG,    /* yes or no */
    SHOWN_TIME,    /* milliseconds since 1970 UTC, in digits */
    SHOWN_ALONE,   /* that it changed, without values */
};

struct shown_field {
    const char *name;
    enum shown_as as;
    const struct choices *choices;
};

/* What a history tells of a ticket row, in this order; everything else stays inside. */
static const struct shown_field shown_fields[] = {
    {"title", SHOWN_LINE, NULL},           {"problem", SHOWN_ALONE, NULL},
    {"kind", SHOWN_NAME, &kind_choices},   {"severity", SHOWN_NAME, &severity_choices},
    {"state", SHOWN_NAME, &state_choices}, {"pending_until", SHOWN_TIME, NULL},
    {"owner", SHOWN_ACCOUNT, NULL},        {"requester", SHOWN_ACCOUNT, NULL},
    {"queue", SHOWN_QUEUE, NULL},          {"deleted", SHOWN_FLAG, NULL},
};
enum { SHOWN_COUNT = sizeof shown_fields / sizeof shown_fields[0], CHANGES_MAX = 64 };

/* The effect on this field of the row, NULL when it has not changed. */
static const struct effect *find_row_effect(const struct journal_entry *entry, enum row_kind row,
                                            uint64_t a, uint64_t b, const char *name)
{
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        if (effect->kind != EFFECT_SET || effect->row != row || effect->a != a || effect->b != b) {
            continue;
        }
        const char *field = row_field_name(row, effect->tag);
        if (field != NULL && strcmp(field, name) == 0) {
            return effect;
        }
    }
    return NULL;
}

/* The same of a ticket. */
static const struct effect *find_effect(const struct journal_entry *entry, uint64_t ticket,
                                        const char *name)
{
    return find_row_effect(entry, ROW_TICKET, ticket, 0, name);
}

/* Who is shown a subject of an entry, as what. */
struct sight {
    struct rows *rows;
    bool reads;        /* has the right to read the queue the ticket is in now */
    bool names_queues; /* knows of both queues of a move */
};

/* The first row of this kind that the entry has brought to the ticket from `next` on, NULL when
 * there is none; moves `next` behind it. */
static const struct effect *next_created(const struct journal_entry *entry, uint64_t ticket,
                                         enum row_kind row, size_t *next)
{
    while (*next < entry->effect_count) {
        const struct effect *effect = &entry->effects[(*next)++];
        if (effect->kind == EFFECT_CREATE && effect->row == row && effect->a == ticket) {
            return effect;
        }
    }
    return NULL;
}

static bool creates_ticket(const struct journal_entry *entry, uint64_t ticket)
{
    size_t next = 0;
    return next_created(entry, ticket, ROW_TICKET, &next) != NULL;
}

/* A number that the entry gave to a new message; the first of a choice is zero and has no effect of
 * its own. */
static uint64_t message_number(const struct journal_entry *entry, const struct effect *created,
                               const char *name)
{
    const struct effect *effect = find_row_effect(entry, ROW_MESSAGE, created->a, created->b, name);
    return effect != NULL ? effect->new_value.number : 0;
}

/* Whether it has brought a message that this viewer may know of. */
static bool shows_message(const struct journal_entry *entry, uint64_t ticket, bool sees_notes)
{
    size_t next = 0;
    const struct effect *created;
    while ((created = next_created(entry, ticket, ROW_MESSAGE, &next)) != NULL) {
        bool is_for_staff = message_number(entry, created, "kind") == MESSAGE_NOTE ||
                            message_number(entry, created, "state") == MESSAGE_HELD;
        if (sees_notes || !is_for_staff) {
            return true;
        }
    }
    return false;
}

/* No data: nothing to show. */
static struct text shown_value(const struct sight *sight, const struct shown_field *field,
                               const struct value *value)
{
    switch (field->as) {
    case SHOWN_LINE:
        return value->text;
    case SHOWN_NAME:
        return text_of(choices_name(field->choices, (uint32_t)value->number));
    case SHOWN_ACCOUNT:
        return value->number == 0 ? text_of(NULL) : view_account_name(sight->rows, value->number);
    case SHOWN_QUEUE:
        return sight->names_queues ? view_queue_name(sight->rows, value->number) : text_of(NULL);
    case SHOWN_FLAG:
        return text_of(value->number != 0 ? "yes" : "no");
    case SHOWN_TIME:
        return value->number == 0 ? text_of(NULL) : digits(sight->rows, value->number);
    default:
        return text_of(NULL);
    }
}

static struct change change_of(struct text field, struct text old_value, struct text new_value)
{
    struct change change = {.field = field, .old_value = old_value, .new_value = new_value};

    present_mark(&change.present, CHANGE_FIELD);
    if (old_value.data != NULL) {
        present_mark(&change.present, CHANGE_OLD);
    }
    if (new_value.data != NULL) {
        present_mark(&change.present, CHANGE_NEW);
    }
    return change;
}

/* The changes of one line, as far as they have room. */
struct changes {
    struct change *items;
    size_t count;
    size_t capacity;
};

static void add_change(struct changes *changes, const char *field, struct text old_value,
                       struct text new_value)
{
    if (changes->count < changes->capacity) {
        changes->items[changes->count++] = change_of(text_of(field), old_value, new_value);
    }
}

/* A choice of a new ticket that is its first, such as severity minor, is zero and has no effect of
 * its own; it is shown all the same. */
static void add_field(const struct sight *sight, const struct journal_entry *entry, uint64_t ticket,
                      const struct shown_field *field, bool is_new, struct changes *changes)
{
    const struct effect *effect = find_effect(entry, ticket, field->name);
    struct text none = {.data = NULL};
    struct value zero = {.type = VALUE_NUMBER};

    if (effect == NULL && !(is_new && field->as == SHOWN_NAME)) {
        return;
    }
    if (field->as == SHOWN_QUEUE && (is_new || !sight->reads)) {
        return;
    }
    const struct value *new_value = effect != NULL ? &effect->new_value : &zero;
    bool had_value = !is_new && effect != NULL;
    add_change(changes, field->name,
               had_value ? shown_value(sight, field, &effect->old_value) : none,
               shown_value(sight, field, new_value));
}

enum { COPY_CHANGES_MAX = 2 * CC_MAX }; /* all out, and as many others in */

/* Who was put in copy, as a new value, and who was taken out, as an old one. */
static void add_copies(struct rows *rows, const struct journal_entry *entry, uint64_t ticket,
                       struct changes *changes)
{
    struct text none = {.data = NULL};
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        if (effect->kind != EFFECT_SET || effect->row != ROW_FOLLOWER || effect->a != ticket ||
            strcmp(row_field_name(ROW_FOLLOWER, effect->tag), "cc") != 0) {
            continue;
        }
        struct text name = view_account_name(rows, effect->b);
        bool added = effect->new_value.number != 0;
        add_change(changes, "cc", added ? none : name, added ? name : none);
    }
}

/* Who watches is in the record, for the audit, and in nobody's history. */
static bool is_told(const struct journal_header *header)
{
    return header->command != METHOD_TICKET_WATCH && header->command != METHOD_TICKET_UNWATCH;
}

static struct text actor_name(struct rows *rows, const struct journal_header *header)
{
    if (header->actor != 0) {
        return view_account_name(rows, header->actor);
    }
    return header->console ? text_of("console") : text_of(NULL);
}

bool view_names_queues(const struct viewer *viewer, const struct subject *subject)
{
    uint64_t before = subject->before.queue;
    uint64_t after = subject->after.queue;
    return before == after || before == 0 || after == 0 ||
           (permission_rights(viewer, before) != 0 && permission_rights(viewer, after) != 0);
}

/* Whose name a new ticket's line gives as its requester: one for whom somebody else has opened it.
 * Otherwise it is the actor. */
static bool tells_field(const struct journal_entry *entry, uint64_t ticket, bool is_new,
                        const struct shown_field *field)
{
    return !is_new || strcmp(field->name, "requester") != 0 ||
           find_effect(entry, ticket, "opened_by") != NULL;
}

/* What was done, as this viewer may know it. A late answer has opened a ticket and linked the old
 * one to it. To who does not see notes and queues, a note that changed the status has only changed
 * it, and a move that left the owner where it was would tell of the queue: it is a change of the
 * owner and nothing else. */
static enum method shown_method(const struct sight *sight, enum method method, bool is_new,
                                bool has_message)
{
    if (method == METHOD_TICKET_REPLY && !has_message) {
        return is_new ? METHOD_TICKET_CREATE : METHOD_TICKET_LINK;
    }
    bool is_hidden = method == METHOD_TICKET_MOVE || method == METHOD_TICKET_NOTE;
    return is_hidden && !sight->reads ? METHOD_TICKET_UPDATE : method;
}

bool view_sees_others(const struct viewer *viewer, const struct journal_entry *entry,
                      const struct subject *subject)
{
    enum { OTHERS_MAX = 100 };
    const struct journal_header *header = &entry->header;
    bool sees = header->subject_count <= OTHERS_MAX;

    for (size_t i = 0; i < header->subject_count && sees; i++) {
        const struct subject *other = &header->subjects[i];
        struct row_ticket row;
        sees = other->ticket == subject->ticket ||
               (survivor_find(viewer->rows, other->ticket, &row) && permission_sees(viewer, &row));
    }
    return sees;
}

/* The number at the other end of a link that is the ticket's, or that of one merged into it; 0:
 * neither. */
static uint64_t other_end(struct rows *rows, const struct effect *effect, uint64_t ticket)
{
    struct row_ticket row;

    if (effect->a == ticket || effect->b == ticket) {
        return effect->a == ticket ? effect->b : effect->a;
    }
    if (survivor_find(rows, effect->a, &row) && row.number == ticket) {
        return effect->b;
    }
    return survivor_find(rows, effect->b, &row) && row.number == ticket ? effect->a : 0;
}

/* What the ticket is to the other, if that may be named: "parent of #7"; "#7" when it is over. */
static struct text link_text(struct rows *rows, const struct journal_entry *entry,
                             const struct effect *effect, uint64_t ticket, uint64_t other)
{
    struct sentence sentence = sentence_begin("");
    uint64_t kind = LINK_PARENT;

    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *set = &entry->effects[i];
        if (set->kind == EFFECT_SET && set->row == ROW_LINK && set->a == effect->a &&
            set->b == effect->b) {
            kind = set->new_value.number;
        }
    }
    if (effect->kind == EFFECT_CREATE && kind < LINK_KIND_COUNT) {
        enum link_kind seen = (enum link_kind)kind;
        sentence_add(&sentence, link_words(effect->a == ticket ? seen : link_inverse(seen)));
        sentence_add(&sentence, " ");
    }
    sentence_add(&sentence, "#");
    sentence_add_number(&sentence, other);
    return sentence_text(&sentence, rows);
}

static void add_link(struct rows *rows, const struct journal_entry *entry,
                     const struct effect *effect, uint64_t ticket, bool names,
                     struct changes *changes)
{
    struct text none = {.data = NULL};
    bool is_new = effect->kind == EFFECT_CREATE;
    bool is_told = effect->a == ticket || effect->b == ticket;

    /* Of a link that went together with that of a merged ticket, both survivors have a line. */
    if (is_told || entry->header.command == METHOD_TICKET_UNLINK) {
        uint64_t other = other_end(rows, effect, ticket);
        struct text value =
            names && other != 0 ? link_text(rows, entry, effect, ticket, other) : none;
        add_change(changes, "link", is_new ? none : value, is_new ? value : none);
    }
}

static void add_tag(struct rows *rows, const struct effect *effect, uint64_t ticket,
                    struct changes *changes)
{
    struct text none = {.data = NULL};
    bool is_new = effect->kind == EFFECT_CREATE;
    struct row_tag tag;

    if (effect->a == ticket && rows_get(rows, ROW_TAG, effect->b, 0, &tag)) {
        add_change(changes, "tag", is_new ? none : tag.name, is_new ? tag.name : none);
    }
}

static void add_links_and_tags(struct rows *rows, const struct journal_entry *entry,
                               uint64_t ticket, bool names, struct changes *changes)
{
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        if (effect->kind != EFFECT_SET && effect->row == ROW_LINK) {
            add_link(rows, entry, effect, ticket, names, changes);
        } else if (effect->kind != EFFECT_SET && effect->row == ROW_TICKET_TAG) {
            add_tag(rows, effect, ticket, changes);
        }
    }
}

static void add_size(struct sentence *sentence, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB"};
    uint64_t tenths = bytes * 10;
    size_t unit = 0;

    while (tenths >= 10240 && unit < 2) {
        tenths /= 1024;
        unit++;
    }
    sentence_add(sentence, " (");
    sentence_add_number(sentence, tenths / 10);
    if (unit > 0) {
        sentence_add(sentence, ".");
        sentence_add_number(sentence, tenths % 10);
    }
    sentence_add(sentence, " ");
    sentence_add(sentence, units[unit]);
    sentence_add(sentence, ")");
}

/* "report.pdf (1.2 MiB)"; no data when its name was erased. */
static struct text attachment_text(struct rows *rows, const struct row_attachment *row)
{
    struct sentence sentence = sentence_begin("");

    if (row->name.length == 0) {
        return (struct text){.data = NULL};
    }
    sentence_add_text(&sentence, row->name);
    add_size(&sentence, row->size);
    return sentence_text(&sentence, rows);
}

/* Whatever has become of the ticket it was attached to, the file lies where that is now. */
static void add_attachments(struct rows *rows, const struct journal_entry *entry, uint64_t ticket,
                            struct changes *changes)
{
    bool is_new = entry->header.command == METHOD_ATTACHMENT_FINISH;
    struct text none = {.data = NULL};

    if (!is_new && entry->header.command != METHOD_ATTACHMENT_REMOVE) {
        return;
    }
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        struct row_ticket holder;
        struct row_attachment row;
        if (effect->row != ROW_ATTACHMENT || effect->a != ticket) {
            continue;
        }
        bool found = survivor_find(rows, ticket, &holder) &&
                     rows_get(rows, ROW_ATTACHMENT, holder.number, effect->b, &row);
        struct text value = found ? attachment_text(rows, &row) : none;
        add_change(changes, "attachment", is_new ? none : value, is_new ? value : none);
        return;
    }
}

/* Acts of many kinds have one name here: where there is nothing to show of a ticket, there is
 * nothing to tell. */
static bool is_of_many(enum method method)
{
    return method == METHOD_TICKET_BULK || method == METHOD_TICKET_UNDO;
}

/* The number of the other ticket, if it may be named. */
static struct text number_text(struct rows *rows, uint64_t number, bool names)
{
    struct sentence sentence = sentence_begin("#");
    sentence_add_number(&sentence, number);
    return names ? sentence_text(&sentence, rows) : text_of(NULL);
}

/* Which ticket a merge took the member to, or an unmerge from; 0: neither. */
static uint64_t merged_with(const struct journal_entry *entry, uint64_t member, bool *ret_is_new)
{
    const struct effect *effect = find_effect(entry, member, "merged_by") != NULL
                                      ? find_effect(entry, member, "merged_into")
                                      : NULL;
    if (effect == NULL) {
        return 0;
    }
    *ret_is_new = effect->new_value.number != 0;
    return *ret_is_new ? effect->new_value.number : effect->old_value.number;
}

/* Merging is told on both tickets; those that come along have nothing to tell. */
static void add_merges(struct rows *rows, const struct journal_entry *entry, uint64_t ticket,
                       bool names, struct changes *changes)
{
    const struct text none = {.data = NULL};
    const struct journal_header *header = &entry->header;

    for (size_t i = 0; i < header->subject_count; i++) {
        uint64_t member = header->subjects[i].ticket;
        bool is_new = false;
        uint64_t survivor = merged_with(entry, member, &is_new);
        if (survivor == 0 || (ticket != member && ticket != survivor)) {
            continue;
        }
        bool is_member = ticket == member;
        struct text other = number_text(rows, is_member ? survivor : member, names);
        add_change(changes, is_member ? "merged_into" : "merged", is_new ? none : other,
                   is_new ? other : none);
    }
}

static bool is_merging(enum method method)
{
    return method == METHOD_TICKET_MERGE || method == METHOD_TICKET_UNMERGE;
}

/* --- Replies that were held ------------------------------------------------------------------- */

/* What the change is called that brings a message, or takes a held one away again. */
static const char *message_change(const struct journal_entry *entry, uint64_t ticket)
{
    size_t next = 0;
    const struct effect *created = next_created(entry, ticket, ROW_MESSAGE, &next);
    bool held = entry->header.command == METHOD_TICKET_REPLY && created != NULL &&
                message_number(entry, created, "state") == MESSAGE_HELD;
    if (entry->header.command == METHOD_TICKET_WITHDRAW) {
        return "withdrawn";
    }
    return held ? "held" : "message";
}

/* Which message was corrected or retracted, by its sequence. */
static void add_correction(struct rows *rows, const struct journal_entry *entry, uint64_t ticket,
                           struct changes *changes)
{
    const struct text none = {.data = NULL};
    bool retracted = entry->header.command == METHOD_MESSAGE_RETRACT;

    if (!retracted && entry->header.command != METHOD_MESSAGE_EDIT) {
        return;
    }
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        if (effect->row == ROW_MESSAGE && effect->a == ticket) {
            add_change(changes, retracted ? "retracted" : "edited", none, digits(rows, effect->b));
            return;
        }
    }
}

/* Who had held back the reply that this entry has sent; 0: it sent none. */
static uint64_t author_of_sent(const struct journal_entry *entry, uint64_t ticket)
{
    enum method command = entry->header.command;
    bool sends = command == METHOD_TIMER_FIRE || command == METHOD_TICKET_SEND_NOW;
    size_t next = 0;
    const struct effect *created = sends ? next_created(entry, ticket, ROW_MESSAGE, &next) : NULL;
    return created != NULL ? message_number(entry, created, "author") : 0;
}

/* As if it had just been written. */
static void tell_sent(struct rows *rows, uint64_t author, struct history_entry *line)
{
    line->actor = view_account_name(rows, author);
    line->what = METHOD_TICKET_REPLY;
}

/* --- The line -------------------------------------------------------------------------------- */

/* Room for the changes of one line: the fields, whoever was put in copy or taken out, a message,
 * and what else has an effect. False without memory. */
static bool make_room(struct rows *rows, const struct journal_entry *entry,
                      struct changes *ret_changes)
{
    size_t most = SHOWN_COUNT + COPY_CHANGES_MAX + 1 + entry->effect_count;

    ret_changes->count = 0;
    ret_changes->capacity = most < CHANGES_MAX ? most : CHANGES_MAX;
    ret_changes->items =
        arena_array(rows_arena(rows), ret_changes->capacity, sizeof *ret_changes->items);
    return ret_changes->items != NULL;
}

/* In the order that view.h promises. `names`: the other tickets of the entry may be named. */
static void add_changes(const struct sight *sight, const struct journal_entry *entry,
                        uint64_t ticket, bool names, struct changes *changes)
{
    enum method command = entry->header.command;
    bool is_new = creates_ticket(entry, ticket);

    for (size_t i = 0; i < SHOWN_COUNT; i++) {
        if (tells_field(entry, ticket, is_new, &shown_fields[i])) {
            add_field(sight, entry, ticket, &shown_fields[i], is_new, changes);
        }
    }
    if (is_merging(command)) {
        add_merges(sight->rows, entry, ticket, names, changes);
    }
    add_copies(sight->rows, entry, ticket, changes);
    if (shows_message(entry, ticket, sight->reads) || command == METHOD_TICKET_WITHDRAW) {
        struct text none = {.data = NULL};
        add_change(changes, message_change(entry, ticket), none, none);
    }
    add_correction(sight->rows, entry, ticket, changes);
    add_attachments(sight->rows, entry, ticket, changes);
    if (sight->reads) {
        add_links_and_tags(sight->rows, entry, ticket, names, changes);
    }
}

static struct history_entry make_line(const struct sight *sight, const struct journal_entry *entry,
                                      uint64_t ticket, const struct changes *changes)
{
    const struct journal_header *header = &entry->header;
    struct history_entry line = {
        .sequence = header->sequence,
        .time_ms = header->time_ms,
        .actor = actor_name(sight->rows, header),
        .what = shown_method(sight, header->command, creates_ticket(entry, ticket),
                             shows_message(entry, ticket, sight->reads)),
        .changes = {.items = changes->items, .count = changes->count},
    };
    uint64_t author = author_of_sent(entry, ticket);
    if (author != 0) {
        tell_sent(sight->rows, author, &line);
    }
    present_mark(&line.present, HISTORY_SEQUENCE);
    present_mark(&line.present, HISTORY_TIME);
    if (line.actor.data != NULL) {
        present_mark(&line.present, HISTORY_ACTOR);
    }
    if (header->acting_for != 0) {
        line.acting_for = view_account_name(sight->rows, header->acting_for);
        present_mark(&line.present, HISTORY_ACTING_FOR);
    }
    present_mark(&line.present, HISTORY_WHAT);
    present_mark(&line.present, HISTORY_CHANGES);
    return line;
}

bool view_history(struct rows *rows, const struct viewer *viewer, const struct journal_entry *entry,
                  const struct subject *subject, struct history_entry *ret_line)
{
    enum method command = entry->header.command;
    struct row_ticket row;
    struct changes changes;

    if (!is_told(&entry->header) || !survivor_find(rows, subject->ticket, &row)) {
        return false;
    }
    struct sight sight = {
        .rows = rows,
        .reads = permission_sees_notes(viewer, row.queue),
        .names_queues = view_names_queues(viewer, subject),
    };
    bool sees = permission_sees(viewer, &row) ||
                (row.deleted && !row.purged && permission_sees_deleted(viewer));
    if (!sees || (subject->staff_only && !sight.reads) || !make_room(rows, entry, &changes)) {
        return false;
    }
    bool names = view_sees_others(viewer, entry, subject);
    add_changes(&sight, entry, subject->ticket, names, &changes);
    if (changes.count == 0 && (is_merging(command) || is_of_many(command))) {
        return false;
    }
    *ret_line = make_line(&sight, entry, subject->ticket, &changes);
    return true;
}
