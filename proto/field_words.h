/* A field's value as people write and read it, and what is allowed, for operators' verbs and
 * screens that show whatever a table has: settings. Numbers, choices, yes or no. */
#ifndef TTYDESK_PROTO_FIELD_WORDS_H
#define TTYDESK_PROTO_FIELD_WORDS_H

#include "proto/fields.h"

enum { FIELD_WORDS_SIZE = 128 };

/* Whether a field has a value that can be written so. */
bool field_has_words(const struct field *field);

/* "14", "open", "yes": the value of the field in a struct of its table. */
void field_write_value(const struct field *field, const void *message,
                       char ret_text[FIELD_WORDS_SIZE]);

/* "0 to 3650", "open, approval, closed", "yes or no". */
void field_write_allowed(const struct field *field, char ret_text[FIELD_WORDS_SIZE]);

/* Puts what was written into a struct. False when it is no value of the field's type; whether a
 * number is in its range is left for the codec to say. */
bool field_read_value(const struct field *field, const char *text, void *message);

/* The field of this name, NULL when there is none. */
const struct field *field_find(const struct table *table, struct text name);

#endif
