/* The query language: what is said, what is refused and where, and that no text upsets the reader.
 * People type it from memory: a fault that does not point at its place costs them the query. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/buffer.h"
#include "proto/condition.h"
#include "proto/likeness.h"

/* Wednesday, 18 November 2026, 10:30 in UTC. */
static const uint64_t now_ms = UINT64_C(1794997800000);
#define HOUR UINT64_C(3600000)
#define DAY  (24 * HOUR)

struct reading {
    struct arena arena;
    struct ticket_query query;
    struct query_fault fault;
    struct text text;
    bool good;
};

static void read_in(struct reading *reading, const char *text, int offset_minutes)
{
    struct condition_clock clock = {now_ms, offset_minutes};
    memset(reading, 0, sizeof *reading);
    reading->text = text_of(text);
    reading->good =
        ticket_query_read(&reading->arena, reading->text, &clock, &reading->query, &reading->fault);
}

/* --- A query written out, so that a test can say what it means --- */

static void print(struct buffer *out, const char *format, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_append(out, text, (size_t)length);
}

static void write_term(struct buffer *out, const struct condition *term)
{
    static const char *const names[] = {
        [ABOUT_WORDS] = "words", [ABOUT_TITLE] = "title",     [ABOUT_NUMBER] = "number",
        [ABOUT_STATE] = "state", [ABOUT_STATUS] = "status",   [ABOUT_SEVERITY] = "severity",
        [ABOUT_KIND] = "kind",   [ABOUT_FLAG] = "flag",       [ABOUT_MISSING] = "missing",
        [ABOUT_OWNER] = "owner", [ABOUT_REQUESTER] = "from",  [ABOUT_QUEUE] = "queue",
        [ABOUT_TAG] = "tag",     [ABOUT_CREATED] = "created", [ABOUT_UPDATED] = "updated",
    };
    print(out, "%s", names[term->about]);
    if (term->text.data != NULL) {
        print(out, "=%.*s", (int)term->text.length, term->text.data);
    } else if (term->to != 0) {
        print(out, "=%llu..%llu", (unsigned long long)term->from, (unsigned long long)term->to);
    } else {
        print(out, "=%u", term->choice);
    }
}

static void write_condition(struct buffer *out, const struct condition *condition)
{
    static const char *const names[] = {
        [CONDITION_ALL] = "all", [CONDITION_ANY] = "any", [CONDITION_NOT] = "not"};
    if (condition->kind == CONDITION_TERM) {
        write_term(out, condition);
        return;
    }
    print(out, "%s(", names[condition->kind]);
    for (const struct condition *part = condition->first; part != NULL; part = part->next) {
        write_condition(out, part);
        print(out, "%s", part->next != NULL ? " " : "");
    }
    print(out, ")");
}

static void means(const char *text, const char *meaning)
{
    struct reading reading;
    struct buffer out = {0};
    read_in(&reading, text, 0);
    if (!reading.good) {
        fail_msg("%s: %s", text, reading.fault.words);
    }
    write_condition(&out, reading.query.root);
    print(&out, "%c", '\0');
    assert_string_equal((const char *)out.data, meaning);
    buffer_finish(&out);
    arena_finish(&reading.arena);
}

/* `sentence` is the whole of what the person is told. */
static void is_refused(const char *text, const char *sentence)
{
    struct reading reading;
    struct buffer out = {0};
    read_in(&reading, text, 0);
    assert_false(reading.good);
    print(&out, "column %zu: %s", query_fault_column(&reading.fault, reading.text),
          reading.fault.words);
    print(&out, "%c", '\0');
    assert_string_equal((const char *)out.data, sentence);
    buffer_finish(&out);
    arena_finish(&reading.arena);
}

/* --- What is said --- */

static void terms_beside_one_another_are_all_meant(void **state)
{
    (void)state;
    means("", "all()");
    means("   ", "all()");
    means("status:major printer", "all(any(status=1) words=printer)");
    means("printer jam", "all(words=printer words=jam)");
    means("\"paper jam\" -\"tray 2\"", "all(words=paper jam not(words=tray 2))");
    means("title:jam", "all(any(title=jam))");
    means("STATUS:Major KIND:hardware", "all(any(status=1) any(kind=0))");
}

static void the_same_field_again_means_either_where_a_ticket_has_one(void **state)
{
    (void)state;
    means("status:major,critical", "all(any(status=1 status=2))");
    means("status:major status:critical", "all(any(status=1 status=2))");
    means("owner:ann owner:me,bob", "all(any(owner=ann owner=me owner=bob))");
    means("is:open is:pending", "all(any(state=0 state=1))");
    /* A ticket has many tags, and is unread beside being open. */
    means("tag:a tag:b", "all(any(tag=a) any(tag=b))");
    means("tag:a,b", "all(any(tag=a tag=b))");
    means("is:open is:unread", "all(any(state=0) any(flag=0))");
    means("created:>2026-01-01 created:<2026-01-02",
          "all(any(created=1767312000000..18446744073709551615) any(created=0..1767312000000))");
    /* Leaving out two queues leaves out both. */
    means("-queue:a -queue:b", "all(not(any(queue=a)) not(any(queue=b)))");
}

static void or_binds_least_and_brackets_group(void **state)
{
    (void)state;
    means("a b or c", "all(any(all(words=a words=b) all(words=c)))");
    means("a (b OR c)", "all(words=a any(all(words=b) all(words=c)))");
    means("-(a or b) c", "all(not(any(all(words=a) all(words=b))) words=c)");
    means("((a))", "all(all(all(words=a)))");
    means("\"or\"", "all(words=or)");
    means("orb", "all(words=orb)");
}

static void a_word_by_itself_may_be_a_number_or_a_status(void **state)
{
    (void)state;
    means("12", "all(number=12..13)");
    means("#12", "all(number=12..13)");
    means(" critical ", "all(status=2)");
    means("pending", "all(state=1)");
    means("12 monkeys", "all(words=12 words=monkeys)");
    means("#12 jam", "all(number=12..13 words=jam)");
    means("\"12\"", "all(words=12)");
    means("number:3..7", "all(any(number=3..8))");
    means("number:3..", "all(any(number=3..9007199254740992))");
    struct reading reading;
    read_in(&reading, "ann", 0);
    assert_true(reading.good && reading.query.root->first->lone);
    arena_finish(&reading.arena);
    read_in(&reading, "ann b", 0);
    assert_true(reading.good && !reading.query.root->first->lone);
    arena_finish(&reading.arena);
}

static void the_order_is_no_condition(void **state)
{
    struct reading reading;
    (void)state;
    read_in(&reading, "a sort:severity,-updated", 0);
    assert_true(reading.good);
    assert_int_equal(reading.query.sort_count, 2);
    assert_int_equal(reading.query.sorts[0].key, SORT_SEVERITY);
    assert_false(reading.query.sorts[0].reversed);
    assert_int_equal(reading.query.sorts[1].key, SORT_UPDATED);
    assert_true(reading.query.sorts[1].reversed);
    arena_finish(&reading.arena);
    means("sort:created", "all()");
    is_refused("-sort:updated", "column 1: write sort:-updated to turn the order around");
    is_refused("sort:created,updated,severity,-created",
               "column 31: tickets are sorted by 3 things at most");
}

/* --- Times --- */

static void spans(const char *value, int offset_minutes, uint64_t from_ms, uint64_t to_ms)
{
    char text[100];
    struct reading reading;
    snprintf(text, sizeof text, "created:%s", value);
    read_in(&reading, text, offset_minutes);
    if (!reading.good) {
        fail_msg("%s: %s", text, reading.fault.words);
    }
    const struct condition *term = reading.query.root->first->first;
    if (term->from != from_ms || term->to != to_ms) {
        fail_msg("%s is %llu to %llu", text, (unsigned long long)term->from,
                 (unsigned long long)term->to);
    }
    arena_finish(&reading.arena);
}

static void times_are_those_of_the_persons_clock(void **state)
{
    const uint64_t midnight = now_ms - now_ms % DAY;
    (void)state;
    spans("today", 0, midnight, midnight + DAY);
    spans("yesterday", 0, midnight - DAY, midnight);
    spans("wednesday", 0, midnight, midnight + DAY);
    spans("thu", 0, midnight - 6 * DAY, midnight - 5 * DAY);
    spans("Monday", 0, midnight - 2 * DAY, midnight - DAY);
    spans("-7d", 0, now_ms - 7 * DAY, UINT64_MAX);
    spans("<-2h", 0, 0, now_ms - 2 * HOUR);
    spans("-3w..-1w", 0, now_ms - 21 * DAY, now_ms - 7 * DAY);
    spans("2026-11-18", 0, midnight, midnight + DAY);
    spans("2026-11", 0, midnight - 17 * DAY, midnight + 13 * DAY);
    spans("2026", 0, UINT64_C(1767225600000), UINT64_C(1798761600000));
    spans("2024-02", 0, UINT64_C(1706745600000), UINT64_C(1709251200000));
    spans("2026-11-01..2026-11-02", 0, midnight - 17 * DAY, midnight - 15 * DAY);
    spans("2026-11-01..", 0, midnight - 17 * DAY, UINT64_MAX);
    spans("..yesterday", 0, 0, midnight);
    spans(">=monday", 0, midnight - 2 * DAY, UINT64_MAX);
    spans(">monday", 0, midnight - DAY, UINT64_MAX);
    spans("<=monday", 0, 0, midnight - DAY);
    /* In Auckland it is nearly midnight of the same day, in Honolulu half past midnight. */
    spans("today", 13 * 60, midnight - 13 * HOUR, midnight + 11 * HOUR);
    spans("today", -10 * 60, midnight + 10 * HOUR, midnight + 34 * HOUR);
    spans("today", 14 * 60, midnight + 10 * HOUR, midnight + 34 * HOUR);
}

static void a_day_that_no_calendar_has_is_refused(void **state)
{
    static const char *const days[] = {"2026-02-29", "2026-13",  "2026-11-31", "1969",
                                       "11-01-2026", "tomorow",  "-7y",        "-",
                                       "..",         "today..x", "<",          "-123456d"};
    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        char text[60];
        char sentence[200];
        snprintf(text, sizeof text, "a created:%s", days[i]);
        snprintf(sentence, sizeof sentence,
                 "column 11: \"%s\" is no time; write today, yesterday, monday, -7d, 2026-11-01, "
                 "2026-11 or a range such as -7d..-2d",
                 days[i]);
        is_refused(text, sentence);
    }
}

static void a_zone_is_an_offset_from_utc(void **state)
{
    static const char *const bad[] = {"",       "Z",      "0200",   "+2:00",
                                      "+02.00", "+02:60", "+19:00", "+02:0x"};
    int offset = 1;
    (void)state;
    assert_true(condition_zone_read(text_of("+05:45"), &offset));
    assert_int_equal(offset, 345);
    assert_true(condition_zone_read(text_of("-03:30"), &offset));
    assert_int_equal(offset, -210);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(condition_zone_read(text_of(bad[i]), &offset));
    }
}

/* --- Refusals --- */

static void a_fault_names_its_column_and_the_nearest_right_word(void **state)
{
    (void)state;
    is_refused("is:open sevrity:major",
               "column 9: there is no field \"sevrity\"; did you mean \"severity\"?");
    is_refused("x http://desk", "column 3: there is no field \"http\"; there is is, status, "
                                "severity, kind, owner, requester, queue, tag, title, number, "
                                "created, updated, no or sort");
    is_refused("status:majr", "column 8: status has no \"majr\"; did you mean \"MAJOR\"?");
    is_refused("kind:cable", "column 6: kind has no \"cable\"; there is hardware or software");
    is_refused("is:opne", "column 4: no ticket is \"opne\"; did you mean \"open\"?");
    is_refused("no:one", "column 4: no has no \"one\"; there is owner or tag");
    is_refused("sort:title", "column 6: tickets can't be sorted by \"title\"; there is created, "
                             "updated or severity");
    is_refused("number:x", "column 8: a number is written 12, or a range of them 12..20");
    is_refused("owner:", "column 1: \"owner\" has no value; write it behind the colon");
    is_refused("owner:ann,", "column 1: \"owner\" has no value; write it behind the colon");
    /* Characters are counted, not bytes. */
    is_refused("\u00fc\u00fc \u00fcx:1", "column 4: there is no field \"\u00fcx\"; there is is, "
                                         "status, severity, kind, owner, requester, queue, tag, "
                                         "title, number, created, updated, no or sort");
}

static void what_is_not_finished_is_refused_where_it_began(void **state)
{
    (void)state;
    is_refused("a \"b", "column 3: the quotation marks that open here are not closed");
    is_refused("a \"\"", "column 3: there is nothing between the quotation marks");
    is_refused("a (b", "column 3: the bracket that opens here is not closed");
    is_refused("a b)", "column 4: this bracket closes none; quote it to look for it");
    is_refused("()", "column 2: something is missing before this");
    is_refused("a or", "column 3: something is missing after \"or\"");
    is_refused("or a", "column 1: something is missing before this");
    is_refused("a - b", "column 3: a minus sign stands right before what it excludes");
}

static void a_query_is_bounded(void **state)
{
    char text[400];
    struct reading reading;
    (void)state;
    for (size_t i = 0; i < 100; i++) {
        memcpy(text + 2 * i, "a ", 2);
    }
    text[200] = '\0';
    read_in(&reading, text, 0);
    assert_false(reading.good);
    assert_non_null(strstr(reading.fault.words, "64 parts"));
    arena_finish(&reading.arena);
    memset(text, '(', 50);
    text[50] = '\0';
    is_refused(text, "column 9: brackets may be inside one another 8 times");
}

/* Pieces of the language in any order: it is read or refused within its bounds, never else. */
static void any_text_is_read_or_refused_in_its_place(void **state)
{
    static const char *const pieces[] = {
        "status:", "major", ",",  " ",  "(",        ")",      "-",   "\"",       "or",
        " or ",    "#",     "12", "..", "created:", "-7d",    "is:", "open",     "sort:",
        "updated", ":",     "<",  "=",  "\u00fc",   "owner:", "me",  "2026-11-", "01"};
    unsigned seed = 20261118;
    const char *given = getenv("TTYDESK_TEST_SEED");
    (void)state;
    if (given != NULL) {
        seed = (unsigned)strtoul(given, NULL, 10);
    }
    print_message("seed %u\n", seed);
    srandom(seed);
    for (size_t round = 0; round < 50000; round++) {
        char text[256] = "";
        struct reading reading;
        for (long left = random() % 14; left > 0; left--) {
            strcat(text, pieces[(size_t)random() % (sizeof pieces / sizeof pieces[0])]);
        }
        read_in(&reading, text, (int)(random() % 1440) - 720);
        if (!reading.good) {
            assert_true(reading.fault.words[0] != '\0');
            assert_true(reading.fault.position <= strlen(text));
        } else {
            assert_int_equal(reading.query.root->kind, CONDITION_ALL);
        }
        arena_finish(&reading.arena);
    }
}

static void a_likely_word_is_found_and_an_unlikely_one_is_not(void **state)
{
    static const char *const names[] = {"list", NULL, "show", "resolve"};
    (void)state;
    assert_string_equal(likeness_nearest(text_of("lsit"), names, 4), "list");
    assert_string_equal(likeness_nearest(text_of("RESOLV"), names, 4), "resolve");
    assert_null(likeness_nearest(text_of("frobnicate"), names, 4));
    assert_null(
        likeness_nearest(text_of("a word that is far too long for any name here"), names, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_beside_one_another_are_all_meant),
        cmocka_unit_test(the_same_field_again_means_either_where_a_ticket_has_one),
        cmocka_unit_test(or_binds_least_and_brackets_group),
        cmocka_unit_test(a_word_by_itself_may_be_a_number_or_a_status),
        cmocka_unit_test(the_order_is_no_condition),
        cmocka_unit_test(times_are_those_of_the_persons_clock),
        cmocka_unit_test(a_day_that_no_calendar_has_is_refused),
        cmocka_unit_test(a_zone_is_an_offset_from_utc),
        cmocka_unit_test(a_fault_names_its_column_and_the_nearest_right_word),
        cmocka_unit_test(what_is_not_finished_is_refused_where_it_began),
        cmocka_unit_test(a_query_is_bounded),
        cmocka_unit_test(any_text_is_read_or_refused_in_its_place),
        cmocka_unit_test(a_likely_word_is_found_and_an_unlikely_one_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
