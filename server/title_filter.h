/* "Contained in the title, letter case ignored", for any script. */
#ifndef TTYDESK_SERVER_TITLE_FILTER_H
#define TTYDESK_SERVER_TITLE_FILTER_H

#include "proto/messages.h"

/* Code points an accented or ligated letter can fall apart into, at most. */
#define TITLE_FILTER_FOLDED_MAX (TITLE_MAX * 4 + FILTER_MAX * 4)

struct title_filter {
    int32_t folded[TITLE_FILTER_FOLDED_MAX];
    size_t count; /* 0: every title matches */
};

/* No data: every title matches. */
void title_filter_init(struct title_filter *filter, struct text wanted);

bool title_filter_matches(const struct title_filter *filter, struct text title);

#endif
