/* Whatever is shown is harmless, whatever was found sound is shown nearly unchanged, and pieces
 * give the same as the whole. */
#include <stdlib.h>
#include <string.h>

#include "proto/require.h"
#include "proto/text.h"
#include "tests/fuzz/fuzz.h"

/* No control character, in whatever form, but those the manner keeps. */
static void check_harmless(const struct buffer *shown, enum text_manner manner)
{
    for (size_t i = 0; i < shown->length; i++) {
        unsigned byte = shown->data[i];
        bool kept = manner == TEXT_SHOW_LINES && (byte == '\n' || byte == '\t');
        require(kept || (byte >= 0x20 && byte != 0x7f));
        if (byte >= 0x80 && byte <= 0x9f) {
            require(i > 0 && shown->data[i - 1] >= 0x80 && shown->data[i - 1] != 0xc2);
        }
    }
    for (size_t at = 0; at < shown->length;) {
        uint32_t code_point;
        at += text_next((const char *)shown->data + at, shown->length - at, &code_point);
        require(code_point != TEXT_INVALID);
    }
}

static void show_in_pieces(enum text_manner manner, size_t size, const char *data, size_t length,
                           struct buffer *ret_shown)
{
    char piece[64];
    while (length > 0) {
        size_t taken = 0;
        size_t written = text_show(manner, data, length, piece, size, &taken);
        require(taken > 0 && taken <= length && written <= size);
        buffer_append(ret_shown, piece, written);
        data += taken;
        length -= taken;
    }
}

static bool has_only_safe(const char *data, size_t length)
{
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        at += text_next(data + at, length - at, &code_point);
        if (!text_is_safe(code_point)) {
            return false;
        }
    }
    return true;
}

static void check_show(enum text_manner manner, size_t piece, const char *data, size_t length)
{
    struct buffer whole = {0};
    struct buffer pieces = {0};
    text_show_append(&whole, manner, data, length);
    show_in_pieces(manner, piece, data, length, &pieces);
    require(whole.length == pieces.length);
    require(whole.length == 0 || memcmp(whole.data, pieces.data, whole.length) == 0);
    check_harmless(&whole, manner);
    if (manner == TEXT_SHOW_LINE && has_only_safe(data, length)) {
        require(whole.length == length);
        require(length == 0 || memcmp(whole.data, data, length) == 0);
    }
    buffer_finish(&whole);
    buffer_finish(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {.data = data, .size = size};
    size_t piece = TEXT_SHOWN_BYTES_MAX + fuzz_byte(&input) % 50;
    const char *text = (const char *)input.data;
    enum text_fault line = text_check(TEXT_LINE, text, input.size);
    enum text_fault lines = text_check(TEXT_LINES, text, input.size);
    require(line != TEXT_SOUND || lines == TEXT_SOUND);
    require(text_count(text, input.size) <= input.size);
    require(text_check_user_name(text, input.size) != TEXT_SOUND || line == TEXT_SOUND);
    require(text_check_email(text, input.size) != TEXT_SOUND || line == TEXT_SOUND);
    check_show(TEXT_SHOW_LINE, piece, text, input.size);
    check_show(TEXT_SHOW_LINES, piece, text, input.size);
    check_show(TEXT_SHOW_FIELD, piece, text, input.size);
    return 0;
}
