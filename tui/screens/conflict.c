/* Somebody changed the ticket while it was being edited: both texts, and a choice. Nothing of what
 * the person wrote is given up without their word. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/screens/ticket_form.h"
#include "tui/screens/ticket_text.h"
#include "tui/widgets/text_view.h"

struct conflict_screen {
    struct screen screen;
    struct text_view view;
    uint64_t number;
    uint64_t version; /* that the desk had when it refused */
};

static const struct model_ticket *model_of(const struct conflict_screen *conflict)
{
    return &conflict->screen.stage->model->ticket;
}

/* Whether the ticket as the desk has it now has been read. */
static bool is_loaded(const struct conflict_screen *conflict)
{
    const struct model_ticket *model = model_of(conflict);

    return model->loaded && model->get_request == 0 && model->number == conflict->number &&
           model->ticket.version >= conflict->version;
}

/* --- Both texts --- */

static void add(struct conflict_screen *conflict, enum style_role role, int indent,
                const char *text)
{
    text_view_add(&conflict->view, role, indent, text, strlen(text));
}

/* One field that differs: what the person did not touch is shown as theirs alone. */
static void add_field(struct conflict_screen *conflict, const char *name, struct text read,
                      struct text theirs, struct text mine)
{
    bool by_me = !text_equal(mine, read);

    if (text_equal(theirs, mine) || (!by_me && text_equal(theirs, read))) {
        return;
    }
    add(conflict, STYLE_NORMAL, 0, "");
    text_view_add_heading(&conflict->view, STYLE_HEADING, name, strlen(name));
    add(conflict, STYLE_MUTED, 2, "on the desk now:");
    text_view_add(&conflict->view, STYLE_NORMAL, 4, theirs.data, theirs.length);
    if (by_me) {
        add(conflict, STYLE_MUTED, 2, "yours:");
        text_view_add(&conflict->view, STYLE_NORMAL, 4, mine.data, mine.length);
    }
}

static struct text kind_word(enum kind kind)
{
    return text_of(choices_name(&kind_choices, kind));
}

static struct text status_word(enum status status)
{
    return text_of(choices_name(&status_choices, status));
}

static void rebuild(struct conflict_screen *conflict)
{
    struct screen *form = stage_find(conflict->screen.stage, &screen_ticket_form);
    const struct model_ticket *model = model_of(conflict);

    text_view_clear(&conflict->view);
    add(conflict, STYLE_WARNING, 0,
        "Somebody changed this ticket while you were writing. Your text is kept.");
    if (form == NULL || !is_loaded(conflict)) {
        add(conflict, STYLE_NORMAL, 0, "Loading their change...");
        return;
    }
    struct ticket_texts mine = ticket_form_written(form);
    struct ticket_texts read = ticket_form_read(form);
    const struct ticket *theirs = &model->ticket;
    add_field(conflict, "Title", read.title, theirs->title, mine.title);
    add_field(conflict, "Kind", kind_word(read.kind), kind_word(theirs->kind),
              kind_word(mine.kind));
    add_field(conflict, "Status", status_word(read.status), status_word(theirs->status),
              status_word(mine.status));
    add_field(conflict, "Problem", read.problem, model->problem, mine.problem);
}

/* --- Life --- */

static bool conflict_open(struct screen *screen, const void *arguments)
{
    struct conflict_screen *conflict = (struct conflict_screen *)screen;
    const struct conflict *found = arguments;

    conflict->number = found->number;
    conflict->version = found->current.version;
    text_view_init(&conflict->view);
    model_ticket_refresh(&screen->stage->model->ticket);
    rebuild(conflict);
    return true;
}

static void conflict_close(struct screen *screen)
{
    text_view_finish(&((struct conflict_screen *)screen)->view);
}

static void conflict_event(struct screen *screen, unsigned changes, bool by_event)
{
    (void)by_event;
    if ((changes & MODEL_TICKET) != 0) {
        rebuild((struct conflict_screen *)screen);
    }
}

static enum handled conflict_key(struct screen *screen, const struct key *key)
{
    return text_view_key(&((struct conflict_screen *)screen)->view, key);
}

static void conflict_draw(struct screen *screen, const struct frame *frame)
{
    text_view_draw(&((struct conflict_screen *)screen)->view, frame->terminal, frame->body,
                   screen->stage->top == screen);
}

static void conflict_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "Two changes of #%" PRIu64,
             ((const struct conflict_screen *)screen)->number);
}

const struct screen_ops screen_conflict = {
    .id = SCREEN_CONFLICT,
    .name = "conflict",
    .size = sizeof(struct conflict_screen),
    .open = conflict_open,
    .close = conflict_close,
    .draw = conflict_draw,
    .key = conflict_key,
    .event = conflict_event,
    .write_title = conflict_write_title,
};

/* --- The choice --- */

/* The form below, ready to stand on what the desk has now; NULL after saying what is missing. */
static struct screen *form_below(struct stage *stage)
{
    struct conflict_screen *conflict =
        (struct conflict_screen *)stage_find(stage, &screen_conflict);
    struct screen *form = stage_find(stage, &screen_ticket_form);

    if (conflict == NULL || form == NULL) {
        return NULL;
    }
    if (!is_loaded(conflict)) {
        stage_say(stage, STATUS_WARNING, "Their change is still being loaded.");
        return NULL;
    }
    return form;
}

void conflict_send_mine(struct stage *stage)
{
    struct screen *form = form_below(stage);

    if (form != NULL) {
        screen_close(stage_find(stage, &screen_conflict));
        ticket_form_rebase(form);
        ticket_form_send(form);
    }
}

void conflict_merge(struct stage *stage)
{
    struct screen *form = form_below(stage);

    if (form != NULL) {
        screen_close(stage_find(stage, &screen_conflict));
        ticket_form_rebase(form);
        stage_say(stage, STATUS_INFO, "This is your text, now on top of theirs. Ctrl-S sends it.");
    }
}

static void on_keep_theirs(struct screen *asker, bool yes, const char *text)
{
    struct stage *stage = asker->stage;
    struct screen *form = stage_find(stage, &screen_ticket_form);
    struct draft_key key = {DRAFT_EDIT, ((struct conflict_screen *)asker)->number};

    (void)text;
    if (yes) {
        drafts_drop(&stage->drafts, key);
        screen_close(asker);
        if (form != NULL) {
            screen_close(form);
        }
        stage_say(stage, STATUS_INFO, "Theirs is kept.");
    }
}

void conflict_keep_theirs(struct stage *stage)
{
    struct question question = {.kind = PROMPT_YES_NO,
                                .text = "Drop your text and keep theirs?",
                                .on_answer = on_keep_theirs};

    stage_push(stage, &screen_question, &question);
}
