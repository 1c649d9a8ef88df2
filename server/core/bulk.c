/* One act on many tickets. Each act is a command of its own, which judges every ticket by its own
 * rules; here is only what request it is given. What one ticket is refused does not stop the
 * others, and all that are changed are subjects of one journal entry. Messages are not among the
 * acts: many in one entry could not be told apart once their tickets are merged. */
#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/survivor.h"

union part_request {
    struct ticket_update update;
    struct ticket_move move;
    struct ticket_act act;
    struct ticket_steal steal;
    struct ticket_give give;
    struct ticket_tag tag;
    struct ticket_pend pend;
    struct ticket_open open;
};

/* Fills the request of the act's method for the ticket. */
typedef void fill_function(const struct ticket_bulk *request, const struct row_ticket *ticket,
                           union part_request *ret_request);

static fill_function fill_status;
static fill_function fill_kind;
static fill_function fill_move;
static fill_function fill_act;
static fill_function fill_steal;
static fill_function fill_give;
static fill_function fill_tag;
static fill_function fill_untag;
static fill_function fill_pend;
static fill_function fill_open;

enum { NO_FIELD = 0 };

static const struct act {
    enum method method;
    fill_function *fill;
    unsigned field; /* of struct ticket_bulk: what it needs beside the tickets; NO_FIELD: nothing */
    bool may_lack;  /* and can do without */
} acts[BULK_ACT_COUNT] = {
    [BULK_STATUS] = {METHOD_TICKET_UPDATE, fill_status, BULK_FIELD_STATUS, false},
    [BULK_KIND] = {METHOD_TICKET_UPDATE, fill_kind, BULK_FIELD_KIND, false},
    [BULK_MOVE] = {METHOD_TICKET_MOVE, fill_move, BULK_FIELD_QUEUE, false},
    [BULK_TAKE] = {METHOD_TICKET_TAKE, fill_act, NO_FIELD, false},
    [BULK_UNTAKE] = {METHOD_TICKET_UNTAKE, fill_act, NO_FIELD, false},
    [BULK_STEAL] = {METHOD_TICKET_STEAL, fill_steal, NO_FIELD, false},
    [BULK_GIVE] = {METHOD_TICKET_GIVE, fill_give, BULK_FIELD_NAME, false},
    [BULK_WATCH] = {METHOD_TICKET_WATCH, fill_act, NO_FIELD, false},
    [BULK_UNWATCH] = {METHOD_TICKET_UNWATCH, fill_act, NO_FIELD, false},
    [BULK_TAG] = {METHOD_TICKET_TAG, fill_tag, BULK_FIELD_TAGS, false},
    [BULK_UNTAG] = {METHOD_TICKET_TAG, fill_untag, BULK_FIELD_TAGS, false},
    [BULK_PEND] = {METHOD_TICKET_PEND, fill_pend, BULK_FIELD_UNTIL, true},
    [BULK_OPEN] = {METHOD_TICKET_OPEN, fill_open, NO_FIELD, false},
};

/* The fields that belong to acts. */
static const struct {
    unsigned field;
    const char *name;
} fields[] = {
    {BULK_FIELD_STATUS, "status"}, {BULK_FIELD_KIND, "kind"}, {BULK_FIELD_QUEUE, "queue"},
    {BULK_FIELD_NAME, "name"},     {BULK_FIELD_TAGS, "tags"}, {BULK_FIELD_UNTIL, "until"},
};
enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

static void begin_update(const struct row_ticket *ticket, union part_request *ret_request)
{
    ret_request->update =
        (struct ticket_update){.number = ticket->number, .version = ticket->version};
}

static void fill_status(const struct ticket_bulk *request, const struct row_ticket *ticket,
                        union part_request *ret_request)
{
    begin_update(ticket, ret_request);
    ret_request->update.status = request->status;
    present_mark(&ret_request->update.present, UPDATE_STATUS);
}

static void fill_kind(const struct ticket_bulk *request, const struct row_ticket *ticket,
                      union part_request *ret_request)
{
    begin_update(ticket, ret_request);
    ret_request->update.kind = request->kind;
    present_mark(&ret_request->update.present, UPDATE_KIND);
}

static void fill_move(const struct ticket_bulk *request, const struct row_ticket *ticket,
                      union part_request *ret_request)
{
    ret_request->move = (struct ticket_move){.number = ticket->number, .queue = request->queue};
}

static void fill_act(const struct ticket_bulk *request, const struct row_ticket *ticket,
                     union part_request *ret_request)
{
    (void)request;
    ret_request->act = (struct ticket_act){.number = ticket->number};
}

static void fill_steal(const struct ticket_bulk *request, const struct row_ticket *ticket,
                       union part_request *ret_request)
{
    (void)request;
    ret_request->steal = (struct ticket_steal){.number = ticket->number};
}

static void fill_give(const struct ticket_bulk *request, const struct row_ticket *ticket,
                      union part_request *ret_request)
{
    ret_request->give = (struct ticket_give){.number = ticket->number, .name = request->name};
}

static void fill_tag(const struct ticket_bulk *request, const struct row_ticket *ticket,
                     union part_request *ret_request)
{
    ret_request->tag = (struct ticket_tag){.number = ticket->number, .add = request->tags};
    present_mark(&ret_request->tag.present, TICKET_TAG_ADD);
}

static void fill_untag(const struct ticket_bulk *request, const struct row_ticket *ticket,
                       union part_request *ret_request)
{
    ret_request->tag = (struct ticket_tag){.number = ticket->number, .remove = request->tags};
    present_mark(&ret_request->tag.present, TICKET_TAG_REMOVE);
}

static void fill_pend(const struct ticket_bulk *request, const struct row_ticket *ticket,
                      union part_request *ret_request)
{
    ret_request->pend = (struct ticket_pend){.number = ticket->number, .version = ticket->version};
    if (present_has(request->present, BULK_FIELD_UNTIL)) {
        ret_request->pend.until_ms = request->until_ms;
        present_mark(&ret_request->pend.present, PEND_UNTIL);
    }
}

static void fill_open(const struct ticket_bulk *request, const struct row_ticket *ticket,
                      union part_request *ret_request)
{
    (void)request;
    ret_request->open = (struct ticket_open){.number = ticket->number, .version = ticket->version};
}

static bool check_fields(struct run *run, const struct ticket_bulk *request)
{
    const struct act *act = &acts[request->act];
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        bool wanted = act->field == fields[i].field;
        bool given = present_has(request->present, fields[i].field);
        if (wanted == given || (wanted && act->may_lack)) {
            continue;
        }
        if (wanted) {
            run_refuse(run, ERROR_MISSING_FIELD, fields[i].name, NULL);
        } else {
            run_refuse(run, ERROR_INVALID_FIELD, fields[i].name,
                       "This field belongs to another act; leave it out.");
        }
        return false;
    }
    return true;
}

/* Whether the ticket stands in the list before. */
static bool is_named_before(const struct bulk_ticket *tickets, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (tickets[i].number == tickets[index].number) {
            return true;
        }
    }
    return false;
}

static bool check_tickets(struct run *run, const struct ticket_bulk *request)
{
    const struct bulk_ticket *tickets = request->tickets.items;
    if (request->tickets.count == 0) {
        run_refuse(run, ERROR_INVALID_FIELD, "tickets", "Name at least one ticket.");
        return false;
    }
    for (size_t i = 1; i < request->tickets.count; i++) {
        if (is_named_before(tickets, i)) {
            run_refuse(run, ERROR_INVALID_FIELD, "tickets",
                       "A ticket stands in the list twice; name each once.");
            return false;
        }
    }
    return true;
}

/* What was read by whoever named a version; of what can't be seen, the act itself will tell. */
static bool is_outdated(const struct run *run, const struct bulk_ticket *wanted,
                        const struct row_ticket *ticket)
{
    return present_has(wanted->present, BULK_TICKET_VERSION) &&
           wanted->version != ticket->version && permission_sees(&run->viewer, ticket);
}

static struct ticket_result result_of(const struct bulk_ticket *wanted,
                                      const struct outcome *outcome)
{
    struct ticket_result result = {.number = wanted->number, .code = outcome->verdict};
    if (outcome->verdict == ERROR_NONE) {
        result.version = outcome->version;
        present_mark(&result.present, TICKET_RESULT_VERSION);
        return result;
    }
    result.message = outcome->reason; /* none: the code's own sentence, which replies know */
    return result;
}

static struct ticket_result act_on(struct run *run, const struct ticket_bulk *request,
                                   const struct bulk_ticket *wanted)
{
    const struct act *act = &acts[request->act];
    struct row_ticket ticket;
    union part_request part;
    struct outcome outcome = {.verdict = ERROR_VERSION_CONFLICT};

    if (!survivor_find(run->rows, wanted->number, &ticket)) {
        ticket = (struct row_ticket){.number = wanted->number};
    }
    if (!is_outdated(run, wanted, &ticket)) {
        act->fill(request, &ticket, &part);
        run_part(run, act->method, &part, &outcome);
    }
    return result_of(wanted, &outcome);
}

void ticket_bulk(struct run *run)
{
    const struct ticket_bulk *request = run->command->request;
    const struct bulk_ticket *tickets = request->tickets.items;
    size_t count = request->tickets.count;

    require((unsigned)request->act < BULK_ACT_COUNT);
    if (!check_fields(run, request) || !check_tickets(run, request)) {
        return;
    }
    struct ticket_result *results = arena_array(rows_arena(run->rows), count, sizeof *results);
    if (results == NULL) {
        run_refuse(run, ERROR_NO_MEMORY, NULL, NULL);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        results[i] = act_on(run, request, &tickets[i]);
    }
    run->outcome->results = results;
    run->outcome->result_count = count;
}
