/* The words that tickets are marked with. They are the staff's: neither version nor updated time
 * tells of them. */
#include "server/core/tag.h"

#include <string.h>

#include "server/core/commands.h"

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

struct text tag_folded(struct arena *arena, struct text word)
{
    char *folded = arena_copy(arena, word.data, word.length);

    if (folded == NULL || word.length == 0 || word.length > TAG_MAX) {
        return (struct text){.data = NULL};
    }
    for (size_t i = 0; i < word.length; i++) {
        char c = folded[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        bool is_sign = c == '.' || c == '_' || c == '-';
        if (!is_letter_or_digit(folded[i]) && !(is_sign && i > 0)) {
            return (struct text){.data = NULL};
        }
    }
    return (struct text){.data = folded, .length = word.length};
}

struct text tag_next_word(struct text *line)
{
    while (line->length > 0 && line->data[0] == ' ') {
        line->data++;
        line->length--;
    }
    struct text word = {.data = line->length > 0 ? line->data : NULL};
    while (line->length > 0 && line->data[0] != ' ') {
        word.length++;
        line->data++;
        line->length--;
    }
    return word;
}

/* Names of tags, each once. */
struct names {
    struct text items[2 * TICKET_TAGS_MAX];
    size_t count;
};

static bool comes_before(struct text a, struct text b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = memcmp(a.data, b.data, shorter);
    return order < 0 || (order == 0 && a.length < b.length);
}

static bool has_name(const struct names *names, struct text name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (text_equal(names->items[i], name)) {
            return true;
        }
    }
    return false;
}

/* By the alphabet; false when there is no room. */
static bool add_name(struct names *names, struct text name)
{
    size_t place = names->count;

    if (has_name(names, name)) {
        return true;
    }
    if (names->count == sizeof names->items / sizeof names->items[0]) {
        return false;
    }
    while (place > 0 && comes_before(name, names->items[place - 1])) {
        names->items[place] = names->items[place - 1];
        place--;
    }
    names->items[place] = name;
    names->count++;
    return true;
}

static struct names names_of(struct rows *rows, uint64_t ticket)
{
    struct names names = {.count = 0};
    struct row_range range = rows_range(INDEX_TAGS_OF_TICKET, ticket, 0, false);
    uint64_t id;

    while (rows_range_next(rows, &range, &id)) {
        struct row_tag row;
        if (rows_get(rows, ROW_TAG, id, 0, &row)) {
            (void)add_name(&names, row.name);
        }
    }
    return names;
}

struct text tag_line(struct rows *rows, uint64_t ticket)
{
    struct names names = names_of(rows, ticket);
    size_t length = 0;

    for (size_t i = 0; i < names.count; i++) {
        length += names.items[i].length + (i > 0 ? 1 : 0);
    }
    char *line = length > 0 ? arena_alloc(rows_arena(rows), length) : NULL;
    if (line == NULL) {
        return text_of("");
    }
    char *end = line;
    for (size_t i = 0; i < names.count; i++) {
        if (i > 0) {
            *end++ = ' ';
        }
        memcpy(end, names.items[i].data, names.items[i].length);
        end += names.items[i].length;
    }
    return (struct text){.data = line, .length = length};
}

/* --- ticket.tag ------------------------------------------------------------------------------ */

/* The words of a field as tags; false when it was refused. */
static bool read_words(struct run *run, const char *field, struct text line,
                       struct names *ret_names)
{
    struct text word;

    while ((word = tag_next_word(&line)).data != NULL) {
        struct text name = tag_folded(rows_arena(run->rows), word);
        if (name.data == NULL) {
            run_refuse(run, ERROR_INVALID_FIELD, field,
                       "A tag is a letter or digit, then at most 31 letters, digits, dots, "
                       "underscores or hyphens; tags are separated by spaces.");
            return false;
        }
        if (!add_name(ret_names, name)) {
            run_refuse(run, ERROR_TOO_MANY, field, "These are too many tags at once.");
            return false;
        }
    }
    return true;
}

/* Leaves only names that would change something; false when it was refused. */
static bool differing(struct run *run, struct names *add, struct names *remove)
{
    struct names there = names_of(run->rows, run->ticket.number);
    struct names added = {.count = 0};
    struct names removed = {.count = 0};

    for (size_t i = 0; i < add->count; i++) {
        if (has_name(remove, add->items[i])) {
            run_refuse(run, ERROR_INVALID_FIELD, "remove",
                       "A tag can't be put on and taken off at once.");
            return false;
        }
        if (!has_name(&there, add->items[i])) {
            (void)add_name(&added, add->items[i]);
        }
    }
    for (size_t i = 0; i < remove->count; i++) {
        if (has_name(&there, remove->items[i])) {
            (void)add_name(&removed, remove->items[i]);
        }
    }
    *add = added;
    *remove = removed;
    if (added.count == 0 && removed.count == 0) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return false;
    }
    if (added.count > 0 && there.count + added.count - removed.count > TICKET_TAGS_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "add", "A ticket has at most 16 tags; take one off first.");
        return false;
    }
    return true;
}

/* The id of a tag, which is made when it is used for the first time. */
static uint64_t tag_id(struct run *run, struct text name)
{
    struct row_tag row;

    if (!rows_find_tag(run->rows, name, &row)) {
        row = (struct row_tag){.id = rows_last(run->rows, ROW_TAG) + 1, .name = name};
        run_put(run, ROW_TAG, &row);
    }
    return row.id;
}

void ticket_tag(struct run *run)
{
    const struct ticket_tag *request = run->command->request;
    uint64_t number = run->ticket.number;
    struct names add = {.count = 0};
    struct names remove = {.count = 0};

    if (!read_words(run, "add", request->add, &add) ||
        !read_words(run, "remove", request->remove, &remove) || !differing(run, &add, &remove)) {
        return;
    }
    run_subject(run, &run->ticket, &run->ticket, true);
    for (size_t i = 0; i < remove.count; i++) {
        run_remove(run, ROW_TICKET_TAG, number, tag_id(run, remove.items[i]));
    }
    for (size_t i = 0; i < add.count; i++) {
        struct row_ticket_tag row = {.ticket = number, .tag = tag_id(run, add.items[i])};
        run_put(run, ROW_TICKET_TAG, &row);
    }
    run->outcome->number = number;
    run->outcome->version = run->ticket.version;
}
