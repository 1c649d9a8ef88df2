/* The client's few files: known_hosts and what is concluded from them, saved tokens, the config
 * file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/fingerprint.h"
#include "tui/config.h"
#include "tui/host_trust.h"
#include "tui/known_hosts.h"
#include "tui/paths.h"
#include "tui/token_store.h"

struct home {
    char directory[64];
    char hosts[PATH_SIZE];
    struct address address;
    uint8_t key[32];
};

static int enter_home(void **state)
{
    static struct home home;
    const char *why = NULL;
    home = (struct home){.directory = "/tmp/ttydesk-home-XXXXXX"};
    if (mkdtemp(home.directory) == NULL) {
        return -1;
    }
    setenv("HOME", home.directory, 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_STATE_HOME");
    memset(home.key, 0x5a, sizeof home.key);
    *state = &home;
    return (int)path_of(PATH_CONFIG, "known_hosts", home.hosts) +
           (int)address_parse("desk:7413", &home.address, &why);
}

static int leave_home(void **state)
{
    const struct home *home = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", home->directory);
    return system(command);
}

static void write_text(const char *path, const char *text)
{
    assert_int_equal(path_write(path, text, strlen(text)), ERROR_NONE);
}

/* Trust on first use: unknown, then the same, and a change is never taken for either. */
static void a_key_is_unknown_then_the_same_then_changed(void **state)
{
    struct home *home = *state;
    struct known_host found;
    char remedy[PATH_SIZE + 32];
    assert_int_equal(known_hosts_look(NULL, home->hosts, &home->address, home->key, &found),
                     ERROR_NONE);
    assert_int_equal(found.verdict, KNOWN_NOT);
    assert_int_equal(known_hosts_add(home->hosts, &home->address, home->key), ERROR_NONE);
    assert_int_equal(known_hosts_look(NULL, home->hosts, &home->address, home->key, &found),
                     ERROR_NONE);
    assert_int_equal(found.verdict, KNOWN_SAME);
    home->key[31] ^= 1;
    assert_int_equal(known_hosts_look(NULL, home->hosts, &home->address, home->key, &found),
                     ERROR_NONE);
    assert_int_equal(found.verdict, KNOWN_CHANGED);
    assert_int_equal(found.line, 1);
    known_hosts_remedy(&found, remedy, sizeof remedy);
    assert_int_equal(system(remedy), 0);
    assert_int_equal(known_hosts_look(NULL, home->hosts, &home->address, home->key, &found),
                     ERROR_NONE);
    assert_int_equal(found.verdict, KNOWN_NOT);
}

/* What people are told to paste into a shell must not be cut in two by a path. */
static void the_remedy_quotes_what_it_names(void **state)
{
    (void)state;
    struct known_host found = {.line = 3};
    char remedy[PATH_SIZE + 32];
    snprintf(found.path, sizeof found.path, "/home/a b/$(x)/known_hosts");
    known_hosts_remedy(&found, remedy, sizeof remedy);
    assert_string_equal(remedy, "sed -i '3d' '/home/a b/$(x)/known_hosts'");
    snprintf(found.path, sizeof found.path, "/home/o'hara; true '/known_hosts");
    known_hosts_remedy(&found, remedy, sizeof remedy);
    assert_string_equal(remedy, "an editor: line 3 of /home/o'hara; true '/known_hosts");
}

/* The key of another port or host says nothing about this one. */
static void another_port_is_another_server(void **state)
{
    struct home *home = *state;
    struct known_host found;
    struct address other;
    const char *why = NULL;
    assert_int_equal(known_hosts_add(home->hosts, &home->address, home->key), ERROR_NONE);
    assert_int_equal(address_parse("desk:7414", &other, &why), ERROR_NONE);
    assert_int_equal(known_hosts_look(NULL, home->hosts, &other, home->key, &found), ERROR_NONE);
    assert_int_equal(found.verdict, KNOWN_NOT);
    assert_int_equal(known_hosts_add(home->hosts, &other, home->key), ERROR_NONE);
    assert_int_equal(known_hosts_look(NULL, home->hosts, &home->address, home->key, &found),
                     ERROR_NONE);
    assert_int_equal(found.verdict, KNOWN_SAME);
}

/* What the site's administrator wrote cannot be overruled by a person's own file. */
static void the_sites_file_wins(void **state)
{
    struct home *home = *state;
    struct known_host found;
    char site[PATH_SIZE];
    uint8_t other[32] = {1};
    snprintf(site, sizeof site, "%s/site", home->directory);
    assert_int_equal(known_hosts_add(site, &home->address, other), ERROR_NONE);
    assert_int_equal(known_hosts_add(home->hosts, &home->address, home->key), ERROR_NONE);
    assert_int_equal(known_hosts_look(site, home->hosts, &home->address, home->key, &found),
                     ERROR_NONE);
    assert_int_equal(found.verdict, KNOWN_CHANGED);
    assert_string_equal(found.path, site);
}

/* A line that cannot be understood might be the one that would have said "changed". */
static void a_broken_line_stops_the_look(void **state)
{
    struct home *home = *state;
    struct known_host found;
    write_text(home->hosts, "# a comment\n\n[desk]:7413 x25519 nonsense v=1\n");
    assert_int_equal(known_hosts_look(NULL, home->hosts, &home->address, home->key, &found),
                     ERROR_INVALID_FIELD);
    assert_int_equal(found.line, 3);
}

/* The saved token is as good as the password: private, and gone after signing out. */
static void a_token_is_kept_private_and_forgotten(void **state)
{
    struct home *home = *state;
    uint8_t token[TOKEN_BYTES];
    uint8_t loaded[TOKEN_BYTES] = {0};
    char path[PATH_SIZE];
    struct stat status;
    for (size_t i = 0; i < sizeof token; i++) {
        token[i] = (uint8_t)(i * 9);
    }
    assert_int_equal(token_store_load(&home->address, loaded), ERROR_NOT_FOUND);
    assert_int_equal(token_store_save(&home->address, token), ERROR_NONE);
    assert_int_equal(token_store_load(&home->address, loaded), ERROR_NONE);
    assert_memory_equal(loaded, token, sizeof token);
    assert_int_equal(path_of(PATH_STATE, "sign-ins/%5Bdesk%5D%3A7413", path), ERROR_NONE);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(token_store_forget(&home->address), ERROR_NONE);
    assert_int_equal(token_store_load(&home->address, loaded), ERROR_NOT_FOUND);
    assert_int_equal(token_store_forget(&home->address), ERROR_NONE);
}

/* A token others could have read is not used: it may be theirs already. */
static void a_readable_or_broken_token_file_is_not_used(void **state)
{
    struct home *home = *state;
    uint8_t token[TOKEN_BYTES] = {3};
    char path[PATH_SIZE];
    assert_int_equal(token_store_save(&home->address, token), ERROR_NONE);
    assert_int_equal(path_of(PATH_STATE, "sign-ins/%5Bdesk%5D%3A7413", path), ERROR_NONE);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(token_store_load(&home->address, token), ERROR_FORBIDDEN);
    write_text(path, "12 zz");
    assert_int_equal(token_store_load(&home->address, token), ERROR_INVALID_FIELD);
}

enum { SENTENCE_SIZE = 2 * PATH_SIZE };

/* A new key is refused until the person agrees; a changed one even then, and with the remedy. */
static void a_key_is_trusted_once_the_person_agreed(void **state)
{
    struct home *home = *state;
    struct host_trust trust = {0};
    char sentence[SENTENCE_SIZE] = "as it was";
    char fingerprint[FINGERPRINT_SIZE];
    assert_true(host_trust_init(&trust, home->hosts, NULL));
    fingerprint_format(home->key, fingerprint);
    assert_int_equal(host_trust_judge(&trust, &home->address, home->key, sentence, sizeof sentence),
                     ERROR_HOST_KEY_UNKNOWN);
    assert_non_null(strstr(sentence, fingerprint));
    assert_int_equal(host_trust_remember(&trust, &home->address), ERROR_NONE);
    snprintf(sentence, sizeof sentence, "as it was");
    assert_int_equal(host_trust_judge(&trust, &home->address, home->key, sentence, sizeof sentence),
                     ERROR_NONE);
    assert_string_equal(sentence, "as it was");
    home->key[0] ^= 1;
    assert_int_equal(host_trust_judge(&trust, &home->address, home->key, sentence, sizeof sentence),
                     ERROR_HOST_KEY_CHANGED);
    assert_non_null(strstr(sentence, "sed -i '1d'"));
    write_text(home->hosts, "no such line\n");
    assert_int_equal(host_trust_judge(&trust, &home->address, home->key, sentence, sizeof sentence),
                     ERROR_HOST_KEY_UNKNOWN);
    assert_non_null(strstr(sentence, "known_hosts:1 cannot be read"));
    host_trust_finish(&trust);
}

/* Whoever was given an address with a fingerprint is told by it alone: no file can say otherwise.
 */
static void a_fingerprint_in_the_address_decides_alone(void **state)
{
    struct home *home = *state;
    struct host_trust trust = {0};
    char sentence[SENTENCE_SIZE] = "";
    uint8_t other[32] = {1};
    assert_int_equal(known_hosts_add(home->hosts, &home->address, other), ERROR_NONE);
    assert_true(host_trust_init(&trust, home->hosts, NULL));
    fingerprint_format(home->key, home->address.fingerprint);
    assert_int_equal(host_trust_judge(&trust, &home->address, home->key, sentence, sizeof sentence),
                     ERROR_NONE);
    assert_int_equal(host_trust_judge(&trust, &home->address, other, sentence, sizeof sentence),
                     ERROR_HOST_KEY_CHANGED);
    assert_non_null(strstr(sentence, home->address.fingerprint));
    assert_memory_equal(trust.key, other, sizeof other);
    host_trust_finish(&trust);
}

/* Without a file of one's own nothing can be remembered, and that is said rather than skipped. */
static void trust_without_a_file_is_not_remembered(void **state)
{
    struct home *home = *state;
    struct host_trust trust = {0};
    assert_true(host_trust_init(&trust, NULL, NULL));
    assert_int_equal(host_trust_remember(&trust, &home->address), ERROR_SYSTEM);
    host_trust_finish(&trust);
}

/* A mistake in the config file is named by file and line, with what is allowed. */
static void config_mistakes_name_file_and_line(void **state)
{
    struct home *home = *state;
    char path[PATH_SIZE];
    char problem[CONFIG_PROBLEM_SIZE];
    struct config config;
    snprintf(path, sizeof path, "%s/ttydesk.conf", home->directory);
    assert_int_equal(config_read(path, &config, problem), ERROR_NONE);
    assert_string_equal(config.server, "");
    write_text(path, "; the desk\nserver = desk:99\n");
    assert_int_equal(config_read(path, &config, problem), ERROR_NONE);
    assert_string_equal(config.server, "desk:99");
    write_text(path, "server = desk\ncolour = red\n");
    assert_int_equal(config_read(path, &config, problem), ERROR_INVALID_FIELD);
    assert_non_null(strstr(problem, "ttydesk.conf:2"));
    assert_non_null(strstr(problem, "colour"));
    write_text(path, "server = desk:http\n");
    assert_int_equal(config_read(path, &config, problem), ERROR_INVALID_FIELD);
    assert_non_null(strstr(problem, "port"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_remedy_quotes_what_it_names),
        cmocka_unit_test_setup_teardown(a_key_is_unknown_then_the_same_then_changed, enter_home,
                                        leave_home),
        cmocka_unit_test_setup_teardown(another_port_is_another_server, enter_home, leave_home),
        cmocka_unit_test_setup_teardown(the_sites_file_wins, enter_home, leave_home),
        cmocka_unit_test_setup_teardown(a_broken_line_stops_the_look, enter_home, leave_home),
        cmocka_unit_test_setup_teardown(a_key_is_trusted_once_the_person_agreed, enter_home,
                                        leave_home),
        cmocka_unit_test_setup_teardown(a_fingerprint_in_the_address_decides_alone, enter_home,
                                        leave_home),
        cmocka_unit_test_setup_teardown(trust_without_a_file_is_not_remembered, enter_home,
                                        leave_home),
        cmocka_unit_test_setup_teardown(a_token_is_kept_private_and_forgotten, enter_home,
                                        leave_home),
        cmocka_unit_test_setup_teardown(a_readable_or_broken_token_file_is_not_used, enter_home,
                                        leave_home),
        cmocka_unit_test_setup_teardown(config_mistakes_name_file_and_line, enter_home, leave_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
