/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as SDP: normalised it is what it was without some of its lines, and twice is once. */
#include "fuzz.h"

#include "liblync/sdp.h"

static ly_edits_t edits;

/* sdp without what rules take out; s is NULL where there is too much to take out. */
static ly_slice_t normalised(ly_slice_t sdp, ly_rule_set_t rules)
{
	ly_edits_begin(&edits, sdp, NULL, 0);
	ly_sdp_normalise(sdp, rules, &edits);
	return ly_edits_finish(&edits) ? applied(&edits) : LY_EMPTY;
}

/* Whether a line stands there whole, but for the user name of o=, which may be hidden. */
static bool stands(const ly_sdp_line_t *left, const ly_sdp_line_t *before)
{
	ly_slice_t rest = left->value, whole = before->value;

	if(ly_eq(left->line, before->line))
		return true;
	if(left->type != 'o' || before->type != 'o')
		return false;
	if(!ly_eq(ly_word(&rest), LY_LIT("-")))
		return false;
	ly_word(&whole);
	return ly_eq(rest, whole);
}

/* Each line of less is one of more, in the same order. */
static void check_lines(ly_slice_t less, ly_slice_t more)
{
	ly_sdp_line_t line, other;

	while(ly_sdp_next(&less, &line)) {
		bool found = false;

		must(within(line.value, line.line), "a value lies in its line");
		while(!found && ly_sdp_next(&more, &other))
			found = stands(&line, &other);
		must(found, "nothing is changed in a line that stays");
	}
}

/* What is left for rtpengine and for the other side. */
static void check_rest(ly_slice_t normal)
{
	ly_sdp_line_t line;
	ly_crypto_t crypto;
	unsigned keys = 0, usable = 0;
	bool media = false;

	while(ly_sdp_next(&normal, &line)) {
		if(line.type == 'm') {
			must(!media || !usable || keys == 1,
					"one key line of those that can be used");
			media = true;
			keys = usable = 0;
		}
		must(line.type != 'o' || ly_eq(ly_word(&line.value), LY_LIT("-")),
				"nobody learns who made the session");
		if(line.type != 'a')
			continue;
		must(!ly_istarts(line.value, LY_LIT("x-"))
						&& !ly_istarts(line.value, LY_LIT("cryptoscale:"))
						&& !ly_istarts(line.value, LY_LIT("candidate:")),
				"what a rule names is gone");
		keys += ly_istarts(line.value, LY_LIT("crypto:"));
		usable += ly_crypto_parse(line.value, &crypto)
				  && ly_crypto_usable(&crypto);
	}
	must(!media || !usable || keys == 1,
			"one key line of those that can be used");
}

static void check_rules(ly_slice_t sdp, ly_rule_set_t rules, bool all)
{
	static const char *profiles[] = {"lync-srtp-required", "gateway-rtp"};
	ly_slice_t once = normalised(sdp, rules), twice;

	if(!once.s)
		return;
	check_lines(once, sdp);
	if(all)
		check_rest(once);
	for(int i = 0; i < 2; i++) {
		const ly_media_profile_t *profile =
				ly_media_profile(ly_cstr(profiles[i]));
		must(ly_sdp_check(sdp, profile) || !ly_sdp_check(once, profile),
				"what is right stays right");
	}
	twice = normalised(once, rules);
	must(ly_eq(once, twice), "twice is once");
	give_back(twice);
	give_back(once);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t sdp = copy_of(data, size);

	check_rules(sdp, ly_dialect(LY_LIT("lync2013"))->leaving, true);
	check_rules(sdp, ly_dialect(LY_LIT("rfc3261"))->leaving, false);
	check_rules(sdp, ly_rule_bit(LY_LIT("sdp-one-crypto")), false);
	give_back(sdp);
	return 0;
}
