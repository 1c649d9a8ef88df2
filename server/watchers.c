#include "server/watchers.h"

#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"
#include "server/core/queue.h"
#include "server/core/survivor.h"
#include "server/core/view.h"
#include "server/events.h"
#include "server/replies.h"
#include "server/subscriptions.h"

enum { REPLAY_WORK_MAX = 32 << 20 }; /* reading all again is cheaper than a replay of more */

struct watchers {
    struct watchers_settings settings;
    struct subscriptions subscriptions;
    struct number_map by_account; /* the first session of each account that has some */
    struct number_map viewers;    /* by session, while a batch is told; in the snapshot's arena */
};

struct watchers *watchers_create(const struct watchers_settings *settings)
{
    struct watchers *watchers = calloc(1, sizeof *watchers);
    if (watchers != NULL) {
        watchers->settings = *settings;
    }
    return watchers;
}

void watchers_destroy(struct watchers *watchers)
{
    if (watchers == NULL) {
        return;
    }
    subscriptions_finish(&watchers->subscriptions);
    number_map_finish(&watchers->by_account);
    number_map_finish(&watchers->viewers);
    free(watchers);
}

/* --- Sessions by account --------------------------------------------------------------------- */

static void account_leave(struct watchers *watchers, struct session *session)
{
    if (session->account == 0) {
        return;
    }
    struct session *first = number_map_get(&watchers->by_account, session->account);
    if (first == session) {
        if (session->account_next != NULL) {
            (void)number_map_put(&watchers->by_account, session->account, session->account_next);
        } else {
            (void)number_map_remove(&watchers->by_account, session->account);
        }
    } else {
        while (first != NULL && first->account_next != session) {
            first = first->account_next;
        }
        if (first != NULL) {
            first->account_next = session->account_next;
        }
    }
    session->account_next = NULL;
}

/* The session's sign-in is now this one; 0: none. */
static void change_sign_in(struct watchers *watchers, struct session *session, uint64_t sign_in,
                           uint64_t account)
{
    if (watchers->settings.on_sign_in_changes != NULL) {
        watchers->settings.on_sign_in_changes(watchers->settings.context, session);
    }
    subscriptions_remove_all(&watchers->subscriptions, session);
    account_leave(watchers, session);
    (void)number_map_remove(&watchers->viewers, session->id);
    session->acting_for = 0;
    session_signed_in(session, sign_in, account);
    if (account == 0) {
        return;
    }
    session->account_next = number_map_get(&watchers->by_account, account);
    if (!number_map_put(&watchers->by_account, account, session)) {
        session->account_next = NULL;
        session_drop(session, ERROR_NO_MEMORY); /* nobody could end its sign-in any more */
    }
}

void watchers_forget(struct watchers *watchers, struct session *session)
{
    subscriptions_remove_all(&watchers->subscriptions, session);
    account_leave(watchers, session);
}

size_t watchers_account_connections(const struct watchers *watchers, uint64_t account)
{
    size_t count = 0;
    const struct session *session = number_map_get(&watchers->by_account, account);
    for (; session != NULL; session = session->account_next) {
        count++;
    }
    return count;
}

/* --- Viewers --------------------------------------------------------------------------------- */

/* Who sits there, as the snapshot says; looked up once for each batch. NULL without memory. */
static const struct viewer *viewer_of(struct watchers *watchers, struct rows *rows,
                                      const struct session *session)
{
    struct viewer *viewer = number_map_get(&watchers->viewers, session->id);
    if (viewer != NULL) {
        return viewer;
    }
    viewer = arena_alloc(rows_arena(rows), sizeof *viewer);
    if (viewer == NULL || !number_map_put(&watchers->viewers, session->id, viewer)) {
        return NULL;
    }
    struct origin origin = session_origin(session);
    permission_viewer(rows, &origin, watchers->settings.clock->last_ms, viewer);
    return viewer;
}

/* Expired, or ended by somebody. */
static void say_sign_in_ended(struct watchers *watchers, struct rows *rows, struct session *session)
{
    const char *why =
        permission_why_nobody(rows, session->sign_in, watchers->settings.clock->last_ms);
    session_end(session, ERROR_NOT_SIGNED_IN,
                why != NULL ? why : "This sign-in has ended; sign in again if you still may.");
}

/* --- Events ---------------------------------------------------------------------------------- */

/* Nobody watches in vain: who can no longer be told anything is told that. */
static void tell_session(struct watchers *watchers, struct event *event, struct session *session)
{
    const struct viewer *viewer = viewer_of(watchers, event->rows, session);
    if (viewer == NULL) {
        session_drop(session, ERROR_NO_MEMORY);
    } else if (!viewer->signed_in) {
        say_sign_in_ended(watchers, event->rows, session);
    } else {
        const struct buffer *bytes = event_for(event, viewer);
        if (bytes != NULL) {
            session_send(session, bytes, false);
        }
    }
}

/* Whoever looks in more than one way hears of it once. */
static bool has_heard(const struct session *session, const struct event *event)
{
    uint64_t sequence = event->entry->header.sequence;
    return sequence < session->event_sequence ||
           (sequence == session->event_sequence && session->event_ticket == event->subject->ticket);
}

static void tell_group(struct watchers *watchers, struct event *event, enum feed feed, uint64_t key)
{
    uint64_t sequence = event->entry->header.sequence;
    struct subscription *next;
    for (struct subscription *subscription = subscriptions_of(&watchers->subscriptions, feed, key);
         subscription != NULL; subscription = next) {
        next = subscription->next; /* sending may end the session and its subscriptions */
        struct session *session = subscription->session;
        if (sequence <= subscription->from || has_heard(session, event)) {
            continue;
        }
        session->event_sequence = sequence;
        session->event_ticket = event->subject->ticket;
        tell_session(watchers, event, session);
    }
}

static bool is_watching(struct rows *rows, uint64_t ticket, uint64_t account)
{
    struct row_follower follower;
    return rows_get(rows, ROW_FOLLOWER, ticket, account, &follower) && follower.watching;
}

static void tell_people(struct watchers *watchers, struct event *event,
                        const struct audience *audience)
{
    tell_group(watchers, event, FEED_OWN, audience->requester);
    for (size_t i = 0; i < audience->cc_count; i++) {
        tell_group(watchers, event, FEED_OWN, audience->cc[i]);
    }
}

/* Those who watch, as the snapshot says, if they may see it: event_for judges that. */
static void tell_followers(struct watchers *watchers, struct event *event)
{
    if (!event->there || event->ticket.watcher_count == 0) {
        return;
    }
    struct row_range range = rows_range(INDEX_FOLLOWERS, event->ticket.number, 0, false);
    for (uint64_t account; rows_range_next(event->rows, &range, &account);) {
        if (subscriptions_of(&watchers->subscriptions, FEED_OWN, account) != NULL &&
            is_watching(event->rows, event->ticket.number, account)) {
            tell_group(watchers, event, FEED_OWN, account);
        }
    }
}

static void tell_entry(struct watchers *watchers, struct rows *rows,
                       const struct journal_entry *entry)
{
    const struct journal_header *header = &entry->header;
    for (size_t i = 0; i < header->subject_count; i++) {
        const struct subject *subject = &header->subjects[i];
        struct event event;
        event_begin(&event, rows, entry, subject);
        tell_group(watchers, &event, FEED_ALL, 0);
        tell_group(watchers, &event, FEED_TICKET, subject->ticket);
        tell_group(watchers, &event, FEED_QUEUE, subject->after.queue);
        tell_group(watchers, &event, FEED_QUEUE, subject->before.queue);
        tell_people(watchers, &event, &subject->after);
        tell_people(watchers, &event, &subject->before);
        tell_followers(watchers, &event);
        event_finish(&event);
    }
}

/* --- Presence -------------------------------------------------------------------------------- */

static bool looks(const struct session *session, enum feed feed, uint64_t key)
{
    return subscriptions_find(session, feed, key) != NULL;
}

/* Most of the time nobody is there to be told: then nothing is read for it. */
static bool anybody_looks(const struct watchers *watchers, uint64_t ticket)
{
    const struct subscriptions *subscriptions = &watchers->subscriptions;
    return subscriptions_of(subscriptions, FEED_ALL, 0) != NULL ||
           subscriptions_of(subscriptions, FEED_TICKET, ticket) != NULL ||
           subscriptions->by_key[FEED_QUEUE].count > 0;
}

static bool may_see_presence(struct watchers *watchers, struct rows *rows,
                             const struct session *session, const struct row_ticket *ticket)
{
    const struct viewer *viewer = viewer_of(watchers, rows, session);
    return viewer != NULL && viewer->signed_in && permission_sees_presence(viewer, ticket);
}

static void tell_presence_group(struct watchers *watchers, struct rows *rows,
                                const struct row_ticket *ticket,
                                const struct presence_person *person, enum feed feed,
                                const struct buffer *bytes)
{
    uint64_t key = feed == FEED_ALL ? 0 : feed == FEED_QUEUE ? ticket->queue : ticket->number;
    struct subscription *next;
    for (struct subscription *subscription = subscriptions_of(&watchers->subscriptions, feed, key);
         subscription != NULL; subscription = next) {
        next = subscription->next; /* sending may end the session and its subscriptions */
        struct session *session = subscription->session;
        bool is_told = (feed != FEED_ALL && looks(session, FEED_ALL, 0)) ||
                       (feed == FEED_TICKET && looks(session, FEED_QUEUE, ticket->queue));
        if (!is_told && session->account != person->account &&
            may_see_presence(watchers, rows, session, ticket)) {
            session_send(session, bytes, false);
        }
    }
}

void watchers_tell_presence(struct watchers *watchers, const struct presence_person *person)
{
    const struct notification_row *row = &notifications[NOTIFICATION_PRESENCE];
    struct presence_seen seen = {
        .number = person->ticket, .name = text_of(person->name), .doing = person->doing};
    struct row_ticket ticket;
    struct rows *rows;
    struct buffer bytes = {0};
    if (!anybody_looks(watchers, person->ticket) ||
        snapshot_rows(watchers->settings.snapshot, &rows) != ERROR_NONE ||
        !rows_get(rows, ROW_TICKET, person->ticket, 0, &ticket)) {
        return;
    }
    codec_write_notification(&bytes, row->name, row->table, &seen);
    if (!bytes.failed) {
        tell_presence_group(watchers, rows, &ticket, person, FEED_ALL, &bytes);
        tell_presence_group(watchers, rows, &ticket, person, FEED_QUEUE, &bytes);
        tell_presence_group(watchers, rows, &ticket, person, FEED_TICKET, &bytes);
    }
    buffer_finish(&bytes);
    number_map_finish(&watchers->viewers);
}

/* --- Rights that changed --------------------------------------------------------------------- */

/* Whether the entry changes what this viewer may see of all tickets, or the names of queues. */
static bool changes_sight(const struct viewer *viewer, const struct journal_entry *entry)
{
    if (!permission_is_staff(viewer)) {
        return false;
    }
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        if ((effect->row == ROW_QUEUE && effect->kind == EFFECT_SET) ||
            (effect->row == ROW_QUEUE_RIGHT && effect->a == viewer->account.id)) {
            return true;
        }
    }
    return false;
}

static bool is_about_rights(enum method method)
{
    return method == METHOD_ADMIN_QUEUE_UPDATE || method == METHOD_ADMIN_QUEUE_RIGHTS;
}

static void say_resync(struct watchers *watchers, struct session *session, uint64_t sequence)
{
    const struct notification_row *row = &notifications[NOTIFICATION_FEED_RESYNC];
    struct feed_resync content = {.sequence = sequence};
    struct buffer bytes = {0};
    subscriptions_remove_all(&watchers->subscriptions, session);
    codec_write_notification(&bytes, row->name, row->table, &content);
    session_send(session, &bytes, false);
    buffer_finish(&bytes);
}

/* To name each ticket that somebody gains or loses by it could take minutes: they read anew. */
static void resync_those_concerned(struct watchers *watchers, struct rows *rows,
                                   const struct journal_entry *entry)
{
    struct session *session = sessions_next(watchers->settings.sessions, NULL);
    for (; session != NULL; session = sessions_next(watchers->settings.sessions, session)) {
        const struct viewer *viewer =
            session->subscriptions != NULL ? viewer_of(watchers, rows, session) : NULL;
        if (viewer != NULL && changes_sight(viewer, entry)) {
            say_resync(watchers, session, rows_sequence(rows));
        }
    }
}

/* --- Sign-ins that ended --------------------------------------------------------------------- */

static void end_lost_sign_ins(struct watchers *watchers, struct rows *rows, uint64_t account)
{
    struct session *next;
    for (struct session *session = number_map_get(&watchers->by_account, account); session != NULL;
         session = next) {
        next = session->account_next;
        const struct viewer *viewer = viewer_of(watchers, rows, session);
        if (viewer == NULL || !viewer->signed_in) {
            say_sign_in_ended(watchers, rows, session);
        }
    }
}

/* --- Settled batches ------------------------------------------------------------------------- */

/* Whoever uses the account already should know that it is used from elsewhere, too. */
static void tell_new_device(struct watchers *watchers, struct rows *rows,
                            const struct submission *submission)
{
    const struct outcome *outcome = &submission->outcome;
    const struct notification_row *row = &notifications[NOTIFICATION_NEW_DEVICE];
    struct row_device found;
    struct device device;
    struct buffer bytes = {0};
    if (!outcome->device_is_news ||
        !rows_get(rows, ROW_DEVICE, outcome->account, outcome->device, &found)) {
        return;
    }
    view_device(&found, 0, &device);
    codec_write_notification(&bytes, row->name, row->table, &device);
    struct session *next;
    for (struct session *session = number_map_get(&watchers->by_account, outcome->account);
         session != NULL; session = next) {
        next = session->account_next; /* sending may end the session */
        if (session->id != submission->connection) {
            session_send(session, &bytes, false);
        }
    }
    buffer_finish(&bytes);
}

static bool signs_in(enum method method)
{
    return method == METHOD_ACCOUNT_LOGIN || method == METHOD_ACCOUNT_LOGIN_KEY ||
           method == METHOD_ACCOUNT_RESUME;
}

static bool changes_person(enum method method)
{
    return method == METHOD_ACCOUNT_ACT_AS || method == METHOD_ACCOUNT_END_ACT_AS;
}

/* What the connection looked at was another person's to see. 0: oneself again. */
static void change_person(struct watchers *watchers, struct session *session, uint64_t acting_for)
{
    subscriptions_remove_all(&watchers->subscriptions, session);
    (void)number_map_remove(&watchers->viewers, session->id);
    session->acting_for = acting_for;
}

static void answer(struct watchers *watchers, const struct batch *batch,
                   const struct submission *submission, struct rows *rows)
{
    struct session *session = sessions_find(watchers->settings.sessions, submission->connection);
    enum method method = submission->command.method;
    const struct outcome *outcome = &submission->outcome;
    bool done = batch->error == ERROR_NONE && outcome->verdict == ERROR_NONE;
    if (session != NULL) {
        session->in_flight--;
        reply_settled(session, submission, batch->error, rows);
        if (done && signs_in(method)) {
            change_sign_in(watchers, session, outcome->sign_in, outcome->account);
        } else if (done && method == METHOD_ACCOUNT_LOGOUT) {
            change_sign_in(watchers, session, 0, 0);
        } else if (done && changes_person(method)) {
            change_person(watchers, session, outcome->account);
        }
    }
    if (done) {
        tell_new_device(watchers, rows, submission);
    }
}

/* Only when all that waits has been answered: who lost a sign-in to one of these commands is told
 * what became of another first. */
static void end_sign_ins(struct watchers *watchers, const struct batch *batch, struct rows *rows)
{
    for (const struct submission *submission = batch->first; submission != NULL;
         submission = submission->next) {
        const struct outcome *outcome = &submission->outcome;
        if (outcome->verdict == ERROR_NONE && outcome->ended_account != 0) {
            number_map_finish(&watchers->viewers); /* looked up before sign-ins changed */
            end_lost_sign_ins(watchers, rows, outcome->ended_account);
        }
    }
}

/* The commit failed, or there is no snapshot to answer from: whoever waits learns that much. */
static void answer_error(struct watchers *watchers, const struct batch *batch, enum error error)
{
    for (const struct submission *submission = batch->first; submission != NULL;
         submission = submission->next) {
        struct session *session =
            sessions_find(watchers->settings.sessions, submission->connection);
        if (session != NULL) {
            session->in_flight--;
            reply_error(session, submission->message_id, error);
        }
    }
}

void watchers_settled(struct watchers *watchers, const struct batch *batch)
{
    struct rows *rows;
    snapshot_drop(watchers->settings.snapshot);
    enum error error = batch->error;
    if (error == ERROR_NONE && snapshot_rows(watchers->settings.snapshot, &rows) != ERROR_NONE) {
        error = ERROR_OUTCOME_UNKNOWN; /* it happened, but nobody can say what it looks like */
    }
    if (error != ERROR_NONE) {
        answer_error(watchers, batch, error);
        return;
    }
    for (const struct submission *submission = batch->first; submission != NULL;
         submission = submission->next) {
        answer(watchers, batch, submission, rows);
    }
    end_sign_ins(watchers, batch, rows);
    for (const struct submission *submission = batch->first; submission != NULL;
         submission = submission->next) {
        if (is_about_rights(submission->entry.header.command)) {
            resync_those_concerned(watchers, rows, &submission->entry);
        }
        tell_entry(watchers, rows, &submission->entry);
    }
    number_map_finish(&watchers->viewers);
}

/* --- Subscribing ----------------------------------------------------------------------------- */

/* What is looked at; 0 for a queue that does not exist, as for `all`. */
static uint64_t key_of(const struct session *session, struct rows *rows,
                       const struct feed_subscribe *request)
{
    struct row_queue queue;
    switch (request->feed) {
    case FEED_OWN:
        return session->acting_for != 0 ? session->acting_for : session->account;
    case FEED_TICKET:
        return request->number;
    case FEED_QUEUE:
        return queue_find(rows, request->queue, &queue) ? queue.id : 0;
    default:
        return 0;
    }
}

static enum error check_ticket(const struct viewer *viewer, struct rows *rows,
                               const struct feed_subscribe *request, struct failure *ret_failure)
{
    struct row_ticket ticket;
    if (!present_has(request->present, SUBSCRIBE_NUMBER)) {
        ret_failure->field = text_of("number");
        return ERROR_MISSING_FIELD;
    }
    bool there = survivor_find(rows, request->number, &ticket);
    enum relation relation = permission_relation(viewer, there ? &ticket : NULL);
    return permission_check(METHOD_FEED_SUBSCRIBE, viewer, relation);
}

static enum error check_queue(const struct viewer *viewer, const struct feed_subscribe *request,
                              struct failure *ret_failure)
{
    struct row_queue queue;
    ret_failure->field = text_of("queue");
    if (!present_has(request->present, SUBSCRIBE_QUEUE)) {
        return ERROR_MISSING_FIELD;
    }
    if (!queue_find_seen(viewer, request->queue, &queue)) {
        return ERROR_NOT_FOUND;
    }
    return permission_sees_notes(viewer, queue.id) ? ERROR_NONE : ERROR_FORBIDDEN;
}

static enum error check_feed(const struct viewer *viewer, struct rows *rows,
                             const struct feed_subscribe *request, struct failure *ret_failure)
{
    if (request->feed == FEED_TICKET) {
        return check_ticket(viewer, rows, request, ret_failure);
    }
    enum error error = permission_check(METHOD_FEED_SUBSCRIBE, viewer, RELATION_NONE);
    bool is_for_staff = request->feed == FEED_ALL || request->feed == FEED_QUEUE;
    if (error == ERROR_NONE && is_for_staff && !permission_is_staff(viewer)) {
        ret_failure->field = text_of("feed");
        return ERROR_FORBIDDEN;
    }
    return error == ERROR_NONE && request->feed == FEED_QUEUE
               ? check_queue(viewer, request, ret_failure)
               : error;
}

static bool is_person_of(const struct audience *audience, uint64_t account)
{
    bool found = audience->requester == account;
    for (size_t i = 0; i < audience->cc_count && !found; i++) {
        found = audience->cc[i] == account;
    }
    return found;
}

static bool concerns(struct rows *rows, const struct subject *subject, enum feed feed, uint64_t key)
{
    switch (feed) {
    case FEED_OWN:
        return is_person_of(&subject->before, key) || is_person_of(&subject->after, key) ||
               is_watching(rows, subject->ticket, key);
    case FEED_TICKET:
        return subject->ticket == key;
    case FEED_QUEUE:
        return subject->before.queue == key || subject->after.queue == key;
    default:
        return true;
    }
}

struct replay {
    struct buffer bytes;   /* one object after the other */
    struct buffer lengths; /* of each object, a size_t */
    size_t bytes_max;
};

/* ERROR_RESYNC when it gets too long to send at once. */
static enum error replay_subject(struct replay *replay, struct rows *rows,
                                 const struct viewer *viewer, const struct journal_entry *entry,
                                 const struct subject *subject)
{
    struct event event;
    event_begin(&event, rows, entry, subject);
    const struct buffer *bytes = event_for(&event, viewer);
    enum error error = ERROR_NONE;
    if (bytes != NULL) {
        buffer_append(&replay->lengths, &bytes->length, sizeof bytes->length);
        buffer_append(&replay->bytes, bytes->data, bytes->length);
        if (replay->bytes.length > replay->bytes_max) {
            error = ERROR_RESYNC;
        } else if (replay->bytes.failed || replay->lengths.failed || bytes->failed) {
            error = ERROR_NO_MEMORY;
        }
    }
    event_finish(&event);
    return error;
}

/* What the header says is about none of the feed's tickets is not read any further. */
static enum error replay_entry(struct replay *replay, struct rows *rows,
                               const struct viewer *viewer, const struct journal_header *header,
                               enum feed feed, uint64_t key)
{
    struct journal_entry entry = {.effects = NULL};
    enum error error = ERROR_NONE;
    bool is_read = false;
    if (is_about_rights(header->command) && rows_journal(rows, header->sequence, &entry) &&
        changes_sight(viewer, &entry)) {
        return ERROR_RESYNC;
    }
    for (size_t i = 0; error == ERROR_NONE && i < header->subject_count; i++) {
        if (!concerns(rows, &header->subjects[i], feed, key)) {
            continue;
        }
        if (!is_read && !rows_journal(rows, header->sequence, &entry)) {
            return rows_error(rows) != ERROR_NONE ? rows_error(rows) : ERROR_RESYNC;
        }
        is_read = true;
        error = replay_subject(replay, rows, viewer, &entry, &entry.header.subjects[i]);
    }
    return error;
}

static enum error collect_replay(struct replay *replay, struct rows *rows,
                                 const struct viewer *viewer, uint64_t since, enum feed feed,
                                 uint64_t key)
{
    uint64_t last = rows_sequence(rows);
    uint64_t work = rows_work(rows);
    for (uint64_t sequence = since + 1; sequence <= last; sequence++) {
        struct journal_header header;
        if (!rows_journal_header(rows, sequence, &header)) {
            return rows_error(rows) != ERROR_NONE ? rows_error(rows) : ERROR_RESYNC;
        }
        enum error error = replay_entry(replay, rows, viewer, &header, feed, key);
        if (error == ERROR_NONE && rows_work(rows) - work > REPLAY_WORK_MAX) {
            error = ERROR_RESYNC;
        }
        if (error != ERROR_NONE) {
            return error;
        }
    }
    return ERROR_NONE;
}

static void send_replay(struct session *session, const struct replay *replay)
{
    const uint8_t *at = replay->bytes.data;
    size_t length;
    for (size_t i = 0; i < replay->lengths.length; i += sizeof length) {
        memcpy(&length, replay->lengths.data + i, sizeof length);
        struct buffer object = {.data = (uint8_t *)(uintptr_t)at, .length = length};
        session_send(session, &object, false);
        at += length;
    }
}

static enum error replay_since(struct watchers *watchers, struct session *session,
                               const struct viewer *viewer, struct rows *rows,
                               const struct feed_subscribe *request)
{
    uint64_t last = rows_sequence(rows);
    bool same_epoch = present_has(request->present, SUBSCRIBE_EPOCH) &&
                      memcmp(request->epoch.data, watchers->settings.epoch, EPOCH_BYTES) == 0;
    if (!same_epoch || request->since > last || last - request->since > WATCHERS_REPLAY_MAX) {
        return ERROR_RESYNC;
    }
    struct replay replay = {.bytes_max = (size_t)watchers->settings.limits->output_hard_bytes / 2};
    enum error error = collect_replay(&replay, rows, viewer, request->since, request->feed,
                                      key_of(session, rows, request));
    if (error == ERROR_NONE) {
        send_replay(session, &replay);
    }
    buffer_finish(&replay.bytes);
    buffer_finish(&replay.lengths);
    return error;
}

enum error watchers_subscribe(struct watchers *watchers, struct session *session,
                              const struct viewer *viewer, struct rows *rows,
                              const struct feed_subscribe *request,
                              struct feed_subscribed *ret_reply, struct failure *ret_failure)
{
    uint64_t key = key_of(session, rows, request);
    enum error error = check_feed(viewer, rows, request, ret_failure);
    if (error == ERROR_NONE && subscriptions_find(session, request->feed, key) == NULL &&
        session->subscription_count >= watchers->settings.limits->subscriptions) {
        error = ERROR_TOO_MANY;
    }
    if (error == ERROR_NONE && present_has(request->present, SUBSCRIBE_SINCE)) {
        error = replay_since(watchers, session, viewer, rows, request);
    }
    if (error == ERROR_NONE && session->gone) {
        error = ERROR_CONNECTION_LOST; /* the replay was more than it could take */
    }
    if (error == ERROR_NONE) {
        error = subscriptions_add(&watchers->subscriptions, session, request->feed, key,
                                  rows_sequence(rows));
    }
    if (error == ERROR_NONE) {
        *ret_reply = (struct feed_subscribed){
            .sequence = rows_sequence(rows),
            .epoch = {.data = watchers->settings.epoch, .length = EPOCH_BYTES}};
    }
    return error;
}

enum error watchers_unsubscribe(struct watchers *watchers, struct session *session,
                                struct rows *rows, const struct feed_subscribe *request)
{
    bool removed = subscriptions_remove(&watchers->subscriptions, session, request->feed,
                                        key_of(session, rows, request));
    return removed ? ERROR_NONE : ERROR_NOT_FOUND;
}
