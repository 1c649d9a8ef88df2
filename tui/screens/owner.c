/* Who works on a ticket and who else hears of it: take, steal, give, watch, put in copy. What is
 * asked first is asked here, for the ticket as it was when the key was pressed: the list below may
 * move on meanwhile. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/screens/candidates.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"

/* A question before an act: from whom to steal, to whom to give. */
struct owner_question {
    enum method method;
    enum prompt_kind kind;
    const struct ticket *ticket;
};

struct owner_screen {
    struct screen screen;
    struct prompt prompt;
    struct candidates candidates; /* who may be chosen */
    enum method method;
    uint64_t number;
    char owner[USER_NAME_MAX + 1]; /* as it was on the screen; empty: nobody */
};

/* The ticket, or NULL after saying that there is none. */
static const struct ticket *subject(struct stage *stage)
{
    const struct ticket *ticket = stage_subject(stage);

    if (ticket == NULL) {
        stage_say(stage, STATUS_WARNING, "There is no ticket here to do this with.");
    }
    return ticket;
}

/* --- Without a question ---------------------------------------------------------------------- */

static void act(struct stage *stage, const struct ticket *ticket, enum method method,
                const char *doing, const char *done, void (*on_done)(struct stage *, uint64_t))
{
    char task[STAGE_TEXT_MAX];
    char said[STAGE_TEXT_MAX];
    struct ticket_act request = {.number = ticket->number};

    snprintf(task, sizeof task, "%s #%" PRIu64, doing, ticket->number);
    snprintf(said, sizeof said, "#%" PRIu64 " %s", ticket->number, done);
    stage_hush(stage);
    screen_send(stage->top, &(struct stage_order){.method = method,
                                                  .request = &request,
                                                  .task = task,
                                                  .done = said,
                                                  .on_done = on_done,
                                                  .about = ticket->number});
}

void own_ticket(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);

    if (ticket != NULL) {
        act(stage, ticket, METHOD_TICKET_TAKE, "Taking", "is yours.", NULL);
    }
}

void disown_ticket(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);

    if (ticket != NULL) {
        act(stage, ticket, METHOD_TICKET_UNTAKE, "Giving up", "has no owner now.", NULL);
    }
}

static void now_watching(struct stage *stage, uint64_t number)
{
    model_set_watching(stage->model, number, true);
}

static void no_longer_watching(struct stage *stage, uint64_t number)
{
    model_set_watching(stage->model, number, false);
}

void watch_ticket(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);

    if (ticket == NULL) {
        return;
    }
    if (ticket->watching) {
        act(stage, ticket, METHOD_TICKET_UNWATCH, "Ceasing to watch",
            "is no longer watched by you.", no_longer_watching);
    } else {
        act(stage, ticket, METHOD_TICKET_WATCH, "Watching", "is watched by you.", now_watching);
    }
}

/* --- With a question ------------------------------------------------------------------------- */

static void ask(struct stage *stage, enum method method, enum prompt_kind kind)
{
    struct owner_question question = {method, kind, subject(stage)};

    if (question.ticket != NULL) {
        stage_push(stage, &screen_owner, &question);
    }
}

void steal_ticket(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);

    if (ticket == NULL) {
        return;
    }
    if (!present_has(ticket->present, TICKET_OWNER)) {
        stage_say(stage, STATUS_INFO, "Nobody owns #%" PRIu64 "; t takes it.", ticket->number);
        return;
    }
    ask(stage, METHOD_TICKET_STEAL, PROMPT_YES_NO);
}

void give_ticket(struct stage *stage)
{
    ask(stage, METHOD_TICKET_GIVE, PROMPT_LINE);
}

void copy_ticket(struct stage *stage)
{
    ask(stage, METHOD_TICKET_CC_ADD, PROMPT_LINE);
}

void uncopy_ticket(struct stage *stage)
{
    ask(stage, METHOD_TICKET_CC_REMOVE, PROMPT_LINE);
}

static bool owner_open(struct screen *screen, const void *arguments)
{
    struct owner_screen *asking = (struct owner_screen *)screen;
    const struct owner_question *question = arguments;
    const struct ticket *ticket = question->ticket;
    char text[PROMPT_QUESTION_MAX];

    asking->method = question->method;
    asking->number = ticket->number;
    if (present_has(ticket->present, TICKET_OWNER)) {
        snprintf(asking->owner, sizeof asking->owner, "%.*s", TEXT_ARGUMENTS(ticket->owner));
    }
    if (question->kind == PROMPT_YES_NO) {
        snprintf(text, sizeof text, "Take #%" PRIu64 " away from %s?", ticket->number,
                 asking->owner);
        prompt_init_yes_no(&asking->prompt, text);
        stage_guard(screen->stage);
        return true;
    }
    snprintf(text, sizeof text, "%s #%" PRIu64 "%s",
             question->method == METHOD_TICKET_GIVE     ? "Give"
             : question->method == METHOD_TICKET_CC_ADD ? "In copy of"
                                                        : "Out of copy of",
             ticket->number, question->method == METHOD_TICKET_GIVE ? " to:" : ":");
    prompt_init_line(&asking->prompt, text, "", USER_NAME_MAX);
    if (question->method != METHOD_TICKET_CC_REMOVE && present_has(ticket->present, TICKET_QUEUE)) {
        candidates_init(&asking->candidates, screen->stage, ticket->queue,
                        question->method == METHOD_TICKET_GIVE);
    }
    return true;
}

static void owner_close(struct screen *screen)
{
    struct owner_screen *asking = (struct owner_screen *)screen;

    candidates_finish(&asking->candidates);
    prompt_finish(&asking->prompt);
}

static void send_steal(struct owner_screen *asking)
{
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
    struct ticket_steal request = {.number = asking->number, .from = text_of(asking->owner)};

    present_mark(&request.present, STEAL_FROM);
    snprintf(task, sizeof task, "Taking #%" PRIu64, asking->number);
    snprintf(done, sizeof done, "#%" PRIu64 " is yours now, not %s's.", asking->number,
             asking->owner);
    stage_hush(asking->screen.stage);
    screen_send(&asking->screen, &(struct stage_order){.method = METHOD_TICKET_STEAL,
                                                       .request = &request,
                                                       .task = task,
                                                       .done = done});
}

/* The owner that was on the screen goes along: should it be another one by now, the desk refuses.
 */
static void send_give(struct owner_screen *asking, const char *name)
{
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
    struct ticket_give request = {
        .number = asking->number, .name = text_of(name), .from = text_of(asking->owner)};

    present_mark(&request.present, GIVE_FROM);
    snprintf(task, sizeof task, "Giving #%" PRIu64, asking->number);
    snprintf(done, sizeof done, "#%" PRIu64 " is %s's now.", asking->number, name);
    stage_hush(asking->screen.stage);
    screen_send(&asking->screen,
                &(struct stage_order){
                    .method = METHOD_TICKET_GIVE, .request = &request, .task = task, .done = done});
}

static void send_person(struct owner_screen *asking, const char *name)
{
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
    struct ticket_person request = {.number = asking->number, .name = text_of(name)};
    bool added = asking->method == METHOD_TICKET_CC_ADD;

    snprintf(task, sizeof task, "Changing who is in copy of #%" PRIu64, asking->number);
    snprintf(done, sizeof done, "%s is %s of #%" PRIu64 ".", name,
             added ? "in copy" : "no longer in copy", asking->number);
    stage_hush(asking->screen.stage);
    screen_send(&asking->screen,
                &(struct stage_order){
                    .method = asking->method, .request = &request, .task = task, .done = done});
}

static enum handled owner_key(struct screen *screen, const struct key *key)
{
    struct owner_screen *asking = (struct owner_screen *)screen;

    if (candidates_key(&asking->candidates, &asking->prompt, key) == HANDLED) {
        return HANDLED;
    }
    enum handled handled = prompt_key(&asking->prompt, key);
    const char *name = candidates_answer(&asking->candidates, &asking->prompt);
    if (handled == HANDLED_SUBMIT && asking->method == METHOD_TICKET_STEAL) {
        send_steal(asking);
    } else if (handled == HANDLED_SUBMIT && name[0] != '\0' &&
               asking->method == METHOD_TICKET_GIVE) {
        send_give(asking, name);
    } else if (handled == HANDLED_SUBMIT && name[0] != '\0') {
        send_person(asking, name);
    }
    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        screen_close(screen); /* the reply is said in the message row */
    } else {
        candidates_follow(&asking->candidates, &asking->prompt);
    }
    return HANDLED;
}

static void owner_draw(struct screen *screen, const struct frame *frame)
{
    struct owner_screen *asking = (struct owner_screen *)screen;

    terminal_fill(frame->terminal, frame->message.row, 0, frame->message.width, STYLE_NORMAL, ' ');
    candidates_draw(&asking->candidates, frame);
    prompt_draw(&asking->prompt, frame->terminal, frame->message);
}

const struct screen_ops screen_owner = {
    .id = SCREEN_QUESTION,
    .name = "question",
    .size = sizeof(struct owner_screen),
    .overlay = true,
    .open = owner_open,
    .close = owner_close,
    .draw = owner_draw,
    .key = owner_key,
};
