/* A connection's two streams. Incoming:
 *
 *     bytes -> frames -> (channel) -> data -> (scanner) -> objects -> on_object
 *
 * A frame is the greeting, the answer or a record. Whatever lies whole in what was fed is decrypted
 * and handed on where it lies; only what is cut by the end of the input is collected, frames in
 * `frame`, objects in `object`. Both buffers are gone between frames and between objects.
 *
 * Outgoing: what is sent gathers in `pending`. link_output moves it to `leaving` once that is
 * empty, so that bytes being written to the socket never move. */
#include "proto/link.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/buffer.h"
#include "proto/channel.h"
#include "proto/handshake_payload.h"
#include "proto/require.h"

enum link_state {
    LINK_NEW,       /* link_start has not been called */
    LINK_HANDSHAKE, /* encrypted only */
    LINK_ESTABLISHED,
    LINK_PEER_CLOSED, /* as established, but nothing more is read */
    LINK_FAILED,
};

struct link {
    struct link_settings settings;
    enum link_state state;
    bool feeding; /* inside link_feed: it may not be called again, nor the link destroyed */
    bool closing; /* a close record was queued */
    bool signed_in;

    struct channel channel; /* encrypted only */
    uint64_t peer_protocol;
    struct scanner scanner;
    bool limits_changed; /* settings.limits wait for the end of the object in progress */

    struct buffer frame;   /* beginning of a frame that was cut */
    struct buffer object;  /* beginning of an object that was cut */
    struct buffer pending; /* to be sent, after `leaving` */
    struct buffer leaving; /* shown by link_output */
    size_t leaving_taken;  /* bytes of it that are written already */
};

/* What records without data point at; pointer arithmetic on NULL is not defined. */
static const uint8_t no_data[1];

struct link *link_create(const struct link_settings *settings)
{
    struct link *link = calloc(1, sizeof *link);

    if (link == NULL) {
        return NULL;
    }
    require(!settings->encrypted || settings->side == LINK_CLIENT || settings->host_key != NULL);
    require(!settings->encrypted || settings->side == LINK_SERVER ||
            settings->callbacks->on_peer_key != NULL);
    require(settings->callbacks->on_object != NULL);
    link->settings = *settings;
    link->settings.ephemeral = NULL;
    scanner_init(&link->scanner, &settings->limits);
    if (settings->encrypted) {
        struct noise_keypair drawn = {0};
        if (settings->ephemeral == NULL) {
            noise_keypair_generate(&drawn);
        }
        channel_init(&link->channel,
                     settings->side == LINK_CLIENT ? CHANNEL_CLIENT : CHANNEL_SERVER,
                     settings->ephemeral == NULL ? drawn.private_key : settings->ephemeral);
        sodium_memzero(&drawn, sizeof drawn);
    }
    return link;
}

void link_destroy(struct link *link)
{
    if (link == NULL) {
        return;
    }
    require(!link->feeding);
    buffer_finish(&link->frame);
    buffer_finish(&link->object);
    buffer_finish(&link->pending);
    buffer_finish(&link->leaving);
    sodium_memzero(link, sizeof *link);
    free(link);
}

/* Ends the link and keeps no key. What is queued stays: it may say why. */
static enum error fail(struct link *link, enum error error)
{
    link->state = LINK_FAILED;
    channel_finish(&link->channel);
    buffer_finish(&link->frame);
    buffer_finish(&link->object);
    return error;
}

static void establish(struct link *link)
{
    link->state = LINK_ESTABLISHED;
    if (link->settings.callbacks->on_established != NULL) {
        link->settings.callbacks->on_established(link->settings.context);
    }
}

enum error link_start(struct link *link)
{
    require(link->state == LINK_NEW);
    if (!link->settings.encrypted) {
        establish(link);
        return ERROR_NONE;
    }
    if (link->settings.side == LINK_CLIENT) {
        uint8_t *place = buffer_reserve(&link->pending, CHANNEL_GREETING_SIZE);
        if (place == NULL) {
            return fail(link, ERROR_NO_MEMORY);
        }
        channel_write_greeting(&link->channel, place);
        link->pending.length += CHANNEL_GREETING_SIZE;
    }
    link->state = LINK_HANDSHAKE;
    return ERROR_NONE;
}

/* Outgoing */

static bool can_send(const struct link *link)
{
    return (link->state == LINK_ESTABLISHED || link->state == LINK_PEER_CLOSED) && !link->closing;
}

/* How many bytes `length` bytes of data take, and at least one record if encrypted. */
static size_t sealed_size(size_t length, size_t padding)
{
    size_t full = length / CHANNEL_DATA_SIZE_MAX;
    size_t rest = length % CHANNEL_DATA_SIZE_MAX;
    size_t size = full * channel_sealed_size(CHANNEL_DATA_SIZE_MAX, padding);

    return rest > 0 || full == 0 ? size + channel_sealed_size(rest, padding) : size;
}

/* Appends records to `pending`, which has room. When sealing stops it stops for good, so nothing
 * can follow what was taken back here. */
static enum error seal(struct link *link, enum channel_record type, const uint8_t *data,
                       size_t length, size_t padding, uint64_t now_ms)
{
    size_t length_before = link->pending.length;
    size_t done = 0;

    do {
        size_t part = length - done;
        if (part > CHANNEL_DATA_SIZE_MAX) {
            part = CHANNEL_DATA_SIZE_MAX;
        }
        enum error error = channel_seal(&link->channel, type, data + done, part, padding, now_ms,
                                        link->pending.data + link->pending.length);
        if (error != ERROR_NONE) {
            link->pending.length = length_before;
            return error;
        }
        link->pending.length += channel_sealed_size(part, padding);
        done += part;
    } while (done < length);
    return ERROR_NONE;
}

static enum error queue(struct link *link, enum channel_record type, const uint8_t *data,
                        size_t length, bool secret, uint64_t now_ms)
{
    bool encrypted = link->settings.encrypted;
    size_t padding = secret || !link->signed_in ? CHANNEL_PADDING_SECRET : CHANNEL_PADDING;
    size_t room = link->settings.output_bytes_max;

    if (!can_send(link)) {
        return ERROR_CONNECTION_LOST;
    }
    room -= link_output_size(link) < room ? link_output_size(link) : room;
    if (length > room || (encrypted && sealed_size(length, padding) > room)) {
        return ERROR_SLOW_CONSUMER;
    }
    uint8_t *place =
        buffer_reserve(&link->pending, encrypted ? sealed_size(length, padding) : length);
    if (place == NULL) {
        link->pending.failed = false; /* what is queued already stays sound */
        return ERROR_NO_MEMORY;
    }
    if (encrypted) {
        return seal(link, type, data, length, padding, now_ms);
    }
    memcpy(place, data, length);
    link->pending.length += length;
    return ERROR_NONE;
}

enum error link_send(struct link *link, const uint8_t *object, size_t length, bool secret,
                     uint64_t now_ms)
{
    require(length > 0);
    return queue(link, CHANNEL_DATA, object, length, secret, now_ms);
}

enum error link_send_keepalive(struct link *link, uint64_t now_ms)
{
    if (!link->settings.encrypted) {
        return can_send(link) ? ERROR_NONE : ERROR_CONNECTION_LOST;
    }
    return queue(link, CHANNEL_KEEPALIVE, no_data, 0, false, now_ms);
}

enum error link_send_close(struct link *link, uint64_t now_ms)
{
    enum error error = ERROR_NONE;

    if (!can_send(link)) {
        return ERROR_CONNECTION_LOST;
    }
    if (link->settings.encrypted) {
        error = queue(link, CHANNEL_CLOSE, no_data, 0, false, now_ms);
    }
    if (error == ERROR_NONE) {
        link->closing = true;
    }
    return error;
}

const uint8_t *link_output(struct link *link, size_t *ret_length)
{
    if (link->leaving.length == 0) {
        struct buffer empty = link->leaving;
        link->leaving = link->pending;
        link->pending = empty;
    }
    *ret_length = link->leaving.length - link->leaving_taken;
    return *ret_length == 0 ? NULL : link->leaving.data + link->leaving_taken;
}

void link_output_taken(struct link *link, size_t length)
{
    require(length <= link->leaving.length - link->leaving_taken);
    link->leaving_taken += length;
    if (link->leaving_taken == link->leaving.length) {
        buffer_finish(&link->leaving);
        link->leaving_taken = 0;
    }
}

size_t link_output_size(const struct link *link)
{
    return link->leaving.length - link->leaving_taken + link->pending.length;
}

/* Incoming, from the inside out: objects, records, handshake, frames */

static void apply_limits(struct link *link)
{
    if (link->limits_changed && scanner_pending_bytes(&link->scanner) == 0) {
        scanner_init(&link->scanner, &link->settings.limits);
        link->limits_changed = false;
    }
}

void link_set_limits(struct link *link, const struct scanner_limits *limits)
{
    link->settings.limits = *limits;
    link->limits_changed = true;
    apply_limits(link);
}

/* The object's last `length` bytes are in the input, the ones before, if any, were collected. */
static enum error hand_on_object(struct link *link, const uint8_t *bytes, size_t length)
{
    const struct link_callbacks *callbacks = link->settings.callbacks;

    apply_limits(link);
    if (link->object.length == 0) {
        return callbacks->on_object(link->settings.context, bytes, length);
    }
    buffer_append(&link->object, bytes, length);
    if (link->object.failed) {
        return ERROR_NO_MEMORY;
    }
    struct buffer whole = link->object;
    link->object = (struct buffer){0};
    enum error error = callbacks->on_object(link->settings.context, whole.data, whole.length);
    buffer_finish(&whole);
    return error;
}

static enum error feed_data(struct link *link, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        size_t taken;
        enum scanner_state state = scanner_feed(&link->scanner, bytes, length, &taken);
        enum error error = ERROR_NONE;

        if (state == SCANNER_REFUSED) {
            return ERROR_PROTOCOL_VIOLATION;
        }
        if (state == SCANNER_DONE) {
            error = hand_on_object(link, bytes, taken);
        } else {
            buffer_append(&link->object, bytes, taken);
            error = link->object.failed ? ERROR_NO_MEMORY : ERROR_NONE;
        }
        if (error != ERROR_NONE) {
            return error;
        }
        bytes += taken;
        length -= taken;
    }
    return ERROR_NONE;
}

static enum error feed_record(struct link *link, uint8_t *sealed, size_t length, uint64_t now_ms)
{
    enum channel_record type;
    const uint8_t *data;
    size_t data_length;
    enum error error = channel_open(&link->channel, sealed, length, &type, &data, &data_length);

    if (error != ERROR_NONE) {
        return error;
    }
    switch (type) {
    case CHANNEL_DATA:
        return feed_data(link, data, data_length);
    case CHANNEL_KEEPALIVE:
        if (link->settings.side == LINK_CLIENT || !can_send(link)) {
            return ERROR_NONE;
        }
        return queue(link, CHANNEL_KEEPALIVE, no_data, 0, false, now_ms);
    case CHANNEL_CLOSE:
        link->state = LINK_PEER_CLOSED;
        if (link->settings.callbacks->on_closed != NULL) {
            link->settings.callbacks->on_closed(link->settings.context);
        }
        return ERROR_NONE;
    default:
        return ERROR_PROTOCOL_VIOLATION;
    }
}

/* Server: the client's first message has come, ours goes out. */
static enum error feed_greeting(struct link *link, const uint8_t *greeting, uint64_t now_ms)
{
    uint8_t payload[HANDSHAKE_PAYLOAD_SIZE_MAX];
    size_t payload_length = handshake_payload_write(payload);
    size_t written;
    enum error error = channel_read_greeting(&link->channel, greeting);

    if (error != ERROR_NONE) {
        return error;
    }
    uint8_t *place = buffer_reserve(&link->pending,
                                    CHANNEL_LENGTH_SIZE + CHANNEL_ANSWER_SIZE_MIN + payload_length);
    if (place == NULL) {
        return ERROR_NO_MEMORY;
    }
    error = channel_write_answer(&link->channel, link->settings.host_key, payload, payload_length,
                                 now_ms, place, &written);
    if (error != ERROR_NONE) {
        return error;
    }
    link->pending.length += written;
    link->settings.host_key = NULL;
    establish(link);
    return ERROR_NONE;
}

/* Client: the server's message has come; its key is judged before we say anything. */
static enum error feed_answer(struct link *link, const uint8_t *answer, size_t length,
                              uint64_t now_ms)
{
    uint8_t payload[CHANNEL_ANSWER_PAYLOAD_MAX];
    size_t payload_length;
    enum error error =
        channel_read_answer(&link->channel, answer, length, now_ms, payload, &payload_length);

    if (error == ERROR_NONE) {
        error = handshake_payload_read(payload, payload_length, &link->peer_protocol);
    }
    if (error == ERROR_NONE) {
        error =
            link->settings.callbacks->on_peer_key(link->settings.context, link->channel.peer_key);
    }
    if (error == ERROR_NONE) {
        establish(link);
    }
    return error;
}

static enum error feed_frame(struct link *link, uint8_t *frame, size_t length, uint64_t now_ms)
{
    uint8_t *message = frame + CHANNEL_LENGTH_SIZE;
    size_t message_length = length - CHANNEL_LENGTH_SIZE;

    if (link->state != LINK_HANDSHAKE) {
        return feed_record(link, message, message_length, now_ms);
    }
    if (link->settings.side == LINK_SERVER) {
        return feed_greeting(link, frame, now_ms);
    }
    return feed_answer(link, message, message_length, now_ms);
}

/* How long the frame that begins with these bytes will be, or at least how many bytes it takes to
 * know. What cannot become a frame is refused as early as that can be told. */
static enum error frame_need(const struct link *link, const uint8_t *bytes, size_t length,
                             size_t *ret_need)
{
    size_t message_length;

    if (link->state == LINK_HANDSHAKE && link->settings.side == LINK_SERVER) {
        *ret_need = CHANNEL_GREETING_SIZE;
        return channel_greeting_possible(bytes, length) ? ERROR_NONE : ERROR_PROTOCOL_VIOLATION;
    }
    if (length < CHANNEL_LENGTH_SIZE) {
        *ret_need = CHANNEL_LENGTH_SIZE;
        return ERROR_NONE;
    }
    enum error error = link->state == LINK_HANDSHAKE
                           ? channel_answer_length(bytes, &message_length)
                           : channel_record_length(bytes, &message_length);
    if (error == ERROR_NONE) {
        *ret_need = CHANNEL_LENGTH_SIZE + message_length;
    }
    return error;
}

/* Adds to the frame that was cut, but nothing beyond its end. Returns how much it took; a whole
 * frame is handed on. */
static enum error collect_frame(struct link *link, const uint8_t *bytes, size_t length,
                                uint64_t now_ms, size_t *ret_taken)
{
    size_t need;
    enum error error = frame_need(link, link->frame.data, link->frame.length, &need);

    if (error != ERROR_NONE) {
        return error;
    }
    *ret_taken = need - link->frame.length < length ? need - link->frame.length : length;
    buffer_append(&link->frame, bytes, *ret_taken);
    if (link->frame.failed) {
        return ERROR_NO_MEMORY;
    }
    error = frame_need(link, link->frame.data, link->frame.length, &need);
    if (error != ERROR_NONE || link->frame.length < need) {
        return error;
    }
    struct buffer whole = link->frame;
    link->frame = (struct buffer){0};
    error = feed_frame(link, whole.data, whole.length, now_ms);
    buffer_finish(&whole);
    return error;
}

static enum error feed_encrypted(struct link *link, uint8_t *bytes, size_t length, uint64_t now_ms)
{
    enum error error = ERROR_NONE;

    while (length > 0 && error == ERROR_NONE && link->state != LINK_PEER_CLOSED) {
        size_t taken = 0;

        if (link->frame.length == 0) {
            error = frame_need(link, bytes, length, &taken);
        }
        if (error == ERROR_NONE && link->frame.length == 0 && taken <= length) {
            error = feed_frame(link, bytes, taken, now_ms);
        } else if (error == ERROR_NONE) {
            error = collect_frame(link, bytes, length, now_ms, &taken);
        }
        if (error == ERROR_NONE) {
            bytes += taken;
            length -= taken;
        }
    }
    return error;
}

enum error link_feed(struct link *link, uint8_t *bytes, size_t length, uint64_t now_ms)
{
    enum error error = ERROR_NONE;

    require(link->state != LINK_NEW && !link->feeding);
    if (length == 0) {
        return link->state == LINK_FAILED ? ERROR_CONNECTION_LOST : ERROR_NONE;
    }
    link->feeding = true;
    if (link->state == LINK_FAILED) {
        error = ERROR_CONNECTION_LOST;
    } else if (link->settings.encrypted) {
        error = feed_encrypted(link, bytes, length, now_ms);
    } else {
        error = feed_data(link, bytes, length);
    }
    sodium_memzero(bytes, length);
    link->feeding = false;
    return error == ERROR_NONE ? ERROR_NONE : fail(link, error);
}

bool link_established(const struct link *link)
{
    return link->state == LINK_ESTABLISHED || link->state == LINK_PEER_CLOSED;
}

bool link_is_receiving(const struct link *link)
{
    return link->frame.length > 0 || scanner_pending_bytes(&link->scanner) > 0;
}

void link_sign_in_done(struct link *link)
{
    link->signed_in = true;
}

const uint8_t *link_handshake_hash(const struct link *link)
{
    return link->settings.encrypted && link_established(link) ? link->channel.hash : NULL;
}

uint64_t link_peer_protocol(const struct link *link)
{
    return link->peer_protocol;
}

bool link_renewal_due(const struct link *link, uint64_t now_ms)
{
    return link->settings.encrypted && channel_renewal_due(&link->channel, now_ms);
}

const char *link_refusal(const struct link *link)
{
    return scanner_reason(&link->scanner);
}
