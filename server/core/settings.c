#include "server/core/settings.h"

#include "server/core/commands.h"

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
    return settings;
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
    if (settings.registration == before) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return;
    }
    settings.version++;
    run_put(run, ROW_SETTINGS, &settings);
    run->outcome->version = settings.version;
}
