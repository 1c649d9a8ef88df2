/* ttydesk attach, attachments and save: files on a ticket. A file is saved by nothing but an
 * explicit act, and a name that came from others is never used as a path. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tui/files.h"
#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option attach_options[] = {
    {"internal", NULL, "only for those who work on the ticket"},
    {0},
};
static const struct verb_option attachments_options[] = {
    {"remove", "ID", "remove this file for good (admins; asks for the password)"},
    {"yes", NULL, "do not ask for the id to be typed again"},
    {0},
};
static const struct verb_option save_options[] = {
    {"to", "PATH", "where to; - is standard output, when that is no terminal"},
    {0},
};

/* Asks again when the desk says to wait. */
static bool call_patiently(struct verb_run *run, enum method method, const void *request,
                           void *ret_reply)
{
    while (!verb_call(run, method, request, ret_reply)) {
        if (run->error != ERROR_THROTTLED && run->error != ERROR_BUSY) {
            return false;
        }
        uint64_t wait_ms = run->failure.retry_after_ms;
        uv_sleep(wait_ms > 0 && wait_ms < 5000 ? (unsigned)wait_ms : 1000);
    }
    return true;
}

/* --- Attaching --- */

static bool send_file(struct verb_run *run, const uint8_t *data, size_t size, struct upload *upload)
{
    while (upload->received < size) {
        size_t left = size - (size_t)upload->received;
        struct attachment_chunk chunk = {
            .upload = upload->upload,
            .offset = upload->received,
            .data = {data + upload->received, left < CHUNK_BYTES ? left : CHUNK_BYTES},
        };
        if (!call_patiently(run, METHOD_ATTACHMENT_CHUNK, &chunk, upload)) {
            return false;
        }
        if (isatty(STDERR_FILENO) == 1) {
            fprintf(stderr, "\r%3u %%%s", (unsigned)(upload->received * 100 / size),
                    upload->received == size ? "\n" : "");
        }
    }
    return true;
}

static enum verb_exit attach_run(struct verb_run *run)
{
    struct attachment_begin begin = {0};
    struct upload upload;
    struct ticket_changed reply;
    struct file_content content;
    char problem[FILE_PROBLEM_SIZE];
    if (!verb_number(run, 0, &begin.number)) {
        return VERB_FAILED;
    }
    if (!file_read(run->arguments[1], false, &content, problem)) {
        return verb_refuse(run, "%s", problem);
    }
    begin.name = text_of(file_base_name(run->arguments[1]));
    begin.size = content.size;
    begin.hash = (struct bytes){content.hash, sizeof content.hash};
    begin.internal = verb_value(run, "internal") != NULL;
    if (begin.internal) {
        present_mark(&begin.present, ATTACHMENT_BEGIN_INTERNAL);
    }
    bool done = call_patiently(run, METHOD_ATTACHMENT_BEGIN, &begin, &upload) &&
                send_file(run, content.data, content.size, &upload);
    struct attachment_finish finish = {.upload = done ? upload.upload : 0};
    done = done && call_patiently(run, METHOD_ATTACHMENT_FINISH, &finish, &reply);
    file_content_free(&content);
    return done ? verb_tell_changed(run, &reply, "has the file") : verb_fail(run);
}

/* --- Listing --- */

static const struct attachment *find_attachment(const struct attachment_list_reply *list,
                                                struct text id)
{
    for (size_t i = 0; i < list->attachments.count; i++) {
        const struct attachment *item = &((const struct attachment *)list->attachments.items)[i];
        char text[24];
        snprintf(text, sizeof text, "%" PRIu64, item->id);
        if (text_equal(id, text_of(text))) {
            return item;
        }
    }
    return NULL;
}

/* Shows what will go and has its id typed. Scripts say --yes. */
static enum verb_exit confirm_removal(struct verb_run *run, const struct attachment *item,
                                      const char *id)
{
    if (verb_value(run, "yes") != NULL) {
        return VERB_DONE;
    }
    if (isatty(STDIN_FILENO) != 1) {
        return verb_refuse(run, "there is no terminal to confirm at; use --yes");
    }
    output_line(stderr, item->name);
    fputs("\nIts content is erased for good; the history keeps its name.\n", stderr);
    if (!text_equal(verb_ask(run, "Type the id of the file to remove it: "), text_of(id))) {
        fputs("Kept.\n", stderr);
        return VERB_CANCELLED;
    }
    return VERB_DONE;
}

static enum verb_exit remove_attachment(struct verb_run *run, uint64_t number, const char *id)
{
    struct attachment_list list = {.number = number};
    struct attachment_list_reply listed;
    struct ticket_changed reply;
    enum verb_exit result = verb_elevate(run);
    if (result != VERB_DONE) {
        return result;
    }
    if (!verb_call(run, METHOD_ATTACHMENT_LIST, &list, &listed)) {
        return verb_fail(run);
    }
    const struct attachment *item = find_attachment(&listed, text_of(id));
    if (item == NULL) {
        return verb_refuse(run, "the ticket has no file with the id \"%s\"", id);
    }
    struct attachment_remove request = {.number = number, .id = item->id};
    result = confirm_removal(run, item, id);
    if (result != VERB_DONE) {
        return result;
    }
    if (!verb_call(run, METHOD_ATTACHMENT_REMOVE, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "has the file no more");
}

static enum verb_exit attachments_run(struct verb_run *run)
{
    static const char *const headings[] = {"Id", "Bytes", "From", "When", "Name"};
    struct attachment_list request = {0};
    struct attachment_list_reply reply;
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    if (verb_value(run, "remove") != NULL) {
        return remove_attachment(run, request.number, verb_value(run, "remove"));
    }
    if (!verb_call(run, METHOD_ATTACHMENT_LIST, &request, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return output_json(stdout, methods[METHOD_ATTACHMENT_LIST].reply, &reply) ? VERB_DONE
                                                                                  : VERB_FAILED;
    }
    struct output_table *table =
        output_table_create(stdout, headings, sizeof headings / sizeof headings[0]);
    for (size_t i = 0; i < reply.attachments.count; i++) {
        const struct attachment *item = &((const struct attachment *)reply.attachments.items)[i];
        char id[24];
        char size[24];
        char time[OUTPUT_TIME_SIZE];
        snprintf(id, sizeof id, "%" PRIu64, item->id);
        snprintf(size, sizeof size, "%" PRIu64, item->size);
        output_time(item->time_ms, time);
        output_table_cell(table, text_of(id));
        output_table_cell(table, text_of(size));
        output_table_cell(table, item->author);
        output_table_cell(table, text_of(time));
        output_table_cell(table, item->name);
    }
    output_table_end(table);
    return VERB_DONE;
}

/* --- Saving --- */

/* A new file, or standard output; false after complaining. */
static bool open_target(const struct verb_run *run, struct text name, struct file_saving *saving)
{
    const char *to = verb_value(run, "to");
    char safe[ATTACHMENT_NAME_MAX + 1];
    char problem[FILE_PROBLEM_SIZE];
    if (to != NULL && strcmp(to, "-") == 0) {
        if (isatty(STDOUT_FILENO) == 1) {
            verb_refuse(run, "a file is not written to a terminal; use --to PATH");
            return false;
        }
        file_saving_stream(saving, STDOUT_FILENO);
        return true;
    }
    file_safe_name(name, safe);
    if (!file_saving_begin(saving, to != NULL ? to : safe, problem)) {
        verb_refuse(run, "%s; choose another with --to PATH", problem);
        return false;
    }
    if (to == NULL) {
        fprintf(stderr, "Saving to %s\n", safe);
    }
    return true;
}

/* All of it, piece by piece; what was written is dropped again on any failure. */
static enum verb_exit save_pieces(struct verb_run *run, struct attachment_read *request,
                                  struct file_saving *saving, struct attachment_piece *piece)
{
    uint8_t expected[CONTENT_HASH_BYTES];
    char problem[FILE_PROBLEM_SIZE];
    memcpy(expected, piece->hash.data, sizeof expected);
    while (piece->data.length > 0) {
        if (!file_saving_add(saving, piece->data)) {
            enum verb_exit result =
                verb_refuse(run, "could not write all of it: %s", strerror(errno));
            file_saving_drop(saving);
            return result;
        }
        request->offset += piece->data.length;
        if (!call_patiently(run, METHOD_ATTACHMENT_READ, request, piece)) {
            file_saving_drop(saving);
            return verb_fail(run);
        }
    }
    return file_saving_end(saving, expected, problem) ? VERB_DONE : verb_refuse(run, "%s", problem);
}

static enum verb_exit save_run(struct verb_run *run)
{
    struct attachment_read request = {0};
    struct attachment_piece piece;
    struct file_saving saving;
    if (!verb_number(run, 0, &request.number) || !verb_number(run, 1, &request.id)) {
        return VERB_FAILED;
    }
    if (!call_patiently(run, METHOD_ATTACHMENT_READ, &request, &piece)) {
        return verb_fail(run);
    }
    return open_target(run, piece.name, &saving) ? save_pieces(run, &request, &saving, &piece)
                                                 : VERB_FAILED;
}

const struct verb verb_attach = {
    .name = "attach",
    .arguments = "NUMBER FILE",
    .help = "attach a file to a ticket; again, when it was interrupted",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = attach_options,
    .run = attach_run,
};

const struct verb verb_attachments = {
    .name = "attachments",
    .arguments = "NUMBER",
    .help = "list the files on a ticket, or remove one",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = attachments_options,
    .run = attachments_run,
};

const struct verb verb_save = {
    .name = "save",
    .arguments = "NUMBER ID",
    .help = "save a file of a ticket; never over one that is there",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = save_options,
    .run = save_run,
};
