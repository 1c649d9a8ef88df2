/* Queues: where tickets are sorted into, and who works on them. */
#include "server/core/queue.h"

#include <string.h>

bool queue_read(struct rows *rows, uint64_t id, struct row_queue *ret_row)
{
    if (rows_get(rows, ROW_QUEUE, id, 0, ret_row)) {
        return true;
    }
    if (id != QUEUE_DEFAULT) {
        return false;
    }
    *ret_row = (struct row_queue){.id = QUEUE_DEFAULT, .version = 1, .name = text_of("general")};
    return true;
}

struct queue_walk queue_walk(void)
{
    return (struct queue_walk){.range = rows_range(INDEX_QUEUES, 0, QUEUE_DEFAULT + 1, false)};
}

bool queue_next(struct rows *rows, struct queue_walk *walk, struct row_queue *ret_row)
{
    uint64_t id = QUEUE_DEFAULT;
    bool found = !walk->begun || rows_range_next(rows, &walk->range, &id);
    walk->begun = true;
    return found && queue_read(rows, id, ret_row);
}

bool queue_find(struct rows *rows, struct text name, struct row_queue *ret_row)
{
    struct queue_walk walk = queue_walk();
    struct row_queue row;
    while (queue_next(rows, &walk, &row)) {
        if (text_equal(row.name, name)) {
            *ret_row = row;
            return true;
        }
    }
    return false;
}

bool queue_takes(const struct viewer *viewer, const struct row_queue *row)
{
    return viewer->signed_in && !row->closed &&
           (!row->staff_only || (permission_rights(viewer, row->id) & RIGHT_CREATE) != 0);
}

bool queue_is_seen(const struct viewer *viewer, const struct row_queue *row)
{
    return viewer->console || queue_takes(viewer, row) || permission_rights(viewer, row->id) != 0;
}

bool queue_find_seen(const struct viewer *viewer, struct text name, struct row_queue *ret_row)
{
    return queue_find(viewer->rows, name, ret_row) && queue_is_seen(viewer, ret_row);
}

/* --- Rights in words ------------------------------------------------------------------------- */

static const struct {
    unsigned right;
    const char *word;
} words[] = {
    {RIGHT_READ, "read"},
    {RIGHT_CREATE, "create"},
    {RIGHT_CHANGE, "change"},
    {RIGHT_OWN, "own"},
};
enum { WORD_COUNT = sizeof words / sizeof words[0] };

struct text queue_rights_text(struct arena *arena, unsigned rights)
{
    char *data = arena_alloc(arena, RIGHTS_TEXT_MAX);
    size_t length = 0;
    if (data == NULL) {
        return (struct text){.data = NULL};
    }
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if ((rights & words[i].right) == 0) {
            continue;
        }
        if (length > 0) {
            data[length++] = ' ';
        }
        size_t word = strlen(words[i].word);
        memcpy(data + length, words[i].word, word);
        length += word;
    }
    return (struct text){.data = data, .length = length};
}

/* The first word of the text, which is then shorter by it; empty at the end. */
static struct text next_word(struct text *text)
{
    while (text->length > 0 && text->data[0] == ' ') {
        text->data++;
        text->length--;
    }
    struct text word = {.data = text->data, .length = 0};
    while (word.length < text->length && text->data[word.length] != ' ') {
        word.length++;
    }
    text->data += word.length;
    text->length -= word.length;
    return word;
}

static unsigned right_of(struct text word)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (text_equal(word, text_of(words[i].word))) {
            return words[i].right;
        }
    }
    return 0;
}

bool queue_rights_parse(struct text text, unsigned *ret_rights)
{
    unsigned rights = 0;
    if (text_equal(text, text_of("all")) || text_equal(text, text_of("none"))) {
        *ret_rights = text_equal(text, text_of("all")) ? RIGHTS_ALL : 0;
        return true;
    }
    for (struct text word = next_word(&text); word.length > 0; word = next_word(&text)) {
        unsigned right = right_of(word);
        if (right == 0) {
            return false;
        }
        rights |= right;
    }
    *ret_rights = rights;
    return rights != 0;
}
