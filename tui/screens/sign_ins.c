/* Where one is signed in, and the devices that are known by their token, in one list. */
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when.h"
#include "tui/widgets/list_view.h"

enum { ROWS_MAX = 64 };

/* A sign-in or a device; its texts are cut to what fits. */
struct place {
    uint64_t id;
    bool device;
    bool current;
    char name[DEVICE_MAX * 4 + 1];
    char source[SOURCE_MAX + 1];
    uint64_t created_ms;
    uint64_t seen_ms;
};

struct sign_ins_screen {
    struct screen screen;
    struct list_view list;
    struct list_source source;
    struct place places[ROWS_MAX];
    size_t count;
    size_t sign_in_count; /* of them; they come first */
    bool loaded;
};

static uint64_t row_id(void *context, size_t index)
{
    const struct place *place = &((struct sign_ins_screen *)context)->places[index];
    return place->id * 2 + (place->device ? 1 : 0);
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    struct sign_ins_screen *shown = context;
    for (size_t i = 0; i < shown->count; i++) {
        if (row_id(shown, i) == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    struct sign_ins_screen *shown = context;
    const struct place *place = &shown->places[index];
    char line[DEVICE_MAX * 4 + SOURCE_MAX + 128];
    char since[WHEN_SIZE];
    char seen[WHEN_SIZE];
    uint64_t now_ms = stage_desk_ms(shown->screen.stage);

    when_date(now_ms, place->created_ms, since);
    when_date(now_ms, place->seen_ms, seen);
    snprintf(line, sizeof line, " %-7s %-8s %-16.16s %-15.15s %-12s %s",
             place->device ? "device" : "sign-in", place->current ? "this one" : "", place->name,
             place->source, since, seen);
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static struct place *add_place(struct sign_ins_screen *shown, struct text name, struct text source)
{
    struct place *place = &shown->places[shown->count++];

    *place = (struct place){.device = false};
    snprintf(place->name, sizeof place->name, "%.*s", name.length > 0 ? (int)name.length : 1,
             name.length > 0 ? name.data : "-");
    snprintf(place->source, sizeof place->source, "%.*s", TEXT_ARGUMENTS(source));
    return place;
}

static void take_sign_ins(struct sign_ins_screen *shown, const struct sign_in_list *reply)
{
    const struct sign_in *items = reply->sign_ins.items;

    shown->count = 0;
    for (size_t i = 0; i < reply->sign_ins.count && shown->count < ROWS_MAX; i++) {
        struct place *place = add_place(shown, items[i].device, items[i].source);
        place->id = items[i].id;
        place->current = items[i].current;
        place->created_ms = items[i].created_ms;
        place->seen_ms = items[i].seen_ms;
    }
    shown->sign_in_count = shown->count;
}

static void take_devices(struct sign_ins_screen *shown, const struct device_list *reply)
{
    const struct device *items = reply->devices.items;

    shown->count = shown->sign_in_count;
    for (size_t i = 0; i < reply->devices.count && shown->count < ROWS_MAX; i++) {
        struct place *place = add_place(shown, items[i].name, items[i].source);
        place->device = true;
        place->id = items[i].id;
        place->current = items[i].current;
        place->created_ms = items[i].created_ms;
        place->seen_ms = items[i].seen_ms;
    }
    shown->loaded = true;
}

static void ask(struct screen *screen, enum method method)
{
    struct nothing request = {0};

    screen_send(screen, &(struct stage_order){
                            .method = method, .request = &request, .task = "Looking for sign-ins"});
}

static bool sign_ins_open(struct screen *screen, const void *arguments)
{
    struct sign_ins_screen *shown = (struct sign_ins_screen *)screen;

    (void)arguments;
    shown->source = (struct list_source){row_id, find_row, draw_row, shown};
    list_view_init(&shown->list, &shown->source);
    return true;
}

static void sign_ins_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct sign_ins_screen *shown = (struct sign_ins_screen *)screen;

    if (reply->error != ERROR_NONE) {
        stage_explain(screen->stage, NULL, reply->error, reply->failure);
        return;
    }
    if (reply->method == METHOD_ACCOUNT_SIGN_INS) {
        take_sign_ins(shown, reply->reply);
        ask(screen, METHOD_ACCOUNT_DEVICES);
    } else if (reply->method == METHOD_ACCOUNT_DEVICES) {
        take_devices(shown, reply->reply);
        list_view_update(&shown->list, shown->count, true);
    } else {
        ask(screen, METHOD_ACCOUNT_SIGN_INS);
    }
}

static enum handled sign_ins_key(struct screen *screen, const struct key *key)
{
    return list_view_key(&((struct sign_ins_screen *)screen)->list, key);
}

static void sign_ins_draw(struct screen *screen, const struct frame *frame)
{
    struct sign_ins_screen *shown = (struct sign_ins_screen *)screen;
    struct rectangle place = frame->body;

    terminal_print(frame->terminal, place.row, 0, place.width, STYLE_HEADING,
                   "  What    Which    Device           From            Since        Last");
    place.row++;
    place.height--;
    list_view_draw(&shown->list, frame->terminal, place, screen->stage->top == screen);
    if (!shown->loaded) {
        terminal_print(frame->terminal, place.row, 2, place.width - 2, STYLE_NORMAL, "Loading...");
    }
}

const struct screen_ops screen_sign_ins = {
    .id = SCREEN_SIGN_INS,
    .name = "sign-ins",
    .title = "Sign-ins and devices",
    .size = sizeof(struct sign_ins_screen),
    .open = sign_ins_open,
    .draw = sign_ins_draw,
    .key = sign_ins_key,
    .reply = sign_ins_reply,
};

void refresh_sign_ins(struct stage *stage)
{
    struct screen *screen = stage_find(stage, &screen_sign_ins);

    if (screen != NULL) {
        ask(screen, METHOD_ACCOUNT_SIGN_INS);
    }
}

void open_sign_ins(struct stage *stage)
{
    stage_push(stage, &screen_sign_ins, NULL);
    refresh_sign_ins(stage);
}

/* --- Ending them --- */

static const struct place *selected(struct stage *stage)
{
    struct sign_ins_screen *shown = (struct sign_ins_screen *)stage_find(stage, &screen_sign_ins);
    size_t index;

    if (shown == NULL || !find_row(shown, list_view_selected(&shown->list), &index)) {
        return NULL;
    }
    return &shown->places[index];
}

static void on_end(struct screen *asker, bool yes, const char *text)
{
    const struct place *place = selected(asker->stage);

    (void)text;
    if (yes && place != NULL) {
        struct account_thing request = {.id = place->id};
        screen_send(asker,
                    &(struct stage_order){.method = place->device ? METHOD_ACCOUNT_FORGET_DEVICE
                                                                  : METHOD_ACCOUNT_END_SIGN_IN,
                                          .request = &request,
                                          .task = "Ending it",
                                          .done = place->device ? "The device is forgotten."
                                                                : "The sign-in has ended."});
    }
}

void end_sign_in(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct place *place = selected(stage);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_end};

    if (place != NULL) {
        snprintf(text, sizeof text, "%s %.60s?",
                 place->device    ? "Forget the device"
                 : place->current ? "End this very sign-in on"
                                  : "End the sign-in on",
                 place->name);
        stage_push(stage, &screen_question, &question);
    }
}

static void on_end_others(struct screen *asker, bool yes, const char *text)
{
    struct nothing request = {0};

    (void)text;
    if (yes) {
        screen_send(asker, &(struct stage_order){.method = METHOD_ACCOUNT_END_OTHER_SIGN_INS,
                                                 .request = &request,
                                                 .task = "Ending the others",
                                                 .done = "All other sign-ins have ended."});
    }
}

void end_other_sign_ins(struct stage *stage)
{
    struct question question = {.kind = PROMPT_YES_NO,
                                .text = "End all sign-ins but this one?",
                                .on_answer = on_end_others};

    stage_push(stage, &screen_question, &question);
}

void tell_new_device(struct stage *stage, const struct device *device)
{
    bool named = present_has(device->present, DEVICE_NAME);

    stage_say(stage, STATUS_WARNING, "New device: %.*s from %.*s. If that was not you: P, then s.",
              named ? (int)device->name.length : 1, named ? device->name.data : "?",
              TEXT_ARGUMENTS(device->source));
}
