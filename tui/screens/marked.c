/* See marked.h. Key -> what has to be known (a choice or a line) -> preview, from three tickets on
 * -> batch. Which tickets it is about is taken down when all is known. */
#include "tui/screens/marked.h"

#include <stdio.h>
#include <string.h>

#include "tui/batch.h"
#include "tui/screens/candidates.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when_parse.h"
#include "tui/widgets/picker.h"

enum { UNTIL_LENGTH_MAX = 40, CHOICES_MAX = QUEUES_MAX };

/* What has to be known beside the tickets. */
enum needs { NEEDS_NOTHING, NEEDS_STATUS, NEEDS_QUEUE, NEEDS_NAME, NEEDS_TAGS, NEEDS_UNTIL };

struct marked_act {
    enum bulk_act act;
    enum needs needs;
    struct batch_words words;
};

/* --- The acts, and by which action each is called -------------------------------------------- */

static const struct {
    void (*single)(struct stage *stage); /* what the action does to one ticket */
    struct marked_act act;
} acts[] = {
    {own_ticket, {BULK_TAKE, NEEDS_NOTHING, {"Take", "taking", "taken", ""}}},
    {disown_ticket, {BULK_UNTAKE, NEEDS_NOTHING, {"Give up", "giving up", "given up", ""}}},
    {steal_ticket,
     {BULK_STEAL, NEEDS_NOTHING, {"Take", "taking", "taken", " away from their owners"}}},
    {give_ticket, {BULK_GIVE, NEEDS_NAME, {"Give", "giving", "given", " to "}}},
    {set_ticket_status, {BULK_STATUS, NEEDS_STATUS, {"Set", "setting", "set", " to "}}},
    {move_ticket, {BULK_MOVE, NEEDS_QUEUE, {"Move", "moving", "moved", " to "}}},
    {pend_ticket, {BULK_PEND, NEEDS_UNTIL, {"Put", "putting", "put", " aside until "}}},
    {open_ticket_again, {BULK_OPEN, NEEDS_NOTHING, {"Open", "opening", "opened", " again"}}},
};

static const struct marked_act watch = {
    BULK_WATCH, NEEDS_NOTHING, {"Watch", "watching", "watched", ""}};
static const struct marked_act unwatch = {
    BULK_UNWATCH, NEEDS_NOTHING, {"Unwatch", "unwatching", "unwatched", ""}};

/* What has no key of its own. */
static const struct {
    struct picker_choice choice;
    struct marked_act act;
    enum kind kind; /* BULK_KIND */
} more[] = {
    {{'t', "Tag", "put tags on them"},
     {BULK_TAG, NEEDS_TAGS, {"Tag", "tagging", "tagged", " with "}},
     KIND_HARDWARE},
    {{'u', "Untag", "take tags off them"},
     {BULK_UNTAG, NEEDS_TAGS, {"Clear", "clearing", "cleared", " of "}},
     KIND_HARDWARE},
    {{'h', "Hardware", "make them hardware tickets"},
     {BULK_KIND, NEEDS_NOTHING, {"Set", "setting", "set", " to hardware"}},
     KIND_HARDWARE},
    {{'s', "Software", "make them software tickets"},
     {BULK_KIND, NEEDS_NOTHING, {"Set", "setting", "set", " to software"}},
     KIND_SOFTWARE},
};
enum { MORE_COUNT = sizeof more / sizeof more[0] };

/* --- All is known ---------------------------------------------------------------------------- */

static void go(struct stage *stage, const struct marked_act *act, const struct ticket_bulk *known,
               const char *value)
{
    struct batch_order order = {.request = *known, .words = act->words, .value = value};
    struct batch *batch;

    order.request.act = act->act;
    if (stage->model->marks.count == 0) {
        stage_say(stage, STATUS_WARNING, "The marked tickets are gone.");
        return;
    }
    batch = batch_create(stage, &order);
    if (batch == NULL) {
        stage_say(stage, STATUS_ERROR, "%s", error_sentence(ERROR_NO_MEMORY));
    } else if (batch->count < BATCH_ASKED_FROM) {
        batch_run(batch);
    } else {
        stage_push(stage, &screen_preview, batch);
    }
}

static void write_count(const struct stage *stage, const char *before, const char *after,
                        char *text, size_t size)
{
    size_t count = stage->model->marks.count;

    snprintf(text, size, "%s %zu marked ticket%s%s", before, count, count == 1 ? "" : "s", after);
}

/* --- A choice -------------------------------------------------------------------------------- */

struct marked_picker {
    struct screen screen;
    struct picker picker;
    const struct marked_act *act; /* NULL: what is chosen is the act */
    char title[64];
    char words[CHOICES_MAX][QUEUE_NAME_MAX + 1];
    char meanings[CHOICES_MAX][QUEUE_DESCRIPTION_MAX * 4 + 1];
    struct picker_choice choices[CHOICES_MAX];
    size_t count;
};

static void choose_status(struct marked_picker *picker)
{
    static const char keys[STATUS_COUNT] = {[STATUS_MINOR] = 'm',
                                            [STATUS_MAJOR] = 'a',
                                            [STATUS_CRITICAL] = 'c',
                                            [STATUS_RESOLVED] = 'r'};

    for (size_t i = 0; i < STATUS_COUNT; i++) {
        picker->choices[i] = (struct picker_choice){
            keys[i], choices_name(&status_choices, (uint32_t)i), status_meaning((enum status)i)};
    }
    picker->count = STATUS_COUNT;
}

static void choose_queue(struct marked_picker *picker)
{
    const struct model_queues *queues = &picker->screen.stage->model->queues;

    for (size_t i = 0; i < queues->count && picker->count < CHOICES_MAX; i++) {
        const struct queue *queue = &queues->items[i];
        size_t at = picker->count;
        if (queue_takes_moved(queue)) {
            snprintf(picker->words[at], sizeof picker->words[at], "%.*s",
                     TEXT_ARGUMENTS(queue->name));
            snprintf(picker->meanings[at], sizeof picker->meanings[at], "%.*s",
                     TEXT_ARGUMENTS(queue->description));
            picker->choices[at] =
                (struct picker_choice){.word = picker->words[at], .meaning = picker->meanings[at]};
            picker->count++;
        }
    }
}

static void choose_more(struct marked_picker *picker)
{
    for (size_t i = 0; i < MORE_COUNT; i++) {
        picker->choices[i] = more[i].choice;
    }
    picker->count = MORE_COUNT;
}

static bool marked_picker_open(struct screen *screen, const void *arguments)
{
    struct marked_picker *picker = (struct marked_picker *)screen;

    picker->act = arguments;
    if (picker->act == NULL) {
        write_count(screen->stage, "More for", "", picker->title, sizeof picker->title);
        choose_more(picker);
    } else if (picker->act->needs == NEEDS_STATUS) {
        write_count(screen->stage, "Status of", "", picker->title, sizeof picker->title);
        choose_status(picker);
    } else {
        write_count(screen->stage, "Move", " to", picker->title, sizeof picker->title);
        choose_queue(picker);
    }
    if (picker->count == 0) {
        stage_say(screen->stage, STATUS_WARNING, "There is no queue you may move them to.");
        return false;
    }
    picker_init(&picker->picker, picker->title, picker->choices, picker->count, 0);
    return true;
}

static void ask(struct stage *stage, const struct marked_act *act);

static void pick(struct marked_picker *picker)
{
    struct stage *stage = picker->screen.stage;
    struct ticket_bulk known = {.present = 0};
    size_t chosen = picker->picker.selected;

    screen_close(&picker->screen);
    if (picker->act == NULL && more[chosen].act.act == BULK_KIND) {
        known.kind = more[chosen].kind;
        present_mark(&known.present, BULK_FIELD_KIND);
        go(stage, &more[chosen].act, &known, "");
    } else if (picker->act == NULL) {
        ask(stage, &more[chosen].act);
    } else if (picker->act->needs == NEEDS_STATUS) {
        known.status = (enum status)chosen;
        present_mark(&known.present, BULK_FIELD_STATUS);
        go(stage, picker->act, &known, choices_name(&status_choices, (uint32_t)chosen));
    } else {
        go(stage, picker->act, &known, picker->words[chosen]);
    }
}

static enum handled marked_picker_key(struct screen *screen, const struct key *key)
{
    struct marked_picker *picker = (struct marked_picker *)screen;

    if (key_is_function(key, 1)) {
        return HANDLED_NOT;
    }
    enum handled handled = picker_key(&picker->picker, key);
    if (handled == HANDLED_SUBMIT) {
        pick(picker);
    } else if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return HANDLED;
}

static void marked_picker_draw(struct screen *screen, const struct frame *frame)
{
    struct marked_picker *picker = (struct marked_picker *)screen;
    int wanted = picker_rows(&picker->picker);
    int rows = wanted < frame->body.height ? wanted : frame->body.height;
    struct rectangle place = {frame->body.row + frame->body.height - rows, 0, rows,
                              frame->body.width};

    picker_draw(&picker->picker, frame->terminal, place);
}

static const struct screen_ops screen_marked_picker = {
    .id = SCREEN_MORE,
    .name = "marked-picker",
    .size = sizeof(struct marked_picker),
    .overlay = true,
    .open = marked_picker_open,
    .draw = marked_picker_draw,
    .key = marked_picker_key,
};

/* --- A line ---------------------------------------------------------------------------------- */

struct marked_prompt {
    struct screen screen;
    struct prompt prompt;
    struct candidates candidates; /* who may be chosen */
    const struct marked_act *act;
};

/* The queue that all marked tickets are in; empty: there is none such, or it is not known. */
static struct text queue_of_all(const struct model *model)
{
    struct text queue = {.data = ""};

    for (size_t i = 0; i < model->marks.count; i++) {
        size_t index;
        if (!model_tickets_find(&model->tickets, model->marks.numbers[i], &index)) {
            return text_of("");
        }
        const struct ticket *ticket = &model->tickets.rows[index].ticket;
        if (!present_has(ticket->present, TICKET_QUEUE) ||
            (i > 0 && !text_equal(ticket->queue, queue))) {
            return text_of("");
        }
        queue = ticket->queue;
    }
    return queue;
}

static bool marked_prompt_open(struct screen *screen, const void *arguments)
{
    struct marked_prompt *asking = (struct marked_prompt *)screen;
    char question[PROMPT_QUESTION_MAX];
    size_t limit = USER_NAME_MAX;

    asking->act = arguments;
    if (asking->act->needs == NEEDS_NAME) {
        write_count(screen->stage, "Give", " to:", question, sizeof question);
    } else if (asking->act->needs == NEEDS_TAGS) {
        write_count(screen->stage, asking->act->act == BULK_TAG ? "Tags for" : "Tags off", ":",
                    question, sizeof question);
        limit = TAGS_MAX;
    } else {
        write_count(screen->stage, "Put",
                    " aside until (2h, 3d, monday; none: an answer):", question, sizeof question);
        limit = UNTIL_LENGTH_MAX;
    }
    prompt_init_line(&asking->prompt, question, "", limit);
    if (asking->act->needs == NEEDS_NAME) {
        candidates_init(&asking->candidates, screen->stage, queue_of_all(screen->stage->model),
                        true);
    }
    return true;
}

static void marked_prompt_close(struct screen *screen)
{
    struct marked_prompt *asking = (struct marked_prompt *)screen;

    candidates_finish(&asking->candidates);
    prompt_finish(&asking->prompt);
}

static void take_until(struct marked_prompt *asking, const char *text)
{
    struct stage *stage = asking->screen.stage;
    struct ticket_bulk known = {.present = 0};
    char date[WHEN_SIZE] = "";

    if (text[0] != '\0') {
        if (!when_parse(text, stage_desk_ms(stage), &known.until_ms)) {
            stage_say(stage, STATUS_WARNING, "That is no time; write %s.", when_grammar);
            return;
        }
        present_mark(&known.present, BULK_FIELD_UNTIL);
        when_date(stage_desk_ms(stage), known.until_ms, date);
    }
    go(stage, asking->act, &known,
       date[0] != '\0' ? date + strspn(date, " ") : "there is an answer");
}

static void take_line(struct marked_prompt *asking)
{
    struct ticket_bulk known = {.present = 0};
    const char *text = candidates_answer(&asking->candidates, &asking->prompt);

    text += strspn(text, " ");
    if (asking->act->needs == NEEDS_UNTIL) {
        take_until(asking, text);
    } else if (text[0] != '\0') {
        go(asking->screen.stage, asking->act, &known, text);
    }
}

static enum handled marked_prompt_key(struct screen *screen, const struct key *key)
{
    struct marked_prompt *asking = (struct marked_prompt *)screen;

    if (candidates_key(&asking->candidates, &asking->prompt, key) == HANDLED) {
        return HANDLED;
    }
    enum handled handled = prompt_key(&asking->prompt, key);
    if (handled == HANDLED_SUBMIT) {
        take_line(asking);
    }
    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        screen_close(screen);
    } else {
        candidates_follow(&asking->candidates, &asking->prompt);
    }
    return HANDLED;
}

static void marked_prompt_draw(struct screen *screen, const struct frame *frame)
{
    struct marked_prompt *asking = (struct marked_prompt *)screen;

    terminal_fill(frame->terminal, frame->message.row, 0, frame->message.width, STYLE_NORMAL, ' ');
    candidates_draw(&asking->candidates, frame);
    prompt_draw(&asking->prompt, frame->terminal, frame->message);
}

static const struct screen_ops screen_marked_prompt = {
    .id = SCREEN_QUESTION,
    .name = "question",
    .size = sizeof(struct marked_prompt),
    .overlay = true,
    .open = marked_prompt_open,
    .close = marked_prompt_close,
    .draw = marked_prompt_draw,
    .key = marked_prompt_key,
};

/* --- Which act ------------------------------------------------------------------------------- */

static void ask(struct stage *stage, const struct marked_act *act)
{
    static const struct ticket_bulk nothing = {.present = 0};

    stage_hush(stage);
    if (act->needs == NEEDS_NOTHING) {
        go(stage, act, &nothing, "");
    } else if (act->needs == NEEDS_STATUS || act->needs == NEEDS_QUEUE) {
        stage_push(stage, &screen_marked_picker, act);
    } else {
        stage_push(stage, &screen_marked_prompt, act);
    }
}

/* All of them are watched, as far as the list knows: then w ends that. */
static bool are_watched(const struct model *model)
{
    for (size_t i = 0; i < model->marks.count; i++) {
        size_t index;
        if (!model_tickets_find(&model->tickets, model->marks.numbers[i], &index) ||
            !model->tickets.rows[index].ticket.watching) {
            return false;
        }
    }
    return true;
}

bool marked_act(struct stage *stage, const struct action *action)
{
    if (stage->model->marks.count == 0 || stage->top->ops != &screen_tickets) {
        return false;
    }
    if (action->run == watch_ticket) {
        ask(stage, are_watched(stage->model) ? &unwatch : &watch);
        return true;
    }
    if (action->run == more_for_ticket) {
        stage_push(stage, &screen_marked_picker, NULL);
        return true;
    }
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (acts[i].single == action->run) {
            ask(stage, &acts[i].act);
            return true;
        }
    }
    return false;
}
