/* See stage.h. This file: the stack of screens, keys, time and changes of the model. Drawing is in
 * stage_draw.c, sending in stage_send.c. */
#include "tui/stage.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screens/marked.h"
#include "tui/screens/screens.h"
#include "tui/stage_parts.h"
#include "tui/undo.h"
#include "tui/when.h"

enum {
    SAVE_IDLE_MS = 2000, /* of no keys until drafts are saved */
    GUARD_MS = 250,      /* a question takes no keys at first */
    EVENT_DRAW_MS = 250, /* between drawings that events ask for */
    SECOND_MS = 1000,
};

/* --- The stack --- */

void stage_init(struct stage *stage, struct terminal *terminal, struct connection *connection,
                struct model *model)
{
    *stage = (struct stage){.terminal = terminal, .connection = connection, .model = model};
    status_bar_init(&stage->status);
    idle_init(&stage->idle);
    stage_watch_drafts(stage);
}

struct screen *stage_push(struct stage *stage, const struct screen_ops *ops, const void *arguments)
{
    struct screen *screen = calloc(1, ops->size);

    if (screen == NULL) {
        return NULL;
    }
    screen->ops = ops;
    screen->stage = stage;
    screen->serial = ++stage->next_serial;
    screen->below = stage->top;
    stage->top = screen;
    if (ops->open != NULL && !ops->open(screen, arguments)) {
        screen->closing = true;
        return NULL;
    }
    return screen;
}

void screen_close(struct screen *screen)
{
    screen->closing = true;
}

/* Frees the screens that have been closed. Never called while one of them may be running. */
static void sweep(struct stage *stage)
{
    struct screen **place = &stage->top;

    while (*place != NULL) {
        struct screen *screen = *place;
        if (!screen->closing) {
            place = &screen->below;
            continue;
        }
        *place = screen->below;
        if (screen->ops->close != NULL) {
            screen->ops->close(screen);
        }
        free(screen);
    }
}

void stage_begin(struct stage *stage)
{
    stage->depth++;
}

void stage_end(struct stage *stage)
{
    stage->depth--;
    if (stage->depth == 0) {
        sweep(stage);
    }
}

void stage_close_all(struct stage *stage)
{
    stage_save(stage);
    for (struct screen *screen = stage->top; screen != NULL; screen = screen->below) {
        screen->closing = true;
    }
}

void stage_replace_all(struct stage *stage, const struct screen_ops *ops, const void *arguments)
{
    stage_close_all(stage);
    stage_push(stage, ops, arguments);
}

struct screen *stage_find(const struct stage *stage, const struct screen_ops *ops)
{
    for (struct screen *screen = stage->top; screen != NULL; screen = screen->below) {
        if (screen->ops == ops && !screen->closing) {
            return screen;
        }
    }
    return NULL;
}

void stage_finish(struct stage *stage)
{
    stage_close_all(stage);
    sweep(stage);
    stage_forget_requests(stage);
    stage_forget_held(stage);
    stage_forget_batch(stage);
    stage_forget_undo(stage);
    desk_drafts_forget(&stage->desk_drafts);
    stage_forget_transfer(stage);
    drafts_close(&stage->drafts);
    idle_finish(&stage->idle);
}

void stage_save(struct stage *stage)
{
    for (struct screen *screen = stage->top; screen != NULL; screen = screen->below) {
        if (screen->ops->save != NULL && !screen->closing) {
            screen->ops->save(screen);
        }
    }
    stage->unsaved = false;
}

/* --- Saying --- */

void stage_say(struct stage *stage, enum status_weight weight, const char *pattern, ...)
{
    char text[STATUS_TEXT_MAX];
    va_list arguments;

    va_start(arguments, pattern);
    vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    status_bar_say(&stage->status, weight, stage->now_ms, text);
}

void stage_hush(struct stage *stage)
{
    stage->status.showing = false;
}

void stage_explain(struct stage *stage, const char *task, enum error error,
                   const struct failure *failure)
{
    char wait[48] = "";
    const char *sentence = error_sentence(error);
    size_t length = strlen(sentence);

    if (failure != NULL && failure->message.length > 0) {
        sentence = failure->message.data;
        length = failure->message.length;
    }
    if (failure != NULL && present_has(failure->present, FAILURE_RETRY_AFTER)) {
        snprintf(wait, sizeof wait, " Next try in %" PRIu64 " s.",
                 (failure->retry_after_ms + 999) / 1000);
    }
    stage_say(stage, STATUS_ERROR, "%s%s%.*s%s", task != NULL ? task : "",
              task != NULL ? " failed: " : "", (int)length, sentence, wait);
}

void stage_guard(struct stage *stage)
{
    terminal_drop_keys(stage->terminal, stage->now_ms + GUARD_MS);
}

/* --- What is known --- */

const struct ticket *stage_subject(const struct stage *stage)
{
    for (struct screen *screen = stage->top; screen != NULL; screen = screen->below) {
        if (screen->ops->subject != NULL && !screen->closing) {
            return screen->ops->subject(screen);
        }
    }
    return NULL;
}

bool stage_offers(const struct stage *stage, const struct action *action, enum screen_id screen)
{
    return action_applies(action, screen, stage_role(stage)) &&
           (action->need != NEED_ACTING || stage->model->account.acting);
}

enum role stage_role(const struct stage *stage)
{
    return stage->model->account.known ? stage->model->account.account.role : ROLE_USER;
}

uint64_t stage_desk_ms(const struct stage *stage)
{
    uint64_t desk_ms = connection_desk_ms(stage->connection);

    return desk_ms != 0 ? desk_ms : when_now_ms();
}

bool stage_reconnect(struct stage *stage)
{
    enum connection_state state = connection_state(stage->connection);

    if (state == CONNECTION_WAITING) {
        connection_retry(stage->connection);
    } else if (state == CONNECTION_CLOSED) {
        connection_open(stage->connection, NULL);
    }
    return state != CONNECTION_READY;
}

/* --- Keys --- */

static bool is_too_small(const struct stage *stage)
{
    int rows;
    int columns;

    terminal_size(stage->terminal, &rows, &columns);
    return rows < STAGE_ROWS_MIN || columns < STAGE_COLUMNS_MIN;
}

static void run_action(struct stage *stage, const struct key *key)
{
    const struct action *action = action_find(key, stage->top->ops->id, stage_role(stage));

    if (action != NULL && action->run != NULL) {
        if (!marked_act(stage, action)) {
            action->run(stage);
        }
    } else if (key->code == KEYCODE_PASTE) {
        stage_say(stage, STATUS_INFO, "Paste ignored here.");
    }
}

/* A key that means the same everywhere, even in the middle of a text. */
static bool take_common_key(struct stage *stage, const struct key *key)
{
    if (key_is_control(key, 'l')) {
        terminal_repaint(stage->terminal);
    } else if (key_is_control(key, 'z')) {
        terminal_stop(stage->terminal);
    } else {
        return false;
    }
    return true;
}

static void dispatch_key(struct stage *stage, const struct key *key)
{
    struct screen *top = stage->top;

    if (take_common_key(stage, key)) {
        return;
    }
    if (is_too_small(stage)) {
        stage->ended = key_is_character(key, 'q') || key_is_character(key, 'Q');
        return;
    }
    if (status_bar_key(&stage->status, key, stage->now_ms) == HANDLED) {
        return;
    }
    if (top->sending && key_is_cancel(key)) {
        stage_abandon(top);
        return;
    }
    if (top->ops->key == NULL || top->ops->key(top, key) == HANDLED_NOT) {
        run_action(stage, key);
    }
}

void stage_on_key(struct stage *stage, const struct key *key)
{
    if (key->code == KEYCODE_RESIZE || stage->ended) {
        return;
    }
    stage->key_ms = stage->now_ms;
    stage->unsaved = true;
    stage_begin(stage);
    dispatch_key(stage, key);
    stage_end(stage);
    stage_follow_presence(stage);
}

/* --- Time --- */

static void lower(uint64_t *deadline_ms, uint64_t at_ms)
{
    *deadline_ms = at_ms < *deadline_ms ? at_ms : *deadline_ms;
}

bool stage_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms)
{
    uint64_t deadline_ms = UINT64_MAX;
    uint64_t at_ms;

    if (status_bar_deadline_ms(&stage->status, &at_ms)) {
        lower(&deadline_ms, at_ms);
    }
    if (stage->unsaved) {
        lower(&deadline_ms, stage->key_ms + SAVE_IDLE_MS);
    }
    if (stage->late) {
        lower(&deadline_ms, stage->drawn_ms + EVENT_DRAW_MS);
    }
    if (stage_waiting_deadline_ms(stage, &at_ms)) {
        lower(&deadline_ms, at_ms);
    }
    if (stage_held_deadline_ms(stage, &at_ms)) {
        lower(&deadline_ms, at_ms);
    }
    if (stage_batch_deadline_ms(stage, &at_ms)) {
        lower(&deadline_ms, at_ms);
    }
    if (stage_presence_deadline_ms(stage, &at_ms)) {
        lower(&deadline_ms, at_ms);
    }
    if (stage_transfer_deadline_ms(stage, &at_ms)) {
        lower(&deadline_ms, at_ms);
    }
    for (const struct screen *screen = stage->top; screen != NULL; screen = screen->below) {
        if (screen->wake_ms != 0) {
            lower(&deadline_ms, screen->wake_ms);
        }
    }
    if (connection_state(stage->connection) == CONNECTION_WAITING) {
        lower(&deadline_ms, stage->now_ms + SECOND_MS); /* "retry 8s" counts down */
    }
    if (model_is_elevated(stage->model)) {
        /* The title row must not say MODE: ADMIN any longer than it is so. */
        lower(&deadline_ms, stage->now_ms + stage->model->account.elevated_until_ms -
                                connection_desk_ms(stage->connection));
    }
    *ret_deadline_ms = deadline_ms;
    return deadline_ms != UINT64_MAX;
}

static void wake_screens(struct stage *stage)
{
    stage_begin(stage);
    for (struct screen *screen = stage->top; screen != NULL; screen = screen->below) {
        if (screen->wake_ms != 0 && stage->now_ms >= screen->wake_ms && !screen->closing) {
            screen->wake_ms = 0;
            screen->ops->wake(screen);
        }
    }
    stage_end(stage);
}

void stage_on_time(struct stage *stage)
{
    wake_screens(stage);
    status_bar_tick(&stage->status, stage->now_ms);
    if (stage->unsaved && stage->now_ms >= stage->key_ms + SAVE_IDLE_MS) {
        stage_save(stage);
    }
    stage_follow_transfer(stage);
    stage_follow_presence(stage);
}

/* --- Changes --- */

static void follow_connection(struct stage *stage)
{
    enum connection_state state = connection_state(stage->connection);
    bool offline = state == CONNECTION_CLOSED || state == CONNECTION_WAITING;

    if (!offline) {
        stage->offline_since_ms = 0;
    } else if (stage->offline_since_ms == 0) {
        stage->offline_since_ms = when_now_ms();
    }
    if (state != CONNECTION_CLOSED) {
        return;
    }
    enum error error = connection_error(stage->connection);
    bool key_trouble = error == ERROR_HOST_KEY_UNKNOWN || error == ERROR_HOST_KEY_CHANGED;
    if (key_trouble && stage_find(stage, &screen_trust) == NULL) {
        stage_push(stage, &screen_trust, NULL);
    } else if (!key_trouble && error != ERROR_NONE) {
        stage_say(stage, STATUS_ERROR, "%s", connection_problem(stage->connection));
    }
}

void stage_on_change(struct stage *stage, unsigned changes, bool by_event)
{
    stage_begin(stage);
    if ((changes & MODEL_CONNECTION) != 0) {
        follow_connection(stage);
        stage_follow_transfer(stage);
    }
    stage_follow_acting(stage);
    if ((changes & MODEL_ACCOUNT) != 0 && stage->model->account.expired &&
        stage_find(stage, &screen_sign_in) == NULL) {
        stage_save(stage);
        stage_push(stage, &screen_sign_in, NULL);
        stage_say(stage, STATUS_WARNING, "Your sign-in has ended. Sign in again to go on.");
    }
    for (struct screen *screen = stage->top; screen != NULL; screen = screen->below) {
        if (screen->ops->event != NULL && !screen->closing) {
            screen->ops->event(screen, changes, by_event);
        }
    }
    stage_end(stage);
    stage_follow_presence(stage);
    if (by_event && stage->now_ms < stage->drawn_ms + EVENT_DRAW_MS) {
        stage->late = true;
    }
}

void stage_on_failure(struct stage *stage, enum error error, const struct failure *failure)
{
    if (error != ERROR_CONNECTION_LOST) {
        stage_explain(stage, NULL, error, failure);
    }
}

/* --- Coming in --- */

static bool is_same_person(const struct stage *stage, const struct account *account)
{
    return stage->model->account.known && !stage->model->account.acting &&
           text_equal(stage->model->account.account.name, account->name);
}

void stage_enter(struct stage *stage, const struct account *account)
{
    char name[USER_NAME_MAX + 1];
    bool same = is_same_person(stage, account) && stage_find(stage, &screen_tickets) != NULL;

    snprintf(name, sizeof name, "%.*s", (int)account->name.length, account->name.data);
    if (same) {
        for (struct screen *screen = stage->top; screen != NULL; screen = screen->below) {
            screen->closing = screen->closing || screen->ops->bare;
        }
        model_signed_in(stage->model, account);
        return;
    }
    stage_close_all(stage);
    stage_forget_held(stage);
    stage_forget_batch(stage);
    stage_forget_undo(stage);
    desk_drafts_forget(&stage->desk_drafts);
    stage_forget_transfer(stage);
    model_forget(stage->model);
    drafts_open(&stage->drafts, connection_address(stage->connection), name);
    stage_push(stage, &screen_tickets, NULL);
    model_signed_in(stage->model, account);
    desk_drafts_refresh(&stage->desk_drafts);
    if (stage->drafts.count > 0) {
        stage_push(stage, &screen_drafts, NULL);
    }
}
