/* One logger, several threads: no line is torn, none is lost uncounted. Runs under the thread
 * sanitizer. */
#include "server/logging.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { THREADS = 4, LINES = 300 };

static struct log_time frozen_clock(void)
{
    return (struct log_time){.monotonic_ms = 5000, .wall_ms = 5000};
}

static void *write_lines(void *context)
{
    struct logger *logger = context;
    for (int i = 0; i < LINES; i++) {
        logger_write(logger, LOG_LEVEL_INFO, "192.0.2.1", "beginning and end");
        logger_set_level(logger, LOG_LEVEL_INFO);
        logger_set_limits(logger, 0, 1000);
    }
    return NULL;
}

static void lines_of_several_threads_stay_whole(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    struct logger_settings settings = {.fd = fileno(file),
                                       .level = LOG_LEVEL_INFO,
                                       .priorities = true,
                                       .total_max = 1000,
                                       .clock = frozen_clock};
    struct logger *logger = NULL;
    assert_int_equal(logger_create(&settings, &logger), ERROR_NONE);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, logger), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    logger_destroy(logger);

    rewind(file);
    char line[256];
    int whole = 0;
    int told = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strcmp(line, "<6>info: 192.0.2.1: beginning and end\n") == 0) {
            whole++;
        } else {
            assert_int_equal(sscanf(line, "<4>warning: %d log lines were left out", &told), 1);
        }
    }
    fclose(file);
    assert_int_equal(whole, 1000);
    assert_int_equal(whole + told, THREADS * LINES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_several_threads_stay_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
