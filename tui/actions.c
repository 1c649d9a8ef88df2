/* See actions.h. The order of the table is the order of the footer; what does not fit there is left
 * out from the right, but never the last two: help and leave. */
#include "tui/actions.h"

#include <stdio.h>

#include "tui/screens/screens.h"

#define ON(screen) (UINT64_C(1) << SCREEN_##screen)
#define KEY(letter)                                                                                \
    {                                                                                              \
        KEYCODE_CHARACTER, letter                                                                  \
    }
#define CTRL(letter)                                                                               \
    {                                                                                              \
        KEYCODE_CONTROL, letter                                                                    \
    }
#define FN(number)                                                                                 \
    {                                                                                              \
        KEYCODE_FUNCTION, number                                                                   \
    }
#define NAMED(name)                                                                                \
    {                                                                                              \
        KEYCODE_##name, 0                                                                          \
    }

#define LISTS                                                                                      \
    (ON(SIGN_INS) | ON(KEYS) | ON(TICKETS) | ON(DRAFTS) | ON(LINKS) | ON(FILES) | ADMIN_LISTS |    \
     ADMIN_BELOW)
#define TEXTS   (ON(TICKET) | ON(HELP) | ON(CONFLICT) | ON(AUDIT_ENTRY) | ON(RESULTS))
#define PICKERS (ON(STATUS) | ON(QUEUE_PICKER) | ON(MORE) | ON(ROLE_PICKER))
#define WRITING (ON(TICKET_FORM) | ON(COMPOSER) | ON(CORRECT))
#define SETTING (ON(PROFILE_FORM) | ON(PASSWORD) | ON(ASK_ROLE) | ON(QUEUE_FORM) | ON(CANNED_FORM))
#define FORMS                                                                                      \
    (ON(SIGN_IN) | ON(REGISTER) | ON(USE_CODE) | ON(NEW_ACCOUNT) | WRITING | SETTING |             \
     ON(ELEVATE) | ON(DELETE) | ON(USE_KEY) | ON(TOTP) | ON(TOTP_REMOVE))
#define ADMIN_LISTS                                                                                \
    (ON(ACCOUNTS) | ON(ROLE_REQUESTS) | ON(DELETED) | ON(QUEUES) | ON(CANNED) | ON(LOCKS) |        \
     ON(AUDIT) | ON(SETTINGS))
#define ADMIN_TABS  (ADMIN_LISTS | ON(HEALTH))
#define ADMIN_BELOW (ON(QUEUE_MEMBERS) | ON(PERSON_SIGN_INS))
#define WITH_BACK                                                                                  \
    (ON(TICKET) | ON(LINKS) | ON(FILES) | ON(CONFLICT) | ON(RESULTS) | ON(DRAFTS) | ON(PROFILE) |  \
     ON(SIGN_INS) | ON(KEYS) | ON(CODE) | ON(AUDIT_ENTRY) | ADMIN_TABS | ADMIN_BELOW)

/* One action is one paragraph. */
/* clang-format off */

const struct action actions[] = {
    {"acting.end", {KEY('Z')}, NULL, "End acting", "act as yourself again",
        ON(TICKETS) | WITH_BACK, NEED_ACTING, end_acting},

    /* Tickets */
    {"ticket.open", {NAMED(ENTER)}, NULL, "Open", "open the ticket",
        ON(TICKETS) | ON(DELETED), NEED_NOTHING, open_ticket},
    {"link.open", {NAMED(ENTER)}, NULL, "Open", "open this ticket; q comes back",
        ON(LINKS), NEED_NOTHING, open_linked_ticket},
    {"ticket.new", {KEY('c')}, NULL, "New", "write a new ticket",
        ON(TICKETS) | ON(TICKET), NEED_NOTHING, new_ticket},
    {"ticket.reply", {KEY('r')}, NULL, "Reply", "reply; everybody who sees the ticket reads it",
        ON(TICKETS) | ON(TICKET), NEED_NOTHING, reply_to_ticket},
    {"ticket.note", {KEY('m')}, NULL, "Note", "write a staff note, not shown to the requester",
        ON(TICKETS) | ON(TICKET), NEED_STAFF, note_on_ticket},
    {"undo", {KEY('u')}, NULL, NULL, "withdraw the reply not sent yet, or undo your last act",
        ON(TICKETS) | ON(TICKET) | ON(RESULTS), NEED_NOTHING, undo_last_act},
    {"reply.send_now", {KEY('S')}, NULL, NULL, "send the reply that is held at once",
        ON(TICKETS) | ON(TICKET), NEED_STAFF, send_reply_now},
    {"message.correct", {KEY('E')}, NULL, NULL, "correct your message, the one read or the newest",
        ON(TICKET), NEED_NOTHING, correct_message},
    {"message.retract", {KEY('X')}, NULL, NULL, "retract your message, the one read or the newest",
        ON(TICKET), NEED_NOTHING, retract_message},
    {"ticket.status", {KEY('s')}, NULL, "Status", "set MINOR, MAJOR, CRITICAL or RESOLVED",
        ON(TICKETS) | ON(TICKET), NEED_NOTHING, set_ticket_status},
    {"list.filter", {KEY('/')}, NULL, "Filter", "show only some, such as: is:open owner:me printer",
        ON(TICKETS), NEED_NOTHING, filter_tickets},
    {"ticket.edit", {KEY('e')}, NULL, "Edit", "edit title, problem, kind and status",
        ON(TICKETS) | ON(TICKET), NEED_NOTHING, edit_ticket},
    {"ticket.take", {KEY('t')}, NULL, "Take", "take the ticket: you work on it",
        ON(TICKETS) | ON(TICKET), NEED_STAFF, own_ticket},
    {"ticket.steal", {KEY('T')}, NULL, NULL, "take it away from its owner; asks first",
        ON(TICKETS) | ON(TICKET), NEED_STAFF, steal_ticket},
    {"ticket.give", {KEY('o')}, NULL, NULL, "give it to somebody: they own it and work on it",
        ON(TICKETS) | ON(TICKET), NEED_STAFF, give_ticket},
    {"ticket.untake", {KEY('U')}, NULL, NULL, "give it up: nobody owns it any more",
        ON(TICKETS) | ON(TICKET), NEED_STAFF, disown_ticket},
    {"ticket.watch", {KEY('w')}, NULL, NULL, "watch the ticket, or no longer",
        ON(TICKETS) | ON(TICKET), NEED_NOTHING, watch_ticket},
    {"ticket.copy", {KEY('+')}, NULL, NULL, "put somebody in copy: they see it and may reply",
        ON(TICKETS) | ON(TICKET), NEED_NOTHING, copy_ticket},
    {"ticket.uncopy", {KEY('-')}, NULL, NULL, "take somebody, or yourself, out of copy",
        ON(TICKETS) | ON(TICKET), NEED_NOTHING, uncopy_ticket},
    {"ticket.pend", {KEY('z')}, NULL, NULL, "put it aside until a time or an answer",
        ON(TICKETS) | ON(TICKET), NEED_STAFF, pend_ticket},
    {"ticket.open_again", {KEY('O')}, NULL, NULL, "open it again: pending or resolved no more",
        ON(TICKETS) | ON(TICKET), NEED_NOTHING, open_ticket_again},
    {"ticket.files", {KEY('f')}, NULL, "Files", "the files on the ticket: attach, save",
        ON(TICKET), NEED_NOTHING, open_files},
    {"files.attach", {KEY('a')}, NULL, "Attach", "attach a file of this machine",
        ON(FILES), NEED_NOTHING, attach_file},
    {"files.attach_internal", {KEY('A')}, NULL, NULL, "attach a file for the staff alone",
        ON(FILES), NEED_STAFF, attach_internal_file},
    {"files.save", {KEY('s')}, NULL, "Save", "save the file into a folder of this machine",
        ON(FILES), NEED_NOTHING, save_file},
    {"files.remove", {KEY('x')}, NULL, "Remove", "remove the file for ever (admin mode); asks first",
        ON(FILES), NEED_ADMIN, remove_file},
    {"files.stop", {KEY('c')}, NULL, "Stop", "stop the file that is on its way",
        ON(FILES), NEED_NOTHING, stop_transfer},
    {"files.refresh", {KEY('R'), FN(5)}, NULL, NULL, "ask the desk again",
        ON(FILES), NEED_NOTHING, refresh_files},
    {"ticket.delete", {KEY('D')}, NULL, "Delete", "delete the ticket (admin mode)",
        ON(TICKETS) | ON(TICKET), NEED_ADMIN, delete_ticket},
    {"ticket.heading", {KEY('['), KEY(']')}, "[ ]", "Message", "previous, next message",
        ON(TICKET), NEED_NOTHING, NULL},
    {"ticket.next", {KEY('J')}, NULL, NULL, "the next ticket of the list",
        ON(TICKET), NEED_NOTHING, next_ticket},
    {"ticket.previous", {KEY('K')}, NULL, NULL, "the ticket before it in the list",
        ON(TICKET), NEED_NOTHING, previous_ticket},
    {"mark.ticket", {KEY(' ')}, NULL, NULL, "mark it, or no longer: t o s v z... act on all marked",
        ON(TICKETS), NEED_NOTHING, mark_ticket},
    {"mark.all", {KEY('*')}, NULL, NULL, "mark all tickets of the list",
        ON(TICKETS), NEED_NOTHING, mark_all_tickets},
    {"mark.clear", {NAMED(ESCAPE), CTRL('g')}, NULL, NULL, "take all marks away",
        ON(TICKETS), NEED_NOTHING, clear_marks},
    {"admin.open", {KEY('A')}, NULL, "Admin", "admin mode: accounts, queues, audit, health, settings and more",
        ON(TICKETS), NEED_ADMIN, open_admin},
    {"profile.open", {KEY('P')}, NULL, "Profile", "your account: email, name, password, role",
        ON(TICKETS), NEED_NOTHING, open_profile},
    {"list.refresh", {KEY('R'), FN(5)}, NULL, "Refresh", "ask the desk again",
        ON(TICKETS), NEED_NOTHING, refresh_tickets},
    {"ticket.refresh", {KEY('R'), FN(5)}, NULL, "Refresh", "ask the desk again",
        ON(TICKET), NEED_NOTHING, refresh_ticket},
    {"list.new", {KEY('.')}, NULL, NULL, "go up to tickets that came in above",
        ON(TICKETS), NEED_NOTHING, show_new_tickets},
    {"ticket.move", {KEY('v')}, NULL, "Move", "move the ticket into another queue",
        ON(TICKETS) | ON(TICKET), NEED_STAFF, move_ticket},
    {"ticket.more", {KEY('M')}, NULL, "More", "more: its links, tag, link, unlink, merge, unmerge, split",
        ON(TICKETS) | ON(TICKET), NEED_STAFF, more_for_ticket},
    {"drafts.open", {KEY('d')}, NULL, "Drafts", "what you have written and not sent yet",
        ON(TICKETS), NEED_NOTHING, open_drafts},
    {"sign_out", {KEY('L')}, NULL, "Sign out", "sign out; unsent text is kept for the next time",
        ON(TICKETS) | ON(PROFILE), NEED_NOTHING, sign_out},

    /* Drafts and conflicts */
    {"draft.open", {NAMED(ENTER)}, NULL, "Go on", "go on writing",
        ON(DRAFTS), NEED_NOTHING, open_selected_draft},
    {"draft.discard", {KEY('x')}, NULL, "Discard", "throw the draft away; asks first",
        ON(DRAFTS), NEED_NOTHING, discard_draft},
    {"conflict.mine", {KEY('r')}, NULL, "Send mine", "send your text on top of theirs",
        ON(CONFLICT), NEED_NOTHING, conflict_send_mine},
    {"conflict.merge", {KEY('m')}, NULL, "Merge", "go back to your text and change it by hand",
        ON(CONFLICT), NEED_NOTHING, conflict_merge},
    {"conflict.theirs", {KEY('o')}, NULL, "Keep theirs", "keep theirs and drop yours; asks first",
        ON(CONFLICT), NEED_NOTHING, conflict_keep_theirs},

    /* The own account */
    {"profile.edit", {KEY('e')}, NULL, "Edit", "change email address and display name",
        ON(PROFILE), NEED_NOTHING, edit_profile},
    {"profile.password", {KEY('p')}, NULL, "Password", "change the password",
        ON(PROFILE), NEED_NOTHING, change_password},
    {"profile.role", {KEY('a')}, NULL, "Ask for a role", "ask an admin for another role",
        ON(PROFILE), NEED_NOTHING, ask_for_role},
    {"profile.sign_ins", {KEY('s')}, NULL, "Sign-ins", "where you are signed in, and your devices",
        ON(PROFILE), NEED_NOTHING, open_sign_ins},
    {"profile.second_factor", {KEY('f')}, NULL, "Second factor",
        "set up a code of an app beside the password, or give it up",
        ON(PROFILE), NEED_NOTHING, open_second_factor},
    {"profile.keys", {KEY('k')}, NULL, "Keys", "the keys you can sign in with",
        ON(PROFILE), NEED_NOTHING, open_keys},
    {"keys.remove", {KEY('x')}, NULL, "Remove", "remove the key, and end what was signed in with it",
        ON(KEYS), NEED_NOTHING, drop_key},
    {"keys.refresh", {KEY('R'), FN(5)}, NULL, "Refresh", "ask the desk again",
        ON(KEYS), NEED_NOTHING, refresh_keys},
    {"sign_ins.end", {KEY('x')}, NULL, "End", "end the sign-in, or forget the device",
        ON(SIGN_INS), NEED_NOTHING, end_sign_in},
    {"sign_ins.others", {KEY('o')}, NULL, "End others", "end all sign-ins but this one",
        ON(SIGN_INS), NEED_NOTHING, end_other_sign_ins},
    {"sign_ins.refresh", {KEY('R'), FN(5)}, NULL, "Refresh", "ask the desk again",
        ON(SIGN_INS), NEED_NOTHING, refresh_sign_ins},

    /* Admin mode */
    {"account.role", {KEY('p')}, NULL, "Role", "give the account another role",
        ON(ACCOUNTS), NEED_ADMIN, change_role},
    {"account.new", {KEY('c')}, NULL, "New", "make an account; its person gets a one-time code",
        ON(ACCOUNTS), NEED_ADMIN, new_account},
    {"account.reset", {KEY('r')}, NULL, "Reset", "take the password away and give a one-time code",
        ON(ACCOUNTS), NEED_ADMIN, reset_account},
    {"account.second_factor", {KEY('F')}, NULL, NULL,
        "take the second factor of somebody who has lost it away",
        ON(ACCOUNTS), NEED_ADMIN, take_second_factor},
    {"account.sign_ins", {KEY('s')}, NULL, "Sign-ins", "where the person is signed in, to end it",
        ON(ACCOUNTS), NEED_ADMIN, open_person_sign_ins},
    {"account.disable", {KEY('x')}, NULL, "Disable", "disable the account, or enable it again",
        ON(ACCOUNTS), NEED_ADMIN, disable_account},
    {"account.act_as", {KEY('a')}, NULL, "Act as", "act as this person, with both names on record",
        ON(ACCOUNTS), NEED_ADMIN, act_as_account},
    {"account.anonymise", {KEY('D')}, NULL, "Forget",
        "erase name and address of the person for ever; tickets and messages stay",
        ON(ACCOUNTS), NEED_ADMIN, anonymise_account},
    {"role.grant", {KEY('y')}, NULL, "Grant", "give the role that is asked for",
        ON(ROLE_REQUESTS), NEED_ADMIN, grant_role},
    {"role.decline", {KEY('n')}, NULL, "Decline", "decline the request",
        ON(ROLE_REQUESTS), NEED_ADMIN, decline_role},
    {"ticket.restore", {KEY('r')}, NULL, "Restore", "bring the ticket back into all lists",
        ON(DELETED), NEED_ADMIN, restore_ticket},
    {"ticket.purge", {KEY('D')}, NULL, "Purge", "erase the ticket for good; nobody can bring it back",
        ON(DELETED), NEED_ADMIN, purge_ticket},
    {"sign_in_of.end", {KEY('x')}, NULL, "End", "end this sign-in; asks first",
        ON(PERSON_SIGN_INS), NEED_ADMIN, end_sign_in_of},
    {"sign_in_of.end_all", {KEY('o')}, NULL, "End all", "end all sign-ins of the person; asks first",
        ON(PERSON_SIGN_INS), NEED_ADMIN, end_sign_ins_of},
    {"queue.members", {NAMED(ENTER)}, NULL, "Members", "who may do what in the queue",
        ON(QUEUES), NEED_ADMIN, open_queue_members},
    {"queue.new", {KEY('c')}, NULL, "New", "make a queue",
        ON(QUEUES), NEED_ADMIN, new_queue},
    {"queue.edit", {KEY('e')}, NULL, "Edit", "name, description, who works and files in it, closed",
        ON(QUEUES), NEED_ADMIN, edit_queue},
    {"member.add", {KEY('a')}, NULL, "Add", "list somebody, with all rights to begin with",
        ON(QUEUE_MEMBERS), NEED_ADMIN, add_member},
    {"member.read", {KEY('r')}, NULL, "Read", "give or take the right to see the tickets",
        ON(QUEUE_MEMBERS), NEED_ADMIN, toggle_read},
    {"member.create", {KEY('c')}, NULL, "Create", "give or take the right to file tickets",
        ON(QUEUE_MEMBERS), NEED_ADMIN, toggle_create},
    {"member.change", {KEY('h')}, NULL, "Change", "give or take the right to reply and change",
        ON(QUEUE_MEMBERS), NEED_ADMIN, toggle_change},
    {"member.own", {KEY('o')}, NULL, "Own", "give or take the right to be their owner",
        ON(QUEUE_MEMBERS), NEED_ADMIN, toggle_own},
    {"member.remove", {KEY('x')}, NULL, "Remove", "take the person off the list; asks first",
        ON(QUEUE_MEMBERS), NEED_ADMIN, remove_member},
    {"canned.edit", {NAMED(ENTER), KEY('e')}, NULL, "Edit", "change name and text (or e)",
        ON(CANNED), NEED_ADMIN, edit_canned},
    {"canned.new", {KEY('c')}, NULL, "New", "write a canned reply",
        ON(CANNED), NEED_ADMIN, new_canned},
    {"canned.remove", {KEY('x')}, NULL, "Remove", "remove the canned reply; asks first",
        ON(CANNED), NEED_ADMIN, remove_canned},
    {"lock.unlock", {KEY('u')}, NULL, "Unlock", "forget the wrong passwords; asks first",
        ON(LOCKS), NEED_ADMIN, unlock_account},
    {"audit.open", {NAMED(ENTER)}, NULL, "Open", "the whole entry: every change it made",
        ON(AUDIT), NEED_ADMIN, open_audit_entry},
    {"audit.filter", {KEY('/')}, NULL, "Filter", "only what a person did, or what was done to a ticket",
        ON(AUDIT), NEED_ADMIN, filter_audit},
    {"audit.export", {KEY('w')}, NULL, "Write file", "write all that is shown to a new CSV file",
        ON(AUDIT), NEED_ADMIN, export_audit},
    {"setting.change", {NAMED(ENTER), KEY('e')}, NULL, "Change", "change the value (or e)",
        ON(SETTINGS), NEED_ADMIN, change_setting},
    {"admin.accounts", {KEY('1')}, NULL, NULL, "accounts",
        ADMIN_TABS, NEED_ADMIN, open_accounts},
    {"admin.requests", {KEY('2')}, NULL, NULL, "role requests",
        ADMIN_TABS, NEED_ADMIN, open_role_requests},
    {"admin.deleted", {KEY('3')}, NULL, NULL, "deleted tickets",
        ADMIN_TABS, NEED_ADMIN, open_deleted},
    {"admin.queues", {KEY('4')}, NULL, NULL, "queues, and who works in them",
        ADMIN_TABS, NEED_ADMIN, open_queues},
    {"admin.canned", {KEY('5')}, NULL, NULL, "canned replies",
        ADMIN_TABS, NEED_ADMIN, open_canned},
    {"admin.locks", {KEY('6')}, NULL, NULL, "who has to wait after wrong passwords",
        ADMIN_TABS, NEED_ADMIN, open_locks},
    {"admin.audit", {KEY('7')}, NULL, NULL, "who did what, when and from where",
        ADMIN_TABS, NEED_ADMIN, open_audit},
    {"admin.health", {KEY('8')}, NULL, NULL, "how the desk and its daemon are",
        ADMIN_TABS, NEED_ADMIN, open_health},
    {"admin.settings", {KEY('9')}, NULL, NULL, "what holds for the whole desk",
        ADMIN_TABS, NEED_ADMIN, open_settings},
    {"admin.refresh", {KEY('R'), FN(5)}, NULL, "Refresh", "ask the desk again",
        ADMIN_TABS | ADMIN_BELOW, NEED_ADMIN, refresh_admin},
    {"admin.leave", {KEY('X')}, NULL, "End mode", "end admin mode and go back to the tickets",
        ADMIN_TABS, NEED_ADMIN, leave_admin_mode},

    /* Forms. What sends comes first: a narrow window has room for little else. */
    {"sign_in.send", {NAMED(ENTER), CTRL('s'), FN(10)}, NULL, "Sign in",
        "sign in with name and password", ON(SIGN_IN), NEED_NOTHING, NULL},
    {"use_key.send", {NAMED(ENTER), CTRL('s'), FN(10)}, NULL, "Use it", "sign with the key",
        ON(USE_KEY), NEED_NOTHING, NULL},
    {"sign_in.register", {CTRL('r'), FN(9)}, NULL, "Register", "open an account",
        ON(SIGN_IN), NEED_NOTHING, open_register},
    {"sign_in.code", {CTRL('o'), FN(8)}, NULL, "I have a code", "set a password with a one-time code",
        ON(SIGN_IN), NEED_NOTHING, open_use_code},
    {"use_code.send", {CTRL('s'), FN(10)}, NULL, "Set password", "set the password and sign in",
        ON(USE_CODE), NEED_NOTHING, NULL},
    {"new_account.send", {CTRL('s'), FN(10)}, NULL, "Make it", "make the account",
        ON(NEW_ACCOUNT), NEED_NOTHING, NULL},
    {"register.send", {CTRL('s'), FN(10)}, NULL, "Register", "open the account",
        ON(REGISTER), NEED_NOTHING, NULL},
    {"elevate.send", {NAMED(ENTER), CTRL('s'), FN(10)}, NULL, "Enter admin mode",
        "enter admin mode", ON(ELEVATE), NEED_NOTHING, NULL},
    {"elevate.key", {CTRL('t'), FN(6)}, NULL, "Use key", "enter admin mode with your key",
        ON(ELEVATE), NEED_NOTHING, elevate_with_key},
    {"totp.send", {NAMED(ENTER), CTRL('s'), FN(10)}, NULL, "Go on", "send what is typed here",
        ON(TOTP), NEED_NOTHING, NULL},
    {"totp_remove.send", {NAMED(ENTER), CTRL('s'), FN(10)}, NULL, "Remove",
        "remove the second factor", ON(TOTP_REMOVE), NEED_NOTHING, NULL},
    {"delete.send", {NAMED(ENTER), CTRL('s'), FN(10)}, NULL, "Delete",
        "delete; does nothing until the number is right", ON(DELETE), NEED_NOTHING, NULL},
    {"write.send", {CTRL('s'), FN(10)}, NULL, "Send", "send",
        WRITING, NEED_NOTHING, NULL},
    {"write.then", {CTRL('t')}, NULL, "And then",
        "what becomes of the ticket in the same act: resolved, waiting for an answer",
        ON(COMPOSER), NEED_NOTHING, NULL},
    {"write.exchange", {CTRL('x')}, NULL, NULL,
        "exchange the text with its other version, where there is one",
        ON(COMPOSER), NEED_NOTHING, NULL},
    {"write.canned", {CTRL('r')}, NULL, "Canned", "insert a canned reply where the cursor is",
        ON(COMPOSER), NEED_STAFF, pick_canned},
    {"setting.send", {CTRL('s'), FN(10)}, NULL, "Save", "save",
        SETTING, NEED_NOTHING, NULL},
    {"form.next", {NAMED(TAB)}, NULL, "Next", "next field",
        FORMS & ~(ON(COMPOSER) | ON(ELEVATE) | ON(USE_KEY) | ON(TOTP)), NEED_NOTHING, NULL},
    {"form.back", {NAMED(BACK_TAB)}, NULL, "Back", "previous field",
        FORMS & ~(ON(COMPOSER) | ON(ELEVATE) | ON(USE_KEY) | ON(TOTP)), NEED_NOTHING, NULL},
    {"sign_in.key", {CTRL('t'), FN(6)}, NULL, "Use key", "sign in with your key",
        ON(SIGN_IN), NEED_NOTHING, sign_in_with_key},
    {"form.choose", {KEY(' '), NAMED(LEFT), NAMED(RIGHT)}, "Space", "Choose",
        "choose, where there are choices",
        ON(TICKET_FORM) | ON(ASK_ROLE) | ON(NEW_ACCOUNT) | ON(QUEUE_FORM), NEED_NOTHING, NULL},
    {"write.undo", {CTRL('_'), FN(7)}, NULL, "Undo", "undo typing",
        WRITING, NEED_NOTHING, NULL},
    {"write.redo", {FN(8)}, NULL, NULL, "redo typing",
        WRITING, NEED_NOTHING, NULL},
    {"write.kill", {CTRL('k'), CTRL('u'), CTRL('w')}, "Ctrl-K U W", NULL,
        "cut to the end of the line, to its start, the word before",
        WRITING, NEED_NOTHING, NULL},
    {"write.yank", {CTRL('y')}, NULL, NULL, "insert what was cut",
        WRITING, NEED_NOTHING, NULL},
    {"trust.answer", {NAMED(ENTER)}, NULL, "Answer", "answer with what is typed",
        ON(TRUST), NEED_NOTHING, NULL},

    /* Pickers and questions */
    {"canned.insert", {NAMED(ENTER)}, NULL, "Insert", "insert the text at the cursor",
        ON(CANNED_PICKER), NEED_NOTHING, NULL},
    {"canned.move", {NAMED(DOWN), NAMED(UP), CTRL('n'), CTRL('p')}, "Up Down", "Choose",
        "the next one, the one before (Ctrl-N, Ctrl-P); letters search",
        ON(CANNED_PICKER), NEED_NOTHING, NULL},
    {"canned.read", {NAMED(PAGE_DOWN), NAMED(PAGE_UP)}, "PgDn PgUp", "Read on",
        "read on in the text below", ON(CANNED_PICKER), NEED_NOTHING, NULL},
    {"picker.pick", {NAMED(ENTER)}, NULL, "Choose", "take the choice; its letter does so too",
        PICKERS, NEED_NOTHING, NULL},
    {"question.answer", {NAMED(ENTER)}, NULL, "Answer", "answer; Enter alone never means yes",
        ON(QUESTION), NEED_NOTHING, NULL},

    /* Moving */
    {"list.move", {KEY('j'), KEY('k'), NAMED(DOWN), NAMED(UP), CTRL('n'), CTRL('p')}, "j k", NULL,
        "down, up (arrows, Ctrl-N, Ctrl-P)", LISTS | PICKERS, NEED_NOTHING, NULL},
    {"list.page", {NAMED(PAGE_DOWN), NAMED(PAGE_UP), CTRL('f'), CTRL('b')}, "PgDn PgUp", NULL,
        "a page down, up (Ctrl-F, Ctrl-B)", LISTS, NEED_NOTHING, NULL},
    {"list.half", {CTRL('d'), CTRL('u')}, "Ctrl-D U", NULL, "half a page down, up",
        LISTS, NEED_NOTHING, NULL},
    {"list.ends", {KEY('g'), KEY('G'), NAMED(HOME), NAMED(END)}, "g G", NULL,
        "first, last (Home, End)", LISTS | PICKERS, NEED_NOTHING, NULL},
    {"text.move", {KEY('j'), KEY('k'), NAMED(DOWN), NAMED(UP), CTRL('n'), CTRL('p')}, "j k", NULL,
        "a line down, up (arrows, Ctrl-N, Ctrl-P)", TEXTS, NEED_NOTHING, NULL},
    {"text.page", {KEY(' '), KEY('b'), NAMED(PAGE_DOWN), NAMED(PAGE_UP), CTRL('f'), CTRL('b')},
        "Space b", NULL, "a page down, up (PgDn, PgUp, Ctrl-F, Ctrl-B)",
        TEXTS, NEED_NOTHING, NULL},
    {"text.half", {CTRL('d'), CTRL('u')}, "Ctrl-D U", NULL, "half a page down, up",
        TEXTS, NEED_NOTHING, NULL},
    {"text.ends", {KEY('g'), KEY('G'), NAMED(HOME), NAMED(END)}, "g G", NULL,
        "top, end (Home, End)", TEXTS, NEED_NOTHING, NULL},

    /* Everywhere. Help and leave stand last: the footer always keeps them. */
    {"repaint", {CTRL('l')}, NULL, NULL, "draw the whole screen again",
        ~UINT64_C(0), NEED_NOTHING, NULL},
    {"suspend", {CTRL('z')}, NULL, NULL, "stop the program; fg in the shell comes back",
        ~UINT64_C(0), NEED_NOTHING, NULL},
    {"quit.now", {KEY('Q')}, NULL, NULL, "quit at once; unsent text is kept",
        ON(TICKETS) | WITH_BACK, NEED_NOTHING, quit_client},
    {"help", {KEY('?'), FN(1)}, NULL, "Help", "what the keys do here",
        ON(TICKETS) | WITH_BACK, NEED_NOTHING, open_help},
    {"form.help", {FN(1)}, NULL, "Help", "what the keys do here",
        FORMS | PICKERS | ON(CANNED_PICKER) | ON(TRUST), NEED_NOTHING, open_help},
    {"quit", {KEY('q')}, NULL, "Quit", "quit; unsent text is kept for the next time",
        ON(TICKETS), NEED_NOTHING, quit_client},
    {"sign_in.quit", {CTRL('c')}, NULL, "Quit", "quit",
        ON(SIGN_IN) | ON(TRUST), NEED_NOTHING, quit_client},
    {"back", {KEY('q'), NAMED(ESCAPE), CTRL('g'), CTRL('c')}, NULL, "Back", "go back",
        WITH_BACK, NEED_NOTHING, leave_screen},
    {"help.close", {KEY('q'), KEY('?'), FN(1), NAMED(ESCAPE), CTRL('g'), CTRL('c')}, NULL, "Back",
        "close the help", ON(HELP), NEED_NOTHING, leave_screen},
    {"write.leave", {NAMED(ESCAPE), CTRL('g'), CTRL('c')}, NULL, "Keep draft",
        "leave; what is written is kept as a draft", WRITING, NEED_NOTHING, NULL},
    {"form.leave", {NAMED(ESCAPE), CTRL('g'), CTRL('c')}, NULL, "Back", "leave without doing it",
        SETTING | ON(REGISTER) | ON(USE_CODE) | ON(NEW_ACCOUNT) | ON(ELEVATE) | ON(USE_KEY) | ON(TOTP) |
        ON(TOTP_REMOVE), NEED_NOTHING, NULL},
    {"delete.leave", {NAMED(ESCAPE), CTRL('g'), CTRL('c')}, NULL, "Keep it", "keep the ticket",
        ON(DELETE), NEED_NOTHING, NULL},
    {"canned.leave", {NAMED(ESCAPE), CTRL('g'), CTRL('c')}, NULL, "Back",
        "go back to the text without inserting", ON(CANNED_PICKER), NEED_NOTHING, NULL},
    {"picker.leave", {NAMED(ESCAPE), KEY('q'), CTRL('g'), CTRL('c')}, NULL, "Cancel",
        "leave it as it is", PICKERS, NEED_NOTHING, NULL},
    {"question.leave", {NAMED(ESCAPE), CTRL('g'), CTRL('c')}, NULL, "Cancel", "leave it as it is",
        ON(QUESTION), NEED_NOTHING, NULL},
};

/* clang-format on */

const size_t action_count = sizeof actions / sizeof actions[0];

bool action_applies(const struct action *action, enum screen_id screen, enum role role)
{
    static const enum role least[] = {[NEED_NOTHING] = ROLE_USER,
                                      [NEED_STAFF] = ROLE_STAFF,
                                      [NEED_ADMIN] = ROLE_ADMIN,
                                      [NEED_ACTING] = ROLE_USER};

    return (action->screens >> screen & 1) != 0 && role >= least[action->need];
}

static bool is_key(const struct action_key *wanted, const struct key *key)
{
    bool has_point = wanted->code == KEYCODE_CHARACTER || wanted->code == KEYCODE_CONTROL ||
                     wanted->code == KEYCODE_FUNCTION;

    return wanted->code == key->code && (!has_point || wanted->code_point == key->code_point);
}

const struct action *action_find(const struct key *key, enum screen_id screen, enum role role)
{
    for (size_t i = 0; i < action_count; i++) {
        const struct action *action = &actions[i];
        if (!action_applies(action, screen, role)) {
            continue;
        }
        for (size_t k = 0; k < ACTION_KEYS_MAX && action->keys[k].code != KEYCODE_NONE; k++) {
            if (is_key(&action->keys[k], key)) {
                return action;
            }
        }
    }
    return NULL;
}

void action_key_text(const struct action_key *key, char ret_text[ACTION_KEY_SIZE])
{
    static const char *const names[] = {
        [KEYCODE_ENTER] = "Enter",
        [KEYCODE_TAB] = "Tab",
        [KEYCODE_BACK_TAB] = "Shift-Tab",
        [KEYCODE_BACKSPACE] = "Backspace",
        [KEYCODE_ESCAPE] = "Esc",
        [KEYCODE_UP] = "Up",
        [KEYCODE_DOWN] = "Down",
        [KEYCODE_LEFT] = "Left",
        [KEYCODE_RIGHT] = "Right",
        [KEYCODE_HOME] = "Home",
        [KEYCODE_END] = "End",
        [KEYCODE_PAGE_UP] = "PgUp",
        [KEYCODE_PAGE_DOWN] = "PgDn",
    };

    if (key->code == KEYCODE_CHARACTER && key->code_point == ' ') {
        snprintf(ret_text, ACTION_KEY_SIZE, "Space");
    } else if (key->code == KEYCODE_CHARACTER) {
        snprintf(ret_text, ACTION_KEY_SIZE, "%c", (int)key->code_point);
    } else if (key->code == KEYCODE_CONTROL) {
        int letter = (int)key->code_point;
        bool lower = letter >= 'a' && letter <= 'z';
        snprintf(ret_text, ACTION_KEY_SIZE, "Ctrl-%c", lower ? letter - 'a' + 'A' : letter);
    } else if (key->code == KEYCODE_FUNCTION) {
        snprintf(ret_text, ACTION_KEY_SIZE, "F%u", (unsigned)key->code_point);
    } else {
        snprintf(ret_text, ACTION_KEY_SIZE, "%s", names[key->code]);
    }
}

void action_label(const struct action *action, char ret_text[ACTION_KEY_SIZE])
{
    if (action->label != NULL) {
        snprintf(ret_text, ACTION_KEY_SIZE, "%s", action->label);
    } else {
        action_key_text(&action->keys[0], ret_text);
    }
}
