/* ttydeskd audit: the journal for people, spreadsheets and programs, whether or not the desk is
 * served. It is read from the store itself, through the same query that admins use over the wire.
 * ttydeskd audit verify: finds what was removed from it or altered. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/text.h"
#include "server/console/console.h"
#include "server/console/print.h"
#include "server/queries.h"
#include "server/store/store.h"

static const char usage[] =
    "Usage: ttydeskd audit [--json | --csv] [--actor NAME] [--ticket NUMBER] [--account NAME]\n"
    "                      [--since DAY] [--until DAY] [--limit NUMBER]\n"
    "       ttydeskd audit verify [--head SEQUENCE:DIGEST] [--scratch FOLDER]\n"
    "\n"
    "Every change of the desk, newest first: who, when, from where, the old and the new value. Long\n"
    "texts are not repeated, and what was erased is blank. May run while the daemon serves.\n"
    "`audit verify` is `verify`: it finds every entry that was removed or altered.\n"
    "\n"
    "  --json          one object on a line for each entry\n"
    "  --csv           one line for each change, with a heading\n"
    "  --actor NAME    only what NAME did, or somebody in their name; \"console\"\n"
    "  --ticket NUMBER only what was done to this ticket\n"
    "  --account NAME  only what was done to this account\n"
    "  --since DAY     from that day on (2026-11-22, UTC) or millisecond\n"
    "  --until DAY     before that day or millisecond\n"
    "  --limit NUMBER  at most so many entries\n";

/* Each page is a snapshot of its own, so that none lasts long. */
enum { ROWS_MAX = 2000, PAGE_BYTES = 4 * 1024 * 1024 };

enum form { FORM_LINES, FORM_JSON, FORM_CSV };

struct listing {
    struct store *store;
    struct admin_audit request;
    enum form form;
    uint64_t left; /* entries that may still be printed */
};

/* --- Printing -------------------------------------------------------------------------------- */

static void print_exact_time(uint64_t time_ms)
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm parts;
    char text[32];
    if (gmtime_r(&seconds, &parts) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts) == 0) {
        (void)printf("%" PRIu64, time_ms);
        return;
    }
    (void)printf("%s.%03uZ", text, (unsigned)(time_ms % 1000));
}

/* Spreadsheets run cells that begin with one of these. */
static void print_csv_cell(struct text text)
{
    struct buffer buffer = {0};
    text_show_append(&buffer, TEXT_SHOW_LINE, text.data, text.length);
    (void)putchar('"');
    if (buffer.length > 0 && strchr("=+-@", buffer.data[0]) != NULL) {
        (void)putchar('\'');
    }
    for (size_t i = 0; i < buffer.length; i++) {
        if (buffer.data[i] == '"') {
            (void)putchar('"');
        }
        (void)putchar(buffer.data[i]);
    }
    (void)putchar('"');
    buffer_finish(&buffer);
}

static struct text method_of(const struct audit_entry *entry)
{
    return text_of(present_has(entry->present, AUDIT_ENTRY_WHAT)
                       ? choices_name(&method_choices, entry->what)
                       : "?");
}

static struct text actor_of(const struct audit_entry *entry)
{
    return entry->actor.length > 0 ? entry->actor : text_of("the desk");
}

static void print_change(const struct audit_change *change)
{
    (void)fputs("    ", stdout);
    print_text(change->row);
    (void)printf(" %" PRIu64, change->id);
    if (present_has(change->present, AUDIT_CHANGE_OTHER)) {
        (void)printf("/%" PRIu64, change->other);
    }
    (void)putchar(' ');
    if (!present_has(change->present, AUDIT_CHANGE_FIELD)) {
        print_text(change->act);
        (void)putchar('\n');
        return;
    }
    print_text(change->field);
    (void)fputs(": ", stdout);
    print_text(change->old_value);
    (void)fputs(" -> ", stdout);
    print_text(change->new_value);
    (void)putchar('\n');
}

static void print_lines(const struct audit_entry *entry)
{
    const struct audit_change *changes = entry->changes.items;
    print_exact_time(entry->time_ms);
    (void)printf(" %" PRIu64 " ", entry->sequence);
    print_text(actor_of(entry));
    if (entry->acting_for.length > 0) {
        (void)fputs(" as ", stdout);
        print_text(entry->acting_for);
    }
    (void)putchar(' ');
    print_text(method_of(entry));
    if (entry->source.length > 0) {
        (void)fputs(" from ", stdout);
        print_text(entry->source);
    }
    (void)fputs(entry->gateway ? " through a gateway\n" : "\n", stdout);
    for (size_t i = 0; i < entry->changes.count; i++) {
        print_change(&changes[i]);
    }
    if (entry->cut) {
        (void)fputs("    and more\n", stdout);
    }
}

static void print_cells(const struct audit_entry *entry)
{
    const struct audit_change *changes = entry->changes.items;
    for (size_t i = 0; i < entry->changes.count; i++) {
        const struct audit_change *change = &changes[i];
        (void)printf("%" PRIu64 ",", entry->sequence);
        print_exact_time(entry->time_ms);
        const struct text before[] = {actor_of(entry), entry->acting_for, entry->source,
                                      method_of(entry), change->row};
        for (size_t k = 0; k < sizeof before / sizeof before[0]; k++) {
            (void)putchar(',');
            print_csv_cell(before[k]);
        }
        (void)printf(",%" PRIu64 ",%" PRIu64, change->id, change->other);
        const struct text after[] = {change->act, change->field, change->old_value,
                                     change->new_value};
        for (size_t k = 0; k < sizeof after / sizeof after[0]; k++) {
            (void)putchar(',');
            print_csv_cell(after[k]);
        }
        (void)putchar('\n');
    }
}

static void print_member(const char *name, struct text text)
{
    if (text.data != NULL) {
        (void)printf(",\"%s\":", name);
        print_json_text(text);
    }
}

static void print_object(const struct audit_entry *entry)
{
    const struct bulk_ticket *tickets = entry->tickets.items;
    const struct audit_change *changes = entry->changes.items;
    (void)printf("{\"sequence\":%" PRIu64 ",\"time\":%" PRIu64, entry->sequence, entry->time_ms);
    print_member("actor", entry->actor);
    print_member("acting_for", entry->acting_for);
    (void)printf(",\"console\":%s,\"gateway\":%s", entry->console ? "true" : "false",
                 entry->gateway ? "true" : "false");
    print_member("source", entry->source);
    print_member("what", method_of(entry));
    (void)fputs(",\"tickets\":[", stdout);
    for (size_t i = 0; i < entry->tickets.count; i++) {
        (void)printf("%s%" PRIu64, i > 0 ? "," : "", tickets[i].number);
    }
    (void)fputs("],\"changes\":[", stdout);
    for (size_t i = 0; i < entry->changes.count; i++) {
        (void)printf("%s{\"id\":%" PRIu64, i > 0 ? "," : "", changes[i].id);
        if (present_has(changes[i].present, AUDIT_CHANGE_OTHER)) {
            (void)printf(",\"other\":%" PRIu64, changes[i].other);
        }
        print_member("row", changes[i].row);
        print_member("act", changes[i].act);
        print_member("field", changes[i].field);
        print_member("old", changes[i].old_value);
        print_member("new", changes[i].new_value);
        (void)putchar('}');
    }
    (void)printf("],\"cut\":%s}\n", entry->cut ? "true" : "false");
}

/* --- Reading --------------------------------------------------------------------------------- */

static enum error ask(struct rows *rows, const struct admin_audit *request,
                      struct admin_audit_reply *ret_reply)
{
    static const struct origin console = {.console = true};
    struct failure failure = {0};
    struct viewer viewer;
    uint64_t work = 0;
    permission_viewer(rows, &console, 0, &viewer);
    const struct query query = {
        .rows = rows,
        .viewer = &viewer,
        .request = request,
        .method = METHOD_ADMIN_AUDIT,
        .page_default = PAGE_MAX,
        .page_bytes = PAGE_BYTES,
        .rows_max = ROWS_MAX,
        .work = &work,
    };
    enum error error = query_admin_audit(&query, ret_reply, &failure);
    return error == ERROR_NONE ? rows_error(rows) : error;
}

static void print_page(struct listing *listing, const struct list *entries)
{
    static void (*const printers[])(const struct audit_entry *entry) = {
        [FORM_LINES] = print_lines, [FORM_JSON] = print_object, [FORM_CSV] = print_cells};
    for (size_t i = 0; i < entries->count && listing->left > 0; i++, listing->left--) {
        printers[listing->form](&((const struct audit_entry *)entries->items)[i]);
    }
}

static enum error list_page(struct listing *listing, bool *ret_more)
{
    struct admin_audit_reply reply = {0};
    struct arena arena;
    struct rows *rows;
    arena_init(&arena, 0);
    enum error error = store_read_begin(listing->store, &arena, &rows);
    if (error == ERROR_NONE) {
        error = ask(rows, &listing->request, &reply);
        store_read_end(rows);
    }
    if (error == ERROR_NONE) {
        print_page(listing, &reply.entries);
        listing->request.cursor = reply.cursor;
        present_mark(&listing->request.present, AUDIT_CURSOR);
    }
    *ret_more = reply.more && listing->left > 0 && ferror(stdout) == 0;
    arena_finish(&arena);
    return error;
}

static int list_all(struct listing *listing)
{
    enum error error = ERROR_NONE;
    bool more = true;
    if (listing->form == FORM_CSV) {
        (void)puts("sequence,time,actor,acting_for,source,method,row,id,other,act,field,old,new");
    }
    while (error == ERROR_NONE && more) {
        error = list_page(listing, &more);
    }
    if (error != ERROR_NONE) {
        return console_fail("The journal could not be read: %s", error_sentence(error));
    }
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        return console_fail("The output could not be written: %s.", strerror(errno));
    }
    return CONSOLE_OK;
}

/* --- The command line ------------------------------------------------------------------------ */

struct given {
    const char *actor;
    const char *ticket;
    const char *account;
    const char *since;
    const char *until;
    const char *limit;
    bool json;
    bool csv;
};

static bool read_number(const char *text, uint64_t *ret_number)
{
    char *end = NULL;
    errno = 0;
    *ret_number = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

/* Days since 1970 of a day of the Gregorian calendar. */
static int64_t days_of(int year, unsigned month, unsigned day)
{
    int64_t from_march = month > 2 ? year : year - 1;
    int64_t era = from_march / 400;
    int64_t year_of_era = from_march - era * 400;
    int64_t month_from_march = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

/* "2026-11-22", or milliseconds. */
static bool read_day(const char *text, uint64_t *ret_ms)
{
    const size_t length = sizeof "2026-11-22" - 1;
    if (strlen(text) != length || text[4] != '-' || text[7] != '-') {
        return read_number(text, ret_ms);
    }
    unsigned long year = strtoul(text, NULL, 10);
    unsigned long month = strtoul(text + 5, NULL, 10);
    unsigned long day = strtoul(text + 8, NULL, 10);
    if (strspn(text, "0123456789-") != length || year < 1970 || month < 1 || month > 12 ||
        day < 1 || day > 31) {
        return false;
    }
    *ret_ms = (uint64_t)days_of((int)year, (unsigned)month, (unsigned)day) * 24 * 60 * 60 * 1000;
    return true;
}

static void take_name(const char *text, unsigned bit, struct text *field, uint64_t *present)
{
    if (text != NULL) {
        *field = text_of(text);
        present_mark(present, bit);
    }
}

/* False: it has been said what is wrong. */
static bool take_given(const struct given *given, struct listing *listing)
{
    struct admin_audit *request = &listing->request;
    const struct {
        const char *text;
        unsigned bit;
        uint64_t *field;
        bool (*read)(const char *text, uint64_t *ret_number);
    } numbers[] = {
        {given->ticket, AUDIT_TICKET, &request->ticket, read_number},
        {given->since, AUDIT_SINCE, &request->since_ms, read_day},
        {given->until, AUDIT_UNTIL, &request->until_ms, read_day},
    };
    take_name(given->actor, AUDIT_ACTOR, &request->actor, &request->present);
    take_name(given->account, AUDIT_ACCOUNT, &request->account, &request->present);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (numbers[i].text == NULL) {
            continue;
        }
        if (!numbers[i].read(numbers[i].text, numbers[i].field)) {
            (void)console_fail("\"%s\" is not a number or a day such as 2026-11-22.",
                               numbers[i].text);
            return false;
        }
        present_mark(&request->present, numbers[i].bit);
    }
    if (given->json && given->csv) {
        (void)console_fail("--json and --csv are two forms; choose one.");
        return false;
    }
    listing->form = given->json ? FORM_JSON : given->csv ? FORM_CSV : FORM_LINES;
    listing->left = UINT64_MAX;
    if (given->limit != NULL && !read_number(given->limit, &listing->left)) {
        (void)console_fail("--limit \"%s\" is not a number.", given->limit);
        return false;
    }
    return true;
}

static int audit(int count, char **arguments)
{
    struct given given = {0};
    const struct console_option options[] = {
        {.name = "json", .flag = &given.json},
        {.name = "csv", .flag = &given.csv},
        {.name = "actor", .value = &given.actor},
        {.name = "ticket", .value = &given.ticket},
        {.name = "account", .value = &given.account},
        {.name = "since", .value = &given.since},
        {.name = "until", .value = &given.until},
        {.name = "limit", .value = &given.limit},
        {0},
    };
    const struct console_line line = {.usage = usage, .options = options};
    struct console_parsed parsed;
    struct config config;
    struct listing listing = {.store = NULL};
    struct store_report report = {0};
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (!take_given(&given, &listing)) {
        return CONSOLE_USAGE;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config)) {
        return CONSOLE_FAILED;
    }
    const struct store_settings settings = {.directory = config.server.data,
                                            .map_bytes = config.storage.map_size_bytes};
    if (store_open(&settings, &listing.store, &report) != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    int status = list_all(&listing);
    store_close(listing.store);
    return status;
}

int console_audit(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "verify") == 0) {
        return console_verify(count - 1, arguments + 1);
    }
    return audit(count, arguments);
}
