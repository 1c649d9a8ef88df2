/* Acting as somebody: the question, the way there and the way back. All screens of before are left
 * on both ways, so that nothing which was begun in one name is ended in the other; what was typed
 * is kept among the drafts of that name. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/screens/admin.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/stage_parts.h"
#include "tui/undo.h"

enum { DRAFTS_NAME_SIZE = 2 * USER_NAME_MAX + 2 };

static void leave_all(struct stage *stage)
{
    stage_close_all(stage);
    stage_forget_held(stage);
    stage_forget_batch(stage);
    stage_forget_undo(stage);
}

/* The admin's texts in somebody's name are neither the admin's own nor that person's: where several
 * people share a home each would find the other's. No name has a plus sign in it. */
static void open_drafts_of(struct stage *stage)
{
    char name[DRAFTS_NAME_SIZE];
    const struct model_account *account = &stage->model->account;

    if (account->acting) {
        snprintf(name, sizeof name, "%.*s+%.*s", TEXT_ARGUMENTS(account->admin.name),
                 TEXT_ARGUMENTS(account->account.name));
    } else {
        snprintf(name, sizeof name, "%.*s", TEXT_ARGUMENTS(account->account.name));
    }
    drafts_open(&stage->drafts, connection_address(stage->connection), name);
}

static void open_screens(struct stage *stage)
{
    open_drafts_of(stage);
    stage_push(stage, &screen_tickets, NULL);
    if (stage->drafts.count > 0) {
        stage_push(stage, &screen_drafts, NULL);
    }
}

/* --- There ----------------------------------------------------------------------------------- */

static void on_begun(void *context, enum error error, const void *reply,
                     const struct failure *failure)
{
    struct stage *stage = context;

    stage->changing_person = 0;
    stage_begin(stage);
    if (error != ERROR_NONE) {
        stage_explain(stage, NULL, error, failure);
    } else {
        const struct account *person = &((const struct account_reply *)reply)->account;
        leave_all(stage);
        desk_drafts_forget(&stage->desk_drafts);
        desk_drafts_suspend(&stage->desk_drafts); /* they are the admin's own, and stay that */
        model_begin_acting(stage->model, person);
        open_screens(stage);
        stage_say(stage, STATUS_WARNING, "You act as %.*s now. Z ends it.",
                  TEXT_ARGUMENTS(person->name));
    }
    stage_end(stage);
    model_changed(stage->model, 0, false); /* draws */
}

static bool is_connected(struct stage *stage)
{
    if (connection_state(stage->connection) == CONNECTION_READY) {
        return true;
    }
    stage_say(stage, STATUS_ERROR, "Not sent: no connection. Try again when it is live.");
    return false;
}

/* What is still on its way would be answered in a name that is not the asker's any more. */
static bool is_busy(struct stage *stage)
{
    if (stage->changing_person == 0 && stage->requests == NULL && stage->batch == NULL &&
        stage->undo.request == 0 && stage->held.request == 0) {
        return false;
    }
    stage_say(stage, STATUS_WARNING, "Something is still on its way. Try again in a moment.");
    return true;
}

static void on_answer(struct screen *asker, bool yes, const char *text)
{
    struct stage *stage = asker->stage;
    const struct account *account = admin_selected_account(stage);

    (void)text;
    if (!yes || account == NULL || !is_connected(stage) || is_busy(stage)) {
        return;
    }
    struct account_act_as request = {.name = account->name};
    stage->changing_person =
        connection_request(stage->connection, METHOD_ACCOUNT_ACT_AS, &request, on_begun, stage);
}

void act_as_account(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct account *account = admin_selected_account(stage);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_answer};

    if (account != NULL) {
        snprintf(text, sizeof text, "Act as %.*s? It is done in their name and on record.",
                 TEXT_ARGUMENTS(account->name));
        stage_push(stage, &screen_question, &question);
    }
}

/* --- And back -------------------------------------------------------------------------------- */

/* `begins` is how the sentence does that says who one is. */
static void come_back(struct stage *stage, const char *begins)
{
    char person[USER_NAME_MAX + 1];
    char kept[STAGE_TEXT_MAX / 2] = "";

    snprintf(person, sizeof person, "%.*s", TEXT_ARGUMENTS(stage->model->account.account.name));
    leave_all(stage);
    if (stage->drafts.count > 0) {
        snprintf(kept, sizeof kept, " Text typed as %s is kept.", person);
    }
    desk_drafts_forget(&stage->desk_drafts);
    model_end_acting(stage->model);
    open_screens(stage);
    desk_drafts_refresh(&stage->desk_drafts);
    stage_hush(stage); /* what was said last was said in the other name */
    stage_say(stage, STATUS_WARNING, "%s %.*s again.%s", begins,
              TEXT_ARGUMENTS(stage->model->account.account.name), kept);
}

static void on_ended(void *context, enum error error, const void *reply,
                     const struct failure *failure)
{
    struct stage *stage = context;

    (void)reply;
    stage->changing_person = 0;
    stage_begin(stage);
    if (error == ERROR_NOT_SIGNED_IN) {
        model_expire(stage->model);
    } else if (error == ERROR_NONE || error == ERROR_ALREADY_DONE) {
        come_back(stage, "You are");
        if (model_is_elevated(stage->model) && stage->drafts.count == 0) {
            open_accounts(stage);
        }
    } else if (error != ERROR_CONNECTION_LOST) { /* then it ends by itself */
        stage_explain(stage, NULL, error, failure);
    }
    stage_end(stage);
    model_changed(stage->model, 0, false); /* draws */
}

void end_acting(struct stage *stage)
{
    struct nothing request = {0};

    if (!stage->model->account.acting) {
        stage_say(stage, STATUS_INFO, "You act as nobody but yourself.");
    } else if (is_connected(stage) && !is_busy(stage)) {
        stage->changing_person = connection_request(stage->connection, METHOD_ACCOUNT_END_ACT_AS,
                                                    &request, on_ended, stage);
    }
}

void stage_follow_acting(struct stage *stage)
{
    if (stage->model->account.lapsed && !stage->model->account.expired) {
        stage->model->account.lapsed = false;
        come_back(stage, "The line was lost: you are");
    }
}

/* --- In the title row ------------------------------------------------------------------------ */

void stage_acting_text(const struct stage *stage, int columns, char *text, size_t size)
{
    const struct model_account *account = &stage->model->account;

    text[0] = '\0';
    if (!account->acting || account->expired) {
        return;
    }
    int used = snprintf(text, size, "ACTING AS %.*s (admin %.*s)",
                        TEXT_ARGUMENTS(account->account.name), TEXT_ARGUMENTS(account->admin.name));
    if (used > columns) {
        snprintf(text, size, "ACTING AS %.*s", TEXT_ARGUMENTS(account->account.name));
    }
}
