#include "server/presence_requests.h"

#include <string.h>

#include "server/core/survivor.h"

enum { LOOKED_MAX = 2000 /* people that one list looks at */ };

/* The ticket that answers for this number; 0: none. */
static enum error find_ticket(enum method method, const struct viewer *viewer, struct rows *rows,
                              uint64_t number, uint64_t *ret_ticket)
{
    struct row_ticket ticket;
    bool there = survivor_find(rows, number, &ticket);
    *ret_ticket = there ? ticket.number : 0;
    return permission_check(method, viewer, permission_relation(viewer, there ? &ticket : NULL));
}

enum error presence_request_set(struct presence *presence, uint64_t connection,
                                const struct viewer *viewer, struct rows *rows,
                                const struct presence_set *request)
{
    struct presence_person person = {.account = viewer->account.id, .doing = request->doing};
    enum error error =
        find_ticket(METHOD_PRESENCE_SET, viewer, rows, request->number, &person.ticket);

    if (error != ERROR_NONE || viewer->actor != viewer->account.id) {
        person.doing = DOING_NOTHING;
    }
    if (viewer->signed_in && viewer->account.name.length < sizeof person.name) {
        memcpy(person.name, viewer->account.name.data, viewer->account.name.length);
    }
    enum error unset = presence_set(presence, connection, &person);
    return error != ERROR_NONE ? error : unset;
}

static bool may_see(const struct viewer *viewer, struct rows *rows,
                    const struct presence_person *person)
{
    struct row_ticket ticket;
    return person->account != viewer->account.id &&
           rows_get(rows, ROW_TICKET, person->ticket, 0, &ticket) &&
           permission_sees_presence(viewer, &ticket);
}

/* Into at most PAGE_MAX places; true when somebody may have been left out. */
static bool fill_people(const struct presence *presence, const struct viewer *viewer,
                        struct rows *rows, uint64_t ticket, struct presence_seen *places,
                        size_t *ret_count)
{
    const struct presence_person *person = NULL;

    for (int i = 0; i < LOOKED_MAX; i++) {
        person = presence_next(presence, ticket, person);
        if (person == NULL || *ret_count == PAGE_MAX) {
            return person != NULL;
        }
        if (may_see(viewer, rows, person)) {
            places[(*ret_count)++] = (struct presence_seen){
                .number = person->ticket,
                .name = text_of(person->name),
                .doing = presence_doing(presence, person->account, person->ticket)};
        }
    }
    return true;
}

enum error presence_request_list(const struct presence *presence, const struct viewer *viewer,
                                 struct rows *rows, const struct presence_list *request,
                                 struct presence_list_reply *ret_reply)
{
    enum error error = permission_check(METHOD_PRESENCE_LIST, viewer, RELATION_NONE);

    uint64_t ticket = 0;
    if (error == ERROR_NONE && request->number != 0) {
        error = find_ticket(METHOD_PRESENCE_LIST, viewer, rows, request->number, &ticket);
    }
    if (error != ERROR_NONE || presence_is_empty(presence)) {
        return error;
    }
    struct presence_seen *places = arena_array(rows_arena(rows), PAGE_MAX, sizeof *places);
    size_t count = 0;
    if (places == NULL) {
        return ERROR_NO_MEMORY;
    }
    ret_reply->more = fill_people(presence, viewer, rows, ticket, places, &count);
    ret_reply->people = (struct list){.items = places, .count = count};
    return ERROR_NONE;
}
