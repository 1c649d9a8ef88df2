/* The daemon's configuration file: INI sections with keys from one table in config.c. It holds what
 * one process needs (addresses, paths, limits of connections); rules of the desk are rows that
 * admins change. No key is read twice in different ways: defaults, file, dump and the installed
 * example all go through the table. */
#ifndef TTYDESK_SERVER_CONFIG_H
#define TTYDESK_SERVER_CONFIG_H

#include "proto/errors.h"
#include "server/problem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CONFIG_TEXT_BYTES      256
#define CONFIG_ADDRESSES_MAX   16
#define CONFIG_FILE_BYTES_MAX  65536
#define CONFIG_VALUE_BYTES_MAX 2048
#define CONFIG_KEYS_MAX        96

struct config_address {
    char host[CONFIG_TEXT_BYTES]; /* name or number, without brackets; "*" is every address */
    uint16_t port;                /* 0: any free one */
};

struct config_addresses {
    size_t count;
    struct config_address items[CONFIG_ADDRESSES_MAX];
};

struct config_server {
    char data[CONFIG_TEXT_BYTES];
    char user[CONFIG_TEXT_BYTES]; /* empty: stay who we are */
    bool allow_root;
    char name[CONFIG_TEXT_BYTES];
};

struct config_listen {
    char socket[CONFIG_TEXT_BYTES]; /* empty: no Unix socket */
    uint64_t socket_mode;
    struct config_addresses tcp;
    uint64_t backlog;
};

/* Names ending in _ms are milliseconds, in _bytes bytes; a rate or count of 0 is no limit where
 * the table allows it. */
struct config_limits {
    uint64_t handshake_timeout_ms;
    uint64_t login_grace_ms;
    uint64_t login_attempts;
    uint64_t unauthenticated_drop_from;
    uint64_t unauthenticated_drop_percent;
    uint64_t unauthenticated_max;
    uint64_t unauthenticated_per_source;
    uint64_t connections_max;
    uint64_t connections_per_source;
    uint64_t connections_per_account;
    uint64_t request_before_login_bytes;
    uint64_t request_bytes;
    uint64_t reply_bytes;
    uint64_t depth;
    uint64_t elements;
    uint64_t map_pairs;
    uint64_t page_size;
    uint64_t requests_in_flight;
    uint64_t subscriptions;
    uint64_t request_rate; /* a second, for each sign-in */
    uint64_t request_burst;
    uint64_t change_rate;
    uint64_t change_burst;
    uint64_t search_rate;
    uint64_t search_burst;
    uint64_t request_timeout_ms; /* from its first byte to its last */
    uint64_t silence_timeout_ms;
    uint64_t output_soft_bytes;
    uint64_t output_hard_bytes;
    uint64_t output_soft_timeout_ms;
    uint64_t registrations_per_source; /* an hour */
    uint64_t registrations;            /* an hour */
    uint64_t batch_operations;
};

struct config_passwords {
    uint64_t opslimit; /* argon2id passes */
    uint64_t memlimit_bytes;
    uint64_t parallel;
    uint64_t queued;
    uint64_t minimum; /* code points */
};

struct config_storage {
    uint64_t map_size_bytes;
};

struct config_log {
    uint64_t level;  /* enum log_level */
    uint64_t format; /* enum log_format */
    uint64_t per_source;
    uint64_t total;
};

/* A plain value: may be copied, owns nothing. */
struct config {
    struct config_server server;
    struct config_listen listen;
    struct config_limits limits;
    struct config_passwords passwords;
    struct config_storage storage;
    struct config_log log;
};

enum config_type {
    CONFIG_BOOL,
    CONFIG_COUNT,
    CONFIG_BYTES,     /* a number, or one with K, M, G or T */
    CONFIG_DURATION,  /* a number with ms, s, m, h or d */
    CONFIG_MODE,      /* file mode, octal */
    CONFIG_TEXT,      /* may be empty */
    CONFIG_PATH,      /* absolute */
    CONFIG_ADDRESSES, /* host:port, separated by commas; may be empty */
    CONFIG_CHOICE,
};

/* One row of the table. */
struct config_key {
    const char *section;
    const char *name;
    enum config_type type;
    size_t offset; /* of the member in struct config */
    uint64_t minimum;
    uint64_t maximum;
    const char *const *choices; /* CONFIG_CHOICE: names in order of value, NULL at the end */
    const char *default_text;
    const char *help;
    bool while_running; /* a reload may change it */
};

/* The table, in the order of the sections in the file. */
const struct config_key *config_keys(size_t *ret_count);

/* Every key at its default. */
void config_defaults(struct config *ret_config);

/* Reads a file over the defaults. ERROR_INVALID_FIELD: `ret_problem` names file and line, what is
 * wrong and what is allowed. ERROR_SYSTEM: it can't be read; `ret_problem` says why. */
enum error config_load(const char *path, struct config *ret_config, struct problem *ret_problem);

/* The same for text in memory; `name` stands for the file in problems. */
enum error config_parse(const char *name, const char *text, size_t length,
                        struct config *ret_config, struct problem *ret_problem);

/* Prints the effective configuration in the form of the file; config_parse takes it back.
 * ERROR_SYSTEM: the stream failed. */
enum error config_dump(const struct config *config, FILE *stream);

/* A key's value as the file would have it. */
void config_format(const struct config *config, const struct config_key *key,
                   char ret_text[CONFIG_VALUE_BYTES_MAX]);

struct config_changes {
    size_t applied_count;
    const struct config_key *applied[CONFIG_KEYS_MAX];
    size_t restart_count; /* these changed in the file and wait for the next start */
    const struct config_key *restart[CONFIG_KEYS_MAX];
};

/* Takes those changes of `fresh` over that may be made while running. */
void config_reload(struct config *running, const struct config *fresh,
                   struct config_changes *ret_changes);

#endif
