/* The log: what a hostile peer sends can neither forge a line, nor drive a terminal, nor fill a
 * disk. */
#include "server/logging.h"

#include <fcntl.h>
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
#include <jansson.h>

#define OUTPUT_BYTES 65536

/* The clock of all tests here; they set it. */
static struct log_time now;

static struct log_time test_clock(void)
{
    return now;
}

struct capture {
    int fd; /* of an unlinked file */
    struct logger *logger;
    char text[OUTPUT_BYTES];
};

static struct capture *capture_start(const struct logger_settings *settings)
{
    struct capture *capture = calloc(1, sizeof *capture);
    assert_non_null(capture);
    char path[] = "/tmp/ttydesk-log-XXXXXX";
    capture->fd = mkstemp(path);
    assert_true(capture->fd >= 0);
    unlink(path);
    struct logger_settings with_file = *settings;
    with_file.fd = capture->fd;
    with_file.clock = test_clock;
    now = (struct log_time){.monotonic_ms = 5000, .wall_ms = UINT64_C(1767323045678)};
    assert_int_equal(logger_create(&with_file, &capture->logger), ERROR_NONE);
    return capture;
}

/* What was written since the last call. */
static const char *capture_take(struct capture *capture)
{
    off_t end = lseek(capture->fd, 0, SEEK_CUR);
    assert_true(end >= 0 && end < OUTPUT_BYTES);
    ssize_t length = pread(capture->fd, capture->text, sizeof capture->text - 1, 0);
    assert_int_equal(length, end);
    capture->text[length] = '\0';
    assert_int_equal(ftruncate(capture->fd, 0), 0);
    assert_int_equal(lseek(capture->fd, 0, SEEK_SET), 0);
    return capture->text;
}

static void capture_end(struct capture *capture)
{
    logger_destroy(capture->logger);
    close(capture->fd);
    free(capture);
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == '\n';
    }
    return count;
}

static void a_text_line_has_time_level_source_and_message(void **state)
{
    (void)state;
    struct capture *capture = capture_start(&(struct logger_settings){.level = LOG_LEVEL_INFO});
    logger_write(capture->logger, LOG_LEVEL_INFO, NULL, "listening on %s", "localhost:7413");
    logger_write(capture->logger, LOG_LEVEL_WARNING, "192.0.2.1", "closed");
    assert_string_equal(capture_take(capture),
                        "2026-01-02T03:04:05.678Z info: listening on localhost:7413\n"
                        "2026-01-02T03:04:05.678Z warning: 192.0.2.1: closed\n");
    capture_end(capture);
}

/* The journal keeps the level from the prefix and has a stamp of its own. */
static void lines_for_the_journal_begin_with_their_priority(void **state)
{
    (void)state;
    struct capture *capture =
        capture_start(&(struct logger_settings){.level = LOG_LEVEL_DEBUG, .priorities = true});
    logger_write(capture->logger, LOG_LEVEL_ERROR, NULL, "a");
    logger_write(capture->logger, LOG_LEVEL_WARNING, NULL, "b");
    logger_write(capture->logger, LOG_LEVEL_INFO, NULL, "c");
    logger_write(capture->logger, LOG_LEVEL_DEBUG, NULL, "d");
    assert_string_equal(capture_take(capture),
                        "<3>error: a\n<4>warning: b\n<6>info: c\n<7>debug: d\n");
    capture_end(capture);
}

static void lines_below_the_level_are_not_written(void **state)
{
    (void)state;
    struct capture *capture =
        capture_start(&(struct logger_settings){.level = LOG_LEVEL_WARNING, .priorities = true});
    logger_write(capture->logger, LOG_LEVEL_INFO, NULL, "no");
    logger_write(capture->logger, LOG_LEVEL_WARNING, NULL, "yes");
    logger_set_level(capture->logger, LOG_LEVEL_DEBUG);
    logger_write(capture->logger, LOG_LEVEL_DEBUG, NULL, "now");
    assert_string_equal(capture_take(capture), "<4>warning: yes\n<7>debug: now\n");
    capture_end(capture);
}

/* A line feed in a name would forge a line, an escape would run in the terminal that reads it. */
static void no_byte_but_printable_ascii_reaches_the_log(void **state)
{
    (void)state;
    struct capture *capture =
        capture_start(&(struct logger_settings){.level = LOG_LEVEL_INFO, .priorities = true});
    logger_write(capture->logger, LOG_LEVEL_INFO, "a\nb", "\x1b]0;x\x07 \\ \xc2\x9b \x7f\r\"");
    assert_string_equal(capture_take(capture),
                        "<6>info: a\\x0ab: \\x1b]0;x\\x07 \\\\ \\xc2\\x9b \\x7f\\x0d\"\n");
    for (int byte = 1; byte < 256; byte++) {
        logger_write(capture->logger, LOG_LEVEL_INFO, NULL, "%c", byte);
    }
    const char *text = capture_take(capture);
    for (const char *cursor = text; *cursor != '\0'; cursor++) {
        assert_true(*cursor == '\n' || (*cursor >= ' ' && *cursor <= '~'));
    }
    assert_int_equal(count_lines(text), 255);
    capture_end(capture);
}

static void every_json_line_is_one_json_object(void **state)
{
    (void)state;
    struct capture *capture = capture_start(
        &(struct logger_settings){.level = LOG_LEVEL_INFO, .format = LOG_FORMAT_JSON});
    logger_write(capture->logger, LOG_LEVEL_WARNING, "::1", "a \"quoted\" \\ \n word");
    const char *text = capture_take(capture);
    assert_int_equal(count_lines(text), 1);
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "time")),
                        "2026-01-02T03:04:05.678Z");
    assert_string_equal(json_string_value(json_object_get(line, "level")), "warning");
    assert_string_equal(json_string_value(json_object_get(line, "source")), "::1");
    assert_string_equal(json_string_value(json_object_get(line, "message")),
                        "a \"quoted\" \\\\ \\x0a word");
    json_decref(line);
    capture_end(capture);
}

/* The longest of everything has to fit the line's buffer. */
static void long_messages_are_cut(void **state)
{
    (void)state;
    struct capture *capture = capture_start(&(struct logger_settings){
        .level = LOG_LEVEL_INFO, .format = LOG_FORMAT_JSON, .priorities = true});
    char message[3 * LOG_MESSAGE_BYTES];
    memset(message, 0xff, sizeof message - 1);
    message[sizeof message - 1] = '\0';
    logger_write(capture->logger, LOG_LEVEL_WARNING, message, "%s", message);
    const char *text = capture_take(capture);
    assert_int_equal(count_lines(text), 1);
    json_t *line = json_loads(text + 3, 0, NULL);
    assert_non_null(line);
    assert_int_equal(json_string_length(json_object_get(line, "message")),
                     (LOG_MESSAGE_BYTES - 1) * 4);
    json_decref(line);
    capture_end(capture);
}

/* One noisy peer neither fills the disk nor hides the others. */
static void a_source_over_its_rate_is_counted_and_not_written(void **state)
{
    (void)state;
    struct capture *capture = capture_start(&(struct logger_settings){
        .level = LOG_LEVEL_INFO, .priorities = true, .source_max = 10, .total_max = 200});
    for (int i = 0; i < 50; i++) {
        logger_write(capture->logger, LOG_LEVEL_INFO, "192.0.2.1", "noise");
    }
    assert_int_equal(count_lines(capture_take(capture)), 10);
    logger_write(capture->logger, LOG_LEVEL_INFO, "192.0.2.2", "somebody else");
    assert_string_equal(capture_take(capture), "<4>warning: 40 log lines were left out\n"
                                               "<6>info: 192.0.2.2: somebody else\n");
    now.monotonic_ms += 1000;
    logger_write(capture->logger, LOG_LEVEL_INFO, "192.0.2.1", "again");
    assert_string_equal(capture_take(capture), "<6>info: 192.0.2.1: again\n");
    capture_end(capture);
}

static void all_sources_together_have_a_limit(void **state)
{
    (void)state;
    struct capture *capture = capture_start(&(struct logger_settings){
        .level = LOG_LEVEL_INFO, .priorities = true, .source_max = 10, .total_max = 200});
    for (int i = 0; i < 1000; i++) {
        char source[32];
        snprintf(source, sizeof source, "source %d", i);
        logger_write(capture->logger, LOG_LEVEL_INFO, source, "noise");
    }
    assert_int_equal(count_lines(capture_take(capture)), 200);
    logger_write(capture->logger, LOG_LEVEL_INFO, NULL, "left out as well");
    assert_string_equal(capture_take(capture), "");
    /* The daemon's own errors are never the price of somebody else's noise. */
    logger_write(capture->logger, LOG_LEVEL_ERROR, NULL, "the disk is full");
    assert_string_equal(capture_take(capture), "<4>warning: 801 log lines were left out\n"
                                               "<3>error: the disk is full\n");
    capture_end(capture);
}

static void limits_of_zero_are_no_limits(void **state)
{
    (void)state;
    struct capture *capture =
        capture_start(&(struct logger_settings){.level = LOG_LEVEL_INFO, .source_max = 1});
    logger_set_limits(capture->logger, 0, 0);
    for (int i = 0; i < 500; i++) {
        logger_write(capture->logger, LOG_LEVEL_INFO, "192.0.2.1", "line");
    }
    assert_int_equal(count_lines(capture_take(capture)), 500);
    capture_end(capture);
}

static void what_was_left_out_is_told_at_the_end(void **state)
{
    (void)state;
    struct capture *capture = capture_start(
        &(struct logger_settings){.level = LOG_LEVEL_INFO, .priorities = true, .total_max = 1});
    logger_write(capture->logger, LOG_LEVEL_INFO, NULL, "one");
    logger_write(capture->logger, LOG_LEVEL_INFO, NULL, "two");
    logger_destroy(capture->logger);
    capture->logger = NULL;
    assert_string_equal(capture_take(capture),
                        "<6>info: one\n<4>warning: 1 log lines were left out\n");
    capture_end(capture);
}

static void the_journal_is_known_by_device_and_inode(void **state)
{
    (void)state;
    int fd = open("/dev/null", O_RDONLY);
    assert_true(fd >= 0);
    struct stat status;
    assert_int_equal(fstat(fd, &status), 0);
    char text[64];
    snprintf(text, sizeof text, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    assert_true(logging_is_journal(fd, text));
    strcat(text, "1");
    assert_false(logging_is_journal(fd, text));
    assert_false(logging_is_journal(fd, NULL));
    assert_false(logging_is_journal(fd, ""));
    close(fd);
    assert_false(logging_is_journal(fd, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_line_has_time_level_source_and_message),
        cmocka_unit_test(lines_for_the_journal_begin_with_their_priority),
        cmocka_unit_test(lines_below_the_level_are_not_written),
        cmocka_unit_test(no_byte_but_printable_ascii_reaches_the_log),
        cmocka_unit_test(every_json_line_is_one_json_object),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(a_source_over_its_rate_is_counted_and_not_written),
        cmocka_unit_test(all_sources_together_have_a_limit),
        cmocka_unit_test(limits_of_zero_are_no_limits),
        cmocka_unit_test(what_was_left_out_is_told_at_the_end),
        cmocka_unit_test(the_journal_is_known_by_device_and_inode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
