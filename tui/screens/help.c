/* What the keys do on the screen below, from the table of actions. */
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/widgets/text_view.h"

struct help {
    struct screen screen;
    struct text_view view;
    enum screen_id about;
};

static void add(struct help *help, enum style_role role, const char *text)
{
    text_view_add(&help->view, role, 0, text, strlen(text));
}

/* The keys of an action beside the one it is named by: "R, F5". */
static void write_keys(const struct action *action, char *text, size_t size)
{
    char key[ACTION_KEY_SIZE];

    action_label(action, key);
    size_t used = (size_t)snprintf(text, size, "%s", key);
    for (size_t i = 1; action->label == NULL && i < 2 && action->keys[i].code != KEYCODE_NONE;
         i++) {
        action_key_text(&action->keys[i], key);
        used += (size_t)snprintf(text + used, size - used, ", %s", key);
    }
}

static void add_actions(struct help *help)
{
    char keys[64];
    char line[STAGE_TEXT_MAX];

    for (size_t i = 0; i < action_count; i++) {
        if (stage_offers(help->screen.stage, &actions[i], help->about)) {
            write_keys(&actions[i], keys, sizeof keys);
            snprintf(line, sizeof line, "  %-16s %s", keys, actions[i].help);
            add(help, STYLE_NORMAL, line);
        }
    }
}

static void add_statuses(struct help *help)
{
    add(help, STYLE_NORMAL, "");
    add(help, STYLE_HEADING, "The four statuses");
    for (unsigned i = 0; i < STATUS_COUNT; i++) {
        const char *word = choices_name(&status_choices, i);
        const char *meaning = status_meaning((enum status)i);
        text_view_add(&help->view, STYLE_NORMAL, 2, word, strlen(word));
        text_view_add(&help->view, STYLE_NORMAL, 6, meaning, strlen(meaning));
    }
    add(help, STYLE_NORMAL, "A w after the status: the ticket is waiting.");
    add(help, STYLE_NORMAL, "A * before the number: there is something you have not read.");
    add(help, STYLE_NORMAL, "A + before that: the ticket is marked.");
    add(help, STYLE_NORMAL, "An r or R after the status: somebody reads it, or is replying.");
}

static bool help_open(struct screen *screen, const void *arguments)
{
    struct help *help = (struct help *)screen;

    (void)arguments;
    text_view_init(&help->view);
    help->about = screen->below->ops->id;
    add(help, STYLE_HEADING, "Keys here");
    add_actions(help);
    add_statuses(help);
    return true;
}

static void help_close(struct screen *screen)
{
    text_view_finish(&((struct help *)screen)->view);
}

static enum handled help_key(struct screen *screen, const struct key *key)
{
    return text_view_key(&((struct help *)screen)->view, key);
}

static void help_draw(struct screen *screen, const struct frame *frame)
{
    text_view_draw(&((struct help *)screen)->view, frame->terminal, frame->body, true);
}

const struct screen_ops screen_help = {
    .id = SCREEN_HELP,
    .name = "help",
    .title = "Help",
    .size = sizeof(struct help),
    .open = help_open,
    .close = help_close,
    .draw = help_draw,
    .key = help_key,
};

void open_help(struct stage *stage)
{
    stage_push(stage, &screen_help, NULL);
}
