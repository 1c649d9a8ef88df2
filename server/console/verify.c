/* ttydeskd verify: is the record whole? Also while the daemon serves. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <errno.h>

#include "server/console/console.h"
#include "server/store/store.h"

static const char usage[] =
    "Usage: ttydeskd verify [--config FILE] [--head SEQUENCE:DIGEST] [--scratch FOLDER]\n"
    "\n"
    "Checks every stored value, every index, the journal's chain, and that replaying the journal\n"
    "into an empty desk ends in the same content. May run while the daemon serves.\n"
    "\n"
    "  --head SEQUENCE:DIGEST  where the journal stood once, as the daemon writes to its log every\n"
    "                    hour and at its end; finds entries taken off the journal's end, or all of\n"
    "                    it made anew, which nothing inside the desk could tell\n"
    "  --scratch FOLDER  where that empty desk is made; needs as much room as the desk\n"
    "\n"
    "Exit status: 0 whole, 1 damaged or not to be read.\n";

static void on_problem(void *context, const char *sentence)
{
    (void)context;
    (void)console_fail("%s", sentence);
}

static void print_digest(const char *name, const uint8_t digest[32])
{
    (void)printf("%s ", name);
    for (size_t i = 0; i < 32; i++) {
        (void)printf("%02x", digest[i]);
    }
    (void)putchar('\n');
}

/* Where the journal stood, as somebody else has kept it. */
struct head {
    uint64_t sequence; /* 0: not given */
    uint8_t digest[32];
};

static bool read_head(const char *text, struct head *ret_head)
{
    char *end;
    ret_head->sequence = strtoull(text, &end, 10);
    if (ret_head->sequence == 0 || *end != ':' || strlen(end + 1) != 2 * sizeof ret_head->digest) {
        return false;
    }
    const char *digits = end + 1;
    for (size_t i = 0; i < sizeof ret_head->digest; i++) {
        const char pair[3] = {digits[2 * i], digits[2 * i + 1], '\0'};
        if (strspn(pair, "0123456789abcdefABCDEF") != 2) {
            return false;
        }
        ret_head->digest[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return true;
}

/* The chain was found whole, so one digest that fits vouches for all entries before it. */
static int check_head(struct store *store, const struct head *head)
{
    uint8_t digest[32];
    struct arena arena;
    struct rows *rows;
    arena_init(&arena, 0);
    enum error error = store_read_begin(store, &arena, &rows);
    bool found = false;
    if (error == ERROR_NONE) {
        found = store_chain_at(rows, head->sequence, digest);
        error = rows_error(rows);
        store_read_end(rows);
    }
    arena_finish(&arena);
    if (error != ERROR_NONE) {
        return console_fail("The desk could not be checked: %s", error_sentence(error));
    }
    if (!found) {
        return console_fail("The journal ends before entry %" PRIu64
                            ": what came after was removed. Restore a backup.",
                            head->sequence);
    }
    if (memcmp(digest, head->digest, sizeof digest) != 0) {
        return console_fail("Entry %" PRIu64
                            " or one before it is not what it was: the journal was "
                            "made anew. Restore a backup.",
                            head->sequence);
    }
    (void)printf("The journal is the one that stood at sequence %" PRIu64 " then.\n",
                 head->sequence);
    return CONSOLE_OK;
}

static int verify(struct store *store, const char *scratch)
{
    struct store_verdict verdict = {0};
    enum error error = store_verify(store, scratch, on_problem, NULL, &verdict);
    if (error == ERROR_DATA_DAMAGED) {
        return console_fail("The desk is damaged: %" PRIu64 " problems. Restore a backup.",
                            verdict.problems);
    }
    if (error != ERROR_NONE) {
        return console_fail("The desk could not be checked: %s", error_sentence(error));
    }
    (void)printf("The desk is whole: %" PRIu64 " rows, %" PRIu64 " journal entries.\n",
                 verdict.rows, verdict.entries);
    print_digest("content", verdict.content);
    print_digest("journal", verdict.chain);
    return CONSOLE_OK;
}

int console_verify(int count, char **arguments)
{
    const char *given = NULL;
    const char *given_head = NULL;
    struct head head = {0};
    const struct console_option options[] = {
        {.name = "scratch", .value = &given}, {.name = "head", .value = &given_head}, {0}};
    const struct console_line line = {.usage = usage, .options = options};
    char scratch[CONFIG_TEXT_BYTES + 32];
    struct console_parsed parsed;
    struct config config;
    struct store *store;
    struct store_report report = {0};
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (given_head != NULL && !read_head(given_head, &head)) {
        (void)console_fail("--head is a sequence, a colon and 64 hexadecimal digits.");
        return CONSOLE_USAGE;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config)) {
        return CONSOLE_FAILED;
    }
    const struct store_settings settings = {.directory = config.server.data,
                                            .map_bytes = config.storage.map_size_bytes};
    (void)snprintf(scratch, sizeof scratch, "%s/verify-XXXXXX",
                   given != NULL ? given : config.server.data);
    if (store_open(&settings, &store, &report) != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    int status = CONSOLE_FAILED;
    if (mkdtemp(scratch) == NULL) {
        (void)console_fail("%s can't be made: %s.", scratch, strerror(errno));
    } else {
        status = verify(store, scratch);
        if (rmdir(scratch) != 0) {
            status = console_fail("%s is not empty; remove it.", scratch);
        }
    }
    if (status == CONSOLE_OK && head.sequence != 0) {
        status = check_head(store, &head);
    }
    store_close(store);
    return status;
}
