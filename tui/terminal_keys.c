/* The parser of keyboard bytes: a state machine fed byte by byte, so that a sequence may be split
 * between reads anywhere. Keys wait in a ring until the loop takes them. */
#include "tui/terminal_keys.h"

#include <stdlib.h>
#include <string.h>

#include "proto/require.h"
#include "tui/wipe.h"

enum parser_state {
    STATE_GROUND,
    STATE_CHARACTER,     /* inside a UTF-8 character */
    STATE_ESCAPE,        /* ESC seen */
    STATE_CSI,           /* ESC [ */
    STATE_CSI_LINUX,     /* ESC [ [, the console's F1 to F5 */
    STATE_SS3,           /* ESC O */
    STATE_STRING,        /* OSC, DCS, SOS, PM or APC: swallowed up to BEL or ESC \ */
    STATE_STRING_ESCAPE, /* the same, ESC seen */
    STATE_PASTE,         /* between the marks of a bracketed paste */
};

enum {
    BYTE_BELL = 0x07,
    BYTE_ESCAPE = 0x1b,
    BYTE_DELETE = 0x7f,
    STRING_MAX = 4096,
    GUESS_PRINTABLE_LEAST = 16,
};

static const char paste_end[] = "\033[201~";

/* A final byte, or the number before `~`, and its key. */
struct named_key {
    int name;
    enum key_code code;
    uint32_t code_point;
};

static const struct named_key csi_finals[] = {
    {'A', KEYCODE_UP, 0},       {'B', KEYCODE_DOWN, 0},       {'C', KEYCODE_RIGHT, 0},
    {'D', KEYCODE_LEFT, 0},     {'F', KEYCODE_END, 0},        {'H', KEYCODE_HOME, 0},
    {'P', KEYCODE_FUNCTION, 1}, {'Q', KEYCODE_FUNCTION, 2},   {'R', KEYCODE_FUNCTION, 3},
    {'S', KEYCODE_FUNCTION, 4}, {'Z', KEYCODE_BACK_TAB, '\0'}};

static const struct named_key csi_numbers[] = {
    {1, KEYCODE_HOME, 0},       {2, KEYCODE_INSERT, 0},    {3, KEYCODE_DELETE, 0},
    {4, KEYCODE_END, 0},        {5, KEYCODE_PAGE_UP, 0},   {6, KEYCODE_PAGE_DOWN, 0},
    {7, KEYCODE_HOME, 0},       {8, KEYCODE_END, 0},       {11, KEYCODE_FUNCTION, 1},
    {12, KEYCODE_FUNCTION, 2},  {13, KEYCODE_FUNCTION, 3}, {14, KEYCODE_FUNCTION, 4},
    {15, KEYCODE_FUNCTION, 5},  {17, KEYCODE_FUNCTION, 6}, {18, KEYCODE_FUNCTION, 7},
    {19, KEYCODE_FUNCTION, 8},  {20, KEYCODE_FUNCTION, 9}, {21, KEYCODE_FUNCTION, 10},
    {23, KEYCODE_FUNCTION, 11}, {24, KEYCODE_FUNCTION, 12}};

static const struct named_key linux_finals[] = {{'A', KEYCODE_FUNCTION, 1},
                                                {'B', KEYCODE_FUNCTION, 2},
                                                {'C', KEYCODE_FUNCTION, 3},
                                                {'D', KEYCODE_FUNCTION, 4},
                                                {'E', KEYCODE_FUNCTION, 5}};

static const struct named_key ss3_finals[] = {
    {'A', KEYCODE_UP, 0},          {'B', KEYCODE_DOWN, 0},        {'C', KEYCODE_RIGHT, 0},
    {'D', KEYCODE_LEFT, 0},        {'F', KEYCODE_END, 0},         {'H', KEYCODE_HOME, 0},
    {'M', KEYCODE_ENTER, 0},       {'P', KEYCODE_FUNCTION, 1},    {'Q', KEYCODE_FUNCTION, 2},
    {'R', KEYCODE_FUNCTION, 3},    {'S', KEYCODE_FUNCTION, 4},    {'p', KEYCODE_CHARACTER, '0'},
    {'q', KEYCODE_CHARACTER, '1'}, {'r', KEYCODE_CHARACTER, '2'}, {'s', KEYCODE_CHARACTER, '3'},
    {'t', KEYCODE_CHARACTER, '4'}, {'u', KEYCODE_CHARACTER, '5'}, {'v', KEYCODE_CHARACTER, '6'},
    {'w', KEYCODE_CHARACTER, '7'}, {'x', KEYCODE_CHARACTER, '8'}, {'y', KEYCODE_CHARACTER, '9'}};

#define ENTRIES(table) (sizeof(table) / sizeof(table)[0])

static void push(struct key_parser *parser, struct key key)
{
    if (parser->queue_count == KEY_QUEUE_MAX) {
        return;
    }
    size_t slot = (parser->queue_first + parser->queue_count) % KEY_QUEUE_MAX;
    parser->queue[slot] = key;
    parser->queue_count++;
}

static void push_named(struct key_parser *parser, const struct named_key *table, size_t count,
                       int name)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].name == name) {
            push(parser, (struct key){.code = table[i].code, .code_point = table[i].code_point});
            return;
        }
    }
}

static void enter_state(struct key_parser *parser, enum parser_state state)
{
    parser->state = (int)state;
    parser->sequence_length = 0;
    parser->string_length = 0;
}

/* A control character in the ground state. Backspace is DEL on some terminals and Ctrl-H on
 * others; Ctrl-J arrives where a terminal sends a line feed for Enter. */
static void control(struct key_parser *parser, unsigned char byte)
{
    struct key key = {.code = KEYCODE_CONTROL, .code_point = (uint32_t)(byte + 0x60)};

    if (byte == '\r' || byte == '\n') {
        key = (struct key){.code = KEYCODE_ENTER};
    } else if (byte == '\t') {
        key = (struct key){.code = KEYCODE_TAB};
    } else if (byte == '\b' || byte == BYTE_DELETE) {
        key = (struct key){.code = KEYCODE_BACKSPACE};
    } else if (byte == 0) {
        key.code_point = ' ';
    } else if (byte > 26) {
        key.code_point = (uint32_t)(byte + 0x40);
    }
    push(parser, key);
}

static void begin_character(struct key_parser *parser, unsigned char byte)
{
    if (byte >= 0xc2 && byte <= 0xdf) {
        parser->character = byte & 0x1fU;
        parser->character_missing = 1;
        parser->character_least = 0x80;
    } else if (byte >= 0xe0 && byte <= 0xef) {
        parser->character = byte & 0x0fU;
        parser->character_missing = 2;
        parser->character_least = 0x800;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
        parser->character = byte & 0x07U;
        parser->character_missing = 3;
        parser->character_least = 0x10000;
    } else {
        return;
    }
    parser->state = STATE_CHARACTER;
}

static void ground(struct key_parser *parser, unsigned char byte)
{
    if (byte == BYTE_ESCAPE) {
        enter_state(parser, STATE_ESCAPE);
    } else if (byte < 0x20 || byte == BYTE_DELETE) {
        control(parser, byte);
    } else if (byte < 0x80) {
        push(parser, (struct key){.code = KEYCODE_CHARACTER, .code_point = byte});
    } else {
        begin_character(parser, byte);
    }
}

/* Overlong forms, surrogates, C1 controls and what is past U+10FFFF are dropped. */
static void end_character(struct key_parser *parser)
{
    uint32_t character = parser->character;
    bool surrogate = character >= 0xd800 && character <= 0xdfff;

    parser->state = STATE_GROUND;
    if (character >= parser->character_least && character >= 0xa0 && character <= 0x10ffff &&
        !surrogate) {
        push(parser, (struct key){.code = KEYCODE_CHARACTER, .code_point = character});
    }
    parser->character = 0;
}

static void in_character(struct key_parser *parser, unsigned char byte)
{
    if ((byte & 0xc0U) != 0x80) {
        parser->state = STATE_GROUND;
        ground(parser, byte);
        return;
    }
    parser->character = parser->character << 6 | (byte & 0x3fU);
    parser->character_missing--;
    if (parser->character_missing == 0) {
        end_character(parser);
    }
}

static void after_escape(struct key_parser *parser, unsigned char byte)
{
    switch (byte) {
    case '[':
        enter_state(parser, STATE_CSI);
        break;
    case 'O':
        enter_state(parser, STATE_SS3);
        break;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        enter_state(parser, STATE_STRING);
        break;
    case BYTE_ESCAPE:
        push(parser, (struct key){.code = KEYCODE_ESCAPE});
        break; /* the second ESC begins anew */
    default:
        /* Alt and a key: unbound. A character of several bytes goes with its first. */
        enter_state(parser, STATE_GROUND);
        break;
    }
}

static void begin_paste(struct key_parser *parser)
{
    enter_state(parser, STATE_PASTE);
    parser->paste_started = parser->paste_length;
    parser->paste_cut = false;
    parser->guess_paste = false; /* the terminal knows marks after all */
}

/* Only plain keys count: one with a parameter that is a modifier (Alt-Left) is unbound. */
static void end_csi(struct key_parser *parser, unsigned char final)
{
    char *end;

    if (parser->sequence_length == 0) {
        enter_state(parser, STATE_GROUND);
        push_named(parser, csi_finals, ENTRIES(csi_finals), final);
        return;
    }
    parser->sequence[parser->sequence_length] = '\0';
    long number = strtol(parser->sequence, &end, 10);
    bool plain = *end == '\0' && number > 0 && number < 1000 && final == '~';
    enter_state(parser, STATE_GROUND);
    if (plain && number == 200) {
        begin_paste(parser);
    } else if (plain) {
        push_named(parser, csi_numbers, ENTRIES(csi_numbers), (int)number);
    }
}

static void in_csi(struct key_parser *parser, unsigned char byte)
{
    if (byte == '[' && parser->sequence_length == 0) {
        enter_state(parser, STATE_CSI_LINUX);
    } else if (byte >= 0x40 && byte <= 0x7e) {
        end_csi(parser, byte);
    } else if (byte >= 0x20 && byte < 0x40) {
        /* A parameter that does not fit can't be a key we know: keep a mark that fails to parse. */
        size_t last = KEY_SEQUENCE_MAX - 2;
        if (parser->sequence_length <= last) {
            parser->sequence[parser->sequence_length++] = (char)byte;
        } else {
            parser->sequence[last] = '?';
        }
    } else {
        enter_state(parser, STATE_GROUND);
        ground(parser, byte);
    }
}

static void in_ss3(struct key_parser *parser, unsigned char byte)
{
    if (byte >= '0' && byte <= '9') {
        parser->sequence_length = 1; /* a modifier: some terminals send ESC O 5 A */
        return;
    }
    bool plain = parser->sequence_length == 0;
    enter_state(parser, STATE_GROUND);
    if (byte < 0x20) {
        ground(parser, byte);
    } else if (plain) {
        push_named(parser, ss3_finals, ENTRIES(ss3_finals), byte);
    }
}

static void in_string(struct key_parser *parser, unsigned char byte)
{
    parser->string_length++;
    if (byte == BYTE_BELL || parser->string_length > STRING_MAX) {
        enter_state(parser, STATE_GROUND);
    } else if (byte == BYTE_ESCAPE) {
        parser->state = STATE_STRING_ESCAPE;
    } else {
        parser->state = STATE_STRING;
    }
}

static void in_string_escape(struct key_parser *parser, unsigned char byte)
{
    if (byte == '\\') {
        enter_state(parser, STATE_GROUND);
    } else {
        in_string(parser, byte);
    }
}

/* The old block is wiped: a password may have been pasted. */
static bool grow_paste(struct key_parser *parser)
{
    size_t capacity = parser->paste_capacity == 0 ? 4096 : parser->paste_capacity * 2;
    char *paste = malloc(capacity);

    if (paste == NULL) {
        return false;
    }
    if (parser->paste != NULL) {
        memcpy(paste, parser->paste, parser->paste_length);
        wipe(parser->paste, parser->paste_capacity);
        free(parser->paste);
    }
    parser->paste = paste;
    parser->paste_capacity = capacity;
    return true;
}

static void add_paste(struct key_parser *parser, char byte)
{
    bool full = parser->paste_length >= KEY_PASTE_MAX;

    if (full || (parser->paste_length == parser->paste_capacity && !grow_paste(parser))) {
        parser->paste_cut = true;
        return;
    }
    parser->paste[parser->paste_length++] = byte;
}

static void end_paste(struct key_parser *parser)
{
    /* The pointer is filled in when the key is handed out: the block may move until then. */
    push(parser, (struct key){.code = KEYCODE_PASTE,
                              .length = parser->paste_length - parser->paste_started,
                              .cut = parser->paste_cut});
    enter_state(parser, STATE_GROUND);
}

static void in_paste(struct key_parser *parser, char byte)
{
    if (byte == paste_end[parser->string_length]) {
        parser->string_length++;
        if (paste_end[parser->string_length] == '\0') {
            end_paste(parser);
        }
        return;
    }
    for (size_t i = 0; i < parser->string_length; i++) {
        add_paste(parser, paste_end[i]);
    }
    parser->string_length = 0;
    if (byte == paste_end[0]) {
        parser->string_length = 1;
    } else {
        add_paste(parser, byte);
    }
}

static void feed_byte(struct key_parser *parser, char byte)
{
    unsigned char value = (unsigned char)byte;

    switch ((enum parser_state)parser->state) {
    case STATE_GROUND:
        ground(parser, value);
        break;
    case STATE_CHARACTER:
        in_character(parser, value);
        break;
    case STATE_ESCAPE:
        after_escape(parser, value);
        break;
    case STATE_CSI:
        in_csi(parser, value);
        break;
    case STATE_CSI_LINUX:
        enter_state(parser, STATE_GROUND);
        push_named(parser, linux_finals, ENTRIES(linux_finals), value);
        break;
    case STATE_SS3:
        in_ss3(parser, value);
        break;
    case STATE_STRING:
        in_string(parser, value);
        break;
    case STATE_STRING_ESCAPE:
        in_string_escape(parser, value);
        break;
    case STATE_PASTE:
        in_paste(parser, byte);
        break;
    }
}

static bool looks_pasted(const char *bytes, size_t length)
{
    size_t printable = 0;
    bool newline = false;
    bool differs = false;
    char first = '\0';

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == '\r' || byte == '\n') {
            newline = true;
        } else if (byte >= 0x20 && byte != BYTE_DELETE) {
            first = printable == 0 ? bytes[i] : first;
            differs = differs || bytes[i] != first;
            printable++;
        } else if (byte != '\t') {
            return false;
        }
    }
    return newline && differs && printable >= GUESS_PRINTABLE_LEAST;
}

static void set_deadline(struct key_parser *parser, uint64_t now_ms)
{
    uint64_t delay_ms = KEY_SEQUENCE_TIMEOUT_MS;

    if (parser->state == STATE_ESCAPE) {
        delay_ms = parser->escape_delay_ms;
    } else if (parser->state == STATE_PASTE) {
        delay_ms = KEY_PASTE_TIMEOUT_MS;
    }
    parser->has_deadline = parser->state != STATE_GROUND && parser->state != STATE_CHARACTER;
    parser->deadline_ms = now_ms + delay_ms;
}

void key_parser_init(struct key_parser *parser, unsigned escape_delay_ms, bool guess_paste)
{
    memset(parser, 0, sizeof *parser);
    parser->escape_delay_ms = escape_delay_ms;
    parser->guess_paste = guess_paste;
}

void key_parser_finish(struct key_parser *parser)
{
    if (parser->paste != NULL) {
        wipe(parser->paste, parser->paste_capacity);
        free(parser->paste);
    }
    wipe(parser, sizeof *parser);
}

size_t key_parser_room(const struct key_parser *parser)
{
    return KEY_QUEUE_MAX - parser->queue_count;
}

void key_parser_feed(struct key_parser *parser, const char *bytes, size_t length, uint64_t now_ms)
{
    require(length <= key_parser_room(parser));
    if (length == 0) {
        return;
    }
    if (parser->guess_paste && parser->state == STATE_GROUND && looks_pasted(bytes, length)) {
        enter_state(parser, STATE_PASTE);
        parser->paste_started = parser->paste_length;
        parser->paste_cut = false;
        for (size_t i = 0; i < length; i++) {
            add_paste(parser, bytes[i]);
        }
        end_paste(parser);
    } else {
        for (size_t i = 0; i < length; i++) {
            feed_byte(parser, bytes[i]);
        }
    }
    set_deadline(parser, now_ms);
}

void key_parser_push(struct key_parser *parser, enum key_code code)
{
    push(parser, (struct key){.code = code});
}

bool key_parser_deadline(const struct key_parser *parser, uint64_t *ret_deadline_ms)
{
    if (!parser->has_deadline) {
        return false;
    }
    *ret_deadline_ms = parser->deadline_ms;
    return true;
}

void key_parser_tick(struct key_parser *parser, uint64_t now_ms)
{
    if (!parser->has_deadline || now_ms < parser->deadline_ms) {
        return;
    }
    parser->has_deadline = false;
    if (parser->state == STATE_PASTE) {
        end_paste(parser);
        return;
    }
    if (parser->state == STATE_ESCAPE) {
        push(parser, (struct key){.code = KEYCODE_ESCAPE});
    }
    enter_state(parser, STATE_GROUND);
}

/* Pastes that have been handed out are forgotten once no other one follows them. */
static void release_pastes(struct key_parser *parser)
{
    if (parser->state != STATE_PASTE && parser->paste_taken == parser->paste_length) {
        wipe(parser->paste, parser->paste_length);
        parser->paste_length = 0;
        parser->paste_taken = 0;
    }
}

bool key_parser_next(struct key_parser *parser, struct key *ret_key)
{
    release_pastes(parser);
    if (parser->queue_count == 0) {
        return false;
    }
    struct key *slot = &parser->queue[parser->queue_first];
    *ret_key = *slot;
    wipe(slot, sizeof *slot);
    parser->queue_first = (parser->queue_first + 1) % KEY_QUEUE_MAX;
    parser->queue_count--;
    if (ret_key->code == KEYCODE_PASTE) {
        ret_key->text = ret_key->length == 0 ? "" : parser->paste + parser->paste_taken;
        parser->paste_taken += ret_key->length;
    }
    return true;
}

void key_parser_drop(struct key_parser *parser)
{
    struct key key;
    bool resized = false;

    while (key_parser_next(parser, &key)) {
        resized = resized || key.code == KEYCODE_RESIZE;
    }
    if (resized) {
        key_parser_push(parser, KEYCODE_RESIZE);
    }
}
