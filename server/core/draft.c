#include "server/core/draft.h"

#include "server/core/commands.h"
#include "server/core/sentence.h"

uint64_t draft_place(uint64_t ticket, enum draft_for what)
{
    return ticket * 2 + (what == DRAFT_FOR_NOTE ? 1 : 0);
}

bool draft_find(struct rows *rows, uint64_t account, uint64_t ticket, enum draft_for what,
                struct row_draft *ret_row)
{
    return rows_get(rows, ROW_DRAFT, account, draft_place(ticket, what), ret_row) &&
           ret_row->what == what && ret_row->place / 2 == ticket;
}

void draft_view(const struct row_draft *row, struct kept_draft *ret_draft)
{
    *ret_draft = (struct kept_draft){
        .what = row->what,
        .number = row->place / 2,
        .title = row->title,
        .text = row->text,
        .updated_ms = row->updated_ms,
    };
    present_mark(&ret_draft->present, KEPT_DRAFT_WHAT);
    present_mark(&ret_draft->present, KEPT_DRAFT_TEXT);
    present_mark(&ret_draft->present, KEPT_DRAFT_UPDATED);
    if (ret_draft->number != 0) {
        present_mark(&ret_draft->present, KEPT_DRAFT_NUMBER);
    }
    if (row->title.length > 0) {
        present_mark(&ret_draft->present, KEPT_DRAFT_TITLE);
    }
}

/* Whoever acts in another's name has no drafts there, and leaves theirs alone. */
static bool is_own(const struct run *run)
{
    return run->viewer.actor == run->viewer.account.id;
}

void draft_drop(struct run *run, uint64_t ticket, enum draft_for what)
{
    if (is_own(run)) {
        run_remove(run, ROW_DRAFT, run->viewer.account.id, draft_place(ticket, what));
    }
}

static void put(struct run *run, uint64_t ticket, enum draft_for what, struct text title,
                struct text text)
{
    struct row_draft row = {
        .account = run->viewer.account.id,
        .place = draft_place(ticket, what),
        .what = what,
        .title = title,
        .text = text,
        .updated_ms = run->command->time_ms,
    };
    run_put(run, ROW_DRAFT, &row);
}

void draft_bring_back(struct run *run, uint64_t ticket, enum draft_for what, struct text text)
{
    struct row_draft other;
    uint64_t account = run->viewer.account.id;

    if (is_own(run) &&
        !rows_get(run->rows, ROW_DRAFT, account, draft_place(ticket, what), &other)) {
        put(run, ticket, what, (struct text){.data = NULL}, text);
    }
}

/* --- Saving ---------------------------------------------------------------------------------- */

static size_t code_points(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    }
    return count;
}

/* A new ticket has no number yet and may have a title; the others are the other way round. */
static bool check_shape(struct run *run, const struct draft_save *request)
{
    bool is_new = request->what == DRAFT_FOR_TICKET;
    bool has_number = present_has(request->present, DRAFT_SAVE_NUMBER);

    if (is_new == has_number) {
        run_refuse(run, ERROR_INVALID_FIELD, "number",
                   is_new ? "A ticket that is to be opened has no number yet."
                          : "Name the ticket that it is written to.");
    } else if (!is_new && request->title.length > 0) {
        run_refuse(run, ERROR_INVALID_FIELD, "title", "Only a new ticket has a title.");
    } else if (!is_new && code_points(request->text) > MESSAGE_MAX) {
        run_refuse(run, ERROR_INVALID_FIELD, "text",
                   "A message has at most 32,768 characters; make it shorter.");
    } else if (request->text.length == 0 && request->title.length == 0) {
        run_refuse(run, ERROR_INVALID_FIELD, "text", "There is nothing to keep yet.");
    } else {
        return true;
    }
    return false;
}

static void add_name(struct sentence *sentence, const struct row_draft *row)
{
    static const char *const words[] = {
        [DRAFT_FOR_REPLY] = "a reply to #",
        [DRAFT_FOR_NOTE] = "a note on #",
    };

    if (row->what == DRAFT_FOR_TICKET) {
        sentence_add(sentence, "a new ticket");
    } else {
        sentence_add(sentence,
                     words[row->what == DRAFT_FOR_NOTE ? DRAFT_FOR_NOTE : DRAFT_FOR_REPLY]);
        sentence_add_number(sentence, row->place / 2);
    }
}

/* Whether there is room for one more; the oldest is named, as the one to look at. */
static bool has_room(struct run *run)
{
    struct row_range range = rows_range(INDEX_DRAFTS, run->viewer.account.id, 0, false);
    struct row_draft oldest = {.updated_ms = UINT64_MAX};
    struct row_draft row;
    uint64_t place;
    size_t count = 0;

    while (rows_range_next(run->rows, &range, &place)) {
        if (rows_get(run->rows, ROW_DRAFT, run->viewer.account.id, place, &row)) {
            oldest = row.updated_ms < oldest.updated_ms ? row : oldest;
            count++;
        }
    }
    if (count < DRAFTS_MAX) {
        return true;
    }
    struct sentence sentence =
        sentence_begin("64 drafts are kept, as many as can be; send or remove "
                       "one. The oldest is ");
    add_name(&sentence, &oldest);
    sentence_add(&sentence, ".");
    run_refuse(run, ERROR_TOO_MANY, NULL, NULL);
    run->outcome->reason = sentence_text(&sentence, run->rows);
    return false;
}

void draft_save(struct run *run)
{
    const struct draft_save *request = run->command->request;
    uint64_t place = draft_place(request->number, request->what);
    struct row_draft before;

    if (!check_shape(run, request)) {
        return;
    }
    bool is_there = rows_get(run->rows, ROW_DRAFT, run->viewer.account.id, place, &before);
    if (is_there || has_room(run)) {
        put(run, request->number, request->what, request->title, request->text);
    }
}

void draft_remove(struct run *run)
{
    const struct draft_remove *request = run->command->request;
    uint64_t account = run->viewer.account.id;
    struct row_draft row;

    if (!draft_find(run->rows, account, request->number, request->what, &row)) {
        run_refuse(run, ERROR_NOT_FOUND, "what", "There is no such draft.");
        return;
    }
    run_remove(run, ROW_DRAFT, account, row.place);
}
