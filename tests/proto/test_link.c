/* A link must hand on the same objects however the byte stream is cut, refuse what is not ours, and
 * hold nothing when it is idle. */
#include "proto/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/channel.h"
#include "proto/handshake_payload.h"
#include "tests/lib/dice.h"

#define STREAM_MAX  (256 * 1024)
#define OBJECTS_MAX 16
#define KEPT_MAX    (48 * 1024)
#define LONG_BIN    17000 /* more than a record holds */
#define OUTPUT_MAX  (1024 * 1024)

static const uint8_t client_ephemeral[NOISE_KEY_SIZE] = {1, 2, 3};
static const uint8_t server_ephemeral[NOISE_KEY_SIZE] = {4, 5, 6};
static const uint8_t host_private_key[NOISE_KEY_SIZE] = {7, 8, 9};

static const struct scanner_limits wide_limits = {
    .bytes_max = 128 * 1024, .depth_max = 8, .elements_max = 1000, .pairs_max = 100};

/* The build has the linker send every allocation of this program's code through these two. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

static size_t allocations_left = SIZE_MAX; /* until one fails */

static bool allocation_fails(void)
{
    if (allocations_left == SIZE_MAX) {
        return false;
    }
    return allocations_left == 0 || allocations_left-- == 1;
}

void *__wrap_malloc(size_t size)
{
    return allocation_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return allocation_fails() ? NULL : __real_calloc(count, size);
}

/* One side with what its callbacks were told. */
struct end {
    struct link *link;
    uint8_t peer_key[NOISE_KEY_SIZE];
    unsigned peer_keys;
    enum error peer_key_verdict;
    unsigned established;
    unsigned closed;
    size_t object_count;
    size_t object_lengths[OBJECTS_MAX];
    size_t object_bytes; /* of all objects together */
    uint8_t objects[KEPT_MAX];
    size_t refuse_object; /* number of the object, from 1, that on_object refuses; 0 none */
    const struct scanner_limits *limits_after_first;
    bool echo;
    bool only_count;
};

static enum error on_peer_key(void *context, const uint8_t key[NOISE_KEY_SIZE])
{
    struct end *end = context;

    memcpy(end->peer_key, key, NOISE_KEY_SIZE);
    end->peer_keys++;
    assert_false(link_established(end->link));
    return end->peer_key_verdict;
}

static void on_established(void *context)
{
    struct end *end = context;

    end->established++;
    assert_true(link_established(end->link));
}

static enum error on_object(void *context, const uint8_t *bytes, size_t length)
{
    struct end *end = context;

    if (end->only_count) {
        end->object_count++;
        return ERROR_NONE;
    }
    assert_true(end->object_count < OBJECTS_MAX && length <= KEPT_MAX - end->object_bytes);
    memcpy(end->objects + end->object_bytes, bytes, length);
    end->object_bytes += length;
    end->object_lengths[end->object_count++] = length;
    if (end->limits_after_first != NULL && end->object_count == 1) {
        link_set_limits(end->link, end->limits_after_first);
    }
    if (end->echo) {
        assert_int_equal(link_send(end->link, bytes, length, false, 0), ERROR_NONE);
    }
    return end->object_count == end->refuse_object ? ERROR_SHUTTING_DOWN : ERROR_NONE;
}

static void on_closed(void *context)
{
    struct end *end = context;

    end->closed++;
}

static const struct link_callbacks callbacks = {
    .on_peer_key = on_peer_key,
    .on_established = on_established,
    .on_object = on_object,
    .on_closed = on_closed,
};

static void end_open_unstarted(struct end *end, enum link_side side, bool encrypted)
{
    static struct noise_keypair host_key; /* the same in every test */

    memset(end, 0, sizeof *end);
    noise_keypair_from_private(host_private_key, &host_key);
    struct link_settings settings = {
        .side = side,
        .encrypted = encrypted,
        .host_key = &host_key,
        .ephemeral = side == LINK_CLIENT ? client_ephemeral : server_ephemeral,
        .limits = wide_limits,
        .output_bytes_max = OUTPUT_MAX,
        .callbacks = &callbacks,
        .context = end,
    };
    end->link = link_create(&settings);
    assert_non_null(end->link);
}

static void end_open(struct end *end, enum link_side side, bool encrypted)
{
    end_open_unstarted(end, side, encrypted);
    assert_int_equal(link_start(end->link), ERROR_NONE);
}

/* A byte stream of one direction, kept whole. */
struct stream {
    size_t length;
    uint8_t bytes[STREAM_MAX];
};

/* Takes all output of a link and adds it to the stream. */
static void drain(struct link *link, struct stream *stream)
{
    const uint8_t *output;
    size_t length;

    while ((output = link_output(link, &length)) != NULL) {
        assert_true(length <= STREAM_MAX - stream->length);
        memcpy(stream->bytes + stream->length, output, length);
        stream->length += length;
        link_output_taken(link, length);
    }
    assert_int_equal(length, 0);
    assert_int_equal(link_output_size(link), 0);
}

/* Feeds a copy, from malloc so that reading past it shows. */
static enum error feed(struct link *link, const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length == 0 ? 1 : length);

    assert_non_null(copy);
    memcpy(copy, bytes, length);
    enum error error = link_feed(link, copy, length, 0);
    for (size_t i = 0; i < length; i++) {
        assert_int_equal(copy[i], 0); /* the input is wiped */
    }
    free(copy);
    return error;
}

/* A client and a server, and all that went between them. */
struct wire {
    struct end client;
    struct end server;
    struct stream to_server;
    struct stream to_client;
};

/* Carries what is waiting, both ways, until nothing is. */
static void carry(struct wire *wire)
{
    size_t before;

    do {
        before = wire->to_server.length + wire->to_client.length;
        size_t server_before = wire->to_server.length;
        drain(wire->client.link, &wire->to_server);
        assert_int_equal(feed(wire->server.link, wire->to_server.bytes + server_before,
                              wire->to_server.length - server_before),
                         ERROR_NONE);
        size_t client_before = wire->to_client.length;
        drain(wire->server.link, &wire->to_client);
        assert_int_equal(feed(wire->client.link, wire->to_client.bytes + client_before,
                              wire->to_client.length - client_before),
                         ERROR_NONE);
    } while (wire->to_server.length + wire->to_client.length != before);
}

static struct wire *wire_open(bool encrypted)
{
    struct wire *wire = calloc(1, sizeof *wire);

    assert_non_null(wire);
    end_open(&wire->client, LINK_CLIENT, encrypted);
    end_open(&wire->server, LINK_SERVER, encrypted);
    carry(wire);
    assert_int_equal(wire->client.established, 1);
    assert_int_equal(wire->server.established, 1);
    return wire;
}

static void wire_close(struct wire *wire)
{
    link_destroy(wire->client.link);
    link_destroy(wire->server.link);
    free(wire);
}

/* A msgpack bin of `length` bytes of content. */
static size_t make_bin(uint8_t *ret_object, size_t length)
{
    ret_object[0] = 0xc6;
    for (size_t i = 0; i < 4; i++) {
        ret_object[1 + i] = (uint8_t)(length >> (24 - 8 * i));
    }
    for (size_t i = 0; i < length; i++) {
        ret_object[5 + i] = (uint8_t)(i * 7);
    }
    return length + 5;
}

/* Several objects in one piece, then a long one, then small ones. */
static const uint8_t three_objects[] = {0x93, 1, 2, 3, 0x81, 0xa1, 'k', 0xc0, 0x05};

static void send_script(struct link *link)
{
    static uint8_t bin[STREAM_MAX];
    size_t length = make_bin(bin, LONG_BIN);

    assert_int_equal(link_send(link, three_objects, sizeof three_objects, false, 0), ERROR_NONE);
    assert_int_equal(link_send(link, bin, 200, true, 0), ERROR_NONE); /* the first piece ... */
    assert_int_equal(link_send(link, bin + 200, length - 200, false, 0), ERROR_NONE);
    assert_int_equal(link_send_keepalive(link, 0), ERROR_NONE);
    assert_int_equal(link_send(link, three_objects, 4, true, 0), ERROR_NONE);
    assert_int_equal(link_send_close(link, 0), ERROR_NONE);
}

static void assert_script_received(const struct end *end)
{
    static uint8_t bin[STREAM_MAX];
    size_t length = make_bin(bin, LONG_BIN);

    assert_int_equal(end->object_count, 5);
    assert_int_equal(end->object_bytes, sizeof three_objects + length + 4);
    assert_memory_equal(end->objects, three_objects, sizeof three_objects);
    assert_memory_equal(end->objects + sizeof three_objects, bin, length);
    assert_memory_equal(end->objects + sizeof three_objects + length, three_objects, 4);
    assert_int_equal(end->object_lengths[0], 4);
    assert_int_equal(end->object_lengths[3], length);
}

/* The plain purpose of it all, with several objects in a record and objects over many records. */
static void objects_arrive_whole_in_both_directions(void **state)
{
    (void)state;
    for (int encrypted = 0; encrypted < 2; encrypted++) {
        struct wire *wire = wire_open(encrypted == 1);
        send_script(wire->client.link);
        carry(wire);
        assert_script_received(&wire->server);
        assert_int_equal(wire->server.closed, encrypted);
        send_script(wire->server.link);
        carry(wire);
        assert_script_received(&wire->client);
        assert_int_equal(wire->client.closed, encrypted);
        wire_close(wire);
    }
}

/* Runs the recorded stream into a fresh end, in pieces that end where `cuts` says. */
static void replay(enum link_side side, bool encrypted, const struct stream *stream, size_t cut)
{
    struct end *end = calloc(1, sizeof *end);

    assert_non_null(end);
    end_open(end, side, encrypted);
    assert_int_equal(feed(end->link, stream->bytes, cut), ERROR_NONE);
    assert_int_equal(feed(end->link, stream->bytes + cut, stream->length - cut), ERROR_NONE);
    assert_script_received(end);
    assert_int_equal(end->closed, encrypted ? 1 : 0);
    link_destroy(end->link);
    free(end);
}

static struct wire *record_script(bool encrypted)
{
    struct wire *wire = wire_open(encrypted);

    send_script(wire->client.link);
    send_script(wire->server.link);
    drain(wire->client.link, &wire->to_server);
    drain(wire->server.link, &wire->to_client);
    return wire;
}

/* TCP cuts anywhere: every single position, in the parts where the frames' edges are, and a step
 * through the long middle. */
static void the_stream_may_be_cut_at_every_position(void **state)
{
    (void)state;
    for (int encrypted = 0; encrypted < 2; encrypted++) {
        struct wire *wire = record_script(encrypted == 1);
        for (int side = 0; side < 2; side++) {
            const struct stream *stream = side == 0 ? &wire->to_client : &wire->to_server;
            enum link_side receiver = side == 0 ? LINK_CLIENT : LINK_SERVER;
            for (size_t cut = 0; cut <= stream->length;
                 cut += cut < 1500 || cut + 2500 > stream->length ? 1 : 97) {
                replay(receiver, encrypted == 1, stream, cut);
            }
        }
        wire_close(wire);
    }
}

/* One byte at a time is the longest way through every state. */
static void the_stream_may_come_byte_by_byte(void **state)
{
    (void)state;
    for (int encrypted = 0; encrypted < 2; encrypted++) {
        struct wire *wire = record_script(encrypted == 1);
        struct end *end = calloc(1, sizeof *end);
        assert_non_null(end);
        end_open(end, LINK_SERVER, encrypted == 1);
        for (size_t i = 0; i < wire->to_server.length; i++) {
            assert_int_equal(feed(end->link, wire->to_server.bytes + i, 1), ERROR_NONE);
        }
        assert_script_received(end);
        link_destroy(end->link);
        free(end);
        wire_close(wire);
    }
}

/* Pieces as a busy socket would give them, from a seed. */
static void the_stream_may_come_in_random_pieces(void **state)
{
    struct dice dice = dice_open("link in random pieces");
    struct wire *wire = record_script(true);

    (void)state;
    for (int round = 0; round < 50; round++) {
        struct end *end = calloc(1, sizeof *end);
        size_t done = 0;
        assert_non_null(end);
        end_open(end, LINK_CLIENT, true);
        while (done < wire->to_client.length) {
            size_t piece = 1 + dice_below(&dice, dice_below(&dice, 2) == 0 ? 100 : 20000);
            if (piece > wire->to_client.length - done) {
                piece = wire->to_client.length - done;
            }
            assert_int_equal(feed(end->link, wire->to_client.bytes + done, piece), ERROR_NONE);
            done += piece;
        }
        assert_script_received(end);
        link_destroy(end->link);
        free(end);
    }
    wire_close(wire);
}

/* The pin is compared before the client says one byte more than its greeting. */
static void a_refused_host_key_stops_the_client_before_it_says_more(void **state)
{
    struct wire *wire = calloc(1, sizeof *wire);
    struct noise_keypair host_key;

    (void)state;
    assert_non_null(wire);
    noise_keypair_from_private(host_private_key, &host_key);
    end_open(&wire->client, LINK_CLIENT, true);
    end_open(&wire->server, LINK_SERVER, true);
    wire->client.peer_key_verdict = ERROR_HOST_KEY_CHANGED;
    drain(wire->client.link, &wire->to_server);
    assert_int_equal(feed(wire->server.link, wire->to_server.bytes, wire->to_server.length),
                     ERROR_NONE);
    drain(wire->server.link, &wire->to_client);
    assert_int_equal(feed(wire->client.link, wire->to_client.bytes, wire->to_client.length),
                     ERROR_HOST_KEY_CHANGED);
    assert_memory_equal(wire->client.peer_key, host_key.public_key, NOISE_KEY_SIZE);
    assert_int_equal(wire->client.peer_keys, 1);
    assert_int_equal(wire->client.established, 0);
    assert_false(link_established(wire->client.link));
    assert_int_equal(link_output_size(wire->client.link), 0);
    assert_int_equal(link_send(wire->client.link, three_objects, 4, false, 0),
                     ERROR_CONNECTION_LOST);
    assert_null(link_handshake_hash(wire->client.link));
    wire_close(wire);
}

/* Signatures are bound to this connection by h, so both must have the same and others another. */
static void handshake_hash_is_shared_and_the_protocol_number_told(void **state)
{
    struct wire *wire = wire_open(true);
    struct wire *plain = wire_open(false);

    (void)state;
    assert_non_null(link_handshake_hash(wire->client.link));
    assert_memory_equal(link_handshake_hash(wire->client.link),
                        link_handshake_hash(wire->server.link), NOISE_HASH_SIZE);
    assert_int_equal(link_peer_protocol(wire->client.link), 1);
    assert_null(link_handshake_hash(plain->client.link));
    assert_int_equal(link_peer_protocol(plain->client.link), 0);
    wire_close(wire);
    wire_close(plain);
}

/* In earnest nobody gives an ephemeral key: two connections must not share one. */
static void each_connection_draws_its_own_ephemeral_key(void **state)
{
    uint8_t greetings[2][CHANNEL_GREETING_SIZE];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct end end = {0};
        struct link_settings settings = {
            .side = LINK_CLIENT,
            .encrypted = true,
            .limits = wide_limits,
            .output_bytes_max = OUTPUT_MAX,
            .callbacks = &callbacks,
            .context = &end,
        };
        size_t length;
        end.link = link_create(&settings);
        assert_int_equal(link_start(end.link), ERROR_NONE);
        const uint8_t *output = link_output(end.link, &length);
        assert_int_equal(length, CHANNEL_GREETING_SIZE);
        memcpy(greetings[i], output, length);
        link_destroy(end.link);
    }
    assert_memory_not_equal(greetings[0], greetings[1], CHANNEL_GREETING_SIZE);
}

/* A web browser or scanner at our port is turned away at its first byte. */
static void garbage_instead_of_a_greeting_is_refused_at_once(void **state)
{
    struct end *end = calloc(1, sizeof *end);

    (void)state;
    assert_non_null(end);
    end_open(end, LINK_SERVER, true);
    assert_int_equal(feed(end->link, (const uint8_t *)"G", 1), ERROR_PROTOCOL_VIOLATION);
    assert_int_equal(link_output_size(end->link), 0);
    assert_int_equal(feed(end->link, (const uint8_t *)"E", 1), ERROR_CONNECTION_LOST);
    link_destroy(end->link);

    end_open(end, LINK_SERVER, true);
    assert_int_equal(feed(end->link, (const uint8_t *)"TTYDESK", 7), ERROR_NONE);
    assert_int_equal(feed(end->link, (const uint8_t *)"\x02", 1), ERROR_PROTOCOL_VIOLATION);
    link_destroy(end->link);
    free(end);
}

/* Lengths that no answer and no record can have are refused with the second byte of them. */
static void impossible_lengths_are_refused_at_their_second_byte(void **state)
{
    static const uint8_t lengths[][2] = {{0, 0}, {0, 95}, {2, 97}, {0xff, 0xff}};
    struct end *end = calloc(1, sizeof *end);

    (void)state;
    assert_non_null(end);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        end_open(end, LINK_CLIENT, true);
        assert_int_equal(feed(end->link, lengths[i], 1), ERROR_NONE);
        assert_int_equal(feed(end->link, lengths[i] + 1, 1), ERROR_PROTOCOL_VIOLATION);
        link_destroy(end->link);
    }
    free(end);
    struct wire *wire = wire_open(true);
    assert_int_equal(feed(wire->server.link, (const uint8_t *)"\x00\x51", 2),
                     ERROR_PROTOCOL_VIOLATION);
    wire_close(wire);
}

/* A forged record must not only be refused: nothing of it or after it may come through. */
static void nothing_comes_through_after_a_forged_record(void **state)
{
    struct wire *wire = wire_open(true);
    size_t before = wire->to_server.length;

    (void)state;
    assert_int_equal(link_send(wire->client.link, three_objects, 4, false, 0), ERROR_NONE);
    assert_int_equal(link_send(wire->client.link, three_objects, 4, false, 0), ERROR_NONE);
    drain(wire->client.link, &wire->to_server);
    wire->to_server.bytes[before + 100] ^= 1;
    assert_int_equal(
        feed(wire->server.link, wire->to_server.bytes + before, wire->to_server.length - before),
        ERROR_PROTOCOL_VIOLATION);
    assert_int_equal(wire->server.object_count, 0);
    assert_int_equal(feed(wire->server.link, wire->to_server.bytes + before, 10),
                     ERROR_CONNECTION_LOST);
    assert_int_equal(link_send(wire->server.link, three_objects, 4, false, 0),
                     ERROR_CONNECTION_LOST);
    wire_close(wire);
}

/* What the scanner refuses never reaches a decoder, and the log can say why. */
static void insane_objects_end_the_link(void **state)
{
    static const uint8_t promises_8_gib[] = {0xdd, 0x10, 0, 0, 0};

    (void)state;
    for (int encrypted = 0; encrypted < 2; encrypted++) {
        struct wire *wire = wire_open(encrypted == 1);
        size_t before = wire->to_server.length;
        assert_string_equal(link_refusal(wire->server.link), "");
        assert_int_equal(
            link_send(wire->client.link, promises_8_gib, sizeof promises_8_gib, false, 0),
            ERROR_NONE);
        drain(wire->client.link, &wire->to_server);
        assert_int_equal(feed(wire->server.link, wire->to_server.bytes + before,
                              wire->to_server.length - before),
                         ERROR_PROTOCOL_VIOLATION);
        assert_string_not_equal(link_refusal(wire->server.link), "");
        assert_int_equal(wire->server.object_count, 0);
        wire_close(wire);
    }
}

/* What on_object says is what ends the link; the objects after it are not handed on. */
static void an_error_of_a_callback_ends_the_link(void **state)
{
    struct wire *wire = wire_open(false);

    (void)state;
    wire->server.refuse_object = 2;
    assert_int_equal(feed(wire->server.link, three_objects, sizeof three_objects),
                     ERROR_SHUTTING_DOWN);
    assert_int_equal(wire->server.object_count, 2);
    wire_close(wire);
}

/* Before sign-in only small objects are taken; afterwards larger ones; the change may come while
 * the next object is half there. */
static void changed_limits_hold_from_the_next_object_on(void **state)
{
    static const struct scanner_limits narrow = {
        .bytes_max = 4, .depth_max = 2, .elements_max = 4, .pairs_max = 1};
    struct wire *wire = wire_open(false);

    (void)state;
    wire->server.limits_after_first = &narrow;
    assert_int_equal(feed(wire->server.link, three_objects, sizeof three_objects), ERROR_NONE);
    assert_int_equal(wire->server.object_count, 3);
    /* Half an object, and then the limits become wide: this object still has the narrow ones. */
    assert_int_equal(feed(wire->server.link, (const uint8_t *)"\x93\x01", 2), ERROR_NONE);
    link_set_limits(wire->server.link, &wide_limits);
    assert_int_equal(feed(wire->server.link, (const uint8_t *)"\x02\x03", 2), ERROR_NONE);
    assert_int_equal(feed(wire->server.link, (const uint8_t *)"\x95\x01\x02\x03\x04\x05", 6),
                     ERROR_NONE);
    assert_int_equal(wire->server.object_count, 5);
    wire_close(wire);
}

/* The length of a record must not give away the length of a password: 512 until signed in, and
 * later for secrets; then 64. */
static void records_are_wide_until_signed_in_and_for_secrets(void **state)
{
    struct wire *wire = wire_open(true);
    struct link *link = wire->client.link;
    size_t length;

    (void)state;
    assert_int_equal(link_send(link, three_objects, 4, false, 0), ERROR_NONE);
    assert_int_equal(link_output_size(link), 2 + 512 + 16);
    link_output(link, &length);
    link_output_taken(link, length);
    assert_int_equal(link_send_keepalive(link, 0), ERROR_NONE);
    assert_int_equal(link_output_size(link), 2 + 512 + 16);
    link_output(link, &length);
    link_output_taken(link, length);

    link_sign_in_done(link);
    assert_int_equal(link_send(link, three_objects, 4, false, 0), ERROR_NONE);
    assert_int_equal(link_output_size(link), 2 + 64 + 16);
    assert_int_equal(link_send(link, three_objects, 4, true, 0), ERROR_NONE);
    assert_int_equal(link_output_size(link), 2 + 64 + 16 + 2 + 512 + 16);
    wire_close(wire);
}

/* The server answers each keepalive with one, the client none: else they would never stop. */
static void keepalives_are_answered_by_the_server_only(void **state)
{
    struct wire *wire = wire_open(true);
    size_t to_client = wire->to_client.length;
    size_t to_server = wire->to_server.length;

    (void)state;
    assert_int_equal(link_send_keepalive(wire->client.link, 0), ERROR_NONE);
    assert_int_equal(link_send_keepalive(wire->client.link, 0), ERROR_NONE);
    carry(wire);
    assert_int_equal(wire->to_client.length - to_client, 2 * (2 + 512 + 16));
    assert_int_equal(wire->to_server.length - to_server, 2 * (2 + 512 + 16));
    assert_int_equal(wire->client.object_count, 0);
    wire_close(wire);

    wire = wire_open(false);
    assert_int_equal(link_send_keepalive(wire->client.link, 0), ERROR_NONE);
    assert_int_equal(link_output_size(wire->client.link), 0);
    assert_int_equal(link_send_close(wire->client.link, 0), ERROR_NONE);
    assert_int_equal(link_send_keepalive(wire->client.link, 0), ERROR_CONNECTION_LOST);
    wire_close(wire);
}

/* A close record ends one direction: nothing after it is read, the other way still works. */
static void nothing_is_read_after_a_close_record_but_answers_still_go(void **state)
{
    struct wire *wire = wire_open(true);

    (void)state;
    assert_int_equal(link_send_close(wire->client.link, 0), ERROR_NONE);
    assert_int_equal(link_send(wire->client.link, three_objects, 4, false, 0),
                     ERROR_CONNECTION_LOST);
    assert_int_equal(link_send_keepalive(wire->client.link, 0), ERROR_CONNECTION_LOST);
    assert_int_equal(link_send_close(wire->client.link, 0), ERROR_CONNECTION_LOST);
    carry(wire);
    assert_int_equal(wire->server.closed, 1);
    assert_int_equal(feed(wire->server.link, (const uint8_t *)"anything at all", 15), ERROR_NONE);
    assert_int_equal(wire->server.closed, 1);
    assert_int_equal(link_send(wire->server.link, three_objects, 4, false, 0), ERROR_NONE);
    carry(wire);
    assert_int_equal(wire->client.object_count, 1);
    wire_close(wire);
}

/* Whoever does not read must not make us keep everything for them: the limit refuses whole objects
 * and leaves the link as it is. */
static void output_beyond_its_limit_is_refused_whole(void **state)
{
    static uint8_t bin[STREAM_MAX];
    size_t length = make_bin(bin, 40000);

    (void)state;
    for (int encrypted = 0; encrypted < 2; encrypted++) {
        struct wire *wire = wire_open(encrypted == 1);
        struct link *link = wire->server.link;
        enum error error = ERROR_NONE;
        size_t sent = 0;
        while ((error = link_send(link, bin, length, false, 0)) == ERROR_NONE) {
            sent++;
            assert_true(link_output_size(link) <= OUTPUT_MAX);
        }
        assert_int_equal(error, ERROR_SLOW_CONSUMER);
        size_t waiting = link_output_size(link);
        assert_int_equal(link_send(link, bin, length, false, 0), ERROR_SLOW_CONSUMER);
        assert_int_equal(link_output_size(link), waiting);
        assert_true(sent > 20);
        /* Once some of it has been taken there is room again, and nothing is out of order. */
        size_t shown;
        const uint8_t *output = link_output(link, &shown);
        wire->client.only_count = true;
        assert_int_equal(feed(wire->client.link, output, shown), ERROR_NONE);
        assert_int_equal(wire->client.object_count, sent);
        link_output_taken(link, shown);
        assert_int_equal(link_send(link, bin, length, false, 0), ERROR_NONE);
        output = link_output(link, &shown);
        assert_int_equal(feed(wire->client.link, output, shown), ERROR_NONE);
        assert_int_equal(wire->client.object_count, sent + 1);
        wire_close(wire);
    }
}

/* A client that sends keepalives and never reads the answers must not fill our memory. */
static void unread_keepalive_answers_end_the_link(void **state)
{
    struct wire *wire = wire_open(true);
    enum error error = ERROR_NONE;

    (void)state;
    for (size_t i = 0; i < OUTPUT_MAX / 500 && error == ERROR_NONE; i++) {
        size_t length;
        assert_int_equal(link_send_keepalive(wire->client.link, 0), ERROR_NONE);
        const uint8_t *output = link_output(wire->client.link, &length);
        error = feed(wire->server.link, output, length);
        link_output_taken(wire->client.link, length);
        assert_true(link_output_size(wire->server.link) <= OUTPUT_MAX);
    }
    assert_int_equal(error, ERROR_SLOW_CONSUMER);
    wire_close(wire);
}

/* Bytes handed to the system's write must not move while more is sent. */
static void output_stays_where_it_is_until_taken(void **state)
{
    static uint8_t bin[STREAM_MAX];
    size_t length = make_bin(bin, 100000);
    struct wire *wire = wire_open(false);
    struct link *link = wire->client.link;
    size_t shown;

    (void)state;
    assert_null(link_output(link, &shown));
    assert_int_equal(link_send(link, three_objects, 4, false, 0), ERROR_NONE);
    const uint8_t *output = link_output(link, &shown);
    assert_int_equal(shown, 4);
    assert_int_equal(link_send(link, bin, length, false, 0), ERROR_NONE);
    assert_memory_equal(output, three_objects, 4);
    assert_int_equal(link_output_size(link), 4 + length);
    link_output_taken(link, 3);
    assert_ptr_equal(link_output(link, &shown), output + 3);
    assert_int_equal(shown, 1);
    link_output_taken(link, 1);
    assert_memory_equal(link_output(link, &shown), bin, length);
    assert_int_equal(shown, length);
    link_output_taken(link, shown);
    assert_int_equal(link_output_size(link), 0);
    wire_close(wire);
}

/* Callbacks answer at once; sending inside on_object is how a session replies. */
static void replies_may_be_sent_from_inside_a_callback(void **state)
{
    struct wire *wire = wire_open(true);

    (void)state;
    wire->server.echo = true;
    send_script(wire->client.link);
    carry(wire);
    assert_script_received(&wire->server);
    assert_script_received(&wire->client);
    wire_close(wire);
}

/* After a day nothing more is sealed; what was queued before stays whole. */
static void nothing_is_sent_after_a_day(void **state)
{
    const uint64_t day_ms = UINT64_C(86400000);
    struct wire *wire = wire_open(true);
    struct link *link = wire->client.link;

    (void)state;
    assert_false(link_renewal_due(link, 0));
    assert_true(link_renewal_due(link, day_ms - 1));
    assert_int_equal(link_send(link, three_objects, 4, false, day_ms - 1), ERROR_NONE);
    size_t waiting = link_output_size(link);
    assert_int_equal(link_send(link, three_objects, 4, false, day_ms), ERROR_CONNECTION_LOST);
    assert_int_equal(link_output_size(link), waiting);
    carry(wire);
    assert_int_equal(wire->server.object_count, 1);
    wire_close(wire);
}

/* Feeds one side all of a recorded stream in pieces of 5,000, sending on the way, and from the n-th
 * allocation on there is no memory. Returns what came of it. */
static enum error run_without_memory(enum link_side side, const struct stream *stream, size_t n)
{
    static uint8_t piece[5000];
    static struct end end;
    enum error error = ERROR_NONE;

    end_open_unstarted(&end, side, true);
    allocations_left = n;
    error = link_start(end.link);
    for (size_t done = 0; done < stream->length && error == ERROR_NONE;) {
        size_t length = stream->length - done < sizeof piece ? stream->length - done : sizeof piece;
        memcpy(piece, stream->bytes + done, length);
        done += length;
        error = link_feed(end.link, piece, length, 0);
        if (error == ERROR_NONE && link_established(end.link)) {
            error = link_send(end.link, three_objects, 4, false, 0);
        }
    }
    if (n == 0) {
        assert_true(error == ERROR_NO_MEMORY);
    }
    allocations_left = SIZE_MAX;
    link_destroy(end.link);
    return error;
}

/* Out of memory anywhere must end in the error, not in a crash, a leak or half an object. */
static void every_allocation_may_fail(void **state)
{
    struct wire *wire = record_script(true);

    (void)state;
    for (int side = 0; side < 2; side++) {
        const struct stream *stream = side == 0 ? &wire->to_client : &wire->to_server;
        enum error error;
        size_t n = 0;
        do {
            error = run_without_memory(side == 0 ? LINK_CLIENT : LINK_SERVER, stream, n);
            assert_true(error == ERROR_NONE || error == ERROR_NO_MEMORY);
            assert_true(n++ < 1000);
        } while (error != ERROR_NONE);
        assert_true(n > 5);
    }
    wire_close(wire);

    allocations_left = 0;
    struct link *link = link_create(&(struct link_settings){.callbacks = &callbacks});
    allocations_left = SIZE_MAX;
    assert_null(link);
    link_destroy(NULL);
}

/* Refusing to send for lack of memory must leave what is queued sound. */
static void a_send_without_memory_changes_nothing(void **state)
{
    static uint8_t bin[STREAM_MAX];
    size_t length = make_bin(bin, LONG_BIN);
    struct wire *wire = wire_open(true);

    (void)state;
    assert_int_equal(link_send(wire->client.link, three_objects, 4, false, 0), ERROR_NONE);
    allocations_left = 0;
    enum error error = link_send(wire->client.link, bin, length, false, 0);
    allocations_left = SIZE_MAX;
    assert_int_equal(error, ERROR_NO_MEMORY);
    assert_int_equal(link_send(wire->client.link, bin, length, false, 0), ERROR_NONE);
    carry(wire);
    assert_int_equal(wire->server.object_count, 2);
    wire_close(wire);
}

/* Any server may add keys; none may leave out the number or send something else. */
static void handshake_payload_rules(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        uint64_t protocol; /* 0: refused */
    } cases[] = {
        {"\x81\xa8protocol\x01", 11, 1},
        {"\x81\xa8protocol\xcd\x01\x00", 13, 256},
        {"\x81\xd9\x08protocol\xcf\x00\x00\x00\x00\x00\x00\x00\x02", 20, 2},
        {"\xde\x00\x02\xa1x\x92\x01\x81\xa1y\xc0\xa8protocol\x03", 21, 3},
        {"\x82\xa8protocol\x01\xa1x\xa8protocol", 22, 1},
        {"\x82\xa9xprotocol\x05\xa8protocol\x04", 22, 4},
        {"", 0, 0},
        {"\x80", 1, 0},
        {"\xc0", 1, 0},
        {"\x91\x01", 2, 0},
        {"\x81\xa8protocol\x00", 11, 0},
        {"\x81\xa8protocol\xff", 11, 0},
        {"\x81\xa8protocol\xa1\x31", 12, 0},
        {"\x81\xa8protocol\x01\x01", 12, 0},
        {"\x81\xa8protocol", 10, 0},
        {"\x81\xa8protocoL\x01", 11, 0},
        {"\x82\xa8protocol\x01\xa8protocol\x01", 21, 0},
        {"\xdf\x10\x00\x00\x00\xa8protocol\x01", 15, 0},
    };
    uint8_t written[HANDSHAKE_PAYLOAD_SIZE_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t protocol = 77;
        uint8_t *copy = malloc(cases[i].length + 1);
        assert_non_null(copy);
        memcpy(copy, cases[i].bytes, cases[i].length);
        enum error error = handshake_payload_read(copy, cases[i].length, &protocol);
        assert_int_equal(error, cases[i].protocol == 0 ? ERROR_PROTOCOL_VIOLATION : ERROR_NONE);
        assert_int_equal(protocol, cases[i].protocol == 0 ? 77 : cases[i].protocol);
        free(copy);
    }
    assert_int_equal(handshake_payload_write(written), 11);
    assert_memory_equal(written, cases[0].bytes, 11);
}

/* A server that proves its key but says nothing sensible is no server of ours; the key is then not
 * even looked at. */
static void an_answer_with_a_wrong_payload_is_refused(void **state)
{
    struct end *end = calloc(1, sizeof *end);
    struct channel server;
    struct noise_keypair host_key;
    uint8_t answer[CHANNEL_LENGTH_SIZE + CHANNEL_ANSWER_SIZE_MAX];
    size_t length;

    (void)state;
    assert_non_null(end);
    noise_keypair_from_private(host_private_key, &host_key);
    end_open(end, LINK_CLIENT, true);
    channel_init(&server, CHANNEL_SERVER, server_ephemeral);
    const uint8_t *greeting = link_output(end->link, &length);
    assert_int_equal(channel_read_greeting(&server, greeting), ERROR_NONE);
    assert_int_equal(channel_write_answer(&server, &host_key, NULL, 0, 0, answer, &length),
                     ERROR_NONE);
    assert_int_equal(feed(end->link, answer, length), ERROR_PROTOCOL_VIOLATION);
    assert_int_equal(end->peer_keys, 0);
    channel_finish(&server);
    link_destroy(end->link);
    free(end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_arrive_whole_in_both_directions),
        cmocka_unit_test(the_stream_may_be_cut_at_every_position),
        cmocka_unit_test(the_stream_may_come_byte_by_byte),
        cmocka_unit_test(the_stream_may_come_in_random_pieces),
        cmocka_unit_test(a_refused_host_key_stops_the_client_before_it_says_more),
        cmocka_unit_test(handshake_hash_is_shared_and_the_protocol_number_told),
        cmocka_unit_test(each_connection_draws_its_own_ephemeral_key),
        cmocka_unit_test(garbage_instead_of_a_greeting_is_refused_at_once),
        cmocka_unit_test(impossible_lengths_are_refused_at_their_second_byte),
        cmocka_unit_test(nothing_comes_through_after_a_forged_record),
        cmocka_unit_test(insane_objects_end_the_link),
        cmocka_unit_test(an_error_of_a_callback_ends_the_link),
        cmocka_unit_test(changed_limits_hold_from_the_next_object_on),
        cmocka_unit_test(records_are_wide_until_signed_in_and_for_secrets),
        cmocka_unit_test(keepalives_are_answered_by_the_server_only),
        cmocka_unit_test(nothing_is_read_after_a_close_record_but_answers_still_go),
        cmocka_unit_test(output_beyond_its_limit_is_refused_whole),
        cmocka_unit_test(unread_keepalive_answers_end_the_link),
        cmocka_unit_test(output_stays_where_it_is_until_taken),
        cmocka_unit_test(replies_may_be_sent_from_inside_a_callback),
        cmocka_unit_test(nothing_is_sent_after_a_day),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(a_send_without_memory_changes_nothing),
        cmocka_unit_test(handshake_payload_rules),
        cmocka_unit_test(an_answer_with_a_wrong_payload_is_refused),
    };

    if (noise_start() != ERROR_NONE) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
