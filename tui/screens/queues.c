/* Admin mode: the queues, and the form in which one is made or changed. */
#include <stdio.h>

#include "tui/screens/desk_list.h"
#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"

/* --- The list --- */

static void ask_queues(struct desk_list *list, uint64_t cursor)
{
    struct nothing request = {0};

    (void)cursor;
    desk_list_send(list, &request);
}

static uint64_t queue_id(const void *row)
{
    return admin_name_id(((const struct queue *)row)->name);
}

static void draw_queue(const struct stage *stage, const void *row, struct terminal *terminal,
                       struct rectangle rectangle)
{
    char line[(QUEUE_NAME_MAX + QUEUE_DESCRIPTION_MAX) * 4 + 64];
    const struct queue *queue = row;

    (void)stage;
    snprintf(line, sizeof line, " %-20.*s %-10s %-8s %s%.*s", TEXT_ARGUMENTS(queue->name),
             queue->closed       ? "closed"
             : queue->staff_only ? "staff"
                                 : "everybody",
             queue->members_only ? "members" : "staff", queue->is_default ? "(default) " : "",
             TEXT_ARGUMENTS(queue->description));
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static const struct desk_list_kind queues_kind = {
    .method = METHOD_QUEUE_LIST,
    .rows = &queue_table,
    .rows_at = offsetof(struct queue_list_reply, queues),
    .tab = ADMIN_QUEUES,
    .heading = "  Queue                Takes from Work     Description",
    .empty = "No queues. c makes one.",
    .task = "Reading the queues",
    .ask = ask_queues,
    .id = queue_id,
    .draw = draw_queue,
};

static bool queues_open(struct screen *screen, const void *arguments)
{
    (void)arguments;
    desk_list_init((struct desk_list *)screen, &queues_kind);
    return true;
}

const struct screen_ops screen_queues = {
    .id = SCREEN_QUEUES,
    .name = "queues",
    .title = "Admin",
    .size = sizeof(struct desk_list),
    .open = queues_open,
    .close = desk_list_close,
    .draw = desk_list_draw,
    .key = desk_list_key,
    .reply = desk_list_reply,
};

/* --- The form --- */

enum { FIELD_NAME, FIELD_DESCRIPTION, FIELD_MEMBERS, FIELD_STAFF, FIELD_CLOSED, FIELD_COUNT };

struct queue_form {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT];
    bool is_new;
    uint64_t version;
    char before[QUEUE_NAME_MAX * 4 + 1]; /* its name so far */
};

static const char *const field_names[FIELD_COUNT] = {"name", "description", "members_only",
                                                     "staff_only", "closed"};
static const char *const work_words[] = {"all staff", "members only"};
static const char *const file_words[] = {"everybody", "staff only"};
static const char *const open_words[] = {"open", "closed"};

static void show_queue(struct queue_form *form, const struct queue *queue)
{
    form->version = queue->version;
    snprintf(form->before, sizeof form->before, "%.*s", TEXT_ARGUMENTS(queue->name));
    text_field_set(&form->fields[FIELD_NAME].text, queue->name.data, queue->name.length);
    text_field_set(&form->fields[FIELD_DESCRIPTION].text, queue->description.data,
                   queue->description.length);
    form->fields[FIELD_MEMBERS].chosen = queue->members_only;
    form->fields[FIELD_STAFF].chosen = queue->staff_only;
    form->fields[FIELD_CLOSED].chosen = queue->closed;
}

/* Arguments: the queue to change; NULL: a new one, which is open. */
static bool queue_form_open(struct screen *screen, const void *arguments)
{
    struct queue_form *form = (struct queue_form *)screen;

    form->is_new = arguments == NULL;
    form_field_text(&form->fields[FIELD_NAME], "Name", QUEUE_NAME_MAX);
    form_field_text(&form->fields[FIELD_DESCRIPTION], "Description", QUEUE_DESCRIPTION_MAX);
    form_field_choice(&form->fields[FIELD_MEMBERS], "Who works in it", work_words, 2);
    form_field_choice(&form->fields[FIELD_STAFF], "Who files into it", file_words, 2);
    form_field_choice(&form->fields[FIELD_CLOSED], "New tickets", open_words, 2);
    form->fields[FIELD_NAME].hint = "a-z 0-9 . _ -";
    form_init(&form->base.form, form->fields, form->is_new ? FIELD_CLOSED : FIELD_COUNT);
    if (arguments != NULL) {
        show_queue(form, arguments);
    }
    return true;
}

static void send_new(struct queue_form *form)
{
    struct admin_queue_create request = {
        .name = form_screen_text(&form->base, FIELD_NAME),
        .description = form_screen_text(&form->base, FIELD_DESCRIPTION),
        .members_only = form->fields[FIELD_MEMBERS].chosen != 0,
        .staff_only = form->fields[FIELD_STAFF].chosen != 0,
    };

    present_mark(&request.present, QUEUE_CREATE_DESCRIPTION);
    present_mark(&request.present, QUEUE_CREATE_MEMBERS_ONLY);
    present_mark(&request.present, QUEUE_CREATE_STAFF_ONLY);
    screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_ADMIN_QUEUE_CREATE,
                                                          .request = &request,
                                                          .task = "Making the queue",
                                                          .done = "The queue is made."});
}

static void send_change(struct queue_form *form)
{
    struct admin_queue_update request = {
        .queue = text_of(form->before),
        .version = form->version,
        .name = form_screen_text(&form->base, FIELD_NAME),
        .description = form_screen_text(&form->base, FIELD_DESCRIPTION),
        .members_only = form->fields[FIELD_MEMBERS].chosen != 0,
        .staff_only = form->fields[FIELD_STAFF].chosen != 0,
        .closed = form->fields[FIELD_CLOSED].chosen != 0,
    };

    present_mark(&request.present, QUEUE_UPDATE_NAME);
    present_mark(&request.present, QUEUE_UPDATE_DESCRIPTION);
    present_mark(&request.present, QUEUE_UPDATE_MEMBERS_ONLY);
    present_mark(&request.present, QUEUE_UPDATE_STAFF_ONLY);
    present_mark(&request.present, QUEUE_UPDATE_CLOSED);
    screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_ADMIN_QUEUE_UPDATE,
                                                          .request = &request,
                                                          .task = "Changing the queue",
                                                          .done = "The queue is changed."});
}

static enum handled queue_form_key(struct screen *screen, const struct key *key)
{
    struct queue_form *form = (struct queue_form *)screen;
    enum handled handled = form_screen_key(&form->base, key);

    if (handled == HANDLED_SUBMIT && form_screen_text(&form->base, FIELD_NAME).length == 0) {
        form_screen_error(&form->base, FIELD_NAME, "a queue has a name");
    } else if (handled == HANDLED_SUBMIT && form->is_new) {
        send_new(form);
    } else if (handled == HANDLED_SUBMIT) {
        send_change(form);
    } else if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return handled;
}

static void queue_form_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct stage *stage = screen->stage;

    if (reply->error != ERROR_NONE) {
        form_screen_fail((struct form_screen *)screen, field_names, NULL, reply);
        return;
    }
    screen_close(screen);
    refresh_admin(stage);
    model_queues_refresh(&stage->model->queues);
}

static void queue_form_draw(struct screen *screen, const struct frame *frame)
{
    struct queue_form *form = (struct queue_form *)screen;

    form_draw(&form->base.form, frame->terminal,
              form_screen_place(frame, frame->body.height > 8 ? 1 : 0));
}

static void queue_form_write_title(struct screen *screen, char *text, size_t size)
{
    const struct queue_form *form = (const struct queue_form *)screen;

    if (form->is_new) {
        snprintf(text, size, "New queue");
    } else {
        snprintf(text, size, "Queue %s", form->before);
    }
}

const struct screen_ops screen_queue_form = {
    .id = SCREEN_QUEUE_FORM,
    .name = "queue-form",
    .size = sizeof(struct queue_form),
    .open = queue_form_open,
    .close = form_screen_close,
    .draw = queue_form_draw,
    .key = queue_form_key,
    .reply = queue_form_reply,
    .write_title = queue_form_write_title,
};

void new_queue(struct stage *stage)
{
    stage_push(stage, &screen_queue_form, NULL);
}

void edit_queue(struct stage *stage)
{
    const struct queue *queue = desk_list_selected(stage, &screen_queues);

    if (queue != NULL) {
        stage_push(stage, &screen_queue_form, queue);
    }
}

void open_queue_members(struct stage *stage)
{
    const struct queue *queue = desk_list_selected(stage, &screen_queues);
    struct screen *members = queue != NULL ? stage_push(stage, &screen_queue_members, queue) : NULL;

    if (members != NULL) {
        desk_list_refresh((struct desk_list *)members);
    }
}
