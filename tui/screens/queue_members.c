/* Admin mode: who may do what in a queue, as a grid of rights that are given and taken by key. */
#include <stdio.h>
#include <string.h>

#include "tui/screens/desk_list.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"

struct queue_members {
    struct desk_list base;
    char queue[QUEUE_NAME_MAX * 4 + 1];
};

/* In the order of the columns. */
enum { RIGHTS = 4, RIGHTS_SIZE = 32 };
static const char *const right_words[RIGHTS] = {"read", "create", "change", "own"};

/* Whether a word is among those of "read change". */
static bool has_word(struct text words, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= words.length; i++) {
        bool begins = i == 0 || words.data[i - 1] == ' ';
        bool ends = i + length == words.length || words.data[i + length] == ' ';
        if (begins && ends && memcmp(words.data + i, word, length) == 0) {
            return true;
        }
    }
    return false;
}

/* --- The list --- */

static void ask_members(struct desk_list *list, uint64_t cursor)
{
    const struct queue_members *members = (const struct queue_members *)list;
    struct admin_queue_members request = {
        .queue = text_of(members->queue), .cursor = cursor, .limit = PAGE_MAX};

    present_mark(&request.present, QUEUE_MEMBERS_LIMIT);
    if (cursor != 0) {
        present_mark(&request.present, QUEUE_MEMBERS_CURSOR);
    }
    desk_list_send(list, &request);
}

static uint64_t member_id(const void *row)
{
    return admin_name_id(((const struct queue_member *)row)->name);
}

static void draw_member(const struct stage *stage, const void *row, struct terminal *terminal,
                        struct rectangle rectangle)
{
    char line[USER_NAME_MAX + 128];
    const struct queue_member *member = row;
    size_t used;

    (void)stage;
    used = (size_t)snprintf(line, sizeof line, " %-20.*s %-6s", TEXT_ARGUMENTS(member->name),
                            choices_name(&role_choices, member->role));
    for (int i = 0; i < RIGHTS; i++) {
        used += (size_t)snprintf(line + used, sizeof line - used, "  %-8s",
                                 has_word(member->rights, right_words[i]) ? "yes" : "-");
    }
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static const struct desk_list_kind members_kind = {
    .method = METHOD_ADMIN_QUEUE_MEMBERS,
    .rows = &queue_member_table,
    .rows_at = offsetof(struct admin_queue_members_reply, members),
    .more_at = offsetof(struct admin_queue_members_reply, more),
    .cursor_at = offsetof(struct admin_queue_members_reply, cursor),
    .tab = ADMIN_TABS,
    .heading = "  User                 Role    r Read    c Create  h Change  o Own",
    .empty = "Nobody is listed: all staff have all rights here. a lists somebody.",
    .task = "Reading the members",
    .ask = ask_members,
    .id = member_id,
    .draw = draw_member,
};

/* Arguments: the queue. */
static bool members_open(struct screen *screen, const void *arguments)
{
    struct queue_members *members = (struct queue_members *)screen;
    const struct queue *queue = arguments;

    desk_list_init(&members->base, &members_kind);
    snprintf(members->queue, sizeof members->queue, "%.*s", TEXT_ARGUMENTS(queue->name));
    if (queue->members_only) {
        members->base.empty = "Nobody is listed: only admins work here. a lists somebody.";
    }
    return true;
}

static void members_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "Members of %s", ((const struct queue_members *)screen)->queue);
}

const struct screen_ops screen_queue_members = {
    .id = SCREEN_QUEUE_MEMBERS,
    .name = "queue-members",
    .size = sizeof(struct queue_members),
    .open = members_open,
    .close = desk_list_close,
    .draw = desk_list_draw,
    .key = desk_list_key,
    .reply = desk_list_reply,
    .write_title = members_write_title,
};

/* --- Giving and taking --- */

static struct queue_members *find_members(struct stage *stage)
{
    return (struct queue_members *)stage_find(stage, &screen_queue_members);
}

static void send_rights(struct queue_members *members, struct text name, const char *rights)
{
    char done[STAGE_TEXT_MAX];
    struct admin_queue_rights request = {
        .queue = text_of(members->queue), .name = name, .rights = text_of(rights)};

    stage_hush(members->base.base.screen.stage);
    snprintf(done, sizeof done, "Rights of %.*s in %s: %s.", TEXT_ARGUMENTS(name), members->queue,
             rights);
    screen_send(&members->base.base.screen,
                &(struct stage_order){.method = METHOD_ADMIN_QUEUE_RIGHTS,
                                      .request = &request,
                                      .task = "Changing the rights",
                                      .done = done});
}

/* The desk says which rights go together. */
static void toggle(struct stage *stage, int right)
{
    char rights[RIGHTS_SIZE] = "";
    size_t used = 0;
    const struct queue_member *member = desk_list_selected(stage, &screen_queue_members);

    if (member == NULL) {
        return;
    }
    for (int i = 0; i < RIGHTS; i++) {
        if (has_word(member->rights, right_words[i]) != (i == right)) {
            used += (size_t)snprintf(rights + used, sizeof rights - used, "%s%s",
                                     used > 0 ? " " : "", right_words[i]);
        }
    }
    send_rights(find_members(stage), member->name, used > 0 ? rights : "none");
}

void toggle_read(struct stage *stage)
{
    toggle(stage, 0);
}

void toggle_create(struct stage *stage)
{
    toggle(stage, 1);
}

void toggle_change(struct stage *stage)
{
    toggle(stage, 2);
}

void toggle_own(struct stage *stage)
{
    toggle(stage, 3);
}

static void on_name(struct screen *asker, bool yes, const char *text)
{
    struct queue_members *members = (struct queue_members *)asker;

    if (yes && text[0] != '\0') {
        send_rights(members, text_of(text), "all");
    }
}

void add_member(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct queue_members *members = find_members(stage);
    struct question question = {.kind = PROMPT_LINE,
                                .text = text,
                                .given = "",
                                .limit = USER_NAME_MAX,
                                .on_answer = on_name};

    if (members != NULL) {
        snprintf(text, sizeof text, "All rights in %s for user:", members->queue);
        stage_push(stage, &screen_question, &question);
    }
}

static void on_remove(struct screen *asker, bool yes, const char *text)
{
    const struct queue_member *member = desk_list_selected(asker->stage, &screen_queue_members);

    (void)text;
    if (yes && member != NULL) {
        send_rights((struct queue_members *)asker, member->name, "none");
    }
}

void remove_member(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct queue_member *member = desk_list_selected(stage, &screen_queue_members);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_remove};

    if (member != NULL) {
        snprintf(text, sizeof text, "Take %.*s off the list of %s?", TEXT_ARGUMENTS(member->name),
                 find_members(stage)->queue);
        stage_push(stage, &screen_question, &question);
    }
}
