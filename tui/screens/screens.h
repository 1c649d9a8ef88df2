/* All screens, and what the table of actions calls. Each screen has a file of its own name. */
#ifndef TTYDESK_TUI_SCREENS_SCREENS_H
#define TTYDESK_TUI_SCREENS_SCREENS_H

#include "proto/key_proof.h"
#include "tui/drafts.h"
#include "tui/stage.h"
#include "tui/widgets/prompt.h"

extern const struct screen_ops screen_sign_in;       /* arguments: NULL */
extern const struct screen_ops screen_trust;         /* NULL */
extern const struct screen_ops screen_register;      /* NULL */
extern const struct screen_ops screen_tickets;       /* NULL */
extern const struct screen_ops screen_ticket;        /* const uint64_t: the number */
extern const struct screen_ops screen_ticket_form;   /* struct draft_key: new or edit */
extern const struct screen_ops screen_composer;      /* struct draft_key: reply or note */
extern const struct screen_ops screen_canned_picker; /* const uint64_t: the ticket's number */
extern const struct screen_ops screen_status;        /* struct ticket */
extern const struct screen_ops screen_queue_picker;  /* struct ticket */
extern const struct screen_ops screen_more;          /* struct ticket */
extern const struct screen_ops screen_files;         /* const uint64_t: the ticket's number */
extern const struct screen_ops screen_links;         /* const uint64_t: the number */
extern const struct screen_ops screen_conflict;      /* struct conflict */
extern const struct screen_ops screen_drafts;        /* NULL */
extern const struct screen_ops screen_profile;       /* NULL */
extern const struct screen_ops screen_profile_form;  /* NULL */
extern const struct screen_ops screen_password;      /* NULL */
extern const struct screen_ops screen_ask_role;      /* NULL */
extern const struct screen_ops screen_elevate;       /* struct elevate */
extern const struct screen_ops screen_delete;        /* struct deletion */
extern const struct screen_ops screen_accounts;      /* NULL */
extern const struct screen_ops screen_role_picker;   /* struct account */
extern const struct screen_ops screen_role_requests; /* NULL */
extern const struct screen_ops screen_deleted;       /* NULL */
extern const struct screen_ops screen_use_code;      /* NULL */
extern const struct screen_ops screen_new_account;   /* NULL */
extern const struct screen_ops screen_code;          /* struct account_coded */
extern const struct screen_ops screen_sign_ins;      /* NULL */
extern const struct screen_ops screen_question;      /* struct question */
extern const struct screen_ops screen_owner;         /* struct owner_question, in owner.c */
extern const struct screen_ops screen_pend;          /* struct ticket */
extern const struct screen_ops screen_correct;       /* struct model_entry */
extern const struct screen_ops screen_help;          /* NULL */
extern const struct screen_ops screen_preview;       /* struct batch: the screen's from then on */
extern const struct screen_ops screen_results;       /* struct batch */

extern const struct screen_ops screen_totp;           /* NULL */
extern const struct screen_ops screen_recovery_codes; /* struct totp_confirmed */
extern const struct screen_ops screen_totp_remove;    /* NULL */

extern const struct screen_ops screen_sign_in_key; /* struct use_key */
extern const struct screen_ops screen_elevate_key; /* struct use_key */
extern const struct screen_ops screen_keys;        /* NULL */

/* Signing with the own key. */
struct use_key {
    enum key_purpose purpose;
    struct text name;
    void (*then)(struct stage *stage); /* in admin mode */
};

/* Beside a field for the code of a second factor. */
#define SECOND_FACTOR_HINT "of the app, or a recovery code"
/* Admin mode */
extern const struct screen_ops screen_queues;          /* NULL */
extern const struct screen_ops screen_queue_form;      /* struct queue; NULL: a new one */
extern const struct screen_ops screen_queue_members;   /* struct queue */
extern const struct screen_ops screen_canned;          /* NULL */
extern const struct screen_ops screen_canned_form;     /* struct canned; NULL: a new one */
extern const struct screen_ops screen_locks;           /* NULL */
extern const struct screen_ops screen_audit;           /* NULL */
extern const struct screen_ops screen_audit_entry;     /* struct audit_entry */
extern const struct screen_ops screen_health;          /* NULL */
extern const struct screen_ops screen_settings;        /* NULL */
extern const struct screen_ops screen_person_sign_ins; /* struct account */

/* A question in the message row. The answer goes to the screen below, if it is still there. */
struct question {
    enum prompt_kind kind;
    const char *text;
    const char *given; /* PROMPT_LINE: what stands there; PROMPT_TYPED: what has to be typed */
    size_t limit;      /* PROMPT_LINE: code points */
    void (*on_answer)(struct screen *asker, bool yes, const char *text);
};

/* Entering admin mode, and what to do then. */
struct elevate {
    void (*then)(struct stage *stage);
};

struct deletion {
    uint64_t number;
    struct text title;
    bool purge; /* of a ticket that is deleted already */
};

/* Somebody else's change in the way of one's own; texts are copied. */
struct conflict {
    uint64_t number;
    struct ticket current; /* as the desk has it now */
};

/* even_so.c: what to ask when a ticket was not resolved because of those below it. */
void write_even_so(const struct failure *failure, char *text, size_t size);

/* even_so.c, as stage_order.on_refused of a ticket.update: asks, and sends it again on a yes. */
bool ask_even_so(struct stage *stage, const struct stage_refusal *refusal);

/* Whether this screen, the composer, writes a reply that everybody will read, and to which ticket.
 */
bool composer_replies_to(const struct screen *screen, uint64_t *ret_number);

/* The desk has said what it keeps under this key: the composer of it decides which version is
 * written on. */
void composer_compare(struct screen *screen, struct draft_key key);

/* Inserts at the composer's cursor, as one step of undoing; false when not all of it fits. */
bool composer_insert(struct screen *screen, struct text text);

/* The entry of the model's ticket that this screen, of the ticket, shows first; false when that is
 * the problem. */
bool ticket_entry_read(const struct screen *screen, size_t *ret_index);

/* Which ticket this screen, of the ticket, shows; shows another one. */
uint64_t ticket_number(const struct screen *screen);
void ticket_show(struct screen *screen, uint64_t number);

/* Whether tickets may be moved into the queue by this person. */
bool queue_takes_moved(const struct queue *queue);

/* Says which marked tickets have vanished since. */
void say_lost_marks(struct stage *stage);

/* --- What actions do: each acts on the topmost screen or on the ticket that is selected --- */

void leave_screen(struct stage *stage);
void quit_client(struct stage *stage);
void open_help(struct stage *stage);

void open_register(struct stage *stage);
void sign_out(struct stage *stage);
void open_use_code(struct stage *stage);

void open_ticket(struct stage *stage);
void new_ticket(struct stage *stage);
void reply_to_ticket(struct stage *stage);
void note_on_ticket(struct stage *stage);
void pick_canned(struct stage *stage);
void next_ticket(struct stage *stage);
void previous_ticket(struct stage *stage);
void mark_ticket(struct stage *stage);
void mark_all_tickets(struct stage *stage);
void clear_marks(struct stage *stage);
void undo_last_act(struct stage *stage);
void withdraw_reply(struct stage *stage);
void send_reply_now(struct stage *stage);
void correct_message(struct stage *stage);
void retract_message(struct stage *stage);
void set_ticket_status(struct stage *stage);
void pend_ticket(struct stage *stage);
void open_ticket_again(struct stage *stage);
void move_ticket(struct stage *stage);
void more_for_ticket(struct stage *stage);
void open_linked_ticket(struct stage *stage);

void open_files(struct stage *stage);
void attach_file(struct stage *stage);
void attach_internal_file(struct stage *stage);
void save_file(struct stage *stage);
void remove_file(struct stage *stage);
void stop_transfer(struct stage *stage);
void refresh_files(struct stage *stage);

void edit_ticket(struct stage *stage);
void own_ticket(struct stage *stage);
void disown_ticket(struct stage *stage);
void steal_ticket(struct stage *stage);
void give_ticket(struct stage *stage);
void watch_ticket(struct stage *stage);
void copy_ticket(struct stage *stage);
void uncopy_ticket(struct stage *stage);
void delete_ticket(struct stage *stage);

void filter_tickets(struct stage *stage);
void refresh_tickets(struct stage *stage);
void show_new_tickets(struct stage *stage);
void refresh_ticket(struct stage *stage);

void open_drafts(struct stage *stage);
void open_selected_draft(struct stage *stage);
void discard_draft(struct stage *stage);

void conflict_send_mine(struct stage *stage);
void conflict_merge(struct stage *stage);
void conflict_keep_theirs(struct stage *stage);

void open_profile(struct stage *stage);
void edit_profile(struct stage *stage);
void change_password(struct stage *stage);
void ask_for_role(struct stage *stage);
void open_second_factor(struct stage *stage);
void open_sign_ins(struct stage *stage);
void end_sign_in(struct stage *stage);
void end_other_sign_ins(struct stage *stage);
void refresh_sign_ins(struct stage *stage);

void open_keys(struct stage *stage);
void drop_key(struct stage *stage);
void refresh_keys(struct stage *stage);
void sign_in_with_key(struct stage *stage);
void elevate_with_key(struct stage *stage);

/* Says that somebody signed in to the account from this device, which was not known. */
void tell_new_device(struct stage *stage, const struct device *device);

void act_as_account(struct stage *stage);
void end_acting(struct stage *stage);
void open_admin(struct stage *stage);
void leave_admin_mode(struct stage *stage);
void open_accounts(struct stage *stage);
void open_role_requests(struct stage *stage);
void open_deleted(struct stage *stage);
void open_queues(struct stage *stage);
void open_canned(struct stage *stage);
void open_locks(struct stage *stage);
void open_audit(struct stage *stage);
void open_health(struct stage *stage);
void open_settings(struct stage *stage);
void refresh_admin(struct stage *stage);
void refresh_health(struct stage *stage);
void refresh_settings(struct stage *stage);
void new_queue(struct stage *stage);
void edit_queue(struct stage *stage);
void open_queue_members(struct stage *stage);
void toggle_read(struct stage *stage);
void toggle_create(struct stage *stage);
void toggle_change(struct stage *stage);
void toggle_own(struct stage *stage);
void add_member(struct stage *stage);
void remove_member(struct stage *stage);
void new_canned(struct stage *stage);
void edit_canned(struct stage *stage);
void remove_canned(struct stage *stage);
void unlock_account(struct stage *stage);
void filter_audit(struct stage *stage);
void export_audit(struct stage *stage);
void open_audit_entry(struct stage *stage);
void change_setting(struct stage *stage);
void open_person_sign_ins(struct stage *stage);
void end_sign_in_of(struct stage *stage);
void end_sign_ins_of(struct stage *stage);
void change_role(struct stage *stage);
void disable_account(struct stage *stage);
void anonymise_account(struct stage *stage);
void new_account(struct stage *stage);
void reset_account(struct stage *stage);
void take_second_factor(struct stage *stage);
void grant_role(struct stage *stage);
void decline_role(struct stage *stage);
void restore_ticket(struct stage *stage);
void purge_ticket(struct stage *stage);

#endif
