#include "tests/lib/measure.h"

static void visit(const msgpack_object *object, size_t depth, struct measure *measure);

static void visit_map(const msgpack_object_map *map, size_t depth, struct measure *measure)
{
    if (map->size > measure->pairs_max) {
        measure->pairs_max = map->size;
    }
    measure->elements += (size_t)map->size * 2;
    for (uint32_t i = 0; i < map->size; i++) {
        if (map->ptr[i].key.type != MSGPACK_OBJECT_STR) {
            measure->only_text_keys = false;
        }
        visit(&map->ptr[i].key, depth, measure);
        visit(&map->ptr[i].val, depth, measure);
    }
}

static void visit(const msgpack_object *object, size_t depth, struct measure *measure)
{
    bool is_container = object->type == MSGPACK_OBJECT_ARRAY || object->type == MSGPACK_OBJECT_MAP;
    if (is_container && depth + 1 > measure->depth) {
        measure->depth = depth + 1;
    }
    if (object->type == MSGPACK_OBJECT_EXT) {
        measure->has_extension = true;
    } else if (object->type == MSGPACK_OBJECT_MAP) {
        visit_map(&object->via.map, depth + 1, measure);
    } else if (object->type == MSGPACK_OBJECT_ARRAY) {
        measure->elements += object->via.array.size;
        for (uint32_t i = 0; i < object->via.array.size; i++) {
            visit(&object->via.array.ptr[i], depth + 1, measure);
        }
    }
}

struct measure measure_object(const msgpack_object *object)
{
    struct measure measure = {.only_text_keys = true};
    visit(object, 0, &measure);
    return measure;
}

bool measure_is_within(const struct measure *measure, size_t length,
                       const struct scanner_limits *limits)
{
    return length <= limits->bytes_max && measure->depth <= limits->depth_max &&
           measure->elements <= limits->elements_max && measure->pairs_max <= limits->pairs_max &&
           measure->only_text_keys && !measure->has_extension;
}
