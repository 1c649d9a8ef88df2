/* What every screen is: a struct that begins with struct screen, and a table of operations. The
 * stage (tui/stage.h) keeps the screens on top of one another, draws the rows they share, and hands
 * them keys, changes of the model and replies. */
#ifndef TTYDESK_TUI_SCREENS_SCREEN_H
#define TTYDESK_TUI_SCREENS_SCREEN_H

#include "proto/messages.h"
#include "tui/widgets/widget.h"

enum screen_id {
    SCREEN_SIGN_IN,
    SCREEN_TRUST,
    SCREEN_REGISTER,
    SCREEN_TICKETS,
    SCREEN_TICKET,
    SCREEN_TICKET_FORM,
    SCREEN_COMPOSER,
    SCREEN_STATUS,
    SCREEN_QUEUE_PICKER,
    SCREEN_MORE,
    SCREEN_CONFLICT,
    SCREEN_DRAFTS,
    SCREEN_PROFILE,
    SCREEN_PROFILE_FORM,
    SCREEN_PASSWORD,
    SCREEN_ASK_ROLE,
    SCREEN_ELEVATE,
    SCREEN_DELETE,
    SCREEN_ACCOUNTS,
    SCREEN_ROLE_PICKER,
    SCREEN_ROLE_REQUESTS,
    SCREEN_DELETED,
    SCREEN_USE_CODE,
    SCREEN_NEW_ACCOUNT,
    SCREEN_CODE,
    SCREEN_SIGN_INS,
    SCREEN_QUESTION,
    SCREEN_HELP,
    SCREEN_CORRECT,
    SCREEN_LINKS,
    SCREEN_CANNED_PICKER,
    SCREEN_FILES,
    SCREEN_RESULTS,
    SCREEN_TOTP,
    SCREEN_TOTP_REMOVE,
    SCREEN_USE_KEY,
    SCREEN_KEYS,
    SCREEN_QUEUES,
    SCREEN_QUEUE_FORM,
    SCREEN_QUEUE_MEMBERS,
    SCREEN_CANNED,
    SCREEN_CANNED_FORM,
    SCREEN_LOCKS,
    SCREEN_AUDIT,
    SCREEN_AUDIT_ENTRY,
    SCREEN_HEALTH,
    SCREEN_SETTINGS,
    SCREEN_PERSON_SIGN_INS,
    SCREEN_COUNT
};

struct stage;
struct screen_ops;

/* The part that all screens share; the stage's business. */
struct screen {
    const struct screen_ops *ops;
    struct stage *stage;  /* borrowed */
    struct screen *below; /* owned by the stage */
    uint64_t serial;      /* names this screen for replies that come after its end */
    bool closing;         /* is removed once the stage has control again */
    bool sending;         /* a request of this screen is on its way */
    uint64_t wake_ms;     /* when `wake` is to be called, on the loop's clock; 0: not */
};

/* Where a screen draws. */
struct frame {
    struct terminal *terminal;
    struct rectangle body;    /* between title row and message row */
    struct rectangle message; /* one row */
};

/* A reply to a request of this screen. */
struct screen_reply {
    enum method method;
    enum error error;
    const void *reply;             /* struct of methods[method].reply; NULL on failure */
    const struct failure *failure; /* NULL on success */
};

/* Only `id`, `name`, `size` and `draw` are needed. */
struct screen_ops {
    enum screen_id id;
    const char *name;  /* a word without spaces */
    const char *title; /* of the title row, unless write_title says otherwise */
    size_t size;       /* of the screen's own struct */
    bool overlay;      /* drawn over the screen below */
    bool bare;         /* no person is signed in: no name in the title row */

    /* `arguments` is what stage_push was given, borrowed. False: the screen is not to be shown. */
    bool (*open)(struct screen *screen, const void *arguments);
    void (*close)(struct screen *screen);
    void (*draw)(struct screen *screen, const struct frame *frame);
    /* HANDLED_NOT: the key is looked up among the actions. */
    enum handled (*key)(struct screen *screen, const struct key *key);
    /* The model has changed: bits of enum model_change. */
    void (*event)(struct screen *screen, unsigned changes, bool by_event);
    void (*reply)(struct screen *screen, const struct screen_reply *reply);
    /* The time it had set itself has come. */
    void (*wake)(struct screen *screen);
    /* Puts what has been typed among the drafts. */
    void (*save)(struct screen *screen);
    /* The ticket that actions are about; NULL: none. */
    const struct ticket *(*subject)(struct screen *screen);
    void (*write_title)(struct screen *screen, char *text, size_t size);
};

#endif
