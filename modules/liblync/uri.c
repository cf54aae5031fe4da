/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memrchr() */
#include "liblync/uri.h"

#include <ctype.h>

static void split_user(ly_slice_t user, ly_uri_t *uri)
{
	size_t semicolon;

	/* a password is of no use to anybody */
	user = ly_slice(user.s, ly_find(user, ':'));
	semicolon = ly_find(user, ';');
	uri->user = ly_slice(user.s, semicolon);
	uri->user_params = ly_from(user, semicolon);
}

static bool split_hostport(ly_slice_t hostport, ly_uri_t *uri)
{
	size_t colon;

	if(hostport.len && hostport.s[0] == '[') { /* IPv6 reference */
		size_t bracket = ly_find(hostport, ']');
		if(bracket == hostport.len)
			return false;
		uri->host = ly_slice(hostport.s, bracket + 1);
		hostport = ly_from(hostport, bracket + 1);
		colon = 0;
		if(hostport.len == 0)
			return true;
		if(hostport.s[0] != ':')
			return false;
	} else {
		colon = ly_find(hostport, ':');
		uri->host = ly_slice(hostport.s, colon);
	}
	uri->port = ly_from(hostport, colon + 1);
	if(colon < hostport.len && ly_number(uri->port, 65535) < 0)
		return false;
	return uri->host.len > 0;
}

/*
 * The '@' that ends the user part, which may hold ';', '=' and '?' (RFC 3261 25.1): Lync 2010 and conference URIs do,
 * so that splitting at those first would be wrong. It is the last one before '?', since Replaces behind it is often
 * written with an '@'; else the first behind it.
 */
static size_t find_at(ly_slice_t rest)
{
	size_t question = ly_find(rest, '?');
	const char *at = question ? memrchr(rest.s, '@', question) : NULL;

	return at ? (size_t)(at - rest.s)
			  : question + ly_find(ly_from(rest, question), '@');
}

/* A URI written into a request line must not end it, nor the brackets that it stands in. */
static bool clean(ly_slice_t text)
{
	bool bad = false;

	/* Without a branch, so that the compiler takes sixteen bytes at a time: tokens make URIs long. */
	for(size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.s[i];
		bad |= (c <= ' ') | (c == 0x7f) | (c == '<') | (c == '>') | (c == '"');
	}
	return !bad;
}

/* Digits of a local number and visual separators (RFC 3966 3): nothing that means something in a SIP URI. */
static bool is_telephone(ly_slice_t number)
{
	for(size_t i = 0; i < number.len; i++) {
		if(!number.s[i]
				|| !strchr("+0123456789-.()*#abcdefABCDEF", number.s[i]))
			return false;
	}
	return number.len > 0;
}

bool ly_uri_parse(ly_slice_t text, ly_uri_t *uri)
{
	size_t colon = ly_find(text, ':'), at, cut;
	ly_slice_t rest;

	memset(uri, 0, sizeof(*uri));
	uri->text = text;
	if(colon == text.len || !clean(text))
		return false;
	uri->scheme = ly_slice(text.s, colon);
	rest = ly_from(text, colon + 1);
	if(ly_ieq(uri->scheme, LY_LIT("tel"))) {
		cut = ly_find(rest, ';');
		uri->user = ly_slice(rest.s, cut);
		uri->params = ly_from(rest, cut);
		/* No parameter of it may become the host, or headers, of a sip: URI. */
		return is_telephone(uri->user)
			   && ly_find(uri->params, '@') == uri->params.len
			   && ly_find(uri->params, '?') == uri->params.len;
	}
	if(!ly_ieq(uri->scheme, LY_LIT("sip"))
			&& !ly_ieq(uri->scheme, LY_LIT("sips")))
		return false;
	at = find_at(rest);
	if(at < rest.len) {
		split_user(ly_slice(rest.s, at), uri);
		rest = ly_from(rest, at + 1);
	}
	cut = ly_find(rest, '?');
	uri->headers = ly_from(rest, cut);
	rest.len = cut;
	cut = ly_find(rest, ';');
	uri->params = ly_from(rest, cut);
	rest.len = cut;
	return split_hostport(rest, uri);
}

bool ly_is_e164_without_plus(ly_slice_t user)
{
	return user.len >= 8 && user.len <= 15 && ly_digits(user)
		   && user.s[0] != '0';
}

bool ly_is_dialled(ly_slice_t user)
{
	return ly_digits(user.len && user.s[0] == '+' ? ly_from(user, 1) : user);
}

void ly_put_host(ly_buf_t *out, ly_slice_t host)
{
	bool bare_ipv6 =
			host.len && host.s[0] != '[' && ly_find(host, ':') < host.len;

	if(bare_ipv6)
		ly_putc(out, '[');
	ly_put(out, host);
	if(bare_ipv6)
		ly_putc(out, ']');
}

bool ly_uri_foreign(ly_slice_t text)
{
	size_t end = ly_find(text, ':');
	ly_slice_t scheme = ly_slice(text.s, end);

	if(end == text.len || end == 0 || !isalpha((unsigned char)text.s[0]))
		return false;
	for(size_t i = 1; i < end; i++) {
		if(!isalnum((unsigned char)text.s[i]) && !strchr("+-.", text.s[i]))
			return false;
	}
	return !ly_ieq(scheme, LY_LIT("sip")) && !ly_ieq(scheme, LY_LIT("sips"))
		   && !ly_ieq(scheme, LY_LIT("tel"));
}

/* Length of a quoted string that begins at text.s[0], with both quotes; 0 where it does not end. */
static size_t quoted_length(ly_slice_t text)
{
	for(size_t i = 1; i < text.len; i++) {
		if(text.s[i] == '\\')
			i++;
		else if(text.s[i] == '"')
			return i + 1;
	}
	return 0;
}

bool ly_nameaddr_split(ly_slice_t value, ly_nameaddr_t *na)
{
	size_t open, close, quoted = 0;

	na->display = na->params = LY_EMPTY;
	value = ly_trim(value);
	if(value.len && value.s[0] == '"' && !(quoted = quoted_length(value)))
		return false;
	open = quoted + ly_find(ly_from(value, quoted), '<');
	/* addr-spec: what follows a ';' belongs to the header (RFC 3261 20) */
	if(open == value.len) {
		if(quoted)
			return false;
		close = ly_find(value, ';');
		na->params = ly_from(value, close);
		na->uri.text = ly_trim(ly_slice(value.s, close));
		return true;
	}
	na->display = ly_trim(ly_slice(value.s, open));
	close = open + ly_find(ly_from(value, open), '>');
	if(close >= value.len)
		return false;
	na->params = ly_trim(ly_from(value, close + 1));
	na->uri.text = ly_trim(ly_span(value.s + open + 1, value.s + close));
	return na->params.len == 0 || na->params.s[0] == ';';
}

bool ly_nameaddr_parse(ly_slice_t value, ly_nameaddr_t *na)
{
	return ly_nameaddr_split(value, na) && ly_uri_parse(na->uri.text, &na->uri);
}

ly_slice_t ly_value_next(ly_slice_t *rest)
{
	ly_slice_t text = ly_trim(*rest);
	bool quoted = false, bracketed = false;
	size_t i = 0;

	if(ly_find(text, ',') == text.len) /* nearly always */
		i = text.len;
	for(; i < text.len && (quoted || bracketed || text.s[i] != ','); i++) {
		char c = text.s[i];
		if(quoted && c == '\\')
			i++;
		else if(c == '"' && !bracketed)
			quoted = !quoted;
		else if(!quoted && (c == '<' || c == '>'))
			bracketed = c == '<';
	}
	if(i > text.len)
		i = text.len;
	*rest = ly_from(text, i + 1);
	return ly_trim(ly_slice(text.s, i));
}

/* Offset of the ';' that ends a parameter with a quoted value, or text.len. */
static size_t quoted_param_end(ly_slice_t text)
{
	bool quoted = false;
	size_t i;

	for(i = 0; i < text.len && (quoted || text.s[i] != ';'); i++) {
		if(text.s[i] == '\\' && quoted)
			i++;
		else if(text.s[i] == '"')
			quoted = !quoted;
	}
	return i < text.len ? i : text.len;
}

ly_slice_t ly_param_next(ly_slice_t *rest)
{
	ly_slice_t text = *rest;
	size_t end;

	while(text.len && (text.s[0] == ';' || ly_blank(text.s[0])))
		text = ly_from(text, 1);
	end = ly_find(text, ';');
	if(ly_find(ly_slice(text.s, end), '"') < end)
		end = quoted_param_end(text);
	*rest = ly_from(text, end);
	return ly_trim(ly_slice(text.s, end));
}

ly_slice_t ly_param_name(ly_slice_t param)
{
	return ly_trim(ly_slice(param.s, ly_find(param, '=')));
}

ly_slice_t ly_param(ly_slice_t params, ly_slice_t name)
{
	ly_slice_t param;

	while((param = ly_param_next(&params)).len) {
		if(ly_ieq(ly_param_name(param), name))
			return ly_trim(ly_from(param, ly_find(param, '=') + 1));
	}
	return LY_EMPTY;
}
