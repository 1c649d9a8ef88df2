#include "tui/screens/ticket_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/when.h"

/* Columns of a list, from its column 1 on. Free text stands last, so that a disagreement about its
 * width can damage nothing to its right. */
enum {
    COLUMN_MARK = 0,
    COLUMN_FLAG = 1,
    COLUMN_NUMBER = 2,
    NUMBER_WIDTH = 6,
    COLUMN_STATUS = 9,
    STATUS_WIDTH = 8,
    COLUMN_WAIT = 17,
    COLUMN_PRESENCE = 18,
    COLUMN_AGE = 19,
    AGE_WIDTH = 4,
    COLUMN_OWNER = 24,
    OWNER_WIDTH = 9,
    PERSON_WIDTH = 10,
    TITLE_NARROW = 20, /* without age and owner */
    TITLE_USUAL = 34,
    TITLE_WIDE = 45, /* with the requester before it */
    WIDTH_USUAL = 60,
    WIDTH_WIDE = 100,
    STATUS_WORD_WIDTH = 10,
};

enum style_role status_role(enum status status)
{
    static const enum style_role roles[STATUS_COUNT] = {[STATUS_MINOR] = STYLE_NORMAL,
                                                        [STATUS_MAJOR] = STYLE_MAJOR,
                                                        [STATUS_CRITICAL] = STYLE_CRITICAL,
                                                        [STATUS_RESOLVED] = STYLE_DONE};

    return roles[status];
}

void status_meaning_short(enum status status, int columns, char ret_text[STATUS_LINE_SIZE])
{
    const char *meaning = status_meaning(status);
    size_t length = strlen(meaning);

    /* Cut at the end of a part, not in the middle of a word. */
    while (length > 0 && (columns < 0 || length > (size_t)columns)) {
        length--;
        while (length > 0 && meaning[length] != ';' && meaning[length] != ',') {
            length--;
        }
    }
    snprintf(ret_text, STATUS_LINE_SIZE, "%.*s", (int)length, meaning);
}

void status_line(enum status status, int columns, char ret_text[STATUS_LINE_SIZE])
{
    char meaning[STATUS_LINE_SIZE];

    status_meaning_short(status, columns - STATUS_WORD_WIDTH, meaning);
    snprintf(ret_text, STATUS_LINE_SIZE, "%-*s%.*s", STATUS_WORD_WIDTH,
             choices_name(&status_choices, status), STATUS_LINE_SIZE - STATUS_WORD_WIDTH - 1,
             meaning);
}

/* --- Rows of a list --- */

static int title_column(int width)
{
    return width < WIDTH_USUAL ? TITLE_NARROW : width < WIDTH_WIDE ? TITLE_USUAL : TITLE_WIDE;
}

static void put(struct terminal *terminal, struct rectangle row, int column, int width,
                enum style_role role, const char *text)
{
    int left = row.width - column;

    terminal_print(terminal, row.row, row.column + column, width < left ? width : left, role, text);
}

static void put_text(struct terminal *terminal, struct rectangle row, int column, int width,
                     struct text text)
{
    int left = row.width - column;

    terminal_put(terminal, row.row, row.column + column, width < left ? width : left, STYLE_NORMAL,
                 text.data, text.length);
}

void ticket_row_heading(struct terminal *terminal, struct rectangle row)
{
    struct rectangle rest = {row.row, row.column + 1, 1, row.width - 1};

    put(terminal, rest, COLUMN_NUMBER + NUMBER_WIDTH - 2, 2, STYLE_HEADING, "No");
    put(terminal, rest, COLUMN_STATUS, STATUS_WIDTH, STYLE_HEADING, "Status");
    if (rest.width >= WIDTH_USUAL) {
        put(terminal, rest, COLUMN_AGE + 1, AGE_WIDTH, STYLE_HEADING, "Age");
        put(terminal, rest, COLUMN_OWNER, OWNER_WIDTH, STYLE_HEADING, "Owner");
    }
    if (rest.width >= WIDTH_WIDE) {
        put(terminal, rest, TITLE_USUAL, PERSON_WIDTH, STYLE_HEADING, "From");
    }
    put(terminal, rest, title_column(rest.width), rest.width, STYLE_HEADING, "Title");
}

/* Until when it is pending, before its title; gives the columns that takes. */
static int put_pending(const struct stage *stage, const struct ticket *ticket,
                       struct terminal *terminal, struct rectangle row, int column)
{
    char date[WHEN_SIZE];
    char text[WHEN_SIZE + 4];

    if (row.width < WIDTH_USUAL || ticket->state != STATE_PENDING ||
        !present_has(ticket->present, TICKET_PENDING_UNTIL)) {
        return 0;
    }
    when_date(stage_desk_ms(stage), ticket->pending_until_ms, date);
    snprintf(text, sizeof text, "(%s) ", date + strspn(date, " "));
    put(terminal, row, column, row.width - column, STYLE_MUTED, text);
    return (int)strlen(text);
}

/* Somebody else is there: r reads it, R is replying. */
static const char *presence_mark(const struct stage *stage, const struct model_row *row)
{
    static const char *const marks[DOING_COUNT] = {
        [DOING_NOTHING] = " ", [DOING_READING] = "r", [DOING_REPLYING] = "R"};
    bool is_gone = row->gone || row->ticket.deleted;

    return is_gone ? marks[DOING_NOTHING]
                   : marks[model_presence_at(&stage->model->presence, row->ticket.number)];
}

void ticket_row_draw(const struct stage *stage, const struct model_row *row,
                     struct terminal *terminal, struct rectangle rectangle)
{
    char number[24];
    char age[WHEN_SIZE];
    const struct ticket *ticket = &row->ticket;
    bool owned = present_has(ticket->present, TICKET_OWNER);
    int title = title_column(rectangle.width);

    snprintf(number, sizeof number, "%*" PRIu64, NUMBER_WIDTH, ticket->number);
    put(terminal, rectangle, COLUMN_MARK, 1, STYLE_UNREAD,
        model_is_marked(stage->model, ticket->number) ? "+" : " ");
    put(terminal, rectangle, COLUMN_FLAG, 1, STYLE_UNREAD,
        row->gone            ? "~"
        : ticket->unread > 0 ? "*"
                             : " ");
    put(terminal, rectangle, COLUMN_NUMBER, NUMBER_WIDTH, STYLE_NORMAL, number);
    put(terminal, rectangle, COLUMN_STATUS, STATUS_WIDTH, status_role(ticket->status),
        row->gone ? "deleted" : choices_name(&status_choices, ticket->status));
    put(terminal, rectangle, COLUMN_WAIT, 1, STYLE_NORMAL,
        ticket->state == STATE_PENDING ? "w" : " ");
    put(terminal, rectangle, COLUMN_PRESENCE, 1, STYLE_WARNING, presence_mark(stage, row));
    if (rectangle.width >= WIDTH_USUAL) {
        when_age(stage_desk_ms(stage), ticket->created_ms, age);
        put(terminal, rectangle, COLUMN_AGE + AGE_WIDTH - (int)strlen(age), AGE_WIDTH, STYLE_MUTED,
            age);
        put_text(terminal, rectangle, COLUMN_OWNER, OWNER_WIDTH,
                 owned ? ticket->owner : text_of("-"));
    }
    if (rectangle.width >= WIDTH_WIDE) {
        put_text(terminal, rectangle, TITLE_USUAL, PERSON_WIDTH, ticket->requester);
    }
    title += put_pending(stage, ticket, terminal, rectangle, title);
    put_text(terminal, rectangle, title, rectangle.width - title, ticket->title);
}

void ticket_draw_presence(const struct stage *stage, uint64_t number, struct terminal *terminal,
                          struct rectangle row)
{
    struct buffer words = {0};
    const char *gap = row.column > 0 ? " " : "";

    buffer_append(&words, gap, strlen(gap));
    size_t empty = words.length;
    model_presence_words(&stage->model->presence, number, &words);
    if (words.length > empty) {
        buffer_append(&words, gap, strlen(gap));
        terminal_put(terminal, row.row, row.column, row.width, STYLE_WARNING,
                     (const char *)words.data, words.length);
    }
    buffer_finish(&words);
}
