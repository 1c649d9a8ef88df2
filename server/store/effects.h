/* What a command changes in rows of record, field by field, noted in the running draft. */
#ifndef TTYDESK_STORE_EFFECTS_H
#define TTYDESK_STORE_EFFECTS_H

#include "server/store/internal.h"

/* Gives every fresh text of the row its place among the draft's parts. */
void effects_place_texts(struct rows *rows, enum row_kind kind, void *row);

/* Notes what leads from the old row to the new one. NULL: there is none; not both. */
void effects_note(struct rows *rows, enum row_kind kind, uint64_t a, uint64_t b,
                  const void *old_row, const void *new_row);

#endif
