/* Admin mode: all accounts, their roles and states. */
#include <stdio.h>
#include <string.h>

#include "tui/screens/desk_list.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/widgets/picker.h"

static const struct model_people *people_of(const struct admin_list *list)
{
    return &list->screen.stage->model->people;
}

static uint64_t row_id(void *context, size_t index)
{
    return admin_name_id(people_of(context)->accounts[index].name);
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    for (size_t i = 0; i < people_of(context)->account_count; i++) {
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
    char line[EMAIL_MAX + DISPLAY_NAME_MAX * 4 + 128];
    const struct account *account = &people_of(context)->accounts[index];
    bool waits = present_has(account->present, ACCOUNT_REQUESTED_ROLE);

    snprintf(line, sizeof line, " %-20.*s %-6s %-9s %-10s %.*s  %.*s",
             TEXT_ARGUMENTS(account->name), choices_name(&role_choices, account->role),
             choices_name(&account_state_choices, account->state),
             waits ? choices_name(&role_choices, account->requested_role) : "-",
             TEXT_ARGUMENTS(account->email), TEXT_ARGUMENTS(account->display_name));
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static bool accounts_open(struct screen *screen, const void *arguments)
{
    struct admin_list *list = (struct admin_list *)screen;

    (void)arguments;
    list->source = (struct list_source){row_id, find_row, draw_row, list};
    list_view_init(&list->list, &list->source);
    list_view_update(&list->list, people_of(list)->account_count, true);
    return true;
}

static void accounts_event(struct screen *screen, unsigned changes, bool by_event)
{
    struct admin_list *list = (struct admin_list *)screen;

    (void)by_event;
    if ((changes & MODEL_PEOPLE) != 0) {
        list_view_update(&list->list, people_of(list)->account_count, true);
    }
}

static void accounts_draw(struct screen *screen, const struct frame *frame)
{
    struct admin_list *list = (struct admin_list *)screen;

    admin_list_draw(list, frame, ADMIN_ACCOUNTS,
                    "  User                 Role   State     Asks for   Email, name",
                    people_of(list)->accounts_loaded ? "No accounts." : "Loading...");
}

static void accounts_reply(struct screen *screen, const struct screen_reply *reply)
{
    if (reply->method == METHOD_ADMIN_ACCOUNT_RESET && reply->error == ERROR_NONE) {
        stage_push(screen->stage, &screen_code, reply->reply);
    }
    admin_list_reply(screen, reply);
}

const struct screen_ops screen_accounts = {
    .id = SCREEN_ACCOUNTS,
    .name = "accounts",
    .title = "Admin",
    .size = sizeof(struct admin_list),
    .open = accounts_open,
    .draw = accounts_draw,
    .key = admin_list_key,
    .event = accounts_event,
    .reply = accounts_reply,
};

/* The selected account; NULL: none. */
static const struct account *selected(struct stage *stage)
{
    struct admin_list *list = (struct admin_list *)stage_find(stage, &screen_accounts);
    size_t index;

    if (list == NULL || !find_row(list, list_view_selected(&list->list), &index)) {
        return NULL;
    }
    return &people_of(list)->accounts[index];
}

const struct account *admin_selected_account(struct stage *stage)
{
    return selected(stage);
}

/* --- Disabling --- */

static void on_disable(struct screen *asker, bool yes, const char *text)
{
    char done[STAGE_TEXT_MAX];
    const struct account *account = selected(asker->stage);

    (void)text;
    if (!yes || account == NULL) {
        return;
    }
    bool enable = account->state != ACCOUNT_ACTIVE;
    struct admin_account request = {.name = account->name};
    snprintf(done, sizeof done, "%.*s is %s.", TEXT_ARGUMENTS(account->name),
             enable ? "enabled" : "disabled");
    screen_send(asker, &(struct stage_order){.method = enable ? METHOD_ADMIN_ACCOUNT_ENABLE
                                                              : METHOD_ADMIN_ACCOUNT_DISABLE,
                                             .request = &request,
                                             .task = "Changing the account",
                                             .done = done});
}

void disable_account(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct account *account = selected(stage);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_disable};

    if (account != NULL) {
        snprintf(text, sizeof text, "%s %.*s?",
                 account->state == ACCOUNT_ACTIVE ? "Disable and sign out" : "Enable",
                 TEXT_ARGUMENTS(account->name));
        stage_push(stage, &screen_question, &question);
    }
}

/* --- A code instead of the password --- */

static void on_reset(struct screen *asker, bool yes, const char *text)
{
    const struct account *account = selected(asker->stage);

    (void)text;
    if (yes && account != NULL) {
        struct admin_account request = {.name = account->name};
        screen_send(asker, &(struct stage_order){.method = METHOD_ADMIN_ACCOUNT_RESET,
                                                 .request = &request,
                                                 .task = "Resetting the password"});
    }
}

void reset_account(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct account *account = selected(stage);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_reset};

    if (account != NULL) {
        snprintf(text, sizeof text, "Sign out %.*s and give a code for a new password?",
                 TEXT_ARGUMENTS(account->name));
        stage_push(stage, &screen_question, &question);
    }
}

/* --- A second factor that was lost --- */

static void on_take_factor(struct screen *asker, bool yes, const char *text)
{
    char done[STAGE_TEXT_MAX];
    const struct account *account = selected(asker->stage);

    (void)text;
    if (yes && account != NULL) {
        struct admin_account request = {.name = account->name};
        snprintf(done, sizeof done, "%.*s signs in without a second factor now.",
                 TEXT_ARGUMENTS(account->name));
        screen_send(asker, &(struct stage_order){.method = METHOD_ADMIN_TOTP_RESET,
                                                 .request = &request,
                                                 .task = "Taking the second factor away",
                                                 .done = done});
    }
}

void take_second_factor(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct account *account = selected(stage);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_take_factor};

    if (account != NULL && !account->second_factor) {
        stage_say(stage, STATUS_INFO, "%.*s has no second factor.", TEXT_ARGUMENTS(account->name));
    } else if (account != NULL) {
        snprintf(text, sizeof text, "Sign out %.*s and take the second factor away?",
                 TEXT_ARGUMENTS(account->name));
        stage_push(stage, &screen_question, &question);
    }
}

/* --- Where somebody is signed in --- */

void open_person_sign_ins(struct stage *stage)
{
    const struct account *account = selected(stage);
    struct screen *shown =
        account != NULL ? stage_push(stage, &screen_person_sign_ins, account) : NULL;

    if (shown != NULL) {
        desk_list_refresh((struct desk_list *)shown);
    }
}

/* --- Another role --- */

struct role_picker {
    struct screen screen;
    struct picker picker;
    char title[USER_NAME_MAX + 32];
    char name[USER_NAME_MAX + 1];
    enum role from; /* as it was on the screen */
};

static const struct picker_choice role_picker_choices[ROLE_COUNT] = {
    [ROLE_USER] = {'u', "user", "opens tickets and sees own ones"},
    [ROLE_STAFF] = {'s', "staff", "works on all tickets"},
    [ROLE_ADMIN] = {'a', "admin", "staff, and may delete tickets and manage accounts"},
};

static bool role_picker_open(struct screen *screen, const void *arguments)
{
    struct role_picker *role = (struct role_picker *)screen;
    const struct account *account = arguments;

    snprintf(role->name, sizeof role->name, "%.*s", TEXT_ARGUMENTS(account->name));
    snprintf(role->title, sizeof role->title, "Role of %s", role->name);
    role->from = account->role;
    picker_init(&role->picker, role->title, role_picker_choices, ROLE_COUNT, account->role);
    return true;
}

static void on_role_typed(struct screen *asker, bool yes, const char *text)
{
    char done[STAGE_TEXT_MAX];
    struct role_picker *role = (struct role_picker *)asker;
    struct admin_account_role request = {
        .name = text_of(role->name), .role = (enum role)role->picker.selected, .from = role->from};
    struct screen *accounts = stage_find(asker->stage, &screen_accounts);

    (void)text;
    present_mark(&request.present, ACCOUNT_ROLE_FROM);
    screen_close(asker);
    if (yes && accounts != NULL) {
        snprintf(done, sizeof done, "%s is now %s.", role->name,
                 choices_name(&role_choices, request.role));
        screen_send(accounts, &(struct stage_order){.method = METHOD_ADMIN_ACCOUNT_ROLE,
                                                    .request = &request,
                                                    .task = "Changing the role",
                                                    .done = done});
    }
}

static enum handled role_picker_key(struct screen *screen, const struct key *key)
{
    char text[STAGE_TEXT_MAX];
    struct role_picker *role = (struct role_picker *)screen;
    struct question question = {
        .kind = PROMPT_TYPED, .text = text, .given = role->name, .on_answer = on_role_typed};

    if (key_is_function(key, 1)) {
        return HANDLED_NOT;
    }
    enum handled handled = picker_key(&role->picker, key);
    if (handled == HANDLED_SUBMIT) {
        snprintf(text, sizeof text, "To make %s %s, type the name:", role->name,
                 role_picker_choices[role->picker.selected].word);
        stage_push(screen->stage, &screen_question, &question);
    } else if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return HANDLED;
}

static void role_picker_draw(struct screen *screen, const struct frame *frame)
{
    struct role_picker *role = (struct role_picker *)screen;
    int rows = picker_rows(&role->picker);
    struct rectangle place = {frame->body.row + frame->body.height - rows, 0, rows,
                              frame->body.width};

    picker_draw(&role->picker, frame->terminal, place);
}

const struct screen_ops screen_role_picker = {
    .id = SCREEN_ROLE_PICKER,
    .name = "role",
    .size = sizeof(struct role_picker),
    .overlay = true,
    .open = role_picker_open,
    .draw = role_picker_draw,
    .key = role_picker_key,
};

void change_role(struct stage *stage)
{
    const struct account *account = selected(stage);

    if (account != NULL) {
        stage_push(stage, &screen_role_picker, account);
    }
}
