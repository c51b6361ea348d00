#include "buffer.h"
#include <string.h>

static void grow(struct buffer *buffer, int length) {
    memset(buffer, 0, length); // -> ?
}

void buffer_add(struct buffer *buffer, const char *text, int length) {
    grow(buffer, length); // -> src/buffer.c:grow
    buffer_least(1, 2); // -> include/buffer.h:buffer_least
}
