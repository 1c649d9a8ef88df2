/* Lines of a history in words: nobody who asks what happened should have to know the names of
 * methods and fields. */
#include "tui/history_words.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { CHANGES_MAX = 6 };

struct told {
    const char *actor; /* NULL: the desk */
    enum method what;
    const char *changes[CHANGES_MAX][3]; /* field, old, new; NULL: absent */
    const char *sentence;
};

/* 1 March 2026, 12:00 UTC */
static const uint64_t now_ms = UINT64_C(1772366400000);

static struct change change_of(const char *const words[3])
{
    struct change change = {.field = text_of(words[0])};

    if (words[1] != NULL) {
        change.old_value = text_of(words[1]);
        present_mark(&change.present, CHANGE_OLD);
    }
    if (words[2] != NULL) {
        change.new_value = text_of(words[2]);
        present_mark(&change.present, CHANGE_NEW);
    }
    return change;
}

/* In this one's name; NULL: their own. */
static void check(const struct told *told, const char *acting_for)
{
    struct change changes[CHANGES_MAX];
    struct history_entry entry = {.what = told->what, .changes = {.items = changes}};
    struct buffer sentence = {0};

    while (entry.changes.count < CHANGES_MAX && told->changes[entry.changes.count][0] != NULL) {
        changes[entry.changes.count] = change_of(told->changes[entry.changes.count]);
        entry.changes.count++;
    }
    if (told->actor != NULL) {
        entry.actor = text_of(told->actor);
        present_mark(&entry.present, HISTORY_ACTOR);
    }
    if (acting_for != NULL) {
        entry.acting_for = text_of(acting_for);
        present_mark(&entry.present, HISTORY_ACTING_FOR);
    }
    history_words(&sentence, &entry, now_ms);
    buffer_append(&sentence, "", 1);
    assert_false(sentence.failed);
    assert_string_equal((const char *)sentence.data, told->sentence);
    buffer_finish(&sentence);
}

static void check_all(const struct told *told, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(&told[i], NULL);
    }
}

#define CHECK_ALL(told) check_all(told, sizeof(told) / sizeof((told)[0]))

/* What people do every day reads as they would say it. */
static void daily_acts_read_as_people_say_them(void **state)
{
    static const struct told told[] = {
        {"joe",
         METHOD_TICKET_CREATE,
         {{"title", NULL, "Printer"},
          {"problem", NULL, NULL},
          {"kind", NULL, "hardware"},
          {"severity", NULL, "major"},
          {"state", NULL, "open"}},
         "joe opened it as MAJOR, hardware"},
        {"eve", METHOD_TICKET_REPLY, {{"message", NULL, NULL}}, "eve replied"},
        {"eve",
         METHOD_TICKET_REPLY,
         {{"held", NULL, NULL}},
         "eve replied and left time to withdraw it"},
        {"eve", METHOD_TICKET_NOTE, {{"message", NULL, NULL}}, "eve wrote a note"},
        {"eve", METHOD_TICKET_UPDATE, {{"severity", "minor", "critical"}}, "eve set CRITICAL"},
        {"eve", METHOD_TICKET_UPDATE, {{"state", "open", "resolved"}}, "eve resolved it"},
        {"joe", METHOD_TICKET_UPDATE, {{"state", "resolved", "open"}}, "joe reopened it"},
        {"joe",
         METHOD_TICKET_UPDATE,
         {{"title", "a", "b"}},
         "joe changed the title from “a” to “b”"},
        {"joe", METHOD_TICKET_UPDATE, {{"problem", NULL, NULL}}, "joe changed the problem"},
        {"joe",
         METHOD_TICKET_UPDATE,
         {{"kind", "hardware", "software"}},
         "joe changed the kind from hardware to software"},
        {"joe", METHOD_TICKET_CC_ADD, {{"cc", NULL, "ann"}}, "joe put ann in copy"},
        {"eve", METHOD_TICKET_CC_REMOVE, {{"cc", "ann", NULL}}, "eve took ann out of copy"},
        {"ann", METHOD_TICKET_CC_REMOVE, {{"cc", "ann", NULL}}, "ann left: no longer in copy"},
        {"root", METHOD_ADMIN_TICKET_DELETE, {{"deleted", "no", "yes"}}, "root deleted it"},
        {"console", METHOD_ADMIN_TICKET_RESTORE, {{"deleted", "yes", "no"}}, "console restored it"},
        {"eve",
         METHOD_TICKET_MOVE,
         {{"queue", "general", "network"}},
         "eve moved it from general to network"},
        {"eve", METHOD_TICKET_MOVE, {{"queue", NULL, NULL}}, "eve moved it to another queue"},
    };

    (void)state;
    CHECK_ALL(told);
}

/* Several changes of one act are one sentence. */
static void changes_are_joined(void **state)
{
    static const struct told told[] = {
        {"joe",
         METHOD_TICKET_UPDATE,
         {{"severity", "minor", "major"}, {"state", "resolved", "open"}},
         "joe set MAJOR and reopened it"},
        {"eve",
         METHOD_TICKET_UPDATE,
         {{"title", "a", "b"}, {"problem", NULL, NULL}, {"state", "open", "resolved"}},
         "eve changed the title from “a” to “b”, changed the problem and resolved it"},
        {"eve",
         METHOD_TICKET_REPLY,
         {{"state", "open", "resolved"}, {"message", NULL, NULL}},
         "eve replied and resolved it"},
    };

    (void)state;
    CHECK_ALL(told);
}

/* A number that is left out is one that the reader may not see. */
static void links_and_merges_name_the_other_ticket(void **state)
{
    static const struct told told[] = {
        {"eve",
         METHOD_TICKET_LINK,
         {{"link", NULL, "parent of #7"}},
         "eve linked it: parent of #7"},
        {"eve", METHOD_TICKET_LINK, {{"link", NULL, NULL}}, "eve linked it to another ticket"},
        {"eve", METHOD_TICKET_UNLINK, {{"link", "#7", NULL}}, "eve unlinked it from #7"},
        {"eve",
         METHOD_TICKET_UNLINK,
         {{"link", NULL, NULL}},
         "eve unlinked it from another ticket"},
        {"eve",
         METHOD_TICKET_TAG,
         {{"tag", "vpn", NULL}, {"tag", NULL, "mail"}},
         "eve took the tag vpn off it and tagged it mail"},
        {"eve", METHOD_TICKET_MERGE, {{"merged", NULL, "#7"}}, "eve merged #7 into it"},
        {"eve", METHOD_TICKET_MERGE, {{"merged_into", NULL, "#2"}}, "eve merged it into #2"},
        {"eve", METHOD_TICKET_UNMERGE, {{"merged", "#7", NULL}}, "eve took #7 out of it"},
        {"eve", METHOD_TICKET_UNMERGE, {{"merged_into", "#2", NULL}}, "eve took it out of #2"},
        {"eve",
         METHOD_TICKET_UNMERGE,
         {{"merged", NULL, NULL}},
         "eve took another ticket out of it"},
        {"eve", METHOD_TICKET_MERGE, {{"merged", NULL, NULL}}, "eve merged another ticket into it"},
        {"eve",
         METHOD_TICKET_MERGE,
         {{"merged_into", NULL, NULL}},
         "eve merged it into another ticket"},
        {"eve",
         METHOD_TICKET_UNMERGE,
         {{"merged_into", NULL, NULL}},
         "eve took it out of another ticket"},
        {"eve",
         METHOD_TICKET_SPLIT,
         {{"link", NULL, NULL}},
         "eve made a new ticket of a message and linked it to another ticket"},
        {"eve",
         METHOD_TICKET_UNDO,
         {{"link", NULL, NULL}},
         "eve took back what they did before and changed its link to another ticket"},
        {"eve",
         METHOD_TICKET_SPLIT,
         {{"title", NULL, "Sound"},
          {"severity", NULL, "minor"},
          {"kind", NULL, "hardware"},
          {"requester", NULL, "ann"},
          {"link", NULL, "related to #2"}},
         "eve made it of a message for ann, as MINOR, hardware and linked it: related to #2"},
    };

    (void)state;
    CHECK_ALL(told);
}

/* Putting aside has a date or an answer to wait for, and its end needs no words of its own. */
static void pending_is_told_with_what_it_waits_for(void **state)
{
    static const struct told told[] = {
        {"eve",
         METHOD_TICKET_PEND,
         {{"state", "open", "pending"}, {"pending_until", NULL, "1772452800000"}},
         "eve set it pending until 2 Mar 12:00"},
        {"eve",
         METHOD_TICKET_PEND,
         {{"state", "open", "pending"}},
         "eve set it pending until the requester answers"},
        {"eve",
         METHOD_TICKET_PEND,
         {{"pending_until", "1772452800000", NULL}},
         "eve set it pending until the requester answers"},
        {"eve",
         METHOD_TICKET_REPLY,
         {{"pending_until", "1772452800000", "1772456400000"}, {"message", NULL, NULL}},
         "eve replied and set it pending until 2 Mar 13:00"},
        {"joe",
         METHOD_TICKET_REPLY,
         {{"state", "pending", "open"},
          {"pending_until", "1772452800000", NULL},
          {"message", NULL, NULL}},
         "joe replied and opened it again"},
        {"eve",
         METHOD_TICKET_CREATE,
         {{"kind", NULL, "hardware"}, {"severity", NULL, "major"}, {"requester", NULL, "joe"}},
         "eve opened it for joe as MAJOR, hardware"},
    };

    (void)state;
    CHECK_ALL(told);
}

/* Whose it is depends on who acted: to take is not to give. */
static void owners_are_told_by_who_acted(void **state)
{
    static const struct told told[] = {
        {"eve", METHOD_TICKET_UPDATE, {{"owner", NULL, "eve"}}, "eve took it"},
        {"eve", METHOD_TICKET_UPDATE, {{"owner", "bob", "eve"}}, "eve took it from bob"},
        {"eve", METHOD_TICKET_UPDATE, {{"owner", "eve", NULL}}, "eve gave it up"},
        {"ida", METHOD_TICKET_UPDATE, {{"owner", "eve", NULL}}, "ida took it away from eve"},
        {"eve", METHOD_TICKET_UPDATE, {{"owner", "eve", "bob"}}, "eve gave it to bob"},
        {"eve", METHOD_TICKET_UPDATE, {{"owner", NULL, "bob"}}, "eve gave it to bob"},
    };

    (void)state;
    CHECK_ALL(told);
}

/* Both who sat there and in whose name it was. */
static void acts_in_anothers_name_bear_both(void **state)
{
    static const struct told resolved = {"ida",
                                         METHOD_TICKET_UPDATE,
                                         {{"state", "open", "resolved"}},
                                         "ida, acting as joe, resolved it"};
    static const struct told took = {
        "ida", METHOD_TICKET_TAKE, {{"owner", NULL, "eve"}}, "ida, acting as eve, took it"};

    (void)state;
    check(&resolved, "joe");
    check(&took, "eve");
}

/* What the desk does by itself has no person to name. */
static void the_desk_is_named_when_nobody_acted(void **state)
{
    static const struct told told[] = {
        {NULL,
         METHOD_TIMER_FIRE,
         {{"state", "pending", "open"}},
         "The desk opened it again: the time had come"},
    };

    (void)state;
    CHECK_ALL(told);
}

/* A newer daemon is understood as far as it goes, and nothing of it is left out. */
static void what_is_unknown_is_told_plainly(void **state)
{
    static const struct told told[] = {
        {"eve", METHOD_COUNT, {{"mood", "bad", "good"}}, "eve changed mood: bad -> good"},
        {"eve", METHOD_COUNT, {{"mood", NULL, "good"}}, "eve changed mood: - -> good"},
        {"eve", METHOD_COUNT, {{"mood", "bad", NULL}}, "eve changed mood: bad -> -"},
        {"eve", METHOD_COUNT, {{"mood", NULL, NULL}}, "eve changed mood"},
        {"eve", METHOD_COUNT, {{0}}, "eve did something that this client does not know"},
        {"eve", METHOD_TICKET_UPDATE, {{0}}, "eve did ticket.update"},
        {"eve",
         METHOD_COUNT,
         {{"mood", "bad", "good"}, {"severity", "minor", "major"}},
         "eve changed mood: bad -> good and set MAJOR"},
    };

    (void)state;
    CHECK_ALL(told);
}

/* Names and values come from others, and a line of history must stay one line of text. */
static void text_of_others_is_filtered(void **state)
{
    static const struct told told[] = {
        {"e\033[31mve",
         METHOD_TICKET_UPDATE,
         {{"title", "a\nb", "c\xe2\x80\xae"}},
         "e<ESC>[31mve changed the title from “a<LF>b” to “c<U+202E>”"},
        {"eve",
         METHOD_COUNT,
         {{"\033c", "\a", "\xff"}},
         "eve changed <ESC>c: <BEL> -> \xef\xbf\xbd"},
        /* Nothing in a value is taken for a place to fill in. */
        {"eve",
         METHOD_TICKET_UPDATE,
         {{"title", "{new}", "{"}},
         "eve changed the title from “{new}” to “{”"},
        {"@", METHOD_TICKET_UPDATE, {{"owner", NULL, "eve"}}, "@ gave it to eve"},
    };

    (void)state;
    CHECK_ALL(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daily_acts_read_as_people_say_them),
        cmocka_unit_test(changes_are_joined),
        cmocka_unit_test(links_and_merges_name_the_other_ticket),
        cmocka_unit_test(pending_is_told_with_what_it_waits_for),
        cmocka_unit_test(owners_are_told_by_who_acted),
        cmocka_unit_test(acts_in_anothers_name_bear_both),
        cmocka_unit_test(the_desk_is_named_when_nobody_acted),
        cmocka_unit_test(what_is_unknown_is_told_plainly),
        cmocka_unit_test(text_of_others_is_filtered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
