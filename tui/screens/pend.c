/* Putting a ticket aside until a time or an answer, and opening it again, for the ticket as it was
 * when the key was pressed. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/when_parse.h"

enum { WHEN_LENGTH_MAX = 40 };

struct pend_screen {
    struct screen screen;
    struct prompt prompt;
    uint64_t number;
    uint64_t version;
};

/* The date it has or had, while that is still to come: mostly it is only put off a little. */
static void offer(const struct stage *stage, const struct ticket *ticket, char ret_text[WHEN_SIZE])
{
    ret_text[0] = '\0';
    if (present_has(ticket->present, TICKET_LAST_PENDING_UNTIL) &&
        ticket->last_pending_until_ms > stage_desk_ms(stage)) {
        when_write(ticket->last_pending_until_ms, ret_text);
    }
}

static bool pend_open(struct screen *screen, const void *arguments)
{
    struct pend_screen *asking = (struct pend_screen *)screen;
    const struct ticket *ticket = arguments;
    char question[PROMPT_QUESTION_MAX];
    char given[WHEN_SIZE];

    asking->number = ticket->number;
    asking->version = ticket->version;
    snprintf(question, sizeof question,
             "#%" PRIu64 " aside until (2h, 3d, monday; none: an answer):", ticket->number);
    offer(screen->stage, ticket, given);
    prompt_init_line(&asking->prompt, question, given, WHEN_LENGTH_MAX);
    return true;
}

static void pend_close(struct screen *screen)
{
    prompt_finish(&((struct pend_screen *)screen)->prompt);
}

static void send_pend(struct pend_screen *asking)
{
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
    char date[WHEN_SIZE] = "";
    struct stage *stage = asking->screen.stage;
    const char *text = prompt_text(&asking->prompt, NULL);
    struct ticket_pend request = {.number = asking->number, .version = asking->version};

    if (text[strspn(text, " ")] != '\0') {
        if (!when_parse(text, stage_desk_ms(stage), &request.until_ms)) {
            stage_say(stage, STATUS_WARNING, "That is no time; write %s.", when_grammar);
            return;
        }
        present_mark(&request.present, PEND_UNTIL);
        when_date(stage_desk_ms(stage), request.until_ms, date);
    }
    snprintf(task, sizeof task, "Putting #%" PRIu64 " aside", asking->number);
    snprintf(done, sizeof done, "#%" PRIu64 " is pending until %s.", asking->number,
             date[0] != '\0' ? date + strspn(date, " ") : "the requester answers");
    stage_hush(stage);
    screen_send(&asking->screen,
                &(struct stage_order){
                    .method = METHOD_TICKET_PEND, .request = &request, .task = task, .done = done});
}

static enum handled pend_key(struct screen *screen, const struct key *key)
{
    struct pend_screen *asking = (struct pend_screen *)screen;
    enum handled handled = prompt_key(&asking->prompt, key);

    if (handled == HANDLED_SUBMIT) {
        send_pend(asking);
    }
    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        screen_close(screen); /* what comes of it is said in the row the question stood in */
    }
    return HANDLED;
}

static void pend_draw(struct screen *screen, const struct frame *frame)
{
    struct pend_screen *asking = (struct pend_screen *)screen;

    terminal_fill(frame->terminal, frame->message.row, 0, frame->message.width, STYLE_NORMAL, ' ');
    prompt_draw(&asking->prompt, frame->terminal, frame->message);
}

const struct screen_ops screen_pend = {
    .id = SCREEN_QUESTION,
    .name = "question",
    .size = sizeof(struct pend_screen),
    .overlay = true,
    .open = pend_open,
    .close = pend_close,
    .draw = pend_draw,
    .key = pend_key,
};

/* --- What the keys do ------------------------------------------------------------------------ */

/* The ticket, or NULL after saying that there is none. */
static const struct ticket *subject(struct stage *stage)
{
    const struct ticket *ticket = stage_subject(stage);

    if (ticket == NULL) {
        stage_say(stage, STATUS_WARNING, "There is no ticket here to do this with.");
    }
    return ticket;
}

void pend_ticket(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);

    if (ticket == NULL) {
        return;
    }
    if (ticket->state == STATE_RESOLVED) {
        stage_say(stage, STATUS_INFO, "#%" PRIu64 " is resolved; O opens it again.",
                  ticket->number);
        return;
    }
    stage_push(stage, &screen_pend, ticket);
}

void open_ticket_again(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];

    if (ticket == NULL) {
        return;
    }
    if (ticket->state == STATE_OPEN) {
        stage_say(stage, STATUS_INFO, "#%" PRIu64 " is open.", ticket->number);
        return;
    }
    struct ticket_open request = {.number = ticket->number, .version = ticket->version};
    snprintf(task, sizeof task, "Opening #%" PRIu64 " again", ticket->number);
    snprintf(done, sizeof done, "#%" PRIu64 " is open again.", ticket->number);
    stage_hush(stage);
    screen_send(stage->top,
                &(struct stage_order){
                    .method = METHOD_TICKET_OPEN, .request = &request, .task = task, .done = done});
}
