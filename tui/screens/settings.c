/* Admin mode: what holds for the whole desk, each setting with its range and its meaning, changed
 * where it stands. The tables of the protocol say which there are. */
#include <stdio.h>
#include <string.h>

#include "proto/field_words.h"
#include "tui/screens/admin.h"
#include "tui/screens/screens.h"

enum { SETTINGS_MAX = 32, MEANING_ROWS = 3 };

struct settings_screen {
    struct admin_list base;
    struct settings settings;
    const struct field *fields[SETTINGS_MAX]; /* of the reply, those that can be changed */
    size_t count;
    bool loaded;
};

/* The field of the request that changes this one of the reply; NULL: it can't be changed. */
static const struct field *request_field(const struct field *field)
{
    const struct field *found =
        field_find(methods[METHOD_ADMIN_SETTINGS_UPDATE].request, text_of(field->name));

    return found != NULL && strcmp(field->name, "version") != 0 && field_has_words(found) ? found
                                                                                          : NULL;
}

/* --- The list --- */

static uint64_t row_id(void *context, size_t index)
{
    return admin_name_id(text_of(((struct settings_screen *)context)->fields[index]->name));
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    for (size_t i = 0; i < ((struct settings_screen *)context)->count; i++) {
        if (row_id(context, i) == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    char line[FIELD_WORDS_SIZE * 2 + 64];
    char value[FIELD_WORDS_SIZE];
    char allowed[FIELD_WORDS_SIZE];
    const struct settings_screen *shown = context;
    const struct field *field = shown->fields[index];

    field_write_value(field, &shown->settings, value);
    field_write_allowed(request_field(field), allowed);
    snprintf(line, sizeof line, " %-24s %-12s %s", field->name, value, allowed);
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static bool settings_open(struct screen *screen, const void *arguments)
{
    struct settings_screen *shown = (struct settings_screen *)screen;

    (void)arguments;
    shown->base.source = (struct list_source){row_id, find_row, draw_row, shown};
    list_view_init(&shown->base.list, &shown->base.source);
    return true;
}

/* An older desk does not tell of all that this client knows. */
static void take_settings(struct settings_screen *shown, const struct settings *settings)
{
    const struct table *table = methods[METHOD_ADMIN_SETTINGS_GET].reply;

    shown->settings = *settings;
    shown->count = 0;
    for (size_t i = 0; i < table->field_count && shown->count < SETTINGS_MAX; i++) {
        const struct field *field = &table->fields[i];
        bool told = field->required || present_has(settings->present, (unsigned)i);
        if (told && request_field(field) != NULL) {
            shown->fields[shown->count++] = field;
        }
    }
    shown->loaded = true;
    list_view_update(&shown->base.list, shown->count, true);
}

static void settings_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct settings_screen *shown = (struct settings_screen *)screen;

    if (reply->error == ERROR_NONE) {
        take_settings(shown, reply->reply);
        return;
    }
    stage_explain(screen->stage, NULL, reply->error, reply->failure);
    if (reply->error == ERROR_VERSION_CONFLICT) {
        refresh_settings(screen->stage);
    }
}

static const struct field *selected(const struct settings_screen *shown)
{
    size_t index;

    return find_row((void *)shown, list_view_selected(&shown->base.list), &index)
               ? shown->fields[index]
               : NULL;
}

/* What the selected one means, on the rows that are kept free for it. */
static void draw_meaning(const struct settings_screen *shown, const struct frame *frame)
{
    const struct field *field = selected(shown);
    int row = frame->body.row + frame->body.height - MEANING_ROWS + 1;
    size_t start = 0;

    for (int i = 0; field != NULL && i < MEANING_ROWS - 1 && start < strlen(field->help); i++) {
        struct text_line line =
            text_wrap(field->help, strlen(field->help), start, frame->body.width - 4);
        char text[512];
        snprintf(text, sizeof text, "%.*s", (int)(line.end - start), field->help + start);
        terminal_print(frame->terminal, row + i, 2, frame->body.width - 2, STYLE_NORMAL, text);
        start = line.next;
    }
}

static void settings_draw(struct screen *screen, const struct frame *frame)
{
    struct settings_screen *shown = (struct settings_screen *)screen;
    struct frame above = *frame;

    above.body.height -= MEANING_ROWS - 1;
    admin_list_draw(&shown->base, &above, ADMIN_SETTINGS,
                    "  Setting                  Value        Allowed",
                    shown->loaded ? "This desk has no settings." : "Loading...");
    draw_meaning(shown, frame);
}

const struct screen_ops screen_settings = {
    .id = SCREEN_SETTINGS,
    .name = "settings",
    .title = "Admin",
    .size = sizeof(struct settings_screen),
    .open = settings_open,
    .draw = settings_draw,
    .key = admin_list_key,
    .reply = settings_reply,
};

void refresh_settings(struct stage *stage)
{
    struct nothing request = {0};
    struct screen *screen = stage_find(stage, &screen_settings);

    if (screen != NULL) {
        screen_send(screen, &(struct stage_order){.method = METHOD_ADMIN_SETTINGS_GET,
                                                  .request = &request,
                                                  .task = "Reading the settings"});
    }
}

/* --- Changing one --- */

static void on_value(struct screen *asker, bool yes, const char *text)
{
    char done[STAGE_TEXT_MAX];
    char allowed[FIELD_WORDS_SIZE];
    const struct settings_screen *shown = (const struct settings_screen *)asker;
    const struct table *table = methods[METHOD_ADMIN_SETTINGS_UPDATE].request;
    struct admin_settings_update request = {.version = shown->settings.version};
    const struct field *field = yes ? selected(shown) : NULL;

    if (field == NULL) {
        return;
    }
    const struct field *wanted = request_field(field);
    stage_hush(asker->stage);
    if (!field_read_value(wanted, text, &request)) {
        field_write_allowed(wanted, allowed);
        stage_say(asker->stage, STATUS_ERROR, "%s is %s.", field->name, allowed);
        return;
    }
    present_mark(&request.present, (unsigned)(wanted - table->fields));
    snprintf(done, sizeof done, "%s is %s now.", field->name, text);
    screen_send(asker, &(struct stage_order){.method = METHOD_ADMIN_SETTINGS_UPDATE,
                                             .request = &request,
                                             .task = "Changing the setting",
                                             .done = done});
}

void change_setting(struct stage *stage)
{
    char text[FIELD_WORDS_SIZE * 2];
    char value[FIELD_WORDS_SIZE];
    char allowed[FIELD_WORDS_SIZE];
    const struct settings_screen *shown =
        (const struct settings_screen *)stage_find(stage, &screen_settings);
    const struct field *field = shown != NULL ? selected(shown) : NULL;
    struct question question = {.kind = PROMPT_LINE,
                                .text = text,
                                .given = value,
                                .limit = FIELD_WORDS_SIZE / 2,
                                .on_answer = on_value};

    if (field != NULL) {
        field_write_value(field, &shown->settings, value);
        field_write_allowed(request_field(field), allowed);
        snprintf(text, sizeof text, "%s (%s):", field->name, allowed);
        stage_push(stage, &screen_question, &question);
    }
}
