/* Telling the desk what one does: reading the ticket that is open, or replying to it. Said when it
 * changes and renewed while the keyboard is in use; with no ticket open nothing is ever sent. */
#include "tui/screens/screens.h"
#include "tui/stage_parts.h"

enum {
    RENEW_MS = 10000,     /* the desk forgets after 25 s */
    IN_USE_MS = 5 * 60000 /* without a key for so long nobody sits there */
};

static enum doing doing_now(const struct stage *stage, uint64_t *ret_number)
{
    struct screen *composer = stage_find(stage, &screen_composer);
    const struct model_ticket *open = &stage->model->ticket;

    if (stage->now_ms >= stage->key_ms + IN_USE_MS) {
        return DOING_NOTHING;
    }
    if (composer != NULL && composer_replies_to(composer, ret_number)) {
        return DOING_REPLYING;
    }
    if (stage_find(stage, &screen_ticket) != NULL && open->loaded && !open->gone) {
        *ret_number = open->number;
        return DOING_READING;
    }
    return DOING_NOTHING;
}

static void say(struct stage *stage, uint64_t number, enum doing doing)
{
    model_presence_say(stage->model, number, doing);
    stage->presence =
        (struct stage_presence){.number = number, .doing = doing, .said_ms = stage->now_ms};
}

void stage_follow_presence(struct stage *stage)
{
    struct stage_presence *said = &stage->presence;
    uint64_t number = said->number;
    enum doing doing;

    if (!model_is_live(stage->model)) {
        *said = (struct stage_presence){.doing = DOING_NOTHING}; /* the desk knows */
        return;
    }
    doing = doing_now(stage, &number);
    bool changed = doing != said->doing || (doing != DOING_NOTHING && number != said->number);
    if (changed || (doing != DOING_NOTHING && stage->now_ms >= said->said_ms + RENEW_MS)) {
        say(stage, doing == DOING_NOTHING ? said->number : number, doing);
    }
}

bool stage_presence_deadline_ms(const struct stage *stage, uint64_t *ret_deadline_ms)
{
    *ret_deadline_ms = stage->presence.said_ms + RENEW_MS;
    return stage->presence.doing != DOING_NOTHING;
}
