/* Families of payloads, each a product of a few short lists. */
#include "tests/lib/hostile.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "proto/require.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* One payload in the making. */
struct draft {
    char bytes[HOSTILE_BYTES_MAX];
    size_t length;
    size_t visited;
    hostile_visitor visit;
    void *context;
};

static void add_bytes(struct draft *draft, const void *bytes, size_t length)
{
    require(length <= sizeof draft->bytes - draft->length);
    memcpy(draft->bytes + draft->length, bytes, length);
    draft->length += length;
}

static void add(struct draft *draft, const char *string)
{
    add_bytes(draft, string, strlen(string));
}

static void add_byte(struct draft *draft, unsigned byte)
{
    char value = (char)(unsigned char)byte;
    add_bytes(draft, &value, 1);
}

/* Encodes in `size` bytes whether or not that is the right size. */
static void add_sized(struct draft *draft, uint32_t code_point, unsigned size)
{
    static const unsigned marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (size == 1) {
        add_byte(draft, code_point);
        return;
    }
    add_byte(draft, marks[size] | code_point >> 6 * (size - 1));
    for (unsigned i = size - 1; i > 0; i--) {
        add_byte(draft, 0x80 | (code_point >> 6 * (i - 1) & 0x3f));
    }
}

static void add_code_point(struct draft *draft, uint32_t code_point)
{
    unsigned size = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    add_sized(draft, code_point, size);
}

static void begin(struct draft *draft)
{
    draft->length = 0;
    add(draft, HOSTILE_BEFORE);
}

static void end(struct draft *draft, const char *family, bool refused)
{
    add(draft, HOSTILE_AFTER);
    const struct hostile hostile = {
        .family = family, .bytes = draft->bytes, .length = draft->length, .refused = refused};
    draft->visit(&hostile, draft->context);
    draft->visited++;
}

static void each_code_point(struct draft *draft, const char *family, bool refused, uint32_t first,
                            uint32_t last)
{
    for (uint32_t code_point = first; code_point <= last; code_point++) {
        begin(draft);
        add_code_point(draft, code_point);
        end(draft, family, refused);
    }
}

static void controls(struct draft *draft)
{
    each_code_point(draft, "C0", true, 0x00, 0x1f);
    each_code_point(draft, "DEL and C1 encoded", true, 0x7f, 0x9f);
    for (unsigned byte = 0x80; byte <= 0x9f; byte++) {
        begin(draft);
        add_byte(draft, byte);
        end(draft, "C1 raw", true);
    }
    for (unsigned byte = 0x20; byte <= 0x7e; byte++) {
        begin(draft);
        add(draft, "\x1b");
        add_byte(draft, byte);
        end(draft, "ESC and one byte", true);
    }
}

/* A control string: introducer, body, terminator, each in all its spellings. The introducers are
 * those of one kind: ESC and a letter, the C1 byte, the C1 character in UTF-8. */
static void strings(struct draft *draft, const char *family, const char *const introducers[3],
                    const char *const *bodies, size_t body_count)
{
    static const char *const terminators[] = {"\x07", "\x1b\\", "\x9c", "\xc2\x9c", ""};
    for (size_t body = 0; body < body_count; body++) {
        for (size_t introducer = 0; introducer < 3; introducer++) {
            for (size_t terminator = 0; terminator < COUNT(terminators); terminator++) {
                begin(draft);
                add(draft, introducers[introducer]);
                add(draft, bodies[body]);
                add(draft, terminators[terminator]);
                end(draft, family, true);
            }
        }
    }
}

static void control_strings(struct draft *draft)
{
    static const char *const osc[3] = {"\x1b]", "\x9d", "\xc2\x9d"};
    static const char *const osc_bodies[] = {
        "0;owned",
        "1;icon",
        "2;title",
        "4;1;rgb:00/00/00",
        "7;file:///etc/passwd",
        "8;;http://example.invalid/",
        "8;id=1;file:///bin/sh",
        "9;notify",
        "10;?",
        "11;?",
        "50;?",
        "52;c;cm0gLXJmIC8K",
        "52;p;?",
        "104",
        "133;A",
        "777;notify;a;b",
        "1337;File=inline=1:AAAA",
        "L",
    };
    static const char *const dcs[3] = {"\x1bP", "\x90", "\xc2\x90"};
    static const char *const dcs_bodies[] = {
        "$qm", "$q\"p", "+q544e", "q#0;2;0;0;0~", "0;1|17/0d", "tmux;\x1b\x1b]0;x\x07", "=1s",
    };
    static const char *const others[][3] = {{"\x1b_", "\x9f", "\xc2\x9f"},
                                            {"\x1b^", "\x9e", "\xc2\x9e"},
                                            {"\x1bX", "\x98", "\xc2\x98"}};
    static const char *const other_bodies[] = {"Gf=100;AAAA", "any text"};
    strings(draft, "OSC", osc, osc_bodies, COUNT(osc_bodies));
    strings(draft, "DCS", dcs, dcs_bodies, COUNT(dcs_bodies));
    for (size_t i = 0; i < COUNT(others); i++) {
        strings(draft, "APC, PM, SOS", others[i], other_bodies, COUNT(other_bodies));
    }
}

static void control_sequences(struct draft *draft)
{
    static const char *const introducers[] = {"\x1b[", "\x9b", "\xc2\x9b"};
    static const char *const bodies[] = {
        "2J",
        "3J",
        "H",
        "1;1H",
        "31m",
        "8m",
        "6n",
        "?6n",
        "c",
        ">c",
        "=c",
        "5n",
        "?1049h",
        "?1000h",
        "?2004l",
        "?25l",
        "21t",
        "20t",
        "8;1;1t",
        "2t",
        "!p",
        "12h",
        "4h",
        "20h",
        "5;5r",
        "s",
        "u",
        "999999999C",
        "1000L",
        "1000M",
        "99999b",
        ";;;;;;m",
        "38;5;1m",
        "4:3m",
        "\"q",
        "?5h",
        "?47h",
        "0 q",
        "1;2'z",
        "?69h",
        "200~evil\x1b[201~",
        "",
    };
    for (size_t introducer = 0; introducer < COUNT(introducers); introducer++) {
        for (size_t body = 0; body < COUNT(bodies); body++) {
            begin(draft);
            add(draft, introducers[introducer]);
            add(draft, bodies[body]);
            end(draft, "CSI", true);
        }
    }
}

/* Overwriting with printable bytes alone. */
static void overwriting(struct draft *draft)
{
    static const char *const bodies[] = {
        "yes\rno ", "yes\b\b\bno", "a\vb",   "a\fb", "\x0e\x6a\x0f", "a\r\nb",
        "a\tb",     "a\nb",        "\x1b%G", "\x05", "\x18\x1a",     "\x1b\x1b\x1b[A",
    };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        begin(draft);
        add(draft, bodies[i]);
        end(draft, "overwriting", true);
    }
}

static void directions(struct draft *draft)
{
    static const uint32_t controls_of_direction[] = {0x061c, 0x200e, 0x200f, 0x202a,
                                                     0x202b, 0x202c, 0x202d, 0x202e,
                                                     0x2066, 0x2067, 0x2068, 0x2069};
    static const uint32_t closers[] = {0, 0x202c, 0x2069};
    for (size_t i = 0; i < COUNT(controls_of_direction); i++) {
        for (size_t closer = 0; closer < COUNT(closers); closer++) {
            begin(draft);
            add(draft, "report");
            add_code_point(draft, controls_of_direction[i]);
            add(draft, "gpj.exe");
            if (closers[closer] != 0) {
                add_code_point(draft, closers[closer]);
            }
            end(draft, "direction", true);
        }
    }
}

static void invisible_characters(struct draft *draft)
{
    each_code_point(draft, "separator", true, 0x2028, 0x2029);
    each_code_point(draft, "invisible", false, 0x00ad, 0x00ad);
    each_code_point(draft, "invisible", false, 0x200b, 0x200c);
    each_code_point(draft, "joiner between ASCII", true, 0x200d, 0x200d);
    each_code_point(draft, "invisible", false, 0x2060, 0x2065);
    each_code_point(draft, "invisible", false, 0x206a, 0x206f);
    each_code_point(draft, "invisible", false, 0xfeff, 0xfeff);
    each_code_point(draft, "tag", true, 0xe0000, 0xe007f);
    each_code_point(draft, "noncharacter", true, 0xfdd0, 0xfdef);
    for (uint32_t plane = 0; plane <= 0x10; plane++) {
        each_code_point(draft, "noncharacter", true, plane << 16 | 0xfffe, plane << 16 | 0xffff);
    }
}

static void floods(struct draft *draft)
{
    static const uint32_t marks[] = {
        0x0300, 0x0301, 0x0316, 0x0335, 0x0336, 0x034f, 0x0489, 0x0591, 0x064b,  0x0903,  0x093f,
        0x0e47, 0x1ab0, 0x1dc0, 0x20d0, 0x20dd, 0xfe00, 0xfe0f, 0xfe20, 0x1d165, 0xe0100, 0xe01ef};
    static const size_t counts[] = {9, 40, 800};
    for (size_t i = 0; i < COUNT(marks); i++) {
        for (size_t count = 0; count < COUNT(counts); count++) {
            begin(draft);
            for (size_t n = 0; n < counts[count]; n++) {
                add_code_point(draft, marks[i]);
            }
            end(draft, "marks", true);
        }
    }
    /* Runs kept below the limit by something that cannot be seen. */
    begin(draft);
    for (size_t n = 0; n < 200; n++) {
        add_code_point(draft, n % 8 == 7 ? 0x200c : 0x0301);
    }
    end(draft, "marks", true);
}

static void encodings(struct draft *draft)
{
    for (uint32_t code_point = 0; code_point <= 0x7f; code_point++) {
        for (unsigned size = 2; size <= 4; size++) {
            begin(draft);
            add_sized(draft, code_point, size);
            end(draft, "overlong", true);
        }
    }
    for (uint32_t surrogate = 0xd800; surrogate <= 0xdfff; surrogate += 0x1f) {
        begin(draft);
        add_sized(draft, surrogate, 3);
        end(draft, "surrogate", true);
    }
    for (uint32_t beyond = 0x110000; beyond < 0x200000; beyond += 0x8001) {
        begin(draft);
        add_sized(draft, beyond, 4);
        end(draft, "beyond U+10FFFF", true);
    }
    for (unsigned byte = 0xa0; byte <= 0xff; byte++) {
        begin(draft);
        add_byte(draft, byte);
        end(draft, "lone byte", true);
        /* A cut character followed by the start of a sequence that it must not swallow. */
        begin(draft);
        add_byte(draft, byte);
        add(draft, "\x1b[31m");
        end(draft, "cut before a sequence", true);
    }
}

size_t hostile_each(hostile_visitor visit, void *context)
{
    struct draft draft = {.visit = visit, .context = context};
    controls(&draft);
    control_strings(&draft);
    control_sequences(&draft);
    overwriting(&draft);
    directions(&draft);
    invisible_characters(&draft);
    floods(&draft);
    encodings(&draft);
    return draft.visited;
}
