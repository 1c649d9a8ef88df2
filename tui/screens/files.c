/* The files on a ticket: a list, and what one does with them. Names of others are shown through the
 * filter of the terminal and become a path only after they were made safe. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/copy.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/transfer.h"
#include "tui/when.h"
#include "tui/widgets/list_view.h"

enum {
    SIZE_WIDTH = 10,
    PERSON_WIDTH = 11,
    DATE_WIDTH = 13,
    MARK_WIDTH = 6,
    WIDTH_USUAL = 60, /* below, only size and name */
    TRIES_MAX = 99,   /* names that are tried beside one that is there */
};

struct files_screen {
    struct screen screen;
    uint64_t number; /* of the ticket */
    struct list_view list;
    struct list_source source;
    struct arena arena;
    const struct attachment *items; /* in the arena; oldest first */
    size_t count;
    bool loaded;
    bool stale; /* something has changed since it was asked */
    uint64_t request;
    size_t known_entries;   /* of the ticket's history, as it was asked last */
    bool internal;          /* what is attached next */
    uint64_t chosen;        /* the id that a question is about */
    char typed[PATH_SIZE];  /* the path that was typed last */
    char folder[PATH_SIZE]; /* where one has saved last, as typed */
};

/* --- Rows ------------------------------------------------------------------------------------ */

static uint64_t row_id(void *context, size_t index)
{
    return ((const struct files_screen *)context)->items[index].id;
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    const struct files_screen *files = context;

    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].id == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static const struct attachment *find(const struct files_screen *files, uint64_t id)
{
    size_t index;

    return find_row((void *)(uintptr_t)files, id, &index) ? &files->items[index] : NULL;
}

static void draw_row(void *context, size_t index, struct terminal *terminal, struct rectangle row)
{
    char text[WHEN_SIZE];
    const struct files_screen *files = context;
    const struct attachment *item = &files->items[index];
    int column = row.column;
    int end = row.column + row.width;

    file_size_text(item->size, text);
    terminal_print(terminal, row.row, column + SIZE_WIDTH - (int)strlen(text), SIZE_WIDTH,
                   STYLE_NORMAL, text);
    column += SIZE_WIDTH + 2;
    if (row.width >= WIDTH_USUAL) {
        terminal_put(terminal, row.row, column, PERSON_WIDTH - 1, STYLE_NORMAL, item->author.data,
                     item->author.length);
        column += PERSON_WIDTH;
        when_date(stage_desk_ms(files->screen.stage), item->time_ms, text);
        terminal_print(terminal, row.row, column, DATE_WIDTH, STYLE_MUTED, text);
        column += DATE_WIDTH;
    }
    terminal_print(terminal, row.row, column, MARK_WIDTH, STYLE_NOTE,
                   item->internal ? "staff" : "");
    column += MARK_WIDTH;
    terminal_put(terminal, row.row, column, end - column, STYLE_NORMAL, item->name.data,
                 item->name.length);
}

/* --- Asking ---------------------------------------------------------------------------------- */

static void ask(struct files_screen *files);

static void on_list(void *context, enum error error, const void *reply,
                    const struct failure *failure)
{
    struct files_screen *files = context;
    struct attachment_list_reply copy;

    files->request = 0;
    if (error != ERROR_NONE) {
        stage_on_failure(files->screen.stage, error, failure);
    } else {
        arena_reset(&files->arena);
        files->items = NULL;
        files->count = 0;
        if (message_copy(&files->arena, methods[METHOD_ATTACHMENT_LIST].reply, reply, &copy)) {
            files->items = copy.attachments.items;
            files->count = copy.attachments.count;
        }
        files->loaded = true;
        list_view_update(&files->list, files->count, true);
    }
    if (files->stale) {
        ask(files);
    }
    model_changed(files->screen.stage->model, 0, false); /* draws */
}

static void ask(struct files_screen *files)
{
    struct attachment_list request = {.number = files->number};

    files->known_entries = files->screen.stage->model->ticket.count;
    files->stale = files->request != 0;
    if (files->request == 0) {
        files->request = connection_request(files->screen.stage->connection, METHOD_ATTACHMENT_LIST,
                                            &request, on_list, files);
    }
}

/* --- Life ------------------------------------------------------------------------------------ */

static bool files_open(struct screen *screen, const void *arguments)
{
    struct files_screen *files = (struct files_screen *)screen;

    files->number = *(const uint64_t *)arguments;
    snprintf(files->typed, sizeof files->typed, "~/");
    snprintf(files->folder, sizeof files->folder, ".");
    arena_init(&files->arena, 0);
    files->source = (struct list_source){row_id, find_row, draw_row, files};
    list_view_init(&files->list, &files->source);
    ask(files);
    return true;
}

static void files_close(struct screen *screen)
{
    struct files_screen *files = (struct files_screen *)screen;

    if (files->request != 0) {
        connection_cancel(screen->stage->connection, files->request);
    }
    arena_finish(&files->arena);
}

/* A file that comes or goes is an entry of the ticket's history. */
static void files_event(struct screen *screen, unsigned changes, bool by_event)
{
    struct files_screen *files = (struct files_screen *)screen;
    const struct model_ticket *open = &screen->stage->model->ticket;

    (void)by_event;
    if ((changes & MODEL_TICKET) != 0 && open->number == files->number &&
        open->count != files->known_entries) {
        ask(files);
    }
}

static enum handled files_key(struct screen *screen, const struct key *key)
{
    return list_view_key(&((struct files_screen *)screen)->list, key);
}

static void files_reply(struct screen *screen, const struct screen_reply *reply)
{
    if (reply->error == ERROR_NONE) {
        ask((struct files_screen *)screen);
    } else {
        stage_explain(screen->stage, "Removing the file", reply->error, reply->failure);
    }
}

static void draw_heading(const struct frame *frame, struct rectangle row)
{
    static const char usual[] = "      Size  From       When               Name";
    static const char narrow[] = "      Size        Name";

    terminal_print(frame->terminal, row.row, 1, row.width - 1, STYLE_HEADING,
                   row.width - 1 >= WIDTH_USUAL ? usual : narrow);
}

static void files_draw(struct screen *screen, const struct frame *frame)
{
    struct files_screen *files = (struct files_screen *)screen;
    struct rectangle place = frame->body;

    if (files->count == 0) {
        terminal_print(frame->terminal, place.row, 0, place.width, STYLE_NORMAL,
                       files->loaded ? "There are no files on this ticket. a attaches one."
                                     : "Loading...");
        terminal_cursor(frame->terminal, place.row, 0);
        return;
    }
    draw_heading(frame, place);
    place.row++;
    place.height--;
    list_view_draw(&files->list, frame->terminal, place, screen->stage->top == screen);
}

static void files_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "Files of #%" PRIu64, ((struct files_screen *)screen)->number);
}

const struct screen_ops screen_files = {
    .id = SCREEN_FILES,
    .name = "files",
    .size = sizeof(struct files_screen),
    .open = files_open,
    .close = files_close,
    .draw = files_draw,
    .key = files_key,
    .event = files_event,
    .reply = files_reply,
    .write_title = files_write_title,
};

void open_files(struct stage *stage)
{
    const struct ticket *ticket = stage_subject(stage);

    if (ticket != NULL) {
        stage_push(stage, &screen_files, &ticket->number);
    }
}

void refresh_files(struct stage *stage)
{
    if (!stage_reconnect(stage)) {
        ask((struct files_screen *)stage->top);
    }
}

void stop_transfer(struct stage *stage)
{
    transfer_stop(stage);
}

/* --- Attaching ------------------------------------------------------------------------------- */

/* What the desk would refuse is said before a byte is sent. Files for the staff alone have room of
 * their own. */
static bool fits(const struct files_screen *files, const char *name, size_t size)
{
    struct stage *stage = files->screen.stage;
    uint64_t total = 0;
    size_t count = 0;

    for (size_t i = 0; i < files->count; i++) {
        bool same_room = files->items[i].internal == files->internal;
        count += same_room ? 1 : 0;
        total += same_room ? files->items[i].size : 0;
    }
    if (count >= ATTACHMENTS_EACH_MAX) {
        stage_say(stage, STATUS_ERROR,
                  "Not attached: a ticket has at most %d files; an admin can remove some.",
                  ATTACHMENTS_EACH_MAX);
        return false;
    }
    if (total + size > ATTACHMENTS_EACH_BYTES) {
        stage_say(stage, STATUS_ERROR,
                  "Not attached: with %s the files would have more than 50 MiB together.", name);
        return false;
    }
    return true;
}

static void on_path(struct screen *asker, bool yes, const char *text)
{
    struct files_screen *files = (struct files_screen *)asker;
    struct file_content content;
    char path[PATH_SIZE];
    char problem[FILE_PROBLEM_SIZE];

    stage_hush(files->screen.stage);
    if (!yes || text[0] == '\0') {
        return;
    }
    snprintf(files->typed, sizeof files->typed, "%s", text); /* stands there the next time */
    if (!file_expand(text, path)) {
        stage_say(asker->stage, STATUS_ERROR, "Not attached: that is no path of a file.");
    } else if (!file_read(path, true, &content, problem)) {
        stage_say(asker->stage, STATUS_ERROR, "Not attached: %s.", problem);
    } else if (!fits(files, file_base_name(path), content.size)) {
        file_content_free(&content);
    } else {
        transfer_send(asker->stage, files->number, file_base_name(path), &content, files->internal);
        snprintf(files->typed, sizeof files->typed, "~/");
    }
}

static void ask_path(struct stage *stage, bool internal)
{
    struct files_screen *files = (struct files_screen *)stage->top;
    struct question question = {
        .kind = PROMPT_LINE,
        .text = internal ? "Attach for the staff alone, file:" : "Attach which file:",
        .given = files->typed,
        .limit = PATH_SIZE - 1,
        .on_answer = on_path,
    };

    if (transfer_is_free(stage)) {
        files->internal = internal;
        stage_push(stage, &screen_question, &question);
    }
}

void attach_file(struct stage *stage)
{
    ask_path(stage, false);
}

void attach_internal_file(struct stage *stage)
{
    ask_path(stage, true);
}

/* --- Saving ---------------------------------------------------------------------------------- */

static void on_name(struct screen *asker, bool yes, const char *text);

/* "report.pdf" and "report-2.pdf" */
static void write_name(const char *safe, unsigned attempt, char *name, size_t size)
{
    const char *dot = strrchr(safe, '.');
    int length = dot != NULL && dot != safe ? (int)(dot - safe) : (int)strlen(safe);

    if (attempt < 2) {
        snprintf(name, size, "%s", safe);
    } else {
        snprintf(name, size, "%.*s-%u%s", length, safe, attempt, safe + length);
    }
}

/* The path of a name in the folder; false when it is too long. */
static bool write_path(const struct files_screen *files, const char *name, char path[PATH_SIZE])
{
    char folder[PATH_SIZE];

    return file_expand(files->folder, folder) &&
           snprintf(path, PATH_SIZE, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/",
                    name) < PATH_SIZE;
}

/* Never over what is there: asks for another name, and gives one that is free. */
static void ask_name(struct files_screen *files, const struct attachment *item, const char *taken)
{
    char text[PROMPT_QUESTION_MAX];
    char safe[ATTACHMENT_NAME_MAX + 1];
    char name[ATTACHMENT_NAME_MAX + 16];
    char path[PATH_SIZE];
    struct question question = {.kind = PROMPT_LINE,
                                .text = text,
                                .given = name,
                                .limit = ATTACHMENT_NAME_MAX,
                                .on_answer = on_name};

    file_safe_name(item->name, safe);
    for (unsigned attempt = 2; attempt <= TRIES_MAX; attempt++) {
        write_name(safe, attempt, name, sizeof name);
        if (write_path(files, name, path) && !file_is_there(path)) {
            break;
        }
    }
    snprintf(text, sizeof text, "%.60s is there already. Save as:", taken);
    stage_push(files->screen.stage, &screen_question, &question);
}

static void save_as(struct files_screen *files, const struct attachment *item, const char *name)
{
    char path[PATH_SIZE];
    char problem[FILE_PROBLEM_SIZE];
    struct file_saving saving;

    stage_hush(files->screen.stage);
    if (!write_path(files, name, path)) {
        stage_say(files->screen.stage, STATUS_ERROR, "Not saved: the path is too long.");
    } else if (file_is_there(path)) {
        ask_name(files, item, name);
    } else if (!file_saving_begin(&saving, path, problem)) {
        stage_say(files->screen.stage, STATUS_ERROR, "Not saved: %s.", problem);
    } else {
        transfer_save(files->screen.stage, files->number, item, &saving);
    }
}

/* One's own words: they may lead elsewhere in the folder, but not be no name at all. */
static void on_name(struct screen *asker, bool yes, const char *text)
{
    struct files_screen *files = (struct files_screen *)asker;
    const struct attachment *item = find(files, files->chosen);

    if (yes && item != NULL && text[0] != '\0') {
        save_as(files, item, text);
    }
}

static void on_folder(struct screen *asker, bool yes, const char *text)
{
    struct files_screen *files = (struct files_screen *)asker;
    const struct attachment *item = find(files, files->chosen);
    char safe[ATTACHMENT_NAME_MAX + 1];

    if (!yes || item == NULL || text[0] == '\0') {
        return;
    }
    snprintf(files->folder, sizeof files->folder, "%s", text);
    file_safe_name(item->name, safe);
    save_as(files, item, safe);
}

void save_file(struct stage *stage)
{
    struct files_screen *files = (struct files_screen *)stage->top;
    const struct attachment *item = find(files, list_view_selected(&files->list));
    char text[PROMPT_QUESTION_MAX];
    struct question question = {.kind = PROMPT_LINE,
                                .text = text,
                                .given = files->folder,
                                .limit = PATH_SIZE - 1,
                                .on_answer = on_folder};

    if (item != NULL && transfer_is_free(stage)) {
        files->chosen = item->id;
        snprintf(text, sizeof text,
                 "Save %.*s into the folder:", item->name.length < 40 ? (int)item->name.length : 40,
                 item->name.data);
        stage_push(stage, &screen_question, &question);
    }
}

/* --- Removing -------------------------------------------------------------------------------- */

static void on_remove(struct screen *asker, bool yes, const char *text)
{
    struct files_screen *files = (struct files_screen *)asker;
    struct attachment_remove request = {.number = files->number, .id = files->chosen};

    (void)text;
    if (yes) {
        screen_send(asker, &(struct stage_order){.method = METHOD_ATTACHMENT_REMOVE,
                                                 .request = &request,
                                                 .task = "Removing the file",
                                                 .done = "The file is removed."});
    }
}

void remove_file(struct stage *stage)
{
    /* After admin mode was entered, that screen is still the topmost. */
    struct files_screen *files = (struct files_screen *)stage_find(stage, &screen_files);
    const struct attachment *item =
        files != NULL ? find(files, list_view_selected(&files->list)) : NULL;
    struct elevate elevate = {.then = remove_file};
    char text[PROMPT_QUESTION_MAX];
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_remove};

    if (item == NULL) {
        return;
    }
    if (!model_is_elevated(stage->model)) {
        stage_push(stage, &screen_elevate, &elevate);
        return;
    }
    files->chosen = item->id;
    snprintf(text, sizeof text, "Remove %.*s for ever?",
             item->name.length < 40 ? (int)item->name.length : 40, item->name.data);
    stage_push(stage, &screen_question, &question);
}
