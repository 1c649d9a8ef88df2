/* A whole desk in memory for tests of the rules: the real store without syncing, a clock that the
 * test moves, and commands run one to a transaction. Every failure inside ends the test. */
#ifndef TTYDESK_TESTS_CORE_DESK_H
#define TTYDESK_TESTS_CORE_DESK_H

#include "server/core/core.h"
#include "server/core/permission.h"
#include "server/store/store.h"

struct desk {
    char directory[64];
    struct store *store;
    struct arena arena; /* outcomes and what was read; given back by desk_forget and desk_close */
    uint64_t now_ms;
    uint64_t counter; /* of ids made */
    uint64_t position;
    struct rows *rows;          /* while a transaction is open */
    bool writing;               /* and it is a batch */
    struct journal_entry entry; /* of the last command; header.sequence 0: none */
};

/* An empty desk in a new directory. */
void desk_open(struct desk *desk);

/* Verifies the store, closes it and removes the directory. */
void desk_close(struct desk *desk);

/* Gives the arena's memory back: outcomes from before are gone. */
void desk_forget(struct desk *desk);

/* --- Commands -------------------------------------------------------------------------------- */

/* Stamped with the time now, a new operation id and a digest of its own. The request is borrowed;
 * NULL is an empty one. */
struct command desk_command(struct desk *desk, enum method method, struct origin origin,
                            const void *request);

/* Several commands in one transaction: between desk_begin and desk_commit, or desk_abort, which
 * forgets them. */
void desk_begin(struct desk *desk);
void desk_commit(struct desk *desk);
void desk_abort(struct desk *desk);

/* Runs it in the open batch, or in a transaction of its own that is committed. */
struct outcome desk_run(struct desk *desk, const struct command *command);

/* Both. */
struct outcome desk_do(struct desk *desk, enum method method, struct origin origin,
                       const void *request);

/* Runs it in a transaction that is then forgotten, and says whether it changed any row of record or
 * the journal. */
struct outcome desk_try(struct desk *desk, const struct command *command, bool *ret_changed);

/* --- People ---------------------------------------------------------------------------------- */

extern const struct origin desk_nobody;
extern const struct origin desk_console;

/* A new active account, made by the console; its id. */
uint64_t desk_account(struct desk *desk, const char *name, enum role role);

/* Signs it in on a connection of its own. */
struct origin desk_sign_in(struct desk *desk, const char *name);

/* Puts the admin of this sign-in into admin mode. */
void desk_elevate(struct desk *desk, struct origin origin);

/* All three for an admin. */
struct origin desk_admin(struct desk *desk, const char *name);

/* Replies to the requester are not held: for tests that are about something else. */
void desk_send_at_once(struct desk *desk);

/* --- Tickets --------------------------------------------------------------------------------- */

/* A new hardware ticket; its number. */
uint64_t desk_ticket(struct desk *desk, struct origin origin, const char *title);

struct outcome desk_say(struct desk *desk, enum method method, struct origin origin,
                        uint64_t number, const char *text);

/* delete, restore, purge */
struct outcome desk_admin_ticket(struct desk *desk, enum method method, struct origin origin,
                                 uint64_t number);

/* disable, enable, grant, decline */
struct outcome desk_admin_account(struct desk *desk, enum method method, struct origin origin,
                                  const char *name);

/* Puts the account in copy, past all rules. */
void desk_copy_in(struct desk *desk, uint64_t number, const char *name);

/* A queue of these properties; rights (see struct queue) in a queue for somebody. Both by the
 * console. */
void desk_queue(struct desk *desk, const char *name, bool members_only, bool staff_only);
void desk_rights(struct desk *desk, const char *queue, const char *name, const char *rights);

/* Moves the ticket there. */
struct outcome desk_move(struct desk *desk, struct origin origin, uint64_t number,
                         const char *queue);

/* Only sets the status. */
struct outcome desk_set_status(struct desk *desk, struct origin origin, uint64_t number,
                               uint64_t version, enum status status);

/* --- Looking --------------------------------------------------------------------------------- */

/* A snapshot; closed by desk_read_end. */
struct rows *desk_read(struct desk *desk);
void desk_read_end(struct desk *desk);

struct row_ticket desk_ticket_row(struct desk *desk, uint64_t number);
struct row_account desk_account_row(struct desk *desk, const char *name);
struct viewer desk_viewer(struct desk *desk, struct origin origin);

/* The ticket as this one sees it; number 0: not at all. */
struct ticket desk_see(struct desk *desk, struct origin origin, uint64_t number);

#define assert_verdict(outcome, expected)                                                          \
    assert_string_equal(error_name((outcome).verdict), error_name(expected))
#define assert_text(text, expected) desk_assert_text((text), (expected), __FILE__, __LINE__)
void desk_assert_text(struct text text, const char *expected, const char *file, int line);

#endif
