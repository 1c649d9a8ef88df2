/* ttydeskd settings: what holds for the whole desk, shown and changed. The table of the request is
 * the list of what there is, so that a new setting needs nothing here. */
#include <stdio.h>
#include <string.h>

#include "proto/field_words.h"
#include "server/console/door.h"
#include "server/console/print.h"

static const char usage[] =
    "Usage: ttydeskd settings [--json]\n"
    "       ttydeskd settings NAME=VALUE ...\n"
    "\n"
    "What holds for the whole desk, whether or not it is being served: name, value, what is\n"
    "allowed, and what it means. Several are changed together or not at all.\n"
    "\n"
    "  --json         as one object\n"
    "  --config FILE  the configuration, if not " CONSOLE_CONFIG_PATH "\n";

enum { ASSIGNMENTS_MAX = 16 };

static const struct table *request_table(void)
{
    return methods[METHOD_ADMIN_SETTINGS_UPDATE].request;
}

static const struct table *settings_table(void)
{
    return methods[METHOD_ADMIN_SETTINGS_GET].reply;
}

/* A field that people may set; NULL: there is none of this name. */
static const struct field *find_setting(struct text name)
{
    const struct field *field = field_find(request_table(), name);
    bool shown = field != NULL && field_find(settings_table(), name) != NULL;
    return shown && field_has_words(field) && strcmp(field->name, "version") != 0 ? field : NULL;
}

/* --- Showing ---------------------------------------------------------------------------------- */

static void print_settings(const struct settings *settings)
{
    const struct table *table = settings_table();
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        char value[FIELD_WORDS_SIZE];
        char allowed[FIELD_WORDS_SIZE];
        if (find_setting(text_of(field->name)) != NULL) {
            field_write_value(field, settings, value);
            field_write_allowed(field, allowed);
            (void)printf("%s\t%s\t%s\t%s\n", field->name, value, allowed, field->help);
        }
    }
}

/* --- Changing --------------------------------------------------------------------------------- */

static int assign(const char *assignment, struct admin_settings_update *request)
{
    const char *sign = strchr(assignment, '=');
    struct text name = {.data = assignment,
                        .length = sign != NULL ? (size_t)(sign - assignment) : 0};
    char allowed[FIELD_WORDS_SIZE];
    const struct field *field = find_setting(name);
    if (field == NULL) {
        return console_fail("\"%s\" is no NAME=VALUE of a setting; `ttydeskd settings` lists them.",
                            assignment);
    }
    if (!field_read_value(field, sign + 1, request)) {
        field_write_allowed(field, allowed);
        return console_fail("%s is %s.", field->name, allowed);
    }
    present_mark(&request->present, (unsigned)(field - request_table()->fields));
    return CONSOLE_OK;
}

static int change(struct door *door, const struct console_parsed *parsed, struct settings *settings)
{
    struct admin_settings_update request = {.operation = door_operation(door),
                                            .version = settings->version};
    int status = CONSOLE_OK;
    for (size_t i = 0; i < parsed->operand_count && status == CONSOLE_OK; i++) {
        status = assign(parsed->operands[i], &request);
    }
    return status == CONSOLE_OK ? door_ask(door, METHOD_ADMIN_SETTINGS_UPDATE, &request, settings)
                                : status;
}

int console_settings(int count, char **arguments)
{
    bool json = false;
    const struct console_option options[] = {{.name = "json", .flag = &json}, {0}};
    const struct console_line line = {
        .usage = usage, .options = options, .operands_max = ASSIGNMENTS_MAX};
    struct console_parsed parsed;
    struct config config;
    struct door *door;
    struct nothing nothing = {0};
    struct settings settings = {0};
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config) ||
        door_open(&config, DOOR_EITHER, &door) != CONSOLE_OK) {
        return CONSOLE_FAILED;
    }
    int status = door_ask(door, METHOD_ADMIN_SETTINGS_GET, &nothing, &settings);
    if (status == CONSOLE_OK && parsed.operand_count > 0) {
        status = change(door, &parsed, &settings);
    }
    if (status == CONSOLE_OK && json) {
        print_json(settings_table(), &settings);
        (void)putchar('\n');
    } else if (status == CONSOLE_OK) {
        print_settings(&settings);
    }
    door_close(door);
    return status;
}
