/* For server/requests.c: commands that need slow work on passwords, or tokens, before they are
 * commands. Each function checks what can be checked at the edge and says what work is to be done;
 * when it is done the command names what was verified, and the core checks that it still holds. */
#ifndef TTYDESK_SERVER_PREPARE_H
#define TTYDESK_SERVER_PREPARE_H

#include "server/requests.h"

/* The second factor of the account whose password is tried, as the snapshot had it, and the code
 * that was shown with it. */
struct factor_try {
    uint64_t account; /* id; 0: there is no such account */
    bool demanded;    /* it has a second factor */
    bool shown;       /* there is a code */
    bool wrong;       /* and that was not right, though the password was */
    uint64_t id;      /* of row_totp; 0: none */
    uint64_t last_step;
    struct bytes sealed;
    struct bytes recovery;
    struct text code;
    uint8_t recovery_digest[TOKEN_DIGEST_BYTES]; /* of the code, if it is one of those */
};

/* One prepared command, from its request to log_submit; lives in the submission's arena. */
struct preparation {
    struct password_job job; /* neither verify nor make nor other: nothing slow to do */
    struct requests *requests;
    const struct requests_settings *settings;
    struct submission *submission;
    const struct viewer *viewer; /* until the work begins */
    struct rows *rows;           /* likewise */
    bool counts;                 /* a wrong password counts against account and source */
    struct text name;            /* whose password is tried, as typed */
    uint64_t mark;               /* of the password that is tried (server/throttle.h) */
    bool local;                  /* asked from this machine: its address is not punished */
    struct text logged_name;     /* whose, for the log; no data: nobody's */
    uint64_t device;             /* login: the known device it comes from; 0: none that is known */
    uint64_t failures;           /* login: wrong passwords that were counted before, from there */
    bool code;                   /* a one-time code is tried, not a password; */
    bool code_right;             /* and was right when it was handed in */
    struct factor_try factor;
    uint64_t work; /* what is read for it off the loop, in bytes: paid for as other reading is */
};

/* ERROR_NONE: the work in `preparation->job` may begin. Otherwise the code of a refusal with its
 * details in `ret_failure`. */
typedef enum error prepare_function(struct preparation *preparation, struct session *session,
                                    struct failure *ret_failure);

prepare_function prepare_register;
prepare_function prepare_login;
prepare_function prepare_resume;
prepare_function prepare_set_password;
prepare_function prepare_elevate;
prepare_function prepare_totp_begin; /* these: prepare_factor.c */
prepare_function prepare_totp_confirm;
prepare_function prepare_totp_remove;
prepare_function prepare_account_create;
prepare_function prepare_account_reset;
prepare_function prepare_use_code;
prepare_function prepare_unlock;
prepare_function prepare_login_key; /* prepare_key.c */
prepare_function prepare_key_add;
prepare_function prepare_elevate_key;
prepare_function prepare_attachment_finish; /* prepare_attachment.c */

/* Whether a password of this account may still be tried; ERROR_THROTTLED when others were wrong
 * since this one was handed in. Nothing to try: ERROR_NONE. */
enum error prepare_may_try(const struct preparation *preparation, struct failure *ret_failure);

/* After the work: counts a wrong password and gives ERROR_AUTH_FAILED for it, or puts what was
 * found out into the command. ERROR_THROTTLED tells nothing about the password. */
enum error prepare_finish(struct preparation *preparation, struct session *session,
                          struct failure *ret_failure);

/* After the work, when whoever asked has gone: a wrong password counts all the same. */
void prepare_abandon(struct preparation *preparation);

#endif
