/* Reading: msgpack bytes -> a tree in the arena -> the struct of a table. The scanner has bounded
 * the bytes before; here their meaning is checked, field by field, and every refusal says which
 * field, what is allowed and what came. Writing is in codec_write.c, rows are in codec_row.c. */
#include "proto/codec.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <msgpack.h>

#include "proto/attributes.h"
#include "proto/require.h"
#include "proto/text.h"

enum {
    ZONE_BYTES = 1000,   /* enough for most requests, small enough for malloc's fast path */
    FAILURE_BYTES = 512, /* longest sentence of a failure */
    SHOWN_NAME_MAX = 32, /* longest unknown name that a failure repeats */
};

/* --- The tree -------------------------------------------------------------------------------- */

/* msgpack-c builds its tree in a zone that has to be freed by hand; a copy in the arena lives as
 * long as the message. Strings and binaries point into the object's bytes in both. */
static bool copy_tree(msgpack_object *node, struct arena *arena)
{
    if (node->type == MSGPACK_OBJECT_ARRAY && node->via.array.size > 0) {
        uint32_t count = node->via.array.size;
        msgpack_object *items = arena_array(arena, count, sizeof *items);
        if (items == NULL) {
            return false;
        }
        memcpy(items, node->via.array.ptr, count * sizeof *items);
        node->via.array.ptr = items;
        for (uint32_t i = 0; i < count; i++) {
            if (!copy_tree(&items[i], arena)) {
                return false;
            }
        }
    } else if (node->type == MSGPACK_OBJECT_MAP && node->via.map.size > 0) {
        uint32_t count = node->via.map.size;
        msgpack_object_kv *pairs = arena_array(arena, count, sizeof *pairs);
        if (pairs == NULL) {
            return false;
        }
        memcpy(pairs, node->via.map.ptr, count * sizeof *pairs);
        node->via.map.ptr = pairs;
        for (uint32_t i = 0; i < count; i++) {
            if (!copy_tree(&pairs[i].key, arena) || !copy_tree(&pairs[i].val, arena)) {
                return false;
            }
        }
    }
    return true;
}

static enum error parse(struct bytes object, struct arena *arena, msgpack_object *ret_root)
{
    msgpack_zone zone;
    if (!msgpack_zone_init(&zone, ZONE_BYTES)) {
        return ERROR_NO_MEMORY;
    }
    enum error error = ERROR_INVALID_REQUEST;
    msgpack_object root;
    size_t used = 0;
    msgpack_unpack_return result =
        msgpack_unpack((const char *)object.data, object.length, &used, &zone, &root);
    if (result == MSGPACK_UNPACK_SUCCESS) {
        error = copy_tree(&root, arena) ? ERROR_NONE : ERROR_NO_MEMORY;
    } else if (result == MSGPACK_UNPACK_NOMEM_ERROR) {
        error = ERROR_NO_MEMORY;
    }
    if (error == ERROR_NONE) {
        *ret_root = root;
    }
    msgpack_zone_destroy(&zone);
    return error;
}

static struct text text_in(const msgpack_object *node)
{
    return (struct text){.data = node->via.str.ptr, .length = node->via.str.size};
}

/* --- The three shapes ------------------------------------------------------------------------ */

static const msgpack_object empty_map = {.type = MSGPACK_OBJECT_MAP};

/* `params`: an array of one map; an empty array is read as one empty map. */
static bool read_params(const msgpack_object *params, struct rpc *rpc)
{
    if (params->type != MSGPACK_OBJECT_ARRAY || params->via.array.size > 1) {
        return false;
    }
    rpc->body = params->via.array.size == 0 ? &empty_map : params->via.array.ptr;
    return ((const msgpack_object *)rpc->body)->type == MSGPACK_OBJECT_MAP;
}

static bool read_method(const msgpack_object *method, struct rpc *rpc)
{
    rpc->method = text_in(method);
    return method->type == MSGPACK_OBJECT_STR;
}

/* Exactly one of `error` and `result` is a map, the other is nil. */
static bool read_outcome(const msgpack_object *error, const msgpack_object *result, struct rpc *rpc)
{
    if (error->type == MSGPACK_OBJECT_NIL && result->type == MSGPACK_OBJECT_MAP) {
        rpc->body = result;
        return true;
    }
    if (error->type == MSGPACK_OBJECT_MAP && result->type == MSGPACK_OBJECT_NIL) {
        rpc->error = error;
        return true;
    }
    return false;
}

static bool is_number_up_to(const msgpack_object *node, uint64_t max)
{
    return node->type == MSGPACK_OBJECT_POSITIVE_INTEGER && node->via.u64 <= max;
}

enum error codec_open(struct bytes object, struct arena *arena, struct rpc *ret_rpc)
{
    *ret_rpc = (struct rpc){.kind = RPC_NOTIFICATION};
    msgpack_object root;
    enum error error = parse(object, arena, &root);
    if (error != ERROR_NONE) {
        return error;
    }
    if (root.type != MSGPACK_OBJECT_ARRAY || root.via.array.size < 1 ||
        !is_number_up_to(&root.via.array.ptr[0], RPC_NOTIFICATION)) {
        return ERROR_INVALID_REQUEST;
    }
    const msgpack_object *item = root.via.array.ptr;
    uint32_t count = root.via.array.size;
    struct rpc rpc = {.kind = (enum rpc_kind)item[0].via.u64};
    if (rpc.kind == RPC_NOTIFICATION) {
        if (count != 3 || !read_method(&item[1], &rpc) || !read_params(&item[2], &rpc)) {
            return ERROR_INVALID_REQUEST;
        }
        *ret_rpc = rpc;
        return ERROR_NONE;
    }
    if (count < 2 || !is_number_up_to(&item[1], UINT32_MAX)) {
        return ERROR_INVALID_REQUEST;
    }
    rpc.id = (uint32_t)item[1].via.u64;
    if (count == 4 &&
        (rpc.kind == RPC_REQUEST ? read_method(&item[2], &rpc) && read_params(&item[3], &rpc)
                                 : read_outcome(&item[2], &item[3], &rpc))) {
        *ret_rpc = rpc;
        return ERROR_NONE;
    }
    *ret_rpc = (struct rpc){.kind = rpc.kind, .id = rpc.id};
    return ERROR_INVALID_REQUEST;
}

/* --- Refusals -------------------------------------------------------------------------------- */

struct reading {
    enum codec_manner manner;
    struct arena *arena;
    struct failure *failure;
};

/* Fills the failure and returns its code. Without memory for the sentence the code's own one. */
ATTRIBUTE_PRINTF(4, 5)
static enum error refuse(struct reading *reading, enum error code, const char *field,
                         const char *format, ...)
{
    char sentence[FAILURE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (length < 0) {
        length = 0;
    }
    size_t kept = (size_t)length < sizeof sentence ? (size_t)length : sizeof sentence - 1;
    const char *copy = arena_copy(reading->arena, sentence, kept);
    *reading->failure = (struct failure){.code = code};
    reading->failure->message = copy != NULL ? text_of(copy) : text_of(error_sentence(code));
    if (field != NULL) {
        reading->failure->field = text_of(field);
        present_mark(&reading->failure->present, FAILURE_FIELD);
    }
    return code;
}

static enum error refuse_no_memory(struct reading *reading)
{
    *reading->failure = (struct failure){
        .code = ERROR_NO_MEMORY,
        .message = text_of(error_sentence(ERROR_NO_MEMORY)),
    };
    return ERROR_NO_MEMORY;
}

static enum error refuse_type(struct reading *reading, const struct field *field,
                              const char *expected, const msgpack_object *node)
{
    static const char *const came[] = {
        [MSGPACK_OBJECT_NIL] = "nil",
        [MSGPACK_OBJECT_BOOLEAN] = "true or false",
        [MSGPACK_OBJECT_POSITIVE_INTEGER] = "a number",
        [MSGPACK_OBJECT_NEGATIVE_INTEGER] = "a negative number",
        [MSGPACK_OBJECT_FLOAT32] = "a fraction",
        [MSGPACK_OBJECT_FLOAT64] = "a fraction",
        [MSGPACK_OBJECT_STR] = "a text",
        [MSGPACK_OBJECT_BIN] = "bytes",
        [MSGPACK_OBJECT_ARRAY] = "a list",
        [MSGPACK_OBJECT_MAP] = "a map",
        [MSGPACK_OBJECT_EXT] = "an extension",
    };
    size_t index = (size_t)node->type;
    const char *word =
        index < sizeof came / sizeof came[0] && came[index] != NULL ? came[index] : "something";
    return refuse(reading, ERROR_INVALID_FIELD, field->name, "%s is %s; %s is expected",
                  field->name, word, expected);
}

/* "title has 251 characters; 1 to 250 are allowed" */
static enum error refuse_count(struct reading *reading, const struct field *field, uint64_t count,
                               const char *one, const char *many)
{
    const char *unit = count == 1 ? one : many;
    if (field->min == field->max) {
        return refuse(reading, ERROR_INVALID_FIELD, field->name,
                      "%s has %" PRIu64 " %s; exactly %" PRIu64 " are needed", field->name, count,
                      unit, field->min);
    }
    return refuse(reading, ERROR_INVALID_FIELD, field->name,
                  "%s has %" PRIu64 " %s; %" PRIu64 " to %" PRIu64 " are allowed", field->name,
                  count, unit, field->min, field->max);
}

/* Repeats the name only when it is one that could be a field's. */
static enum error refuse_unknown(struct reading *reading, struct text name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    bool plain = name.length > 0 && name.length <= SHOWN_NAME_MAX;
    for (size_t i = 0; plain && i < name.length; i++) {
        plain = name.data[i] != 0 && strchr(letters, name.data[i]) != NULL;
    }
    const char *copy = plain ? arena_copy(reading->arena, name.data, name.length) : NULL;
    if (copy == NULL) {
        return refuse(reading, ERROR_UNKNOWN_FIELD, NULL, "%s",
                      error_sentence(ERROR_UNKNOWN_FIELD));
    }
    return refuse(reading, ERROR_UNKNOWN_FIELD, copy, "there is no field %s here", copy);
}

/* --- One value of each type ------------------------------------------------------------------ */

static enum error read_map(struct reading *reading, const msgpack_object *map,
                           const struct table *table, void *record);

static enum error read_bool(struct reading *reading, const struct field *field,
                            const msgpack_object *node, void *place)
{
    if (node->type != MSGPACK_OBJECT_BOOLEAN) {
        return refuse_type(reading, field, "true or false", node);
    }
    *(bool *)place = node->via.boolean;
    return ERROR_NONE;
}

static enum error read_number(struct reading *reading, const struct field *field,
                              const msgpack_object *node, void *place)
{
    if (node->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) {
        return refuse(reading, ERROR_INVALID_FIELD, field->name,
                      "%s is %" PRId64 "; %" PRIu64 " to %" PRIu64 " are allowed", field->name,
                      node->via.i64, field->min, field->max);
    }
    if (node->type != MSGPACK_OBJECT_POSITIVE_INTEGER) {
        return refuse_type(reading, field, "a number", node);
    }
    if (node->via.u64 < field->min || node->via.u64 > field->max) {
        return refuse(reading, ERROR_INVALID_FIELD, field->name,
                      "%s is %" PRIu64 "; %" PRIu64 " to %" PRIu64 " are allowed", field->name,
                      node->via.u64, field->min, field->max);
    }
    *(uint64_t *)place = node->via.u64;
    return ERROR_NONE;
}

/* Lists the choices of a field's range: few for those that requests have. */
static enum error refuse_choice(struct reading *reading, const struct field *field)
{
    char names[FAILURE_BYTES / 2] = "";
    size_t length = 0;
    for (uint64_t i = field->min; i <= field->max; i++) {
        const char *name = choices_name(field->choices, (uint32_t)i);
        int added = snprintf(names + length, sizeof names - length, "%s%s",
                             i == field->min ? "" : ", ", name);
        if (added < 0 || (size_t)added >= sizeof names - length) {
            return refuse(reading, ERROR_INVALID_FIELD, field->name,
                          "%s is not one of the names allowed", field->name);
        }
        length += (size_t)added;
    }
    return refuse(reading, ERROR_INVALID_FIELD, field->name, "%s is not one of: %s", field->name,
                  names);
}

static enum error read_choice(struct reading *reading, const struct field *field,
                              const msgpack_object *node, void *place)
{
    if (node->type != MSGPACK_OBJECT_STR) {
        return refuse_type(reading, field, "a name", node);
    }
    uint32_t value;
    if (!choices_find(field->choices, text_in(node), &value) || value < field->min ||
        value > field->max) {
        /* A newer daemon may have more ways to fail, and more methods in a history, than this
         * client knows. */
        if (reading->manner == CODEC_TOLERANT && field->choices == &error_choices) {
            value = ERROR_INTERNAL;
        } else if (reading->manner == CODEC_TOLERANT && field->choices == &method_choices) {
            value = METHOD_COUNT;
        } else {
            return refuse_choice(reading, field);
        }
    }
    memcpy(place, &value, sizeof value);
    return ERROR_NONE;
}

static enum error read_text(struct reading *reading, const struct field *field,
                            const msgpack_object *node, void *place)
{
    if (node->type != MSGPACK_OBJECT_STR) {
        return refuse_type(reading, field, "a text", node);
    }
    struct text text = text_in(node);
    enum text_rule rule = field->type == FIELD_TEXT ? TEXT_LINES : TEXT_LINE;
    enum text_fault fault = text_check(rule, text.data, text.length);
    if (fault != TEXT_SOUND) {
        return refuse(reading, ERROR_INVALID_FIELD, field->name, "%s %s", field->name,
                      text_fault_words(fault));
    }
    bool in_bytes = field->type == FIELD_SECRET;
    size_t count = in_bytes ? text.length : text_count(text.data, text.length);
    if (count < field->min || count > field->max) {
        return refuse_count(reading, field, count, in_bytes ? "byte" : "character",
                            in_bytes ? "bytes" : "characters");
    }
    *(struct text *)place = text;
    return ERROR_NONE;
}

static enum error read_bytes(struct reading *reading, const struct field *field,
                             const msgpack_object *node, void *place)
{
    if (node->type != MSGPACK_OBJECT_BIN) {
        return refuse_type(reading, field, "bytes", node);
    }
    if (node->via.bin.size < field->min || node->via.bin.size > field->max) {
        return refuse_count(reading, field, node->via.bin.size, "byte", "bytes");
    }
    *(struct bytes *)place = (struct bytes){
        .data = (const uint8_t *)node->via.bin.ptr,
        .length = node->via.bin.size,
    };
    return ERROR_NONE;
}

static enum error read_record(struct reading *reading, const struct field *field,
                              const msgpack_object *node, void *place)
{
    if (node->type != MSGPACK_OBJECT_MAP) {
        return refuse_type(reading, field, "a map", node);
    }
    return read_map(reading, node, field->table, place);
}

static enum error read_list(struct reading *reading, const struct field *field,
                            const msgpack_object *node, void *place)
{
    if (node->type != MSGPACK_OBJECT_ARRAY) {
        return refuse_type(reading, field, "a list", node);
    }
    uint32_t count = node->via.array.size;
    if (count < field->min || count > field->max) {
        return refuse_count(reading, field, count, "item", "items");
    }
    char *items = arena_array(reading->arena, count, field->table->size);
    if (items == NULL) {
        return refuse_no_memory(reading);
    }
    for (uint32_t i = 0; i < count; i++) {
        enum error error = read_record(reading, field, &node->via.array.ptr[i],
                                       items + (size_t)i * field->table->size);
        if (error != ERROR_NONE) {
            return error;
        }
    }
    *(struct list *)place = (struct list){.items = items, .count = count};
    return ERROR_NONE;
}

typedef enum error read_value(struct reading *reading, const struct field *field,
                              const msgpack_object *node, void *place);

static read_value *const readers[] = {
    [FIELD_BOOL] = read_bool,   [FIELD_NUMBER] = read_number, [FIELD_CHOICE] = read_choice,
    [FIELD_LINE] = read_text,   [FIELD_TEXT] = read_text,     [FIELD_SECRET] = read_text,
    [FIELD_BYTES] = read_bytes, [FIELD_RECORD] = read_record, [FIELD_LIST] = read_list,
};

/* --- One map --------------------------------------------------------------------------------- */

/* The index of the field with this name; field_count when there is none. Looks first at `guess`:
 * most senders keep the table's order. */
static unsigned find_field(const struct table *table, unsigned guess, struct text name)
{
    unsigned count = (unsigned)table->field_count;
    for (unsigned i = 0; i < count; i++) {
        unsigned index = guess + i < count ? guess + i : guess + i - count;
        if (text_equal(text_of(table->fields[index].name), name)) {
            return index;
        }
    }
    return count;
}

static enum error read_map(struct reading *reading, const msgpack_object *map,
                           const struct table *table, void *record)
{
    uint64_t present = 0;
    unsigned guess = 0;
    for (uint32_t i = 0; i < map->via.map.size; i++) {
        const msgpack_object_kv *pair = &map->via.map.ptr[i];
        if (pair->key.type != MSGPACK_OBJECT_STR) {
            return refuse(reading, ERROR_INVALID_REQUEST, NULL, "a field's name is not a text");
        }
        unsigned index = find_field(table, guess, text_in(&pair->key));
        if (index == table->field_count) {
            if (reading->manner == CODEC_TOLERANT) {
                continue;
            }
            return refuse_unknown(reading, text_in(&pair->key));
        }
        const struct field *field = &table->fields[index];
        if (present_has(present, index)) {
            return refuse(reading, ERROR_INVALID_FIELD, field->name, "%s is there twice",
                          field->name);
        }
        require(field->type < sizeof readers / sizeof readers[0]);
        enum error error =
            readers[field->type](reading, field, &pair->val, (char *)record + field->offset);
        if (error != ERROR_NONE) {
            return error;
        }
        present_mark(&present, index);
        guess = index + 1 < table->field_count ? index + 1 : 0;
    }
    for (unsigned i = 0; i < table->field_count; i++) {
        if (table->fields[i].required && !present_has(present, i)) {
            return refuse(reading, ERROR_MISSING_FIELD, table->fields[i].name, "%s is missing",
                          table->fields[i].name);
        }
    }
    *(uint64_t *)record = present;
    return ERROR_NONE;
}

enum error codec_read(const void *body, const struct table *table, enum codec_manner manner,
                      struct arena *arena, void *ret_struct, struct failure *ret_failure)
{
    const msgpack_object *map = body;
    require(map != NULL && map->type == MSGPACK_OBJECT_MAP);
    struct reading reading = {.manner = manner, .arena = arena, .failure = ret_failure};
    return read_map(&reading, map, table, ret_struct);
}
