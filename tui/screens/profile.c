/* The own account, to look at; what can be changed has a form of its own. */
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when.h"

static bool profile_open(struct screen *screen, const void *arguments)
{
    (void)arguments;
    if (connection_state(screen->stage->connection) == CONNECTION_READY) {
        model_refresh_account(screen->stage->model);
    }
    return true;
}

struct fact {
    const char *name;
    struct text value;
};

static struct text second_factor_words(const struct account *account)
{
    if (!present_has(account->present, ACCOUNT_SECOND_FACTOR)) { /* an older desk */
        return text_of("-");
    }
    return text_of(account->second_factor ? "set up; f removes it" : "none; f sets one up");
}

static void profile_draw(struct screen *screen, const struct frame *frame)
{
    char since[WHEN_SIZE];
    char waiting[80] = "none";
    const struct account *account = &screen->stage->model->account.account;

    when_date(stage_desk_ms(screen->stage), account->created_ms, since);
    if (present_has(account->present, ACCOUNT_REQUESTED_ROLE)) {
        snprintf(waiting, sizeof waiting, "%s, waits for an admin",
                 choices_name(&role_choices, account->requested_role));
    }
    const struct fact facts[] = {
        {"User name", account->name},
        {"Email", account->email},
        {"Your name", account->display_name.length > 0 ? account->display_name : text_of("-")},
        {"Role", text_of(choices_name(&role_choices, account->role))},
        {"Asked for", text_of(waiting)},
        {"Second factor", second_factor_words(account)},
        {"Keys", text_of("k lists those you can sign in with")},
        {"Member since", text_of(since)},
    };
    int row = frame->body.row + (frame->body.height > 8 ? 1 : 0);
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (row >= frame->body.row + frame->body.height) {
            break;
        }
        terminal_print(frame->terminal, row, 2, 14, STYLE_MUTED, facts[i].name);
        terminal_put(frame->terminal, row, 17, frame->body.width - 17, STYLE_NORMAL,
                     facts[i].value.data, facts[i].value.length);
        row++;
    }
    terminal_cursor(frame->terminal, frame->body.row, 0);
}

const struct screen_ops screen_profile = {
    .id = SCREEN_PROFILE,
    .name = "profile",
    .title = "Your account",
    .size = sizeof(struct screen),
    .open = profile_open,
    .draw = profile_draw,
};

void open_profile(struct stage *stage)
{
    stage_push(stage, &screen_profile, NULL);
}

void edit_profile(struct stage *stage)
{
    stage_push(stage, &screen_profile_form, NULL);
}

void change_password(struct stage *stage)
{
    stage_push(stage, &screen_password, NULL);
}

void ask_for_role(struct stage *stage)
{
    if (model_is_admin(stage->model)) {
        stage_say(stage, STATUS_INFO, "You are an admin: there is no higher role to ask for.");
        return;
    }
    stage_push(stage, &screen_ask_role, NULL);
}
