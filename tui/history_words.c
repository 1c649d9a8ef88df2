/* Each change of an entry is told by the first row of the table that fits it, and the act as a
 * whole by the first row without a field, before its changes. What no row knows is told plainly, so
 * that nothing of the history is ever left out by accident: only a row with an empty text is
 * silent. */
#include "tui/history_words.h"

#include <string.h>

#include "proto/text.h"
#include "tui/when.h"

/* No method has this number; it is also what a method unknown here is decoded as. */
#define ANY METHOD_COUNT

/* As a value in the table: whoever acted. No user name begins with it. */
#define ACTOR "@"

struct words {
    enum method what;      /* ANY: whichever it was */
    const char *field;     /* NULL: the row is about the act itself, not about one change of it */
    const char *old_value; /* NULL: whatever it was; "": nothing; or ACTOR */
    const char *new_value; /* the same of what it is now */
    const char *with;      /* fits only when this field, too, has a new value; NULL: no matter */
    const char *text;      /* {old} and {new} of the change, {FIELD} for what another field is now;
                              {new:capitals}, {new:date} for times; "": nothing to say */
};

static const struct words words[] = {
    /* Tickets */
    {METHOD_TICKET_CREATE, NULL, NULL, NULL, "requester",
     "opened it for {requester} as {severity:capitals}, {kind}"},
    {METHOD_TICKET_CREATE, NULL, NULL, NULL, "severity",
     "opened it as {severity:capitals}, {kind}"},
    {METHOD_TICKET_CREATE, NULL, NULL, NULL, NULL, "opened it"},
    {METHOD_TICKET_CREATE, "requester", NULL, NULL, NULL, ""},
    {METHOD_TICKET_CREATE, "title", NULL, NULL, NULL, ""},
    {METHOD_TICKET_CREATE, "problem", NULL, NULL, NULL, ""},
    {METHOD_TICKET_CREATE, "kind", NULL, NULL, NULL, ""},
    {METHOD_TICKET_CREATE, "severity", NULL, NULL, NULL, ""},
    {METHOD_TICKET_CREATE, "state", NULL, NULL, NULL, ""},
    {METHOD_TICKET_SPLIT, NULL, NULL, NULL, "requester",
     "made it of a message for {requester}, as {severity:capitals}, {kind}"},
    {METHOD_TICKET_SPLIT, NULL, NULL, NULL, "severity",
     "made it of a message, as {severity:capitals}, {kind}"},
    {METHOD_TICKET_SPLIT, NULL, NULL, NULL, NULL, "made a new ticket of a message"},
    {METHOD_TICKET_SPLIT, "requester", NULL, NULL, NULL, ""},
    {METHOD_TICKET_SPLIT, "title", NULL, NULL, NULL, ""},
    {METHOD_TICKET_SPLIT, "problem", NULL, NULL, NULL, ""},
    {METHOD_TICKET_SPLIT, "kind", NULL, NULL, NULL, ""},
    {METHOD_TICKET_SPLIT, "severity", NULL, NULL, NULL, ""},
    {METHOD_TICKET_SPLIT, "state", NULL, NULL, NULL, ""},
    {ANY, "title", NULL, NULL, NULL, "changed the title from “{old}” to “{new}”"},
    {ANY, "problem", NULL, NULL, NULL, "changed the problem"},
    {ANY, "kind", NULL, NULL, NULL, "changed the kind from {old} to {new}"},
    {ANY, "severity", NULL, NULL, NULL, "set {new:capitals}"},
    /* Ownership */
    {ANY, "owner", "", ACTOR, NULL, "took it"},
    {ANY, "owner", NULL, ACTOR, NULL, "took it from {old}"},
    {ANY, "owner", ACTOR, "", NULL, "gave it up"},
    {ANY, "owner", NULL, "", NULL, "took it away from {old}"},
    {ANY, "owner", NULL, NULL, NULL, "gave it to {new}"},
    {ANY, "cc", ACTOR, "", NULL, "left: no longer in copy"},
    {ANY, "cc", NULL, "", NULL, "took {old} out of copy"},
    {ANY, "cc", NULL, NULL, NULL, "put {new} in copy"},
    /* Lifecycle */
    {METHOD_TIMER_FIRE, "state", "pending", "open", NULL, "opened it again: the time had come"},
    {ANY, "state", NULL, "resolved", NULL, "resolved it"},
    {ANY, "state", NULL, "pending", "pending_until", "set it pending until {pending_until:date}"},
    {ANY, "state", NULL, "pending", NULL, "set it pending until the requester answers"},
    {ANY, "state", "resolved", "open", NULL, "reopened it"},
    {ANY, "state", NULL, "open", NULL, "opened it again"},
    {ANY, "pending_until", NULL, NULL, "state", ""},
    {ANY, "pending_until", NULL, "", NULL, "set it pending until the requester answers"},
    {ANY, "pending_until", NULL, NULL, NULL, "set it pending until {new:date}"},
    /* Conversation */
    {METHOD_TICKET_REPLY, NULL, NULL, NULL, NULL, "replied"},
    {METHOD_TICKET_NOTE, NULL, NULL, NULL, NULL, "wrote a note"},
    {METHOD_TICKET_WITHDRAW, NULL, NULL, NULL, NULL, "withdrew a reply before it was sent"},
    {ANY, "message", NULL, NULL, NULL, ""},
    {ANY, "held", NULL, NULL, NULL, "left time to withdraw it"},
    {ANY, "withdrawn", NULL, NULL, NULL, ""},
    {ANY, "edited", NULL, NULL, NULL, "corrected a message"},
    {ANY, "retracted", NULL, NULL, NULL, "retracted a message"},
    /* Attachments */
    {METHOD_ATTACHMENT_FINISH, "attachment", NULL, "", NULL, "attached a file"},
    {METHOD_ATTACHMENT_FINISH, "attachment", NULL, NULL, NULL, "attached {new}"},
    {METHOD_ATTACHMENT_REMOVE, "attachment", "", NULL, NULL, "removed a file"},
    {METHOD_ATTACHMENT_REMOVE, "attachment", NULL, NULL, NULL, "removed the file {old}"},
    /* Queues */
    {ANY, "queue", NULL, NULL, "queue", "moved it from {old} to {new}"},
    {ANY, "queue", NULL, NULL, NULL, "moved it to another queue"},
    /* Links and tags */
    {METHOD_TICKET_UNLINK, "link", "", "", NULL, "unlinked it from another ticket"},
    {METHOD_TICKET_UNDO, "link", "", "", NULL, "changed its link to another ticket"},
    {ANY, "link", "", "", NULL, "linked it to another ticket"},
    {ANY, "link", "", NULL, NULL, "linked it: {new}"},
    {ANY, "link", NULL, "", NULL, "unlinked it from {old}"},
    {METHOD_TICKET_MERGE, "merged", "", "", NULL, "merged another ticket into it"},
    {ANY, "merged", "", "", NULL, "took another ticket out of it"},
    {ANY, "merged", "", NULL, NULL, "merged {new} into it"},
    {ANY, "merged", NULL, "", NULL, "took {old} out of it"},
    {METHOD_TICKET_UNMERGE, "merged_into", "", "", NULL, "took it out of another ticket"},
    {ANY, "merged_into", "", "", NULL, "merged it into another ticket"},
    {ANY, "merged_into", "", NULL, NULL, "merged it into {new}"},
    {ANY, "merged_into", NULL, "", NULL, "took it out of {old}"},
    {ANY, "tag", "", NULL, NULL, "tagged it {new}"},
    {ANY, "tag", NULL, "", NULL, "took the tag {old} off it"},
    /* Bulk and undo */
    {METHOD_TICKET_UNDO, NULL, NULL, NULL, NULL, "took back what they did before"},
    /* Admin: tickets */
    {METHOD_ADMIN_TICKET_PURGE, NULL, NULL, NULL, NULL, "erased it for ever"},
    {ANY, "deleted", NULL, "yes", NULL, "deleted it"},
    {ANY, "deleted", NULL, "no", NULL, "restored it"},
};
enum { WORDS_COUNT = sizeof words / sizeof words[0] };

struct telling {
    struct buffer *buffer;
    const struct history_entry *entry;
    uint64_t now_ms;
    size_t part;  /* which part of the sentence is next */
    size_t parts; /* how many there are; 0 while they are being counted */
};

/* --- Which row --- */

static const struct change *changes_of(const struct history_entry *entry)
{
    return entry->changes.items;
}

static struct text actor_of(const struct history_entry *entry)
{
    return present_has(entry->present, HISTORY_ACTOR) ? entry->actor : text_of("The desk");
}

/* In whose name it was done: what an admin takes while acting as somebody, that person has. */
static struct text doer_of(const struct history_entry *entry)
{
    return present_has(entry->present, HISTORY_ACTING_FOR) ? entry->acting_for : actor_of(entry);
}

static struct text old_of(const struct change *change)
{
    return present_has(change->present, CHANGE_OLD) ? change->old_value : text_of("");
}

static struct text new_of(const struct change *change)
{
    return present_has(change->present, CHANGE_NEW) ? change->new_value : text_of("");
}

/* NULL when this field has no new value. */
static const struct change *find_change(const struct history_entry *entry, struct text field)
{
    for (size_t i = 0; i < entry->changes.count; i++) {
        const struct change *change = &changes_of(entry)[i];
        if (present_has(change->present, CHANGE_NEW) && text_equal(change->field, field)) {
            return change;
        }
    }
    return NULL;
}

static bool fits_value(const struct history_entry *entry, const char *wanted, struct text value)
{
    if (wanted == NULL) {
        return true;
    }
    return text_equal(value, strcmp(wanted, ACTOR) == 0 ? doer_of(entry) : text_of(wanted));
}

static bool fits(const struct words *row, const struct history_entry *entry,
                 const struct change *change)
{
    if ((row->what != ANY && row->what != entry->what) ||
        (row->field != NULL) != (change != NULL) ||
        (row->with != NULL && find_change(entry, text_of(row->with)) == NULL)) {
        return false;
    }
    return change == NULL || (text_equal(change->field, text_of(row->field)) &&
                              fits_value(entry, row->old_value, old_of(change)) &&
                              fits_value(entry, row->new_value, new_of(change)));
}

/* The words for a change, or, for NULL, for the act. */
static const char *find_words(const struct history_entry *entry, const struct change *change)
{
    for (size_t i = 0; i < WORDS_COUNT; i++) {
        if (fits(&words[i], entry, change)) {
            return words[i].text;
        }
    }
    if (change == NULL) {
        return "";
    }
    bool has_values =
        present_has(change->present, CHANGE_OLD) || present_has(change->present, CHANGE_NEW);
    return has_values ? "changed {field}: {old} -> {new}" : "changed {field}";
}

/* --- Filling in --- */

static void add(struct telling *telling, struct text text)
{
    text_show_append(telling->buffer, TEXT_SHOW_LINE, text.data, text.length);
}

static void add_capitals(struct telling *telling, struct text value)
{
    char capitals[32];
    size_t length = value.length < sizeof capitals ? value.length : sizeof capitals;

    for (size_t i = 0; i < length; i++) {
        bool small = value.data[i] >= 'a' && value.data[i] <= 'z';
        capitals[i] = (char)(small ? value.data[i] - 'a' + 'A' : value.data[i]);
    }
    add(telling, (struct text){capitals, length});
}

/* Times travel as milliseconds in digits; anything else is shown as it came. */
static void add_date(struct telling *telling, struct text value)
{
    char date[WHEN_SIZE];
    uint64_t time_ms = 0;
    bool sound = value.length > 0 && value.length <= 15;

    for (size_t i = 0; sound && i < value.length; i++) {
        sound = value.data[i] >= '0' && value.data[i] <= '9';
        time_ms = time_ms * 10 + (uint64_t)(value.data[i] - '0');
    }
    if (!sound) {
        add(telling, value);
        return;
    }
    when_date(telling->now_ms, time_ms, date);
    add(telling, text_of(date + strspn(date, " ")));
}

static struct text named_value(const struct telling *telling, const struct change *change,
                               struct text name)
{
    struct text value = text_of("");

    if (change != NULL && text_equal(name, text_of("field"))) {
        value = change->field;
    } else if (change != NULL && text_equal(name, text_of("old"))) {
        value = old_of(change);
    } else if (change != NULL && text_equal(name, text_of("new"))) {
        value = new_of(change);
    } else {
        const struct change *other = find_change(telling->entry, name);
        value = other != NULL ? other->new_value : value;
    }
    return value.length > 0 ? value : text_of("-");
}

/* What stands between two braces: a name, perhaps with a colon and how it is written. */
static void add_named(struct telling *telling, const struct change *change, const char *name,
                      size_t length)
{
    const char *colon = memchr(name, ':', length);
    size_t name_length = colon != NULL ? (size_t)(colon - name) : length;
    struct text value = named_value(telling, change, (struct text){name, name_length});
    struct text manner = {name + name_length, length - name_length};

    if (text_equal(manner, text_of(":capitals"))) {
        add_capitals(telling, value);
    } else if (text_equal(manner, text_of(":date"))) {
        add_date(telling, value);
    } else {
        add(telling, value);
    }
}

static void add_words(struct telling *telling, const struct change *change, const char *text)
{
    while (*text != '\0') {
        size_t plain = strcspn(text, "{");
        add(telling, (struct text){text, plain});
        text += plain;
        if (*text == '{') {
            size_t length = strcspn(text + 1, "}");
            add_named(telling, change, text + 1, length);
            text += length + 2;
        }
    }
}

/* --- The sentence --- */

/* One part, with what joins it to those before. */
static void add_part(struct telling *telling, const struct change *change)
{
    const char *text = find_words(telling->entry, change);

    if (text[0] == '\0') {
        return;
    }
    telling->part++;
    if (telling->parts == 0) {
        return;
    }
    add(telling, text_of(telling->part == 1                ? " "
                         : telling->part == telling->parts ? " and "
                                                           : ", "));
    add_words(telling, change, text);
}

static void add_parts(struct telling *telling)
{
    telling->part = 0;
    add_part(telling, NULL);
    for (size_t i = 0; i < telling->entry->changes.count; i++) {
        add_part(telling, &changes_of(telling->entry)[i]);
    }
}

static void add_unknown_act(struct telling *telling)
{
    const char *name = choices_name(&method_choices, telling->entry->what);

    if (telling->entry->what == ANY) {
        add(telling, text_of(" did something that this client does not know"));
    } else {
        add(telling, text_of(" did "));
        add(telling, text_of(name));
    }
}

void history_words(struct buffer *buffer, const struct history_entry *entry, uint64_t now_ms)
{
    struct telling telling = {.buffer = buffer, .entry = entry, .now_ms = now_ms};

    add_parts(&telling);
    telling.parts = telling.part;
    add(&telling, actor_of(entry));
    if (present_has(entry->present, HISTORY_ACTING_FOR)) {
        add(&telling, text_of(", acting as "));
        add(&telling, entry->acting_for);
        add(&telling, text_of(","));
    }
    if (telling.parts == 0) {
        add_unknown_act(&telling);
    } else {
        add_parts(&telling);
    }
}
