/* Taking back what somebody did: the effects of a journal entry, from the last to the first, on the
 * rows as they are now. A row has to be just as the entry left it at every step; otherwise somebody
 * has changed it since, and undo would overwrite that. Nothing here knows what the methods do: one
 * that changes only rows of its tickets needs a row in `undoable` to be taken back, and empties a
 * row before it removes it, since the effect of a removal has no values. */
#include "server/core/undo.h"

#include <string.h>

#include "server/core/commands.h"
#include "server/core/owner.h"
#include "server/core/queue.h"
#include "server/core/sentence.h"
#include "server/core/view.h"

/* Messages are not among what they write: those are withdrawn and retracted. */
static const bool undoable[METHOD_COUNT] = {
    [METHOD_TICKET_UPDATE] = true,    [METHOD_TICKET_TAKE] = true, [METHOD_TICKET_UNTAKE] = true,
    [METHOD_TICKET_STEAL] = true,     [METHOD_TICKET_GIVE] = true, [METHOD_TICKET_CC_ADD] = true,
    [METHOD_TICKET_CC_REMOVE] = true, [METHOD_TICKET_MOVE] = true, [METHOD_TICKET_LINK] = true,
    [METHOD_TICKET_TAG] = true,       [METHOD_TICKET_BULK] = true, [METHOD_TICKET_UNDO] = true,
    [METHOD_TICKET_PEND] = true,      [METHOD_TICKET_OPEN] = true,
};

/* How far the history is searched for who changed something. */
enum { CHANGES_SEARCHED_MAX = 50 };

bool undo_knows(enum method method)
{
    return (unsigned)method < METHOD_COUNT && undoable[method];
}

bool undo_is_own(const struct viewer *viewer, const struct journal_header *header)
{
    return viewer->signed_in && header->actor == viewer->actor && header->subject_count > 0 &&
           undo_knows(header->command);
}

/* A row that the entry changed, on its way back. */
struct touched {
    enum row_kind kind;
    uint64_t a;
    uint64_t b;
    bool there;
    void *row;
};

/* A ticket that the entry is about. */
struct about {
    const struct subject *subject;
    struct row_ticket before;
    struct audience audience; /* before */
};

struct undoing {
    struct run *run;
    struct journal_entry entry;
    struct about *about; /* as many as the entry has subjects */
    struct touched *touched;
    size_t touched_count;
};

/* --- May they? ------------------------------------------------------------------------------- */

static bool find_entry(struct undoing *undoing)
{
    struct run *run = undoing->run;
    const struct ticket_undo *request = run->command->request;
    struct journal_header header;

    /* Somebody else's act and none at all are the same to the asker. */
    if (!rows_journal_header(run->rows, request->sequence, &header) ||
        header.actor != run->viewer.actor || header.subject_count == 0) {
        run_refuse(run, ERROR_NOT_FOUND, "sequence", NULL);
        return false;
    }
    if (!undo_knows(header.command)) {
        run_refuse(run, ERROR_NOT_UNDOABLE, "sequence",
                   "Only changes of tickets can be taken back; a reply is withdrawn or retracted.");
        return false;
    }
    if (header.time_ms + UNDO_LIFE_MS < run->command->time_ms) {
        run_refuse(run, ERROR_NOT_UNDOABLE, "sequence",
                   "It was done more than 24 hours ago; change the ticket instead.");
        return false;
    }
    if (!rows_journal(run->rows, request->sequence, &undoing->entry)) {
        run_refuse(run, ERROR_NOT_FOUND, "sequence", NULL);
        return false;
    }
    return true;
}

static bool find_tickets(struct undoing *undoing)
{
    struct run *run = undoing->run;
    const struct journal_header *header = &undoing->entry.header;

    undoing->about =
        arena_array(rows_arena(run->rows), header->subject_count, sizeof(struct about));
    if (undoing->about == NULL) {
        run_refuse(run, ERROR_NO_MEMORY, NULL, NULL);
        return false;
    }
    for (size_t i = 0; i < header->subject_count; i++) {
        struct about *about = &undoing->about[i];
        about->subject = &header->subjects[i];
        bool found = rows_get(run->rows, ROW_TICKET, about->subject->ticket, 0, &about->before);
        enum relation relation = permission_relation(&run->viewer, found ? &about->before : NULL);
        enum error refusal = permission_check(METHOD_TICKET_UPDATE, &run->viewer, relation);
        if (refusal != ERROR_NONE) {
            run_refuse(run, refusal, refusal == ERROR_NOT_FOUND ? "sequence" : NULL, NULL);
            return false;
        }
        if (about->before.merged_into != 0) {
            run_refuse(run, ERROR_NOT_UNDOABLE, "sequence",
                       "The ticket was merged into another one since; unmerge it first.");
            return false;
        }
        about->audience = run_audience(run, &about->before);
    }
    return true;
}

/* --- Back, step by step ---------------------------------------------------------------------- */

static struct touched *find_touched(struct undoing *undoing, enum row_kind kind, uint64_t a,
                                    uint64_t b)
{
    for (size_t i = undoing->touched_count; i > 0; i--) {
        struct touched *touched = &undoing->touched[i - 1];
        if (touched->kind == kind && touched->a == a && touched->b == b) {
            return touched;
        }
    }
    return NULL;
}

/* NULL without memory. */
static struct touched *touch(struct undoing *undoing, const struct effect *effect)
{
    struct rows *rows = undoing->run->rows;
    struct touched *touched = find_touched(undoing, effect->row, effect->a, effect->b);

    if (touched != NULL) {
        return touched;
    }
    void *row = arena_alloc(rows_arena(rows), row_tables[effect->row].size);
    if (row == NULL) {
        return NULL;
    }
    touched = &undoing->touched[undoing->touched_count++];
    *touched = (struct touched){.kind = effect->row, .a = effect->a, .b = effect->b, .row = row};
    touched->there = rows_get(rows, effect->row, effect->a, effect->b, row);
    if (!touched->there && effect->row == ROW_FOLLOWER) {
        rows_blank(effect->row, effect->a, effect->b, row); /* see reverse */
        touched->there = true;
    }
    return touched;
}

/* How many watch a ticket is not for everybody: whoever began since must not show in a refusal. */
static bool reverse_watchers(const struct touched *touched, const struct effect *effect)
{
    const char *name = touched->kind == ROW_TICKET ? row_field_name(ROW_TICKET, effect->tag) : NULL;
    struct row_ticket *ticket = touched->row;

    if (effect->kind != EFFECT_SET || name == NULL || strcmp(name, "watcher_count") != 0) {
        return false;
    }
    ticket->watcher_count += effect->old_value.number - effect->new_value.number;
    return true;
}

/* False when the row is not as the effect left it, or when what was there before is erased. A row
 * of a follower is there when it says something: that somebody watches, by themselves, is neither
 * overwritten nor told. */
static bool reverse(struct touched *touched, const struct effect *effect)
{
    if ((touched->kind == ROW_FOLLOWER && effect->kind != EFFECT_SET) ||
        reverse_watchers(touched, effect)) {
        return true;
    }
    switch (effect->kind) {
    case EFFECT_CREATE:
        if (!touched->there) {
            return false;
        }
        touched->there = false;
        return true;
    case EFFECT_REMOVE:
        if (touched->there) {
            return false;
        }
        rows_blank(touched->kind, touched->a, touched->b, touched->row);
        touched->there = true;
        return true;
    case EFFECT_SET:
        break;
    }
    if (!touched->there ||
        !rows_field_is(touched->kind, touched->row, effect->tag, &effect->new_value)) {
        return false;
    }
    /* The fields of a row that the entry created go with the row; that of a follower may stay. */
    if (touched->kind == ROW_FOLLOWER && effect->old_value.type == VALUE_NONE) {
        static const struct value none = {.type = VALUE_NUMBER};
        return rows_field_set(touched->kind, touched->row, effect->tag, &none);
    }
    bool was_text = effect->old_value.type == VALUE_TEXT && effect->old_value.text.data == NULL;
    return !was_text &&
           (rows_field_set(touched->kind, touched->row, effect->tag, &effect->old_value) ||
            effect->old_value.type == VALUE_NONE);
}

/* Who changed what the effect is about, as the asker may know it; no data: that is not for them. */
static struct text changed_by(struct undoing *undoing, const struct effect *effect)
{
    struct run *run = undoing->run;
    struct row_range range =
        rows_range(INDEX_HISTORY, effect->a, undoing->entry.header.sequence + 1, false);
    uint64_t sequence;

    for (size_t i = 0; i < CHANGES_SEARCHED_MAX && rows_range_next(run->rows, &range, &sequence);
         i++) {
        struct journal_entry entry;
        struct history_entry line = {0};
        const struct subject *subject;
        if (!rows_journal(run->rows, sequence, &entry) ||
            (subject = rows_subject_of(&entry.header, effect->a)) == NULL ||
            !view_history(run->rows, &run->viewer, &entry, subject, &line)) {
            continue;
        }
        for (size_t k = 0; k < entry.effect_count; k++) {
            const struct effect *other = &entry.effects[k];
            if (other->row == effect->row && other->a == effect->a && other->b == effect->b &&
                other->tag == effect->tag) {
                return entry.header.actor == run->viewer.actor ? text_of("you") : line.actor;
            }
        }
    }
    return (struct text){.data = NULL};
}

static void refuse_changed(struct undoing *undoing, const struct effect *effect)
{
    struct run *run = undoing->run;
    struct text who = changed_by(undoing, effect);
    struct sentence sentence = sentence_begin("#");

    sentence_add_number(&sentence, effect->a);
    sentence_add(&sentence, " was changed since");
    if (who.data != NULL) {
        sentence_add(&sentence, " by ");
        sentence_add_text(&sentence, who);
    }
    sentence_add(&sentence, "; undo would overwrite that.");
    run_refuse(run, ERROR_CHANGED_SINCE, NULL, NULL);
    run->outcome->number = effect->a;
    run->outcome->reason = sentence_text(&sentence, run->rows);
}

static bool walk_back(struct undoing *undoing)
{
    struct run *run = undoing->run;
    const struct journal_entry *entry = &undoing->entry;

    undoing->touched =
        arena_array(rows_arena(run->rows), entry->effect_count, sizeof(struct touched));
    for (size_t i = entry->effect_count; undoing->touched != NULL && i > 0; i--) {
        const struct effect *effect = &entry->effects[i - 1];
        /* What is not a ticket's, such as the name of a new tag, others may use by now. */
        if (!rows_is_of_ticket(effect->row)) {
            continue;
        }
        /* What has been linked since could make a circle of it. */
        if (effect->row == ROW_LINK && effect->kind == EFFECT_REMOVE) {
            run_refuse(run, ERROR_NOT_UNDOABLE, NULL,
                       "A link that is gone is not brought back; link the tickets anew.");
            return false;
        }
        struct touched *touched = touch(undoing, effect);
        if (touched == NULL) {
            undoing->touched = NULL;
        } else if (!reverse(touched, effect)) {
            refuse_changed(undoing, effect);
            return false;
        }
    }
    if (undoing->touched == NULL) {
        run_refuse(run, ERROR_NO_MEMORY, NULL, NULL);
        return false;
    }
    return true;
}

/* Who is out of copy again and does not see the ticket without watches it no more. */
static void settle_followers(struct undoing *undoing)
{
    for (size_t i = 0; i < undoing->touched_count; i++) {
        struct touched *touched = &undoing->touched[i];
        struct row_follower *follower = touched->row;
        struct row_account account;
        if (touched->kind != ROW_FOLLOWER) {
            continue;
        }
        struct touched *ticket = find_touched(undoing, ROW_TICKET, touched->a, 0);
        if (!follower->cc && follower->watching && ticket != NULL &&
            !(rows_get(undoing->run->rows, ROW_ACCOUNT, touched->b, 0, &account) &&
              follower_sees_anyway(undoing->run, ticket->row, &account))) {
            follower->watching = false;
            ((struct row_ticket *)ticket->row)->watcher_count--;
        }
        touched->there = follower->cc || follower->watching;
    }
}

/* --- What comes out of it -------------------------------------------------------------------- */

/* Whether only staff could have changed it so. */
static bool is_work(const struct row_ticket *before, const struct row_ticket *after)
{
    return before->owner != after->owner || before->queue != after->queue ||
           before->requester != after->requester || before->merged_into != after->merged_into;
}

static bool changes_text(const struct row_ticket *before, const struct row_ticket *after)
{
    return !text_equal(before->title, after->title) || before->kind != after->kind ||
           before->problem.sequence != after->problem.sequence ||
           before->problem.part != after->problem.part;
}

/* The rules that hold for what would be, whoever allowed what was. */
static const char *unfit(struct run *run, const struct row_ticket *before,
                         const struct row_ticket *after)
{
    struct row_queue queue;
    struct row_account owner;

    if (is_work(before, after) && permission_relation(&run->viewer, before) != RELATION_CHANGE) {
        return "You may no longer change who works on this ticket.";
    }
    if (changes_text(before, after) && !permission_edits_text(&run->viewer, before)) {
        return "Staff has replied: title, problem and kind stay as they are now; write a reply "
               "instead.";
    }
    if (after->state != STATE_RESOLVED && !lifecycle_may_reopen(run, before)) {
        return "It was resolved too long ago to be opened again; write a reply, which opens a new "
               "ticket that goes on from this one.";
    }
    if (before->queue != after->queue &&
        (permission_rights(&run->viewer, after->queue) & RIGHT_CREATE) == 0) {
        return "You have no right to put tickets into the queue it came from.";
    }
    if (before->queue != after->queue && queue_read(run->rows, after->queue, &queue) &&
        queue.closed) {
        return "The queue it came from is closed and takes no more tickets.";
    }
    if (after->owner == before->owner || after->owner == 0) {
        return NULL;
    }
    if (!ticket_owner_fits(run->rows, after, after->queue)) {
        return "Who owned it before may not own tickets of this queue any more.";
    }
    return rows_get(run->rows, ROW_ACCOUNT, after->owner, 0, &owner) &&
                   owner.state == ACCOUNT_ACTIVE
               ? NULL
               : "Who owned it before can't sign in any more.";
}

/* The ticket as it will be; a version never goes back, and what left it alone is taken back so. */
static struct row_ticket ticket_after(struct undoing *undoing, const struct about *about)
{
    const struct touched *touched = find_touched(undoing, ROW_TICKET, about->subject->ticket, 0);
    struct row_ticket after = about->before;

    if (touched == NULL || !touched->there) {
        return after;
    }
    memcpy(&after, touched->row, sizeof after);
    if (after.version != about->before.version) {
        after.version = about->before.version + 1;
        after.updated_ms = undoing->run->command->time_ms;
    }
    return after;
}

static bool has_too_many_tags(struct undoing *undoing, uint64_t ticket)
{
    struct row_range range = rows_range(INDEX_TAGS_OF_TICKET, ticket, 0, false);
    size_t count = 0;
    size_t back = 0;
    uint64_t id;

    for (size_t i = 0; i < undoing->touched_count; i++) {
        const struct touched *touched = &undoing->touched[i];
        back += touched->kind == ROW_TICKET_TAG && touched->a == ticket && touched->there;
    }
    while (back > 0 && rows_range_next(undoing->run->rows, &range, &id)) {
        const struct touched *touched = find_touched(undoing, ROW_TICKET_TAG, ticket, id);
        count += touched == NULL || touched->there;
    }
    return count + back > TICKET_TAGS_MAX;
}

static bool check_tickets(struct undoing *undoing)
{
    for (size_t i = 0; i < undoing->entry.header.subject_count; i++) {
        struct row_ticket after = ticket_after(undoing, &undoing->about[i]);
        const char *problem = unfit(undoing->run, &undoing->about[i].before, &after);
        if (problem != NULL) {
            run_refuse(undoing->run, ERROR_FORBIDDEN, NULL, problem);
            return false;
        }
        if (has_too_many_tags(undoing, after.number)) {
            run_refuse(undoing->run, ERROR_TOO_MANY, NULL,
                       "The ticket has got other tags since and would have more than 16.");
            return false;
        }
    }
    return true;
}

static void put_tickets(struct undoing *undoing)
{
    struct run *run = undoing->run;
    for (size_t i = 0; i < undoing->entry.header.subject_count; i++) {
        const struct about *about = &undoing->about[i];
        struct row_ticket after = ticket_after(undoing, about);
        run_subject(run, &about->before, &after, about->subject->staff_only);
        if (find_touched(undoing, ROW_TICKET, after.number, 0) != NULL) {
            run_put(run, ROW_TICKET, &after);
            lifecycle_timer(run, &about->before, &after);
        }
        run->outcome->results[i] = (struct ticket_result){
            .number = after.number, .code = ERROR_NONE, .version = after.version};
        present_mark(&run->outcome->results[i].present, TICKET_RESULT_VERSION);
    }
}

static void put_others(struct undoing *undoing)
{
    for (size_t i = 0; i < undoing->touched_count; i++) {
        const struct touched *touched = &undoing->touched[i];
        if (touched->kind == ROW_TICKET) {
            continue;
        }
        if (!touched->there) {
            /* Emptied first, so that the entry has what it said and can be taken back too. */
            rows_blank(touched->kind, touched->a, touched->b, touched->row);
        }
        run_put(undoing->run, touched->kind, touched->row);
        if (!touched->there) {
            run_remove(undoing->run, touched->kind, touched->a, touched->b);
        }
    }
}

/* Only now do the rows say who is in copy. */
static void name_audiences(struct undoing *undoing)
{
    struct run *run = undoing->run;
    for (size_t i = 0; i < undoing->entry.header.subject_count; i++) {
        const struct about *about = &undoing->about[i];
        struct row_ticket after = ticket_after(undoing, about);
        struct audience audience = run_audience(run, &after);
        rows_subject(run->rows, after.number, &about->audience, &audience,
                     about->subject->staff_only);
    }
}

void ticket_undo(struct run *run)
{
    struct undoing undoing = {.run = run};

    if (!find_entry(&undoing) || !find_tickets(&undoing) || !walk_back(&undoing) ||
        !check_tickets(&undoing)) {
        return;
    }
    settle_followers(&undoing);
    size_t count = undoing.entry.header.subject_count;
    run->outcome->results = arena_array(rows_arena(run->rows), count, sizeof(struct ticket_result));
    if (run->outcome->results == NULL) {
        run_refuse(run, ERROR_NO_MEMORY, NULL, NULL);
        return;
    }
    run->outcome->result_count = count;
    put_tickets(&undoing);
    put_others(&undoing);
    name_audiences(&undoing);
    run->outcome->number = run->outcome->results[0].number;
    run->outcome->version = run->outcome->results[0].version;
}
