/* The tickets that one ticket is linked to: as one line for its head, and as a list from which they
 * are opened. */
#include "tui/screens/links.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/widgets/list_view.h"

/* --- One line -------------------------------------------------------------------------------- */

/* What stands before the numbers. The link says what the open ticket is to the other: where it is
 * the child, the other is its parent. Of children only their number is told: they may be many. */
static const struct {
    enum link_kind kind;
    const char *words;
} parts[] = {
    {LINK_CHILD, "parent"},
    {LINK_PARENT, NULL},
    {LINK_DEPENDS, "depends on"},
    {LINK_BLOCKS, "blocks"},
    {LINK_RELATES, "related to"},
    {LINK_DUPLICATE, "duplicate of"},
    {LINK_DUPLICATED_BY, "duplicated by"},
};

static void add(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

static void begin_part(struct buffer *buffer, size_t empty, const char *words)
{
    add(buffer, buffer->length > empty ? "   " : "");
    add(buffer, words);
}

static void add_number(struct buffer *buffer, uint64_t number)
{
    char text[24];

    snprintf(text, sizeof text, " #%" PRIu64, number);
    add(buffer, text);
}

static void add_children(const struct model_links *links, struct buffer *buffer, size_t empty)
{
    char text[64];
    size_t count = 0;
    size_t open = 0;

    for (size_t i = 0; i < links->count; i++) {
        bool child = links->items[i].kind == LINK_PARENT;
        count += child ? 1 : 0;
        open += child && links->items[i].status != STATUS_RESOLVED ? 1 : 0;
    }
    if (count > 0) {
        snprintf(text, sizeof text, "children %zu open of %zu", open, count);
        begin_part(buffer, empty, text);
    }
}

static void add_kind(const struct model_links *links, enum link_kind kind, const char *words,
                     struct buffer *buffer, size_t empty)
{
    bool begun = false;

    for (size_t i = 0; i < links->count; i++) {
        if (links->items[i].kind == kind) {
            if (!begun) {
                begin_part(buffer, empty, words);
            }
            begun = true;
            add_number(buffer, links->items[i].number);
        }
    }
}

void links_words(const struct model *model, struct buffer *buffer)
{
    const struct model_ticket *open = &model->ticket;
    const struct model_links *links = &model->links;
    size_t empty = buffer->length;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (links->number != open->number) {
            break;
        }
        if (parts[i].words == NULL) {
            add_children(links, buffer, empty);
        } else {
            add_kind(links, parts[i].kind, parts[i].words, buffer, empty);
        }
    }
    if (open->merged_count > 0) {
        begin_part(buffer, empty, "merged here:");
    }
    for (size_t i = 0; i < open->merged_count; i++) {
        add_number(buffer, open->merged[i]);
    }
}

/* --- The list -------------------------------------------------------------------------------- */

struct links_screen {
    struct screen screen;
    struct list_view list;
    struct list_source source;
    uint64_t number; /* of the ticket they are the links of */
};

enum { NUMBER_WIDTH = 7, KIND_WIDTH = 13, STATUS_WIDTH = 9 };

/* What the other is to the one whose links these are. */
static const char *const others[LINK_KIND_COUNT] = {
    [LINK_PARENT] = "child",
    [LINK_CHILD] = "parent",
    [LINK_DEPENDS] = "needed first",
    [LINK_BLOCKS] = "waits for it",
    [LINK_RELATES] = "related",
    [LINK_DUPLICATE] = "came first",
    [LINK_DUPLICATED_BY] = "duplicate",
};

/* None while those of another ticket are known. */
static const struct model_links *links_of(const struct links_screen *links)
{
    static const struct model_links none;
    const struct model_links *known = &links->screen.stage->model->links;

    return known->number == links->number ? known : &none;
}

static uint64_t row_id(void *context, size_t index)
{
    return links_of(context)->items[index].number;
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    const struct model_links *links = links_of(context);

    for (size_t i = 0; i < links->count; i++) {
        if (links->items[i].number == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    char text[32];
    const struct linked_ticket *link = &links_of(context)->items[index];
    int column = rectangle.column;
    int end = rectangle.column + rectangle.width;

    snprintf(text, sizeof text, "%*" PRIu64, NUMBER_WIDTH, link->number);
    terminal_print(terminal, rectangle.row, column, NUMBER_WIDTH, STYLE_NORMAL, text);
    column += NUMBER_WIDTH + 1;
    terminal_print(terminal, rectangle.row, column, KIND_WIDTH, STYLE_NORMAL,
                   (unsigned)link->kind < LINK_KIND_COUNT ? others[link->kind] : "linked");
    column += KIND_WIDTH;
    terminal_print(terminal, rectangle.row, column, STATUS_WIDTH, status_role(link->status),
                   choices_name(&status_choices, link->status));
    column += STATUS_WIDTH;
    terminal_put(terminal, rectangle.row, column, end - column, STYLE_NORMAL, link->title.data,
                 link->title.length);
}

static bool links_open(struct screen *screen, const void *arguments)
{
    struct links_screen *links = (struct links_screen *)screen;

    links->number = *(const uint64_t *)arguments;
    links->source = (struct list_source){row_id, find_row, draw_row, links};
    list_view_init(&links->list, &links->source);
    return true;
}

/* After another ticket was opened from here, the links of that one are known: asks anew. */
static void follow(struct links_screen *links)
{
    struct model_links *known = &links->screen.stage->model->links;

    if (known->number != links->number && links->screen.stage->top == &links->screen) {
        model_links_ask(known, links->number);
    }
    list_view_update(&links->list, links_of(links)->count, true);
}

static enum handled links_key(struct screen *screen, const struct key *key)
{
    return list_view_key(&((struct links_screen *)screen)->list, key);
}

static void links_draw(struct screen *screen, const struct frame *frame)
{
    struct links_screen *links = (struct links_screen *)screen;
    struct rectangle place = frame->body;

    follow(links);
    if (links->list.count == 0) {
        terminal_print(frame->terminal, place.row, 0, place.width, STYLE_NORMAL,
                       links_of(links)->loaded ? "It is linked to no ticket that you may see. "
                                                 "M on the ticket, then l, links it."
                                               : "Loading...");
        terminal_cursor(frame->terminal, place.row, 0);
        return;
    }
    terminal_print(frame->terminal, place.row, 1 + NUMBER_WIDTH - 2, place.width, STYLE_HEADING,
                   "No To it         Status   Title");
    place.row++;
    place.height--;
    list_view_draw(&links->list, frame->terminal, place, screen->stage->top == screen);
}

static void links_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "Links of #%" PRIu64, ((struct links_screen *)screen)->number);
}

const struct screen_ops screen_links = {
    .id = SCREEN_LINKS,
    .name = "links",
    .size = sizeof(struct links_screen),
    .open = links_open,
    .draw = links_draw,
    .key = links_key,
    .write_title = links_write_title,
};

void open_linked_ticket(struct stage *stage)
{
    const struct links_screen *links = (const struct links_screen *)stage->top;
    uint64_t number = list_view_selected(&links->list);

    if (number != LIST_ID_NONE) {
        stage_push(stage, &screen_ticket, &number);
    }
}
