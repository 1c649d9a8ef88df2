/* A line of a ticket's history as people say it: "eve took it", "joe set MAJOR and changed the
 * title from “a” to “b”". The one place where methods and fields become words; a new one is a new
 * row of its table. */
#ifndef TTYDESK_TUI_HISTORY_WORDS_H
#define TTYDESK_TUI_HISTORY_WORDS_H

#include "proto/buffer.h"
#include "proto/messages.h"

/* Appends one sentence without its full stop, who did it first. It is one line, and whatever others
 * wrote is in it as it may be shown. What the table does not know, from a newer daemon, is told
 * plainly: "changed FIELD: old -> new". `now_ms` is the desk's time: dates of this year are told
 * without it. Lack of memory latches in the buffer. */
void history_words(struct buffer *buffer, const struct history_entry *entry, uint64_t now_ms);

#endif
