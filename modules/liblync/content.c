/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/content.h"

#include "liblync/multipart.h"
#include "liblync/refer.h"

static ly_slice_t type_of(const ly_message_t *m)
{
	const ly_header_t *type = ly_header(m, LY_H_CONTENT_TYPE);

	return type ? type->value : LY_EMPTY;
}

/* The receiver might go by another of them than we do. */
static bool has_two_types(const ly_message_t *m)
{
	unsigned count = 0;

	for(unsigned i = 0; i < m->header_count; i++)
		count += m->headers[i].id == LY_H_CONTENT_TYPE;
	return count > 1;
}

static bool is_multipart(const ly_message_t *m)
{
	return m->body.len && ly_type_is(type_of(m), LY_LIT("multipart"), LY_EMPTY);
}

/* Returns NULL, or what is wrong; *sdp is NULL where it has none. */
static const char *read_multipart(
		const ly_message_t *m, ly_multipart_t *multipart, const ly_part_t **sdp)
{
	const char *wrong =
			has_two_types(m)
					? "the multipart body has two Content-Types"
					: ly_multipart_parse(type_of(m), m->body, multipart);

	*sdp = NULL;
	return wrong ? wrong : ly_multipart_sdp(multipart, sdp);
}

const char *ly_content_sdp(const ly_message_t *m, ly_slice_t *sdp)
{
	ly_multipart_t multipart;
	const ly_part_t *part;
	const char *wrong;

	*sdp = LY_EMPTY;
	if(ly_type_is(type_of(m), LY_LIT("application"), LY_LIT("sdp")))
		*sdp = m->body;
	if(!is_multipart(m))
		return NULL;
	wrong = read_multipart(m, &multipart, &part);
	if(!wrong && part)
		*sdp = part->body;
	return wrong;
}

bool ly_content_may_pass(const ly_message_t *m)
{
	ly_multipart_t multipart;
	const ly_part_t *part;

	if(!is_multipart(m))
		return true;
	if(read_multipart(m, &multipart, &part))
		return false;
	for(unsigned i = 0; i < multipart.count; i++) {
		if(!ly_part_may_pass(&multipart.parts[i]))
			return false;
	}
	return true;
}

ly_slice_t ly_content_other(const ly_message_t *m, bool emergency)
{
	ly_slice_t method = ly_message_method(m), progress;

	if(m->body.len == 0
			|| ((emergency || ly_eq(method, LY_LIT("INFO")))
					&& ly_content_may_pass(m)))
		return LY_EMPTY;
	progress = m->request && ly_eq(method, LY_LIT("NOTIFY"))
					   ? ly_refer_progress(m)
					   : LY_EMPTY;
	return progress.s ? progress : LY_LIT("");
}

bool ly_content_put(const ly_message_t *m, ly_slice_t sdp, ly_rule_set_t active,
		ly_buf_t *memory, ly_slice_t *body, ly_slice_t *type)
{
	ly_multipart_t multipart;
	const ly_part_t *part;
	size_t start = memory->len;

	*body = sdp;
	*type = LY_EMPTY;
	if(!is_multipart(m))
		return true;
	if(read_multipart(m, &multipart, &part) || !part)
		return false;
	if((active & ly_rules_at(LY_P_BODY)) != 0
			|| !ly_multipart_has_others(&multipart)) {
		*type = LY_LIT("application/sdp");
		return true;
	}
	if(!ly_multipart_put(&multipart, part, sdp, memory))
		return false;
	*body = ly_slice(memory->s + start, memory->len - start);
	return true;
}
