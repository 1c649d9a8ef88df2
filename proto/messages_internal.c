/* The tables of what the desk asks of itself. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field account_count_failure_fields[] = {
    [COUNT_FAILURE_ACCOUNT] = {.name = "account", .type = FIELD_NUMBER,
        .offset = AT(account_count_failure, account), .min = 0, .max = NUMBER_MAX,
        .required = true, .since = 2,
        .help = "Id of the account."},
    [COUNT_FAILURE_DEVICE] = {.name = "device", .type = FIELD_NUMBER,
        .offset = AT(account_count_failure, device), .min = 0, .max = NUMBER_MAX,
        .required = true, .since = 2,
        .help = "Id of the known device it came from; 0: from no known one."},
};
const struct table account_count_failure_table = TABLE(account_count_failure);

static const struct field timer_fire_fields[] = {
    [FIRE_DUE] = {.name = "due", .type = FIELD_NUMBER, .offset = AT(timer_fire, due_ms),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "When the timer is due, in milliseconds since 1970 UTC."},
    [FIRE_ID] = {.name = "id", .type = FIELD_NUMBER, .offset = AT(timer_fire, id),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Id of the timer."},
};
const struct table timer_fire_table = TABLE(timer_fire);
