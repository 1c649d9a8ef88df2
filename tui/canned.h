/* Canned replies with their variables filled in. */
#ifndef TTYDESK_TUI_CANNED_H
#define TTYDESK_TUI_CANNED_H

#include "proto/buffer.h"
#include "proto/fields.h"

/* What the variables stand for; a text without data is one that is not known here, and its variable
 * stays. */
struct canned_values {
    struct text number; /* {number}: of the ticket */
    struct text title;
    struct text requester; /* user name */
    struct text requester_name;
    struct text staff; /* user name of who writes */
    struct text desk;
};

/* Appends the text with its variables filled in, and gives the first one that could not be, with
 * its braces, no data when there is none: it stays, and nobody should send it so. A variable is
 * lower-case letters and underscores in braces; other braces are only braces. What a value says is
 * not looked at for variables again. */
struct text canned_expand(struct buffer *buffer, struct text text,
                          const struct canned_values *values);

/* How somebody is called who has this display name, which may be empty. */
struct text canned_name(struct text display_name, struct text user_name);

#endif
