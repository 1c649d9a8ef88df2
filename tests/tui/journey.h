/* What people do with ttydesk, as steps for tests and for the pictures of the tour: a desk in a
 * folder of its own with the real daemon, clients in pseudo-terminals, and the ways through the
 * screens. Every step waits until the client has drawn and fails the running cmocka test when the
 * screen is not the one expected. */
#ifndef TTYDESK_TESTS_TUI_JOURNEY_H
#define TTYDESK_TESTS_TUI_JOURNEY_H

#include <sys/types.h>

#include "proto/messages.h"
#include "tests/tui/driver/driver.h"

/* The admin every desk has, and the password of everybody. */
#define JOURNEY_ADMIN    "boss"
#define JOURNEY_PASSWORD "violet tractor umbrella"

/* Control keys that stand within a string. */
#define JOURNEY_SEND  "\023" /* Ctrl-S */
#define JOURNEY_EMPTY "\025" /* Ctrl-U: a field of one line */

struct journey {
    const char *daemon_path;
    const char *client_path;
    char folder[64]; /* everything is below it */
    char socket[96];
    char config[96];
    pid_t daemon;    /* 0: not serving */
    unsigned served; /* how often the daemon was started */
};

/* --- The desk --- */

/* Makes a new desk and serves it. */
void journey_begin(struct journey *journey, const char *daemon_path, const char *client_path);

/* Ends the daemon and removes the folder. */
void journey_end(struct journey *journey);

/* Serves again, on the same socket and TCP port 0; waits until it answers. */
void journey_serve(struct journey *journey);

/* Ends the daemon with a signal and waits for its end. */
void journey_stop(struct journey *journey, int signal_number);

/* Opens a queue on the desk's machine. */
void journey_open_queue(const struct journey *journey, const char *name);

/* The port of the daemon that was started last. */
unsigned journey_port(const struct journey *journey);

/* Has the desk do something for its operator, without waiting for more than the answer. */
void journey_call(const struct journey *journey, enum method method, const void *request);

/* --- Clients --- */

/* Starts a client whose home belongs to `person`, on the desk's socket. */
struct driver *journey_client(const struct journey *journey, const char *person, int rows,
                              int columns);

/* The same on another address, "localhost:7413". */
struct driver *journey_client_at(const struct journey *journey, const char *person, int rows,
                                 int columns, const char *address);

/* --- Ways through the screens --- */

/* From the sign-in screen to the list, or to the drafts that were left. */
void journey_sign_in(struct driver *driver, const char *name);

/* From the sign-in screen over the registration to the list. */
void journey_register(struct driver *driver, const char *name);

struct journey_ticket {
    const char *title;
    const char *problem;
    bool software;   /* else hardware */
    unsigned status; /* 0 MINOR, 1 MAJOR, 2 CRITICAL */
};

/* Fills in the form of a new ticket, from the list or a ticket, without sending it. */
void journey_write_ticket(struct driver *driver, const struct journey_ticket *ticket);

/* Sends what is in a form or composer. */
void journey_send(struct driver *driver);

/* The same with both, and the list shows the ticket. */
void journey_new_ticket(struct driver *driver, const struct journey_ticket *ticket);

/* From the list or a ticket: `r` replies, `m` writes a note; then sends. */
void journey_say(struct driver *driver, const char *key, const char *text);

/* From the list or a ticket: "m", "a", "c", "r" for the four statuses. */
void journey_set_status(struct driver *driver, const char *key);

/* From the list: into admin mode, to the accounts. */
void journey_enter_admin(struct driver *driver);

/* From the accounts: gives somebody a role, "u", "s" or "a". */
void journey_set_role(struct driver *driver, const char *name, const char *key);

/* From the list or a ticket, in admin mode or not: deletes the selected ticket. */
void journey_delete(struct driver *driver, const char *number, bool with_password);

/* Registers a person and makes them staff, by clients of their own that end again. */
void journey_make_staff(const struct journey *journey, const char *name);

/* Leaves by q and checks that the client has ended well. */
void journey_quit(struct driver *driver);

#endif
