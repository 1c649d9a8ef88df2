#define _DEFAULT_SOURCE /* explicit_bzero */
#include "server/submission.h"

#include <stdlib.h>
#include <string.h>

struct submission *submission_create(void)
{
    return calloc(1, sizeof(struct submission));
}

void submission_destroy(struct submission *submission)
{
    if (submission == NULL) {
        return;
    }
    arena_wipe(&submission->arena);
    arena_finish(&submission->arena);
    explicit_bzero(submission, sizeof *submission);
    free(submission);
}
