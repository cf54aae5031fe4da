/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/ng.h"

static void put_text(ly_buf_t *out, ly_slice_t text)
{
	ly_put_number(out, (unsigned)text.len);
	ly_putc(out, ':');
	ly_put(out, text);
}

void ly_ng_begin(ly_buf_t *out, ly_slice_t cookie, ly_slice_t command)
{
	ly_put(out, cookie);
	ly_put(out, LY_LIT(" d"));
	ly_ng_text(out, LY_LIT("command"), command);
}

void ly_ng_text(ly_buf_t *out, ly_slice_t key, ly_slice_t value)
{
	if(value.len == 0)
		return;
	put_text(out, key);
	put_text(out, value);
}

void ly_ng_number(ly_buf_t *out, ly_slice_t key, unsigned value)
{
	put_text(out, key);
	ly_putc(out, 'i');
	ly_put_number(out, value);
	ly_putc(out, 'e');
}

void ly_ng_end(ly_buf_t *out)
{
	ly_putc(out, 'e');
}

/* Reading ------------------------------------------------------------------------------------------------------------ */

/* "5:offer" */
static bool take_text(ly_slice_t *rest, ly_slice_t *text)
{
	size_t colon = ly_find(*rest, ':');
	long len = ly_number(ly_slice(rest->s, colon), 1L << 20);

	if(colon == rest->len || len < 0 || rest->len - colon - 1 < (size_t)len)
		return false;
	*text = ly_slice(rest->s + colon + 1, (size_t)len);
	*rest = ly_from(*rest, colon + 1 + (size_t)len);
	return true;
}

/* "i-42e" */
static bool take_number(ly_slice_t *rest, long long *number)
{
	size_t end = ly_find(*rest, 'e'), at = 1;
	bool negative = rest->len > 1 && rest->s[1] == '-';

	at += negative;
	if(end == rest->len || end == at || end - at > 18)
		return false;
	*number = 0;
	for(; at < end; at++) {
		if(rest->s[at] < '0' || rest->s[at] > '9')
			return false;
		*number = *number * 10 + (rest->s[at] - '0');
	}
	if(negative)
		*number = -*number;
	*rest = ly_from(*rest, end + 1);
	return true;
}

/* What is between the letter that begins a list or dictionary and its 'e'. */
static bool take_inside(ly_slice_t *rest, ly_slice_t *inside)
{
	ly_slice_t at = ly_from(*rest, 1), text;
	unsigned depth = 1;
	long long number;

	while(at.len) {
		switch(at.s[0]) {
			case 'i':
				if(!take_number(&at, &number))
					return false;
				break;
			case 'l':
			case 'd':
				if(++depth > LY_BENCODE_DEPTH)
					return false;
				at = ly_from(at, 1);
				break;
			case 'e':
				at = ly_from(at, 1);
				if(--depth)
					break;
				*inside = ly_span(rest->s + 1, at.s - 1);
				*rest = at;
				return true;
			default:
				if(!take_text(&at, &text))
					return false;
		}
	}
	return false;
}

bool ly_bencode_next(ly_slice_t *rest, ly_bencode_t *value)
{
	value->text = LY_EMPTY;
	value->number = 0;
	switch(rest->len ? rest->s[0] : '\0') {
		case 'i':
			value->kind = LY_BENCODE_NUMBER;
			return take_number(rest, &value->number);
		case 'l':
			value->kind = LY_BENCODE_LIST;
			return take_inside(rest, &value->text);
		case 'd':
			value->kind = LY_BENCODE_DICTIONARY;
			return take_inside(rest, &value->text);
		default:
			value->kind = LY_BENCODE_TEXT;
			return take_text(rest, &value->text);
	}
}

bool ly_bencode_find(ly_slice_t dictionary, ly_slice_t key, ly_bencode_t *value)
{
	ly_bencode_t name;

	while(ly_bencode_next(&dictionary, &name)
			&& ly_bencode_next(&dictionary, value)) {
		if(name.kind == LY_BENCODE_TEXT && ly_eq(name.text, key))
			return true;
	}
	return false;
}

ly_slice_t ly_bencode_text(ly_slice_t dictionary, ly_slice_t key)
{
	ly_bencode_t value;

	return ly_bencode_find(dictionary, key, &value)
						   && value.kind == LY_BENCODE_TEXT
				   ? value.text
				   : LY_EMPTY;
}

long long ly_bencode_number(
		ly_slice_t dictionary, ly_slice_t key, long long otherwise)
{
	ly_bencode_t value;

	return ly_bencode_find(dictionary, key, &value)
						   && value.kind == LY_BENCODE_NUMBER
				   ? value.number
				   : otherwise;
}

bool ly_ng_answer(
		ly_slice_t datagram, ly_slice_t *cookie, ly_slice_t *dictionary)
{
	size_t blank = ly_find(datagram, ' ');
	ly_slice_t rest = ly_from(datagram, blank + 1);
	ly_bencode_t value;

	if(blank == 0 || blank >= datagram.len || !ly_bencode_next(&rest, &value)
			|| value.kind != LY_BENCODE_DICTIONARY)
		return false;
	*cookie = ly_slice(datagram.s, blank);
	*dictionary = value.text;
	return true;
}
