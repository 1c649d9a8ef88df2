#include "server/console/person.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/console/print.h"

static void print_items(const struct list *items)
{
    for (size_t i = 0; i < items->count; i++) {
        print_json(&export_item_table, (const struct export_item *)items->items + i);
        (void)putchar('\n');
    }
}

int person_export(struct asked *asked)
{
    struct admin_account_export request = {.name = asked->operands[1]};
    struct account_export_reply reply = {0};
    int status;
    do {
        status = door_ask(asked->door, METHOD_ADMIN_ACCOUNT_EXPORT, &request, &reply);
        if (status != CONSOLE_OK) {
            return status;
        }
        print_items(&reply.items);
        request.cursor = reply.cursor;
        request.within = reply.within;
        present_mark(&request.present, ADMIN_EXPORT_CURSOR);
        present_mark(&request.present, ADMIN_EXPORT_WITHIN);
    } while (reply.more && !ferror(stdout));
    return CONSOLE_OK;
}

/* What cannot be taken back is not done by a slip of the hand. */
static bool is_meant(struct text name)
{
    char line[USER_NAME_MAX + 2] = "";
    if (isatty(STDIN_FILENO)) {
        (void)fputs("This makes ", stdout);
        print_text(name);
        (void)fputs(
            " unknown, for ever: name, address, sign-ins and drafts are erased, tickets and\n"
            "messages stay under another name. Type the user name to go on: ",
            stdout);
        (void)fflush(stdout);
    }
    if (fgets(line, sizeof line, stdin) == NULL) {
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    return text_equal(text_of(line), name);
}

int person_anonymise(struct asked *asked)
{
    struct admin_account request = {.operation = door_operation(asked->door),
                                    .name = asked->operands[1]};
    struct account_changed reply = {0};
    if (!is_meant(asked->operands[1])) {
        return console_fail("That was not the name again; nothing was changed.");
    }
    int status = door_ask(asked->door, METHOD_ADMIN_ACCOUNT_ANONYMISE, &request, &reply);
    if (status == CONSOLE_OK) {
        (void)fputs("The person is unknown now: ", stdout);
        print_text(reply.name);
        (void)puts("\nThe addresses their acts came from are erased bit by bit while the desk is "
                   "served.\nBackups made before still know the person.");
    }
    return status;
}
