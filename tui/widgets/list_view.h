/* A list of rows known by their ids. The selection is an id, not a row number: when rows change,
 * the selected one keeps its line on the screen, so that a key never acts on another row than the
 * person was looking at. Rows may be missing (not loaded yet) and can be passed over. */
#ifndef TTYDESK_TUI_WIDGETS_LIST_VIEW_H
#define TTYDESK_TUI_WIDGETS_LIST_VIEW_H

#include "tui/widgets/widget.h"

#define LIST_ID_NONE 0 /* no row, or a row that is not loaded yet */

/* Where the rows come from; filled in by the screen. */
struct list_source {
    /* The id of a row; LIST_ID_NONE while it is not loaded. */
    uint64_t (*id)(void *context, size_t index);
    /* The row of an id; false when it is not among the rows (any more). */
    bool (*find)(void *context, uint64_t id, size_t *ret_index);
    /* Draws a loaded row into one row of the screen, from column 1 of the list on: column 0 is
     * the list's. The row is emptied before, and roles are overridden on the selected one. */
    void (*draw)(void *context, size_t index, struct terminal *terminal,
                 struct rectangle rectangle);
    void *context;
};

struct list_view {
    const struct list_source *source; /* borrowed */
    size_t count;
    bool count_known; /* false: there are at least `count` */
    uint64_t selected_id;
    size_t selected; /* index; meaningful while count > 0 */
    size_t first;    /* index of the first row shown */
    int rows;        /* height of the last drawing */
};

void list_view_init(struct list_view *list, const struct list_source *source);

/* Call when rows came, went or changed their order. Finds the selected id again and scrolls so
 * that it keeps its line; when it is gone, the row that took its place is selected. */
void list_view_update(struct list_view *list, size_t count, bool count_known);

/* Selects the row of an id and scrolls only as far as needed; false when it is not there. */
bool list_view_select(struct list_view *list, uint64_t id);

/* The id of the selected row; LIST_ID_NONE when there is none. */
uint64_t list_view_selected(const struct list_view *list);

/* Rows on the screen: which have to be loaded. */
void list_view_window(const struct list_view *list, size_t *ret_first, size_t *ret_count);

/* j k, arrows, Ctrl-N Ctrl-P; g G, Home End; page and half page. HANDLED_CHANGE when the
 * selection has moved. */
enum handled list_view_key(struct list_view *list, const struct key *key);

/* Draws the rows, and the terminal's cursor on the selected one when focused. */
void list_view_draw(struct list_view *list, struct terminal *terminal, struct rectangle rectangle,
                    bool focused);

/* "3 of 38", "3 of at least 10000" or "0 match". */
void list_view_position_text(const struct list_view *list, char *text, size_t size);

#endif
