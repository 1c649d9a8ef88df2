/* Everything a person can do, once: keys, footer word, help line, where it applies, and the
 * function that does it. The footer, the help screen and the dispatch of keys all read this table,
 * so none of them can say what the others do not do. */
#ifndef TTYDESK_TUI_ACTIONS_H
#define TTYDESK_TUI_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/messages.h"
#include "tui/screens/screen.h"
#include "tui/terminal_keys.h"

enum { ACTION_KEYS_MAX = 8, ACTION_KEY_SIZE = 16 };

/* A key as in struct key; KEYCODE_NONE ends the list of an action. */
struct action_key {
    enum key_code code;
    uint32_t code_point;
};

/* Who may. The desk judges; this only keeps the screen from offering what it would refuse. */
enum action_need { NEED_NOTHING, NEED_STAFF, NEED_ADMIN, NEED_ACTING /* as somebody else */ };

struct action {
    const char *name; /* for the palette and the manual: "ticket.reply" */
    struct action_key keys[ACTION_KEYS_MAX];
    const char *label; /* how footer and help write the keys; NULL: by the first key */
    const char *word;  /* in the footer; NULL: not there */
    const char *help;
    uint64_t screens; /* bits: 1 << enum screen_id */
    enum action_need need;
    void (*run)(struct stage *stage); /* NULL: the screen's own widget takes these keys */
};

extern const struct action actions[];
extern const size_t action_count;

/* Whether an action is there on a screen for somebody of this role. */
bool action_applies(const struct action *action, enum screen_id screen, enum role role);

/* The action of a key; NULL when the key means nothing there. */
const struct action *action_find(const struct key *key, enum screen_id screen, enum role role);

/* How a key is written: "c", "Ctrl-S", "F10", "Enter". */
void action_key_text(const struct action_key *key, char ret_text[ACTION_KEY_SIZE]);

/* How the keys of an action are written in footer and help: the label or the first key. */
void action_label(const struct action *action, char ret_text[ACTION_KEY_SIZE]);

#endif
