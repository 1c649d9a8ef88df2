/* How the operator's verbs print what people wrote: on one line, and without what a terminal would
 * take as an order. To standard output. */
#ifndef TTYDESK_CONSOLE_PRINT_H
#define TTYDESK_CONSOLE_PRINT_H

#include "proto/fields.h"

void print_text(struct text text);

/* With a tab behind it; "-" for nothing. */
void print_cell(struct text text);

/* "2026-11-22T14:02:03Z", or "-" for 0, and `end`. */
void print_time(uint64_t time_ms, char end);

/* A text as JSON has it, in quotes. */
void print_json_text(struct text text);

/* A struct of `table` as one JSON object, of what is present. Not for tables with bytes. */
void print_json(const struct table *table, const void *message);

#endif
