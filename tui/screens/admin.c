/* Admin mode: what its screens share, and going from one to another. */
#include "tui/screens/admin.h"

#include <stdio.h>
#include <string.h>

#include "tui/screens/desk_list.h"
#include "tui/screens/screens.h"

uint64_t admin_name_id(struct text name)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

    for (size_t i = 0; i < name.length; i++) {
        hash = (hash ^ (uint8_t)name.data[i]) * UINT64_C(1099511628211);
    }
    return hash != LIST_ID_NONE ? hash : 1;
}

/* --- Tabs --- */

enum {
    TABS_ROOMY = 94,
    TABS_CLOSE = 78
}; /* columns that all names need, with spaces and without */

static const char *const tab_names[ADMIN_TABS] = {
    [ADMIN_ACCOUNTS] = "Accounts", [ADMIN_REQUESTS] = "Requests", [ADMIN_DELETED] = "Deleted",
    [ADMIN_QUEUES] = "Queues",     [ADMIN_CANNED] = "Canned",     [ADMIN_LOCKS] = "Locks",
    [ADMIN_AUDIT] = "Audit",       [ADMIN_HEALTH] = "Health",     [ADMIN_SETTINGS] = "Settings",
};

/* "4 Queues", or "4" alone where there is no room for the names of all. */
static void write_tab(unsigned tab, bool selected, int columns, char *text, size_t size)
{
    bool roomy = columns >= TABS_ROOMY;
    bool named = selected || columns >= TABS_CLOSE;

    snprintf(text, size, "%s%u%s%s%s%s", selected ? "[" : "", tab + 1,
             named && (roomy || columns < TABS_CLOSE) ? " " : "", named ? tab_names[tab] : "",
             selected ? "]" : "", roomy ? "  " : " ");
}

struct rectangle admin_tabs_draw(const struct frame *frame, enum admin_tab selected)
{
    struct rectangle place = frame->body;
    char text[32];
    int column = 0;

    for (unsigned i = 0; i < ADMIN_TABS; i++) {
        bool here = i == selected;
        write_tab(i, here, place.width, text, sizeof text);
        terminal_print(frame->terminal, place.row, column, place.width - column,
                       here ? STYLE_HEADING : STYLE_MUTED, text);
        column += (int)strlen(text);
    }
    place.row++;
    place.height--;
    return place;
}

/* --- Lists --- */

void admin_rows_draw(struct admin_list *list, const struct frame *frame, struct rectangle place,
                     const char *heading, const char *empty)
{
    char position[64];

    terminal_print(frame->terminal, place.row, 0, place.width, STYLE_HEADING, heading);
    place.row++;
    place.height -= 2;
    list_view_draw(&list->list, frame->terminal, place, list->screen.stage->top == &list->screen);
    if (list->list.count == 0) {
        terminal_print(frame->terminal, place.row + (place.height > 2 ? 1 : 0), 2, place.width - 2,
                       STYLE_NORMAL, empty);
        return;
    }
    list_view_position_text(&list->list, position, sizeof position);
    terminal_print(frame->terminal, place.row + place.height, 0, place.width, STYLE_MUTED,
                   position);
}

struct rectangle admin_list_draw(struct admin_list *list, const struct frame *frame,
                                 enum admin_tab tab, const char *heading, const char *empty)
{
    struct rectangle place = admin_tabs_draw(frame, tab);

    admin_rows_draw(list, frame, place, heading, empty);
    return place;
}

enum handled admin_list_key(struct screen *screen, const struct key *key)
{
    return list_view_key(&((struct admin_list *)screen)->list, key);
}

/* --- Asking again --- */

static void refresh_accounts(struct stage *stage)
{
    model_accounts_refresh(&stage->model->people);
}

static void refresh_role_requests(struct stage *stage)
{
    model_requests_refresh(&stage->model->people);
}

static void refresh_deleted(struct stage *stage)
{
    model_tickets_refresh(&stage->model->deleted);
}

/* Those that keep what they show themselves. */
static void refresh_desk_list(struct stage *stage)
{
    struct screen *screen = stage->top;

    while (screen != NULL && !is_desk_list(screen)) {
        screen = screen->below;
    }
    if (screen != NULL) {
        desk_list_refresh((struct desk_list *)screen);
    }
}

static const struct {
    const struct screen_ops *ops;
    void (*refresh)(struct stage *stage);
} tabs[ADMIN_TABS] = {
    [ADMIN_ACCOUNTS] = {&screen_accounts, refresh_accounts},
    [ADMIN_REQUESTS] = {&screen_role_requests, refresh_role_requests},
    [ADMIN_DELETED] = {&screen_deleted, refresh_deleted},
    [ADMIN_QUEUES] = {&screen_queues, refresh_desk_list},
    [ADMIN_CANNED] = {&screen_canned, refresh_desk_list},
    [ADMIN_LOCKS] = {&screen_locks, refresh_desk_list},
    [ADMIN_AUDIT] = {&screen_audit, refresh_desk_list},
    [ADMIN_HEALTH] = {&screen_health, refresh_health},
    [ADMIN_SETTINGS] = {&screen_settings, refresh_settings},
};

/* Asks for what stands on top, or nearest to it. */
void refresh_admin(struct stage *stage)
{
    if (is_desk_list(stage->top)) {
        refresh_desk_list(stage);
        return;
    }
    for (size_t i = 0; i < ADMIN_TABS; i++) {
        if (stage_find(stage, tabs[i].ops) != NULL) {
            tabs[i].refresh(stage);
            return;
        }
    }
}

void admin_list_reply(struct screen *screen, const struct screen_reply *reply)
{
    if (reply->error != ERROR_NONE) {
        stage_explain(screen->stage, NULL, reply->error, reply->failure);
    }
    refresh_admin(screen->stage);
}

/* --- Going from one to another --- */

static void open_tab(struct stage *stage, enum admin_tab tab)
{
    if (stage->top->ops == tabs[tab].ops) {
        return;
    }
    for (size_t i = 0; i < ADMIN_TABS; i++) {
        struct screen *open = stage_find(stage, tabs[i].ops);
        if (open != NULL) {
            screen_close(open);
        }
    }
    stage_push(stage, tabs[tab].ops, NULL);
    tabs[tab].refresh(stage);
}

void open_accounts(struct stage *stage)
{
    open_tab(stage, ADMIN_ACCOUNTS);
}

void open_role_requests(struct stage *stage)
{
    open_tab(stage, ADMIN_REQUESTS);
}

void open_deleted(struct stage *stage)
{
    open_tab(stage, ADMIN_DELETED);
}

void open_queues(struct stage *stage)
{
    open_tab(stage, ADMIN_QUEUES);
}

void open_canned(struct stage *stage)
{
    open_tab(stage, ADMIN_CANNED);
}

void open_locks(struct stage *stage)
{
    open_tab(stage, ADMIN_LOCKS);
}

void open_audit(struct stage *stage)
{
    open_tab(stage, ADMIN_AUDIT);
}

void open_health(struct stage *stage)
{
    open_tab(stage, ADMIN_HEALTH);
}

void open_settings(struct stage *stage)
{
    open_tab(stage, ADMIN_SETTINGS);
}

void leave_admin_mode(struct stage *stage)
{
    struct nothing request = {0};

    model_set_elevated(stage->model, 0);
    screen_send(stage->top, &(struct stage_order){.method = METHOD_ACCOUNT_END_ELEVATION,
                                                  .request = &request,
                                                  .task = "Ending admin mode",
                                                  .done = "Admin mode has ended."});
    screen_close(stage->top);
}
