/* ttydeskd settings: what holds for the whole desk, shown and changed. The table of the request is
 * the list of what there is, so that a new setting needs nothing here. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
static const struct field *find_setting(const struct table *table, struct text name)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (text_equal(text_of(field->name), name) && field->type != FIELD_BYTES &&
            strcmp(field->name, "version") != 0) {
            return field;
        }
    }
    return NULL;
}

/* --- Showing ---------------------------------------------------------------------------------- */

static void print_allowed(FILE *stream, const struct field *field)
{
    if (field->type == FIELD_NUMBER) {
        (void)fprintf(stream, "%" PRIu64 " to %" PRIu64, field->min, field->max);
    } else if (field->type == FIELD_BOOL) {
        (void)fputs("yes or no", stream);
    } else {
        for (uint32_t i = 0; i < field->choices->count; i++) {
            (void)fprintf(stream, "%s%s", i > 0 ? ", " : "", choices_name(field->choices, i));
        }
    }
}

static void print_value(const struct field *field, const void *settings)
{
    const char *place = (const char *)settings + field->offset;
    uint64_t number;
    uint32_t choice;
    if (field->type == FIELD_NUMBER) {
        memcpy(&number, place, sizeof number);
        (void)printf("%" PRIu64, number);
    } else if (field->type == FIELD_BOOL) {
        (void)fputs(*(const bool *)place ? "yes" : "no", stdout);
    } else {
        memcpy(&choice, place, sizeof choice);
        (void)fputs(choices_name(field->choices, choice), stdout);
    }
}

static void print_settings(const struct settings *settings)
{
    const struct table *table = settings_table();
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (find_setting(request_table(), text_of(field->name)) == NULL) {
            continue;
        }
        (void)printf("%s\t", field->name);
        print_value(field, settings);
        (void)putchar('\t');
        print_allowed(stdout, field);
        (void)printf("\t%s\n", field->help);
    }
}

/* --- Changing --------------------------------------------------------------------------------- */

static int refuse(const struct field *field)
{
    (void)fprintf(stderr, "ttydeskd: %s is ", field->name);
    print_allowed(stderr, field);
    (void)fputs(".\n", stderr);
    return CONSOLE_FAILED;
}

/* Whether a number is in its range is for the desk to say. */
static bool set_value(const struct field *field, const char *value, void *request)
{
    char *place = (char *)request + field->offset;
    char *end = NULL;
    uint64_t number;
    uint32_t choice;
    if (field->type == FIELD_NUMBER) {
        errno = 0;
        number = strtoull(value, &end, 10);
        memcpy(place, &number, sizeof number);
        return value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0;
    }
    if (field->type == FIELD_BOOL) {
        *(bool *)place = strcmp(value, "yes") == 0;
        return *(bool *)place || strcmp(value, "no") == 0;
    }
    bool known = choices_find(field->choices, text_of(value), &choice);
    if (known) {
        memcpy(place, &choice, sizeof choice);
    }
    return known;
}

static int assign(const char *assignment, struct admin_settings_update *request)
{
    const char *sign = strchr(assignment, '=');
    const struct table *table = request_table();
    struct text name = {.data = assignment,
                        .length = sign != NULL ? (size_t)(sign - assignment) : 0};
    const struct field *field = find_setting(table, name);
    if (field == NULL) {
        return console_fail("\"%s\" is no NAME=VALUE of a setting; `ttydeskd settings` lists them.",
                            assignment);
    }
    if (!set_value(field, sign + 1, request)) {
        return refuse(field);
    }
    present_mark(&request->present, (unsigned)(field - table->fields));
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
