/* Files on tickets: sent in chunks, then attached; listed, read in pieces, removed. A part of
 * proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_ATTACHMENT_H
#define TTYDESK_PROTO_MESSAGES_ATTACHMENT_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* attachment.begin. The same file for the same ticket again: goes on where the upload stopped. */
struct attachment_begin {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    struct text name;
    uint64_t size;     /* bytes */
    struct bytes hash; /* CONTENT_HASH_BYTES */
    bool internal;
};
enum {
    ATTACHMENT_BEGIN_OPERATION,
    ATTACHMENT_BEGIN_NUMBER,
    ATTACHMENT_BEGIN_NAME,
    ATTACHMENT_BEGIN_SIZE,
    ATTACHMENT_BEGIN_HASH,
    ATTACHMENT_BEGIN_INTERNAL,
};

struct upload {
    uint64_t present;
    uint64_t upload;
    uint64_t received; /* bytes: where the next chunk begins */
};
enum { UPLOAD_UPLOAD, UPLOAD_RECEIVED };

/* attachment.chunk. Every chunk but the last has CHUNK_BYTES. */
struct attachment_chunk {
    uint64_t present;
    uint64_t upload;
    uint64_t offset;
    struct bytes data;
};
enum { ATTACHMENT_CHUNK_UPLOAD, ATTACHMENT_CHUNK_OFFSET, ATTACHMENT_CHUNK_DATA };

/* attachment.finish */
struct attachment_finish {
    uint64_t present;
    struct bytes operation;
    uint64_t upload;
};
enum { ATTACHMENT_FINISH_OPERATION, ATTACHMENT_FINISH_UPLOAD };

/* attachment.list */
struct attachment_list {
    uint64_t present;
    uint64_t number;
};
enum { ATTACHMENT_LIST_NUMBER };

struct attachment {
    uint64_t present;
    uint64_t id;
    struct text name; /* of the file, as its sender called it; never a path */
    uint64_t size;    /* bytes */
    struct text author;
    uint64_t time_ms;
    bool internal; /* present for those who see private notes */
};
enum {
    ATTACHMENT_ID,
    ATTACHMENT_NAME,
    ATTACHMENT_SIZE,
    ATTACHMENT_AUTHOR,
    ATTACHMENT_TIME,
    ATTACHMENT_INTERNAL,
};
extern const struct table attachment_table;

struct attachment_list_reply {
    uint64_t present;
    struct list attachments; /* of struct attachment */
    uint64_t sequence;
};
enum { ATTACHMENT_LIST_REPLY_ATTACHMENTS, ATTACHMENT_LIST_REPLY_SEQUENCE };

/* attachment.read */
struct attachment_read {
    uint64_t present;
    uint64_t number;
    uint64_t id;
    uint64_t offset;
};
enum { ATTACHMENT_READ_NUMBER, ATTACHMENT_READ_ID, ATTACHMENT_READ_OFFSET };

struct attachment_piece {
    uint64_t present;
    struct text name;
    uint64_t size;     /* of the whole file */
    struct bytes hash; /* likewise */
    struct bytes data; /* from the offset on; empty at the end */
};
enum {
    ATTACHMENT_PIECE_NAME,
    ATTACHMENT_PIECE_SIZE,
    ATTACHMENT_PIECE_HASH,
    ATTACHMENT_PIECE_DATA,
};

/* attachment.remove */
struct attachment_remove {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t id;
};
enum { ATTACHMENT_REMOVE_OPERATION, ATTACHMENT_REMOVE_NUMBER, ATTACHMENT_REMOVE_ID };

#endif
