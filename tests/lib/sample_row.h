/* A row with every type of field that rows can have, for tests of the codec. */
#ifndef TTYDESK_TESTS_LIB_SAMPLE_ROW_H
#define TTYDESK_TESTS_LIB_SAMPLE_ROW_H

#include "proto/fields.h"
#include "proto/messages.h"

struct sample_row {
    uint64_t key;
    bool flag;             /* 1 */
    uint64_t number;       /* 9 */
    enum role role;        /* 3 */
    struct text line;      /* 4 */
    struct text text;      /* 300 */
    struct bytes bytes;    /* 6 */
    struct text_part part; /* 7 */
};

extern const struct table sample_row_table;

bool sample_row_equal(const struct sample_row *a, const struct sample_row *b);

#endif
