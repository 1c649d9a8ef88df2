/* The numbers are out of order on purpose, and one needs two bytes. */
#include "tests/lib/sample_row.h"

#include <stddef.h>
#include <string.h>

enum { ROW_KEY, ROW_FLAG, ROW_NUMBER, ROW_ROLE, ROW_LINE, ROW_TEXT, ROW_BYTES, ROW_PART };

static const struct field row_fields[] = {
    [ROW_KEY] = {.name = "key", .type = FIELD_NUMBER, .offset = offsetof(struct sample_row, key)},
    [ROW_FLAG] = {.name = "flag",
                  .type = FIELD_BOOL,
                  .offset = offsetof(struct sample_row, flag),
                  .tag = 1},
    [ROW_NUMBER] = {.name = "number",
                    .type = FIELD_NUMBER,
                    .offset = offsetof(struct sample_row, number),
                    .tag = 9},
    [ROW_ROLE] = {.name = "role",
                  .type = FIELD_CHOICE,
                  .offset = offsetof(struct sample_row, role),
                  .tag = 3,
                  .choices = &role_choices},
    [ROW_LINE] = {.name = "line",
                  .type = FIELD_LINE,
                  .offset = offsetof(struct sample_row, line),
                  .tag = 4},
    [ROW_TEXT] = {.name = "text",
                  .type = FIELD_TEXT,
                  .offset = offsetof(struct sample_row, text),
                  .tag = 300},
    [ROW_BYTES] = {.name = "bytes",
                   .type = FIELD_BYTES,
                   .offset = offsetof(struct sample_row, bytes),
                   .tag = 6},
    [ROW_PART] = {.name = "part",
                  .type = FIELD_PART,
                  .offset = offsetof(struct sample_row, part),
                  .tag = 7},
};

const struct table sample_row_table = {
    .name = "sample_row",
    .size = sizeof(struct sample_row),
    .fields = row_fields,
    .field_count = sizeof row_fields / sizeof row_fields[0],
};

bool sample_row_equal(const struct sample_row *a, const struct sample_row *b)
{
    return a->key == b->key && a->flag == b->flag && a->number == b->number && a->role == b->role &&
           text_equal(a->line, b->line) && text_equal(a->text, b->text) &&
           a->bytes.length == b->bytes.length &&
           (a->bytes.length == 0 || memcmp(a->bytes.data, b->bytes.data, a->bytes.length) == 0) &&
           a->part.sequence == b->part.sequence && a->part.part == b->part.part &&
           a->part.length == b->part.length;
}
