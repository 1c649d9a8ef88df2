/* Between the files that prepare commands (server/prepare.h): what several of them need. All of
 * these give ERROR_NONE or the code of a refusal, with its details in `ret_failure`. */
#ifndef TTYDESK_SERVER_PREPARE_PARTS_H
#define TTYDESK_SERVER_PREPARE_PARTS_H

#include "server/prepare.h"

/* Monotonic, in milliseconds. */
uint64_t prepare_now(const struct preparation *preparation);

/* Names the field and gives the error back. */
enum error prepare_refuse(struct failure *ret_failure, enum error error, const char *field);

/* Under which name the tries of somebody who is signed in as this account are counted: strangers
 * who guess at it must not keep its owner out of admin mode. */
struct text prepare_name_inside(struct preparation *preparation, const struct row_account *account);

/* Puts the comparison on the list of work, after asking whether this account may be tried now. An
 * account that does not exist (NULL) costs the same. */
enum error prepare_try_password(struct preparation *preparation, const struct session *session,
                                struct text name, const struct row_account *account,
                                struct text password, struct failure *ret_failure);

/* ERROR_THROTTLED: the address has to wait. */
enum error prepare_check_source(const struct preparation *preparation,
                                const struct session *session, struct failure *ret_failure);

/* ERROR_TOO_MANY: more connections of one account are nobody's work. */
enum error prepare_check_connections(const struct preparation *preparation,
                                     const struct session *session, uint64_t account);

/* A fresh token for the reply; the command carries its digest alone. */
enum error prepare_make_token(struct preparation *preparation);

/* The digest of the device's token that is shown (no data: none is), and a fresh token in case it
 * is none of a known device; that one is then in `preparation->device`. */
enum error prepare_take_device(struct preparation *preparation, uint64_t account,
                               struct bytes shown);

/* prepare_factor.c. Takes along what the code, if one was shown, will be compared with; `account`
 * NULL: nobody. */
enum error prepare_read_factor(struct preparation *preparation, const struct row_account *account,
                               bool shown, struct text code);

/* When the password was right: compares the code, tells the command what was found, and notes
 * whether it was wrong. */
void prepare_compare_factor(struct preparation *preparation);

/* A code is demanded and none was shown: right so far, and not enough. */
bool prepare_lacks_factor(const struct preparation *preparation);

#endif
