/* Read-only answers: a query is a pure function of a snapshot, the viewer and the request. Each
 * looks at a bounded number of rows and fills a bounded page; what does not fit comes with the
 * next request's cursor. */
#ifndef TTYDESK_SERVER_QUERIES_H
#define TTYDESK_SERVER_QUERIES_H

#include "server/core/permission.h"
#include "server/throttle.h"

/* What a query answers from. */
struct query {
    struct rows *rows;
    const struct viewer *viewer;
    const void *request; /* the struct of methods[method].request */
    enum method method;
    uint64_t page_default;           /* rows of a page when the client does not say */
    uint64_t page_bytes;             /* a page is cut before it gets longer on the wire */
    uint64_t rows_max;               /* rows looked at */
    uint64_t time_ms;                /* the desk's time */
    const struct throttle *throttle; /* who has to wait is no row; with a clock of its own, */
    uint64_t now_ms;                 /* which is at this */
    uint64_t *work; /* is added to: what was done beside reading, as rows_work counts */
};

/* ERROR_NONE: `ret_reply`, zeroed before, is the struct of methods[method].reply, in the memory of
 * the rows' arena. Otherwise the code of a refusal; `ret_failure->field` and `message` may say
 * more. */
typedef enum error query_function(const struct query *query, void *ret_reply,
                                  struct failure *ret_failure);

/* Accounts */
query_function query_account_get;
query_function query_account_sign_ins;
query_function query_account_devices;
query_function query_account_keys;
query_function query_account_export;

/* Sign-in */

/* Tickets */
query_function query_ticket_get;
query_function query_ticket_messages;
query_function query_ticket_list;

/* Ownership */
query_function query_ticket_followers;

/* Lifecycle */

/* Conversation */
query_function query_ticket_history;
query_function query_message_versions;
query_function query_canned_list;

/* Queues */
query_function query_queue_list;
query_function query_queue_people;
query_function query_admin_queue_members;

/* Links and merging */
query_function query_ticket_links;

/* Tags */
query_function query_tag_list;

/* Attachments */
query_function query_attachment_list;
query_function query_attachment_read;

/* Drafts and unread */
query_function query_draft_get;
query_function query_draft_list;

/* Presence and feed */

/* Bulk and undo */
query_function query_ticket_last_act;

/* Admin: tickets */
query_function query_admin_retention_preview;

/* Admin: accounts */
query_function query_admin_account_export;
query_function query_admin_sign_ins;
query_function query_admin_keys;
query_function query_admin_locks;
query_function query_admin_account_list;
query_function query_admin_role_requests;

/* Admin: settings */
query_function query_admin_settings_get;

/* Audit */
query_function query_admin_audit;

/* Internal */

#endif
