/* What the three lists of admin mode share. */
#ifndef TTYDESK_TUI_SCREENS_ADMIN_H
#define TTYDESK_TUI_SCREENS_ADMIN_H

#include "tui/stage.h"
#include "tui/widgets/list_view.h"

enum { ADMIN_ACCOUNTS, ADMIN_REQUESTS, ADMIN_DELETED };

struct admin_list {
    struct screen screen;
    struct list_view list;
    struct list_source source;
};

/* An id for a row that is known by a name: the same as long as the name is. Never LIST_ID_NONE. */
uint64_t admin_name_id(struct text name);

/* Of the list of accounts; NULL: none. */
const struct account *admin_selected_account(struct stage *stage);

/* "Admin 1:[Accounts] 2:Requests 3:Deleted" with this one in brackets. */
void admin_tabs(int selected, char *text, size_t size);

/* Heading, rows, and what to say when there are none. */
void admin_list_draw(struct admin_list *list, const struct frame *frame, const char *heading,
                     const char *empty);

enum handled admin_list_key(struct screen *screen, const struct key *key);

/* After a change: says why it failed, or asks for the list again. */
void admin_list_reply(struct screen *screen, const struct screen_reply *reply);

#endif
