/* The desk held against the model: answers, and everything that anybody can see. A difference ends
 * the test, naming the seed and the step. */
#ifndef TTYDESK_TESTS_SIMULATION_CHECK_H
#define TTYDESK_TESTS_SIMULATION_CHECK_H

#include "tests/core/desk.h"
#include "tests/simulation/wish.h"

struct play {
    uint64_t seed;
    size_t step;
    struct desk desk;
    struct model model;
    struct wisher wisher;
    bool signed_in[ORIGINS_KEPT]; /* before the command, as the model has it */
};

/* Before and after a command: an outcome that does not name the account whose sign-ins have ended
 * would leave its connections open. */
void check_before(struct play *play);
void check_endings(struct play *play, const struct wish *wish, const struct outcome *outcome);

/* The answer of one command, and what hears of it. The desk's transaction may be open. */
void check_answer(struct play *play, const struct wish *wish, const struct outcome *outcome,
                  const struct model_answer *expected);
void check_event(struct play *play);

/* All accounts and settings; all tickets, messages and histories as everybody sees them. */
void check_everything(struct play *play);

#endif
