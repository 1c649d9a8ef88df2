#include "proto/errors.h"

const char *const error_names[ERROR_COUNT] = {
    [ERROR_NONE] = "none",

    [ERROR_INVALID_REQUEST] = "invalid_request",
    [ERROR_UNKNOWN_METHOD] = "unknown_method",
    [ERROR_UNKNOWN_FIELD] = "unknown_field",
    [ERROR_MISSING_FIELD] = "missing_field",
    [ERROR_INVALID_FIELD] = "invalid_field",
    [ERROR_HELLO_REQUIRED] = "hello_required",
    [ERROR_PROTOCOL_UNSUPPORTED] = "protocol_unsupported",
    [ERROR_TOO_LARGE] = "too_large",

    [ERROR_NOT_SIGNED_IN] = "not_signed_in",
    [ERROR_AUTH_FAILED] = "auth_failed",
    [ERROR_FORBIDDEN] = "forbidden",
    [ERROR_ELEVATION_REQUIRED] = "elevation_required",
    [ERROR_NOT_FOUND] = "not_found",
    [ERROR_THROTTLED] = "throttled",
    [ERROR_BUSY] = "busy",
    [ERROR_TOO_MANY] = "too_many",

    [ERROR_NAME_TAKEN] = "name_taken",
    [ERROR_EMAIL_TAKEN] = "email_taken",
    [ERROR_PASSWORD_WEAK] = "password_weak",
    [ERROR_PASSWORD_MISMATCH] = "password_mismatch",
    [ERROR_REGISTRATION_CLOSED] = "registration_closed",
    [ERROR_ROLE_UNCHANGED] = "role_unchanged",
    [ERROR_LAST_ADMIN] = "last_admin",
    [ERROR_NOT_ON_SELF] = "not_on_self",
    [ERROR_ALREADY_DONE] = "already_done",

    [ERROR_VERSION_CONFLICT] = "version_conflict",
    [ERROR_NO_CHANGE] = "no_change",
    [ERROR_OPERATION_EXPIRED] = "operation_expired",
    [ERROR_OPERATION_REUSED] = "operation_reused",
    [ERROR_OUTCOME_UNKNOWN] = "outcome_unknown",

    [ERROR_DISK_FULL] = "disk_full",
    [ERROR_DATA_DAMAGED] = "data_error",
    [ERROR_NO_MEMORY] = "no_memory",
    [ERROR_INTERNAL] = "internal",
    [ERROR_SHUTTING_DOWN] = "shutting_down",

    [ERROR_SLOW_CONSUMER] = "slow_consumer",
    [ERROR_RESYNC] = "resync",
    [ERROR_CONNECTION_LOST] = "connection_lost",
    [ERROR_PROTOCOL_VIOLATION] = "protocol_violation",
    [ERROR_HOST_KEY_UNKNOWN] = "host_key_unknown",
    [ERROR_HOST_KEY_CHANGED] = "host_key_changed",

    [ERROR_SYSTEM] = "system",

    [ERROR_OWNED] = "owned",
    [ERROR_NOT_OWNED] = "not_owned",

    [ERROR_OPEN_CHILDREN] = "open_children",

    [ERROR_CHANGED_SINCE] = "changed_since",
    [ERROR_NOT_UNDOABLE] = "not_undoable",

    [ERROR_CODE_REQUIRED] = "code_required",
    [ERROR_SECOND_FACTOR_REQUIRED] = "second_factor_required",
};

static const char *const error_sentences[ERROR_COUNT] = {
    [ERROR_NONE] = "No error.",

    [ERROR_INVALID_REQUEST] = "The request is not a msgpack-RPC request with one map of fields.",
    [ERROR_UNKNOWN_METHOD] = "There is no such method; \"api\" lists the methods.",
    [ERROR_UNKNOWN_FIELD] = "The request has a field this method does not know.",
    [ERROR_MISSING_FIELD] = "A field that this method needs is missing.",
    [ERROR_INVALID_FIELD] = "The value of a field is not allowed.",
    [ERROR_HELLO_REQUIRED] = "The first request has to be \"hello\".",
    [ERROR_PROTOCOL_UNSUPPORTED] = "The other side does not speak this protocol version.",
    [ERROR_TOO_LARGE] = "The message is larger than allowed here.",

    [ERROR_NOT_SIGNED_IN] = "Sign in first.",
    [ERROR_AUTH_FAILED] = "User name or password is not right.",
    [ERROR_FORBIDDEN] = "Your role does not allow this.",
    [ERROR_ELEVATION_REQUIRED] = "This needs admin mode: enter your password again.",
    [ERROR_NOT_FOUND] = "There is nothing with this number or name.",
    [ERROR_THROTTLED] = "Too many tries; wait before the next one.",
    [ERROR_BUSY] = "The desk is busy; try again in a moment.",
    [ERROR_TOO_MANY] = "There are too many of these at once.",

    [ERROR_NAME_TAKEN] = "This user name is taken; choose another.",
    [ERROR_EMAIL_TAKEN] = "This email address belongs to another account.",
    [ERROR_PASSWORD_WEAK] = "The password is too easy to guess.",
    [ERROR_PASSWORD_MISMATCH] = "The two passwords are not the same.",
    [ERROR_REGISTRATION_CLOSED] = "Registration is closed here; ask an admin for an account.",
    [ERROR_ROLE_UNCHANGED] = "The account already has this role.",
    [ERROR_LAST_ADMIN] = "The last active admin can be neither disabled nor given another role.",
    [ERROR_NOT_ON_SELF] = "Nobody can do this to their own account.",
    [ERROR_ALREADY_DONE] = "This has been done already.",

    [ERROR_VERSION_CONFLICT] = "Somebody changed this meanwhile; look at both and try again.",
    [ERROR_NO_CHANGE] = "Nothing would change.",
    [ERROR_OPERATION_EXPIRED] = "The operation is older than 24 hours; look before repeating it.",
    [ERROR_OPERATION_REUSED] = "The operation id was used for another request.",
    [ERROR_OUTCOME_UNKNOWN] = ("It is not known whether this was done; repeat it with the same "
                               "operation id."),

    [ERROR_DISK_FULL] = "The desk's disk is full: nothing was changed, reading works.",
    [ERROR_DATA_DAMAGED] = "A stored record is damaged; tell the operator.",
    [ERROR_NO_MEMORY] = "Out of memory.",
    [ERROR_INTERNAL] = "Something went wrong inside.",
    [ERROR_SHUTTING_DOWN] = "The desk is shutting down; try again soon.",

    [ERROR_SLOW_CONSUMER] = "The connection does not read fast enough.",
    [ERROR_RESYNC] = "Too much has changed since; read everything again.",
    [ERROR_CONNECTION_LOST] = "The connection was lost.",
    [ERROR_PROTOCOL_VIOLATION] = "The other side broke the protocol.",
    [ERROR_HOST_KEY_UNKNOWN] = "The server's key is not known here.",
    [ERROR_HOST_KEY_CHANGED] = "The server's key has changed.",

    [ERROR_SYSTEM] = "The operating system refused; errno has the reason.",

    [ERROR_OWNED] = "Somebody else owns this ticket; steal it if they agree.",
    [ERROR_NOT_OWNED] = "Nobody owns this ticket; take it instead.",

    [ERROR_OPEN_CHILDREN] = "Tickets that are part of this one are not resolved yet.",

    [ERROR_CHANGED_SINCE] = "This was changed since; undo would overwrite that.",
    [ERROR_NOT_UNDOABLE] = "This can't be taken back.",

    [ERROR_CODE_REQUIRED] = "Enter the code of your second factor, too.",
    [ERROR_SECOND_FACTOR_REQUIRED] = ("Second factor needed: see your profile, or ttydesk "
                                      "account totp begin."),
};

static unsigned error_index(enum error error)
{
    unsigned index = (unsigned)error;
    return index < ERROR_COUNT ? index : ERROR_INTERNAL;
}

const char *error_name(enum error error)
{
    return error_names[error_index(error)];
}

const char *error_sentence(enum error error)
{
    return error_sentences[error_index(error)];
}
