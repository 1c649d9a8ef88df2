#include "proto/require.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void require_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: broken requirement: %s\n", file, line, condition);
    abort();
}
