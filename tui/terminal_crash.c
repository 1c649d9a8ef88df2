/* The handlers of a crash. A signal handler can be reached by no pointer, so this file has the one
 * mutable static of the client; it is written before the handlers are installed and after they
 * are removed. */
#include "tui/terminal_crash.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/require.h"

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

#define CRASH_SIGNAL_COUNT (sizeof crash_signals / sizeof crash_signals[0])
#define CRASH_STACK_BYTES  (64 * 1024)

static struct {
    int input;
    int output;
    char restore[CRASH_RESTORE_MAX];
    size_t length;
    struct termios modes;
    struct sigaction before[CRASH_SIGNAL_COUNT];
    stack_t stack;
    stack_t stack_before;
    bool installed;
} crash;

/* Only calls that are safe in a signal handler. */
static void restore_terminal(void)
{
    const char *rest = crash.restore;
    size_t length = crash.length;

    while (length > 0) {
        ssize_t written = write(crash.output, rest, length);
        if (written <= 0) {
            break;
        }
        rest += written;
        length -= (size_t)written;
    }
    /* From the background, setting modes would stop the process instead of letting it die. */
    signal(SIGTTOU, SIG_IGN);
    tcsetattr(crash.input, TCSANOW, &crash.modes);
}

static void on_crash(int number, siginfo_t *information, void *context)
{
    (void)context;
    restore_terminal();
    for (size_t i = 0; i < CRASH_SIGNAL_COUNT; i++) {
        sigaction(crash_signals[i], &crash.before[i], NULL);
    }
    /* A fault happens again when the handler returns, with its address, which a sanitizer's
     * report needs; what was sent by kill or abort does not. */
    if (information == NULL || information->si_code <= 0) {
        raise(number);
    }
}

void crash_install(int input, int output, const char *restore, size_t length,
                   const struct termios *modes)
{
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    require(length <= CRASH_RESTORE_MAX && !crash.installed);
    crash.input = input;
    crash.output = output;
    memcpy(crash.restore, restore, length);
    crash.length = length;
    crash.modes = *modes;
    /* A stack overflow leaves no stack to handle it on. Without memory it is handled on the
     * common one, which serves every other crash. */
    crash.stack = (stack_t){.ss_sp = malloc(CRASH_STACK_BYTES), .ss_size = CRASH_STACK_BYTES};
    if (crash.stack.ss_sp != NULL) {
        sigaltstack(&crash.stack, &crash.stack_before);
    }
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < CRASH_SIGNAL_COUNT; i++) {
        sigaction(crash_signals[i], &action, &crash.before[i]);
    }
    crash.installed = true;
}

void crash_remove(void)
{
    if (!crash.installed) {
        return;
    }
    for (size_t i = 0; i < CRASH_SIGNAL_COUNT; i++) {
        sigaction(crash_signals[i], &crash.before[i], NULL);
    }
    if (crash.stack.ss_sp != NULL) {
        sigaltstack(&crash.stack_before, NULL);
        free(crash.stack.ss_sp);
        crash.stack.ss_sp = NULL;
    }
    crash.installed = false;
}
