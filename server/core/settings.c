#include "server/core/settings.h"

#include <stddef.h>

#include "server/core/commands.h"

/* A setting that is a number: where it stands in row, request and reply. */
struct number {
    uint64_t fallback;
    size_t row_offset;
    size_t reply_offset;
    unsigned reply_bit;
    size_t request_offset;
    unsigned request_bit;
};

#define NUMBER(default_value, name, member)                                                        \
    {                                                                                              \
        .fallback = (default_value), .row_offset = offsetof(struct row_settings, member),          \
        .reply_offset = offsetof(struct settings, member), .reply_bit = SETTINGS_##name,           \
        .request_offset = offsetof(struct admin_settings_update, member),                          \
        .request_bit = SETTINGS_UPDATE_##name                                                      \
    }

static const struct number numbers[SETTING_COUNT] = {
    [SETTING_REOPEN_DAYS] = NUMBER(14, REOPEN_DAYS, reopen_days),
    [SETTING_UNDO_SEND_SECONDS] = NUMBER(10, UNDO_SEND_SECONDS, undo_send_seconds),
    [SETTING_EDIT_MINUTES] = NUMBER(15, EDIT_MINUTES, edit_minutes),
    /* New desks choose it (server/console/init.c); one that was made before goes on as it was. */
    [SETTING_ADMIN_SECOND_FACTOR] = NUMBER(0, ADMIN_SECOND_FACTOR, admin_second_factor),
    [SETTING_RETENTION_DAYS] = NUMBER(0, RETENTION_DAYS, retention_days),
};

static uint64_t *number_at(void *record, size_t offset)
{
    return (uint64_t *)(void *)((char *)record + offset);
}

static uint64_t read_at(const void *record, size_t offset)
{
    return *(const uint64_t *)(const void *)((const char *)record + offset);
}

struct row_settings settings_read(struct rows *rows)
{
    struct row_settings settings;
    if (!rows_get(rows, ROW_SETTINGS, 1, 0, &settings)) {
        settings = (struct row_settings){
            .key = 1,
            .version = 1,
            .registration = REGISTRATION_OPEN,
        };
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (!present_has(settings.chosen, i)) {
            *number_at(&settings, numbers[i].row_offset) = numbers[i].fallback;
        }
    }
    return settings;
}

void settings_view(const struct row_settings *row, struct settings *ret_settings)
{
    *ret_settings = (struct settings){.version = row->version, .registration = row->registration};
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        *number_at(ret_settings, numbers[i].reply_offset) = read_at(row, numbers[i].row_offset);
        present_mark(&ret_settings->present, numbers[i].reply_bit);
    }
}

/* True when a number differs from what it was. */
static bool set_numbers(struct row_settings *settings, const struct admin_settings_update *request)
{
    bool changed = false;
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        const struct number *number = &numbers[i];
        if (!present_has(request->present, number->request_bit)) {
            continue;
        }
        uint64_t wanted = read_at(request, number->request_offset);
        uint64_t *place = number_at(settings, number->row_offset);
        changed = changed || *place != wanted;
        *place = wanted;
        present_mark(&settings->chosen, i);
    }
    return changed;
}

void settings_update(struct run *run)
{
    const struct admin_settings_update *request = run->command->request;
    struct row_settings settings = settings_read(run->rows);
    enum registration before = settings.registration;

    if (request->version != settings.version) {
        run_refuse(run, ERROR_VERSION_CONFLICT, NULL, NULL);
        run->outcome->version = settings.version;
        return;
    }
    if (present_has(request->present, SETTINGS_UPDATE_REGISTRATION)) {
        settings.registration = request->registration;
    }
    bool changed = set_numbers(&settings, request);
    if (settings.registration == before && !changed) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return;
    }
    settings.version++;
    run_put(run, ROW_SETTINGS, &settings);
    if (settings.retention_days != 0) {
        retention_put_timer(run);
    }
    run->outcome->version = settings.version;
}
