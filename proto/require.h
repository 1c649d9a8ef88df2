/* A check for programmer mistakes that is compiled into every build. It is never used on input:
 * what comes from outside is answered, not aborted on. */
#ifndef TTYDESK_PROTO_REQUIRE_H
#define TTYDESK_PROTO_REQUIRE_H

/* Prints the place and the broken condition to standard error and aborts. */
_Noreturn void require_failed(const char *condition, const char *file, int line);

#define require(condition) ((condition) ? (void)0 : require_failed(#condition, __FILE__, __LINE__))

#endif
