/* What the desk keeps of one's unsent texts, as far as this client knows: read when one signs in
 * and when a text is opened, changed by what is sent from here. Nothing is sent that the desk has
 * already. A text that the desk does not take stays on this machine alone. */
#ifndef TTYDESK_TUI_DESK_DRAFTS_H
#define TTYDESK_TUI_DESK_DRAFTS_H

#include "tui/connection.h"
#include "tui/drafts.h"

struct desk_draft {
    struct draft_key key;
    char *title;         /* owned, as the next one; ends with a zero byte */
    char *text;          /* NULL: the desk has refused to keep it */
    uint64_t updated_ms; /* on the desk's clock */
    bool seen;           /* its words are, or were, on this machine too */
    bool listed;         /* while all of them are read: this one is there */
};

struct desk_draft_request; /* on its way */

struct desk_drafts_callbacks {
    /* The desk has said what it has under this key, or that it has nothing. */
    void (*on_known)(void *context, struct draft_key key);
    /* All of them have been read. */
    void (*on_listed)(void *context);
    /* It does not keep this one. */
    void (*on_refused)(void *context, struct draft_key key, const struct failure *failure);
};

struct desk_drafts {
    struct connection *connection; /* borrowed */
    struct desk_drafts_callbacks callbacks;
    void *context;
    struct desk_draft *items; /* owned */
    size_t count;
    struct desk_draft_request *requests; /* owned */
    bool absent;                         /* the desk is too old to keep any, or not to be asked */
};

void desk_drafts_init(struct desk_drafts *drafts, struct connection *connection,
                      const struct desk_drafts_callbacks *callbacks, void *context);

/* Forgets all of them, and everything on its way: for another person, or the end. */
void desk_drafts_forget(struct desk_drafts *drafts);

/* Keeps away from the desk until all is forgotten: what is written meanwhile is of another name. */
void desk_drafts_suspend(struct desk_drafts *drafts);

/* Reads all of them; on_listed. Nothing happens without a line. */
void desk_drafts_refresh(struct desk_drafts *drafts);

/* Reads one; on_known. Not called when the line is lost first: ask again with the next one. */
void desk_drafts_ask(struct desk_drafts *drafts, struct draft_key key);

/* NULL when the desk is not known to have one. Borrowed until the next call. */
const struct desk_draft *desk_drafts_find(const struct desk_drafts *drafts, struct draft_key key);

/* What it says is kept on this machine by now: it may give way to another text. */
void desk_drafts_see(struct desk_drafts *drafts, struct draft_key key);

/* Has the desk keep a text of a reply or a note, unless it does so already; `now_ms` is its time.
 * Without a line nothing is sent. */
void desk_drafts_save(struct desk_drafts *drafts, struct draft_key key, struct text text,
                      uint64_t now_ms);

/* Has the desk throw away what it is known to keep. False when it can't be told now. */
bool desk_drafts_remove(struct desk_drafts *drafts, struct draft_key key);

#endif
