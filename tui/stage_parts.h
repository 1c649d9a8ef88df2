/* Between the files of the stage: requests on their way, as stage_send.c keeps them. */
#ifndef TTYDESK_TUI_STAGE_PARTS_H
#define TTYDESK_TUI_STAGE_PARTS_H

#include "tui/stage.h"

/* Around everything that calls screens: those that were closed meanwhile are freed at the end. */
void stage_begin(struct stage *stage);
void stage_end(struct stage *stage);

/* Saves what is typed and closes every screen. */
void stage_close_all(struct stage *stage);

/* stage_acting.c: leaves the screens of the person whom the admin acts as no longer. */
void stage_follow_acting(struct stage *stage);

/* "ACTING AS joe (admin boss)", or what of it fits; "" when nobody acts as anybody. */
void stage_acting_text(const struct stage *stage, int columns, char *text, size_t size);

/* Stops waiting for the reply to what a screen has sent. The desk may still do it. */
void stage_abandon(struct screen *screen);

/* stage_presence.c: tells the desk when what one does has changed or has to be renewed. */
void stage_follow_presence(struct stage *stage);

/* When it has to be renewed; false: nothing is to be told. */
bool stage_presence_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms);

/* stage_drafts.c: begins to follow what the desk keeps. */
void stage_watch_drafts(struct stage *stage);

/* The desk has taken what this draft says: it is dropped here and there. */
void stage_draft_done(struct stage *stage, struct draft_key key);

void stage_forget_requests(struct stage *stage);

/* "The reply to #5: waiting, 3 s. Esc stops waiting." False when nothing is waited for, or not for
 * long enough to say so. */
bool stage_waiting_text(const struct stage *stage, char *text, size_t size);

/* When that text changes next; false when there is none. */
bool stage_waiting_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms);

/* "Your reply to #5 is sent in 7 s. u withdraws it." False when none is held any more. */
bool stage_held_text(const struct stage *stage, char *text, size_t size);

/* When that changes next; false when none is held. */
bool stage_held_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms);

/* stage_transfer.c: goes on with the file that is on its way, where it can. */
void stage_follow_transfer(struct stage *stage);

/* "Sending report.pdf: 43 % of 2.1 MiB." False when none is on its way. */
bool stage_transfer_text(const struct stage *stage, char *text, size_t size);

/* When it is tried again; false when nothing waits for time. */
bool stage_transfer_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms);

/* Gives it up without a word. */
void stage_forget_transfer(struct stage *stage);

/* Offers nothing any more; the desk sends it when it is time. */
void stage_forget_held(struct stage *stage);

#endif
