/* See model.h. This file holds the feed: subscribing, resuming after a lost line, handing events to
 * the parts. */
#include "tui/model.h"

#include <string.h>

void model_changed(struct model *model, unsigned changes, bool by_event)
{
    model->callbacks.on_change(model->context, changes, by_event);
}

void model_failed(struct model *model, enum error error, const struct failure *failure)
{
    if (error == ERROR_NOT_SIGNED_IN && model->account.known) {
        model_expire(model);
        return;
    }
    model->callbacks.on_failure(model->context, error, failure);
}

void model_init(struct model *model, struct connection *connection,
                const struct model_callbacks *callbacks, void *context)
{
    *model = (struct model){.connection = connection, .callbacks = *callbacks, .context = context};
    arena_init(&model->account.arena, 0);
    arena_init(&model->account.admin_arena, 0);
    tickets_init(&model->tickets, model, MODEL_TICKETS, false);
    tickets_init(&model->deleted, model, MODEL_DELETED, true);
    model->ticket.model = model;
    arena_init(&model->ticket.arena, 0);
    links_init(&model->links, model);
    people_init(&model->people, model);
    queues_init(&model->queues, model);
    presence_init(&model->presence, model);
}

void model_forget(struct model *model)
{
    model->account.known = false;
    model->account.expired = false;
    model->account.elevated_until_ms = 0;
    acting_forget(model);
    model->subscribed = false;
    model->has_epoch = false;
    tickets_forget(&model->tickets);
    tickets_forget(&model->deleted);
    marks_forget(&model->marks);
    model_ticket_close(&model->ticket);
    links_forget(&model->links);
    people_forget(&model->people);
    queues_forget(&model->queues);
    presence_forget(&model->presence);
    model_changed(model, MODEL_ACCOUNT | MODEL_TICKETS | MODEL_DELETED | MODEL_TICKET, false);
}

void model_finish(struct model *model)
{
    if (model->connection == NULL) {
        return;
    }
    tickets_forget(&model->tickets);
    tickets_forget(&model->deleted);
    marks_forget(&model->marks);
    model_ticket_close(&model->ticket);
    links_forget(&model->links);
    people_forget(&model->people);
    queues_forget(&model->queues);
    presence_forget(&model->presence);
    arena_finish(&model->queues.arena);
    arena_finish(&model->account.arena);
    arena_finish(&model->account.admin_arena);
    arena_finish(&model->ticket.arena);
    arena_finish(&model->links.arena);
    arena_finish(&model->people.account_arena);
    arena_finish(&model->people.request_arena);
}

bool model_is_live(const struct model *model)
{
    return model->subscribed && connection_state(model->connection) == CONNECTION_READY;
}

/* --- The feed --- */

static void refresh_all(struct model *model)
{
    model_queues_refresh(&model->queues);
    model_tickets_refresh(&model->tickets);
    if (model->deleted.loaded) {
        model_tickets_refresh(&model->deleted);
    }
    if (model->ticket.number != 0) {
        model_ticket_refresh(&model->ticket);
    }
}

static void subscribe(struct model *model, bool resume);

static void on_subscribed(void *context, enum error error, const void *reply,
                          const struct failure *failure)
{
    struct model *model = context;

    if (error == ERROR_CONNECTION_LOST) {
        return; /* tried again with the next line */
    }
    if (error == ERROR_RESYNC) {
        model->has_epoch = false;
        subscribe(model, false);
        return;
    }
    if (error != ERROR_NONE) {
        model_failed(model, error, failure);
        return;
    }
    const struct feed_subscribed *subscribed = reply;
    model->subscribed = true;
    if (!model->has_epoch || subscribed->sequence > model->sequence) {
        model->sequence = subscribed->sequence;
    }
    memcpy(model->epoch, subscribed->epoch.data, EPOCH_BYTES);
    model->has_epoch = true;
    presence_ask(&model->presence);
    model_changed(model, MODEL_CONNECTION, false);
}

/* With `resume` everything that happened since the last event is sent first; otherwise all is read
 * anew, from a state that is no older than the subscription: requests are answered from the state
 * of when they come. */
static void subscribe(struct model *model, bool resume)
{
    struct feed_subscribe request = {.feed = model_is_staff(model) ? FEED_ALL : FEED_OWN};

    resume = resume && model->has_epoch;
    if (resume) {
        request.since = model->sequence;
        request.epoch = (struct bytes){model->epoch, EPOCH_BYTES};
        present_mark(&request.present, SUBSCRIBE_SINCE);
        present_mark(&request.present, SUBSCRIBE_EPOCH);
    }
    connection_request(model->connection, METHOD_FEED_SUBSCRIBE, &request, on_subscribed, model);
    if (!resume) {
        refresh_all(model);
    }
}

void model_subscribe(struct model *model)
{
    subscribe(model, true);
}

void model_on_state(struct model *model, enum connection_state state)
{
    if (state != CONNECTION_READY) {
        model->subscribed = false;
        presence_forget(&model->presence);
        model->account.elevated_until_ms = 0; /* admin mode ends with the line */
        model->account.admin_elevated_until_ms = 0;
    } else if (model->account.acting && connection_signed_in(model->connection)) {
        model->account.lapsed = true; /* as acting does: on this line one is the admin */
    } else if (model->account.known && connection_signed_in(model->connection)) {
        subscribe(model, true);
    } else if (model->account.known) {
        model_expire(model);
    }
    model_changed(model, MODEL_CONNECTION | MODEL_ACCOUNT, false);
}

void model_on_notification(struct model *model, enum notification kind, const void *message)
{
    if (kind == NOTIFICATION_FEED_EVENT) {
        const struct feed_event *event = message;
        model->sequence =
            event->entry.sequence > model->sequence ? event->entry.sequence : model->sequence;
        tickets_take_event(&model->tickets, event);
        ticket_take_event(&model->ticket, event);
        links_take_event(&model->links, event);
    } else if (kind == NOTIFICATION_TICKET_GONE) {
        const struct ticket_gone *gone = message;
        model->sequence = gone->sequence > model->sequence ? gone->sequence : model->sequence;
        tickets_take_gone(&model->tickets, gone);
        ticket_take_gone(&model->ticket, gone);
        links_take_gone(&model->links, gone);
        presence_take_gone(&model->presence, gone->number);
    } else if (kind == NOTIFICATION_PRESENCE) {
        presence_take(&model->presence, message);
    } else if (kind == NOTIFICATION_FEED_RESYNC) {
        /* What may be seen has changed, and nobody says in what: all is read anew. */
        model->has_epoch = false;
        model->subscribed = false;
        subscribe(model, false);
    }
}
