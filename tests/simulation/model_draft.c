/* What people have begun to write in the model. */
#include <string.h>

#include "proto/require.h"
#include "tests/simulation/model_internal.h"

enum { DRAFTS_EACH = 64 };

static size_t author(const struct turn *turn)
{
    return (size_t)(turn->who.account - turn->model->accounts);
}

/* number 0: of a new ticket. NULL: there is none. */
static struct model_draft *find(const struct turn *turn, uint64_t number, enum draft_for what)
{
    for (size_t i = 0; i < turn->model->draft_count; i++) {
        struct model_draft *draft = &turn->model->drafts[i];
        if (draft->account == author(turn) && draft->number == number && draft->what == what) {
            return draft;
        }
    }
    return NULL;
}

static void take_out(struct model *model, struct model_draft *draft)
{
    *draft = model->drafts[--model->draft_count];
}

static void put(struct turn *turn, uint64_t number, enum draft_for what, struct text title,
                struct text text)
{
    struct model_draft *draft = find(turn, number, what);

    if (draft == NULL) {
        require(turn->model->draft_count < MODEL_DRAFTS);
        draft = &turn->model->drafts[turn->model->draft_count++];
    }
    *draft = (struct model_draft){.account = author(turn),
                                  .number = number,
                                  .what = what,
                                  .updated_ms = turn->command->time_ms};
    model_copy(draft->title, title);
    model_copy(draft->text, text);
}

void model_drop_draft(struct turn *turn, uint64_t number, enum draft_for what)
{
    struct model_draft *draft = find(turn, number, what);

    if (draft != NULL) {
        take_out(turn->model, draft);
    }
}

void model_bring_back_draft(struct turn *turn, uint64_t number, const char *text)
{
    if (find(turn, number, DRAFT_FOR_REPLY) == NULL) {
        put(turn, number, DRAFT_FOR_REPLY, text_of(""), text_of(text));
    }
}

void model_purge_drafts(struct model *model)
{
    for (size_t i = model->draft_count; i-- > 0;) {
        uint64_t number = model->drafts[i].number;
        if (number != 0 && model->tickets[number - 1].purged) {
            take_out(model, &model->drafts[i]);
        }
    }
}

static bool has_room(const struct turn *turn)
{
    size_t count = 0;

    for (size_t i = 0; i < turn->model->draft_count; i++) {
        count += turn->model->drafts[i].account == author(turn);
    }
    return count < DRAFTS_EACH;
}

static void save(struct turn *turn)
{
    const struct draft_save *request = turn->command->request;
    bool is_new = request->what == DRAFT_FOR_TICKET;
    uint64_t survivor = model_survivor(turn->model, request->number);

    if (request->number != 0 && turn_ticket(turn, survivor) == NULL) {
        return;
    }
    if (is_new != (request->number == 0)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "number");
    } else if (!is_new && request->title.length > 0) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "title");
    } else if (request->title.length == 0 && request->text.length == 0) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "text");
    } else if (find(turn, request->number, request->what) == NULL && !has_room(turn)) {
        turn_refuse(turn, ERROR_TOO_MANY, NULL);
    } else {
        put(turn, request->number, request->what, request->title, request->text);
    }
}

static void drop(struct turn *turn)
{
    const struct draft_remove *request = turn->command->request;
    struct model_draft *draft = find(turn, request->number, request->what);

    if (draft == NULL) {
        turn_refuse(turn, ERROR_NOT_FOUND, "what");
    } else {
        take_out(turn->model, draft);
    }
}

bool model_draft_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_DRAFT_SAVE:
        save(turn);
        return true;
    case METHOD_DRAFT_REMOVE:
        drop(turn);
        return true;
    default:
        return false;
    }
}
