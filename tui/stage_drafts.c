/* Unsent texts between this machine and the desk: what is opened, what is said of those that lie on
 * the desk, and what becomes of them when the desk has taken what they say. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/stage_parts.h"

void stage_open_draft(struct stage *stage, struct draft_key key)
{
    key.kind = draft_version_of(key.kind);
    if (key.kind == DRAFT_NEW || key.kind == DRAFT_EDIT) {
        stage_push(stage, &screen_ticket_form, &key);
    } else {
        stage_push(stage, &screen_composer, &key);
    }
}

/* --- What the desk has ----------------------------------------------------------------------- */

static void on_known(void *context, struct draft_key key)
{
    struct stage *stage = context;
    struct screen *composer = stage_find(stage, &screen_composer);

    stage_begin(stage);
    if (composer != NULL) {
        composer_compare(composer, key);
    }
    stage_end(stage);
    model_changed(stage->model, 0, false); /* draws */
}

static void on_listed(void *context)
{
    struct stage *stage = context;
    size_t count = 0;

    for (size_t i = 0; i < stage->desk_drafts.count; i++) {
        const struct desk_draft *draft = &stage->desk_drafts.items[i];
        count += draft->text != NULL && drafts_find(&stage->drafts, draft->key) == NULL ? 1 : 0;
    }
    if (count > 0 && !stage->status.showing && stage->top->ops == &screen_tickets) {
        stage_say(stage, STATUS_INFO, "On the desk %s not sent yet. d shows %s.",
                  count == 1 ? "lies a text of yours," : "lie texts of yours,",
                  count == 1 ? "it" : "them");
    }
    model_changed(stage->model, 0, false); /* draws */
}

static void on_refused(void *context, struct draft_key key, const struct failure *failure)
{
    struct stage *stage = context;
    char what[64];

    if (failure->code != ERROR_FORBIDDEN) {
        draft_describe(&key, what, sizeof what);
        stage_say(stage, STATUS_WARNING, "The %s is kept on this machine alone: %.*s", what,
                  (int)failure->message.length, failure->message.data);
    }
    model_changed(stage->model, 0, false); /* draws */
}

void stage_watch_drafts(struct stage *stage)
{
    static const struct desk_drafts_callbacks callbacks = {on_known, on_listed, on_refused};

    desk_drafts_init(&stage->desk_drafts, stage->connection, &callbacks, stage);
}

/* --- Versions -------------------------------------------------------------------------------- */

/* Whether nothing of the one is lost when the other is all there is. */
bool stage_text_holds(struct text whole, struct text part)
{
    for (size_t i = 0; i + part.length <= whole.length; i++) {
        if (part.length == 0 || memcmp(whole.data + i, part.data, part.length) == 0) {
            return true;
        }
    }
    return part.length == 0;
}

bool stage_keep_version(struct stage *stage, struct draft_key key, struct text text)
{
    struct draft_key other = {draft_other_version(key.kind), key.number};
    const struct draft *known = drafts_find(&stage->drafts, other);
    struct buffer both = {0};

    if (known != NULL && stage_text_holds(text_of(known->text), text)) {
        return true;
    }
    if (known != NULL && !stage_text_holds(text, text_of(known->text))) {
        static const char between[] = "\n\n----\n\n";
        buffer_append(&both, known->text, strlen(known->text));
        buffer_append(&both, between, sizeof between - 1);
    }
    buffer_append(&both, text.data, text.length);
    buffer_append(&both, "", 1);
    struct draft draft = {.key = other, .text = (const char *)both.data, .title = ""};
    bool kept = !both.failed && drafts_put(&stage->drafts, &draft) == ERROR_NONE &&
                stage->drafts.directory[0] != '\0';
    buffer_finish(&both);
    return kept;
}

void stage_draft_done(struct stage *stage, struct draft_key key)
{
    const struct draft *sent = drafts_find(&stage->drafts, key);
    const struct desk_draft *kept = desk_drafts_find(&stage->desk_drafts, key);

    /* It may have been written elsewhere and seen by nobody: the desk has dropped it by now. */
    if (draft_other_version(key.kind) != key.kind && sent != NULL && kept != NULL && !kept->seen &&
        !stage_text_holds(text_of(sent->text), text_of(kept->text))) {
        (void)stage_keep_version(stage, key, text_of(kept->text));
    }
    drafts_drop(&stage->drafts, key);
    (void)desk_drafts_remove(&stage->desk_drafts, key);
}
