/* What a person has written and the desk has not acknowledged yet. A draft is dropped when the desk
 * has taken what it says, or when the person says so, and by nothing else: not by a lost line, a
 * refusal or the end of the program. Each lies in a private file of its own (0600), readable by
 * people, under the state directory; without a home they live in memory. */
#ifndef TTYDESK_TUI_DRAFTS_H
#define TTYDESK_TUI_DRAFTS_H

#include "proto/messages.h"
#include "tui/address.h"
#include "tui/paths.h"

/* The last two are other versions of a reply or note, written elsewhere and not to be lost. */
enum draft_kind {
    DRAFT_NEW,
    DRAFT_EDIT,
    DRAFT_REPLY,
    DRAFT_NOTE,
    DRAFT_OTHER_REPLY,
    DRAFT_OTHER_NOTE,
    DRAFT_KIND_COUNT
};

/* What a reply or a note does to its ticket in the same act. */
enum draft_then { THEN_NOTHING, THEN_RESOLVED, THEN_ANSWER, THEN_THANKS, DRAFT_THEN_COUNT };

/* The words of draft kinds: "new", "edit", "reply", "note", "other-reply", "other-note". */
extern const struct choices draft_choices;

struct draft_key {
    enum draft_kind kind;
    uint64_t number; /* of the ticket; 0 for DRAFT_NEW */
};

struct draft {
    struct draft_key key;
    uint64_t version; /* DRAFT_EDIT: the version that was read */
    enum kind kind;   /* as the next two, for DRAFT_NEW and DRAFT_EDIT */
    enum status status;
    const char *queue;     /* DRAFT_NEW: where it shall go; empty: the usual one */
    const char *requester; /* DRAFT_NEW: whose problem it is; empty: one's own */
    enum draft_then then;  /* DRAFT_REPLY and DRAFT_NOTE */
    bool on_desk;          /* the desk was given it to keep, too */
    const char *title;
    const char *text; /* the problem, the reply or the note */
    /* The operation under which exactly this text was sent; without an answer so far. Sent again
     * under the same one it is done once. */
    bool has_operation;
    uint8_t operation[OPERATION_BYTES];
    uint64_t saved_ms; /* since 1970 UTC; filled in by drafts_put */
};

struct drafts {
    struct draft *items; /* owned, with their texts; the newest last */
    size_t count;
    char directory[PATH_SIZE]; /* empty: nowhere to keep them */
};

/* Reads what this account left at this desk. Accepts a zeroed struct. */
void drafts_open(struct drafts *drafts, const struct address *address, const char *account);

/* Frees; the files stay. Accepts a zeroed struct. */
void drafts_close(struct drafts *drafts);

/* NULL when there is none. Borrowed until the next put or drop. */
const struct draft *drafts_find(const struct drafts *drafts, struct draft_key key);

/* Keeps a copy in place of the one with the same key and writes its file. ERROR_NO_MEMORY: nothing
 * is kept; ERROR_SYSTEM with errno: kept in memory alone. */
enum error drafts_put(struct drafts *drafts, const struct draft *draft);

/* Forgets it and removes its file. Nothing happens when there is none. */
void drafts_drop(struct drafts *drafts, struct draft_key key);

/* The kind of the other version of a text, and what it is a version of; every kind without one
 * stands for itself. */
enum draft_kind draft_other_version(enum draft_kind kind);
enum draft_kind draft_version_of(enum draft_kind kind);

/* "reply to #12", "new ticket": what a draft is, for people. */
void draft_describe(const struct draft_key *key, char *ret_text, size_t size);

#endif
