/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/rewrite_length.h"

/* The text composed since start. */
static ly_slice_t composed(const ly_edits_t *e, size_t start)
{
	return ly_slice(e->text.s + start, e->text.len - start);
}

void ly_rewrite_length(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e)
{
	size_t start = e->text.len;

	if(!r->alone || !r->body.s || r->body.len == m->body.len)
		return;
	ly_putf(&e->text, "%zu", r->body.len);
	ly_edit_replace(e, h->value, composed(e, start), "content-length");
}

/* A datagram may be without; on a stream nothing may (RFC 3261 18.3), and the core does not see where a reply goes. */
bool ly_rewrite_lacks_length(const ly_message_t *m, const ly_rewrite_t *r)
{
	return !m->request && r->leg.keys && !ly_has_header(m, LY_H_CONTENT_LENGTH);
}
