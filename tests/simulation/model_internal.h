/* Between the files of the model. */
#ifndef TTYDESK_TESTS_SIMULATION_MODEL_INTERNAL_H
#define TTYDESK_TESTS_SIMULATION_MODEL_INTERNAL_H

#include "tests/simulation/model.h"

/* A command on its way through the model. */
struct turn {
    struct model *model;
    const struct command *command;
    const void *asked; /* the request as it came, with the numbers of merged tickets */
    struct model_who who;
    struct model_answer answer;
};

void turn_refuse(struct turn *turn, enum error verdict, const char *field);

/* Counts the change: gives the answer the next sequence. */
void turn_accept(struct turn *turn);

void model_copy(char *ret_text, struct text text);

/* model.c: the ticket, if the asker may read it and it is not deleted; else refused and NULL. */
struct model_ticket *turn_ticket(struct turn *turn, uint64_t number);

/* model.c: accepts a change of the ticket and adds its line of history. */
void turn_finish(struct turn *turn, uint64_t number, bool is_note);

/* model_owner.c: true when the method was one about owners and followers. */
bool model_owner_command(struct turn *turn);

/* model.c: refuses another version than the ticket's. */
bool model_conflicts(struct turn *turn, uint64_t number, uint64_t version);

/* model_lifecycle.c: pend, open, reply, note and timers; true when the method was one of them. */
bool model_lifecycle_command(struct turn *turn);

/* model_lifecycle.c: the ticket as the message leaves it, but for the message; the message itself.
 */
void model_change_state(struct turn *turn, const struct ticket_say *request, bool answers,
                        struct model_ticket *ticket);
struct model_message *model_add_message(struct turn *turn, const struct ticket_say *request,
                                        bool is_note);

/* model_held.c: keeps a reply back; withdraws and sends; true when the method or the timer was one
 * of theirs. */
void model_hold(struct turn *turn, const struct ticket_say *request);
bool model_held_command(struct turn *turn);
bool model_held_timer(struct turn *turn);

/* model_lifecycle.c: as people set it. */
void model_set_status(struct model_ticket *ticket, enum status status, uint64_t time_ms);

/* model_lifecycle.c: whether it was resolved too long ago for whoever asks. */
bool model_is_too_late(const struct turn *turn, const struct model_ticket *ticket);

/* model_queues.c: true when the method was one about queues. */
bool model_queue_command(struct turn *turn);
bool model_may_own(const struct model *model, const struct model_account *account, uint64_t number);

/* Whether the asker may file a ticket there. */
bool model_takes(const struct model *model, const struct model_who *who, size_t queue);

/* The place of the queue of this name, if the asker may file there; else refused. */
bool model_file_into(struct turn *turn, struct text name, size_t *ret_queue);

/* model_factors.c: whether a second factor, if there is one, is proven, and then a code is used up;
 * else refused, with the field of a wrong code. True when the method was one about them. */
bool model_proves(struct turn *turn, struct model_account *account, const char *field);
bool model_factor_command(struct turn *turn);

/* model_accounts.c, for that. */
bool model_password_is_right(const struct turn *turn, const struct model_account *account);
void model_finish_account(struct turn *turn, const struct model_account *account);
struct model_account *model_find_other(struct turn *turn, struct text name);
void model_end_sign_ins(struct model *model, const struct model_account *account);

/* model_accounts.c: true when the method was one of theirs. */
bool model_account_command(struct turn *turn);
bool model_sign_in_command(struct turn *turn);
bool model_is_over(const struct model *model, const struct model_sign_in *sign_in,
                   uint64_t time_ms);

/* model.c: one more line of history, of another ticket. */
void model_add_line(struct turn *turn, uint64_t number, bool is_note);

/* model_draft.c: true when the method was one about drafts. What was said is none any more, and
 * what was withdrawn is one again; those of purged tickets go, whosever they are. */
bool model_draft_command(struct turn *turn);
void model_drop_draft(struct turn *turn, uint64_t number, enum draft_for what);
void model_bring_back_draft(struct turn *turn, uint64_t number, const char *text);
void model_purge_drafts(struct model *model);

/* model_canned.c: true when the method was one about canned replies. */
bool model_canned_command(struct turn *turn);

/* model_bulk.c: true when the method was bulk or undo; remembers how an act changed a ticket. */
bool model_bulk_command(struct turn *turn);
void model_note_act(struct turn *turn, uint64_t number, const struct model_ticket *before);

/* model.c: ticket.update; the first text field that differs, NULL: none does. */
void model_update(struct turn *turn);
const char *model_settled_field(const struct model_ticket *before,
                                const struct model_ticket *after);

/* model_merge.c: a request with the numbers of survivors in place of those of merged tickets;
 * purges what was merged into a ticket; takes a tag off the list of those that merges brought. */
union model_request {
    struct ticket_update update;
    struct ticket_act act;
    struct ticket_steal steal;
    struct ticket_give give;
    struct ticket_person person;
    struct ticket_pend pend;
    struct ticket_open open;
    struct ticket_say say;
    struct ticket_message message;
    struct message_edit edit;
    struct ticket_move move;
    struct ticket_link link;
    struct ticket_unlink unlink;
    struct ticket_split split;
    struct ticket_tag tag;
    struct ticket_mark_read mark;
};
struct command model_stand_in(const struct model *model, const struct command *command,
                              union model_request *ret_request);
void model_purge_members(struct turn *turn, uint64_t number);
void model_forget_brought(struct model_ticket *ticket, const char *tag);
void model_take_tag(struct model_ticket *ticket, const char *tag);

/* model_merge.c, model_unread.c: true when the method was one of theirs. */
bool model_merge_command(struct turn *turn);
bool model_unread_command(struct turn *turn);

/* model_links.c: true when the method was one of theirs. */
bool model_link_command(struct turn *turn);
bool model_has_open_children(const struct model *model, const struct model_who *who,
                             uint64_t number);
void model_put_tag(struct model_ticket *ticket, const char *tag);

#endif
