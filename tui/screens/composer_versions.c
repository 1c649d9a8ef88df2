/* One text, written on two machines: the desk keeps what was written last, this machine keeps its
 * own. The newer one is written on; the other stands below it until one says what becomes of it,
 * and lies among the drafts of this machine meanwhile. Nothing on the desk is written over before
 * it was seen here. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screens/composer.h"
#include "tui/screens/screens.h"
#include "tui/when.h"
#include "tui/widgets/text_view.h"

enum { ROWS_LEAST = 9, WIDTH_USUAL = 60, SHOWN_BYTES = 4096, TODAY_MS = 12 * 3600000 };

static struct stage *stage_of(const struct composer *composer)
{
    return composer->base.screen.stage;
}

static const struct desk_draft *on_desk(const struct composer *composer)
{
    return desk_drafts_find(&stage_of(composer)->desk_drafts, composer->key);
}

/* The other version on this machine; NULL: there is none. */
static const struct draft *other_here(const struct composer *composer)
{
    struct draft_key other = {draft_other_version(composer->key.kind), composer->key.number};

    return drafts_find(&stage_of(composer)->drafts, other);
}

static void write_on(struct composer *composer, const char *text)
{
    text_field_set(&composer->fields[COMPOSER_WORDS].text, text, strlen(text));
    composer->dirty = true;
    composer->has_operation = false;
    stage_of(composer)->unsaved = true;
}

/* --- With the desk --------------------------------------------------------------------------- */

void composer_follow_desk(struct composer *composer)
{
    struct stage *stage = stage_of(composer);
    enum connection_state state = connection_state(stage->connection);

    if (state != CONNECTION_READY) {
        composer->asked = false;
        composer->compared = false;
    } else if (!composer->asked && !composer->base.screen.sending &&
               connection_signed_in(stage->connection)) {
        composer->asked = true;
        desk_drafts_ask(&stage->desk_drafts, composer->key);
    }
}

void composer_keep_on_desk(struct composer *composer)
{
    struct stage *stage = stage_of(composer);
    const struct desk_draft *kept = on_desk(composer);
    struct text text = composer_text(composer);

    if (!composer->compared) {
        return; /* it is done when the desk has said what it has */
    }
    if (text.length == 0) {
        if (kept != NULL && kept->seen) {
            (void)desk_drafts_remove(&stage->desk_drafts, composer->key);
        }
        return;
    }
    if (kept != NULL && !kept->seen && !stage_text_holds(text, text_of(kept->text)) &&
        !stage_keep_version(stage, composer->key, text_of(kept->text))) {
        return; /* it may not be written over: it would lie nowhere else */
    }
    composer->offered = false;
    desk_drafts_save(&stage->desk_drafts, composer->key, text, stage_desk_ms(stage));
}

/* Whether what was written here is older than what lies on the desk. */
static bool is_older(const struct composer *composer, const struct desk_draft *kept)
{
    const struct stage *stage = stage_of(composer);
    const struct draft *draft = drafts_find(&stage->drafts, composer->key);
    uint64_t ahead_ms = stage_desk_ms(stage) - when_now_ms(); /* of this machine's clock */

    /* What was sent without an answer has to be sent again as it was. */
    return !composer->dirty && !composer->has_operation && draft != NULL &&
           draft->saved_ms + ahead_ms < kept->updated_ms;
}

/* It was there, and nobody has written on since: it was sent or thrown away elsewhere. */
static bool is_gone_from_desk(const struct composer *composer)
{
    const struct draft *draft = drafts_find(&stage_of(composer)->drafts, composer->key);

    return !composer->dirty && draft != NULL && draft->on_desk;
}

static void take_newer(struct composer *composer, const struct desk_draft *kept)
{
    struct text text = composer_text(composer);

    if (!stage_text_holds(text_of(kept->text), text)) {
        if (!stage_keep_version(stage_of(composer), composer->key, text)) {
            return;
        }
        stage_say(stage_of(composer), STATUS_WARNING,
                  "Written last on another machine; what you wrote here is below.");
    }
    write_on(composer, kept->text);
    desk_drafts_see(&stage_of(composer)->desk_drafts, composer->key);
}

void composer_compare(struct screen *screen, struct draft_key key)
{
    struct composer *composer = (struct composer *)screen;
    const struct desk_draft *kept = on_desk(composer);
    struct text text = composer_text(composer);

    if (key.kind != composer->key.kind || key.number != composer->key.number || screen->sending) {
        return;
    }
    composer->compared = true;
    if (kept == NULL && is_gone_from_desk(composer)) {
        stage_say(screen->stage, STATUS_WARNING,
                  "The desk has it no more: sent from another machine, perhaps.");
        return;
    }
    composer->offered = kept != NULL && !kept->seen && text.length == 0;
    if (composer->offered) {
        return;
    }
    if (kept != NULL && text_equal(text, text_of(kept->text))) {
        desk_drafts_see(&screen->stage->desk_drafts, key);
    } else if (kept != NULL && !kept->seen && is_older(composer, kept)) {
        take_newer(composer, kept);
    } else if (kept == NULL || text.length > 0) {
        bool differs = kept != NULL && !kept->seen && !stage_text_holds(text, text_of(kept->text));
        composer_keep_on_desk(composer);
        if (differs) {
            stage_say(screen->stage, STATUS_WARNING,
                      "You have written on another machine, too: that stands below.");
        }
    }
}

/* --- By key ---------------------------------------------------------------------------------- */

static void take_offer(struct composer *composer)
{
    const struct desk_draft *kept = on_desk(composer);

    composer->offered = false;
    if (kept != NULL) {
        write_on(composer, kept->text);
        desk_drafts_see(&stage_of(composer)->desk_drafts, composer->key);
        stage_say(stage_of(composer), STATUS_INFO, "This is your draft; it has not been sent.");
    }
}

static void exchange(struct composer *composer)
{
    struct stage *stage = stage_of(composer);
    const struct draft *other = other_here(composer);
    struct text text = composer_text(composer);
    char *kept = strdup(other->text);
    struct draft mine = {.key = other->key, .text = text.data, .title = ""};

    if (kept == NULL) {
        return;
    }
    if (text.length == 0) {
        drafts_drop(&stage->drafts, other->key);
    } else if (drafts_put(&stage->drafts, &mine) == ERROR_NO_MEMORY) {
        free(kept);
        return;
    }
    write_on(composer, kept);
    free(kept);
}

bool composer_version_key(struct composer *composer, const struct key *key)
{
    bool exchanges = key_is_control(key, 'x');
    bool is_empty = composer_text(composer).length == 0;

    if (composer->offered && is_empty && (key->code == KEYCODE_ENTER || exchanges)) {
        take_offer(composer);
        return true;
    }
    if (exchanges && composer->offered) {
        composer_keep_on_desk(composer); /* both are here then */
    }
    if (exchanges && other_here(composer) != NULL) {
        exchange(composer);
    }
    return exchanges;
}

void composer_tell_version(struct composer *composer)
{
    if (other_here(composer) != NULL) {
        stage_say(stage_of(composer), STATUS_INFO,
                  "It is sent. Its other version is still among your drafts (d in the list).");
    }
}

/* --- Drawing --------------------------------------------------------------------------------- */

static void write_time(uint64_t now_ms, uint64_t time_ms, char ret_text[WHEN_SIZE])
{
    char date[WHEN_SIZE];

    if (now_ms < time_ms + TODAY_MS) {
        when_clock(time_ms, ret_text);
    } else {
        when_date(now_ms, time_ms, date);
        snprintf(ret_text, WHEN_SIZE, "%s", date + strspn(date, " "));
    }
}

static void draw(const char *heading, const char *words, struct terminal *terminal,
                 struct rectangle place)
{
    struct text_view view;
    size_t length = strnlen(words, SHOWN_BYTES);

    while (length == SHOWN_BYTES && ((unsigned char)words[length] & 0xc0) == 0x80) {
        length++; /* to the end of the character */
    }
    terminal_print(terminal, place.row, place.column, place.width, STYLE_WARNING, heading);
    place.row++;
    place.height--;
    text_view_init(&view);
    text_view_add(&view, STYLE_MUTED, 2, words, length);
    if (place.height > 0) {
        text_view_draw(&view, terminal, place, false);
    }
    text_view_finish(&view);
}

int composer_draw_version(struct composer *composer, struct terminal *terminal,
                          struct rectangle body)
{
    char heading[STAGE_TEXT_MAX];
    char time[WHEN_SIZE];
    const struct desk_draft *kept = composer->offered ? on_desk(composer) : NULL;
    const struct draft *other = other_here(composer);
    uint64_t now_ms = stage_desk_ms(stage_of(composer));
    bool is_narrow = body.width < WIDTH_USUAL;
    int rows = body.height < ROWS_LEAST ? 1 : body.height / 3;

    if ((kept == NULL && other == NULL) || body.height < 4) {
        return 0;
    }
    struct rectangle place = {body.row + body.height - rows, body.column, rows, body.width};
    if (kept != NULL) {
        write_time(now_ms, kept->updated_ms, time);
        const char *key = composer_text(composer).length == 0 ? "Enter" : "Ctrl-X";
        snprintf(heading, sizeof heading,
                 is_narrow ? "On the desk, %s. %s goes on."
                           : "You wrote this on the desk at %s; %s goes on with it.",
                 time, key);
        draw(heading, kept->text, terminal, place);
    } else {
        write_time(when_now_ms(), other->saved_ms, time);
        snprintf(heading, sizeof heading,
                 is_narrow ? "Another, %s. Ctrl-X exchanges them."
                           : "Another version, kept at %s; Ctrl-X exchanges the two.",
                 time);
        draw(heading, other->text, terminal, place);
    }
    return rows;
}
