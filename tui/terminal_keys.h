/* Bytes from the keyboard in, keys out. The parser knows UTF-8, control characters, the CSI and SS3
 * sequences terminals send for keys, and bracketed paste. What it does not know it swallows whole,
 * so that an unknown sequence never ends as stray letters that act. It has no clock and no
 * descriptor: the caller passes time and bytes. Used through tui/terminal. */
#ifndef TTYDESK_TUI_TERMINAL_KEYS_H
#define TTYDESK_TUI_TERMINAL_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_code {
    KEYCODE_NONE,
    KEYCODE_CHARACTER, /* code_point is what was typed, never a control character */
    KEYCODE_CONTROL,   /* code_point is the letter in lower case, or one of space \ ] ^ _ */
    KEYCODE_FUNCTION,  /* code_point is the number, 1 to 12 */
    KEYCODE_ENTER,
    KEYCODE_TAB,
    KEYCODE_BACK_TAB,
    KEYCODE_BACKSPACE,
    KEYCODE_ESCAPE,
    KEYCODE_UP,
    KEYCODE_DOWN,
    KEYCODE_LEFT,
    KEYCODE_RIGHT,
    KEYCODE_HOME,
    KEYCODE_END,
    KEYCODE_PAGE_UP,
    KEYCODE_PAGE_DOWN,
    KEYCODE_INSERT,
    KEYCODE_DELETE,
    KEYCODE_PASTE,  /* text and length are what was pasted */
    KEYCODE_RESIZE, /* the size of the terminal has changed */
};

/* One key. `text` is not empty for a paste only: raw bytes as the terminal sent them, borrowed
 * until the next key is asked for. */
struct key {
    enum key_code code;
    uint32_t code_point;
    const char *text;
    size_t length;
    bool cut; /* the paste was longer than KEY_PASTE_MAX and its end is missing */
};

#define KEY_QUEUE_MAX 1024

/* Pastes that wait together are cut here; no text of the desk is longer. */
#define KEY_PASTE_MAX (1024 * 1024)

/* A paste whose end mark is missing ends when nothing has come for this long. */
#define KEY_PASTE_TIMEOUT_MS 5000

/* A sequence that has begun and does not go on is dropped after this long. */
#define KEY_SEQUENCE_TIMEOUT_MS 1000

#define KEY_SEQUENCE_MAX        32

struct key_parser {
    int state; /* enum parser_state */
    char sequence[KEY_SEQUENCE_MAX];
    size_t sequence_length;
    size_t string_length; /* bytes swallowed of a string sequence, or matched of the end mark */
    uint32_t character;   /* UTF-8 character read so far */
    uint32_t character_least;
    int character_missing; /* bytes */
    unsigned escape_delay_ms;
    uint64_t deadline_ms; /* meaningful while has_deadline */
    bool has_deadline;
    bool guess_paste;
    char *paste; /* owned: the pastes of the waiting keys, one after the other */
    size_t paste_length;
    size_t paste_capacity;
    size_t paste_started; /* where the paste being read begins */
    size_t paste_taken;   /* bytes that belong to keys already handed out */
    bool paste_cut;
    struct key queue[KEY_QUEUE_MAX];
    size_t queue_first;
    size_t queue_count;
};

/* `escape_delay_ms` is how long a lone ESC waits before it is the Escape key. With `guess_paste`
 * one feed with a newline and at least 16 printable bytes that are not one repeated key counts as
 * a paste: for terminals without bracketed paste. */
void key_parser_init(struct key_parser *parser, unsigned escape_delay_ms, bool guess_paste);

/* Wipes and frees all it holds. */
void key_parser_finish(struct key_parser *parser);

/* How many bytes may be fed now so that no key can be lost. 0: take keys out first. */
size_t key_parser_room(const struct key_parser *parser);

/* Takes `length` bytes, at most key_parser_room, that were read at `now_ms`. */
void key_parser_feed(struct key_parser *parser, const char *bytes, size_t length, uint64_t now_ms);

/* Adds a key that does not come from the keyboard. Dropped when the queue is full. */
void key_parser_push(struct key_parser *parser, enum key_code code);

/* When key_parser_tick has to be called at the latest; false when nothing is half read. */
bool key_parser_deadline(const struct key_parser *parser, uint64_t *ret_deadline_ms);

/* Ends what has waited too long: a lone ESC becomes the Escape key. Feed before ticking, so that
 * bytes which were there in time are not judged late. */
void key_parser_tick(struct key_parser *parser, uint64_t now_ms);

/* The next key; false when there is none. */
bool key_parser_next(struct key_parser *parser, struct key *ret_key);

/* Forgets the keys that wait; a resize stays. */
void key_parser_drop(struct key_parser *parser);

#endif
