#include "server/console/console.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "server/digest.h"
#include "server/process.h"

enum { OPTIONS_MAX = 16, CODE_CONFIG = 1, CODE_HELP, CODE_FIRST };

int console_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("ttydeskd: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    return CONSOLE_FAILED;
}

/* --- Options ---------------------------------------------------------------------------------- */

static size_t make_options(const struct console_line *line, struct option ret_options[OPTIONS_MAX])
{
    size_t count = 0;
    ret_options[count++] =
        (struct option){.name = "config", .has_arg = required_argument, .val = CODE_CONFIG};
    ret_options[count++] =
        (struct option){.name = "help", .has_arg = no_argument, .val = CODE_HELP};
    const struct console_option *option = line->options;
    for (int i = 0; option != NULL && option[i].name != NULL && count + 1 < OPTIONS_MAX; i++) {
        ret_options[count++] = (struct option){
            .name = option[i].name,
            .has_arg = option[i].value != NULL ? required_argument : no_argument,
            .val = CODE_FIRST + i,
        };
    }
    ret_options[count] = (struct option){0};
    return count;
}

static void take_option(const struct console_line *line, int code, struct console_parsed *parsed)
{
    if (code == CODE_CONFIG) {
        parsed->config_path = optarg;
        parsed->config_given = true;
    } else if (code == CODE_HELP) {
        parsed->done = true;
    } else {
        const struct console_option *option = &line->options[code - CODE_FIRST];
        if (option->value != NULL) {
            *option->value = optarg;
        } else {
            *option->flag = true;
        }
    }
}

bool console_parse(const struct console_line *line, int count, char **arguments,
                   struct console_parsed *ret_parsed)
{
    struct option options[OPTIONS_MAX];
    struct console_parsed parsed = {.config_path = CONSOLE_CONFIG_PATH};
    (void)make_options(line, options);
    optind = 1;
    for (int code; (code = getopt_long(count, arguments, "", options, NULL)) != -1;) {
        if (code == '?') {
            (void)fputs(line->usage, stderr);
            return false;
        }
        take_option(line, code, &parsed);
    }
    parsed.operands = arguments + optind;
    parsed.operand_count = (size_t)(count - optind);
    if (parsed.done) {
        (void)fputs(line->usage, stdout);
    } else if (parsed.operand_count < line->operands_min ||
               parsed.operand_count > line->operands_max) {
        (void)fputs(line->usage, stderr);
        return false;
    }
    *ret_parsed = parsed;
    return true;
}

bool console_config(const struct console_parsed *parsed, struct config *ret_config)
{
    struct problem problem = {0};
    if (!parsed->config_given && access(parsed->config_path, F_OK) != 0 && errno == ENOENT) {
        config_defaults(ret_config);
        return true;
    }
    if (config_load(parsed->config_path, ret_config, &problem) != ERROR_NONE) {
        (void)console_fail("%s", problem.text);
        return false;
    }
    return true;
}

bool console_prepare_folder(const struct config *config)
{
    struct problem problem = {0};
    const char *data = config->server.data;
    const char *user = config->server.user;
    if (geteuid() != 0) {
        return true;
    }
    if (user[0] != '\0') {
        if (mkdir(data, 0700) != 0 && errno != EEXIST) {
            (void)console_fail("%s can't be made: %s.", data, strerror(errno));
            return false;
        }
        if (process_give(data, user, &problem) != ERROR_NONE) {
            (void)console_fail("%s", problem.text);
            return false;
        }
    }
    return access(data, F_OK) != 0 || console_become_owner(config);
}

bool console_become_owner(const struct config *config)
{
    struct problem problem = {0};
    if (process_become_owner(config->server.data, &problem) != ERROR_NONE) {
        (void)console_fail("%s", problem.text);
        return false;
    }
    return true;
}

bool console_host_key_path(const struct config *config, char ret_path[CONFIG_TEXT_BYTES + 16])
{
    int length = snprintf(ret_path, CONFIG_TEXT_BYTES + 16, "%s/host.key", config->server.data);
    return length > 0 && length < CONFIG_TEXT_BYTES + 16;
}

/* --- Passwords -------------------------------------------------------------------------------- */

/* One line without its end, byte by byte: nothing beyond it is taken. */
static int read_line(int fd, struct console_password *password)
{
    password->length = 0;
    for (;;) {
        char byte;
        ssize_t got = read(fd, &byte, 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return console_fail("The password can't be read: %s.", strerror(errno));
        }
        if (got == 0 || byte == '\n') {
            return CONSOLE_OK;
        }
        if (password->length >= PASSWORD_MAX_BYTES) {
            return console_fail("A password has at most 1,024 bytes.");
        }
        password->bytes[password->length++] = byte;
    }
}

static int ask(int terminal, const char *prompt, struct console_password *password)
{
    struct termios before;
    if (tcgetattr(terminal, &before) != 0) {
        return console_fail("The terminal can't be set up: %s.", strerror(errno));
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(terminal, TCSAFLUSH, &silent);
    (void)!write(terminal, prompt, strlen(prompt));
    int status = read_line(terminal, password);
    (void)!write(terminal, "\n", 1);
    (void)tcsetattr(terminal, TCSAFLUSH, &before);
    return status;
}

static int ask_twice(int terminal, struct console_password *ret_password)
{
    struct console_password again = {0};
    int status = ask(terminal, "Password: ", ret_password);
    if (status == CONSOLE_OK) {
        status = ask(terminal, "The same again: ", &again);
    }
    if (status == CONSOLE_OK && (again.length != ret_password->length ||
                                 memcmp(again.bytes, ret_password->bytes, again.length) != 0)) {
        status = console_fail("%s", error_sentence(ERROR_PASSWORD_MISMATCH));
    }
    wipe(&again, sizeof again);
    return status;
}

int console_password(bool from_stdin, struct console_password *ret_password)
{
    if (from_stdin) {
        return read_line(STDIN_FILENO, ret_password);
    }
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) {
        (void)console_fail("There is no terminal to ask for the password; use --password-stdin.");
        return CONSOLE_NO_PASSWORD;
    }
    int status = ask_twice(terminal, ret_password);
    (void)close(terminal);
    return status;
}
