/* The table of docs/permissions.md and the questions asked of it. */
#include "server/core/permission.h"

#include "proto/require.h"

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
enum answer { NO, YES, OWN, LIVE, KEPT, OWN_NO, SIGN_IN, MODE, ANSWER_COUNT };

static const enum answer rules[METHOD_COUNT][CLASS_COUNT] = {
    /* nobody, user, staff, admin, admin mode, console */
    /* Connection */
    [METHOD_HELLO] = {YES, YES, YES, YES, YES, YES},
    [METHOD_API] = {YES, YES, YES, YES, YES, YES},
    /* Accounts, and how a sign-in begins and ends */
    [METHOD_ACCOUNT_REGISTER] = {YES, YES, YES, YES, YES, YES},
    [METHOD_ACCOUNT_LOGIN] = {YES, YES, YES, YES, YES, YES},
    [METHOD_ACCOUNT_RESUME] = {YES, YES, YES, YES, YES, YES},
    [METHOD_ACCOUNT_LOGOUT] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_GET] = {SIGN_IN, OWN, LIVE, LIVE, LIVE, SIGN_IN},
    [METHOD_ACCOUNT_UPDATE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_SET_PASSWORD] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_REQUEST_ROLE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    /* Sign-in, while it lasts */
    [METHOD_ACCOUNT_ELEVATE] = {SIGN_IN, NO, NO, YES, YES, SIGN_IN},
    [METHOD_ACCOUNT_END_ELEVATION] = {SIGN_IN, NO, NO, YES, YES, SIGN_IN},
    /* Tickets */
    [METHOD_TICKET_CREATE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_TICKET_GET] = {SIGN_IN, OWN, LIVE, LIVE, KEPT, SIGN_IN},
    [METHOD_TICKET_MESSAGES] = {SIGN_IN, OWN, LIVE, LIVE, KEPT, SIGN_IN},
    [METHOD_TICKET_LIST] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    [METHOD_TICKET_UPDATE] = {SIGN_IN, OWN, LIVE, LIVE, LIVE, SIGN_IN},
    /* Ownership */
    /* Lifecycle */
    /* Conversation */
    [METHOD_TICKET_REPLY] = {SIGN_IN, OWN, LIVE, LIVE, LIVE, SIGN_IN},
    [METHOD_TICKET_NOTE] = {SIGN_IN, OWN_NO, LIVE, LIVE, LIVE, SIGN_IN},
    [METHOD_TICKET_HISTORY] = {SIGN_IN, OWN, LIVE, LIVE, KEPT, SIGN_IN},
    /* Queues */
    /* Links and merging */
    /* Tags */
    /* Attachments */
    /* Drafts and unread */
    /* Presence and feed */
    [METHOD_FEED_SUBSCRIBE] = {SIGN_IN, OWN, LIVE, LIVE, KEPT, SIGN_IN},
    [METHOD_FEED_UNSUBSCRIBE] = {SIGN_IN, YES, YES, YES, YES, SIGN_IN},
    /* Bulk and undo */
    /* Admin: tickets */
    [METHOD_ADMIN_TICKET_DELETE] = {SIGN_IN, NO, NO, MODE, KEPT, KEPT},
    [METHOD_ADMIN_TICKET_RESTORE] = {SIGN_IN, NO, NO, MODE, KEPT, KEPT},
    [METHOD_ADMIN_TICKET_PURGE] = {SIGN_IN, NO, NO, MODE, KEPT, KEPT},
    /* Admin: accounts */
    [METHOD_ADMIN_ACCOUNT_LIST] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_CREATE] = {SIGN_IN, NO, NO, NO, NO, YES},
    [METHOD_ADMIN_ACCOUNT_ROLE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_DISABLE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ACCOUNT_ENABLE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ROLE_REQUESTS] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ROLE_GRANT] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_ROLE_DECLINE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    /* Admin: settings */
    [METHOD_ADMIN_SETTINGS_GET] = {SIGN_IN, NO, NO, MODE, YES, YES},
    [METHOD_ADMIN_SETTINGS_UPDATE] = {SIGN_IN, NO, NO, MODE, YES, YES},
    /* Audit */
    /* Internal */
};

static const enum error answers[ANSWER_COUNT][RELATION_COUNT] = {
    /* none, own, other, deleted, absent */
    [NO] = {ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_FORBIDDEN},
    [YES] = {ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE},
    [OWN] = {ERROR_NONE, ERROR_NONE, ERROR_NOT_FOUND, ERROR_NOT_FOUND, ERROR_NOT_FOUND},
    [LIVE] = {ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NOT_FOUND, ERROR_NOT_FOUND},
    [KEPT] = {ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_NOT_FOUND},
    [OWN_NO] = {ERROR_FORBIDDEN, ERROR_FORBIDDEN, ERROR_NOT_FOUND, ERROR_NOT_FOUND,
                ERROR_NOT_FOUND},
    [SIGN_IN] = {ERROR_NOT_SIGNED_IN, ERROR_NOT_SIGNED_IN, ERROR_NOT_SIGNED_IN, ERROR_NOT_SIGNED_IN,
                 ERROR_NOT_SIGNED_IN},
    [MODE] = {ERROR_ELEVATION_REQUIRED, ERROR_ELEVATION_REQUIRED, ERROR_ELEVATION_REQUIRED,
              ERROR_ELEVATION_REQUIRED, ERROR_ELEVATION_REQUIRED},
};

static bool is_elevated(const struct row_sign_in *sign_in, const struct row_account *account,
                        const struct origin *origin, uint64_t time_ms)
{
    return account->role == ROLE_ADMIN && !origin->gateway && origin->connection != 0 &&
           sign_in->elevated_connection == origin->connection &&
           sign_in->elevated_until_ms > time_ms;
}

void permission_viewer(struct rows *rows, const struct origin *origin, uint64_t time_ms,
                       struct viewer *ret_viewer)
{
    struct viewer viewer = {.sign_in = 0};
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
        viewer.elevated = is_elevated(&sign_in, &account, origin, time_ms);
    }
    *ret_viewer = viewer;
}

enum relation permission_relation(const struct viewer *viewer, const struct row_ticket *ticket)
{
    if (ticket == NULL || ticket->purged) {
        return RELATION_ABSENT;
    }
    if (ticket->deleted) {
        return RELATION_DELETED;
    }
    if (viewer->signed_in && ticket->requester == viewer->account.id) {
        return RELATION_OWN;
    }
    return RELATION_OTHER;
}

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
    return answers[rules[method][class_of(viewer)]][relation];
}

unsigned permission_standing(const struct viewer *viewer, const struct row_ticket *ticket)
{
    require(viewer->signed_in && (unsigned)viewer->account.role < ROLE_COUNT);
    unsigned own = ticket->requester == viewer->account.id ? 1 : 0;
    unsigned elevated = viewer->elevated ? 1 : 0;
    return ((unsigned)viewer->account.role * 2 + elevated) * 2 + own;
}

bool permission_sees_all(const struct viewer *viewer)
{
    enum viewer_class class = class_of(viewer);
    return class == CLASS_STAFF || class == CLASS_ADMIN || class == CLASS_ADMIN_MODE;
}

bool permission_sees_notes(const struct viewer *viewer)
{
    return permission_sees_all(viewer);
}

bool permission_sees_deleted(const struct viewer *viewer)
{
    enum viewer_class class = class_of(viewer);
    return class == CLASS_ADMIN_MODE || class == CLASS_CONSOLE;
}

bool permission_edits_text(const struct viewer *viewer, const struct row_ticket *ticket)
{
    switch (permission_relation(viewer, ticket)) {
    case RELATION_OWN:
        return !ticket->staff_replied || permission_sees_all(viewer);
    case RELATION_OTHER:
        return permission_sees_all(viewer);
    default:
        return false;
    }
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

bool permission_in_audience(const struct viewer *viewer, const struct audience *audience)
{
    if (audience->requester == 0) {
        return false;
    }
    if (audience->deleted) {
        return permission_sees_deleted(viewer);
    }
    return permission_sees_all(viewer) ||
           (viewer->signed_in && viewer->account.id == audience->requester);
}
