/* A time as people write it, in the zone of TZ. */
#ifndef TTYDESK_TUI_WHEN_PARSE_H
#define TTYDESK_TUI_WHEN_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/when.h"

/* What may be written, for help and for complaints. */
extern const char when_grammar[];

/* "30m", "2h", "3d", "1w": so far ahead of now; days and weeks keep the time of day.
 * "14:00": when it is so late next.
 * "today", "tomorrow", "monday" to "sunday" (the next one, not today), "2026-12-03": at the time
 * that follows, such as "monday 14:00", or at 08:00.
 * Letter case and blanks around do not matter. False for anything else and for days that no
 * calendar has; the result may lie in the past. */
bool when_parse(const char *text, uint64_t now_ms, uint64_t *ret_ms);

/* The same for times that are over: "30m", "2h", "3d", "1w" so far back; "today", "2026-12-03" at
 * the time that follows, or at their beginning. */
bool when_parse_past(const char *text, uint64_t now_ms, uint64_t *ret_ms);

/* What may be written there. */
extern const char when_past_grammar[];

/* "2026-12-03 14:00", which when_parse understands. */
void when_write(uint64_t time_ms, char ret_text[WHEN_SIZE]);

#endif
