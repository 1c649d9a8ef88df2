/* Texts of journal entries: kept with a salt, or blank with what the chain needs of them. The
 * digest of an entry covers not a part but its commitment, BLAKE2b-256(salt, text). Erasing a part
 * erases its salt with it, so that the commitment which stays tells nothing of the text. */
#ifndef TTYDESK_STORE_PARTS_H
#define TTYDESK_STORE_PARTS_H

#include "server/store/internal.h"

/* Adds a text to the draft; the place where it will be found. The text is borrowed until the
 * command ends. */
struct text_part parts_add(struct rows *rows, struct text text);

/* Makes ready for writing: a salt for each of the draft's parts. */
void parts_salt(struct rows *rows);

/* Writes the parts of an entry; nothing when there are none. Blank ones need their commitment. */
void parts_put(struct rows *rows, uint64_t sequence, const struct part *parts, size_t count);

/* The parts of an entry, valid until the next change. No parts when there are none. False with an
 * error latched. */
bool parts_get(struct rows *rows, uint64_t sequence, struct part **ret_parts, size_t *ret_count);

/* What stands for the part in the entry's digest. */
void part_commitment(const struct part *part, uint8_t ret_commitment[DIGEST_BYTES]);

/* Turns a kept part into a blank one (commitment: arena). */
void part_erase(struct rows *rows, struct part *part);

#endif
