/* What this person sees of the desk: who is signed in, the tickets of the list, the ticket that is
 * open, and for admins the accounts. Only replies and events of the connection change it; screens
 * read it and are told what has changed. Split by noun: model_account.c, model_tickets.c,
 * model_ticket.c, model_links.c, model_people.c, model_queues.c, model_marks.c,
 * model_acting.c. */
#ifndef TTYDESK_TUI_MODEL_H
#define TTYDESK_TUI_MODEL_H

#include "proto/arena.h"
#include "proto/buffer.h"
#include "tui/connection.h"

/* What has changed, as bits. */
enum model_change {
    MODEL_CONNECTION = 1 << 0, /* its state, and whether events come */
    MODEL_ACCOUNT = 1 << 1,    /* who is signed in, own account, admin mode */
    MODEL_TICKETS = 1 << 2,
    MODEL_DELETED = 1 << 3,
    MODEL_TICKET = 1 << 4,
    MODEL_PEOPLE = 1 << 5,
    MODEL_QUEUES = 1 << 6,
    MODEL_PRESENCE = 1 << 7,
    MODEL_LINKS = 1 << 8,
};

struct model;

struct model_callbacks {
    /* `by_event`: by somebody else's doing, not by a reply to this person. */
    void (*on_change)(void *context, unsigned changes, bool by_event);
    /* A query failed; what was known before stays. */
    void (*on_failure)(void *context, enum error error, const struct failure *failure);
};

/* --- The account (model_account.c) --- */

struct model_account {
    struct arena arena;
    struct account account;     /* meaningful while known; texts end with a zero byte */
    bool known;                 /* somebody has signed in here, though the line may be down now */
    bool expired;               /* the sign-in has ended by itself: sign in again */
    uint64_t elevated_until_ms; /* admin mode, on the desk's clock; 0: not */
    bool acting;                /* an admin acts as the account (model_acting.c) */
    bool lapsed; /* the desk has ended that with the line; the screens are still it */
    struct arena admin_arena;
    struct account admin; /* who really sits there; meaningful while acting */
    uint64_t admin_elevated_until_ms;
};

/* --- Lists of tickets (model_tickets.c) --- */

struct model_row {
    struct ticket ticket; /* texts live in `texts` */
    char *texts;          /* owned */
    bool gone;            /* was deleted, or is not to be seen any more */
};

#define MODEL_ROWS_MAX   5000
#define MODEL_FILTER_MAX (QUERY_MAX * 4 + 1)

/* Newest number first, or as the filter's "sort" says. Pages are asked for as the view nears the
 * end. */
struct model_tickets {
    struct model *model;
    unsigned change;               /* its bit of enum model_change */
    bool deleted;                  /* lists deleted tickets */
    char filter[MODEL_FILTER_MAX]; /* a query (proto/condition.h); "": all */
    char before[MODEL_FILTER_MAX]; /* the filter that the desk last understood */
    char typed[MODEL_FILTER_MAX];  /* what was typed last, understood or not */
    bool sorted;                   /* not by number */
    struct model_row *rows;        /* owned */
    size_t count;
    size_t capacity;
    bool loaded; /* an answer has come since the filter was set */
    bool more;   /* the desk has further rows */
    uint64_t cursor;
    uint8_t place[LIST_PLACE_MAX]; /* of a sorted list instead of the cursor */
    size_t place_length;
    uint64_t sequence; /* of the snapshot that the first page was read from */
    uint64_t request;  /* 0: none on its way */
    bool first_page;   /* of the request on its way */
};

/* --- Marks (model_marks.c) --- */

#define MODEL_MARKS_MAX (64 * BULK_MAX)

/* The tickets of the list that the next act is about. */
struct model_marks {
    uint64_t *numbers; /* owned; the newest first */
    size_t count;
    size_t capacity;
    uint64_t lost;     /* the last marked ticket that is to be seen no more */
    size_t lost_count; /* how many of them nobody has been told of */
};

/* --- The open ticket (model_ticket.c) --- */

/* One piece of what is read, in the order of the journal. Texts end with a zero byte. */
struct model_entry {
    uint64_t sequence;
    bool is_message;
    struct message message;
    struct history_entry history;
};

struct model_ticket {
    struct model *model;
    struct arena arena;
    uint64_t number;      /* 0: none is open */
    uint64_t merged_from; /* the number it was opened by, when that was merged into it; else 0 */
    uint64_t merged[MERGED_MAX]; /* what was merged into it */
    size_t merged_count;
    bool loaded; /* ticket and problem are there */
    bool gone;
    struct ticket ticket;
    struct text problem;
    struct model_entry *entries; /* owned; ascending by sequence */
    size_t count;
    size_t capacity;
    uint64_t last_message; /* sequences up to which the desk has been asked */
    uint64_t last_history;
    uint64_t asked_after;  /* the messages that are on their way come after this one */
    uint64_t first_unread; /* the first message that was not read when it was opened; 0: none */
    uint64_t get_request;  /* 0: none on its way */
    uint64_t messages_request;
    uint64_t history_request;
};

/* --- What the open ticket is to others (model_links.c) --- */

struct model_links {
    struct model *model;
    struct arena arena;
    uint64_t number;                   /* of the ticket they are the links of; 0: none */
    const struct linked_ticket *items; /* in the arena; texts end with a zero byte */
    size_t count;
    bool loaded;
    uint64_t request; /* 0: none on its way */
};

/* --- Accounts and role requests, for admins (model_people.c) --- */

struct model_people {
    struct model *model;
    struct arena account_arena;
    struct arena request_arena;
    struct account *accounts; /* owned */
    size_t account_count;
    struct role_request *requests; /* owned */
    size_t request_count;
    bool accounts_loaded;
    bool requests_loaded;
    bool accounts_fresh; /* the next page begins the list anew */
    bool requests_fresh;
    uint64_t accounts_request; /* 0: none on its way */
    uint64_t requests_request;
};

/* --- Queues (model_queues.c) --- */

/* Those one works in or may file into; empty until the desk has said. */
struct model_queues {
    struct model *model;
    struct arena arena;
    struct queue *items; /* in the arena; texts end with a zero byte */
    size_t count;
    uint64_t request; /* 0: none on its way */
};

/* --- Who is at which ticket (model_presence.c) --- */

struct model_person {
    uint64_t number; /* of the ticket */
    enum doing doing;
    char name[USER_NAME_MAX + 1];
};

/* Others than oneself; for staff. */
struct model_presence {
    struct model *model;
    struct model_person *people; /* owned */
    size_t count;
    size_t capacity;
    uint64_t list_request; /* 0: none on its way */
};

/* --- The whole --- */

struct model {
    struct connection *connection; /* borrowed */
    struct model_callbacks callbacks;
    void *context;
    struct model_account account;
    struct model_tickets tickets;
    struct model_tickets deleted;
    struct model_marks marks;
    struct model_ticket ticket;
    struct model_links links;
    struct model_people people;
    struct model_queues queues;
    struct model_presence presence;
    bool subscribed;   /* events come */
    uint64_t sequence; /* of the newest event, or of the subscription */
    uint8_t epoch[EPOCH_BYTES];
    bool has_epoch;
};

void model_init(struct model *model, struct connection *connection,
                const struct model_callbacks *callbacks, void *context);

/* Call before the connection is destroyed. Accepts a zeroed model. */
void model_finish(struct model *model);

/* From the connection's callbacks. */
void model_on_state(struct model *model, enum connection_state state);
void model_on_notification(struct model *model, enum notification kind, const void *message);

/* Whether what is shown is as new as the desk. */
bool model_is_live(const struct model *model);

/* Forgets everything that belongs to the person who was signed in. */
void model_forget(struct model *model);

/* The reply to login: who is signed in now; asks for the tickets and for events. */
void model_signed_in(struct model *model, const struct account *account);

/* The sign-in has ended by itself. */
void model_expire(struct model *model);

bool model_is_staff(const struct model *model);
bool model_is_admin(const struct model *model);

/* Whether admin mode is on now, and until when the desk said it would be. */
bool model_is_elevated(const struct model *model);
void model_set_elevated(struct model *model, uint64_t until_ms);

/* The desk has agreed that this admin acts as the person: from here on the model is the person's.
 * The other way after it has ended: then it is the admin's again. Everything is read anew. */
void model_begin_acting(struct model *model, const struct account *person);
void model_end_acting(struct model *model);

/* Asks for the own account again. */
void model_refresh_account(struct model *model);

/* --- Lists --- */

/* Asks for the first page; rows stay until it comes. */
void model_tickets_refresh(struct model_tickets *tickets);

/* The same for another filter: a query, "" for all. One that the desk does not understand leaves
 * the filter as it was. */
void model_tickets_filter(struct model_tickets *tickets, const char *filter);

/* Asks for the next page when there is one and none is on its way. */
void model_tickets_more(struct model_tickets *tickets);

/* Drops rows that are gone. */
void model_tickets_tidy(struct model_tickets *tickets);

/* False when the ticket is not among the rows; then `ret_index` is where it would be. */
bool model_tickets_find(const struct model_tickets *tickets, uint64_t number, size_t *ret_index);

/* --- Marks --- */

bool model_is_marked(const struct model *model, uint64_t number);

/* False when there are MODEL_MARKS_MAX already, or without memory. */
bool model_mark(struct model *model, uint64_t number);

/* False when it had no mark. */
bool model_unmark(struct model *model, uint64_t number);
void model_unmark_all(struct model *model);

/* How many marked tickets have vanished since this was asked last, and the number of one of them.
 */
size_t model_take_lost_marks(struct model *model, uint64_t *ret_number);

/* --- The open ticket --- */

/* Opens a ticket, with what the list knows of it to begin with. */
void model_ticket_open(struct model_ticket *open, uint64_t number);
void model_ticket_close(struct model_ticket *open);

/* Asks for everything of it again. */
void model_ticket_refresh(struct model_ticket *open);

/* It has been drawn in full: what was unread is read, and the desk is told so. */
void model_ticket_was_drawn(struct model_ticket *open);

/* Whether a message was not read yet when the ticket was opened, or has come since. */
bool model_ticket_is_unread(const struct model_ticket *open, const struct model_entry *entry);

/* --- Links --- */

/* Asks for the links of a ticket, which are kept up to date from then on; those of another one are
 * forgotten. */
void model_links_ask(struct model_links *links, uint64_t number);

/* --- Presence --- */

/* Tells the desk what one does at a ticket now. */
void model_presence_say(struct model *model, uint64_t number, enum doing doing);

/* The most that anybody else does there. */
enum doing model_presence_at(const struct model_presence *presence, uint64_t number);

/* Appends "eve is replying, bob is reading"; nothing when nobody is there. */
void model_presence_words(const struct model_presence *presence, uint64_t number,
                          struct buffer *buffer);

/* --- People --- */

void model_accounts_refresh(struct model_people *people);
void model_requests_refresh(struct model_people *people);

/* --- Queues --- */

void model_queues_refresh(struct model_queues *queues);

/* --- Between the files of the model --- */

/* The desk has done so: the viewer watches the ticket, or no longer does. */
void model_set_watching(struct model *model, uint64_t number, bool watching);

/* Events do not say what is the viewer's own, whether they watch the ticket and what of it they
 * have not read: then what was known holds. */
void model_keep_own(struct ticket *ticket, const struct ticket *before);

/* An event may have brought a message by somebody else. */
void model_count_unread(const struct model *model, struct ticket *ticket,
                        const struct history_entry *entry);

/* Once all has come: which messages are those that were not read. */
void model_ticket_find_unread(struct model_ticket *open);

/* Nobody acts as anybody. */
void acting_forget(struct model *model);

void presence_init(struct model_presence *presence, struct model *model);
void presence_forget(struct model_presence *presence);
void presence_ask(struct model_presence *presence);
void presence_take(struct model_presence *presence, const struct presence_seen *seen);
void presence_take_gone(struct model_presence *presence, uint64_t number);

void model_changed(struct model *model, unsigned changes, bool by_event);
void model_failed(struct model *model, enum error error, const struct failure *failure);

/* Asks for events, from where they ended last if that is known; otherwise everything is read. */
void model_subscribe(struct model *model);

void tickets_init(struct model_tickets *tickets, struct model *model, unsigned change,
                  bool deleted);
void tickets_forget(struct model_tickets *tickets);
void tickets_take_event(struct model_tickets *tickets, const struct feed_event *event);
void tickets_take_gone(struct model_tickets *tickets, const struct ticket_gone *gone);

void ticket_take_event(struct model_ticket *open, const struct feed_event *event);
void ticket_take_gone(struct model_ticket *open, const struct ticket_gone *gone);

/* Whether a field is among what an entry has changed. */
bool history_changes(const struct history_entry *entry, const char *field);

void links_init(struct model_links *links, struct model *model);
void links_forget(struct model_links *links);
void links_take_event(struct model_links *links, const struct feed_event *event);
void links_take_gone(struct model_links *links, const struct ticket_gone *gone);

/* A ticket is not to be seen any more; true when it had a mark. */
bool marks_take_gone(struct model *model, uint64_t number);

/* A page of the list has come. `is_whole`: there is nothing beyond it. */
void marks_follow_list(struct model *model, bool is_whole);
void marks_forget(struct model_marks *marks);

void queues_init(struct model_queues *queues, struct model *model);
void queues_forget(struct model_queues *queues);

void people_init(struct model_people *people, struct model *model);
void people_forget(struct model_people *people);

#endif
