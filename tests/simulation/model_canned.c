/* The model's canned replies. */
#include <string.h>

#include "tests/simulation/model_internal.h"

static struct model_canned *find(struct model *model, struct text name)
{
    for (size_t i = 0; i < model->canned_count; i++) {
        if (model_same(model->canned[i].name, name)) {
            return &model->canned[i];
        }
    }
    return NULL;
}

static void finish(struct turn *turn, const struct model_canned *canned)
{
    strcpy(turn->answer.name, canned->name);
    turn->answer.version = canned->version;
    turn_accept(turn);
}

static bool takes_name(struct turn *turn, const char *name)
{
    if (name[0] == '\0' ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") != strlen(name)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "name");
        return false;
    }
    if (find(turn->model, text_of(name)) != NULL) {
        turn_refuse(turn, ERROR_NAME_TAKEN, "name");
        return false;
    }
    return true;
}

static void create(struct turn *turn)
{
    const struct admin_canned_create *request = turn->command->request;
    struct model_canned canned = {.version = 1};

    model_copy(canned.name, request->name);
    model_copy(canned.title, request->title);
    model_copy(canned.text, request->text);
    if (takes_name(turn, canned.name)) {
        turn->model->canned[turn->model->canned_count++] = canned;
        finish(turn, &canned);
    }
}

/* The one of this name, in this version; else refused. */
static struct model_canned *find_version(struct turn *turn, struct text name, uint64_t version)
{
    struct model_canned *canned = find(turn->model, name);

    if (canned == NULL) {
        turn_refuse(turn, ERROR_NOT_FOUND, "canned");
        return NULL;
    }
    if (canned->version != version) {
        turn_refuse(turn, ERROR_VERSION_CONFLICT, NULL);
        turn->answer.version = canned->version;
        return NULL;
    }
    return canned;
}

static void update(struct turn *turn)
{
    const struct admin_canned_update *request = turn->command->request;
    struct model_canned *canned = find_version(turn, request->canned, request->version);

    if (canned == NULL) {
        return;
    }
    struct model_canned after = *canned;
    if (present_has(request->present, CANNED_UPDATE_NAME)) {
        model_copy(after.name, request->name);
    }
    if (present_has(request->present, CANNED_UPDATE_TITLE)) {
        model_copy(after.title, request->title);
    }
    if (present_has(request->present, CANNED_UPDATE_TEXT)) {
        model_copy(after.text, request->text);
    }
    if (memcmp(&after, canned, sizeof after) == 0) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
    } else if (strcmp(after.name, canned->name) == 0 || takes_name(turn, after.name)) {
        after.version++;
        *canned = after;
        finish(turn, canned);
    }
}

static void drop(struct turn *turn)
{
    const struct admin_canned_remove *request = turn->command->request;
    struct model *model = turn->model;
    struct model_canned *canned = find_version(turn, request->canned, request->version);

    if (canned != NULL) {
        size_t place = (size_t)(canned - model->canned);
        finish(turn, canned);
        model->canned_count--;
        memmove(canned, canned + 1, (model->canned_count - place) * sizeof *canned);
    }
}

bool model_canned_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_ADMIN_CANNED_CREATE:
        create(turn);
        return true;
    case METHOD_ADMIN_CANNED_UPDATE:
        update(turn);
        return true;
    case METHOD_ADMIN_CANNED_REMOVE:
        drop(turn);
        return true;
    default:
        return false;
    }
}
