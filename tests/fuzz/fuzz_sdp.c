/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as SDP: normalised it is what it was without some of its lines and formats, and twice is once. On hold it
 * has the direction that is wanted, and nothing else is changed.
 */
#include "fuzz.h"

#include "liblync/sdp.h"
#include "liblync/sdp_hold.h"

static ly_edits_t edits;

/* sdp without what rules take out; s is NULL where there is too much to take out. */
static ly_slice_t normalised(ly_slice_t sdp, ly_rule_set_t rules)
{
	ly_edits_begin(&edits, sdp, NULL, 0);
	ly_sdp_normalise(sdp, rules, &edits);
	return ly_edits_finish(&edits) ? applied(&edits) : LY_EMPTY;
}

/* Each word of less is one of more, in the same order. */
static bool words_of(ly_slice_t less, ly_slice_t more)
{
	ly_slice_t word, other;

	while((word = ly_word(&less)).len) {
		do
			other = ly_word(&more);
		while(other.len && !ly_eq(word, other));
		if(!other.len)
			return false;
	}
	return true;
}

/* The same m= line, with fewer formats perhaps, but one where there was one; or refused with all of them. */
static bool same_stream(ly_slice_t left, ly_slice_t before)
{
	ly_stream_t a = ly_stream_read(left), b = ly_stream_read(before);
	ly_slice_t formats = b.formats;

	if(!ly_eq(a.kind, b.kind) || !ly_eq(a.protocol, b.protocol))
		return false;
	if(!a.open)
		return ly_eq(a.formats, b.formats);
	return ly_eq(a.port, b.port) && words_of(a.formats, b.formats)
		   && !ly_word(&a.formats).len == !ly_word(&formats).len;
}

/*
 * Whether a line stands there whole, but for the names in o= and s=, which may be hidden, and what an m= line has lost.
 */
static bool stands(const ly_sdp_line_t *left, const ly_sdp_line_t *before)
{
	ly_slice_t rest = left->value, whole = before->value;

	if(ly_eq(left->line, before->line))
		return true;
	if(left->type == 'm' && before->type == 'm')
		return same_stream(left->value, before->value);
	if(left->type == 's' && before->type == 's')
		return ly_eq(left->value, LY_LIT("-"));
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
	bool media = false, refused = false, taken = false;

	while(ly_sdp_next(&normal, &line)) {
		if(line.type == 'm') {
			must(!media || !usable || keys == 1,
					"one key line of those that can be used");
			ly_stream_t stream = ly_stream_read(line.value);
			bool call = stream.audio && stream.open && !taken;

			must(call || !stream.open || !stream.port.len,
					"no stream but the call's is open");
			taken |= call;
			refused = !call;
			media = true;
			keys = usable = 0;
		}
		must(line.type != 'o' || ly_eq(ly_word(&line.value), LY_LIT("-")),
				"nobody learns who made the session");
		must(!refused || line.type == 'm' || line.type == 'c',
				"nothing describes a stream that is refused, keys least of "
				"all");
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

static unsigned count_of_streams(ly_slice_t sdp)
{
	unsigned count = 0;
	ly_sdp_line_t line;

	while(ly_sdp_next(&sdp, &line))
		count += line.type == 'm';
	return count;
}

static void check_rules(ly_slice_t sdp, ly_rule_set_t rules, bool all)
{
	static const char *profiles[] = {"lync-srtp-required", "gateway-rtp"};
	ly_slice_t once = normalised(sdp, rules), twice;

	if(!once.s)
		return;
	check_lines(once, sdp);
	must(count_of_streams(once) == count_of_streams(sdp),
			"each stream keeps its m= line");
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

static ly_slice_t held(ly_slice_t sdp, bool answer, int what)
{
	static char text[LY_SDP_HOLD_TEXT];

	ly_edits_begin(&edits, sdp, text, sizeof(text));
	if(answer)
		ly_sdp_hold_answer(sdp, (ly_sdp_direction_t)what, &edits);
	else
		ly_sdp_hold_offer(sdp, (ly_hold_t)what, &edits);
	must(ly_edits_finish(&edits), "there is room for it");
	return applied(&edits);
}

/* An answer never says more than the offer allows; a form of hold is the same when it is given again. */
static void check_hold(ly_slice_t sdp)
{
	ly_streams_t before = ly_sdp_streams(sdp), after;
	ly_slice_t once, twice;

	for(int form = LY_HOLD_TRANSPARENT; form <= LY_HOLD_SENDRECV; form++) {
		once = held(sdp, false, form);
		after = ly_sdp_streams(once);
		must(after.count == before.count, "hold takes no stream away");
		must(form == LY_HOLD_TRANSPARENT || !(before.direction & LY_SENDONLY)
						|| !before.audio
						|| (form == LY_HOLD_SENDRECV
								== (after.direction == LY_SENDRECV)),
				"hold has the form that is wanted");
		twice = held(once, false, form);
		must(ly_eq(once, twice), "held twice is held once");
		give_back(twice);
		give_back(once);
	}
	for(int offered = LY_SENDRECV; offered <= LY_INACTIVE; offered++) {
		once = held(sdp, true, offered);
		after = ly_sdp_streams(once);
		must(!before.audio
						|| (!((offered & LY_SENDONLY)
									&& !(after.direction & LY_RECVONLY))
								&& !((offered & LY_RECVONLY)
										&& !(after.direction & LY_SENDONLY))),
				"an answer fits its offer");
		give_back(once);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t sdp = copy_of(data, size);

	check_rules(sdp, ly_dialect(LY_LIT("lync2013"))->leaving, true);
	check_rules(sdp, ly_dialect(LY_LIT("rfc3261"))->leaving, false);
	check_rules(sdp, ly_rule_bit(LY_LIT("sdp-one-crypto")), false);
	check_hold(sdp);
	give_back(sdp);
	return 0;
}
