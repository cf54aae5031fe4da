/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A call from Lync with two answers, and tags, tokens and keys that do not go together. */
#include "passage_helpers.h"

static ly_slice_t invite_of_lync(void)
{
	return say("INVITE sip:+4930123456@" LYNC_HOST ";user=phone SIP/2.0\r\n"
			   "FROM: \"Ada\" <sip:+498912345678@contoso.example;user=phone>;"
			   "epid=0A1B;tag=4c0ffee01a\r\nTO: <sip:+4930123456@" LYNC_HOST
			   ";user=phone>\r\nCSEQ: 412007 INVITE\r\nCALL-ID: "
			   "7d3c0f52-1111-4222-8333-944455566677\r\nVIA: " MED_VIA
			   "\r\nCONTACT: <" MED_TARGET ">\r\n\r\n");
}

static ly_slice_t answer_of_fork(const char *tag, const char *target)
{
	return say("SIP/2.0 180 Ringing\r\n%sTo: %.*s;tag=%s\r\nContact: <%s>\r\n"
			   "RSeq: 1\r\n\r\n",
			echo(), LY_FMT(value(LY_H_TO)), tag, target);
}

/* Lync's PRACK, for what it holds of a fork. */
static ly_slice_t prack_of_lync(ly_slice_t held, ly_slice_t tag)
{
	return say("PRACK %.*s SIP/2.0\r\nFROM: \"Ada\" <sip:+498912345678@contoso."
			   "example;user=phone>;epid=0A1B;tag=4c0ffee01a\r\nTO: "
			   "<sip:+4930123456@" LYNC_HOST ";user=phone>;tag=%.*s\r\nCSEQ: "
			   "412008 PRACK\r\nCALL-ID: 7d3c0f52-1111-4222-8333-944455566677"
			   "\r\nVIA: " MED_VIA "\r\nRACK: 1 412007 INVITE\r\n\r\n",
			LY_FMT(held), LY_FMT(tag));
}

#define FORKS 2
static const char *const fork_tags[] = {"fork-1", "fork-2"};
static const char *const fork_targets[] = {
		"sip:one@198.51.100.31", "sip:two@198.51.100.32;x=y"};

/* What Lync gets of two answers to one INVITE. */
static void ring_twice(
		bool apart, ly_slice_t tags[FORKS], ly_slice_t held[FORKS])
{
	ly_slice_t invite;

	begin_call(false, false);
	sbc.dialog.forks_apart = apart;
	invite = sbc_request(&sbc, LY_LYNC, invite_of_lync());
	for(int i = 0; i < FORKS; i++) {
		look(invite);
		/* nothing in it tells, and it is the same on both legs */
		assert_slice(
				value(LY_H_CALL_ID), "7d3c0f52-1111-4222-8333-944455566677");
		look(sbc_reply(&sbc, answer_of_fork(fork_tags[i], fork_targets[i])));
		tags[i] = exact(tag_in(value(LY_H_TO)));
		held[i] = contact();
		check_our_tag(tags[i]);
		assert_slice(value(LY_H_VIA), MED_VIA);
	}
}

static void two_forks(void **state)
{
	(void)state;
	for(int apart = 0; apart < 2; apart++) {
		ly_slice_t tags[FORKS], held[FORKS];

		ring_twice(apart, tags, held);
		assert_int_equal(ly_eq(tags[0], tags[1]), !apart);
		for(int i = 0; i < FORKS; i++) {
			look(sbc_request(&sbc, LY_LYNC, prack_of_lync(held[i], tags[i])));
			assert_slice(seen.uri, fork_targets[i]);
			assert_slice(tag_in(value(LY_H_TO)), fork_tags[i]);
			assert_slice(value(LY_H_RACK), "1 6592127 INVITE");
			assert_slice(value(LY_H_CSEQ), "6592143 PRACK");
		}
		/* where each fork is a dialog of its own, one's tag does not go with the other's Contact */
		assert_int_equal(
				sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], tags[1])).s
						!= NULL,
				!apart);
	}
}

/* Tags that are not those of the call, of whichever party. */
static void tags_of_another_call(void **state)
{
	ly_slice_t tags[FORKS], held[FORKS];
	char *tag;

	(void)state;
	ring_twice(false, tags, held);
	assert_non_null(
			sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], tags[0])).s);
	tag = (char *)exact(tags[0]).s;
	tag[0] ^= 1;
	assert_null(sbc_request(
			&sbc, LY_LYNC, prack_of_lync(held[0], ly_slice(tag, tags[0].len)))
					.s);
	assert_null(
			sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], LY_LIT("fork-1")))
					.s);
	/* with the other party's token */
	assert_null(sbc_request(&sbc, LY_PSTN, prack_of_lync(held[0], tags[0])).s);
}

/* The key that the call began under makes its tags as long as it is there, whatever seals by now. */
static void keys_change_in_a_call(void **state)
{
	ly_slice_t tags[FORKS], held[FORKS], sent;

	(void)state;
	ring_twice(true, tags, held);
	assert_null(ly_keys_read(&sbc.keys,
			LY_LIT("b another secret of it\na a secret of the cluster")));
	sent = sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], tags[0]));
	look(sent);
	look(sbc_reply(&sbc, answer_of_fork("ignored", fork_targets[0])));
	assert_same(tag_in(value(LY_H_TO)), tags[0]);
	assert_slice(ly_slice(contact().s, 6), "sip:0Lb");
	assert_null(ly_keys_read(&sbc.keys, LY_LIT("b another secret of it")));
	assert_null(sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], tags[0])).s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(two_forks),
			TEST(tags_of_another_call), TEST(keys_change_in_a_call)};

	return cmocka_run_group_tests_name(
			"passage_forks", tests, load_plan, free_plan);
}
