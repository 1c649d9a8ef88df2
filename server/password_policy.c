#include "server/password_policy.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "proto/messages.h"
#include "server/digest.h"

/* Passwords of the common lists that are long enough for the usual minimum, in lower case without
 * what people put between words or at the end; the check takes that away on both sides. */
static const char *const common[] = {
    "password",
    "passwordpassword",
    "passw0rd",
    "passphrase",
    "letmein",
    "letmeinplease",
    "letmeinletmein",
    "welcome",
    "welcomehome",
    "welcometothe",
    "changeme",
    "changemenow",
    "changemeplease",
    "administrator",
    "adminadmin",
    "adminadminadmin",
    "rootroot",
    "iloveyou",
    "iloveyouforever",
    "iloveyousomuch",
    "qwertyuiop",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyqwerty",
    "asdfghjkl",
    "asdfghjklzxcvbnm",
    "zxcvbnm",
    "qazwsxedc",
    "qazwsxedcrfv",
    "qazwsxedcrfvtgb",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u8i",
    "q1w2e3r4",
    "q1w2e3r4t5",
    "q1w2e3r4t5y6",
    "correcthorsebatterystaple",
    "trustno",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "starwars",
    "helpdesk",
    "helpdeskhelpdesk",
    "servicedesk",
    "ticket",
    "tickets",
    "secret",
    "secretsecret",
    "topsecret",
    "mypassword",
    "thisismypassword",
    "thisisapassword",
    "nopassword",
    "yourpassword",
    "newpassword",
    "newpasswordnew",
    "defaultpassword",
    "temporarypassword",
    "temppassword",
    "testtesttest",
    "testpassword",
    "company",
    "companypassword",
    "computer",
    "computercomputer",
    "internet",
    "whatever",
    "liverpool",
    "manchesterunited",
    "chelseafootball",
    "arsenalfootball",
    "basketball",
    "michaeljordan",
    "jenniferlopez",
    "christopher",
    "unbelievable",
    "abcdefghijkl",
    "abc123abc123",
    "a1b2c3d4e5f6",
    "aa12345678",
    "123456789abc",
    "1234567890qwertyuiop",
    "0123456789abcdef",
    "deadbeefdeadbeef",
    "spring",
    "summer",
    "autumn",
    "winter",
    "january",
    "december",
};

enum { FOLDED_MAX = 256, PATTERN_MAX = 6 };

static size_t code_points(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        count += ((unsigned char)text.data[i] & 0xc0u) != 0x80u;
    }
    return count;
}

/* Lower case of the letters and digits of ASCII and everything beyond; cut when long. */
static size_t fold(struct text text, char ret_folded[FOLDED_MAX])
{
    size_t length = 0;
    for (size_t i = 0; i < text.length && length < FOLDED_MAX; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool upper = c >= 'A' && c <= 'Z';
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (upper || kept) {
            ret_folded[length++] = (char)(upper ? c + ('a' - 'A') : c);
        }
    }
    return length;
}

/* Without the digits at the end: "Welcome2024!" is "welcome". */
static size_t without_digits(const char *folded, size_t length)
{
    while (length > 0 && folded[length - 1] >= '0' && folded[length - 1] <= '9') {
        length--;
    }
    return length;
}

static bool is_common(const char *folded, size_t length)
{
    size_t bare = without_digits(folded, length);
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        size_t known = strlen(common[i]);
        if ((known == length || known == bare) && memcmp(common[i], folded, known) == 0) {
            return true;
        }
    }
    return false;
}

/* One short piece over and over: "aaaaaaaaaaaa", "abcabcabcabc". */
static bool is_repetition(struct text text)
{
    for (size_t period = 1; period <= PATTERN_MAX && period * 2 <= text.length; period++) {
        if (memcmp(text.data, text.data + period, text.length - period) == 0) {
            return true;
        }
    }
    return false;
}

/* Each character one above, or one below, the one before; 9 and 0 are neighbours. */
static bool is_run(struct text text, int step)
{
    if (text.length < 2) {
        return false;
    }
    for (size_t i = 1; i < text.length; i++) {
        char expected = (char)(text.data[i - 1] + step);
        bool wraps = step > 0 ? text.data[i - 1] == '9' && text.data[i] == '0'
                              : text.data[i - 1] == '0' && text.data[i] == '9';
        if (text.data[i] != expected && !wraps) {
            return false;
        }
    }
    return true;
}

/* Nothing but the word, once or repeated, with digits at the end: the word is no secret. */
static bool is_made_of(const char *folded, size_t length, struct text word)
{
    char known[FOLDED_MAX] = {0};
    size_t known_length = fold(word, known);
    size_t bare = without_digits(folded, length);
    if (known_length < 3 || bare < known_length) {
        return known_length >= 3 && known_length == length && memcmp(known, folded, length) == 0;
    }
    for (size_t i = 0; i < bare; i++) {
        if (folded[i] != known[i % known_length]) {
            return false;
        }
    }
    return true;
}

static struct text mailbox_of(struct text email)
{
    const char *at = email.data == NULL ? NULL : memchr(email.data, '@', email.length);
    return at == NULL ? email
                      : (struct text){.data = email.data, .length = (size_t)(at - email.data)};
}

static const char *guessable(struct text password, const struct password_context *context)
{
    if (is_repetition(password)) {
        return "The password repeats one short piece; use several unrelated words.";
    }
    if (is_run(password, 1) || is_run(password, -1)) {
        return "The password is a run of neighbouring characters; use several unrelated words.";
    }
    char folded[FOLDED_MAX] = {0};
    size_t length = fold(password, folded);
    const char *sentence = NULL;
    if (is_common(folded, length)) {
        sentence = "The password is one of the most common ones; use several unrelated words.";
    } else if (is_made_of(folded, length, context->user_name) ||
               is_made_of(folded, length, mailbox_of(context->email)) ||
               is_made_of(folded, length, context->email)) {
        sentence = "The password must not be your user name or email address.";
    } else if (is_made_of(folded, length, context->desk) ||
               is_made_of(folded, length, text_of("ttydesk"))) {
        sentence = "The password must not be the name of this desk.";
    }
    wipe(folded, sizeof folded);
    return sentence;
}

enum error password_policy_check(struct text password, const struct password_context *context,
                                 char buffer[128], struct text *ret_sentence)
{
    const char *sentence = NULL;
    if (code_points(password) < context->minimum) {
        (void)snprintf(buffer, 128, "The password needs at least %zu characters.",
                       context->minimum);
        sentence = buffer;
    } else if (password.length > PASSWORD_MAX_BYTES) {
        sentence = "The password may have at most 1,024 bytes.";
    } else {
        sentence = guessable(password, context);
    }
    if (sentence == NULL) {
        return ERROR_NONE;
    }
    *ret_sentence = text_of(sentence);
    return ERROR_PASSWORD_WEAK;
}
