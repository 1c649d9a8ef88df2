#include "server/replies.h"

#include <string.h>

#include "proto/codec.h"
#include "server/core/settings.h"
#include "server/core/view.h"

void reply_success(struct session *session, uint32_t id, enum method method, const void *reply)
{
    struct buffer buffer = {0};
    codec_write_response(&buffer, id, methods[method].reply, reply);
    session_send(session, &buffer, method_is_secret(method));
    buffer_finish(&buffer);
}

void reply_failure(struct session *session, uint32_t id, const struct failure *failure)
{
    struct failure complete = *failure;
    if (complete.message.data == NULL) {
        complete.message = text_of(error_sentence(complete.code));
    }
    if (complete.field.data != NULL) {
        present_mark(&complete.present, FAILURE_FIELD);
    }
    if (complete.retry_after_ms != 0) {
        present_mark(&complete.present, FAILURE_RETRY_AFTER);
    }
    if (complete.current.number != 0) {
        present_mark(&complete.present, FAILURE_CURRENT);
    }
    struct buffer buffer = {0};
    codec_write_failure(&buffer, id, &complete);
    session_send(session, &buffer, false);
    buffer_finish(&buffer);
}

void reply_error(struct session *session, uint32_t id, enum error error)
{
    reply_failure(session, id, &(struct failure){.code = error});
}

/* --- Settled commands: one function for each kind of reply ------------------------------------ */

union reply {
    struct nothing nothing;
    struct account_changed account_changed;
    struct account_reply account;
    struct account_coded account_coded;
    struct ticket_changed ticket_changed;
    struct ticket_results ticket_results;
    struct signed_in signed_in;
    struct elevated elevated;
    struct settings settings;
    struct queue_changed queue_changed;
    struct upload upload;
    struct canned_changed canned_changed;
    struct account_key_changed account_key_changed;
    struct totp_begun totp_begun;
    struct totp_confirmed totp_confirmed;
    struct retention_done retention_done;
};

static enum error fill_account_changed(const struct submission *submission, struct rows *rows,
                                       union reply *ret_reply)
{
    (void)rows;
    const struct outcome *outcome = &submission->outcome;
    ret_reply->account_changed = (struct account_changed){
        .name = outcome->name, .version = outcome->version, .sequence = outcome->sequence};
    return ERROR_NONE;
}

/* A code is told to whom it was made for: a repeated operation has made none. */
static enum error fill_account_coded(const struct submission *submission, struct rows *rows,
                                     union reply *ret_reply)
{
    (void)rows;
    const struct outcome *outcome = &submission->outcome;
    struct account_coded *reply = &ret_reply->account_coded;
    *reply = (struct account_coded){
        .name = outcome->name, .version = outcome->version, .sequence = outcome->sequence};
    if (!outcome->repeated && submission->code[0] != '\0') {
        reply->code = text_of(submission->code);
        reply->expires_ms = outcome->until_ms;
        present_mark(&reply->present, ACCOUNT_CODED_CODE);
        present_mark(&reply->present, ACCOUNT_CODED_EXPIRES);
    }
    return ERROR_NONE;
}

static enum error fill_ticket_changed(const struct submission *submission, struct rows *rows,
                                      union reply *ret_reply)
{
    const struct outcome *outcome = &submission->outcome;
    ret_reply->ticket_changed = (struct ticket_changed){
        .number = outcome->number, .version = outcome->version, .sequence = outcome->sequence};
    struct row_message message;
    if (submission->command.method == METHOD_TICKET_REPLY &&
        rows_get(rows, ROW_MESSAGE, outcome->number, outcome->sequence, &message) &&
        message.state == MESSAGE_HELD) {
        present_mark(&ret_reply->ticket_changed.present, TICKET_CHANGED_RELEASE);
        ret_reply->ticket_changed.release_ms = message.release_ms;
    }
    return rows_error(rows);
}

/* Of a repeated operation there is only what the journal has: the tickets that its first run
 * changed, and their versions then. */
static struct ticket_result repeated_result(const struct journal_entry *entry, uint64_t number)
{
    struct ticket_result result = {.number = number, .code = ERROR_NO_CHANGE};
    if (rows_subject_of(&entry->header, number) == NULL) {
        return result;
    }
    result.code = ERROR_NONE;
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        const char *name =
            effect->kind == EFFECT_SET && effect->row == ROW_TICKET && effect->a == number
                ? row_field_name(ROW_TICKET, effect->tag)
                : NULL;
        if (name != NULL && strcmp(name, "version") == 0) {
            result.version = effect->new_value.number;
            present_mark(&result.present, TICKET_RESULT_VERSION);
        }
    }
    return result;
}

static size_t named_count(const struct command *command, const struct journal_entry *entry)
{
    const struct ticket_bulk *bulk = command->request;
    return command->method == METHOD_TICKET_BULK ? bulk->tickets.count
                                                 : entry->header.subject_count;
}

static uint64_t named_number(const struct command *command, const struct journal_entry *entry,
                             size_t i)
{
    const struct ticket_bulk *bulk = command->request;
    return command->method == METHOD_TICKET_BULK
               ? ((const struct bulk_ticket *)bulk->tickets.items)[i].number
               : entry->header.subjects[i].ticket;
}

static enum error fill_repeated_results(const struct submission *submission, struct rows *rows,
                                        struct list *ret_results)
{
    const struct command *command = &submission->command;
    struct journal_entry entry = {0};
    if (submission->outcome.sequence != 0 &&
        !rows_journal(rows, submission->outcome.sequence, &entry)) {
        return rows_error(rows) != ERROR_NONE ? rows_error(rows) : ERROR_INTERNAL;
    }
    size_t count = named_count(command, &entry);
    struct ticket_result *results = arena_array(rows_arena(rows), count, sizeof *results);
    if (results == NULL) {
        return ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        results[i] = repeated_result(&entry, named_number(command, &entry, i));
    }
    *ret_results = (struct list){.items = results, .count = count};
    return ERROR_NONE;
}

static void add_messages(const struct list *results)
{
    struct ticket_result *items = results->items;
    for (size_t i = 0; i < results->count; i++) {
        if (items[i].code == ERROR_NONE) {
            continue;
        }
        if (items[i].message.length == 0) {
            items[i].message = text_of(error_sentence(items[i].code));
        }
        present_mark(&items[i].present, TICKET_RESULT_MESSAGE);
    }
}

static enum error fill_ticket_results(const struct submission *submission, struct rows *rows,
                                      union reply *ret_reply)
{
    const struct outcome *outcome = &submission->outcome;
    struct ticket_results results = {
        .sequence = outcome->sequence,
        .results = {.items = outcome->results, .count = outcome->result_count},
    };
    if (outcome->sequence != 0) {
        present_mark(&results.present, TICKET_RESULTS_SEQUENCE);
    }
    enum error error =
        outcome->repeated ? fill_repeated_results(submission, rows, &results.results) : ERROR_NONE;
    add_messages(&results.results);
    ret_reply->ticket_results = results;
    return error;
}

static void fill_devices(const struct submission *submission, struct rows *rows,
                         struct signed_in *reply)
{
    const struct outcome *outcome = &submission->outcome;
    struct row_device row;
    if (outcome->device != 0) {
        reply->device_token =
            (struct bytes){.data = submission->device_token, .length = TOKEN_BYTES};
        present_mark(&reply->present, SIGNED_IN_DEVICE_TOKEN);
    }
    if (outcome->news != 0 && rows_get(rows, ROW_DEVICE, outcome->account, outcome->news, &row)) {
        view_device(&row, 0, &reply->new_device);
        present_mark(&reply->present, SIGNED_IN_NEW_DEVICE);
    }
}

static enum error fill_signed_in(const struct submission *submission, struct rows *rows,
                                 union reply *ret_reply)
{
    const struct outcome *outcome = &submission->outcome;
    struct row_account row;
    if (!rows_get(rows, ROW_ACCOUNT, outcome->account, 0, &row)) {
        return rows_error(rows) != ERROR_NONE ? rows_error(rows) : ERROR_INTERNAL;
    }
    ret_reply->signed_in = (struct signed_in){
        .token = {.data = submission->token, .length = TOKEN_BYTES},
        .expires_ms = outcome->until_ms,
    };
    view_account(rows, &row, &ret_reply->signed_in.account);
    fill_devices(submission, rows, &ret_reply->signed_in);
    return ERROR_NONE;
}

static enum error fill_account(const struct submission *submission, struct rows *rows,
                               union reply *ret_reply)
{
    struct row_account row;
    if (!rows_get(rows, ROW_ACCOUNT, submission->outcome.account, 0, &row)) {
        return rows_error(rows) != ERROR_NONE ? rows_error(rows) : ERROR_INTERNAL;
    }
    view_account(rows, &row, &ret_reply->account.account);
    return ERROR_NONE;
}

static enum error fill_elevated(const struct submission *submission, struct rows *rows,
                                union reply *ret_reply)
{
    (void)rows;
    ret_reply->elevated = (struct elevated){.until_ms = submission->outcome.until_ms};
    return ERROR_NONE;
}

static enum error fill_settings(const struct submission *submission, struct rows *rows,
                                union reply *ret_reply)
{
    (void)submission;
    struct row_settings row = settings_read(rows);
    settings_view(&row, &ret_reply->settings);
    return ERROR_NONE;
}

static enum error fill_queue_changed(const struct submission *submission, struct rows *rows,
                                     union reply *ret_reply)
{
    (void)rows;
    const struct outcome *outcome = &submission->outcome;
    ret_reply->queue_changed = (struct queue_changed){
        .name = outcome->name, .version = outcome->version, .sequence = outcome->sequence};
    return ERROR_NONE;
}

/* As it is now; of a repeated operation the upload may be over. */
static enum error fill_upload(const struct submission *submission, struct rows *rows,
                              union reply *ret_reply)
{
    struct row_upload row = {0};
    (void)rows_get(rows, ROW_UPLOAD, submission->outcome.number, 0, &row);
    ret_reply->upload =
        (struct upload){.upload = submission->outcome.number, .received = row.received};
    return rows_error(rows);
}

static enum error fill_canned_changed(const struct submission *submission, struct rows *rows,
                                      union reply *ret_reply)
{
    (void)rows;
    const struct outcome *outcome = &submission->outcome;
    ret_reply->canned_changed = (struct canned_changed){
        .name = outcome->name, .version = outcome->version, .sequence = outcome->sequence};
    return ERROR_NONE;
}

static enum error fill_key_changed(const struct submission *submission, struct rows *rows,
                                   union reply *ret_reply)
{
    (void)rows;
    const struct outcome *outcome = &submission->outcome;
    ret_reply->account_key_changed =
        (struct account_key_changed){.id = outcome->number, .sequence = outcome->sequence};
    return ERROR_NONE;
}

static enum error fill_totp_begun(const struct submission *submission, struct rows *rows,
                                  union reply *ret_reply)
{
    (void)rows;
    ret_reply->totp_begun = (struct totp_begun){
        .secret = text_of(submission->factor_secret),
        .uri = text_of(submission->factor_uri),
        .expires_ms = submission->outcome.until_ms,
    };
    return ERROR_NONE;
}

/* As with one-time codes: a repeated operation has made none. */
static enum error fill_totp_confirmed(const struct submission *submission, struct rows *rows,
                                      union reply *ret_reply)
{
    const struct outcome *outcome = &submission->outcome;
    struct totp_confirmed *reply = &ret_reply->totp_confirmed;
    *reply = (struct totp_confirmed){
        .name = outcome->name, .version = outcome->version, .sequence = outcome->sequence};
    if (outcome->repeated || submission->recovery_codes == NULL) {
        return ERROR_NONE;
    }
    struct recovery_code *codes = arena_array(rows_arena(rows), RECOVERY_CODES, sizeof *codes);
    if (codes == NULL) {
        return ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        codes[i].code = text_of(submission->recovery_codes[i]);
    }
    reply->codes = (struct list){.items = codes, .count = RECOVERY_CODES};
    present_mark(&reply->present, TOTP_CONFIRMED_CODES);
    return ERROR_NONE;
}

static enum error fill_retention_done(const struct submission *submission, struct rows *rows,
                                      union reply *ret_reply)
{
    (void)rows;
    const struct outcome *outcome = &submission->outcome;
    struct retention_done *reply = &ret_reply->retention_done;
    *reply = (struct retention_done){.purged = outcome->version, .more = outcome->number != 0};
    if (reply->more) {
        reply->cursor = outcome->number;
        present_mark(&reply->present, RETENTION_DONE_CURSOR);
    }
    return ERROR_NONE;
}

static enum error fill_nothing(const struct submission *submission, struct rows *rows,
                               union reply *ret_reply)
{
    (void)submission;
    (void)rows;
    ret_reply->nothing = (struct nothing){0};
    return ERROR_NONE;
}

typedef enum error fill_function(const struct submission *submission, struct rows *rows,
                                 union reply *ret_reply);

/* Any one method of those that are answered with the same struct stands for all of them. */
static const struct {
    enum method like;
    fill_function *fill;
} fillers[] = {
    {METHOD_ACCOUNT_LOGOUT, fill_nothing},
    {METHOD_ACCOUNT_UPDATE, fill_account_changed},
    {METHOD_TICKET_UPDATE, fill_ticket_changed},
    {METHOD_ACCOUNT_LOGIN, fill_signed_in},
    {METHOD_ADMIN_ACCOUNT_RESET, fill_account_coded},
    {METHOD_ACCOUNT_ELEVATE, fill_elevated},
    {METHOD_ACCOUNT_KEY_ADD, fill_key_changed},
    {METHOD_ACCOUNT_ACT_AS, fill_account},
    {METHOD_ADMIN_QUEUE_UPDATE, fill_queue_changed},
    {METHOD_ADMIN_CANNED_UPDATE, fill_canned_changed},
    {METHOD_ADMIN_SETTINGS_UPDATE, fill_settings},
    {METHOD_TICKET_UNDO, fill_ticket_results},
    {METHOD_ATTACHMENT_BEGIN, fill_upload},
    {METHOD_ACCOUNT_TOTP_BEGIN, fill_totp_begun},
    {METHOD_ACCOUNT_TOTP_CONFIRM, fill_totp_confirmed},
    {METHOD_ADMIN_RETENTION_RUN, fill_retention_done},
};

static fill_function *filler_of(enum method method)
{
    for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++) {
        if (methods[fillers[i].like].reply == methods[method].reply) {
            return fillers[i].fill;
        }
    }
    return NULL;
}

bool reply_can_settle(enum method method)
{
    return filler_of(method) != NULL;
}

enum error reply_fill(const struct submission *submission, struct rows *rows, void *ret_reply)
{
    enum method method = submission->command.method;
    union reply reply = {0};
    enum error error = filler_of(method)(submission, rows, &reply);
    memcpy(ret_reply, &reply, methods[method].reply->size);
    return error;
}

static void reply_refusal(struct session *session, const struct submission *submission)
{
    const struct outcome *outcome = &submission->outcome;
    struct failure failure = {
        .code = outcome->verdict,
        .message = outcome->reason,
        .field = outcome->field,
        .current = outcome->current,
    };
    reply_failure(session, submission->message_id, &failure);
}

void reply_settled(struct session *session, const struct submission *submission,
                   enum error batch_error, struct rows *rows)
{
    enum method method = submission->command.method;
    union reply reply = {0};
    if (batch_error != ERROR_NONE) {
        reply_error(session, submission->message_id, batch_error);
    } else if (submission->outcome.verdict != ERROR_NONE) {
        reply_refusal(session, submission);
    } else {
        enum error error = filler_of(method)(submission, rows, &reply);
        if (error != ERROR_NONE) {
            reply_error(session, submission->message_id, error);
        } else {
            reply_success(session, submission->message_id, method, &reply);
        }
    }
}
