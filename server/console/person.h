/* Parts of `ttydeskd account` about the person behind an account: all that is held about them, and
 * making them unknown. */
#ifndef TTYDESK_CONSOLE_PERSON_H
#define TTYDESK_CONSOLE_PERSON_H

#include "server/console/door.h"

/* Prints everything, a JSON object on each line. */
int person_export(struct asked *asked);

/* Asks for the name once more, from the terminal or the first line of standard input. */
int person_anonymise(struct asked *asked);

#endif
