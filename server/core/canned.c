/* Canned replies: texts that the staff has ready, with a name each. Admins keep them. */
#include "server/core/canned.h"

#include "server/core/commands.h"

bool canned_find(struct rows *rows, struct text name, struct row_canned *ret_row)
{
    struct row_range range = rows_range(INDEX_CANNED, 0, 0, false);
    uint64_t id;

    while (rows_range_next(rows, &range, &id)) {
        if (rows_get(rows, ROW_CANNED, id, 0, ret_row) && text_equal(ret_row->name, name)) {
            return true;
        }
    }
    return false;
}

static bool is_name(struct text name)
{
    bool good = name.length > 0;
    for (size_t i = 0; i < name.length && good; i++) {
        char letter = name.data[i];
        good = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '.' || letter == '_' || letter == '-';
    }
    return good;
}

static bool check_name(struct run *run, struct text name)
{
    struct row_canned other;

    if (!is_name(name)) {
        run_refuse(run, ERROR_INVALID_FIELD, "name",
                   "A name is of a-z, 0-9, dots, underscores and hyphens.");
        return false;
    }
    if (canned_find(run->rows, name, &other)) {
        run_refuse(run, ERROR_NAME_TAKEN, "name",
                   "There is a canned reply with this name already; update that one.");
        return false;
    }
    return true;
}

static bool has_room(struct run *run)
{
    struct row_range range = rows_range(INDEX_CANNED, 0, 0, false);
    uint64_t id;
    size_t count = 0;

    while (count < CANNED_MAX && rows_range_next(run->rows, &range, &id)) {
        count++;
    }
    if (count == CANNED_MAX) {
        run_refuse(run, ERROR_TOO_MANY, NULL,
                   "There are 200 canned replies, as many as a desk can have; remove one.");
    }
    return count < CANNED_MAX;
}

static void put(struct run *run, struct row_canned *row)
{
    run_put(run, ROW_CANNED, row);
    run->outcome->name = row->name;
    run->outcome->version = row->version;
}

void canned_create(struct run *run)
{
    const struct admin_canned_create *request = run->command->request;
    struct row_canned row = {
        .id = rows_sequence(run->rows) + 1,
        .version = 1,
        .name = request->name,
        .title = request->title,
        .text = {.fresh = request->text},
    };

    if (check_name(run, request->name) && has_room(run)) {
        put(run, &row);
    }
}

/* The one that the request names, in the version it names; false when it was refused. */
static bool find(struct run *run, struct text name, uint64_t version, struct row_canned *ret_row)
{
    if (!canned_find(run->rows, name, ret_row)) {
        run_refuse(run, ERROR_NOT_FOUND, "canned", "There is no canned reply with this name.");
        return false;
    }
    if (version != ret_row->version) {
        run_refuse(run, ERROR_VERSION_CONFLICT, NULL, NULL);
        run->outcome->version = ret_row->version;
        return false;
    }
    return true;
}

void canned_update(struct run *run)
{
    const struct admin_canned_update *request = run->command->request;
    struct row_canned row;

    if (!find(run, request->canned, request->version, &row)) {
        return;
    }
    struct row_canned after = row;
    bool renames =
        present_has(request->present, CANNED_UPDATE_NAME) && !text_equal(request->name, row.name);
    bool retitles = present_has(request->present, CANNED_UPDATE_TITLE) &&
                    !text_equal(request->title, row.title);
    bool rewrites = present_has(request->present, CANNED_UPDATE_TEXT) &&
                    !text_equal(request->text, rows_part(run->rows, &row.text));
    if (!renames && !retitles && !rewrites) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return;
    }
    if (renames && !check_name(run, request->name)) {
        return;
    }
    after.name = renames ? request->name : row.name;
    after.title = retitles ? request->title : row.title;
    if (rewrites) {
        after.text = (struct text_part){.fresh = request->text};
    }
    after.version++;
    put(run, &after);
}

void canned_remove(struct run *run)
{
    const struct admin_canned_remove *request = run->command->request;
    struct row_canned row;

    if (find(run, request->canned, request->version, &row)) {
        run_remove(run, ROW_CANNED, row.id, 0);
        run->outcome->name = row.name;
        run->outcome->version = row.version;
    }
}
