#include "tui/screens/audit_export.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proto/buffer.h"
#include "proto/text.h"

const char *audit_export_begin(struct audit_export *export, const char *path)
{
    *export = (struct audit_export){.file = NULL};
    if (snprintf(export->path, sizeof export->path, "%s", path) >= (int)sizeof export->path) {
        return "this is too long for a file's name.";
    }
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        return errno == EEXIST ? "is there already; choose another name." : strerror(errno);
    }
    export->file = fdopen(file, "w");
    if (export->file == NULL) {
        (void)close(file);
        (void)unlink(path);
        return "there is no memory for it.";
    }
    fputs("sequence,time,actor,acting_for,source,method,row,id,other,act,field,old,new\n",
          export->file);
    return NULL;
}

/* In quotes; spreadsheets run cells that begin with one of four signs. */
static void write_cell(FILE *file, struct text text)
{
    struct buffer shown = {0};

    text_show_append(&shown, TEXT_SHOW_LINE, text.data, text.length);
    putc('"', file);
    if (shown.length > 0 && strchr("=+-@", shown.data[0]) != NULL) {
        putc('\'', file);
    }
    for (size_t i = 0; i < shown.length; i++) {
        if (shown.data[i] == '"') {
            putc('"', file);
        }
        putc(shown.data[i], file);
    }
    putc('"', file);
    buffer_finish(&shown);
}

static void write_time(FILE *file, uint64_t time_ms)
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm parts;
    char text[32] = "";

    if (gmtime_r(&seconds, &parts) != NULL) {
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    }
    fprintf(file, "%s.%03uZ", text, (unsigned)(time_ms % 1000));
}

static void write_line(FILE *file, const struct audit_entry *entry,
                       const struct audit_change *change)
{
    bool known = present_has(entry->present, AUDIT_ENTRY_WHAT);
    const struct text before[] = {entry->actor.length > 0 ? entry->actor : text_of("the desk"),
                                  entry->acting_for, entry->source,
                                  text_of(known ? choices_name(&method_choices, entry->what) : "?"),
                                  change->row};
    const struct text after[] = {change->act, change->field, change->old_value, change->new_value};

    fprintf(file, "%" PRIu64 ",", entry->sequence);
    write_time(file, entry->time_ms);
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        putc(',', file);
        write_cell(file, before[i]);
    }
    fprintf(file, ",%" PRIu64 ",", change->id);
    if (present_has(change->present, AUDIT_CHANGE_OTHER)) {
        fprintf(file, "%" PRIu64, change->other);
    }
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++) {
        putc(',', file);
        write_cell(file, after[i]);
    }
    putc('\n', file);
}

void audit_export_page(struct audit_export *export, const struct list *entries)
{
    const struct audit_entry *items = entries->items;

    for (size_t i = 0; i < entries->count; i++) {
        const struct audit_change *changes = items[i].changes.items;
        for (size_t k = 0; k < items[i].changes.count; k++) {
            write_line(export->file, &items[i], &changes[k]);
            export->changes++;
        }
    }
    export->failed = ferror(export->file) != 0;
}

bool audit_export_finish(struct audit_export *export)
{
    bool failed = export->failed;

    failed = fclose(export->file) != 0 || failed;
    export->file = NULL;
    if (failed) {
        (void)unlink(export->path);
    }
    return !failed;
}

void audit_export_cancel(struct audit_export *export)
{
    if (export->file != NULL) {
        (void)fclose(export->file);
        (void)unlink(export->path);
        export->file = NULL;
    }
}
