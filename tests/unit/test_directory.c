/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directory: names by address, addresses by name, and which one a call goes to. */
#include "plan_helpers.h"

#include "liblync/directory.h"
#include "liblync/match.h"

#define NAMES 200

static const char xml[] =
		"<lync-trunks xmlns='urn:lync-sbc:trunks:1' version='1'>"
		"<node name='sbc1' fqdn='sbc1.example.net'>"
		"<interface side='lync' address='192.0.2.1'/>"
		"<interface side='pstn' address='198.51.100.1'/>"
		"<certificate file='/c' key='/k' ca='/a'/>"
		"<listen side='lync' transport='tls' port='5067'/>"
		"<listen side='pstn' transport='udp' port='5060'/></node>"
		"<pool name='hq' fqdn='medpool.contoso.example' dialect='lync2013'>"
		"<server fqdn='med01.contoso.example'/>"
		"<server fqdn='med02.contoso.example'/>"
		"<server fqdn='med03.contoso.example' address='192.0.2.13'/></pool>"
		"<target name='gw1' fqdn='GW.example.net' port='5060' transport='udp'>"
		"<route trunk='hq'/></target>"
		"<trunk name='hq' pool='hq' mediation-port='5067' "
		"fqdn='sbc1.example.net' port='5067' transport='tls'>"
		"<route target='gw1'/></trunk></lync-trunks>";

static ly_addr_t at(const char *text)
{
	ly_addr_t address;

	assert_true(ly_addr_parse(ly_cstr(text), &address));
	return address;
}

/* A name that was at old (NULL: nowhere) and is at the others now. */
static ly_name_t named(const char *fqdn, const char *old, const char *now)
{
	ly_name_t name;
	ly_addr_t address = at(old ? old : now);
	ly_answer_t answer = {LY_ANSWER_ADDRESSES, 0, 300, &address, 1};

	ly_name_init(&name, ly_cstr(fqdn), 0);
	ly_name_round_begin(&name);
	ly_name_heard(&name, ly_family(&address), &answer, 1);
	address = at(now);
	ly_name_heard(&name, ly_family(&address), &answer, 2);
	return name;
}

static void nothing_is_in_an_empty_directory(void **state)
{
	ly_directory_t *d = ly_directory_build(NULL, 0, take, give);
	ly_addr_t address = at("192.0.2.1");
	const ly_peer_t *found[1];
	ly_plan_t plan = {0};

	(void)state;
	assert_non_null(d);
	assert_null(ly_directory_find(d, LY_LIT("gw.example.net")));
	assert_null(ly_directory_find(d, LY_EMPTY));
	assert_int_equal(ly_directory_peers_at(d, &plan, &address, found, 1), 0);
	ly_directory_free(d);
	ly_directory_free(NULL);
	assert_int_equal(live, 0);
}

static void a_name_in_any_case(void **state)
{
	ly_name_t one = named("Gw.Example.NET", NULL, "198.51.100.10");
	ly_name_t *names[] = {&one};
	ly_directory_t *d = ly_directory_build(names, 1, take, give);
	const ly_entry_t *entry;
	ly_addr_t address = at("198.51.100.10"), other = at("198.51.100.11");

	(void)state;
	entry = ly_directory_find(d, LY_LIT("gW.eXAMPLE.net"));
	assert_non_null(entry);
	assert_true(ly_entry_has(entry, &address));
	assert_false(ly_entry_has(entry, &other));
	assert_true(ly_addr_eq(ly_entry_pick(entry, 4, 7), &address));
	assert_null(ly_entry_pick(entry, 6, 7));
	assert_null(ly_directory_find(d, LY_LIT("gw.example.ne")));
	ly_directory_free(d);
}

static bool is_one_of(const ly_addr_t *address, const void *data)
{
	const ly_addr_t *avoided = data;

	return ly_addr_eq(address, &avoided[0]) || ly_addr_eq(address, &avoided[1]);
}

static void one_that_is_avoided_only_where_all_are(void **state)
{
	const ly_addr_t all[] = {at("192.0.2.1"), at("192.0.2.2"), at("192.0.2.3")};
	const ly_addr_t avoided[2] = {all[0], all[1]};
	ly_answer_t answer = {LY_ANSWER_ADDRESSES, 0, 300, all, 3};
	ly_name_t name, *names[] = {&name};
	ly_directory_t *d;
	const ly_entry_t *entry;
	unsigned others = 0;

	(void)state;
	ly_name_init(&name, LY_LIT("gw.example.net"), 0);
	ly_name_round_begin(&name);
	ly_name_heard(&name, 0, &answer, 1);
	d = ly_directory_build(names, 1, take, give);
	entry = ly_directory_find(d, LY_LIT("gw.example.net"));
	for(uint64_t seed = 0; seed < 300; seed++) {
		assert_true(ly_addr_eq(
				ly_entry_pick_but(entry, 4, seed, is_one_of, avoided),
				&all[2]));
		others += !ly_addr_eq(ly_entry_pick(entry, 4, seed), &all[2]);
	}
	assert_in_range(others, 150, 250); /* they would have been picked */
	/* with two of two avoided it is as if none was */
	answer.count = 2;
	ly_name_heard(&name, 0, &answer, 2);
	ly_directory_free(d);
	d = ly_directory_build(names, 1, take, give);
	entry = ly_directory_find(d, LY_LIT("gw.example.net"));
	for(uint64_t seed = 0; seed < 300; seed++)
		assert_ptr_equal(ly_entry_pick_but(entry, 4, seed, is_one_of, avoided),
				ly_entry_pick(entry, 4, seed));
	ly_directory_free(d);
}

/* An address that has gone from one to another is first of all the other's. */
static void peers_at_an_address(void **state)
{
	ly_name_t given[] = {
			named("med02.contoso.example", "192.0.2.11", "192.0.2.12"),
			named("med01.contoso.example", NULL, "192.0.2.11"),
			named("gw.example.net", "192.0.2.11", "2001:db8::1"),
			named("med03.contoso.example", NULL, "192.0.2.11")};
	ly_name_t *names[] = {&given[0], &given[1], &given[2], &given[3]};
	ly_directory_t *d = ly_directory_build(names, 4, take, give);
	ly_finding_t finding = {0};
	ly_plan_t *plan =
			ly_plan_parse(ly_cstr(xml), "named", malloc, free, &finding);
	ly_addr_t shared = at("192.0.2.11"), six = at("2001:db8::1"),
			  unknown = at("192.0.2.99"), fixed = at("192.0.2.13");
	const ly_peer_t *found[4] = {0};

	(void)state;
	assert_non_null(plan);
	/* med03 has an address in the plan: its name says nothing. IPv4 of gw was not answered for: it stays. */
	assert_int_equal(ly_directory_peers_at(d, plan, &shared, found, 4), 3);
	assert_ptr_equal(found[0], &plan->peers[0]);
	assert_ptr_equal(found[1], &plan->peers[3]);
	assert_ptr_equal(found[2], &plan->peers[1]);
	found[1] = NULL;
	assert_int_equal(ly_directory_peers_at(d, plan, &shared, found, 1), 1);
	assert_null(found[1]);
	assert_int_equal(ly_directory_peers_at(d, plan, &shared, found, 0), 0);
	assert_int_equal(ly_directory_peers_at(d, plan, &six, found, 4), 1);
	assert_ptr_equal(found[0], &plan->peers[3]);
	assert_int_equal(ly_directory_peers_at(d, plan, &unknown, found, 4), 0);
	assert_int_equal(ly_directory_peers_at(d, plan, &fixed, found, 4), 0);
	assert_int_equal(ly_peers_at(plan, &fixed, found, 4), 1);
	assert_ptr_equal(found[0], &plan->peers[2]);
	assert_int_equal(ly_peers_at(plan, &fixed, found, 0), 0);
	ly_plan_free(plan);
	ly_directory_free(d);
}

static ly_name_t pool_of(unsigned count)
{
	ly_addr_t addresses[LY_NAME_ADDRESSES];
	ly_answer_t answer = {.kind = LY_ANSWER_ADDRESSES, .ttl = 300};
	ly_name_t name;

	for(unsigned i = 0; i < count; i++)
		addresses[i] = (ly_addr_t){4, {192, 0, 2, (uint8_t)(i + 1)}};
	answer.addresses = addresses;
	answer.count = count;
	ly_name_init(&name, LY_LIT("pool.example.net"), 0);
	ly_name_round_begin(&name);
	ly_name_heard(&name, 0, &answer, 1);
	return name;
}

/* 10,000 calls to 16 addresses: 625 each, give or take five standard deviations. */
static void calls_are_spread_evenly(void **state)
{
	ly_name_t name = pool_of(LY_NAME_ADDRESSES), *names[] = {&name};
	ly_directory_t *d = ly_directory_build(names, 1, take, give);
	unsigned got[LY_NAME_ADDRESSES + 1] = {0};

	(void)state;
	for(uint64_t seed = 0; seed < 10000; seed++) {
		const ly_addr_t *picked = ly_entry_pick(&d->entries[0], 4, seed);
		assert_ptr_equal(picked, ly_entry_pick(&d->entries[0], 4, seed));
		got[picked->ip[3]]++;
	}
	for(unsigned i = 1; i <= LY_NAME_ADDRESSES; i++)
		assert_in_range(got[i], 500, 750);
	ly_directory_free(d);
}

/* When one of three goes, its calls go to the other two, and theirs stay where they are. */
static void calls_stay_where_they_are(void **state)
{
	ly_name_t three = pool_of(3), two = pool_of(2), *names[] = {&three, &two};
	ly_directory_t *d = ly_directory_build(names, 2, take, give);
	unsigned stayed = 0, got[3] = {0};

	(void)state;
	for(uint64_t seed = 0; seed < 3000; seed++) {
		const ly_addr_t *before = ly_entry_pick(&d->entries[0], 4, seed);
		const ly_addr_t *after = ly_entry_pick(&d->entries[1], 4, seed);

		if(before->ip[3] == 3)
			got[after->ip[3]]++;
		else
			stayed += ly_addr_eq(before, after);
	}
	assert_in_range(got[1], 400, 600);
	assert_in_range(got[2], 400, 600);
	assert_int_equal(stayed, 3000 - got[1] - got[2]);
	ly_directory_free(d);
}

static void what_drains_gets_no_call(void **state)
{
	ly_name_t name = named("gw.example.net", "192.0.2.11", "192.0.2.12");
	ly_name_t *names[] = {&name};
	ly_directory_t *d = ly_directory_build(names, 1, take, give);
	ly_addr_t old = at("192.0.2.11"), now = at("192.0.2.12");

	(void)state;
	assert_true(ly_entry_has(&d->entries[0], &old));
	for(uint64_t seed = 0; seed < 100; seed++)
		assert_true(ly_addr_eq(ly_entry_pick(&d->entries[0], 4, seed), &now));
	ly_directory_free(d);
}

static void without_memory_there_is_none(void **state)
{
	static ly_name_t given[NAMES];
	static ly_name_t *names[NAMES];
	static char fqdns[NAMES][32];
	ly_directory_t *d = NULL;
	long n;

	(void)state;
	for(unsigned i = 0; i < NAMES; i++) {
		snprintf(fqdns[i], sizeof(fqdns[i]), "n%u.example.net", i);
		given[i] = named(fqdns[i], "192.0.2.1", "2001:db8::1");
		names[i] = &given[i];
	}
	for(n = 0; !d; n++) {
		until_failure = n;
		d = ly_directory_build(names, NAMES, take, give);
		until_failure = -1;
		if(!d)
			assert_int_equal(live, 0);
	}
	assert_true(n > 3 * NAMES);
	for(unsigned i = 0; i < NAMES; i++)
		assert_ptr_equal(
				ly_directory_find(d, ly_cstr(fqdns[i])), &d->entries[i]);
	ly_directory_free(d);
	assert_int_equal(live, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(nothing_is_in_an_empty_directory),
			TEST(a_name_in_any_case),
			TEST(one_that_is_avoided_only_where_all_are),
			TEST(a_name_in_any_case), TEST(peers_at_an_address),
			TEST(calls_are_spread_evenly), TEST(calls_stay_where_they_are),
			TEST(what_drains_gets_no_call), TEST(without_memory_there_is_none)};

	return cmocka_run_group_tests_name("directory", tests, NULL, NULL);
}
