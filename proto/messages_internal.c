/* The tables of what the desk asks of itself. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field timer_fire_fields[] = {
    [FIRE_DUE] = {.name = "due", .type = FIELD_NUMBER, .offset = AT(timer_fire, due_ms),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "When the timer is due, in milliseconds since 1970 UTC."},
    [FIRE_ID] = {.name = "id", .type = FIELD_NUMBER, .offset = AT(timer_fire, id),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Id of the timer."},
};
const struct table timer_fire_table = TABLE(timer_fire);
