/* See secret_field.h. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise */
#include "tui/widgets/secret_field.h"

#include <string.h>
#include <sys/mman.h>

#include "tui/wipe.h"

enum { PAGE_BYTES = 4096 };

static const char shown[] = "[hidden]";

void secret_field_init(struct secret_field *field)
{
    void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    *field = (struct secret_field){.bytes = NULL};
    if (page == MAP_FAILED) {
        return;
    }
    /* Both may be refused by a resource limit; wiping then has to be enough. */
    mlock(page, PAGE_BYTES);
    madvise(page, PAGE_BYTES, MADV_DONTDUMP);
    field->bytes = page;
}

void secret_field_finish(struct secret_field *field)
{
    if (field->bytes != NULL) {
        wipe(field->bytes, PAGE_BYTES);
        munmap(field->bytes, PAGE_BYTES);
    }
    *field = (struct secret_field){.bytes = NULL};
}

void secret_field_clear(struct secret_field *field)
{
    if (field->bytes != NULL) {
        wipe(field->bytes, PAGE_BYTES);
    }
    field->length = 0;
}

const char *secret_field_text(const struct secret_field *field, size_t *ret_length)
{
    *ret_length = field->length;
    return field->bytes == NULL ? "" : field->bytes;
}

static enum handled add(struct secret_field *field, const char *text, size_t length)
{
    if (field->bytes == NULL || length > SECRET_BYTES_MAX - field->length) {
        return HANDLED_FULL;
    }
    memcpy(field->bytes + field->length, text, length);
    field->length += length;
    return HANDLED_CHANGE;
}

static enum handled type(struct secret_field *field, uint32_t code_point)
{
    char bytes[4];
    size_t length = text_encode((long)code_point, bytes);
    enum handled handled = add(field, bytes, length);

    wipe(bytes, sizeof bytes);
    return handled;
}

/* Password managers add a newline at the end; one in the middle is no password of ours. */
static enum handled paste(struct secret_field *field, const struct key *key)
{
    size_t length = key->length;

    while (length > 0 && (key->text[length - 1] == '\n' || key->text[length - 1] == '\r')) {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)key->text[i];
        if (byte < 0x20 || byte == 0x7f) {
            return HANDLED_FULL;
        }
    }
    return add(field, key->text, length);
}

static void take_last(struct secret_field *field)
{
    size_t start = glyph_previous(field->bytes, field->length, field->length);

    wipe(field->bytes + start, field->length - start);
    field->length = start;
}

enum handled secret_field_key(struct secret_field *field, const struct key *key)
{
    if (key->code == KEYCODE_CHARACTER) {
        return type(field, key->code_point);
    }
    if (key->code == KEYCODE_PASTE) {
        return paste(field, key);
    }
    if (key->code == KEYCODE_BACKSPACE) {
        if (field->length > 0) {
            take_last(field);
        }
        return HANDLED_CHANGE;
    }
    if (key_is_control(key, 'u') || key_is_control(key, 'w')) {
        secret_field_clear(field);
        return HANDLED_CHANGE;
    }
    return HANDLED_NOT;
}

void secret_field_draw(const struct secret_field *field, struct terminal *terminal,
                       struct rectangle rectangle, bool focused)
{
    (void)field; /* nothing of it may show */
    if (rectangle.height < 1 || rectangle.width < 1) {
        return;
    }
    int used = terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width,
                              STYLE_NORMAL, shown);
    if (focused) {
        used = used < rectangle.width ? used : rectangle.width - 1;
        terminal_cursor(terminal, rectangle.row, rectangle.column + used);
    }
}
