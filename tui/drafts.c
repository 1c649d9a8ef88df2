/* See drafts.h. A file is a few lines of "name: value", an empty line, and the text:
 *
 *     ttydesk draft 1
 *     what: reply
 *     ticket: 1042
 *     ...
 *
 *     We think it is the access point by the stairwell.
 */
#include "tui/drafts.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/when.h"

#define FIRST_LINE "ttydesk draft 1\n"

enum {
    RARE_SIZE = 256, /* lines of the head that are mostly not there */
    HEAD_SIZE = 512 + RARE_SIZE + TITLE_MAX * 4,
    FILE_SIZE_MAX = HEAD_SIZE + PROBLEM_MAX * 4 + 1,
    COUNT_MAX = 1000, /* files read at start */
};

static const char *const kind_names[DRAFT_KIND_COUNT] = {
    [DRAFT_NEW] = "new",
    [DRAFT_EDIT] = "edit",
    [DRAFT_REPLY] = "reply",
    [DRAFT_NOTE] = "note",
    [DRAFT_OTHER_REPLY] = "other-reply",
    [DRAFT_OTHER_NOTE] = "other-note",
};

static const char *const then_names[DRAFT_THEN_COUNT] = {[THEN_NOTHING] = "nothing",
                                                         [THEN_RESOLVED] = "resolved",
                                                         [THEN_ANSWER] = "answer",
                                                         [THEN_THANKS] = "thanks"};
static const struct choices then_choices = {then_names, DRAFT_THEN_COUNT};

const struct choices draft_choices = {kind_names, DRAFT_KIND_COUNT};

void draft_describe(const struct draft_key *key, char *ret_text, size_t size)
{
    static const char *const patterns[DRAFT_KIND_COUNT] = {
        [DRAFT_NEW] = "new ticket",
        [DRAFT_EDIT] = "changes to",
        [DRAFT_REPLY] = "reply to",
        [DRAFT_NOTE] = "staff note on",
        [DRAFT_OTHER_REPLY] = "other reply to",
        [DRAFT_OTHER_NOTE] = "other note on",
    };

    if (key->kind == DRAFT_NEW) {
        snprintf(ret_text, size, "%s", patterns[key->kind]);
    } else {
        snprintf(ret_text, size, "%s #%" PRIu64, patterns[key->kind], key->number);
    }
}

enum draft_kind draft_other_version(enum draft_kind kind)
{
    return kind == DRAFT_REPLY ? DRAFT_OTHER_REPLY : kind == DRAFT_NOTE ? DRAFT_OTHER_NOTE : kind;
}

enum draft_kind draft_version_of(enum draft_kind kind)
{
    return kind == DRAFT_OTHER_REPLY ? DRAFT_REPLY : kind == DRAFT_OTHER_NOTE ? DRAFT_NOTE : kind;
}

/* --- In memory --- */

static void finish_draft(struct draft *draft)
{
    free((char *)(uintptr_t)draft->queue);
    free((char *)(uintptr_t)draft->requester);
    free((char *)(uintptr_t)draft->title);
    free((char *)(uintptr_t)draft->text);
}

static struct draft *find(const struct drafts *drafts, struct draft_key key)
{
    for (size_t i = 0; i < drafts->count; i++) {
        if (drafts->items[i].key.kind == key.kind && drafts->items[i].key.number == key.number) {
            return &drafts->items[i];
        }
    }
    return NULL;
}

const struct draft *drafts_find(const struct drafts *drafts, struct draft_key key)
{
    return find(drafts, key);
}

static void forget(struct drafts *drafts, struct draft *draft)
{
    size_t index = (size_t)(draft - drafts->items);

    finish_draft(draft);
    drafts->count--;
    memmove(draft, draft + 1, (drafts->count - index) * sizeof *draft);
}

/* Adds a copy at the end; false without memory. */
static bool add(struct drafts *drafts, const struct draft *draft)
{
    struct draft copy = *draft;
    struct draft *items = realloc(drafts->items, (drafts->count + 1) * sizeof *items);

    if (items == NULL) {
        return false;
    }
    drafts->items = items;
    copy.queue = strdup(draft->queue != NULL ? draft->queue : "");
    copy.requester = strdup(draft->requester != NULL ? draft->requester : "");
    copy.title = strdup(draft->title != NULL ? draft->title : "");
    copy.text = strdup(draft->text != NULL ? draft->text : "");
    if (copy.queue == NULL || copy.requester == NULL || copy.title == NULL || copy.text == NULL) {
        finish_draft(&copy);
        return false;
    }
    drafts->items[drafts->count++] = copy;
    return true;
}

void drafts_close(struct drafts *drafts)
{
    for (size_t i = 0; i < drafts->count; i++) {
        finish_draft(&drafts->items[i]);
    }
    free(drafts->items);
    *drafts = (struct drafts){.items = NULL};
}

/* --- Files --- */

static enum error file_path(const struct drafts *drafts, struct draft_key key,
                            char ret_path[PATH_SIZE])
{
    int length = snprintf(ret_path, PATH_SIZE, "%s/%s-%" PRIu64, drafts->directory,
                          kind_names[key.kind], key.number);

    return length < PATH_SIZE ? ERROR_NONE : ERROR_TOO_LARGE;
}

/* The lines that are there only when they say something. */
static void write_rare(const struct draft *draft, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    if (draft->queue[0] != '\0') {
        used += (size_t)snprintf(text, size, "queue: %s\n", draft->queue);
    }
    if (draft->requester[0] != '\0' && used < size) {
        used += (size_t)snprintf(text + used, size - used, "for: %s\n", draft->requester);
    }
    if (draft->then != THEN_NOTHING && used < size) {
        used += (size_t)snprintf(text + used, size - used, "then: %s\n", then_names[draft->then]);
    }
    if (draft->on_desk && used < size) {
        snprintf(text + used, size - used, "desk: yes\n");
    }
}

static enum error write_file(const struct drafts *drafts, const struct draft *draft)
{
    char path[PATH_SIZE];
    char operation[2 * OPERATION_BYTES + 1] = "";
    size_t size = HEAD_SIZE + strlen(draft->text);
    char rare[RARE_SIZE];
    enum error error = file_path(drafts, draft->key, path);
    char *data = error == ERROR_NONE ? malloc(size) : NULL;

    if (data == NULL) {
        return error != ERROR_NONE ? error : ERROR_NO_MEMORY;
    }
    for (size_t i = 0; draft->has_operation && i < OPERATION_BYTES; i++) {
        snprintf(operation + 2 * i, 3, "%02x", draft->operation[i]);
    }
    write_rare(draft, rare, sizeof rare);
    int length = snprintf(
        data, size,
        FIRST_LINE "what: %s\nticket: %" PRIu64 "\nversion: %" PRIu64
                   "\nkind: %s\nstatus: %s\nsaved: %" PRIu64 "\noperation: %s\n%stitle: %s\n\n%s",
        kind_names[draft->key.kind], draft->key.number, draft->version,
        choices_name(&kind_choices, draft->kind), choices_name(&status_choices, draft->status),
        draft->saved_ms, operation, rare, draft->title, draft->text);
    error = path_write(path, data, (size_t)length);
    free(data);
    return error;
}

/* The value of a line of the head, cut out in place; NULL when there is none. */
static char *take_value(char **head, const char *name)
{
    size_t length = strlen(name);
    char *end = strchr(*head, '\n');

    if (end == NULL || strncmp(*head, name, length) != 0 || strncmp(*head + length, ": ", 2) != 0) {
        return NULL;
    }
    char *value = *head + length + 2;
    *end = '\0';
    *head = end + 1;
    return value;
}

static bool take_number(char **head, const char *name, uint64_t *ret_number)
{
    char *value = take_value(head, name);
    char *end = value;

    if (value == NULL || value[0] < '0' || value[0] > '9') {
        return false;
    }
    *ret_number = strtoull(value, &end, 10);
    return *end == '\0';
}

static bool take_choice(char **head, const char *name, const struct choices *choices,
                        uint32_t *ret_value)
{
    char *value = take_value(head, name);

    return value != NULL && choices_find(choices, text_of(value), ret_value);
}

static bool take_operation(char **head, struct draft *draft)
{
    const char *value = take_value(head, "operation");
    size_t length = value != NULL ? strlen(value) : 0;

    if (length == 0) {
        return value != NULL;
    }
    if (strspn(value, "0123456789abcdefABCDEF") != (size_t)OPERATION_BYTES * 2 ||
        value[(size_t)OPERATION_BYTES * 2] != '\0') {
        return false;
    }
    for (size_t i = 0; i < OPERATION_BYTES; i++) {
        const char digits[3] = {value[2 * i], value[2 * i + 1], '\0'};
        draft->operation[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    draft->has_operation = true;
    return true;
}

/* What write_rare has written. */
static bool take_rare(char **head, struct draft *draft)
{
    uint32_t then = THEN_NOTHING;

    draft->queue = take_value(head, "queue");
    draft->requester = take_value(head, "for");
    if (strncmp(*head, "then: ", strlen("then: ")) == 0 &&
        !take_choice(head, "then", &then_choices, &then)) {
        return false;
    }
    draft->then = (enum draft_then)then;
    draft->on_desk = take_value(head, "desk") != NULL;
    return true;
}

/* Reads the head; `data` is cut into pieces that the draft then points to. */
static bool parse(char *data, struct draft *ret_draft)
{
    char *head = data + strlen(FIRST_LINE);
    uint32_t what;
    uint32_t kind;
    uint32_t status;
    struct draft draft = {.version = 0};

    if (strncmp(data, FIRST_LINE, strlen(FIRST_LINE)) != 0 ||
        !take_choice(&head, "what", &draft_choices, &what) ||
        !take_number(&head, "ticket", &draft.key.number) ||
        !take_number(&head, "version", &draft.version) ||
        !take_choice(&head, "kind", &kind_choices, &kind) ||
        !take_choice(&head, "status", &status_choices, &status) ||
        !take_number(&head, "saved", &draft.saved_ms) || !take_operation(&head, &draft)) {
        return false;
    }
    draft.key.kind = (enum draft_kind)what;
    draft.kind = (enum kind)kind;
    draft.status = (enum status)status;
    if (!take_rare(&head, &draft)) {
        return false;
    }
    draft.title = take_value(&head, "title");
    draft.text = head + 1;
    if (draft.title == NULL || head[0] != '\n') {
        return false;
    }
    *ret_draft = draft;
    return true;
}

static void read_file(struct drafts *drafts, const char *name)
{
    char path[PATH_SIZE];
    struct draft draft;
    size_t length;
    char *data = malloc(FILE_SIZE_MAX);
    int written = snprintf(path, sizeof path, "%s/%s", drafts->directory, name);

    /* What is not a draft of ours stays where it is. */
    if (data != NULL && written < (int)sizeof path &&
        path_read(path, true, data, FILE_SIZE_MAX, &length) == ERROR_NONE &&
        strlen(data) == length && parse(data, &draft) && find(drafts, draft.key) == NULL) {
        add(drafts, &draft);
    }
    free(data);
}

static int by_time(const void *left, const void *right)
{
    const struct draft *a = left;
    const struct draft *b = right;

    return (a->saved_ms > b->saved_ms) - (a->saved_ms < b->saved_ms);
}

void drafts_open(struct drafts *drafts, const struct address *address, const char *account)
{
    char name[ADDRESS_FILE_NAME_MAX + USER_NAME_MAX + 16];
    char place[ADDRESS_FILE_NAME_MAX];

    drafts_close(drafts);
    address_file_name(address, place);
    snprintf(name, sizeof name, "drafts/%s/%s", place, account);
    if (path_of(PATH_STATE, name, drafts->directory) != ERROR_NONE) {
        drafts->directory[0] = '\0';
        return;
    }
    DIR *directory = opendir(drafts->directory);
    if (directory == NULL) {
        return;
    }
    struct dirent *entry = readdir(directory);
    while (entry != NULL && drafts->count < COUNT_MAX) {
        if (entry->d_name[0] != '.') {
            read_file(drafts, entry->d_name);
        }
        entry = readdir(directory);
    }
    closedir(directory);
    if (drafts->count > 1) {
        qsort(drafts->items, drafts->count, sizeof *drafts->items, by_time);
    }
}

/* --- Changes --- */

enum error drafts_put(struct drafts *drafts, const struct draft *draft)
{
    struct draft stamped = *draft;

    stamped.saved_ms = when_now_ms();
    if (!add(drafts, &stamped)) {
        return ERROR_NO_MEMORY;
    }
    struct draft *before = find(drafts, draft->key);
    if (before != &drafts->items[drafts->count - 1]) {
        forget(drafts, before);
    }
    return drafts->directory[0] == '\0' ? ERROR_NONE
                                        : write_file(drafts, &drafts->items[drafts->count - 1]);
}

void drafts_drop(struct drafts *drafts, struct draft_key key)
{
    char path[PATH_SIZE];
    struct draft *draft = find(drafts, key);

    if (draft == NULL) {
        return;
    }
    forget(drafts, draft);
    if (drafts->directory[0] != '\0' && file_path(drafts, key, path) == ERROR_NONE) {
        unlink(path);
    }
}
