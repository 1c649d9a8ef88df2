#include "tui/verbs/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "tui/output.h"

/* A file of one's own that was not there before. NULL after complaining. */
static FILE *open_output(struct verb_run *run, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        verb_refuse(run,
                    errno == EEXIST ? "%s is there already; choose another with --output FILE"
                                    : "could not make %s",
                    path);
        return NULL;
    }
    FILE *stream = fdopen(file, "w");
    if (stream == NULL) {
        (void)close(file);
        (void)unlink(path);
        verb_refuse(run, "out of memory");
    }
    return stream;
}

static bool print_items(FILE *stream, const struct list *items)
{
    bool good = true;
    for (size_t i = 0; i < items->count && good; i++) {
        good =
            output_json(stream, &export_item_table, (const struct export_item *)items->items + i);
    }
    return good && !ferror(stream);
}

static enum verb_exit write_all(struct verb_run *run, FILE *stream)
{
    struct account_export request = {0};
    struct account_export_reply reply = {0};
    do {
        if (!verb_call(run, METHOD_ACCOUNT_EXPORT, &request, &reply)) {
            return verb_fail(run);
        }
        if (!print_items(stream, &reply.items)) {
            return verb_refuse(run, "could not write all of it");
        }
        request.cursor = reply.cursor;
        request.within = reply.within;
        present_mark(&request.present, ACCOUNT_EXPORT_CURSOR);
        present_mark(&request.present, ACCOUNT_EXPORT_WITHIN);
        arena_reset(&run->arena);
    } while (reply.more);
    return VERB_DONE;
}

enum verb_exit export_run(struct verb_run *run)
{
    const char *path = verb_value(run, "output");
    FILE *stream = path != NULL ? open_output(run, path) : stdout;
    if (stream == NULL) {
        return VERB_FAILED;
    }
    enum verb_exit result = write_all(run, stream);
    if (path == NULL) {
        return result;
    }
    if (fclose(stream) != 0 && result == VERB_DONE) {
        result = verb_refuse(run, "could not write all of %s", path);
    }
    if (result != VERB_DONE) {
        (void)unlink(path); /* half of it would look like all */
    } else {
        fprintf(stderr, "Saved to %s\n", path);
    }
    return result;
}
