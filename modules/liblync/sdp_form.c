/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan.h"
#include "liblync/sdp.h"

#include "liblync/hash.h"

/* "IN IP4 192.0.2.10" (RFC 4566 5.7). A name would have to be looked up, and nobody here waits for DNS. */
static bool is_address(ly_slice_t connection)
{
	ly_slice_t network = ly_word(&connection), kind = ly_word(&connection),
			   address = ly_word(&connection);
	ly_addr_t parsed;

	return ly_eq(network, LY_LIT("IN")) && ly_istarts(kind, LY_LIT("IP"))
		   && ly_addr_parse(address, &parsed);
}

/* The port of an m= line, or -1. */
static long port_of(ly_slice_t media)
{
	ly_word(&media);
	return ly_number(ly_word(&media), 65535);
}

const char *ly_sdp_form(ly_slice_t sdp)
{
	bool session_address = false, missing = false;
	unsigned sections = 0;
	ly_sdp_line_t line;

	if(!ly_sdp_next(&sdp, &line) || line.type != 'v'
			|| !ly_eq(line.value, LY_LIT("0")))
		return "it does not begin with v=0";
	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'c') {
			if(!is_address(line.value))
				return "c= line without an IP address";
			session_address |= sections == 0;
			missing = false;
		} else if(line.type == 'm') {
			long port = port_of(line.value);

			if(port < 0)
				return "m= line without a port";
			if(missing)
				break;
			missing = port > 0 && !session_address;
			sections++;
		} else if(line.type == 0 && line.value.len) {
			return "a line that is not type=value";
		}
	}
	if(missing)
		return "a stream without an address: no c= line";
	return sections ? NULL : "no m= line";
}

/* What of a line says where media goes, by which protocol, and with which key; empty: nothing. */
static ly_slice_t placing(const ly_sdp_line_t *line)
{
	ly_slice_t rest = line->value;

	if(line->type == 'c')
		return rest;
	if(line->type == 'm') {
		for(int i = 0; i < 3; i++)
			ly_word(&rest); /* audio, port, protocol: not the formats */
		return ly_span(line->value.s, rest.s);
	}
	if(line->type != 'a' || !ly_istarts(rest, LY_LIT("crypto:")))
		return LY_EMPTY;
	for(int i = 0; i < 2; i++)
		ly_word(&rest); /* tag and suite: an answer has the tag of its offer */
	return rest;
}

uint64_t ly_sdp_place(ly_slice_t sdp)
{
	uint64_t hash = LY_HASH_START;
	ly_sdp_line_t line;

	while(ly_sdp_next(&sdp, &line))
		hash = ly_hash(hash, placing(&line));
	return hash;
}
