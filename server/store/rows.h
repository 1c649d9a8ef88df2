/* What is kept, row by row, and the one door to it. Core and queries see the store only through
 * this header: typed rows in, typed rows out, inside a transaction that somebody else opened and
 * will end (server/store/store.h).
 *
 * Reads copy into the transaction's arena, since LMDB's own values die at the next put. A put
 * keeps the row's index entries in step and, for rows of record, notes what changed as effects of
 * the running command. Store errors latch: after one, reads answer "absent", puts do nothing and
 * rows_error() says why; the writer then aborts the batch. So callers need not check each call,
 * but must not answer a request from a transaction whose rows_error() is not ERROR_NONE. */
#ifndef TTYDESK_STORE_ROWS_H
#define TTYDESK_STORE_ROWS_H

#include "proto/arena.h"
#include "proto/errors.h"
#include "proto/fields.h"
#include "proto/messages.h"

struct rows; /* one open transaction, reading or writing */
struct value;

/* Rows of record are journaled and part of the content digest. Working rows are durable and
 * ordered like them, but neither. */
enum row_class { ROW_RECORD, ROW_WORKING };

/* Kinds of rows; the numbers stand on disk and in the journal and are never reused. */
enum row_kind {
    ROW_ACCOUNT = 1,      /* record; key: id */
    ROW_TICKET = 2,       /* record; key: number */
    ROW_MESSAGE = 3,      /* record; key: ticket, sequence */
    ROW_ROLE_REQUEST = 4, /* record; key: account */
    ROW_SETTINGS = 5,     /* record; key: always 1 */
    ROW_CREDENTIAL = 6,   /* working; key: account */
    ROW_SIGN_IN = 7,      /* working; key: id */
    ROW_OPERATION = 8,    /* working; key: the operation id as two numbers */
    ROW_QUEUE = 9,        /* record; key: id */
    ROW_QUEUE_RIGHT = 10, /* record; key: account, queue */
    ROW_FOLLOWER = 11,    /* record; key: ticket, account */
    ROW_TIMER = 12,       /* working; key: when it is due, id */
    ROW_CANNED = 16,      /* record; key: id */
    ROW_DRAFT = 17,       /* working; key: account, place */
    ROW_READ_MARK = 18,   /* working; key: account, ticket */
    ROW_LINK = 13,        /* record; key: ticket, ticket */
    ROW_TAG = 14,         /* record; key: id */
    ROW_TICKET_TAG = 15,  /* record; key: ticket, tag */
    ROW_ATTACHMENT = 19,  /* record; key: ticket, id */
    ROW_BLOB = 20,        /* working; key: id */
    ROW_CHUNK = 21,       /* working; key: blob or upload, index */
    ROW_UPLOAD = 22,      /* working; key: id */
    ROW_ACCOUNT_KEY = 23, /* record; key: account, id */
    ROW_TOTP = 24,        /* working; key: account */
    ROW_RESET = 25,       /* working; key: account */
    ROW_DEVICE = 26,      /* working; key: account, id */
    ROW_FAILURES = 27,    /* working; key: account */
    ROW_KEY_USE = 28,     /* working; key: account, id of the account's key */
    ROW_ACTING = 29,      /* record; key: account, sequence */
    ROW_KIND_END
};

struct row_account {
    uint64_t id; /* key */
    struct text name;
    struct text email;
    struct text display_name;
    enum role role;
    enum account_state state;
    uint64_t created_ms;
    uint64_t version;
    uint64_t epoch;            /* rises with password, role and state: older sign-ins end */
    uint64_t password_version; /* rises with each password */
    bool second_factor;        /* its row_totp is confirmed: asked for beside the password */
    uint64_t removed_ms;       /* when the person was made unknown, for ever; 0: they were not */
    uint64_t sources_erased;   /* removed: entries that have lost the address they came from */
};

struct row_ticket {
    uint64_t number; /* key */
    uint64_t version;
    struct text title;
    struct text_part problem;
    enum kind kind;
    enum severity severity;
    enum state state;
    uint64_t requester; /* account id */
    uint64_t owner;     /* account id; 0: nobody */
    uint64_t created_ms;
    uint64_t updated_ms;
    uint64_t reply_count;
    uint64_t note_count;
    bool staff_replied; /* staff has replied: for the requester title and problem are settled */
    bool deleted;
    bool purged; /* the texts are erased; the row stays so that the number is not given again */
    uint64_t deleted_ms;
    uint64_t queue;            /* id; never 0 */
    uint64_t pending_until_ms; /* pending: when it comes back by itself; 0: when answered */
    uint64_t resolved_ms;      /* resolved: since when */
    uint64_t merged_into;      /* the ticket that took its messages over; 0: not merged */
    uint64_t cc_count;         /* followers that see it because of that */
    uint64_t watcher_count;    /* followers that hear of it */
    uint64_t attachment_bytes; /* of all its attachments */
    uint64_t attachment_count;
    uint64_t internal_attachment_count; /* those of them that only staff see */
    uint64_t merged_by; /* merged: the ticket it was merged into by name; that can be merged
                           itself by now */

    /* Its life; 0: not so */
    uint64_t last_pending_until_ms; /* the last time it was made pending until; 0: none yet */
    uint64_t opened_by;             /* account id of who opened it for the requester; 0: nobody */
    uint64_t follows;               /* the resolved ticket whose late answer it is; 0: none */
};

struct row_message {
    uint64_t ticket;   /* key */
    uint64_t sequence; /* key: of the journal entry that brought it */
    uint64_t origin;   /* the ticket it was written to */
    uint64_t author;   /* account id */
    enum role author_role;
    enum message_kind kind;
    uint64_t time_ms;
    struct text_part text;
    enum message_state state;
    uint64_t edited_ms;   /* 0: never */
    uint64_t release_ms;  /* held: when it will be sent */
    uint64_t then_status; /* held: the status its ticket gets then, + 1; 0: stays */
    uint64_t then_until;  /* held: until when it is pending then, + 1; 1: until answered; 0: not */
    uint64_t held_as;     /* the sequence it had while it was held; 0: it was not */
};

struct row_role_request {
    uint64_t account; /* key */
    enum role role;
    struct text reason;
    uint64_t time_ms;
};

struct row_settings {
    uint64_t key; /* always 1 */
    uint64_t version;
    enum registration registration;
    uint64_t chosen; /* bits of enum setting: those an admin has set; the others have defaults */
    uint64_t reopen_days;
    uint64_t undo_send_seconds;
    uint64_t edit_minutes;
    uint64_t admin_second_factor; /* 1: demanded of admins in admin mode; 0 */
    uint64_t retention_days;      /* 0: tickets are kept for ever */
};

/* Settings that are numbers: their bits in `chosen`. */
enum setting {
    SETTING_REOPEN_DAYS,
    SETTING_UNDO_SEND_SECONDS,
    SETTING_EDIT_MINUTES,
    SETTING_ADMIN_SECOND_FACTOR,
    SETTING_RETENTION_DAYS,
    SETTING_COUNT
};

struct row_credential {
    uint64_t account; /* key */
    uint64_t password_version;
    struct text hash; /* Argon2id, as crypto_pwhash_str writes it */
};

/* One sign-in of an account: lasts over connections until it expires or is ended. */
struct row_sign_in {
    uint64_t id; /* key */
    uint64_t account;
    uint64_t account_epoch;
    struct bytes token_hash;    /* 32 bytes */
    struct bytes previous_hash; /* 32 bytes or none: the token before, until the new one is used */
    uint64_t created_ms;
    uint64_t seen_ms;
    uint64_t expires_ms;
    uint64_t elevated_until_ms;
    uint64_t elevated_connection; /* elevation ends with the connection it was given on */
    struct text device;
    struct text source;
    uint64_t known_device;      /* id of the device it came from; 0: of none that is known */
    uint64_t acting_for;        /* account an admin acts as; 0: none */
    uint64_t acting_connection; /* on this connection */
    uint64_t key;               /* id of the account's key it was made with; 0: with none */
};

/* The verdict of a command that carried an operation id, kept for 24 hours. */
struct row_operation {
    uint64_t high;       /* key */
    uint64_t low;        /* key */
    uint64_t account;    /* 0: not signed in */
    struct bytes digest; /* 16 bytes: of the method and the canonical request */
    enum error verdict;
    struct text field;
    struct text name; /* account commands */
    uint64_t number;
    uint64_t version;
    uint64_t sequence;
    uint64_t time_ms;
};

/* Queue 1 is the default queue; without a row it is as queue_read() in the core has it. */
struct row_queue {
    uint64_t id; /* key */
    uint64_t version;
    struct text name;
    struct text description;
    bool members_only; /* rights only for those listed; otherwise all staff have all of them */
    bool staff_only;   /* users can't file tickets here */
    bool closed;       /* takes no new tickets */
};

/* What a member of the staff may do in a queue: a sum of enum queue_right. */
struct row_queue_right {
    uint64_t account; /* key */
    uint64_t queue;   /* key */
    uint64_t rights;
};

/* Somebody other than requester and owner who wants to hear of a ticket. */
struct row_follower {
    uint64_t ticket;  /* key */
    uint64_t account; /* key */
    bool cc;          /* sees the ticket as its requester does */
    bool watching;    /* hears of it as long as it can be seen */
    bool cc_by_merge; /* each only because of a ticket that was merged into this one */
    bool watching_by_merge;
};

enum timer_kind {
    TIMER_PENDING = 1,
    TIMER_RELEASE = 2,
    TIMER_UPLOAD = 3,
    TIMER_FORGET = 4,    /* goes on making a person unknown */
    TIMER_RETENTION = 5, /* purges what is old enough */
    TIMER_KIND_END
};

/* Something the desk does by itself when its time has come. */
struct row_timer {
    uint64_t due_ms;  /* key */
    uint64_t id;      /* key; TIMER_PENDING: made of the ticket's number, so that it can be found;
                         TIMER_UPLOAD: the upload; TIMER_FORGET: the account;
                         TIMER_RETENTION: always the same;
                         others: the sequence of the entry that made it */
    uint64_t kind;    /* enum timer_kind */
    uint64_t ticket;  /* what it is about */
    uint64_t message; /* TIMER_RELEASE: the message's sequence; TIMER_FORGET: the last entry that
                         was looked at; TIMER_RETENTION: the last ticket */
};

struct row_canned {
    uint64_t id; /* key; the sequence of the entry that made it */
    uint64_t version;
    struct text name;
    struct text title;
    struct text_part text;
};

/* What somebody has written and not sent. */
struct row_draft {
    uint64_t account; /* key */
    uint64_t place; /* key: twice the number of the ticket, plus one for a note; 0: a new ticket */
    enum draft_for what;
    struct text title;
    struct text text;
    uint64_t updated_ms;
};

/* How far somebody has read a ticket. */
struct row_read_mark {
    uint64_t account;  /* key */
    uint64_t ticket;   /* key */
    uint64_t sequence; /* of the last message they have seen */
};

/* A second factor, codes by time (RFC 6238): the account's once it is confirmed, else one that was
 * begun. */
struct row_totp {
    uint64_t account;    /* key */
    uint64_t id;         /* another one with each secret; never 0 */
    struct bytes sealed; /* the secret, under a key that is not kept here */
    uint64_t begun_ms;
    uint64_t last_step;    /* of the last code that was accepted: none of it or before is again */
    struct bytes recovery; /* digests of the recovery codes that are left, 32 bytes each */
};

/* A one-time code with which the account's person sets a password; an admin was told it once. */
struct row_reset {
    uint64_t account;       /* key */
    struct bytes code_hash; /* 32 bytes */
    uint64_t expires_ms;
    uint64_t tries_left; /* of earlier versions; means nothing any more */
};

/* A device that somebody signed in from and that has shown so since by its token. */
struct row_device {
    uint64_t account;        /* key */
    uint64_t id;             /* key */
    struct bytes token_hash; /* 32 bytes */
    struct text name;
    struct text source; /* of the last sign-in */
    uint64_t created_ms;
    uint64_t seen_ms;
    uint64_t failures; /* wrong passwords in a row that came with its token */
};

/* Wrong passwords in a row, from devices that are not known. */
/* A key its owner signs in with. */
struct row_account_key {
    uint64_t account; /* key */
    uint64_t id;      /* key: the sequence it was added with */
    struct text label;
    struct text public_key; /* padded standard base64 */
    struct text fingerprint;
    uint64_t created_ms;
};

/* When that key was last used. */
struct row_key_use {
    uint64_t account; /* key */
    uint64_t id;      /* key */
    uint64_t used_ms;
    struct text source;
};

struct row_failures {
    uint64_t account; /* key */
    uint64_t count;
    uint64_t since_ms;
    uint64_t last_ms;
    struct text source; /* of the last one */
};

/* What two tickets are to each other: the first is the parent of the second, depends on it, is
 * related to it (then the first has the lower number) or is a duplicate of it. */
struct row_link {
    uint64_t from; /* key; a ticket */
    uint64_t to;   /* key; another */
    enum link_kind kind;
};

/* A word that tickets can be marked with; there from its first use on. */
struct row_tag {
    uint64_t id; /* key */
    struct text name;
};

struct row_ticket_tag {
    uint64_t ticket; /* key */
    uint64_t tag;    /* key */
    bool by_merge;   /* a ticket that was merged into this one brought it */
};

/* That an admin began to act as somebody. */
struct row_acting {
    uint64_t account;  /* key: as whom */
    uint64_t sequence; /* key: of the entry that says so */
    uint64_t admin;    /* account id */
    uint64_t time_ms;
};

/* A file on a ticket. Name and hash are lines, so that the journal keeps them as texts that can be
 * erased. */
struct row_attachment {
    uint64_t ticket;  /* key */
    uint64_t id;      /* key; the sequence of the entry that brought it */
    struct text name; /* as its sender called it; never a path */
    uint64_t size;    /* bytes */
    struct text hash; /* CONTENT_HASH_BYTES in hexadecimal */
    uint64_t blob;    /* its content; 0: it was removed */
    uint64_t author;  /* account id */
    uint64_t time_ms;
    bool internal;   /* for those who see private notes */
    bool removed;    /* only the name is left, for the history */
    uint64_t origin; /* the ticket it was attached to */
};

/* The content of files, kept once for all that are the same. */
struct row_blob {
    uint64_t id;       /* key */
    struct bytes hash; /* CONTENT_HASH_BYTES */
    uint64_t size;     /* bytes */
    uint64_t references;
};

/* CHUNK_BYTES of a blob or of an upload, the last one fewer. */
struct row_chunk {
    uint64_t blob;  /* key; or an upload: it becomes the blob of the same id */
    uint64_t index; /* key; from 0 */
    struct bytes data;
};

/* A file on its way. */
struct row_upload {
    uint64_t id; /* key */
    uint64_t account;
    uint64_t ticket;
    struct text name;
    uint64_t size;     /* bytes there will be */
    uint64_t received; /* bytes there are */
    struct bytes hash; /* as announced */
    bool internal;
    uint64_t begun_ms;
};

/* The fields of each kind with their numbers on disk; index: enum row_kind, [0] is empty. */
extern const struct table row_tables[ROW_KIND_END];
extern const enum row_class row_classes[ROW_KIND_END];

/* Whether there is a kind with this number: not all of them have been given. */
static inline bool row_kind_exists(int kind)
{
    return kind > 0 && kind < ROW_KIND_END && row_tables[kind].field_count > 0;
}

/* The name of a row's field by its number on disk, NULL when there is none. */
const char *row_field_name(enum row_kind kind, uint16_t tag);

/* --- One row --------------------------------------------------------------------------------- */

/* Reads the row with key (a, b); b is 0 for kinds with one key number. False when it is absent or
 * an error is latched. `ret_row` is the struct of that kind, its key fields filled too; texts live
 * in the transaction's arena. */
bool rows_get(struct rows *rows, enum row_kind kind, uint64_t a, uint64_t b, void *ret_row);

/* Writes the row whose key stands in its key fields, new or changed. Only in a writing transaction
 * within a command. Fields of type FIELD_PART with `fresh` text get their place in the journal. */
void rows_put(struct rows *rows, enum row_kind kind, void *row);

/* Removes the row; nothing happens when there is none. */
void rows_remove(struct rows *rows, enum row_kind kind, uint64_t a, uint64_t b);

/* The largest first key number of a kind, 0 when there are no rows. */
uint64_t rows_last(struct rows *rows, enum row_kind kind);

/* The text of a part, in the arena; no data when it was erased or an error latched. */
struct text rows_part(struct rows *rows, const struct text_part *part);

/* The timer that is due first; false when there is none. */
bool rows_first_timer(struct rows *rows, struct row_timer *ret_row);

/* The timer after this one, by its key alone: a damaged row is found too. Zeros: the first. */
bool rows_next_timer(struct rows *rows, uint64_t due_ms, uint64_t id, uint64_t *ret_due_ms,
                     uint64_t *ret_id);

/* Erases for ever every text the journal keeps of this ticket (titles, problem, messages), wherever
 * it lies: what was moved here from another ticket goes too, what another ticket now has stays,
 * unless that one is purged or its texts are erased by the same command. It must be a subject of
 * the running command's entry, which then names what was erased. Its rows may be emptied or removed
 * before or after, but in the end its own has to be marked as purged. */
void rows_erase_ticket_texts(struct rows *rows, uint64_t ticket);

/* Erases for ever every text the journal keeps of this account's rows (names, addresses, reasons),
 * and in the running entry those that its changes take away; what they put in their place stays.
 * The running command has to change a row of the account, which makes its entry the one that names
 * what was erased; its rows must hold none of the texts in the end. */
void rows_erase_account_texts(struct rows *rows, uint64_t account);

/* Erases for ever where this entry came from, which has to be the account's own act. True when it
 * still had that. The running command has to change a row of the account. */
bool rows_erase_source(struct rows *rows, uint64_t account, uint64_t sequence);

/* --- Rows field by field --------------------------------------------------------------------- */

/* Whether rows of this kind belong to a ticket, whose number is then their first key number. */
bool rows_is_of_ticket(enum row_kind kind);

/* A row of this kind in which nothing but the key is filled. `ret_row` is the struct of the kind.
 */
void rows_blank(enum row_kind kind, uint64_t a, uint64_t b, void *ret_row);

/* Whether the field of a row has the value that an effect names. A text that was erased since is no
 * value that any row has; nor has a row a field that its kind does not know. */
bool rows_field_is(enum row_kind kind, const void *row, uint16_t tag, const struct value *value);

/* Sets one field of a row from a value of an effect, which it then shares the memory with. False
 * when the row has no such field or the value does not fit its type. */
bool rows_field_set(enum row_kind kind, void *row, uint16_t tag, const struct value *value);

/* Erases for ever one text of the ticket, which must be a subject of the running command's entry;
 * the entry then names where it was. No row may have the text in the end. */
void rows_erase_text(struct rows *rows, uint64_t ticket, const struct text_part *part);

/* --- Many rows ------------------------------------------------------------------------------- */

/* Orders in which rows can be walked. Each entry is a pair (group, id). */
enum row_index {
    INDEX_ACCOUNTS,             /* group 0, id: account; all accounts */
    INDEX_ADMINS,               /* group 0, id: account; active admins */
    INDEX_TICKETS,              /* group 0, id: ticket; neither deleted nor merged */
    INDEX_TICKETS_BY_REQUESTER, /* group: account, id: ticket; as INDEX_TICKETS */
    INDEX_TICKETS_DELETED,      /* group 0, id: ticket; deleted but not purged */
    INDEX_MESSAGES,             /* group: ticket, id: the message's sequence */
    INDEX_ROLE_REQUESTS,        /* group 0, id: account */
    INDEX_SIGN_INS_BY_ACCOUNT,  /* group: account, id: sign-in */
    INDEX_HISTORY,              /* group: ticket, id: sequence of a journal entry about it */
    INDEX_QUEUES,               /* group 0, id: queue */
    INDEX_QUEUES_OF_ACCOUNT,    /* group: account, id: queue it has rights in */
    INDEX_MEMBERS,              /* group: queue, id: account with rights in it */
    INDEX_FOLLOWERS,            /* group: ticket, id: account */
    INDEX_TICKETS_BY_CC,        /* group: account, id: ticket; whether or not deleted or merged */
    INDEX_TICKETS_BY_QUEUE,     /* group: queue, id: ticket; as INDEX_TICKETS */
    INDEX_TICKETS_BY_OWNER,     /* group: account, id: ticket; as INDEX_TICKETS */
    INDEX_TICKETS_MERGED,       /* group: the survivor, id: ticket merged into it */
    INDEX_ACCOUNT_HISTORY,      /* group: account, id: sequence of an entry that changed it */
    INDEX_CANNED,               /* group 0, id: canned reply */
    INDEX_DRAFTS,               /* group: account, id: place of a draft */
    INDEX_DEVICES,              /* group: account, id: device */
    INDEX_FAILURES,             /* group 0, id: account with wrong passwords in a row */
    INDEX_LINKS_FROM,           /* group: ticket, id: ticket that its link leads to */
    INDEX_LINKS_TO,             /* group: ticket, id: ticket whose link leads to it */
    INDEX_TAGS,                 /* group 0, id: tag; all tags */
    INDEX_TAGS_OF_TICKET,       /* group: ticket, id: tag */
    INDEX_TICKETS_BY_TAG,       /* group: tag, id: ticket; whether or not deleted or merged */
    INDEX_ATTACHMENTS,          /* group: ticket, id: attachment; removed ones too */
    INDEX_UPLOADS_BY_ACCOUNT,   /* group: account, id: upload */
    INDEX_CHUNKS,               /* group: blob or upload, id: index */
    INDEX_ACCOUNT_KEYS,         /* group: account, id: key */
    INDEX_READ_MARKS,           /* group: account, id: ticket */
    INDEX_COUNT
};

/* A walk over one group of an index. It keeps no cursor, so it may be held over puts: each step
 * seeks anew. */
struct row_range {
    enum row_index index;
    uint64_t group;
    uint64_t next; /* where the next step begins, inclusive */
    bool backwards;
    bool finished;
};

/* From `start` (inclusive) upwards, or downwards when `backwards` (UINT64_MAX: from the last). */
struct row_range rows_range(enum row_index index, uint64_t group, uint64_t start, bool backwards);

/* The next id; false at the end or with an error latched. */
bool rows_range_next(struct rows *rows, struct row_range *range, uint64_t *ret_id);

bool rows_find_account_by_name(struct rows *rows, struct text name, struct row_account *ret_row);
bool rows_find_account_by_email(struct rows *rows, struct text email, struct row_account *ret_row);

/* The tag of this name, in lower case. */
bool rows_find_tag(struct rows *rows, struct text name, struct row_tag *ret_row);

/* The blob with this content. */
bool rows_find_blob(struct rows *rows, struct bytes hash, struct row_blob *ret_row);

/* By the hash of the current or the previous token; `ret_previous` says which. */
bool rows_find_sign_in_by_token(struct rows *rows, struct bytes token_hash,
                                struct row_sign_in *ret_row, bool *ret_previous);

/* --- The journal ----------------------------------------------------------------------------- */

/* Who can see a ticket; kept in every entry about one, for before and after it. */
enum { CC_MAX = 16 };

struct audience {
    uint64_t requester;  /* account id; 0: there was no such ticket, or it is purged */
    uint64_t queue;      /* id; staff with the right to read it see the ticket */
    bool deleted;        /* then only admins in admin mode see it */
    uint64_t cc[CC_MAX]; /* account ids, ascending */
    size_t cc_count;
};

/* A ticket that an entry is about. */
struct subject {
    uint64_t ticket;
    bool staff_only; /* what happened to it is for those who see its private notes */
    struct audience before;
    struct audience after;
};

struct journal_header {
    uint64_t sequence;
    uint64_t time_ms;
    uint64_t actor;      /* account id of who did it; 0: the console or the desk itself */
    uint64_t acting_for; /* account id in whose name the actor did it; 0: in their own */
    uint64_t sign_in;    /* id; 0: none */
    bool console;
    bool gateway;
    enum method command;      /* METHOD_COUNT: one that this version does not know */
    struct subject *subjects; /* arena; in the order in which the command named them */
    size_t subject_count;
    struct text source; /* an address or "unix:UID"; in the journal it is a part */
};

/* The subject that is this ticket, NULL when the entry is not about it. */
const struct subject *rows_subject_of(const struct journal_header *header, uint64_t ticket);

enum value_type { VALUE_NONE, VALUE_NUMBER, VALUE_TEXT, VALUE_PART };

struct value {
    enum value_type type;
    uint64_t number;       /* numbers, choices, booleans */
    struct text text;      /* lines, resolved; no data when erased */
    struct text_part part; /* long texts: where they are; rows_part reads them */
};

enum effect_kind { EFFECT_CREATE = 1, EFFECT_SET = 2, EFFECT_REMOVE = 3 };

/* One field of one row that a command changed. CREATE and REMOVE stand for the row itself and have
 * neither tag nor values; a CREATE is followed by a SET for each field that is not zero. */
struct effect {
    enum effect_kind kind;
    enum row_kind row;
    uint64_t a;
    uint64_t b;
    uint16_t tag;
    struct value old_value;
    struct value new_value;
};

struct journal_entry {
    struct journal_header header;
    struct effect *effects;
    size_t effect_count;
};

/* The entry with this sequence, in the arena; false when there is none or an error latched. */
bool rows_journal(struct rows *rows, uint64_t sequence, struct journal_entry *ret_entry);

/* Only its header, subjects in the arena, without reading or checking any text: the source has no
 * data. */
bool rows_journal_header(struct rows *rows, uint64_t sequence, struct journal_header *ret_header);

/* How much has been read here since the snapshot was taken, in bytes; every value counts for a
 * kilobyte more than it has. */
uint64_t rows_work(const struct rows *rows);

/* The last sequence given. A running command that will be journaled gets one more. */
uint64_t rows_sequence(struct rows *rows);

/* Who the running command turned out to come from, once the core knows: who did it, and in whose
 * name (0: their own). */
void rows_actor(struct rows *rows, uint64_t actor, uint64_t acting_for);

/* A ticket the running command's entry is about; required before a put of a row that belongs to
 * it (its own, messages, followers). The audiences are those before and after the command. Named
 * again, the later one holds; `staff_only` holds only when every naming says so. */
void rows_subject(struct rows *rows, uint64_t ticket, const struct audience *before,
                  const struct audience *after, bool staff_only);

/* --- State of the transaction ---------------------------------------------------------------- */

enum error rows_error(const struct rows *rows);
struct arena *rows_arena(struct rows *rows);

#endif
