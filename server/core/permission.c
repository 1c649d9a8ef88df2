/* The table of docs/permissions.md and the questions asked of it. */
#include "server/core/permission.h"

#include "proto/require.h"
#include "server/core/queue.h"

enum viewer_class {
    CLASS_NOBODY,
    CLASS_USER,
    CLASS_STAFF,
    CLASS_ADMIN,
    CLASS_ADMIN_MODE,
    CLASS_CONSOLE,
    CLASS_COUNT
};

/* The words of the page; NO is 0, so that what the table leaves out is denied. */
enum answer { NO, YES, READ, REPLY, EDIT, WORK, KEPT, SIGN_IN, MODE, ANSWER_COUNT };

static const enum answer rules[METHOD_COUNT][CLASS_COUNT] = {
    /* nobody, user, staff, admin, admin mode, console */
    /* Connection */
    [METHOD_HELLO] = {YES, YES, YES, YES, YES, YES},
    [METHOD_API] = {YES, YES, YES, YES, YES, YES},
    /* Accounts, and how a sign-in begins and ends */
    [METHOD_ACCOUNT_REGISTER] = {YES, YES, YES, YES, YES, YES},
    [METHOD_ACCOUNT_LOGIN] = {YES, YES, YES, YES, YES, YES},
    [METHOD_ACCOUNT_LOGIN_KEY] = {YES, YES, YES, YES, YES, YES},
    [METHOD_ACCOUNT_RESUME] = {YES, YES, YES, YES, YES, YES},
    [METHOD_ACCOUNT_USE_CODE] = {YES, YES, YES, YES, YES, YES},
    [METHOD_ACCOUNT_LOGOUT] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_GET] = {SIGN_IN, READ, READ, READ, READ, SIGN_IN},
    [METHOD_ACCOUNT_UPDATE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_SET_PASSWORD] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_REQUEST_ROLE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_SIGN_INS] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_END_SIGN_IN] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_END_OTHER_SIGN_INS] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_DEVICES] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_EXPORT] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_FORGET_DEVICE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_KEYS] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_KEY_ADD] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_KEY_REMOVE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_TOTP_BEGIN] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_TOTP_CONFIRM] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_TOTP_REMOVE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    /* Sign-in, while it lasts */
    [METHOD_ACCOUNT_ELEVATE] = {SIGN_IN, NO, NO, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_ELEVATE_KEY] = {SIGN_IN, NO, NO, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_END_ELEVATION] = {SIGN_IN, NO, NO, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_ACT_AS] = {SIGN_IN, NO, NO, MODE, YES, SIGN_IN},
    [METHOD_ACCOUNT_END_ACT_AS] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    /* Tickets */
    [METHOD_TICKET_CREATE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_TICKET_GET] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    [METHOD_TICKET_MESSAGES] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    [METHOD_TICKET_LIST] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_TICKET_UPDATE] = {SIGN_IN, EDIT, EDIT, EDIT, EDIT, SIGN_IN},
    /* Ownership */
    [METHOD_TICKET_TAKE] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_UNTAKE] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_STEAL] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_GIVE] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_FOLLOWERS] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    [METHOD_TICKET_WATCH] = {SIGN_IN, READ, READ, READ, READ, SIGN_IN},
    [METHOD_TICKET_UNWATCH] = {SIGN_IN, READ, READ, READ, READ, SIGN_IN},
    [METHOD_TICKET_CC_ADD] = {SIGN_IN, EDIT, EDIT, EDIT, EDIT, SIGN_IN},
    [METHOD_TICKET_CC_REMOVE] = {SIGN_IN, REPLY, REPLY, REPLY, REPLY, SIGN_IN},
    /* Lifecycle */
    [METHOD_TICKET_PEND] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_OPEN] = {SIGN_IN, EDIT, EDIT, EDIT, EDIT, SIGN_IN},
    /* Conversation */
    [METHOD_TICKET_REPLY] = {SIGN_IN, REPLY, REPLY, REPLY, REPLY, SIGN_IN},
    [METHOD_TICKET_NOTE] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_WITHDRAW] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_SEND_NOW] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_MESSAGE_EDIT] = {SIGN_IN, REPLY, REPLY, REPLY, REPLY, SIGN_IN},
    [METHOD_MESSAGE_RETRACT] = {SIGN_IN, REPLY, REPLY, REPLY, REPLY, SIGN_IN},
    [METHOD_MESSAGE_VERSIONS] = {SIGN_IN, NO, READ, READ, KEPT, SIGN_IN},
    [METHOD_CANNED_LIST] = {SIGN_IN, NO, YES, YES, YES, YES},
    [METHOD_TICKET_HISTORY] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    /* Queues */
    [METHOD_QUEUE_LIST] = {SIGN_IN, YES, YES, YES, YES, YES},
    [METHOD_QUEUE_PEOPLE] = {SIGN_IN, NO, YES, YES, YES, SIGN_IN},
    [METHOD_TICKET_MOVE] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_ADMIN_QUEUE_CREATE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_QUEUE_UPDATE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_QUEUE_RIGHTS] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_QUEUE_MEMBERS] = {SIGN_IN, NO, NO, MODE, YES, YES},
    /* Links and merging */
    [METHOD_TICKET_LINK] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_UNLINK] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_MERGE] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_UNMERGE] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_SPLIT] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TICKET_LINKS] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    /* Tags */
    [METHOD_TICKET_TAG] = {SIGN_IN, WORK, WORK, WORK, WORK, SIGN_IN},
    [METHOD_TAG_LIST] = {SIGN_IN, NO, YES, YES, YES, SIGN_IN},
    /* Attachments */
    [METHOD_ATTACHMENT_BEGIN] = {SIGN_IN, REPLY, REPLY, REPLY, REPLY, SIGN_IN},
    [METHOD_ATTACHMENT_CHUNK] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ATTACHMENT_FINISH] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ATTACHMENT_LIST] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    [METHOD_ATTACHMENT_READ] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    [METHOD_ATTACHMENT_REMOVE] = {SIGN_IN, NO, NO, MODE, KEPT, SIGN_IN},
    /* Drafts and unread */
    [METHOD_DRAFT_SAVE] = {SIGN_IN, READ, READ, READ, READ, SIGN_IN},
    [METHOD_DRAFT_GET] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_DRAFT_LIST] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_DRAFT_REMOVE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_TICKET_MARK_READ] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    /* Presence and feed */
    [METHOD_PRESENCE_SET] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    [METHOD_PRESENCE_LIST] = {SIGN_IN, NO, READ, READ, KEPT, SIGN_IN},
    [METHOD_FEED_SUBSCRIBE] = {SIGN_IN, READ, READ, READ, KEPT, SIGN_IN},
    [METHOD_FEED_UNSUBSCRIBE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    /* Bulk and undo */
    [METHOD_TICKET_BULK] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_TICKET_UNDO] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_TICKET_LAST_ACT] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    /* Admin: tickets */
    [METHOD_ADMIN_TICKET_DELETE] = {SIGN_IN, NO, NO, MODE, KEPT, KEPT},
    [METHOD_ADMIN_TICKET_RESTORE] = {SIGN_IN, NO, NO, MODE, KEPT, KEPT},
    [METHOD_ADMIN_RETENTION_PREVIEW] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_RETENTION_RUN] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_TICKET_PURGE] = {SIGN_IN, NO, NO, MODE, KEPT, KEPT},
    /* Admin: accounts */
    [METHOD_ADMIN_ACCOUNT_LIST] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_CREATE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_RESET] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_TOTP_RESET] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_ROLE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_SIGN_INS] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_END_SIGN_INS] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_KEYS] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_KEY_REMOVE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_LOCKS] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_UNLOCK] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_DISABLE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_EXPORT] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_ANONYMISE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_ENABLE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ROLE_REQUESTS] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ROLE_GRANT] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ROLE_DECLINE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    /* Admin: canned replies */
    [METHOD_ADMIN_CANNED_CREATE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_CANNED_UPDATE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_CANNED_REMOVE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    /* Admin: settings */
    [METHOD_ADMIN_SETTINGS_GET] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_SETTINGS_UPDATE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    /* Audit */
    [METHOD_ADMIN_AUDIT] = {SIGN_IN, NO, NO, MODE, YES, YES},
    /* Health */
    [METHOD_ADMIN_HEALTH] = {SIGN_IN, NO, NO, MODE, YES, YES},
    /* Internal */
};

static const enum error answers[ANSWER_COUNT][RELATION_COUNT] = {
    /* none, own, copy, read, change, hidden, deleted, absent */
    [NO] = {ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_FORBIDDEN,
            ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_FORBIDDEN},
    [YES] = {ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE,
             ERROR_NONE},
    [READ] = {ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NOT_FOUND,
              ERROR_NOT_FOUND, ERROR_NOT_FOUND},
    [REPLY] = {ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_FORBIDDEN, ERROR_NONE, ERROR_NOT_FOUND,
               ERROR_NOT_FOUND, ERROR_NOT_FOUND},
    [EDIT] = {ERROR_NONE, ERROR_NONE, ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_NONE, ERROR_NOT_FOUND,
              ERROR_NOT_FOUND, ERROR_NOT_FOUND},
    [WORK] = {ERROR_NONE, ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_NONE,
              ERROR_NOT_FOUND, ERROR_NOT_FOUND, ERROR_NOT_FOUND},
    [KEPT] = {ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE,
              ERROR_NOT_FOUND},
    [SIGN_IN] = {ERROR_NOT_SIGNED_IN, ERROR_NOT_SIGNED_IN, ERROR_NOT_SIGNED_IN, ERROR_NOT_SIGNED_IN,
                 ERROR_NOT_SIGNED_IN, ERROR_NOT_SIGNED_IN, ERROR_NOT_SIGNED_IN,
                 ERROR_NOT_SIGNED_IN},
    [MODE] = {ERROR_ELEVATION_REQUIRED, ERROR_ELEVATION_REQUIRED, ERROR_ELEVATION_REQUIRED,
              ERROR_ELEVATION_REQUIRED, ERROR_ELEVATION_REQUIRED, ERROR_ELEVATION_REQUIRED,
              ERROR_ELEVATION_REQUIRED, ERROR_ELEVATION_REQUIRED},
};

static bool is_elevated(const struct row_sign_in *sign_in, const struct row_account *account,
                        const struct origin *origin, uint64_t time_ms)
{
    return account->role == ROLE_ADMIN && !origin->gateway && origin->connection != 0 &&
           sign_in->elevated_connection == origin->connection &&
           sign_in->elevated_until_ms > time_ms;
}

/* An admin who acts as somebody is that account and no more, and never falls back to being the
 * admin unasked: when the account can't be acted as any longer, nobody is signed in here. */
static void act_as(const struct row_sign_in *sign_in, const struct origin *origin,
                   struct viewer *viewer)
{
    struct row_account account;

    if (sign_in->acting_for == 0 || sign_in->acting_connection != origin->connection) {
        return;
    }
    viewer->elevated = false;
    viewer->signed_in = rows_get(viewer->rows, ROW_ACCOUNT, sign_in->acting_for, 0, &account) &&
                        account.state == ACCOUNT_ACTIVE && account.role < viewer->account.role;
    if (viewer->signed_in) {
        viewer->account = account;
    }
}

void permission_viewer(struct rows *rows, const struct origin *origin, uint64_t time_ms,
                       struct viewer *ret_viewer)
{
    struct viewer viewer = {.rows = rows, .desk = origin->desk};
    struct row_sign_in sign_in;
    struct row_account account;

    if (origin->sign_in == 0) {
        /* An ended sign-in must not fall back to being the console. */
        viewer.console = origin->console;
    } else if (rows_get(rows, ROW_SIGN_IN, origin->sign_in, 0, &sign_in) &&
               sign_in.expires_ms > time_ms &&
               rows_get(rows, ROW_ACCOUNT, sign_in.account, 0, &account) &&
               account.state == ACCOUNT_ACTIVE && account.epoch == sign_in.account_epoch) {
        viewer.signed_in = true;
        viewer.sign_in = sign_in.id;
        viewer.account = account;
        viewer.actor = account.id;
        viewer.elevated = is_elevated(&sign_in, &account, origin, time_ms);
        act_as(&sign_in, origin, &viewer);
        viewer.known = viewer.account.role == ROLE_STAFF
                           ? arena_alloc(rows_arena(rows), sizeof *viewer.known)
                           : NULL;
    }
    *ret_viewer = viewer;
}

const char *permission_why_nobody(struct rows *rows, uint64_t sign_in, uint64_t time_ms)
{
    struct row_sign_in row;
    struct row_account account;

    if (sign_in == 0) {
        return NULL;
    }
    if (!rows_get(rows, ROW_SIGN_IN, sign_in, 0, &row) ||
        !rows_get(rows, ROW_ACCOUNT, row.account, 0, &account)) {
        return "This sign-in was ended; sign in again if you still may.";
    }
    if (account.state != ACCOUNT_ACTIVE) {
        return "An admin has disabled your account; ask them if that is a mistake.";
    }
    if (account.epoch != row.account_epoch) {
        return "Your role, your password or your sign-ins were changed elsewhere since you signed "
               "in; sign in again.";
    }
    if (row.expires_ms <= time_ms) {
        return "This sign-in has expired; sign in again.";
    }
    return row.acting_for != 0 ? "The account you act as can't be acted as any longer; sign in as "
                                 "yourself again."
                               : NULL;
}

/* --- Rights in queues ------------------------------------------------------------------------ */

unsigned permission_account_rights(struct rows *rows, const struct row_account *account,
                                   uint64_t queue)
{
    struct row_queue row;
    struct row_queue_right right;

    if (account->role == ROLE_USER || !queue_read(rows, queue, &row)) {
        return 0;
    }
    if (account->role == ROLE_ADMIN) {
        return RIGHTS_ALL;
    }
    if (rows_get(rows, ROW_QUEUE_RIGHT, account->id, queue, &right)) {
        return (unsigned)right.rights & RIGHTS_ALL;
    }
    return row.members_only ? 0 : RIGHTS_ALL;
}

/* Lists and feeds ask about ticket after ticket, mostly of the same queue. */
unsigned permission_rights(const struct viewer *viewer, uint64_t queue)
{
    if (!viewer->signed_in) {
        return 0;
    }
    if (viewer->known == NULL) {
        return permission_account_rights(viewer->rows, &viewer->account, queue);
    }
    if (viewer->known->queue != queue || queue == 0) {
        *viewer->known = (struct known_rights){
            .queue = queue,
            .rights = permission_account_rights(viewer->rows, &viewer->account, queue)};
    }
    return viewer->known->rights;
}

static bool is_in_copy(const struct viewer *viewer, const struct row_ticket *ticket)
{
    struct row_follower follower;
    return ticket->cc_count > 0 &&
           rows_get(viewer->rows, ROW_FOLLOWER, ticket->number, viewer->account.id, &follower) &&
           follower.cc;
}

enum relation permission_relation(const struct viewer *viewer, const struct row_ticket *ticket)
{
    if (ticket == NULL || ticket->purged) {
        return RELATION_ABSENT;
    }
    if (ticket->deleted) {
        return RELATION_DELETED;
    }
    if (!viewer->signed_in) {
        /* What the console and the desk may do at all, they may do to every ticket. */
        return viewer->console || viewer->desk ? RELATION_CHANGE : RELATION_HIDDEN;
    }
    unsigned rights = permission_rights(viewer, ticket->queue);
    if ((rights & RIGHT_CHANGE) != 0) {
        return RELATION_CHANGE;
    }
    if (ticket->requester == viewer->account.id) {
        return RELATION_OWN;
    }
    if (is_in_copy(viewer, ticket)) {
        return RELATION_COPY;
    }
    return (rights & RIGHT_READ) != 0 ? RELATION_READ : RELATION_HIDDEN;
}

enum relation permission_account_relation(const struct viewer *viewer,
                                          const struct row_account *account)
{
    if (account == NULL) {
        return RELATION_ABSENT;
    }
    if (viewer->signed_in && account->id == viewer->account.id) {
        return RELATION_OWN;
    }
    return permission_is_staff(viewer) ? RELATION_READ : RELATION_HIDDEN;
}

bool permission_sees(const struct viewer *viewer, const struct row_ticket *ticket)
{
    return answers[READ][permission_relation(viewer, ticket)] == ERROR_NONE;
}

/* --- The table ------------------------------------------------------------------------------- */

static enum viewer_class class_of(const struct viewer *viewer)
{
    static const enum viewer_class classes[ROLE_COUNT] = {
        [ROLE_USER] = CLASS_USER,
        [ROLE_STAFF] = CLASS_STAFF,
        [ROLE_ADMIN] = CLASS_ADMIN,
    };
    if (!viewer->signed_in) {
        return viewer->console ? CLASS_CONSOLE : CLASS_NOBODY;
    }
    if ((unsigned)viewer->account.role >= ROLE_COUNT) {
        return CLASS_NOBODY;
    }
    return viewer->elevated ? CLASS_ADMIN_MODE : classes[viewer->account.role];
}

enum error permission_check(enum method method, const struct viewer *viewer, enum relation relation)
{
    require((unsigned)method < METHOD_COUNT && (unsigned)relation < RELATION_COUNT);
    if (viewer->desk) {
        return method_is_internal(method) ? ERROR_NONE : ERROR_FORBIDDEN;
    }
    if (permission_is_acting(viewer) && method_is_personal(method)) {
        return ERROR_FORBIDDEN;
    }
    return answers[rules[method][class_of(viewer)]][relation];
}

bool permission_is_acting(const struct viewer *viewer)
{
    return viewer->signed_in && viewer->actor != viewer->account.id;
}

unsigned permission_standing(const struct viewer *viewer, const struct row_ticket *ticket)
{
    require(viewer->signed_in && (unsigned)viewer->account.role < ROLE_COUNT);
    unsigned rights = permission_rights(viewer, ticket->queue);
    unsigned own = ticket->requester == viewer->account.id ? 1 : 0;
    unsigned elevated = viewer->elevated ? 1 : 0;
    unsigned reads = (rights & RIGHT_READ) != 0 ? 1 : 0;
    unsigned changes = (rights & RIGHT_CHANGE) != 0 ? 1 : 0;
    return ((((unsigned)viewer->account.role * 2 + elevated) * 2 + own) * 2 + reads) * 2 + changes;
}

bool permission_is_staff(const struct viewer *viewer)
{
    enum viewer_class class = class_of(viewer);
    return class == CLASS_STAFF || class == CLASS_ADMIN || class == CLASS_ADMIN_MODE;
}

bool permission_sees_notes(const struct viewer *viewer, uint64_t queue)
{
    return (permission_rights(viewer, queue) & RIGHT_READ) != 0;
}

bool permission_sees_presence(const struct viewer *viewer, const struct row_ticket *ticket)
{
    bool there = permission_sees(viewer, ticket) ||
                 (ticket->deleted && !ticket->purged && permission_sees_deleted(viewer));
    return there && permission_sees_notes(viewer, ticket->queue);
}

bool permission_sees_deleted(const struct viewer *viewer)
{
    enum viewer_class class = class_of(viewer);
    return class == CLASS_ADMIN_MODE || class == CLASS_CONSOLE;
}

bool permission_edits_text(const struct viewer *viewer, const struct row_ticket *ticket)
{
    enum relation relation = permission_relation(viewer, ticket);
    return relation == RELATION_CHANGE || (relation == RELATION_OWN && !ticket->staff_replied);
}

const char *permission_words(enum method method)
{
    static const char *const words[CLASS_COUNT] = {
        [CLASS_NOBODY] = "anybody",        [CLASS_USER] = "user",
        [CLASS_STAFF] = "staff",           [CLASS_ADMIN] = "admin",
        [CLASS_ADMIN_MODE] = "admin mode", [CLASS_CONSOLE] = "console",
    };
    require((unsigned)method < METHOD_COUNT);
    for (unsigned class = 0; class < CLASS_COUNT; class ++) {
        if (answers[rules[method][class]][RELATION_NONE] == ERROR_NONE) {
            return words[class];
        }
    }
    return "nobody";
}

static bool is_among(const struct audience *audience, uint64_t account)
{
    bool found = audience->requester == account;
    for (size_t i = 0; i < audience->cc_count && !found; i++) {
        found = audience->cc[i] == account;
    }
    return found;
}

bool permission_in_audience(const struct viewer *viewer, const struct audience *audience)
{
    if (audience->requester == 0) {
        return false;
    }
    if (audience->deleted) {
        return permission_sees_deleted(viewer);
    }
    return viewer->signed_in && (is_among(audience, viewer->account.id) ||
                                 permission_sees_notes(viewer, audience->queue));
}
