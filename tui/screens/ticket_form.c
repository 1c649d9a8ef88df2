/* Writing a new ticket, or editing one. What is written is a draft until the desk has acknowledged
 * it: it survives leaving, a lost line, a refusal, somebody else's change and the end of the
 * program. */
#include "tui/screens/ticket_form.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/copy.h"
#include "tui/screens/form_screen.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/screens/tickets.h"

/* After these stand the queue, if there is something to choose, for staff whose problem a new one
 * is, and the problem. */
enum { FIELD_TITLE, FIELD_KIND, FIELD_STATUS, FIELD_OTHERS, FIELD_COUNT_MAX = FIELD_OTHERS + 3 };
enum { WAS_SIZE = TITLE_MAX * 4 + 1 };

struct ticket_form {
    struct form_screen base;
    struct form_field fields[FIELD_COUNT_MAX];
    const char *names[FIELD_COUNT_MAX]; /* what the protocol calls them */
    size_t queue;                       /* its field; 0: nothing to choose */
    size_t requester;                   /* its field; 0: oneself */
    size_t problem;                     /* its field */
    struct draft_key key;
    bool filled;        /* the fields hold something to edit; not yet while the ticket is loading */
    bool dirty;         /* something has been typed that no draft holds */
    bool even_so;       /* resolve it although some that are part of it are not */
    bool has_operation; /* this very text has been sent under `operation`, without an answer */
    uint8_t operation[OPERATION_BYTES];
    uint64_t version; /* that was read; as the next ones, for editing */
    struct arena arena;
    struct ticket_texts read;
    char was_title[WAS_SIZE];
    char status_words[STATUS_COUNT][STATUS_LINE_SIZE];
    const char *status_choices[STATUS_COUNT];
    char queue_names[QUEUES_MAX + 1][QUEUE_NAME_MAX + 1]; /* the first is the default queue */
    const char *queue_choices[QUEUES_MAX + 1];
    size_t queue_count;
};

static const char *const kind_words[] = {"hardware", "software"};

static struct model_ticket *model_of(const struct ticket_form *form)
{
    return &form->base.screen.stage->model->ticket;
}

/* --- What is in the fields --- */

struct ticket_texts ticket_form_written(struct screen *screen)
{
    struct ticket_form *form = (struct ticket_form *)screen;

    return (struct ticket_texts){
        .title = form_screen_text(&form->base, FIELD_TITLE),
        .problem = form_screen_text(&form->base, form->problem),
        .kind = (enum kind)form->fields[FIELD_KIND].chosen,
        .status = (enum status)form->fields[FIELD_STATUS].chosen,
    };
}

struct ticket_texts ticket_form_read(struct screen *screen)
{
    return ((struct ticket_form *)screen)->read;
}

static void fill(struct ticket_form *form, const struct ticket_texts *texts)
{
    text_field_set(&form->fields[FIELD_TITLE].text, texts->title.data, texts->title.length);
    text_field_set(&form->fields[form->problem].text, texts->problem.data, texts->problem.length);
    form->fields[FIELD_KIND].chosen = texts->kind;
    form->fields[FIELD_STATUS].chosen = texts->status;
    form->filled = true;
}

/* --- The queue --- */

static void add_queue(struct ticket_form *form, const char *name)
{
    size_t i = form->queue_count++;

    snprintf(form->queue_names[i], sizeof form->queue_names[i], "%s", name);
    form->queue_choices[i] = form->queue_names[i];
}

/* A draft may name a queue that is not offered any more: what was sent must be what is sent again.
 */
static void gather_queues(struct ticket_form *form, const char *drafted)
{
    const struct model_queues *queues = &form->base.screen.stage->model->queues;
    bool missing = drafted[0] != '\0';

    for (size_t i = 0; i < queues->count && form->queue_count < QUEUES_MAX; i++) {
        const struct queue *queue = &queues->items[i];
        if (queue->takes && (queue->is_default || form->queue_count > 0)) {
            missing = missing && strcmp(queue->name.data, drafted) != 0;
            add_queue(form, queue->name.data);
        }
    }
    if (missing && form->queue_count > 0) {
        add_queue(form, drafted);
    }
}

/* The queue that was chosen; empty: the default one, or none to choose. */
static const char *chosen_queue(const struct ticket_form *form)
{
    size_t chosen = form->queue != 0 ? form->fields[form->queue].chosen : 0;

    return chosen != 0 ? form->queue_names[chosen] : "";
}

/* Whom it is for; empty: oneself. */
static struct text written_requester(struct ticket_form *form)
{
    return form->requester != 0 ? form_screen_text(&form->base, form->requester) : text_of("");
}

static void choose_queue(struct ticket_form *form, const char *name)
{
    for (size_t i = 1; form->queue != 0 && i < form->queue_count; i++) {
        if (strcmp(form->queue_names[i], name) == 0) {
            form->fields[form->queue].chosen = i;
        }
    }
}

static void fill_from_draft(struct ticket_form *form, const struct draft *draft)
{
    struct ticket_texts texts = {.title = text_of(draft->title),
                                 .problem = text_of(draft->text),
                                 .kind = draft->kind,
                                 .status = draft->status};

    fill(form, &texts);
    choose_queue(form, draft->queue);
    if (form->requester != 0) {
        text_field_set(&form->fields[form->requester].text, draft->requester,
                       strlen(draft->requester));
    }
    form->has_operation = draft->has_operation;
    memcpy(form->operation, draft->operation, OPERATION_BYTES);
    stage_say(form->base.screen.stage, STATUS_INFO, "This is your draft; it has not been sent.");
}

/* Keeps what the desk has now as what was read. */
static void keep_read(struct ticket_form *form)
{
    const struct model_ticket *model = model_of(form);
    struct ticket_reply_full full = {.ticket = model->ticket, .problem = model->problem};
    struct ticket_reply_full copy;

    arena_reset(&form->arena);
    if (!message_copy(&form->arena, methods[METHOD_TICKET_GET].reply, &full, &copy)) {
        return;
    }
    form->read = (struct ticket_texts){.title = copy.ticket.title,
                                       .problem = copy.problem,
                                       .kind = copy.ticket.kind,
                                       .status = copy.ticket.status};
    snprintf(form->was_title, sizeof form->was_title, "%s", copy.ticket.title.data);
    form->version = copy.ticket.version;
}

void ticket_form_rebase(struct screen *screen)
{
    struct ticket_form *form = (struct ticket_form *)screen;
    const struct model_ticket *model = model_of(form);
    struct ticket_texts mine = ticket_form_written(screen);

    /* What was not touched follows the desk; only what was typed stands on top. */
    if (text_equal(mine.title, form->read.title)) {
        text_field_set(&form->fields[FIELD_TITLE].text, model->ticket.title.data,
                       model->ticket.title.length);
    }
    if (text_equal(mine.problem, form->read.problem)) {
        text_field_set(&form->fields[form->problem].text, model->problem.data,
                       model->problem.length);
    }
    if (mine.kind == form->read.kind) {
        form->fields[FIELD_KIND].chosen = model->ticket.kind;
    }
    if (mine.status == form->read.status) {
        form->fields[FIELD_STATUS].chosen = model->ticket.status;
    }
    form->has_operation = false;
    form->dirty = true;
    keep_read(form);
}

/* --- Life --- */

/* Takes the ticket into the fields once it is there. */
static void begin_editing(struct ticket_form *form)
{
    struct stage *stage = form->base.screen.stage;
    const struct model_ticket *model = model_of(form);
    const struct draft *draft = drafts_find(&stage->drafts, form->key);

    if (form->filled || form->key.kind != DRAFT_EDIT || !model->loaded ||
        model->number != form->key.number) {
        return;
    }
    keep_read(form);
    if (draft != NULL) {
        uint64_t version = draft->version;
        fill_from_draft(form, draft);
        /* Based on what the person had read then; the desk will notice if it is old. */
        form->version = version != 0 ? version : form->version;
    } else {
        fill(form, &form->read);
    }
}

static void make_fields(struct ticket_form *form, const char *drafted_queue)
{
    size_t count = FIELD_OTHERS;

    for (size_t i = 0; i < STATUS_COUNT; i++) {
        form->status_choices[i] = form->status_words[i];
    }
    form_field_text(&form->fields[FIELD_TITLE], "Title", TITLE_MAX);
    form_field_choice(&form->fields[FIELD_KIND], "Kind", kind_words, KIND_COUNT);
    form_field_choice(&form->fields[FIELD_STATUS], "Status", form->status_choices,
                      form->key.kind == DRAFT_NEW ? STATUS_RESOLVED : STATUS_COUNT);
    form->names[FIELD_TITLE] = "title";
    form->names[FIELD_KIND] = "kind";
    form->names[FIELD_STATUS] = "status";
    if (form->key.kind == DRAFT_NEW) {
        gather_queues(form, drafted_queue);
    }
    if (form->queue_count > 1) {
        form->queue = count++;
        form->names[form->queue] = "queue";
        form_field_choice(&form->fields[form->queue], "Queue", form->queue_choices,
                          form->queue_count);
    }
    if (form->key.kind == DRAFT_NEW && model_is_staff(form->base.screen.stage->model)) {
        form->requester = count++;
        form->names[form->requester] = "requester";
        form_field_text(&form->fields[form->requester], "For", USER_NAME_MAX);
    }
    form->problem = count++;
    form->names[form->problem] = "problem";
    form_field_lines(&form->fields[form->problem], "Problem", PROBLEM_MAX);
    form_init(&form->base.form, form->fields, count);
}

static bool ticket_form_open(struct screen *screen, const void *arguments)
{
    struct ticket_form *form = (struct ticket_form *)screen;

    form->key = *(const struct draft_key *)arguments;
    arena_init(&form->arena, 0);
    const struct draft *draft = drafts_find(&screen->stage->drafts, form->key);
    make_fields(form, draft != NULL ? draft->queue : "");
    if (form->key.kind == DRAFT_EDIT) {
        if (model_of(form)->number != form->key.number) {
            model_ticket_open(model_of(form), form->key.number);
        }
        begin_editing(form);
        return true;
    }
    if (draft != NULL) {
        fill_from_draft(form, draft);
    }
    form->filled = true;
    return true;
}

static void ticket_form_close(struct screen *screen)
{
    struct ticket_form *form = (struct ticket_form *)screen;

    if (form->key.kind == DRAFT_EDIT && stage_find(screen->stage, &screen_ticket) == NULL) {
        model_ticket_close(model_of(form));
    }
    arena_finish(&form->arena);
    form_screen_close(screen);
}

static void ticket_form_event(struct screen *screen, unsigned changes, bool by_event)
{
    struct ticket_form *form = (struct ticket_form *)screen;

    (void)by_event;
    if ((changes & MODEL_TICKET) == 0) {
        return;
    }
    if (!form->filled && form->key.kind == DRAFT_EDIT && model_of(form)->gone) {
        stage_say(screen->stage, STATUS_ERROR, "#%" PRIu64 " was deleted meanwhile.",
                  form->key.number);
        screen_close(screen);
        return;
    }
    begin_editing(form);
}

static bool is_changed(struct ticket_form *form)
{
    struct ticket_texts written = ticket_form_written(&form->base.screen);

    if (form->key.kind == DRAFT_NEW) {
        return written.title.length > 0 || written.problem.length > 0;
    }
    return !text_equal(written.title, form->read.title) ||
           !text_equal(written.problem, form->read.problem) || written.kind != form->read.kind ||
           written.status != form->read.status;
}

static void ticket_form_save(struct screen *screen)
{
    struct ticket_form *form = (struct ticket_form *)screen;
    struct ticket_texts written = ticket_form_written(screen);
    struct draft draft = {.key = form->key,
                          .version = form->version,
                          .kind = written.kind,
                          .status = written.status,
                          .queue = chosen_queue(form),
                          .requester = written_requester(form).data,
                          .title = written.title.data,
                          .text = written.problem.data,
                          .has_operation = form->has_operation};

    if (!form->filled || !form->dirty) {
        return;
    }
    form->dirty = false;
    if (!is_changed(form)) {
        drafts_drop(&screen->stage->drafts, form->key);
        return;
    }
    memcpy(draft.operation, form->operation, OPERATION_BYTES);
    if (drafts_put(&screen->stage->drafts, &draft) != ERROR_NONE) {
        stage_say(screen->stage, STATUS_WARNING,
                  "The draft cannot be written to disk; it is kept while the program runs.");
    }
}

/* --- Sending --- */

static bool check(struct ticket_form *form)
{
    struct ticket_texts written = ticket_form_written(&form->base.screen);

    if (written.problem.length == 0) {
        form_screen_error(&form->base, form->problem, "say what is wrong");
    }
    if (written.title.length == 0) {
        form_screen_error(&form->base, FIELD_TITLE, "say in one line what it is about");
    }
    return written.title.length > 0 && written.problem.length > 0;
}

/* The operation under which this text goes out, kept with the draft before it does: should the
 * answer never come, sending again does not do it twice. */
static struct bytes prepare_operation(struct ticket_form *form)
{
    if (!form->has_operation) {
        stage_make_operation(form->base.screen.stage, form->operation);
        form->has_operation = true;
    }
    form->dirty = true;
    ticket_form_save(&form->base.screen);
    return (struct bytes){form->operation, OPERATION_BYTES};
}

static void send_new(struct ticket_form *form)
{
    struct ticket_texts written = ticket_form_written(&form->base.screen);
    struct ticket_create request = {.operation = prepare_operation(form),
                                    .title = written.title,
                                    .problem = written.problem,
                                    .kind = written.kind,
                                    .status = written.status};

    present_mark(&request.present, CREATE_STATUS);
    if (chosen_queue(form)[0] != '\0') {
        request.queue = text_of(chosen_queue(form));
        present_mark(&request.present, CREATE_QUEUE);
    }
    request.requester = written_requester(form);
    if (request.requester.length > 0) {
        present_mark(&request.present, CREATE_REQUESTER);
    }
    screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_TICKET_CREATE,
                                                          .request = &request,
                                                          .task = "Sending the new ticket",
                                                          .done = "The new ticket was sent.",
                                                          .draft = &form->key});
}

static void send_changes(struct ticket_form *form)
{
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
    struct ticket_texts written = ticket_form_written(&form->base.screen);
    struct ticket_update request = {.operation = prepare_operation(form),
                                    .number = form->key.number,
                                    .version = form->version,
                                    .title = written.title,
                                    .problem = written.problem,
                                    .kind = written.kind,
                                    .status = written.status};
    const bool changed[] = {
        [UPDATE_TITLE] = !text_equal(written.title, form->read.title),
        [UPDATE_PROBLEM] = !text_equal(written.problem, form->read.problem),
        [UPDATE_KIND] = written.kind != form->read.kind,
        [UPDATE_STATUS] = written.status != form->read.status,
    };

    for (unsigned i = UPDATE_TITLE; i <= UPDATE_STATUS; i++) {
        if (changed[i]) {
            present_mark(&request.present, i);
        }
    }
    if (form->even_so) {
        request.even_with_open_children = true;
        present_mark(&request.present, UPDATE_EVEN_WITH_OPEN_CHILDREN);
    }
    snprintf(task, sizeof task, "Changing #%" PRIu64, form->key.number);
    snprintf(done, sizeof done, "#%" PRIu64 " is changed.", form->key.number);
    screen_send(&form->base.screen, &(struct stage_order){.method = METHOD_TICKET_UPDATE,
                                                          .request = &request,
                                                          .task = task,
                                                          .done = done,
                                                          .draft = &form->key});
}

void ticket_form_send(struct screen *screen)
{
    struct ticket_form *form = (struct ticket_form *)screen;

    if (!check(form)) {
        return;
    }
    if (form->key.kind == DRAFT_NEW) {
        send_new(form);
    } else if (is_changed(form)) {
        send_changes(form);
    } else {
        stage_say(screen->stage, STATUS_INFO, "Nothing was changed.");
        drafts_drop(&screen->stage->drafts, form->key);
        screen_close(screen);
    }
}

static enum handled ticket_form_key(struct screen *screen, const struct key *key)
{
    struct ticket_form *form = (struct ticket_form *)screen;

    if (!form->filled) {
        if (key_is_cancel(key)) {
            screen_close(screen);
        }
        return key_is_function(key, 1) ? HANDLED_NOT : HANDLED;
    }
    enum handled handled = form_screen_key(&form->base, key);
    if (handled == HANDLED_CHANGE) {
        form->dirty = true;
        form->has_operation = false;
    } else if (handled == HANDLED_SUBMIT) {
        ticket_form_send(screen);
    } else if (handled == HANDLED_CANCEL) {
        ticket_form_save(screen);
        if (drafts_find(&screen->stage->drafts, form->key) != NULL) {
            stage_say(screen->stage, STATUS_INFO, "Your draft is kept. d shows your drafts.");
        }
        screen_close(screen);
    }
    return handled;
}

static void on_even_so(struct screen *asker, bool yes, const char *text)
{
    struct ticket_form *form = (struct ticket_form *)asker;

    (void)text;
    form->even_so = yes;
    if (yes) {
        ticket_form_send(asker);
    }
    form->even_so = false; /* it is sent so once */
}

static void ask_to_resolve(struct screen *screen, const struct failure *failure)
{
    char text[PROMPT_QUESTION_MAX];
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_even_so};

    write_even_so(failure, text, sizeof text);
    stage_push(screen->stage, &screen_question, &question);
}

/* Whether the desk has said for good that this operation was not done. */
static bool is_refusal(enum error error)
{
    return error != ERROR_CONNECTION_LOST && error != ERROR_OUTCOME_UNKNOWN;
}

static void ticket_form_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct ticket_form *form = (struct ticket_form *)screen;

    if (reply->error == ERROR_NONE) {
        const struct ticket_changed *changed = reply->reply;
        if (form->key.kind == DRAFT_NEW) {
            stage_say(screen->stage, STATUS_INFO, "Ticket #%" PRIu64 " is on its way to the staff.",
                      changed->number);
            tickets_select(screen->stage, changed->number);
        }
        screen_close(screen);
        return;
    }
    if (is_refusal(reply->error)) {
        form->has_operation = false;
        form->dirty = true;
    }
    if (reply->error == ERROR_VERSION_CONFLICT &&
        present_has(reply->failure->present, FAILURE_CURRENT)) {
        struct conflict conflict = {.number = form->key.number, .current = reply->failure->current};
        stage_push(screen->stage, &screen_conflict, &conflict);
    } else if (reply->error == ERROR_OPEN_CHILDREN && screen->stage->top == screen) {
        ask_to_resolve(screen, reply->failure);
    } else {
        form_screen_fail(&form->base, form->names, NULL, reply);
    }
}

/* --- Drawing --- */

static void show_what_it_was(struct ticket_form *form)
{
    struct ticket_texts written = ticket_form_written(&form->base.screen);
    bool editing = form->key.kind == DRAFT_EDIT;

    form->fields[FIELD_TITLE].was =
        editing && !text_equal(written.title, form->read.title) ? form->was_title : NULL;
    form->fields[FIELD_KIND].was =
        editing && written.kind != form->read.kind ? kind_words[form->read.kind] : NULL;
    form->fields[FIELD_STATUS].was = editing && written.status != form->read.status
                                         ? choices_name(&status_choices, form->read.status)
                                         : NULL;
}

static void ticket_form_draw(struct screen *screen, const struct frame *frame)
{
    struct ticket_form *form = (struct ticket_form *)screen;
    int columns = frame->body.width - (int)strlen("Problem > ( ) ");

    if (!form->filled) {
        terminal_print(frame->terminal, frame->body.row, 2, frame->body.width - 2, STYLE_NORMAL,
                       "Loading the ticket...");
        terminal_cursor(frame->terminal, frame->body.row, 0);
        return;
    }
    for (size_t i = 0; i < STATUS_COUNT; i++) {
        status_line((enum status)i, columns, form->status_words[i]);
    }
    show_what_it_was(form);
    form_draw(&form->base.form, frame->terminal, frame->body);
}

static void ticket_form_write_title(struct screen *screen, char *text, size_t size)
{
    const struct ticket_form *form = (const struct ticket_form *)screen;

    if (form->key.kind == DRAFT_NEW) {
        snprintf(text, size, "New ticket");
    } else {
        snprintf(text, size, "Edit #%" PRIu64, form->key.number);
    }
}

const struct screen_ops screen_ticket_form = {
    .id = SCREEN_TICKET_FORM,
    .name = "ticket-form",
    .size = sizeof(struct ticket_form),
    .open = ticket_form_open,
    .close = ticket_form_close,
    .draw = ticket_form_draw,
    .key = ticket_form_key,
    .event = ticket_form_event,
    .reply = ticket_form_reply,
    .save = ticket_form_save,
    .write_title = ticket_form_write_title,
};
