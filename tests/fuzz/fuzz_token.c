/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is sealed: tokens, origins, Call-IDs. Any bytes in place of one: refused. Any bytes in one: they come back; and
 * with one letter changed it is refused. Any bytes sealed with the right key: no harm, whatever they say of lengths.
 */
#include "fuzz.h"

#include <sodium.h>

#include "liblync/leg.h"
#include "liblync/origin.h"
#include "liblync/token.h"

#define CALL_ID LY_LIT("7d3c0f52-1111-4222-8333-944455566677")
#define SHOWN_CSEQ 6592127
#define TEXT_MAX (LY_SEAL_TEXT_MAX + 64)
#define ALWAYS_FITS 500	 /* bytes that can be sealed in whatever letters */
#define FORM_MAX 1200	 /* bytes of a form that can be sealed */
#define CALL_ID_FITS 512 /* bytes of a Call-ID that are sealed */

static ly_keys_t keys;
static const ly_key_t *key = &keys.key[0];

static const char *open_token(ly_slice_t text, ly_seal_letters_t letters,
		char *memory, size_t size, ly_token_t *token)
{
	ly_slice_t exact = copy_of(text.s, text.len);
	const char *wrong =
			ly_token_open(&keys, exact, letters, CALL_ID, memory, size, token);

	give_back(exact);
	return wrong;
}

static const char *open_origin(
		ly_slice_t text, char *memory, size_t size, ly_origin_t *origin)
{
	ly_slice_t exact = copy_of(text.s, text.len);
	const char *wrong = ly_origin_open(
			&keys, exact, CALL_ID, SHOWN_CSEQ, memory, size, origin);

	give_back(exact);
	return wrong;
}

static bool open_call_id(ly_slice_t text, ly_buf_t *out)
{
	ly_slice_t exact = copy_of(text.s, text.len);
	bool opened = ly_call_id_open(&keys, exact, out);

	give_back(exact);
	return opened;
}

static bool opens_as_any(ly_slice_t text)
{
	char memory[LY_ORIGIN_MEMORY];
	ly_buf_t out = ly_buf(memory, sizeof(memory));
	ly_token_t token;
	ly_origin_t origin;

	return !open_token(text, LY_BASE64URL, memory, sizeof(memory), &token)
		   || !open_token(text, LY_BASE32, memory, sizeof(memory), &token)
		   || !open_origin(text, memory, sizeof(memory), &origin)
		   || open_call_id(text, &out);
}

/* Whoever does not know the key cannot make one. */
static void check_forged(const unsigned char *data, size_t size)
{
	static const char *begin[] = {"1La", "1la", "1Va", "Ca"};
	char text[TEXT_MAX];

	must(!opens_as_any(ly_slice((const char *)data, size)),
			"what was not sealed does not open");
	for(size_t i = 0; i < sizeof(begin) / sizeof(begin[0]); i++) {
		ly_buf_t out = ly_buf(text, sizeof(text));
		ly_put(&out, ly_cstr(begin[i]));
		ly_put(&out, ly_slice((const char *)data, size));
		must(out.full || !opens_as_any(ly_buf_slice(&out)),
				"what was not sealed does not open");
	}
}

/* Another letter of both alphabets in one place, which the data says. */
static void change_one(ly_buf_t *text, const unsigned char *data, size_t size)
{
	size_t at = size > 2 ? (size_t)(data[1] << 8 | data[2]) % text->len : 0;

	text->s[at] = text->s[at] == 'b' || text->s[at] == 'B' ? 'c' : 'b';
}

/* A fifth of the bytes each. */
static ly_token_t token_of(const unsigned char *data, size_t size)
{
	const char *p = (const char *)data;
	size_t part = size / 5;
	ly_token_t token = {.given_to = size & 1 ? LY_PSTN : LY_LYNC,
			.callee = size & 2,
			.dialog = {.withheld = size & 4, .forks_apart = size & 16}};

	token.dialog.tag_key = size ? (char)data[0] : 0;
	token.dialog.slot = size > 4 ? data[3] & 15 : 0;
	token.dialog.media = size > 4 ? data[3] >> 3 : 0;
	token.edition = size > 4 ? data[4] : 0;
	token.trunk = size > 4 ? data[0] * 16777619u : 0;
	token.contact = ly_slice(p, part);
	token.routes = ly_slice(p + part, part);
	token.from = ly_slice(p + 2 * part, part);
	token.to = ly_slice(p + 3 * part, part);
	token.tag = ly_slice(p + 4 * part, size - 4 * part);
	return token;
}

static bool same_dialog(const ly_dialog_t *a, const ly_dialog_t *b)
{
	return a->tag_key == b->tag_key && a->withheld == b->withheld
		   && a->forks_apart == b->forks_apart && a->slot == b->slot
		   && a->media == b->media;
}

static bool same_token(const ly_token_t *a, const ly_token_t *b)
{
	return a->given_to == b->given_to && a->callee == b->callee
		   && same_dialog(&a->dialog, &b->dialog) && a->edition == b->edition
		   && a->trunk == b->trunk && ly_eq(a->contact, b->contact)
		   && ly_eq(a->routes, b->routes) && ly_eq(a->from, b->from)
		   && ly_eq(a->to, b->to) && ly_eq(a->tag, b->tag);
}

static void check_token(const unsigned char *data, size_t size)
{
	ly_seal_letters_t letters = size & 8 ? LY_BASE32 : LY_BASE64URL;
	char text[TEXT_MAX], memory[LY_TOKEN_TEXT_MAX];
	ly_buf_t out = ly_buf(text, sizeof(text));
	ly_token_t token = token_of(data, size), back;

	if(!ly_token_seal(key, &token, CALL_ID, letters, &out)) {
		must(size > ALWAYS_FITS, "what is short enough can be sealed");
		return;
	}
	must(!open_token(ly_buf_slice(&out), letters, memory, sizeof(memory), &back)
					&& same_token(&token, &back),
			"sealed and opened");
	must(open_token(ly_slice(text, size % out.len), letters, memory,
				 sizeof(memory), &back),
			"cut off");
	change_one(&out, data, size);
	must(!opens_as_any(ly_buf_slice(&out)), "one letter changed");
}

/* A quarter of the bytes each. */
static ly_origin_t origin_of(const unsigned char *data, size_t size)
{
	const char *p = (const char *)data;
	size_t part = size / 4;
	ly_origin_t origin = {.side = size & 1 ? LY_PSTN : LY_LYNC,
			.caller = size & 2,
			.initial = size & 4,
			.offer_in_request = size & 8,
			.plain = size & 16,
			.offered_direction = (ly_sdp_direction_t)(size & 3),
			.offered_streams = size % (LY_STREAMS_MAX + 1)};

	origin.dialog.tag_key = size ? (char)data[0] : 0;
	origin.dialog.media = size > 4 ? data[3] >> 3 : 0;
	origin.peer = size > 4 ? data[4] * 16777619u : 0;
	origin.run = ~origin.peer;
	origin.vias = ly_slice(p, part);
	origin.from = ly_slice(p + part, part);
	origin.to = ly_slice(p + 2 * part, part);
	origin.offered_tag = ly_slice(p + 3 * part, size - 3 * part);
	return origin;
}

static bool same_origin(const ly_origin_t *a, const ly_origin_t *b)
{
	return a->side == b->side && a->caller == b->caller
		   && a->initial == b->initial
		   && a->offer_in_request == b->offer_in_request && a->plain == b->plain
		   && a->offered_direction == b->offered_direction
		   && a->offered_streams == b->offered_streams
		   && same_dialog(&a->dialog, &b->dialog) && a->peer == b->peer
		   && a->run == b->run && ly_eq(a->vias, b->vias)
		   && ly_eq(a->from, b->from) && ly_eq(a->to, b->to)
		   && ly_eq(a->offered_tag, b->offered_tag);
}

static void check_origin(const unsigned char *data, size_t size)
{
	char text[TEXT_MAX], memory[LY_ORIGIN_MEMORY];
	ly_buf_t out = ly_buf(text, sizeof(text));
	ly_origin_t origin = origin_of(data, size), back;

	if(!ly_origin_seal(key, &origin, CALL_ID, &out)) {
		must(size > ALWAYS_FITS / 2 && out.len == 0,
				"what is short enough can be sealed; else nothing is written");
		return;
	}
	must(out.len <= LY_ORIGIN_TEXT_MAX, "a Via is not too long");
	must(!open_origin(ly_buf_slice(&out), memory, sizeof(memory), &back)
					&& same_origin(&origin, &back),
			"sealed and opened");
	change_one(&out, data, size);
	must(!opens_as_any(ly_buf_slice(&out)), "one letter changed");
}

static void check_call_id(const unsigned char *data, size_t size)
{
	char text[TEXT_MAX], memory[CALL_ID_FITS];
	ly_slice_t id = ly_slice((const char *)data, size);
	ly_buf_t out = ly_buf(text, sizeof(text)),
			 back = ly_buf(memory, sizeof(memory));

	if(!ly_call_id_seal(key, id, &out)) {
		must(size > CALL_ID_FITS, "what is short enough can be sealed");
		return;
	}
	must(!ly_call_id_tells(ly_buf_slice(&out)), "what is sealed tells nothing");
	must(open_call_id(ly_buf_slice(&out), &back)
					&& ly_eq(ly_buf_slice(&back), id),
			"sealed and opened");
	change_one(&out, data, size);
	must(!opens_as_any(ly_buf_slice(&out)), "one letter changed");
}

/* media: where the form has the number of the node, whose letter stands before the seal. */
static ly_slice_t seal_form(ly_seal_kind_t kind, ly_slice_t call_id,
		size_t media, const unsigned char *data, size_t size, ly_buf_t *out)
{
	char memory[FORM_MAX + 64];
	ly_buf_t plain = ly_buf(memory, sizeof(memory));

	out->len = 0;
	ly_put(&plain, ly_slice((const char *)data, size));
	if(kind != LY_SEAL_CALL_ID)
		ly_putc(out, ly_media_letter(media < size ? data[media] : 0));
	must(ly_seal(key, kind, &plain, call_id, LY_BASE64URL, out),
			"a form can be sealed");
	return ly_buf_slice(out);
}

/* In the seal, not in the form: what a program with our key and another idea of one would write. */
static void check_form(const unsigned char *data, size_t size)
{
	char text[TEXT_MAX], *memory = malloc(size);
	ly_buf_t out = ly_buf(text, sizeof(text)), id = ly_buf(memory, size);
	ly_slice_t whole = ly_slice(memory, size);
	ly_token_t token;
	ly_origin_t origin;

	if(!memory || size > FORM_MAX) {
		free(memory);
		return;
	}
	if(!open_token(seal_form(LY_SEAL_LEG, CALL_ID, 3, data, size, &out),
			   LY_BASE64URL, memory, size, &token))
		must(within(token.contact, whole) && within(token.routes, whole)
						&& within(token.from, whole) && within(token.to, whole)
						&& within(token.tag, whole),
				"texts lie in the token");
	if(!open_origin(seal_form(LY_SEAL_ORIGIN, CALL_ID, 5, data, size, &out),
			   memory, size, &origin))
		must(within(origin.vias, whole) && within(origin.from, whole)
						&& within(origin.to, whole)
						&& within(origin.offered_tag, whole),
				"texts lie in the origin");
	open_call_id(
			seal_form(LY_SEAL_CALL_ID, LY_EMPTY, size, data, size, &out), &id);
	free(memory);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static bool ready;

	if(!ready) {
		must(sodium_init() >= 0, "libsodium starts");
		must(!ly_keys_read(
					 &keys, LY_LIT("a a secret of sixteen bytes or more")),
				"a key");
		ready = true;
	}
	check_forged(data, size);
	check_token(data, size);
	check_origin(data, size);
	check_call_id(data, size);
	check_form(data, size);
	return 0;
}
