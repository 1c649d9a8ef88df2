/* Who else is at which ticket, as the desk tells it; only staff are told. Forgotten with the line:
 * nobody would say any more who has gone. */
#include <stdlib.h>
#include <string.h>

#include "tui/model.h"

enum { PEOPLE_MAX = 1000 };

void presence_init(struct model_presence *presence, struct model *model)
{
    *presence = (struct model_presence){.model = model};
}

void presence_forget(struct model_presence *presence)
{
    if (presence->list_request != 0) {
        connection_cancel(presence->model->connection, presence->list_request);
    }
    free(presence->people);
    presence_init(presence, presence->model);
}

static struct model_person *find(const struct model_presence *presence, uint64_t number,
                                 struct text name)
{
    for (size_t i = 0; i < presence->count; i++) {
        struct model_person *person = &presence->people[i];
        if (person->number == number && text_equal(text_of(person->name), name)) {
            return person;
        }
    }
    return NULL;
}

/* NULL when there is no room. */
static struct model_person *add(struct model_presence *presence)
{
    if (presence->count == presence->capacity) {
        size_t capacity = presence->capacity * 2 + 16;
        struct model_person *people =
            capacity <= PEOPLE_MAX ? realloc(presence->people, capacity * sizeof *people) : NULL;
        if (people == NULL) {
            return NULL;
        }
        presence->people = people;
        presence->capacity = capacity;
    }
    return &presence->people[presence->count++];
}

static void take(struct model_presence *presence, const struct presence_seen *seen)
{
    struct model_person *person = find(presence, seen->number, seen->name);

    if (seen->doing == DOING_NOTHING) {
        if (person != NULL) {
            *person = presence->people[--presence->count];
        }
        return;
    }
    if (person == NULL) {
        person = seen->name.length <= USER_NAME_MAX ? add(presence) : NULL;
        if (person == NULL) {
            return;
        }
        *person = (struct model_person){.number = seen->number};
        memcpy(person->name, seen->name.data, seen->name.length);
    }
    person->doing = seen->doing;
}

void presence_take(struct model_presence *presence, const struct presence_seen *seen)
{
    take(presence, seen);
    model_changed(presence->model, MODEL_PRESENCE, true);
}

void presence_take_gone(struct model_presence *presence, uint64_t number)
{
    size_t kept = 0;

    for (size_t i = 0; i < presence->count; i++) {
        if (presence->people[i].number != number) {
            presence->people[kept++] = presence->people[i];
        }
    }
    presence->count = kept;
}

static void on_list(void *context, enum error error, const void *reply,
                    const struct failure *failure)
{
    struct model_presence *presence = context;
    const struct presence_list_reply *list = reply;

    (void)failure; /* a desk that can't say: then nobody is seen */
    presence->list_request = 0;
    if (error == ERROR_NONE) {
        const struct presence_seen *people = list->people.items;
        for (size_t i = 0; i < list->people.count; i++) {
            take(presence, &people[i]);
        }
    }
    model_changed(presence->model, MODEL_PRESENCE, false);
}

void presence_ask(struct model_presence *presence)
{
    struct presence_list request = {.present = 0};

    presence_forget(presence);
    if (model_is_staff(presence->model)) {
        presence->list_request = connection_request(
            presence->model->connection, METHOD_PRESENCE_LIST, &request, on_list, presence);
    }
}

static void on_said(void *context, enum error error, const void *reply,
                    const struct failure *failure)
{
    struct model *model = context;

    (void)error; /* said again soon, if it still matters */
    (void)reply;
    (void)failure;
    model_changed(model, 0, false);
}

void model_presence_say(struct model *model, uint64_t number, enum doing doing)
{
    struct presence_set request = {.number = number, .doing = doing};

    connection_request(model->connection, METHOD_PRESENCE_SET, &request, on_said, model);
}

enum doing model_presence_at(const struct model_presence *presence, uint64_t number)
{
    enum doing most = DOING_NOTHING;

    for (size_t i = 0; i < presence->count; i++) {
        const struct model_person *person = &presence->people[i];
        if (person->number == number && person->doing > most) {
            most = person->doing;
        }
    }
    return most;
}

/* --- In words --- */

enum { NAMED_MAX = 3 };

static void append(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

/* Those who do this; `named` counts those who have been named. */
static void append_people(const struct model_presence *presence, uint64_t number, enum doing doing,
                          struct buffer *buffer, size_t *named)
{
    for (size_t i = 0; i < presence->count; i++) {
        const struct model_person *person = &presence->people[i];
        if (person->number != number || person->doing != doing) {
            continue;
        }
        (*named)++;
        if (*named <= NAMED_MAX) {
            append(buffer, *named > 1 ? ", " : "");
            append(buffer, person->name);
            append(buffer, doing == DOING_REPLYING ? " is replying" : " is reading");
        }
    }
}

void model_presence_words(const struct model_presence *presence, uint64_t number,
                          struct buffer *buffer)
{
    size_t named = 0;

    append_people(presence, number, DOING_REPLYING, buffer, &named);
    append_people(presence, number, DOING_READING, buffer, &named);
    if (named > NAMED_MAX) {
        append(buffer, ", and others");
    }
}
