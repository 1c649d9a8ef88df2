/* Merging: a ticket's messages, people and tags go to another one, the survivor, and its number
 * leads there from then on. What was merged keeps its own row, people, tags and links as they were,
 * so that unmerging is to give back what came with it: messages by the ticket they were written to,
 * people and tags by the mark that a merge brought them.
 *
 * `merged_into` is always the survivor, `merged_by` the ticket that the merge itself named: when
 * that is merged in turn, the one changes and the other tells what belongs together. */
#include <string.h>

#include "proto/require.h"
#include "server/core/attachment.h"
#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/sentence.h"
#include "server/core/survivor.h"
#include "server/core/view.h"

enum {
    MESSAGES_MAX = 5000, /* moved at once */
    PEOPLE_MAX = 2 * (CC_MAX + WATCHERS_MAX) + 1,
};

/* --- People ---------------------------------------------------------------------------------- */

/* Followers of a ticket, by account. */
struct people {
    struct row_follower items[PEOPLE_MAX];
    size_t count;
};

static struct row_follower *person(struct people *people, uint64_t ticket, uint64_t account)
{
    size_t place = 0;

    while (place < people->count && people->items[place].account < account) {
        place++;
    }
    if (place < people->count && people->items[place].account == account) {
        return &people->items[place];
    }
    require(people->count < PEOPLE_MAX);
    memmove(&people->items[place + 1], &people->items[place],
            (people->count - place) * sizeof people->items[0]);
    people->count++;
    people->items[place] = (struct row_follower){.ticket = ticket, .account = account};
    return &people->items[place];
}

static void read_people(struct rows *rows, uint64_t ticket, struct people *ret_people)
{
    struct row_range range = rows_range(INDEX_FOLLOWERS, ticket, 0, false);
    uint64_t account;

    ret_people->count = 0;
    while (ret_people->count < CC_MAX + WATCHERS_MAX && rows_range_next(rows, &range, &account)) {
        struct row_follower row;
        if (rows_get(rows, ROW_FOLLOWER, ticket, account, &row)) {
            *person(ret_people, ticket, account) = row;
        }
    }
}

static void count_people(const struct people *people, struct row_ticket *ticket)
{
    ticket->cc_count = 0;
    ticket->watcher_count = 0;
    for (size_t i = 0; i < people->count; i++) {
        ticket->cc_count += people->items[i].cc ? 1 : 0;
        ticket->watcher_count += people->items[i].watching ? 1 : 0;
    }
}

static struct audience audience_of(const struct row_ticket *ticket, const struct people *people)
{
    struct audience audience = {
        .requester = ticket->requester, .queue = ticket->queue, .deleted = ticket->deleted};

    for (size_t i = 0; i < people->count && audience.cc_count < CC_MAX; i++) {
        if (people->items[i].cc) {
            audience.cc[audience.cc_count++] = people->items[i].account;
        }
    }
    return audience;
}

/* Whether this ticket makes somebody see, or hear of, the one it is merged into. */
static bool brings_copy(struct rows *rows, const struct row_ticket *ticket, uint64_t account)
{
    struct row_follower row;
    return ticket->requester == account ||
           (rows_get(rows, ROW_FOLLOWER, ticket->number, account, &row) && row.cc);
}

static bool brings_watcher(struct rows *rows, const struct row_ticket *ticket, uint64_t account)
{
    struct row_follower row;
    return rows_get(rows, ROW_FOLLOWER, ticket->number, account, &row) && row.watching;
}

static void bring_copy(struct people *people, const struct row_ticket *survivor, uint64_t account)
{
    if (account == survivor->requester) {
        return;
    }
    struct row_follower *row = person(people, survivor->number, account);
    row->cc_by_merge = row->cc_by_merge || !row->cc;
    row->cc = true;
}

/* The survivor's people with those of the source. */
static void unite_people(struct rows *rows, const struct row_ticket *source,
                         const struct row_ticket *survivor, struct people *ret_people)
{
    struct people brought;

    read_people(rows, survivor->number, ret_people);
    read_people(rows, source->number, &brought);
    bring_copy(ret_people, survivor, source->requester);
    for (size_t i = 0; i < brought.count; i++) {
        const struct row_follower *from = &brought.items[i];
        if (from->cc) {
            bring_copy(ret_people, survivor, from->account);
        }
        if (from->watching) {
            struct row_follower *row = person(ret_people, survivor->number, from->account);
            row->watching_by_merge = row->watching_by_merge || !row->watching;
            row->watching = true;
        }
    }
}

/* Writes who differs; a row that says nothing any more goes, once the entry has what it said. */
static void put_people(struct run *run, struct people *people)
{
    for (size_t i = 0; i < people->count; i++) {
        struct row_follower *row = &people->items[i];
        struct row_follower before = {.cc = false};
        bool there = rows_get(run->rows, ROW_FOLLOWER, row->ticket, row->account, &before);
        if (there && before.cc == row->cc && before.watching == row->watching) {
            continue;
        }
        run_put(run, ROW_FOLLOWER, row);
        if (!row->cc && !row->watching) {
            run_remove(run, ROW_FOLLOWER, row->ticket, row->account);
        }
    }
}

/* --- Tickets that were merged ---------------------------------------------------------------- */

struct members {
    struct row_ticket items[MERGED_MAX];
    size_t count;
};

static void read_members(struct rows *rows, uint64_t survivor, struct members *ret_members)
{
    struct row_range range = rows_range(INDEX_TICKETS_MERGED, survivor, 0, false);
    uint64_t number;

    ret_members->count = 0;
    while (ret_members->count < MERGED_MAX && rows_range_next(rows, &range, &number)) {
        if (rows_get(rows, ROW_TICKET, number, 0, &ret_members->items[ret_members->count])) {
            ret_members->count++;
        }
    }
}

static const struct row_ticket *find_member(const struct members *members, uint64_t number)
{
    for (size_t i = 0; i < members->count; i++) {
        if (members->items[i].number == number) {
            return &members->items[i];
        }
    }
    return NULL;
}

/* Whether the member came with `head`, or is it. */
static bool came_with(const struct members *members, uint64_t number, uint64_t head)
{
    for (size_t step = 0; step <= members->count && number != head; step++) {
        const struct row_ticket *member = find_member(members, number);
        number = member != NULL ? member->merged_by : 0;
    }
    return number == head;
}

static void repoint(struct run *run, struct row_ticket member, uint64_t survivor,
                    const struct audience *before, const struct audience *after)
{
    member.merged_into = survivor;
    rows_subject(run->rows, member.number, before, after, false);
    run_put(run, ROW_TICKET, &member);
}

/* --- Messages -------------------------------------------------------------------------------- */

/* One act can write to several tickets: then two messages have one sequence. The same words need
 * not be there twice: the message then stays where it is. */
static bool says_the_same(struct rows *rows, const struct row_message *a,
                          const struct row_message *b)
{
    return a->kind == b->kind && a->author == b->author &&
           text_equal(rows_part(rows, &a->text), rows_part(rows, &b->text));
}

/* True when it was refused. */
static bool refuses_messages(struct run *run, uint64_t from, uint64_t to)
{
    struct row_range range = rows_range(INDEX_MESSAGES, from, 0, false);
    uint64_t sequence;
    size_t count = 0;

    while (rows_range_next(run->rows, &range, &sequence)) {
        struct row_message message;
        struct row_message other;
        if (++count > MESSAGES_MAX) {
            run_refuse(run, ERROR_TOO_MANY, "number",
                       "It has more messages than can be moved at once (5000).");
            return true;
        }
        if (rows_get(run->rows, ROW_MESSAGE, to, sequence, &other) &&
            rows_get(run->rows, ROW_MESSAGE, from, sequence, &message) &&
            !says_the_same(run->rows, &message, &other)) {
            run_refuse(run, ERROR_INVALID_FIELD, "into",
                       "One act wrote different words to the two tickets; they can't stand in one. "
                       "Link them instead.");
            return true;
        }
    }
    return false;
}

/* Moves messages and counts them; those of `head` and what came with it, or, without members, all
 * of them. */
static void move_messages(struct run *run, struct row_ticket *from, struct row_ticket *to,
                          const struct members *members, uint64_t head)
{
    struct row_range range = rows_range(INDEX_MESSAGES, from->number, 0, false);
    uint64_t sequence;

    while (rows_range_next(run->rows, &range, &sequence)) {
        struct row_message message;
        struct row_message other;
        if (!rows_get(run->rows, ROW_MESSAGE, from->number, sequence, &message) ||
            (members != NULL && !came_with(members, message.origin, head)) ||
            rows_get(run->rows, ROW_MESSAGE, to->number, sequence, &other)) {
            continue;
        }
        /* A held reply is in no count before it is sent. */
        bool is_note = message.kind == MESSAGE_NOTE;
        uint64_t replies = !is_note && message.state != MESSAGE_HELD ? 1 : 0;
        from->reply_count -= replies;
        from->note_count -= is_note ? 1 : 0;
        to->reply_count += replies;
        to->note_count += is_note ? 1 : 0;
        message.ticket = to->number;
        run_remove(run, ROW_MESSAGE, from->number, sequence);
        run_put(run, ROW_MESSAGE, &message);
    }
}

/* Files go the way of the messages. */
static void move_attachments(struct run *run, struct row_ticket *from, struct row_ticket *to,
                             const struct members *members, uint64_t head)
{
    struct row_range range = rows_range(INDEX_ATTACHMENTS, from->number, 0, false);
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        struct row_attachment row;
        if (rows_get(run->rows, ROW_ATTACHMENT, from->number, id, &row) &&
            (members == NULL || came_with(members, row.origin, head))) {
            attachment_move(run, &row, from, to);
        }
    }
}

/* --- Tags ------------------------------------------------------------------------------------ */

static bool has_tag(struct rows *rows, uint64_t ticket, uint64_t tag)
{
    struct row_ticket_tag row;
    return rows_get(rows, ROW_TICKET_TAG, ticket, tag, &row);
}

/* How many tags the ticket would have more. */
static size_t count_new_tags(struct rows *rows, uint64_t from, uint64_t to)
{
    struct row_range range = rows_range(INDEX_TAGS_OF_TICKET, from, 0, false);
    uint64_t tag;
    size_t count = 0;

    while (rows_range_next(rows, &range, &tag)) {
        count += has_tag(rows, to, tag) ? 0 : 1;
    }
    return count;
}

static void bring_tags(struct run *run, uint64_t from, uint64_t to)
{
    struct row_range range = rows_range(INDEX_TAGS_OF_TICKET, from, 0, false);
    uint64_t tag;

    while (rows_range_next(run->rows, &range, &tag)) {
        struct row_ticket_tag row = {.ticket = to, .tag = tag, .by_merge = true};
        if (!has_tag(run->rows, to, tag)) {
            run_put(run, ROW_TICKET_TAG, &row);
        }
    }
}

/* --- Merging --------------------------------------------------------------------------------- */

static void refuse_naming(struct run *run, enum error verdict, const char *field,
                          const char *before, uint64_t number, const char *after)
{
    struct sentence sentence = sentence_begin(before);
    sentence_add_number(&sentence, number);
    sentence_add(&sentence, after);
    run_refuse(run, verdict, field, NULL);
    run->outcome->reason = sentence_text(&sentence, run->rows);
}

/* The ticket that would survive; false when it was refused. */
static bool find_survivor(struct run *run, uint64_t number, struct row_ticket *ret_survivor)
{
    bool found = survivor_find(run->rows, number, ret_survivor);
    enum relation relation = permission_relation(&run->viewer, found ? ret_survivor : NULL);
    enum error error = permission_check(run->command->method, &run->viewer, relation);

    if (error != ERROR_NONE) {
        run_refuse(run, error, "into", NULL);
        return false;
    }
    if (ret_survivor->number == run->ticket.number) {
        run_refuse(run, ERROR_INVALID_FIELD, "into", "A ticket can't be merged into itself.");
        return false;
    }
    if (ret_survivor->number != number) {
        refuse_naming(run, ERROR_INVALID_FIELD, "into", "This one was merged into #",
                      ret_survivor->number, "; merge into that.");
        return false;
    }
    return true;
}

/* Whether its files and those of the other would be too many, or too large; true when it was
 * refused. */
static bool refuses_files(struct run *run, const struct row_ticket *survivor, bool internal)
{
    struct attachment_sum ours = attachment_sum(run->rows, survivor->number, internal);
    struct attachment_sum theirs = attachment_sum(run->rows, run->ticket.number, internal);

    if (ours.count + theirs.count > ATTACHMENTS_EACH_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "into",
                   internal
                       ? "It would have more than 100 internal files; an admin can remove some."
                       : "It would have more than 100 files; an admin can remove some.");
    } else if (ours.bytes + theirs.bytes > ATTACHMENTS_EACH_BYTES) {
        run_refuse(run, ERROR_TOO_LARGE, "into",
                   internal ? "Its internal files would have more than 50 MiB together; an admin "
                              "can remove some."
                            : "Its files would have more than 50 MiB together; an admin can remove "
                              "some.");
    } else {
        return false;
    }
    return true;
}

/* Whether the survivor has room for all that comes; true when it was refused. */
static bool refuses_lack_of_room(struct run *run, const struct row_ticket *survivor,
                                 const struct people *people, const struct members *ours,
                                 const struct members *theirs)
{
    struct row_ticket counted;

    count_people(people, &counted);
    if (counted.cc_count > CC_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "into",
                   "More than 16 people would be in copy of it; take some out of copy first.");
    } else if (counted.watcher_count > WATCHERS_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "into", "More than 64 people would watch it.");
    } else if (count_new_tags(run->rows, survivor->number, 0) +
                   count_new_tags(run->rows, run->ticket.number, survivor->number) >
               TICKET_TAGS_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "into",
                   "It would have more than 16 tags; take some off first.");
    } else if (ours->count + theirs->count + 1 > MERGED_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "into",
                   "More than 64 tickets would be merged into it; link them instead.");
    } else {
        return refuses_files(run, survivor, false) || refuses_files(run, survivor, true) ||
               refuses_messages(run, run->ticket.number, survivor->number);
    }
    return true;
}

static void touch(struct run *run, struct row_ticket *ticket)
{
    ticket->version++;
    ticket->updated_ms = run->command->time_ms;
}

static void changed(struct run *run, const struct row_ticket *ticket)
{
    run->outcome->number = ticket->number;
    run->outcome->version = ticket->version;
}

static void merge(struct run *run, struct row_ticket survivor, struct people *people,
                  const struct members *members)
{
    struct row_ticket source = run->ticket;
    struct audience source_before = run_audience(run, &source);
    struct audience before = run_audience(run, &survivor);
    struct audience after = audience_of(&survivor, people);

    rows_subject(run->rows, source.number, &source_before, &after, false);
    rows_subject(run->rows, survivor.number, &before, &after, false);
    for (size_t i = 0; i < members->count; i++) {
        repoint(run, members->items[i], survivor.number, &source_before, &after);
    }
    move_messages(run, &source, &survivor, NULL, 0);
    move_attachments(run, &source, &survivor, NULL, 0);
    bring_tags(run, source.number, survivor.number);
    put_people(run, people);
    count_people(people, &survivor);
    source.merged_into = survivor.number;
    source.merged_by = survivor.number;
    touch(run, &source);
    touch(run, &survivor);
    run_put(run, ROW_TICKET, &source);
    run_put(run, ROW_TICKET, &survivor);
    changed(run, &survivor);
}

void ticket_merge(struct run *run)
{
    const struct ticket_merge *request = run->command->request;
    struct row_ticket survivor;
    struct people people;
    struct members ours;
    struct members theirs;

    if (request->number != run->ticket.number) {
        refuse_naming(run, ERROR_ALREADY_DONE, "number", "It was merged into #", run->ticket.number,
                      " already.");
        return;
    }
    if (request->version != run->ticket.version) {
        conflict_refuse(run, &run->ticket, "version", "version");
        return;
    }
    if (!find_survivor(run, request->into, &survivor)) {
        return;
    }
    if (present_has(request->present, TICKET_MERGE_INTO_VERSION) &&
        request->into_version != survivor.version) {
        conflict_refuse(run, &survivor, "into_version", "version");
        return;
    }
    unite_people(run->rows, &run->ticket, &survivor, &people);
    read_members(run->rows, survivor.number, &ours);
    read_members(run->rows, run->ticket.number, &theirs);
    if (!refuses_lack_of_room(run, &survivor, &people, &ours, &theirs)) {
        merge(run, survivor, &people, &theirs);
    }
}

/* --- Unmerging ------------------------------------------------------------------------------- */

/* Whether another ticket that was merged into `target` itself brings what `left` brought. */
static bool is_brought(struct rows *rows, const struct members *members, uint64_t target,
                       uint64_t left, uint64_t account,
                       bool (*brings)(struct rows *rows, const struct row_ticket *ticket,
                                      uint64_t account))
{
    for (size_t i = 0; i < members->count; i++) {
        const struct row_ticket *member = &members->items[i];
        if (member->merged_by == target && member->number != left &&
            brings(rows, member, account)) {
            return true;
        }
    }
    return false;
}

/* Marks who of the target's people came only with the ticket that leaves it. */
static void take_people_back(struct run *run, const struct members *members, uint64_t target,
                             uint64_t left, struct people *people)
{
    for (size_t i = 0; i < people->count; i++) {
        struct row_follower *row = &people->items[i];
        uint64_t account = row->account;
        if (row->cc_by_merge &&
            !is_brought(run->rows, members, target, left, account, brings_copy)) {
            row->cc = row->cc_by_merge = false;
        }
        if (row->watching_by_merge &&
            !is_brought(run->rows, members, target, left, account, brings_watcher)) {
            row->watching = row->watching_by_merge = false;
        }
    }
}

static bool brings_tag(struct rows *rows, const struct row_ticket *ticket, uint64_t tag)
{
    return has_tag(rows, ticket->number, tag);
}

static void take_tags_back(struct run *run, const struct members *members, uint64_t target,
                           uint64_t left)
{
    struct row_range range = rows_range(INDEX_TAGS_OF_TICKET, target, 0, false);
    uint64_t tag;

    while (rows_range_next(run->rows, &range, &tag)) {
        struct row_ticket_tag row;
        if (rows_get(run->rows, ROW_TICKET_TAG, target, tag, &row) && row.by_merge &&
            !is_brought(run->rows, members, target, left, tag, brings_tag)) {
            run_remove(run, ROW_TICKET_TAG, target, tag);
        }
    }
}

/* The time it was pending for may have gone by while it had no life of its own. */
static void wake(const struct run *run, struct row_ticket *ticket)
{
    if (ticket->state == STATE_PENDING && ticket->pending_until_ms != 0 &&
        ticket->pending_until_ms <= run->command->time_ms) {
        ticket->state = STATE_OPEN;
        ticket->pending_until_ms = 0;
    }
}

/* Who and what came with the source leaves the survivor; what was merged into the source before
 * goes with it. */
static void unmerge(struct run *run, struct row_ticket source, const struct members *members)
{
    struct row_ticket survivor = run->ticket;
    struct audience before = run_audience(run, &survivor);
    struct audience source_after = run_audience(run, &source);
    struct people people;

    read_people(run->rows, survivor.number, &people);
    take_people_back(run, members, survivor.number, source.number, &people);
    struct audience after = audience_of(&survivor, &people);
    rows_subject(run->rows, survivor.number, &before, &after, false);
    rows_subject(run->rows, source.number, &before, &source_after, false);
    for (size_t i = 0; i < members->count; i++) {
        uint64_t number = members->items[i].number;
        if (number != source.number && came_with(members, number, source.number)) {
            repoint(run, members->items[i], source.number, &before, &source_after);
        }
    }
    move_messages(run, &survivor, &source, members, source.number);
    move_attachments(run, &survivor, &source, members, source.number);
    put_people(run, &people);
    take_tags_back(run, members, survivor.number, source.number);
    count_people(&people, &survivor);
    source.merged_into = 0;
    source.merged_by = 0;
    wake(run, &source);
    touch(run, &source);
    touch(run, &survivor);
    run_put(run, ROW_TICKET, &source);
    run_put(run, ROW_TICKET, &survivor);
    changed(run, &source);
}

void ticket_unmerge(struct run *run)
{
    const struct ticket_act *request = run->command->request;
    struct members members;
    struct row_ticket source;

    if (request->number == run->ticket.number ||
        !rows_get(run->rows, ROW_TICKET, request->number, 0, &source)) {
        run_refuse(run, ERROR_ALREADY_DONE, "number", "It is not merged into another ticket.");
        return;
    }
    if (source.merged_by != run->ticket.number) {
        refuse_naming(run, ERROR_INVALID_FIELD, "number", "It came along with #", source.merged_by,
                      "; unmerge that one first.");
        return;
    }
    read_members(run->rows, run->ticket.number, &members);
    unmerge(run, source, &members);
}

/* --- Purging --------------------------------------------------------------------------------- */

bool merge_refuses_member(struct run *run, uint64_t number)
{
    if (number == run->ticket.number) {
        return false;
    }
    refuse_naming(run, ERROR_INVALID_FIELD, "number", "It was merged into #", run->ticket.number,
                  "; unmerge it first, or name that one.");
    return true;
}

static void remove_messages(struct run *run, uint64_t ticket)
{
    struct row_range messages = rows_range(INDEX_MESSAGES, ticket, 0, false);
    uint64_t sequence;

    while (rows_range_next(run->rows, &messages, &sequence)) {
        run_remove(run, ROW_MESSAGE, ticket, sequence);
    }
}

void merge_purge_members(struct run *run, const struct audience *before,
                         const struct audience *after)
{
    struct members members;

    read_members(run->rows, run->ticket.number, &members);
    for (size_t i = 0; i < members.count; i++) {
        struct row_ticket *member = &members.items[i];
        member->title = (struct text){.data = NULL};
        member->problem = (struct text_part){.sequence = 0};
        member->purged = true;
        member->cc_count = 0;
        member->watcher_count = 0;
        touch(run, member);
        rows_subject(run->rows, member->number, before, after, false);
        rows_erase_ticket_texts(run->rows, member->number);
        remove_messages(run, member->number);
        purge_followers(run, member->number);
        run_put(run, ROW_TICKET, member);
    }
}
