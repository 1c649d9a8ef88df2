/* "Did you mean": the word of a list that is most like one that is none of them. */
#ifndef TTYDESK_PROTO_LIKENESS_H
#define TTYDESK_PROTO_LIKENESS_H

#include "proto/fields.h"

/* How many letters have to be put in, left out or changed to make one word of the other, letter
 * case ignored for ASCII (Levenshtein's distance); SIZE_MAX for words too long to be compared. */
size_t likeness_distance(struct text a, struct text b);

/* The name most like the word, if it is like it at all; NULL names are left out. */
const char *likeness_nearest(struct text word, const char *const *names, size_t count);

#endif
