/* How a plain struct is described: a table with one row for each field. The messages on the wire
 * (proto/messages) and the rows on disk (server/store/rows) are described with the same mechanism
 * by two separate sets of tables; one codec walks both.
 *
 * Every message struct begins with `uint64_t present`, one bit for each field of its table, bit
 * number = index in the table: absent is not the same as empty or zero. Fields marked `required`
 * are always encoded, so their bits need no setting before encoding. Row structs have no such bits:
 * a field missing on disk is zero. */
#ifndef TTYDESK_PROTO_FIELDS_H
#define TTYDESK_PROTO_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes of strict UTF-8; not zero-terminated unless said so. */
struct text {
    const char *data;
    size_t length; /* bytes */
};

/* Borrowed bytes. */
struct bytes {
    const uint8_t *data;
    size_t length;
};

/* Borrowed array of structs of the field's table, each table->size bytes. */
struct list {
    void *items;
    size_t count;
};

/* A long text of a row: it is kept once, as part `part` of the journal entry `sequence`. A row
 * about to be put carries new text in `fresh` (data not NULL); the store then fills the rest. */
struct text_part {
    uint64_t sequence;
    uint32_t part;
    uint32_t length; /* bytes */
    struct text fresh;
};

enum field_type {
    FIELD_BOOL,   /* bool */
    FIELD_NUMBER, /* uint64_t, min..max */
    FIELD_CHOICE, /* an enum of four bytes; spelled by name on the wire, a number in rows */
    FIELD_LINE,   /* struct text, one line, min..max code points */
    FIELD_TEXT,   /* struct text, several lines, min..max code points */
    FIELD_SECRET, /* struct text, any printable UTF-8, min..max bytes; never logged or shown */
    FIELD_BYTES,  /* struct bytes, min..max bytes */
    FIELD_RECORD, /* a struct of `table`, embedded */
    FIELD_LIST,   /* struct list of structs of `table`, at most max items */
    FIELD_PART,   /* struct text_part; rows only */
};

/* The names of an enum's values; index = value. NULL names are values without a name. */
struct choices {
    const char *const *names;
    uint32_t count;
};

struct table;

struct field {
    const char *name;
    enum field_type type;
    size_t offset;
    uint64_t min;
    uint64_t max;
    bool required;
    uint16_t since; /* messages: the protocol level that brought it, from 1 */
    uint16_t tag;   /* rows: the number on disk, never reused; 0 = part of the key, not encoded */
    const struct choices *choices;
    const struct table *table;
    const char *help; /* messages: one sentence for `api` and the protocol document */
};

struct table {
    const char *name;
    size_t size; /* of the struct */
    const struct field *fields;
    size_t field_count; /* at most 64 */
};

static inline bool present_has(uint64_t present, unsigned bit)
{
    return (present >> bit & 1u) != 0;
}

static inline void present_mark(uint64_t *present, unsigned bit)
{
    *present |= UINT64_C(1) << bit;
}

/* A borrowed text of a string literal or of any zero-terminated string; NULL gives no data. */
struct text text_of(const char *string);

bool text_equal(struct text a, struct text b);

/* The value of a name, false when there is none (ret untouched). */
bool choices_find(const struct choices *choices, struct text name, uint32_t *ret_value);

/* The name of a value; "?" when out of range. */
const char *choices_name(const struct choices *choices, uint32_t value);

#endif
