/* The one place for what the compiler knows beyond C17. */
#ifndef TTYDESK_PROTO_ATTRIBUTES_H
#define TTYDESK_PROTO_ATTRIBUTES_H

/* Parameter `text` (counted from 1) is a printf format, `first` the first argument it prints. */
#define ATTRIBUTE_PRINTF(text, first) __attribute__((format(printf, text, first)))

#endif
