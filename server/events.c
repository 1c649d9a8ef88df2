#include "server/events.h"

#include "proto/codec.h"
#include "server/core/survivor.h"
#include "server/core/view.h"

void event_begin(struct event *event, struct rows *rows, const struct journal_entry *entry,
                 const struct subject *subject)
{
    *event = (struct event){.rows = rows, .entry = entry, .subject = subject};
    event->there = rows_get(rows, ROW_TICKET, subject->ticket, 0, &event->ticket) &&
                   survivor_find(rows, subject->ticket, &event->seen);
    /* A merged ticket is shown, and its standing told, by the rights in the queue of the other. */
    event->ticket.queue = event->there ? event->seen.queue : 0;
}

void event_finish(struct event *event)
{
    for (size_t i = 0; i < PERMISSION_STANDINGS; i++) {
        for (size_t k = 0; k < sizeof event->messages[i] / sizeof event->messages[i][0]; k++) {
            buffer_finish(&event->messages[i][k].bytes);
        }
    }
    buffer_finish(&event->gone.bytes);
}

static void write_notification(struct event_message *message, enum notification notification,
                               const void *content)
{
    const struct notification_row *row = &notifications[notification];
    codec_write_notification(&message->bytes, row->name, row->table, content);
}

static const struct buffer *told(const struct event_message *message)
{
    return message->silent ? NULL : &message->bytes;
}

static const struct buffer *gone_message(struct event *event)
{
    if (!event->gone.made) {
        struct ticket_gone gone = {.number = event->subject->ticket,
                                   .sequence = event->entry->header.sequence};
        write_notification(&event->gone, NOTIFICATION_TICKET_GONE, &gone);
        event->gone.made = true;
    }
    return told(&event->gone);
}

/* May the viewer see the ticket as it is in the snapshot? A later entry may have hidden it. */
static bool sees_now(const struct event *event, const struct viewer *viewer)
{
    return event->there &&
           (permission_sees(viewer, &event->seen) ||
            (event->seen.deleted && !event->seen.purged && permission_sees_deleted(viewer)));
}

static void make_message(struct event *event, const struct viewer *viewer,
                         struct event_message *message)
{
    struct feed_event content = {.number = event->subject->ticket};
    message->made = true;
    if (!view_history(event->rows, viewer, event->entry, event->subject, &content.entry)) {
        message->silent = true;
        return;
    }
    view_ticket(event->rows, viewer, &event->ticket, &content.ticket);
    write_notification(message, NOTIFICATION_FEED_EVENT, &content);
}

const struct buffer *event_for(struct event *event, const struct viewer *viewer)
{
    const struct subject *subject = event->subject;
    if (!viewer->signed_in) {
        return NULL;
    }
    if (!permission_in_audience(viewer, &subject->after)) {
        return permission_in_audience(viewer, &subject->before) ? gone_message(event) : NULL;
    }
    if (!sees_now(event, viewer)) {
        return NULL;
    }
    unsigned standing = permission_standing(viewer, &event->ticket);
    unsigned names = (view_names_queues(viewer, subject) ? 1U : 0U) +
                     (view_sees_others(viewer, event->entry, subject) ? 2U : 0U);
    struct event_message *message = &event->messages[standing][names];
    if (!message->made) {
        make_message(event, viewer, message);
    }
    return told(message);
}
