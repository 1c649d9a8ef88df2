/* See wipe.h: stores through a volatile pointer are side effects the compiler must keep. */
#include "tui/wipe.h"

void wipe(void *memory, size_t length)
{
    volatile unsigned char *byte = memory;

    while (length > 0) {
        *byte++ = 0;
        length--;
    }
}
