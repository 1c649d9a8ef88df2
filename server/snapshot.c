#include "server/snapshot.h"

enum { ARENA_KEPT_BYTES = 1 << 20 };

static void on_check(uv_check_t *check)
{
    snapshot_drop(check->data);
}

static void on_prepare(uv_prepare_t *prepare)
{
    snapshot_drop(prepare->data);
}

void snapshot_init(struct snapshot *snapshot, uv_loop_t *loop, struct store *store)
{
    *snapshot = (struct snapshot){.store = store};
    arena_init(&snapshot->arena, 0);
    (void)uv_check_init(loop, &snapshot->check);
    (void)uv_prepare_init(loop, &snapshot->prepare);
    snapshot->check.data = snapshot;
    snapshot->prepare.data = snapshot;
    (void)uv_check_start(&snapshot->check, on_check);
    (void)uv_prepare_start(&snapshot->prepare, on_prepare);
    uv_unref((uv_handle_t *)&snapshot->check);
    uv_unref((uv_handle_t *)&snapshot->prepare);
}

void snapshot_finish(struct snapshot *snapshot)
{
    if (snapshot->store == NULL) {
        return;
    }
    snapshot_drop(snapshot);
    arena_finish(&snapshot->arena);
    uv_close((uv_handle_t *)&snapshot->check, NULL);
    uv_close((uv_handle_t *)&snapshot->prepare, NULL);
    snapshot->store = NULL;
}

enum error snapshot_rows(struct snapshot *snapshot, struct rows **ret_rows)
{
    if (snapshot->rows == NULL) {
        enum error error = store_read_begin(snapshot->store, &snapshot->arena, &snapshot->rows);
        if (error != ERROR_NONE) {
            snapshot->rows = NULL;
            return error;
        }
    }
    *ret_rows = snapshot->rows;
    return ERROR_NONE;
}

void snapshot_trim(struct snapshot *snapshot)
{
    if (snapshot->rows != NULL && snapshot->arena.used_bytes > ARENA_KEPT_BYTES) {
        snapshot_drop(snapshot);
    }
}

void snapshot_drop(struct snapshot *snapshot)
{
    if (snapshot->rows != NULL) {
        store_read_end(snapshot->rows);
        snapshot->rows = NULL;
        arena_reset(&snapshot->arena);
    }
}
