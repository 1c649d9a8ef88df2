/* The table of actions: what footer, help and keys rely on. */
#include "tui/actions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct key key_of(const struct action_key *key)
{
    return (struct key){.code = key->code, .code_point = key->code_point};
}

/* A key that stood for two things would do one of them by surprise. */
static void no_key_means_two_things(void **state)
{
    (void)state;
    for (unsigned screen = 0; screen < SCREEN_COUNT; screen++) {
        for (unsigned role = 0; role < ROLE_COUNT; role++) {
            for (size_t i = 0; i < action_count; i++) {
                if (!action_applies(&actions[i], (enum screen_id)screen, (enum role)role)) {
                    continue;
                }
                for (size_t k = 0; actions[i].keys[k].code != KEYCODE_NONE; k++) {
                    struct key key = key_of(&actions[i].keys[k]);
                    const struct action *found =
                        action_find(&key, (enum screen_id)screen, (enum role)role);
                    if (found != &actions[i]) {
                        fail_msg("%s and %s share a key on screen %u", actions[i].name, found->name,
                                 screen);
                    }
                }
            }
        }
    }
}

/* Help is built from the table alone: a line without words would be a key nobody can learn. */
static void every_action_has_key_name_and_help(void **state)
{
    (void)state;
    for (size_t i = 0; i < action_count; i++) {
        assert_non_null(actions[i].name);
        assert_non_null(actions[i].help);
        assert_true(strlen(actions[i].help) > 2);
        assert_true(strlen(actions[i].help) < 78);
        assert_int_not_equal(actions[i].keys[0].code, KEYCODE_NONE);
        assert_int_not_equal(actions[i].screens, 0);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(actions[i].name, actions[j].name);
        }
    }
}

/* Whoever is on a screen can leave it and, except in a one-line question, ask for help: the last
 * two hints of the footer. */
static void every_screen_ends_with_help_and_leave(void **state)
{
    (void)state;
    for (unsigned screen = 0; screen < SCREEN_COUNT; screen++) {
        const struct action *last = NULL;
        const struct action *before = NULL;
        for (size_t i = 0; i < action_count; i++) {
            if (actions[i].word != NULL &&
                action_applies(&actions[i], (enum screen_id)screen, ROLE_ADMIN)) {
                before = last;
                last = &actions[i];
            }
        }
        assert_non_null(last);
        bool leaves = strstr(last->name, "leave") != NULL || strstr(last->name, "quit") != NULL ||
                      strcmp(last->name, "back") == 0 || strcmp(last->name, "help.close") == 0;
        assert_true(leaves);
        if (screen != SCREEN_QUESTION && screen != SCREEN_HELP) {
            assert_non_null(before);
            assert_non_null(strstr(before->name, "help"));
        }
    }
}

/* What the desk would refuse is not offered. */
static void actions_are_offered_by_role(void **state)
{
    const struct key note = {.code = KEYCODE_CHARACTER, .code_point = 'm'};
    const struct key more = {.code = KEYCODE_CHARACTER, .code_point = 'M'};
    const struct key delete = {.code = KEYCODE_CHARACTER, .code_point = 'D'};

    (void)state;
    assert_null(action_find(&note, SCREEN_TICKET, ROLE_USER));
    assert_string_equal(action_find(&note, SCREEN_TICKET, ROLE_STAFF)->name, "ticket.note");
    assert_null(action_find(&more, SCREEN_TICKET, ROLE_USER));
    assert_string_equal(action_find(&more, SCREEN_TICKET, ROLE_STAFF)->name, "ticket.more");
    assert_null(action_find(&delete, SCREEN_TICKETS, ROLE_USER));
    assert_null(action_find(&delete, SCREEN_TICKETS, ROLE_STAFF));
    assert_string_equal(action_find(&delete, SCREEN_TICKETS, ROLE_ADMIN)->name, "ticket.delete");
}

/* Keys are written as people read them in the footer. */
static void keys_are_written_for_people(void **state)
{
    static const struct {
        struct action_key key;
        const char *text;
    } cases[] = {
        {{KEYCODE_CHARACTER, 'c'}, "c"},      {{KEYCODE_CHARACTER, ' '}, "Space"},
        {{KEYCODE_CONTROL, 's'}, "Ctrl-S"},   {{KEYCODE_CONTROL, '_'}, "Ctrl-_"},
        {{KEYCODE_FUNCTION, 10}, "F10"},      {{KEYCODE_ENTER, 0}, "Enter"},
        {{KEYCODE_BACK_TAB, 0}, "Shift-Tab"}, {{KEYCODE_PAGE_DOWN, 0}, "PgDn"},
    };
    char text[ACTION_KEY_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        action_key_text(&cases[i].key, text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_means_two_things),
        cmocka_unit_test(every_action_has_key_name_and_help),
        cmocka_unit_test(every_screen_ends_with_help_and_leave),
        cmocka_unit_test(actions_are_offered_by_role),
        cmocka_unit_test(keys_are_written_for_people),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
