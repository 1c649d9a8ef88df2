#include "server/stamping.h"

#include <string.h>

#include "server/digest.h"

enum { FRESH_ID_RANDOM_BITS = 10 /* below the milliseconds; the id stays below 2^53 */ };

uint64_t stamping_time(struct stamping *stamping)
{
    struct log_time now = stamping->now();
    bool alarm = false;
    uint64_t time_ms = clock_stamp(stamping->clock, now.wall_ms, now.monotonic_ms, &alarm);
    if (alarm && stamping->logger != NULL) {
        logger_write(stamping->logger, LOG_LEVEL_ERROR, NULL,
                     "The wall clock jumped by more than ten minutes and is not used until the "
                     "next start; set it right and restart.");
    }
    return time_ms;
}

/* The operation id every command of record carries, none when the method has no such field. */
static struct bytes operation_of(const struct table *fields, const void *request)
{
    for (size_t i = 0; i < fields->field_count; i++) {
        const struct field *field = &fields->fields[i];
        if (field->type == FIELD_BYTES && strcmp(field->name, "operation") == 0) {
            struct bytes operation;
            memcpy(&operation, (const char *)request + field->offset, sizeof operation);
            return operation;
        }
    }
    return (struct bytes){0};
}

struct submission *stamping_submission(struct arena *arena, enum method method, const void *request,
                                       const struct origin *origin)
{
    struct submission *submission = submission_create();
    if (submission == NULL) {
        return NULL;
    }
    submission->command = (struct command){
        .method = method,
        .origin = *origin,
        .operation = operation_of(methods[method].request, request),
        .request = request,
    };
    struct text *source = &submission->command.origin.source;
    if (source->length > 0) {
        source->data = arena_copy(arena, source->data, source->length);
    }
    if ((source->length > 0 && source->data == NULL) ||
        digest_request(method, request, submission->command.digest) != ERROR_NONE) {
        submission_destroy(submission);
        return NULL;
    }
    submission->arena = *arena;
    arena_init(arena, 0);
    return submission;
}

/* Milliseconds and random bits, rising within this process; never 0. */
static uint64_t fresh_id(struct stamping *stamping, uint64_t time_ms)
{
    uint64_t id = time_ms << FRESH_ID_RANDOM_BITS | random_below(1u << FRESH_ID_RANDOM_BITS);
    if (id <= stamping->last_fresh_id) {
        id = stamping->last_fresh_id + 1;
    }
    stamping->last_fresh_id = id;
    return id;
}

void stamping_stamp(struct stamping *stamping, struct submission *submission)
{
    submission->command.time_ms = stamping_time(stamping);
    submission->command.fresh_id = fresh_id(stamping, submission->command.time_ms);
}
