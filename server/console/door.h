/* The operator's way to the desk for verbs that ask and change: through the daemon when one serves
 * it, otherwise, for verbs that need no daemon, on the desk itself. What goes wrong is said here,
 * so that a verb only has to give the exit status on. */
#ifndef TTYDESK_CONSOLE_DOOR_H
#define TTYDESK_CONSOLE_DOOR_H

#include "server/console/console.h"

struct door;

/* DOOR_SERVED: it is about the daemon, and without one there is nothing to tell. */
enum door_way { DOOR_SERVED, DOOR_EITHER };

/* CONSOLE_OK, or CONSOLE_FAILED after saying why. */
int door_open(const struct config *config, enum door_way way, struct door **ret_door);

/* Asks and fills the struct of methods[method].reply, whose texts live as long as the door.
 * CONSOLE_OK, or CONSOLE_FAILED after saying the desk's refusal. */
int door_ask(struct door *door, enum method method, const void *request, void *ret_reply);

/* A fresh operation id, for one command; lives until the next is made. */
struct bytes door_operation(struct door *door);

/* Accepts NULL. */
void door_close(struct door *door);

/* --- Verbs of several parts: `ttydeskd queue create NAME` ------------------------------------- */

enum { ASKED_OPERANDS_MAX = 4 };

/* A part with what was given to it. */
struct asked {
    struct door *door;
    struct text operands[ASKED_OPERANDS_MAX]; /* the part's own name at [0] */
    size_t operand_count;
    const void *given; /* the verb's options */
};

struct door_part {
    const char *name;
    size_t operands_min; /* with its name */
    size_t operands_max;
    int (*run)(struct asked *asked); /* gives an exit status */
};

/* Parses, finds the part, opens the door and runs it. `given` is what the options of the line set.
 */
int door_run_part(const struct console_line *line, const struct door_part *parts, size_t part_count,
                  int count, char **arguments, const void *given);

#endif
