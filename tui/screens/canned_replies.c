/* Admin mode: the replies that the staff has ready, and the form in which one is written. */
#include <stdio.h>
#include <string.h>

#include "tui/screens/desk_list.h"
#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"

/* --- The list --- */

static void ask_canned(struct desk_list *list, uint64_t cursor)
{
    struct canned_list request = {.cursor = cursor};

    if (cursor != 0) {
        present_mark(&request.present, CANNED_LIST_CURSOR);
    }
    desk_list_send(list, &request);
}

static uint64_t canned_id(const void *row)
{
    return admin_name_id(((const struct canned *)row)->name);
}

/* Its title, or else how it begins. */
static void draw_canned(const struct stage *stage, const void *row, struct terminal *terminal,
                        struct rectangle rectangle)
{
    char line[TITLE_MAX * 4 + 64];
    const struct canned *canned = row;
    struct text about = canned->title.length > 0 ? canned->title : canned->text;
    const char *end = about.length > 0 ? memchr(about.data, '\n', about.length) : NULL;

    (void)stage;
    about.length = end != NULL ? (size_t)(end - about.data) : about.length;
    about.length = about.length < TITLE_MAX * 4 ? about.length : TITLE_MAX * 4;
    snprintf(line, sizeof line, " %-20.*s %.*s", TEXT_ARGUMENTS(canned->name),
             TEXT_ARGUMENTS(about));
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static const struct desk_list_kind canned_kind = {
    .method = METHOD_CANNED_LIST,
    .rows = &canned_table,
    .rows_at = offsetof(struct canned_list_reply, canned),
    .more_at = offsetof(struct canned_list_reply, more),
    .cursor_at = offsetof(struct canned_list_reply, cursor),
    .tab = ADMIN_CANNED,
    .heading = "  Name                 For",
    .empty = "No canned replies. c writes one; the staff picks it while replying.",
    .task = "Reading the canned replies",
    .ask = ask_canned,
    .id = canned_id,
    .draw = draw_canned,
};

static bool canned_open(struct screen *screen, const void *arguments)
{
    (void)arguments;
    desk_list_init((struct desk_list *)screen, &canned_kind);
    return true;
}

const struct screen_ops screen_canned = {
    .id = SCREEN_CANNED,
    .name = "canned",
    .title = "Admin",
    .size = sizeof(struct desk_list),
    .open = canned_open,
    .close = desk_list_close,
    .draw = desk_list_draw,
    .key = desk_list_key,
    .reply = desk_list_reply,
};

/* --- The form --- */

enum { FIELD_NAME, FIELD_TITLE, FIELD_WORDS, FIELD_COUNT };

struct canned_form {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
    bool is_new;
    bool touched;
    uint64_t version;
    char before[CANNED_NAME_MAX * 4 + 1]; /* its name so far */
};

static const char *const field_names[FIELD_COUNT] = {"name", "title", "text"};

/* Arguments: the reply to change; NULL: a new one. */
static bool canned_form_open(struct screen *screen, const void *arguments)
{
    struct canned_form *form = (struct canned_form *)screen;
    const struct canned *canned = arguments;

    form->is_new = canned == NULL;
    form_field_text(&form->fields[FIELD_NAME], "Name", CANNED_NAME_MAX);
    form_field_text(&form->fields[FIELD_TITLE], "For", TITLE_MAX);
    form_field_lines(&form->fields[FIELD_WORDS], "Text", MESSAGE_MAX);
    form->fields[FIELD_NAME].hint = "a-z 0-9 . _ -";
    form->fields[FIELD_TITLE].hint = "what it is for, in a line";
    form->fields[FIELD_WORDS].hint = "{number} {title} {requester} {staff} are filled in";
    form_init(&form->base.form, form->fields, FIELD_COUNT);
    if (canned != NULL) {
        form->version = canned->version;
        snprintf(form->before, sizeof form->before, "%.*s", TEXT_ARGUMENTS(canned->name));
        text_field_set(&form->fields[FIELD_NAME].text, canned->name.data, canned->name.length);
        text_field_set(&form->fields[FIELD_TITLE].text, canned->title.data, canned->title.length);
        text_field_set(&form->fields[FIELD_WORDS].text, canned->text.data, canned->text.length);
    }
    return true;
}

static void send_new(struct canned_form *form)
{
    struct admin_canned_create request = {
        .name = form_screen_text(&form->base, FIELD_NAME),
        .title = form_screen_text(&form->base, FIELD_TITLE),
        .text = form_screen_text(&form->base, FIELD_WORDS),
    };

    present_mark(&request.present, CANNED_CREATE_TITLE);
    screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_ADMIN_CANNED_CREATE,
                                                          .request = &request,
                                                          .task = "Keeping the canned reply",
                                                          .done = "The canned reply is kept."});
}

static void send_change(struct canned_form *form)
{
    struct admin_canned_update request = {
        .canned = text_of(form->before),
        .version = form->version,
        .name = form_screen_text(&form->base, FIELD_NAME),
        .title = form_screen_text(&form->base, FIELD_TITLE),
        .text = form_screen_text(&form->base, FIELD_WORDS),
    };

    if (!text_equal(request.name, request.canned)) {
        present_mark(&request.present, CANNED_UPDATE_NAME);
    }
    present_mark(&request.present, CANNED_UPDATE_TITLE);
    present_mark(&request.present, CANNED_UPDATE_TEXT);
    screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_ADMIN_CANNED_UPDATE,
                                                          .request = &request,
                                                          .task = "Changing the canned reply",
                                                          .done = "The canned reply is changed."});
}

static void submit(struct canned_form *form)
{
    if (form_screen_text(&form->base, FIELD_NAME).length == 0) {
        form_screen_error(&form->base, FIELD_NAME, "it needs a name to be picked by");
    } else if (form_screen_text(&form->base, FIELD_WORDS).length == 0) {
        form_screen_error(&form->base, FIELD_WORDS, "it needs a text");
    } else if (form->is_new) {
        send_new(form);
    } else {
        send_change(form);
    }
}

static void on_discard(struct screen *asker, bool yes, const char *text)
{
    (void)text;
    if (yes) {
        screen_close(asker);
    }
}

/* There are no drafts of these: what was typed is only thrown away on purpose. */
static void leave(struct canned_form *form)
{
    struct question question = {
        .kind = PROMPT_YES_NO, .text = "Throw away what you have typed?", .on_answer = on_discard};

    if (form->touched) {
        stage_push(form->base.screen.stage, &screen_question, &question);
    } else {
        screen_close(&form->base.screen);
    }
}

static enum handled canned_form_key(struct screen *screen, const struct key *key)
{
    struct canned_form *form = (struct canned_form *)screen;
    enum handled handled = form_screen_key(&form->base, key);

    if (handled == HANDLED_CHANGE) {
        form->touched = true;
    } else if (handled == HANDLED_SUBMIT) {
        submit(form);
    } else if (handled == HANDLED_CANCEL) {
        leave(form);
    }
    return handled;
}

static void canned_form_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct stage *stage = screen->stage;

    if (reply->error != ERROR_NONE) {
        form_screen_fail((struct form_screen *)screen, field_names, NULL, reply);
        return;
    }
    screen_close(screen);
    refresh_admin(stage);
}

static void canned_form_draw(struct screen *screen, const struct frame *frame)
{
    struct canned_form *form = (struct canned_form *)screen;

    form_draw(&form->base.form, frame->terminal,
              form_screen_place(frame, frame->body.height > 8 ? 1 : 0));
}

static void canned_form_write_title(struct screen *screen, char *text, size_t size)
{
    const struct canned_form *form = (const struct canned_form *)screen;

    if (form->is_new) {
        snprintf(text, size, "New canned reply");
    } else {
        snprintf(text, size, "Canned reply %s", form->before);
    }
}

const struct screen_ops screen_canned_form = {
    .id = SCREEN_CANNED_FORM,
    .name = "canned-form",
    .size = sizeof(struct canned_form),
    .open = canned_form_open,
    .close = form_screen_close,
    .draw = canned_form_draw,
    .key = canned_form_key,
    .reply = canned_form_reply,
    .write_title = canned_form_write_title,
};

void new_canned(struct stage *stage)
{
    stage_push(stage, &screen_canned_form, NULL);
}

void edit_canned(struct stage *stage)
{
    const struct canned *canned = desk_list_selected(stage, &screen_canned);

    if (canned != NULL) {
        stage_push(stage, &screen_canned_form, canned);
    }
}

static void on_remove(struct screen *asker, bool yes, const char *text)
{
    const struct canned *canned = desk_list_selected(asker->stage, &screen_canned);

    (void)text;
    if (yes && canned != NULL) {
        struct admin_canned_remove request = {.canned = canned->name, .version = canned->version};
        screen_send(asker, &(struct stage_order){.method = METHOD_ADMIN_CANNED_REMOVE,
                                                 .request = &request,
                                                 .task = "Removing the canned reply",
                                                 .done = "The canned reply is removed."});
    }
}

void remove_canned(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct canned *canned = desk_list_selected(stage, &screen_canned);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_remove};

    if (canned != NULL) {
        snprintf(text, sizeof text, "Remove the canned reply %.*s?", TEXT_ARGUMENTS(canned->name));
        stage_push(stage, &screen_question, &question);
    }
}
