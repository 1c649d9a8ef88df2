#include "proto/likeness.h"

enum { WORD_MAX = 32 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* With one row of the table kept. */
size_t likeness_distance(struct text a, struct text b)
{
    size_t row[WORD_MAX + 1];
    if (a.length > WORD_MAX || b.length > WORD_MAX) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b.length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t above = row[j];
            size_t change = diagonal + (lower(a.data[i - 1]) != lower(b.data[j - 1]));
            row[j] = least(above + 1, row[j - 1] + 1, change);
            diagonal = above;
        }
    }
    return row[b.length];
}

/* A word of three letters is like one that differs in one of them, longer ones in two. */
const char *likeness_nearest(struct text word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = word.length <= 3 ? 2 : 3;
    for (size_t i = 0; i < count; i++) {
        size_t far = names[i] == NULL ? SIZE_MAX : likeness_distance(word, text_of(names[i]));
        if (far < best) {
            best = far;
            nearest = names[i];
        }
    }
    return nearest;
}
