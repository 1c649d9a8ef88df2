/* Sentences put together from words and numbers, for refusals that name tickets or times. */
#ifndef TTYDESK_CORE_SENTENCE_H
#define TTYDESK_CORE_SENTENCE_H

#include "server/store/rows.h"

/* What does not fit is left out. */
struct sentence {
    char data[400];
    size_t length;
};

struct sentence sentence_begin(const char *words);
void sentence_add(struct sentence *sentence, const char *words);
void sentence_add_text(struct sentence *sentence, struct text text);
void sentence_add_number(struct sentence *sentence, uint64_t number);

/* "1 second", "59 minutes", "3 hours", "2 days": whole units, rounded down. */
void sentence_add_duration(struct sentence *sentence, uint64_t milliseconds);

/* A copy in the rows' arena; no data without memory. */
struct text sentence_text(const struct sentence *sentence, struct rows *rows);

#endif
