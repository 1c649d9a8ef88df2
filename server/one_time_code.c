#include "server/one_time_code.h"

#include <string.h>

#include "proto/random.h"

enum { SYMBOLS = 16, GROUP = 4 };

/* Crockford's: without I, L, O and U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void one_time_code_make(char ret_code[ONE_TIME_CODE_BYTES])
{
    uint8_t random[SYMBOLS];
    size_t length = 0;
    random_fill(random, sizeof random);
    for (size_t i = 0; i < SYMBOLS; i++) {
        if (i > 0 && i % GROUP == 0) {
            ret_code[length++] = '-';
        }
        ret_code[length++] = alphabet[random[i] % 32];
    }
    ret_code[length] = '\0';
    wipe(random, sizeof random);
}

/* 0: none of the alphabet's. */
static char symbol_of(char typed)
{
    char letter = typed >= 'a' && typed <= 'z' ? (char)(typed - 'a' + 'A') : typed;
    if (letter == 'O') {
        return '0';
    }
    if (letter == 'I' || letter == 'L') {
        return '1';
    }
    return letter != '\0' && strchr(alphabet, letter) != NULL ? letter : '\0';
}

/* False when it can't be a code. */
static bool read_symbols(struct text typed, char ret_symbols[SYMBOLS])
{
    size_t count = 0;
    for (size_t i = 0; i < typed.length; i++) {
        if (typed.data[i] == '-' || typed.data[i] == ' ') {
            continue;
        }
        char symbol = symbol_of(typed.data[i]);
        if (symbol == '\0' || count == SYMBOLS) {
            return false;
        }
        ret_symbols[count++] = symbol;
    }
    return count == SYMBOLS;
}

void one_time_code_digest(struct text typed, uint8_t ret_digest[TOKEN_DIGEST_BYTES])
{
    char symbols[SYMBOLS] = {0};
    if (!read_symbols(typed, symbols)) {
        memset(symbols, 0, sizeof symbols);
    }
    digest_code(symbols, sizeof symbols, ret_digest);
    wipe(symbols, sizeof symbols);
}
