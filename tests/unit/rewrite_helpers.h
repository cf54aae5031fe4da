/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One message on its way to a receiver of whom only what a test is about is known. */
#ifndef TESTS_UNIT_REWRITE_HELPERS_H
#define TESTS_UNIT_REWRITE_HELPERS_H

#include "message_helpers.h"

#include "liblync/rewrite.h"

static ly_message_t m;
static ly_edits_t e;

#define HEADERS \
	"f: <sip:+49301@a.example>;tag=f\r\nt: <sip:+49302@b.example>\r\n"
#define RULE(id) ly_rule_bit(LY_LIT(id))

static inline ly_rewrite_t receiver(ly_rule_set_t active)
{
	return (ly_rewrite_t){.active = active,
			.our_host = LY_LIT("ours.example"),
			.peer_host = LY_LIT("peer.example"),
			.peer_port = 5067};
}

static inline const char *run(ly_slice_t raw, const ly_rewrite_t *r)
{
	parse(raw, &m);
	ly_edits_begin(&e, m.raw, block(2048), 2048);
	return ly_rewrite(&m, r, &e);
}

static inline ly_slice_t good(const char *raw, const ly_rewrite_t *r)
{
	const char *wrong = run(text(raw), r);
	ly_slice_t out;

	if(wrong)
		fail_msg("%s: %s", wrong, raw);
	out = apply(&e);
	parse(out, &m);
	return out;
}

#endif
