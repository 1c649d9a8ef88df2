/* For server/requests.c: commands that need slow work on passwords, or tokens, before they are
 * commands. Each function checks what can be checked at the edge and says what work is to be done;
 * when it is done the command names what was verified, and the core checks that it still holds. */
#ifndef TTYDESK_SERVER_PREPARE_H
#define TTYDESK_SERVER_PREPARE_H

#include "server/requests.h"

/* One prepared command, from its request to log_submit; lives in the submission's arena. */
struct preparation {
    struct password_job job; /* neither verify nor make: nothing slow to do */
    struct requests *requests;
    const struct requests_settings *settings;
    struct submission *submission;
    const struct viewer *viewer; /* until the work begins */
    struct rows *rows;           /* likewise */
    bool counts;                 /* a wrong password counts against account and source */
    struct text name;            /* whose password is tried, as typed */
    uint64_t mark;               /* of the password that is tried (server/throttle.h) */
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
prepare_function prepare_account_create;

/* After the work: counts a wrong password and gives ERROR_AUTH_FAILED for it, or puts what was
 * found out into the command. */
enum error prepare_finish(struct preparation *preparation, struct session *session);

#endif
