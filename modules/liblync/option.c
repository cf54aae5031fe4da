/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/option.h"

#include "liblync/uri.h"

static bool lists(ly_slice_t list, ly_slice_t option)
{
	while(list.len) {
		if(ly_ieq(ly_value_next(&list), option))
			return true;
	}
	return false;
}

bool ly_lists_option(
		const ly_message_t *m, ly_header_id_t id, ly_slice_t option)
{
	for(unsigned i = 0; ly_has_header(m, id) && i < m->header_count; i++) {
		if(m->headers[i].id == id && lists(m->headers[i].value, option))
			return true;
	}
	return false;
}

bool ly_offers_100rel(const ly_message_t *m, bool stripped)
{
	return ly_lists_option(m, LY_H_REQUIRE, LY_100REL)
		   || (!stripped && ly_lists_option(m, LY_H_SUPPORTED, LY_100REL));
}
