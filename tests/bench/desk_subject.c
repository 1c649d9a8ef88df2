#include "tests/bench/desk_subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/arena.h"
#include "proto/codec.h"
#include "proto/link.h"
#include "proto/operation.h"
#include "proto/random.h"

enum { REPLY_BYTES_MAX = 1 << 20, OWN_TICKETS_MAX = 64 };

struct desk_client {
    struct client *client;
    struct desk_run *run;
    struct link *link;
    struct arena arena;
    unsigned account;
    enum method waiting_for;
    uint64_t desk_ms;
    uint64_t hello_ns;
    uint64_t own_tickets[OWN_TICKETS_MAX];
    size_t own_count;
    size_t turn;
};

/* 40 words, as tickets have. */
static const char problem[] =
    "Since this morning every second label that comes out of the printer in dispatch is blank. The "
    "roll is new and was put in twice, the printer was switched off and on, and the cable was "
    "changed. The message on its display is out of paper, which it is not. Other printers on the "
    "same floor work, so it cannot be the network, we think, but nobody here can tell for sure.";

static uint64_t now_ms(void)
{
    return uv_hrtime() / 1000000;
}

static void flush(struct desk_client *desk)
{
    size_t length = 0;
    const uint8_t *output = link_output(desk->link, &length);
    while (length > 0) {
        client_send(desk->client, output, length);
        link_output_taken(desk->link, length);
        output = link_output(desk->link, &length);
    }
}

static void ask(struct desk_client *desk, enum method method, const void *request)
{
    struct buffer buffer = {0};
    codec_write_request(&buffer, 1, methods[method].name, methods[method].request, request);
    desk->waiting_for = method;
    if (buffer.failed ||
        link_send(desk->link, buffer.data, buffer.length, false, now_ms()) != ERROR_NONE) {
        client_failed(desk->client, "cannot send");
    }
    buffer_finish(&buffer);
}

static struct bytes new_operation(const struct desk_client *desk,
                                  uint8_t operation[OPERATION_BYTES])
{
    uint8_t random[OPERATION_RANDOM_BYTES];
    random_fill(random, sizeof random);
    operation_make(desk->desk_ms + (uv_hrtime() - desk->hello_ns) / 1000000, random, operation);
    return (struct bytes){operation, OPERATION_BYTES};
}

static void create_ticket(struct desk_client *desk)
{
    uint8_t operation[OPERATION_BYTES];
    struct ticket_create request = {.operation = new_operation(desk, operation),
                                    .title = text_of("Label printer in dispatch prints blanks"),
                                    .problem = text_of(problem),
                                    .kind = KIND_HARDWARE};
    ask(desk, METHOD_TICKET_CREATE, &request);
}

static void read_ticket(struct desk_client *desk)
{
    struct ticket_get request = {.number = desk->own_tickets[desk->turn++ % desk->own_count]};
    ask(desk, METHOD_TICKET_GET, &request);
}

static void register_account(struct desk_client *desk)
{
    char name[32];
    char email[64];
    uint8_t operation[OPERATION_BYTES];
    snprintf(name, sizeof name, "bench%u", desk->account);
    snprintf(email, sizeof email, "bench%u@desk.example", desk->account);
    struct account_register request = {.operation = new_operation(desk, operation),
                                       .name = text_of(name),
                                       .email = text_of(email),
                                       .password = text_of("correct horse of the bench")};
    ask(desk, METHOD_ACCOUNT_REGISTER, &request);
}

static void sign_in(struct desk_client *desk)
{
    char name[32];
    snprintf(name, sizeof name, "bench%u", desk->account);
    struct account_login request = {.name = text_of(name),
                                    .password = text_of("correct horse of the bench")};
    ask(desk, METHOD_ACCOUNT_LOGIN, &request);
}

static void find_own_tickets(struct desk_client *desk)
{
    struct ticket_list request = {.limit = OWN_TICKETS_MAX};
    present_mark(&request.present, TICKET_LIST_LIMIT);
    ask(desk, METHOD_TICKET_LIST, &request);
}

/* --- What each reply leads to --- */

static void on_hello(struct desk_client *desk, const void *reply)
{
    const struct hello_reply *hello = reply;
    desk->desk_ms = hello->time_ms;
    desk->hello_ns = uv_hrtime();
    if (desk->run->act == DESK_REGISTER) {
        register_account(desk);
    } else {
        sign_in(desk);
    }
}

static void on_registered(struct desk_client *desk, const void *reply)
{
    (void)reply;
    client_ready(desk->client);
}

static void on_signed_in(struct desk_client *desk, const void *reply)
{
    (void)reply;
    link_sign_in_done(desk->link);
    if (desk->run->act == DESK_READ) {
        find_own_tickets(desk);
    } else {
        client_ready(desk->client);
    }
}

static void on_listed(struct desk_client *desk, const void *reply)
{
    const struct ticket_list_reply *list = reply;
    for (size_t i = 0; i < list->tickets.count && desk->own_count < OWN_TICKETS_MAX; i++) {
        uint64_t number = ((const struct ticket *)list->tickets.items)[i].number;
        desk->own_tickets[desk->own_count++] = number;
        desk->run->newest = number > desk->run->newest ? number : desk->run->newest;
    }
    if (desk->own_count == 0) {
        client_failed(desk->client, "there are no tickets to read");
        return;
    }
    client_ready(desk->client);
}

static void on_created(struct desk_client *desk, const void *reply)
{
    const struct ticket_changed *changed = reply;
    desk->run->acknowledged++;
    desk->run->answered++;
    if (changed->number > desk->run->acknowledged_max) {
        desk->run->acknowledged_max = changed->number;
    }
    client_answered(desk->client);
}

static void on_read(struct desk_client *desk, const void *reply)
{
    (void)reply;
    desk->run->answered++;
    client_answered(desk->client);
}

static void (*const on_reply[METHOD_COUNT])(struct desk_client *desk, const void *reply) = {
    [METHOD_HELLO] = on_hello,
    [METHOD_ACCOUNT_REGISTER] = on_registered,
    [METHOD_ACCOUNT_LOGIN] = on_signed_in,
    [METHOD_TICKET_LIST] = on_listed,
    [METHOD_TICKET_CREATE] = on_created,
    [METHOD_TICKET_GET] = on_read,
};

static void tell_failure(struct desk_client *desk, const struct rpc *rpc)
{
    char why[256];
    struct failure failure = {0};
    struct failure unreadable = {0};
    codec_read(rpc->error, &failure_table, CODEC_TOLERANT, &desk->arena, &failure, &unreadable);
    snprintf(why, sizeof why, "%s: %.*s", methods[desk->waiting_for].name,
             (int)failure.message.length, failure.message.data);
    client_failed(desk->client, why);
}

static enum error on_object(void *context, const uint8_t *bytes, size_t length)
{
    struct desk_client *desk = context;
    struct rpc rpc = {0};
    struct failure failure = {0};
    arena_reset(&desk->arena);
    enum error error = codec_open((struct bytes){bytes, length}, &desk->arena, &rpc);
    if (error != ERROR_NONE || rpc.kind != RPC_RESPONSE) {
        return error;
    }
    if (rpc.error != NULL) {
        tell_failure(desk, &rpc);
        return ERROR_NONE;
    }
    const struct table *table = methods[desk->waiting_for].reply;
    void *reply = arena_alloc(&desk->arena, table->size);
    error = codec_read(rpc.body, table, CODEC_TOLERANT, &desk->arena, reply, &failure);
    if (error == ERROR_NONE) {
        on_reply[desk->waiting_for](desk, reply);
    }
    return error;
}

static enum error on_peer_key(void *context, const uint8_t key[NOISE_KEY_SIZE])
{
    (void)context;
    (void)key; /* the daemon was started by this very program */
    return ERROR_NONE;
}

static void on_established(void *context)
{
    struct hello hello = {.protocol = PROTOCOL_VERSION};
    ask(context, METHOD_HELLO, &hello);
}

static const struct link_callbacks link_callbacks = {
    .on_peer_key = on_peer_key,
    .on_established = on_established,
    .on_object = on_object,
};

/* --- The subject --- */

static void desk_open(struct client *client)
{
    struct desk_run *run = client_context(client);
    struct desk_client *desk = calloc(1, sizeof *desk);
    if (desk == NULL) {
        abort();
    }
    struct link_settings settings = {
        .side = LINK_CLIENT,
        .encrypted = true,
        .limits = {.bytes_max = REPLY_BYTES_MAX,
                   .depth_max = SCANNER_DEPTH_MAX,
                   .elements_max = 1 << 16,
                   .pairs_max = 256},
        .output_bytes_max = REPLY_BYTES_MAX,
        .callbacks = &link_callbacks,
        .context = desk,
    };
    desk->client = client;
    desk->run = run;
    desk->account = run->next_account++ % DESK_ACCOUNTS;
    desk->link = link_create(&settings);
    client->state = desk;
    if (desk->link == NULL || link_start(desk->link) != ERROR_NONE) {
        client_failed(client, "no link");
        return;
    }
    flush(desk);
}

/* The first request of all is fired from another client's bytes, so it goes out here. */
static void desk_fire(struct client *client)
{
    struct desk_client *desk = client->state;
    if (desk->run->act == DESK_CREATE) {
        create_ticket(desk);
    } else if (desk->run->act == DESK_READ) {
        read_ticket(desk);
    }
    flush(desk);
}

static void desk_bytes(struct client *client, uint8_t *bytes, size_t length)
{
    struct desk_client *desk = client->state;
    enum error error = link_feed(desk->link, bytes, length, now_ms());
    if (error != ERROR_NONE) {
        client_failed(client, error_sentence(error));
        return;
    }
    flush(desk);
}

static void desk_close(struct client *client)
{
    struct desk_client *desk = client->state;
    if (desk != NULL) {
        link_destroy(desk->link);
        arena_finish(&desk->arena);
        free(desk);
    }
}

static void desk_begin(void *context)
{
    struct desk_run *run = context;
    run->answered = 0;
    if (run->on_begin != NULL) {
        run->on_begin(run);
    }
}

struct subject desk_subject(const char *name, struct desk_run *run)
{
    return (struct subject){
        .name = name,
        .context = run,
        .on_open = desk_open,
        .on_fire = desk_fire,
        .on_bytes = desk_bytes,
        .on_begin = desk_begin,
        .on_close = desk_close,
    };
}
