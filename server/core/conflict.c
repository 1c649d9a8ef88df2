/* Somebody was first: whoever names an older version is told who it was, as far as the history
 * would tell them too, and shown the ticket as it is now. */
#include <string.h>

#include "server/core/commands.h"
#include "server/core/sentence.h"
#include "server/core/view.h"

/* How far back the history is searched for the change. */
enum { CHANGES_SEARCHED_MAX = 50 };

static bool changes_field(const struct journal_entry *entry, uint64_t ticket, const char *name)
{
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        const char *field =
            effect->kind == EFFECT_SET && effect->row == ROW_TICKET && effect->a == ticket
                ? row_field_name(ROW_TICKET, effect->tag)
                : NULL;
        if (field != NULL && strcmp(field, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Who changed the field last; no data: the viewer is not told, or it was the desk itself. */
static struct text changed_by(struct run *run, uint64_t ticket, const char *field)
{
    struct row_range range = rows_range(INDEX_HISTORY, ticket, UINT64_MAX, true);
    uint64_t sequence;

    for (size_t i = 0; i < CHANGES_SEARCHED_MAX && rows_range_next(run->rows, &range, &sequence);
         i++) {
        struct journal_entry entry;
        struct history_entry line = {0};
        const struct subject *subject;
        if (!rows_journal(run->rows, sequence, &entry) || !changes_field(&entry, ticket, field)) {
            continue;
        }
        subject = rows_subject_of(&entry.header, ticket);
        if (subject == NULL || !view_history(run->rows, &run->viewer, &entry, subject, &line)) {
            break;
        }
        return entry.header.actor == run->viewer.actor ? text_of("You") : line.actor;
    }
    return (struct text){.data = NULL};
}

void conflict_refuse(struct run *run, const struct row_ticket *ticket, const char *field,
                     const char *changed)
{
    struct text who = changed_by(run, ticket->number, changed);
    struct sentence sentence = sentence_begin("");

    run_refuse(run, ERROR_VERSION_CONFLICT, field, NULL);
    if (who.data != NULL) {
        sentence_add_text(&sentence, who);
        sentence_add(&sentence, " changed this meanwhile; look at both and try again.");
        run->outcome->reason = sentence_text(&sentence, run->rows);
    }
    run->outcome->number = ticket->number;
    run->outcome->version = ticket->version;
    view_ticket(run->rows, &run->viewer, ticket, &run->outcome->current);
}
