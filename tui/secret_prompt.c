#include "tui/secret_prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tui/wipe.h"

/* Byte by byte, so that the next line of the input stays for the next question. */
static enum error read_line(int descriptor, struct secret *secret)
{
    secret->length = 0;
    for (;;) {
        char byte;
        ssize_t got = read(descriptor, &byte, 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0 && secret->length == 0) {
            return ERROR_MISSING_FIELD;
        }
        if (got <= 0 || byte == '\n') {
            return ERROR_NONE;
        }
        if (secret->length == PASSWORD_MAX_BYTES) {
            return ERROR_TOO_LARGE;
        }
        secret->text[secret->length++] = byte;
    }
}

enum error secret_from_input(struct secret *ret_secret)
{
    enum error error = read_line(STDIN_FILENO, ret_secret);
    if (error != ERROR_NONE) {
        secret_wipe(ret_secret);
    }
    return error;
}

static void say(int terminal, const char *text)
{
    ssize_t written = write(terminal, text, strlen(text));
    (void)written; /* a terminal that cannot show the question cannot show a complaint either */
}

enum error secret_from_terminal(const char *question, struct secret *ret_secret)
{
    struct termios saved;
    sigset_t held;
    sigset_t before;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0 || tcgetattr(terminal, &saved) != 0) {
        if (terminal >= 0) {
            close(terminal);
        }
        return ERROR_NOT_SIGNED_IN;
    }
    /* An interrupt while echo is off waits until it is on again. */
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGTSTP);
    sigprocmask(SIG_BLOCK, &held, &before);
    struct termios silent = saved;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    /* In this order: an answer that comes quickly is neither shown nor thrown away. */
    tcsetattr(terminal, TCSAFLUSH, &silent);
    say(terminal, question);
    enum error error = read_line(terminal, ret_secret);
    tcsetattr(terminal, TCSAFLUSH, &saved);
    say(terminal, "\n");
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(terminal);
    if (error == ERROR_NONE && memchr(ret_secret->text, 3, ret_secret->length) != NULL) {
        error = ERROR_MISSING_FIELD; /* Ctrl-C */
    }
    if (error != ERROR_NONE) {
        secret_wipe(ret_secret);
    }
    return error;
}

struct text secret_text(const struct secret *secret)
{
    return (struct text){secret->text, secret->length};
}

void secret_wipe(struct secret *secret)
{
    wipe(secret, sizeof *secret);
}
