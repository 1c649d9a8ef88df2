#include "proto/errors.h"

#include <string.h>

struct error_text {
    const char *name;
    const char *sentence;
};

static const struct error_text error_texts[ERROR_COUNT] = {
    [ERROR_NONE] = {"none", "No error."},

    [ERROR_INVALID_REQUEST] = {"invalid_request",
                               "The request is not a msgpack-RPC request with one map of fields."},
    [ERROR_UNKNOWN_METHOD] = {"unknown_method",
                              "There is no such method; \"api\" lists the methods."},
    [ERROR_UNKNOWN_FIELD] = {"unknown_field", "The request has a field this method does not know."},
    [ERROR_MISSING_FIELD] = {"missing_field", "A field that this method needs is missing."},
    [ERROR_INVALID_FIELD] = {"invalid_field", "The value of a field is not allowed."},
    [ERROR_HELLO_REQUIRED] = {"hello_required", "The first request has to be \"hello\"."},
    [ERROR_PROTOCOL_UNSUPPORTED] = {"protocol_unsupported",
                                    "The other side does not speak this protocol version."},
    [ERROR_TOO_LARGE] = {"too_large", "The message is larger than allowed here."},

    [ERROR_NOT_SIGNED_IN] = {"not_signed_in", "Sign in first."},
    [ERROR_AUTH_FAILED] = {"auth_failed", "User name or password is not right."},
    [ERROR_FORBIDDEN] = {"forbidden", "Your role does not allow this."},
    [ERROR_ELEVATION_REQUIRED] = {"elevation_required",
                                  "This needs admin mode: enter your password again."},
    [ERROR_NOT_FOUND] = {"not_found", "There is nothing with this number or name."},
    [ERROR_THROTTLED] = {"throttled", "Too many tries; wait before the next one."},
    [ERROR_BUSY] = {"busy", "The desk is busy; try again in a moment."},
    [ERROR_TOO_MANY] = {"too_many", "There are too many of these at once."},

    [ERROR_NAME_TAKEN] = {"name_taken", "This user name is taken; choose another."},
    [ERROR_EMAIL_TAKEN] = {"email_taken", "This email address belongs to another account."},
    [ERROR_PASSWORD_WEAK] = {"password_weak", "The password is too easy to guess."},
    [ERROR_PASSWORD_MISMATCH] = {"password_mismatch", "The two passwords are not the same."},
    [ERROR_REGISTRATION_CLOSED] = {"registration_closed",
                                   "Registration is closed here; ask an admin for an account."},
    [ERROR_ROLE_UNCHANGED] = {"role_unchanged", "The account already has this role."},
    [ERROR_LAST_ADMIN] = {"last_admin",
                          "The last active admin can be neither disabled nor given another role."},
    [ERROR_NOT_ON_SELF] = {"not_on_self", "Nobody can do this to their own account."},
    [ERROR_ALREADY_DONE] = {"already_done", "This has been done already."},

    [ERROR_VERSION_CONFLICT] = {"version_conflict",
                                "Somebody changed this meanwhile; look at both and try again."},
    [ERROR_NO_CHANGE] = {"no_change", "Nothing would change."},
    [ERROR_OPERATION_EXPIRED] = {"operation_expired",
                                 "The operation is older than 24 hours; look before repeating it."},
    [ERROR_OPERATION_REUSED] = {"operation_reused",
                                "The operation id was used for another request."},
    [ERROR_OUTCOME_UNKNOWN] = {"outcome_unknown",
                               "It is not known whether this was done; repeat it with the same "
                               "operation id."},

    [ERROR_DISK_FULL] = {"disk_full",
                         "The desk's disk is full: nothing was changed, reading works."},
    [ERROR_DATA_DAMAGED] = {"data_error", "A stored record is damaged; tell the operator."},
    [ERROR_NO_MEMORY] = {"no_memory", "Out of memory."},
    [ERROR_INTERNAL] = {"internal", "Something went wrong inside."},
    [ERROR_SHUTTING_DOWN] = {"shutting_down", "The desk is shutting down; try again soon."},

    [ERROR_SLOW_CONSUMER] = {"slow_consumer", "The connection does not read fast enough."},
    [ERROR_RESYNC] = {"resync", "Too much has changed since; read everything again."},
    [ERROR_CONNECTION_LOST] = {"connection_lost", "The connection was lost."},
    [ERROR_PROTOCOL_VIOLATION] = {"protocol_violation", "The other side broke the protocol."},
    [ERROR_HOST_KEY_UNKNOWN] = {"host_key_unknown", "The server's key is not known here."},
    [ERROR_HOST_KEY_CHANGED] = {"host_key_changed", "The server's key has changed."},

    [ERROR_SYSTEM] = {"system", "The operating system refused; errno has the reason."},
};

static const struct error_text *error_text(enum error error)
{
    unsigned index = (unsigned)error;
    if (index >= ERROR_COUNT || error_texts[index].name == NULL) {
        index = ERROR_INTERNAL;
    }
    return &error_texts[index];
}

const char *error_name(enum error error)
{
    return error_text(error)->name;
}

const char *error_sentence(enum error error)
{
    return error_text(error)->sentence;
}

bool error_from_name(const char *name, size_t length, enum error *ret_error)
{
    for (unsigned i = 0; i < ERROR_COUNT; i++) {
        const char *candidate = error_texts[i].name;
        if (candidate != NULL && strlen(candidate) == length &&
            memcmp(candidate, name, length) == 0) {
            *ret_error = (enum error)i;
            return true;
        }
    }
    return false;
}
