/* The tickets that the person has marked, by number: a mark holds whatever becomes of the rows of
 * the list, until the person takes it away or the ticket is to be seen no more. */
#include <stdlib.h>
#include <string.h>

#include "tui/model.h"

void marks_forget(struct model_marks *marks)
{
    free(marks->numbers);
    *marks = (struct model_marks){.numbers = NULL};
}

/* False when it has no mark; then `ret_index` is where it would stand. */
static bool find(const struct model_marks *marks, uint64_t number, size_t *ret_index)
{
    size_t low = 0;
    size_t high = marks->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (marks->numbers[middle] > number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *ret_index = low;
    return low < marks->count && marks->numbers[low] == number;
}

bool model_is_marked(const struct model *model, uint64_t number)
{
    size_t index;

    return find(&model->marks, number, &index);
}

static bool grow(struct model_marks *marks)
{
    if (marks->count < marks->capacity) {
        return true;
    }
    size_t capacity = marks->capacity * 2 + 32;
    uint64_t *numbers = realloc(marks->numbers, capacity * sizeof *numbers);
    if (numbers == NULL) {
        return false;
    }
    marks->numbers = numbers;
    marks->capacity = capacity;
    return true;
}

bool model_mark(struct model *model, uint64_t number)
{
    struct model_marks *marks = &model->marks;
    size_t index;

    if (find(marks, number, &index)) {
        return true;
    }
    if (marks->count == MODEL_MARKS_MAX || !grow(marks)) {
        return false;
    }
    memmove(marks->numbers + index + 1, marks->numbers + index,
            (marks->count - index) * sizeof *marks->numbers);
    marks->numbers[index] = number;
    marks->count++;
    return true;
}

bool model_unmark(struct model *model, uint64_t number)
{
    struct model_marks *marks = &model->marks;
    size_t index;

    if (!find(marks, number, &index)) {
        return false;
    }
    marks->count--;
    memmove(marks->numbers + index, marks->numbers + index + 1,
            (marks->count - index) * sizeof *marks->numbers);
    return true;
}

void model_unmark_all(struct model *model)
{
    model->marks.count = 0;
}

size_t model_take_lost_marks(struct model *model, uint64_t *ret_number)
{
    size_t count = model->marks.lost_count;

    *ret_number = model->marks.lost;
    model->marks.lost_count = 0;
    return count;
}

bool marks_take_gone(struct model *model, uint64_t number)
{
    if (!model_unmark(model, number)) {
        return false;
    }
    model->marks.lost = number;
    model->marks.lost_count++;
    return true;
}

/* What the desk has listed anew is all there is down to its last row. */
void marks_follow_list(struct model *model, bool is_whole)
{
    const struct model_tickets *tickets = &model->tickets;
    struct model_marks *marks = &model->marks;
    uint64_t lowest =
        is_whole || tickets->count == 0 ? 0 : tickets->rows[tickets->count - 1].ticket.number;
    size_t index;

    if (tickets->filter[0] != '\0' || (!is_whole && tickets->count == 0)) {
        return;
    }
    for (size_t i = marks->count; i > 0; i--) {
        uint64_t number = marks->numbers[i - 1];
        if (number >= lowest && !model_tickets_find(tickets, number, &index)) {
            (void)marks_take_gone(model, number);
        }
    }
}
