/* The keys one can sign in with, as the desk has them. */
#include <stdio.h>
#include <string.h>

#include "proto/fingerprint.h"
#include "tui/key_file.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when.h"
#include "tui/widgets/list_view.h"
#include "tui/wipe.h"

enum { KEYS_SHOWN_MAX = 32 };

struct shown_key {
    uint64_t id;
    char label[KEY_LABEL_MAX * 4 + 1];
    char fingerprint[FINGERPRINT_MAX * 4 + 1];
    uint64_t created_ms;
    uint64_t used_ms; /* 0: never */
};

struct keys_screen {
    struct screen screen;
    struct list_view list;
    struct list_source source;
    struct shown_key keys[KEYS_SHOWN_MAX];
    size_t count;
    char own[FINGERPRINT_SIZE]; /* of the key on this computer; empty: there is none */
    bool loaded;
};

static uint64_t row_id(void *context, size_t index)
{
    return ((struct keys_screen *)context)->keys[index].id;
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    struct keys_screen *shown = context;
    for (size_t i = 0; i < shown->count; i++) {
        if (shown->keys[i].id == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    struct keys_screen *shown = context;
    const struct shown_key *key = &shown->keys[index];
    char line[KEY_LABEL_MAX * 4 + FINGERPRINT_MAX * 4 + 80];
    char used[WHEN_SIZE] = "never";

    if (key->used_ms != 0) {
        when_date(stage_desk_ms(shown->screen.stage), key->used_ms, used);
    }
    snprintf(line, sizeof line, " %-11.11s %-12s %-4s %s", key->label, used,
             strcmp(key->fingerprint, shown->own) == 0 ? "here" : "", key->fingerprint);
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static void find_own(struct keys_screen *shown)
{
    char path[PATH_SIZE];
    struct key_file file;

    if (key_file_path(path) == ERROR_NONE && key_file_load(path, &file) == ERROR_NONE) {
        fingerprint_of_account_key(file.public_key, shown->own);
        wipe(&file, sizeof file);
    }
}

static bool keys_open(struct screen *screen, const void *arguments)
{
    struct keys_screen *shown = (struct keys_screen *)screen;

    (void)arguments;
    shown->source = (struct list_source){row_id, find_row, draw_row, shown};
    list_view_init(&shown->list, &shown->source);
    find_own(shown);
    return true;
}

static void ask(struct screen *screen)
{
    struct nothing request = {0};

    screen_send(screen, &(struct stage_order){.method = METHOD_ACCOUNT_KEYS,
                                              .request = &request,
                                              .task = "Looking for keys"});
}

static void take_keys(struct keys_screen *shown, const struct account_keys *reply)
{
    const struct account_key *items = reply->keys.items;

    shown->count = 0;
    for (size_t i = 0; i < reply->keys.count && shown->count < KEYS_SHOWN_MAX; i++) {
        struct shown_key *key = &shown->keys[shown->count++];
        *key = (struct shown_key){
            .id = items[i].id, .created_ms = items[i].created_ms, .used_ms = items[i].used_ms};
        snprintf(key->label, sizeof key->label, "%.*s", TEXT_ARGUMENTS(items[i].label));
        snprintf(key->fingerprint, sizeof key->fingerprint, "%.*s",
                 TEXT_ARGUMENTS(items[i].fingerprint));
    }
    shown->loaded = true;
}

static void keys_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct keys_screen *shown = (struct keys_screen *)screen;

    if (reply->error == ERROR_NOT_SIGNED_IN) {
        return; /* the key that went had opened this sign-in, which is told already */
    }
    if (reply->error != ERROR_NONE) {
        stage_explain(screen->stage, NULL, reply->error, reply->failure);
    } else if (reply->method == METHOD_ACCOUNT_KEYS) {
        take_keys(shown, reply->reply);
        list_view_update(&shown->list, shown->count, true);
    } else {
        ask(screen);
    }
}

static enum handled keys_key(struct screen *screen, const struct key *key)
{
    return list_view_key(&((struct keys_screen *)screen)->list, key);
}

static void keys_draw(struct screen *screen, const struct frame *frame)
{
    struct keys_screen *shown = (struct keys_screen *)screen;
    struct rectangle place = frame->body;

    terminal_print(frame->terminal, place.row, 0, place.width, STYLE_HEADING,
                   "  Key         Last used    Here Fingerprint");
    place.row++;
    place.height--;
    list_view_draw(&shown->list, frame->terminal, place, screen->stage->top == screen);
    if (shown->count > 0) {
        return;
    }
    terminal_print(frame->terminal, place.row, 2, place.width - 2, STYLE_NORMAL,
                   shown->loaded ? "You have no key. With one, nobody who guesses at your password"
                                 : "Loading...");
    if (shown->loaded && place.height > 3) {
        terminal_print(frame->terminal, place.row + 1, 2, place.width - 2, STYLE_NORMAL,
                       "can keep you out. On the command line of your computer:");
        terminal_print(frame->terminal, place.row + 2, 2, place.width - 2, STYLE_NORMAL,
                       shown->own[0] != '\0' ? "ttydesk key add"
                                             : "ttydesk key create, then ttydesk key add");
    }
}

const struct screen_ops screen_keys = {
    .id = SCREEN_KEYS,
    .name = "keys",
    .title = "Your keys",
    .size = sizeof(struct keys_screen),
    .open = keys_open,
    .draw = keys_draw,
    .key = keys_key,
    .reply = keys_reply,
};

void refresh_keys(struct stage *stage)
{
    struct screen *screen = stage_find(stage, &screen_keys);

    if (screen != NULL) {
        ask(screen);
    }
}

void open_keys(struct stage *stage)
{
    stage_push(stage, &screen_keys, NULL);
    refresh_keys(stage);
}

/* --- Removing one --- */

static const struct shown_key *selected(struct stage *stage)
{
    struct keys_screen *shown = (struct keys_screen *)stage_find(stage, &screen_keys);
    size_t index;

    if (shown == NULL || !find_row(shown, list_view_selected(&shown->list), &index)) {
        return NULL;
    }
    return &shown->keys[index];
}

static void on_remove(struct screen *asker, bool yes, const char *text)
{
    const struct shown_key *key = selected(asker->stage);

    (void)text;
    if (yes && key != NULL) {
        struct account_key_remove request = {.id = key->id};
        screen_send(asker, &(struct stage_order){.method = METHOD_ACCOUNT_KEY_REMOVE,
                                                 .request = &request,
                                                 .task = "Removing the key",
                                                 .done = "The key is removed."});
    }
}

void drop_key(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct shown_key *key = selected(stage);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_remove};

    if (key != NULL) {
        snprintf(text, sizeof text, "Remove the key %.40s and end what was signed in with it?",
                 key->label);
        stage_push(stage, &screen_question, &question);
    }
}
