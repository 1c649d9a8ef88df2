/* The names that travel, and the tables of methods and notifications: what the protocol can say.
 * The fields of each message are in messages_records, _hello, _account, _ticket, _owner, _admin and
 * _feed. */
#include "proto/messages.h"

#include "proto/messages_tables.h"
#include "proto/require.h"

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_USER] = "user",
    [ROLE_STAFF] = "staff",
    [ROLE_ADMIN] = "admin",
};
const struct choices role_choices = {role_names, ROLE_COUNT};

static const char *const account_state_names[ACCOUNT_STATE_COUNT] = {
    [ACCOUNT_ACTIVE] = "active",
    [ACCOUNT_DISABLED] = "disabled",
    [ACCOUNT_AWAITING] = "awaiting",
};
const struct choices account_state_choices = {account_state_names, ACCOUNT_STATE_COUNT};

static const char *const kind_names[KIND_COUNT] = {
    [KIND_HARDWARE] = "hardware",
    [KIND_SOFTWARE] = "software",
};
const struct choices kind_choices = {kind_names, KIND_COUNT};

static const char *const severity_names[SEVERITY_COUNT] = {
    [SEVERITY_MINOR] = "minor",
    [SEVERITY_MAJOR] = "major",
    [SEVERITY_CRITICAL] = "critical",
};
const struct choices severity_choices = {severity_names, SEVERITY_COUNT};

static const char *const state_names[STATE_COUNT] = {
    [STATE_OPEN] = "open",
    [STATE_PENDING] = "pending",
    [STATE_RESOLVED] = "resolved",
};
const struct choices state_choices = {state_names, STATE_COUNT};

static const char *const status_names[STATUS_COUNT] = {
    [STATUS_MINOR] = "MINOR",
    [STATUS_MAJOR] = "MAJOR",
    [STATUS_CRITICAL] = "CRITICAL",
    [STATUS_RESOLVED] = "RESOLVED",
};
const struct choices status_choices = {status_names, STATUS_COUNT};

static const char *const message_kind_names[MESSAGE_KIND_COUNT] = {
    [MESSAGE_REPLY] = "reply",
    [MESSAGE_NOTE] = "note",
};
const struct choices message_kind_choices = {message_kind_names, MESSAGE_KIND_COUNT};

static const char *const message_state_names[MESSAGE_STATE_COUNT] = {
    [MESSAGE_SENT] = "sent",
    [MESSAGE_HELD] = "held",
    [MESSAGE_RETRACTED] = "retracted",
};
const struct choices message_state_choices = {message_state_names, MESSAGE_STATE_COUNT};

static const char *const draft_for_names[DRAFT_FOR_COUNT] = {
    [DRAFT_FOR_REPLY] = "reply",
    [DRAFT_FOR_NOTE] = "note",
    [DRAFT_FOR_TICKET] = "ticket",
};
const struct choices draft_for_choices = {draft_for_names, DRAFT_FOR_COUNT};

static const char *const registration_names[REGISTRATION_COUNT] = {
    [REGISTRATION_OPEN] = "open",
    [REGISTRATION_APPROVAL] = "approval",
    [REGISTRATION_CLOSED] = "closed",
};
const struct choices registration_choices = {registration_names, REGISTRATION_COUNT};

static const char *const link_kind_names[LINK_KIND_COUNT] = {
    [LINK_PARENT] = "parent",
    [LINK_CHILD] = "child",
    [LINK_DEPENDS] = "depends",
    [LINK_BLOCKS] = "blocks",
    [LINK_RELATES] = "relates",
    [LINK_DUPLICATE] = "duplicate",
    [LINK_DUPLICATED_BY] = "duplicated_by",
};
const struct choices link_kind_choices = {link_kind_names, LINK_KIND_COUNT};

static const char *const doing_names[DOING_COUNT] = {
    [DOING_NOTHING] = "nothing",
    [DOING_READING] = "reading",
    [DOING_REPLYING] = "replying",
};
const struct choices doing_choices = {doing_names, DOING_COUNT};

static const char *const feed_names[FEED_COUNT] = {
    [FEED_OWN] = "own",
    [FEED_ALL] = "all",
    [FEED_TICKET] = "ticket",
    [FEED_QUEUE] = "queue",
};
const struct choices feed_choices = {feed_names, FEED_COUNT};

static const char *const bulk_act_names[BULK_ACT_COUNT] = {
    [BULK_STATUS] = "status", [BULK_KIND] = "kind",     [BULK_MOVE] = "move",
    [BULK_TAKE] = "take",     [BULK_UNTAKE] = "untake", [BULK_STEAL] = "steal",
    [BULK_GIVE] = "give",     [BULK_WATCH] = "watch",   [BULK_UNWATCH] = "unwatch",
    [BULK_TAG] = "tag",       [BULK_UNTAG] = "untag",   [BULK_PEND] = "pend",
    [BULK_OPEN] = "open",
};
const struct choices bulk_act_choices = {bulk_act_names, BULK_ACT_COUNT};

const struct choices error_choices = {error_names, ERROR_COUNT};

/* The same as methods[].name, which a constant initialiser can't refer to; a test compares. */
static const char *const method_names[METHOD_COUNT] = {
    /* Connection */
    [METHOD_HELLO] = "hello",
    [METHOD_API] = "api",
    /* Accounts, and how a sign-in begins and ends */
    [METHOD_ACCOUNT_REGISTER] = "account.register",
    [METHOD_ACCOUNT_LOGIN] = "account.login",
    [METHOD_ACCOUNT_LOGIN_KEY] = "account.login_key",
    [METHOD_ACCOUNT_RESUME] = "account.resume",
    [METHOD_ACCOUNT_USE_CODE] = "account.use_code",
    [METHOD_ACCOUNT_LOGOUT] = "account.logout",
    [METHOD_ACCOUNT_GET] = "account.get",
    [METHOD_ACCOUNT_UPDATE] = "account.update",
    [METHOD_ACCOUNT_SET_PASSWORD] = "account.set_password",
    [METHOD_ACCOUNT_REQUEST_ROLE] = "account.request_role",
    [METHOD_ACCOUNT_SIGN_INS] = "account.sign_ins",
    [METHOD_ACCOUNT_END_SIGN_IN] = "account.end_sign_in",
    [METHOD_ACCOUNT_END_OTHER_SIGN_INS] = "account.end_other_sign_ins",
    [METHOD_ACCOUNT_DEVICES] = "account.devices",
    [METHOD_ACCOUNT_FORGET_DEVICE] = "account.forget_device",
    [METHOD_ACCOUNT_KEYS] = "account.keys",
    [METHOD_ACCOUNT_KEY_ADD] = "account.key_add",
    [METHOD_ACCOUNT_KEY_REMOVE] = "account.key_remove",
    [METHOD_ACCOUNT_TOTP_BEGIN] = "account.totp_begin",
    [METHOD_ACCOUNT_TOTP_CONFIRM] = "account.totp_confirm",
    [METHOD_ACCOUNT_TOTP_REMOVE] = "account.totp_remove",
    [METHOD_ACCOUNT_EXPORT] = "account.export",
    /* Sign-in, while it lasts */
    [METHOD_ACCOUNT_ELEVATE] = "account.elevate",
    [METHOD_ACCOUNT_ELEVATE_KEY] = "account.elevate_key",
    [METHOD_ACCOUNT_END_ELEVATION] = "account.end_elevation",
    [METHOD_ACCOUNT_ACT_AS] = "account.act_as",
    [METHOD_ACCOUNT_END_ACT_AS] = "account.end_act_as",
    /* Tickets */
    [METHOD_TICKET_CREATE] = "ticket.create",
    [METHOD_TICKET_GET] = "ticket.get",
    [METHOD_TICKET_MESSAGES] = "ticket.messages",
    [METHOD_TICKET_LIST] = "ticket.list",
    [METHOD_TICKET_UPDATE] = "ticket.update",
    /* Ownership */
    [METHOD_TICKET_TAKE] = "ticket.take",
    [METHOD_TICKET_UNTAKE] = "ticket.untake",
    [METHOD_TICKET_STEAL] = "ticket.steal",
    [METHOD_TICKET_GIVE] = "ticket.give",
    [METHOD_TICKET_FOLLOWERS] = "ticket.followers",
    [METHOD_TICKET_WATCH] = "ticket.watch",
    [METHOD_TICKET_UNWATCH] = "ticket.unwatch",
    [METHOD_TICKET_CC_ADD] = "ticket.cc_add",
    [METHOD_TICKET_CC_REMOVE] = "ticket.cc_remove",
    /* Lifecycle */
    [METHOD_TICKET_PEND] = "ticket.pend",
    [METHOD_TICKET_OPEN] = "ticket.open",
    /* Conversation */
    [METHOD_TICKET_REPLY] = "ticket.reply",
    [METHOD_TICKET_NOTE] = "ticket.note",
    [METHOD_TICKET_WITHDRAW] = "ticket.withdraw",
    [METHOD_TICKET_SEND_NOW] = "ticket.send_now",
    [METHOD_MESSAGE_EDIT] = "message.edit",
    [METHOD_MESSAGE_RETRACT] = "message.retract",
    [METHOD_MESSAGE_VERSIONS] = "message.versions",
    [METHOD_CANNED_LIST] = "canned.list",
    [METHOD_TICKET_HISTORY] = "ticket.history",
    /* Queues */
    [METHOD_QUEUE_LIST] = "queue.list",
    [METHOD_QUEUE_PEOPLE] = "queue.people",
    [METHOD_TICKET_MOVE] = "ticket.move",
    [METHOD_ADMIN_QUEUE_CREATE] = "admin.queue_create",
    [METHOD_ADMIN_QUEUE_UPDATE] = "admin.queue_update",
    [METHOD_ADMIN_QUEUE_RIGHTS] = "admin.queue_rights",
    [METHOD_ADMIN_QUEUE_MEMBERS] = "admin.queue_members",
    /* Links and merging */
    [METHOD_TICKET_LINK] = "ticket.link",
    [METHOD_TICKET_UNLINK] = "ticket.unlink",
    [METHOD_TICKET_LINKS] = "ticket.links",
    [METHOD_TICKET_MERGE] = "ticket.merge",
    [METHOD_TICKET_UNMERGE] = "ticket.unmerge",
    [METHOD_TICKET_SPLIT] = "ticket.split",
    /* Tags */
    [METHOD_TICKET_TAG] = "ticket.tag",
    [METHOD_TAG_LIST] = "tag.list",
    /* Attachments */
    [METHOD_ATTACHMENT_BEGIN] = "attachment.begin",
    [METHOD_ATTACHMENT_CHUNK] = "attachment.chunk",
    [METHOD_ATTACHMENT_FINISH] = "attachment.finish",
    [METHOD_ATTACHMENT_LIST] = "attachment.list",
    [METHOD_ATTACHMENT_READ] = "attachment.read",
    [METHOD_ATTACHMENT_REMOVE] = "attachment.remove",
    /* Drafts and unread */
    [METHOD_DRAFT_SAVE] = "draft.save",
    [METHOD_DRAFT_GET] = "draft.get",
    [METHOD_DRAFT_LIST] = "draft.list",
    [METHOD_DRAFT_REMOVE] = "draft.remove",
    [METHOD_TICKET_MARK_READ] = "ticket.mark_read",
    /* Presence and feed */
    [METHOD_PRESENCE_SET] = "presence.set",
    [METHOD_PRESENCE_LIST] = "presence.list",
    [METHOD_FEED_SUBSCRIBE] = "feed.subscribe",
    [METHOD_FEED_UNSUBSCRIBE] = "feed.unsubscribe",
    /* Bulk and undo */
    [METHOD_TICKET_BULK] = "ticket.bulk",
    [METHOD_TICKET_UNDO] = "ticket.undo",
    [METHOD_TICKET_LAST_ACT] = "ticket.last_act",
    /* Admin: tickets */
    [METHOD_ADMIN_TICKET_DELETE] = "admin.ticket_delete",
    [METHOD_ADMIN_TICKET_RESTORE] = "admin.ticket_restore",
    [METHOD_ADMIN_TICKET_PURGE] = "admin.ticket_purge",
    [METHOD_ADMIN_RETENTION_PREVIEW] = "admin.retention_preview",
    [METHOD_ADMIN_RETENTION_RUN] = "admin.retention_run",
    /* Admin: accounts */
    [METHOD_ADMIN_ACCOUNT_LIST] = "admin.account_list",
    [METHOD_ADMIN_ACCOUNT_CREATE] = "admin.account_create",
    [METHOD_ADMIN_ACCOUNT_RESET] = "admin.account_reset",
    [METHOD_ADMIN_TOTP_RESET] = "admin.totp_reset",
    [METHOD_ADMIN_ACCOUNT_ROLE] = "admin.account_role",
    [METHOD_ADMIN_SIGN_INS] = "admin.sign_ins",
    [METHOD_ADMIN_END_SIGN_INS] = "admin.end_sign_ins",
    [METHOD_ADMIN_KEYS] = "admin.keys",
    [METHOD_ADMIN_KEY_REMOVE] = "admin.key_remove",
    [METHOD_ADMIN_LOCKS] = "admin.locks",
    [METHOD_ADMIN_UNLOCK] = "admin.unlock",
    [METHOD_ADMIN_ACCOUNT_DISABLE] = "admin.account_disable",
    [METHOD_ADMIN_ACCOUNT_ENABLE] = "admin.account_enable",
    [METHOD_ADMIN_ACCOUNT_EXPORT] = "admin.account_export",
    [METHOD_ADMIN_ACCOUNT_ANONYMISE] = "admin.account_anonymise",
    [METHOD_ADMIN_ROLE_REQUESTS] = "admin.role_requests",
    [METHOD_ADMIN_ROLE_GRANT] = "admin.role_grant",
    [METHOD_ADMIN_ROLE_DECLINE] = "admin.role_decline",
    /* Admin: canned replies */
    [METHOD_ADMIN_CANNED_CREATE] = "admin.canned_create",
    [METHOD_ADMIN_CANNED_UPDATE] = "admin.canned_update",
    [METHOD_ADMIN_CANNED_REMOVE] = "admin.canned_remove",
    /* Admin: settings */
    [METHOD_ADMIN_SETTINGS_GET] = "admin.settings_get",
    [METHOD_ADMIN_SETTINGS_UPDATE] = "admin.settings_update",
    /* Audit */
    [METHOD_ADMIN_AUDIT] = "admin.audit",
    /* Health */
    [METHOD_ADMIN_HEALTH] = "admin.health",
    /* Internal */
    [METHOD_ACCOUNT_COUNT_FAILURE] = "account.count_failure",
    [METHOD_TIMER_FIRE] = "timer.fire",
};
const struct choices method_choices = {method_names, METHOD_COUNT};

enum status status_of(enum severity severity, enum state state)
{
    static const enum status of_severity[SEVERITY_COUNT] = {
        [SEVERITY_MINOR] = STATUS_MINOR,
        [SEVERITY_MAJOR] = STATUS_MAJOR,
        [SEVERITY_CRITICAL] = STATUS_CRITICAL,
    };
    require((unsigned)severity < SEVERITY_COUNT && (unsigned)state < STATE_COUNT);
    return state == STATE_RESOLVED ? STATUS_RESOLVED : of_severity[severity];
}

const char *status_meaning(enum status status)
{
    static const char *const meanings[STATUS_COUNT] = {
        [STATUS_MINOR] = "No future harm, not critical to basic function, easily resolved.",
        [STATUS_MAJOR] =
            "Can lead to major or critical problems later; resolve as soon as possible.",
        [STATUS_CRITICAL] = "A direct threat to the organisation; resolve immediately.",
        [STATUS_RESOLVED] = "No further action required.",
    };
    require((unsigned)status < STATUS_COUNT);
    return meanings[status];
}

const struct method_row methods[METHOD_COUNT] = {
    /* Connection */
    [METHOD_HELLO] = {"hello", &hello_table, &hello_reply_table, 1,
                      "The first request of every connection: protocol, limits and time."},
    [METHOD_API] = {"api", &nothing_table, &api_reply_table, 1,
                    "Describes every method, notification, record and error."},
    /* Accounts, and how a sign-in begins and ends */
    [METHOD_ACCOUNT_REGISTER] = {"account.register", &account_register_table,
                                 &account_changed_table, 1, "Opens an account of role user."},
    [METHOD_ACCOUNT_LOGIN] = {"account.login", &account_login_table, &signed_in_table, 1,
                              "Signs in with name and password."},
    [METHOD_ACCOUNT_LOGIN_KEY] = {"account.login_key", &account_login_key_table, &signed_in_table,
                                  2, "Signs in with a key of the account instead of a password."},
    [METHOD_ACCOUNT_RESUME] = {"account.resume", &account_resume_table, &signed_in_table, 1,
                               "Signs in again with the token of an earlier sign-in."},
    [METHOD_ACCOUNT_USE_CODE] = {"account.use_code", &account_use_code_table,
                                 &account_changed_table, 2,
                                 "Sets a password with the one-time code that an admin gave; sign "
                                 "in with it next."},
    [METHOD_ACCOUNT_LOGOUT] = {"account.logout", &nothing_table, &nothing_table, 1,
                               "Signs out and ends the token."},
    [METHOD_ACCOUNT_GET] = {"account.get", &account_get_table, &account_reply_table, 1,
                            "One account: oneself, or another one for those who may see it."},
    [METHOD_ACCOUNT_UPDATE] = {"account.update", &account_update_table, &account_changed_table, 1,
                               "Changes email address and display name of oneself."},
    [METHOD_ACCOUNT_SET_PASSWORD] = {"account.set_password", &account_set_password_table,
                                     &account_changed_table, 1,
                                     "Changes the own password and ends all other sign-ins."},
    [METHOD_ACCOUNT_REQUEST_ROLE] = {"account.request_role", &account_request_role_table,
                                     &account_changed_table, 1,
                                     "Asks for another role; an admin decides."},
    [METHOD_ACCOUNT_SIGN_INS] = {"account.sign_ins", &nothing_table, &sign_in_list_table, 2,
                                 "Where one is signed in."},
    [METHOD_ACCOUNT_END_SIGN_IN] = {"account.end_sign_in", &account_thing_table, &nothing_table, 2,
                                    "Ends one of the own sign-ins."},
    [METHOD_ACCOUNT_END_OTHER_SIGN_INS] = {"account.end_other_sign_ins", &nothing_table,
                                           &nothing_table, 2,
                                           "Ends all own sign-ins but this one."},
    [METHOD_ACCOUNT_DEVICES] =
        {"account.devices", &nothing_table, &device_list_table, 2,
         "The devices one has signed in from and that are known by their token."},
    [METHOD_ACCOUNT_FORGET_DEVICE] =
        {"account.forget_device", &account_thing_table, &nothing_table, 2,
         "Forgets a device: its next sign-in is one from a new device."},
    [METHOD_ACCOUNT_KEYS] = {"account.keys", &nothing_table, &account_keys_table, 2,
                             "The keys one can sign in with."},
    [METHOD_ACCOUNT_KEY_ADD] =
        {"account.key_add", &account_key_add_table, &account_key_changed_table, 2,
         "Adds a key to sign in with; the signature proves that it is held."},
    [METHOD_ACCOUNT_KEY_REMOVE] = {"account.key_remove", &account_key_remove_table,
                                   &account_key_changed_table, 2,
                                   "Removes one of the own keys and ends the sign-ins made with "
                                   "it, be it this one."},
    [METHOD_ACCOUNT_TOTP_BEGIN] = {"account.totp_begin", &account_totp_begin_table,
                                   &totp_begun_table, 2,
                                   "Makes a secret for an app that shows codes; it counts once it "
                                   "is confirmed."},
    [METHOD_ACCOUNT_TOTP_CONFIRM] = {"account.totp_confirm", &account_totp_confirm_table,
                                     &totp_confirmed_table, 2,
                                     "Makes that secret one's second factor, and gives recovery "
                                     "codes."},
    [METHOD_ACCOUNT_TOTP_REMOVE] = {"account.totp_remove", &account_totp_remove_table,
                                    &account_changed_table, 2, "Gives up one's second factor."},
    [METHOD_ACCOUNT_EXPORT] = {"account.export", &account_export_table, &account_export_reply_table,
                               2, "What the desk holds about oneself, a page at a time."},
    /* Sign-in, while it lasts */
    [METHOD_ACCOUNT_ELEVATE] = {"account.elevate", &account_elevate_table, &elevated_table, 1,
                                "Enters admin mode for 15 minutes, on this connection alone."},
    [METHOD_ACCOUNT_ELEVATE_KEY] = {"account.elevate_key", &account_elevate_key_table,
                                    &elevated_table, 2,
                                    "The same with a key of the account instead of the password "
                                    "and the second factor."},
    [METHOD_ACCOUNT_END_ELEVATION] = {"account.end_elevation", &nothing_table, &nothing_table, 1,
                                      "Leaves admin mode."},
    [METHOD_ACCOUNT_ACT_AS] = {"account.act_as", &account_act_as_table, &account_reply_table, 2,
                               "Acts as a user or a member of the staff until the connection ends; "
                               "everything done meanwhile bears both names."},
    [METHOD_ACCOUNT_END_ACT_AS] = {"account.end_act_as", &nothing_table, &nothing_table, 2,
                                   "Acts as oneself again."},
    /* Tickets */
    [METHOD_TICKET_CREATE] = {"ticket.create", &ticket_create_table, &ticket_changed_table, 1,
                              "Opens a ticket."},
    [METHOD_TICKET_GET] = {"ticket.get", &ticket_get_table, &ticket_reply_full_table, 1,
                           "One ticket with its problem."},
    [METHOD_TICKET_MESSAGES] = {"ticket.messages", &ticket_messages_table,
                                &ticket_messages_reply_table, 1,
                                "The messages of a ticket, a page at a time."},
    [METHOD_TICKET_LIST] = {"ticket.list", &ticket_list_table, &ticket_list_reply_table, 1,
                            "The tickets one may see, a page at a time."},
    [METHOD_TICKET_UPDATE] = {"ticket.update", &ticket_update_table, &ticket_changed_table, 1,
                              "Changes title, problem, kind or status."},
    /* Ownership */
    [METHOD_TICKET_TAKE] = {"ticket.take", &ticket_act_table, &ticket_changed_table, 2,
                            "Makes oneself the owner of a ticket that nobody owns."},
    [METHOD_TICKET_UNTAKE] = {"ticket.untake", &ticket_act_table, &ticket_changed_table, 2,
                              "Gives up a ticket one owns: then nobody owns it."},
    [METHOD_TICKET_STEAL] = {"ticket.steal", &ticket_steal_table, &ticket_changed_table, 2,
                             "Makes oneself the owner of a ticket that somebody else owns."},
    [METHOD_TICKET_GIVE] = {"ticket.give", &ticket_give_table, &ticket_changed_table, 2,
                            "Makes somebody else the owner of a ticket that one owns oneself, or "
                            "nobody does; admins may always."},
    [METHOD_TICKET_FOLLOWERS] = {"ticket.followers", &ticket_followers_table,
                                 &ticket_followers_reply_table, 2,
                                 "Who is in copy of a ticket and, for staff, who watches it."},
    [METHOD_TICKET_WATCH] = {"ticket.watch", &ticket_act_table, &ticket_changed_table, 2,
                             "From now on the feed \"own\" tells of this ticket too."},
    [METHOD_TICKET_UNWATCH] = {"ticket.unwatch", &ticket_act_table, &ticket_changed_table, 2,
                               "Ends ticket.watch."},
    [METHOD_TICKET_CC_ADD] = {"ticket.cc_add", &ticket_person_table, &ticket_changed_table, 2,
                              "Puts somebody in copy: they see the ticket and may reply."},
    [METHOD_TICKET_CC_REMOVE] = {"ticket.cc_remove", &ticket_person_table, &ticket_changed_table, 2,
                                 "Takes somebody, or oneself, out of copy."},
    /* Lifecycle */
    [METHOD_TICKET_PEND] = {"ticket.pend", &ticket_pend_table, &ticket_changed_table, 2,
                            "Puts a ticket aside until a time, or until its requester answers."},
    [METHOD_TICKET_OPEN] = {"ticket.open", &ticket_open_table, &ticket_changed_table, 2,
                            "Opens a pending or resolved ticket again."},
    /* Conversation */
    [METHOD_TICKET_REPLY] =
        {"ticket.reply", &ticket_say_table, &ticket_changed_table, 1,
         "Adds a reply that everybody on the ticket sees. The requester's answer to a "
         "ticket that was resolved too long ago opens another one: its number "
         "is in the reply."},
    [METHOD_TICKET_NOTE] = {"ticket.note", &ticket_say_table, &ticket_changed_table, 1,
                            "Adds a private note that only staff see."},
    [METHOD_TICKET_WITHDRAW] = {"ticket.withdraw", &ticket_message_table, &ticket_changed_table, 2,
                                "Takes back a reply of one's own that is still held; nobody will "
                                "read it."},
    [METHOD_TICKET_SEND_NOW] = {"ticket.send_now", &ticket_message_table, &ticket_changed_table, 2,
                                "Sends a reply of one's own that is still held at once."},
    [METHOD_MESSAGE_EDIT] = {"message.edit", &message_edit_table, &ticket_changed_table, 2,
                             "Corrects a message of one's own, for as long as the settings allow."},
    [METHOD_MESSAGE_RETRACT] = {"message.retract", &ticket_message_table, &ticket_changed_table, 2,
                                "Retracts a message of one's own, for as long as the settings "
                                "allow; that there was one stays."},
    [METHOD_MESSAGE_VERSIONS] = {"message.versions", &message_versions_table,
                                 &message_versions_reply_table, 2,
                                 "What a message said, and said before it was corrected or "
                                 "retracted, oldest first; for the staff."},
    [METHOD_CANNED_LIST] = {"canned.list", &canned_list_table, &canned_list_reply_table, 2,
                            "The canned replies, a page at a time."},
    [METHOD_TICKET_HISTORY] = {"ticket.history", &ticket_history_table, &ticket_history_reply_table,
                               1, "Every change of a ticket, a page at a time."},
    /* Queues */
    [METHOD_QUEUE_LIST] = {"queue.list", &nothing_table, &queue_list_reply_table, 2,
                           "The queues one works in or may file tickets into."},
    [METHOD_QUEUE_PEOPLE] = {"queue.people", &queue_people_table, &queue_people_reply_table, 2,
                             "Whom a ticket of a queue may be given to, or put in copy of, a page "
                             "at a time; for those who may change tickets there."},
    [METHOD_TICKET_MOVE] = {"ticket.move", &ticket_move_table, &ticket_changed_table, 2,
                            "Moves a ticket into another queue; its owner stays if they may own "
                            "tickets there."},
    [METHOD_ADMIN_QUEUE_CREATE] = {"admin.queue_create", &admin_queue_create_table,
                                   &queue_changed_table, 2, "Opens a new queue."},
    [METHOD_ADMIN_QUEUE_UPDATE] = {"admin.queue_update", &admin_queue_update_table,
                                   &queue_changed_table, 2,
                                   "Renames or closes a queue, or changes whom it is for."},
    [METHOD_ADMIN_QUEUE_RIGHTS] = {"admin.queue_rights", &admin_queue_rights_table,
                                   &account_changed_table, 2,
                                   "Says what a member of the staff may do in a queue."},
    [METHOD_ADMIN_QUEUE_MEMBERS] = {"admin.queue_members", &admin_queue_members_table,
                                    &admin_queue_members_reply_table, 2,
                                    "Whose rights in a queue are listed, a page at a time."},
    /* Links and merging */
    [METHOD_TICKET_LINK] = {"ticket.link", &ticket_link_table, &ticket_changed_table, 2,
                            "Says what a ticket is to another one: its parent, a duplicate of it."},
    [METHOD_TICKET_UNLINK] = {"ticket.unlink", &ticket_unlink_table, &ticket_changed_table, 2,
                              "Takes the link between two tickets away."},
    [METHOD_TICKET_MERGE] = {"ticket.merge", &ticket_merge_table, &ticket_changed_table, 2,
                             "Moves all that is on a ticket to another one, for which its number "
                             "stands from then on."},
    [METHOD_TICKET_UNMERGE] = {"ticket.unmerge", &ticket_act_table, &ticket_changed_table, 2,
                               "Gives a merged ticket back what it brought."},
    [METHOD_TICKET_SPLIT] = {"ticket.split", &ticket_split_table, &ticket_changed_table, 2,
                             "Makes a ticket of a message, linked to the one it was said on."},
    [METHOD_TICKET_LINKS] = {"ticket.links", &ticket_links_table, &ticket_links_reply_table, 2,
                             "The tickets that a ticket is linked to, as far as one may see them."},
    /* Tags */
    [METHOD_TICKET_TAG] = {"ticket.tag", &ticket_tag_table, &ticket_changed_table, 2,
                           "Puts tags on a ticket and takes tags off it."},
    [METHOD_TAG_LIST] = {"tag.list", &tag_list_table, &tag_list_reply_table, 2,
                         "The tags there are, a page at a time."},
    /* Attachments */
    [METHOD_ATTACHMENT_BEGIN] = {"attachment.begin", &attachment_begin_table, &upload_table, 2,
                                 "Announces a file for a ticket; goes on with an upload of the "
                                 "same file that was interrupted."},
    [METHOD_ATTACHMENT_CHUNK] = {"attachment.chunk", &attachment_chunk_table, &upload_table, 2,
                                 "Sends the next bytes of a file."},
    [METHOD_ATTACHMENT_FINISH] = {"attachment.finish", &attachment_finish_table,
                                  &ticket_changed_table, 2,
                                  "Attaches a file that has arrived; the sequence of the reply is "
                                  "the attachment's id."},
    [METHOD_ATTACHMENT_LIST] = {"attachment.list", &attachment_list_table,
                                &attachment_list_reply_table, 2, "The files on a ticket."},
    [METHOD_ATTACHMENT_READ] = {"attachment.read", &attachment_read_table, &attachment_piece_table,
                                2, "A piece of a file on a ticket."},
    [METHOD_ATTACHMENT_REMOVE] = {"attachment.remove", &attachment_remove_table,
                                  &ticket_changed_table, 2, "Takes a file off a ticket, for ever."},
    /* Drafts and unread */
    [METHOD_DRAFT_SAVE] = {"draft.save", &draft_save_table, &nothing_table, 2,
                           "Keeps a draft of one's own in place of the one before; it is gone once "
                           "what it is to become was said."},
    [METHOD_DRAFT_GET] = {"draft.get", &draft_get_table, &draft_reply_table, 2,
                          "A draft of one's own."},
    [METHOD_DRAFT_LIST] = {"draft.list", &draft_list_table, &draft_list_reply_table, 2,
                           "One's own drafts, a page at a time."},
    [METHOD_DRAFT_REMOVE] = {"draft.remove", &draft_remove_table, &nothing_table, 2,
                             "Throws a draft of one's own away."},
    [METHOD_TICKET_MARK_READ] = {"ticket.mark_read", &ticket_mark_read_table, &nothing_table, 2,
                                 "Notes how far one has read a ticket; never goes back."},
    /* Presence and feed */
    [METHOD_PRESENCE_SET] = {"presence.set", &presence_set_table, &nothing_table, 2,
                             "Says what one does at a ticket now, for as long as one repeats it."},
    [METHOD_PRESENCE_LIST] = {"presence.list", &presence_list_table, &presence_list_reply_table, 2,
                              "Who else is at one ticket, or at any that one may read."},
    [METHOD_FEED_SUBSCRIBE] =
        {"feed.subscribe", &feed_subscribe_table, &feed_subscribed_table, 1,
         "Asks to be told of every change from now on, or from a sequence on."},
    [METHOD_FEED_UNSUBSCRIBE] = {"feed.unsubscribe", &feed_subscribe_table, &nothing_table, 1,
                                 "Ends a subscription."},
    /* Bulk and undo */
    [METHOD_TICKET_BULK] = {"ticket.bulk", &ticket_bulk_table, &ticket_results_table, 2,
                            "Does one thing to many tickets, as one act; each is judged for "
                            "itself."},
    [METHOD_TICKET_UNDO] = {"ticket.undo", &ticket_undo_table, &ticket_results_table, 2,
                            "Takes back one's own act, if nobody has changed the same since."},
    [METHOD_TICKET_LAST_ACT] = {"ticket.last_act", &nothing_table, &ticket_last_act_reply_table, 2,
                                "The last thing one did that ticket.undo can take back."},
    /* Admin: tickets */
    [METHOD_ADMIN_TICKET_DELETE] = {"admin.ticket_delete", &admin_ticket_table,
                                    &ticket_changed_table, 1,
                                    "Deletes a ticket; it can be restored."},
    [METHOD_ADMIN_TICKET_RESTORE] = {"admin.ticket_restore", &admin_ticket_table,
                                     &ticket_changed_table, 1, "Brings a deleted ticket back."},
    [METHOD_ADMIN_TICKET_PURGE] = {"admin.ticket_purge", &admin_ticket_table, &ticket_changed_table,
                                   1, "Erases the texts of a deleted ticket for ever."},
    [METHOD_ADMIN_RETENTION_PREVIEW] =
        {"admin.retention_preview", &admin_retention_preview_table,
         &admin_retention_preview_reply_table, 2,
         "The resolved tickets that are old enough to be purged by retention_days, a page at a "
         "time."},
    [METHOD_ADMIN_RETENTION_RUN] =
        {"admin.retention_run", &admin_retention_run_table, &retention_done_table, 2,
         "Purges some of the tickets that are old enough; again with its cursor for the next."},
    /* Admin: accounts */
    [METHOD_ADMIN_ACCOUNT_LIST] = {"admin.account_list", &admin_account_list_table,
                                   &admin_account_list_reply_table, 1,
                                   "All accounts, a page at a time."},
    [METHOD_ADMIN_ACCOUNT_CREATE] =
        {"admin.account_create", &admin_account_create_table, &account_coded_table, 1,
         "Opens an account of any role; its person sets a password with the code in the reply."},
    [METHOD_ADMIN_ACCOUNT_RESET] = {"admin.account_reset", &admin_account_table,
                                    &account_coded_table, 2,
                                    "Takes an account's password away, ends all its sign-ins and "
                                    "gives a one-time code to set a new password with."},
    [METHOD_ADMIN_TOTP_RESET] = {"admin.totp_reset", &admin_account_table, &account_changed_table,
                                 2,
                                 "Takes the second factor of somebody who has lost it away and "
                                 "ends all sign-ins of the account."},
    [METHOD_ADMIN_ACCOUNT_ROLE] = {"admin.account_role", &admin_account_role_table,
                                   &account_changed_table, 1, "Gives an account another role."},
    [METHOD_ADMIN_SIGN_INS] = {"admin.sign_ins", &admin_sign_ins_table, &sign_in_list_table, 2,
                               "Where an account is signed in."},
    [METHOD_ADMIN_END_SIGN_INS] = {"admin.end_sign_ins", &admin_end_sign_ins_table,
                                   &account_changed_table, 2,
                                   "Ends all sign-ins of an account, or one of them."},
    [METHOD_ADMIN_KEYS] = {"admin.keys", &admin_keys_table, &account_keys_table, 2,
                           "The keys an account can sign in with."},
    [METHOD_ADMIN_KEY_REMOVE] = {"admin.key_remove", &admin_key_remove_table,
                                 &account_key_changed_table, 2,
                                 "Removes a key of an account and ends the sign-ins made with it."},
    [METHOD_ADMIN_LOCKS] = {"admin.locks", &admin_locks_table, &lock_list_table, 2,
                            "Accounts with wrong passwords in a row, addresses that have to wait."},
    [METHOD_ADMIN_UNLOCK] = {"admin.unlock", &admin_account_table, &account_changed_table, 2,
                             "Forgets the wrong passwords in a row of an account."},
    [METHOD_ADMIN_ACCOUNT_DISABLE] = {"admin.account_disable", &admin_account_table,
                                      &account_changed_table, 1,
                                      "Ends all sign-ins of an account and allows no more."},
    [METHOD_ADMIN_ACCOUNT_ENABLE] = {"admin.account_enable", &admin_account_table,
                                     &account_changed_table, 1,
                                     "Lets an account sign in, again or for the first time."},
    [METHOD_ADMIN_ACCOUNT_EXPORT] = {"admin.account_export", &admin_account_export_table,
                                     &account_export_reply_table, 2,
                                     "What the desk holds about a person, as they themselves may "
                                     "know it, a page at a time."},
    [METHOD_ADMIN_ACCOUNT_ANONYMISE] =
        {"admin.account_anonymise", &admin_account_table, &account_changed_table, 2,
         "Makes a person unknown, for ever: name and address are erased, tickets and messages stay "
         "under a name that says nothing."},
    [METHOD_ADMIN_ROLE_REQUESTS] = {"admin.role_requests", &admin_role_requests_table,
                                    &admin_role_requests_reply_table, 1,
                                    "The role requests that wait, a page at a time."},
    [METHOD_ADMIN_ROLE_GRANT] = {"admin.role_grant", &admin_account_role_table,
                                 &account_changed_table, 1,
                                 "Grants the waiting role request of an account, if it is for this "
                                 "role; version_conflict when it asks for another one by now."},
    [METHOD_ADMIN_ROLE_DECLINE] = {"admin.role_decline", &admin_account_table,
                                   &account_changed_table, 1,
                                   "Declines the waiting role request of an account."},
    /* Admin: canned replies */
    [METHOD_ADMIN_CANNED_CREATE] = {"admin.canned_create", &admin_canned_create_table,
                                    &canned_changed_table, 2, "Makes a canned reply."},
    [METHOD_ADMIN_CANNED_UPDATE] = {"admin.canned_update", &admin_canned_update_table,
                                    &canned_changed_table, 2,
                                    "Changes name, title or text of a canned reply."},
    [METHOD_ADMIN_CANNED_REMOVE] = {"admin.canned_remove", &admin_canned_remove_table,
                                    &canned_changed_table, 2, "Removes a canned reply."},
    /* Admin: settings */
    [METHOD_ADMIN_SETTINGS_GET] = {"admin.settings_get", &nothing_table, &settings_table, 1,
                                   "The desk's settings."},
    [METHOD_ADMIN_SETTINGS_UPDATE] = {"admin.settings_update", &admin_settings_update_table,
                                      &settings_table, 1, "Changes the desk's settings."},
    /* Audit */
    [METHOD_ADMIN_AUDIT] = {"admin.audit", &admin_audit_table, &admin_audit_reply_table, 2,
                            "The journal: who did what, when and from where, a page at a time."},
    /* Health */
    [METHOD_ADMIN_HEALTH] = {"admin.health", &nothing_table, &health_table, 2,
                             "How the desk and its daemon are: numbers, and what is wrong."},
    /* Internal */
    [METHOD_ACCOUNT_COUNT_FAILURE] = {"account.count_failure", &account_count_failure_table,
                                      &nothing_table, 2, "Counts a wrong password."},
    [METHOD_TIMER_FIRE] = {"timer.fire", &timer_fire_table, &nothing_table, 1,
                           "Does what the desk has set itself a timer for."},
};

/* What is out of the ordinary about a method: a sum of these. */
enum mark { MARK_SECRET = 1, MARK_SINGLE = 2, MARK_INTERNAL = 4, MARK_PERSONAL = 8 };

static const unsigned char marks[METHOD_COUNT] = {
    [METHOD_HELLO] = MARK_SINGLE,
    [METHOD_ACCOUNT_REGISTER] = MARK_SECRET,
    [METHOD_ACCOUNT_LOGIN] = MARK_SECRET | MARK_SINGLE,
    [METHOD_ACCOUNT_LOGIN_KEY] = MARK_SECRET | MARK_SINGLE,
    [METHOD_ACCOUNT_RESUME] = MARK_SECRET | MARK_SINGLE,
    [METHOD_ACCOUNT_USE_CODE] = MARK_SECRET,
    [METHOD_ACCOUNT_LOGOUT] = MARK_SINGLE,
    [METHOD_ACCOUNT_UPDATE] = MARK_PERSONAL,
    [METHOD_ACCOUNT_REQUEST_ROLE] = MARK_PERSONAL,
    [METHOD_ACCOUNT_SIGN_INS] = MARK_PERSONAL,
    [METHOD_ACCOUNT_DEVICES] = MARK_PERSONAL,
    [METHOD_ACCOUNT_EXPORT] = MARK_PERSONAL,
    [METHOD_ACCOUNT_ACT_AS] = MARK_SINGLE | MARK_PERSONAL,
    [METHOD_ACCOUNT_END_ACT_AS] = MARK_SINGLE,
    [METHOD_ACCOUNT_SET_PASSWORD] = MARK_SECRET | MARK_PERSONAL,
    [METHOD_ACCOUNT_END_SIGN_IN] = MARK_SINGLE | MARK_PERSONAL,
    [METHOD_ACCOUNT_END_OTHER_SIGN_INS] = MARK_SINGLE | MARK_PERSONAL,
    [METHOD_ACCOUNT_FORGET_DEVICE] = MARK_SINGLE | MARK_PERSONAL,
    [METHOD_ACCOUNT_KEYS] = MARK_PERSONAL,
    [METHOD_ACCOUNT_KEY_ADD] = MARK_SECRET | MARK_SINGLE | MARK_PERSONAL,
    [METHOD_ACCOUNT_KEY_REMOVE] = MARK_PERSONAL,
    [METHOD_ACCOUNT_TOTP_BEGIN] = MARK_SECRET | MARK_SINGLE | MARK_PERSONAL,
    [METHOD_ACCOUNT_TOTP_CONFIRM] = MARK_SECRET | MARK_PERSONAL,
    [METHOD_ACCOUNT_TOTP_REMOVE] = MARK_SECRET | MARK_PERSONAL,
    [METHOD_ACCOUNT_ELEVATE] = MARK_SECRET | MARK_SINGLE | MARK_PERSONAL,
    [METHOD_ACCOUNT_ELEVATE_KEY] = MARK_SINGLE | MARK_PERSONAL,
    [METHOD_ACCOUNT_END_ELEVATION] = MARK_SINGLE | MARK_PERSONAL,
    [METHOD_DRAFT_SAVE] = MARK_SINGLE | MARK_PERSONAL,
    [METHOD_DRAFT_GET] = MARK_PERSONAL,
    [METHOD_DRAFT_LIST] = MARK_PERSONAL,
    [METHOD_DRAFT_REMOVE] = MARK_SINGLE | MARK_PERSONAL,
    [METHOD_TICKET_MARK_READ] = MARK_SINGLE,
    [METHOD_ATTACHMENT_CHUNK] = MARK_SINGLE,
    [METHOD_PRESENCE_SET] = MARK_SINGLE,
    [METHOD_FEED_SUBSCRIBE] = MARK_SINGLE,
    [METHOD_FEED_UNSUBSCRIBE] = MARK_SINGLE,
    [METHOD_ADMIN_ACCOUNT_CREATE] = MARK_SECRET,
    [METHOD_ADMIN_ACCOUNT_RESET] = MARK_SECRET,
    [METHOD_ACCOUNT_COUNT_FAILURE] = MARK_SINGLE | MARK_INTERNAL,
    [METHOD_TIMER_FIRE] = MARK_SINGLE | MARK_INTERNAL,
};

static bool has_mark(enum method method, enum mark mark)
{
    require((unsigned)method < METHOD_COUNT);
    return (marks[method] & mark) != 0;
}

bool method_is_secret(enum method method)
{
    return has_mark(method, MARK_SECRET);
}

bool method_is_personal(enum method method)
{
    return has_mark(method, MARK_PERSONAL);
}

bool method_is_single(enum method method)
{
    return has_mark(method, MARK_SINGLE);
}

bool method_is_internal(enum method method)
{
    return has_mark(method, MARK_INTERNAL);
}

const struct notification_row notifications[NOTIFICATION_COUNT] = {
    [NOTIFICATION_FEED_EVENT] = {"feed.event", &feed_event_table, 1,
                                 "A ticket of a subscribed feed changed."},
    [NOTIFICATION_TICKET_GONE] = {"ticket.gone", &ticket_gone_table, 1,
                                  "A ticket can no longer be seen by the receiver; forget it."},
    [NOTIFICATION_FEED_RESYNC] = {"feed.resync", &feed_resync_table, 2,
                                  "What the receiver may see has changed and its subscriptions "
                                  "have ended; list again, then subscribe again."},
    [NOTIFICATION_PRESENCE] = {"presence", &presence_seen_table, 2,
                               "What somebody does at a ticket has changed."},
    [NOTIFICATION_BYE] = {"bye", &bye_table, 1, "The server closes the connection after this."},
    [NOTIFICATION_NEW_DEVICE] =
        {"account.new_device", &device_table, 2,
         "Somebody signed in to this account from a device that was not known."},
};
