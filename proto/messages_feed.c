/* The tables of the feed's requests, and of the notifications. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field feed_subscribe_fields[] = {
    [SUBSCRIBE_FEED] = {.name = "feed", .type = FIELD_CHOICE, .offset = AT(feed_subscribe, feed),
        .min = FEED_OWN, .max = FEED_QUEUE, .required = true, .since = 1, .choices = &feed_choices,
        .help = "Own tickets, all one may see (staff), one ticket, or one queue (staff)."},
    [SUBSCRIBE_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(feed_subscribe, number), .min = 1, .max = NUMBER_MAX, .since = 1,
        .help = "Number of the ticket; needed for the feed \"ticket\" alone."},
    [SUBSCRIBE_SINCE] = {.name = "since", .type = FIELD_NUMBER, .offset = AT(feed_subscribe, since),
        .min = 0, .max = NUMBER_MAX, .since = 1,
        .help = "Send everything after this sequence first; needs epoch."},
    [SUBSCRIBE_EPOCH] = {.name = "epoch", .type = FIELD_BYTES, .offset = AT(feed_subscribe, epoch),
        .min = EPOCH_BYTES, .max = EPOCH_BYTES, .since = 1,
        .help = "The epoch that \"since\" belongs to."},
    [SUBSCRIBE_QUEUE] = {.name = "queue", .type = FIELD_LINE, .offset = AT(feed_subscribe, queue),
        .min = 1, .max = QUEUE_NAME_MAX, .since = 2,
        .help = "Name of the queue; needed for the feed \"queue\" alone."},
};
const struct table feed_subscribe_table = TABLE(feed_subscribe);

static const struct field feed_subscribed_fields[] = {
    [SUBSCRIBED_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(feed_subscribed, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Everything after this sequence is sent as notifications."},
    [SUBSCRIBED_EPOCH] = {.name = "epoch", .type = FIELD_BYTES,
        .offset = AT(feed_subscribed, epoch), .min = EPOCH_BYTES, .max = EPOCH_BYTES,
        .required = true, .since = 1,
        .help = "The epoch that sequences belong to."},
};
const struct table feed_subscribed_table = TABLE(feed_subscribed);

static const struct field presence_set_fields[] = {
    [PRESENCE_SET_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(presence_set, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [PRESENCE_SET_DOING] = {.name = "doing", .type = FIELD_CHOICE,
        .offset = AT(presence_set, doing), .min = DOING_NOTHING, .max = DOING_REPLYING,
        .required = true, .since = 2, .choices = &doing_choices,
        .help = "What one does there now; nothing: one has left it. It lasts 25 seconds, or until "
                "the connection ends or says so of another ticket: repeat it every 10 seconds."},
};
const struct table presence_set_table = TABLE(presence_set);

static const struct field presence_list_fields[] = {
    [PRESENCE_LIST_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(presence_list, number), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Number of the ticket; absent: all that one may read."},
};
const struct table presence_list_table = TABLE(presence_list);

static const struct field presence_seen_fields[] = {
    [PRESENCE_SEEN_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(presence_seen, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [PRESENCE_SEEN_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(presence_seen, name),
        .min = USER_NAME_MIN, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "User name of who is there."},
    [PRESENCE_SEEN_DOING] = {.name = "doing", .type = FIELD_CHOICE,
        .offset = AT(presence_seen, doing), .min = DOING_NOTHING, .max = DOING_REPLYING,
        .required = true, .since = 2, .choices = &doing_choices,
        .help = "What they do there; nothing: they have left it."},
};
const struct table presence_seen_table = TABLE(presence_seen);

static const struct field presence_list_reply_fields[] = {
    [PRESENCE_REPLY_PEOPLE] = {.name = "people", .type = FIELD_LIST,
        .offset = AT(presence_list_reply, people), .max = PAGE_MAX, .required = true, .since = 2,
        .table = &presence_seen_table,
        .help = "Who else is there, without oneself."},
    [PRESENCE_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(presence_list_reply, more), .required = true, .since = 2,
        .help = "Whether there may be others whom the list has no room for."},
};
const struct table presence_list_reply_table = TABLE(presence_list_reply);

static const struct field feed_event_fields[] = {
    [FEED_EVENT_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(feed_event, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Number of the ticket."},
    [FEED_EVENT_ENTRY] = {.name = "entry", .type = FIELD_RECORD, .offset = AT(feed_event, entry),
        .required = true, .since = 1, .table = &history_entry_table,
        .help = "What happened."},
    [FEED_EVENT_TICKET] = {.name = "ticket", .type = FIELD_RECORD, .offset = AT(feed_event, ticket),
        .required = true, .since = 1, .table = &ticket_table,
        .help = "The ticket after this change, as the receiver may see it."},
};
const struct table feed_event_table = TABLE(feed_event);

static const struct field ticket_gone_fields[] = {
    [TICKET_GONE_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_gone, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Number of the ticket."},
    [TICKET_GONE_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_gone, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Position of the change in the desk's journal."},
};
const struct table ticket_gone_table = TABLE(ticket_gone);

static const struct field feed_resync_fields[] = {
    [FEED_RESYNC_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(feed_resync, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The state of the desk from which on it holds."},
};
const struct table feed_resync_table = TABLE(feed_resync);

static const struct field bye_fields[] = {
    [BYE_CODE] = {.name = "code", .type = FIELD_CHOICE, .offset = AT(bye, code),
        .min = ERROR_NONE + 1, .max = ERROR_COUNT - 1, .required = true, .since = 1,
        .choices = &error_choices,
        .help = "Why the connection ends."},
    [BYE_MESSAGE] = {.name = "message", .type = FIELD_LINE, .offset = AT(bye, message), .min = 0,
        .max = 1000, .required = true, .since = 1,
        .help = "A sentence for people."},
};
const struct table bye_table = TABLE(bye);
