/* The table of verbs and how a name finds one. */
#include <string.h>

#include "proto/likeness.h"
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

const struct verb *verb_nearest(const char *name)
{
    const char *names[sizeof verbs / sizeof verbs[0]];
    size_t count = 0;
    while (verbs[count] != NULL) {
        names[count] = verbs[count]->name;
        count++;
    }
    const char *nearest = likeness_nearest(text_of(name), names, count);
    return nearest == NULL ? NULL : verb_find(nearest);
}
