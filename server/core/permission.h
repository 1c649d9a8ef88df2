/* Who may do what: one table, default deny; docs/permissions.md is the same table in words. Checked
 * where commands run and where queries read. */
#ifndef TTYDESK_CORE_PERMISSION_H
#define TTYDESK_CORE_PERMISSION_H

#include "server/core/command.h"
#include "server/store/rows.h"

/* Somebody, as the rows say at this moment. */
struct viewer {
    bool signed_in;
    bool elevated; /* an admin who re-entered the password on this connection, not too long ago */
    bool console;  /* root or the daemon's user, not signed in; then `signed_in` is false */
    struct row_account account; /* when signed in */
    uint64_t sign_in;
};

/* What a ticket, or the account of account.get, is to a viewer. NONE: the method is about neither,
 * or the question is whether the viewer may use it at all. */
enum relation {
    RELATION_NONE,
    RELATION_OWN,
    RELATION_OTHER,
    RELATION_DELETED,
    RELATION_ABSENT,
    RELATION_COUNT
};

/* Fills the viewer from the rows of the sign-in and its account: expired, ended, disabled and
 * overtaken sign-ins are nobody. The account's texts live in the rows' arena. */
void permission_viewer(struct rows *rows, const struct origin *origin, uint64_t time_ms,
                       struct viewer *ret_viewer);

/* The relation of a ticket row (NULL: absent) to the viewer. */
enum relation permission_relation(const struct viewer *viewer, const struct row_ticket *ticket);

/* ERROR_NONE, or how the refusal is answered: ERROR_NOT_SIGNED_IN, ERROR_FORBIDDEN,
 * ERROR_ELEVATION_REQUIRED, ERROR_NOT_FOUND (what one may not see does not exist). */
enum error permission_check(enum method method, const struct viewer *viewer,
                            enum relation relation);

/* Two viewers of the same standing to a ticket see it and its history alike, byte for byte, so that
 * an event is made once for all of them. Whatever view.c asks of a viewer has to be in here. */
enum { PERMISSION_STANDINGS = ROLE_COUNT * 2 * 2 }; /* role, in admin mode, own ticket */
unsigned permission_standing(const struct viewer *viewer, const struct row_ticket *ticket);

/* Field levels */
bool permission_sees_notes(const struct viewer *viewer);

/* Staff and admins: tickets of everybody, ticket.list's filter by requester, feed.subscribe to all;
 * others are answered ERROR_FORBIDDEN. */
bool permission_sees_all(const struct viewer *viewer);

/* Admin mode and the console: ticket.list of deleted ones; an admin without it is answered
 * ERROR_ELEVATION_REQUIRED, others ERROR_FORBIDDEN. */
bool permission_sees_deleted(const struct viewer *viewer);

/* Title, problem and kind: staff and admins always, the requester until staff has replied. */
bool permission_edits_text(const struct viewer *viewer, const struct row_ticket *ticket);

/* Who may use the method at all, in words, for `api`: "anybody", "user", "staff", "admin", "admin
 * mode", "console"; "nobody" for a method that the table leaves out. */
const char *permission_words(enum method method);

/* Whether this viewer sees a ticket of this audience. For feeds. */
bool permission_in_audience(const struct viewer *viewer, const struct audience *audience);

#endif
