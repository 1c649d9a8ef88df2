#define _DEFAULT_SOURCE /* explicit_bzero */
#include "server/submission.h"

#include <stdlib.h>
#include <string.h>

struct submission *submission_create(void)
{
    return calloc(1, sizeof(struct submission));
}

enum error submission_make_code(struct submission *submission)
{
    uint8_t *digest = arena_alloc(&submission->arena, TOKEN_DIGEST_BYTES);
    if (digest == NULL) {
        return ERROR_NO_MEMORY;
    }
    one_time_code_make(submission->code);
    one_time_code_digest(text_of(submission->code), digest);
    submission->command.prepared.new_code_hash =
        (struct bytes){.data = digest, .length = TOKEN_DIGEST_BYTES};
    return ERROR_NONE;
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
