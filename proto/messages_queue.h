/* Queues and the rights in them. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_QUEUE_H
#define TTYDESK_PROTO_MESSAGES_QUEUE_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

struct queue {
    uint64_t present;
    struct text name;
    struct text description;
    bool members_only;  /* only those of the staff whose rights are listed work in it */
    bool staff_only;    /* users can't file tickets into it */
    bool closed;        /* takes no more tickets */
    bool is_default;    /* tickets that name no queue go there */
    bool takes;         /* the viewer may file tickets into it */
    struct text rights; /* the viewer's own, separated by a space: read, create, change, own */
    uint64_t version;
};
enum {
    QUEUE_NAME,
    QUEUE_DESCRIPTION,
    QUEUE_MEMBERS_ONLY,
    QUEUE_STAFF_ONLY,
    QUEUE_CLOSED,
    QUEUE_IS_DEFAULT,
    QUEUE_TAKES,
    QUEUE_RIGHTS,
    QUEUE_VERSION,
};
extern const struct table queue_table;

/* At most QUEUES_MAX, so they come at once. */
struct queue_list_reply {
    uint64_t present;
    struct list queues; /* of struct queue, oldest first; the default queue is the oldest */
    uint64_t sequence;
};
enum { QUEUE_LIST_REPLY_QUEUES, QUEUE_LIST_REPLY_SEQUENCE };

/* Whom a ticket of the queue may be given to, or put in copy of. */
struct queue_people {
    uint64_t present;
    struct text queue;
    bool owners;      /* only those who may own tickets there */
    struct text name; /* how their names begin */
    uint64_t cursor;
    uint64_t limit;
};
enum {
    QUEUE_PEOPLE_QUEUE,
    QUEUE_PEOPLE_OWNERS,
    QUEUE_PEOPLE_NAME,
    QUEUE_PEOPLE_CURSOR,
    QUEUE_PEOPLE_LIMIT,
};

struct queue_person {
    uint64_t present;
    struct text name;
};
enum { QUEUE_PERSON_NAME };
extern const struct table queue_person_table;

struct queue_people_reply {
    uint64_t present;
    struct list people; /* of struct queue_person, in the order of their accounts */
    bool more;
    uint64_t cursor; /* present when more */
};
enum { QUEUE_PEOPLE_REPLY_PEOPLE, QUEUE_PEOPLE_REPLY_MORE, QUEUE_PEOPLE_REPLY_CURSOR };

struct admin_queue_create {
    uint64_t present;
    struct bytes operation;
    struct text name;
    struct text description;
    bool members_only;
    bool staff_only;
};
enum {
    QUEUE_CREATE_OPERATION,
    QUEUE_CREATE_NAME,
    QUEUE_CREATE_DESCRIPTION,
    QUEUE_CREATE_MEMBERS_ONLY,
    QUEUE_CREATE_STAFF_ONLY,
};

struct admin_queue_update {
    uint64_t present;
    struct bytes operation;
    struct text queue; /* its name so far */
    uint64_t version;
    struct text name; /* a new one */
    struct text description;
    bool members_only;
    bool staff_only;
    bool closed;
};
enum {
    QUEUE_UPDATE_OPERATION,
    QUEUE_UPDATE_QUEUE,
    QUEUE_UPDATE_VERSION,
    QUEUE_UPDATE_NAME,
    QUEUE_UPDATE_DESCRIPTION,
    QUEUE_UPDATE_MEMBERS_ONLY,
    QUEUE_UPDATE_STAFF_ONLY,
    QUEUE_UPDATE_CLOSED,
};

/* Reply of commands on queues. */
struct queue_changed {
    uint64_t present;
    struct text name;
    uint64_t version;
    uint64_t sequence;
};
enum { QUEUE_CHANGED_NAME, QUEUE_CHANGED_VERSION, QUEUE_CHANGED_SEQUENCE };

struct admin_queue_rights {
    uint64_t present;
    struct bytes operation;
    struct text queue;
    struct text name;   /* user name */
    struct text rights; /* as in struct queue; or "all", or "none" */
};
enum { QUEUE_RIGHTS_OPERATION, QUEUE_RIGHTS_QUEUE, QUEUE_RIGHTS_NAME, QUEUE_RIGHTS_RIGHTS };

struct admin_queue_members {
    uint64_t present;
    struct text queue;
    uint64_t cursor;
    uint64_t limit;
};
enum { QUEUE_MEMBERS_QUEUE, QUEUE_MEMBERS_CURSOR, QUEUE_MEMBERS_LIMIT };

struct queue_member {
    uint64_t present;
    struct text name;
    enum role role;
    struct text rights;
};
enum { QUEUE_MEMBER_NAME, QUEUE_MEMBER_ROLE, QUEUE_MEMBER_RIGHTS };
extern const struct table queue_member_table;

struct admin_queue_members_reply {
    uint64_t present;
    struct list members; /* of struct queue_member, oldest account first */
    bool more;
    uint64_t cursor;
    uint64_t sequence;
};
enum {
    QUEUE_MEMBERS_REPLY_MEMBERS,
    QUEUE_MEMBERS_REPLY_MORE,
    QUEUE_MEMBERS_REPLY_CURSOR,
    QUEUE_MEMBERS_REPLY_SEQUENCE,
};

#endif
