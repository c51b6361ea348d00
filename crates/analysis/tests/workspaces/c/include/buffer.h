#ifndef BUFFER_H
#define BUFFER_H
struct buffer;
void buffer_add(struct buffer *buffer, const char *text, int length);
void twice(int number);
static inline int buffer_least(int one, int other) { return one < other ? one : other; }
#endif
