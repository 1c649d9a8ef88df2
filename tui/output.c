#define _DEFAULT_SOURCE /* struct winsize */
#include "tui/output.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "proto/text.h"
#include "tui/terminal_text.h"

/* --- JSON --- */

static json_t *json_of(const struct table *table, const void *message);

static json_t *json_of_bytes(struct bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = malloc(bytes.length * 2 + 1);
    if (hex == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < bytes.length; i++) {
        hex[2 * i] = digits[bytes.data[i] >> 4];
        hex[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    json_t *value = json_stringn(hex, bytes.length * 2);
    free(hex);
    return value;
}

static json_t *json_of_list(const struct table *table, const struct list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; array != NULL && i < list->count; i++) {
        if (json_array_append_new(array, json_of(table, (char *)list->items + i * table->size)) !=
            0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *json_of_field(const struct field *field, const void *place)
{
    switch (field->type) {
    case FIELD_BOOL:
        return json_boolean(*(const bool *)place);
    case FIELD_NUMBER:
        return json_integer((json_int_t) * (const uint64_t *)place);
    case FIELD_CHOICE:
        return json_string(choices_name(field->choices, *(const uint32_t *)place));
    case FIELD_LINE:
    case FIELD_TEXT: {
        const struct text *text = place;
        return json_stringn(text->data != NULL ? text->data : "", text->length);
    }
    case FIELD_BYTES:
        return json_of_bytes(*(const struct bytes *)place);
    case FIELD_RECORD:
        return json_of(field->table, place);
    case FIELD_LIST:
        return json_of_list(field->table, place);
    case FIELD_SECRET:
    case FIELD_PART:
        return json_null(); /* never shown */
    }
    return NULL;
}

static json_t *json_of(const struct table *table, const void *message)
{
    const uint64_t *present = message;
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (!field->required && !present_has(*present, (unsigned)i)) {
            continue;
        }
        if (json_object_set_new(object, field->name,
                                json_of_field(field, (const char *)message + field->offset)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static bool print_json(FILE *stream, const struct table *table, const void *message)
{
    json_t *object = json_of(table, message);
    if (object == NULL) {
        return false;
    }
    bool printed = json_dumpf(object, stream, JSON_ENSURE_ASCII | JSON_COMPACT) == 0;
    json_decref(object);
    return printed;
}

bool output_json(FILE *stream, const struct table *table, const void *message)
{
    bool printed = print_json(stream, table, message);
    fputc('\n', stream);
    return printed;
}

void output_json_open(FILE *stream)
{
    fputc('[', stream);
}

bool output_json_item(FILE *stream, const struct table *table, const void *message, bool first)
{
    fputs(first ? "\n" : ",\n", stream);
    return print_json(stream, table, message);
}

void output_json_close(FILE *stream)
{
    fputs("\n]\n", stream);
}

/* --- Text --- */

static void show(FILE *stream, enum text_manner manner, struct text text)
{
    struct buffer shown = {0};
    text_show_append(&shown, manner, text.data, text.length);
    if (shown.length > 0) {
        fwrite(shown.data, 1, shown.length, stream);
    }
    buffer_finish(&shown);
}

void output_line(FILE *stream, struct text text)
{
    show(stream, TEXT_SHOW_LINE, text);
}

void output_lines(FILE *stream, const char *indent, struct text text)
{
    size_t start = 0;
    while (start < text.length) {
        const char *end = memchr(text.data + start, '\n', text.length - start);
        size_t length = end != NULL ? (size_t)(end - text.data) - start : text.length - start;
        if (length > 0) {
            fputs(indent, stream);
            show(stream, TEXT_SHOW_LINES, (struct text){text.data + start, length});
        }
        fputc('\n', stream);
        start += length + 1;
    }
}

void output_time(uint64_t time_ms, char ret_text[OUTPUT_TIME_SIZE])
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm local;
    if (time_ms == 0 || localtime_r(&seconds, &local) == NULL ||
        strftime(ret_text, OUTPUT_TIME_SIZE, "%Y-%m-%d %H:%M", &local) == 0) {
        memcpy(ret_text, "-", 2);
    }
}

/* --- Tables --- */

struct output_table {
    FILE *stream;
    const char *const *headings;
    size_t column_count;
    bool terminal;
    struct buffer cells; /* each filtered, with a zero byte behind it */
    size_t cell_count;
};

struct output_table *output_table_create(FILE *stream, const char *const *headings,
                                         size_t column_count)
{
    struct output_table *table = calloc(1, sizeof *table);
    if (table == NULL) {
        return NULL;
    }
    table->stream = stream;
    table->headings = headings;
    table->column_count = column_count;
    table->terminal = isatty(fileno(stream)) == 1;
    for (size_t i = 0; table->terminal && i < column_count; i++) {
        output_table_cell(table, text_of(headings[i]));
    }
    return table;
}

void output_table_cell(struct output_table *table, struct text text)
{
    if (table == NULL) {
        return;
    }
    text_show_append(&table->cells, table->terminal ? TEXT_SHOW_LINE : TEXT_SHOW_FIELD, text.data,
                     text.length);
    buffer_append(&table->cells, "", 1);
    table->cell_count++;
}

static int terminal_columns(FILE *stream)
{
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return 80;
    }
    return size.ws_col;
}

static void print_aligned(const struct output_table *table, const int *widths)
{
    const char *cell = (const char *)table->cells.data;
    int columns = terminal_columns(table->stream);
    int used = 0;
    for (size_t i = 0; i < table->cell_count; i++) {
        size_t column = i % table->column_count;
        size_t length = strlen(cell);
        bool last = column + 1 == table->column_count;
        if (last) {
            size_t fits = text_fit(cell, length, columns > used ? columns - used : 1);
            fprintf(table->stream, "%.*s\n", (int)fits, cell);
            used = 0;
        } else {
            int gap = widths[column] - terminal_width(cell, length) + 2;
            fprintf(table->stream, "%s%*s", cell, gap, "");
            used += widths[column] + 2;
        }
        cell += length + 1;
    }
}

static void print_table(const struct output_table *table)
{
    const char *cell = (const char *)table->cells.data;
    int widths[16] = {0};
    for (size_t i = 0; i < table->cell_count; i++) {
        size_t length = strlen(cell);
        int width = terminal_width(cell, length);
        size_t column = i % table->column_count;
        if (column < 16 && width > widths[column]) {
            widths[column] = width;
        }
        if (!table->terminal) {
            fprintf(table->stream, "%s%c", cell, column + 1 == table->column_count ? '\n' : '\t');
        }
        cell += length + 1;
    }
    if (table->terminal) {
        print_aligned(table, widths);
    }
}

void output_table_end(struct output_table *table)
{
    if (table == NULL) {
        return;
    }
    if (!table->cells.failed) {
        print_table(table);
    }
    buffer_finish(&table->cells);
    free(table);
}
