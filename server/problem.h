/* What went wrong while starting, as a sentence for the operator: names the file and the remedy.
 * For the few places where an error code alone could not say enough. */
#ifndef TTYDESK_SERVER_PROBLEM_H
#define TTYDESK_SERVER_PROBLEM_H

#include "proto/attributes.h"

#define PROBLEM_TEXT_BYTES 512

struct problem {
    char text[PROBLEM_TEXT_BYTES]; /* empty: nothing went wrong */
};

/* Overwrites the text; longer ones are cut. */
void problem_set(struct problem *problem, const char *format, ...) ATTRIBUTE_PRINTF(2, 3);

#endif
