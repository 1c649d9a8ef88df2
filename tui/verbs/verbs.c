/* The table of verbs and how a name finds one. */
#include <string.h>

#include "tui/verbs/verb.h"

/* One verb is one line. */
/* clang-format off */
const struct verb *const verbs[] = {
    &verb_register,
    &verb_login,
    &verb_logout,
    &verb_whoami,
    &verb_account,
    &verb_key,
    &verb_new,
    &verb_list,
    &verb_show,
    &verb_set,
    &verb_reply,
    &verb_note,
    &verb_withdraw,
    &verb_send_now,
    &verb_edit_message,
    &verb_retract,
    &verb_versions,
    &verb_canned,
    &verb_drafts,
    &verb_pend,
    &verb_resolve,
    &verb_open,
    &verb_reopen,
    &verb_move,
    &verb_queues,
    &verb_take,
    &verb_untake,
    &verb_steal,
    &verb_give,
    &verb_watch,
    &verb_unwatch,
    &verb_cc,
    &verb_link,
    &verb_unlink,
    &verb_links,
    &verb_merge,
    &verb_unmerge,
    &verb_split,
    &verb_tag,
    &verb_tags,
    &verb_attach,
    &verb_attachments,
    &verb_save,
    &verb_undo,
    &verb_delete,
    &verb_restore,
    &verb_purge,
    &verb_audit,
    &verb_api,
    NULL,
};
/* clang-format on */

const struct verb *verb_find(const char *name)
{
    for (size_t i = 0; verbs[i] != NULL; i++) {
        if (strcmp(verbs[i]->name, name) == 0) {
            return verbs[i];
        }
    }
    return NULL;
}

enum { DISTANCE_WORD_MAX = 24, DISTANCE_NEAR = 2 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* Levenshtein's distance with one row kept. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[DISTANCE_WORD_MAX + 1];
    size_t length = strlen(b);
    if (length > DISTANCE_WORD_MAX) {
        return DISTANCE_WORD_MAX;
    }
    for (unsigned j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (unsigned i = 1; a[i - 1] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            unsigned above = row[j];
            unsigned change = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = least(above + 1, row[j - 1] + 1, change);
            diagonal = above;
        }
    }
    return row[length];
}

const struct verb *verb_nearest(const char *name)
{
    const struct verb *nearest = NULL;
    unsigned best = DISTANCE_NEAR + 1;
    for (size_t i = 0; verbs[i] != NULL; i++) {
        unsigned far = distance(name, verbs[i]->name);
        if (far < best) {
            best = far;
            nearest = verbs[i];
        }
    }
    return nearest;
}
