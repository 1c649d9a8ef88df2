/* The option table, the file it reads and the example that documents it. */
#include "server/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/logging.h"

static struct config parsed(const char *text)
{
    struct config config;
    struct problem problem = {0};
    enum error error = config_parse("test.conf", text, strlen(text), &config, &problem);
    assert_string_equal(problem.text, "");
    assert_int_equal(error, ERROR_NONE);
    return config;
}

/* `expected` is the beginning of the problem. */
static void assert_refused(const char *text, size_t length, const char *expected)
{
    struct config config;
    memset(&config, 0x5a, sizeof config);
    struct config before = config;
    struct problem problem = {0};
    assert_int_equal(config_parse("test.conf", text, length, &config, &problem),
                     ERROR_INVALID_FIELD);
    if (strncmp(problem.text, expected, strlen(expected)) != 0) {
        print_error("got: %s\n", problem.text);
    }
    assert_memory_equal(problem.text, expected, strlen(expected));
    assert_memory_equal(&config, &before, sizeof config);
}

static void refused(const char *text, const char *expected)
{
    assert_refused(text, strlen(text), expected);
}

/* A default that its own row refuses would abort at every start. */
static void every_default_is_allowed_and_in_the_file_form(void **state)
{
    (void)state;
    struct config config;
    config_defaults(&config);
    size_t count = 0;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        char value[CONFIG_VALUE_BYTES_MAX];
        config_format(&config, &keys[i], value);
        assert_string_equal(value, keys[i].default_text);
        assert_true(strlen(keys[i].help) > 0);
    }
}

/* Two rows on one member would overwrite each other. */
static void rows_are_distinct_and_grouped_by_section(void **state)
{
    (void)state;
    size_t count = 0;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            assert_true(keys[i].offset != keys[j].offset);
            bool same_section = strcmp(keys[i].section, keys[j].section) == 0;
            assert_false(same_section && strcmp(keys[i].name, keys[j].name) == 0);
            assert_false(same_section && strcmp(keys[i].section, keys[j - 1].section) != 0);
        }
    }
}

/* Safety must not depend on a file: nothing listens to the network and root is refused. */
static void defaults_are_the_safe_ones(void **state)
{
    (void)state;
    struct config config = parsed("");
    assert_false(config.server.allow_root);
    assert_int_equal(config.listen.tcp.count, 1);
    assert_string_equal(config.listen.tcp.items[0].host, "localhost");
    assert_int_equal(config.listen.tcp.items[0].port, 7413);
    assert_string_equal(config.listen.socket, "/run/ttydesk/ttydesk.sock");
    assert_int_equal(config.listen.socket_mode, 0666);
    assert_int_equal(config.passwords.opslimit, 3);
    assert_int_equal(config.passwords.memlimit_bytes, UINT64_C(64) << 20);
    assert_int_equal(config.storage.map_size_bytes, UINT64_C(1) << 40);
    assert_int_equal(config.log.level, LOG_LEVEL_INFO);
}

/* The ordinary file: sections, comments, blanks, line ends of either kind, no last line feed. */
static void typed_members_hold_what_the_file_says(void **state)
{
    (void)state;
    struct config config = parsed("# comment\r\n[server]\r\n  data = /srv/desk\r\n; comment\n"
                                  "\tallow_root=yes\nname = Help Desk # 1\n\n"
                                  "[listen]\nsocket =\nsocket_mode = 660 ; comment\n"
                                  "tcp = 192.0.2.1:1, [2001:db8::1]:65535 ,*:0\n"
                                  "[limits]\nlogin_grace = 1m\nrequest = 1M\nrequest_rate = 0\n"
                                  "[log]\nformat = json");
    assert_string_equal(config.server.data, "/srv/desk");
    assert_true(config.server.allow_root);
    assert_string_equal(config.server.name, "Help Desk # 1");
    assert_string_equal(config.listen.socket, "");
    assert_int_equal(config.listen.socket_mode, 0660);
    assert_int_equal(config.listen.tcp.count, 3);
    assert_string_equal(config.listen.tcp.items[1].host, "2001:db8::1");
    assert_int_equal(config.listen.tcp.items[1].port, 65535);
    assert_string_equal(config.listen.tcp.items[2].host, "*");
    assert_int_equal(config.limits.login_grace_ms, 60000);
    assert_int_equal(config.limits.request_bytes, 1 << 20);
    assert_int_equal(config.limits.request_rate, 0);
    assert_int_equal(config.log.format, LOG_FORMAT_JSON);
}

/* A misspelt key that is ignored is a limit that is not in force. */
static void unknown_keys_and_sections_name_their_line(void **state)
{
    (void)state;
    refused("[listen]\n\nprot = 1\n",
            "test.conf:3: unknown key \"prot\" in [listen]; socket, socket_mode, tcp, backlog");
    refused("[limits]\ndepths = 1\n",
            "test.conf:2: unknown key \"depths\" in [limits]; \"ttydeskd");
    refused("[lisen]\ntcp = *:1\n",
            "test.conf:2: unknown section [lisen]; there are: server, listen, limits");
    refused("tcp = *:1\n", "test.conf:1: \"tcp\" stands before any section");
    refused("[listen]\nTCP = *:1\n", "test.conf:2: unknown key \"TCP\"");
}

/* The operator reads one line and knows what to write instead. */
static void bad_values_name_line_key_and_what_is_allowed(void **state)
{
    (void)state;
    refused("[listen]\nbacklog = 0\n", "test.conf:2: listen.backlog can't be \"0\": it has to be a "
                                       "number from 1 to 65535");
    refused("[server]\nallow_root = true\n",
            "test.conf:2: server.allow_root can't be \"true\": it has to be yes or no");
    refused("[log]\nlevel = loud\n",
            "test.conf:2: log.level can't be \"loud\": it has to be error, "
            "warning, info or debug");
    refused("[limits]\nlogin_grace = 3m\n",
            "test.conf:2: limits.login_grace can't be \"3m\": it has "
            "to be a time (ms, s, m, h, d) from 1s to 2m");
    refused("[limits]\nrequest = 2M\n",
            "test.conf:2: limits.request can't be \"2M\": it has to be a "
            "size (1, K, M, G, T) from 16K to 1M");
    refused("[server]\ndata = relative\n", "test.conf:2: server.data can't be \"relative\"");
    refused("[server]\ndata =\n", "test.conf:2: server.data can't be \"\"");
}

/* Numbers that a lenient reader would turn into something else. */
static void numbers_are_strict(void **state)
{
    (void)state;
    static const char *const values[] = {
        "-1",  "+1", "1.5",       "0x10", "1e3", "99999999999999999999999", "18446744073709551616",
        "1 2", "1k", "16777216T", "K",    "",
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[128];
        snprintf(text, sizeof text, "[storage]\nmap_size = %s\n", values[i]);
        refused(text, "test.conf:2: storage.map_size can't be");
    }
    refused("[limits]\nlogin_grace = 30\n", "test.conf:2: limits.login_grace can't be \"30\"");
    refused("[listen]\nsocket_mode = 1666\n", "test.conf:2: listen.socket_mode");
    refused("[listen]\nsocket_mode = 0686\n", "test.conf:2: listen.socket_mode");
}

static void addresses_are_strict(void **state)
{
    (void)state;
    static const char *const values[] = {
        "7413",      "localhost", "localhost:", "localhost:65536", ":7413", "::1:7413",
        "[::1]7413", "[]:1",      "[::1:1",     "a:1,,b:2",        "a:1,",  "a:1 b:2",
        "a b:1",     "a\"b:1",    "ex*mple:1",  "localhost:7413x", ",",
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[128];
        snprintf(text, sizeof text, "[listen]\ntcp = %s\n", values[i]);
        refused(text, "test.conf:2: listen.tcp can't be");
    }
    char many[256] = "[listen]\ntcp = a:1";
    for (int i = 0; i < CONFIG_ADDRESSES_MAX; i++) {
        strcat(many, ",a:1");
    }
    refused(many, "test.conf:2: listen.tcp can't be");
}

/* Cutting a path silently would put the desk somewhere else. */
static void what_does_not_fit_is_refused_and_never_cut(void **state)
{
    (void)state;
    char text[400] = "[listen]\nsocket = /";
    for (size_t i = 0; i < 107; i++) {
        strcat(text, "a");
    }
    refused(text, "test.conf:2: listen.socket can't be");
    memcpy(text, "[server]\ndata   = /", 19);
    for (size_t i = 0; i < 100; i++) {
        strcat(text, "a");
    }
    refused(text, "test.conf:2: the line is longer than 198 bytes");
    char longest[400] = "[server]\nname = ";
    memset(longest + strlen(longest), 'n', 65);
    refused(longest, "test.conf:2: server.name can't be");
}

/* A key set twice is a file that says two things. */
static void a_key_set_twice_is_refused(void **state)
{
    (void)state;
    refused("[log]\nlevel = info\n\n[log]\nlevel = info\n",
            "test.conf:5: log.level was set on line 2 already");
    /* An indented line is a line of its own, not a continuation of the value before. */
    refused("[log]\nlevel = info\n  debug\n", "test.conf:3: neither");
}

static void broken_lines_are_refused(void **state)
{
    (void)state;
    refused("[log\nlevel = info\n", "test.conf:1: neither");
    refused("[log]\nlevel\n", "test.conf:2: neither");
    refused("[log]\nlevel = in\x1b[2Jfo\n", "test.conf:2: the line contains a control character");
    refused("[log]\nlevel = in\rfo\n", "test.conf:2: the line contains a control character");
    assert_refused("[log]\nlevel = info\0\n", 20, "test.conf:2: the line contains a control");
    refused("[server]\nname = a;b\n", "test.conf:2: server.name can't be \"a;b\"");
}

/* Limits that contradict each other would make a daemon that refuses everybody. */
static void contradicting_limits_are_refused(void **state)
{
    (void)state;
    refused("[limits]\noutput_hard = 64K\noutput_soft = 128K\n",
            "test.conf: limits.output_soft may not be more than limits.output_hard");
    refused("[limits]\nconnections_max = 100\n",
            "test.conf: limits.unauthenticated_max may not be more than limits.connections_max");
}

/* --dump-config has to be a file one can start from. */
static void a_dump_reads_back_as_the_same_configuration(void **state)
{
    (void)state;
    struct config config = parsed("[server]\nname = The Desk\n[listen]\nsocket =\n"
                                  "tcp = [::1]:0, example.org:7413\n"
                                  "[limits]\nrequest_rate = 0\nsilence_timeout = 1h\n"
                                  "[storage]\nmap_size = 1025M\n");
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    assert_int_equal(config_dump(&config, stream), ERROR_NONE);
    fclose(stream);
    struct config again;
    struct problem problem = {0};
    assert_int_equal(config_parse("dump", text, length, &again, &problem), ERROR_NONE);
    assert_memory_equal(&again, &config, sizeof config);
    free(text);
}

/* A full disk must not look like a good dump. */
static void a_dump_that_can_not_be_written_is_an_error(void **state)
{
    (void)state;
    struct config config;
    config_defaults(&config);
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_int_equal(config_dump(&config, full), ERROR_SYSTEM);
    fclose(full);
}

/* Reload changes what it may and says by name what waits for a restart. */
static void a_reload_takes_over_only_what_may_change(void **state)
{
    (void)state;
    struct config running = parsed("");
    struct config fresh = parsed("[listen]\nsocket_mode = 0600\ntcp = *:1\n"
                                 "[limits]\ndepth = 9\n"
                                 "[storage]\nmap_size = 2T\n"
                                 "[log]\nlevel = debug\n");
    struct config_changes changes;
    config_reload(&running, &fresh, &changes);
    assert_int_equal(changes.applied_count, 3);
    assert_string_equal(changes.applied[0]->name, "socket_mode");
    assert_string_equal(changes.applied[1]->name, "depth");
    assert_string_equal(changes.applied[2]->name, "level");
    assert_int_equal(changes.restart_count, 2);
    assert_string_equal(changes.restart[0]->name, "tcp");
    assert_string_equal(changes.restart[1]->name, "map_size");
    assert_int_equal(running.log.level, LOG_LEVEL_DEBUG);
    assert_int_equal(running.limits.depth, 9);
    assert_int_equal(running.listen.tcp.items[0].port, 7413);
    assert_int_equal(running.storage.map_size_bytes, UINT64_C(1) << 40);
    config_reload(&running, &running, &changes);
    assert_int_equal(changes.applied_count + changes.restart_count, 0);
}

static void files_that_can_not_be_read_say_why(void **state)
{
    (void)state;
    struct config config;
    struct problem problem = {0};
    assert_int_equal(config_load("/nonexistent/ttydeskd.conf", &config, &problem), ERROR_SYSTEM);
    assert_string_equal(problem.text,
                        "/nonexistent/ttydeskd.conf: can't be read: No such file or directory");
    assert_int_equal(config_load("/", &config, &problem), ERROR_SYSTEM);
    assert_string_equal(problem.text, "/: can't be read: Is a directory");
    assert_int_equal(config_load("/dev/zero", &config, &problem), ERROR_SYSTEM);

    char path[] = "/tmp/ttydesk-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, CONFIG_FILE_BYTES_MAX + 1), 0);
    assert_int_equal(config_load(path, &config, &problem), ERROR_SYSTEM);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(config_load(path, &config, &problem), ERROR_NONE);
    close(fd);
    unlink(path);
}

/* The example is the documentation: each key once, in its section, with its default, explained. */
static void the_installed_example_documents_every_key(void **state)
{
    (void)state;
    struct config config;
    struct problem problem = {0};
    assert_int_equal(config_load(TTYDESK_EXAMPLE, &config, &problem), ERROR_NONE);

    size_t count = 0;
    const struct config_key *keys = config_keys(&count);
    size_t seen = 0;
    char section[CONFIG_TEXT_BYTES] = "";
    char comment[512] = "";
    char line[512];
    FILE *file = fopen(TTYDESK_EXAMPLE, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '[') {
            snprintf(section, sizeof section, "%.*s", (int)strcspn(line + 1, "]"), line + 1);
        } else if (line[0] == '#' && line[1] != ' ') {
            assert_true(seen < count);
            const struct config_key *key = &keys[seen++];
            char expected[512];
            snprintf(expected, sizeof expected, "#%s =%s%s", key->name,
                     key->default_text[0] != '\0' ? " " : "", key->default_text);
            assert_string_equal(line, expected);
            assert_string_equal(section, key->section);
            snprintf(expected, sizeof expected, "# %s%s", key->help,
                     key->while_running ? " *" : "");
            assert_string_equal(comment, expected);
        }
        snprintf(comment, sizeof comment, "%s", line);
    }
    fclose(file);
    assert_int_equal(seen, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_default_is_allowed_and_in_the_file_form),
        cmocka_unit_test(rows_are_distinct_and_grouped_by_section),
        cmocka_unit_test(defaults_are_the_safe_ones),
        cmocka_unit_test(typed_members_hold_what_the_file_says),
        cmocka_unit_test(unknown_keys_and_sections_name_their_line),
        cmocka_unit_test(bad_values_name_line_key_and_what_is_allowed),
        cmocka_unit_test(numbers_are_strict),
        cmocka_unit_test(addresses_are_strict),
        cmocka_unit_test(what_does_not_fit_is_refused_and_never_cut),
        cmocka_unit_test(a_key_set_twice_is_refused),
        cmocka_unit_test(broken_lines_are_refused),
        cmocka_unit_test(contradicting_limits_are_refused),
        cmocka_unit_test(a_dump_reads_back_as_the_same_configuration),
        cmocka_unit_test(a_dump_that_can_not_be_written_is_an_error),
        cmocka_unit_test(a_reload_takes_over_only_what_may_change),
        cmocka_unit_test(files_that_can_not_be_read_say_why),
        cmocka_unit_test(the_installed_example_documents_every_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
