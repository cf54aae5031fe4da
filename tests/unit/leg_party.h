/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A user agent on one leg: what it knows of its dialog (RFC 3261 12), what it says, and what must be true of all that it
 * gets. It looks at texts, by rules of the RFCs alone. Included once per test program, not compiled apart.
 */
#ifndef TESTS_UNIT_LEG_PARTY_H
#define TESTS_UNIT_LEG_PARTY_H

#include "leg_helpers.h"

typedef struct party
{
	ly_side_t side;
	const char *host, *call_id;
	const char *local, *remote; /* URIs */
	const char *local_tag, *remote_tag;
	const char *contact; /* its own */
	const char *remote_target;
	uint32_t local_cseq;
	unsigned
			own; /* requests of the SBC's own that went out behind the last number */
	int64_t remote_cseq, remote_invite; /* -1: none yet */
	/* between it and the SBC: 0 to 2, which want to stay on the way */
	unsigned proxies;
} party_t;

static uint64_t seed;
static unsigned dialog_number;

/* Chance and texts ---------------------------------------------------------------------------------------------------- */

static inline unsigned any(unsigned below)
{
	return next_random(&seed) % below;
}

/* A text with a NUL behind it, good until the end of the dialog. */
static inline const char *say(const char *format, ...)
		__attribute__((format(printf, 1, 2)));
static inline const char *say(const char *format, ...)
{
	static char text_memory[16384];
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(text_memory, sizeof(text_memory), format, arguments);
	va_end(arguments);
	assert_in_range(len, 0, sizeof(text_memory) - 1);
	return memcpy(block((size_t)len + 1), text_memory, (size_t)len + 1);
}

static inline const char *word(void)
{
	return say("%x%x", next_random(&seed), any(4096));
}

static inline bool same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

#define check(condition, message)                                         \
	do {                                                                  \
		if(!(condition))                                                  \
			fail_msg("dialog %u: not " #condition ":\n%s", dialog_number, \
					(message));                                           \
	} while(0)

/* The value of the n-th header of that name, or NULL. */
static inline const char *header(
		const char *message, const char *name, unsigned n)
{
	size_t len = strlen(name);

	for(const char *line = strchr(message, '\n') + 1; *line != '\r';
			line = strchr(line, '\n') + 1) {
		if(strncasecmp(line, name, len) == 0 && line[len] == ':' && n-- == 0)
			return say(
					"%.*s", (int)strcspn(line + len + 2, "\r"), line + len + 2);
	}
	return NULL;
}

/* Of a header that must stand there, once. */
static inline const char *value(const char *message, const char *name)
{
	const char *found = header(message, name, 0);

	if(!found || header(message, name, 1))
		fail_msg("dialog %u: not one %s:\n%s", dialog_number, name, message);
	return found;
}

static inline const char *tag_in(const char *message, const char *name)
{
	const char *tag = strstr(value(message, name), ";tag=");

	return tag ? say("%.*s", (int)strcspn(tag + 5, ";"), tag + 5) : "";
}

static inline const char *uri_in(const char *message, const char *name)
{
	const char *uri = strchr(value(message, name), '<') + 1;

	return say("%.*s", (int)strcspn(uri, ">"), uri);
}

/* What it says -------------------------------------------------------------------------------------------------------- */

static inline const char *new_contact(const party_t *p)
{
	return say("sip:%s@%s:%u;x=%s", word(), p->host, 5000 + any(1000), word());
}

/* Numbers begin anywhere below 2^31, but not where a long dialog crosses a multiple of 2^27, see leg.h. */
static inline uint32_t first_cseq(void)
{
	return any(16) << 27 | any((1 << 27) - 2000);
}

static inline party_t new_party(ly_side_t side, unsigned n)
{
	party_t p = {.side = side, .remote_cseq = -1, .remote_invite = -1};

	p.host = side == LY_LYNC ? say("med%u.contoso.test", n)
							 : say("10.7.%u.%u", n, 1 + any(200));
	p.local_tag = word();
	p.local_cseq = any(10) ? first_cseq() : 0;
	p.proxies = any(3);
	p.contact = new_contact(&p);
	return p;
}

/*
 * The Record-Route of its proxies in a message that has passed them all; p1 is next to the SBC. In a request the last
 * one stands first, a reply has those of the request, which came from the SBC (16.6, 16.7).
 */
static inline const char *record_route(const party_t *p, bool reply)
{
	if(p->proxies < 2)
		return p->proxies ? say("Record-Route: <sip:p1.%s;lr>\r\n", p->host)
						  : "";
	return reply ? say("Record-Route: <sip:p2.%s;lr>\r\nRecord-Route: "
					   "<sip:p1.%s;lr>\r\n",
						   p->host, p->host)
				 : say("Record-Route: <sip:p1.%s;lr>, <sip:p2.%s;lr>\r\n",
						   p->host, p->host);
}

/* How the branches of a side begin. */
static inline const char *branches_of(ly_side_t side)
{
	return side == LY_LYNC ? "z9hG4bK-lync-" : "z9hG4bK-pstn-";
}

/* contact: NULL, or what it is reached by from now on. more: lines that end in CRLF. */
static inline const char *request(const party_t *p, const char *method,
		uint32_t cseq, const char *contact, const char *more)
{
	return say("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s%s%s\r\n"
			   "Via: SIP/2.0/TCP pbx.%s;branch=%s%s\r\n%sFrom: <%s>;tag="
			   "%s\r\nTo: <%s>%s%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\n%s%s%s%s"
			   "Max-Forwards: 70\r\n\r\n",
			method, p->remote_target ? p->remote_target : p->remote, p->host,
			branches_of(p->side), word(), any(2) ? ";rport" : "", p->host,
			branches_of(p->side), word(), contact ? record_route(p, false) : "",
			p->local, p->local_tag, p->remote, p->remote_tag ? ";tag=" : "",
			p->remote_tag ? p->remote_tag : "", p->call_id, cseq, method,
			contact ? "Contact: <" : "", contact ? contact : "",
			contact ? ">\r\n" : "", more);
}

static inline const char *reply(const party_t *p, const char *to_what,
		unsigned status, const char *contact, const char *more)
{
	const char *to = value(to_what, "To");
	bool tagged = strstr(to, ";tag=");

	return say("SIP/2.0 %u Whatever\r\nVia: %s\r\n%sFrom: %s\r\nTo: %s%s%s\r\n"
			   "Call-ID: %s\r\nCSeq: %s\r\n%s%s%s%s\r\n",
			status, value(to_what, "Via"), contact ? record_route(p, true) : "",
			value(to_what, "From"), to,
			tagged ? "" : ";tag=", tagged ? "" : p->local_tag,
			value(to_what, "Call-ID"), value(to_what, "CSeq"),
			contact ? "Contact: <" : "", contact ? contact : "",
			contact ? ">\r\n" : "", more);
}

/* What it gets -------------------------------------------------------------------------------------------------------- */

/* Nothing of the other leg: addresses, hosts, tags, branches, the Call-ID where this one has another. */
static inline void check_hidden(
		const party_t *p, const party_t *from, const char *message)
{
	const char *secrets[] = {from->host, from->local_tag, from->remote_tag,
			from->contact, from->remote_target, branches_of(from->side),
			from->side == LY_LYNC ? LYNC_HOST : PSTN_HOST,
			same(p->call_id, from->call_id) ? NULL : from->call_id};

	for(size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		if(secrets[i] && strstr(message, secrets[i]))
			fail_msg("dialog %u: '%s' shows:\n%s", dialog_number, secrets[i],
					message);
	}
}

/* 8.1.1.5, 12.2.2, 13.2.2.4: a higher one each time, that of its INVITE in an ACK. */
static inline void check_cseq(
		party_t *p, const char *message, const char *method)
{
	char *end;
	long n = strtol(value(message, "CSeq"), &end, 10);

	check(n >= 0 && n < 1l << 31, message);
	check(same(end, say(" %s", method)), message);
	if(same(method, "ACK")) {
		check(n == p->remote_invite, message);
		return;
	}
	check(n > p->remote_cseq, message);
	p->remote_cseq = n;
	if(same(method, "INVITE"))
		p->remote_invite = n;
}

/* Of every request: one Via, that of the SBC; nobody else wants to stay on the way. */
static inline void check_request(party_t *p, const party_t *from,
		const char *message, const char *method)
{
	check_cseq(p, message, method);
	check(strstr(value(message, "Via"), OUR_BRANCH), message);
	check(!header(message, "Record-Route", 0), message);
	check_hidden(p, from, message);
}

/* The route set of its leg, as the SBC has to use it (12.1.1, 12.1.2, 12.2.1.1). */
static inline void check_route(const party_t *p, const char *message)
{
	if(p->proxies == 0)
		check(!header(message, "Route", 0), message);
	else if(p->proxies == 1)
		check(same(value(message, "Route"), say("<sip:p1.%s;lr>", p->host)),
				message);
	else
		check(same(value(message, "Route"),
					  say("<sip:p1.%s;lr>, <sip:p2.%s;lr>", p->host, p->host)),
				message);
}

/* Of a request in its dialog. */
static inline void check_in_dialog(party_t *p, const party_t *from,
		const char *message, const char *method)
{
	check_request(p, from, message, method);
	check(starts(message, say("%s %s SIP/2.0\r\n", method, p->contact)),
			message);
	check_route(p, message);
	check(same(value(message, "Call-ID"), p->call_id), message);
	check(same(tag_in(message, "From"), p->remote_tag), message);
	check(same(tag_in(message, "To"), p->local_tag), message);
	check(same(uri_in(message, "From"), p->remote), message);
	check(same(uri_in(message, "To"), p->local), message);
}

/* As it was sent, but for received, and rport filled in (18.2.1, RFC 3581 4). */
static inline void check_via(
		const char *sent, const char *back, const char *message)
{
	const char *branch = strstr(sent, ";branch=");

	check(strncmp(back, sent, strcspn(sent, ";")) == 0, message);
	check(strstr(back, say("%.*s", (int)strcspn(branch + 1, ";") + 1, branch)),
			message);
	check(!strstr(sent, ";rport")
					|| strstr(back, say(";rport=%u", SOURCE_PORT)),
			message);
}

/* Of a reply to what it sent (8.2.6.2); the tag of To is who has answered, once there is one. */
static inline void check_reply(const party_t *p, const party_t *from,
		const char *sent, const char *message)
{
	const char *to = value(sent, "To"), *back = value(message, "To");

	check(same(value(message, "From"), value(sent, "From")), message);
	check(same(value(message, "Call-ID"), value(sent, "Call-ID")), message);
	check(same(value(message, "CSeq"), value(sent, "CSeq")), message);
	if(strstr(to, ";tag="))
		check(same(back, to), message);
	else
		check(starts(back, say("%s;tag=", to)), message);
	check_via(header(sent, "Via", 0), header(message, "Via", 0), message);
	check(same(header(message, "Via", 1), header(sent, "Via", 1)), message);
	check(!header(message, "Via", 2), message);
	check(!header(message, "Record-Route", 0), message);
	check_hidden(p, from, message);
}

#endif
