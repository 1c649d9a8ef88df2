/* A second opinion: what a desk does, written as plainly as can be from docs/permissions.md and the
 * product's words. Arrays and loops, no rows, no indexes, no code shared with the core. A copy of
 * the struct is a snapshot. */
#ifndef TTYDESK_TESTS_SIMULATION_MODEL_H
#define TTYDESK_TESTS_SIMULATION_MODEL_H

#include "server/core/command.h"

enum {
    MODEL_TEXT = 160,
    MODEL_ACCOUNTS = 48,
    MODEL_SIGN_INS = 512,
    MODEL_TICKETS = 200,
    MODEL_MESSAGES = 1000,
    MODEL_LINES = 2500,
    MODEL_ACTS = 48,
    MODEL_ACT_TICKETS = 4,
    MODEL_OPERATIONS = 2500,
    MODEL_HOLDS = 1000,
    MODEL_LINKS = 1000,
    MODEL_TAGS = 16,
    MODEL_QUEUES = 8,
    MODEL_DRAFTS = 500,
    MODEL_CANNED = 8, /* more than there are names for them */
};

/* A second factor. */
struct model_factor {
    uint64_t id; /* 0: none was begun */
    uint64_t begun_ms;
    uint64_t last_step;
    unsigned recovery_left; /* a bit for each recovery code */
};

struct model_account {
    char name[MODEL_TEXT];
    char email[MODEL_TEXT];
    char display_name[MODEL_TEXT];
    enum role role;
    enum account_state state;
    uint64_t created_ms;
    uint64_t version;
    uint64_t password_version;
    bool asks;
    enum role asks_for;
    char asks_why[MODEL_TEXT];
    bool has_code; /* a one-time code, the only way in */
    uint8_t code[TOKEN_BYTES];
    uint64_t code_end_ms;
    struct model_factor factor; /* begun, or confirmed: */
    bool has_factor;
};

struct model_sign_in {
    uint64_t id;
    size_t account; /* index */
    bool over;
    uint64_t created_ms;
    uint64_t seen_ms;
    uint8_t token[TOKEN_BYTES];
    uint8_t previous[TOKEN_BYTES];
    bool has_previous;
    uint64_t elevated_until_ms;
    uint64_t elevated_connection;
};

/* What the staff may do in a queue. */
enum { MODEL_READ = 1, MODEL_CREATE = 2, MODEL_CHANGE = 4, MODEL_OWN = 8, MODEL_ALL = 15 };

struct model_queue {
    char name[MODEL_TEXT];
    bool members_only;
    bool staff_only;
    bool closed;
    uint64_t version;
};

struct model_ticket {
    char title[MODEL_TEXT];
    char problem[MODEL_TEXT];
    enum kind kind;
    enum severity severity;
    enum state state;
    uint64_t pending_until_ms;
    uint64_t last_pending_until_ms;
    uint64_t resolved_ms;
    bool has_timer;
    size_t requester; /* index */
    size_t opened_by; /* index + 1; 0: the requester */
    uint64_t follows;
    size_t queue; /* index; 0: the default one */
    uint64_t created_ms;
    uint64_t updated_ms;
    uint64_t version;
    bool answered; /* by staff */
    size_t owner;  /* index + 1; 0: nobody */
    bool cc[MODEL_ACCOUNTS];
    bool watching[MODEL_ACCOUNTS];
    bool deleted;
    bool purged;
    char tags[MODEL_TAGS][TAG_MAX + 1]; /* by the alphabet */
    size_t tag_count;
    uint64_t merged_into; /* the survivor; 0: none */
    uint64_t merged_by;   /* the ticket that the merge named, itself merged since or not */
    bool cc_by_merge[MODEL_ACCOUNTS];
    bool watching_by_merge[MODEL_ACCOUNTS];
    char brought[MODEL_TAGS][TAG_MAX + 1]; /* tags that a merge brought; "": none */
};

/* `from` is the parent of `to`, depends on it, is related to it or a duplicate of it. */
struct model_link {
    uint64_t from;
    uint64_t to;
    enum link_kind kind;
};

struct model_message {
    uint64_t ticket;
    uint64_t origin; /* the ticket it was written to */
    uint64_t sequence;
    size_t author; /* index */
    enum role author_role;
    bool is_note;
    bool is_held;
    bool is_retracted;
    uint64_t edited_ms;     /* 0: never */
    uint64_t release_ms;    /* held */
    uint64_t held_as;       /* its sequence while it was held; 0: was not */
    struct ticket_say then; /* held: what it asks for beside its text */
    uint64_t time_ms;
    char text[MODEL_TEXT];
};

/* What somebody has begun to write. */
struct model_draft {
    size_t account;  /* index */
    uint64_t number; /* the ticket it was begun on, merged since or not; 0: a new ticket */
    enum draft_for what;
    char title[MODEL_TEXT];
    char text[MODEL_TEXT];
    uint64_t updated_ms;
};

struct model_canned {
    char name[MODEL_TEXT];
    char title[MODEL_TEXT];
    char text[MODEL_TEXT];
    uint64_t version;
};

/* A reply that was held, whether it still is or not, until its timer goes off. */
struct model_hold {
    uint64_t due_ms;
    uint64_t id;
    uint64_t ticket;
};

/* A line of a ticket's history. */
struct model_line {
    uint64_t ticket;
    uint64_t sequence;
    enum method method;
    enum method for_users; /* what it is to who sees no notes */
    bool is_note;          /* for staff alone */
    bool is_watch;         /* in nobody's history */
    bool is_silent;        /* of a ticket that only came along with another one */
    char actor[MODEL_TEXT];
};

/* What ticket.undo can take back: tickets as they were before and after it. */
struct model_act {
    uint64_t sequence;
    uint64_t time_ms;
    size_t actor; /* index */
    size_t count;
    uint64_t numbers[MODEL_ACT_TICKETS];
    struct model_ticket before[MODEL_ACT_TICKETS];
    struct model_ticket after[MODEL_ACT_TICKETS];
};

/* What a command is answered. */
struct model_answer {
    enum error verdict;
    const char *field; /* NULL: none */
    char name[MODEL_TEXT];
    uint64_t number;
    uint64_t version;
    uint64_t sequence;
    uint64_t sign_in;
    uint64_t until_ms;
    uint64_t current; /* number of the ticket that a conflict shows; 0: none */
    bool repeated;
};

struct model_operation {
    uint8_t id[OPERATION_BYTES];
    uint8_t digest[16];
    size_t account; /* index + 1; 0: not signed in */
    struct model_answer answer;
};

/* Accounts, tickets: index + 1 is their id or number. */
struct model {
    struct model_account accounts[MODEL_ACCOUNTS];
    size_t account_count;
    struct model_sign_in sign_ins[MODEL_SIGN_INS];
    size_t sign_in_count;
    struct model_ticket tickets[MODEL_TICKETS];
    size_t ticket_count;
    struct model_message messages[MODEL_MESSAGES];
    size_t message_count;
    struct model_queue queues[MODEL_QUEUES];
    size_t queue_count;
    struct model_canned canned[MODEL_CANNED]; /* oldest first */
    size_t canned_count;
    struct model_draft drafts[MODEL_DRAFTS]; /* in no order */
    size_t draft_count;
    unsigned rights[MODEL_ACCOUNTS][MODEL_QUEUES]; /* 0: nothing is listed */
    uint64_t read[MODEL_ACCOUNTS][MODEL_TICKETS];  /* how far, by sequence */
    struct model_link links[MODEL_LINKS];
    size_t link_count;
    struct model_line lines[MODEL_LINES];
    size_t line_count;
    struct model_operation operations[MODEL_OPERATIONS];
    size_t operation_count;
    struct model_hold holds[MODEL_HOLDS];
    size_t hold_count;
    struct model_act acts[MODEL_ACTS]; /* the last ones, round and round */
    size_t act_count;
    enum error results[MODEL_ACT_TICKETS]; /* of the last ticket.bulk */
    uint64_t undo_seconds;
    uint64_t admin_factor; /* 1: demanded of admins in admin mode */
    enum registration registration;
    uint64_t settings_version;
    uint64_t reopen_days;
    uint64_t sequence;
};

/* Who is asking, as far as the model knows. */
struct model_who {
    struct model_account *account; /* NULL: nobody */
    struct model_sign_in *sign_in;
    bool in_admin_mode;
    bool console;
    bool desk;
};

/* The id of the timer that ends the pending of a ticket. */
uint64_t model_timer(uint64_t number);

/* The digest of a second factor's recovery code. */
void model_recovery_hash(unsigned index, uint8_t ret_hash[TOKEN_BYTES]);

void model_init(struct model *model);
struct model_answer model_apply(struct model *model, const struct command *command);
struct model_who model_who(struct model *model, const struct origin *origin, uint64_t time_ms);

/* Whether this one may read the ticket. */
bool model_reads(const struct model *model, const struct model_who *who, uint64_t number);

/* The rights of an account in a queue: what is listed, or what the queue gives to all. */
unsigned model_rights(const struct model *model, const struct model_account *account, size_t queue);

/* Whether this one has the right to change the ticket's queue, and to read it, notes included. */
bool model_works_on(const struct model *model, const struct model_who *who, uint64_t number);
bool model_looks_inside(const struct model *model, const struct model_who *who, uint64_t number);

/* Whether the name of this queue may be told to them. */
bool model_knows_queue(const struct model *model, const struct model_who *who, size_t queue);

/* Whether this one, who may read the ticket, neither works on it nor is its requester. */
bool model_is_guest(const struct model *model, const struct model_who *who, uint64_t number);

/* The number of the ticket that answers for this one; itself when it is not merged. */
uint64_t model_survivor(const struct model *model, uint64_t number);

/* How many messages of others this one may see on the ticket and has not read. */
uint64_t model_unread(const struct model *model, const struct model_who *who, uint64_t number);

/* Whether the two texts are the same. */
bool model_same(const char *a, struct text b);

/* The link between the two, either way round; NULL when there is none. */
struct model_link *model_find_link(struct model *model, uint64_t a, uint64_t b);

/* Whether one more command can be taken; the arrays do not grow. */
bool model_has_room(const struct model *model);

#endif
