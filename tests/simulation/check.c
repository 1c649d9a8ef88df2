#include "tests/simulation/check.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/codec.h"
#include "server/core/links.h"
#include "server/core/queue.h"
#include "server/core/settings.h"
#include "server/core/unread.h"
#include "server/core/view.h"

/* Somebody who looks, in both worlds. */
struct reader {
    struct play *play;
    struct rows *rows;
    struct viewer viewer;
    struct model_who who;
};

static void differs(struct play *play, const char *what, uint64_t number)
{
    fail_msg("seed %" PRIu64 ", step %zu: %s (%" PRIu64 ")", play->seed, play->step, what, number);
}

#define same(play, condition, number)                                                              \
    ((condition) ? (void)0 : differs((play), "not so: " #condition, (number)))

/* Nothing that leaves for somebody without the right to read may hold a word of a note. */
static void leaves(const struct reader *reader, uint64_t ticket, const struct table *table,
                   const void *message)
{
    struct buffer buffer = {.data = NULL};
    size_t length = strlen(CANARY);

    if (model_looks_inside(&reader->play->model, &reader->who, ticket)) {
        return;
    }
    codec_write_response(&buffer, 1, table, message);
    assert_false(buffer.failed);
    for (size_t i = 0; i + length <= buffer.length; i++) {
        if (memcmp(buffer.data + i, CANARY, length) == 0) {
            differs(reader->play, "a note left for a user", i);
        }
    }
    buffer_finish(&buffer);
}

static struct reader look(struct play *play, struct rows *rows, const struct origin *origin)
{
    struct reader reader = {.play = play, .rows = rows};

    permission_viewer(rows, origin, play->wisher.now_ms, &reader.viewer);
    reader.who = model_who(&play->model, origin, play->wisher.now_ms);
    same(play, reader.viewer.signed_in == (reader.who.account != NULL), origin->sign_in);
    same(play, reader.viewer.elevated == reader.who.in_admin_mode, origin->sign_in);
    same(play, reader.viewer.console == reader.who.console, origin->sign_in);
    if (reader.viewer.signed_in) {
        same(play, model_same(reader.who.account->name, reader.viewer.account.name),
             origin->sign_in);
    }
    return reader;
}

static void for_each_reader(struct play *play, struct rows *rows,
                            void (*visit)(const struct reader *reader))
{
    struct origin nobody = {.connection = 1};

    struct reader reader = look(play, rows, &nobody);
    visit(&reader);
    for (size_t i = 0; i < play->wisher.origin_count; i++) {
        reader = look(play, rows, &play->wisher.origins[i]);
        visit(&reader);
    }
}

/* --- One command ----------------------------------------------------------------------------- */

static void describe(const struct wish *wish, const struct outcome *outcome,
                     const struct model_answer *expected)
{
    print_error("%s: core %s %.*s number %" PRIu64 " version %" PRIu64 " sequence %" PRIu64
                ", model %s %s number %" PRIu64 " version %" PRIu64 " sequence %" PRIu64 "\n",
                methods[wish->command.method].name, error_name(outcome->verdict),
                (int)outcome->field.length, outcome->field.length > 0 ? outcome->field.data : "",
                outcome->number, outcome->version, outcome->sequence, error_name(expected->verdict),
                expected->field != NULL ? expected->field : "", expected->number, expected->version,
                expected->sequence);
}

static bool agree(const struct outcome *outcome, const struct model_answer *expected)
{
    const char *field = expected->field != NULL ? expected->field : "";

    return outcome->verdict == expected->verdict && outcome->number == expected->number &&
           outcome->version == expected->version && outcome->sequence == expected->sequence &&
           outcome->sign_in == expected->sign_in && outcome->until_ms == expected->until_ms &&
           outcome->repeated == expected->repeated && model_same(field, outcome->field) &&
           model_same(expected->name, outcome->name) &&
           outcome->current.number == expected->current;
}

static struct failure failure_of(const struct outcome *outcome)
{
    struct failure failure = {
        .code = outcome->verdict,
        .message = outcome->reason,
        .field = outcome->field,
        .current = outcome->current,
    };
    present_mark(&failure.present, FAILURE_CODE);
    present_mark(&failure.present, FAILURE_MESSAGE);
    present_mark(&failure.present, FAILURE_FIELD);
    if (outcome->current.number != 0) {
        present_mark(&failure.present, FAILURE_CURRENT);
    }
    return failure;
}

void check_answer(struct play *play, const struct wish *wish, const struct outcome *outcome,
                  const struct model_answer *expected)
{
    if (!agree(outcome, expected)) {
        describe(wish, outcome, expected);
        differs(play, "core and model do not agree", wish->command.method);
    }
    for (size_t i = 0; wish->command.method == METHOD_TICKET_BULK && i < outcome->result_count;
         i++) {
        same(play, outcome->results[i].number == wish->tickets[i].number, i);
        same(play, outcome->results[i].code == play->model.results[i], i);
    }
    if (outcome->current.number != 0) {
        struct reader reader = {.play = play};
        struct failure failure = failure_of(outcome);
        reader.who = model_who(&play->model, &wish->command.origin, play->wisher.now_ms);
        bool shows_notes = present_has(outcome->current.present, TICKET_NOTE_COUNT);
        bool looks = model_looks_inside(&play->model, &reader.who, outcome->current.number);
        same(play, shows_notes == looks, outcome->number);
        leaves(&reader, outcome->current.number, &failure_table, &failure);
    }
}

void check_before(struct play *play)
{
    const struct wisher *wisher = &play->wisher;

    for (size_t i = 0; i < wisher->origin_count; i++) {
        play->signed_in[i] =
            model_who(&play->model, &wisher->origins[i], wisher->now_ms).account != NULL;
    }
}

void check_endings(struct play *play, const struct wish *wish, const struct outcome *outcome)
{
    const struct wisher *wisher = &play->wisher;
    const struct model_sign_in *sign_ins = play->model.sign_ins;

    for (size_t i = 0; i < wisher->origin_count; i++) {
        const struct origin *origin = &wisher->origins[i];
        if (!play->signed_in[i] ||
            model_who(&play->model, origin, wisher->now_ms).account != NULL) {
            continue;
        }
        for (size_t k = 0; k < play->model.sign_in_count; k++) {
            if (sign_ins[k].id == origin->sign_in) {
                same(play, outcome->ended_account == sign_ins[k].account + 1, wish->command.method);
            }
        }
    }
}

/* Of this ticket's history, which has one. */
static const struct model_line *last_line(struct play *play, uint64_t ticket)
{
    size_t i = play->model.line_count;
    while (i > 0 && play->model.lines[i - 1].ticket != ticket) {
        i--;
    }
    same(play, i > 0, ticket);
    return &play->model.lines[i - 1];
}

/* The event of the last command as one connection would be sent it. */
static void visit_event(const struct reader *reader)
{
    struct play *play = reader->play;
    const struct journal_header *header = &play->desk.entry.header;
    const struct subject *subject = &header->subjects[0];
    uint64_t ticket = subject->ticket;
    struct feed_event event = {.number = ticket};
    struct row_ticket row;

    uint64_t survivor = model_survivor(&play->model, ticket);
    bool sees = permission_in_audience(&reader->viewer, &subject->after);
    same(play, sees == model_reads(&play->model, &reader->who, survivor), ticket);
    bool told = sees && view_history(reader->rows, &reader->viewer, &play->desk.entry, subject,
                                     &event.entry);
    const struct model_line *line = last_line(play, ticket);
    same(play, line->sequence == header->sequence, ticket);
    bool looks = model_looks_inside(&play->model, &reader->who, survivor);
    bool tells = !line->is_watch && (!line->is_note || looks);
    same(play, told == (sees && tells), ticket);
    if (told) {
        same(play, rows_get(reader->rows, ROW_TICKET, ticket, 0, &row), ticket);
        view_ticket(reader->rows, &reader->viewer, &row, &event.ticket);
        leaves(reader, ticket, notifications[NOTIFICATION_FEED_EVENT].table, &event);
    }
}

void check_event(struct play *play)
{
    bool alone = play->desk.rows == NULL;

    if (play->desk.entry.header.sequence == 0 || play->desk.entry.header.subject_count == 0) {
        return;
    }
    if (alone) {
        desk_read(&play->desk);
    }
    for_each_reader(play, play->desk.rows, visit_event);
    if (alone) {
        desk_read_end(&play->desk);
    }
}

/* --- Accounts -------------------------------------------------------------------------------- */

static void check_account(struct play *play, struct rows *rows, uint64_t id)
{
    const struct model_account *expected = &play->model.accounts[id - 1];
    struct row_account row;
    struct account account;

    same(play, rows_get(rows, ROW_ACCOUNT, id, 0, &row), id);
    view_account(rows, &row, &account);
    same(play, model_same(expected->name, account.name), id);
    same(play, model_same(expected->email, account.email), id);
    same(play, model_same(expected->display_name, account.display_name), id);
    same(play, account.role == expected->role && account.state == expected->state, id);
    same(play, account.version == expected->version, id);
    same(play, account.created_ms == expected->created_ms, id);
    same(play, row.password_version == expected->password_version, id);
    same(play, row.second_factor == expected->has_factor, id);
    struct row_totp factor;
    bool begun = rows_get(rows, ROW_TOTP, id, 0, &factor);
    same(play, begun == (expected->factor.id != 0), id);
    same(play, !begun || factor.last_step == expected->factor.last_step, id);
    same(play, present_has(account.present, ACCOUNT_REQUESTED_ROLE) == expected->asks, id);
    same(play, !expected->asks || account.requested_role == expected->asks_for, id);

    struct row_account found;
    same(play, rows_find_account_by_name(rows, account.name, &found) && found.id == id, id);
    same(play, rows_find_account_by_email(rows, account.email, &found) && found.id == id, id);
    struct row_role_request asks;
    same(play, rows_get(rows, ROW_ROLE_REQUEST, id, 0, &asks) == expected->asks, id);
    same(play, !expected->asks || model_same(expected->asks_why, asks.reason), id);
}

/* Walks a whole group of an index; the ids have to be those that `expects` says. */
static void check_index(struct play *play, struct rows *rows, enum row_index index, uint64_t group,
                        size_t count,
                        bool (*expects)(const struct model *model, uint64_t group, uint64_t id))
{
    struct row_range range = rows_range(index, group, 0, false);
    uint64_t id = 0;
    bool more = rows_range_next(rows, &range, &id);

    for (uint64_t i = 1; i <= count; i++) {
        bool listed = more && id == i;
        same(play, listed == expects(&play->model, group, i), i);
        if (listed) {
            more = rows_range_next(rows, &range, &id);
        }
    }
    same(play, !more, id);
}

static bool is_account(const struct model *model, uint64_t group, uint64_t id)
{
    (void)group;
    return id <= model->account_count;
}

static bool is_admin(const struct model *model, uint64_t group, uint64_t id)
{
    (void)group;
    return model->accounts[id - 1].role == ROLE_ADMIN &&
           model->accounts[id - 1].state == ACCOUNT_ACTIVE;
}

static bool is_asking(const struct model *model, uint64_t group, uint64_t id)
{
    (void)group;
    return model->accounts[id - 1].asks;
}

static bool is_live(const struct model *model, uint64_t group, uint64_t number)
{
    (void)group;
    return !model->tickets[number - 1].deleted && model->tickets[number - 1].merged_into == 0;
}

static bool is_merged(const struct model *model, uint64_t group, uint64_t number)
{
    return model->tickets[number - 1].merged_into == group;
}

static bool is_deleted(const struct model *model, uint64_t group, uint64_t number)
{
    (void)group;
    return model->tickets[number - 1].deleted && !model->tickets[number - 1].purged;
}

static bool is_of_requester(const struct model *model, uint64_t group, uint64_t number)
{
    return is_live(model, group, number) && model->tickets[number - 1].requester + 1 == group;
}

static bool is_of_owner(const struct model *model, uint64_t group, uint64_t number)
{
    return is_live(model, group, number) && model->tickets[number - 1].owner == group;
}

static bool is_of_copy(const struct model *model, uint64_t group, uint64_t number)
{
    return model->tickets[number - 1].cc[group - 1];
}

static bool is_of_queue(const struct model *model, uint64_t group, uint64_t number)
{
    return is_live(model, group, number) && model->tickets[number - 1].queue + 1 == group;
}

static void check_indexes(struct play *play, struct rows *rows)
{
    size_t accounts = play->model.account_count;
    size_t tickets = play->model.ticket_count;

    check_index(play, rows, INDEX_ACCOUNTS, 0, accounts, is_account);
    check_index(play, rows, INDEX_ADMINS, 0, accounts, is_admin);
    check_index(play, rows, INDEX_ROLE_REQUESTS, 0, accounts, is_asking);
    check_index(play, rows, INDEX_TICKETS, 0, tickets, is_live);
    check_index(play, rows, INDEX_TICKETS_DELETED, 0, tickets, is_deleted);
    for (uint64_t number = 1; number <= tickets; number++) {
        check_index(play, rows, INDEX_TICKETS_MERGED, number, tickets, is_merged);
    }
    for (uint64_t id = 1; id <= play->model.queue_count; id++) {
        check_index(play, rows, INDEX_TICKETS_BY_QUEUE, id, tickets, is_of_queue);
    }
    for (uint64_t id = 1; id <= accounts; id++) {
        check_index(play, rows, INDEX_TICKETS_BY_REQUESTER, id, tickets, is_of_requester);
        check_index(play, rows, INDEX_TICKETS_BY_OWNER, id, tickets, is_of_owner);
        check_index(play, rows, INDEX_TICKETS_BY_CC, id, tickets, is_of_copy);
    }
}

/* --- Tickets --------------------------------------------------------------------------------- */

/* What the reader is told of one account that may follow the ticket. */
static void check_follower(const struct reader *reader, const struct row_ticket *row, size_t i)
{
    struct play *play = reader->play;
    const struct model *model = &play->model;
    const struct model_ticket *expected = &model->tickets[row->number - 1];
    bool tells = model_looks_inside(model, &reader->who, row->number) ||
                 &model->accounts[i] == reader->who.account;
    struct row_follower found;
    struct follower follower = {.cc = false};

    bool there = rows_get(reader->rows, ROW_FOLLOWER, row->number, i + 1, &found);
    same(play, there == (expected->cc[i] || expected->watching[i]), row->number);
    if (!there) {
        return;
    }
    bool told = view_follower(reader->rows, &reader->viewer, row, &found, &follower);
    same(play, told == (tells || expected->cc[i]), row->number);
    if (told) {
        same(play, model_same(model->accounts[i].name, follower.name), row->number);
        same(play, follower.cc == expected->cc[i], row->number);
        same(play, present_has(follower.present, FOLLOWER_WATCHING) == tells, row->number);
        same(play, follower.watching == (tells && expected->watching[i]), row->number);
    }
}

static void check_people(const struct reader *reader, const struct row_ticket *row,
                         const struct ticket *ticket)
{
    struct play *play = reader->play;
    const struct model *model = &play->model;
    const struct model_ticket *expected = &model->tickets[row->number - 1];
    const char *owner = expected->owner > 0 ? model->accounts[expected->owner - 1].name : "";
    uint64_t in_copy = 0;
    uint64_t watching = 0;

    same(play, model_same(owner, ticket->owner), row->number);
    for (size_t i = 0; i < model->account_count; i++) {
        in_copy += expected->cc[i];
        watching += expected->watching[i];
        check_follower(reader, row, i);
    }
    same(play, row->cc_count == in_copy && row->watcher_count == watching, row->number);
}

static void check_tags(struct play *play, const struct model_ticket *expected,
                       const struct ticket *ticket, bool is_staff, uint64_t number)
{
    char line[TAGS_MAX + 1] = "";

    for (size_t i = 0; i < expected->tag_count; i++) {
        strcat(strcat(line, i > 0 ? " " : ""), expected->tags[i]);
    }
    same(play, present_has(ticket->present, TICKET_TAGS) == is_staff, number);
    same(play, !is_staff || model_same(line, ticket->tags), number);
}

static void check_ticket(const struct reader *reader, uint64_t number, const struct row_ticket *row)
{
    struct play *play = reader->play;
    const struct model *model = &play->model;
    const struct model_ticket *expected = &model->tickets[number - 1];
    bool looks = model_looks_inside(model, &reader->who, number);
    bool works = model_works_on(model, &reader->who, number);
    uint64_t replies = 0;
    uint64_t notes = 0;
    struct ticket ticket;

    for (size_t i = 0; i < model->message_count; i++) {
        bool here = model->messages[i].ticket == number;
        notes += here && model->messages[i].is_note;
        replies += here && !model->messages[i].is_note && !model->messages[i].is_held;
    }
    view_ticket(reader->rows, &reader->viewer, row, &ticket);
    leaves(reader, number, &ticket_table, &ticket);
    same(play, ticket.number == number && ticket.version == expected->version, number);
    same(play, model_same(expected->title, ticket.title), number);
    same(play, model_same(expected->problem, rows_part(reader->rows, &row->problem)), number);
    same(play, ticket.kind == expected->kind && ticket.severity == expected->severity, number);
    bool resolved = expected->state == STATE_RESOLVED;
    same(play, ticket.state == expected->state, number);
    same(play, (ticket.status == STATUS_RESOLVED) == resolved, number);
    same(play, resolved || (unsigned)ticket.status == (unsigned)expected->severity, number);
    same(play, model_same(model->accounts[expected->requester].name, ticket.requester), number);
    same(play, ticket.created_ms == expected->created_ms, number);
    same(play, ticket.updated_ms == expected->updated_ms, number);
    same(play, ticket.reply_count == replies, number);
    same(play, present_has(ticket.present, TICKET_NOTE_COUNT) == looks, number);
    same(play, present_has(ticket.present, TICKET_QUEUE) == looks, number);
    same(play, !looks || model_same(model->queues[expected->queue].name, ticket.queue), number);
    same(play, ticket.note_count == (looks ? notes : 0), number);
    bool is_guest = model_is_guest(model, &reader->who, number);
    same(play,
         ticket.editable == (!expected->deleted && (works || (!is_guest && !expected->answered))),
         number);
    check_people(reader, row, &ticket);
    same(play, ticket.deleted == expected->deleted, number);
    same(play, row->merged_into == expected->merged_into, number);
    check_tags(play, expected, &ticket, looks, number);
}

static void check_lifecycle(const struct reader *reader, uint64_t number,
                            const struct row_ticket *row)
{
    struct play *play = reader->play;
    const struct model *model = &play->model;
    const struct model_ticket *expected = &model->tickets[number - 1];
    const struct model_ticket *before =
        expected->follows != 0 ? &model->tickets[expected->follows - 1] : NULL;
    bool is_own = before != NULL && before->requester == expected->requester &&
                  reader->who.account == &model->accounts[expected->requester];
    bool follows = before != NULL && !before->deleted && !before->purged &&
                   (is_own || (before->queue == expected->queue &&
                               model_looks_inside(model, &reader->who, number)));
    struct row_timer timer;
    struct ticket ticket;

    view_ticket(reader->rows, &reader->viewer, row, &ticket);
    same(play, ticket.pending_until_ms == expected->pending_until_ms, number);
    same(play, ticket.last_pending_until_ms == expected->last_pending_until_ms, number);
    same(play, ticket.resolved_ms == expected->resolved_ms, number);
    same(play, ticket.follows == (follows ? expected->follows : 0), number);
    same(play, present_has(ticket.present, TICKET_OPENED_BY) == (expected->opened_by != 0), number);
    same(play,
         expected->opened_by == 0 ||
             model_same(model->accounts[expected->opened_by - 1].name, ticket.opened_by),
         number);
    same(play,
         rows_get(reader->rows, ROW_TIMER, expected->pending_until_ms, model_timer(number),
                  &timer) == expected->has_timer,
         number);
}

static void check_messages(const struct reader *reader, uint64_t number)
{
    struct play *play = reader->play;
    const struct model *model = &play->model;
    struct row_range range = rows_range(INDEX_MESSAGES, number, 0, false);
    struct row_message row;
    struct message message;
    uint64_t sequence;

    for (size_t i = 0; i < model->message_count; i++) {
        const struct model_message *expected = &model->messages[i];
        if (expected->ticket != number) {
            continue;
        }
        same(play, rows_range_next(reader->rows, &range, &sequence), number);
        same(play, sequence == expected->sequence, number);
        same(play, rows_get(reader->rows, ROW_MESSAGE, number, sequence, &row), sequence);
        bool sees = view_message(reader->rows, &reader->viewer, &row, &message);
        bool hidden = expected->is_note || expected->is_held;
        same(play, sees == (!hidden || model_looks_inside(model, &reader->who, number)), sequence);
        if (!sees) {
            continue;
        }
        leaves(reader, number, &message_table, &message);
        same(play, model_same(expected->text, message.text), sequence);
        same(play, model_same(model->accounts[expected->author].name, message.author), sequence);
        same(play, message.author_role == expected->author_role, sequence);
        same(play, message.time_ms == expected->time_ms, sequence);
        same(play, (message.kind == MESSAGE_NOTE) == expected->is_note, sequence);
        same(play, (message.state == MESSAGE_HELD) == expected->is_held, sequence);
        same(play, message.release_ms == expected->release_ms, sequence);
        same(play, (message.state == MESSAGE_RETRACTED) == expected->is_retracted, sequence);
        same(play, message.edited_ms == expected->edited_ms, sequence);
    }
    same(play, !rows_range_next(reader->rows, &range, &sequence), number);
}

/* One's own marks, and what one may see of the messages behind them. */
static void check_unread(const struct reader *reader, uint64_t number, const struct row_ticket *row)
{
    struct play *play = reader->play;
    uint64_t looked;

    if (reader->who.account != NULL) {
        same(play,
             unread_count(reader->rows, &reader->viewer, row, &looked) ==
                 model_unread(&play->model, &reader->who, number),
             number);
    }
}

/* Between two tickets there can be several, when others were merged into them. */
static bool is_linked(const struct model *model, uint64_t number, const struct link_end *end)
{
    for (size_t i = 0; i < model->link_count; i++) {
        const struct model_link *link = &model->links[i];
        uint64_t from = model_survivor(model, link->from);
        uint64_t to = model_survivor(model, link->to);
        if (from == number && to == end->other.number && link->kind == end->kind) {
            return true;
        }
        if (from == end->other.number && to == number && link_inverse(link->kind) == end->kind) {
            return true;
        }
    }
    return false;
}

static void check_links(const struct reader *reader, uint64_t number)
{
    struct play *play = reader->play;
    struct link_walk walk = links_walk(reader->rows, number);
    struct link_end end;
    size_t count = 0;

    while (links_next(&walk, &end)) {
        same(play, is_linked(&play->model, number, &end), number);
        count++;
    }
    for (size_t i = 0; i < play->model.link_count; i++) {
        const struct model_link *link = &play->model.links[i];
        bool from = model_survivor(&play->model, link->from) == number;
        count -= from != (model_survivor(&play->model, link->to) == number);
    }
    same(play, count == 0, number);
}

static void check_history(const struct reader *reader, uint64_t number)
{
    struct play *play = reader->play;
    const struct model *model = &play->model;
    struct row_range range = rows_range(INDEX_HISTORY, number, 0, false);
    struct journal_entry entry;
    struct history_entry line;
    uint64_t sequence;

    for (size_t i = 0; i < model->line_count; i++) {
        const struct model_line *expected = &model->lines[i];
        if (expected->ticket != number) {
            continue;
        }
        same(play, rows_range_next(reader->rows, &range, &sequence), number);
        same(play, sequence == expected->sequence, number);
        same(play, rows_journal(reader->rows, sequence, &entry), sequence);
        const struct subject *subject = rows_subject_of(&entry.header, number);
        same(play, subject != NULL, sequence);
        bool sees = view_history(reader->rows, &reader->viewer, &entry, subject, &line);
        uint64_t survivor = model_survivor(model, number);
        bool looks = model_looks_inside(model, &reader->who, survivor);
        bool tells = !expected->is_watch && !expected->is_silent;
        same(play,
             sees == (tells && model_reads(model, &reader->who, survivor) &&
                      (!expected->is_note || looks)),
             sequence);
        if (sees) {
            leaves(reader, number, &history_entry_table, &line);
            same(play, line.what == (looks ? expected->method : expected->for_users), sequence);
            same(play, model_same(expected->actor, line.actor), sequence);
            same(play, line.changes.count > 0, sequence);
        }
    }
    same(play, !rows_range_next(reader->rows, &range, &sequence), number);
}

/* Queues as each one knows of them, with the rights that they have. */
static void visit_queues(const struct reader *reader)
{
    struct play *play = reader->play;
    const struct model *model = &play->model;
    struct queue_walk walk = queue_walk();
    struct row_queue row;

    for (size_t i = 0; i < model->queue_count; i++) {
        const struct model_queue *expected = &model->queues[i];
        same(play, queue_next(reader->rows, &walk, &row), i);
        same(play, model_same(expected->name, row.name), i);
        same(play, row.version == expected->version && row.closed == expected->closed, i);
        same(play, row.staff_only == expected->staff_only, i);
        same(play, row.members_only == expected->members_only, i);
        if (reader->who.account != NULL) {
            same(play,
                 queue_is_seen(&reader->viewer, &row) == model_knows_queue(model, &reader->who, i),
                 i);
            same(play,
                 permission_rights(&reader->viewer, row.id) ==
                     model_rights(model, reader->who.account, i),
                 i);
        }
    }
    same(play, !queue_next(reader->rows, &walk, &row), model->queue_count);
}

static void visit_tickets(const struct reader *reader)
{
    struct play *play = reader->play;
    struct row_ticket row;

    for (uint64_t number = 1; number <= play->model.ticket_count + 1; number++) {
        bool found = rows_get(reader->rows, ROW_TICKET, number, 0, &row);
        enum relation relation = permission_relation(&reader->viewer, found ? &row : NULL);
        bool reads = permission_check(METHOD_TICKET_GET, &reader->viewer, relation) == ERROR_NONE;
        same(play, reads == model_reads(&play->model, &reader->who, number), number);
        if (reads) {
            check_ticket(reader, number, &row);
            check_lifecycle(reader, number, &row);
            check_messages(reader, number);
            check_unread(reader, number, &row);
            if (row.merged_into == 0) {
                check_links(reader, number);
            }
            check_history(reader, number);
        }
    }
}

static void check_canned(struct play *play, struct rows *rows)
{
    struct row_range range = rows_range(INDEX_CANNED, 0, 0, false);
    struct row_canned row;
    uint64_t id;

    for (size_t i = 0; i < play->model.canned_count; i++) {
        const struct model_canned *expected = &play->model.canned[i];
        same(play, rows_range_next(rows, &range, &id), i);
        same(play, rows_get(rows, ROW_CANNED, id, 0, &row), id);
        same(play, model_same(expected->name, row.name), id);
        same(play, model_same(expected->title, row.title), id);
        same(play, model_same(expected->text, rows_part(rows, &row.text)), id);
        same(play, row.version == expected->version, id);
    }
    same(play, !rows_range_next(rows, &range, &id), play->model.canned_count);
}

static const struct model_draft *find_draft(const struct model *model, const struct row_draft *row)
{
    for (size_t i = 0; i < model->draft_count; i++) {
        const struct model_draft *draft = &model->drafts[i];
        if (draft->account + 1 == row->account && draft->number == row->place / 2 &&
            draft->what == row->what) {
            return draft;
        }
    }
    return NULL;
}

static void check_drafts(struct play *play, struct rows *rows)
{
    struct row_draft row;
    uint64_t place;
    size_t count = 0;

    for (uint64_t account = 1; account <= play->model.account_count; account++) {
        struct row_range range = rows_range(INDEX_DRAFTS, account, 0, false);
        while (rows_range_next(rows, &range, &place)) {
            same(play, rows_get(rows, ROW_DRAFT, account, place, &row), account);
            const struct model_draft *expected = find_draft(&play->model, &row);
            same(play, expected != NULL, row.place / 2);
            same(play, model_same(expected->title, row.title), account);
            same(play, model_same(expected->text, row.text), account);
            same(play, row.updated_ms == expected->updated_ms, account);
            count++;
        }
    }
    same(play, count == play->model.draft_count, count);
}

void check_everything(struct play *play)
{
    struct rows *rows = desk_read(&play->desk);
    struct row_settings settings = settings_read(rows);

    same(play, settings.registration == play->model.registration, 0);
    same(play, settings.undo_send_seconds == play->model.undo_seconds, 0);
    same(play, settings.version == play->model.settings_version, 0);
    same(play, settings.admin_second_factor == play->model.admin_factor, 0);
    same(play, rows_sequence(rows) == play->model.sequence, 0);
    for (uint64_t id = 1; id <= play->model.account_count; id++) {
        check_account(play, rows, id);
    }
    check_indexes(play, rows);
    check_canned(play, rows);
    check_drafts(play, rows);
    for_each_reader(play, rows, visit_queues);
    for_each_reader(play, rows, visit_tickets);
    desk_read_end(&play->desk);
}
