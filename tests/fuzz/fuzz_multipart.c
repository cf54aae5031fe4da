/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a multipart body: the first line is its Content-Type. Parts lie in the body and beside each other, and
 * what goes out with a new SDP is a multipart body with that SDP and no other.
 */
#include "fuzz.h"

#include "liblync/multipart.h"

#define NEW LY_LIT("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n")

static void check_part(const ly_multipart_t *m, const ly_part_t *part,
		ly_slice_t body, const char **end)
{
	const ly_slice_t values[] = {part->type, part->disposition, part->id,
			part->transfer_encoding, part->encoding, part->length};
	const ly_part_t *holder = part->in < 0 ? NULL : &m->parts[part->in];

	must(!holder || (holder < part && holder->in < 0),
			"one level, behind the part that holds it");
	must(within(part->whole, holder ? holder->body : body),
			"a part lies in what holds it");
	must(part->whole.s >= *end, "parts do not overlap");
	*end = part->whole.s + part->whole.len;
	must(part->headers.s == part->whole.s
					&& part->headers.s + part->headers.len == part->body.s
					&& part->body.s + part->body.len == *end,
			"a part is its headers and its body");
	for(size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		must(within(values[i], part->headers), "values lie in the headers");
}

static void check_parts(const ly_multipart_t *m, ly_slice_t body)
{
	const char *end = body.s;

	must(m->count > 0 && m->count <= LY_MAX_PARTS, "a number of parts");
	for(unsigned i = 0; i < m->count; i++) {
		/* those of each nested one begin anew */
		if(i && m->parts[i].in != m->parts[i - 1].in)
			end = m->parts[m->parts[i].in].body.s;
		check_part(m, &m->parts[i], body, &end);
	}
}

/* The parts of the result beside its SDP are those that may pass, byte for byte and in their order. */
static void check_others(const ly_multipart_t *before,
		const ly_multipart_t *after, const ly_part_t *sdp)
{
	unsigned n = 0;

	for(unsigned i = 0; i < after->count; i++) {
		const ly_part_t *part = &after->parts[i];

		must(part->in < 0, "nothing nested passes");
		if(part == sdp)
			continue;
		must(ly_part_may_pass(part), "what passes may pass");
		while(n < before->count
				&& (before->parts[n].in >= 0
						|| !ly_part_may_pass(&before->parts[n])))
			n++;
		must(n < before->count && ly_eq(part->whole, before->parts[n++].whole),
				"other parts are kept byte for byte");
	}
}

static void check_result(
		ly_slice_t type, const ly_multipart_t *before, const ly_part_t *sdp)
{
	static char text[70000];
	static ly_multipart_t after;
	ly_buf_t out = ly_buf(text, sizeof(text));
	const ly_part_t *found;
	ly_slice_t result;

	if(!ly_multipart_put(before, sdp, NEW, &out))
		return; /* the boundary is a line of NEW, or it is too large */
	result = copy_of(out.s, out.len);
	must(!ly_multipart_parse(type, result, &after), "it can be read again");
	check_parts(&after, result);
	must(!ly_multipart_sdp(&after, &found) && found,
			"it has a session description");
	must(ly_eq(found->body, NEW), "the new one");
	check_others(before, &after, found);
	give_back(result);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static ly_multipart_t m;
	ly_slice_t all = copy_of(data, size);
	size_t lf = ly_find(all, '\n');
	ly_slice_t type = copy_of(all.s, lf);
	ly_slice_t body = copy_of(all.s + lf, lf < all.len ? all.len - lf - 1 : 0);
	const ly_part_t *sdp;

	if(body.len)
		memcpy((char *)body.s, all.s + lf + 1, body.len);
	if(!ly_multipart_parse(type, body, &m)) {
		check_parts(&m, body);
		if(!ly_multipart_sdp(&m, &sdp) && sdp)
			check_result(type, &m, sdp);
	}
	give_back(type);
	give_back(body);
	give_back(all);
	return 0;
}
