#include "server/store/replay.h"

#include <stdlib.h>
#include <string.h>

#include "server/store/effects.h"
#include "server/store/environment.h"
#include "server/store/files.h"
#include "server/store/row_bytes.h"
#include "server/store/sealed.h"

enum { ENTRIES_A_COMMIT = 1000 };

struct replay {
    struct path folder;
    struct store *store;
    struct arena arena; /* of the running transaction */
    struct rows *rows;
    struct log_position position;
    size_t entries; /* in the running transaction */

    /* The row that the last effects were about, not written yet. */
    bool loaded;
    enum row_kind kind;
    uint64_t a;
    uint64_t b;
    union any_row row;
};

static enum error open_scratch(struct replay *replay, uint64_t map_bytes)
{
    static const uint8_t any_id[EPOCH_BYTES] = "scratch";
    struct path file;
    struct store_report report;
    enum error error = path_join(replay->folder.text, desk_file_name, &file);
    if (error == ERROR_NONE) {
        error = work_directory_make(replay->folder.text, &report);
    }
    const struct environment_settings settings = {
        .path = file.text, .map_bytes = map_bytes, .no_sync = true, .alone = true};
    if (error == ERROR_NONE) {
        error = environment_create(&settings, any_id, any_id, &report);
    }
    return error != ERROR_NONE ? error : environment_open(&settings, &replay->store, &report);
}

enum error replay_open(const char *directory, uint64_t map_bytes, struct replay **ret_replay)
{
    struct replay *replay = calloc(1, sizeof *replay);
    if (replay == NULL) {
        return ERROR_NO_MEMORY;
    }
    enum error error = path_join(directory, "desk.scratch", &replay->folder);
    if (error != ERROR_NONE) {
        free(replay);
        return error;
    }
    error = open_scratch(replay, map_bytes);
    if (error == ERROR_NONE) {
        error = store_write_begin(replay->store, &replay->arena, &replay->rows);
    }
    if (error != ERROR_NONE) {
        replay_close(replay);
        return error;
    }
    *ret_replay = replay;
    return ERROR_NONE;
}

void replay_close(struct replay *replay)
{
    if (replay == NULL) {
        return;
    }
    store_write_abort(replay->rows);
    store_close(replay->store);
    arena_finish(&replay->arena);
    work_directory_remove(replay->folder.text);
    free(replay);
}

static void flush(struct replay *replay)
{
    if (replay->loaded) {
        row_write(replay->rows, replay->kind, replay->a, replay->b, &replay->row);
        replay->loaded = false;
    }
}

/* Brings the effect's row into replay->row; false when whether it is there is not as the effect
 * says. */
static bool load(struct replay *replay, const struct effect *effect)
{
    if (replay->loaded && replay->kind == effect->row && replay->a == effect->a &&
        replay->b == effect->b) {
        return effect->kind != EFFECT_CREATE;
    }
    flush(replay);
    bool found = rows_get(replay->rows, effect->row, effect->a, effect->b, &replay->row);
    if (found != (effect->kind != EFFECT_CREATE)) {
        return false;
    }
    if (!found) {
        memset(&replay->row, 0, sizeof replay->row);
        row_key_fill(effect->row, &replay->row, effect->a, effect->b);
    }
    replay->kind = effect->row;
    replay->a = effect->a;
    replay->b = effect->b;
    replay->loaded = true;
    return true;
}

/* A line that was erased is as good as empty: a later effect has to have emptied the row's too. */
static struct value resolved(const struct value *value, const struct part *parts)
{
    struct value result = *value;
    if (value->type == VALUE_TEXT) {
        const struct part *part = &parts[value->part.part];
        result.text = part->blank ? (struct text){0} : part->text;
    }
    return result;
}

static bool apply(struct replay *replay, const struct effect *effect, const struct part *parts)
{
    if (!load(replay, effect)) {
        return false;
    }
    if (effect->kind == EFFECT_REMOVE) {
        struct key key = key_of_row(effect->row, effect->a, effect->b);
        replay->loaded = false;
        (void)any_remove(replay->rows, database_of(effect->row), &key);
        return true;
    }
    if (effect->kind == EFFECT_CREATE) {
        return true;
    }
    struct value value = resolved(&effect->new_value, parts);
    return rows_field_set(effect->row, &replay->row, effect->tag, &value);
}

static enum error next_transaction(struct replay *replay)
{
    replay->position.position++;
    enum error error = store_write_commit(replay->rows, &replay->position);
    replay->rows = NULL;
    replay->entries = 0;
    arena_reset(&replay->arena);
    if (error == ERROR_NONE) {
        error = store_write_begin(replay->store, &replay->arena, &replay->rows);
    }
    return error;
}

enum error replay_entry(struct replay *replay, const struct record *record,
                        const struct part *parts)
{
    bool fits = true;
    for (size_t i = 0; fits && i < record->effect_count; i++) {
        fits = apply(replay, &record->effects[i], parts);
    }
    flush(replay);
    enum error error = rows_error(replay->rows);
    if (error != ERROR_NONE || !fits) {
        return error != ERROR_NONE ? error : ERROR_DATA_DAMAGED;
    }
    return ++replay->entries < ENTRIES_A_COMMIT ? ERROR_NONE : next_transaction(replay);
}

enum error replay_digest(struct replay *replay, uint8_t ret_digest[DIGEST_BYTES])
{
    uint8_t digest[DIGEST_BYTES];
    store_content_digest(replay->rows, digest);
    enum error error = rows_error(replay->rows);
    if (error == ERROR_NONE) {
        memcpy(ret_digest, digest, DIGEST_BYTES);
    }
    return error;
}
