/* Journal entries <-> bytes. The bytes hold ids and numbers only; every text is a reference to one
 * of the entry's parts, so that erasing a text leaves them, and the chain over them, alone. */
#ifndef TTYDESK_STORE_ENTRY_H
#define TTYDESK_STORE_ENTRY_H

#include "server/store/internal.h"

/* An entry as it lies in the journal: texts are not resolved, `part` says where they are. */
struct record {
    struct journal_header header;
    bool has_source; /* part 0 is the header's source */
    size_t part_count;
    struct effect *effects;
    size_t effect_count;
    uint64_t *erased; /* ascending: sequences of entries whose texts this one erased */
    size_t erased_count;
};

void entry_write(struct buffer *buffer, const struct record *record);

/* The header alone; its subjects live in the arena. ERROR_DATA_DAMAGED, ERROR_NO_MEMORY. */
enum error entry_read_header(struct bytes bytes, struct arena *arena,
                             struct journal_header *ret_header);

/* Subjects, effects and erased live in the arena. ERROR_DATA_DAMAGED, ERROR_NO_MEMORY. */
enum error entry_read(struct bytes bytes, struct arena *arena, struct record *ret_record);

#endif
