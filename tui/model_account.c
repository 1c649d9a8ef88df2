/* Who is signed in, and what they may do as far as the screen has to know. The desk decides. */
#include <string.h>

#include "proto/copy.h"
#include "tui/model.h"

void model_expire(struct model *model)
{
    if (model->account.known && !model->account.expired) {
        model->account.expired = true;
        model->account.elevated_until_ms = 0;
        model->subscribed = false;
        model_changed(model, MODEL_ACCOUNT, false);
    }
}

bool model_is_staff(const struct model *model)
{
    return model->account.known && model->account.account.role != ROLE_USER;
}

bool model_is_admin(const struct model *model)
{
    return model->account.known && model->account.account.role == ROLE_ADMIN;
}

bool model_is_elevated(const struct model *model)
{
    return model->account.elevated_until_ms != 0 &&
           connection_desk_ms(model->connection) < model->account.elevated_until_ms;
}

void model_set_elevated(struct model *model, uint64_t until_ms)
{
    model->account.elevated_until_ms = until_ms;
    model_changed(model, MODEL_ACCOUNT, false);
}

static void on_account(void *context, enum error error, const void *reply,
                       const struct failure *failure)
{
    struct model *model = context;
    const struct account_reply *account = reply;
    struct account copy;

    if (error != ERROR_NONE) {
        model_failed(model, error, failure);
        return;
    }
    arena_reset(&model->account.arena);
    model->account.known =
        message_copy(&model->account.arena, &account_table, &account->account, &copy);
    model->account.account = copy;
    model_changed(model, MODEL_ACCOUNT, false);
}

void model_refresh_account(struct model *model)
{
    struct account_get request = {0};

    connection_request(model->connection, METHOD_ACCOUNT_GET, &request, on_account, model);
}

/* Taking over a sign-in after the first one of this run: a person who is known already keeps
 * everything that is on the screen. */
void model_signed_in(struct model *model, const struct account *account)
{
    struct account copy;

    if (model->account.known && model->account.account.role != account->role) {
        model->has_epoch = false; /* another sight of the desk: everything is read again */
    }
    arena_reset(&model->account.arena);
    model->account.known = message_copy(&model->account.arena, &account_table, account, &copy);
    model->account.account = copy;
    model->account.expired = false;
    model_subscribe(model);
    model_changed(model, MODEL_ACCOUNT | MODEL_CONNECTION, false);
}
