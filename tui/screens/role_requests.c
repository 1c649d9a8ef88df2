/* Admin mode: who has asked for a role. */
#include <stdio.h>

#include "tui/screens/admin.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when.h"

static const struct model_people *people_of(const struct admin_list *list)
{
    return &list->screen.stage->model->people;
}

static uint64_t row_id(void *context, size_t index)
{
    return admin_name_id(people_of(context)->requests[index].name);
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    for (size_t i = 0; i < people_of(context)->request_count; i++) {
        if (row_id(context, i) == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    char line[REASON_MAX * 4 + 128];
    char age[WHEN_SIZE];
    const struct admin_list *list = context;
    const struct role_request *request = &people_of(list)->requests[index];

    when_age(stage_desk_ms(list->screen.stage), request->time_ms, age);
    snprintf(line, sizeof line, " %-20.*s %-6s %-9s %4s  %.*s", TEXT_ARGUMENTS(request->name),
             choices_name(&role_choices, request->current_role),
             choices_name(&role_choices, request->role), age, TEXT_ARGUMENTS(request->reason));
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static bool role_requests_open(struct screen *screen, const void *arguments)
{
    struct admin_list *list = (struct admin_list *)screen;

    (void)arguments;
    list->source = (struct list_source){row_id, find_row, draw_row, list};
    list_view_init(&list->list, &list->source);
    list_view_update(&list->list, people_of(list)->request_count, true);
    return true;
}

static void role_requests_event(struct screen *screen, unsigned changes, bool by_event)
{
    struct admin_list *list = (struct admin_list *)screen;

    (void)by_event;
    if ((changes & MODEL_PEOPLE) != 0) {
        list_view_update(&list->list, people_of(list)->request_count, true);
    }
}

static void role_requests_draw(struct screen *screen, const struct frame *frame)
{
    struct admin_list *list = (struct admin_list *)screen;

    admin_list_draw(
        list, frame, ADMIN_REQUESTS, "  User                 Role   Asks for   Age  Reason",
        people_of(list)->requests_loaded ? "Nobody is asking for a role." : "Loading...");
}

const struct screen_ops screen_role_requests = {
    .id = SCREEN_ROLE_REQUESTS,
    .name = "role-requests",
    .title = "Admin",
    .size = sizeof(struct admin_list),
    .open = role_requests_open,
    .draw = role_requests_draw,
    .key = admin_list_key,
    .event = role_requests_event,
    .reply = admin_list_reply,
};

static const struct role_request *selected(struct stage *stage)
{
    struct admin_list *list = (struct admin_list *)stage_find(stage, &screen_role_requests);
    size_t index;

    if (list == NULL || !find_row(list, list_view_selected(&list->list), &index)) {
        return NULL;
    }
    return &people_of(list)->requests[index];
}

/* The role that was on the screen goes along: should the person ask for another one meanwhile, the
 * desk refuses. */
static void on_grant(struct screen *asker, bool yes, const char *text)
{
    char done[STAGE_TEXT_MAX];
    const struct role_request *request = selected(asker->stage);

    (void)text;
    if (!yes || request == NULL) {
        return;
    }
    struct admin_account_role grant = {
        .name = request->name, .role = request->role, .from = request->current_role};
    present_mark(&grant.present, ACCOUNT_ROLE_FROM);
    snprintf(done, sizeof done, "%.*s is %s now.", TEXT_ARGUMENTS(request->name),
             choices_name(&role_choices, request->role));
    screen_send(asker, &(struct stage_order){.method = METHOD_ADMIN_ROLE_GRANT,
                                             .request = &grant,
                                             .task = "Granting the role",
                                             .done = done});
}

static void on_decline(struct screen *asker, bool yes, const char *text)
{
    char done[STAGE_TEXT_MAX];
    const struct role_request *request = selected(asker->stage);

    (void)text;
    if (!yes || request == NULL) {
        return;
    }
    struct admin_account decline = {.name = request->name};
    snprintf(done, sizeof done, "The request of %.*s is declined.", TEXT_ARGUMENTS(request->name));
    screen_send(asker, &(struct stage_order){.method = METHOD_ADMIN_ROLE_DECLINE,
                                             .request = &decline,
                                             .task = "Declining the request",
                                             .done = done});
}

void grant_role(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    char name[USER_NAME_MAX + 1];
    const struct role_request *request = selected(stage);
    struct question question = {
        .kind = PROMPT_TYPED, .text = text, .given = name, .on_answer = on_grant};

    if (request != NULL) {
        snprintf(name, sizeof name, "%.*s", TEXT_ARGUMENTS(request->name));
        snprintf(text, sizeof text, "To make %s %s, type the name:", name,
                 choices_name(&role_choices, request->role));
        stage_push(stage, &screen_question, &question);
    }
}

void decline_role(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct role_request *request = selected(stage);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_decline};

    if (request != NULL) {
        snprintf(text, sizeof text, "Decline the request of %.*s?", TEXT_ARGUMENTS(request->name));
        stage_push(stage, &screen_question, &question);
    }
}
