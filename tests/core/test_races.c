/* Two people look at the same thing and both act on it. Whoever comes first wins, the other is told
 * why not in a sentence, nothing of theirs is left behind, and sending either again under the same
 * operation id answers the same.
 *
 * TTYDESK_SEED: decides who comes first. TTYDESK_ROUNDS: how many races are run. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/desk.h"
#include "tests/lib/dice.h"

enum { A, B, C, TICKETS }; /* the tickets of a round */

enum who { EVE, EVE_AGAIN, STEFAN, OLGA, OLGA_AGAIN, ARMIN, ANNA, CONSOLE, WHO_COUNT };

static const char *const names[WHO_COUNT] = {
    [EVE] = "eve",         [EVE_AGAIN] = "eve", [STEFAN] = "stefan", [OLGA] = "olga",
    [OLGA_AGAIN] = "olga", [ARMIN] = "armin",   [ANNA] = "anna",
};

struct stage {
    struct desk desk;
    struct dice dice;
    struct origin user;
    struct origin people[WHO_COUNT];
    uint64_t tickets[TICKETS];
    uint64_t sequence; /* of the act that undo is about */
    size_t round;
    const struct race *race; /* the one that is run; NULL: all are over */
};

union request {
    struct ticket_act act;
    struct ticket_steal steal;
    struct ticket_give give;
    struct ticket_merge merge;
    struct ticket_undo undo;
    struct ticket_update update;
    struct ticket_pend pend;
    struct admin_account account;
    struct admin_account_role role;
};

/* One of the two: who does what, what is so when they win, and what they are told when not. */
struct side {
    enum who who;
    enum method method;
    void (*ask)(struct stage *stage, const struct side *side, union request *ret_request);
    int ticket;
    int into;
    const char *name;
    const char *from; /* the owner that was seen, empty for nobody; NULL: not looked at */
    enum role role;
    enum role from_role;
    bool looked; /* from_role counts */
    enum status status;
    const char *then;
    enum error lost;
    const char *because; /* part of the sentence; $A, $B, $C are the numbers of the tickets */
};

struct race {
    const char *name;
    void (*prepare)(struct stage *stage);
    void (*look)(struct stage *stage, char *ret_text, size_t size);
    struct side sides[2];
};

/* --- What they ask, from what both have seen -------------------------------------------------- */

static uint64_t seen_version(struct stage *stage, int ticket)
{
    return desk_ticket_row(&stage->desk, stage->tickets[ticket]).version;
}

static void ask_act(struct stage *stage, const struct side *side, union request *ret_request)
{
    ret_request->act.number = stage->tickets[side->ticket];
}

static void ask_steal(struct stage *stage, const struct side *side, union request *ret_request)
{
    ret_request->steal.number = stage->tickets[side->ticket];
    ret_request->steal.from = text_of(side->name);
    present_mark(&ret_request->steal.present, STEAL_FROM);
}

static void ask_give(struct stage *stage, const struct side *side, union request *ret_request)
{
    ret_request->give.number = stage->tickets[side->ticket];
    ret_request->give.name = text_of(side->name);
    ret_request->give.from = text_of(side->from);
    if (side->from != NULL) {
        present_mark(&ret_request->give.present, GIVE_FROM);
    }
}

static void ask_merge(struct stage *stage, const struct side *side, union request *ret_request)
{
    ret_request->merge.number = stage->tickets[side->ticket];
    ret_request->merge.version = seen_version(stage, side->ticket);
    ret_request->merge.into = stage->tickets[side->into];
    ret_request->merge.into_version = seen_version(stage, side->into);
    present_mark(&ret_request->merge.present, TICKET_MERGE_INTO_VERSION);
}

static void ask_undo(struct stage *stage, const struct side *side, union request *ret_request)
{
    (void)side;
    ret_request->undo.sequence = stage->sequence;
}

static void ask_status(struct stage *stage, const struct side *side, union request *ret_request)
{
    ret_request->update.number = stage->tickets[side->ticket];
    ret_request->update.version = seen_version(stage, side->ticket);
    ret_request->update.status = side->status;
    present_mark(&ret_request->update.present, UPDATE_STATUS);
}

static void ask_pend(struct stage *stage, const struct side *side, union request *ret_request)
{
    ret_request->pend.number = stage->tickets[side->ticket];
    ret_request->pend.version = seen_version(stage, side->ticket);
}

static void ask_account(struct stage *stage, const struct side *side, union request *ret_request)
{
    (void)stage;
    ret_request->account.name = text_of(side->name);
}

static void ask_role(struct stage *stage, const struct side *side, union request *ret_request)
{
    (void)stage;
    ret_request->role.name = text_of(side->name);
    ret_request->role.role = side->role;
    ret_request->role.from = side->from_role;
    if (side->looked) {
        present_mark(&ret_request->role.present, ACCOUNT_ROLE_FROM);
    }
}

/* --- What is so ------------------------------------------------------------------------------- */

static void look_owner(struct stage *stage, char *ret_text, size_t size)
{
    struct row_ticket ticket = desk_ticket_row(&stage->desk, stage->tickets[A]);
    struct row_account owner;

    snprintf(ret_text, size, "nobody");
    if (rows_get(desk_read(&stage->desk), ROW_ACCOUNT, ticket.owner, 0, &owner)) {
        snprintf(ret_text, size, "%.*s", (int)owner.name.length, owner.name.data);
    }
    desk_read_end(&stage->desk);
}

/* For each ticket the one that it was merged into. */
static void look_merged(struct stage *stage, char *ret_text, size_t size)
{
    int length = 0;

    for (int i = 0; i < TICKETS; i++) {
        uint64_t into = desk_ticket_row(&stage->desk, stage->tickets[i]).merged_into;
        char letter = into == 0 ? '-' : (char)('A' + (int)(into - stage->tickets[A]));
        length += snprintf(ret_text + length, size - (size_t)length, "%c", letter);
    }
}

static void look_status(struct stage *stage, char *ret_text, size_t size)
{
    static const char *const severities[] = {
        [SEVERITY_MINOR] = "minor", [SEVERITY_MAJOR] = "major", [SEVERITY_CRITICAL] = "critical"};
    static const char *const states[] = {
        [STATE_OPEN] = "open", [STATE_PENDING] = "pending", [STATE_RESOLVED] = "resolved"};
    struct row_ticket ticket = desk_ticket_row(&stage->desk, stage->tickets[A]);

    snprintf(ret_text, size, "%s %s", severities[ticket.severity], states[ticket.state]);
}

static void look_accounts(struct stage *stage, char *ret_text, size_t size)
{
    static const char *const roles[] = {
        [ROLE_USER] = "user", [ROLE_STAFF] = "staff", [ROLE_ADMIN] = "admin"};
    static const enum who looked_at[] = {ARMIN, ANNA, EVE};
    int length = 0;

    for (size_t i = 0; i < sizeof looked_at / sizeof looked_at[0]; i++) {
        struct row_account account = desk_account_row(&stage->desk, names[looked_at[i]]);
        const char *what = account.state == ACCOUNT_ACTIVE ? roles[account.role] : "disabled";
        length +=
            snprintf(ret_text + length, size - (size_t)length, "%s%s", i > 0 ? " " : "", what);
    }
}

/* --- What was so before ----------------------------------------------------------------------- */

static void nothing_yet(struct stage *stage)
{
    (void)stage;
}

static struct outcome do_as(struct stage *stage, const struct side *side)
{
    union request request = {{0}};
    side->ask(stage, side, &request);
    struct outcome outcome =
        desk_do(&stage->desk, side->method, stage->people[side->who], &request);
    assert_verdict(outcome, ERROR_NONE);
    return outcome;
}

static void olga_owns_it(struct stage *stage)
{
    do_as(stage, &(struct side){.who = OLGA, .method = METHOD_TICKET_TAKE, .ask = ask_act});
}

static void eve_took_it(struct stage *stage)
{
    struct side side = {.who = EVE, .method = METHOD_TICKET_TAKE, .ask = ask_act};
    stage->sequence = do_as(stage, &side).sequence;
}

static void eve_made_it_major(struct stage *stage)
{
    struct side side = {
        .who = EVE, .method = METHOD_TICKET_UPDATE, .ask = ask_status, .status = STATUS_MAJOR};
    stage->sequence = do_as(stage, &side).sequence;
}

static void a_is_in_b(struct stage *stage)
{
    do_as(
        stage,
        &(struct side){
            .who = OLGA, .method = METHOD_TICKET_MERGE, .ask = ask_merge, .ticket = A, .into = B});
}

static void eve_asked_to_be_admin(struct stage *stage)
{
    struct account_request_role request = {.role = ROLE_ADMIN};
    assert_verdict(desk_do(&stage->desk, METHOD_ACCOUNT_REQUEST_ROLE, stage->people[EVE], &request),
                   ERROR_NONE);
}

/* --- The races -------------------------------------------------------------------------------- */

#define TAKE        .method = METHOD_TICKET_TAKE, .ask = ask_act
#define UNTAKE      .method = METHOD_TICKET_UNTAKE, .ask = ask_act
#define STEAL(from) .method = METHOD_TICKET_STEAL, .ask = ask_steal, .name = (from)
#define GIVE(to)    .method = METHOD_TICKET_GIVE, .ask = ask_give, .name = (to)
#define GIVE_FROM_TO(seen, to)                                                                     \
    .method = METHOD_TICKET_GIVE, .ask = ask_give, .from = (seen), .name = (to)
#define MERGE(from, to)                                                                            \
    .method = METHOD_TICKET_MERGE, .ask = ask_merge, .ticket = (from), .into = (to)
#define UNMERGE(from) .method = METHOD_TICKET_UNMERGE, .ask = ask_act, .ticket = (from)
#define UNDO          .method = METHOD_TICKET_UNDO, .ask = ask_undo
#define SET(value)    .method = METHOD_TICKET_UPDATE, .ask = ask_status, .status = (value)
#define PEND          .method = METHOD_TICKET_PEND, .ask = ask_pend
#define MAKE(who, value)                                                                           \
    .method = METHOD_ADMIN_ACCOUNT_ROLE, .ask = ask_role, .name = (who), .role = (value)
#define GRANT(who, value)                                                                          \
    .method = METHOD_ADMIN_ROLE_GRANT, .ask = ask_role, .name = (who), .role = (value)
#define DECLINE(who) .method = METHOD_ADMIN_ROLE_DECLINE, .ask = ask_account, .name = (who)
#define DISABLE(who) .method = METHOD_ADMIN_ACCOUNT_DISABLE, .ask = ask_account, .name = (who)

#define CHANGED_BY(who)                                                                            \
    .lost = ERROR_VERSION_CONFLICT, .because = who " changed this meanwhile; look at both"

static const struct race races[] = {
    {"take, take",
     nothing_yet,
     look_owner,
     {{EVE, TAKE, .then = "eve", .lost = ERROR_OWNED, .because = "stefan owns this ticket; steal"},
      {STEFAN, TAKE, .then = "stefan", .lost = ERROR_OWNED, .because = "eve owns this ticket;"}}},
    {"take, give",
     nothing_yet,
     look_owner,
     {{EVE, TAKE, .then = "eve", .lost = ERROR_OWNED, .because = "olga owns this ticket; steal"},
      {STEFAN, GIVE("olga"), .then = "olga", .lost = ERROR_OWNED, .because = "eve owns this"}}},
    {"give, give",
     nothing_yet,
     look_owner,
     {{EVE, GIVE("olga"), .then = "olga", .lost = ERROR_OWNED, .because = "armin owns this"},
      {STEFAN, GIVE("armin"), .then = "armin", .lost = ERROR_OWNED, .because = "olga owns this"}}},
    {"give by two admins",
     nothing_yet,
     look_owner,
     {{ARMIN, GIVE_FROM_TO("", "olga"), .then = "olga", .lost = ERROR_OWNED,
       .because = "eve owns this ticket by now; look"},
      {ANNA, GIVE_FROM_TO("", "eve"), .then = "eve", .lost = ERROR_OWNED,
       .because = "olga owns this ticket by now; look"}}},
    {"take, give by an admin",
     nothing_yet,
     look_owner,
     {{EVE, TAKE, .then = "eve", .lost = ERROR_OWNED, .because = "olga owns this ticket; steal"},
      {ARMIN, GIVE_FROM_TO("", "olga"), .then = "olga", .lost = ERROR_OWNED,
       .because = "eve owns this ticket by now; look"}}},
    {"untake, give by an admin",
     olga_owns_it,
     look_owner,
     {{OLGA, UNTAKE, .then = "nobody", .lost = ERROR_OWNED, .because = "eve owns this ticket and"},
      {ARMIN, GIVE_FROM_TO("olga", "eve"), .then = "eve", .lost = ERROR_NOT_OWNED,
       .because = "Nobody owns this ticket by now"}}},
    {"give to the same",
     nothing_yet,
     look_owner,
     {{EVE, GIVE("olga"), .then = "olga", .lost = ERROR_OWNED, .because = "olga owns this"},
      {STEFAN, GIVE("olga"), .then = "olga", .lost = ERROR_OWNED, .because = "olga owns this"}}},
    {"steal, steal",
     olga_owns_it,
     look_owner,
     {{EVE, STEAL("olga"), .then = "eve", .lost = ERROR_OWNED,
       .because = "stefan owns this ticket by now"},
      {STEFAN, STEAL("olga"), .then = "stefan", .lost = ERROR_OWNED,
       .because = "eve owns this ticket by now"}}},
    {"untake, steal",
     olga_owns_it,
     look_owner,
     {{OLGA, UNTAKE, .then = "nobody", .lost = ERROR_OWNED, .because = "eve owns this ticket and"},
      {EVE, STEAL("olga"), .then = "eve", .lost = ERROR_NOT_OWNED,
       .because = "Nobody owns this ticket; take it"}}},
    {"give, steal",
     olga_owns_it,
     look_owner,
     {{OLGA, GIVE("stefan"), .then = "stefan", .lost = ERROR_OWNED, .because = "eve owns this"},
      {EVE, STEAL("olga"), .then = "eve", .lost = ERROR_OWNED,
       .because = "stefan owns this ticket by now"}}},
    {"untake, untake by the same",
     olga_owns_it,
     look_owner,
     {{OLGA, UNTAKE, .then = "nobody", .lost = ERROR_ALREADY_DONE, .because = "Nobody owns"},
      {OLGA_AGAIN, UNTAKE, .then = "nobody", .lost = ERROR_ALREADY_DONE,
       .because = "Nobody owns"}}},
    {"merge, merge the other way",
     nothing_yet,
     look_merged,
     {{EVE, MERGE(A, B), .then = "B--", CHANGED_BY("stefan")},
      {STEFAN, MERGE(B, A), .then = "-A-", CHANGED_BY("eve")}}},
    {"merge, merge into another",
     nothing_yet,
     look_merged,
     {{EVE, MERGE(A, B), .then = "B--", .lost = ERROR_ALREADY_DONE,
       .because = "It was merged into #$C already."},
      {STEFAN, MERGE(A, C), .then = "C--", .lost = ERROR_ALREADY_DONE,
       .because = "It was merged into #$B already."}}},
    {"merge two into one",
     nothing_yet,
     look_merged,
     {{EVE, MERGE(A, C), .then = "C--", CHANGED_BY("stefan")},
      {STEFAN, MERGE(B, C), .then = "-C-", CHANGED_BY("eve")}}},
    {"unmerge, merge on",
     a_is_in_b,
     look_merged,
     {{EVE, UNMERGE(A), .then = "---", .lost = ERROR_INVALID_FIELD,
       .because = "It came along with #$B; unmerge that one first."},
      {STEFAN, MERGE(B, C), .then = "CC-", CHANGED_BY("eve")}}},
    {"unmerge, unmerge",
     a_is_in_b,
     look_merged,
     {{EVE, UNMERGE(A), .then = "---", .lost = ERROR_ALREADY_DONE, .because = "not merged into"},
      {STEFAN, UNMERGE(A), .then = "---", .lost = ERROR_ALREADY_DONE,
       .because = "not merged into"}}},
    {"undo, change",
     eve_made_it_major,
     look_status,
     {{EVE, UNDO, .then = "minor open", .lost = ERROR_CHANGED_SINCE,
       .because = "#$A was changed since by stefan; undo"},
      {STEFAN, SET(STATUS_CRITICAL), .then = "critical open", CHANGED_BY("eve")}}},
    {"undo, undo by the same",
     eve_made_it_major,
     look_status,
     {{EVE, UNDO, .then = "minor open", .lost = ERROR_CHANGED_SINCE,
       .because = "#$A was changed since by you; undo"},
      {EVE_AGAIN, UNDO, .then = "minor open", .lost = ERROR_CHANGED_SINCE,
       .because = "#$A was changed since by you; undo"}}},
    {"undo a take, steal",
     eve_took_it,
     look_owner,
     {{EVE, UNDO, .then = "nobody", .lost = ERROR_CHANGED_SINCE,
       .because = "#$A was changed since by stefan; undo"},
      {STEFAN, STEAL("eve"), .then = "stefan", .lost = ERROR_NOT_OWNED,
       .because = "Nobody owns this ticket; take it"}}},
    {"pend, resolve",
     nothing_yet,
     look_status,
     {{EVE, PEND, .then = "minor pending", CHANGED_BY("stefan")},
      {STEFAN, SET(STATUS_RESOLVED), .then = "minor resolved", CHANGED_BY("eve")}}},
    /* Whose role or state changes is signed out by it. */
    {"demote each other",
     nothing_yet,
     look_accounts,
     {{ARMIN, MAKE("anna", ROLE_STAFF), .then = "admin staff staff", .lost = ERROR_NOT_SIGNED_IN,
       .because = "Your role, your password or your sign-ins were changed elsewhere"},
      {ANNA, MAKE("armin", ROLE_USER), .then = "user admin staff", .lost = ERROR_NOT_SIGNED_IN,
       .because = "Your role, your password or your sign-ins were changed elsewhere"}}},
    {"disable each other",
     nothing_yet,
     look_accounts,
     {{ARMIN, DISABLE("anna"), .then = "admin disabled staff", .lost = ERROR_NOT_SIGNED_IN,
       .because = "An admin has disabled your account"},
      {ANNA, DISABLE("armin"), .then = "disabled admin staff", .lost = ERROR_NOT_SIGNED_IN,
       .because = "An admin has disabled your account"}}},
    {"demote the last two",
     nothing_yet,
     look_accounts,
     {{CONSOLE, MAKE("anna", ROLE_STAFF), .then = "admin staff staff", .lost = ERROR_LAST_ADMIN,
       .because = "The last active admin"},
      {CONSOLE, MAKE("armin", ROLE_USER), .then = "user admin staff", .lost = ERROR_LAST_ADMIN,
       .because = "The last active admin"}}},
    {"disable one, demote the other of the last two",
     nothing_yet,
     look_accounts,
     {{CONSOLE, DISABLE("anna"), .then = "admin disabled staff", .lost = ERROR_LAST_ADMIN,
       .because = "The last active admin"},
      {CONSOLE, MAKE("armin", ROLE_USER), .then = "user admin staff", .lost = ERROR_LAST_ADMIN,
       .because = "The last active admin"}}},
    {"disable the same",
     nothing_yet,
     look_accounts,
     {{ARMIN, DISABLE("eve"), .then = "admin admin disabled", .lost = ERROR_ALREADY_DONE,
       .because = "The account is disabled already."},
      {ANNA, DISABLE("eve"), .then = "admin admin disabled", .lost = ERROR_ALREADY_DONE,
       .because = "The account is disabled already."}}},
    {"promote the same",
     nothing_yet,
     look_accounts,
     {{ARMIN, MAKE("eve", ROLE_ADMIN), .then = "admin admin admin", .lost = ERROR_ROLE_UNCHANGED,
       .because = "already has this role"},
      {ANNA, MAKE("eve", ROLE_ADMIN), .then = "admin admin admin", .lost = ERROR_ROLE_UNCHANGED,
       .because = "already has this role"}}},
    {"give different roles",
     nothing_yet,
     look_accounts,
     {{ARMIN, MAKE("eve", ROLE_ADMIN), .looked = true, .from_role = ROLE_STAFF,
       .then = "admin admin admin", .lost = ERROR_VERSION_CONFLICT,
       .because = "eve is a user by now; look"},
      {ANNA, MAKE("eve", ROLE_USER), .looked = true, .from_role = ROLE_STAFF,
       .then = "admin admin user", .lost = ERROR_VERSION_CONFLICT,
       .because = "eve is an admin by now; look"}}},
    {"grant, give another role",
     eve_asked_to_be_admin,
     look_accounts,
     {{ARMIN, GRANT("eve", ROLE_ADMIN), .looked = true, .from_role = ROLE_STAFF,
       .then = "admin admin admin", .lost = ERROR_VERSION_CONFLICT,
       .because = "eve is a user by now; look"},
      {ANNA, MAKE("eve", ROLE_USER), .looked = true, .from_role = ROLE_STAFF,
       .then = "admin admin user", .lost = ERROR_VERSION_CONFLICT,
       .because = "eve is an admin by now; look"}}},
    {"grant, decline",
     eve_asked_to_be_admin,
     look_accounts,
     {{ARMIN, GRANT("eve", ROLE_ADMIN), .then = "admin admin admin", .lost = ERROR_NOT_FOUND,
       .because = "has not asked for a role"},
      {ANNA, DECLINE("eve"), .then = "admin admin staff", .lost = ERROR_NOT_FOUND,
       .because = "has not asked for a role"}}},
};

enum { RACE_COUNT = sizeof races / sizeof races[0] };

/* --- The round -------------------------------------------------------------------------------- */

static void sign_everybody_in(struct stage *stage)
{
    for (int who = 0; who < CONSOLE; who++) {
        stage->people[who] = desk_sign_in(&stage->desk, names[who]);
    }
    desk_elevate(&stage->desk, stage->people[ARMIN]);
    desk_elevate(&stage->desk, stage->people[ANNA]);
    stage->people[CONSOLE] = desk_console;
}

static void open_stage(struct stage *stage)
{
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "eve", ROLE_STAFF);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    desk_account(&stage->desk, "olga", ROLE_STAFF);
    desk_account(&stage->desk, "armin", ROLE_ADMIN);
    desk_account(&stage->desk, "anna", ROLE_ADMIN);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    sign_everybody_in(stage);
}

/* Whoever lost a role or was disabled gets it back for the next round. */
static void put_accounts_right(struct stage *stage)
{
    static const struct {
        enum who who;
        enum role role;
    } meant[] = {{ARMIN, ROLE_ADMIN}, {ANNA, ROLE_ADMIN}, {EVE, ROLE_STAFF}};

    for (size_t i = 0; i < sizeof meant / sizeof meant[0]; i++) {
        struct admin_account_role request = {.name = text_of(names[meant[i].who]),
                                             .role = meant[i].role};
        desk_admin_account(&stage->desk, METHOD_ADMIN_ACCOUNT_ENABLE, desk_console,
                           names[meant[i].who]);
        desk_do(&stage->desk, METHOD_ADMIN_ACCOUNT_ROLE, desk_console, &request);
    }
    desk_admin_account(&stage->desk, METHOD_ADMIN_ROLE_DECLINE, desk_console, "eve");
    sign_everybody_in(stage);
}

/* The digest of all that is kept; a desk without an admin would be lost. */
static void read_content(struct stage *stage, uint8_t ret_digest[32])
{
    bool alone = stage->desk.rows == NULL;
    struct rows *rows = alone ? desk_read(&stage->desk) : stage->desk.rows;
    struct row_range admins = rows_range(INDEX_ADMINS, 0, 0, false);
    uint64_t id;

    assert_true(rows_range_next(rows, &admins, &id));
    store_content_digest(rows, ret_digest);
    if (alone) {
        desk_read_end(&stage->desk);
    }
}

static void expand(const struct stage *stage, const char *pattern, char *ret_text, size_t size)
{
    size_t length = 0;

    for (const char *next = pattern; *next != '\0'; next++) {
        if (*next == '$') {
            next++;
            length += (size_t)snprintf(ret_text + length, size - length, "%" PRIu64,
                                       stage->tickets[*next - 'A']);
        } else {
            ret_text[length++] = *next;
        }
        assert_true(length + 1 < size);
    }
    ret_text[length] = '\0';
}

static void check_refusal(const struct stage *stage, const struct side *side,
                          const struct outcome *outcome)
{
    char said[256];
    char because[128];
    struct text sentence =
        outcome->reason.length > 0 ? outcome->reason : text_of(error_sentence(outcome->verdict));

    assert_verdict(*outcome, side->lost);
    snprintf(said, sizeof said, "%.*s", (int)sentence.length, sentence.data);
    expand(stage, side->because, because, sizeof because);
    if (strstr(said, because) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", said, because);
    }
    /* What changed meanwhile is shown beside what was wanted. */
    if (outcome->verdict == ERROR_VERSION_CONFLICT && stage->race->look != look_accounts) {
        assert_true(outcome->current.number >= stage->tickets[A]);
        assert_int_equal(outcome->current.version, outcome->version);
    }
}

/* The same operation again: the same answer, and nothing is done twice. */
static void send_again(struct stage *stage, const struct command *command,
                       const struct outcome *first)
{
    uint8_t before[32];
    uint8_t after[32];

    read_content(stage, before);
    struct outcome again = desk_run(&stage->desk, command);
    assert_verdict(again, first->verdict);
    assert_int_equal(again.sequence, first->sequence);
    assert_int_equal(again.version, first->version);
    assert_true(again.repeated || first->verdict == ERROR_NOT_SIGNED_IN);
    read_content(stage, after);
    assert_memory_equal(before, after, sizeof before);
}

static void run_race(struct stage *stage, const struct race *race)
{
    size_t first = dice_below(&stage->dice, 2);
    bool together = dice_below(&stage->dice, 2) == 0; /* in one transaction */
    bool impatient = dice_below(&stage->dice, 4) == 0;
    const struct side *sides[2] = {&race->sides[first], &race->sides[1 - first]};
    union request requests[2] = {{{0}}, {{0}}};
    struct command commands[2];
    struct outcome outcomes[2];
    uint8_t content[2][32];
    char text[64];

    for (int i = 0; i < 2; i++) {
        sides[i]->ask(stage, sides[i], &requests[i]);
        commands[i] = desk_command(&stage->desk, sides[i]->method, stage->people[sides[i]->who],
                                   &requests[i]);
    }
    if (together) {
        desk_begin(&stage->desk);
    }
    outcomes[0] = desk_run(&stage->desk, &commands[0]);
    assert_verdict(outcomes[0], ERROR_NONE);
    if (impatient) {
        send_again(stage, &commands[0], &outcomes[0]);
    }
    read_content(stage, content[0]);
    outcomes[1] = desk_run(&stage->desk, &commands[1]);
    check_refusal(stage, sides[1], &outcomes[1]);
    read_content(stage, content[1]);
    assert_memory_equal(content[0], content[1], sizeof content[0]);
    if (together) {
        desk_commit(&stage->desk);
    }
    send_again(stage, &commands[1], &outcomes[1]);
    send_again(stage, &commands[0], &outcomes[0]);
    race->look(stage, text, sizeof text);
    assert_string_equal(text, sides[0]->then);
}

static void play_round(struct stage *stage, const struct race *race)
{
    stage->desk.now_ms += 1000;
    for (int i = 0; i < TICKETS; i++) {
        stage->tickets[i] = desk_ticket(&stage->desk, stage->user, "No sound");
    }
    race->prepare(stage);
    run_race(stage, race);
    if (race->look == look_accounts) {
        put_accounts_right(stage);
    }
    desk_forget(&stage->desk);
}

static size_t number_from(const char *variable, size_t otherwise)
{
    const char *value = getenv(variable);
    return value != NULL ? (size_t)strtoull(value, NULL, 0) : otherwise;
}

/* Two who act at once must never both believe that they have won, nor neither know why not. */
static void one_wins_and_the_other_is_told_why(void **state)
{
    size_t rounds = number_from("TTYDESK_ROUNDS", 3000);
    struct stage *stage = *state;

    for (size_t i = 0; i < rounds; i++) {
        stage->round = i;
        stage->race = &races[i % RACE_COUNT];
        if (i % RACE_COUNT == 0) {
            open_stage(stage);
        }
        play_round(stage, stage->race);
        if (i % RACE_COUNT == RACE_COUNT - 1 || i + 1 == rounds) {
            desk_close(&stage->desk);
        }
    }
    stage->race = NULL;
}

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    stage->dice = dice_open("races");
    *state = stage;
    return 0;
}

/* Also where a failed round ends up: then it says which one that was. */
static int clear_stage(void **state)
{
    struct stage *stage = *state;
    if (stage->race != NULL) {
        print_error("round %zu: %s\n", stage->round, stage->race->name);
    }
    free(stage);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_wins_and_the_other_is_told_why, set_stage, clear_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
