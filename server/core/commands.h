/* The functions of the command table in core.c, in its sections. Permission has been judged when
 * they run. For the files of this folder alone. */
#ifndef TTYDESK_CORE_COMMANDS_H
#define TTYDESK_CORE_COMMANDS_H

#include "server/core/run.h"

/* Accounts. account.c: what people do about their own account */
void account_register(struct run *run);
void account_update(struct run *run);
void account_set_password(struct run *run);
void account_request_role(struct run *run);

/* totp.c: second factors */
void totp_begin(struct run *run);
void totp_confirm(struct run *run);
void totp_remove(struct run *run);
void totp_reset(struct run *run);

/* code.c: passwords set with one-time codes */
void account_use_code(struct run *run);
void account_reset(struct run *run);

/* device.c: devices that an account is known to use, and what is counted against guessing */
void device_forget(struct run *run);
void account_count_failure(struct run *run);
void account_unlock(struct run *run);

/* key.c: keys that an account can sign in with */
void key_add(struct run *run);
void key_remove(struct run *run);
void key_remove_by_admin(struct run *run);

/* Sign-in. sign_in.c: working rows only, never journaled */
void sign_in_begin(struct run *run);
void sign_in_begin_by_key(struct run *run);
void sign_in_resume(struct run *run);
void sign_in_end(struct run *run);
void sign_in_elevate(struct run *run);
void sign_in_elevate_by_key(struct run *run);
void sign_in_end_elevation(struct run *run);
void sign_in_end_own(struct run *run);
void sign_in_end_others(struct run *run);
void sign_in_end_by_admin(struct run *run);

/* acting.c */
void acting_begin(struct run *run);
void acting_end(struct run *run);

/* Tickets. ticket.c */
void ticket_create(struct run *run);
void ticket_update(struct run *run);

/* Ownership. owner.c: who works on a ticket; follower.c: who else hears of it */
void owner_take(struct run *run);
void owner_untake(struct run *run);
void owner_steal(struct run *run);
void owner_give(struct run *run);
void follower_watch(struct run *run);
void follower_unwatch(struct run *run);
void follower_add_copy(struct run *run);
void follower_remove_copy(struct run *run);

/* Lifecycle. lifecycle.c */
void ticket_pend(struct run *run);
void ticket_open(struct run *run);

/* Conversation. message.c; held.c: replies that can still be taken back; correct.c */
void message_reply(struct run *run);
void message_note(struct run *run);
void held_withdraw(struct run *run);
void held_send_now(struct run *run);
void message_edit(struct run *run);
void message_retract(struct run *run);

/* Queues. queue_admin.c; ticket_move.c */
void ticket_move(struct run *run);
void queue_create(struct run *run);
void queue_update(struct run *run);
void queue_rights(struct run *run);

/* Links and merging. link.c, merge.c, split.c */
void ticket_link(struct run *run);
void ticket_unlink(struct run *run);
void ticket_merge(struct run *run);
void ticket_unmerge(struct run *run);
void ticket_split(struct run *run);

/* Tags. tag.c */
void ticket_tag(struct run *run);

/* Attachments. attachment.c */
void attachment_begin(struct run *run);
void attachment_chunk(struct run *run);
void attachment_finish(struct run *run);
void attachment_remove(struct run *run);

/* Drafts and unread. draft.c, unread.c: working rows only, never journaled */
void draft_save(struct run *run);
void draft_remove(struct run *run);
void ticket_mark_read(struct run *run);

/* Presence and feed */

/* Bulk and undo. bulk.c, undo.c */
void ticket_bulk(struct run *run);
void ticket_undo(struct run *run);

/* Admin: tickets. ticket.c; purge.c; retention.c: what goes by its age */
void ticket_delete(struct run *run);
void ticket_restore(struct run *run);
void ticket_purge(struct run *run);
void retention_run(struct run *run);

/* Admin: accounts. account_admin.c: what admins and the console do about accounts */
void account_create(struct run *run);
void account_change_role(struct run *run);
void account_disable(struct run *run);
void account_enable(struct run *run);
void account_grant_role(struct run *run);
void account_decline_role(struct run *run);

/* anonymise.c: people made unknown, for ever */
void account_anonymise(struct run *run);

/* Admin: canned replies. canned.c */
void canned_create(struct run *run);
void canned_update(struct run *run);
void canned_remove(struct run *run);

/* Admin: settings. settings.c */
void settings_update(struct run *run);

/* Audit */

/* Internal. timer.c */
void timer_fire(struct run *run);

/* --- Shared between these files -------------------------------------------------------------- */

/* account.c: a new account, for whoever asked for it. The texts are the request's. */
struct new_account {
    struct text name;
    struct text email;
    struct text display_name;
    enum role role;
    enum account_state state;
};
void account_open(struct run *run, const struct new_account *wanted);

/* account.c: keeps the new password that was prepared, for this account's password version. */
void account_put_credential(struct run *run, const struct row_account *account);

/* account_admin.c: the account that an admin names, which must not be their own; refuses. */
bool account_find_target(struct run *run, struct text name, struct row_account *ret_account);

/* account_admin.c: puts the account with a higher epoch and version, which ends its sign-ins. */
void account_put_ended(struct run *run, struct row_account *account);

/* account_admin.c: the same, without refusing oneself. */
bool account_find_named(struct run *run, struct text name, struct row_account *ret_account);

/* device.c: the device of the account whose token was shown; false when there is none. */
bool device_shown(struct run *run, uint64_t account, struct row_device *ret_row);

/* device.c: after a sign-in. NULL: the device, of this name, was not known; it is from now on, if a
 * token was made for it. Its id, 0 when it stays unknown. Forgets what was counted against
 * guessing. */
uint64_t device_signed_in(struct run *run, uint64_t account, struct text name,
                          const struct row_device *shown);

/* device.c: another device of the account that is newer than `since_ms`; 0: none. */
uint64_t device_newer(struct run *run, uint64_t account, uint64_t but, uint64_t since_ms);

/* key.c: the key of this account that was proved to be held; false when it has no such key. */
bool key_proved(struct run *run, uint64_t account, struct row_account_key *ret_row);

/* key.c: a sign-in was made with it. */
void key_used(struct run *run, const struct row_account_key *row);

/* key.c: removes all keys of the account; its sign-ins are ended by the caller. */
void key_remove_all(struct run *run, uint64_t account);

/* sign_in.c: ends the sign-ins of the account that were made with this key. */
void sign_in_end_of_key(struct run *run, uint64_t account, uint64_t key);

/* device.c: forgets all devices of the account, and what was counted. */
void device_forget_all(struct run *run, uint64_t account);

/* device.c: whether so many passwords were wrong that unknown devices are not let in. */
bool failures_stop(struct run *run, uint64_t account);

/* follower.c: whether the account sees the ticket without being in copy. */
bool follower_sees_anyway(struct run *run, const struct row_ticket *ticket,
                          const struct row_account *account);

/* code.c: keeps the code that was prepared as the only way into this account. */
void code_put(struct run *run, uint64_t account);

/* attachment.c: takes all files off a ticket that is purged; its counts are for the caller to put.
 */
void attachment_purge(struct run *run, struct row_ticket *ticket);

/* attachment.c: moves a file to another ticket; the counts of both are for the caller to put. */
void attachment_move(struct run *run, const struct row_attachment *row, struct row_ticket *from,
                     struct row_ticket *to);

/* attachment.c: drops an upload before its time, with the timer that would have done so. */
void attachment_forget_upload(struct run *run, const struct row_upload *upload);

/* attachment.c: drops an upload that did not arrive in time. */
void attachment_drop_upload(struct run *run, const struct row_timer *timer);

/* conflict.c: refuses because somebody else was first, names them if the asker may know, and shows
 * the ticket as it is now. `changed`: the field of the ticket's row that tells who it was. */
void conflict_refuse(struct run *run, const struct row_ticket *ticket, const char *field,
                     const char *changed);

/* merge.c: whether the number is that of a ticket merged into the one at hand, which then was
 * refused: what is for one ticket alone must not happen to the other. */
bool merge_refuses_member(struct run *run, uint64_t number);

/* account_admin.c: whether without this account no active admin would be left. */
bool account_is_last_admin(struct run *run, const struct row_account *account);

/* anonymise.c: what its timer does: one more step. */
void anonymise_go_on(struct run *run, const struct row_timer *timer);

/* purge.c: purges run->ticket, which is not merged, with all that was merged into it; makes number
 * and version the outcome's. What people were about to send to it is left to purge_unsent, once for
 * all tickets of a command. */
void purge_ticket(struct run *run);
void purge_unsent(struct run *run);
void purge_followers(struct run *run, uint64_t ticket);

/* retention.c: what its timer does; and puts one for the next night. */
void retention_by_timer(struct run *run, const struct row_timer *timer);
void retention_put_timer(struct run *run);

/* merge.c: purges all that was merged into the ticket at hand, too. */
void merge_purge_members(struct run *run, const struct audience *before,
                         const struct audience *after);

/* ticket.c: refuses to resolve what others are part of that are not; false when there are none that
 * the viewer may see. */
bool ticket_refuses_open_children(struct run *run);

/* lifecycle.c: what is asked of the state of a ticket beside something else, such as a reply. */
struct state_change {
    bool sets_status;
    enum status status;
    bool even_with_open_children;
    bool pends;
    uint64_t until_ms;      /* 0: until the requester answers */
    const char *pend_field; /* as refusals name the two */
    const char *until_field;
};

/* Refuses and gives false when the viewer may not ask this of run->ticket, or when it can't be. */
bool lifecycle_check(struct run *run, const struct state_change *change);

/* Does it to the row, once it was checked; puts nothing. */
void lifecycle_apply(struct run *run, const struct state_change *change, struct row_ticket *after);

/* held.c: whether a reply of this viewer waits for a while before it is sent. */
bool held_is_due(const struct run *run);

/* held.c: puts it, to be sent later, and then to change the state of its ticket so. */
void held_put(struct run *run, struct row_message *message, const struct state_change *change);

/* held.c: what its timer does, if it is still held. */
void held_release(struct run *run, const struct row_timer *timer);

/* message.c: whether what the viewer says on the ticket answers its requester. */
bool message_answers_requester(const struct run *run);

/* RESOLVED keeps the severity, so that reopening can restore it; a severity reopens what was
 * resolved and leaves pending what is pending. */
void lifecycle_set_status(struct row_ticket *ticket, enum status status, uint64_t time_ms);

/* Whether the viewer answers as the requester or somebody in copy, not as staff. */
bool lifecycle_is_answer(const struct run *run);

/* An answer opens what is pending and, unless it stays so, what is resolved. */
void lifecycle_answer(struct run *run, bool keep_resolved, struct row_ticket *after);

/* False when the ticket was resolved too long ago for this viewer to open it again. */
bool lifecycle_may_reopen(struct run *run, const struct row_ticket *ticket);
void lifecycle_refuse_reopening(struct run *run, const char *field);

/* Whether severity, state or the end of pending is another one. */
bool lifecycle_differs(const struct row_ticket *before, const struct row_ticket *after);

/* Keeps the timer that ends pending in step: for every command that may change pending_until_ms and
 * does not use lifecycle_put. */
void lifecycle_timer(struct run *run, const struct row_ticket *before,
                     const struct row_ticket *after);

/* Puts the ticket, which was run->ticket before, keeps its timer in step, and makes number and
 * version the outcome's. */
void lifecycle_put(struct run *run, struct row_ticket *after);

/* sign_in.c: notes that the sign-in is in use, now and then. */
void sign_in_touch(struct run *run);

/* sign_in.c: whether the password of `account` was verified, and is still the same. */
bool sign_in_verified(const struct run *run, const struct row_account *account);

/* proof.c: what proofs can be asked for. */
enum proof_for {
    PROOF_FOR_SIGN_IN,
    PROOF_FOR_ADMIN_MODE,
    PROOF_FOR_REMOVAL,
    PROOF_FOR_KEY,
    PROOF_FOR_PASSWORD,
};

/* What an account has to prove beside its password. */
struct proof_demand {
    bool code;    /* of the second factor that it has */
    bool lacking; /* a second factor, which is demanded and it has not got */
};

/* proof.c: which proofs this account must give, as its rows and the settings are now. */
struct proof_demand proof_demanded(struct run *run, const struct row_account *account,
                                   enum proof_for what);

/* proof.c: refuses and gives false unless the command has proven all that is demanded. */
bool proof_given(struct run *run, const struct row_account *account, enum proof_for what);

/* proof.c: after that, among the puts: a code that was shown is used up. */
void proof_spend(struct run *run, const struct row_account *account);

/* proof.c: whether the code that was shown is of this second factor and time, and was not used. */
bool proof_step_is_good(const struct run *run, const struct row_totp *row);

/* operation.c: judges the operation id of the command. True when that already is the answer: the
 * id is not good, or this is a repetition and the outcome is that of the first run. */
bool operation_answers(struct run *run);

/* operation.c: keeps the verdict of a first run. */
void operation_keep(struct run *run);

#endif
