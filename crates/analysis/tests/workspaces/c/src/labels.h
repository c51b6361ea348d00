#include "../include/buffer.h"
void label(const char *text);
