/* See ticket_filter.h. Binding asks once for each condition, matching once for each ticket. */
#include "server/ticket_filter.h"

#include <stdio.h>
#include <string.h>

#include "server/core/queue.h"
#include "server/core/sentence.h"
#include "server/core/tag.h"
#include "server/core/unread.h"
#include "server/core/view.h"

/* What folding letters costs, measured against reading: so many times their length. */
enum { FOLD_WORK = 20 };

/* An id that nothing has. */
#define NOBODY UINT64_MAX

struct binding {
    struct ticket_filter *filter;
    struct text text;
    struct failure *failure;
};

static bool is_written(const struct condition *term)
{
    return term->position != SIZE_MAX;
}

enum error ticket_filter_refuse(const struct query *query, const struct query_fault *fault,
                                struct text text, struct failure *ret_failure)
{
    size_t column = query_fault_column(fault, text);
    struct sentence sentence = sentence_begin("At character ");
    sentence_add_number(&sentence, column);
    sentence_add(&sentence, " of the query: ");
    sentence_add(&sentence, fault->words);
    ret_failure->field = text_of("query");
    ret_failure->message = sentence_text(&sentence, query->rows);
    ret_failure->column = column;
    present_mark(&ret_failure->present, FAILURE_COLUMN);
    return ERROR_INVALID_FIELD;
}

/* A refusal of a term: with its place when it was written in the query, else by its field's name.
 */
static enum error refuse(const struct binding *binding, const struct condition *term,
                         enum error error, const char *field, const char *words)
{
    binding->failure->field = text_of(field);
    if (is_written(term)) {
        struct query_fault fault = {.position = term->position, .length = term->length};
        snprintf(fault.words, sizeof fault.words, "%s", words);
        (void)ticket_filter_refuse(binding->filter->query, &fault, binding->text, binding->failure);
    }
    return error;
}

/* --- Binding --- */

typedef enum error bind_function(const struct binding *binding, struct condition *term);

static const struct viewer *viewer_of(const struct binding *binding)
{
    return binding->filter->query->viewer;
}

static enum error bind_account(const struct binding *binding, struct condition *term,
                               const char *field)
{
    const struct viewer *viewer = viewer_of(binding);
    struct row_account account;
    if (text_equal(term->text, text_of("me")) && viewer->signed_in) {
        term->id = viewer->account.id;
        return ERROR_NONE;
    }
    if (rows_find_account_by_name(viewer->rows, term->text, &account)) {
        term->id = account.id;
        return ERROR_NONE;
    }
    term->id = NOBODY;
    return is_written(term) && permission_is_staff(viewer)
               ? refuse(binding, term, ERROR_INVALID_FIELD, field, "there is nobody of this name")
               : ERROR_NONE;
}

static enum error bind_owner(const struct binding *binding, struct condition *term)
{
    if (text_equal(term->text, text_of("-"))) {
        term->id = 0;
        return ERROR_NONE;
    }
    return bind_account(binding, term, "owner");
}

/* Users have nobody's tickets but their own to choose from. */
static enum error bind_requester(const struct binding *binding, struct condition *term)
{
    bool is_me = text_equal(term->text, text_of("me"));
    if (!permission_is_staff(viewer_of(binding)) && !(is_me && is_written(term))) {
        return refuse(binding, term, ERROR_FORBIDDEN, "requester",
                      "only staff choose whose tickets they see");
    }
    return bind_account(binding, term, "requester");
}

/* Only a queue the viewer may read: their own tickets in others must not tell where they are. */
static enum error bind_queue(const struct binding *binding, struct condition *term)
{
    const struct viewer *viewer = viewer_of(binding);
    struct row_queue row;
    if (!permission_is_staff(viewer)) {
        return refuse(binding, term, ERROR_FORBIDDEN, "queue", "queues are for staff");
    }
    if (!queue_find_seen(viewer, term->text, &row)) {
        return refuse(binding, term, is_written(term) ? ERROR_INVALID_FIELD : ERROR_NOT_FOUND,
                      "queue", "there is no such queue");
    }
    if (!permission_sees_notes(viewer, row.id)) {
        return refuse(binding, term, ERROR_FORBIDDEN, "queue", "you may not read this queue");
    }
    term->id = row.id;
    return ERROR_NONE;
}

/* A tag that nobody uses is answered as one that stands on tickets of other queues alone. */
static enum error bind_tag(const struct binding *binding, struct condition *term)
{
    const struct viewer *viewer = viewer_of(binding);
    struct row_tag tag;
    if (!permission_is_staff(viewer)) {
        return refuse(binding, term, ERROR_FORBIDDEN, "tag", "tags are for staff");
    }
    struct text name = tag_folded(rows_arena(viewer->rows), term->text);
    term->id = name.data != NULL && rows_find_tag(viewer->rows, name, &tag) ? tag.id : NOBODY;
    return ERROR_NONE;
}

static enum error bind_words(const struct binding *binding, struct condition *term)
{
    struct folded_text *folded = arena_alloc(rows_arena(viewer_of(binding)->rows), sizeof *folded);
    if (folded == NULL) {
        return ERROR_NO_MEMORY;
    }
    folded_text_make(folded, term->text);
    term->prepared = folded;
    return ERROR_NONE;
}

/* One word alone may be whom the tickets are of: an address, or the name of one of the staff. */
static enum error bind_lone(const struct binding *binding, struct condition *term)
{
    const struct viewer *viewer = viewer_of(binding);
    struct row_account account;
    bool is_guess = term->lone && permission_is_staff(viewer);
    if (is_guess && memchr(term->text.data, '@', term->text.length) != NULL &&
        rows_find_account_by_email(viewer->rows, term->text, &account)) {
        term->about = ABOUT_REQUESTER;
        term->id = account.id;
        return ERROR_NONE;
    }
    if (is_guess && rows_find_account_by_name(viewer->rows, term->text, &account) &&
        account.role != ROLE_USER) {
        term->about = ABOUT_OWNER;
        term->id = account.id;
        return ERROR_NONE;
    }
    return bind_words(binding, term);
}

static bind_function *const binders[ABOUT_COUNT] = {
    [ABOUT_WORDS] = bind_lone,          [ABOUT_TITLE] = bind_words, [ABOUT_OWNER] = bind_owner,
    [ABOUT_REQUESTER] = bind_requester, [ABOUT_QUEUE] = bind_queue, [ABOUT_TAG] = bind_tag,
};

/* No deeper than the language goes. */
static enum error bind_condition(const struct binding *binding, struct condition *condition)
{
    enum error error = ERROR_NONE;
    if (condition->kind == CONDITION_TERM && binders[condition->about] != NULL) {
        error = binders[condition->about](binding, condition);
    }
    for (struct condition *part = condition->first; part != NULL && error == ERROR_NONE;
         part = part->next) {
        error = bind_condition(binding, part);
    }
    return error;
}

enum error ticket_filter_bind(struct ticket_filter *filter, const struct query *query,
                              struct condition *root, struct text text, struct failure *ret_failure)
{
    filter->query = query;
    filter->root = root;
    struct binding binding = {filter, text, ret_failure};
    if (filter->deleted && !permission_sees_deleted(query->viewer)) {
        ret_failure->field = text_of("deleted");
        return query->viewer->account.role == ROLE_ADMIN ? ERROR_ELEVATION_REQUIRED
                                                         : ERROR_FORBIDDEN;
    }
    return bind_condition(&binding, root);
}

/* --- Matching --- */

typedef bool match_function(struct ticket_filter *filter, const struct condition *term,
                            const struct row_ticket *row);

static bool match_words(struct ticket_filter *filter, const struct condition *term,
                        const struct row_ticket *row)
{
    if (!filter->title_is_folded) {
        folded_text_make(&filter->title, row->title);
        *filter->query->work += row->title.length * FOLD_WORK;
        filter->title_is_folded = true;
    }
    return folded_text_contains(&filter->title, term->prepared);
}

static bool match_number(struct ticket_filter *filter, const struct condition *term,
                         const struct row_ticket *row)
{
    (void)filter;
    return row->number >= term->from && row->number < term->to;
}

static bool match_state(struct ticket_filter *filter, const struct condition *term,
                        const struct row_ticket *row)
{
    (void)filter;
    return (uint32_t)row->state == term->choice;
}

static bool match_status(struct ticket_filter *filter, const struct condition *term,
                         const struct row_ticket *row)
{
    (void)filter;
    return (uint32_t)status_of(row->severity, row->state) == term->choice;
}

static bool match_severity(struct ticket_filter *filter, const struct condition *term,
                           const struct row_ticket *row)
{
    (void)filter;
    return (uint32_t)row->severity == term->choice;
}

static bool match_kind(struct ticket_filter *filter, const struct condition *term,
                       const struct row_ticket *row)
{
    (void)filter;
    return (uint32_t)row->kind == term->choice;
}

static bool match_owner(struct ticket_filter *filter, const struct condition *term,
                        const struct row_ticket *row)
{
    (void)filter;
    return row->owner == term->id;
}

static bool match_requester(struct ticket_filter *filter, const struct condition *term,
                            const struct row_ticket *row)
{
    (void)filter;
    return row->requester == term->id;
}

static bool match_queue(struct ticket_filter *filter, const struct condition *term,
                        const struct row_ticket *row)
{
    (void)filter;
    return row->queue == term->id;
}

/* Tags are not for those who merely requested the ticket or are in copy. */
static bool match_tag(struct ticket_filter *filter, const struct condition *term,
                      const struct row_ticket *row)
{
    struct row_ticket_tag tag;
    const struct viewer *viewer = filter->query->viewer;
    return permission_sees_notes(viewer, row->queue) &&
           rows_get(viewer->rows, ROW_TICKET_TAG, row->number, term->id, &tag);
}

static bool has_tags(const struct ticket_filter *filter, const struct row_ticket *row)
{
    uint64_t tag;
    const struct viewer *viewer = filter->query->viewer;
    struct row_range range = rows_range(INDEX_TAGS_OF_TICKET, row->number, 0, false);
    return permission_sees_notes(viewer, row->queue) && rows_range_next(viewer->rows, &range, &tag);
}

static bool match_missing(struct ticket_filter *filter, const struct condition *term,
                          const struct row_ticket *row)
{
    return term->choice == MISSING_OWNER ? row->owner == 0 : !has_tags(filter, row);
}

static bool match_flag(struct ticket_filter *filter, const struct condition *term,
                       const struct row_ticket *row)
{
    struct ticket seen = {0};
    if (term->choice == FLAG_UNREAD) {
        return ticket_filter_unread(filter, row) > 0;
    }
    view_watching(filter->query->rows, filter->query->viewer, row, &seen);
    return seen.watching;
}

static bool match_created(struct ticket_filter *filter, const struct condition *term,
                          const struct row_ticket *row)
{
    (void)filter;
    return row->created_ms >= term->from && row->created_ms < term->to;
}

static bool match_updated(struct ticket_filter *filter, const struct condition *term,
                          const struct row_ticket *row)
{
    (void)filter;
    return row->updated_ms >= term->from && row->updated_ms < term->to;
}

static match_function *const matchers[ABOUT_COUNT] = {
    [ABOUT_WORDS] = match_words,
    [ABOUT_TITLE] = match_words,
    [ABOUT_NUMBER] = match_number,
    [ABOUT_STATE] = match_state,
    [ABOUT_STATUS] = match_status,
    [ABOUT_SEVERITY] = match_severity,
    [ABOUT_KIND] = match_kind,
    [ABOUT_FLAG] = match_flag,
    [ABOUT_MISSING] = match_missing,
    [ABOUT_OWNER] = match_owner,
    [ABOUT_REQUESTER] = match_requester,
    [ABOUT_QUEUE] = match_queue,
    [ABOUT_TAG] = match_tag,
    [ABOUT_CREATED] = match_created,
    [ABOUT_UPDATED] = match_updated,
};

static bool matches(struct ticket_filter *filter, const struct condition *condition,
                    const struct row_ticket *row)
{
    if (condition->kind == CONDITION_TERM) {
        return matchers[condition->about](filter, condition, row);
    }
    if (condition->kind == CONDITION_NOT) {
        return !matches(filter, condition->first, row);
    }
    bool is_any = condition->kind == CONDITION_ANY;
    for (const struct condition *part = condition->first; part != NULL; part = part->next) {
        if (matches(filter, part, row) == is_any) {
            return is_any;
        }
    }
    return !is_any;
}

bool ticket_filter_matches(struct ticket_filter *filter, const struct row_ticket *row)
{
    const struct viewer *viewer = filter->query->viewer;
    filter->title_is_folded = false;
    filter->unread_is_known = false;
    return (filter->deleted || (row->merged_into == 0 && permission_sees(viewer, row))) &&
           matches(filter, filter->root, row);
}

uint64_t ticket_filter_unread(struct ticket_filter *filter, const struct row_ticket *row)
{
    uint64_t looked;
    if (!filter->unread_is_known) {
        filter->unread = unread_count(filter->query->rows, filter->query->viewer, row, &looked);
        filter->looked_at += looked;
        filter->unread_is_known = true;
    }
    return filter->unread;
}

const struct condition *ticket_filter_about(const struct ticket_filter *filter, enum about about)
{
    for (const struct condition *part = filter->root->first; part != NULL; part = part->next) {
        if (part->about == about && (part->kind == CONDITION_TERM || part->kind == CONDITION_ANY)) {
            return part;
        }
    }
    return NULL;
}
