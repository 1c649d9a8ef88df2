/* First contact with a server: nothing is sent before the person has agreed to its key. A key that
 * has changed is refused here, with what to do; there is no way around it on the screen. */
#include <stdio.h>
#include <string.h>

#include "proto/fingerprint.h"
#include "tui/screens/screens.h"

struct trust {
    struct screen screen;
    struct prompt prompt;
    char fingerprint[FINGERPRINT_SIZE];
    char problem[STAGE_TEXT_MAX * 8];
    bool changed; /* refused: only reading and leaving */
};

static bool trust_open(struct screen *screen, const void *arguments)
{
    struct trust *trust = (struct trust *)screen;
    const struct connection *connection = screen->stage->connection;

    (void)arguments;
    trust->changed = connection_error(connection) == ERROR_HOST_KEY_CHANGED;
    snprintf(trust->problem, sizeof trust->problem, "%s", connection_problem(connection));
    fingerprint_format(connection_host_key(connection), trust->fingerprint);
    prompt_init_typed(&trust->prompt, "Trust this server? Type yes:", "yes");
    stage_guard(screen->stage);
    return true;
}

static void trust_close(struct screen *screen)
{
    prompt_finish(&((struct trust *)screen)->prompt);
}

static void trust_server(struct trust *trust)
{
    struct stage *stage = trust->screen.stage;

    if (connection_trust(stage->connection) != ERROR_NONE) {
        stage_say(stage, STATUS_ERROR,
                  "The key cannot be kept in known_hosts. Start with --fingerprint %s",
                  trust->fingerprint);
        return;
    }
    screen_close(&trust->screen);
    connection_open(stage->connection, NULL);
}

static enum handled trust_key(struct screen *screen, const struct key *key)
{
    struct trust *trust = (struct trust *)screen;

    if (trust->changed || key_is_control(key, 'c') || key_is_function(key, 1)) {
        return HANDLED_NOT;
    }
    if (key_is_cancel(key)) {
        return HANDLED;
    }
    if (prompt_key(&trust->prompt, key) == HANDLED_SUBMIT) {
        trust_server(trust);
    } else if (key->code == KEYCODE_ENTER) {
        stage_say(screen->stage, STATUS_WARNING,
                  "Only the whole word yes agrees. Ctrl-C leaves, and nothing was sent.");
    }
    return HANDLED;
}

static int draw_wrapped(const struct frame *frame, int row, enum style_role role, const char *text)
{
    size_t length = strlen(text);
    int width = frame->body.width - 4;
    int end = frame->body.row + frame->body.height;
    struct text_line line = text_wrap(text, length, 0, width);

    while (row < end) {
        terminal_put(frame->terminal, row++, 2, width, role, text + line.start,
                     line.end - line.start);
        if (line.next >= length) {
            break;
        }
        line = text_wrap(text, length, line.next, width);
    }
    return row;
}

static void draw_refusal(const struct trust *trust, const struct frame *frame)
{
    int row = draw_wrapped(frame, frame->body.row, STYLE_ERROR, "The connection is refused.");

    draw_wrapped(frame, row, STYLE_NORMAL, trust->problem);
    terminal_cursor(frame->terminal, frame->body.row, 2);
}

static void trust_draw(struct screen *screen, const struct frame *frame)
{
    struct trust *trust = (struct trust *)screen;
    char place[ADDRESS_TEXT_MAX];
    int air = frame->body.height >= 14 ? 1 : 0;
    int row = frame->body.row + air;

    if (trust->changed) {
        draw_refusal(trust, frame);
        return;
    }
    address_format(connection_address(screen->stage->connection), place);
    row = draw_wrapped(frame, row, STYLE_NORMAL, "This server is new here:");
    row = draw_wrapped(frame, row, STYLE_TITLE, place);
    row = draw_wrapped(frame, row + air, STYLE_NORMAL, "The fingerprint of its key is:");
    row = draw_wrapped(frame, row, STYLE_TITLE, trust->fingerprint);
    row = draw_wrapped(frame, row + air, STYLE_NORMAL,
                       "Compare it with what your help desk has told you. Nothing is sent before "
                       "you agree; from then on a server with another key is refused.");
    row += air;
    struct rectangle line = {row < frame->message.row ? row : frame->message.row - 1, 2, 1,
                             frame->body.width - 2};
    terminal_fill(frame->terminal, line.row, 0, frame->body.width, STYLE_NORMAL, ' ');
    prompt_draw(&trust->prompt, frame->terminal, line);
}

static void trust_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "%s",
             ((struct trust *)screen)->changed ? "The server's key has changed" : "First contact");
}

const struct screen_ops screen_trust = {
    .id = SCREEN_TRUST,
    .name = "trust",
    .size = sizeof(struct trust),
    .bare = true,
    .open = trust_open,
    .close = trust_close,
    .draw = trust_draw,
    .key = trust_key,
    .write_title = trust_write_title,
};
