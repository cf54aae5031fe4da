/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random dialogs over the SBC: each leg, seen alone, is a dialog as RFC 3261 has it, and shows nothing of the other.
 * Proxies put their Record-Route into each request that may move a target: nothing else tells a later message of them.
 */
#include "leg_party.h"

#include "liblync/leg.h"

#define DIALOGS 800
#define MAX_FORKS 3

static sbc_t sbc;
static ly_trunk_t trunk;
static ly_peer_t server, target;
/* that it all came to pass */
static struct
{
	unsigned requests, replies, forked, own, tampered, moved, refused, rotated;
} done;

typedef struct call
{
	/* each fork has its callee, and a dialog of its own at the caller, or the first one */
	party_t callee[MAX_FORKS], caller[MAX_FORKS];
	unsigned forks;
	const char *sent, *got; /* the INVITE on either leg */
} call_t;

/* One letter of a sealed text is another one; in base32 not the same in another case. */
static const char *changed(const char *message, const char *sealed, bool base32)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567"
								  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0189-_";
	char *copy = (char *)say("%s", message),
		 *at = copy + (sealed - message)
			   + any((unsigned)strspn(sealed, letters)),
		 c;

	do
		c = letters[any(base32 ? 32 : 64)];
	while(c == *at || (base32 && (c | 0x20) == (*at | 0x20)));
	*at = c;
	done.tampered++;
	return copy;
}

/* What the SBC makes of a message ------------------------------------------------------------------------------------- */

static const char *get_request(const party_t *by, const char *sent)
{
	ly_slice_t got = sbc_request(&sbc, by->side, ly_cstr(sent));

	if(!got.s)
		fail_msg("dialog %u: refused, %s:\n%s", dialog_number, sbc.wrong, sent);
	done.requests++;
	return say("%.*s", LY_FMT(got));
}

static const char *get_reply(const party_t *by, const party_t *from,
		const char *sent, const char *answer)
{
	const char *origin = strstr(answer, ";lt=") + 4;
	ly_slice_t got;

	if(any(8) == 0)
		check(!sbc_reply(&sbc, ly_cstr(changed(answer, origin, false))).s,
				answer);
	got = sbc_reply(&sbc, ly_cstr(answer));
	if(!got.s)
		fail_msg("dialog %u: refused, %s:\n%s", dialog_number, sbc.wrong,
				answer);
	done.replies++;
	answer = say("%.*s", LY_FMT(got));
	check_reply(by, from, sent, answer);
	return answer;
}

/* Its Contact of ours with another letter leads nowhere. */
static void tamper(const party_t *p)
{
	const char *in_param = strstr(p->remote_target, ";lt=");
	party_t forger = *p;

	forger.remote_target = changed(p->remote_target,
			in_param ? in_param + 4 : p->remote_target + 4, in_param);
	check(!sbc_request(&sbc, p->side,
				  ly_cstr(request(
						  &forger, "INFO", p->local_cseq + 1, NULL, "")))
					.s,
			forger.remote_target);
}

/* In a dialog --------------------------------------------------------------------------------------------------------- */

static bool moves_targets(const char *method)
{
	return same(method, "INVITE") || same(method, "UPDATE");
}

static const char *maybe_moved(const party_t *p, const char *method)
{
	if(!moves_targets(method))
		return NULL;
	return any(2) ? new_contact(p) : p->contact;
}

static void acknowledge(const party_t *by, party_t *other)
{
	check_in_dialog(other, by,
			get_request(by, request(by, "ACK", by->local_cseq, NULL, "")),
			"ACK");
}

/* A yes to a request that moves targets does so at both ends (12.2.1.2, RFC 6141 4.2). */
static void move(party_t *by, const char *here, const char *answer,
		party_t *other, const char *there, const char *got)
{
	done.moved += here != by->contact || there != other->contact;
	by->contact = here;
	by->remote_target = uri_in(answer, "Contact");
	other->contact = there;
	other->remote_target = uri_in(got, "Contact");
}

/* One request and its answers. more: lines that end in CRLF. Returns the request that the other one got. */
static const char *transact(
		party_t *by, party_t *other, const char *method, const char *more)
{
	const char *here = maybe_moved(by, method),
			   *there = maybe_moved(other, method), *sent, *got, *answer;
	bool yes = any(4) || !moves_targets(method);

	by->local_cseq += any(8) ? 1 : 1 + any(20);
	by->own = 0;
	sent = request(by, method, by->local_cseq, here, more);
	got = get_request(by, sent);
	check_in_dialog(other, by, got, method);
	if(same(method, "INVITE") && any(2))
		get_reply(by, other, sent, reply(other, got, 180, NULL, ""));
	answer = get_reply(by, other, sent,
			reply(other, got, yes ? 200 : 488, yes ? there : NULL, ""));
	if(yes && moves_targets(method))
		move(by, here, answer, other, there, got);
	if(yes && same(method, "INVITE"))
		acknowledge(by, other);
	done.refused += !yes;
	return got;
}

/* Of the SBC itself, behind by's last number: a new number each time, and by's next one is higher. */
static void requests_of_our_own(party_t *by, party_t *other)
{
	const char *sent = request(by, "INFO", by->local_cseq, NULL, ""), *got;

	for(unsigned left = 1 + any(3); left && by->own < 12; left--) {
		sbc.own_slot = ++by->own;
		got = get_request(by, sent);
		sbc.own_slot = 0;
		check_in_dialog(other, by, got, "INFO");
		/* the answer says whose number it was */
		get_reply(by, other, sent, reply(other, got, 200, NULL, ""));
		done.own++;
	}
}

static void rotate_keys(void)
{
	assert_null(ly_keys_read(&sbc.keys,
			LY_LIT("b the secret of next year\na the secret of this year")));
	done.rotated++;
}

static void talk(party_t *caller, party_t *callee)
{
	static const char *const methods[] = {"INVITE", "UPDATE", "INFO"};
	party_t *ends[] = {caller, callee};

	for(unsigned left = any(7); left; left--) {
		unsigned by = any(2);

		if(any(6) == 0)
			rotate_keys();
		if(any(3) == 0)
			requests_of_our_own(ends[by], ends[!by]);
		else
			transact(ends[by], ends[!by], methods[any(3)], "");
		tamper(ends[by]);
	}
	if(any(2))
		transact(caller, callee, "BYE", "");
	else
		transact(callee, caller, "BYE", "");
}

/* A call is made ------------------------------------------------------------------------------------------------------ */

static party_t new_caller(ly_side_t side)
{
	party_t p = new_party(side, 0);

	p.call_id = any(2) ? say("%s@pbx-%s.test", word(), word())
					   : say("%s-%s-%s", word(), word(), word());
	p.local = side == LY_LYNC ? say("sip:+498912345678@%s;user=phone", p.host)
							  : say("sip:+4930123456@%s", p.host);
	p.remote = side == LY_LYNC ? "sip:+4930123456@" LYNC_HOST ";user=phone"
							   : "sip:+498912345678@" PSTN_HOST;
	return p;
}

/* What a callee knows from the INVITE (12.1.1). */
static party_t new_callee(ly_side_t side, unsigned n, const char *invite)
{
	party_t p = new_party(side, n);

	p.call_id = value(invite, "Call-ID");
	p.local = uri_in(invite, "To");
	p.remote = uri_in(invite, "From");
	p.remote_tag = tag_in(invite, "From");
	p.remote_target = uri_in(invite, "Contact");
	return p;
}

/* Whether its Call-ID is shown, sealed or not, as the plan says. */
static void check_call_id(const party_t *caller, const party_t *callee)
{
	bool kept =
			callee->side == LY_LYNC ? trunk.call_id_kept : target.call_id_kept;

	if(kept || !strchr(caller->call_id, '@'))
		check(same(callee->call_id, caller->call_id), callee->call_id);
	else
		check(!strpbrk(callee->call_id, "@.:["), callee->call_id);
}

static void invite(call_t *c)
{
	party_t caller = new_caller(any(2) ? LY_LYNC : LY_PSTN);

	c->sent = request(&caller, "INVITE", caller.local_cseq, caller.contact, "");
	c->got = get_request(&caller, c->sent);
	check(tag_in(c->got, "To")[0] == '\0', c->got);
	check(!header(c->got, "Route", 0), c->got);
	for(unsigned i = 0; i < c->forks; i++) {
		c->caller[i] = caller;
		c->callee[i] = new_callee(other_side(caller.side), i + 1, c->got);
		check_request(&c->callee[i], &caller, c->got, "INVITE");
		check_call_id(&caller, &c->callee[i]);
	}
}

/* The caller's side of a fork. */
static party_t *caller_of(call_t *c, unsigned fork)
{
	return &c->caller[sbc.dialog.forks_apart ? fork : 0];
}

/* Who has answered is told by the tag: another one for each fork, or always the same. */
static void learn_tag(call_t *c, unsigned fork, const char *answer)
{
	party_t *caller = caller_of(c, fork);
	const char *tag = tag_in(answer, "To");

	if(caller->remote_tag)
		check(same(tag, caller->remote_tag), answer);
	caller->remote_tag = tag;
	caller->remote_target = uri_in(answer, "Contact");
	for(unsigned i = 0; i < c->forks; i++) {
		const char *other = caller_of(c, i)->remote_tag;
		if(other && caller_of(c, i) != caller)
			check(!same(other, tag), answer);
	}
}

/* A reliable 180 of a fork, and its PRACK (RFC 3262 4). */
static void ring(call_t *c, unsigned fork)
{
	party_t *caller = caller_of(c, fork), *callee = &c->callee[fork];
	unsigned rseq = 1 + any(1000);
	uint32_t invite_cseq = (uint32_t)strtoul(value(c->sent, "CSeq"), NULL, 10);
	const char *got;

	learn_tag(c, fork,
			get_reply(caller, callee, c->sent,
					reply(callee, c->got, 180, callee->contact,
							say("RSeq: %u\r\n", rseq))));
	got = transact(caller, callee, "PRACK",
			say("RAck: %u %u INVITE\r\n", rseq, invite_cseq));
	check(same(value(got, "RAck"),
				  say("%u %d INVITE", rseq, (int)callee->remote_invite)),
			got);
	if(sbc.dialog.forks_apart && any(3) == 0)
		transact(callee, caller, "UPDATE", "");
}

/* ACK goes to the number of the INVITE, whatever came since (13.2.2.4). */
static void answer(call_t *c, unsigned fork)
{
	party_t *callee = &c->callee[fork], acknowledging;
	const party_t *caller = caller_of(c, fork);

	learn_tag(c, fork,
			get_reply(caller, callee, c->sent,
					reply(callee, c->got, 200, callee->contact, "")));
	acknowledging = *caller;
	acknowledging.local_cseq =
			(uint32_t)strtoul(value(c->sent, "CSeq"), NULL, 10);
	acknowledge(&acknowledging, callee);
}

static void refuse(call_t *c)
{
	const char *got = get_reply(&c->caller[0], &c->callee[0], c->sent,
			reply(&c->callee[0], c->got, 486, "sip:elsewhere@10.0.0.9", ""));

	check(!header(got, "Contact", 0), got);
	done.refused++;
}

/* What the plan says, and how the call comes to be. */
static void choose_settings(void)
{
	assert_null(ly_keys_read(&sbc.keys, LY_LIT("a the secret of this year")));
	trunk.call_id_kept = any(2);
	trunk.token_place = any(2) ? LY_TOKEN_USER : LY_TOKEN_PARAMETER;
	target.call_id_kept = any(2);
	target.token_place = any(2) ? LY_TOKEN_USER : LY_TOKEN_PARAMETER;
	sbc.trunk = &trunk;
	sbc.server = &server;
	sbc.target = &target;
	sbc.dialog = (ly_dialog_t){.withheld = any(4) == 0,
			.forks_apart = any(2),
			.slot = (uint8_t)any(4)};
}

static void one_dialog(void)
{
	call_t c = {.forks = any(3) ? 1 : 2 + any(2)};
	unsigned winner = any(c.forks);

	choose_settings();
	invite(&c);
	if(c.forks == 1 && any(8) == 0) {
		refuse(&c);
		return;
	}
	done.forked += c.forks > 1;
	for(unsigned i = 0; i < c.forks; i++) {
		if(any(3))
			ring(&c, i);
	}
	answer(&c, winner);
	talk(caller_of(&c, winner), &c.callee[winner]);
}

static void random_dialogs(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	seed = 20261129;
	for(dialog_number = 0; dialog_number < DIALOGS; dialog_number++) {
		one_dialog();
		forget_blocks(NULL);
	}
	print_message("%u requests, %u replies, %u calls forked, %u requests of "
				  "our own, %u targets moved, %u answers no, %u times new "
				  "keys, %u texts tampered with\n",
			done.requests, done.replies, done.forked, done.own, done.moved,
			done.refused, done.rotated, done.tampered);
	assert_true(done.forked > DIALOGS / 8 && done.own > DIALOGS / 4
				&& done.moved > DIALOGS / 4 && done.refused > DIALOGS / 8
				&& done.rotated > DIALOGS / 8 && done.tampered > DIALOGS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(random_dialogs)};

	return cmocka_run_group_tests_name("leg_dialogs", tests, NULL, NULL);
}
