/* The wiring of the client: its parts in the order they are made, and who calls whom.
 *
 *   keys, signals, time -> loop -> stage -> screens -> model, connection
 *   desk -> connection -> model -> stage -> screens
 *   end of each turn: loop -> stage_draw -> terminal */
#include "tui/client.h"

#include <stdio.h>

#include "tui/connection.h"
#include "tui/loop.h"
#include "tui/model.h"
#include "tui/screens/screens.h"
#include "tui/stage.h"

struct client {
    struct loop *loop;
    struct terminal *terminal;
    struct connection *connection;
    struct model model;
    struct stage stage;
};

/* --- From the loop --- */

static void begin_turn(struct client *client)
{
    client->stage.now_ms = loop_now_ms(client->loop);
}

static void end_if_asked(struct client *client)
{
    if (client->stage.ended) {
        loop_stop(client->loop);
    }
}

static void on_key(void *context, const struct key *key)
{
    struct client *client = context;

    begin_turn(client);
    stage_on_key(&client->stage, key);
    end_if_asked(client);
}

static void on_time(void *context)
{
    struct client *client = context;

    begin_turn(client);
    stage_on_time(&client->stage);
}

static bool deadline_ms(void *context, uint64_t *ret_deadline_ms)
{
    struct client *client = context;

    begin_turn(client);
    return stage_deadline_ms(&client->stage, ret_deadline_ms);
}

static void draw(void *context)
{
    struct client *client = context;

    begin_turn(client);
    stage_draw(&client->stage);
}

static void on_end(void *context)
{
    struct client *client = context;

    stage_save(&client->stage);
    loop_stop(client->loop);
}

/* --- From the connection --- */

static void on_state(void *context, enum connection_state state)
{
    struct client *client = context;

    begin_turn(client);
    model_on_state(&client->model, state);
}

static void on_notification(void *context, enum notification kind, const void *message)
{
    struct client *client = context;

    begin_turn(client);
    if (kind == NOTIFICATION_NEW_DEVICE) {
        tell_new_device(&client->stage, message);
        loop_changed(client->loop);
        return;
    }
    model_on_notification(&client->model, kind, message);
}

/* --- From the model --- */

static void on_change(void *context, unsigned changes, bool by_event)
{
    struct client *client = context;

    stage_on_change(&client->stage, changes, by_event);
    if (!client->stage.late) {
        loop_changed(client->loop);
    }
}

static void on_failure(void *context, enum error error, const struct failure *failure)
{
    struct client *client = context;

    stage_on_failure(&client->stage, error, failure);
    loop_changed(client->loop);
}

/* --- Life --- */

static bool make_connection(struct client *client, const struct options *options)
{
    struct connection_settings settings = {
        .loop = loop_uv(client->loop),
        .address = options->address,
        .own_hosts = options->own_hosts[0] != '\0' ? options->own_hosts : NULL,
        .site_hosts = KNOWN_HOSTS_SITE,
        .program = "ttydesk " TTYDESK_VERSION,
        .stay = true,
        .callbacks = {.on_state = on_state, .on_notification = on_notification},
        .context = client,
    };

    client->connection = connection_create(&settings);
    return client->connection != NULL;
}

static void run(struct client *client)
{
    static const struct model_callbacks callbacks = {on_change, on_failure};

    stage_init(&client->stage, client->terminal, client->connection, &client->model);
    model_init(&client->model, client->connection, &callbacks, client);
    begin_turn(client);
    stage_push(&client->stage, &screen_sign_in, NULL);
    if (terminal_notice(client->terminal) != NULL) {
        stage_say(&client->stage, STATUS_WARNING, "%s", terminal_notice(client->terminal));
    }
    loop_watch(client->loop, client->terminal);
    connection_open(client->connection, NULL); /* the first drawing does not wait for an answer */
    loop_run(client->loop);
    stage_finish(&client->stage);
    model_finish(&client->model);
}

int client_main(const struct options *options)
{
    static const struct loop_callbacks callbacks = {on_key, on_time, deadline_ms, draw, on_end};
    static const struct terminal_options looks = {.theme = THEME_DEFAULT};
    static struct client client; /* large, and there is one */
    int result = 1;

    client.loop = loop_create(&callbacks, &client);
    if (client.loop == NULL || !make_connection(&client, options)) {
        fputs("ttydesk: out of memory\n", stderr);
    } else if (terminal_open(&looks, &client.terminal) != ERROR_NONE) {
        fputs("ttydesk: the screens need a terminal; see ttydesk --help for verbs\n", stderr);
    } else {
        run(&client);
        result = 0;
    }
    terminal_close(client.terminal);
    connection_destroy(client.connection);
    loop_destroy(client.loop);
    return result;
}
