/* Tags: words that staff mark tickets with. */
#ifndef TTYDESK_CORE_TAG_H
#define TTYDESK_CORE_TAG_H

#include "server/store/rows.h"

/* The tags of a ticket by the alphabet, separated by a space; in the arena. Empty: none. */
struct text tag_line(struct rows *rows, uint64_t ticket);

/* A tag as it is kept, in lower case and in the arena; no data when it can't be one. */
struct text tag_folded(struct arena *arena, struct text word);

/* The next word of a line, which becomes what is left; no data at its end. */
struct text tag_next_word(struct text *line);

#endif
