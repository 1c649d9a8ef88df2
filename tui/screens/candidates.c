#include "tui/screens/candidates.h"

#include <stdio.h>
#include <string.h>

/* --- Asking ---------------------------------------------------------------------------------- */

static void ask(struct candidates *candidates, uint64_t cursor);

static void add(struct candidates *candidates, struct text name)
{
    char copy[USER_NAME_MAX + 1];
    size_t place = candidates->count;

    if (candidates->count == CANDIDATES_MAX) {
        candidates->more = true;
        return;
    }
    snprintf(copy, sizeof copy, "%.*s", (int)name.length, name.data);
    while (place > 0 && strcmp(candidates->names[place - 1], copy) > 0) {
        memcpy(candidates->names[place], candidates->names[place - 1],
               sizeof candidates->names[place]);
        place--;
    }
    memcpy(candidates->names[place], copy, sizeof copy);
    candidates->count++;
    candidates->selected = candidates->count;
}

/* A refusal, or a desk that knows no such request: there is nothing to choose from then. */
static void on_people(void *context, enum error error, const void *reply,
                      const struct failure *failure)
{
    struct candidates *candidates = context;
    const struct queue_people_reply *page = reply;

    (void)failure;
    candidates->request = 0;
    if (error == ERROR_NONE) {
        const struct queue_person *items = page->people.items;
        for (size_t i = 0; i < page->people.count; i++) {
            add(candidates, items[i].name);
        }
        if (page->more && candidates->count < CANDIDATES_MAX) {
            ask(candidates, page->cursor);
        } else {
            candidates->more = candidates->more || page->more;
        }
    }
    model_changed(candidates->stage->model, 0, false); /* draws */
}

static void ask(struct candidates *candidates, uint64_t cursor)
{
    struct queue_people request = {.queue = text_of(candidates->queue),
                                   .owners = candidates->owners,
                                   .name = text_of(candidates->beginning),
                                   .cursor = cursor,
                                   .limit = CANDIDATES_MAX + 1};

    present_mark(&request.present, QUEUE_PEOPLE_QUEUE);
    present_mark(&request.present, QUEUE_PEOPLE_OWNERS);
    present_mark(&request.present, QUEUE_PEOPLE_CURSOR);
    present_mark(&request.present, QUEUE_PEOPLE_LIMIT);
    if (request.name.length > 0) {
        present_mark(&request.present, QUEUE_PEOPLE_NAME);
    }
    candidates->request = connection_request(candidates->stage->connection, METHOD_QUEUE_PEOPLE,
                                             &request, on_people, candidates);
}

static void begin(struct candidates *candidates)
{
    if (candidates->request != 0) {
        connection_cancel(candidates->stage->connection, candidates->request);
    }
    candidates->request = 0;
    candidates->count = 0;
    candidates->selected = 0;
    candidates->more = false;
    if (connection_state(candidates->stage->connection) == CONNECTION_READY) {
        ask(candidates, 0);
    }
}

void candidates_init(struct candidates *candidates, struct stage *stage, struct text queue,
                     bool owners)
{
    *candidates = (struct candidates){.owners = owners};
    if (queue.length == 0 || !model_is_staff(stage->model)) {
        return;
    }
    candidates->stage = stage;
    snprintf(candidates->queue, sizeof candidates->queue, "%.*s", (int)queue.length, queue.data);
    begin(candidates);
}

void candidates_finish(struct candidates *candidates)
{
    if (candidates->stage != NULL && candidates->request != 0) {
        connection_cancel(candidates->stage->connection, candidates->request);
    }
}

/* --- Choosing -------------------------------------------------------------------------------- */

/* From what is typed into the list and back, round and round. */
static void move(struct candidates *candidates, bool down)
{
    size_t places = candidates->count + 1;

    candidates->selected = (candidates->selected + (down ? 1 : places - 1)) % places;
}

enum handled candidates_key(struct candidates *candidates, struct prompt *prompt,
                            const struct key *key)
{
    bool down = key->code == KEYCODE_DOWN || key_is_control(key, 'n');
    bool up = key->code == KEYCODE_UP || key_is_control(key, 'p');

    if (candidates->count == 0 || (!down && !up && key->code != KEYCODE_TAB)) {
        return HANDLED_NOT;
    }
    if (down || up) {
        move(candidates, down);
        return HANDLED;
    }
    const char *name =
        candidates->names[candidates->selected < candidates->count ? candidates->selected : 0];
    text_field_set(&prompt->field, name, strlen(name));
    candidates_follow(candidates, prompt);
    return HANDLED;
}

void candidates_follow(struct candidates *candidates, struct prompt *prompt)
{
    const char *text = prompt_text(prompt, NULL);

    text += strspn(text, " ");
    if (candidates->stage == NULL ||
        strncmp(text, candidates->beginning, sizeof candidates->beginning) == 0) {
        return;
    }
    snprintf(candidates->beginning, sizeof candidates->beginning, "%s", text);
    begin(candidates);
}

const char *candidates_answer(const struct candidates *candidates, struct prompt *prompt)
{
    return candidates->stage != NULL && candidates->selected < candidates->count
               ? candidates->names[candidates->selected]
               : prompt_text(prompt, NULL);
}

/* --- Drawing --------------------------------------------------------------------------------- */

static void draw_name(const struct candidates *candidates, size_t i, const struct frame *frame,
                      int row)
{
    bool selected = i == candidates->selected;

    if (selected) {
        terminal_force_role(frame->terminal, STYLE_SELECTED);
    }
    terminal_fill(frame->terminal, row, 0, frame->body.width, STYLE_NORMAL, ' ');
    if (selected) {
        terminal_print(frame->terminal, row, 0, 1, STYLE_NORMAL, ">");
    }
    terminal_print(frame->terminal, row, 2, frame->body.width - 2, STYLE_NORMAL,
                   candidates->names[i]);
    terminal_force_role(frame->terminal, STYLE_COUNT);
}

void candidates_draw(const struct candidates *candidates, const struct frame *frame)
{
    const struct rectangle *body = &frame->body;
    size_t room = body->height > 3 ? (size_t)body->height - 3 : 0;
    size_t shown = candidates->count < room ? candidates->count : room;
    int rows = (int)shown + 1;
    int row = body->row + body->height - rows;
    char heading[96];

    if (candidates->stage == NULL ||
        (candidates->count == 0 && candidates->request == 0 && candidates->beginning[0] == '\0')) {
        return;
    }
    terminal_fill(frame->terminal, row, 0, body->width, STYLE_NORMAL, ' ');
    snprintf(heading, sizeof heading, "%s%s",
             candidates->count > 0      ? "Down chooses, Tab completes"
             : candidates->request != 0 ? "..."
             : candidates->owners       ? "Nobody whose name begins so may own it"
                                        : "Nobody's name begins so",
             candidates->more || shown < candidates->count ? "; there are more, type on" : "");
    terminal_print(frame->terminal, row++, 0, body->width, STYLE_TITLE, heading);
    for (size_t i = 0; i < shown; i++) {
        draw_name(candidates, i, frame, row++);
    }
}
