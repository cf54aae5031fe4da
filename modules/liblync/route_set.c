/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/route_set.h"

#include "liblync/uri.h"

ly_slice_t ly_route_set(const ly_message_t *m, ly_buf_t *memory)
{
	ly_slice_t values[LY_MAX_ROUTES], rest, value;
	size_t start = memory->len;
	int count = 0;

	for(unsigned i = 0;
			ly_has_header(m, LY_H_RECORD_ROUTE) && i < m->header_count; i++) {
		if(m->headers[i].id != LY_H_RECORD_ROUTE)
			continue;
		rest = m->headers[i].value;
		while((value = ly_value_next(&rest)).len && count < LY_MAX_ROUTES)
			values[count++] = value;
	}
	for(int i = 0; i < count; i++) {
		if(i)
			ly_put(memory, LY_LIT(", "));
		ly_put(memory, values[m->request ? i : count - 1 - i]);
	}
	return ly_slice(memory->s + start, memory->len - start);
}
