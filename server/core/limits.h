/* How long things last and how many there may be, as the rules of the core have it. */
#ifndef TTYDESK_CORE_LIMITS_H
#define TTYDESK_CORE_LIMITS_H

#include <stdint.h>

#define MINUTE_MS UINT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* A sign-in ends after so long without use, and after so long in any case. */
#define SIGN_IN_USER_IDLE_MS      (7 * DAY_MS)
#define SIGN_IN_USER_ABSOLUTE_MS  (30 * DAY_MS)
#define SIGN_IN_STAFF_IDLE_MS     (12 * HOUR_MS) /* admins too */
#define SIGN_IN_STAFF_ABSOLUTE_MS (24 * HOUR_MS)

/* Use is written down at most this often. */
#define SIGN_IN_SEEN_MS (5 * MINUTE_MS)

/* Sign-ins of one account; one more ends the oldest. */
#define SIGN_INS_MAX 16

#define ELEVATION_MS (15 * MINUTE_MS)

/* Known devices of one account; one more takes the place of the one that was not used longest. */
#define DEVICES_MAX 16

/* Keys of one account; one more is refused. */
#define KEYS_MAX 8

/* So many wrong passwords in a row, and unknown devices are not let in any more; a known device is
 * then not known any more. */
#define FAILURES_MAX 100

/* A one-time code is good for so long. */
#define CODE_LIFE_MS (48 * HOUR_MS)

/* Second factors: a code stands for so long, and one step before and after is good, too. A secret
 * that is not confirmed is forgotten after a while. */
#define TOTP_STEP_MS  UINT64_C(30000)
#define TOTP_BEGIN_MS HOUR_MS

/* How far ahead the time lies that a ticket is pending until. */
#define PENDING_MIN_MS UINT64_C(1000)
#define PENDING_MAX_MS (2 * 365 * DAY_MS)

/* People who watch one ticket; those in copy are CC_MAX. */
#define WATCHERS_MAX 64

/* Files that an account may be sending at once; one that does not arrive is dropped after a day. */
#define UPLOADS_MAX    4
#define UPLOAD_LIFE_MS DAY_MS

/* An operation id is good for so long after the time in it, and that time may lie ahead of the
 * desk's by so much. Verdicts have to be kept for the sum of the two. */
#define OPERATION_LIFE_MS  DAY_MS
#define OPERATION_AHEAD_MS (10 * MINUTE_MS)
#define OPERATION_KEPT_MS  (OPERATION_LIFE_MS + OPERATION_AHEAD_MS)

#endif
