/* One side of an encrypted link over standard input and output, for tests in another language.
 *
 *     link_peer client|server
 *
 * It sends every object back. The object nil also ends the wide padding, after its echo; the object
 * true makes it close. To standard error it writes one line when it is established: the handshake
 * hash and, as a client, the server's key. Exit: 0 closed by both, 2 the other side broke the
 * protocol, 1 anything else. */
#include "proto/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BYTES_MAX (1024 * 1024)

struct peer {
    struct link *link;
    uint8_t server_key[NOISE_KEY_SIZE];
    bool closed;
};

static void print_hex(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        fprintf(stderr, "%02x", bytes[i]);
    }
}

static enum error on_peer_key(void *context, const uint8_t key[NOISE_KEY_SIZE])
{
    struct peer *peer = context;

    memcpy(peer->server_key, key, sizeof peer->server_key);
    return ERROR_NONE;
}

static void on_established(void *context)
{
    const struct peer *peer = context;

    print_hex(link_handshake_hash(peer->link), NOISE_HASH_SIZE);
    fputc(' ', stderr);
    print_hex(peer->server_key, sizeof peer->server_key);
    fputc('\n', stderr);
}

static enum error on_object(void *context, const uint8_t *bytes, size_t length)
{
    const struct peer *peer = context;
    enum error error = link_send(peer->link, bytes, length, false, 0);

    if (error == ERROR_NONE && length == 1 && bytes[0] == 0xc0) {
        link_sign_in_done(peer->link);
    }
    if (error == ERROR_NONE && length == 1 && bytes[0] == 0xc3) {
        error = link_send_close(peer->link, 0);
    }
    return error;
}

static void on_closed(void *context)
{
    struct peer *peer = context;

    peer->closed = true;
}

static bool write_output(struct link *link)
{
    const uint8_t *output;
    size_t length;

    while ((output = link_output(link, &length)) != NULL) {
        ssize_t written = write(STDOUT_FILENO, output, length);
        if (written < 0) {
            return false;
        }
        link_output_taken(link, (size_t)written);
    }
    return true;
}

static int run(struct peer *peer)
{
    uint8_t bytes[4096];

    if (link_start(peer->link) != ERROR_NONE || !write_output(peer->link)) {
        return 1;
    }
    while (!peer->closed) {
        ssize_t length = read(STDIN_FILENO, bytes, sizeof bytes);
        if (length <= 0) {
            return 1;
        }
        enum error error = link_feed(peer->link, bytes, (size_t)length, 0);
        if (error != ERROR_NONE) {
            return error == ERROR_PROTOCOL_VIOLATION ? 2 : 1;
        }
        if (!write_output(peer->link)) {
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const struct link_callbacks callbacks = {
        .on_peer_key = on_peer_key,
        .on_established = on_established,
        .on_object = on_object,
        .on_closed = on_closed,
    };
    static const uint8_t private_key[NOISE_KEY_SIZE] = {0x77};
    struct noise_keypair host_key;
    struct peer peer = {0};

    if (argc != 2 || noise_start() != ERROR_NONE) {
        return 1;
    }
    noise_keypair_from_private(private_key, &host_key);
    peer.link = link_create(&(struct link_settings){
        .side = strcmp(argv[1], "client") == 0 ? LINK_CLIENT : LINK_SERVER,
        .encrypted = true,
        .host_key = &host_key,
        .limits = {.bytes_max = BYTES_MAX, .depth_max = 8, .elements_max = 1000, .pairs_max = 100},
        .output_bytes_max = 2 * BYTES_MAX,
        .callbacks = &callbacks,
        .context = &peer,
    });
    int status = peer.link == NULL ? 1 : run(&peer);
    link_destroy(peer.link);
    return status;
}
