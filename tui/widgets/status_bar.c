/* See status_bar.h. */
#include "tui/widgets/status_bar.h"

#include <stdio.h>
#include <string.h>

#include "tui/terminal_text.h"

static struct status_message *newest(struct status_bar *bar)
{
    return &bar->past[(bar->past_count - 1) % STATUS_PAST_MAX];
}

void status_bar_init(struct status_bar *bar)
{
    *bar = (struct status_bar){.past_count = 0};
}

void status_bar_say(struct status_bar *bar, enum status_weight weight, uint64_t now_ms,
                    const char *text)
{
    struct status_message message = {.weight = weight, .at_ms = now_ms};
    bool hidden = bar->showing && newest(bar)->weight == STATUS_ERROR && weight != STATUS_ERROR;

    snprintf(message.text, sizeof message.text, "%s", text);
    if (hidden) {
        /* The error stays the newest; what came after it is only kept. */
        struct status_message error = *newest(bar);
        *newest(bar) = message;
        bar->past_count++;
        *newest(bar) = error;
        return;
    }
    bar->past_count++;
    *newest(bar) = message;
    bar->showing = true;
    bar->key_came = false;
}

enum handled status_bar_key(struct status_bar *bar, const struct key *key, uint64_t now_ms)
{
    if (!bar->showing || key->code == KEYCODE_RESIZE) {
        return HANDLED_NOT;
    }
    bar->key_came = true;
    switch (newest(bar)->weight) {
    case STATUS_INFO:
        bar->showing = false;
        return HANDLED_NOT;
    case STATUS_WARNING:
        status_bar_tick(bar, now_ms);
        return HANDLED_NOT;
    case STATUS_ERROR:
        if (key->code != KEYCODE_ESCAPE) {
            return HANDLED_NOT;
        }
        bar->showing = false;
        return HANDLED;
    }
    return HANDLED_NOT;
}

bool status_bar_shows_error(const struct status_bar *bar)
{
    return bar->showing && status_bar_past(bar, 0)->weight == STATUS_ERROR;
}

bool status_bar_deadline_ms(const struct status_bar *bar, uint64_t *ret_deadline_ms)
{
    if (!bar->showing) {
        return false;
    }
    const struct status_message *message = status_bar_past(bar, 0);
    if (message->weight == STATUS_ERROR || (message->weight == STATUS_WARNING && !bar->key_came)) {
        return false;
    }
    *ret_deadline_ms =
        message->at_ms + (message->weight == STATUS_INFO ? STATUS_INFO_MS : STATUS_WARNING_MS);
    return true;
}

void status_bar_tick(struct status_bar *bar, uint64_t now_ms)
{
    uint64_t deadline_ms;

    if (status_bar_deadline_ms(bar, &deadline_ms) && now_ms >= deadline_ms) {
        bar->showing = false;
    }
}

const struct status_message *status_bar_past(const struct status_bar *bar, size_t number)
{
    if (number >= bar->past_count || number >= STATUS_PAST_MAX) {
        return NULL;
    }
    return &bar->past[(bar->past_count - 1 - number) % STATUS_PAST_MAX];
}

const char *status_weight_word(enum status_weight weight)
{
    static const char *const words[] = {
        [STATUS_INFO] = "", [STATUS_WARNING] = "Warning: ", [STATUS_ERROR] = "Error: "};

    return words[weight];
}

/* The message that is showing, with its word. */
static size_t write_whole(const struct status_bar *bar, char *text, size_t size)
{
    const struct status_message *message = status_bar_past(bar, 0);

    snprintf(text, size, "%s%s", status_weight_word(message->weight), message->text);
    return strlen(text);
}

int status_bar_rows(const struct status_bar *bar, int columns, int most)
{
    char text[STATUS_TEXT_MAX + 16];
    int rows = 0;

    if (!bar->showing || columns < 1) {
        return 1;
    }
    size_t length = write_whole(bar, text, sizeof text);
    for (size_t at = 0; at < length && rows < most; rows++) {
        at = text_wrap(text, length, at, columns).next;
    }
    return rows > 1 ? rows : 1;
}

void status_bar_draw_message(const struct status_bar *bar, struct terminal *terminal,
                             struct rectangle rows)
{
    static const enum style_role roles[] = {
        [STATUS_INFO] = STYLE_INFO, [STATUS_WARNING] = STYLE_WARNING, [STATUS_ERROR] = STYLE_ERROR};
    char text[STATUS_TEXT_MAX + 16];
    char line[STATUS_TEXT_MAX + 16];
    size_t at = 0;

    if (!bar->showing || rows.height < 1 || rows.width < 1) {
        return;
    }
    size_t length = write_whole(bar, text, sizeof text);
    for (int i = 0; i < rows.height && at < length; i++) {
        /* The last row takes all the rest, so that a cut is marked as one. */
        struct text_line part = text_wrap(text, length, at, rows.width);
        size_t end = i + 1 < rows.height ? part.end : length;
        snprintf(line, sizeof line, "%.*s", (int)(end - at), text + at);
        terminal_print(terminal, rows.row + i, rows.column, rows.width,
                       roles[status_bar_past(bar, 0)->weight], line);
        at = part.next;
    }
}

/* --- Hints --- */

static int hint_width(const struct key_hint *hint, bool with_word)
{
    int width = terminal_width(hint->key, strlen(hint->key));

    if (with_word) {
        width += 1 + terminal_width(hint->word, strlen(hint->word));
    }
    return width;
}

static int draw_hint(struct terminal *terminal, int row, int column, int width,
                     const struct key_hint *hint, bool with_word)
{
    int used = terminal_print(terminal, row, column, width, STYLE_HINT_KEY, hint->key);

    if (with_word && used < width) {
        used++;
        used += terminal_print(terminal, row, column + used, width - used, STYLE_MUTED, hint->word);
    }
    return used;
}

static int hints_width(const struct key_hint *hints, size_t count, bool with_words, int air)
{
    int width = 0;

    for (size_t i = 0; i < count; i++) {
        width += hint_width(&hints[i], with_words) + (i > 0 ? air : 0);
    }
    return width;
}

void status_bar_draw_hints(struct terminal *terminal, struct rectangle row,
                           const struct key_hint *hints, size_t count)
{
    size_t kept = count < 2 ? count : 2;
    size_t cuttable = count - kept;
    bool words = row.width >= STATUS_NARROW_WIDTH;
    int air = hints_width(hints, count, true, 2) <= row.width ? 2 : 1;
    int room = row.width - hints_width(hints + cuttable, kept, words, air);
    int column = row.column;

    if (row.height < 1) {
        return;
    }
    for (size_t i = 0; i < cuttable; i++) {
        int width = hint_width(&hints[i], true) + air;
        if (width > room) {
            break;
        }
        draw_hint(terminal, row.row, column, width, &hints[i], true);
        column += width;
        room -= width;
    }
    for (size_t i = cuttable; i < count; i++) {
        int left = row.column + row.width - column;
        column += draw_hint(terminal, row.row, column, left, &hints[i], words) + air;
    }
}
