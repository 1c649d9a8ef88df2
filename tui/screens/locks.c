/* Admin mode: who has to wait after wrong passwords: accounts, and addresses. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/screens/desk_list.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when.h"

static void ask_locks(struct desk_list *list, uint64_t cursor)
{
    struct admin_locks request = {.cursor = cursor};

    if (cursor != 0) {
        present_mark(&request.present, LOCKS_CURSOR);
    }
    desk_list_send(list, &request);
}

static bool is_account(const struct lock *lock)
{
    return present_has(lock->present, LOCK_NAME);
}

/* An account and an address of the same letters are two. */
static uint64_t lock_id(const void *row)
{
    const struct lock *lock = row;

    return is_account(lock) ? admin_name_id(lock->name) : ~admin_name_id(lock->source) | 1;
}

static void write_wait(const struct stage *stage, const struct lock *lock, char *text, size_t size)
{
    uint64_t now_ms = stage_desk_ms(stage);

    if (lock->stopped) {
        snprintf(text, size, "known devices only");
    } else if (lock->until_ms > now_ms) {
        snprintf(text, size, "waits %" PRIu64 " s", (lock->until_ms - now_ms + 999) / 1000);
    } else {
        snprintf(text, size, "may try now");
    }
}

static void draw_lock(const struct stage *stage, const void *row, struct terminal *terminal,
                      struct rectangle rectangle)
{
    char line[USER_NAME_MAX + SOURCE_MAX * 4 + 128];
    char since[WHEN_SIZE] = "-";
    char failures[24] = "-";
    char waits[48];
    const struct lock *lock = row;
    struct text who = is_account(lock) ? lock->name : lock->source;

    if (is_account(lock)) {
        when_date(stage_desk_ms(stage), lock->since_ms, since);
        snprintf(failures, sizeof failures, "%" PRIu64, lock->failures);
    }
    write_wait(stage, lock, waits, sizeof waits);
    snprintf(line, sizeof line, " %-20.*s %-8s %5s  %-12s  %-18s %.*s", TEXT_ARGUMENTS(who),
             is_account(lock) ? "account" : "address", failures, since, waits,
             is_account(lock) ? (int)lock->source.length : 0, lock->source.data);
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static const struct desk_list_kind locks_kind = {
    .method = METHOD_ADMIN_LOCKS,
    .rows = &lock_table,
    .rows_at = offsetof(struct lock_list, locks),
    .more_at = offsetof(struct lock_list, more),
    .cursor_at = offsetof(struct lock_list, cursor),
    .tab = ADMIN_LOCKS,
    .heading = "  Who                  What     Wrong  Since         Now                From",
    .empty = "Nobody has to wait: no wrong passwords are counted.",
    .task = "Reading the locks",
    .ask = ask_locks,
    .id = lock_id,
    .draw = draw_lock,
};

static bool locks_open(struct screen *screen, const void *arguments)
{
    (void)arguments;
    desk_list_init((struct desk_list *)screen, &locks_kind);
    return true;
}

const struct screen_ops screen_locks = {
    .id = SCREEN_LOCKS,
    .name = "locks",
    .title = "Admin",
    .size = sizeof(struct desk_list),
    .open = locks_open,
    .close = desk_list_close,
    .draw = desk_list_draw,
    .key = desk_list_key,
    .reply = desk_list_reply,
};

static void on_unlock(struct screen *asker, bool yes, const char *text)
{
    char done[STAGE_TEXT_MAX];
    const struct lock *lock = desk_list_selected(asker->stage, &screen_locks);

    (void)text;
    if (yes && lock != NULL) {
        struct admin_account request = {.name = lock->name};
        snprintf(done, sizeof done, "%.*s is unlocked.", TEXT_ARGUMENTS(lock->name));
        screen_send(asker, &(struct stage_order){.method = METHOD_ADMIN_UNLOCK,
                                                 .request = &request,
                                                 .task = "Unlocking the account",
                                                 .done = done});
    }
}

/* Asks, since whoever guesses gets new tries by it. */
void unlock_account(struct stage *stage)
{
    char text[STAGE_TEXT_MAX];
    const struct lock *lock = desk_list_selected(stage, &screen_locks);
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_unlock};

    if (lock == NULL) {
        return;
    }
    if (!is_account(lock)) {
        stage_say(stage, STATUS_INFO, "An address is forgotten by itself after a while.");
        return;
    }
    snprintf(text, sizeof text, "Forget the wrong passwords of %.*s?", TEXT_ARGUMENTS(lock->name));
    stage_push(stage, &screen_question, &question);
}
