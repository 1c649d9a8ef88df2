/* Prints the reference part of docs/protocol.md from the tables. tests/proto/check_protocol_doc
 * compares the two, and writes the new text into the page when asked to. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/api.h"

enum { CHOICES_SHOWN_MAX = 8 }; /* longer lists stand elsewhere on the page */

static void print_choices(const struct field *field)
{
    if (field->choices == &error_choices) {
        printf("code of an [error](#errors)");
        return;
    }
    if (field->max - field->min >= CHOICES_SHOWN_MAX) {
        printf("name of a [method](#methods)");
        return;
    }
    for (uint64_t i = field->min; i <= field->max; i++) {
        printf("%s`%s`", i == field->min ? "" : ", ", choices_name(field->choices, (uint32_t)i));
    }
}

static void print_link(const struct table *table)
{
    printf("[%s](#record-%s)", table->name, table->name);
}

static void print_range(const struct field *field, const char *unit)
{
    if (field->min == field->max) {
        printf(", %" PRIu64 "%s", field->min, unit);
    } else {
        printf(", %" PRIu64 " to %" PRIu64 "%s", field->min, field->max, unit);
    }
}

/* The range of a number whose upper end is that of all numbers. */
static void print_number_range(const struct field *field)
{
    const uint64_t largest = (UINT64_C(1) << 53) - 1;
    if (field->max != largest) {
        print_range(field, "");
    } else if (field->min > 0) {
        printf(", from %" PRIu64, field->min);
    }
}

static void print_type(const struct field *field)
{
    switch (field->type) {
    case FIELD_CHOICE:
        print_choices(field);
        break;
    case FIELD_RECORD:
        print_link(field->table);
        break;
    case FIELD_LIST:
        printf("list of ");
        print_link(field->table);
        printf(", at most %" PRIu64, field->max);
        break;
    case FIELD_BOOL:
        printf("%s", api_type_name(field->type));
        break;
    case FIELD_NUMBER:
        printf("%s", api_type_name(field->type));
        print_number_range(field);
        break;
    case FIELD_SECRET:
        printf("%s", api_type_name(field->type));
        print_range(field, " bytes");
        break;
    case FIELD_LINE:
    case FIELD_TEXT:
    case FIELD_BYTES:
    case FIELD_PART:
        printf("%s", api_type_name(field->type));
        print_range(field, "");
        break;
    }
}

/* The page says that what names no level came with the first. */
static void print_since(unsigned level)
{
    if (level > 1) {
        printf(" Since level %u.", level);
    }
}

static void print_fields(const struct table *table, const char *required)
{
    printf("| field | type | | meaning |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        printf("| `%s` | ", field->name);
        print_type(field);
        printf(" | %s | %s", field->required ? required : "", field->help);
        print_since(field->since);
        printf(" |\n");
    }
    printf("\n");
}

static void print_part(const char *title, const struct table *table, const char *required)
{
    if (table->field_count == 0) {
        printf("%s: no fields.\n\n", title);
        return;
    }
    printf("%s:\n\n", title);
    print_fields(table, required);
}

static void print_methods(void)
{
    printf("### Methods\n\n");
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        if (method_is_internal((enum method)i)) {
            continue;
        }
        printf("#### `%s`\n%s", methods[i].name, methods[i].help);
        print_since(methods[i].since);
        printf("\n\n");
        print_part("Request", methods[i].request, "required");
        print_part("Result", methods[i].reply, "always");
    }
}

static void print_notifications(void)
{
    printf("### Notifications\n\n");
    for (size_t i = 0; i < NOTIFICATION_COUNT; i++) {
        printf("#### `%s`\n%s", notifications[i].name, notifications[i].help);
        print_since(notifications[i].since);
        printf("\n\n");
        print_fields(notifications[i].table, "always");
    }
}

static void print_records(void)
{
    struct api_records records;
    api_collect_records(&records);
    printf("### Records\n\n");
    for (size_t i = 0; i < records.count; i++) {
        printf("#### Record `%s`\n\n", records.tables[i]->name);
        print_fields(records.tables[i], "always");
    }
}

static void print_errors(void)
{
    printf("### Errors\n\n| code | sentence |\n| --- | --- |\n");
    for (size_t i = ERROR_NONE + 1; i < ERROR_COUNT; i++) {
        printf("| `%s` | %s |\n", error_name((enum error)i), error_sentence((enum error)i));
    }
    printf("\n");
}

int main(void)
{
    print_methods();
    print_notifications();
    print_records();
    print_errors();
    return ferror(stdout) != 0 ? 1 : 0;
}
