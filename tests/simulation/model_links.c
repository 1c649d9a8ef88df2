/* Links between tickets and tags on them. */
#include <ctype.h>
#include <string.h>

#include "proto/require.h"
#include "tests/simulation/model_internal.h"

static bool is_there(const struct model *model, uint64_t number)
{
    return number > 0 && number <= model->ticket_count && !model->tickets[number - 1].deleted;
}

/* Whether the link is between the two, either way round; what is merged counts with its survivor.
 */
static bool is_between(const struct model *model, const struct model_link *link, uint64_t a,
                       uint64_t b)
{
    uint64_t from = model_survivor(model, link->from);
    uint64_t to = model_survivor(model, link->to);
    return from != to && ((from == a && to == b) || (from == b && to == a));
}

struct model_link *model_find_link(struct model *model, uint64_t a, uint64_t b)
{
    for (size_t i = 0; i < model->link_count; i++) {
        if (is_between(model, &model->links[i], a, b)) {
            return &model->links[i];
        }
    }
    return NULL;
}

/* Whether `above` is a parent of `number`, or of a parent of it, as far as the asker can see. With
 * others between, tickets can be above themselves: so each is looked at once. */
static bool is_above(const struct turn *turn, uint64_t above, uint64_t number)
{
    const struct model *model = turn->model;
    bool found[MODEL_TICKETS + 1] = {[0] = false};
    bool more = true;

    found[number] = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < model->link_count; i++) {
            const struct model_link *link = &model->links[i];
            uint64_t from = model_survivor(model, link->from);
            if (link->kind == LINK_PARENT && found[model_survivor(model, link->to)] &&
                !found[from] && is_there(model, from) && model_reads(model, &turn->who, from)) {
                found[from] = more = true;
            }
        }
    }
    return found[above];
}

bool model_has_open_children(const struct model *model, const struct model_who *who,
                             uint64_t number)
{
    for (size_t i = 0; i < model->link_count; i++) {
        const struct model_link *link = &model->links[i];
        uint64_t to = model_survivor(model, link->to);
        if (link->kind == LINK_PARENT && model_survivor(model, link->from) == number &&
            to != number && is_there(model, to) && model->tickets[to - 1].state != STATE_RESOLVED &&
            model_reads(model, who, to)) {
            return true;
        }
    }
    return false;
}

/* The tickets of a request about two, if the asker may work on the one and see the other. */
static bool find_two(struct turn *turn, uint64_t number, uint64_t to)
{
    if (turn_ticket(turn, number) == NULL) {
        return false;
    }
    if (!model_works_on(turn->model, &turn->who, number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return false;
    }
    if (!is_there(turn->model, to) || !model_reads(turn->model, &turn->who, to)) {
        turn_refuse(turn, ERROR_NOT_FOUND, "to");
        return false;
    }
    return true;
}

static void finish_two(struct turn *turn, uint64_t number, uint64_t to)
{
    turn_finish(turn, number, true);
    model_add_line(turn, to, true);
}

static void link_two(struct turn *turn)
{
    const struct ticket_link *request = turn->command->request;
    struct model *model = turn->model;
    struct model_link link = {.from = request->number, .to = request->to, .kind = request->kind};

    if (!find_two(turn, request->number, request->to)) {
        return;
    }
    if (link.kind == LINK_CHILD || link.kind == LINK_BLOCKS || link.kind == LINK_DUPLICATED_BY) {
        link.from = request->to;
        link.to = request->number;
        link.kind = link.kind == LINK_CHILD    ? LINK_PARENT
                    : link.kind == LINK_BLOCKS ? LINK_DEPENDS
                                               : LINK_DUPLICATE;
    }
    if (link.kind == LINK_RELATES && link.from > link.to) { /* the older one has it */
        link.from = request->to;
        link.to = request->number;
    }
    if (request->number == request->to) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "to");
    } else if (model_find_link(model, link.from, link.to) != NULL) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "to");
    } else if (link.kind == LINK_PARENT && is_above(turn, link.to, link.from)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "to");
    } else {
        model->links[model->link_count++] = link;
        finish_two(turn, request->number, request->to);
    }
}

static void unlink_two(struct turn *turn)
{
    const struct ticket_unlink *request = turn->command->request;
    struct model *model = turn->model;

    if (!find_two(turn, request->number, request->to)) {
        return;
    }
    struct model_link *link = model_find_link(model, request->number, request->to);
    if (link == NULL) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "to");
        return;
    }
    finish_two(turn, request->number, request->to);
    while (link != NULL) {
        if (link->from != request->number && link->from != request->to) {
            model_add_line(turn, link->from, true);
        }
        *link = model->links[--model->link_count];
        link = model_find_link(model, request->number, request->to);
    }
}

/* --- Tags ------------------------------------------------------------------------------------ */

static size_t tag_place(const struct model_ticket *ticket, const char *tag)
{
    size_t place = 0;
    while (place < ticket->tag_count && strcmp(ticket->tags[place], tag) < 0) {
        place++;
    }
    return place;
}

static bool has_tag(const struct model_ticket *ticket, const char *tag)
{
    size_t place = tag_place(ticket, tag);
    return place < ticket->tag_count && strcmp(ticket->tags[place], tag) == 0;
}

void model_put_tag(struct model_ticket *ticket, const char *tag)
{
    size_t place = tag_place(ticket, tag);
    if (has_tag(ticket, tag)) {
        return;
    }
    require(ticket->tag_count < MODEL_TAGS);
    memmove(&ticket->tags[place + 1], &ticket->tags[place],
            (ticket->tag_count - place) * sizeof ticket->tags[0]);
    memset(ticket->tags[place], 0, sizeof ticket->tags[0]);
    strcpy(ticket->tags[place], tag);
    ticket->tag_count++;
}

void model_take_tag(struct model_ticket *ticket, const char *tag)
{
    size_t place = tag_place(ticket, tag);
    if (has_tag(ticket, tag)) {
        ticket->tag_count--;
        memmove(&ticket->tags[place], &ticket->tags[place + 1],
                (ticket->tag_count - place) * sizeof ticket->tags[0]);
        memset(ticket->tags[ticket->tag_count], 0, sizeof ticket->tags[0]);
    }
}

/* The words of a line in lower case; false when one is no tag. */
static bool read_words(char *line, char *ret_words[8], size_t *ret_count)
{
    *ret_count = 0;
    for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) {
        for (char *c = word; *c != '\0'; c++) {
            *c = (char)tolower((unsigned char)*c);
        }
        if (*word == '-') {
            return false;
        }
        require(*ret_count < 8);
        ret_words[(*ret_count)++] = word;
    }
    return true;
}

static bool is_among(char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static void tag(struct turn *turn)
{
    const struct ticket_tag *request = turn->command->request;
    struct model_ticket *ticket = turn_ticket(turn, request->number);
    char lines[2][MODEL_TEXT];
    char *add[8];
    char *remove[8];
    size_t add_count;
    size_t remove_count;

    if (ticket == NULL) {
        return;
    }
    if (!model_works_on(turn->model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    model_copy(lines[0], request->add);
    model_copy(lines[1], request->remove);
    if (!read_words(lines[0], add, &add_count)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "add");
        return;
    }
    if (!read_words(lines[1], remove, &remove_count)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "remove");
        return;
    }
    struct model_ticket after = *ticket;
    for (size_t i = 0; i < add_count; i++) {
        if (is_among(remove, remove_count, add[i])) {
            turn_refuse(turn, ERROR_INVALID_FIELD, "remove");
            return;
        }
        model_put_tag(&after, add[i]);
    }
    for (size_t i = 0; i < remove_count; i++) {
        model_take_tag(&after, remove[i]);
        model_forget_brought(&after, remove[i]);
    }
    if (memcmp(&after, ticket, sizeof after) == 0) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
        return;
    }
    *ticket = after;
    turn_finish(turn, request->number, true);
}

bool model_link_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_TICKET_LINK:
        link_two(turn);
        return true;
    case METHOD_TICKET_UNLINK:
        unlink_two(turn);
        return true;
    case METHOD_TICKET_TAG:
        tag(turn);
        return true;
    default:
        return false;
    }
}
