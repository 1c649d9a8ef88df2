/* Accounts and role requests, which only admin mode may read. Both lists are read as a whole, page
 * by page. */
#include <stdlib.h>

#include "proto/copy.h"
#include "tui/model.h"

void people_init(struct model_people *people, struct model *model)
{
    *people = (struct model_people){.model = model};
    arena_init(&people->account_arena, 0);
    arena_init(&people->request_arena, 0);
}

static void cancel(struct model_people *people, uint64_t *request)
{
    if (*request != 0) {
        connection_cancel(people->model->connection, *request);
        *request = 0;
    }
}

void people_forget(struct model_people *people)
{
    cancel(people, &people->accounts_request);
    cancel(people, &people->requests_request);
    free(people->accounts);
    free(people->requests);
    arena_finish(&people->account_arena);
    arena_finish(&people->request_arena);
    people_init(people, people->model);
}

/* --- Accounts --- */

static void on_accounts(void *context, enum error error, const void *reply,
                        const struct failure *failure);

static void ask_accounts(struct model_people *people, uint64_t cursor)
{
    struct admin_account_list request = {.cursor = cursor, .limit = PAGE_MAX};

    cancel(people, &people->accounts_request);
    present_mark(&request.present, ACCOUNT_LIST_LIMIT);
    if (cursor != 0) {
        present_mark(&request.present, ACCOUNT_LIST_CURSOR);
    }
    people->accounts_fresh = cursor == 0;
    people->accounts_request = connection_request(
        people->model->connection, METHOD_ADMIN_ACCOUNT_LIST, &request, on_accounts, people);
}

static void add_accounts(struct model_people *people, const struct list *page)
{
    size_t count = people->account_count + page->count;
    struct account *accounts = realloc(people->accounts, (count + 1) * sizeof *accounts);

    if (accounts == NULL) {
        return;
    }
    people->accounts = accounts;
    for (size_t i = 0; i < page->count; i++) {
        if (!message_copy(&people->account_arena, &account_table,
                          &((const struct account *)page->items)[i],
                          &accounts[people->account_count])) {
            return;
        }
        people->account_count++;
    }
}

static void on_accounts(void *context, enum error error, const void *reply,
                        const struct failure *failure)
{
    struct model_people *people = context;
    const struct admin_account_list_reply *page = reply;

    people->accounts_request = 0;
    if (error != ERROR_NONE) {
        model_failed(people->model, error, failure);
        return;
    }
    if (people->accounts_fresh) {
        people->account_count = 0;
        arena_reset(&people->account_arena);
    }
    add_accounts(people, &page->accounts);
    people->accounts_loaded = true;
    if (page->more) {
        ask_accounts(people, page->cursor);
    }
    model_changed(people->model, MODEL_PEOPLE, false);
}

void model_accounts_refresh(struct model_people *people)
{
    ask_accounts(people, 0);
}

/* --- Role requests --- */

static void on_requests(void *context, enum error error, const void *reply,
                        const struct failure *failure);

static void ask_requests(struct model_people *people, uint64_t cursor)
{
    struct admin_role_requests request = {.cursor = cursor, .limit = PAGE_MAX};

    cancel(people, &people->requests_request);
    present_mark(&request.present, ROLE_REQUESTS_LIMIT);
    if (cursor != 0) {
        present_mark(&request.present, ROLE_REQUESTS_CURSOR);
    }
    people->requests_fresh = cursor == 0;
    people->requests_request = connection_request(
        people->model->connection, METHOD_ADMIN_ROLE_REQUESTS, &request, on_requests, people);
}

static void add_requests(struct model_people *people, const struct list *page)
{
    size_t count = people->request_count + page->count;
    struct role_request *requests = realloc(people->requests, (count + 1) * sizeof *requests);

    if (requests == NULL) {
        return;
    }
    people->requests = requests;
    for (size_t i = 0; i < page->count; i++) {
        if (!message_copy(&people->request_arena, &role_request_table,
                          &((const struct role_request *)page->items)[i],
                          &requests[people->request_count])) {
            return;
        }
        people->request_count++;
    }
}

static void on_requests(void *context, enum error error, const void *reply,
                        const struct failure *failure)
{
    struct model_people *people = context;
    const struct admin_role_requests_reply *page = reply;

    people->requests_request = 0;
    if (error != ERROR_NONE) {
        model_failed(people->model, error, failure);
        return;
    }
    if (people->requests_fresh) {
        people->request_count = 0;
        arena_reset(&people->request_arena);
    }
    add_requests(people, &page->requests);
    people->requests_loaded = true;
    if (page->more) {
        ask_requests(people, page->cursor);
    }
    model_changed(people->model, MODEL_PEOPLE, false);
}

void model_requests_refresh(struct model_people *people)
{
    ask_requests(people, 0);
}
