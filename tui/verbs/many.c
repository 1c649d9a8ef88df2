/* numbers -> question -> one request for each slice -> a line for each ticket. What a batch came to
 * is kept in a file, so that `ttydesk undo` takes back all its slices. */
#include "tui/verbs/many.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/output.h"
#include "tui/paths.h"
#include "tui/verbs/listing.h"

enum {
    TICKETS_MAX = MANY_SLICES_MAX * BULK_MAX,
    ASKED_FROM = 3, /* fewer are done without a question */
    LINE_SIZE = 4096,
};

bool many_named(const struct verb_run *run)
{
    return strpbrk(run->arguments[0], ",-:") != NULL;
}

/* --- Which tickets --------------------------------------------------------------------------- */

struct numbers {
    struct bulk_ticket items[TICKETS_MAX];
    size_t count;
};

static bool add_number(const struct verb_run *run, struct numbers *numbers, uint64_t number)
{
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->items[i].number == number) {
            return true;
        }
    }
    if (numbers->count == TICKETS_MAX) {
        verb_refuse(run, "these are more than %d tickets; do some of them first", TICKETS_MAX);
        return false;
    }
    numbers->items[numbers->count++] = (struct bulk_ticket){.number = number};
    return true;
}

/* "12" or "#12" at the beginning; 0 when there is none. */
static uint64_t read_number(const char *text, const char **ret_rest)
{
    char *end = NULL;
    text += text[0] == '#' ? 1 : 0;
    if (!isdigit((unsigned char)text[0])) {
        return 0;
    }
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    *ret_rest = end;
    return errno == 0 ? number : 0;
}

/* One of the words between commas: "4" or "4-10"; a comma has another one behind it. */
static bool add_span(const struct verb_run *run, struct numbers *numbers, const char **text,
                     bool *ret_more)
{
    const char *rest = *text;
    uint64_t first = read_number(*text, &rest);
    uint64_t last = first;
    if (rest[0] == '-') {
        last = read_number(rest + 1, &rest);
    }
    if (first == 0 || last < first || (rest[0] != '\0' && rest[0] != ',')) {
        verb_refuse(run, "\"%s\" is not a list of tickets; write it as 1,4-10", run->arguments[0]);
        return false;
    }
    for (uint64_t number = first; number <= last; number++) {
        if (!add_number(run, numbers, number)) {
            return false;
        }
    }
    *ret_more = rest[0] == ',';
    *text = rest + 1;
    return true;
}

static bool read_input(const struct verb_run *run, struct numbers *numbers)
{
    char line[LINE_SIZE];
    bool begins = true; /* of a line, however long it is */
    while (fgets(line, sizeof line, stdin) != NULL) {
        const char *text = line + strspn(line, " \t");
        bool ended = strchr(line, '\n') != NULL;
        if (begins && text[0] != '\n' && text[0] != '\0') {
            uint64_t number = read_number(text, &text);
            if (number == 0) {
                verb_refuse(run, "a line of the input does not begin with a ticket number");
                return false;
            }
            if (!add_number(run, numbers, number)) {
                return false;
            }
        }
        begins = ended;
    }
    return true;
}

/* What a query finds: it has a colon, which no number has. */
static bool find_numbers(struct verb_run *run, struct numbers *numbers)
{
    struct listing listing = {.begun = false};
    struct ticket_list_reply page;
    bool good = true;
    listing_query(&listing, text_of(run->arguments[0]));
    while (good && listing_next(run, &listing, &page)) {
        const struct ticket *tickets = page.tickets.items;
        for (size_t i = 0; good && i < page.tickets.count; i++) {
            good = add_number(run, numbers, tickets[i].number);
        }
        arena_reset(&run->arena);
    }
    if (good && run->error != ERROR_NONE) {
        (void)verb_fail(run);
        return false;
    }
    if (good && numbers->count == 0) {
        verb_refuse(run, "no ticket matches");
    }
    return good && numbers->count > 0;
}

static bool read_numbers(struct verb_run *run, struct numbers *numbers)
{
    if (strchr(run->arguments[0], ':') != NULL) {
        return find_numbers(run, numbers);
    }
    if (strcmp(run->arguments[0], "-") == 0) {
        if (!read_input(run, numbers)) {
            return false;
        }
        if (numbers->count == 0) {
            verb_refuse(run, "there is no ticket number in the input");
        }
        return numbers->count > 0;
    }
    const char *text = run->arguments[0];
    bool good = true;
    bool more = true;
    while (good && more) {
        good = add_span(run, numbers, &text, &more);
    }
    return good;
}

static enum verb_exit confirm(struct verb_run *run, size_t count, const char *before,
                              const char *after)
{
    char question[128];
    if (count < ASKED_FROM || verb_value(run, "yes") != NULL) {
        return VERB_DONE;
    }
    if (isatty(STDIN_FILENO) != 1) {
        return verb_refuse(run, "there is no terminal to confirm %zu tickets at; use --yes", count);
    }
    snprintf(question, sizeof question, "%s %zu tickets%s? [y/N] ", before, count, after);
    struct text typed = verb_ask(run, question);
    if (!text_equal(typed, text_of("y")) && !text_equal(typed, text_of("yes"))) {
        fputs("Nothing was changed.\n", stderr);
        return VERB_CANCELLED;
    }
    return VERB_DONE;
}

/* --- What it came to ------------------------------------------------------------------------- */

/* The desk's address in the first line, then a sequence on each. */
enum { MEMORY_SIZE = 512 + MANY_SLICES_MAX * 24 };

static void print_address(const struct verb_run *run, char *ret_line, size_t size)
{
    const struct address *address = connection_address(run->connection);
    snprintf(ret_line, size, "%s%s:%s\n", address->path, address->host, address->port);
}

void many_remember(const struct verb_run *run, const uint64_t *sequences, size_t count)
{
    char path[PATH_SIZE];
    char data[MEMORY_SIZE];
    print_address(run, data, sizeof data);
    size_t length = strlen(data);
    for (size_t i = 0; i < count; i++) {
        length +=
            (size_t)snprintf(data + length, sizeof data - length, "%" PRIu64 "\n", sequences[i]);
    }
    /* Without it, undo takes back the last slice only, and says which tickets that were. */
    if (path_of(PATH_STATE, "last-batch", path) == ERROR_NONE) {
        (void)path_write(path, data, length);
    }
}

size_t many_recall(const struct verb_run *run, uint64_t sequence,
                   uint64_t ret_sequences[MANY_SLICES_MAX])
{
    char path[PATH_SIZE];
    char data[MEMORY_SIZE];
    char address[512];
    size_t length = 0;
    size_t count = 0;
    print_address(run, address, sizeof address);
    if (path_of(PATH_STATE, "last-batch", path) == ERROR_NONE &&
        path_read(path, true, data, sizeof data, &length) == ERROR_NONE &&
        strncmp(data, address, strlen(address)) == 0) {
        const char *text = data + strlen(address);
        while (count < MANY_SLICES_MAX && isdigit((unsigned char)text[0])) {
            char *end = NULL;
            ret_sequences[count++] = strtoull(text, &end, 10);
            text = end + (end[0] == '\n' ? 1 : 0);
        }
    }
    if (count == 0 || ret_sequences[count - 1] != sequence) {
        ret_sequences[0] = sequence;
        return 1;
    }
    return count;
}

bool many_print_result(const struct ticket_result *result, const char *done)
{
    printf("#%" PRIu64 " ", result->number);
    if (result->code == ERROR_NONE) {
        puts(done);
        return true;
    }
    fputs("not changed: ", stdout);
    output_line(stdout, present_has(result->present, TICKET_RESULT_MESSAGE)
                            ? result->message
                            : text_of(error_sentence(result->code)));
    putchar('\n');
    return false;
}

/* --- Doing it -------------------------------------------------------------------------------- */

struct batch {
    uint64_t sequences[MANY_SLICES_MAX];
    size_t sequence_count;
    size_t slices; /* answered */
    size_t done;   /* tickets changed */
};

static bool print_slice(const struct verb_run *run, const struct ticket_results *reply,
                        struct batch *batch)
{
    const struct ticket_result *results = reply->results.items;
    for (size_t i = 0; i < reply->results.count; i++) {
        batch->done += results[i].code == ERROR_NONE;
        if (!run->json) {
            (void)many_print_result(&results[i], "changed");
        }
    }
    return !run->json ||
           output_json_item(stdout, methods[METHOD_TICKET_BULK].reply, reply, batch->slices == 0);
}

static enum verb_exit do_slices(struct verb_run *run, struct ticket_bulk *request,
                                struct numbers *numbers, struct batch *batch)
{
    for (size_t begin = 0; begin < numbers->count; begin += BULK_MAX) {
        size_t left = numbers->count - begin;
        struct ticket_results reply;
        request->tickets = (struct list){.items = &numbers->items[begin],
                                         .count = left < BULK_MAX ? left : BULK_MAX};
        if (!verb_call(run, METHOD_TICKET_BULK, request, &reply)) {
            return verb_fail(run);
        }
        if (present_has(reply.present, TICKET_RESULTS_SEQUENCE)) {
            batch->sequences[batch->sequence_count++] = reply.sequence;
        }
        if (!print_slice(run, &reply, batch)) {
            return verb_refuse(run, "out of memory");
        }
        batch->slices++;
        arena_reset(&run->arena);
    }
    return VERB_DONE;
}

enum verb_exit many_act(struct verb_run *run, struct ticket_bulk *request, const char *before,
                        const char *after)
{
    struct batch batch = {.done = 0};
    struct numbers *numbers = calloc(1, sizeof *numbers);
    if (numbers == NULL) {
        return verb_refuse(run, "out of memory");
    }
    enum verb_exit result = read_numbers(run, numbers) ? VERB_DONE : VERB_FAILED;
    if (result == VERB_DONE) {
        result = confirm(run, numbers->count, before, after);
    }
    if (result == VERB_DONE) {
        if (run->json) {
            output_json_open(stdout);
        }
        result = do_slices(run, request, numbers, &batch);
        if (run->json) {
            output_json_close(stdout);
        } else if (batch.slices > 0) {
            fprintf(stderr, "%zu of %zu changed%s\n", batch.done, numbers->count,
                    batch.done > 0 ? "; take it back with: ttydesk undo" : "");
        }
    }
    if (batch.sequence_count > 0) {
        many_remember(run, batch.sequences, batch.sequence_count);
    }
    bool all = batch.done == numbers->count;
    free(numbers);
    return result == VERB_DONE && !all ? VERB_FAILED : result;
}
