/* A verb of the command line: one command and out. Each has a file of its own that ends in one
 * struct verb; the table in verbs.c lists them all. A verb is straight-line code: verb_call runs
 * the loop until the desk has answered.
 *
 * Exit codes: 0 done, 1 failed, 2 cancelled, 4 sign-in needed. */
#ifndef TTYDESK_TUI_VERBS_VERB_H
#define TTYDESK_TUI_VERBS_VERB_H

#include <uv.h>

#include "proto/arena.h"
#include "proto/attributes.h"
#include "tui/connection.h"
#include "tui/secret_prompt.h"

enum verb_exit { VERB_DONE = 0, VERB_FAILED = 1, VERB_CANCELLED = 2, VERB_SIGN_IN_NEEDED = 4 };

/* An option of a verb: `--name VALUE`, or `--name` when it takes none. */
struct verb_option {
    const char *name;
    const char *value; /* what stands for the value in help; NULL: takes none */
    const char *help;
};

enum { VERB_OPTIONS_MAX = 12, VERB_ARGUMENTS_MAX = 17 };

struct verb_run {
    const struct verb *verb;
    uv_loop_t *loop;               /* borrowed */
    struct connection *connection; /* borrowed */
    struct arena arena;            /* replies live here until the verb is done */
    const char *arguments[VERB_ARGUMENTS_MAX + 1];
    const char *values[VERB_OPTIONS_MAX]; /* of the verb's options; NULL: not given */
    bool json;
    bool password_stdin;
    bool with_key; /* sign-in and admin mode by the person's key, not by password */

    /* The call on its way */
    bool answered;
    enum error error;
    enum method method;
    void *reply;
    struct failure failure;
};

struct verb {
    const char *name;
    const char *arguments; /* for help: "NUMBER" */
    const char *help;      /* one line */
    size_t arguments_min;
    size_t arguments_max;
    bool anonymous; /* needs no sign-in */
    /* Whether what is asked for needs no desk: then there is no connection. NULL: never. */
    bool (*is_offline)(const struct verb_run *run);
    const struct verb_option *options; /* ends with a NULL name */
    enum verb_exit (*run)(struct verb_run *run);
};

extern const struct verb verb_register;
extern const struct verb verb_login;
extern const struct verb verb_logout;
extern const struct verb verb_whoami;
extern const struct verb verb_account;
extern const struct verb verb_key;
extern const struct verb verb_new;
extern const struct verb verb_list;
extern const struct verb verb_show;
extern const struct verb verb_set;
extern const struct verb verb_reply;
extern const struct verb verb_note;
extern const struct verb verb_pend;
extern const struct verb verb_resolve;
extern const struct verb verb_open;
extern const struct verb verb_reopen;
extern const struct verb verb_take;
extern const struct verb verb_untake;
extern const struct verb verb_steal;
extern const struct verb verb_give;
extern const struct verb verb_watch;
extern const struct verb verb_unwatch;
extern const struct verb verb_cc;
extern const struct verb verb_move;
extern const struct verb verb_queues;
extern const struct verb verb_link;
extern const struct verb verb_unlink;
extern const struct verb verb_links;
extern const struct verb verb_merge;
extern const struct verb verb_unmerge;
extern const struct verb verb_split;
extern const struct verb verb_tag;
extern const struct verb verb_tags;
extern const struct verb verb_attach;
extern const struct verb verb_attachments;
extern const struct verb verb_save;
extern const struct verb verb_undo;
extern const struct verb verb_withdraw;
extern const struct verb verb_send_now;
extern const struct verb verb_audit;
extern const struct verb verb_edit_message;
extern const struct verb verb_retract;
extern const struct verb verb_versions;
extern const struct verb verb_canned;
extern const struct verb verb_drafts;
extern const struct verb verb_delete;
extern const struct verb verb_restore;
extern const struct verb verb_purge;
extern const struct verb verb_api;

/* All verbs in the order help shows them; ends with NULL. */
extern const struct verb *const verbs[];

const struct verb *verb_find(const char *name);

/* The verb with the name most like this one, for "did you mean"; NULL when none is near. */
const struct verb *verb_nearest(const char *name);

/* --- For the verbs' own files --- */

/* The value of an option of the running verb, NULL when it was not given. The name is one of its
 * options. */
const char *verb_value(const struct verb_run *run, const char *name);

/* Asks the desk and waits. On success `ret_reply` (struct of the method's reply) is filled; on
 * failure false, and run->error and run->failure say why. */
bool verb_call(struct verb_run *run, enum method method, const void *request, void *ret_reply);

/* Prints "ttydesk VERB: why" for the last failed call and gives the exit code for it. */
enum verb_exit verb_fail(const struct verb_run *run);

/* Prints "ttydesk VERB: ..." and gives VERB_FAILED. */
ATTRIBUTE_PRINTF(2, 3)
enum verb_exit verb_refuse(const struct verb_run *run, const char *pattern, ...);

/* The ticket number in argument `index`: "12" or "#12". False after complaining. */
bool verb_number(const struct verb_run *run, size_t index, uint64_t *ret_number);

/* The number of a message in argument `index`. False after complaining. */
bool verb_message(const struct verb_run *run, size_t index, uint64_t *ret_sequence);

/* The value of a choice option, in any letter case. False after complaining, with the words that
 * are allowed. `ret_value` is an enum. */
bool verb_choice(const struct verb_run *run, const char *option, const struct choices *choices,
                 uint32_t *ret_value);

/* The value of an option that is a time to come, as tui/when_parse.h has it; when it was given,
 * `field` is marked in `present`. False after complaining. */
bool verb_when(const struct verb_run *run, const char *option, uint64_t *ret_ms, uint64_t *present,
               unsigned field);

/* The version given with --version, or the one the ticket has now. VERB_DONE, or the exit code
 * after complaining. */
enum verb_exit verb_version(struct verb_run *run, uint64_t number, uint64_t *ret_version);

/* A body: --body TEXT, or --body-file FILE ("-": standard input), or standard input when it is no
 * terminal and `or_input`. No data in `ret_text` when none was given; false after complaining. */
bool verb_body(struct verb_run *run, bool or_input, struct text *ret_text);

/* A password by --password-stdin or from the terminal. VERB_DONE, or the exit code after
 * complaining. */
enum verb_exit verb_secret(const struct verb_run *run, const char *question,
                           struct secret *ret_secret);

#define VERB_CODE_QUESTION "Code of your second factor, or a recovery code: "

/* A code, asked for in the same way: with --password-stdin it is the line after the password. */
enum verb_exit verb_code(const struct verb_run *run, const char *question,
                         struct secret *ret_secret);

/* After a command on a ticket: prints "#12 replied to", or the reply as JSON. */
enum verb_exit verb_tell_changed(const struct verb_run *run, const struct ticket_changed *reply,
                                 const char *done);

/* account.c's part about second factors, in totp.c. */
enum verb_exit verb_totp(struct verb_run *run);

/* Enters admin mode on this connection: with --key by a signature, otherwise asks for the password,
 * and for a code when the desk does.
 */
enum verb_exit verb_elevate(struct verb_run *run);

/* The name of this computer, in the arena; empty when it has none. */
struct text verb_device_name(struct verb_run *run);

/* Prints a list of structs of `table` as a JSON array. */
enum verb_exit verb_print_list(const struct table *table, const struct list *list);

/* One line typed at the terminal, in the arena; no data without a terminal or at its end. */
struct text verb_ask(struct verb_run *run, const char *question);

#endif
