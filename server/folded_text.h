/* "Contained in, letter case ignored", for any script. */
#ifndef TTYDESK_SERVER_FOLDED_TEXT_H
#define TTYDESK_SERVER_FOLDED_TEXT_H

#include "proto/messages.h"

/* Code points an accented or ligated letter can fall apart into, at most. */
enum { FOLDED_MAX = TITLE_MAX * 8 };

/* A line case-folded and taken apart. */
struct folded_text {
    int32_t points[FOLDED_MAX];
    size_t count;
};

/* Empty for a text that finds no room, which no valid title or query needs. */
void folded_text_make(struct folded_text *folded, struct text text);

/* Whether the first contains the second; everything contains an empty one. */
bool folded_text_contains(const struct folded_text *folded, const struct folded_text *wanted);

#endif
