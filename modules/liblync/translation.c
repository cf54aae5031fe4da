/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/translation.h"

#include <limits.h>

/* What a piece stands for; from 0 on a group. */
enum
{
	PLAIN = -1,
	BEFORE = -2,
	BEHIND = -3,
	WHOLE = -4
};

typedef struct ly_translation_piece
{
	ly_slice_t text; /* of PLAIN */
	int what;
} piece_t;

static const struct
{
	char sign;
	int what;
} signs[] = {{'&', 0}, {'`', BEFORE}, {'\'', BEHIND}, {'_', WHOLE}};

/* RFC 3261 25.1: unreserved and user-unreserved, but '?' and ',', which lists and URIs are cut at. */
static bool may_stand(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
		   || (c >= 'A' && c <= 'Z') || (c && strchr("-_.!~*'()&=+$;/", c));
}

static size_t digits_in(ly_slice_t text)
{
	size_t n = 0;

	while(n < text.len && text.s[n] >= '0' && text.s[n] <= '9')
		n++;
	return n;
}

static int group_of(const ly_regex_t *regex, ly_slice_t name)
{
	long n = ly_number(name, INT_MAX);

	return n >= 0 ? ly_regex_group(regex, (unsigned)n)
				  : ly_regex_group_named(regex, name);
}

/* Reads what stands behind a '$'. Returns the length, or 0 with why. */
static size_t read_reference(
		ly_slice_t rest, const ly_regex_t *regex, piece_t *piece, ly_buf_t *why)
{
	bool braces = rest.len && rest.s[0] == '{';
	size_t close = ly_find(rest, '}'), digits = digits_in(rest);
	ly_slice_t name = braces ? ly_slice(rest.s + 1, close ? close - 1 : 0)
							 : ly_slice(rest.s, digits);

	for(size_t i = 0; rest.len && i < sizeof(signs) / sizeof(signs[0]); i++) {
		if(rest.s[0] != signs[i].sign)
			continue;
		piece->what = signs[i].what;
		return 1;
	}
	if(rest.len && rest.s[0] == '$') {
		*piece = (piece_t){ly_slice(rest.s, 1), PLAIN};
		return 1;
	}
	if((braces && close == rest.len) || (!braces && !digits)) {
		ly_putf(why, "has a '$' with nothing that it could mean behind it; "
					 "expected $1, ${name}, $& or $$");
		return 0;
	}
	piece->what = group_of(regex, name);
	if(piece->what >= 0)
		return braces ? close + 1 : digits;
	ly_putf(why, "has $%.*s, but the pattern has no such group",
			(int)(braces ? close + 1 : digits), rest.s);
	return 0;
}

/* Reads one piece off *rest; false with why. */
static bool read_piece(ly_slice_t *rest, const ly_regex_t *regex,
		piece_t *piece, ly_buf_t *why)
{
	size_t len = ly_find(*rest, '$');

	if(len == 0) {
		len = read_reference(ly_from(*rest, 1), regex, piece, why);
		*rest = ly_from(*rest, len + 1);
		return len > 0;
	}
	*piece = (piece_t){ly_slice(rest->s, len), PLAIN};
	for(size_t i = 0; i < len; i++) {
		if(may_stand(rest->s[i]))
			continue;
		if((unsigned char)rest->s[i] < 0x80)
			ly_putf(why, "has '%c', which cannot stand in a number of SIP",
					rest->s[i]);
		else
			ly_put(why, LY_LIT("has a character that is not ASCII"));
		return false;
	}
	*rest = ly_from(*rest, len);
	return true;
}

bool ly_translation_compile(ly_translation_t *translation,
		const ly_regex_t *regex, ly_arena_t *arena, ly_buf_t *why)
{
	ly_slice_t rest = translation->text;
	size_t most = 1;
	piece_t *pieces;

	for(size_t i = 0; i < rest.len; i++)
		most += rest.s[i] == '$' ? 2 : 0;
	pieces = ly_arena_alloc(arena, most * sizeof(*pieces));
	if(!pieces)
		return false;
	if(!rest.len)
		ly_put(why, LY_LIT("is empty; expected what the number becomes"));
	translation->pieces = pieces;
	translation->count = 0;
	while(rest.len && !why->len)
		read_piece(&rest, regex, &pieces[translation->count++], why);
	return !why->len;
}

static ly_slice_t text_of(
		const piece_t *piece, ly_slice_t number, const ly_matcher_t *matcher)
{
	ly_slice_t all = ly_matcher_group(matcher, number, 0);

	switch(piece->what) {
		case PLAIN:
			return piece->text;
		case BEFORE:
			return all.s ? ly_span(number.s, all.s) : LY_EMPTY;
		case BEHIND:
			return all.s ? ly_span(all.s + all.len, number.s + number.len)
						 : LY_EMPTY;
		case WHOLE:
			return number;
		default:
			return ly_matcher_group(matcher, number, piece->what);
	}
}

void ly_translation_put(const ly_translation_t *translation, ly_slice_t number,
		const ly_matcher_t *matcher, ly_buf_t *out)
{
	for(unsigned i = 0; i < translation->count; i++)
		ly_put(out, text_of(&translation->pieces[i], number, matcher));
}
