/* What may stand before a colon and behind it. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proto/condition_internal.h"
#include "proto/likeness.h"

static const char *const flag_names[] = {[FLAG_UNREAD] = "unread", [FLAG_WATCHED] = "watched"};
static const char *const missing_names[] = {[MISSING_OWNER] = "owner", [MISSING_TAG] = "tag"};
static const char *const sort_names[] = {
    [SORT_CREATED] = "created", [SORT_UPDATED] = "updated", [SORT_SEVERITY] = "severity"};
static const struct choices flag_choices = {flag_names, 2};
static const struct choices missing_choices = {missing_names, 2};
static const struct choices sort_choices = {sort_names, 3};

typedef struct condition *read_function(struct query_reader *reader, enum about about,
                                        struct span value);
static read_function read_choice;
static read_function read_is;
static read_function read_text;
static read_function read_number;
static read_function read_time;
static read_function read_sort;

static const struct {
    const char *name;
    enum about about;
    read_function *read;
    const struct choices *choices;
} query_fields[] = {
    {"is", ABOUT_FLAG, read_is, &flag_choices},
    {"status", ABOUT_STATUS, read_choice, &status_choices},
    {"severity", ABOUT_SEVERITY, read_choice, &severity_choices},
    {"kind", ABOUT_KIND, read_choice, &kind_choices},
    {"owner", ABOUT_OWNER, read_text, NULL},
    {"requester", ABOUT_REQUESTER, read_text, NULL},
    {"queue", ABOUT_QUEUE, read_text, NULL},
    {"tag", ABOUT_TAG, read_text, NULL},
    {"title", ABOUT_TITLE, read_text, NULL},
    {"number", ABOUT_NUMBER, read_number, NULL},
    {"created", ABOUT_CREATED, read_time, NULL},
    {"updated", ABOUT_UPDATED, read_time, NULL},
    {"no", ABOUT_MISSING, read_choice, &missing_choices},
    {"sort", ABOUT_SORT, read_sort, &sort_choices},
};

enum { FIELD_COUNT = sizeof query_fields / sizeof query_fields[0], NAMES_MAX = 16, SHOWN_MAX = 40 };

static struct text span_text(const struct query_reader *reader, struct span span)
{
    return (struct text){reader->text.data + span.position, span.length};
}

/* The words of a sentence: "minor, major or critical". */
static void list_names(const char *const *names, size_t count, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count && used < size; i++) {
        const char *sign = i == 0 ? "" : i + 1 == count ? " or " : ", ";
        int more = snprintf(text + used, size - used, "%s%s", sign, names[i]);
        used += (size_t)more;
    }
}

/* "..., did you mean X?" or all that there is. */
static void refuse_word(struct query_reader *reader, struct span span, const char *what,
                        const char *const *names, size_t count)
{
    char all[160];
    struct text word = span_text(reader, span);
    const char *nearest = likeness_nearest(word, names, count);
    int shown = (int)(word.length < SHOWN_MAX ? word.length : SHOWN_MAX);
    if (nearest != NULL) {
        (void)query_refuse(reader, span, "%s \"%.*s\"; did you mean \"%s\"?", what, shown,
                           word.data, nearest);
        return;
    }
    list_names(names, count, all, sizeof all);
    (void)query_refuse(reader, span, "%s \"%.*s\"; there is %s", what, shown, word.data, all);
}

static bool find_choice(const struct choices *choices, struct text word, uint32_t *ret_value)
{
    for (uint32_t i = 0; i < choices->count; i++) {
        const char *name = choices->names[i];
        if (name != NULL && strlen(name) == word.length &&
            strncasecmp(name, word.data, word.length) == 0) {
            *ret_value = i;
            return true;
        }
    }
    return false;
}

static size_t field_index(enum about about)
{
    size_t i = 0;
    while (i + 1 < FIELD_COUNT && query_fields[i].about != about) {
        i++;
    }
    return i;
}

enum about query_field(struct query_reader *reader, struct span name)
{
    const char *names[FIELD_COUNT];
    struct text word = span_text(reader, name);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        names[i] = query_fields[i].name;
        if (strlen(names[i]) == word.length && strncasecmp(names[i], word.data, word.length) == 0) {
            return query_fields[i].about;
        }
    }
    refuse_word(reader, name, "there is no field", names, FIELD_COUNT);
    return ABOUT_NOTHING;
}

struct condition *query_value(struct query_reader *reader, enum about about, struct span value)
{
    return query_fields[field_index(about)].read(reader, about, value);
}

/* --- Kinds of values --- */

static struct condition *read_choice(struct query_reader *reader, enum about about,
                                     struct span value)
{
    size_t field = field_index(about);
    const struct choices *choices = query_fields[field].choices;
    char what[40];
    uint32_t choice = 0;
    if (!find_choice(choices, span_text(reader, value), &choice)) {
        snprintf(what, sizeof what, "%s has no", query_fields[field].name);
        refuse_word(reader, value, what, choices->names, choices->count);
        return NULL;
    }
    struct condition *term = query_node(reader, CONDITION_TERM, about, value);
    if (term != NULL) {
        term->choice = choice;
    }
    return term;
}

/* A state or a flag. */
static struct condition *read_is(struct query_reader *reader, enum about about, struct span value)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    uint32_t choice = 0;
    struct text word = span_text(reader, value);
    bool is_state = find_choice(&state_choices, word, &choice);
    if (!is_state && !find_choice(&flag_choices, word, &choice)) {
        for (uint32_t i = 0; i < state_choices.count; i++) {
            names[count++] = state_choices.names[i];
        }
        for (uint32_t i = 0; i < flag_choices.count; i++) {
            names[count++] = flag_choices.names[i];
        }
        refuse_word(reader, value, "no ticket is", names, count);
        return NULL;
    }
    struct condition *term =
        query_node(reader, CONDITION_TERM, is_state ? ABOUT_STATE : about, value);
    if (term != NULL) {
        term->choice = choice;
    }
    return term;
}

static struct condition *read_text(struct query_reader *reader, enum about about, struct span value)
{
    struct condition *term = query_node(reader, CONDITION_TERM, about, value);
    if (term != NULL) {
        term->text = span_text(reader, value);
    }
    return term;
}

/* Digits, with "#" before them or not; false for others and for more than tickets have. */
static bool read_digits(struct text text, uint64_t *ret_number)
{
    uint64_t number = 0;
    size_t start = text.length > 0 && text.data[0] == '#';
    for (size_t i = start; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || number > NUMBER_MAX / 10) {
            return false;
        }
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    *ret_number = number;
    return text.length > start && number <= NUMBER_MAX;
}

/* "12", "12..20", "12..", "..20". */
static bool read_numbers(struct text text, uint64_t *ret_from, uint64_t *ret_to)
{
    size_t dots = 0;
    while (dots + 1 < text.length && !(text.data[dots] == '.' && text.data[dots + 1] == '.')) {
        dots++;
    }
    if (dots + 1 >= text.length) {
        bool is_number = read_digits(text, ret_from);
        *ret_to = is_number ? *ret_from + 1 : 0;
        return is_number;
    }
    struct text first = {text.data, dots};
    struct text last = {text.data + dots + 2, text.length - dots - 2};
    *ret_from = 0;
    *ret_to = NUMBER_MAX;
    bool is_sound = (first.length == 0 || read_digits(first, ret_from)) &&
                    (last.length == 0 || read_digits(last, ret_to));
    *ret_to += 1;
    return is_sound && first.length + last.length > 0;
}

static struct condition *range_term(struct query_reader *reader, enum about about,
                                    struct span value, uint64_t from, uint64_t to)
{
    struct condition *term = query_node(reader, CONDITION_TERM, about, value);
    if (term != NULL) {
        term->from = from;
        term->to = to;
    }
    return term;
}

static struct condition *read_number(struct query_reader *reader, enum about about,
                                     struct span value)
{
    uint64_t from;
    uint64_t to;
    if (!read_numbers(span_text(reader, value), &from, &to)) {
        (void)query_refuse(reader, value, "a number is written 12, or a range of them 12..20");
        return NULL;
    }
    return range_term(reader, about, value, from, to);
}

static struct condition *read_time(struct query_reader *reader, enum about about, struct span value)
{
    uint64_t from_ms;
    uint64_t to_ms;
    struct text text = span_text(reader, value);
    if (!condition_times(reader->clock, text, &from_ms, &to_ms)) {
        int shown = (int)(text.length < SHOWN_MAX ? text.length : SHOWN_MAX);
        (void)query_refuse(reader, value, "\"%.*s\" is no time; write %s", shown, text.data,
                           query_times);
        return NULL;
    }
    return range_term(reader, about, value, from_ms, to_ms);
}

static struct condition *read_sort(struct query_reader *reader, enum about about, struct span value)
{
    struct ticket_query *query = reader->query;
    bool is_reversed = reader->text.data[value.position] == '-';
    struct span name = {value.position + is_reversed, value.length - is_reversed};
    uint32_t key = 0;
    (void)about;
    if (!find_choice(&sort_choices, span_text(reader, name), &key)) {
        refuse_word(reader, name, "tickets can't be sorted by", sort_choices.names,
                    sort_choices.count);
    } else if (query->sort_count == CONDITION_SORTS_MAX) {
        (void)query_refuse(reader, value, "tickets are sorted by %d things at most",
                           CONDITION_SORTS_MAX);
    } else {
        query->sorts[query->sort_count++] = (struct sort){(enum sort_key)key, is_reversed};
    }
    return NULL;
}

struct condition *query_guess(struct query_reader *reader, struct span word)
{
    uint64_t number;
    uint32_t choice;
    struct text text = span_text(reader, word);
    if (read_digits(text, &number)) {
        return range_term(reader, ABOUT_NUMBER, word, number, number + 1);
    }
    if (find_choice(&status_choices, text, &choice)) {
        return read_choice(reader, ABOUT_STATUS, word);
    }
    return find_choice(&state_choices, text, &choice) ? read_is(reader, ABOUT_FLAG, word) : NULL;
}
