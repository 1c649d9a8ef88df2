/* Every method, asked by everybody, about every relation: against a copy of docs/permissions.md
 * that was written by hand. Commands run through the core on a real store, and a refusal must leave
 * no trace in the record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/desk.h"

/* Columns: nobody, user, staff, admin, admin mode, console. */
struct line {
    const char *method;
    const char *answers[6];
};

/* clang-format off */
static const struct line lines[] = {
    {"hello", {"yes", "yes", "yes", "yes", "yes", "yes"}},
    {"api", {"yes", "yes", "yes", "yes", "yes", "yes"}},
    {"account.register", {"yes", "yes", "yes", "yes", "yes", "yes"}},
    {"account.login", {"yes", "yes", "yes", "yes", "yes", "yes"}},
    {"account.login_key", {"yes", "yes", "yes", "yes", "yes", "yes"}},
    {"account.resume", {"yes", "yes", "yes", "yes", "yes", "yes"}},
    {"account.use_code", {"yes", "yes", "yes", "yes", "yes", "yes"}},
    {"account.logout", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.get", {"sign in", "read", "read", "read", "read", "sign in"}},
    {"account.update", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.set_password", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.request_role", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.sign_ins", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.end_sign_in", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.end_other_sign_ins", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.devices", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.forget_device", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.keys", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.key_add", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.key_remove", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.totp_begin", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.totp_confirm", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.totp_remove", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.export", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"account.elevate", {"sign in", "no", "no", "yes", "yes", "sign in"}},
    {"account.elevate_key", {"sign in", "no", "no", "yes", "yes", "sign in"}},
    {"account.end_elevation", {"sign in", "no", "no", "yes", "yes", "sign in"}},
    {"account.act_as", {"sign in", "no", "no", "mode", "yes", "sign in"}},
    {"account.end_act_as", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"ticket.create", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"ticket.get", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"ticket.messages", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"ticket.list", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"ticket.update", {"sign in", "edit", "edit", "edit", "edit", "sign in"}},
    {"ticket.take", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.untake", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.steal", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.give", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.followers", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"ticket.watch", {"sign in", "read", "read", "read", "read", "sign in"}},
    {"ticket.unwatch", {"sign in", "read", "read", "read", "read", "sign in"}},
    {"ticket.cc_add", {"sign in", "edit", "edit", "edit", "edit", "sign in"}},
    {"ticket.cc_remove", {"sign in", "reply", "reply", "reply", "reply", "sign in"}},
    {"ticket.pend", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.open", {"sign in", "edit", "edit", "edit", "edit", "sign in"}},
    {"ticket.reply", {"sign in", "reply", "reply", "reply", "reply", "sign in"}},
    {"ticket.note", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.withdraw", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.send_now", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"message.edit", {"sign in", "reply", "reply", "reply", "reply", "sign in"}},
    {"message.retract", {"sign in", "reply", "reply", "reply", "reply", "sign in"}},
    {"message.versions", {"sign in", "no", "read", "read", "kept", "sign in"}},
    {"canned.list", {"sign in", "no", "yes", "yes", "yes", "yes"}},
    {"ticket.history", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"queue.list", {"sign in", "yes", "yes", "yes", "yes", "yes"}},
    {"queue.people", {"sign in", "no", "yes", "yes", "yes", "sign in"}},
    {"ticket.move", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"attachment.begin", {"sign in", "reply", "reply", "reply", "reply", "sign in"}},
    {"attachment.chunk", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"attachment.finish", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"attachment.list", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"attachment.read", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"attachment.remove", {"sign in", "no", "no", "mode", "kept", "sign in"}},
    {"draft.save", {"sign in", "read", "read", "read", "read", "sign in"}},
    {"draft.get", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"draft.list", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"draft.remove", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"ticket.mark_read", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"ticket.link", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.unlink", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.merge", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.unmerge", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.split", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"ticket.links", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"ticket.tag", {"sign in", "work", "work", "work", "work", "sign in"}},
    {"tag.list", {"sign in", "no", "yes", "yes", "yes", "sign in"}},
    {"presence.set", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"presence.list", {"sign in", "no", "read", "read", "kept", "sign in"}},
    {"feed.subscribe", {"sign in", "read", "read", "read", "kept", "sign in"}},
    {"feed.unsubscribe", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"ticket.bulk", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"ticket.undo", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"ticket.last_act", {"sign in", "yes", "yes", "yes", "yes", "sign in"}},
    {"admin.ticket_delete", {"sign in", "no", "no", "mode", "kept", "kept"}},
    {"admin.ticket_restore", {"sign in", "no", "no", "mode", "kept", "kept"}},
    {"admin.retention_preview", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.retention_run", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.ticket_purge", {"sign in", "no", "no", "mode", "kept", "kept"}},
    {"admin.account_list", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.account_create", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.account_reset", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.totp_reset", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.account_role", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.sign_ins", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.end_sign_ins", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.keys", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.key_remove", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.locks", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.unlock", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.account_disable", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.account_enable", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.account_export", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.account_anonymise", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.role_requests", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.role_grant", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.role_decline", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.queue_create", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.queue_update", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.queue_rights", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.queue_members", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.canned_create", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.canned_update", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.canned_remove", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.settings_get", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.settings_update", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"account.count_failure", {"no", "no", "no", "no", "no", "no"}},
    {"admin.audit", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"admin.health", {"sign in", "no", "no", "mode", "yes", "yes"}},
    {"timer.fire", {"no", "no", "no", "no", "no", "no"}},
};
/* clang-format on */
enum { LINE_COUNT = sizeof lines / sizeof lines[0] };

enum {
    ABOUT_NOTHING,
    ABOUT_OWN,
    ABOUT_OTHER,
    ABOUT_COPIED, /* somebody else's, with some people in copy */
    ABOUT_DELETED,
    ABOUT_OWN_DELETED,
    ABOUT_PURGED,
    ABOUT_ABSENT,
    ABOUT_COUNT
};

static const char *const about_words[ABOUT_COUNT] = {
    "nothing", "own", "other's", "copied", "deleted", "own deleted", "purged", "absent",
};

enum person {
    PERSON_NOBODY,
    PERSON_USER,
    PERSON_STAFF,
    PERSON_ADMIN,
    PERSON_ADMIN_MODE,
    PERSON_CONSOLE,
    PERSON_DISABLED,   /* an admin in admin mode whose account was disabled */
    PERSON_EXPIRED,    /* staff whose sign-in has expired */
    PERSON_LOGGED_OUT, /* staff that ended the sign-in, on the console's own connection */
    PERSON_DEMOTED,    /* an admin in admin mode who was made a user */
    PERSON_OTHER_LINE, /* an admin who is in admin mode on another connection */
    PERSON_MODE_OVER,  /* an admin whose admin mode has run out */
    PERSON_GATEWAY,    /* an admin mode that came through a gateway */
    PERSON_LOOKER,     /* staff with the right to read the queue, and no other */
    PERSON_OUTSIDER,   /* staff without rights in the queue */
    PERSON_IN_COPY,    /* a user who is in copy of one of the tickets */
    PERSON_STAFF_COPY, /* staff without rights, in copy of it */
    PERSON_COUNT
};

struct who {
    const char *words;
    const char *name;
    unsigned column;
    const char *rights; /* in the queue of all the tickets; NULL: nothing is listed */
    bool in_copy;
};

static const struct who people[PERSON_COUNT] = {
    [PERSON_NOBODY] = {"nobody", NULL, 0, NULL, false},
    [PERSON_USER] = {"user", "ursula", 1, NULL, false},
    [PERSON_STAFF] = {"staff", "stefan", 2, "all", false},
    [PERSON_ADMIN] = {"admin", "anna", 3, NULL, false},
    [PERSON_ADMIN_MODE] = {"admin mode", "armin", 4, NULL, false},
    [PERSON_CONSOLE] = {"console", NULL, 5, NULL, false},
    [PERSON_DISABLED] = {"disabled", "dora", 0, NULL, false},
    [PERSON_EXPIRED] = {"expired", "egon", 0, NULL, false},
    [PERSON_LOGGED_OUT] = {"logged out", "lars", 0, NULL, false},
    [PERSON_DEMOTED] = {"demoted", "dieter", 0, NULL, false},
    [PERSON_OTHER_LINE] = {"admin mode elsewhere", "olga", 3, NULL, false},
    [PERSON_MODE_OVER] = {"admin mode over", "otto", 3, NULL, false},
    [PERSON_GATEWAY] = {"gateway", "gerda", 3, NULL, false},
    [PERSON_LOOKER] = {"looker", "lotte", 2, "read", false},
    [PERSON_OUTSIDER] = {"outsider", "oskar", 2, NULL, false},
    [PERSON_IN_COPY] = {"in copy", "cora", 1, NULL, true},
    [PERSON_STAFF_COPY] = {"staff in copy", "conrad", 2, NULL, true},
};

struct stage {
    struct desk desk;
    struct origin origins[PERSON_COUNT];
    uint64_t own[PERSON_COUNT];
    uint64_t own_deleted[PERSON_COUNT];
    uint64_t other;
    uint64_t copied;
    uint64_t deleted;
    uint64_t purged;
};

static struct origin set_person(struct desk *desk, enum person person)
{
    static const enum role roles[PERSON_COUNT] = {
        [PERSON_USER] = ROLE_USER,        [PERSON_STAFF] = ROLE_STAFF,
        [PERSON_ADMIN] = ROLE_ADMIN,      [PERSON_ADMIN_MODE] = ROLE_ADMIN,
        [PERSON_DISABLED] = ROLE_ADMIN,   [PERSON_EXPIRED] = ROLE_STAFF,
        [PERSON_LOGGED_OUT] = ROLE_STAFF, [PERSON_DEMOTED] = ROLE_ADMIN,
        [PERSON_OTHER_LINE] = ROLE_ADMIN, [PERSON_MODE_OVER] = ROLE_ADMIN,
        [PERSON_GATEWAY] = ROLE_ADMIN,    [PERSON_LOOKER] = ROLE_STAFF,
        [PERSON_OUTSIDER] = ROLE_STAFF,   [PERSON_STAFF_COPY] = ROLE_STAFF,
    };
    if (person == PERSON_NOBODY) {
        return desk_nobody;
    }
    if (person == PERSON_CONSOLE) {
        return desk_console;
    }
    desk_account(desk, people[person].name, roles[person]);
    return desk_sign_in(desk, people[person].name);
}

/* What has happened to people since they signed in and opened their tickets. */
static void turn_people(struct stage *stage)
{
    struct desk *desk = &stage->desk;
    struct admin_account_role demotion = {.name = text_of("dieter"), .role = ROLE_USER};

    desk_elevate(desk, stage->origins[PERSON_MODE_OVER]);
    desk->now_ms += 16 * 60 * 1000;
    desk_elevate(desk, stage->origins[PERSON_ADMIN_MODE]);
    desk_elevate(desk, stage->origins[PERSON_DISABLED]);
    desk_elevate(desk, stage->origins[PERSON_DEMOTED]);
    desk_elevate(desk, stage->origins[PERSON_OTHER_LINE]);
    desk_elevate(desk, stage->origins[PERSON_GATEWAY]);
    stage->origins[PERSON_OTHER_LINE].connection++;
    stage->origins[PERSON_GATEWAY].gateway = true;

    struct outcome outcome =
        desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "dora");
    assert_verdict(outcome, ERROR_NONE);
    outcome = desk_do(desk, METHOD_ADMIN_ACCOUNT_ROLE, desk_console, &demotion);
    assert_verdict(outcome, ERROR_NONE);
    outcome = desk_do(desk, METHOD_ACCOUNT_LOGOUT, stage->origins[PERSON_LOGGED_OUT], NULL);
    assert_verdict(outcome, ERROR_NONE);
    stage->origins[PERSON_LOGGED_OUT].console = true;
}

/* The queue of all the tickets is for its members; another one is there to move them to. */
static void set_queues(struct desk *desk)
{
    struct admin_queue_create second = {.name = text_of("second")};
    struct admin_queue_update closing = {
        .queue = text_of("general"), .version = 1, .members_only = true};

    present_mark(&closing.present, QUEUE_UPDATE_MEMBERS_ONLY);
    assert_verdict(desk_do(desk, METHOD_ADMIN_QUEUE_CREATE, desk_console, &second), ERROR_NONE);
    assert_verdict(desk_do(desk, METHOD_ADMIN_QUEUE_UPDATE, desk_console, &closing), ERROR_NONE);
    for (unsigned i = 0; i < PERSON_COUNT; i++) {
        struct admin_queue_rights rights = {.queue = text_of("general"),
                                            .name = text_of(people[i].name),
                                            .rights = text_of(people[i].rights)};
        if (people[i].rights != NULL) {
            struct outcome outcome =
                desk_do(desk, METHOD_ADMIN_QUEUE_RIGHTS, desk_console, &rights);
            assert_verdict(outcome, ERROR_NONE);
        }
    }
}

static void set_tickets(struct stage *stage)
{
    struct desk *desk = &stage->desk;

    desk_account(desk, "requester", ROLE_USER);
    struct origin requester = desk_sign_in(desk, "requester");
    stage->other = desk_ticket(desk, requester, "somebody else's");
    stage->copied = desk_ticket(desk, requester, "with people in copy");
    for (unsigned i = 0; i < PERSON_COUNT; i++) {
        if (people[i].in_copy) {
            desk_copy_in(desk, stage->copied, people[i].name);
        }
    }
    stage->deleted = desk_ticket(desk, requester, "deleted");
    stage->purged = desk_ticket(desk, requester, "purged");
    for (unsigned i = 0; i < PERSON_COUNT; i++) {
        if (people[i].name != NULL) {
            stage->own[i] = desk_ticket(desk, stage->origins[i], "own");
            stage->own_deleted[i] = desk_ticket(desk, stage->origins[i], "own and deleted");
            desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, desk_console,
                              stage->own_deleted[i]);
        }
    }
    desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, desk_console, stage->deleted);
    desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, desk_console, stage->purged);
    struct outcome outcome =
        desk_admin_ticket(desk, METHOD_ADMIN_TICKET_PURGE, desk_console, stage->purged);
    assert_verdict(outcome, ERROR_NONE);
}

/* An account that everything of admin.* can be tried on: of role user, asking for more. */
static void set_target(struct desk *desk)
{
    struct account_request_role request = {.role = ROLE_STAFF};

    desk_account(desk, "target", ROLE_USER);
    struct origin target = desk_sign_in(desk, "target");
    struct outcome outcome = desk_do(desk, METHOD_ACCOUNT_REQUEST_ROLE, target, &request);
    assert_verdict(outcome, ERROR_NONE);
}

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);

    desk_open(&stage->desk);
    stage->origins[PERSON_EXPIRED] = set_person(&stage->desk, PERSON_EXPIRED);
    uint64_t expires_ms = stage->desk.now_ms + 12 * UINT64_C(3600000);
    stage->own[PERSON_EXPIRED] = 0;
    for (unsigned i = 0; i < PERSON_COUNT; i++) {
        if (i != PERSON_EXPIRED) {
            stage->desk.now_ms += 1000;
            stage->origins[i] = set_person(&stage->desk, (enum person)i);
        }
    }
    set_queues(&stage->desk);
    set_tickets(stage);
    set_target(&stage->desk);
    /* To the millisecond in which the first sign-in ends. */
    stage->desk.now_ms = expires_ms - 16 * 60 * 1000;
    turn_people(stage);
    assert_int_equal(stage->desk.now_ms, expires_ms);
    *state = stage;
    return 0;
}

static int clear_stage(void **state)
{
    struct stage *stage = *state;
    desk_close(&stage->desk);
    free(stage);
    return 0;
}

static const struct line *find_line(enum method method)
{
    for (size_t i = 0; i < LINE_COUNT; i++) {
        if (strcmp(lines[i].method, methods[method].name) == 0) {
            return &lines[i];
        }
    }
    fail_msg("%s is not in the table", methods[method].name);
    return NULL;
}

static enum error found_if(bool found)
{
    return found ? ERROR_NONE : ERROR_NOT_FOUND;
}

/* What a ticket is to somebody, weakest first; each may do what those before it may. */
enum part { PART_NONE, PART_LOOK, PART_COPY, PART_OWN, PART_WORK };

static enum part part_of(const struct who *who, unsigned about)
{
    bool is_live = about == ABOUT_OWN || about == ABOUT_OTHER || about == ABOUT_COPIED;
    bool is_admin = who->column == 3 || who->column == 4;
    bool listed = who->column == 2 && who->rights != NULL;

    if (about == ABOUT_NOTHING) {
        return PART_WORK;
    }
    if (!is_live || who->column == 0 || who->column == 5) {
        return PART_NONE;
    }
    if (is_admin || (listed && strcmp(who->rights, "all") == 0)) {
        return PART_WORK;
    }
    if (about == ABOUT_OWN) {
        return PART_OWN;
    }
    if (about == ABOUT_COPIED && who->in_copy) {
        return PART_COPY;
    }
    return listed ? PART_LOOK : PART_NONE;
}

static enum error answer_from(enum part part, enum part needed)
{
    if (part == PART_NONE) {
        return ERROR_NOT_FOUND;
    }
    return part >= needed ? ERROR_NONE : ERROR_FORBIDDEN;
}

/* What the page says, by its words. */
static enum error expected_answer(const char *word, unsigned about, const struct who *who)
{
    enum part part = part_of(who, about);

    if (strcmp(word, "yes") == 0) {
        return ERROR_NONE;
    }
    if (strcmp(word, "read") == 0) {
        return answer_from(part, PART_LOOK);
    }
    if (strcmp(word, "reply") == 0) {
        return answer_from(part, PART_COPY);
    }
    if (strcmp(word, "edit") == 0) {
        return answer_from(part, PART_OWN);
    }
    if (strcmp(word, "kept") == 0) {
        return found_if(about != ABOUT_PURGED && about != ABOUT_ABSENT);
    }
    if (strcmp(word, "work") == 0) {
        return answer_from(part, PART_WORK);
    }
    if (strcmp(word, "sign in") == 0) {
        return ERROR_NOT_SIGNED_IN;
    }
    if (strcmp(word, "mode") == 0) {
        return ERROR_ELEVATION_REQUIRED;
    }
    assert_string_equal(word, "no");
    return ERROR_FORBIDDEN;
}

static uint64_t ticket_number(const struct stage *stage, enum person person, unsigned about)
{
    switch (about) {
    case ABOUT_OWN:
        return stage->own[person];
    case ABOUT_OTHER:
        return stage->other;
    case ABOUT_COPIED:
        return stage->copied;
    case ABOUT_DELETED:
        return stage->deleted;
    case ABOUT_OWN_DELETED:
        return stage->own_deleted[person];
    case ABOUT_PURGED:
        return stage->purged;
    default:
        return 4711;
    }
}

static bool is_about_ticket(enum method method)
{
    /* clang-format off */
    static const enum method about_ticket[] = {
        METHOD_TICKET_TAKE,
        METHOD_TICKET_UNTAKE,
        METHOD_TICKET_STEAL,
        METHOD_TICKET_GIVE,
        METHOD_TICKET_FOLLOWERS,
        METHOD_TICKET_WATCH,
        METHOD_TICKET_UNWATCH,
        METHOD_TICKET_CC_ADD,
        METHOD_TICKET_CC_REMOVE,
        METHOD_TICKET_GET,
        METHOD_TICKET_MESSAGES,
        METHOD_TICKET_UPDATE,
        METHOD_TICKET_REPLY,
        METHOD_TICKET_NOTE,
        METHOD_TICKET_WITHDRAW,
        METHOD_TICKET_SEND_NOW,
        METHOD_MESSAGE_EDIT,
        METHOD_MESSAGE_RETRACT,
        METHOD_MESSAGE_VERSIONS,
        METHOD_DRAFT_SAVE,
        METHOD_TICKET_HISTORY,
        METHOD_TICKET_MOVE,
        METHOD_TICKET_MARK_READ,
        METHOD_FEED_SUBSCRIBE,
        METHOD_ADMIN_TICKET_DELETE,
        METHOD_ADMIN_TICKET_RESTORE,
        METHOD_ADMIN_TICKET_PURGE,
        METHOD_TICKET_LINK,
        METHOD_TICKET_UNLINK,
        METHOD_TICKET_LINKS,
        METHOD_TICKET_TAG,
        METHOD_ATTACHMENT_BEGIN,
        METHOD_ATTACHMENT_LIST,
        METHOD_ATTACHMENT_READ,
        METHOD_ATTACHMENT_REMOVE,
        METHOD_PRESENCE_SET,
        METHOD_PRESENCE_LIST,
        METHOD_TICKET_MERGE,
        METHOD_TICKET_UNMERGE,
        METHOD_TICKET_PEND,
        METHOD_TICKET_OPEN,
    METHOD_TICKET_SPLIT,
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof about_ticket / sizeof about_ticket[0]; i++) {
        if (about_ticket[i] == method) {
            return true;
        }
    }
    return false;
}

/* Every request a command could need, filled so that only permission can stand in its way. */
struct requests {
    struct account_register account_register;
    struct account_update account_update;
    struct account_request_role request_role;
    struct ticket_create create;
    struct ticket_update update;
    struct ticket_pend pend;
    struct ticket_open open;
    struct ticket_say say;
    struct ticket_mark_read mark_read;
    struct ticket_act act;
    struct ticket_steal steal;
    struct ticket_person person;
    struct ticket_link link;
    struct ticket_unlink unlink;
    struct ticket_merge merge;
    struct ticket_split split;
    struct ticket_tag tag;
    struct attachment_begin attachment_begin;
    struct attachment_chunk attachment_chunk;
    struct attachment_finish attachment_finish;
    struct attachment_remove attachment_remove;
    struct bulk_ticket bulk_ticket;
    struct ticket_bulk bulk;
    struct ticket_undo undo;
    struct ticket_message message;
    struct draft_save draft_save;
    struct draft_remove draft_remove;
    struct admin_canned_create canned_create;
    struct admin_canned_update canned_update;
    struct admin_canned_remove canned_remove;
    struct message_edit message_edit;
    struct admin_ticket admin_ticket;
    struct admin_account_create account_create;
    struct admin_account admin_account;
    struct admin_account_role account_role;
    struct admin_settings_update settings;
    struct admin_retention_run retention_run;
    struct ticket_move move;
    struct admin_queue_create queue_create;
    struct admin_queue_update queue_update;
    struct admin_queue_rights queue_rights;
    struct account_login login;
    struct account_act_as act_as;
    struct account_login_key login_key;
    struct account_key_add key_add;
    struct account_key_remove key_remove;
    struct admin_key_remove admin_key_remove;
    struct account_resume resume;
    struct account_use_code use_code;
    struct account_thing thing;
    struct admin_end_sign_ins end_sign_ins;
    struct account_count_failure count_failure;
    struct nothing nothing;
};

static const void *fill_request(struct requests *all, enum method method, uint64_t number,
                                uint64_t version)
{
    memset(all, 0, sizeof *all);
    switch (method) {
    case METHOD_ACCOUNT_REGISTER:
        all->account_register.name = text_of("fresh");
        all->account_register.email = text_of("fresh@example.org");
        return &all->account_register;
    case METHOD_ACCOUNT_UPDATE:
        all->account_update.version = 1;
        all->account_update.display_name = text_of("Another Name");
        present_mark(&all->account_update.present, ACCOUNT_UPDATE_DISPLAY_NAME);
        return &all->account_update;
    case METHOD_ACCOUNT_REQUEST_ROLE:
        all->request_role.role = ROLE_ADMIN;
        return &all->request_role;
    case METHOD_TICKET_CREATE:
        all->create.title = text_of("one more");
        all->create.problem = text_of("why not");
        return &all->create;
    case METHOD_TICKET_UPDATE:
        all->update.number = number;
        all->update.version = version;
        all->update.status = STATUS_CRITICAL;
        present_mark(&all->update.present, UPDATE_STATUS);
        return &all->update;
    case METHOD_TICKET_TAKE:
    case METHOD_TICKET_UNTAKE:
    case METHOD_TICKET_WATCH:
    case METHOD_TICKET_UNWATCH:
        all->act.number = number;
        return &all->act;
    case METHOD_TICKET_STEAL:
        all->steal.number = number;
        return &all->steal;
    case METHOD_TICKET_GIVE:
    case METHOD_TICKET_CC_ADD:
    case METHOD_TICKET_CC_REMOVE:
        all->person.number = number;
        all->person.name = text_of("target");
        return &all->person;
    case METHOD_TICKET_PEND:
        all->pend.number = number;
        all->pend.version = version;
        return &all->pend;
    case METHOD_TICKET_OPEN:
        all->open.number = number;
        all->open.version = version;
        return &all->open;
    case METHOD_TICKET_REPLY:
    case METHOD_TICKET_NOTE:
        all->say.number = number;
        all->say.text = text_of("words");
        return &all->say;
    case METHOD_TICKET_MOVE:
        all->move.number = number;
        all->move.queue = text_of("second");
        return &all->move;
    case METHOD_ADMIN_QUEUE_CREATE:
        all->queue_create.name = text_of("third");
        return &all->queue_create;
    case METHOD_ADMIN_QUEUE_UPDATE:
        all->queue_update.queue = text_of("second");
        all->queue_update.version = 1;
        all->queue_update.closed = true;
        present_mark(&all->queue_update.present, QUEUE_UPDATE_CLOSED);
        return &all->queue_update;
    case METHOD_ADMIN_QUEUE_RIGHTS:
        all->queue_rights.queue = text_of("second");
        all->queue_rights.name = text_of("oskar");
        all->queue_rights.rights = text_of("read");
        return &all->queue_rights;
    case METHOD_ATTACHMENT_BEGIN:
        all->attachment_begin.number = number;
        all->attachment_begin.name = text_of("report.pdf");
        all->attachment_begin.size = 1;
        return &all->attachment_begin;
    case METHOD_ATTACHMENT_CHUNK:
        return &all->attachment_chunk;
    case METHOD_ATTACHMENT_FINISH:
        return &all->attachment_finish;
    case METHOD_ATTACHMENT_REMOVE:
        all->attachment_remove.number = number;
        return &all->attachment_remove;
    case METHOD_TICKET_MARK_READ:
        all->mark_read.number = number;
        all->mark_read.sequence = 1;
        return &all->mark_read;
    case METHOD_TICKET_LINK:
        all->link.number = number;
        all->link.to = number;
        return &all->link;
    case METHOD_TICKET_UNLINK:
        all->unlink.number = number;
        all->unlink.to = number;
        return &all->unlink;
    case METHOD_TICKET_MERGE:
        all->merge.number = number;
        all->merge.version = version;
        all->merge.into = number;
        return &all->merge;
    case METHOD_TICKET_SPLIT:
        all->split.number = number;
        all->split.title = text_of("split");
        all->split.message = 4711;
        return &all->split;
    case METHOD_TICKET_UNMERGE:
        all->act.number = number;
        return &all->act;
    case METHOD_TICKET_TAG:
        all->tag.number = number;
        all->tag.add = text_of("network");
        present_mark(&all->tag.present, TICKET_TAG_ADD);
        return &all->tag;
    case METHOD_TICKET_BULK: /* two acts at once: refused, but only after permission */
        all->bulk_ticket.number = number;
        all->bulk.tickets = (struct list){.items = &all->bulk_ticket, .count = 1};
        present_mark(&all->bulk.present, BULK_FIELD_STATUS);
        present_mark(&all->bulk.present, BULK_FIELD_KIND);
        return &all->bulk;
    case METHOD_TICKET_UNDO: /* none of them has done that */
        all->undo.sequence = 1;
        return &all->undo;
    case METHOD_TICKET_WITHDRAW:
    case METHOD_TICKET_SEND_NOW:
    case METHOD_MESSAGE_RETRACT:
        all->message.number = number;
        all->message.message = 1;
        return &all->message;
    case METHOD_DRAFT_SAVE:
        all->draft_save.number = number;
        all->draft_save.text = text_of("words");
        present_mark(&all->draft_save.present, DRAFT_SAVE_NUMBER);
        return &all->draft_save;
    case METHOD_DRAFT_REMOVE:
        return &all->draft_remove;
    case METHOD_ADMIN_CANNED_CREATE:
        all->canned_create.name = text_of("hello");
        all->canned_create.text = text_of("words");
        return &all->canned_create;
    case METHOD_ADMIN_CANNED_UPDATE:
        all->canned_update.canned = text_of("missing");
        return &all->canned_update;
    case METHOD_ADMIN_CANNED_REMOVE:
        all->canned_remove.canned = text_of("missing");
        return &all->canned_remove;
    case METHOD_MESSAGE_EDIT:
        all->message_edit.number = number;
        all->message_edit.message = 1;
        all->message_edit.text = text_of("words");
        return &all->message_edit;
    case METHOD_ADMIN_TICKET_DELETE:
    case METHOD_ADMIN_TICKET_RESTORE:
    case METHOD_ADMIN_TICKET_PURGE:
        all->admin_ticket.number = number;
        return &all->admin_ticket;
    case METHOD_ADMIN_ACCOUNT_CREATE:
        all->account_create.name = text_of("fresh");
        all->account_create.email = text_of("fresh@example.org");
        all->account_create.role = ROLE_ADMIN;
        return &all->account_create;
    case METHOD_ADMIN_ACCOUNT_ROLE:
    case METHOD_ADMIN_ROLE_GRANT:
        all->account_role.name = text_of("target");
        all->account_role.role = ROLE_STAFF;
        return &all->account_role;
    case METHOD_ACCOUNT_ACT_AS:
        all->act_as.name = text_of("target");
        return &all->act_as;
    case METHOD_ADMIN_ACCOUNT_DISABLE:
    case METHOD_ADMIN_ACCOUNT_ENABLE:
    case METHOD_ADMIN_ACCOUNT_ANONYMISE:
    case METHOD_ADMIN_ACCOUNT_RESET:
    case METHOD_ADMIN_UNLOCK:
    case METHOD_ADMIN_TOTP_RESET:
    case METHOD_ADMIN_ROLE_DECLINE:
        all->admin_account.name = text_of("target");
        return &all->admin_account;
    case METHOD_ADMIN_RETENTION_RUN:
        return &all->retention_run;
    case METHOD_ADMIN_SETTINGS_UPDATE:
        all->settings.version = 1;
        all->settings.registration = REGISTRATION_CLOSED;
        present_mark(&all->settings.present, SETTINGS_UPDATE_REGISTRATION);
        return &all->settings;
    case METHOD_ACCOUNT_LOGIN:
        return &all->login;
    case METHOD_ACCOUNT_RESUME:
        return &all->resume;
    case METHOD_ACCOUNT_LOGIN_KEY:
        all->login_key.name = text_of("target");
        return &all->login_key;
    case METHOD_ACCOUNT_KEY_ADD:
        all->key_add.label = text_of("laptop");
        return &all->key_add;
    case METHOD_ACCOUNT_KEY_REMOVE:
        all->key_remove.id = 4711;
        return &all->key_remove;
    case METHOD_ADMIN_KEY_REMOVE:
        all->admin_key_remove.name = text_of("target");
        all->admin_key_remove.id = 4711;
        return &all->admin_key_remove;
    case METHOD_ACCOUNT_END_SIGN_IN:
    case METHOD_ACCOUNT_FORGET_DEVICE:
        return &all->thing;
    case METHOD_ADMIN_END_SIGN_INS:
        all->end_sign_ins.name = text_of("target");
        return &all->end_sign_ins;
    case METHOD_ACCOUNT_COUNT_FAILURE:
        return &all->count_failure;
    case METHOD_ACCOUNT_USE_CODE:
        all->use_code.name = text_of("target");
        return &all->use_code;
    default:
        return &all->nothing;
    }
}

/* The state of things, rather than a permission, may still refuse: restoring what is not deleted,
 * asking for a role that is one's own, ending a sign-in that there is not, something on the ticket
 * that is not there. */
static bool is_refused_by_state(const struct outcome *outcome)
{
    enum error verdict = outcome->verdict;
    return (verdict == ERROR_NOT_FOUND && outcome->field.length > 0) ||
           verdict == ERROR_ALREADY_DONE || verdict == ERROR_ROLE_UNCHANGED ||
           verdict == ERROR_NOT_OWNED || verdict == ERROR_INVALID_FIELD ||
           verdict == ERROR_AUTH_FAILED;
}

static bool check_command(struct stage *stage, enum method method, enum person person,
                          unsigned about, enum error expected)
{
    struct desk *desk = &stage->desk;
    uint64_t number = ticket_number(stage, person, about);
    uint64_t version = about == ABOUT_DELETED || about == ABOUT_OWN_DELETED ? 2 : 1;
    struct requests requests;
    bool changed;
    struct command command = desk_command(desk, method, stage->origins[person],
                                          fill_request(&requests, method, number, version));
    static const uint8_t code[32] = "a code's hash";
    command.prepared.new_code_hash = (struct bytes){code, sizeof code};
    if (method != METHOD_ADMIN_ACCOUNT_CREATE) { /* which the console alone gives a password */
        if (method == METHOD_TICKET_CC_REMOVE && people[person].name != NULL) {
            requests.person.name =
                text_of(people[person].name); /* others are not for all to take out */
        }
        command.prepared.password_hash = text_of("$argon2id$new");
    }
    if (method == METHOD_ACCOUNT_SET_PASSWORD || method == METHOD_ACCOUNT_ELEVATE ||
        method == METHOD_ACCOUNT_KEY_ADD) {
        command.prepared.key = text_of("a public key");
        struct viewer viewer = desk_viewer(desk, stage->origins[person]);
        command.prepared.account = viewer.account.id;
        command.prepared.password_version = viewer.account.password_version;
    }
    struct outcome outcome = desk_try(desk, &command, &changed);
    if (expected != ERROR_NONE) {
        return outcome.verdict == expected && !changed && outcome.current.number == 0 &&
               outcome.number == 0 && outcome.version == 0;
    }
    if (outcome.verdict != ERROR_NONE) {
        bool names_own = method == METHOD_TICKET_UNDO || method == METHOD_ACCOUNT_END_SIGN_IN ||
                         method == METHOD_ACCOUNT_FORGET_DEVICE;
        bool by_state =
            is_refused_by_state(&outcome) || (names_own && outcome.verdict == ERROR_NOT_FOUND);
        return by_state && !changed;
    }
    return changed == (core_command_facts(method).writes == ROW_RECORD);
}

static bool check_query(struct stage *stage, enum method method, enum person person, unsigned about,
                        enum error expected)
{
    struct rows *rows = desk_read(&stage->desk);
    struct viewer viewer = desk_viewer(&stage->desk, stage->origins[person]);
    enum relation relation = RELATION_NONE;
    struct row_ticket row;

    if (about != ABOUT_NOTHING) {
        bool found = rows_get(rows, ROW_TICKET, ticket_number(stage, person, about), 0, &row);
        relation = permission_relation(&viewer, found ? &row : NULL);
    }
    desk_read_end(&stage->desk);
    return permission_check(method, &viewer, relation) == expected;
}

static unsigned check_method(struct stage *stage, enum method method, enum person person)
{
    const char *word = find_line(method)->answers[people[person].column];
    bool is_command = core_command_facts(method).is_command;
    unsigned wrong = 0;

    for (unsigned about = 0; about < ABOUT_COUNT; about++) {
        bool owns = about == ABOUT_OWN || about == ABOUT_OWN_DELETED;
        if ((about == ABOUT_NOTHING) == is_about_ticket(method) ||
            (owns && stage->own[person] == 0)) {
            continue;
        }
        enum error expected = expected_answer(word, about, &people[person]);
        bool elevates = method == METHOD_ACCOUNT_ELEVATE || method == METHOD_ACCOUNT_ELEVATE_KEY;
        if (elevates && person == PERSON_GATEWAY) {
            expected = ERROR_FORBIDDEN; /* "never in admin mode" */
        }
        bool right = is_command ? check_command(stage, method, person, about, expected)
                                : check_query(stage, method, person, about, expected);
        if (!right) {
            print_error("%s by %s on %s: not as the page says (%s)\n", methods[method].name,
                        people[person].words, about_words[about], error_name(expected));
            wrong++;
        }
        desk_forget(&stage->desk);
    }
    return wrong;
}

/* The whole promise of the permission page, case by case. */
static void everybody_is_answered_as_the_page_says(void **state)
{
    unsigned wrong = 0;

    for (unsigned method = 0; method < METHOD_COUNT; method++) {
        for (unsigned person = 0; person < PERSON_COUNT; person++) {
            wrong += check_method(*state, (enum method)method, (enum person)person);
        }
    }
    assert_int_equal(wrong, 0);
}

/* Staff may look at every account. */
static enum error account_answer(const char *word, unsigned about, const struct who *who)
{
    bool looks = who->column >= 2 && who->column <= 4;
    if (strcmp(word, "read") != 0) {
        return expected_answer(word, about, who);
    }
    return found_if(about == ABOUT_OWN || (about == ABOUT_OTHER && looks));
}

/* account.get is about an account, with the same words. */
static void accounts_of_others_are_not_found_by_users(void **state)
{
    static const unsigned abouts[] = {ABOUT_OWN, ABOUT_OTHER, ABOUT_ABSENT};
    static const struct row_account other = {.id = 9999};
    struct stage *stage = *state;

    for (unsigned person = 0; person < PERSON_COUNT; person++) {
        struct viewer viewer = desk_viewer(&stage->desk, stage->origins[person]);
        const char *word = find_line(METHOD_ACCOUNT_GET)->answers[people[person].column];
        const struct row_account *const accounts[] = {&viewer.account, &other, NULL};
        for (unsigned i = 0; i < 3; i++) {
            enum relation relation = permission_account_relation(&viewer, accounts[i]);
            if (i == 0 && !viewer.signed_in) {
                continue; /* has no account */
            }
            assert_int_equal(permission_check(METHOD_ACCOUNT_GET, &viewer, relation),
                             account_answer(word, abouts[i], &people[person]));
        }
    }
}

/* The page, the code and this file have to speak of the same methods. */
static void the_page_has_the_same_table(void **state)
{
    const char *source = getenv("TTYDESK_SOURCE_DIR");
    char path[4096];
    char row[512];
    char expected[512];
    unsigned found = 0;
    (void)state;

    assert_non_null(source);
    snprintf(path, sizeof path, "%s/docs/permissions.md", source);
    FILE *page = fopen(path, "r");
    assert_non_null(page);
    while (fgets(row, sizeof row, page) != NULL && found < LINE_COUNT) {
        const struct line *line = &lines[found];
        const char *const *word = line->answers;
        snprintf(expected, sizeof expected, "| `%s` | %s | %s | %s | %s | %s | %s |\n",
                 line->method, word[0], word[1], word[2], word[3], word[4], word[5]);
        found += strcmp(row, expected) == 0;
    }
    fclose(page);
    assert_int_equal(found, LINE_COUNT);
    assert_int_equal(LINE_COUNT, METHOD_COUNT);
}

/* What `api` tells about who may use a method follows from the same table. */
static void words_for_api_name_the_first_who_may(void **state)
{
    static const char *const words[7] = {"anybody",    "user",    "staff", "admin",
                                         "admin mode", "console", "nobody"};
    (void)state;

    for (unsigned method = 0; method < METHOD_COUNT; method++) {
        const struct line *line = find_line((enum method)method);
        unsigned column = 0;
        struct who who = {.column = 0};
        while (column < 6 &&
               expected_answer(line->answers[column], ABOUT_NOTHING, &who) != ERROR_NONE) {
            who.column = ++column;
        }
        assert_string_equal(permission_words((enum method)method), words[column]);
    }
}

/* The field levels of the page: who sees notes, everybody's tickets, deleted ones. */
static void field_levels_follow_the_class(void **state)
{
    struct stage *stage = *state;

    for (unsigned person = 0; person < PERSON_COUNT; person++) {
        desk_read(&stage->desk);
        struct viewer viewer = desk_viewer(&stage->desk, stage->origins[person]);
        unsigned column = people[person].column;
        bool is_staff = column >= 2 && column <= 4;
        bool reads = part_of(&people[person], ABOUT_OTHER) != PART_NONE;
        assert_int_equal(permission_sees_notes(&viewer, QUEUE_DEFAULT), reads);
        assert_int_equal(permission_is_staff(&viewer), is_staff);
        assert_int_equal(permission_sees_deleted(&viewer), column >= 4);
        struct audience live = {.requester = 9999, .queue = QUEUE_DEFAULT};
        struct audience deleted = {.requester = 9999, .queue = QUEUE_DEFAULT, .deleted = true};
        struct audience nothing = {.requester = 0};
        struct audience own = {.requester = viewer.account.id};
        assert_int_equal(permission_in_audience(&viewer, &live), reads);
        assert_int_equal(permission_in_audience(&viewer, &deleted), column >= 4);
        assert_false(permission_in_audience(&viewer, &nothing));
        assert_int_equal(permission_in_audience(&viewer, &own), column >= 1 && column <= 4);
        desk_read_end(&stage->desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_answered_as_the_page_says),
        cmocka_unit_test(accounts_of_others_are_not_found_by_users),
        cmocka_unit_test(the_page_has_the_same_table),
        cmocka_unit_test(words_for_api_name_the_first_who_may),
        cmocka_unit_test(field_levels_follow_the_class),
    };
    return cmocka_run_group_tests(tests, set_stage, clear_stage);
}
