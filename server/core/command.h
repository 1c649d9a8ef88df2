/* A wish to change something, stamped at the edge with all that is not state. The core's only
 * input beside the rows; nothing in it depends on the daemon it runs on. */
#ifndef TTYDESK_CORE_COMMAND_H
#define TTYDESK_CORE_COMMAND_H

#include "proto/messages.h"

/* Who it comes from. The core finds the account through the sign-in, inside the transaction. */
struct origin {
    uint64_t sign_in;    /* id of the sign-in; 0: nobody is signed in */
    uint64_t connection; /* of this daemon's life; elevation is bound to it */
    uint64_t acting_for; /* account id; 0: nobody */
    bool console;        /* root or the daemon's user on the Unix socket, or the offline console */
    bool gateway;        /* asserted by a trusted gateway */
    bool desk;           /* the desk itself, because a timer was due */
    struct text source;  /* an address, or "unix:UID" */
};

/* What slow work off the loop found out before the command was made (sign-in, new passwords). */
struct prepared {
    uint64_t account;             /* whose password was verified; 0: nobody's */
    uint64_t password_version;    /* the version that was verified */
    struct text password_hash;    /* of a new password */
    struct bytes token_hash;      /* resume: 32 bytes, of the token that was shown */
    struct bytes new_token_hash;  /* login, resume: 32 bytes, of the token the client will get */
    struct bytes device_hash;     /* login: 32 bytes, of the device's token that was shown */
    struct bytes new_device_hash; /* login: 32 bytes, of the one it will get if it is not known */
    struct bytes code_hash;       /* use_code: 32 bytes, of the code that was shown */
    struct bytes content_hash;    /* finish: 32 bytes, of all that has arrived of the file */
    struct bytes new_code_hash;   /* create, reset: 32 bytes, of the code the admin will be told */
    struct text key;              /* a public key, padded base64, that was proved to be held by who
                                     asks; no data: none was */
    struct text key_fingerprint;  /* likewise */

    /* Second factors: the code that was shown, and what a new one is made of */
    bool code_shown;                  /* some code was, right or wrong */
    uint64_t factor_id;               /* row_totp.id of the one it was compared with; 0: none */
    uint64_t factor_step;             /* the step of time it is of; 0: of none that is near */
    struct bytes recovery_hash;       /* 32 bytes, if it may be a recovery code */
    struct bytes new_factor;          /* begin: the new secret, sealed */
    struct bytes new_recovery_hashes; /* confirm: RECOVERY_CODES times 32 bytes */
};

enum { COMMAND_DIGEST_BYTES = 16 };

struct command {
    enum method method;
    struct origin origin;
    uint64_t time_ms;       /* never goes back from one command to the next */
    uint64_t fresh_id;      /* a new sign-in's id, made of time and random bits; not 0 */
    struct bytes operation; /* OPERATION_BYTES, or none */
    uint8_t digest[COMMAND_DIGEST_BYTES]; /* of the method and the canonical request */
    struct prepared prepared;
    const void *request; /* the struct of methods[method].request */
};

#endif
