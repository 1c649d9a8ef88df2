/* ttydesk tag NUMBER +a -b: puts tags on a ticket and takes tags off it. ttydesk tags: all. */
#include <stdio.h>
#include <string.h>

#include "tui/output.h"
#include "tui/verbs/many.h"

static const struct verb_option no_options[] = {{0}};
static const struct verb_option tag_options[] = {MANY_OPTION, {0}};

/* The words that are to be added or taken off, in one line. */
struct words {
    char line[TAGS_MAX + 1];
    size_t length;
};

static bool add_word(struct words *words, const char *word)
{
    size_t length = strlen(word);
    if (words->length + length + 1 > TAGS_MAX) {
        return false;
    }
    if (words->length > 0) {
        words->line[words->length++] = ' ';
    }
    memcpy(words->line + words->length, word, length);
    words->length += length;
    return true;
}

static struct text line_of(const struct words *words)
{
    return (struct text){.data = words->length > 0 ? words->line : NULL, .length = words->length};
}

static enum verb_exit tag_many(struct verb_run *run, struct text add, struct text remove)
{
    struct ticket_bulk request = {.act = add.data != NULL ? BULK_TAG : BULK_UNTAG,
                                  .tags = add.data != NULL ? add : remove};
    present_mark(&request.present, BULK_FIELD_TAGS);
    if (add.data != NULL && remove.data != NULL) {
        return verb_refuse(run, "putting on and taking off are two acts; do one after the other");
    }
    return many_act(run, &request, add.data != NULL ? "Tag" : "Untag", "");
}

static enum verb_exit tag_run(struct verb_run *run)
{
    struct ticket_tag request = {0};
    struct ticket_changed reply;
    struct words add = {.length = 0};
    struct words remove = {.length = 0};
    bool many = many_named(run);
    if (!many && !verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    for (size_t i = 1; run->arguments[i] != NULL; i++) {
        const char *word = run->arguments[i];
        bool off = word[0] == '-';
        if (!add_word(off ? &remove : &add, word + (off || word[0] == '+' ? 1 : 0))) {
            return verb_refuse(run, "these are too many tags at once");
        }
    }
    request.add = line_of(&add);
    request.remove = line_of(&remove);
    if (many) {
        return tag_many(run, request.add, request.remove);
    }
    if (request.add.data != NULL) {
        present_mark(&request.present, TICKET_TAG_ADD);
    }
    if (request.remove.data != NULL) {
        present_mark(&request.present, TICKET_TAG_REMOVE);
    }
    if (!verb_call(run, METHOD_TICKET_TAG, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "tagged");
}

static bool print_page(const struct verb_run *run, const struct list *tags, bool *first)
{
    for (size_t i = 0; i < tags->count; i++) {
        const struct tag *tag = &((const struct tag *)tags->items)[i];
        if (!run->json) {
            output_line(stdout, tag->name);
            fputc('\n', stdout);
        } else if (!output_json_item(stdout, &tag_table, tag, *first)) {
            return false;
        }
        *first = false;
    }
    return true;
}

static enum verb_exit tags_run(struct verb_run *run)
{
    struct tag_list request = {.limit = PAGE_MAX};
    struct tag_list_reply reply;
    bool first = true;
    present_mark(&request.present, TAG_LIST_LIMIT);
    if (run->json) {
        output_json_open(stdout);
    }
    do {
        if (!verb_call(run, METHOD_TAG_LIST, &request, &reply)) {
            return verb_fail(run);
        }
        if (!print_page(run, &reply.tags, &first)) {
            return verb_refuse(run, "out of memory");
        }
        request.cursor = reply.cursor;
        present_mark(&request.present, TAG_LIST_CURSOR);
    } while (reply.more && !ferror(stdout));
    if (run->json) {
        output_json_close(stdout);
    }
    return VERB_DONE;
}

const struct verb verb_tag = {
    .name = "tag",
    .arguments = "NUMBERS +TAG -TAG ...",
    .help = "put tags on tickets or take tags off them (staff)",
    .arguments_min = 2,
    .arguments_max = VERB_ARGUMENTS_MAX,
    .options = tag_options,
    .run = tag_run,
};

const struct verb verb_tags = {
    .name = "tags",
    .arguments = "",
    .help = "list the tags there are (staff)",
    .options = no_options,
    .run = tags_run,
};
