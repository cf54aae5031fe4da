/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/origin.h"

#include "liblync/form.h"
#include "liblync/leg.h"

#define TEXTS 5 /* of an origin */
#define FORM_MAX (LY_SEAL_TEXT_MAX * 3 / 4)
#define CALL_ID_MAX 512 /* hashed behind the form */

enum
{
	FROM_PSTN = 1,
	CALLER = 2,
	INITIAL = 4,
	OFFER = 8,
	PLAIN = 16
};

static uint8_t flags_of(const ly_origin_t *o)
{
	return (uint8_t)((o->side == LY_PSTN ? FROM_PSTN : 0)
					 | (o->caller ? CALLER : 0) | (o->initial ? INITIAL : 0)
					 | (o->offer_in_request ? OFFER : 0)
					 | (o->plain ? PLAIN : 0));
}

bool ly_origin_seal(const ly_key_t *key, const ly_origin_t *o,
		ly_slice_t call_id, ly_buf_t *out)
{
	const ly_slice_t texts[TEXTS] = {
			o->vias, o->from, o->to, o->offered_tag, o->record_routes};
	char memory[2 * LY_FORM_TEXT_MAX + 64 + CALL_ID_MAX];
	ly_buf_t form = ly_buf(memory, sizeof(memory));
	size_t before = out->len;

	ly_putc(&form, (char)flags_of(o));
	ly_putc(&form, (char)(o->offered_streams << 2 | o->offered_direction));
	ly_putc(&form, (char)(o->cseq / LY_LEG_CYCLE));
	ly_dialog_put(&form, &o->dialog);
	ly_form_put_u32(&form, o->trunk);
	ly_form_put_u32(&form, o->peer);
	ly_form_put_u32(&form, o->run);
	ly_form_put_texts(&form, texts, TEXTS);
	ly_putc(out, ly_media_letter(o->dialog.media));
	if(ly_seal(key, LY_SEAL_ORIGIN, &form, call_id, LY_BASE64URL, out)
			&& out->len - before <= LY_ORIGIN_TEXT_MAX)
		return true;
	out->len = before;
	return false;
}

const char *ly_origin_open(const ly_keys_t *keys, ly_slice_t text,
		ly_slice_t call_id, uint32_t shown_cseq, char *memory, size_t size,
		ly_origin_t *o)
{
	ly_slice_t *texts[TEXTS] = {
			&o->vias, &o->from, &o->to, &o->offered_tag, &o->record_routes};
	char form_memory[FORM_MAX];
	ly_buf_t form = ly_buf(form_memory, sizeof(form_memory)),
			 all = ly_buf(memory, size);
	const char *wrong = ly_open(keys, LY_SEAL_ORIGIN, ly_from(text, 1), call_id,
			LY_BASE64URL, &form, NULL);
	ly_slice_t in = ly_buf_slice(&form);
	uint32_t cycle;
	uint8_t flags, offered;

	if(wrong)
		return wrong;
	flags = ly_form_get_u8(&in);
	o->side = flags & FROM_PSTN ? LY_PSTN : LY_LYNC;
	o->caller = flags & CALLER;
	o->initial = flags & INITIAL;
	o->offer_in_request = flags & OFFER;
	o->plain = flags & PLAIN;
	offered = ly_form_get_u8(&in);
	o->offered_direction = (ly_sdp_direction_t)(offered & 3);
	o->offered_streams = offered >> 2;
	cycle = ly_form_get_u8(&in);
	o->dialog = ly_dialog_get(&in);
	o->cseq = ly_leg_cseq_back(shown_cseq, o->dialog.slot, cycle);
	o->trunk = ly_form_get_u32(&in);
	o->peer = ly_form_get_u32(&in);
	o->run = ly_form_get_u32(&in);
	if(!ly_media_fits(text, o->dialog.media))
		return "token is cut off or altered";
	return ly_form_get_texts(in, &all, texts, TEXTS)
				   ? NULL
				   : "token of another version";
}

/* host:port of a Via value, taken apart. */
static ly_slice_t via_host(ly_slice_t value, ly_slice_t *port)
{
	ly_slice_t sent_by = ly_slice(value.s, ly_find(value, ';'));
	size_t end;

	ly_word(&sent_by); /* the protocol; blanks may stand around its slashes */
	while((sent_by = ly_trim(sent_by)).len && sent_by.s[0] == '/') {
		sent_by = ly_from(sent_by, 1);
		ly_word(&sent_by);
	}
	end = sent_by.len && sent_by.s[0] == '[' ? ly_find(sent_by, ']') + 1
											 : ly_find(sent_by, ':');
	*port = ly_trim(ly_from(ly_trim(ly_from(sent_by, end)), 1));
	sent_by =
			ly_trim(ly_slice(sent_by.s, end < sent_by.len ? end : sent_by.len));
	if(sent_by.len > 2 && sent_by.s[0] == '[')
		sent_by = ly_slice(sent_by.s + 1, sent_by.len - 2);
	return sent_by;
}

/* Without what the sender says about received, and with rport filled in where it is asked for. */
static void put_params(
		ly_slice_t params, unsigned source_port, ly_buf_t *memory)
{
	ly_slice_t rest = params, param;

	while((param = ly_param_next(&rest)).len) {
		ly_slice_t name = ly_param_name(param);
		if(ly_ieq(name, LY_LIT("received")))
			continue;
		ly_putc(memory, ';');
		if(ly_ieq(name, LY_LIT("rport"))) {
			ly_put(memory, LY_LIT("rport="));
			ly_put_number(memory, source_port);
		} else {
			ly_put(memory, param);
		}
	}
}

static void put_first(ly_slice_t value, ly_slice_t source, unsigned source_port,
		ly_buf_t *memory)
{
	size_t end = ly_find(value, ';');
	ly_slice_t params = ly_from(value, end), port;

	if(ly_ieq(via_host(value, &port), source)
			&& !ly_param(params, LY_LIT("rport")).s
			&& !ly_param(params, LY_LIT("received")).s) {
		ly_put(memory, value);
		return;
	}
	ly_put(memory, ly_trim(ly_slice(value.s, end)));
	put_params(params, source_port, memory);
	ly_put(memory, LY_LIT(";received="));
	ly_put(memory, source);
}

void ly_origin_put_vias(ly_slice_t values, ly_slice_t source,
		unsigned source_port, size_t start, ly_buf_t *memory)
{
	ly_slice_t value;

	while((value = ly_value_next(&values)).len) {
		if(memory->len == start) {
			put_first(value, source, source_port, memory);
		} else {
			ly_put(memory, LY_LIT(", "));
			ly_put(memory, value);
		}
	}
}

ly_slice_t ly_origin_vias(const ly_message_t *m, ly_slice_t source,
		unsigned source_port, ly_buf_t *memory)
{
	size_t start = memory->len;

	for(unsigned i = 0; i < m->header_count; i++) {
		if(m->headers[i].id == LY_H_VIA)
			ly_origin_put_vias(
					m->headers[i].value, source, source_port, start, memory);
	}
	return ly_slice(memory->s + start, memory->len - start);
}

bool ly_origin_destination(ly_slice_t vias, ly_slice_t *host, unsigned *port)
{
	ly_slice_t rest = vias, value = ly_value_next(&rest);
	ly_slice_t params = ly_from(value, ly_find(value, ';')), digits, changed;
	long n;

	*host = via_host(value, &digits);
	changed = ly_param(params, LY_LIT("received"));
	if(changed.len)
		*host = changed;
	changed = ly_param(params, LY_LIT("rport"));
	if(changed.len)
		digits = changed;
	n = digits.len ? ly_number(digits, UINT16_MAX) : 0;
	*port = (unsigned)n;
	return host->len && n >= 0;
}

bool ly_cseq_number(ly_slice_t value, uint32_t *number)
{
	ly_slice_t rest = value;
	long n = ly_number(ly_word(&rest), UINT32_MAX);

	*number = (uint32_t)n;
	return n >= 0;
}
