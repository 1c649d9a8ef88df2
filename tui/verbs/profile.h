/* What people change of their own account: parts of `ttydesk account`. */
#ifndef TTYDESK_TUI_VERBS_PROFILE_H
#define TTYDESK_TUI_VERBS_PROFILE_H

#include "tui/verbs/verb.h"

/* update --email --display-name; password; ask-role ROLE --reason */
enum verb_exit profile_update(struct verb_run *run);
enum verb_exit profile_password(struct verb_run *run);
enum verb_exit profile_ask_role(struct verb_run *run);

/* A new password, typed twice at a terminal. VERB_DONE, or the exit code after complaining. */
enum verb_exit profile_new_password(const struct verb_run *run, struct secret *ret_password);

#endif
