/* One act on many tickets: what verbs that take a list of numbers share. */
#ifndef TTYDESK_TUI_VERBS_MANY_H
#define TTYDESK_TUI_VERBS_MANY_H

#include "tui/verbs/verb.h"

/* A line of the option table of every verb that can act on many. */
#define MANY_OPTION                                                                                \
    {                                                                                              \
        "yes", NULL, "do not ask before three tickets or more are changed"                         \
    }

/* Whether the first argument names tickets in the plural: "1,4-10", a query such as "no:owner
 * queue:field", or "-" for the numbers at the beginnings of the lines of standard input. */
bool many_named(const struct verb_run *run);

/* Does the act of `request`, which needs no tickets yet, to all that the first argument names, a
 * slice at a time. Asks before, from three on: `before` and `after` stand around the count in the
 * question, as "Set" and " RESOLVED". Prints a line for each ticket. VERB_FAILED when one or more
 * were refused. */
enum verb_exit many_act(struct verb_run *run, struct ticket_bulk *request, const char *before,
                        const char *after);

/* The acts that the last many_act or undo at this desk came to, for taking them back together: if
 * `sequence` is the last of them, gives all of them, oldest first, otherwise it alone. */
enum { MANY_SLICES_MAX = 64 };
size_t many_recall(const struct verb_run *run, uint64_t sequence,
                   uint64_t ret_sequences[MANY_SLICES_MAX]);
void many_remember(const struct verb_run *run, const uint64_t *sequences, size_t count);

/* What became of a ticket, as a line; true when it was done. */
bool many_print_result(const struct ticket_result *result, const char *done);

#endif
