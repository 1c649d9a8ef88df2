/* ttydesk undo [SEQUENCE]: takes back one's own last act, or the one with this sequence. Of a batch
 * that was too long for one request it takes back every part, the last first. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tui/output.h"
#include "tui/verbs/many.h"

static const struct verb_option options[] = {{0}};

static bool read_sequence(const struct verb_run *run, uint64_t *ret_sequence)
{
    const char *text = run->arguments[0];
    char *end = NULL;
    errno = 0;
    *ret_sequence = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || *ret_sequence == 0) {
        verb_refuse(run, "\"%s\" is not a sequence; the history gives them with --json", text);
        return false;
    }
    return true;
}

static enum verb_exit find_last(struct verb_run *run, uint64_t *ret_sequence)
{
    struct nothing request = {0};
    struct ticket_last_act_reply reply;
    if (!verb_call(run, METHOD_TICKET_LAST_ACT, &request, &reply)) {
        return verb_fail(run);
    }
    if (!present_has(reply.present, LAST_ACT_SEQUENCE)) {
        return verb_refuse(run, "you have done nothing lately that could be taken back");
    }
    *ret_sequence = reply.sequence;
    return VERB_DONE;
}

static bool print_results(const struct verb_run *run, const struct ticket_results *reply,
                          bool first)
{
    const struct ticket_result *results = reply->results.items;
    for (size_t i = 0; i < reply->results.count && !run->json; i++) {
        (void)many_print_result(&results[i], "is as it was before");
    }
    return !run->json || output_json_item(stdout, methods[METHOD_TICKET_UNDO].reply, reply, first);
}

/* From the last to the first; what was taken back is remembered as a batch of its own. */
static enum verb_exit take_back(struct verb_run *run, const uint64_t *sequences, size_t count)
{
    uint64_t undone[MANY_SLICES_MAX];
    size_t done = 0;
    enum verb_exit result = VERB_DONE;
    while (done < count && result == VERB_DONE) {
        struct ticket_undo request = {.sequence = sequences[count - 1 - done]};
        struct ticket_results reply;
        if (!verb_call(run, METHOD_TICKET_UNDO, &request, &reply)) {
            result = verb_fail(run);
        } else if (!print_results(run, &reply, done == 0)) {
            result = verb_refuse(run, "out of memory");
        } else {
            undone[done++] = reply.sequence;
        }
        arena_reset(&run->arena);
    }
    if (done > 0) {
        many_remember(run, undone, done);
    }
    return result;
}

static enum verb_exit undo_run(struct verb_run *run)
{
    uint64_t sequences[MANY_SLICES_MAX];
    uint64_t sequence = 0;
    size_t count = 1;
    if (run->arguments[0] != NULL) {
        if (!read_sequence(run, &sequence)) {
            return VERB_FAILED;
        }
        sequences[0] = sequence;
    } else {
        enum verb_exit found = find_last(run, &sequence);
        if (found != VERB_DONE) {
            return found;
        }
        count = many_recall(run, sequence, sequences);
    }
    if (run->json) {
        output_json_open(stdout);
    }
    enum verb_exit result = take_back(run, sequences, count);
    if (run->json) {
        output_json_close(stdout);
    }
    return result;
}

const struct verb verb_undo = {
    .name = "undo",
    .arguments = "[SEQUENCE]",
    .help = "take back what you did last, if nobody changed the same since",
    .arguments_min = 0,
    .arguments_max = 1,
    .options = options,
    .run = undo_run,
};
