/* Requests on what was said on a ticket, and their replies. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_CONVERSATION_H
#define TTYDESK_PROTO_MESSAGES_CONVERSATION_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* ticket.withdraw and ticket.send_now */
struct ticket_message {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t message; /* its sequence */
};
enum { TICKET_MESSAGE_OPERATION, TICKET_MESSAGE_NUMBER, TICKET_MESSAGE_MESSAGE };

#endif
