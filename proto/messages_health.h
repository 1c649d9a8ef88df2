/* How the desk and its daemon are, as an operator wants to see it. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_HEALTH_H
#define TTYDESK_PROTO_MESSAGES_HEALTH_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* What somebody has to look after; a desk in good health has none. */
struct health_problem {
    uint64_t present;
    struct text sentence;
};
enum { HEALTH_PROBLEM_SENTENCE };
extern const struct table health_problem_table;

/* Reply of admin.health: numbers alone, nothing of what people wrote. */
struct health {
    uint64_t present;
    struct list problems; /* of struct health_problem */
    struct text version;
    uint64_t time_ms;
    uint64_t uptime_ms;
    uint64_t connections;
    uint64_t signed_in; /* connections on which somebody is signed in */
    uint64_t sequence;
    uint64_t tickets;  /* all there ever were */
    uint64_t accounts; /* likewise */
    uint64_t deleted;  /* tickets that can be restored */
    uint64_t sign_ins;
    uint64_t uploads; /* files on their way */
    uint64_t timers;
    uint64_t next_timer_ms; /* when the first is due; absent: there is none */
    uint64_t used_bytes;    /* of the file, up to its last page */
    uint64_t free_bytes;    /* in pages among them that are used again */
    uint64_t map_bytes;     /* what the file can grow to */
    uint64_t disk_bytes;    /* free on its disk */
    uint64_t readers;       /* snapshots of all processes */
    uint64_t oldest_reader; /* commits since the oldest of them was taken */
    uint64_t waiting;       /* changes that wait for the disk */
    uint64_t changes;       /* settled since the start */
    uint64_t batches;       /* that they came in: each was one commit */
    uint64_t batch_last;
    uint64_t batch_largest;
    uint64_t failed_commits;
    uint64_t backup_ms; /* when the last backup was made; absent: none is known */
};
enum {
    HEALTH_PROBLEMS,
    HEALTH_VERSION,
    HEALTH_TIME,
    HEALTH_UPTIME,
    HEALTH_CONNECTIONS,
    HEALTH_SIGNED_IN,
    HEALTH_SEQUENCE,
    HEALTH_TICKETS,
    HEALTH_ACCOUNTS,
    HEALTH_DELETED,
    HEALTH_SIGN_INS,
    HEALTH_UPLOADS,
    HEALTH_TIMERS,
    HEALTH_NEXT_TIMER,
    HEALTH_USED,
    HEALTH_FREE,
    HEALTH_MAP,
    HEALTH_DISK,
    HEALTH_READERS,
    HEALTH_OLDEST_READER,
    HEALTH_WAITING,
    HEALTH_CHANGES,
    HEALTH_BATCHES,
    HEALTH_BATCH_LAST,
    HEALTH_BATCH_LARGEST,
    HEALTH_FAILED_COMMITS,
    HEALTH_BACKUP,
};

/* Deleted tickets are counted no further than this. */
enum { HEALTH_DELETED_MAX = 1000, HEALTH_PROBLEMS_MAX = 8, HEALTH_SENTENCE_MAX = 200 };

#endif
