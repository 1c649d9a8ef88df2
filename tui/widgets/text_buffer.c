/* The gap buffer and its history. Reading closes the gap at the end of the text, so the gap moves
 * once per drawing; a text is at most a few ten thousand characters. */
#include "tui/widgets/text_buffer.h"

#include <stdlib.h>
#include <string.h>

#include "proto/require.h"
#include "proto/text.h"

enum { GAP_LEAST = 64, TAB_SPACES = 4 };

static size_t text_length(const struct text_buffer *buffer)
{
    return buffer->capacity - (buffer->gap_end - buffer->gap_start);
}

static void move_gap(struct text_buffer *buffer, size_t position)
{
    if (position < buffer->gap_start) {
        size_t moved = buffer->gap_start - position;
        memmove(buffer->bytes + buffer->gap_end - moved, buffer->bytes + position, moved);
        buffer->gap_start -= moved;
        buffer->gap_end -= moved;
    } else if (position > buffer->gap_start) {
        size_t moved = position - buffer->gap_start;
        memmove(buffer->bytes + buffer->gap_start, buffer->bytes + buffer->gap_end, moved);
        buffer->gap_start += moved;
        buffer->gap_end += moved;
    }
}

/* Makes the gap larger than `size`, so that a zero fits behind the text. */
static bool widen_gap(struct text_buffer *buffer, size_t size)
{
    size_t gap = buffer->gap_end - buffer->gap_start;

    if (gap > size) {
        return true;
    }
    size_t length = text_length(buffer);
    size_t capacity = (length + size) * 2 + GAP_LEAST;
    char *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        return false;
    }
    size_t after = buffer->capacity - buffer->gap_end;
    memmove(bytes + capacity - after, bytes + buffer->gap_end, after);
    buffer->bytes = bytes;
    buffer->gap_end = capacity - after;
    buffer->capacity = capacity;
    return true;
}

static size_t count_code_points(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        count += ((unsigned char)text[i] & 0xc0U) != 0x80;
    }
    return count;
}

static bool raw_insert(struct text_buffer *buffer, size_t position, const char *text, size_t length)
{
    if (!widen_gap(buffer, length)) {
        return false;
    }
    move_gap(buffer, position);
    memcpy(buffer->bytes + buffer->gap_start, text, length);
    buffer->gap_start += length;
    buffer->code_points += count_code_points(text, length);
    return true;
}

/* Opens the gap over the range and returns where its bytes still lie. */
static const char *raw_delete(struct text_buffer *buffer, size_t from, size_t to)
{
    move_gap(buffer, to);
    buffer->gap_start = from;
    buffer->code_points -= count_code_points(buffer->bytes + from, to - from);
    return buffer->bytes + from;
}

/* --- History --- */

static void drop_edit(struct text_history *history, size_t index)
{
    history->bytes -= history->edits[index].capacity + sizeof history->edits[index];
    free(history->edits[index].bytes);
}

static void clear_history(struct text_history *history)
{
    for (size_t i = 0; i < history->count; i++) {
        drop_edit(history, i);
    }
    free(history->edits);
    *history = (struct text_history){.edits = NULL};
}

static void forget_undone(struct text_history *history)
{
    while (history->count > history->done) {
        history->count--;
        drop_edit(history, history->count);
    }
}

static void forget_oldest(struct text_history *history)
{
    size_t dropped = 0;

    while (history->bytes > TEXT_HISTORY_BYTES_MAX && dropped < history->count) {
        drop_edit(history, dropped);
        dropped++;
    }
    if (dropped > 0) {
        history->count -= dropped;
        history->done = history->count;
        memmove(history->edits, history->edits + dropped, history->count * sizeof *history->edits);
    }
}

static bool grow_edit(struct text_history *history, struct text_edit *edit, size_t length)
{
    if (edit->length + length <= edit->capacity) {
        return true;
    }
    size_t capacity = (edit->length + length) * 2;
    char *bytes = realloc(edit->bytes, capacity);
    if (bytes == NULL) {
        return false;
    }
    history->bytes += capacity - edit->capacity;
    edit->bytes = bytes;
    edit->capacity = capacity;
    return true;
}

/* Typing joins the step before it up to the start of the next word; so does deleting in a row. */
static bool joins(const struct text_history *history, const struct text_edit *last, size_t position,
                  const char *text, size_t length, bool inserted)
{
    if (history->sealed || last->inserted != inserted || last->length == 0) {
        return false;
    }
    if (!inserted) {
        return position + length == last->position || position == last->position;
    }
    bool word_begins = last->bytes[last->length - 1] == ' ' && text[0] != ' ';
    return position == last->position + last->length && text[0] != '\n' && !word_begins;
}

static void join_edit(struct text_history *history, struct text_edit *last, size_t position,
                      const char *text, size_t length)
{
    if (!grow_edit(history, last, length)) {
        history->sealed = true;
        return;
    }
    if (!last->inserted && position < last->position) {
        memmove(last->bytes + length, last->bytes, last->length);
        memcpy(last->bytes, text, length);
        last->position = position;
    } else {
        memcpy(last->bytes + last->length, text, length);
    }
    last->length += length;
}

/* Without memory for it, what is done cannot be undone; then the history is of no use either. */
static void add_edit(struct text_buffer *buffer, struct text_edit edit, const char *text)
{
    struct text_history *history = &buffer->history;

    if (history->count == history->capacity) {
        size_t capacity = history->capacity * 2 + 16;
        struct text_edit *edits = realloc(history->edits, capacity * sizeof *edits);
        if (edits == NULL) {
            clear_history(history);
            return;
        }
        history->edits = edits;
        history->capacity = capacity;
    }
    size_t length = edit.length;
    edit.length = 0;
    if (!grow_edit(history, &edit, length)) {
        clear_history(history);
        return;
    }
    memcpy(edit.bytes, text, length);
    edit.length = length;
    history->bytes += sizeof edit;
    history->edits[history->count] = edit;
    history->count++;
    history->done = history->count;
    forget_oldest(history);
}

static void record(struct text_buffer *buffer, size_t position, const char *text, size_t length,
                   bool inserted, bool joinable)
{
    struct text_history *history = &buffer->history;

    forget_undone(history);
    if (joinable && history->count > 0) {
        struct text_edit *last = &history->edits[history->count - 1];
        if (joins(history, last, position, text, length, inserted)) {
            join_edit(history, last, position, text, length);
            return;
        }
    }
    add_edit(buffer,
             (struct text_edit){.position = position,
                                .length = length,
                                .cursor_before = buffer->cursor,
                                .inserted = inserted},
             text);
    history->sealed = !joinable;
}

/* --- Cleaning --- */

/* What the desk refuses in texts wherever it stands. */
static bool is_refused(const char *character, size_t length)
{
    enum text_fault fault = text_check(TEXT_LINES, character, length);

    return fault != TEXT_SOUND && fault != TEXT_HAS_JOINER && fault != TEXT_HAS_MARKS;
}

/* Writes the clean form of the character at `position` and returns its bytes; steps on. */
static size_t clean_next(const struct text_buffer *buffer, const char *text, size_t length,
                         size_t *position, char clean[TAB_SPACES])
{
    uint32_t code_point;
    size_t at = *position;
    size_t taken = text_next(text + at, length - at, &code_point);

    if (code_point == '\r' && at + 1 < length && text[at + 1] == '\n') {
        taken = 2;
    }
    *position = at + taken;
    if (code_point == '\r' || code_point == '\n' || code_point == 0x2028 || code_point == 0x2029) {
        clean[0] = buffer->multi_line ? '\n' : ' ';
        return 1;
    }
    if (code_point == '\t') {
        memset(clean, ' ', TAB_SPACES);
        return buffer->multi_line ? TAB_SPACES : 1;
    }
    if (is_refused(text + at, taken)) {
        return 0;
    }
    memcpy(clean, text + at, taken);
    return taken;
}

/* The clean form of a whole text as far as `room` code points reach; NULL when memory is out. */
static char *clean_text(const struct text_buffer *buffer, const char *text, size_t length,
                        size_t room, size_t *ret_length, bool *ret_whole)
{
    char *clean = malloc(length * TAB_SPACES + 1);
    size_t used = 0;
    bool whole = true;

    if (clean == NULL) {
        return NULL;
    }
    for (size_t position = 0; position < length && whole;) {
        char piece[TAB_SPACES];
        size_t piece_length = clean_next(buffer, text, length, &position, piece);
        size_t count = count_code_points(piece, piece_length);
        whole = count <= room;
        if (whole) {
            memcpy(clean + used, piece, piece_length);
            used += piece_length;
            room -= count;
        }
    }
    *ret_length = used;
    *ret_whole = whole;
    return clean;
}

/* --- Public --- */

void text_buffer_init(struct text_buffer *buffer, size_t limit, bool multi_line)
{
    *buffer = (struct text_buffer){.limit = limit, .multi_line = multi_line};
}

void text_buffer_finish(struct text_buffer *buffer)
{
    clear_history(&buffer->history);
    free(buffer->killed);
    free(buffer->bytes);
    *buffer = (struct text_buffer){.bytes = NULL};
}

const char *text_buffer_text(struct text_buffer *buffer, size_t *ret_length)
{
    *ret_length = text_length(buffer);
    if (!widen_gap(buffer, 0)) {
        *ret_length = 0; /* only while nothing has ever been written */
        return "";
    }
    move_gap(buffer, *ret_length);
    buffer->bytes[*ret_length] = '\0';
    return buffer->bytes;
}

bool text_buffer_set(struct text_buffer *buffer, const char *text, size_t length)
{
    if (text_length(buffer) > 0) {
        raw_delete(buffer, 0, text_length(buffer));
    }
    buffer->cursor = 0;
    bool whole = text_buffer_insert(buffer, text, length, false);
    clear_history(&buffer->history);
    return whole;
}

bool text_buffer_insert(struct text_buffer *buffer, const char *text, size_t length, bool typed)
{
    size_t clean_length = 0;
    bool whole = false;
    char *clean = clean_text(buffer, text, length, buffer->limit - buffer->code_points,
                             &clean_length, &whole);

    if (clean == NULL) {
        return false;
    }
    if (clean_length > 0 && raw_insert(buffer, buffer->cursor, clean, clean_length)) {
        record(buffer, buffer->cursor, clean, clean_length, true, typed);
        buffer->cursor += clean_length;
    } else {
        whole = whole && clean_length == 0;
    }
    free(clean);
    return whole;
}

void text_buffer_delete(struct text_buffer *buffer, size_t from, size_t to)
{
    require(from <= to && to <= text_length(buffer));
    if (from == to) {
        return;
    }
    const char *deleted = raw_delete(buffer, from, to);
    record(buffer, from, deleted, to - from, false, true);
    buffer->cursor = from;
}

void text_buffer_kill(struct text_buffer *buffer, size_t from, size_t to)
{
    size_t length;

    if (from == to) {
        return;
    }
    char *killed = malloc(to - from);
    if (killed != NULL) {
        memcpy(killed, text_buffer_text(buffer, &length) + from, to - from);
        free(buffer->killed);
        buffer->killed = killed;
        buffer->killed_length = to - from;
    }
    buffer->history.sealed = true;
    text_buffer_delete(buffer, from, to);
    buffer->history.sealed = true;
}

bool text_buffer_yank(struct text_buffer *buffer)
{
    return text_buffer_insert(buffer, buffer->killed, buffer->killed_length, false);
}

void text_buffer_move(struct text_buffer *buffer, size_t position)
{
    require(position <= text_length(buffer));
    buffer->history.sealed = buffer->history.sealed || position != buffer->cursor;
    buffer->cursor = position;
}

bool text_buffer_undo(struct text_buffer *buffer)
{
    struct text_history *history = &buffer->history;

    if (history->done == 0) {
        return false;
    }
    const struct text_edit *edit = &history->edits[history->done - 1];
    if (edit->inserted) {
        raw_delete(buffer, edit->position, edit->position + edit->length);
    } else if (!raw_insert(buffer, edit->position, edit->bytes, edit->length)) {
        return false;
    }
    buffer->cursor = edit->cursor_before;
    history->done--;
    history->sealed = true;
    return true;
}

bool text_buffer_redo(struct text_buffer *buffer)
{
    struct text_history *history = &buffer->history;

    if (history->done == history->count) {
        return false;
    }
    const struct text_edit *edit = &history->edits[history->done];
    buffer->cursor = edit->position;
    if (!edit->inserted) {
        raw_delete(buffer, edit->position, edit->position + edit->length);
    } else if (raw_insert(buffer, edit->position, edit->bytes, edit->length)) {
        buffer->cursor += edit->length;
    } else {
        return false;
    }
    history->done++;
    history->sealed = true;
    return true;
}

size_t text_buffer_measure(const struct text_buffer *buffer, const char *text, size_t length)
{
    size_t count = 0;

    for (size_t position = 0; position < length;) {
        char piece[TAB_SPACES];
        count += count_code_points(piece, clean_next(buffer, text, length, &position, piece));
    }
    return count;
}
