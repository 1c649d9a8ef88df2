#include "tui/desk_drafts.h"

#include <stdlib.h>
#include <string.h>

struct desk_draft_request {
    struct desk_draft_request *next;
    struct desk_drafts *drafts; /* borrowed */
    struct draft_key key;
    uint64_t id; /* of the connection's request */
};

void desk_drafts_init(struct desk_drafts *drafts, struct connection *connection,
                      const struct desk_drafts_callbacks *callbacks, void *context)
{
    *drafts =
        (struct desk_drafts){.connection = connection, .callbacks = *callbacks, .context = context};
}

/* --- What is known --------------------------------------------------------------------------- */

static struct desk_draft *find(const struct desk_drafts *drafts, struct draft_key key)
{
    for (size_t i = 0; i < drafts->count; i++) {
        if (drafts->items[i].key.kind == key.kind && drafts->items[i].key.number == key.number) {
            return &drafts->items[i];
        }
    }
    return NULL;
}

const struct desk_draft *desk_drafts_find(const struct desk_drafts *drafts, struct draft_key key)
{
    const struct desk_draft *found = find(drafts, key);

    return found != NULL && found->text != NULL ? found : NULL;
}

static void drop(struct desk_drafts *drafts, struct draft_key key)
{
    struct desk_draft *found = find(drafts, key);

    if (found == NULL) {
        return;
    }
    free(found->title);
    free(found->text);
    drafts->count--;
    memmove(found, found + 1,
            (drafts->count - (size_t)(found - drafts->items)) * sizeof *drafts->items);
}

static char *copy(struct text text)
{
    char *data = calloc(1, text.length + 1);

    if (data != NULL && text.length > 0) {
        memcpy(data, text.data, text.length);
    }
    return data;
}

/* Without memory nothing is known of it, which costs no more than sending it again. */
static void keep(struct desk_drafts *drafts, struct draft_key key, struct text title,
                 struct text text, uint64_t updated_ms)
{
    struct desk_draft draft = {.key = key,
                               .title = copy(title),
                               .text = copy(text),
                               .updated_ms = updated_ms,
                               .listed = true};
    struct desk_draft *items;

    drop(drafts, key);
    items = realloc(drafts->items, (drafts->count + 1) * sizeof *items);
    if (items != NULL) {
        drafts->items = items;
    }
    if (items == NULL || draft.title == NULL || draft.text == NULL) {
        free(draft.title);
        free(draft.text);
        return;
    }
    drafts->items[drafts->count++] = draft;
}

void desk_drafts_see(struct desk_drafts *drafts, struct draft_key key)
{
    struct desk_draft *found = find(drafts, key);

    if (found != NULL) {
        found->seen = true;
    }
}

static void keep_refused(struct desk_drafts *drafts, struct draft_key key)
{
    keep(drafts, key, text_of(""), text_of(""), 0);
    struct desk_draft *kept = find(drafts, key);
    if (kept != NULL) {
        free(kept->text);
        kept->text = NULL;
    }
}

/* --- On their way ---------------------------------------------------------------------------- */

void desk_drafts_forget(struct desk_drafts *drafts)
{
    while (drafts->requests != NULL) {
        struct desk_draft_request *request = drafts->requests;
        drafts->requests = request->next;
        connection_cancel(drafts->connection, request->id);
        free(request);
    }
    while (drafts->count > 0) {
        drop(drafts, drafts->items[0].key);
    }
    free(drafts->items);
    drafts->items = NULL;
    drafts->absent = false;
}

void desk_drafts_suspend(struct desk_drafts *drafts)
{
    drafts->absent = true;
}

static void request_about(struct desk_drafts *drafts, struct draft_key key, enum method method,
                          const void *message, connection_reply *on_reply)
{
    struct desk_draft_request *request = calloc(1, sizeof *request);

    if (request == NULL) {
        return;
    }
    request->drafts = drafts;
    request->key = key;
    request->next = drafts->requests;
    drafts->requests = request;
    request->id = connection_request(drafts->connection, method, message, on_reply, request);
    if (request->id == 0) {
        drafts->requests = request->next;
        free(request);
    }
}

/* It has been answered: gives what it was about. */
static struct desk_drafts *end(struct desk_draft_request *request, enum error error,
                               struct draft_key *ret_key)
{
    struct desk_drafts *drafts = request->drafts;
    struct desk_draft_request **place = &drafts->requests;

    while (*place != request) {
        place = &(*place)->next;
    }
    *place = request->next;
    *ret_key = request->key;
    free(request);
    drafts->absent = drafts->absent || error == ERROR_UNKNOWN_METHOD;
    return drafts;
}

static bool can_ask(const struct desk_drafts *drafts)
{
    return !drafts->absent && connection_state(drafts->connection) == CONNECTION_READY &&
           connection_signed_in(drafts->connection);
}

/* --- Reading --------------------------------------------------------------------------------- */

static struct draft_key key_of(const struct kept_draft *draft)
{
    static const enum draft_kind kinds[DRAFT_FOR_COUNT] = {
        [DRAFT_FOR_REPLY] = DRAFT_REPLY,
        [DRAFT_FOR_NOTE] = DRAFT_NOTE,
        [DRAFT_FOR_TICKET] = DRAFT_NEW,
    };
    enum draft_for what = (unsigned)draft->what < DRAFT_FOR_COUNT ? draft->what : DRAFT_FOR_TICKET;

    return (struct draft_key){kinds[what], what == DRAFT_FOR_TICKET ? 0 : draft->number};
}

static void take(struct desk_drafts *drafts, const struct kept_draft *draft)
{
    const struct desk_draft *known = desk_drafts_find(drafts, key_of(draft));
    bool seen = known != NULL && known->seen && text_equal(text_of(known->text), draft->text);

    keep(drafts, key_of(draft), draft->title, draft->text, draft->updated_ms);
    if (seen) {
        desk_drafts_see(drafts, key_of(draft));
    }
}

/* What was not among all of them is gone. */
static void drop_unlisted(struct desk_drafts *drafts)
{
    for (size_t i = drafts->count; i > 0; i--) {
        if (!drafts->items[i - 1].listed) {
            drop(drafts, drafts->items[i - 1].key);
        }
    }
}

static void on_page(void *context, enum error error, const void *reply,
                    const struct failure *failure)
{
    struct draft_key none;
    struct desk_drafts *drafts = end(context, error, &none);
    const struct draft_list_reply *page = reply;

    (void)failure; /* then none are known, as before */
    if (error != ERROR_NONE) {
        return;
    }
    const struct kept_draft *items = page->drafts.items;
    for (size_t i = 0; i < page->drafts.count; i++) {
        take(drafts, &items[i]);
    }
    if (page->more) {
        struct draft_list next = {.cursor = page->cursor};
        present_mark(&next.present, DRAFT_LIST_CURSOR);
        request_about(drafts, none, METHOD_DRAFT_LIST, &next, on_page);
    } else {
        drop_unlisted(drafts);
        drafts->callbacks.on_listed(drafts->context);
    }
}

void desk_drafts_refresh(struct desk_drafts *drafts)
{
    if (!can_ask(drafts)) {
        return;
    }
    for (size_t i = 0; i < drafts->count; i++) {
        drafts->items[i].listed = false;
    }
    request_about(drafts, (struct draft_key){DRAFT_NEW, 0}, METHOD_DRAFT_LIST,
                  &(struct draft_list){.present = 0}, on_page);
}

static void on_got(void *context, enum error error, const void *reply,
                   const struct failure *failure)
{
    struct draft_key key;
    struct desk_drafts *drafts = end(context, error, &key);

    (void)failure;
    if (error == ERROR_NONE) {
        take(drafts, &((const struct draft_reply *)reply)->draft);
    } else if (error == ERROR_NOT_FOUND) {
        drop(drafts, key);
    } else {
        return; /* what was known before stays */
    }
    drafts->callbacks.on_known(drafts->context, key);
}

static enum draft_for what_of(struct draft_key key)
{
    return key.kind == DRAFT_NEW    ? DRAFT_FOR_TICKET
           : key.kind == DRAFT_NOTE ? DRAFT_FOR_NOTE
                                    : DRAFT_FOR_REPLY;
}

void desk_drafts_ask(struct desk_drafts *drafts, struct draft_key key)
{
    struct draft_get request = {.what = what_of(key), .number = key.number};

    if (key.kind != DRAFT_NEW) {
        present_mark(&request.present, DRAFT_GET_NUMBER);
    }
    if (can_ask(drafts)) {
        request_about(drafts, key, METHOD_DRAFT_GET, &request, on_got);
    }
}

/* --- Changing -------------------------------------------------------------------------------- */

static void on_saved(void *context, enum error error, const void *reply,
                     const struct failure *failure)
{
    struct draft_key key;
    struct desk_drafts *drafts = end(context, error, &key);

    (void)reply;
    if (error == ERROR_NONE) {
        return;
    }
    drop(drafts, key); /* nobody knows which text it has: the next one is sent in any case */
    if (error != ERROR_CONNECTION_LOST && error != ERROR_UNKNOWN_METHOD &&
        error != ERROR_NOT_SIGNED_IN) {
        keep_refused(drafts, key);
        drafts->callbacks.on_refused(drafts->context, key, failure);
    }
}

void desk_drafts_save(struct desk_drafts *drafts, struct draft_key key, struct text text,
                      uint64_t now_ms)
{
    struct draft_save request = {.what = what_of(key), .number = key.number, .text = text};
    const struct desk_draft *known = find(drafts, key);
    bool same = known != NULL && (known->text == NULL || text_equal(text_of(known->text), text));

    if (same || !can_ask(drafts)) {
        return;
    }
    present_mark(&request.present, DRAFT_SAVE_NUMBER);
    present_mark(&request.present, DRAFT_SAVE_TEXT);
    keep(drafts, key, text_of(""), text, now_ms);
    desk_drafts_see(drafts, key);
    request_about(drafts, key, METHOD_DRAFT_SAVE, &request, on_saved);
}

/* That it was not there any more is as good. */
static void on_removed(void *context, enum error error, const void *reply,
                       const struct failure *failure)
{
    struct draft_key key;

    (void)reply;
    (void)failure;
    end(context, error, &key);
}

bool desk_drafts_remove(struct desk_drafts *drafts, struct draft_key key)
{
    struct draft_remove request = {.what = what_of(key), .number = key.number};

    if (desk_drafts_find(drafts, key) == NULL) {
        return true;
    }
    if (!can_ask(drafts)) {
        return false;
    }
    if (key.kind != DRAFT_NEW) {
        present_mark(&request.present, DRAFT_REMOVE_NUMBER);
    }
    drop(drafts, key);
    request_about(drafts, key, METHOD_DRAFT_REMOVE, &request, on_removed);
    return true;
}
