/* Admin mode: where somebody else is signed in, to end one sign-in or all. */
#include <stdio.h>

#include "tui/screens/desk_list.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when.h"

struct person_sign_ins {
    struct desk_list base;
    char name[USER_NAME_MAX + 1];
};

static void ask_sign_ins(struct desk_list *list, uint64_t cursor)
{
    struct admin_sign_ins request = {.name = text_of(((struct person_sign_ins *)list)->name)};

    (void)cursor;
    desk_list_send(list, &request);
}

static uint64_t sign_in_id(const void *row)
{
    return ((const struct sign_in *)row)->id;
}

static void draw_sign_in(const struct stage *stage, const void *row, struct terminal *terminal,
                         struct rectangle rectangle)
{
    char line[(DEVICE_MAX + SOURCE_MAX) * 4 + 64];
    char since[WHEN_SIZE];
    char seen[WHEN_SIZE];
    const struct sign_in *item = row;
    uint64_t now_ms = stage_desk_ms(stage);

    when_date(now_ms, item->created_ms, since);
    when_date(now_ms, item->seen_ms, seen);
    snprintf(line, sizeof line, " %-24.*s %-20.*s %-13s %s",
             item->device.length > 0 ? (int)item->device.length : 1,
             item->device.length > 0 ? item->device.data : "-", TEXT_ARGUMENTS(item->source), since,
             seen);
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static const struct desk_list_kind sign_ins_kind = {
    .method = METHOD_ADMIN_SIGN_INS,
    .rows = &sign_in_table,
    .rows_at = offsetof(struct sign_in_list, sign_ins),
    .tab = ADMIN_TABS,
    .heading = "  Device                   From                 Since         Last",
    .empty = "Signed in nowhere.",
    .task = "Reading the sign-ins",
    .ask = ask_sign_ins,
    .id = sign_in_id,
    .draw = draw_sign_in,
};

/* Arguments: the account. */
static bool person_sign_ins_open(struct screen *screen, const void *arguments)
{
    struct person_sign_ins *shown = (struct person_sign_ins *)screen;
    const struct account *account = arguments;

    desk_list_init(&shown->base, &sign_ins_kind);
    snprintf(shown->name, sizeof shown->name, "%.*s", TEXT_ARGUMENTS(account->name));
    return true;
}

static void person_sign_ins_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "Sign-ins of %s", ((const struct person_sign_ins *)screen)->name);
}

const struct screen_ops screen_person_sign_ins = {
    .id = SCREEN_PERSON_SIGN_INS,
    .name = "person-sign-ins",
    .size = sizeof(struct person_sign_ins),
    .open = person_sign_ins_open,
    .close = desk_list_close,
    .draw = desk_list_draw,
    .key = desk_list_key,
    .reply = desk_list_reply,
    .write_title = person_sign_ins_write_title,
};

static void send_end(struct screen *asker, uint64_t id)
{
    char done[STAGE_TEXT_MAX];
    const struct person_sign_ins *shown = (const struct person_sign_ins *)asker;
    struct admin_end_sign_ins request = {.name = text_of(shown->name), .id = id};

    if (id != 0) {
        present_mark(&request.present, END_SIGN_INS_ID);
    }
    snprintf(done, sizeof done, "%s %s.", shown->name,
             id != 0 ? "is signed out there" : "is signed out everywhere");
    screen_send(asker, &(struct stage_order){.method = METHOD_ADMIN_END_SIGN_INS,
                                             .request = &request,
                                             .task = "Ending it",
                                             .done = done});
}

static void on_end_one(struct screen *asker, bool yes, const char *text)
{
    const struct sign_in *item = desk_list_selected(asker->stage, &screen_person_sign_ins);

    (void)text;
    if (yes && item != NULL) {
        send_end(asker, item->id);
    }
}

static void on_end_all(struct screen *asker, bool yes, const char *text)
{
    (void)text;
    if (yes) {
        send_end(asker, 0);
    }
}

void end_sign_in_of(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct sign_in *item = desk_list_selected(stage, &screen_person_sign_ins);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_end_one};

    if (item != NULL) {
        snprintf(text, sizeof text, "End the sign-in from %.*s?",
                 item->source.length > 0 ? (int)item->source.length : 7,
                 item->source.length > 0 ? item->source.data : "nowhere");
        stage_push(stage, &screen_question, &question);
    }
}

void end_sign_ins_of(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct person_sign_ins *shown =
        (const struct person_sign_ins *)stage_find(stage, &screen_person_sign_ins);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_end_all};

    if (shown != NULL) {
        snprintf(text, sizeof text, "End all sign-ins of %s?", shown->name);
        stage_push(stage, &screen_question, &question);
    }
}
