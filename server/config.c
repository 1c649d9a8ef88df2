/* Reading, printing and replacing the configuration. inih scans the text (its only user); it tells
 * a handler no line numbers, so the reader that hands it one line at a time counts them. */
#include "server/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "proto/require.h"
#include "server/config_values.h"

enum {
    /* inih works in 200 bytes a line, with the line feed and the closing zero. */
    LINE_BYTES_MAX = 198,
    SUGGESTION_KEYS_MAX = 10,
};

struct parse {
    const char *name;
    const char *text;
    size_t length;
    size_t offset;
    unsigned line;                         /* the one that inih has in hand, from 1 */
    unsigned set_on_line[CONFIG_KEYS_MAX]; /* 0: not set yet */
    struct config config;
    struct problem problem; /* the first one; ends the parse */
    unsigned problem_line;
};

static bool has_problem(const struct parse *parse)
{
    return parse->problem.text[0] != '\0';
}

static const char *line_fault(const char *line, size_t length)
{
    if (length > LINE_BYTES_MAX) {
        return "the line is longer than 198 bytes";
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)line[i];
        if ((byte < ' ' && byte != '\t' && !(byte == '\r' && i + 1 == length)) || byte == 0x7f) {
            return "the line contains a control character";
        }
    }
    return NULL;
}

/* One line for inih, as fgets would give it. Leading blanks go: inih would take the line for a
 * continuation of the one before and set the same key twice. */
static char *next_line(char *line, int size, void *stream)
{
    struct parse *parse = stream;
    if (parse->offset >= parse->length || has_problem(parse)) {
        return NULL;
    }
    const char *start = parse->text + parse->offset;
    const char *feed = memchr(start, '\n', parse->length - parse->offset);
    size_t length = feed != NULL ? (size_t)(feed - start) : parse->length - parse->offset;
    parse->offset += length + (feed != NULL ? 1 : 0);
    parse->line++;
    while (length > 0 && (*start == ' ' || *start == '\t')) {
        start++;
        length--;
    }
    const char *fault = line_fault(start, length);
    if (fault == NULL && length + 2 > (size_t)size) {
        fault = "the line is too long";
    }
    if (fault != NULL) {
        parse->problem_line = parse->line;
        problem_set(&parse->problem, "%s:%u: %s", parse->name, parse->line, fault);
        return NULL;
    }
    memcpy(line, start, length);
    line[length] = '\n';
    line[length + 1] = '\0';
    return line;
}

static const struct config_key *key_find(const char *section, const char *name)
{
    size_t count = 0;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0) {
            return &keys[i];
        }
    }
    return NULL;
}

static void append(char *text, size_t size, const char *word)
{
    size_t used = strlen(text);
    if (used < size) {
        snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ", ", word);
    }
}

/* Names what would have been known: the sections, or the section's keys when they are few. */
static void report_unknown(struct parse *parse, const char *section, const char *name)
{
    size_t count = 0;
    const struct config_key *keys = config_keys(&count);
    char sections[CONFIG_TEXT_BYTES] = "";
    char names[CONFIG_TEXT_BYTES] = "";
    size_t names_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(keys[i].section, keys[i - 1].section) != 0) {
            append(sections, sizeof sections, keys[i].section);
        }
        if (strcmp(keys[i].section, section) == 0) {
            append(names, sizeof names, keys[i].name);
            names_count++;
        }
    }
    if (section[0] == '\0') {
        problem_set(&parse->problem, "%s:%u: \"%s\" stands before any section; there are: %s",
                    parse->name, parse->line, name, sections);
    } else if (names_count == 0) {
        problem_set(&parse->problem, "%s:%u: unknown section [%s]; there are: %s", parse->name,
                    parse->line, section, sections);
    } else {
        problem_set(&parse->problem, "%s:%u: unknown key \"%s\" in [%s]; %s", parse->name,
                    parse->line, name, section,
                    names_count <= SUGGESTION_KEYS_MAX
                        ? names
                        : "\"ttydeskd serve --dump-config\" lists the keys");
    }
}

static int on_value(void *user, const char *section, const char *name, const char *value)
{
    struct parse *parse = user;
    if (has_problem(parse)) {
        return 0;
    }
    parse->problem_line = parse->line;
    const struct config_key *key = key_find(section, name);
    if (key == NULL) {
        report_unknown(parse, section, name);
        return 0;
    }
    size_t count = 0;
    size_t index = (size_t)(key - config_keys(&count));
    if (parse->set_on_line[index] != 0) {
        problem_set(&parse->problem, "%s:%u: %s.%s was set on line %u already", parse->name,
                    parse->line, section, name, parse->set_on_line[index]);
        return 0;
    }
    parse->set_on_line[index] = parse->line;
    if (strchr(value, ';') != NULL || !config_value_parse(key, value, &parse->config)) {
        char allowed[CONFIG_TEXT_BYTES];
        config_value_describe(key, allowed);
        problem_set(&parse->problem, "%s:%u: %s.%s can't be \"%s\": it has to be %s", parse->name,
                    parse->line, section, name, value, allowed);
        return 0;
    }
    return 1;
}

/* Pairs where the first may not be more than the second. */
struct order {
    const char *low_name;
    const char *high_name;
    size_t low;
    size_t high;
};

#define LIMIT(member) offsetof(struct config, limits.member)

static const struct order orders[] = {
    {"unauthenticated_drop_from", "unauthenticated_max", LIMIT(unauthenticated_drop_from),
     LIMIT(unauthenticated_max)},
    {"unauthenticated_max", "connections_max", LIMIT(unauthenticated_max), LIMIT(connections_max)},
    {"handshake_timeout", "login_grace", LIMIT(handshake_timeout_ms), LIMIT(login_grace_ms)},
    {"request_before_login", "request", LIMIT(request_before_login_bytes), LIMIT(request_bytes)},
    {"output_soft", "output_hard", LIMIT(output_soft_bytes), LIMIT(output_hard_bytes)},
    {"reply", "output_hard", LIMIT(reply_bytes), LIMIT(output_hard_bytes)},
};

static uint64_t number_at(const struct config *config, size_t offset)
{
    uint64_t value = 0;
    memcpy(&value, (const char *)config + offset, sizeof value);
    return value;
}

static void check_orders(struct parse *parse)
{
    for (size_t i = 0; i < sizeof orders / sizeof orders[0] && !has_problem(parse); i++) {
        const struct order *order = &orders[i];
        if (number_at(&parse->config, order->low) > number_at(&parse->config, order->high)) {
            problem_set(&parse->problem, "%s: limits.%s may not be more than limits.%s",
                        parse->name, order->low_name, order->high_name);
        }
    }
}

void config_defaults(struct config *ret_config)
{
    memset(ret_config, 0, sizeof *ret_config);
    size_t count = 0;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        bool allowed = config_value_parse(&keys[i], keys[i].default_text, ret_config);
        require(allowed);
    }
}

enum error config_parse(const char *name, const char *text, size_t length,
                        struct config *ret_config, struct problem *ret_problem)
{
    struct parse parse = {.name = name, .text = text, .length = length};
    config_defaults(&parse.config);
    int line = ini_parse_stream(next_line, &parse, on_value, &parse);
    /* inih goes on behind a line it can't read, so that the problem may be a later one. */
    if (line > 0 && (!has_problem(&parse) || (unsigned)line < parse.problem_line)) {
        problem_set(&parse.problem, "%s:%d: neither [section] nor key = value nor a # comment",
                    name, line);
    }
    check_orders(&parse);
    if (has_problem(&parse)) {
        *ret_problem = parse.problem;
        return ERROR_INVALID_FIELD;
    }
    require(line == 0);
    *ret_config = parse.config;
    return ERROR_NONE;
}

/* Reads the whole file; -1 with errno on failure, EFBIG when it is longer than `size`. */
static ssize_t file_read(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return -1;
    }
    size_t used = 0;
    ssize_t result = -1;
    struct stat status;
    if (fstat(fd, &status) != 0) {
        goto out;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
        goto out;
    }
    while (used < size) {
        ssize_t got = read(fd, text + used, size - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            goto out;
        }
        if (got == 0) {
            result = (ssize_t)used;
            goto out;
        }
        used += (size_t)got;
    }
    errno = EFBIG;
out:;
    int saved = errno;
    close(fd);
    errno = saved;
    return result;
}

enum error config_load(const char *path, struct config *ret_config, struct problem *ret_problem)
{
    char text[CONFIG_FILE_BYTES_MAX + 1];
    ssize_t length = file_read(path, text, sizeof text);
    if (length < 0) {
        problem_set(ret_problem, "%s: can't be read: %s", path, strerror(errno));
        return ERROR_SYSTEM;
    }
    return config_parse(path, text, (size_t)length, ret_config, ret_problem);
}

enum error config_dump(const struct config *config, FILE *stream)
{
    size_t count = 0;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(keys[i].section, keys[i - 1].section) != 0) {
            fprintf(stream, "%s[%s]\n", i == 0 ? "" : "\n", keys[i].section);
        }
        char value[CONFIG_VALUE_BYTES_MAX];
        config_format(config, &keys[i], value);
        fprintf(stream, "%s =%s%s\n", keys[i].name, value[0] != '\0' ? " " : "", value);
    }
    return fflush(stream) == 0 && ferror(stream) == 0 ? ERROR_NONE : ERROR_SYSTEM;
}

void config_reload(struct config *running, const struct config *fresh,
                   struct config_changes *ret_changes)
{
    *ret_changes = (struct config_changes){0};
    size_t count = 0;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        char before[CONFIG_VALUE_BYTES_MAX];
        char after[CONFIG_VALUE_BYTES_MAX];
        config_format(running, &keys[i], before);
        config_format(fresh, &keys[i], after);
        if (strcmp(before, after) == 0) {
            continue;
        }
        if (keys[i].while_running) {
            bool allowed = config_value_parse(&keys[i], after, running);
            require(allowed);
            ret_changes->applied[ret_changes->applied_count++] = &keys[i];
        } else {
            ret_changes->restart[ret_changes->restart_count++] = &keys[i];
        }
    }
}
