/* Admin mode: who did what, when and from where, with old and new value; narrowed down to a person
 * or a ticket, read in full, and written to a file. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screens/audit_export.h"
#include "tui/screens/desk_list.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when.h"
#include "tui/widgets/text_view.h"

enum { FILTER_SIZE = USER_NAME_MAX + 24, PATH_POINTS_MAX = 200, LINE_SIZE = 512 };

struct audit {
    struct desk_list base;
    char filter[FILTER_SIZE]; /* "#12": a ticket; "@sam": an account; else who did it; "": all */
    struct audit_export export;
};

/* --- Words --- */

static struct text actor_of(const struct audit_entry *entry)
{
    return entry->actor.length > 0 ? entry->actor : text_of("the desk");
}

static const char *method_of(const struct audit_entry *entry)
{
    return present_has(entry->present, AUDIT_ENTRY_WHAT)
               ? choices_name(&method_choices, entry->what)
               : "?";
}

/* Versions and times rise with everything and tell nothing. */
static bool is_telling(const struct audit_change *change)
{
    static const char *const dull[] = {"version", "updated_ms", "created_ms", "epoch", "chosen"};

    for (size_t i = 0; i < sizeof dull / sizeof dull[0]; i++) {
        if (text_equal(change->field, text_of(dull[i]))) {
            return false;
        }
    }
    return present_has(change->present, AUDIT_CHANGE_FIELD);
}

/* The change that says most; NULL: there is none. */
static const struct audit_change *main_change(const struct audit_entry *entry)
{
    const struct audit_change *changes = entry->changes.items;

    for (size_t i = 0; i < entry->changes.count; i++) {
        if (is_telling(&changes[i])) {
            return &changes[i];
        }
    }
    return entry->changes.count > 0 ? &changes[0] : NULL;
}

/* "severity: minor -> major", "ticket 12 create". */
static void write_change(const struct audit_change *change, char text[LINE_SIZE])
{
    if (!present_has(change->present, AUDIT_CHANGE_FIELD)) {
        snprintf(text, LINE_SIZE, "%.*s %" PRIu64 " %.*s", TEXT_ARGUMENTS(change->row), change->id,
                 TEXT_ARGUMENTS(change->act));
        return;
    }
    snprintf(text, LINE_SIZE, "%.*s: %.*s -> %.*s", TEXT_ARGUMENTS(change->field),
             change->old_value.length > 0 ? (int)change->old_value.length : 1,
             change->old_value.length > 0 ? change->old_value.data : "-",
             change->new_value.length > 0 ? (int)change->new_value.length : 1,
             change->new_value.length > 0 ? change->new_value.data : "-");
}

/* --- The list --- */

static void fill_request(const struct audit *audit, uint64_t cursor,
                         struct admin_audit *ret_request)
{
    *ret_request = (struct admin_audit){.cursor = cursor};
    if (cursor != 0) {
        present_mark(&ret_request->present, AUDIT_CURSOR);
    }
    if (audit->filter[0] == '#') {
        ret_request->ticket = strtoull(audit->filter + 1, NULL, 10);
        present_mark(&ret_request->present, AUDIT_TICKET);
    } else if (audit->filter[0] == '@') {
        ret_request->account = text_of(audit->filter + 1);
        present_mark(&ret_request->present, AUDIT_ACCOUNT);
    } else if (audit->filter[0] != '\0') {
        ret_request->actor = text_of(audit->filter);
        present_mark(&ret_request->present, AUDIT_ACTOR);
    }
}

static void ask_audit(struct desk_list *list, uint64_t cursor)
{
    struct admin_audit request;

    fill_request((struct audit *)list, cursor, &request);
    desk_list_send(list, &request);
}

static uint64_t entry_id(const void *row)
{
    return ((const struct audit_entry *)row)->sequence;
}

static void draw_entry(const struct stage *stage, const void *row, struct terminal *terminal,
                       struct rectangle rectangle)
{
    char line[LINE_SIZE * 2];
    char change[LINE_SIZE] = "";
    char when[WHEN_SIZE];
    char about[64] = "";
    const struct audit_entry *entry = row;
    const struct audit_change *main = main_change(entry);
    struct text actor = actor_of(entry);
    bool wide = rectangle.width > 100;

    when_date(stage_desk_ms(stage), entry->time_ms, when);
    if (main != NULL) {
        write_change(main, change);
    }
    if (entry->tickets.count > 0) {
        snprintf(about, sizeof about, "#%" PRIu64 " ",
                 ((const struct bulk_ticket *)entry->tickets.items)[0].number);
    } else if (wide && main != NULL && present_has(main->present, AUDIT_CHANGE_FIELD)) {
        snprintf(about, sizeof about, "%.*s %" PRIu64 "  ", TEXT_ARGUMENTS(main->row), main->id);
    }
    snprintf(line, sizeof line, " %-12s %-*.*s %-*.*s %-*.*s %s%s", when, wide ? 16 : 9,
             actor.length < (wide ? 16 : 9) ? (int)actor.length : (wide ? 16 : 9), actor.data,
             wide ? 20 : 10,
             entry->source.length < (wide ? 20 : 10) ? (int)entry->source.length : (wide ? 20 : 10),
             entry->source.length > 0 ? entry->source.data : "", wide ? 24 : 20, wide ? 24 : 20,
             method_of(entry), about, change);
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static void finish_audit(struct desk_list *list)
{
    audit_export_cancel(&((struct audit *)list)->export);
}

static const struct desk_list_kind audit_kind = {
    .method = METHOD_ADMIN_AUDIT,
    .rows = &audit_entry_table,
    .rows_at = offsetof(struct admin_audit_reply, entries),
    .more_at = offsetof(struct admin_audit_reply, more),
    .cursor_at = offsetof(struct admin_audit_reply, cursor),
    .tab = ADMIN_AUDIT,
    .empty = "Nothing was done like that. / with an empty line shows all again.",
    .task = "Reading the audit",
    .ask = ask_audit,
    .id = entry_id,
    .draw = draw_entry,
    .finish = finish_audit,
};

static bool audit_open(struct screen *screen, const void *arguments)
{
    (void)arguments;
    desk_list_init((struct desk_list *)screen, &audit_kind);
    return true;
}

static void audit_draw(struct screen *screen, const struct frame *frame)
{
    struct audit *audit = (struct audit *)screen;
    bool wide = frame->body.width > 101;
    const char *heading =
        wide
            ? "  When         Who              From                 What                     Change"
            : "  When         Who       From       What                 Change";

    admin_list_draw(&audit->base.base, frame, ADMIN_AUDIT, heading,
                    audit->base.loaded ? audit->base.empty : "Loading...");
}

static void audit_write_title(struct screen *screen, char *text, size_t size)
{
    const struct audit *audit = (const struct audit *)screen;

    snprintf(text, size, "Admin%s%s", audit->filter[0] != '\0' ? ": only " : "", audit->filter);
}

/* --- The export --- */

static void ask_export(struct audit *audit)
{
    struct admin_audit request;

    fill_request(audit, audit->export.cursor, &request);
    request.limit = PAGE_MAX;
    present_mark(&request.present, AUDIT_LIMIT);
    if (!screen_send(&audit->base.base.screen,
                     &(struct stage_order){.method = METHOD_ADMIN_AUDIT,
                                           .request = &request,
                                           .task = "Writing the audit"})) {
        audit_export_cancel(&audit->export);
    }
}

static void end_export(struct audit *audit)
{
    struct stage *stage = audit->base.base.screen.stage;
    uint64_t changes = audit->export.changes;
    char path[sizeof audit->export.path];

    memcpy(path, audit->export.path, sizeof path);
    if (audit_export_finish(&audit->export)) {
        stage_say(stage, STATUS_INFO, "%" PRIu64 " changes are written to %s.", changes, path);
    } else {
        stage_say(stage, STATUS_ERROR, "%s could not be written; it is removed.", path);
    }
}

static void take_export(struct audit *audit, const struct screen_reply *reply)
{
    struct screen *screen = &audit->base.base.screen;
    const struct admin_audit_reply *page = reply->reply;
    bool waits = reply->error == ERROR_THROTTLED || reply->error == ERROR_BUSY;

    if (waits) {
        screen->wake_ms = screen->stage->now_ms + reply->failure->retry_after_ms + 1;
    } else if (reply->error != ERROR_NONE) {
        audit_export_cancel(&audit->export);
        stage_explain(screen->stage, "The export", reply->error, reply->failure);
    } else {
        audit_export_page(&audit->export, &page->entries);
        audit->export.cursor = page->cursor;
        if (page->more && !audit->export.failed) {
            ask_export(audit);
        } else {
            end_export(audit);
        }
    }
}

static void audit_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct audit *audit = (struct audit *)screen;

    if (audit->export.file != NULL) {
        take_export(audit, reply);
    } else {
        desk_list_reply(screen, reply);
    }
}

static void audit_wake(struct screen *screen)
{
    struct audit *audit = (struct audit *)screen;

    if (audit->export.file != NULL) {
        ask_export(audit);
    }
}

/* Whoever stops waiting for the export, or does something else meanwhile, does not want it. */
static enum handled audit_key(struct screen *screen, const struct key *key)
{
    struct audit *audit = (struct audit *)screen;

    if (audit->export.file != NULL && !screen->sending) {
        screen->wake_ms = 0;
        audit_export_cancel(&audit->export);
        stage_say(screen->stage, STATUS_WARNING, "The export is given up, its file removed.");
    }
    return desk_list_key(screen, key);
}

const struct screen_ops screen_audit = {
    .id = SCREEN_AUDIT,
    .name = "audit",
    .size = sizeof(struct audit),
    .open = audit_open,
    .close = desk_list_close,
    .draw = audit_draw,
    .key = audit_key,
    .reply = audit_reply,
    .wake = audit_wake,
    .write_title = audit_write_title,
};

static void on_path(struct screen *asker, bool yes, const char *text)
{
    struct audit *audit = (struct audit *)asker;
    const char *why;

    if (!yes || text[0] == '\0') {
        return;
    }
    stage_hush(asker->stage);
    why = audit_export_begin(&audit->export, text);
    if (why != NULL) {
        stage_say(asker->stage, STATUS_ERROR, "%s: %s", text, why);
        return;
    }
    ask_export(audit);
}

void export_audit(struct stage *stage)
{
    struct audit *audit = (struct audit *)stage_find(stage, &screen_audit);
    struct question question = {.kind = PROMPT_LINE,
                                .text = "Write all of it as CSV to a new file:",
                                .given = "audit.csv",
                                .limit = PATH_POINTS_MAX,
                                .on_answer = on_path};

    if (audit != NULL && audit->export.file == NULL) {
        stage_push(stage, &screen_question, &question);
    }
}

/* --- Narrowing down --- */

static bool is_number(const char *text)
{
    for (; *text != '\0'; text++) {
        if (!isdigit((unsigned char)*text)) {
            return false;
        }
    }
    return true;
}

static void on_filter(struct screen *asker, bool yes, const char *text)
{
    struct audit *audit = (struct audit *)asker;
    const char *digits = text + (text[0] == '#' ? 1 : 0);

    if (!yes) {
        return;
    }
    stage_hush(asker->stage);
    if (text[0] == '#' && (digits[0] == '\0' || !is_number(digits))) {
        stage_say(asker->stage, STATUS_ERROR, "A ticket is written as #12.");
        return;
    }
    bool ticket = text[0] != '\0' && is_number(digits);
    snprintf(audit->filter, sizeof audit->filter, "%s%s", ticket ? "#" : "",
             ticket ? digits : text);
    desk_list_refresh(&audit->base);
}

void filter_audit(struct stage *stage)
{
    const struct audit *audit = (const struct audit *)stage_find(stage, &screen_audit);
    struct question question = {.kind = PROMPT_LINE,
                                .text = "Only what sam did, or was done to #12 or @sam:",
                                .limit = USER_NAME_MAX,
                                .on_answer = on_filter};

    if (audit != NULL) {
        question.given = audit->filter;
        stage_push(stage, &screen_question, &question);
    }
}

/* --- One entry in full --- */

struct entry_screen {
    struct screen screen;
    struct text_view view;
    uint64_t sequence;
};

static void add_line(struct entry_screen *shown, const char *label, struct text value)
{
    char line[LINE_SIZE];

    snprintf(line, sizeof line, "%-10s %.*s", label, TEXT_ARGUMENTS(value));
    text_view_add(&shown->view, STYLE_NORMAL, 2, line, strlen(line));
}

static void add_tickets(struct entry_screen *shown, const struct list *tickets)
{
    char numbers[LINE_SIZE] = "";
    size_t used = 0;

    for (size_t i = 0; i < tickets->count && used + 24 < sizeof numbers; i++) {
        used += (size_t)snprintf(numbers + used, sizeof numbers - used, "#%" PRIu64 " ",
                                 ((const struct bulk_ticket *)tickets->items)[i].number);
    }
    if (tickets->count > 0) {
        add_line(shown, "Tickets", text_of(numbers));
    }
}

static void add_changes(struct entry_screen *shown, const struct audit_entry *entry)
{
    char text[LINE_SIZE];
    char line[LINE_SIZE + 64];
    const struct audit_change *changes = entry->changes.items;

    text_view_add(&shown->view, STYLE_NORMAL, 0, "", 0);
    for (size_t i = 0; i < entry->changes.count; i++) {
        write_change(&changes[i], text);
        if (present_has(changes[i].present, AUDIT_CHANGE_FIELD)) {
            snprintf(line, sizeof line, "%.*s %" PRIu64 "  %s", TEXT_ARGUMENTS(changes[i].row),
                     changes[i].id, text);
        } else {
            snprintf(line, sizeof line, "%s", text);
        }
        text_view_add(&shown->view, STYLE_NORMAL, 2, line, strlen(line));
    }
    if (entry->cut) {
        const char *more = "There is more; `ttydeskd audit` prints all of it.";
        text_view_add(&shown->view, STYLE_MUTED, 2, more, strlen(more));
    }
}

/* Arguments: the entry. */
static bool entry_open(struct screen *screen, const void *arguments)
{
    struct entry_screen *shown = (struct entry_screen *)screen;
    const struct audit_entry *entry = arguments;
    char when[WHEN_SIZE];

    text_view_init(&shown->view);
    shown->sequence = entry->sequence;
    when_date(stage_desk_ms(screen->stage), entry->time_ms, when);
    text_view_add(&shown->view, STYLE_NORMAL, 0, "", 0);
    add_line(shown, "When", text_of(when));
    add_line(shown, "Who", actor_of(entry));
    if (entry->acting_for.length > 0) {
        add_line(shown, "Acting as", entry->acting_for);
    }
    add_line(shown, "What", text_of(method_of(entry)));
    if (entry->source.length > 0) {
        add_line(shown, "From", entry->source);
    }
    add_tickets(shown, &entry->tickets);
    add_changes(shown, entry);
    return true;
}

static void entry_close(struct screen *screen)
{
    text_view_finish(&((struct entry_screen *)screen)->view);
}

static enum handled entry_key(struct screen *screen, const struct key *key)
{
    return text_view_key(&((struct entry_screen *)screen)->view, key);
}

static void entry_draw(struct screen *screen, const struct frame *frame)
{
    text_view_draw(&((struct entry_screen *)screen)->view, frame->terminal, frame->body, true);
}

static void entry_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "Entry %" PRIu64, ((const struct entry_screen *)screen)->sequence);
}

const struct screen_ops screen_audit_entry = {
    .id = SCREEN_AUDIT_ENTRY,
    .name = "audit-entry",
    .size = sizeof(struct entry_screen),
    .open = entry_open,
    .close = entry_close,
    .draw = entry_draw,
    .key = entry_key,
    .write_title = entry_write_title,
};

void open_audit_entry(struct stage *stage)
{
    const struct audit_entry *entry = desk_list_selected(stage, &screen_audit);

    if (entry != NULL) {
        stage_push(stage, &screen_audit_entry, entry);
    }
}
