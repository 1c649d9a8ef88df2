/* Times as people read them: an age in a few columns, or a date in the zone of TZ. */
#ifndef TTYDESK_TUI_WHEN_H
#define TTYDESK_TUI_WHEN_H

#include <stdint.h>

enum { WHEN_SIZE = 32 };

/* How long ago: "now", "4m", "2h", "3d", "11w"; at most four columns up to 19 years. */
void when_age(uint64_t now_ms, uint64_t time_ms, char ret_text[WHEN_SIZE]);

/* "22 Nov 14:02"; with the year where it is not this year: "22 Nov 2025". */
void when_date(uint64_t now_ms, uint64_t time_ms, char ret_text[WHEN_SIZE]);

/* "14:02". */
void when_clock(uint64_t time_ms, char ret_text[WHEN_SIZE]);

/* How far the zone of TZ is from UTC at this time: "+02:00". */
void when_zone(uint64_t time_ms, char ret_text[WHEN_SIZE]);

/* The system's wall clock, in milliseconds since 1970 UTC. */
uint64_t when_now_ms(void);

#endif
