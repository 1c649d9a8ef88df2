/* The people whose names begin as what is being typed, shown above a line that asks for one. What
 * is typed can always be sent as it is: the list is the desk's, for those of the staff who may
 * change tickets of the queue, and empty for others. */
#ifndef TTYDESK_TUI_SCREENS_CANDIDATES_H
#define TTYDESK_TUI_SCREENS_CANDIDATES_H

#include "tui/stage.h"
#include "tui/widgets/prompt.h"

enum { CANDIDATES_MAX = 8 };

struct candidates {
    struct stage *stage; /* borrowed; NULL: there is no list */
    bool owners;         /* only those who may own tickets of the queue */
    char queue[QUEUE_NAME_MAX + 1];
    char beginning[USER_NAME_MAX + 1];
    char names[CANDIDATES_MAX][USER_NAME_MAX + 1]; /* in the order of the alphabet */
    size_t count;
    size_t selected;  /* as many as there are: none, what is typed holds */
    bool more;        /* and others */
    uint64_t request; /* 0: none on its way */
};

/* Asks for the first ones. Without a queue there is no list. */
void candidates_init(struct candidates *candidates, struct stage *stage, struct text queue,
                     bool owners);

/* Accepts a zeroed struct. */
void candidates_finish(struct candidates *candidates);

/* Up and Down choose, Tab takes the chosen or first one into the line; HANDLED_NOT: the key is the
 * line's, and candidates_follow comes after it. */
enum handled candidates_key(struct candidates *candidates, struct prompt *prompt,
                            const struct key *key);
void candidates_follow(struct candidates *candidates, struct prompt *prompt);

/* The one that is chosen, or what is typed. */
const char *candidates_answer(const struct candidates *candidates, struct prompt *prompt);

/* Above the message row. */
void candidates_draw(const struct candidates *candidates, const struct frame *frame);

#endif
