#include "tui/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct good {
    const char *text;
    const char *formatted;
    const char *fingerprint;
};

/* Every way people write an address means the one thing it says. */
static void ways_to_write_an_address_are_understood(void **state)
{
    (void)state;
    static const struct good cases[] = {
        {"/run/x.sock", "unix:/run/x.sock", ""},
        {"unix:/run/x.sock", "unix:/run/x.sock", ""},
        {"desk", "[desk]:7413", ""},
        {"desk.example:99", "[desk.example]:99", ""},
        {"::1", "[::1]:7413", ""},
        {"[::1]:65535", "[::1]:65535", ""},
        {"[::1]", "[::1]:7413", ""},
        {"ttydesk://desk:1", "[desk]:1", ""},
        {"ttydesk://desk#TD1:abc", "[desk]:7413", "TD1:abc"},
        {"10.0.0.1:7413#TD1:abc", "[10.0.0.1]:7413", "TD1:abc"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct address address;
        char text[ADDRESS_TEXT_MAX];
        const char *why = "";
        assert_int_equal(address_parse(cases[i].text, &address, &why), ERROR_NONE);
        address_format(&address, text);
        assert_string_equal(text, cases[i].formatted);
        assert_string_equal(address.fingerprint, cases[i].fingerprint);
    }
}

/* A slip in an address must not lead to some other server. */
static void slips_are_refused_with_the_reason(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",        "unix:run", "desk:",     "desk:0",     "desk:65536", "desk:http",
        "[::1",    "[::1]x",   ":7413",     "ttydesk://", "desk#SHA:x", "desk name",
        "desk:+1", "desk: 7",  "user@desk", "desk/path",  "desk:7413x", "desk:123456",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct address address;
        const char *why = NULL;
        memset(&address, 7, sizeof address);
        struct address before = address;
        assert_int_equal(address_parse(cases[i], &address, &why), ERROR_INVALID_FIELD);
        assert_non_null(why);
        assert_memory_equal(&address, &before, sizeof address);
    }
}

/* A path or host that does not fit must be refused, never cut: cut it would be another place. */
static void too_long_is_refused(void **state)
{
    (void)state;
    char text[1024];
    struct address address;
    const char *why = NULL;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(address_parse(text, &address, &why), ERROR_INVALID_FIELD);
    text[0] = '/';
    assert_int_equal(address_parse(text, &address, &why), ERROR_INVALID_FIELD);
    text[107] = '\0';
    assert_int_equal(address_parse(text, &address, &why), ERROR_NONE);
    text[300] = '\0';
    memset(text, 'a', 300);
    assert_int_equal(address_parse(text, &address, &why), ERROR_INVALID_FIELD);
}

/* The order is promised in the help: option, environment, config file, then defaults. */
static void places_are_asked_in_order(void **state)
{
    (void)state;
    struct address address;
    const char *from = NULL;
    const char *why = NULL;
    setenv("TTYDESK_SERVER", "environment", 1);
    assert_int_equal(address_find("option", "config", &address, &from, &why), ERROR_NONE);
    assert_string_equal(address.host, "option");
    assert_int_equal(address_find(NULL, "config", &address, &from, &why), ERROR_NONE);
    assert_string_equal(address.host, "environment");
    assert_string_equal(from, "TTYDESK_SERVER");
    unsetenv("TTYDESK_SERVER");
    assert_int_equal(address_find(NULL, "config", &address, &from, &why), ERROR_NONE);
    assert_string_equal(address.host, "config");
    assert_int_equal(address_find(NULL, NULL, &address, &from, &why), ERROR_NONE);
    assert_true(address.kind == ADDRESS_UNIX || strcmp(address.host, "localhost") == 0);
}

/* An empty --server is a slip, not a wish for the default. */
static void an_empty_option_is_refused(void **state)
{
    (void)state;
    struct address address;
    const char *from = NULL;
    const char *why = NULL;
    assert_int_equal(address_find("", "config", &address, &from, &why), ERROR_INVALID_FIELD);
    assert_string_equal(from, "--server");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways_to_write_an_address_are_understood),
        cmocka_unit_test(slips_are_refused_with_the_reason),
        cmocka_unit_test(too_long_is_refused),
        cmocka_unit_test(places_are_asked_in_order),
        cmocka_unit_test(an_empty_option_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
