/* Commands that the desk gives itself and no client can: they are not on the wire, but the journal
 * names them and history shows them. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_INTERNAL_H
#define TTYDESK_PROTO_MESSAGES_INTERNAL_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* account.count_failure: a wrong password; device 0: from an unknown one. */
struct account_count_failure {
    uint64_t present;
    uint64_t account;
    uint64_t device;
};
enum { COUNT_FAILURE_ACCOUNT, COUNT_FAILURE_DEVICE };

/* timer.fire: both name the timer. */
struct timer_fire {
    uint64_t present;
    uint64_t due_ms;
    uint64_t id;
};
enum { FIRE_DUE, FIRE_ID };

#endif
