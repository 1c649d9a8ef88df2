/* ttydesk delete, restore and purge NUMBER: admin mode only, so the password is asked. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option delete_options[] = {
    {"yes", NULL, "do not ask for the number to be typed again"},
    {0},
};
static const struct verb_option restore_options[] = {{0}};

/* What is said before the number has to be typed. */
struct warning {
    const char *follows;
    const char *question;
};

static const struct warning delete_warning = {"It leaves every list; an admin can restore it.",
                                              "Type the ticket number to delete it: "};
static const struct warning purge_warning = {"All its texts and files are erased for good.",
                                             "Type the ticket number to erase it: "};

/* Shows what will go and has its number typed. Scripts say --yes. */
static enum verb_exit confirm(struct verb_run *run, uint64_t number, const struct warning *warning)
{
    struct ticket_get get = {.number = number};
    struct ticket_reply_full found;
    if (!verb_call(run, METHOD_TICKET_GET, &get, &found)) {
        return verb_fail(run);
    }
    if (verb_value(run, "yes") != NULL) {
        return VERB_DONE;
    }
    if (isatty(STDIN_FILENO) != 1) {
        return verb_refuse(run, "there is no terminal to confirm at; use --yes");
    }
    char expected[24];
    fprintf(stderr, "#%" PRIu64 "  ", number);
    output_line(stderr, found.ticket.title);
    fprintf(stderr, "\n%s\n", warning->follows);
    struct text typed = verb_ask(run, warning->question);
    snprintf(expected, sizeof expected, "%" PRIu64, number);
    if (!text_equal(typed, text_of(expected))) {
        fputs("Kept.\n", stderr);
        return VERB_CANCELLED;
    }
    return VERB_DONE;
}

static enum verb_exit act(struct verb_run *run, enum method method, uint64_t number,
                          const char *done)
{
    struct admin_ticket request = {.number = number};
    struct ticket_changed reply;
    if (!verb_call(run, method, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, done);
}

static enum verb_exit delete_run(struct verb_run *run)
{
    uint64_t number = 0;
    if (!verb_number(run, 0, &number)) {
        return VERB_FAILED;
    }
    enum verb_exit result = confirm(run, number, &delete_warning);
    if (result == VERB_DONE) {
        result = verb_elevate(run);
    }
    return result == VERB_DONE ? act(run, METHOD_ADMIN_TICKET_DELETE, number, "deleted") : result;
}

static enum verb_exit restore_run(struct verb_run *run)
{
    uint64_t number = 0;
    if (!verb_number(run, 0, &number)) {
        return VERB_FAILED;
    }
    enum verb_exit result = verb_elevate(run);
    return result == VERB_DONE ? act(run, METHOD_ADMIN_TICKET_RESTORE, number, "restored") : result;
}

/* In admin mode from the beginning: nobody else is told what is deleted. */
static enum verb_exit purge_run(struct verb_run *run)
{
    uint64_t number = 0;
    if (!verb_number(run, 0, &number)) {
        return VERB_FAILED;
    }
    enum verb_exit result = verb_elevate(run);
    if (result == VERB_DONE) {
        result = confirm(run, number, &purge_warning);
    }
    return result == VERB_DONE ? act(run, METHOD_ADMIN_TICKET_PURGE, number, "erased") : result;
}

const struct verb verb_delete = {
    .name = "delete",
    .arguments = "NUMBER",
    .help = "delete a ticket (admins; asks for the password)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = delete_options,
    .run = delete_run,
};

const struct verb verb_restore = {
    .name = "restore",
    .arguments = "NUMBER",
    .help = "bring a deleted ticket back (admins; asks for the password)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = restore_options,
    .run = restore_run,
};

const struct verb verb_purge = {
    .name = "purge",
    .arguments = "NUMBER",
    .help = "erase a deleted ticket for good (admins; asks for the password)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = delete_options,
    .run = purge_run,
};
