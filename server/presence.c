/* All entries are renewed for the same time, so the order of their last renewal is the order in
 * which they end: the timer waits for the first of that queue. */
#include "server/presence.h"

#include <stddef.h>
#include <stdlib.h>

#include "proto/require.h"
#include "server/number_map.h"

struct entry {
    struct presence_person person; /* first: see entry_of */
    uint64_t connection;
    uint64_t until_ms;
    struct entry *next; /* in the order of ending */
    struct entry *previous;
    struct entry *ticket_next; /* others at the same ticket */
    struct entry *ticket_previous;
};

struct presence {
    struct presence_settings settings;
    uv_timer_t timer;
    struct number_map by_connection;
    struct number_map by_ticket; /* the first entry of each */
    struct entry *first;
    struct entry *last;
};

static uint64_t now_ms(const struct presence *presence)
{
    return presence->settings.now_ms(presence->settings.context);
}

/* --- The queue of endings -------------------------------------------------------------------- */

static void unqueue(struct presence *presence, struct entry *entry)
{
    *(entry->previous != NULL ? &entry->previous->next : &presence->first) = entry->next;
    *(entry->next != NULL ? &entry->next->previous : &presence->last) = entry->previous;
}

static void queue_last(struct presence *presence, struct entry *entry)
{
    entry->next = NULL;
    entry->previous = presence->last;
    *(presence->last != NULL ? &presence->last->next : &presence->first) = entry;
    presence->last = entry;
}

static void queue_first(struct presence *presence, struct entry *entry)
{
    entry->previous = NULL;
    entry->next = presence->first;
    *(presence->first != NULL ? &presence->first->previous : &presence->last) = entry;
    presence->first = entry;
}

/* --- Those at one ticket --------------------------------------------------------------------- */

static struct entry *at_ticket(const struct presence *presence, uint64_t ticket)
{
    return number_map_get(&presence->by_ticket, ticket);
}

/* False without memory. */
static bool enter_ticket(struct presence *presence, struct entry *entry)
{
    struct entry *first = at_ticket(presence, entry->person.ticket);

    if (!number_map_put(&presence->by_ticket, entry->person.ticket, entry)) {
        return false;
    }
    entry->ticket_previous = NULL;
    entry->ticket_next = first;
    if (first != NULL) {
        first->ticket_previous = entry;
    }
    return true;
}

static void leave_ticket(struct presence *presence, struct entry *entry)
{
    if (entry->ticket_next != NULL) {
        entry->ticket_next->ticket_previous = entry->ticket_previous;
    }
    if (entry->ticket_previous != NULL) {
        entry->ticket_previous->ticket_next = entry->ticket_next;
    } else if (entry->ticket_next != NULL) {
        (void)number_map_put(&presence->by_ticket, entry->person.ticket, entry->ticket_next);
    } else {
        (void)number_map_remove(&presence->by_ticket, entry->person.ticket);
    }
}

enum doing presence_doing(const struct presence *presence, uint64_t account, uint64_t ticket)
{
    enum doing doing = DOING_NOTHING;

    for (const struct entry *entry = at_ticket(presence, ticket); entry != NULL;
         entry = entry->ticket_next) {
        if (entry->person.account == account && entry->person.doing > doing) {
            doing = entry->person.doing;
        }
    }
    return doing;
}

/* Tells if what the person does there is no longer what it was. */
static void tell_change(struct presence *presence, const struct presence_person *person,
                        enum doing before)
{
    struct presence_person told = *person;

    told.doing = presence_doing(presence, person->account, person->ticket);
    if (told.doing != before) {
        presence->settings.tell(presence->settings.context, &told);
    }
}

/* --- Entries --------------------------------------------------------------------------------- */

static void remove_and_tell(struct presence *presence, struct entry *entry)
{
    struct presence_person person = entry->person;
    enum doing before = presence_doing(presence, person.account, person.ticket);

    unqueue(presence, entry);
    leave_ticket(presence, entry);
    (void)number_map_remove(&presence->by_connection, entry->connection);
    free(entry);
    if (presence->first == NULL) {
        (void)uv_timer_stop(&presence->timer);
    }
    tell_change(presence, &person, before);
}

static void on_timer(uv_timer_t *timer);

/* For the first that ends; a renewal only makes the timer go off early. */
static void arm(struct presence *presence)
{
    if (presence->first == NULL) {
        (void)uv_timer_stop(&presence->timer);
        return;
    }
    uint64_t now = now_ms(presence);
    uint64_t until = presence->first->until_ms;
    (void)uv_timer_start(&presence->timer, on_timer, until > now ? until - now : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct presence *presence = timer->data;
    uint64_t now = now_ms(presence);

    while (presence->first != NULL && presence->first->until_ms <= now) {
        remove_and_tell(presence, presence->first);
    }
    arm(presence);
}

/* NULL without memory. */
static struct entry *add_entry(struct presence *presence, uint64_t connection,
                               const struct presence_person *person)
{
    struct entry *entry = calloc(1, sizeof *entry);

    if (entry == NULL) {
        return NULL;
    }
    entry->connection = connection;
    entry->person = *person;
    if (!number_map_put(&presence->by_connection, connection, entry)) {
        free(entry);
        return NULL;
    }
    if (!enter_ticket(presence, entry)) {
        (void)number_map_remove(&presence->by_connection, connection);
        free(entry);
        return NULL;
    }
    queue_last(presence, entry);
    return entry;
}

static void renew(struct presence *presence, struct entry *entry)
{
    unqueue(presence, entry);
    queue_last(presence, entry);
    entry->until_ms = now_ms(presence) + presence->settings.silence_ms;
    if (!uv_is_active((uv_handle_t *)&presence->timer)) {
        arm(presence);
    }
}

/* --- For others ------------------------------------------------------------------------------ */

struct presence *presence_create(const struct presence_settings *settings)
{
    struct presence *presence = calloc(1, sizeof *presence);

    if (presence != NULL) {
        presence->settings = *settings;
        (void)uv_timer_init(settings->loop, &presence->timer);
        presence->timer.data = presence;
    }
    return presence;
}

static void on_closed(uv_handle_t *timer)
{
    free(timer->data);
}

void presence_destroy(struct presence *presence)
{
    if (presence == NULL) {
        return;
    }
    while (presence->first != NULL) {
        struct entry *entry = presence->first;
        unqueue(presence, entry);
        free(entry);
    }
    number_map_finish(&presence->by_connection);
    number_map_finish(&presence->by_ticket);
    uv_close((uv_handle_t *)&presence->timer, on_closed);
}

enum error presence_set(struct presence *presence, uint64_t connection,
                        const struct presence_person *person)
{
    struct entry *entry = number_map_get(&presence->by_connection, connection);

    if (person->doing == DOING_NOTHING) {
        if (entry != NULL && entry->person.ticket == person->ticket) {
            remove_and_tell(presence, entry);
        }
        return ERROR_NONE;
    }
    if (entry != NULL &&
        (entry->person.ticket != person->ticket || entry->person.account != person->account)) {
        remove_and_tell(presence, entry);
        entry = NULL;
    }
    enum doing before = presence_doing(presence, person->account, person->ticket);
    if (entry == NULL) {
        entry = add_entry(presence, connection, person);
        if (entry == NULL) {
            return ERROR_NO_MEMORY;
        }
    }
    entry->person.doing = person->doing;
    renew(presence, entry);
    tell_change(presence, person, before);
    return ERROR_NONE;
}

void presence_forget(struct presence *presence, uint64_t connection)
{
    struct entry *entry = number_map_get(&presence->by_connection, connection);

    if (entry != NULL) {
        entry->until_ms = 0;
        unqueue(presence, entry);
        queue_first(presence, entry);
        arm(presence);
    }
}

bool presence_is_empty(const struct presence *presence)
{
    return presence->first == NULL;
}

static struct entry *entry_of(const struct presence_person *person)
{
    return (struct entry *)((uintptr_t)person - offsetof(struct entry, person));
}

/* The first of the same person at that ticket stands for all of them. */
static bool is_repeated(const struct presence *presence, const struct entry *entry)
{
    const struct entry *first = at_ticket(presence, entry->person.ticket);

    while (first->person.account != entry->person.account) {
        first = first->ticket_next;
        require(first != NULL);
    }
    return first != entry;
}

const struct presence_person *presence_next(const struct presence *presence, uint64_t ticket,
                                            const struct presence_person *person)
{
    const struct entry *entry = person == NULL && ticket != 0 ? at_ticket(presence, ticket)
                                : person == NULL              ? presence->first
                                : ticket != 0                 ? entry_of(person)->ticket_next
                                                              : entry_of(person)->next;

    while (entry != NULL && is_repeated(presence, entry)) {
        entry = ticket != 0 ? entry->ticket_next : entry->next;
    }
    return entry != NULL ? &entry->person : NULL;
}
