/* The queues that this person works in or may file into: few, so they are read at once. */
#include "proto/copy.h"
#include "tui/model.h"

void queues_init(struct model_queues *queues, struct model *model)
{
    *queues = (struct model_queues){.model = model};
    arena_init(&queues->arena, 0);
}

void queues_forget(struct model_queues *queues)
{
    if (queues->request != 0) {
        connection_cancel(queues->model->connection, queues->request);
    }
    arena_finish(&queues->arena);
    queues_init(queues, queues->model);
}

static void take(struct model_queues *queues, const struct list *items)
{
    arena_reset(&queues->arena);
    queues->count = 0;
    queues->items = arena_array(&queues->arena, items->count + 1, sizeof *queues->items);
    for (size_t i = 0; queues->items != NULL && i < items->count; i++) {
        if (!message_copy(&queues->arena, &queue_table, &((const struct queue *)items->items)[i],
                          &queues->items[queues->count])) {
            return;
        }
        queues->count++;
    }
}

/* Without an answer there is nothing to choose from, as at a desk that knows no queues. */
static void on_queues(void *context, enum error error, const void *reply,
                      const struct failure *failure)
{
    struct model_queues *queues = context;
    (void)failure;

    queues->request = 0;
    if (error == ERROR_NONE) {
        take(queues, &((const struct queue_list_reply *)reply)->queues);
        model_changed(queues->model, MODEL_QUEUES, false);
    }
}

void model_queues_refresh(struct model_queues *queues)
{
    struct nothing request = {0};

    if (queues->request != 0) {
        connection_cancel(queues->model->connection, queues->request);
    }
    queues->request = connection_request(queues->model->connection, METHOD_QUEUE_LIST, &request,
                                         on_queues, queues);
}
