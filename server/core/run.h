/* One command while it runs: what its function is given. Refusing and putting go through here, so
 * that a refusal after the first put is found out at once. For the files of this folder alone. */
#ifndef TTYDESK_CORE_RUN_H
#define TTYDESK_CORE_RUN_H

#include "server/core/core.h"
#include "server/core/permission.h"

struct run {
    struct rows *rows;
    const struct command *command;
    struct viewer viewer;
    struct row_ticket ticket; /* the ticket it is about, when it is about one */
    struct outcome *outcome;  /* filled by the command's function */
    bool wrote;               /* something has been put: no refusal any more */
};

/* Field and reason are string literals or NULL. */
void run_refuse(struct run *run, enum error verdict, const char *field, const char *reason);

void run_put(struct run *run, enum row_kind kind, void *row);
void run_remove(struct run *run, enum row_kind kind, uint64_t a, uint64_t b);

/* Who can see this ticket, as the rows are now. */
struct audience run_audience(struct run *run, const struct row_ticket *ticket);

/* Names a subject of the command: the ticket (NULL: there was none) before, and what of it will be
 * after. Those in copy are the same before and after. */
void run_subject(struct run *run, const struct row_ticket *before, const struct row_ticket *after,
                 bool staff_only);

/* Runs another command on one ticket as a part of this one, under its own rules: permission,
 * checks, puts. What it refuses is the part's outcome and no refusal of the whole. `method` is one
 * that is about a ticket, and its request is borrowed. */
void run_part(struct run *run, enum method method, const void *request,
              struct outcome *ret_outcome);

#endif
