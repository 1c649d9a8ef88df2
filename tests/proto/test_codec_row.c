/* Rows there and back, and damaged ones, with a table that has every type a row can have. */
#include "proto/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/dice.h"
#include "tests/lib/sample_row.h"

static struct bytes bytes_of(const struct buffer *buffer)
{
    assert_false(buffer->failed);
    return (struct bytes){.data = buffer->data, .length = buffer->length};
}

static void fill_row(struct dice *dice, struct arena *arena, struct sample_row *row)
{
    static const size_t lengths[] = {0, 1, 31, 32, 255, 256, 65535, 65536};
    uint64_t bits = dice_bits(dice);
    *row = (struct sample_row){.key = 77};
    row->flag = (bits & 1) != 0;
    row->number = (bits & 2) != 0 ? dice_bits(dice) >> dice_below(dice, 64) : 0;
    row->role = (enum role)dice_below(dice, ROLE_COUNT);
    struct text *texts[] = {&row->line, &row->text};
    for (size_t i = 0; i < 2; i++) {
        texts[i]->length = lengths[dice_below(dice, 8)];
        char *data = arena_alloc(arena, texts[i]->length + 1);
        dice_fill(dice, data, texts[i]->length);
        texts[i]->data = data;
    }
    row->bytes.length = lengths[dice_below(dice, 8)];
    uint8_t *data = arena_alloc(arena, row->bytes.length + 1);
    dice_fill(dice, data, row->bytes.length);
    row->bytes.data = data;
    if ((bits & 4) != 0) {
        row->part = (struct text_part){.sequence = dice_bits(dice) >> dice_below(dice, 64),
                                       .part = (uint32_t)dice_bits(dice),
                                       .length = (uint32_t)dice_bits(dice)};
    }
}

/* What is kept is what was put, for every length of header that msgpack has. */
static void rows_come_back_as_they_went(void **state)
{
    (void)state;
    struct dice dice = dice_open("codec_row");
    for (unsigned i = 0; i < 300; i++) {
        struct arena arena = {0};
        struct sample_row row;
        fill_row(&dice, &arena, &row);
        struct buffer buffer = {0};
        codec_write_row(&buffer, &sample_row_table, &row);
        struct sample_row back;
        memset(&back, 0xa5, sizeof back); /* what is left out has to become zero */
        back.key = row.key;
        assert_int_equal(codec_read_row(bytes_of(&buffer), &sample_row_table, &arena, &back),
                         ERROR_NONE);
        assert_true(sample_row_equal(&row, &back));
        buffer_finish(&buffer);
        arena_finish(&arena);
    }
}

/* Texts outlive the bytes they were read from: those go at the store's next put. */
static void texts_are_copies(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer buffer = {0};
    struct sample_row row = {.line = text_of("printer")};
    codec_write_row(&buffer, &sample_row_table, &row);
    struct sample_row back = {0};
    assert_int_equal(codec_read_row(bytes_of(&buffer), &sample_row_table, &arena, &back),
                     ERROR_NONE);
    memset(buffer.data, 0xff, buffer.length);
    assert_true(text_equal(back.line, text_of("printer")));
    buffer_finish(&buffer);
    arena_finish(&arena);
}

/* The bytes on disk are a contract with every later version: zero fields and keys cost nothing. */
static void bytes_on_disk_are_as_written_down(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct sample_row row = {.key = 5};
    codec_write_row(&buffer, &sample_row_table, &row);
    assert_int_equal(buffer.length, 1);
    assert_int_equal(buffer.data[0], 0x80);
    buffer.length = 0;

    static const uint8_t expected[] = {0x84, 0x01, 0xc3, 0x03, 0x02, 0xcd, 0x01, 0x2c,
                                       0xa2, 'h',  'i',  0x07, 0x93, 0x09, 0x01, 0x02};
    row = (struct sample_row){.flag = true,
                              .role = ROLE_ADMIN,
                              .text = text_of("hi"),
                              .part = {.sequence = 9, .part = 1, .length = 2}};
    codec_write_row(&buffer, &sample_row_table, &row);
    assert_int_equal(buffer.length, sizeof expected);
    assert_memory_equal(buffer.data, expected, sizeof expected);
    buffer_finish(&buffer);
}

/* Damage is told apart from a row, wherever the bytes end. */
static void every_truncation_is_damage(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sample_row row = {.flag = true,
                             .number = UINT64_MAX,
                             .role = ROLE_STAFF,
                             .line = text_of("a line"),
                             .text = text_of("a text that is longer than thirty-one bytes"),
                             .bytes = {(const uint8_t *)"bytes", 5},
                             .part = {.sequence = 70000, .part = 300, .length = 3}};
    struct buffer buffer = {0};
    codec_write_row(&buffer, &sample_row_table, &row);
    for (size_t length = 0; length < buffer.length; length++) {
        /* A copy of just this length lets the sanitizer see a step too far. */
        uint8_t *copy = malloc(length + 1);
        memcpy(copy, buffer.data, length);
        struct sample_row back;
        assert_int_equal(
            codec_read_row((struct bytes){copy, length}, &sample_row_table, &arena, &back),
            ERROR_DATA_DAMAGED);
        free(copy);
    }
    buffer_append(&buffer, "\0", 1);
    struct sample_row back;
    assert_int_equal(codec_read_row(bytes_of(&buffer), &sample_row_table, &arena, &back),
                     ERROR_DATA_DAMAGED);
    buffer_finish(&buffer);
    arena_finish(&arena);
}

/* Each lie a header can tell, one by one. */
static void other_bytes_are_damage(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        size_t length;
    } damaged[] = {
#define DAMAGED(literal) {literal, sizeof(literal) - 1}
        DAMAGED("\x90"),                                     /* not a map */
        DAMAGED("\x81\x02\xc3"),                             /* no such tag */
        DAMAGED("\x81\x00\x01"),                             /* the key's tag */
        DAMAGED("\x82\x01\xc3\x01\xc3"),                     /* a tag twice */
        DAMAGED("\x81\xa1k\x01"),                            /* a name for a tag */
        DAMAGED("\x81\x01\x01"),                             /* a number for a flag */
        DAMAGED("\x81\x09\xff"),                             /* a negative number */
        DAMAGED("\x81\x09\xc0"),                             /* nil */
        DAMAGED("\x81\x03\x03"),                             /* no such choice */
        DAMAGED("\x81\x03\xcf\0\0\0\1\0\0\0\0"),             /* a choice of 33 bits */
        DAMAGED("\x81\x04\xc4\x01x"),                        /* bytes for a text */
        DAMAGED("\x81\x06\xa1x"),                            /* text for bytes */
        DAMAGED("\x81\x07\x92\x01\x02"),                     /* a part of two */
        DAMAGED("\x81\x07\x92\x01\x02\x03"),                 /* a part of two and a number */
        DAMAGED("\x81\x07\x94\x01\x02\x03\x04"),             /* a part of four */
        DAMAGED("\x81\x07\x93\x01\xcf\0\0\0\1\0\0\0\0\x01"), /* a part number of 33 bits */
        DAMAGED("\x81\x04\xdb\xff\xff\xff\xff"),             /* 4 GiB of text */
        DAMAGED("\xdf\xff\xff\xff\xff"),                     /* 4 G of pairs */
        DAMAGED("\x81\x01\xc3\x00"),                         /* a byte left over */
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        struct sample_row row = {0};
        struct bytes bytes = {(const uint8_t *)damaged[i].data, damaged[i].length};
        assert_int_equal(codec_read_row(bytes, &sample_row_table, &arena, &row),
                         ERROR_DATA_DAMAGED);
    }
    arena_finish(&arena);
}

/* Damage that random flips make must not crash, and what still reads has values in range. */
static void flipped_bytes_never_crash(void **state)
{
    (void)state;
    struct dice dice = dice_open("codec_row flips");
    for (unsigned i = 0; i < 2000; i++) {
        struct arena arena = {0};
        struct sample_row row;
        fill_row(&dice, &arena, &row);
        row.text.length = row.text.length % 40;
        row.line.length = row.line.length % 40;
        row.bytes.length = row.bytes.length % 40;
        struct buffer buffer = {0};
        codec_write_row(&buffer, &sample_row_table, &row);
        buffer.data[dice_below(&dice, buffer.length)] = (uint8_t)dice_bits(&dice);
        struct sample_row back = {0};
        enum error error = codec_read_row(bytes_of(&buffer), &sample_row_table, &arena, &back);
        assert_true(error == ERROR_NONE || error == ERROR_DATA_DAMAGED);
        assert_true(error != ERROR_NONE || back.role < ROLE_COUNT);
        buffer_finish(&buffer);
        arena_finish(&arena);
    }
}

/* Without memory for a text the answer is that, not a row with a hole. */
static void lack_of_memory_is_an_error(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 16);
    struct sample_row row = {.text = text_of("longer than sixteen bytes")};
    struct buffer buffer = {0};
    codec_write_row(&buffer, &sample_row_table, &row);
    assert_int_equal(codec_read_row(bytes_of(&buffer), &sample_row_table, &arena, &row),
                     ERROR_NO_MEMORY);
    buffer_finish(&buffer);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_as_they_went),
        cmocka_unit_test(texts_are_copies),
        cmocka_unit_test(bytes_on_disk_are_as_written_down),
        cmocka_unit_test(every_truncation_is_damage),
        cmocka_unit_test(other_bytes_are_damage),
        cmocka_unit_test(flipped_bytes_never_crash),
        cmocka_unit_test(lack_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
