/* How terms are put together: blanks mean "and", the word "or" binds least, a minus sign turns
 * what follows around, brackets group. Recursive descent over the text itself. */
#include "proto/condition.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proto/condition_internal.h"
#include "proto/text.h"

static struct condition *read_any(struct query_reader *reader);

bool query_refuse(struct query_reader *reader, struct span span, const char *format, ...)
{
    va_list arguments;
    if (!reader->failed) {
        reader->failed = true;
        reader->fault->position = span.position;
        reader->fault->length = span.length;
        va_start(arguments, format);
        vsnprintf(reader->fault->words, sizeof reader->fault->words, format, arguments);
        va_end(arguments);
    }
    return false;
}

struct condition *condition_make(struct arena *arena, enum condition_kind kind, enum about about)
{
    struct condition *condition = arena_alloc(arena, sizeof *condition);
    if (condition != NULL) {
        *condition = (struct condition){.kind = kind, .about = about, .position = SIZE_MAX};
    }
    return condition;
}

void condition_add(struct condition *parent, struct condition *part)
{
    struct condition **place = &parent->first;
    while (*place != NULL) {
        place = &(*place)->next;
    }
    *place = part;
}

struct condition *query_node(struct query_reader *reader, enum condition_kind kind,
                             enum about about, struct span span)
{
    struct condition *condition = NULL;
    if (reader->nodes < CONDITION_NODES_MAX) {
        reader->nodes++;
        condition = condition_make(reader->arena, kind, about);
    }
    if (condition == NULL) {
        (void)query_refuse(reader, span, "this is too much for one query: %d parts at most",
                           CONDITION_NODES_MAX);
        return NULL;
    }
    condition->position = span.position;
    condition->length = span.length;
    return condition;
}

/* --- Characters and words --- */

static char peek(const struct query_reader *reader)
{
    return reader->at < reader->text.length ? reader->text.data[reader->at] : '\0';
}

static void skip_blanks(struct query_reader *reader)
{
    while (peek(reader) == ' ') {
        reader->at++;
    }
}

static bool ends_word(char character)
{
    return character == '\0' || character == ' ' || character == '(' || character == ')' ||
           character == '"';
}

/* From here to the next sign that ends a word, or to `also`. */
static struct span word_here(const struct query_reader *reader, const char *also)
{
    size_t end = reader->at;
    while (end < reader->text.length && !ends_word(reader->text.data[end]) &&
           strchr(also, reader->text.data[end]) == NULL) {
        end++;
    }
    return (struct span){reader->at, end - reader->at};
}

static bool span_is(const struct query_reader *reader, struct span span, const char *word)
{
    return span.length == strlen(word) &&
           strncasecmp(reader->text.data + span.position, word, span.length) == 0;
}

static bool at_word(const struct query_reader *reader, const char *word)
{
    return span_is(reader, word_here(reader, ""), word);
}

/* What stands between quotes, the first of which is here. */
static bool read_quoted(struct query_reader *reader, struct span *ret_span)
{
    size_t opening = reader->at++;
    *ret_span = (struct span){reader->at, 0};
    const char *end = memchr(reader->text.data + reader->at, '"', reader->text.length - reader->at);
    if (end == NULL) {
        return query_refuse(reader, (struct span){opening, 1},
                            "the quotation marks that open here are not closed");
    }
    ret_span->length = (size_t)(end - reader->text.data) - reader->at;
    reader->at += ret_span->length + 1;
    return ret_span->length > 0 || query_refuse(reader, (struct span){opening, 2},
                                                "there is nothing between the quotation marks");
}

/* --- Terms --- */

static bool read_value(struct query_reader *reader, struct span field, struct span *ret_value)
{
    if (peek(reader) == '"') {
        return read_quoted(reader, ret_value);
    }
    *ret_value = word_here(reader, ",");
    reader->at += ret_value->length;
    return ret_value->length > 0 ||
           query_refuse(reader, field, "\"%.*s\" has no value; write it behind the colon",
                        (int)field.length, reader->text.data + field.position);
}

/* "status:major,critical" is an ANY of two; what is about one thing is always an ANY, so that what
 * is said about the same again joins it. */
static struct condition *read_field(struct query_reader *reader, struct span name)
{
    enum about about = query_field(reader, name);
    struct condition *any = reader->failed ? NULL : query_node(reader, CONDITION_ANY, about, name);
    struct span value;
    while (any != NULL && read_value(reader, name, &value)) {
        struct condition *term = query_value(reader, about, value);
        if (term != NULL) {
            condition_add(any, term);
        }
        any->length = reader->at - name.position;
        if (reader->failed || peek(reader) != ',') {
            break;
        }
        reader->at++;
    }
    return reader->failed ? NULL : any;
}

static struct condition *words_term(struct query_reader *reader, struct span span)
{
    struct condition *term = query_node(reader, CONDITION_TERM, ABOUT_WORDS, span);
    if (term != NULL) {
        term->text = (struct text){reader->text.data + span.position, span.length};
    }
    return term;
}

/* The only thing in the whole text? Then it may be a number, a status, a name. */
static bool stands_alone(const struct query_reader *reader, struct span word)
{
    for (size_t i = 0; i < reader->text.length; i++) {
        bool is_inside = i >= word.position && i < word.position + word.length;
        if (!is_inside && reader->text.data[i] != ' ') {
            return false;
        }
    }
    return true;
}

static struct condition *read_word(struct query_reader *reader, struct span word)
{
    reader->at += word.length;
    bool is_number = word.length > 1 && reader->text.data[word.position] == '#';
    bool is_lone = stands_alone(reader, word);
    struct condition *term = is_number || is_lone ? query_guess(reader, word) : NULL;
    if (term == NULL && !reader->failed) {
        term = words_term(reader, word);
        if (term != NULL) {
            term->lone = is_lone;
        }
    }
    return term;
}

static struct condition *read_group(struct query_reader *reader)
{
    struct span opening = {reader->at, 1};
    reader->at++;
    if (++reader->depth > CONDITION_DEPTH_MAX) {
        (void)query_refuse(reader, opening, "brackets may be inside one another %d times",
                           CONDITION_DEPTH_MAX);
        return NULL;
    }
    struct condition *group = read_any(reader);
    reader->depth--;
    if (group != NULL && peek(reader) != ')') {
        (void)query_refuse(reader, opening, "the bracket that opens here is not closed");
        return NULL;
    }
    reader->at++;
    return group;
}

static struct condition *read_plain(struct query_reader *reader)
{
    struct span quoted;
    if (peek(reader) == '(') {
        return read_group(reader);
    }
    if (peek(reader) == '"') {
        return read_quoted(reader, &quoted) ? words_term(reader, quoted) : NULL;
    }
    struct span name = word_here(reader, ":");
    if (reader->at + name.length < reader->text.length &&
        reader->text.data[reader->at + name.length] == ':' && name.length > 0) {
        reader->at += name.length + 1;
        return read_field(reader, name);
    }
    return read_word(reader, word_here(reader, ""));
}

static struct condition *read_term(struct query_reader *reader)
{
    struct span sign = {reader->at, 1};
    if (peek(reader) != '-') {
        return read_plain(reader);
    }
    reader->at++;
    if (ends_word(peek(reader)) && peek(reader) != '(' && peek(reader) != '"') {
        (void)query_refuse(reader, sign, "a minus sign stands right before what it excludes");
        return NULL;
    }
    size_t sorts = reader->query->sort_count;
    struct condition *negated = query_node(reader, CONDITION_NOT, ABOUT_NOTHING, sign);
    struct condition *term = read_plain(reader);
    if (term != NULL && reader->query->sort_count != sorts) {
        (void)query_refuse(reader, sign, "write sort:-updated to turn the order around");
        return NULL;
    }
    if (negated == NULL || term == NULL) {
        return NULL;
    }
    negated->length = reader->at - sign.position;
    condition_add(negated, term);
    return negated;
}

/* --- Several terms --- */

/* What a ticket has one of: said twice it means either. Of tags, flags and times it means both. */
static bool is_one_of(enum about about)
{
    static const bool one_of[ABOUT_COUNT] = {
        [ABOUT_NUMBER] = true,    [ABOUT_STATE] = true, [ABOUT_STATUS] = true,
        [ABOUT_SEVERITY] = true,  [ABOUT_KIND] = true,  [ABOUT_OWNER] = true,
        [ABOUT_REQUESTER] = true, [ABOUT_QUEUE] = true,
    };
    return one_of[about];
}

/* Joins the term to one about the same thing, or puts it behind the others. */
static void add_part(struct condition *all, struct condition *part)
{
    bool joins = part->kind == CONDITION_ANY && is_one_of(part->about);
    for (struct condition *other = all->first; joins && other != NULL; other = other->next) {
        if (other->kind == CONDITION_ANY && other->about == part->about) {
            condition_add(other, part->first);
            return;
        }
    }
    condition_add(all, part);
}

/* "is:" speaks of states and of flags: the ANY is about what its first value is about. */
static void settle_about(struct condition *part)
{
    if (part->kind == CONDITION_ANY && part->about == ABOUT_FLAG && part->first != NULL) {
        part->about = part->first->about;
        for (const struct condition *term = part->first; term != NULL; term = term->next) {
            part->about = term->about == part->about ? part->about : ABOUT_NOTHING;
        }
    }
}

static bool at_end_of_all(const struct query_reader *reader)
{
    return peek(reader) == '\0' || peek(reader) == ')' || at_word(reader, "or");
}

static struct condition *read_all(struct query_reader *reader)
{
    struct condition *all =
        query_node(reader, CONDITION_ALL, ABOUT_NOTHING, (struct span){reader->at, 0});
    for (skip_blanks(reader); !reader->failed && !at_end_of_all(reader); skip_blanks(reader)) {
        struct condition *part = read_term(reader);
        if (part != NULL && (part->kind != CONDITION_ANY || part->first != NULL)) {
            settle_about(part);
            add_part(all, part);
        }
    }
    /* Only a whole query may say nothing, or no more than an order. */
    bool ends_query = reader->depth == 0 && peek(reader) == '\0';
    if (!reader->failed && all->first == NULL && !ends_query) {
        (void)query_refuse(reader, (struct span){reader->at, 1},
                           "something is missing before this");
    }
    return reader->failed ? NULL : all;
}

static struct condition *read_any(struct query_reader *reader)
{
    struct condition *first = read_all(reader);
    if (first == NULL || !at_word(reader, "or")) {
        return first;
    }
    struct condition *any =
        query_node(reader, CONDITION_ANY, ABOUT_NOTHING, (struct span){reader->at, 2});
    if (any == NULL) {
        return NULL;
    }
    condition_add(any, first);
    while (at_word(reader, "or")) {
        struct span word = {reader->at, 2};
        reader->at += word.length;
        struct condition *part = read_all(reader);
        if (part == NULL) {
            return NULL;
        }
        if (part->first == NULL) {
            (void)query_refuse(reader, word, "something is missing after \"or\"");
            return NULL;
        }
        condition_add(any, part);
    }
    return any;
}

bool ticket_query_read(struct arena *arena, struct text text, const struct condition_clock *clock,
                       struct ticket_query *ret_query, struct query_fault *ret_fault)
{
    struct query_reader reader = {
        .arena = arena, .clock = clock, .query = ret_query, .fault = ret_fault, .text = text};
    *ret_query = (struct ticket_query){.sort_count = 0};
    *ret_fault = (struct query_fault){.position = 0};
    struct condition *root = read_any(&reader);
    if (root != NULL && peek(&reader) == ')') {
        (void)query_refuse(&reader, (struct span){reader.at, 1},
                           "this bracket closes none; quote it to look for it");
    }
    if (root != NULL && root->kind != CONDITION_ALL) {
        struct condition *all =
            query_node(&reader, CONDITION_ALL, ABOUT_NOTHING, (struct span){0, text.length});
        if (all != NULL) {
            condition_add(all, root);
        }
        root = all;
    }
    ret_query->root = root;
    return !reader.failed && root != NULL;
}

size_t query_fault_column(const struct query_fault *fault, struct text query)
{
    size_t column = 1;
    for (size_t i = 0; i < fault->position && i < query.length; i++) {
        column += ((unsigned char)query.data[i] & 0xC0) != 0x80;
    }
    return column;
}
