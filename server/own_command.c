#include "server/own_command.h"

#include "proto/require.h"

enum error own_command_submit(struct stamping *stamping, struct log *log, enum method method,
                              const void *request)
{
    static const struct text none;
    return own_command_submit_from(stamping, log, method, request, none);
}

enum error own_command_submit_from(struct stamping *stamping, struct log *log, enum method method,
                                   const void *request, struct text source)
{
    const struct origin origin = {.desk = true, .source = source};
    struct arena arena = {0};
    require(method_is_internal(method));
    void *copy = arena_copy(&arena, request, methods[method].request->size);
    struct submission *submission =
        copy == NULL ? NULL : stamping_submission(&arena, method, copy, &origin);
    if (submission == NULL) {
        arena_finish(&arena);
        return ERROR_NO_MEMORY;
    }
    stamping_stamp(stamping, submission);
    enum error error = log_submit(log, submission);
    if (error != ERROR_NONE) {
        submission_destroy(submission);
    }
    return error;
}
