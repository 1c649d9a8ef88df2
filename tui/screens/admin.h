/* What the screens of admin mode share: their row of tabs, lists, and going from one to another. */
#ifndef TTYDESK_TUI_SCREENS_ADMIN_H
#define TTYDESK_TUI_SCREENS_ADMIN_H

#include "tui/stage.h"
#include "tui/widgets/list_view.h"

/* In the order of their keys, 1 to 9. */
enum admin_tab {
    ADMIN_ACCOUNTS,
    ADMIN_REQUESTS,
    ADMIN_DELETED,
    ADMIN_QUEUES,
    ADMIN_CANNED,
    ADMIN_LOCKS,
    ADMIN_AUDIT,
    ADMIN_HEALTH,
    ADMIN_SETTINGS,
    ADMIN_TABS
};

struct admin_list {
    struct screen screen;
    struct list_view list;
    struct list_source source;
};

/* An id for a row that is known by a name: the same as long as the name is. Never LIST_ID_NONE. */
uint64_t admin_name_id(struct text name);

/* Of the list of accounts; NULL: none. */
const struct account *admin_selected_account(struct stage *stage);

/* Draws the tabs, this one in brackets, into the first row of the body; gives what is left of it.
 */
struct rectangle admin_tabs_draw(const struct frame *frame, enum admin_tab selected);

/* Tabs, heading, rows, and what to say when there are none. Gives where the heading stands. */
struct rectangle admin_list_draw(struct admin_list *list, const struct frame *frame,
                                 enum admin_tab tab, const char *heading, const char *empty);

/* The same without tabs, from `place` on. */
void admin_rows_draw(struct admin_list *list, const struct frame *frame, struct rectangle place,
                     const char *heading, const char *empty);

enum handled admin_list_key(struct screen *screen, const struct key *key);

/* After a change: says why it failed, or asks for the list again. */
void admin_list_reply(struct screen *screen, const struct screen_reply *reply);

#endif
