/* For the messages_*.c files alone: the tables that others reach through methods[] and
 * notifications[], and the words the tables are written with. */
#ifndef TTYDESK_PROTO_MESSAGES_TABLES_H
#define TTYDESK_PROTO_MESSAGES_TABLES_H

#include <stddef.h>

#include "proto/messages.h"

#define AT(record, member) offsetof(struct record, member)

/* The table of `struct record`, whose fields are `record_fields`. */
#define TABLE(record)                                                                              \
    {                                                                                              \
        .name = #record, .size = sizeof(struct record), .fields = record##_fields,                 \
        .field_count = sizeof record##_fields / sizeof record##_fields[0],                         \
    }

extern const struct table hello_table;
extern const struct table hello_reply_table;
extern const struct table api_reply_table;

extern const struct table account_register_table;
extern const struct table account_login_table;
extern const struct table account_resume_table;
extern const struct table signed_in_table;
extern const struct table account_use_code_table;
extern const struct table account_get_table;
extern const struct table account_reply_table;
extern const struct table account_act_as_table;
extern const struct table account_update_table;
extern const struct table account_changed_table;
extern const struct table account_set_password_table;
extern const struct table account_request_role_table;
extern const struct table account_totp_begin_table;
extern const struct table totp_begun_table;
extern const struct table account_totp_confirm_table;
extern const struct table totp_confirmed_table;
extern const struct table account_totp_remove_table;
extern const struct table account_elevate_table;
extern const struct table elevated_table;

extern const struct table ticket_create_table;
extern const struct table ticket_changed_table;
extern const struct table ticket_get_table;
extern const struct table ticket_reply_full_table;
extern const struct table ticket_messages_table;
extern const struct table ticket_messages_reply_table;
extern const struct table ticket_list_table;
extern const struct table ticket_list_reply_table;
extern const struct table ticket_update_table;
extern const struct table ticket_pend_table;
extern const struct table ticket_open_table;
extern const struct table ticket_say_table;
extern const struct table ticket_mark_read_table;
extern const struct table ticket_history_table;
extern const struct table ticket_history_reply_table;
extern const struct table queue_list_reply_table;
extern const struct table queue_people_table;
extern const struct table queue_people_reply_table;
extern const struct table ticket_move_table;
extern const struct table admin_queue_create_table;
extern const struct table admin_queue_update_table;
extern const struct table queue_changed_table;
extern const struct table admin_queue_rights_table;
extern const struct table admin_queue_members_table;
extern const struct table admin_queue_members_reply_table;

extern const struct table ticket_link_table;
extern const struct table ticket_unlink_table;
extern const struct table ticket_links_table;
extern const struct table ticket_links_reply_table;
extern const struct table ticket_merge_table;
extern const struct table ticket_split_table;
extern const struct table ticket_tag_table;
extern const struct table tag_list_table;
extern const struct table tag_list_reply_table;
extern const struct table attachment_begin_table;
extern const struct table upload_table;
extern const struct table attachment_chunk_table;
extern const struct table attachment_finish_table;
extern const struct table attachment_list_table;
extern const struct table attachment_list_reply_table;
extern const struct table attachment_read_table;
extern const struct table attachment_piece_table;
extern const struct table attachment_remove_table;

extern const struct table presence_set_table;
extern const struct table presence_list_table;
extern const struct table presence_list_reply_table;
extern const struct table presence_seen_table;
extern const struct table ticket_message_table;
extern const struct table message_edit_table;
extern const struct table canned_list_table;
extern const struct table canned_list_reply_table;
extern const struct table admin_canned_create_table;
extern const struct table admin_canned_update_table;
extern const struct table admin_canned_remove_table;
extern const struct table canned_changed_table;
extern const struct table draft_save_table;
extern const struct table draft_get_table;
extern const struct table draft_remove_table;
extern const struct table draft_reply_table;
extern const struct table draft_list_table;
extern const struct table draft_list_reply_table;
extern const struct table message_versions_table;
extern const struct table message_versions_reply_table;
extern const struct table feed_subscribe_table;
extern const struct table feed_subscribed_table;
extern const struct table feed_event_table;
extern const struct table ticket_gone_table;
extern const struct table feed_resync_table;
extern const struct table bye_table;

extern const struct table ticket_act_table;
extern const struct table ticket_steal_table;
extern const struct table ticket_give_table;
extern const struct table ticket_person_table;
extern const struct table ticket_followers_table;
extern const struct table ticket_followers_reply_table;

extern const struct table health_table;
extern const struct table admin_audit_table;
extern const struct table admin_audit_reply_table;

extern const struct table ticket_bulk_table;
extern const struct table ticket_results_table;
extern const struct table ticket_undo_table;
extern const struct table ticket_last_act_reply_table;

extern const struct table account_thing_table;
extern const struct table sign_in_list_table;
extern const struct table device_list_table;
extern const struct table admin_sign_ins_table;
extern const struct table admin_end_sign_ins_table;
extern const struct table admin_locks_table;
extern const struct table lock_list_table;

extern const struct table account_login_key_table;
extern const struct table account_elevate_key_table;
extern const struct table account_keys_table;
extern const struct table account_key_add_table;
extern const struct table account_key_remove_table;
extern const struct table account_key_changed_table;
extern const struct table admin_keys_table;
extern const struct table admin_key_remove_table;

extern const struct table admin_ticket_table;
extern const struct table admin_account_list_table;
extern const struct table admin_account_list_reply_table;
extern const struct table admin_account_create_table;
extern const struct table account_coded_table;
extern const struct table account_export_table;
extern const struct table admin_account_export_table;
extern const struct table account_export_reply_table;
extern const struct table admin_retention_preview_table;
extern const struct table admin_retention_preview_reply_table;
extern const struct table admin_retention_run_table;
extern const struct table retention_done_table;
extern const struct table admin_account_table;
extern const struct table admin_account_role_table;
extern const struct table admin_role_requests_table;
extern const struct table admin_role_requests_reply_table;
extern const struct table settings_table;
extern const struct table admin_settings_update_table;

extern const struct table account_count_failure_table;
extern const struct table timer_fire_table;

#endif
