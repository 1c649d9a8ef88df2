/* A file on its way to a ticket or from it, piece by piece, whatever screen is shown meanwhile. One
 * at a time; how far it is stands in the message row. It waits for a lost line and goes on where it
 * stopped. */
#ifndef TTYDESK_TUI_TRANSFER_H
#define TTYDESK_TUI_TRANSFER_H

#include "tui/files.h"

struct stage;

enum transfer_kind { TRANSFER_NONE, TRANSFER_SENDING, TRANSFER_SAVING };

struct stage_transfer {
    enum transfer_kind kind;
    uint64_t number; /* of the ticket */
    char name[ATTACHMENT_NAME_MAX * 4 + 1];
    uint64_t size;
    uint64_t done;               /* bytes */
    uint64_t request;            /* 0: none on its way */
    uint64_t again_ms;           /* the desk has said to wait, on the loop's clock; 0: it has not */
    struct file_content content; /* TRANSFER_SENDING: owned, as what follows */
    bool internal;
    bool begun; /* the desk has named the upload, over this line */
    uint64_t upload;
    struct file_saving saving; /* TRANSFER_SAVING: owned, as what follows */
    uint64_t id;
    uint8_t expected[CONTENT_HASH_BYTES];
};

/* Whether there is none on its way; says that there is one otherwise. */
bool transfer_is_free(struct stage *stage);

/* Attaches a file; takes its content over. */
void transfer_send(struct stage *stage, uint64_t number, const char *name,
                   struct file_content *content, bool internal);

/* Saves a file; takes over what was begun. */
void transfer_save(struct stage *stage, uint64_t number, const struct attachment *attachment,
                   const struct file_saving *saving);

/* Gives up what is on its way, if anything is; a file that is half saved is gone. */
void transfer_stop(struct stage *stage);

#endif
