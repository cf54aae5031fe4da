/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/refer.h"

#include "liblync/multipart.h"
#include "liblync/token.h"
#include "liblync/uri.h"

static const ly_slice_t dialog_headers[] = {
		LY_LIT("Replaces"), LY_LIT("Join"), LY_LIT("Target-Dialog")};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool is_dialog_header(ly_slice_t name)
{
	for(size_t i = 0; i < COUNT(dialog_headers); i++) {
		if(ly_ieq(name, dialog_headers[i]))
			return true;
	}
	return false;
}

/* The one Refer-To; NULL where there is none, or another. */
static const ly_header_t *only_refer_to(const ly_message_t *m)
{
	const ly_header_t *found = NULL;
	unsigned count = 0;

	for(unsigned i = 0; i < m->header_count; i++) {
		if(m->headers[i].id == LY_H_REFER_TO) {
			found = &m->headers[i];
			count++;
		}
	}
	return count == 1 ? found : NULL;
}

/* Headers of the request that is to be sent: "?Replaces=…&Subject=…". */
static ly_refer_t read_headers(ly_slice_t headers)
{
	ly_slice_t rest = ly_from(headers, 1);

	while(rest.len) {
		size_t end = ly_find(rest, '&');
		ly_slice_t header = ly_slice(rest.s, end);
		ly_slice_t name = ly_slice(header.s, ly_find(header, '='));

		/* a letter of a name need not be escaped: it hides something */
		if(ly_find(name, '%') < name.len)
			return LY_REFER_UNREADABLE;
		if(is_dialog_header(name))
			return LY_REFER_DIALOG;
		rest = ly_from(rest, end + 1);
	}
	return LY_REFER_CALL;
}

ly_refer_t ly_refer_read(const ly_message_t *m)
{
	const ly_header_t *h = only_refer_to(m);
	ly_slice_t rest = h ? h->value : LY_EMPTY, method;
	ly_seal_letters_t letters;
	ly_nameaddr_t na;

	if(!h || !ly_nameaddr_parse(ly_value_next(&rest), &na) || rest.len)
		return LY_REFER_UNREADABLE;
	method = ly_param(na.uri.params, LY_LIT("method"));
	if(method.s && !ly_eq(method, LY_LIT("INVITE")))
		return LY_REFER_OTHER;
	/* a Contact that we gave out in another call */
	if(ly_token_in(&na.uri, &letters).s)
		return LY_REFER_DIALOG;
	return read_headers(na.uri.headers);
}

bool ly_names_dialog(const ly_message_t *m)
{
	for(unsigned i = 0; i < m->header_count; i++) {
		ly_header_id_t id = m->headers[i].id;
		if(id == LY_H_REPLACES || id == LY_H_JOIN)
			return true;
	}
	return false;
}

ly_slice_t ly_refer_progress(const ly_message_t *m)
{
	size_t end = ly_find(m->body, '\n');
	const ly_header_t *type = ly_header(m, LY_H_CONTENT_TYPE);

	if(!type || !ly_type_is(type->value, LY_LIT("message"), LY_LIT("sipfrag"))
			|| !ly_istarts(m->body, LY_LIT("SIP/2.0 ")))
		return LY_EMPTY;
	return ly_slice(m->body.s, end < m->body.len ? end + 1 : end);
}
