/* Who may do what: one table, default deny; docs/permissions.md is the same table in words. Checked
 * where commands run and where queries read. */
#ifndef TTYDESK_CORE_PERMISSION_H
#define TTYDESK_CORE_PERMISSION_H

#include "server/core/command.h"
#include "server/store/rows.h"

/* What staff may do with the tickets of a queue; numbers on disk, as a sum. */
enum queue_right {
    RIGHT_READ = 1,   /* see them, private notes included */
    RIGHT_CREATE = 2, /* file tickets there, or move some there */
    RIGHT_CHANGE = 4, /* reply, write notes, change them */
    RIGHT_OWN = 8,    /* be their owner */
    RIGHTS_ALL = 15,
};

/* The queue of tickets that name none. It is there from the beginning, without a row. */
enum { QUEUE_DEFAULT = 1 };

/* The rights of a viewer in the queue that was asked about last. */
struct known_rights {
    uint64_t queue;
    unsigned rights;
};

/* Somebody, as the rows say at this moment; good for as long as their transaction. */
struct viewer {
    struct rows *rows;
    bool signed_in;
    bool elevated; /* an admin who re-entered the password on this connection, not too long ago */
    bool console;  /* root or the daemon's user, not signed in; then `signed_in` is false */
    bool desk;     /* the desk itself: what its timers do */
    struct row_account account; /* when signed in; while acting, of whom the admin acts as */
    uint64_t actor;             /* account id of who really sits there */
    uint64_t sign_in;
    struct known_rights *known; /* staff only */
};

/* What a ticket, or the account of account.get, is to a viewer. NONE: the method is about neither,
 * or the question is whether the viewer may use it at all. */
enum relation {
    RELATION_NONE,
    RELATION_OWN,    /* its requester; one's own account */
    RELATION_COPY,   /* in copy */
    RELATION_READ,   /* a right to read its queue, not to change it; an account staff may look at */
    RELATION_CHANGE, /* a right to change what is in its queue, requester or not */
    RELATION_HIDDEN, /* none of these */
    RELATION_DELETED,
    RELATION_ABSENT,
    RELATION_COUNT
};

/* Fills the viewer from the rows of the sign-in and its account: expired, ended, disabled and
 * overtaken sign-ins are nobody. The account's texts live in the rows' arena. */
void permission_viewer(struct rows *rows, const struct origin *origin, uint64_t time_ms,
                       struct viewer *ret_viewer);

/* Why this sign-in is nobody any more, in a sentence for who has it: a string literal; NULL when
 * that is not known. */
const char *permission_why_nobody(struct rows *rows, uint64_t sign_in, uint64_t time_ms);

/* The relation of a ticket row (NULL: absent) to the viewer. */
enum relation permission_relation(const struct viewer *viewer, const struct row_ticket *ticket);

/* The relation of an account row (NULL: absent) to the viewer. */
enum relation permission_account_relation(const struct viewer *viewer,
                                          const struct row_account *account);

/* The rights (a sum of enum queue_right) in a queue, 0 in one that does not exist: all for admins,
 * those listed or all of an open queue for staff, none for users. */
unsigned permission_rights(const struct viewer *viewer, uint64_t queue);

/* The same of an account that is not asking: whom a ticket may be given to. */
unsigned permission_account_rights(struct rows *rows, const struct row_account *account,
                                   uint64_t queue);

/* Whether the viewer sees this ticket at all: not for deleted, purged and absent ones. */
bool permission_sees(const struct viewer *viewer, const struct row_ticket *ticket);

/* An admin acts as somebody else. */
bool permission_is_acting(const struct viewer *viewer);

/* ERROR_NONE, or how the refusal is answered: ERROR_NOT_SIGNED_IN, ERROR_FORBIDDEN,
 * ERROR_ELEVATION_REQUIRED, ERROR_NOT_FOUND (what one may not see does not exist). */
enum error permission_check(enum method method, const struct viewer *viewer,
                            enum relation relation);

/* Two viewers of the same standing to a ticket see it and its history alike, byte for byte, so that
 * an event is made once for all of them. Whatever view.c asks of a viewer has to be in here. */
enum {
    PERMISSION_STANDINGS = ROLE_COUNT * 2 * 2 * 2 * 2
}; /* role, in admin mode, own ticket,
      right to read, right to change */
unsigned permission_standing(const struct viewer *viewer, const struct row_ticket *ticket);

/* Field levels */

/* Private notes of tickets in this queue: who has the right to read it. */
bool permission_sees_notes(const struct viewer *viewer, uint64_t queue);

/* Who is at a ticket now: who has the right to read its queue, while it can be seen. */
bool permission_sees_presence(const struct viewer *viewer, const struct row_ticket *ticket);

/* Staff and admins: ticket.list's filter by requester, feed.subscribe to all; others are answered
 * ERROR_FORBIDDEN. */
bool permission_is_staff(const struct viewer *viewer);

/* Admin mode and the console: ticket.list of deleted ones; an admin without it is answered
 * ERROR_ELEVATION_REQUIRED, others ERROR_FORBIDDEN. */
bool permission_sees_deleted(const struct viewer *viewer);

/* Title, problem and kind: who may change the ticket always, the requester until staff replied. */
bool permission_edits_text(const struct viewer *viewer, const struct row_ticket *ticket);

/* Who may use the method at all, in words, for `api`: "anybody", "user", "staff", "admin", "admin
 * mode", "console"; "nobody" for a method that the table leaves out. */
const char *permission_words(enum method method);

/* Whether this viewer sees a ticket of this audience. For feeds. */
bool permission_in_audience(const struct viewer *viewer, const struct audience *audience);

#endif
