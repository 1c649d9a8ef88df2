/* A list that one query of the desk gives, read page by page and kept by the screen itself: what
 * the lists of admin mode are that nothing but their own screen shows. Such a screen's struct
 * begins with struct desk_list. */
#ifndef TTYDESK_TUI_SCREENS_DESK_LIST_H
#define TTYDESK_TUI_SCREENS_DESK_LIST_H

#include "proto/arena.h"
#include "tui/screens/admin.h"

struct desk_list;

/* What tells one list from another. */
struct desk_list_kind {
    enum method method;       /* the query */
    const struct table *rows; /* of the records in its reply */
    size_t rows_at;           /* offset of the struct list */
    size_t more_at;     /* of the bool that says whether there is more; 0: all comes at once */
    size_t cursor_at;   /* of the uint64_t to ask on from */
    enum admin_tab tab; /* ADMIN_TABS: it is none */
    const char *heading;
    const char *empty; /* says what to do */
    const char *task;  /* "Reading the queues": the beginning of a message */

    /* Builds the query and sends it with desk_list_send; cursor 0: from the beginning. */
    void (*ask)(struct desk_list *list, uint64_t cursor);
    uint64_t (*id)(const void *row); /* never LIST_ID_NONE */
    void (*draw)(const struct stage *stage, const void *row, struct terminal *terminal,
                 struct rectangle rectangle);
    void (*finish)(struct desk_list *list); /* when the screen is closed; NULL: nothing to do */
};

struct desk_list {
    struct admin_list base;
    const struct desk_list_kind *kind;
    const char *empty; /* the kind's, unless the screen says otherwise */
    struct arena arena;
    char *rows; /* owned: structs of kind->rows, their texts in the arena */
    size_t count;
    bool loaded;
    bool more;
    bool fresh; /* the next page begins the list anew */
    uint64_t cursor;
};

/* For the screen's own `open`. The list is asked for by desk_list_refresh. */
void desk_list_init(struct desk_list *list, const struct desk_list_kind *kind);

/* For the operations of the screen. */
void desk_list_close(struct screen *screen);
void desk_list_draw(struct screen *screen, const struct frame *frame);
enum handled desk_list_key(struct screen *screen, const struct key *key);

/* Takes a page, or, after a change, says why it failed or asks for the list again. */
void desk_list_reply(struct screen *screen, const struct screen_reply *reply);

/* Whether a screen is such a list. */
bool is_desk_list(const struct screen *screen);

void desk_list_refresh(struct desk_list *list);
void desk_list_send(struct desk_list *list, const void *request);

/* The selected row of the screen with these operations; NULL: there is none. */
const void *desk_list_selected(struct stage *stage, const struct screen_ops *ops);

#endif
