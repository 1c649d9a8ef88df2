/* See transfer.h. The next piece is asked for when the one before has come:
 *
 *   sending: attachment.begin -> chunk ... chunk -> finish
 *   saving:  attachment.read ... read, until one is empty
 *
 * A chunk is no operation: after a lost line the upload is begun again, and the desk says how much
 * of it has arrived. */
#include "tui/transfer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/stage_parts.h"

enum { WAIT_MS = 1000, WAIT_MAX_MS = 10000 };

static void step(struct stage *stage);

static struct stage_transfer *transfer_of(struct stage *stage)
{
    return &stage->transfer;
}

static void finish(struct stage *stage)
{
    struct stage_transfer *transfer = transfer_of(stage);

    if (transfer->request != 0) {
        connection_cancel(stage->connection, transfer->request);
    }
    file_content_free(&transfer->content);
    if (transfer->kind == TRANSFER_SAVING) {
        file_saving_drop(&transfer->saving);
    }
    *transfer = (struct stage_transfer){.kind = TRANSFER_NONE};
}

void stage_forget_transfer(struct stage *stage)
{
    finish(stage);
}

bool transfer_is_free(struct stage *stage)
{
    if (stage->transfer.kind != TRANSFER_NONE) {
        stage_say(stage, STATUS_WARNING, "%s is on its way still; c in the files stops it.",
                  stage->transfer.name);
        return false;
    }
    return true;
}

void transfer_stop(struct stage *stage)
{
    if (stage->transfer.kind == TRANSFER_NONE) {
        stage_say(stage, STATUS_INFO, "No file is on its way.");
        return;
    }
    stage_say(stage, STATUS_INFO,
              stage->transfer.kind == TRANSFER_SENDING
                  ? "Stopped. Attached again within a day, it goes on where it was."
                  : "Stopped. Nothing was saved.");
    finish(stage);
}

/* --- What comes back ------------------------------------------------------------------------- */

static void fail(struct stage *stage, enum error error, const struct failure *failure)
{
    char task[sizeof stage->transfer.name + 16];

    snprintf(task, sizeof task, "%s %s",
             stage->transfer.kind == TRANSFER_SENDING ? "Attaching" : "Saving",
             stage->transfer.name);
    finish(stage);
    stage_explain(stage, task, error, failure);
}

/* Whether it failed; what passes is tried again. */
static bool has_failed(struct stage *stage, enum error error, const struct failure *failure)
{
    struct stage_transfer *transfer = transfer_of(stage);

    transfer->request = 0;
    if (error == ERROR_CONNECTION_LOST) {
        transfer->begun = false;
    } else if (error == ERROR_THROTTLED || error == ERROR_BUSY) {
        uint64_t wait_ms = failure->retry_after_ms;
        wait_ms = wait_ms == 0 ? WAIT_MS : wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS;
        transfer->again_ms = stage->now_ms + wait_ms;
    } else if (error != ERROR_NONE) {
        fail(stage, error, failure);
    }
    return error != ERROR_NONE;
}

static void go_on(struct stage *stage)
{
    step(stage);
    model_changed(stage->model, 0, false); /* draws */
}

static void on_upload(void *context, enum error error, const void *reply,
                      const struct failure *failure)
{
    struct stage *stage = context;
    const struct upload *upload = reply;

    if (!has_failed(stage, error, failure)) {
        stage->transfer.begun = true;
        stage->transfer.upload = upload->upload;
        stage->transfer.done =
            upload->received < stage->transfer.size ? upload->received : stage->transfer.size;
    }
    go_on(stage);
}

static void on_attached(void *context, enum error error, const void *reply,
                        const struct failure *failure)
{
    struct stage *stage = context;

    (void)reply;
    if (!has_failed(stage, error, failure)) {
        stage_say(stage, STATUS_INFO, "%s is attached to #%" PRIu64 ".", stage->transfer.name,
                  stage->transfer.number);
        finish(stage);
    }
    model_changed(stage->model, MODEL_TICKET, false);
    go_on(stage);
}

static void end_saving(struct stage *stage)
{
    char problem[FILE_PROBLEM_SIZE];
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s", stage->transfer.saving.path);
    if (file_saving_end(&stage->transfer.saving, stage->transfer.expected, problem)) {
        stage_say(stage, STATUS_INFO, "Saved: %s", path);
    } else {
        stage_say(stage, STATUS_ERROR, "Not saved: %s.", problem);
    }
    finish(stage);
}

static void on_piece(void *context, enum error error, const void *reply,
                     const struct failure *failure)
{
    struct stage *stage = context;
    struct stage_transfer *transfer = transfer_of(stage);
    const struct attachment_piece *piece = reply;

    if (has_failed(stage, error, failure)) {
        go_on(stage);
        return;
    }
    memcpy(transfer->expected, piece->hash.data, sizeof transfer->expected);
    transfer->size = piece->size;
    if (piece->data.length == 0) {
        end_saving(stage);
    } else if (!file_saving_add(&transfer->saving, piece->data)) {
        int why = errno;
        finish(stage);
        stage_say(stage, STATUS_ERROR, "Not saved: could not write all of it: %s.", strerror(why));
    } else {
        transfer->done += piece->data.length;
    }
    go_on(stage);
}

/* --- What goes out --------------------------------------------------------------------------- */

static void ask(struct stage *stage, enum method method, const void *request,
                connection_reply *on_reply)
{
    stage->transfer.request =
        connection_request(stage->connection, method, request, on_reply, stage);
    if (stage->transfer.request == 0) {
        fail(stage, ERROR_NO_MEMORY, NULL);
    }
}

static void begin_upload(struct stage *stage)
{
    struct stage_transfer *transfer = transfer_of(stage);
    struct attachment_begin request = {
        .number = transfer->number,
        .name = text_of(transfer->name),
        .size = transfer->size,
        .hash = {transfer->content.hash, sizeof transfer->content.hash},
        .internal = transfer->internal,
    };

    if (transfer->internal) {
        present_mark(&request.present, ATTACHMENT_BEGIN_INTERNAL);
    }
    ask(stage, METHOD_ATTACHMENT_BEGIN, &request, on_upload);
}

static void send_next(struct stage *stage)
{
    struct stage_transfer *transfer = transfer_of(stage);
    uint64_t left = transfer->size - transfer->done;
    struct attachment_chunk chunk = {
        .upload = transfer->upload,
        .offset = transfer->done,
        .data = {transfer->content.data + transfer->done, left < CHUNK_BYTES ? left : CHUNK_BYTES},
    };
    struct attachment_finish finish_request = {.upload = transfer->upload};

    if (left > 0) {
        ask(stage, METHOD_ATTACHMENT_CHUNK, &chunk, on_upload);
    } else {
        ask(stage, METHOD_ATTACHMENT_FINISH, &finish_request, on_attached);
    }
}

static void step(struct stage *stage)
{
    struct stage_transfer *transfer = transfer_of(stage);
    struct attachment_read read = {
        .number = transfer->number, .id = transfer->id, .offset = transfer->done};

    if (transfer->kind == TRANSFER_NONE || transfer->request != 0 ||
        stage->now_ms < transfer->again_ms ||
        connection_state(stage->connection) != CONNECTION_READY ||
        !connection_signed_in(stage->connection)) {
        return;
    }
    transfer->again_ms = 0;
    if (transfer->kind == TRANSFER_SAVING) {
        ask(stage, METHOD_ATTACHMENT_READ, &read, on_piece);
    } else if (!transfer->begun) {
        begin_upload(stage);
    } else {
        send_next(stage);
    }
}

void stage_follow_transfer(struct stage *stage)
{
    step(stage);
}

void transfer_send(struct stage *stage, uint64_t number, const char *name,
                   struct file_content *content, bool internal)
{
    struct stage_transfer *transfer = transfer_of(stage);

    *transfer = (struct stage_transfer){.kind = TRANSFER_SENDING,
                                        .number = number,
                                        .size = content->size,
                                        .content = *content,
                                        .internal = internal};
    *content = (struct file_content){.data = NULL};
    snprintf(transfer->name, sizeof transfer->name, "%s", name);
    step(stage);
}

void transfer_save(struct stage *stage, uint64_t number, const struct attachment *attachment,
                   const struct file_saving *saving)
{
    struct stage_transfer *transfer = transfer_of(stage);

    *transfer = (struct stage_transfer){.kind = TRANSFER_SAVING,
                                        .number = number,
                                        .size = attachment->size,
                                        .saving = *saving,
                                        .id = attachment->id};
    snprintf(transfer->name, sizeof transfer->name, "%.*s", (int)attachment->name.length,
             attachment->name.data);
    step(stage);
}

/* --- In words -------------------------------------------------------------------------------- */

bool stage_transfer_text(const struct stage *stage, char *text, size_t size)
{
    const struct stage_transfer *transfer = &stage->transfer;
    char total[FILE_SIZE_TEXT];
    bool waits = connection_state(stage->connection) != CONNECTION_READY;

    file_size_text(transfer->size, total);
    snprintf(text, size, "%s %s: %u %% of %s.%s",
             transfer->kind == TRANSFER_SENDING ? "Sending" : "Saving", transfer->name,
             (unsigned)(transfer->size > 0 ? transfer->done * 100 / transfer->size : 0), total,
             waits ? " It goes on with the next connection." : "");
    return transfer->kind != TRANSFER_NONE;
}

bool stage_transfer_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms)
{
    *ret_deadline_ms = stage->transfer.again_ms;
    return stage->transfer.again_ms != 0;
}
