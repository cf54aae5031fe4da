/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be true of a message with the names of a leg. Included by fuzz_rewrite.c, not compiled apart. */
#ifndef TESTS_FUZZ_FUZZ_LEG_H
#define TESTS_FUZZ_FUZZ_LEG_H

#include "fuzz.h"

#include <sodium.h>

#include "liblync/leg.h"
#include "liblync/rewrite.h"

#define FIRST_VIA LY_LIT("SIP/2.0/UDP 198.51.100.10;branch=z9hG4bK1;rport=5060")
#define SECOND_VIA LY_LIT("SIP/2.0/TCP 10.0.0.1")
#define VIAS                                                            \
	LY_LIT("SIP/2.0/UDP 198.51.100.10;branch=z9hG4bK1;rport=5060, SIP/" \
		   "2.0/TCP 10.0.0.1")
#define CALL_ID LY_LIT("3848276298220188511")
#define FROM_TAG LY_LIT("abcdefghijk")
#define TO_TAG LY_LIT("ABCDEFGHIJK")
#define CSEQ 102
#define SLOT 3

static ly_message_t before, after;
static ly_keys_t keys;

static ly_leg_names_t names_of_leg(void)
{
	ly_leg_names_t leg = {.keys = &keys,
			.call_id = CALL_ID,
			.from_tag = FROM_TAG,
			.to_tag = TO_TAG,
			.slot = SLOT,
			.cseq = CSEQ};

	if(!before.request)
		leg.vias = VIAS;
	return leg;
}

/* Quotes, brackets or commas among the parameters of a header: what they part may change when one parameter goes. */
static bool strange(const ly_message_t *m)
{
	for(unsigned i = 0; i < m->header_count; i++) {
		ly_nameaddr_t na;

		if(!ly_nameaddr_split(m->headers[i].value, &na))
			continue;
		for(size_t j = 0; j < na.params.len; j++) {
			if(strchr("\",<>", na.params.s[j]) && na.params.s[j])
				return true;
		}
	}
	return false;
}

static ly_slice_t tag_in(const ly_header_t *h)
{
	ly_nameaddr_t na;

	must(ly_nameaddr_split(h->value, &na),
			"an address that we wrote can be read");
	return ly_param(na.params, LY_LIT("tag"));
}

/* A request has none but the one that the core will write; a reply has those it goes back by, and no longer ours. */
static void check_vias(void)
{
	unsigned count = 0;

	for(unsigned i = 0; i < after.header_count; i++) {
		const ly_header_t *h = &after.headers[i];
		if(h->id != LY_H_VIA)
			continue;
		must(!after.request, "the sender's Via is gone");
		must(count != 0 || ly_eq(h->value, FIRST_VIA),
				"the first Via is that of who asked");
		must(count != 1 || ly_eq(h->value, SECOND_VIA), "so is the second");
		count++;
	}
	must(after.request || before.header_count == 0 || count == 2,
			"no other Via is left");
}

/* The number is the leg's; a text that is none stays in a request. */
static void check_cseq(const ly_header_t *was, const ly_header_t *is)
{
	ly_slice_t rest = was->value, now = is->value;
	long n = ly_number(ly_word(&rest), UINT32_MAX),
		 shown = ly_number(ly_word(&now), UINT32_MAX);

	if(!after.request)
		must(shown == CSEQ || n < 0, "the number of who asked");
	else
		must(n < 0 ? shown < 0 : shown == (long)ly_leg_cseq((uint32_t)n, SLOT),
				"the number that the receiver's leg has");
}

/* Which of a message's headers of that id is the first one, is the first one of the other too. */
static void check_leg(void)
{
	const ly_header_t *was = ly_header(&before, LY_H_CSEQ),
					  *is = ly_header(&after, LY_H_CSEQ);
	bool odd = strange(&after);

	check_vias();
	if(was && is)
		check_cseq(was, is);
	for(unsigned i = 0; i < after.header_count; i++) {
		const ly_header_t *h = &after.headers[i];

		must(h->id != LY_H_CALL_ID || ly_eq(h->value, CALL_ID),
				"the Call-ID of the leg");
		if(odd || (h->id != LY_H_FROM && h->id != LY_H_TO))
			continue;
		must(ly_eq(tag_in(h), h->id == LY_H_FROM ? FROM_TAG : TO_TAG),
				"the leg's tags");
	}
}

#endif
