/* What verbs print: JSON from the message tables, tables aligned for people on a terminal and
 * separated by tabs for pipes. All text from others passes proto/text's filter here. */
#ifndef TTYDESK_TUI_OUTPUT_H
#define TTYDESK_TUI_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "proto/fields.h"

enum { OUTPUT_TIME_SIZE = 32 };

/* A struct of `table` as one JSON object and a line feed. Only what is present; non-ASCII is
 * escaped, so that no text can reach the terminal as anything but text. False when memory is out.
 */
bool output_json(FILE *stream, const struct table *table, const void *message);

/* A JSON array of structs that grows: open, any number of items, close. */
void output_json_open(FILE *stream);
bool output_json_item(FILE *stream, const struct table *table, const void *message, bool first);
void output_json_close(FILE *stream);

/* Text as it may be shown: on one line, or with its line feeds and each line after `indent`. */
void output_line(FILE *stream, struct text text);
void output_lines(FILE *stream, const char *indent, struct text text);

/* One table: rows of `column_count` cells are gathered and printed at the end. On a terminal with a
 * heading, aligned, the last column cut at the terminal's width; otherwise without a heading, in
 * full, separated by tabs. */
struct output_table;
struct output_table *output_table_create(FILE *stream, const char *const *headings,
                                         size_t column_count);
void output_table_cell(struct output_table *table, struct text text); /* row by row; copied */
void output_table_end(struct output_table *table);                    /* prints and frees */

/* "2026-11-22 14:02" in the time zone of TZ; 0 gives "-". */
void output_time(uint64_t time_ms, char ret_text[OUTPUT_TIME_SIZE]);

#endif
