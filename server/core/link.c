/* Links between tickets. They are the staff's: neither version nor updated time tells of them. */
#include "server/core/commands.h"
#include "server/core/links.h"
#include "server/core/sentence.h"
#include "server/core/survivor.h"

/* The other ticket of a request, if the asker may see it. */
static bool find_other(struct run *run, uint64_t number, struct row_ticket *ret_other)
{
    if (!survivor_find(run->rows, number, ret_other) || !permission_sees(&run->viewer, ret_other)) {
        run_refuse(run, ERROR_NOT_FOUND, "to", NULL);
        return false;
    }
    return true;
}

/* Links that the asker may not see do not count, here as in a circle: a refusal must not tell of
 * them. That a ticket may have some more, and that some are part of themselves in ways that nobody
 * sees as a whole, does no harm: whoever follows links goes one step or keeps a list. */
static size_t count_links(struct run *run, uint64_t ticket)
{
    struct link_walk walk = links_walk(run->rows, ticket);
    struct link_end end;
    size_t count = 0;

    while (count < LINKS_MAX && links_next(&walk, &end)) {
        count += permission_sees(&run->viewer, &end.other) ? 1 : 0;
    }
    return count;
}

/* Tickets above another, each once. */
struct ancestors {
    uint64_t numbers[256];
    size_t count;
};

static bool add_ancestor(struct ancestors *ancestors, uint64_t number)
{
    for (size_t i = 0; i < ancestors->count; i++) {
        if (ancestors->numbers[i] == number) {
            return true;
        }
    }
    if (ancestors->count == sizeof ancestors->numbers / sizeof ancestors->numbers[0]) {
        return false;
    }
    ancestors->numbers[ancestors->count++] = number;
    return true;
}

/* Whether `child` is above `parent` already. Too many to look at count as yes. */
static bool makes_circle(struct run *run, uint64_t parent, uint64_t child)
{
    struct ancestors ancestors = {.numbers = {parent}, .count = 1};

    for (size_t i = 0; i < ancestors.count; i++) {
        if (ancestors.numbers[i] == child) {
            return true;
        }
        struct link_walk walk = links_walk(run->rows, ancestors.numbers[i]);
        struct link_end end;
        while (links_next(&walk, &end)) {
            if (end.kind == LINK_CHILD && permission_sees(&run->viewer, &end.other) &&
                !add_ancestor(&ancestors, end.other.number)) {
                return true;
            }
        }
    }
    return false;
}

static void refuse_linked(struct run *run, const struct link_end *end)
{
    struct sentence sentence = sentence_begin("They are linked already: ");
    sentence_add(&sentence, link_words(end->kind));
    sentence_add(&sentence, " #");
    sentence_add_number(&sentence, end->other.number);
    sentence_add(&sentence, ". Unlink them first.");
    run_refuse(run, ERROR_ALREADY_DONE, "to", NULL);
    run->outcome->reason = sentence_text(&sentence, run->rows);
}

/* True when it was refused. */
static bool refuses_link(struct run *run, enum link_kind kind, const struct row_ticket *other)
{
    uint64_t number = run->ticket.number;
    bool down = kind == LINK_PARENT;
    struct link_end end;

    if (other->number == number) {
        run_refuse(run, ERROR_INVALID_FIELD, "to", "A ticket can't be linked to itself.");
    } else if (links_find(run->rows, number, other->number, &end)) {
        refuse_linked(run, &end);
    } else if (count_links(run, number) == LINKS_MAX ||
               count_links(run, other->number) == LINKS_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "to", "A ticket has at most 100 links; unlink one first.");
    } else if ((down || kind == LINK_CHILD) &&
               makes_circle(run, down ? number : other->number, down ? other->number : number)) {
        run_refuse(run, ERROR_INVALID_FIELD, "to",
                   "A ticket can't be part of itself: the one would be above the other and below "
                   "it.");
    } else {
        return false;
    }
    return true;
}

/* The row of a link: the first ticket is parent of the second, depends on it, duplicates it. */
static struct row_link row_of(uint64_t number, enum link_kind kind, uint64_t other)
{
    bool turned = kind == LINK_CHILD || kind == LINK_BLOCKS || kind == LINK_DUPLICATED_BY ||
                  (kind == LINK_RELATES && other < number);
    return (struct row_link){
        .from = turned ? other : number,
        .to = turned ? number : other,
        .kind = turned ? link_inverse(kind) : kind,
    };
}

static void changed(struct run *run)
{
    run->outcome->number = run->ticket.number;
    run->outcome->version = run->ticket.version;
}

void ticket_link(struct run *run)
{
    const struct ticket_link *request = run->command->request;
    struct row_ticket other;

    if (!find_other(run, request->to, &other) || refuses_link(run, request->kind, &other)) {
        return;
    }
    struct row_link row = row_of(run->ticket.number, request->kind, other.number);
    run_subject(run, &run->ticket, &run->ticket, true);
    run_subject(run, &other, &other, true);
    run_put(run, ROW_LINK, &row);
    changed(run);
}

/* The link of a ticket that is merged by now belongs to that one too. */
static void name_member(struct run *run, uint64_t member, const struct row_ticket *survivor)
{
    if (member != survivor->number) {
        struct audience audience = run_audience(run, survivor);
        rows_subject(run->rows, member, &audience, &audience, true);
    }
}

void ticket_unlink(struct run *run)
{
    const struct ticket_unlink *request = run->command->request;
    uint64_t number = run->ticket.number;
    struct row_ticket other;
    struct link_end end;

    if (!find_other(run, request->to, &other)) {
        return;
    }
    if (!links_find(run->rows, number, other.number, &end) ||
        (present_has(request->present, TICKET_UNLINK_KIND) && request->kind != end.kind)) {
        run_refuse(run, ERROR_ALREADY_DONE, "to", "There is no such link between the two.");
        return;
    }
    run_subject(run, &run->ticket, &run->ticket, true);
    run_subject(run, &other, &other, true);
    do {
        struct row_ticket from;
        bool ours = survivor_find(run->rows, end.from, &from) && from.number == number;
        name_member(run, end.from, ours ? &run->ticket : &other);
        run_remove(run, ROW_LINK, end.from, end.to);
    } while (links_find(run->rows, number, other.number, &end));
    changed(run);
}
