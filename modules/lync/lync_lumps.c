/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_lumps.h"

#include "core/data_lump.h"
#include "core/dset.h"
#include "core/mem/mem.h"
#include "lync.h"

#define GROUP_GAP 200 /* bytes: cheaper to copy than a lump */

/*
 * Headers that the core and tm write: they put the own Via before the first, count Max-Forwards down, and set
 * Content-Length.
 */
static bool is_core_header(const ly_header_t *h)
{
	return h->id == LY_H_VIA || h->id == LY_H_MAX_FORWARDS
		   || h->id == LY_H_CONTENT_LENGTH;
}

/* Whether the bytes [from, to) of the message may be written by us: all in headers, none of the core's. */
static bool all_ours(const ly_message_t *m, size_t from, size_t to)
{
	if(to > (size_t)(m->raw.len - m->body.len))
		return false;
	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];
		size_t begin = (size_t)(h->line.s - m->raw.s);

		if(begin >= to)
			break;
		if(begin + h->line.len > from && is_core_header(h))
			return false;
	}
	return true;
}

/*
 * Edits that stand close together become one lump: each lump is three pieces of memory and a place in a list that
 * the core walks. Returns how many of the count edits belong together.
 */
static unsigned group_size(
		const ly_message_t *m, const ly_edit_t *edits, unsigned count)
{
	unsigned n = 1;

	while(n < count) {
		size_t end = edits[n - 1].offset + edits[n - 1].length;
		size_t next = edits[n].offset + edits[n].length;

		if(edits[n].offset - end > GROUP_GAP
				|| !all_ours(m, edits[0].offset, next))
			break;
		n++;
	}
	return n;
}

/* What stands in place of a group of edits, in memory that the lump will own. */
static char *group_text(const ly_message_t *m, const ly_edit_t *edits,
		unsigned count, size_t *len)
{
	size_t at = edits[0].offset, size = 0;
	ly_buf_t text;

	for(unsigned i = 0; i < count; i++) {
		size += edits[i].offset - at + edits[i].text.len;
		at = edits[i].offset + edits[i].length;
	}
	*len = size;
	text = ly_buf(size ? pkg_malloc(size) : NULL, size);
	at = edits[0].offset;
	for(unsigned i = 0; text.s && i < count; i++) {
		ly_put(&text, ly_slice(m->raw.s + at, edits[i].offset - at));
		ly_put(&text, edits[i].text);
		at = edits[i].offset + edits[i].length;
	}
	return text.s;
}

/* A group of edits becomes one lump of the core: what goes, and behind it what comes. */
static int apply_group(struct sip_msg *msg, const ly_message_t *m,
		const ly_edit_t *edits, unsigned count)
{
	size_t from = edits[0].offset, len;
	size_t to = edits[count - 1].offset + edits[count - 1].length;
	char *text = group_text(m, edits, count, &len);
	struct lump *lump;

	if(len && !text)
		return -1;
	lump = to > from ? del_lump(msg, (int)from, (int)(to - from), 0)
					 : anchor_lump(msg, (int)from, 0, 0);
	if(lump && (!text || insert_new_lump_after(lump, text, (int)len, 0)))
		return 0;
	if(text)
		pkg_free(text);
	return -1;
}

static bool in_body(const ly_message_t *m, const ly_edit_t *edit)
{
	return edit->offset >= (size_t)(m->raw.len - m->body.len);
}

int lync_lumps_apply(
		struct sip_msg *msg, const ly_message_t *m, const ly_edits_t *edits)
{
	unsigned i = 0;

	/* The core must know where the body begins to tell its edits from those of headers. */
	if(edits->count && in_body(m, &edits->list[edits->count - 1])
			&& parse_headers(msg, HDR_EOH_F, 0) < 0)
		return -1;
	if(m->request && edits->count
			&& edits->list[0].offset == (size_t)(m->uri.s - m->raw.s)) {
		/* the core writes the request line itself */
		str uri = lync_str(edits->list[0].text);
		if(rewrite_uri(msg, &uri) < 0)
			return -1;
		i = 1;
	}
	while(i < edits->count) {
		unsigned n = group_size(m, &edits->list[i], edits->count - i);
		if(apply_group(msg, m, &edits->list[i], n) < 0)
			return -1;
		i += n;
	}
	return 0;
}
