/* Admin mode: making the selected account's person unknown. It cannot be taken back, so the name
 * has to be typed. */
#include <stdio.h>

#include "tui/screens/admin.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"

static void on_typed(struct screen *asker, bool yes, const char *text)
{
    char done[STAGE_TEXT_MAX];
    const struct account *account = admin_selected_account(asker->stage);

    if (!yes || account == NULL || !text_equal(account->name, text_of(text))) {
        return;
    }
    struct admin_account request = {.name = account->name};
    snprintf(done, sizeof done, "%.*s is unknown now; tickets and messages are still there.",
             TEXT_ARGUMENTS(account->name));
    screen_send(asker, &(struct stage_order){.method = METHOD_ADMIN_ACCOUNT_ANONYMISE,
                                             .request = &request,
                                             .task = "Making the person unknown",
                                             .done = done});
}

void anonymise_account(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    char name[USER_NAME_MAX + 1];
    const struct account *account = admin_selected_account(stage);
    struct question question = {
        .kind = PROMPT_TYPED, .text = text, .given = name, .on_answer = on_typed};

    if (account != NULL) {
        snprintf(name, sizeof name, "%.*s", TEXT_ARGUMENTS(account->name));
        snprintf(text, sizeof text, "Type the name to forget %s for ever:", name);
        stage_push(stage, &screen_question, &question);
    }
}
