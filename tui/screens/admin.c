/* Admin mode: what its three lists share, and going from one to another. */
#include "tui/screens/admin.h"

#include <stdio.h>

#include "tui/screens/screens.h"

uint64_t admin_name_id(struct text name)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

    for (size_t i = 0; i < name.length; i++) {
        hash = (hash ^ (uint8_t)name.data[i]) * UINT64_C(1099511628211);
    }
    return hash != LIST_ID_NONE ? hash : 1;
}

void admin_tabs(int selected, char *text, size_t size)
{
    static const char *const names[] = {"Accounts", "Requests", "Deleted"};
    size_t used = (size_t)snprintf(text, size, "Admin");

    for (int i = 0; i < 3; i++) {
        used += (size_t)snprintf(text + used, size - used, i == selected ? " %d:[%s]" : " %d:%s",
                                 i + 1, names[i]);
    }
}

void admin_list_draw(struct admin_list *list, const struct frame *frame, const char *heading,
                     const char *empty)
{
    char position[64];
    struct rectangle place = frame->body;

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

enum handled admin_list_key(struct screen *screen, const struct key *key)
{
    return list_view_key(&((struct admin_list *)screen)->list, key);
}

/* Asks for what the list on top shows. */
void refresh_admin(struct stage *stage)
{
    struct model *model = stage->model;

    if (stage_find(stage, &screen_accounts) != NULL) {
        model_accounts_refresh(&model->people);
    } else if (stage_find(stage, &screen_role_requests) != NULL) {
        model_requests_refresh(&model->people);
    } else {
        model_tickets_refresh(&model->deleted);
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

static void open_list(struct stage *stage, const struct screen_ops *ops)
{
    static const struct screen_ops *const lists[] = {&screen_accounts, &screen_role_requests,
                                                     &screen_deleted};

    if (stage_find(stage, ops) != NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct screen *open = stage_find(stage, lists[i]);
        if (open != NULL) {
            screen_close(open);
        }
    }
    stage_push(stage, ops, NULL);
    refresh_admin(stage);
}

void open_accounts(struct stage *stage)
{
    open_list(stage, &screen_accounts);
}

void open_role_requests(struct stage *stage)
{
    open_list(stage, &screen_role_requests);
}

void open_deleted(struct stage *stage)
{
    open_list(stage, &screen_deleted);
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
