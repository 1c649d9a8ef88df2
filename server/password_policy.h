/* Which passwords a new one may be (in the spirit of NIST SP 800-63B): long enough and not easy to
 * guess. No rules about kinds of characters, no forced changes. */
#ifndef TTYDESK_SERVER_PASSWORD_POLICY_H
#define TTYDESK_SERVER_PASSWORD_POLICY_H

#include "proto/errors.h"
#include "proto/fields.h"

struct password_context {
    struct text user_name;
    struct text email; /* no data: none */
    struct text desk;  /* the desk's name */
    size_t minimum;    /* code points */
};

/* ERROR_PASSWORD_WEAK: `ret_sentence` names the rule; a constant, or made in `buffer`. */
enum error password_policy_check(struct text password, const struct password_context *context,
                                 char buffer[128], struct text *ret_sentence);

#endif
