#include "server/console/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "proto/buffer.h"
#include "proto/messages.h"
#include "proto/require.h"
#include "proto/text.h"

enum { TIME_BYTES = 32 };

void print_text(struct text text)
{
    struct buffer shown = {0};
    text_show_append(&shown, TEXT_SHOW_LINE, text.data, text.length);
    if (shown.length > 0) {
        (void)fwrite(shown.data, 1, shown.length, stdout);
    }
    buffer_finish(&shown);
}

void print_cell(struct text text)
{
    print_text(text.length > 0 ? text : text_of("-"));
    (void)putchar('\t');
}

void print_time(uint64_t time_ms, char end)
{
    char text[TIME_BYTES] = "-";
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm parts;
    if (time_ms != 0 && gmtime_r(&seconds, &parts) != NULL) {
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    }
    (void)printf("%s%c", text, end);
}

void print_json_text(struct text text)
{
    struct buffer shown = {0};
    text_show_append(&shown, TEXT_SHOW_LINE, text.data, text.length);
    (void)putchar('"');
    for (size_t i = 0; i < shown.length; i++) {
        int byte = shown.data[i];
        if (byte == '"' || byte == '\\') {
            (void)putchar('\\');
        }
        (void)putchar(byte);
    }
    (void)putchar('"');
    buffer_finish(&shown);
}

static void print_list(const struct table *table, const struct list *list)
{
    (void)putchar('[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0) {
            (void)putchar(',');
        }
        print_json(table, (const char *)list->items + i * table->size);
    }
    (void)putchar(']');
}

static void print_value(const struct field *field, const void *place)
{
    uint64_t number;
    uint32_t choice;
    struct text text;
    switch (field->type) {
    case FIELD_BOOL:
        (void)fputs(*(const bool *)place ? "true" : "false", stdout);
        break;
    case FIELD_NUMBER:
        memcpy(&number, place, sizeof number);
        (void)printf("%" PRIu64, number);
        break;
    case FIELD_CHOICE:
        memcpy(&choice, place, sizeof choice);
        print_json_text(text_of(choices_name(field->choices, choice)));
        break;
    case FIELD_LINE:
    case FIELD_TEXT:
        memcpy(&text, place, sizeof text);
        print_json_text(text);
        break;
    case FIELD_RECORD:
        print_json(field->table, place);
        break;
    case FIELD_LIST:
        print_list(field->table, place);
        break;
    default:
        require(false);
    }
}

void print_json(const struct table *table, const void *message)
{
    uint64_t present;
    bool first = true;
    memcpy(&present, message, sizeof present);
    (void)putchar('{');
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (field->required || present_has(present, (unsigned)i)) {
            (void)printf("%s\"%s\":", first ? "" : ",", field->name);
            print_value(field, (const char *)message + field->offset);
            first = false;
        }
    }
    (void)putchar('}');
}
