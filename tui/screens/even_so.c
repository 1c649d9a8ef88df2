/* Resolving a ticket although some that are part of it are not resolved: the desk refuses and names
 * them, and the person is asked. */
#include <stdio.h>
#include <string.h>

#include "proto/copy.h"
#include "tui/screens/screens.h"

struct even_so {
    struct screen screen;
    struct prompt prompt;
    struct arena arena;
    struct ticket_update request; /* in the arena, as what is said */
    const char *task;
    const char *done;
};

/* --- The question ---------------------------------------------------------------------------- */

/* Appends the next number that the desk has named, with its sign; false when there is none. */
static bool add_number(struct text *sentence, char *text, size_t size)
{
    const char *sign = sentence->length > 0 ? memchr(sentence->data, '#', sentence->length) : NULL;
    size_t used = strlen(text);
    size_t length = 1;

    if (sign == NULL) {
        return false;
    }
    size_t left = sentence->length - (size_t)(sign - sentence->data);
    while (length < left && sign[length] >= '0' && sign[length] <= '9') {
        length++;
    }
    snprintf(text + used, size - used, " %.*s", (int)length, sign);
    *sentence = (struct text){.data = sign + length, .length = left - length};
    return true;
}

void write_even_so(const struct failure *failure, char *text, size_t size)
{
    struct text sentence = failure->message;

    snprintf(text, size, "Resolve it even so? Open children:");
    while (add_number(&sentence, text, size)) {
    }
    size_t used = strlen(text);
    static const char more[] = " and more.";
    size_t rest = sizeof more - 1;
    for (size_t i = 0; i + rest <= sentence.length; i++) {
        if (memcmp(sentence.data + i, more, rest) == 0) {
            snprintf(text + used, size - used, " ...");
            break;
        }
    }
}

/* --- The screen ------------------------------------------------------------------------------ */

static bool even_so_open(struct screen *screen, const void *arguments)
{
    struct even_so *asking = (struct even_so *)screen;
    const struct stage_refusal *refusal = arguments;
    char question[PROMPT_QUESTION_MAX];

    arena_init(&asking->arena, 0);
    write_even_so(refusal->failure, question, sizeof question);
    prompt_init_yes_no(&asking->prompt, question);
    asking->task = arena_copy(&asking->arena, refusal->task, strlen(refusal->task) + 1);
    asking->done = arena_copy(&asking->arena, refusal->done, strlen(refusal->done) + 1);
    stage_guard(screen->stage);
    return message_copy(&asking->arena, methods[METHOD_TICKET_UPDATE].request, refusal->request,
                        &asking->request);
}

static void even_so_close(struct screen *screen)
{
    prompt_finish(&((struct even_so *)screen)->prompt);
    arena_finish(&((struct even_so *)screen)->arena);
}

/* Another request: the id of the one that was refused stands for the refusal. */
static void send_again(struct even_so *asking)
{
    asking->request.operation = (struct bytes){.data = NULL};
    asking->request.even_with_open_children = true;
    present_mark(&asking->request.present, UPDATE_EVEN_WITH_OPEN_CHILDREN);
    screen_send(&asking->screen, &(struct stage_order){.method = METHOD_TICKET_UPDATE,
                                                       .request = &asking->request,
                                                       .task = asking->task,
                                                       .done = asking->done});
}

static enum handled even_so_key(struct screen *screen, const struct key *key)
{
    struct even_so *asking = (struct even_so *)screen;
    enum handled handled = prompt_key(&asking->prompt, key);

    if (handled == HANDLED_SUBMIT) {
        send_again(asking);
    }
    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return HANDLED;
}

static void even_so_draw(struct screen *screen, const struct frame *frame)
{
    terminal_fill(frame->terminal, frame->message.row, 0, frame->message.width, STYLE_NORMAL, ' ');
    prompt_draw(&((struct even_so *)screen)->prompt, frame->terminal, frame->message);
}

static const struct screen_ops screen_even_so = {
    .id = SCREEN_QUESTION,
    .name = "question",
    .size = sizeof(struct even_so),
    .overlay = true,
    .open = even_so_open,
    .close = even_so_close,
    .draw = even_so_draw,
    .key = even_so_key,
};

/* Where something is being written by now, a question would take the letters meant for that. */
bool ask_even_so(struct stage *stage, const struct stage_refusal *refusal)
{
    enum screen_id top = stage->top->ops->id;
    bool at_rest = top == SCREEN_TICKET || top == SCREEN_TICKETS || top == SCREEN_STATUS;

    return refusal->error == ERROR_OPEN_CHILDREN && refusal->method == METHOD_TICKET_UPDATE &&
           at_rest && stage_push(stage, &screen_even_so, refusal) != NULL;
}
