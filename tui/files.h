/* Files of this machine on their way to a ticket and back. A name that came from others is never
 * used as a path, nothing is written over, and what could not be saved as a whole is not there. */
#ifndef TTYDESK_TUI_FILES_H
#define TTYDESK_TUI_FILES_H

#include "proto/content_hash.h"
#include "proto/messages.h"
#include "tui/paths.h"

enum { FILE_PROBLEM_SIZE = 240, FILE_SIZE_TEXT = 16 };

/* --- To be attached --- */

struct file_content {
    uint8_t *data; /* owned */
    size_t size;
    uint8_t hash[CONTENT_HASH_BYTES];
};

/* Reads a whole file of 1 to ATTACHMENT_BYTES_MAX bytes. `only_files`: no pipe or device, which
 * might have one wait. On failure `ret_problem` says why, beginning with the name. */
bool file_read(const char *path, bool only_files, struct file_content *ret_content,
               char ret_problem[FILE_PROBLEM_SIZE]);

/* Accepts a zeroed one, and leaves one. */
void file_content_free(struct file_content *content);

/* What comes after the last slash. */
const char *file_base_name(const char *path);

/* What was typed, with "~" and "~/" for the home and "~//" for the root. False when that is too
 * long or there is none. */
bool file_expand(const char *typed, char ret_path[PATH_SIZE]);

/* "4 bytes", "12.5 KiB", "3.0 MiB" */
void file_size_text(uint64_t bytes, char ret_text[FILE_SIZE_TEXT]);

/* --- To be saved --- */

/* What of a name may be a file's: other characters become _, and so does a dot in front. */
void file_safe_name(struct text name, char ret_name[ATTACHMENT_NAME_MAX + 1]);

/* Written beside where it shall be, and only moved there when all of it is. */
struct file_saving {
    int file; /* -1: none */
    char path[PATH_SIZE];
    char part[PATH_SIZE]; /* empty: a stream of the caller's */
    struct content_hash hash;
};

/* Whether there is something at a path. */
bool file_is_there(const char *path);

/* On failure there is nothing to drop, and `ret_problem` says why. */
bool file_saving_begin(struct file_saving *saving, const char *path,
                       char ret_problem[FILE_PROBLEM_SIZE]);

/* Into an open descriptor, which stays the caller's. */
void file_saving_stream(struct file_saving *saving, int descriptor);

/* False with errno; to be dropped then. */
bool file_saving_add(struct file_saving *saving, struct bytes data);

/* Puts it where it shall be, if it is what `expected` is the hash of. Dropped on failure. */
bool file_saving_end(struct file_saving *saving, const uint8_t expected[CONTENT_HASH_BYTES],
                     char ret_problem[FILE_PROBLEM_SIZE]);

/* Leaves nothing behind. Accepts one that has ended. */
void file_saving_drop(struct file_saving *saving);

#endif
