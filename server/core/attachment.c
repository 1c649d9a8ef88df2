/* Files on tickets. A file is announced, arrives in chunks and is attached once all of it is there
 * and is what was announced: its hash was computed before the command
 * (server/prepare_attachment.c). Chunks are kept under the upload's id; when the content is new,
 * the upload becomes the blob of the same id, and when it is not, its chunks go and the blob that
 * is there counts one more. */
#include "server/core/attachment.h"

#include <string.h>

#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/sentence.h"
#include "server/core/survivor.h"

static bool same_bytes(struct bytes a, struct bytes b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool attachment_find(const struct viewer *viewer, const struct row_ticket *ticket, uint64_t id,
                     struct row_attachment *ret_row)
{
    return rows_get(viewer->rows, ROW_ATTACHMENT, ticket->number, id, ret_row) &&
           !ret_row->removed &&
           (!ret_row->internal || permission_sees_notes(viewer, ticket->queue));
}

static void changed(struct run *run, const struct row_ticket *ticket)
{
    run->outcome->number = ticket->number;
    run->outcome->version = ticket->version;
}

/* As a reply changes a ticket, or, for staff alone, as a note does. */
static void touch(struct run *run, struct row_ticket *ticket, bool internal)
{
    if (!internal) {
        ticket->version++;
        ticket->updated_ms = run->command->time_ms;
    }
}

/* --- Blobs ----------------------------------------------------------------------------------- */

static void remove_chunks(struct rows *rows, uint64_t blob)
{
    struct row_range range = rows_range(INDEX_CHUNKS, blob, 0, false);
    uint64_t index;
    while (rows_range_next(rows, &range, &index)) {
        rows_remove(rows, ROW_CHUNK, blob, index);
    }
}

/* One attachment fewer has this content; with the last one it goes. */
static void release_blob(struct run *run, uint64_t id)
{
    struct row_blob blob;
    if (!rows_get(run->rows, ROW_BLOB, id, 0, &blob)) {
        return;
    }
    if (blob.references > 1) {
        blob.references--;
        run_put(run, ROW_BLOB, &blob);
        return;
    }
    remove_chunks(run->rows, id);
    run_remove(run, ROW_BLOB, id, 0);
}

/* The blob with the content of this upload, which is over then. */
static uint64_t take_blob(struct run *run, const struct row_upload *upload)
{
    struct row_blob blob;
    if (rows_find_blob(run->rows, upload->hash, &blob)) {
        blob.references++;
        remove_chunks(run->rows, upload->id);
    } else {
        blob = (struct row_blob){
            .id = upload->id, .hash = upload->hash, .size = upload->size, .references = 1};
    }
    run_put(run, ROW_BLOB, &blob);
    return blob.id;
}

/* --- Beginning ------------------------------------------------------------------------------- */

static void refuse_with_number(struct run *run, enum error verdict, const char *field,
                               const char *before, uint64_t number, const char *after)
{
    struct sentence sentence = sentence_begin(before);
    sentence_add_number(&sentence, number);
    sentence_add(&sentence, after);
    run_refuse(run, verdict, field, NULL);
    run->outcome->reason = sentence_text(&sentence, run->rows);
}

/* A name is never used as a path; it must not look like one, nor like an option, all the same. */
static bool refuses_name(struct run *run, struct text name)
{
    bool dots = text_equal(name, text_of(".")) || text_equal(name, text_of(".."));
    if (!dots && name.data[0] != '-' && memchr(name.data, '/', name.length) == NULL) {
        return false;
    }
    run_refuse(
        run, ERROR_INVALID_FIELD, "name",
        "The name of a file has no / in it, does not begin with - and is not . or ..; attach "
        "it under another name.");
    return true;
}

struct attachment_sum attachment_sum(struct rows *rows, uint64_t ticket, bool internal)
{
    struct row_range range = rows_range(INDEX_ATTACHMENTS, ticket, 0, false);
    struct attachment_sum sum = {.count = 0};
    struct row_attachment row;
    uint64_t id;
    while (rows_range_next(rows, &range, &id)) {
        if (rows_get(rows, ROW_ATTACHMENT, ticket, id, &row) && !row.removed &&
            row.internal == internal) {
            sum.count++;
            sum.bytes += row.size;
        }
    }
    return sum;
}

/* What internal files take up the requester could measure, if it were taken from the same room. */
static bool refuses_size(struct run *run, uint64_t size, bool internal)
{
    struct attachment_sum sum = attachment_sum(run->rows, run->ticket.number, internal);
    if (size > ATTACHMENT_BYTES_MAX) {
        run_refuse(run, ERROR_TOO_LARGE, "size", "A file may have 10 MiB; send less of it.");
    } else if (sum.bytes + size > ATTACHMENTS_EACH_BYTES) {
        run_refuse(run, ERROR_TOO_LARGE, "size",
                   "The files of a ticket may have 50 MiB together; an admin can remove some.");
    } else if (sum.count >= ATTACHMENTS_EACH_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "number",
                   "A ticket may have 100 files; an admin can remove some.");
    } else {
        return false;
    }
    return true;
}

static bool refuses_internal(struct run *run, bool internal)
{
    if (!internal || permission_relation(&run->viewer, &run->ticket) == RELATION_CHANGE) {
        return false;
    }
    run_refuse(run, ERROR_FORBIDDEN, "internal",
               "Internal files are for those who work on the ticket.");
    return true;
}

static bool is_same_file(const struct row_upload *upload, const struct attachment_begin *request,
                         uint64_t ticket)
{
    return upload->ticket == ticket && upload->size == request->size &&
           upload->internal == request->internal && text_equal(upload->name, request->name) &&
           same_bytes(upload->hash, request->hash);
}

static void refuse_fifth(struct run *run, const struct row_upload *oldest)
{
    struct sentence sentence = sentence_begin("You are sending 4 files already, the oldest is \"");
    sentence_add_text(&sentence, oldest->name);
    sentence_add(&sentence, "\" for #");
    sentence_add_number(&sentence, oldest->ticket);
    sentence_add(&sentence, "; attach it again to send the rest, or wait: what does not arrive "
                            "within 24 hours is dropped.");
    run_refuse(run, ERROR_TOO_MANY, NULL, NULL);
    run->outcome->reason = sentence_text(&sentence, run->rows);
}

/* The own upload of the same file, or room for one more. Neither: it was refused. */
static bool finds_same_file(struct run *run, const struct attachment_begin *request,
                            uint64_t *ret_upload)
{
    struct row_range range = rows_range(INDEX_UPLOADS_BY_ACCOUNT, run->viewer.account.id, 0, false);
    struct row_upload upload;
    struct row_upload oldest = {.begun_ms = UINT64_MAX};
    uint64_t count = 0;
    uint64_t id;
    while (rows_range_next(run->rows, &range, &id)) {
        if (!rows_get(run->rows, ROW_UPLOAD, id, 0, &upload)) {
            continue;
        }
        if (is_same_file(&upload, request, run->ticket.number)) {
            *ret_upload = id;
            return true;
        }
        oldest = upload.begun_ms < oldest.begun_ms ? upload : oldest;
        count++;
    }
    if (count >= UPLOADS_MAX) {
        refuse_fifth(run, &oldest);
    }
    return false;
}

static uint64_t new_upload(struct run *run)
{
    uint64_t id = run->command->fresh_id;
    struct row_upload upload;
    struct row_blob blob;
    while (rows_get(run->rows, ROW_UPLOAD, id, 0, &upload) ||
           rows_get(run->rows, ROW_BLOB, id, 0, &blob)) {
        id++;
    }
    return id;
}

void attachment_begin(struct run *run)
{
    const struct attachment_begin *request = run->command->request;
    uint64_t same = 0;

    if (refuses_internal(run, request->internal) || refuses_name(run, request->name) ||
        refuses_size(run, request->size, request->internal)) {
        return;
    }
    if (finds_same_file(run, request, &same)) {
        run->outcome->number = same;
        return;
    }
    if (run->outcome->verdict != ERROR_NONE) {
        return;
    }
    struct row_upload upload = {
        .id = new_upload(run),
        .account = run->viewer.account.id,
        .ticket = run->ticket.number,
        .name = request->name,
        .size = request->size,
        .hash = request->hash,
        .internal = request->internal,
        .begun_ms = run->command->time_ms,
    };
    struct row_timer timer = {.due_ms = upload.begun_ms + UPLOAD_LIFE_MS,
                              .id = upload.id,
                              .kind = TIMER_UPLOAD,
                              .ticket = upload.ticket};
    run_put(run, ROW_UPLOAD, &upload);
    run_put(run, ROW_TIMER, &timer);
    run->outcome->number = upload.id;
}

/* --- Arriving -------------------------------------------------------------------------------- */

static bool find_own(struct run *run, uint64_t id, struct row_upload *ret_upload)
{
    if (rows_get(run->rows, ROW_UPLOAD, id, 0, ret_upload) &&
        ret_upload->account == run->viewer.account.id) {
        return true;
    }
    run_refuse(run, ERROR_NOT_FOUND, "upload",
               "You are sending no such file; it may have been attached or dropped.");
    return false;
}

static bool refuses_chunk(struct run *run, const struct row_upload *upload)
{
    const struct attachment_chunk *request = run->command->request;
    if (request->offset % CHUNK_BYTES != 0 || request->offset > upload->received ||
        request->offset >= upload->size) {
        refuse_with_number(run, ERROR_INVALID_FIELD, "offset", "The next chunk begins at ",
                           upload->received, ".");
        return true;
    }
    uint64_t left = upload->size - request->offset;
    uint64_t length = left < CHUNK_BYTES ? left : CHUNK_BYTES;
    if (request->data.length != length) {
        refuse_with_number(run, ERROR_INVALID_FIELD, "data", "This chunk has ", length, " bytes.");
        return true;
    }
    return false;
}

void attachment_chunk(struct run *run)
{
    const struct attachment_chunk *request = run->command->request;
    struct row_upload upload;

    if (!find_own(run, request->upload, &upload) || refuses_chunk(run, &upload)) {
        return;
    }
    run->outcome->number = upload.id;
    if (request->offset < upload.received) {
        return; /* sent again because the answer was lost */
    }
    struct row_chunk chunk = {
        .blob = upload.id, .index = request->offset / CHUNK_BYTES, .data = request->data};
    upload.received += request->data.length;
    run_put(run, ROW_CHUNK, &chunk);
    run_put(run, ROW_UPLOAD, &upload);
}

void attachment_drop_upload(struct run *run, const struct row_timer *timer)
{
    struct row_upload upload;
    if (rows_get(run->rows, ROW_UPLOAD, timer->id, 0, &upload)) {
        remove_chunks(run->rows, upload.id);
        run_remove(run, ROW_UPLOAD, upload.id, 0);
    }
}

void attachment_forget_upload(struct run *run, const struct row_upload *upload)
{
    remove_chunks(run->rows, upload->id);
    run_remove(run, ROW_UPLOAD, upload->id, 0);
    run_remove(run, ROW_TIMER, upload->begun_ms + UPLOAD_LIFE_MS, upload->id);
}

/* --- Attaching ------------------------------------------------------------------------------- */

/* The ticket may have gone, moved or been merged since the file was announced. */
static bool find_ticket(struct run *run, uint64_t number)
{
    bool found = survivor_find(run->rows, number, &run->ticket);
    enum relation relation = permission_relation(&run->viewer, found ? &run->ticket : NULL);
    enum error refusal = permission_check(METHOD_ATTACHMENT_BEGIN, &run->viewer, relation);
    if (refusal != ERROR_NONE) {
        run_refuse(run, refusal, NULL, NULL);
    }
    return refusal == ERROR_NONE;
}

/* Nothing that could be sent would make it the file that was announced. Refused all the same, so
 * straight to the rows. */
static void end_upload(struct rows *rows, const struct row_upload *upload)
{
    remove_chunks(rows, upload->id);
    rows_remove(rows, ROW_UPLOAD, upload->id, 0);
    rows_remove(rows, ROW_TIMER, upload->begun_ms + UPLOAD_LIFE_MS, upload->id);
}

static bool refuses_content(struct run *run, const struct row_upload *upload)
{
    struct bytes hash = run->command->prepared.content_hash;
    if (upload->received != upload->size || hash.length == 0) {
        run_refuse(run, ERROR_INVALID_FIELD, "upload",
                   "Not all of the file has arrived; send the rest and finish then.");
        return true;
    }
    if (!same_bytes(hash, upload->hash)) {
        run_refuse(run, ERROR_INVALID_FIELD, "upload",
                   "What has arrived is not the file that was announced; it may have changed "
                   "meanwhile. Attach it again.");
        end_upload(run->rows, upload);
        return true;
    }
    return false;
}

static struct text hexadecimal(struct run *run, struct bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(rows_arena(run->rows), 2 * CONTENT_HASH_BYTES);
    if (text == NULL || bytes.length != CONTENT_HASH_BYTES) {
        return (struct text){.data = NULL};
    }
    for (size_t i = 0; i < bytes.length; i++) {
        text[2 * i] = digits[bytes.data[i] >> 4];
        text[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    return (struct text){.data = text, .length = 2 * CONTENT_HASH_BYTES};
}

static void attach(struct run *run, const struct row_upload *upload)
{
    struct row_ticket after = run->ticket;
    struct row_attachment row = {
        .ticket = after.number,
        .id = rows_sequence(run->rows) + 1,
        .name = upload->name,
        .size = upload->size,
        .hash = hexadecimal(run, upload->hash),
        .author = upload->account,
        .time_ms = run->command->time_ms,
        .internal = upload->internal,
        .origin = after.number,
    };
    after.attachment_count++;
    after.internal_attachment_count += row.internal ? 1 : 0;
    after.attachment_bytes += row.size;
    touch(run, &after, row.internal);
    run_subject(run, &run->ticket, &after, row.internal);
    row.blob = take_blob(run, upload);
    run_remove(run, ROW_UPLOAD, upload->id, 0);
    run_remove(run, ROW_TIMER, upload->begun_ms + UPLOAD_LIFE_MS, upload->id);
    run_put(run, ROW_ATTACHMENT, &row);
    run_put(run, ROW_TICKET, &after);
    changed(run, &after);
}

void attachment_finish(struct run *run)
{
    const struct attachment_finish *request = run->command->request;
    struct row_upload upload;

    if (find_own(run, request->upload, &upload) && find_ticket(run, upload.ticket) &&
        !refuses_internal(run, upload.internal) && !refuses_content(run, &upload) &&
        !refuses_size(run, upload.size, upload.internal)) {
        attach(run, &upload);
    }
}

/* --- Removing -------------------------------------------------------------------------------- */

void attachment_remove(struct run *run)
{
    const struct attachment_remove *request = run->command->request;
    struct row_ticket after = run->ticket;
    struct row_attachment row;

    if (!attachment_find(&run->viewer, &run->ticket, request->id, &row)) {
        run_refuse(run, ERROR_NOT_FOUND, "id", "The ticket has no such file.");
        return;
    }
    after.attachment_count--;
    after.internal_attachment_count -= row.internal ? 1 : 0;
    after.attachment_bytes -= row.size;
    touch(run, &after, row.internal);
    run_subject(run, &run->ticket, &after, row.internal);
    release_blob(run, row.blob);
    row.removed = true;
    row.blob = 0;
    run_put(run, ROW_ATTACHMENT, &row);
    run_put(run, ROW_TICKET, &after);
    changed(run, &after);
}

void attachment_purge(struct run *run, struct row_ticket *ticket)
{
    struct row_range range = rows_range(INDEX_ATTACHMENTS, ticket->number, 0, false);
    struct row_attachment row;
    uint64_t id;
    while (rows_range_next(run->rows, &range, &id)) {
        if (rows_get(run->rows, ROW_ATTACHMENT, ticket->number, id, &row) && row.blob != 0) {
            release_blob(run, row.blob);
        }
        run_remove(run, ROW_ATTACHMENT, ticket->number, id);
    }
    ticket->attachment_count = 0;
    ticket->internal_attachment_count = 0;
    ticket->attachment_bytes = 0;
}

void attachment_move(struct run *run, const struct row_attachment *row, struct row_ticket *from,
                     struct row_ticket *to)
{
    struct row_attachment moved = *row;
    if (!row->removed) {
        from->attachment_count--;
        from->internal_attachment_count -= row->internal ? 1 : 0;
        from->attachment_bytes -= row->size;
        to->attachment_count++;
        to->internal_attachment_count += row->internal ? 1 : 0;
        to->attachment_bytes += row->size;
    }
    moved.ticket = to->number;
    run_remove(run, ROW_ATTACHMENT, from->number, row->id);
    run_put(run, ROW_ATTACHMENT, &moved);
}
