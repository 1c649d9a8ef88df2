/* An admin acts as somebody: the model is that person's then, and the admin's own account is kept
 * aside. The desk ties it to the line, so no request that was made in one name may ever be sent
 * again over another line, where it would be made in the other. */
#include "proto/copy.h"
#include "tui/model.h"

void model_begin_acting(struct model *model, const struct account *person)
{
    struct model_account *account = &model->account;
    uint64_t elevated_until_ms = account->elevated_until_ms;
    struct account admin;

    arena_reset(&account->admin_arena);
    if (!message_copy(&account->admin_arena, &account_table, &account->account, &admin)) {
        admin = (struct account){.name = text_of("")};
    }
    model_forget(model);
    connection_bind(model->connection, true);
    account->acting = true;
    account->admin = admin;
    account->admin_elevated_until_ms = elevated_until_ms;
    model_signed_in(model, person);
}

void model_end_acting(struct model *model)
{
    struct model_account *account = &model->account;
    uint64_t elevated_until_ms = account->admin_elevated_until_ms;

    model_forget(model);
    account->elevated_until_ms = elevated_until_ms;
    model_signed_in(model, &account->admin);
}

void acting_forget(struct model *model)
{
    if (model->account.acting) {
        connection_bind(model->connection, false);
    }
    model->account.acting = false;
    model->account.lapsed = false;
    model->account.admin_elevated_until_ms = 0;
}
