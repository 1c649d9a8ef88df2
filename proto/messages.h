/* Everything client and daemon say to each other: for each request, reply and notification a plain
 * struct, and for each struct one table of its fields. The codec, the command line's --json, the
 * `api` method and the check of docs/protocol.md all walk these tables.
 *
 * Here are the limits, the names and the methods. The structs are in messages_records.h and the
 * files beside it, by noun, and the tables in the .c file of the same name; all of them come with
 * this header.
 *
 * For every struct X there is an enum with one constant for each field: its bit in `present` and
 * its index in the table. A reply field marked required is always there. */
#ifndef TTYDESK_PROTO_MESSAGES_H
#define TTYDESK_PROTO_MESSAGES_H

#include "proto/errors.h"
#include "proto/fields.h"

enum {
    PROTOCOL_VERSION = 1, /* changes only with the channel's preamble */
    PROTOCOL_LEVEL = 2,   /* grows with every method or field added */

    USER_NAME_MIN = 2, /* user names: a-z 0-9 . _ - */
    USER_NAME_MAX = 32,
    EMAIL_MAX = 254,
    DISPLAY_NAME_MAX = 64,
    DEVICE_MAX = 64,
    SOURCE_MAX = 64,
    TITLE_MAX = 250,     /* code points */
    PROBLEM_MAX = 65536, /* code points, as all texts below */
    MESSAGE_MAX = 32768,
    REASON_MAX = 500,
    QUEUE_NAME_MAX = 32, /* as user names */
    QUEUE_DESCRIPTION_MAX = 250,
    QUEUES_MAX = 64,
    CANNED_NAME_MAX = 32,
    CANNED_MAX = 200,
    DRAFTS_MAX = 64, /* of one account */
    RIGHTS_TEXT_MAX = 64,
    FILTER_MAX = 256,
    QUERY_MAX = 500,
    ZONE_MAX = 6,        /* "+02:00" */
    LIST_PLACE_MAX = 32, /* bytes */
    PASSWORD_MIN = 12,
    PASSWORD_MAX_BYTES = 1024,
    OPERATION_BYTES = 16, /* UUIDv7-shaped: 48 bits of milliseconds first */
    TOKEN_BYTES = 32,
    CODE_MAX = 64, /* of a one-time code as typed; it has 16 letters and digits */
    RECOVERY_CODES = 10,
    TOTP_SECRET_MAX = 32, /* base32 of 160 bits */
    TOTP_URI_MAX = 2048,
    EPOCH_BYTES = 16,
    KEY_BYTES = 32,       /* an Ed25519 public key */
    SIGNATURE_BYTES = 64, /* and what it signs with */
    NONCE_BYTES = 64,     /* what names a connection in what is signed */
    KEY_LABEL_MAX = 64,
    FINGERPRINT_MAX = 64,
    PAGE_DEFAULT = 50,
    PAGE_MAX = 200,
    FOLLOWERS_MAX = 80,                         /* of one ticket: in copy, or watching */
    MERGED_MAX = 64,                            /* tickets merged into one */
    LINKS_MAX = 100,                            /* of a ticket */
    TICKET_TAGS_MAX = 16,                       /* of a ticket */
    TAG_MAX = 32,                               /* characters of one: a-z 0-9 . _ - */
    TAGS_MAX = TICKET_TAGS_MAX * (TAG_MAX + 1), /* of several, separated by spaces */
    BULK_MAX = 200,                             /* tickets of one request */
    AUDIT_CHANGES_MAX = 1000,                   /* of one entry; tickets too */
    ATTACHMENT_NAME_MAX = 128,                  /* code points */
    ATTACHMENT_BYTES_MAX = 10 * 1024 * 1024,
    ATTACHMENTS_EACH_BYTES = 50 * 1024 * 1024, /* of one ticket: of all its files, */
    ATTACHMENTS_EACH_MAX = 100,                /* and how many; internal ones have as much again */
    ATTACHMENTS_MAX = 2 * ATTACHMENTS_EACH_MAX,
    CHUNK_BYTES = 128 * 1024, /* of a file, in one request or reply */
    CONTENT_HASH_BYTES = 32,  /* BLAKE2b-256 of a file */
};

/* The largest number on the wire: exact in every language, those with only doubles included. */
#define NUMBER_MAX ((UINT64_C(1) << 53) - 1)

/* Enumerations that travel by name */

enum role { ROLE_USER, ROLE_STAFF, ROLE_ADMIN, ROLE_COUNT };
enum account_state { ACCOUNT_ACTIVE, ACCOUNT_DISABLED, ACCOUNT_AWAITING, ACCOUNT_STATE_COUNT };
enum kind { KIND_HARDWARE, KIND_SOFTWARE, KIND_COUNT };
enum severity { SEVERITY_MINOR, SEVERITY_MAJOR, SEVERITY_CRITICAL, SEVERITY_COUNT };
enum state { STATE_OPEN, STATE_PENDING, STATE_RESOLVED, STATE_COUNT };
enum status { STATUS_MINOR, STATUS_MAJOR, STATUS_CRITICAL, STATUS_RESOLVED, STATUS_COUNT };
enum message_kind { MESSAGE_REPLY, MESSAGE_NOTE, MESSAGE_KIND_COUNT };
enum draft_for { DRAFT_FOR_REPLY, DRAFT_FOR_NOTE, DRAFT_FOR_TICKET, DRAFT_FOR_COUNT };
enum message_state { MESSAGE_SENT, MESSAGE_HELD, MESSAGE_RETRACTED, MESSAGE_STATE_COUNT };
enum registration {
    REGISTRATION_OPEN,
    REGISTRATION_APPROVAL,
    REGISTRATION_CLOSED,
    REGISTRATION_COUNT
};
/* What a ticket is to another: parent of it, child of it, and so on. */
enum link_kind {
    LINK_PARENT,
    LINK_CHILD,
    LINK_DEPENDS,
    LINK_BLOCKS,
    LINK_RELATES,
    LINK_DUPLICATE,
    LINK_DUPLICATED_BY,
    LINK_KIND_COUNT
};
enum doing { DOING_NOTHING, DOING_READING, DOING_REPLYING, DOING_COUNT };
enum feed { FEED_OWN, FEED_ALL, FEED_TICKET, FEED_QUEUE, FEED_COUNT };
enum bulk_act {
    BULK_STATUS,
    BULK_KIND,
    BULK_MOVE,
    BULK_TAKE,
    BULK_UNTAKE,
    BULK_STEAL,
    BULK_GIVE,
    BULK_WATCH,
    BULK_UNWATCH,
    BULK_TAG,
    BULK_UNTAG,
    BULK_PEND,
    BULK_OPEN,
    BULK_ACT_COUNT
};

extern const struct choices role_choices;
extern const struct choices account_state_choices;
extern const struct choices kind_choices;
extern const struct choices severity_choices;
extern const struct choices state_choices;
extern const struct choices status_choices; /* MINOR, MAJOR, CRITICAL, RESOLVED */
extern const struct choices message_kind_choices;
extern const struct choices message_state_choices;
extern const struct choices draft_for_choices;
extern const struct choices registration_choices;
extern const struct choices link_kind_choices;
extern const struct choices doing_choices;
extern const struct choices feed_choices;
extern const struct choices bulk_act_choices;
extern const struct choices error_choices;  /* enum error by error_name */
extern const struct choices method_choices; /* enum method by name: what a history line was */

/* The status people see, from the two fields that are kept. */
enum status status_of(enum severity severity, enum state state);

/* The meaning of a status, one sentence for people. */
const char *status_meaning(enum status status);

/* Methods */

enum method {
    /* Connection */
    METHOD_HELLO,
    METHOD_API,
    /* Accounts, and how a sign-in begins and ends */
    METHOD_ACCOUNT_REGISTER,
    METHOD_ACCOUNT_LOGIN,
    METHOD_ACCOUNT_LOGIN_KEY,
    METHOD_ACCOUNT_RESUME,
    METHOD_ACCOUNT_USE_CODE,
    METHOD_ACCOUNT_LOGOUT,
    METHOD_ACCOUNT_GET,
    METHOD_ACCOUNT_UPDATE,
    METHOD_ACCOUNT_SET_PASSWORD,
    METHOD_ACCOUNT_REQUEST_ROLE,
    METHOD_ACCOUNT_SIGN_INS,
    METHOD_ACCOUNT_END_SIGN_IN,
    METHOD_ACCOUNT_END_OTHER_SIGN_INS,
    METHOD_ACCOUNT_DEVICES,
    METHOD_ACCOUNT_FORGET_DEVICE,
    METHOD_ACCOUNT_KEYS,
    METHOD_ACCOUNT_KEY_ADD,
    METHOD_ACCOUNT_KEY_REMOVE,
    METHOD_ACCOUNT_TOTP_BEGIN,
    METHOD_ACCOUNT_TOTP_CONFIRM,
    METHOD_ACCOUNT_TOTP_REMOVE,
    METHOD_ACCOUNT_EXPORT,
    /* Sign-in, while it lasts */
    METHOD_ACCOUNT_ELEVATE,
    METHOD_ACCOUNT_ELEVATE_KEY,
    METHOD_ACCOUNT_END_ELEVATION,
    METHOD_ACCOUNT_ACT_AS,
    METHOD_ACCOUNT_END_ACT_AS,
    /* Tickets */
    METHOD_TICKET_CREATE,
    METHOD_TICKET_GET,
    METHOD_TICKET_MESSAGES,
    METHOD_TICKET_LIST,
    METHOD_TICKET_UPDATE,
    /* Ownership */
    METHOD_TICKET_TAKE,
    METHOD_TICKET_UNTAKE,
    METHOD_TICKET_STEAL,
    METHOD_TICKET_GIVE,
    METHOD_TICKET_FOLLOWERS,
    METHOD_TICKET_WATCH,
    METHOD_TICKET_UNWATCH,
    METHOD_TICKET_CC_ADD,
    METHOD_TICKET_CC_REMOVE,
    /* Lifecycle */
    METHOD_TICKET_PEND,
    METHOD_TICKET_OPEN,
    /* Conversation */
    METHOD_TICKET_REPLY,
    METHOD_TICKET_NOTE,
    METHOD_TICKET_WITHDRAW,
    METHOD_TICKET_SEND_NOW,
    METHOD_MESSAGE_EDIT,
    METHOD_MESSAGE_RETRACT,
    METHOD_MESSAGE_VERSIONS,
    METHOD_CANNED_LIST,
    METHOD_TICKET_HISTORY,
    /* Queues */
    METHOD_QUEUE_LIST,
    METHOD_QUEUE_PEOPLE,
    METHOD_TICKET_MOVE,
    METHOD_ADMIN_QUEUE_CREATE,
    METHOD_ADMIN_QUEUE_UPDATE,
    METHOD_ADMIN_QUEUE_RIGHTS,
    METHOD_ADMIN_QUEUE_MEMBERS,
    /* Links and merging */
    METHOD_TICKET_LINK,
    METHOD_TICKET_UNLINK,
    METHOD_TICKET_LINKS,
    METHOD_TICKET_MERGE,
    METHOD_TICKET_UNMERGE,
    METHOD_TICKET_SPLIT,
    /* Tags */
    METHOD_TICKET_TAG,
    METHOD_TAG_LIST,
    /* Attachments */
    METHOD_ATTACHMENT_BEGIN,
    METHOD_ATTACHMENT_CHUNK,
    METHOD_ATTACHMENT_FINISH,
    METHOD_ATTACHMENT_LIST,
    METHOD_ATTACHMENT_READ,
    METHOD_ATTACHMENT_REMOVE,
    /* Drafts and unread */
    METHOD_DRAFT_SAVE,
    METHOD_DRAFT_GET,
    METHOD_DRAFT_LIST,
    METHOD_DRAFT_REMOVE,
    METHOD_TICKET_MARK_READ,
    /* Presence and feed */
    METHOD_PRESENCE_SET,
    METHOD_PRESENCE_LIST,
    METHOD_FEED_SUBSCRIBE,
    METHOD_FEED_UNSUBSCRIBE,
    /* Bulk and undo */
    METHOD_TICKET_BULK,
    METHOD_TICKET_UNDO,
    METHOD_TICKET_LAST_ACT,
    /* Admin: tickets */
    METHOD_ADMIN_TICKET_DELETE,
    METHOD_ADMIN_TICKET_RESTORE,
    METHOD_ADMIN_TICKET_PURGE,
    METHOD_ADMIN_RETENTION_PREVIEW,
    METHOD_ADMIN_RETENTION_RUN,
    /* Admin: accounts */
    METHOD_ADMIN_ACCOUNT_LIST,
    METHOD_ADMIN_ACCOUNT_CREATE,
    METHOD_ADMIN_ACCOUNT_RESET,
    METHOD_ADMIN_TOTP_RESET,
    METHOD_ADMIN_ACCOUNT_ROLE,
    METHOD_ADMIN_SIGN_INS,
    METHOD_ADMIN_END_SIGN_INS,
    METHOD_ADMIN_KEYS,
    METHOD_ADMIN_KEY_REMOVE,
    METHOD_ADMIN_LOCKS,
    METHOD_ADMIN_UNLOCK,
    METHOD_ADMIN_ACCOUNT_DISABLE,
    METHOD_ADMIN_ACCOUNT_ENABLE,
    METHOD_ADMIN_ACCOUNT_EXPORT,
    METHOD_ADMIN_ACCOUNT_ANONYMISE,
    METHOD_ADMIN_ROLE_REQUESTS,
    METHOD_ADMIN_ROLE_GRANT,
    METHOD_ADMIN_ROLE_DECLINE,
    /* Admin: canned replies */
    METHOD_ADMIN_CANNED_CREATE,
    METHOD_ADMIN_CANNED_UPDATE,
    METHOD_ADMIN_CANNED_REMOVE,
    /* Admin: settings */
    METHOD_ADMIN_SETTINGS_GET,
    METHOD_ADMIN_SETTINGS_UPDATE,
    /* Audit */
    METHOD_ADMIN_AUDIT,
    /* Health */
    METHOD_ADMIN_HEALTH,
    /* Internal */
    METHOD_ACCOUNT_COUNT_FAILURE,
    METHOD_TIMER_FIRE,
    METHOD_COUNT
};

struct method_row {
    const char *name;
    const struct table *request;
    const struct table *reply;
    uint16_t since;
    const char *help;
};

extern const struct method_row methods[METHOD_COUNT];

/* What people do for themselves alone: refused to an admin who acts as somebody. */
bool method_is_personal(enum method method);

/* Whether its request or its reply carries a password or token: then even the length is hidden. */
bool method_is_secret(enum method method);

/* Whether it must not be sent again when its answer was lost, because that could do it twice or
 * prove nothing: commands without an operation id, and what belongs to one connection. */
bool method_is_single(enum method method);

/* Whether it is a command that the desk gives itself: not on the wire, so that a client that asks
 * for it is told that there is no such method. */
bool method_is_internal(enum method method);

enum notification {
    NOTIFICATION_FEED_EVENT,  /* feed.event */
    NOTIFICATION_TICKET_GONE, /* ticket.gone */
    NOTIFICATION_FEED_RESYNC, /* feed.resync */
    NOTIFICATION_PRESENCE,    /* presence */
    NOTIFICATION_BYE,         /* bye */
    NOTIFICATION_NEW_DEVICE,  /* account.new_device */
    NOTIFICATION_COUNT
};

struct notification_row {
    const char *name;
    const struct table *table;
    uint16_t since;
    const char *help;
};

extern const struct notification_row notifications[NOTIFICATION_COUNT];

/* The messages themselves. The records come first: the others are made of them. */
#include "proto/messages_records.h"

#include "proto/messages_account.h"
#include "proto/messages_admin.h"
#include "proto/messages_attachment.h"
#include "proto/messages_audit.h"
#include "proto/messages_bulk.h"
#include "proto/messages_conversation.h"
#include "proto/messages_feed.h"
#include "proto/messages_health.h"
#include "proto/messages_hello.h"
#include "proto/messages_internal.h"
#include "proto/messages_key.h"
#include "proto/messages_links.h"
#include "proto/messages_owner.h"
#include "proto/messages_personal.h"
#include "proto/messages_queue.h"
#include "proto/messages_sign_in.h"
#include "proto/messages_ticket.h"
#include "proto/messages_totp.h"

#endif
