#include "labels.h"

int main(void) {
    buffer_add(0, "x", 1); // -> src/buffer.c:buffer_add
    label("x"); // -> src/labels.c:label
    grow(0, 1); // -> ?
    twice(1); // -> ?
    hidden(1); // -> ?
    return late(1); // -> src/labels.c:late
}

int late(int number);
