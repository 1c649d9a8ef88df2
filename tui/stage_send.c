/* Requests of screens. A screen can be gone when its reply comes: then the reply is only said, and
 * a draft is dropped or kept all the same. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/copy.h"
#include "proto/operation.h"
#include "proto/random.h"
#include "tui/stage_parts.h"
#include "tui/undo.h"

enum { SAY_AFTER_MS = 300, SECOND_MS = 1000 };

struct stage_request {
    struct stage_request *next;
    struct stage *stage; /* borrowed */
    uint64_t serial;     /* of the screen */
    uint64_t id;         /* of the connection's request */
    enum method method;
    uint64_t since_ms;
    bool has_draft;
    struct draft_key draft;
    void (*on_done)(struct stage *stage, uint64_t about); /* NULL: none */
    uint64_t about;
    bool (*on_refused)(struct stage *stage, const struct stage_refusal *refusal); /* NULL: none */
    struct arena arena;
    void *request; /* in the arena; NULL unless there is on_refused */
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
};

static struct screen *find_screen(const struct stage *stage, uint64_t serial)
{
    struct screen *screen = stage->top;

    while (screen != NULL && (screen->serial != serial || screen->closing)) {
        screen = screen->below;
    }
    return screen;
}

static void take_out(struct stage_request *request)
{
    struct stage_request **place = &request->stage->requests;

    while (*place != request) {
        place = &(*place)->next;
    }
    *place = request->next;
}

static void free_request(struct stage_request *request)
{
    arena_finish(&request->arena);
    free(request);
}

/* For whoever may send it again in another way; without memory a refusal is only said. */
static void keep_request(struct stage_request *request, const struct stage_order *order)
{
    const struct table *table = methods[order->method].request;

    if (order->on_refused == NULL) {
        return;
    }
    arena_init(&request->arena, 0);
    request->request = arena_alloc(&request->arena, table->size);
    if (request->request != NULL &&
        message_copy(&request->arena, table, order->request, request->request)) {
        request->on_refused = order->on_refused;
    }
}

/* Whether nothing is left to be said about it. */
static bool is_dealt_with(const struct stage_request *request, enum error error,
                          const struct failure *failure)
{
    struct stage_refusal refusal = {request->method, request->request, request->task, request->done,
                                    error,           failure};

    return error != ERROR_NONE && request->on_refused != NULL &&
           request->on_refused(request->stage, &refusal);
}

static void on_reply(void *context, enum error error, const void *reply,
                     const struct failure *failure)
{
    struct stage_request *request = context;
    struct stage *stage = request->stage;
    struct screen *screen = find_screen(stage, request->serial);

    stage_begin(stage);
    take_out(request);
    if (error == ERROR_NONE && request->has_draft) {
        stage_draft_done(stage, request->draft);
    }
    if (error == ERROR_NONE && request->on_done != NULL) {
        request->on_done(stage, request->about);
    }
    if (error == ERROR_NONE && request->done[0] != '\0') {
        stage_say(stage, STATUS_INFO, "%s%s", request->done,
                  undo_takes_back(request->method) ? stage_undo_hint(stage) : "");
    }
    bool signed_in =
        request->method == METHOD_ACCOUNT_LOGIN || request->method == METHOD_ACCOUNT_LOGIN_KEY;
    if (error == ERROR_NONE && signed_in && screen == NULL) {
        /* Whoever wanted to sign in has gone away since. */
        connection_request(stage->connection, METHOD_ACCOUNT_LOGOUT, &(struct nothing){0}, NULL,
                           NULL);
    }
    if (error == ERROR_NOT_SIGNED_IN) {
        model_expire(stage->model);
    }
    if (screen != NULL) {
        screen->sending = false;
    }
    bool dealt_with = is_dealt_with(request, error, failure);
    if (screen != NULL && !dealt_with) {
        struct screen_reply answer = {request->method, error, reply, failure};
        if (screen->ops->reply != NULL) {
            screen->ops->reply(screen, &answer);
        }
    }
    if (error != ERROR_NONE && !dealt_with && (screen == NULL || screen->ops->reply == NULL)) {
        stage_explain(stage, request->task[0] != '\0' ? request->task : NULL, error, failure);
    }
    free_request(request);
    stage_end(stage);
    model_changed(stage->model, 0, false); /* draws */
}

/* Signing in may wait for the first line; everything else is only sent when there is one. */
static bool can_send(const struct stage *stage, enum method method)
{
    enum connection_state state = connection_state(stage->connection);
    bool early = method == METHOD_ACCOUNT_LOGIN || method == METHOD_ACCOUNT_REGISTER;

    return state == CONNECTION_READY || (early && state == CONNECTION_OPENING);
}

bool screen_send(struct screen *screen, const struct stage_order *order)
{
    struct stage *stage = screen->stage;

    if (screen->sending || stage->changing_person != 0) {
        stage_say(stage, STATUS_WARNING, "It is on its way already.");
        return false;
    }
    if (!can_send(stage, order->method)) {
        stage_say(stage, STATUS_ERROR, "Not sent: no connection.%s Try again when it is live.",
                  order->draft != NULL ? " Your text is kept." : "");
        return false;
    }
    struct stage_request *request = calloc(1, sizeof *request);
    if (request == NULL) {
        stage_say(stage, STATUS_ERROR, "%s", error_sentence(ERROR_NO_MEMORY));
        return false;
    }
    request->stage = stage;
    request->serial = screen->serial;
    request->method = order->method;
    request->since_ms = stage->now_ms;
    request->on_done = order->on_done;
    request->about = order->about;
    keep_request(request, order);
    request->has_draft = order->draft != NULL;
    request->draft = order->draft != NULL ? *order->draft : (struct draft_key){DRAFT_NEW, 0};
    snprintf(request->task, sizeof request->task, "%s", order->task != NULL ? order->task : "");
    snprintf(request->done, sizeof request->done, "%s", order->done != NULL ? order->done : "");
    request->next = stage->requests;
    stage->requests = request;
    screen->sending = true;
    request->id =
        connection_request(stage->connection, order->method, order->request, on_reply, request);
    if (request->id == 0) {
        take_out(request);
        free_request(request);
        screen->sending = false;
        stage_say(stage, STATUS_ERROR, "%s", error_sentence(ERROR_NO_MEMORY));
        return false;
    }
    return true;
}

void stage_abandon(struct screen *screen)
{
    screen->sending = false;
    screen->serial = ++screen->stage->next_serial; /* the reply finds nobody and is only said */
    stage_say(screen->stage, STATUS_WARNING,
              "Not waiting any more. It may still be done; you will be told.");
}

void stage_forget_requests(struct stage *stage)
{
    while (stage->requests != NULL) {
        struct stage_request *request = stage->requests;
        stage->requests = request->next;
        connection_cancel(stage->connection, request->id);
        free_request(request);
    }
}

void stage_make_operation(const struct stage *stage, uint8_t ret_operation[OPERATION_BYTES])
{
    uint8_t random[OPERATION_RANDOM_BYTES];

    random_fill(random, sizeof random);
    operation_make(stage_desk_ms(stage), random, ret_operation);
}

/* --- Waiting, in words --- */

/* What the topmost screen waits for. */
static const struct stage_request *waiting(const struct stage *stage)
{
    for (const struct stage_request *request = stage->requests; request != NULL;
         request = request->next) {
        if (stage->top != NULL && request->serial == stage->top->serial) {
            return request;
        }
    }
    return NULL;
}

bool stage_waiting_text(const struct stage *stage, char *text, size_t size)
{
    const struct stage_request *request = waiting(stage);

    if (request == NULL || stage->now_ms < request->since_ms + SAY_AFTER_MS) {
        return false;
    }
    snprintf(text, size, "%s: waiting for the desk, %" PRIu64 " s. Esc stops waiting.",
             request->task[0] != '\0' ? request->task : "Request",
             (stage->now_ms - request->since_ms) / 1000);
    return true;
}

bool stage_waiting_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms)
{
    const struct stage_request *request = waiting(stage);

    if (request == NULL) {
        return false;
    }
    uint64_t waited_ms = stage->now_ms - request->since_ms;
    *ret_deadline_ms = waited_ms < SAY_AFTER_MS
                           ? request->since_ms + SAY_AFTER_MS
                           : request->since_ms + (waited_ms / SECOND_MS + 1) * SECOND_MS;
    return true;
}
