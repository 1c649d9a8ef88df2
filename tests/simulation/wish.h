/* Random commands as people and their clients might send them: mostly sensible, sometimes stale,
 * repeated, out of date or not allowed. */
#ifndef TTYDESK_TESTS_SIMULATION_WISH_H
#define TTYDESK_TESTS_SIMULATION_WISH_H

#include "tests/lib/dice.h"
#include "tests/simulation/model.h"

/* In every private note, and nowhere else. */
#define CANARY "canary"

enum { WISHES_KEPT = 64, ORIGINS_KEPT = 20, WORDS_EACH = 4 };

/* A command with everything it points to; not to be moved. */
struct wish {
    struct command command;
    union {
        struct account_register account_register;
        struct account_login login;
        struct account_resume resume;
        struct account_use_code use_code;
        struct account_update account_update;
        struct account_request_role request_role;
        struct ticket_create create;
        struct ticket_update update;
        struct ticket_say say;
        struct ticket_message message;
        struct message_edit message_edit;
        struct ticket_act act;
        struct ticket_steal steal;
        struct ticket_give give;
        struct ticket_person person;
        struct ticket_link link;
        struct ticket_unlink unlink;
        struct ticket_merge merge;
        struct ticket_split split;
        struct ticket_mark_read mark_read;
        struct ticket_tag tag;
        struct ticket_pend pend;
        struct ticket_open open;
        struct ticket_bulk bulk;
        struct ticket_undo undo;
        struct timer_fire fire;
        struct ticket_move move;
        struct admin_queue_create queue_create;
        struct admin_queue_update queue_update;
        struct admin_queue_rights queue_rights;
        struct admin_ticket admin_ticket;
        struct admin_account_create account_create;
        struct admin_account admin_account;
        struct admin_account_role account_role;
        struct admin_end_sign_ins end_sign_ins;
        struct admin_canned_create canned_create;
        struct admin_canned_update canned_update;
        struct admin_canned_remove canned_remove;
        struct draft_save draft_save;
        struct draft_remove draft_remove;
        struct account_thing thing;
        struct admin_settings_update settings;
        struct nothing nothing;
    } request;
    struct bulk_ticket tickets[MODEL_ACT_TICKETS];
    char words[WORDS_EACH][MODEL_TEXT];
    size_t word_count;
    uint8_t operation[OPERATION_BYTES];
    uint8_t token[TOKEN_BYTES];
    uint8_t new_token[TOKEN_BYTES];
    uint8_t recovery[TOKEN_BYTES];
    uint8_t recovery_codes[RECOVERY_CODES][TOKEN_BYTES];
};

struct wisher {
    struct dice dice;
    struct model *model;
    uint64_t now_ms;
    uint64_t counter;
    struct origin origins[ORIGINS_KEPT]; /* who has signed in, whether they still are or not */
    size_t origin_count;
    struct wish wishes[WISHES_KEPT]; /* the last ones, for repeating */
    size_t wish_count;
};

/* The next command; good until WISHES_KEPT more have been made. Moves the clock. */
struct wish *wisher_next(struct wisher *wisher);

/* Remembers a sign-in that came of a wish. */
void wisher_signed_in(struct wisher *wisher, const struct wish *wish, uint64_t sign_in);

#endif
