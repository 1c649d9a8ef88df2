#include "server/core/name.h"

#include <stdbool.h>
#include <string.h>

#include "proto/messages.h"

/* What histories call somebody who is not an account, and what people call themselves. */
static const char *const reserved_names[] = {"console", "desk", "me"};

/* What somebody is called who was removed: this and a number. */
static const char removed_prefix[] = "removed-";

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_word(struct text name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        bool inner = i > 0 && (c == '.' || c == '_' || c == '-');
        if (!is_letter_or_digit(c) && !inner) {
            return false;
        }
    }
    return true;
}

const char *queue_name_problem(struct text name)
{
    if (name.length < 1 || name.length > QUEUE_NAME_MAX) {
        return "A queue's name has 1 to 32 characters.";
    }
    return is_word(name) ? NULL
                         : "A queue's name begins with a to z or 0 to 9; dot, underscore and "
                           "hyphen may follow.";
}

const char *name_problem(struct text name)
{
    if (name.length < USER_NAME_MIN || name.length > USER_NAME_MAX) {
        return "A user name has 2 to 32 characters.";
    }
    if (!is_word(name)) {
        return "A user name begins with a to z or 0 to 9; dot, underscore and hyphen may follow.";
    }
    for (size_t i = 0; i < sizeof reserved_names / sizeof reserved_names[0]; i++) {
        if (text_equal(name, text_of(reserved_names[i]))) {
            return "This user name is reserved; choose another.";
        }
    }
    if (name.length >= sizeof removed_prefix - 1 &&
        memcmp(name.data, removed_prefix, sizeof removed_prefix - 1) == 0) {
        return "Names that begin with removed- are for people who were removed; choose another.";
    }
    return NULL;
}

/* Spaces and control characters, and what only stands around addresses in headers. */
static bool is_outside_address(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f || strchr("<>(),;:\"\\[]", c) != NULL;
}

const char *email_problem(struct text email)
{
    static const char *const problem = "An email address looks like name@example.org.";
    size_t at = email.length; /* where the @ is */

    if (email.length > EMAIL_MAX) {
        return "An email address has at most 254 characters.";
    }
    for (size_t i = 0; i < email.length; i++) {
        if (is_outside_address(email.data[i])) {
            return problem;
        }
        if (email.data[i] == '@') {
            if (at != email.length) {
                return problem;
            }
            at = i;
        }
    }
    if (at == 0 || at + 1 >= email.length) {
        return problem;
    }
    for (size_t i = at + 1; i < email.length; i++) {
        bool edge = i == at + 1 || i + 1 == email.length;
        if (email.data[i] == '.' && (edge || email.data[i - 1] == '.')) {
            return problem;
        }
    }
    return NULL;
}

struct text email_folded(struct arena *arena, struct text email)
{
    char *copy = arena_copy(arena, email.data, email.length);
    if (copy == NULL) {
        return (struct text){.data = NULL};
    }
    for (size_t i = 0; i < email.length; i++) {
        if (copy[i] >= 'A' && copy[i] <= 'Z') {
            copy[i] = (char)(copy[i] - 'A' + 'a');
        }
    }
    return (struct text){.data = copy, .length = email.length};
}
