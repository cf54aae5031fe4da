/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/redirect.h"

#include "liblync/match.h"

#define WHOLE 1000 /* q=1, which is also what none means */

/* Thousandths of a qvalue (RFC 3261 25.1): "1", "0.7", "0.333"; 0 where it is none. */
static unsigned read_q(ly_slice_t value)
{
	unsigned q = 0, weight = WHOLE;

	for(size_t i = 0; i < value.len && weight; i++) {
		if(i == 1 && value.s[i] == '.')
			continue;
		if(value.s[i] < '0' || value.s[i] > '9')
			return 0;
		q += (unsigned)(value.s[i] - '0') * weight;
		weight /= 10;
	}
	return q > WHOLE ? 0 : q;
}

static unsigned q_of(const ly_nameaddr_t *na)
{
	ly_slice_t q = ly_param(na->params, LY_LIT("q"));

	return q.s ? read_q(q) : WHOLE;
}

typedef struct contacts
{
	ly_uri_t *uris;
	unsigned q[LY_REDIRECT_CONTACTS];
	unsigned count;
} contacts_t;

/* Behind those with the same q. */
static void add(contacts_t *c, const ly_nameaddr_t *na)
{
	unsigned q = q_of(na), i = c->count;

	if(c->count == LY_REDIRECT_CONTACTS)
		return;
	for(; i > 0 && c->q[i - 1] < q; i--) {
		c->uris[i] = c->uris[i - 1];
		c->q[i] = c->q[i - 1];
	}
	c->uris[i] = na->uri;
	c->q[i] = q;
	c->count++;
}

unsigned ly_redirect_contacts(const ly_message_t *m, ly_uri_t *uris)
{
	contacts_t c = {.uris = uris};

	for(unsigned i = 0; i < m->header_count; i++) {
		ly_slice_t rest = m->headers[i].value;
		ly_nameaddr_t na;

		while(m->headers[i].id == LY_H_CONTACT && rest.len) {
			if(ly_nameaddr_parse(ly_value_next(&rest), &na) && na.uri.host.len)
				add(&c, &na);
		}
	}
	return c.count;
}

static bool fits_port(const ly_uri_t *uri, const ly_peer_t *target)
{
	ly_addr_t literal;

	if(uri->port.len)
		return ly_number(uri->port, UINT16_MAX) == target->port;
	return !ly_host_addr(uri->host, &literal)
		   || target->port == (target->transport == LY_TLS ? 5061 : 5060);
}

bool ly_redirect_fits(const ly_uri_t *uri, const ly_peer_t *target)
{
	ly_slice_t transport = ly_param(uri->params, LY_LIT("transport"));

	if(ly_ieq(uri->scheme, LY_LIT("sips")) && target->transport != LY_TLS)
		return false;
	return fits_port(uri, target)
		   && (!transport.len
				   || ly_ieq(transport,
						   ly_cstr(ly_transport_name(target->transport))));
}
