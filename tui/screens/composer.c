/* Writing a reply or a staff note. Who will read it stands above the text. */
#include "tui/screens/composer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"

static const char *const field_names[COMPOSER_FIELD_COUNT] = {"text"};

/* What the model knows of the ticket, for the head. */
static void take_ticket(struct composer *composer, const struct model *model)
{
    const struct ticket *ticket = NULL;
    size_t index;

    if (model->ticket.number == composer->key.number && model->ticket.ticket.number != 0) {
        ticket = &model->ticket.ticket;
    } else if (model_tickets_find(&model->tickets, composer->key.number, &index)) {
        ticket = &model->tickets.rows[index].ticket;
    }
    if (ticket != NULL) {
        snprintf(composer->title, sizeof composer->title, "%.*s", TEXT_ARGUMENTS(ticket->title));
        snprintf(composer->requester, sizeof composer->requester, "%.*s",
                 TEXT_ARGUMENTS(ticket->requester));
        composer->resolved = ticket->state == STATE_RESOLVED;
        composer->own = text_equal(ticket->requester, model->account.account.name);
    }
}

/* --- What it does to the ticket -------------------------------------------------------------- */

static bool is_offered(const struct composer *composer, enum draft_then then)
{
    bool is_staff = model_is_staff(composer->base.screen.stage->model);

    switch (then) {
    case THEN_RESOLVED:
        return !composer->resolved && (is_staff || composer->own);
    case THEN_ANSWER:
        return !composer->resolved && is_staff;
    case THEN_THANKS:
        return composer->resolved && composer->key.kind == DRAFT_REPLY;
    default:
        return true;
    }
}

static void choose_next(struct composer *composer)
{
    do {
        composer->then = (composer->then + 1) % DRAFT_THEN_COUNT;
    } while (!is_offered(composer, composer->then));
    composer->dirty = true;
    composer->has_operation = false;
    composer->even_so = false;
}

static void write_then(const struct composer *composer, char *text, size_t size)
{
    static const char *const words[DRAFT_THEN_COUNT] = {
        [THEN_NOTHING] = "the ticket stays as it is",
        [THEN_RESOLVED] = "the ticket is RESOLVED",
        [THEN_ANSWER] = "the ticket waits for an answer",
        [THEN_THANKS] = "the ticket stays RESOLVED",
    };
    bool reopens = composer->resolved && composer->then == THEN_NOTHING &&
                   composer->key.kind == DRAFT_REPLY &&
                   (composer->own || !model_is_staff(composer->base.screen.stage->model));

    snprintf(text, size, "Sent, %s; Ctrl-T changes that.",
             reopens ? "it opens the ticket again" : words[composer->then]);
}

static void fill_then(const struct composer *composer, struct ticket_say *request)
{
    if (composer->then == THEN_RESOLVED) {
        request->status = STATUS_RESOLVED;
        present_mark(&request->present, SAY_STATUS);
        request->even_with_open_children = composer->even_so;
        request->present |= composer->even_so ? UINT64_C(1) << SAY_EVEN_WITH_OPEN_CHILDREN : 0;
    } else if (composer->then == THEN_ANSWER) {
        request->pend = true;
        present_mark(&request->present, SAY_PEND);
    } else if (composer->then == THEN_THANKS) {
        request->keep_resolved = true;
        present_mark(&request->present, SAY_KEEP_RESOLVED);
    }
}

/* --- Life ------------------------------------------------------------------------------------ */

static bool composer_open(struct screen *screen, const void *arguments)
{
    struct composer *composer = (struct composer *)screen;
    const struct draft *draft;

    composer->key = *(const struct draft_key *)arguments;
    take_ticket(composer, screen->stage->model);
    form_field_lines(&composer->fields[COMPOSER_WORDS],
                     composer->key.kind == DRAFT_NOTE ? "Note" : "Reply", MESSAGE_MAX);
    form_init(&composer->base.form, composer->fields, COMPOSER_FIELD_COUNT);
    draft = drafts_find(&screen->stage->drafts, composer->key);
    if (draft != NULL) {
        text_field_set(&composer->fields[COMPOSER_WORDS].text, draft->text, strlen(draft->text));
        composer->then = draft->then;
        composer->has_operation = draft->has_operation;
        memcpy(composer->operation, draft->operation, OPERATION_BYTES);
        stage_say(screen->stage, STATUS_INFO, "This is your draft; it has not been sent.");
    }
    composer_follow_desk(composer);
    return true;
}

struct text composer_text(struct composer *composer)
{
    return form_screen_text(&composer->base, COMPOSER_WORDS);
}

static void keep_here(struct composer *composer)
{
    struct screen *screen = &composer->base.screen;
    struct text text = form_screen_text(&composer->base, COMPOSER_WORDS);
    struct draft draft = {.key = composer->key,
                          .text = text.data,
                          .then = composer->then,
                          .title = composer->title,
                          .on_desk = composer->compared,
                          .has_operation = composer->has_operation};

    composer->dirty = false;
    if (text.length == 0) {
        drafts_drop(&screen->stage->drafts, composer->key);
        return;
    }
    memcpy(draft.operation, composer->operation, OPERATION_BYTES);
    if (drafts_put(&screen->stage->drafts, &draft) != ERROR_NONE) {
        stage_say(screen->stage, STATUS_WARNING,
                  "The draft cannot be written to disk; it is kept while the program runs.");
    }
}

static void composer_save(struct screen *screen)
{
    struct composer *composer = (struct composer *)screen;

    if (composer->dirty) {
        keep_here(composer);
        composer_keep_on_desk(composer);
    }
}

static void composer_event(struct screen *screen, unsigned changes, bool by_event)
{
    (void)by_event;
    if ((changes & MODEL_CONNECTION) != 0) {
        composer_follow_desk((struct composer *)screen);
    }
}

static void send_text(struct composer *composer)
{
    char what[64];
    char task[STAGE_TEXT_MAX];
    char done[STAGE_TEXT_MAX];
    struct screen *screen = &composer->base.screen;
    bool note = composer->key.kind == DRAFT_NOTE;
    struct ticket_say request = {.number = composer->key.number,
                                 .text = form_screen_text(&composer->base, COMPOSER_WORDS)};

    if (request.text.length == 0) {
        form_screen_error(&composer->base, COMPOSER_WORDS, "there is nothing to send yet");
        return;
    }
    if (!composer->has_operation) {
        stage_make_operation(screen->stage, composer->operation);
        composer->has_operation = true;
    }
    keep_here(composer); /* the desk gets it at once as what it is */
    request.operation = (struct bytes){composer->operation, OPERATION_BYTES};
    fill_then(composer, &request);
    draft_describe(&composer->key, what, sizeof what);
    snprintf(task, sizeof task, "Sending the %s", what);
    snprintf(done, sizeof done, "The %s is sent.", what);
    screen_send(screen,
                &(struct stage_order){.method = note ? METHOD_TICKET_NOTE : METHOD_TICKET_REPLY,
                                      .request = &request,
                                      .task = task,
                                      .done = done,
                                      .draft = &composer->key});
}

static enum handled composer_key(struct screen *screen, const struct key *key)
{
    struct composer *composer = (struct composer *)screen;
    if (key->code == KEYCODE_CONTROL && key->code_point == 't' && !screen->sending) {
        choose_next(composer);
        return HANDLED;
    }
    if (!screen->sending && composer_version_key(composer, key)) {
        return HANDLED;
    }
    enum handled handled = form_screen_key(&composer->base, key);

    if (handled == HANDLED_CHANGE) {
        composer->dirty = true;
        composer->has_operation = false;
    } else if (handled == HANDLED_SUBMIT) {
        send_text(composer);
    } else if (handled == HANDLED_CANCEL) {
        composer_save(screen);
        if (drafts_find(&screen->stage->drafts, composer->key) != NULL) {
            stage_say(screen->stage, STATUS_INFO, "Your draft is kept. The same key opens it.");
        }
        screen_close(screen);
    }
    return handled;
}

static void on_even_so(struct screen *asker, bool yes, const char *text)
{
    struct composer *composer = (struct composer *)asker;

    (void)text;
    if (yes) {
        composer->even_so = true;
        send_text(composer);
    }
}

static void ask_to_resolve(struct screen *screen, const struct failure *failure)
{
    char text[PROMPT_QUESTION_MAX];
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_even_so};

    write_even_so(failure, text, sizeof text);
    stage_push(screen->stage, &screen_question, &question);
}

/* An answer that came too late has opened a ticket; one to a merged ticket went to the other. */
static void tell_another(const struct composer *composer, const struct ticket_changed *changed)
{
    if (changed->number != composer->key.number && changed->version == 1) {
        stage_say(composer->base.screen.stage, STATUS_INFO,
                  "#%" PRIu64 " was resolved too long ago; your reply opened #%" PRIu64 ".",
                  composer->key.number, changed->number);
    }
}

static void composer_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct composer *composer = (struct composer *)screen;

    if (reply->error == ERROR_NONE) {
        const struct ticket_changed *changed = reply->reply;
        if (present_has(changed->present, TICKET_CHANGED_RELEASE)) {
            stage_hold(screen->stage, changed, form_screen_text(&composer->base, COMPOSER_WORDS));
        }
        tell_another(composer, changed);
        composer_tell_version(composer);
        screen_close(screen);
        return;
    }
    if (reply->error != ERROR_CONNECTION_LOST && reply->error != ERROR_OUTCOME_UNKNOWN) {
        composer->has_operation = false;
        composer->dirty = true;
    }
    composer->asked = composer->asked && composer->compared;
    composer_follow_desk(composer);
    if (reply->error == ERROR_OPEN_CHILDREN && screen->stage->top == screen) {
        ask_to_resolve(screen, reply->failure);
        return;
    }
    form_screen_fail(&composer->base, field_names, NULL, reply);
}

static void composer_draw(struct screen *screen, const struct frame *frame)
{
    struct composer *composer = (struct composer *)screen;
    char line[STAGE_TEXT_MAX * 4];
    const char *requester = composer->requester[0] != '\0' ? composer->requester : "the requester";
    int rows = frame->body.height > 8 ? 4 : 1;

    if (composer->key.kind == DRAFT_NOTE) {
        snprintf(line, sizeof line, "STAFF NOTE, not shown to %s", requester);
        terminal_print(frame->terminal, frame->body.row, 0, frame->body.width, STYLE_NOTE, line);
    } else if (model_is_staff(screen->stage->model)) {
        snprintf(line, sizeof line, "Public: %s and the staff read it.", requester);
        terminal_print(frame->terminal, frame->body.row, 0, frame->body.width, STYLE_NORMAL, line);
    } else {
        terminal_print(frame->terminal, frame->body.row, 0, frame->body.width, STYLE_NORMAL,
                       "The staff reads it.");
    }
    if (rows > 1) {
        terminal_print(frame->terminal, frame->body.row + 1, 0, frame->body.width, STYLE_MUTED,
                       composer->title);
        write_then(composer, line, sizeof line);
        terminal_print(frame->terminal, frame->body.row + 2, 0, frame->body.width,
                       composer->then == THEN_NOTHING ? STYLE_MUTED : STYLE_NORMAL, line);
    }
    if (rows > 2) {
        ticket_draw_presence(screen->stage, composer->key.number, frame->terminal,
                             (struct rectangle){frame->body.row + 3, 0, 1, frame->body.width});
    }
    struct rectangle place = frame->body;
    place.row += rows;
    place.height -= rows;
    place.height -= composer_draw_version(composer, frame->terminal, place);
    form_draw(&composer->base.form, frame->terminal, place);
}

bool composer_replies_to(const struct screen *screen, uint64_t *ret_number)
{
    const struct composer *composer = (const struct composer *)screen;

    if (composer->key.kind != DRAFT_REPLY) {
        return false;
    }
    *ret_number = composer->key.number;
    return true;
}

bool composer_insert(struct screen *screen, struct text text)
{
    struct composer *composer = (struct composer *)screen;
    struct text_buffer *buffer = &composer->fields[COMPOSER_WORDS].text.buffer;

    composer->dirty = true;
    composer->has_operation = false;
    screen->stage->unsaved = true;
    return text_buffer_insert(buffer, text.data, text.length, false);
}

void pick_canned(struct stage *stage)
{
    const struct composer *composer = (const struct composer *)stage->top;

    if (!stage->top->sending) {
        stage_push(stage, &screen_canned_picker, &composer->key.number);
    }
}

static void composer_write_title(struct screen *screen, char *text, size_t size)
{
    const struct composer *composer = (const struct composer *)screen;

    snprintf(text, size, "%s #%" PRIu64,
             composer->key.kind == DRAFT_NOTE ? "Staff note on" : "Reply to", composer->key.number);
}

const struct screen_ops screen_composer = {
    .id = SCREEN_COMPOSER,
    .name = "composer",
    .size = sizeof(struct composer),
    .open = composer_open,
    .close = form_screen_close,
    .draw = composer_draw,
    .key = composer_key,
    .event = composer_event,
    .reply = composer_reply,
    .save = composer_save,
    .write_title = composer_write_title,
};
