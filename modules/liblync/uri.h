/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIP URIs and the name-addr form of headers (RFC 3261 19.1, 20.10, 25.1), cut into slices of the text they came
 * from.
 */
#ifndef LIBLYNC_URI_H
#define LIBLYNC_URI_H

#include "liblync/slice.h"

typedef struct ly_uri
{
	ly_slice_t text;
	ly_slice_t scheme; /* sip, sips, tel */
	ly_slice_t user;   /* without its parameters; a tel URI's number */
	/* ";ext=12": what Lync writes behind a number (RFC 3966), with the ';' */
	ly_slice_t user_params;
	ly_slice_t host;
	ly_slice_t port;	/* digits, empty where none is given */
	ly_slice_t params;	/* ";user=phone;…", with the leading ';' */
	ly_slice_t headers; /* "?Replaces=…", with the '?' */
} ly_uri_t;

/* False where text is no sip, sips or tel URI, or holds blanks, control characters, quotes or angle brackets. */
bool ly_uri_parse(ly_slice_t text, ly_uri_t *uri);

/* Whether text has a scheme (RFC 3986 3.1), but none that ly_uri_parse() reads: 416, not 400 (RFC 3261 8.2.2.1). */
bool ly_uri_foreign(ly_slice_t text);

/*
 * A user part that is an international number without its '+': at least eight digits that do not begin with 0.
 * Shorter ones are extensions and service numbers, and 0... is a national form (E.164 6.2).
 */
bool ly_is_e164_without_plus(ly_slice_t user);

/* A user part that is a telephone number: digits, perhaps with a '+' before them. */
bool ly_is_dialled(ly_slice_t user);

/* host as it stands in a URI: an IPv6 address gets its brackets. */
void ly_put_host(ly_buf_t *out, ly_slice_t host);

typedef struct ly_nameaddr
{
	/* as written, with its quotes; empty where there is none */
	ly_slice_t display;
	ly_uri_t uri;
	/* of the header: ";epid=…;tag=…", with the leading ';' */
	ly_slice_t params;
} ly_nameaddr_t;

/* False where value is neither name-addr nor addr-spec, or the URI is none. */
bool ly_nameaddr_parse(ly_slice_t value, ly_nameaddr_t *na);

/*
 * The same without a look into the URI: display, params and uri.text are set, nothing else of uri. For who wants a
 * tag, or the URI as it stands.
 */
bool ly_nameaddr_split(ly_slice_t value, ly_nameaddr_t *na);

/* Takes the first of comma-separated values off *rest (RFC 3261 7.3.1), trimmed; empty at the end. */
ly_slice_t ly_value_next(ly_slice_t *rest);

/*
 * Walks over parameters (";a=b;c"): takes the first off *rest and returns it without its ';', empty at the end.
 * A ';' inside quotes does not separate.
 */
ly_slice_t ly_param_next(ly_slice_t *rest);
/* The name of one parameter ("a" of "a=b"). */
ly_slice_t ly_param_name(ly_slice_t param);
/* The value of the parameter called name; s is NULL where it is absent, len 0 where it has no value. */
ly_slice_t ly_param(ly_slice_t params, ly_slice_t name);

#endif
