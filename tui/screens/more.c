/* What has no key of its own: tags, links, merging and splitting. A small menu, then a question in
 * the message row, for the ticket as it was when the key was pressed. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/widgets/picker.h"

#define TICKET_NUMBER_MAX ((UINT64_C(1) << 53) - 1) /* what the wire carries */

enum { NUMBER_LENGTH_MAX = 16, TASK_SIZE = 64 };

enum act { ACT_LINKS, ACT_TAG, ACT_LINK, ACT_UNLINK, ACT_MERGE, ACT_UNMERGE, ACT_SPLIT, ACT_COUNT };

static const struct picker_choice acts[ACT_COUNT] = {
    [ACT_LINKS] = {'o', "Open linked", "list the tickets it is linked to, and open one"},
    [ACT_TAG] = {'t', "Tag", "put tags on it and take tags off it"},
    [ACT_LINK] = {'l', "Link", "say what it is to another ticket"},
    [ACT_UNLINK] = {'u', "Unlink", "take the link to another ticket away"},
    [ACT_MERGE] = {'m', "Merge", "move all that is on it to another ticket"},
    [ACT_UNMERGE] = {'n', "Unmerge", "give a ticket that was merged in back what it brought"},
    [ACT_SPLIT] = {'s', "Split", "make a ticket of one of its messages"},
};

static const struct picker_choice kinds[LINK_KIND_COUNT] = {
    [LINK_PARENT] = {'p', "is the parent of", "the other is a part of it"},
    [LINK_CHILD] = {'c', "is a child of", "it is a part of the other"},
    [LINK_DEPENDS] = {'d', "depends on", "it can't go on before the other does"},
    [LINK_BLOCKS] = {'b', "blocks", "the other can't go on before it does"},
    [LINK_RELATES] = {'r', "relates to", "they have to do with each other"},
    [LINK_DUPLICATE] = {'u', "is a duplicate of", "the other came first"},
    [LINK_DUPLICATED_BY] = {'y', "is duplicated by", "it came first"},
};

/* What a question is about. */
struct more {
    enum act act;
    enum link_kind kind; /* ACT_LINK */
    uint64_t number;
    uint64_t version;
    uint64_t message; /* ACT_SPLIT: sequence of the message; 0: not said yet */
};

/* --- The question ---------------------------------------------------------------------------- */

struct more_question {
    struct screen screen;
    struct prompt prompt;
    struct more more;
};

static void ask(struct more_question *asking)
{
    char question[PROMPT_QUESTION_MAX];
    uint64_t number = asking->more.number;
    size_t limit = NUMBER_LENGTH_MAX;

    switch (asking->more.act) {
    case ACT_TAG:
        snprintf(question, sizeof question, "Tags of #%" PRIu64 " (+new -old):", number);
        limit = TAGS_MAX;
        break;
    case ACT_LINK:
        snprintf(question, sizeof question, "#%" PRIu64 " %s #:", number,
                 kinds[asking->more.kind].word);
        break;
    case ACT_UNLINK:
        snprintf(question, sizeof question, "Unlink #%" PRIu64 " from #:", number);
        break;
    case ACT_MERGE:
        snprintf(question, sizeof question, "Merge #%" PRIu64 " into #:", number);
        break;
    case ACT_UNMERGE:
        snprintf(question, sizeof question, "Give back what came to #%" PRIu64 " from #:", number);
        break;
    default:
        snprintf(question, sizeof question,
                 asking->more.message == 0 ? "Which message of #%" PRIu64 " (its [number]):"
                                           : "Title of the ticket split from #%" PRIu64 ":",
                 number);
        limit = asking->more.message == 0 ? NUMBER_LENGTH_MAX : TITLE_MAX;
        break;
    }
    prompt_finish(&asking->prompt);
    prompt_init_line(&asking->prompt, question, "", limit);
}

static bool more_question_open(struct screen *screen, const void *arguments)
{
    struct more_question *asking = (struct more_question *)screen;

    asking->more = *(const struct more *)arguments;
    ask(asking);
    return true;
}

static void more_question_close(struct screen *screen)
{
    prompt_finish(&((struct more_question *)screen)->prompt);
}

/* A number, with or without the sign; false after saying what it is to look like. */
static bool read_number(struct more_question *asking, uint64_t *ret_number)
{
    const char *text = prompt_text(&asking->prompt, NULL);
    char *end;

    text += strspn(text, " #");
    errno = 0;
    *ret_number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || end[strspn(end, " ")] != '\0' || errno != 0 ||
        *ret_number == 0 || *ret_number > TICKET_NUMBER_MAX) {
        stage_say(asking->screen.stage, STATUS_WARNING, "That is no number; write one like 12.");
        return false;
    }
    return true;
}

/* `task` is what is tried; `done` is said when it is. */
static void order(struct more_question *asking, enum method method, const void *request,
                  const char *task, const char *done)
{
    stage_hush(asking->screen.stage);
    screen_send(
        &asking->screen,
        &(struct stage_order){.method = method, .request = request, .task = task, .done = done});
}

/* Puts a word on one of the lines; false when there is no more room. */
static bool add_word(char line[TAGS_MAX + 1], const char *word, size_t length)
{
    size_t used = strlen(line);

    if (used + 1 + length > TAGS_MAX) {
        return false;
    }
    snprintf(line + used, TAGS_MAX + 1 - used, "%s%.*s", used > 0 ? " " : "", (int)length, word);
    return true;
}

static void send_tags(struct more_question *asking)
{
    char task[TASK_SIZE];
    char done[TASK_SIZE];
    char add[TAGS_MAX + 1] = "";
    char remove[TAGS_MAX + 1] = "";
    const char *word = prompt_text(&asking->prompt, NULL);
    struct ticket_tag request = {.number = asking->more.number};

    for (word += strspn(word, " "); word[0] != '\0'; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        size_t sign = word[0] == '-' || word[0] == '+' ? 1 : 0;
        if (!add_word(word[0] == '-' ? remove : add, word + sign, length - sign)) {
            stage_say(asking->screen.stage, STATUS_WARNING, "These are too many tags at once.");
            return;
        }
        word += length;
    }
    if (add[0] != '\0') {
        request.add = text_of(add);
        present_mark(&request.present, TICKET_TAG_ADD);
    }
    if (remove[0] != '\0') {
        request.remove = text_of(remove);
        present_mark(&request.present, TICKET_TAG_REMOVE);
    }
    snprintf(task, sizeof task, "Tagging #%" PRIu64, asking->more.number);
    snprintf(done, sizeof done, "The tags of #%" PRIu64 " are changed.", asking->more.number);
    if (request.present != 0) {
        order(asking, METHOD_TICKET_TAG, &request, task, done);
    }
}

static void send_link(struct more_question *asking, uint64_t other)
{
    char task[TASK_SIZE];
    char done[TASK_SIZE];
    const struct more *more = &asking->more;
    struct ticket_link request = {.number = more->number, .kind = more->kind, .to = other};

    snprintf(task, sizeof task, "Linking #%" PRIu64, more->number);
    snprintf(done, sizeof done, "#%" PRIu64 " %s #%" PRIu64 ".", more->number,
             kinds[more->kind].word, other);
    order(asking, METHOD_TICKET_LINK, &request, task, done);
}

static void send_unlink(struct more_question *asking, uint64_t other)
{
    char task[TASK_SIZE];
    char done[TASK_SIZE];
    struct ticket_unlink request = {.number = asking->more.number, .to = other};

    snprintf(task, sizeof task, "Unlinking #%" PRIu64, request.number);
    snprintf(done, sizeof done, "#%" PRIu64 " and #%" PRIu64 " are no longer linked.",
             request.number, other);
    order(asking, METHOD_TICKET_UNLINK, &request, task, done);
}

static void send_merge(struct more_question *asking, uint64_t other)
{
    char task[TASK_SIZE];
    char done[TASK_SIZE * 2];
    struct ticket_merge request = {
        .number = asking->more.number, .version = asking->more.version, .into = other};

    snprintf(task, sizeof task, "Merging #%" PRIu64, request.number);
    snprintf(done, sizeof done, "#%" PRIu64 " is merged into #%" PRIu64 ".", request.number, other);
    order(asking, METHOD_TICKET_MERGE, &request, task, done);
}

static void send_unmerge(struct more_question *asking, uint64_t other)
{
    char task[TASK_SIZE];
    char done[TASK_SIZE];
    struct ticket_act request = {.number = other};

    snprintf(task, sizeof task, "Unmerging #%" PRIu64, other);
    snprintf(done, sizeof done, "#%" PRIu64 " stands by itself again.", other);
    order(asking, METHOD_TICKET_UNMERGE, &request, task, done);
}

static void send_split(struct more_question *asking)
{
    char task[TASK_SIZE];
    struct ticket_split request = {.number = asking->more.number,
                                   .message = asking->more.message,
                                   .title = text_of(prompt_text(&asking->prompt, NULL))};

    snprintf(task, sizeof task, "Splitting #%" PRIu64, request.number);
    order(asking, METHOD_TICKET_SPLIT, &request, task, "The message has a ticket of its own now.");
}

/* From the number in a heading to the message; false after saying that there is none. */
static bool find_message(struct more_question *asking, uint64_t heading)
{
    const struct model_ticket *model = &asking->screen.stage->model->ticket;

    if (model->number == asking->more.number && heading >= 2 && heading - 2 < model->count &&
        model->entries[heading - 2].is_message) {
        asking->more.message = model->entries[heading - 2].sequence;
        return true;
    }
    stage_say(asking->screen.stage, STATUS_WARNING,
              "There is no message [%" PRIu64 "]; the problem itself can't be split off.", heading);
    return false;
}

/* What is typed; true when there is another question to answer. */
static bool take(struct more_question *asking)
{
    static void (*const senders[ACT_COUNT])(struct more_question *, uint64_t) = {
        [ACT_LINK] = send_link,
        [ACT_UNLINK] = send_unlink,
        [ACT_MERGE] = send_merge,
        [ACT_UNMERGE] = send_unmerge,
    };
    uint64_t number;

    if (asking->more.act == ACT_TAG) {
        send_tags(asking);
    } else if (asking->more.act == ACT_SPLIT && asking->more.message != 0) {
        send_split(asking);
    } else if (!read_number(asking, &number)) {
        return false;
    } else if (asking->more.act == ACT_SPLIT) {
        return find_message(asking, number);
    } else {
        senders[asking->more.act](asking, number);
    }
    return false;
}

static enum handled more_question_key(struct screen *screen, const struct key *key)
{
    struct more_question *asking = (struct more_question *)screen;
    enum handled handled = prompt_key(&asking->prompt, key);
    size_t length;

    prompt_text(&asking->prompt, &length);
    if (handled == HANDLED_SUBMIT && length > 0 && take(asking)) {
        ask(asking);
        return HANDLED;
    }
    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        screen_close(screen); /* what comes of it is said in the row the question stood in */
    }
    return HANDLED;
}

static void more_question_draw(struct screen *screen, const struct frame *frame)
{
    struct more_question *asking = (struct more_question *)screen;

    terminal_fill(frame->terminal, frame->message.row, 0, frame->message.width, STYLE_NORMAL, ' ');
    prompt_draw(&asking->prompt, frame->terminal, frame->message);
}

static const struct screen_ops screen_more_question = {
    .id = SCREEN_QUESTION,
    .name = "question",
    .size = sizeof(struct more_question),
    .overlay = true,
    .open = more_question_open,
    .close = more_question_close,
    .draw = more_question_draw,
    .key = more_question_key,
};

/* --- The menus ------------------------------------------------------------------------------- */

struct more_menu {
    struct screen screen;
    struct picker picker;
    struct more more;
    bool of_kinds;
    char title[TASK_SIZE];
};

static bool more_open(struct screen *screen, const void *arguments)
{
    struct more_menu *menu = (struct more_menu *)screen;
    const struct ticket *ticket = arguments;

    menu->more = (struct more){.number = ticket->number, .version = ticket->version};
    snprintf(menu->title, sizeof menu->title, "More for #%" PRIu64, ticket->number);
    picker_init(&menu->picker, menu->title, acts, ACT_COUNT, 0);
    return true;
}

static void pick(struct more_menu *menu)
{
    struct stage *stage = menu->screen.stage;

    if (menu->of_kinds) {
        menu->more.kind = (enum link_kind)menu->picker.selected;
    } else {
        menu->more.act = (enum act)menu->picker.selected;
    }
    if (menu->more.act == ACT_LINK && !menu->of_kinds) {
        menu->of_kinds = true;
        snprintf(menu->title, sizeof menu->title, "What is #%" PRIu64 " to the other?",
                 menu->more.number);
        picker_init(&menu->picker, menu->title, kinds, LINK_KIND_COUNT, 0);
        return;
    }
    screen_close(&menu->screen);
    if (menu->more.act == ACT_LINKS) {
        stage_push(stage, &screen_links, &menu->more.number);
        return;
    }
    if (menu->more.act == ACT_SPLIT && stage->model->ticket.number != menu->more.number) {
        stage_say(stage, STATUS_INFO,
                  "Open the ticket with Enter first: its messages have numbers there.");
        return;
    }
    stage_push(stage, &screen_more_question, &menu->more);
}

static enum handled more_key(struct screen *screen, const struct key *key)
{
    struct more_menu *menu = (struct more_menu *)screen;

    if (key_is_function(key, 1)) {
        return HANDLED_NOT;
    }
    enum handled handled = picker_key(&menu->picker, key);
    if (handled == HANDLED_SUBMIT) {
        pick(menu);
    } else if (handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return HANDLED;
}

static void more_draw(struct screen *screen, const struct frame *frame)
{
    struct more_menu *menu = (struct more_menu *)screen;
    int wanted = picker_rows(&menu->picker);
    int rows = wanted < frame->body.height ? wanted : frame->body.height;
    struct rectangle place = {frame->body.row + frame->body.height - rows, 0, rows,
                              frame->body.width};

    picker_draw(&menu->picker, frame->terminal, place);
}

const struct screen_ops screen_more = {
    .id = SCREEN_MORE,
    .name = "more",
    .size = sizeof(struct more_menu),
    .overlay = true,
    .open = more_open,
    .draw = more_draw,
    .key = more_key,
};

void more_for_ticket(struct stage *stage)
{
    const struct ticket *ticket = stage_subject(stage);

    if (ticket == NULL) {
        stage_say(stage, STATUS_WARNING, "There is no ticket here to do this with.");
        return;
    }
    stage_push(stage, &screen_more, ticket);
}
