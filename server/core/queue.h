/* Queues as they are kept, and what they are to somebody. */
#ifndef TTYDESK_CORE_QUEUE_H
#define TTYDESK_CORE_QUEUE_H

#include "server/core/permission.h"

/* The queue with this id; false when there is none. The default queue is there from the beginning:
 * until an admin changes it, open to all staff and to users, under the name "general". */
bool queue_read(struct rows *rows, uint64_t id, struct row_queue *ret_row);

/* A walk over all queues, the default one first. */
struct queue_walk {
    struct row_range range;
    bool begun;
};
struct queue_walk queue_walk(void);
bool queue_next(struct rows *rows, struct queue_walk *walk, struct row_queue *ret_row);

/* The queue of this name; false when there is none. */
bool queue_find(struct rows *rows, struct text name, struct row_queue *ret_row);

/* Whether the viewer knows of the queue: who has a right in it, or may file there, and the console.
 * To others it does not exist. */
bool queue_is_seen(const struct viewer *viewer, const struct row_queue *row);

/* Whether the viewer may file a ticket of their own there. */
bool queue_takes(const struct viewer *viewer, const struct row_queue *row);

/* The queue of this name, if the viewer knows of it. */
bool queue_find_seen(const struct viewer *viewer, struct text name, struct row_queue *ret_row);

/* Rights (a sum of enum queue_right) in words, such as "read change": empty for none. In the arena;
 * no data without memory. */
struct text queue_rights_text(struct arena *arena, unsigned rights);

/* The other way; "all" and "none" are understood too. False when a word is none of these. */
bool queue_rights_parse(struct text text, unsigned *ret_rights);

#endif
