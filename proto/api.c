/* Tables -> structs of other tables: nothing here is specific to a method or a field. */
#include "proto/api.h"

#include <string.h>

#include "proto/require.h"

/* Memory for the whole description; `failed` latches, so that callers check once. */
struct describing {
    struct arena *arena;
    bool failed;
};

static struct list make_list(struct describing *describing, size_t count, size_t size)
{
    void *items = arena_array(describing->arena, count, size);
    if (items == NULL) {
        describing->failed = true;
        count = 0;
    }
    return (struct list){.items = items, .count = count};
}

const char *api_type_name(enum field_type type)
{
    static const char *const names[] = {
        [FIELD_BOOL] = "boolean", [FIELD_NUMBER] = "number", [FIELD_CHOICE] = "choice",
        [FIELD_LINE] = "line",    [FIELD_TEXT] = "text",     [FIELD_SECRET] = "secret",
        [FIELD_BYTES] = "bytes",  [FIELD_RECORD] = "record", [FIELD_LIST] = "list",
    };
    require((size_t)type < sizeof names / sizeof names[0]);
    return names[type];
}

/* --- Records --------------------------------------------------------------------------------- */

static void add_record(struct api_records *records, const struct table *table);

static void add_records_of(struct api_records *records, const struct table *table)
{
    for (size_t i = 0; i < table->field_count; i++) {
        if (table->fields[i].table != NULL) {
            add_record(records, table->fields[i].table);
        }
    }
}

static void add_record(struct api_records *records, const struct table *table)
{
    for (size_t i = 0; i < records->count; i++) {
        if (records->tables[i] == table) {
            return;
        }
    }
    require(records->count < API_RECORDS_MAX);
    records->tables[records->count++] = table;
    add_records_of(records, table);
}

void api_collect_records(struct api_records *ret_records)
{
    *ret_records = (struct api_records){0};
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        if (!method_is_internal((enum method)i)) {
            add_records_of(ret_records, methods[i].request);
            add_records_of(ret_records, methods[i].reply);
        }
    }
    for (size_t i = 0; i < NOTIFICATION_COUNT; i++) {
        add_records_of(ret_records, notifications[i].table);
    }
    add_record(ret_records, &failure_table);
}

/* --- Fields ---------------------------------------------------------------------------------- */

/* The names a field allows, separated by one space. */
static struct text join_choices(struct describing *describing, const struct field *field)
{
    size_t length = 0;
    for (uint64_t i = field->min; i <= field->max; i++) {
        length += strlen(choices_name(field->choices, (uint32_t)i)) + 1;
    }
    char *joined = arena_alloc(describing->arena, length);
    if (joined == NULL) {
        describing->failed = true;
        return (struct text){0};
    }
    size_t used = 0;
    for (uint64_t i = field->min; i <= field->max; i++) {
        const char *name = choices_name(field->choices, (uint32_t)i);
        if (used > 0) {
            joined[used++] = ' ';
        }
        memcpy(joined + used, name, strlen(name));
        used += strlen(name);
    }
    return (struct text){.data = joined, .length = used};
}

static bool has_limits(const struct field *field)
{
    return field->type != FIELD_BOOL && field->type != FIELD_CHOICE && field->type != FIELD_RECORD;
}

static struct api_field describe_field(struct describing *describing, const struct field *field)
{
    struct api_field described = {
        .name = text_of(field->name),
        .type = text_of(api_type_name(field->type)),
        .required = field->required,
        .since = field->since,
        .help = text_of(field->help),
    };
    if (has_limits(field)) {
        described.min = field->min;
        described.max = field->max;
        present_mark(&described.present, API_FIELD_MIN);
        present_mark(&described.present, API_FIELD_MAX);
    }
    if (field->type == FIELD_CHOICE) {
        described.choices = join_choices(describing, field);
        present_mark(&described.present, API_FIELD_CHOICES);
    }
    if (field->table != NULL) {
        described.record = text_of(field->table->name);
        present_mark(&described.present, API_FIELD_RECORD);
    }
    return described;
}

static struct list describe_fields(struct describing *describing, const struct table *table)
{
    struct list list = make_list(describing, table->field_count, sizeof(struct api_field));
    struct api_field *fields = list.items;
    for (size_t i = 0; i < list.count; i++) {
        fields[i] = describe_field(describing, &table->fields[i]);
    }
    return list;
}

/* --- The whole ------------------------------------------------------------------------------- */

static struct list describe_methods(struct describing *describing,
                                    const struct api_access access[METHOD_COUNT])
{
    struct list list = make_list(describing, METHOD_COUNT, sizeof(struct api_method));
    struct api_method *described = list.items;
    size_t most = list.count;
    list.count = 0;
    for (size_t i = 0; i < most; i++) {
        if (method_is_internal((enum method)i)) {
            continue;
        }
        require(access[i].kind != NULL && access[i].role != NULL);
        described[list.count++] = (struct api_method){
            .name = text_of(methods[i].name),
            .kind = text_of(access[i].kind),
            .role = text_of(access[i].role),
            .since = methods[i].since,
            .help = text_of(methods[i].help),
            .request = describe_fields(describing, methods[i].request),
            .reply = describe_fields(describing, methods[i].reply),
        };
    }
    return list;
}

static struct list describe_notifications(struct describing *describing)
{
    struct list list = make_list(describing, NOTIFICATION_COUNT, sizeof(struct api_record));
    struct api_record *described = list.items;
    for (size_t i = 0; i < list.count; i++) {
        described[i] = (struct api_record){
            .name = text_of(notifications[i].name),
            .fields = describe_fields(describing, notifications[i].table),
        };
    }
    return list;
}

static struct list describe_records(struct describing *describing)
{
    struct api_records records;
    api_collect_records(&records);
    struct list list = make_list(describing, records.count, sizeof(struct api_record));
    struct api_record *described = list.items;
    for (size_t i = 0; i < list.count; i++) {
        described[i] = (struct api_record){
            .name = text_of(records.tables[i]->name),
            .fields = describe_fields(describing, records.tables[i]),
        };
    }
    return list;
}

static struct list describe_errors(struct describing *describing)
{
    /* ERROR_NONE is never sent. */
    struct list list = make_list(describing, ERROR_COUNT - 1, sizeof(struct api_error));
    struct api_error *described = list.items;
    for (size_t i = 0; i < list.count; i++) {
        enum error error = (enum error)(i + 1);
        described[i] = (struct api_error){
            .code = text_of(error_name(error)),
            .message = text_of(error_sentence(error)),
        };
    }
    return list;
}

enum error api_describe(const struct api_access access[METHOD_COUNT], struct arena *arena,
                        struct api_reply *ret_reply)
{
    struct describing describing = {.arena = arena};
    struct api_reply reply = {
        .protocol = PROTOCOL_VERSION,
        .level = PROTOCOL_LEVEL,
        .methods = describe_methods(&describing, access),
        .notifications = describe_notifications(&describing),
        .records = describe_records(&describing),
        .errors = describe_errors(&describing),
    };
    if (describing.failed) {
        return ERROR_NO_MEMORY;
    }
    *ret_reply = reply;
    return ERROR_NONE;
}
