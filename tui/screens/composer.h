/* Between the files of the composer: composer.c writes and sends, composer_versions.c deals with
 * what was written of the same text elsewhere. */
#ifndef TTYDESK_TUI_SCREENS_COMPOSER_H
#define TTYDESK_TUI_SCREENS_COMPOSER_H

#include "tui/screens/form_screen.h"

enum { COMPOSER_WORDS, COMPOSER_FIELD_COUNT };

struct composer {
    struct form_screen base;
    struct form_field fields[COMPOSER_FIELD_COUNT];
    struct draft_key key;
    char title[TITLE_MAX * 4 + 1];
    char requester[USER_NAME_MAX + 1];
    enum draft_then then;
    bool resolved; /* the ticket, as it was seen */
    bool own;      /* one's own ticket, as its requester */
    bool even_so;  /* resolve it although some that are part of it are not */
    bool dirty;
    bool asked;         /* the desk has been asked for its version, over this line */
    bool compared;      /* and it has answered: what is written here may take its place */
    bool offered;       /* the desk has a version, and nothing of one's own has been written here */
    bool has_operation; /* as in the form of a ticket */
    uint8_t operation[OPERATION_BYTES];
};

/* The text as it is now, borrowed until the next key. */
struct text composer_text(struct composer *composer);

/* Asks the desk for its version when that is possible and was not done over this line. */
void composer_follow_desk(struct composer *composer);

/* What is written has been kept on this machine: has the desk keep it too, once nothing that lies
 * there would be lost by it. */
void composer_keep_on_desk(struct composer *composer);

/* Enter where nothing is written yet, and the key that exchanges two versions. False when the key
 * is for others. */
bool composer_version_key(struct composer *composer, const struct key *key);

/* The text is sent: says where its other version lies, if there is one. */
void composer_tell_version(struct composer *composer);

/* Draws the other version into the last rows of a body; gives how many that were. */
int composer_draw_version(struct composer *composer, struct terminal *terminal,
                          struct rectangle body);

#endif
