#include <string.h>

#include "buffer.h"

static inline void buffer_put_text(struct buffer *target, const char *text)
{
	buffer_put_data(text, text, strlen(text));
}

static const struct field *value_field(const struct field *map)
{
	const struct message *entry = field_message(map);
	return message_field_by_number(map, 2);
}
