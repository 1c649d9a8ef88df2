/* What user names and email addresses may look like. */
#ifndef TTYDESK_CORE_NAME_H
#define TTYDESK_CORE_NAME_H

#include "proto/arena.h"
#include "proto/fields.h"

/* NULL, or why it can't be a user name, as a sentence for people: a letter or digit, then 1 to 31
 * letters, digits, dots, underscores or hyphens, all lower case; a few names stand for something
 * else in histories and are refused. */
const char *name_problem(struct text name);

/* The same of a name for a queue: it may have one character, and none is reserved. */
const char *queue_name_problem(struct text name);

/* NULL, or why it can't be an email address. Not whether there is such a mailbox. */
const char *email_problem(struct text email);

/* The address with A to Z in lower case, in which two spellings of it are the same; in the arena.
 * No data without memory. */
struct text email_folded(struct arena *arena, struct text email);

#endif
