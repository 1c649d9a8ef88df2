/* Random queries on a random desk, as everybody, against an evaluator that is too simple to be
 * wrong: it takes what the asker is shown of all their tickets and asks each of them. What a query
 * answers must be the same tickets in the same order, whichever index was walked; and nobody finds
 * by a query what they are not shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/queries.h"
#include "tests/core/desk.h"
#include "tests/lib/dice.h"

enum { TICKETS = 80, ROUNDS = 1500, TERMS_MAX = 24, TEXT_MAX = 480, VIEWERS = 5 };

struct room {
    struct desk desk;
    struct dice dice;
    struct origin people[VIEWERS];
    uint64_t work;
};

static struct room room;

static const char *const names[VIEWERS] = {"ann", "bob", "sam", "kim", "root"};
static const char *const words[] = {"printer", "Jam", "vpn", "screen"};
static const char *const tag_words[] = {"urgent", "vip"};
static const char *const queue_names[] = {"general", "field"};

static size_t below(size_t limit)
{
    return dice_below(&room.dice, limit);
}

static const char *pick(const char *const *from, size_t count)
{
    return from[below(count)];
}

/* --- A desk with something of everything --- */

static void change_something(uint64_t number)
{
    struct origin staff = room.people[2 + below(3)];
    struct row_ticket row = desk_ticket_row(&room.desk, number);
    struct ticket_act act = {.number = number};
    struct ticket_tag tag = {.number = number, .add = text_of(pick(tag_words, 2))};
    switch (below(6)) {
    case 0:
        (void)desk_do(&room.desk, METHOD_TICKET_TAKE, staff, &act);
        break;
    case 1:
        (void)desk_set_status(&room.desk, staff, number, row.version, (enum status)below(4));
        break;
    case 2:
        present_mark(&tag.present, TICKET_TAG_ADD);
        (void)desk_do(&room.desk, METHOD_TICKET_TAG, staff, &tag);
        break;
    case 3:
        (void)desk_move(&room.desk, staff, number, pick(queue_names, 2));
        break;
    case 4:
        (void)desk_do(&room.desk, METHOD_TICKET_WATCH, room.people[below(VIEWERS)], &act);
        break;
    default:
        (void)desk_say(&room.desk, METHOD_TICKET_REPLY, room.people[below(VIEWERS)], number, "So.");
    }
}

static int open_room(void **state)
{
    (void)state;
    room.dice = dice_open("test_ticket_queries");
    desk_open(&room.desk);
    desk_send_at_once(&room.desk);
    for (size_t i = 0; i < 4; i++) {
        (void)desk_account(&room.desk, names[i], i < 2 ? ROLE_USER : ROLE_STAFF);
        room.people[i] = desk_sign_in(&room.desk, names[i]);
    }
    room.people[4] = desk_admin(&room.desk, names[4]);
    desk_queue(&room.desk, "field", true, false);
    desk_rights(&room.desk, "field", "kim", "all");
    desk_queue(&room.desk, "vault", true, true);
    for (uint64_t number = 1; number <= TICKETS; number++) {
        char title[64];
        (void)snprintf(title, sizeof title, "%s %s", pick(words, 4), pick(words, 4));
        uint64_t made = desk_ticket(&room.desk, room.people[below(VIEWERS)], title);
        for (size_t changes = below(5); changes > 0; changes--) {
            change_something(1 + below(made));
        }
        room.desk.now_ms += 30000 * (1 + below(8)); /* sign-ins last half a day */
    }
    return 0;
}

static int close_room(void **state)
{
    (void)state;
    desk_close(&room.desk);
    return 0;
}

/* --- Queries as text and as what they mean --- */

enum topic {
    STATUS,
    STATE,
    KIND,
    SEVERITY,
    OWNER,
    REQUESTER,
    QUEUE,
    TAG,
    WORD,
    CREATED,
    UPDATED,
    WATCHED,
    NO_OWNER,
    NO_TAG,
    NUMBERS,
    SUBJECTS
};

struct term {
    enum topic subject;
    bool is_not;
    const char *value;
    uint64_t low;
    uint64_t high;
};

/* Alternatives of conjunctions, as "a b or c". */
struct meaning {
    struct term terms[TERMS_MAX];
    size_t ends[TERMS_MAX]; /* of each alternative */
    size_t alternatives;
    size_t count;
    int sort; /* 0: newest first; 1: updated; 2: severity, then updated; negative: turned around */
    char text[TEXT_MAX];
};

static void add_text(struct meaning *meaning, const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(meaning->text);
    va_start(arguments, format);
    (void)vsnprintf(meaning->text + used, sizeof meaning->text - used, format, arguments);
    va_end(arguments);
}

static void write_span(struct meaning *meaning, struct term *term, const char *field)
{
    size_t minutes = 1 + below(180);
    uint64_t point = room.desk.now_ms - minutes * 60000;
    bool is_before = below(2) == 0;
    term->low = is_before ? 0 : point;
    term->high = is_before ? point : UINT64_MAX;
    add_text(meaning, "%s:%s-%zum", field, is_before ? "<" : "", minutes);
}

static void write_term(struct meaning *meaning, bool for_staff)
{
    static const char *const statuses[] = {"MINOR", "MAJOR", "CRITICAL", "RESOLVED"};
    static const char *const states[] = {"open", "pending", "resolved"};
    static const char *const kinds[] = {"hardware", "software"};
    static const char *const severities[] = {"minor", "major", "critical"};
    struct term *term = &meaning->terms[meaning->count++];
    *term = (struct term){.subject = (enum topic)below(SUBJECTS), .is_not = below(4) == 0};
    if (!for_staff &&
        (term->subject == REQUESTER || term->subject == QUEUE || term->subject == TAG)) {
        term->subject = STATUS;
    }
    add_text(meaning, " %s", term->is_not ? "-" : "");
    switch (term->subject) {
    case STATUS:
        add_text(meaning, "status:%s", term->value = pick(statuses, 4));
        break;
    case STATE:
        add_text(meaning, "is:%s", term->value = pick(states, 3));
        break;
    case KIND:
        add_text(meaning, "kind:%s", term->value = pick(kinds, 2));
        break;
    case SEVERITY:
        add_text(meaning, "severity:%s", term->value = pick(severities, 3));
        break;
    case OWNER:
        term->value = below(4) == 0 ? "-" : pick(names, VIEWERS);
        add_text(meaning, "owner:%s", term->value);
        break;
    case REQUESTER:
        add_text(meaning, "requester:%s", term->value = pick(names, VIEWERS));
        break;
    case QUEUE:
        add_text(meaning, "queue:%s", term->value = "general");
        break;
    case TAG:
        add_text(meaning, "tag:%s", term->value = pick(tag_words, 2));
        break;
    case WORD:
        add_text(meaning, "\"%s\"", term->value = pick(words, 4));
        break;
    case CREATED:
        write_span(meaning, term, "created");
        break;
    case UPDATED:
        write_span(meaning, term, "updated");
        break;
    case WATCHED:
        add_text(meaning, "is:watched");
        break;
    case NO_OWNER:
        add_text(meaning, "no:owner");
        break;
    case NO_TAG:
        add_text(meaning, "no:tag");
        break;
    default:
        term->low = 1 + below(TICKETS);
        term->high = term->low + below(30) + 1;
        add_text(meaning, "number:%llu..%llu", (unsigned long long)term->low,
                 (unsigned long long)term->high - 1);
    }
}

static void make_query(struct meaning *meaning, bool for_staff)
{
    static const char *const sorts[] = {" sort:severity,-updated", " sort:-updated", "",
                                        " sort:updated", " sort:severity,updated"};
    memset(meaning, 0, sizeof *meaning);
    meaning->alternatives = 1 + below(3);
    for (size_t i = 0; i < meaning->alternatives; i++) {
        add_text(meaning, i > 0 ? " or" : "");
        for (size_t terms = 1 + below(3); terms > 0; terms--) {
            write_term(meaning, for_staff);
        }
        meaning->ends[i] = meaning->count;
    }
    meaning->sort = (int)below(5) - 2;
    add_text(meaning, "%s", sorts[meaning->sort + 2]);
}

/* --- The simple evaluator --- */

static bool has_word(struct text line, const char *word)
{
    char text[300];
    (void)snprintf(text, sizeof text, " %.*s ", (int)line.length, line.length > 0 ? line.data : "");
    char wanted[40];
    (void)snprintf(wanted, sizeof wanted, " %s ", word);
    return strstr(text, wanted) != NULL;
}

static bool contains(struct text title, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= title.length; i++) {
        size_t j = 0;
        while (j < strlen(word) && (title.data[i + j] | 0x20) == (word[j] | 0x20)) {
            j++;
        }
        if (j == strlen(word)) {
            return true;
        }
    }
    return false;
}

static bool is(struct text text, const char *value)
{
    return text.length == strlen(value) && memcmp(text.data, value, text.length) == 0;
}

static bool holds(const struct term *term, const struct ticket *ticket)
{
    switch (term->subject) {
    case STATUS:
        return strcmp(choices_name(&status_choices, ticket->status), term->value) == 0;
    case STATE:
        return strcmp(choices_name(&state_choices, ticket->state), term->value) == 0;
    case KIND:
        return strcmp(choices_name(&kind_choices, ticket->kind), term->value) == 0;
    case SEVERITY:
        return strcmp(choices_name(&severity_choices, ticket->severity), term->value) == 0;
    case OWNER:
        return is(present_has(ticket->present, TICKET_OWNER) ? ticket->owner : text_of("-"),
                  term->value);
    case REQUESTER:
        return is(ticket->requester, term->value);
    case QUEUE:
        return present_has(ticket->present, TICKET_QUEUE) && is(ticket->queue, term->value);
    case TAG:
        return has_word(ticket->tags, term->value);
    case WORD:
        return contains(ticket->title, term->value);
    case CREATED:
        return ticket->created_ms >= term->low && ticket->created_ms < term->high;
    case UPDATED:
        return ticket->updated_ms >= term->low && ticket->updated_ms < term->high;
    case WATCHED:
        return ticket->watching;
    case NO_OWNER:
        return !present_has(ticket->present, TICKET_OWNER);
    case NO_TAG:
        return ticket->tags.length == 0;
    default:
        return ticket->number >= term->low && ticket->number < term->high;
    }
}

/* What a ticket has one of, said several times, means either. */
static bool joins(enum topic subject)
{
    return subject <= QUEUE || subject == NUMBERS;
}

static bool fits_all(const struct term *terms, size_t count, const struct ticket *ticket)
{
    for (size_t i = 0; i < count; i++) {
        bool fits = holds(&terms[i], ticket) != terms[i].is_not;
        for (size_t j = 0; j < count && !terms[i].is_not && joins(terms[i].subject); j++) {
            fits = fits || (terms[j].subject == terms[i].subject && !terms[j].is_not &&
                            holds(&terms[j], ticket));
        }
        if (!fits) {
            return false;
        }
    }
    return true;
}

static bool fits(const struct meaning *meaning, const struct ticket *ticket)
{
    size_t first = 0;
    for (size_t i = 0; i < meaning->alternatives; i++) {
        if (fits_all(meaning->terms + first, meaning->ends[i] - first, ticket)) {
            return true;
        }
        first = meaning->ends[i];
    }
    return false;
}

/* Whether a comes before b. */
static bool is_before(int sort, const struct ticket *a, const struct ticket *b)
{
    if (abs(sort) == 2 && a->severity != b->severity) {
        return a->severity > b->severity;
    }
    if (sort != 0 && a->updated_ms != b->updated_ms) {
        return (a->updated_ms > b->updated_ms) == (sort > 0);
    }
    return a->number > b->number;
}

static void sort_tickets(int sort, struct ticket *tickets, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j > 0 && is_before(sort, &tickets[j], &tickets[j - 1]); j--) {
            struct ticket other = tickets[j];
            tickets[j] = tickets[j - 1];
            tickets[j - 1] = other;
        }
    }
}

/* --- Refusals and guesses --- */

static enum error answer_request(size_t person, const struct ticket_list *request,
                                 struct ticket_list_reply *ret_reply, struct failure *ret_failure)
{
    struct viewer viewer = desk_viewer(&room.desk, room.people[person]);
    viewer.rows = desk_read(&room.desk);
    struct query query = {.rows = viewer.rows,
                          .viewer = &viewer,
                          .request = request,
                          .method = METHOD_TICKET_LIST,
                          .page_default = 200,
                          .page_bytes = 768 * 1024,
                          .rows_max = 2000,
                          .time_ms = room.desk.now_ms,
                          .work = &room.work};
    memset(ret_reply, 0, sizeof *ret_reply);
    memset(ret_failure, 0, sizeof *ret_failure);
    return query_ticket_list(&query, ret_reply, ret_failure);
}

static enum error answer_to(size_t person, const char *text, struct ticket_list_reply *ret_reply,
                            struct failure *ret_failure)
{
    struct ticket_list request = {.query = text_of(text)};
    present_mark(&request.present, TICKET_LIST_QUERY);
    return answer_request(person, &request, ret_reply, ret_failure);
}

static void is_refused(size_t person, const char *text, enum error expected, const char *sentence)
{
    struct ticket_list_reply reply;
    struct failure failure;
    enum error error = answer_to(person, text, &reply, &failure);
    assert_string_equal(error_name(error), error_name(expected));
    assert_text(failure.field, "query");
    assert_text(failure.message, sentence);
    assert_true(present_has(failure.present, FAILURE_COLUMN));
    desk_read_end(&room.desk);
}

/* Users would find out by trial who has how many tickets, and what is written on them. */
static void users_may_not_ask_for_what_only_staff_see(void **state)
{
    (void)state;
    is_refused(0, "requester:bob", ERROR_FORBIDDEN,
               "At character 11 of the query: only staff choose whose tickets they see");
    is_refused(0, "is:open or -queue:field", ERROR_FORBIDDEN,
               "At character 19 of the query: queues are for staff");
    is_refused(0, "-(tag:vip)", ERROR_FORBIDDEN, "At character 7 of the query: tags are for staff");
}

/* A queue that one may not see is answered as one that is not there, byte for byte. */
static void a_hidden_queue_is_no_queue(void **state)
{
    struct ticket_list_reply reply;
    struct failure failure;
    (void)state;
    is_refused(2, "queue:vault", ERROR_INVALID_FIELD,
               "At character 7 of the query: there is no such queue");
    is_refused(2, "queue:field", ERROR_FORBIDDEN,
               "At character 7 of the query: you may not read this queue");
    is_refused(2, "queue:xxxxx", ERROR_INVALID_FIELD,
               "At character 7 of the query: there is no such queue");
    assert_int_equal(answer_to(3, "queue:field", &reply, &failure), ERROR_NONE);
    desk_read_end(&room.desk);
}

static void names_that_nobody_has_are_told_to_staff(void **state)
{
    struct ticket_list_reply reply;
    struct failure failure;
    (void)state;
    is_refused(2, "is:open owner:smae", ERROR_INVALID_FIELD,
               "At character 15 of the query: there is nobody of this name");
    assert_int_equal(answer_to(0, "owner:smae", &reply, &failure), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 0);
    desk_read_end(&room.desk);
}

/* One box for everything: a word alone that names one of the staff means what they own. */
static void a_name_alone_means_what_they_own(void **state)
{
    struct ticket_list_reply guessed;
    struct ticket_list_reply said;
    struct failure failure;
    (void)state;
    assert_int_equal(answer_to(4, "owner:sam", &said, &failure), ERROR_NONE);
    desk_read_end(&room.desk);
    assert_int_equal(answer_to(4, "sam", &guessed, &failure), ERROR_NONE);
    assert_true(said.tickets.count > 0);
    assert_int_equal(guessed.tickets.count, said.tickets.count);
    desk_read_end(&room.desk);
    assert_int_equal(answer_to(4, "sam x", &guessed, &failure), ERROR_NONE);
    assert_int_equal(guessed.tickets.count, 0);
    desk_read_end(&room.desk);
}

/* A place and a zone are bytes of a stranger: what no page ended with is refused by its field. */
static void a_place_or_zone_that_is_none_is_refused(void **state)
{
    static const uint8_t bytes[] = {1, 2, 3};
    struct ticket_list requests[] = {
        {.query = text_of("sort:updated"), .place = {bytes, sizeof bytes}},
        {.query = text_of("created:today"), .zone = text_of("+25:00")},
    };
    static const char *const fields[] = {"place", "zone"};
    (void)state;
    present_mark(&requests[0].present, TICKET_LIST_PLACE);
    present_mark(&requests[1].present, TICKET_LIST_ZONE);
    for (size_t i = 0; i < 2; i++) {
        struct ticket_list_reply reply;
        struct failure failure;
        present_mark(&requests[i].present, TICKET_LIST_QUERY);
        assert_int_equal(answer_request(0, &requests[i], &reply, &failure), ERROR_INVALID_FIELD);
        assert_text(failure.field, fields[i]);
        desk_read_end(&room.desk);
    }
}

/* --- Both beside one another --- */

/* All pages of the answer; the texts live until the reading ends. */
static size_t ask(struct rows *rows, const struct viewer *viewer, const char *text, uint64_t limit,
                  struct ticket *ret_tickets)
{
    struct ticket_list request = {.limit = limit, .query = text_of(text)};
    struct ticket_list_reply reply;
    size_t count = 0;
    present_mark(&request.present, TICKET_LIST_LIMIT);
    present_mark(&request.present, TICKET_LIST_QUERY);
    do {
        struct failure failure = {0};
        struct query query = {.rows = rows,
                              .viewer = viewer,
                              .request = &request,
                              .method = METHOD_TICKET_LIST,
                              .page_default = 50,
                              .page_bytes = 768 * 1024,
                              .rows_max = 30,
                              .time_ms = room.desk.now_ms,
                              .work = &room.work};
        memset(&reply, 0, sizeof reply);
        if (query_ticket_list(&query, &reply, &failure) != ERROR_NONE) {
            fail_msg("%s: %.*s", text, (int)failure.message.length, failure.message.data);
        }
        const struct ticket *items = reply.tickets.items;
        for (size_t i = 0; i < reply.tickets.count; i++) {
            assert_true(count < TICKETS);
            ret_tickets[count++] = items[i];
        }
        request.cursor = reply.cursor;
        request.place = reply.place;
        request.present &= ~(UINT64_C(1) << TICKET_LIST_CURSOR | UINT64_C(1) << TICKET_LIST_PLACE);
        present_mark(&request.present,
                     reply.place.length > 0 ? TICKET_LIST_PLACE : TICKET_LIST_CURSOR);
    } while (reply.more);
    return count;
}

static void compare(size_t person)
{
    static struct ticket all[TICKETS];
    static struct ticket found[TICKETS];
    struct ticket expected[TICKETS];
    struct meaning meaning;
    size_t expected_count = 0;
    make_query(&meaning, person >= 2);
    struct viewer viewer = desk_viewer(&room.desk, room.people[person]);
    struct rows *rows = desk_read(&room.desk);
    viewer.rows = rows;
    size_t count = ask(rows, &viewer, "", 200, all);
    for (size_t i = 0; i < count; i++) {
        if (fits(&meaning, &all[i])) {
            expected[expected_count++] = all[i];
        }
    }
    sort_tickets(meaning.sort, expected, expected_count);
    size_t found_count = ask(rows, &viewer, meaning.text, 1 + below(20), found);
    for (size_t i = 0; i < found_count || i < expected_count; i++) {
        uint64_t got = i < found_count ? found[i].number : 0;
        uint64_t wanted = i < expected_count ? expected[i].number : 0;
        if (got != wanted) {
            fail_msg("%s asks \"%s\": at %zu stands #%llu, not #%llu", names[person], meaning.text,
                     i, (unsigned long long)got, (unsigned long long)wanted);
        }
    }
    desk_read_end(&room.desk);
    desk_forget(&room.desk);
}

static void queries_answer_what_the_simple_evaluator_does(void **state)
{
    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        compare(below(VIEWERS));
    }
}

/* Sorting looks at everything for each page: it must not hold up the loop for a whole desk, and who
 * asked is told what to do. The last test, for it fills the desk. */
static void more_than_can_be_sorted_is_refused(void **state)
{
    struct ticket_list_reply reply;
    struct failure failure;
    struct ticket_create create = {.title = text_of("One of many"), .problem = text_of("So.")};
    (void)state;
    for (size_t batch = 0; batch < 40; batch++) {
        desk_begin(&room.desk);
        for (size_t i = 0; i < 500; i++) {
            struct command command =
                desk_command(&room.desk, METHOD_TICKET_CREATE, room.people[1], &create);
            assert_verdict(desk_run(&room.desk, &command), ERROR_NONE);
        }
        desk_commit(&room.desk);
        desk_forget(&room.desk);
    }
    assert_int_equal(answer_to(4, "sort:updated", &reply, &failure), ERROR_TOO_MANY);
    assert_text(failure.field, "query");
    assert_non_null(strstr(failure.message.data, "Say more about them"));
    desk_read_end(&room.desk);
    assert_int_equal(answer_to(4, "sort:updated requester:ann", &reply, &failure), ERROR_NONE);
    assert_true(reply.tickets.count > 0);
    desk_read_end(&room.desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users_may_not_ask_for_what_only_staff_see),
        cmocka_unit_test(a_hidden_queue_is_no_queue),
        cmocka_unit_test(names_that_nobody_has_are_told_to_staff),
        cmocka_unit_test(a_name_alone_means_what_they_own),
        cmocka_unit_test(a_place_or_zone_that_is_none_is_refused),
        cmocka_unit_test(queries_answer_what_the_simple_evaluator_does),
        cmocka_unit_test(more_than_can_be_sorted_is_refused),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
