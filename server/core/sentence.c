#include "server/core/sentence.h"

#include <string.h>

#include "server/core/limits.h"

void sentence_add_text(struct sentence *sentence, struct text text)
{
    if (text.length > 0 && text.length <= sizeof sentence->data - sentence->length) {
        memcpy(sentence->data + sentence->length, text.data, text.length);
        sentence->length += text.length;
    }
}

void sentence_add(struct sentence *sentence, const char *words)
{
    sentence_add_text(sentence, text_of(words));
}

struct sentence sentence_begin(const char *words)
{
    struct sentence sentence = {.length = 0};
    sentence_add(&sentence, words);
    return sentence;
}

void sentence_add_number(struct sentence *sentence, uint64_t number)
{
    char digits[20];
    size_t begin = sizeof digits;

    do {
        digits[--begin] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    sentence_add_text(sentence,
                      (struct text){.data = digits + begin, .length = sizeof digits - begin});
}

void sentence_add_duration(struct sentence *sentence, uint64_t milliseconds)
{
    static const struct {
        uint64_t length_ms;
        const char *words;
    } units[] = {{DAY_MS, " day"}, {HOUR_MS, " hour"}, {MINUTE_MS, " minute"}, {1000, " second"}};
    enum { LAST = sizeof units / sizeof units[0] - 1 };
    size_t unit = 0;

    while (unit < LAST && milliseconds < 2 * units[unit].length_ms) {
        unit++;
    }
    uint64_t count = milliseconds / units[unit].length_ms;
    sentence_add_number(sentence, count);
    sentence_add(sentence, units[unit].words);
    sentence_add(sentence, count == 1 ? "" : "s");
}

struct text sentence_text(const struct sentence *sentence, struct rows *rows)
{
    char *copy = arena_copy(rows_arena(rows), sentence->data, sentence->length);
    return (struct text){.data = copy, .length = copy != NULL ? sentence->length : 0};
}
