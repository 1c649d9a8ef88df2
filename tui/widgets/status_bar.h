/* The last rows of every screen: the message, and one row of key hints. A message stays as long as
 * its weight asks for: information 4 seconds or the next key, a warning 6 seconds and the next key,
 * an error until Esc. All are kept for the list of past messages. */
#ifndef TTYDESK_TUI_WIDGETS_STATUS_BAR_H
#define TTYDESK_TUI_WIDGETS_STATUS_BAR_H

#include "tui/widgets/widget.h"

#define STATUS_TEXT_MAX     240
#define STATUS_PAST_MAX     64
#define STATUS_INFO_MS      4000
#define STATUS_WARNING_MS   6000
#define STATUS_NARROW_WIDTH 60

enum status_weight { STATUS_INFO, STATUS_WARNING, STATUS_ERROR };

struct status_message {
    enum status_weight weight;
    uint64_t at_ms;
    char text[STATUS_TEXT_MAX];
};

struct status_bar {
    struct status_message past[STATUS_PAST_MAX]; /* a ring */
    size_t past_count;                           /* ever said */
    bool showing;                                /* the newest of them */
    bool key_came;                               /* since it was said */
};

/* A key and its word, such as "Enter" and "Open". */
struct key_hint {
    const char *key;
    const char *word;
};

void status_bar_init(struct status_bar *bar);

/* Says something; an error that is showing is not replaced by anything lighter. The weight's word
 * ("Error:", "Warning:") is added in drawing. */
void status_bar_say(struct status_bar *bar, enum status_weight weight, uint64_t now_ms,
                    const char *text);

/* Call for every key before the screen gets it. HANDLED when it was the Esc that ends an error. */
enum handled status_bar_key(struct status_bar *bar, const struct key *key, uint64_t now_ms);

/* Whether the next Esc takes an error away, and does nothing else. */
bool status_bar_shows_error(const struct status_bar *bar);

/* When status_bar_tick would change something; false when nothing waits for time. */
bool status_bar_deadline_ms(const struct status_bar *bar, uint64_t *ret_deadline_ms);

void status_bar_tick(struct status_bar *bar, uint64_t now_ms);

/* The newest message is number 0; NULL beyond the oldest kept. */
const struct status_message *status_bar_past(const struct status_bar *bar, size_t number);

/* The word of a weight as it stands before the text: "", "Warning: " or "Error: ". */
const char *status_weight_word(enum status_weight weight);

/* How many rows the message that is showing takes in this width, `most` at the utmost; at least 1.
 */
int status_bar_rows(const struct status_bar *bar, int columns, int most);

/* Draws the message that is showing, wrapped into the rows there are. */
void status_bar_draw_message(const struct status_bar *bar, struct terminal *terminal,
                             struct rectangle rows);

/* Draws hints into one row: as many from the left as fit, but always the last two, which are help
 * and leave. In narrow rows these two stand without their words. */
void status_bar_draw_hints(struct terminal *terminal, struct rectangle row,
                           const struct key_hint *hints, size_t count);

#endif
