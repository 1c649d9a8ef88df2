/* The fields of every kind of row and their numbers on disk. A number is given once and never
 * again; choices are kept as their numbers, so those enums only ever grow at their end. */
#include <stddef.h>

#include "server/store/rows.h"

#define AT(record, member) offsetof(struct record, member)
#define TABLE(record)                                                                              \
    {                                                                                              \
        .name = #record, .size = sizeof(struct record), .fields = record##_fields,                 \
        .field_count = sizeof record##_fields / sizeof record##_fields[0],                         \
    }

/* One field is one line of a table. */
/* clang-format off */

#define KEY(record, field_name, member) \
    {.name = field_name, .type = FIELD_NUMBER, .offset = AT(record, member), .tag = 0}
#define PLAIN(record, number, field_type, field_name, member) \
    {.name = field_name, .type = field_type, .offset = AT(record, member), .tag = number}
#define CHOICE(record, number, field_name, member, names) \
    {.name = field_name, .type = FIELD_CHOICE, .offset = AT(record, member), .tag = number, \
     .choices = &names}

static const struct field row_account_fields[] = {
    KEY(row_account, "id", id),
    PLAIN(row_account, 1, FIELD_LINE, "name", name),
    PLAIN(row_account, 2, FIELD_LINE, "email", email),
    PLAIN(row_account, 3, FIELD_LINE, "display_name", display_name),
    CHOICE(row_account, 4, "role", role, role_choices),
    CHOICE(row_account, 5, "state", state, account_state_choices),
    PLAIN(row_account, 6, FIELD_NUMBER, "created", created_ms),
    PLAIN(row_account, 7, FIELD_NUMBER, "version", version),
    PLAIN(row_account, 8, FIELD_NUMBER, "epoch", epoch),
    PLAIN(row_account, 9, FIELD_NUMBER, "password_version", password_version),
    PLAIN(row_account, 10, FIELD_BOOL, "second_factor", second_factor),
    PLAIN(row_account, 12, FIELD_NUMBER, "removed_at", removed_ms),
    PLAIN(row_account, 13, FIELD_NUMBER, "sources_erased", sources_erased),
};

static const struct field row_ticket_fields[] = {
    KEY(row_ticket, "number", number),
    PLAIN(row_ticket, 1, FIELD_NUMBER, "version", version),
    PLAIN(row_ticket, 2, FIELD_LINE, "title", title),
    PLAIN(row_ticket, 3, FIELD_PART, "problem", problem),
    CHOICE(row_ticket, 4, "kind", kind, kind_choices),
    CHOICE(row_ticket, 5, "severity", severity, severity_choices),
    CHOICE(row_ticket, 6, "state", state, state_choices),
    PLAIN(row_ticket, 7, FIELD_NUMBER, "requester", requester),
    PLAIN(row_ticket, 8, FIELD_NUMBER, "owner", owner),
    PLAIN(row_ticket, 9, FIELD_NUMBER, "created", created_ms),
    PLAIN(row_ticket, 10, FIELD_NUMBER, "updated", updated_ms),
    PLAIN(row_ticket, 11, FIELD_NUMBER, "reply_count", reply_count),
    PLAIN(row_ticket, 12, FIELD_NUMBER, "note_count", note_count),
    PLAIN(row_ticket, 13, FIELD_BOOL, "staff_replied", staff_replied),
    PLAIN(row_ticket, 14, FIELD_BOOL, "deleted", deleted),
    PLAIN(row_ticket, 15, FIELD_BOOL, "purged", purged),
    PLAIN(row_ticket, 16, FIELD_NUMBER, "deleted_at", deleted_ms),
    PLAIN(row_ticket, 17, FIELD_NUMBER, "queue", queue),
    PLAIN(row_ticket, 18, FIELD_NUMBER, "pending_until", pending_until_ms),
    PLAIN(row_ticket, 19, FIELD_NUMBER, "resolved_at", resolved_ms),
    PLAIN(row_ticket, 20, FIELD_NUMBER, "merged_into", merged_into),
    PLAIN(row_ticket, 21, FIELD_NUMBER, "cc_count", cc_count),
    PLAIN(row_ticket, 26, FIELD_NUMBER, "watcher_count", watcher_count),
    PLAIN(row_ticket, 24, FIELD_NUMBER, "attachment_bytes", attachment_bytes),
    PLAIN(row_ticket, 25, FIELD_NUMBER, "attachment_count", attachment_count),
    PLAIN(row_ticket, 28, FIELD_NUMBER, "internal_attachment_count", internal_attachment_count),
    PLAIN(row_ticket, 30, FIELD_NUMBER, "merged_by", merged_by),
    PLAIN(row_ticket, 22, FIELD_NUMBER, "last_pending_until", last_pending_until_ms),
    PLAIN(row_ticket, 23, FIELD_NUMBER, "opened_by", opened_by),
    PLAIN(row_ticket, 27, FIELD_NUMBER, "follows", follows),
};

static const struct field row_message_fields[] = {
    KEY(row_message, "ticket", ticket),
    KEY(row_message, "sequence", sequence),
    PLAIN(row_message, 1, FIELD_NUMBER, "origin", origin),
    PLAIN(row_message, 2, FIELD_NUMBER, "author", author),
    CHOICE(row_message, 3, "author_role", author_role, role_choices),
    CHOICE(row_message, 4, "kind", kind, message_kind_choices),
    PLAIN(row_message, 5, FIELD_NUMBER, "time", time_ms),
    PLAIN(row_message, 6, FIELD_PART, "text", text),
    CHOICE(row_message, 7, "state", state, message_state_choices),
    PLAIN(row_message, 8, FIELD_NUMBER, "edited_at", edited_ms),
    PLAIN(row_message, 9, FIELD_NUMBER, "release_at", release_ms),
    PLAIN(row_message, 10, FIELD_NUMBER, "then_status", then_status),
    PLAIN(row_message, 12, FIELD_NUMBER, "held_as", held_as),
    PLAIN(row_message, 13, FIELD_NUMBER, "then_until", then_until),
};

static const struct field row_role_request_fields[] = {
    KEY(row_role_request, "account", account),
    CHOICE(row_role_request, 1, "role", role, role_choices),
    PLAIN(row_role_request, 2, FIELD_LINE, "reason", reason),
    PLAIN(row_role_request, 3, FIELD_NUMBER, "time", time_ms),
};

static const struct field row_settings_fields[] = {
    KEY(row_settings, "key", key),
    PLAIN(row_settings, 1, FIELD_NUMBER, "version", version),
    CHOICE(row_settings, 2, "registration", registration, registration_choices),
    PLAIN(row_settings, 3, FIELD_NUMBER, "chosen", chosen),
    PLAIN(row_settings, 4, FIELD_NUMBER, "reopen_days", reopen_days),
    PLAIN(row_settings, 5, FIELD_NUMBER, "undo_send_seconds", undo_send_seconds),
    PLAIN(row_settings, 6, FIELD_NUMBER, "edit_minutes", edit_minutes),
    PLAIN(row_settings, 7, FIELD_NUMBER, "admin_second_factor", admin_second_factor),
    PLAIN(row_settings, 12, FIELD_NUMBER, "retention_days", retention_days),
};

static const struct field row_credential_fields[] = {
    KEY(row_credential, "account", account),
    PLAIN(row_credential, 1, FIELD_NUMBER, "password_version", password_version),
    PLAIN(row_credential, 2, FIELD_LINE, "hash", hash),
};

static const struct field row_sign_in_fields[] = {
    KEY(row_sign_in, "id", id),
    PLAIN(row_sign_in, 1, FIELD_NUMBER, "account", account),
    PLAIN(row_sign_in, 2, FIELD_NUMBER, "account_epoch", account_epoch),
    PLAIN(row_sign_in, 3, FIELD_BYTES, "token_hash", token_hash),
    PLAIN(row_sign_in, 4, FIELD_BYTES, "previous_hash", previous_hash),
    PLAIN(row_sign_in, 5, FIELD_NUMBER, "created", created_ms),
    PLAIN(row_sign_in, 6, FIELD_NUMBER, "seen", seen_ms),
    PLAIN(row_sign_in, 7, FIELD_NUMBER, "expires", expires_ms),
    PLAIN(row_sign_in, 8, FIELD_NUMBER, "elevated_until", elevated_until_ms),
    PLAIN(row_sign_in, 9, FIELD_NUMBER, "elevated_connection", elevated_connection),
    PLAIN(row_sign_in, 10, FIELD_LINE, "device", device),
    PLAIN(row_sign_in, 11, FIELD_LINE, "source", source),
    PLAIN(row_sign_in, 15, FIELD_NUMBER, "known_device", known_device),
    PLAIN(row_sign_in, 12, FIELD_NUMBER, "acting_for", acting_for),
    PLAIN(row_sign_in, 13, FIELD_NUMBER, "acting_connection", acting_connection),
    PLAIN(row_sign_in, 16, FIELD_NUMBER, "key", key),
};

static const struct field row_operation_fields[] = {
    KEY(row_operation, "high", high),
    KEY(row_operation, "low", low),
    PLAIN(row_operation, 1, FIELD_NUMBER, "account", account),
    PLAIN(row_operation, 2, FIELD_BYTES, "digest", digest),
    CHOICE(row_operation, 3, "verdict", verdict, error_choices),
    PLAIN(row_operation, 4, FIELD_LINE, "field", field),
    PLAIN(row_operation, 5, FIELD_LINE, "name", name),
    PLAIN(row_operation, 6, FIELD_NUMBER, "number", number),
    PLAIN(row_operation, 7, FIELD_NUMBER, "version", version),
    PLAIN(row_operation, 8, FIELD_NUMBER, "sequence", sequence),
    PLAIN(row_operation, 9, FIELD_NUMBER, "time", time_ms),
};

static const struct field row_queue_fields[] = {
    KEY(row_queue, "id", id),
    PLAIN(row_queue, 1, FIELD_NUMBER, "version", version),
    PLAIN(row_queue, 2, FIELD_LINE, "name", name),
    PLAIN(row_queue, 3, FIELD_LINE, "description", description),
    PLAIN(row_queue, 4, FIELD_BOOL, "members_only", members_only),
    PLAIN(row_queue, 5, FIELD_BOOL, "staff_only", staff_only),
    PLAIN(row_queue, 6, FIELD_BOOL, "closed", closed),
};

static const struct field row_queue_right_fields[] = {
    KEY(row_queue_right, "account", account),
    KEY(row_queue_right, "queue", queue),
    PLAIN(row_queue_right, 1, FIELD_NUMBER, "rights", rights),
};

static const struct field row_follower_fields[] = {
    KEY(row_follower, "ticket", ticket),
    KEY(row_follower, "account", account),
    PLAIN(row_follower, 1, FIELD_BOOL, "cc", cc),
    PLAIN(row_follower, 2, FIELD_BOOL, "watching", watching),
    PLAIN(row_follower, 3, FIELD_BOOL, "cc_by_merge", cc_by_merge),
    PLAIN(row_follower, 4, FIELD_BOOL, "watching_by_merge", watching_by_merge),
};

static const struct field row_timer_fields[] = {
    KEY(row_timer, "due", due_ms),
    KEY(row_timer, "id", id),
    PLAIN(row_timer, 1, FIELD_NUMBER, "kind", kind),
    PLAIN(row_timer, 2, FIELD_NUMBER, "ticket", ticket),
    PLAIN(row_timer, 3, FIELD_NUMBER, "message", message),
};

static const struct field row_read_mark_fields[] = {
    KEY(row_read_mark, "account", account),
    KEY(row_read_mark, "ticket", ticket),
    PLAIN(row_read_mark, 1, FIELD_NUMBER, "sequence", sequence),
};

static const struct field row_totp_fields[] = {
    KEY(row_totp, "account", account),
    PLAIN(row_totp, 1, FIELD_NUMBER, "id", id),
    PLAIN(row_totp, 2, FIELD_BYTES, "sealed", sealed),
    PLAIN(row_totp, 3, FIELD_NUMBER, "begun", begun_ms),
    PLAIN(row_totp, 4, FIELD_NUMBER, "last_step", last_step),
    PLAIN(row_totp, 5, FIELD_BYTES, "recovery", recovery),
};

static const struct field row_reset_fields[] = {
    KEY(row_reset, "account", account),
    PLAIN(row_reset, 1, FIELD_BYTES, "code_hash", code_hash),
    PLAIN(row_reset, 2, FIELD_NUMBER, "expires", expires_ms),
    PLAIN(row_reset, 3, FIELD_NUMBER, "tries_left", tries_left),
};

static const struct field row_device_fields[] = {
    KEY(row_device, "account", account),
    KEY(row_device, "id", id),
    PLAIN(row_device, 1, FIELD_BYTES, "token_hash", token_hash),
    PLAIN(row_device, 2, FIELD_LINE, "name", name),
    PLAIN(row_device, 3, FIELD_LINE, "source", source),
    PLAIN(row_device, 4, FIELD_NUMBER, "created", created_ms),
    PLAIN(row_device, 5, FIELD_NUMBER, "seen", seen_ms),
    PLAIN(row_device, 6, FIELD_NUMBER, "failures", failures),
};

static const struct field row_failures_fields[] = {
    KEY(row_failures, "account", account),
    PLAIN(row_failures, 1, FIELD_NUMBER, "count", count),
    PLAIN(row_failures, 2, FIELD_NUMBER, "since", since_ms),
    PLAIN(row_failures, 3, FIELD_NUMBER, "last", last_ms),
    PLAIN(row_failures, 4, FIELD_LINE, "source", source),
};

static const struct field row_link_fields[] = {
    KEY(row_link, "from", from),
    KEY(row_link, "to", to),
    CHOICE(row_link, 1, "kind", kind, link_kind_choices),
};

static const struct field row_tag_fields[] = {
    KEY(row_tag, "id", id),
    PLAIN(row_tag, 1, FIELD_LINE, "name", name),
};

static const struct field row_ticket_tag_fields[] = {
    KEY(row_ticket_tag, "ticket", ticket),
    KEY(row_ticket_tag, "tag", tag),
    PLAIN(row_ticket_tag, 1, FIELD_BOOL, "by_merge", by_merge),
};

static const struct field row_acting_fields[] = {
    KEY(row_acting, "account", account),
    KEY(row_acting, "sequence", sequence),
    PLAIN(row_acting, 1, FIELD_NUMBER, "admin", admin),
    PLAIN(row_acting, 2, FIELD_NUMBER, "time", time_ms),
};

static const struct field row_attachment_fields[] = {
    KEY(row_attachment, "ticket", ticket),
    KEY(row_attachment, "id", id),
    PLAIN(row_attachment, 1, FIELD_LINE, "name", name),
    PLAIN(row_attachment, 2, FIELD_NUMBER, "size", size),
    PLAIN(row_attachment, 3, FIELD_LINE, "hash", hash),
    PLAIN(row_attachment, 4, FIELD_NUMBER, "blob", blob),
    PLAIN(row_attachment, 5, FIELD_NUMBER, "author", author),
    PLAIN(row_attachment, 6, FIELD_NUMBER, "time", time_ms),
    PLAIN(row_attachment, 7, FIELD_BOOL, "internal", internal),
    PLAIN(row_attachment, 8, FIELD_BOOL, "removed", removed),
    PLAIN(row_attachment, 9, FIELD_NUMBER, "origin", origin),
};

static const struct field row_blob_fields[] = {
    KEY(row_blob, "id", id),
    PLAIN(row_blob, 1, FIELD_BYTES, "hash", hash),
    PLAIN(row_blob, 2, FIELD_NUMBER, "size", size),
    PLAIN(row_blob, 3, FIELD_NUMBER, "references", references),
};

static const struct field row_chunk_fields[] = {
    KEY(row_chunk, "blob", blob),
    KEY(row_chunk, "index", index),
    PLAIN(row_chunk, 1, FIELD_BYTES, "data", data),
};

static const struct field row_upload_fields[] = {
    KEY(row_upload, "id", id),
    PLAIN(row_upload, 1, FIELD_NUMBER, "account", account),
    PLAIN(row_upload, 2, FIELD_NUMBER, "ticket", ticket),
    PLAIN(row_upload, 3, FIELD_LINE, "name", name),
    PLAIN(row_upload, 4, FIELD_NUMBER, "size", size),
    PLAIN(row_upload, 5, FIELD_NUMBER, "received", received),
    PLAIN(row_upload, 6, FIELD_BYTES, "hash", hash),
    PLAIN(row_upload, 7, FIELD_BOOL, "internal", internal),
    PLAIN(row_upload, 8, FIELD_NUMBER, "begun", begun_ms),
};

static const struct field row_canned_fields[] = {
    KEY(row_canned, "id", id),
    PLAIN(row_canned, 1, FIELD_NUMBER, "version", version),
    PLAIN(row_canned, 2, FIELD_LINE, "name", name),
    PLAIN(row_canned, 3, FIELD_LINE, "title", title),
    PLAIN(row_canned, 4, FIELD_PART, "text", text),
};

static const struct field row_draft_fields[] = {
    KEY(row_draft, "account", account),
    KEY(row_draft, "place", place),
    CHOICE(row_draft, 1, "what", what, draft_for_choices),
    PLAIN(row_draft, 2, FIELD_LINE, "title", title),
    PLAIN(row_draft, 3, FIELD_TEXT, "text", text),
    PLAIN(row_draft, 4, FIELD_NUMBER, "updated", updated_ms),
};

static const struct field row_account_key_fields[] = {
    KEY(row_account_key, "account", account),
    KEY(row_account_key, "id", id),
    PLAIN(row_account_key, 1, FIELD_LINE, "label", label),
    PLAIN(row_account_key, 2, FIELD_LINE, "public_key", public_key),
    PLAIN(row_account_key, 3, FIELD_LINE, "fingerprint", fingerprint),
    PLAIN(row_account_key, 4, FIELD_NUMBER, "created", created_ms),
};

static const struct field row_key_use_fields[] = {
    KEY(row_key_use, "account", account),
    KEY(row_key_use, "id", id),
    PLAIN(row_key_use, 1, FIELD_NUMBER, "used", used_ms),
    PLAIN(row_key_use, 2, FIELD_LINE, "source", source),
};

/* clang-format on */

const struct table row_tables[ROW_KIND_END] = {
    [ROW_ACCOUNT] = TABLE(row_account),
    [ROW_TICKET] = TABLE(row_ticket),
    [ROW_MESSAGE] = TABLE(row_message),
    [ROW_ROLE_REQUEST] = TABLE(row_role_request),
    [ROW_SETTINGS] = TABLE(row_settings),
    [ROW_CREDENTIAL] = TABLE(row_credential),
    [ROW_SIGN_IN] = TABLE(row_sign_in),
    [ROW_OPERATION] = TABLE(row_operation),
    [ROW_QUEUE] = TABLE(row_queue),
    [ROW_QUEUE_RIGHT] = TABLE(row_queue_right),
    [ROW_FOLLOWER] = TABLE(row_follower),
    [ROW_TIMER] = TABLE(row_timer),
    [ROW_CANNED] = TABLE(row_canned),
    [ROW_DRAFT] = TABLE(row_draft),
    [ROW_READ_MARK] = TABLE(row_read_mark),
    [ROW_RESET] = TABLE(row_reset),
    [ROW_ATTACHMENT] = TABLE(row_attachment),
    [ROW_BLOB] = TABLE(row_blob),
    [ROW_CHUNK] = TABLE(row_chunk),
    [ROW_UPLOAD] = TABLE(row_upload),
    [ROW_DEVICE] = TABLE(row_device),
    [ROW_FAILURES] = TABLE(row_failures),
    [ROW_LINK] = TABLE(row_link),
    [ROW_TAG] = TABLE(row_tag),
    [ROW_TICKET_TAG] = TABLE(row_ticket_tag),
    [ROW_ACTING] = TABLE(row_acting),
    [ROW_ACCOUNT_KEY] = TABLE(row_account_key),
    [ROW_KEY_USE] = TABLE(row_key_use),
    [ROW_TOTP] = TABLE(row_totp),
};

const enum row_class row_classes[ROW_KIND_END] = {
    [ROW_ACCOUNT] = ROW_RECORD,      [ROW_TICKET] = ROW_RECORD,     [ROW_MESSAGE] = ROW_RECORD,
    [ROW_ROLE_REQUEST] = ROW_RECORD, [ROW_SETTINGS] = ROW_RECORD,   [ROW_CREDENTIAL] = ROW_WORKING,
    [ROW_SIGN_IN] = ROW_WORKING,     [ROW_OPERATION] = ROW_WORKING, [ROW_QUEUE] = ROW_RECORD,
    [ROW_QUEUE_RIGHT] = ROW_RECORD,  [ROW_FOLLOWER] = ROW_RECORD,   [ROW_TIMER] = ROW_WORKING,
    [ROW_READ_MARK] = ROW_WORKING,   [ROW_RESET] = ROW_WORKING,     [ROW_DEVICE] = ROW_WORKING,
    [ROW_FAILURES] = ROW_WORKING,    [ROW_LINK] = ROW_RECORD,       [ROW_TAG] = ROW_RECORD,
    [ROW_TICKET_TAG] = ROW_RECORD,   [ROW_ACTING] = ROW_RECORD,     [ROW_ATTACHMENT] = ROW_RECORD,
    [ROW_BLOB] = ROW_WORKING,        [ROW_CHUNK] = ROW_WORKING,     [ROW_UPLOAD] = ROW_WORKING,
    [ROW_CANNED] = ROW_RECORD,       [ROW_DRAFT] = ROW_WORKING,     [ROW_ACCOUNT_KEY] = ROW_RECORD,
    [ROW_KEY_USE] = ROW_WORKING,     [ROW_TOTP] = ROW_WORKING,
};

const char *row_field_name(enum row_kind kind, uint16_t tag)
{
    if (kind >= ROW_KIND_END || tag == 0) {
        return NULL;
    }
    for (size_t i = 0; i < row_tables[kind].field_count; i++) {
        if (row_tables[kind].fields[i].tag == tag) {
            return row_tables[kind].fields[i].name;
        }
    }
    return NULL;
}
