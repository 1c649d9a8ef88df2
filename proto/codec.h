/* Any described struct <-> msgpack, and the three shapes of msgpack-RPC around it
 * (https://github.com/msgpack-rpc/msgpack-rpc/blob/master/spec.md). The only user of msgpack-c.
 * What is decoded has passed the scanner: one whole object within the limits. */
#ifndef TTYDESK_PROTO_CODEC_H
#define TTYDESK_PROTO_CODEC_H

#include "proto/arena.h"
#include "proto/buffer.h"
#include "proto/errors.h"
#include "proto/fields.h"
#include "proto/messages.h"

enum rpc_kind { RPC_REQUEST, RPC_RESPONSE, RPC_NOTIFICATION };

/* One msgpack-RPC object taken apart. Everything points into the bytes or the arena given. */
struct rpc {
    enum rpc_kind kind;
    uint32_t id;        /* requests and responses */
    struct text method; /* requests and notifications: the name as sent */
    const void *body;   /* the map of fields, opaque; NULL in a response that failed */
    const void *error;  /* responses: the map of the failure; NULL on success */
};

/* How a body is read. Strict: unknown fields are errors (requests, but hello). Tolerant: unknown
 * fields are skipped (hello, replies, notifications). */
enum codec_manner { CODEC_STRICT, CODEC_TOLERANT };

/* Takes one object apart. ERROR_INVALID_REQUEST when it is not msgpack-RPC with `params` of one
 * map (an empty array is read as one empty map), ERROR_NO_MEMORY. When only the id of a request
 * or response could be read, `ret_rpc->id` and `kind` are set and the method's data is NULL; when
 * not even that, `kind` is RPC_NOTIFICATION: there is nobody to answer. */
enum error codec_open(struct bytes object, struct arena *arena, struct rpc *ret_rpc);

/* Reads a body (or the error map of a failed response) into the zeroed struct of `table`, checking
 * type, limits, text rules, required and unknown fields. On failure fills `ret_failure` (code,
 * field, message; arena memory) and returns its code. Texts point into the object's bytes. In the
 * tolerant manner an error code that is not known reads as ERROR_INTERNAL. */
enum error codec_read(const void *body, const struct table *table, enum codec_manner manner,
                      struct arena *arena, void *ret_struct, struct failure *ret_failure);

/* Appends a request, a successful response, a failed response, a notification. Lack of memory
 * shows in buffer->failed. `message` is a struct of `table`. */
void codec_write_request(struct buffer *buffer, uint32_t id, const char *method,
                         const struct table *table, const void *message);
void codec_write_response(struct buffer *buffer, uint32_t id, const struct table *table,
                          const void *message);
void codec_write_failure(struct buffer *buffer, uint32_t id, const struct failure *failure);
void codec_write_notification(struct buffer *buffer, const char *method, const struct table *table,
                              const void *message);

/* Rows on disk: a map from the fields' tags to values, without the key fields (tag 0); fields that
 * hold their zero value are left out, so a missing one reads as zero. Choices are numbers,
 * FIELD_PART is [sequence, part, length]. Rows are flat: records and lists have no place in them.
 */
void codec_write_row(struct buffer *buffer, const struct table *table, const void *row);

/* ERROR_DATA_DAMAGED when the bytes are not exactly one such map or name an unknown tag; limits are
 * not checked. Texts are copied to the arena. The key fields of `ret_row` are left alone. */
enum error codec_read_row(struct bytes bytes, const struct table *table, struct arena *arena,
                          void *ret_row);

/* A digest-ready form of a request: the same message always gives the same bytes. Appends the
 * fields that are present in the table's order, but neither `operation` nor secrets. */
void codec_write_canonical(struct buffer *buffer, const struct table *table, const void *message);

#endif
