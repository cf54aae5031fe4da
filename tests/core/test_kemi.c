/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions for scripts in other languages: there, without parameters, and the same functions. */
#include "core.h"

#include <string.h>

#include "core/kemi.h"
#include "lync/lync_script.h"
#include "ng.h"

static sr_kemi_t *find(const char *function)
{
	str module = str_init("lync");
	str name = {(char *)function, (int)strlen(function)};
	const sr_kemi_module_t *modules = sr_kemi_modules_get();

	for(int i = 1; i < sr_kemi_modules_size_get(); i++) {
		if(modules[i].mname.len == module.len
				&& memcmp(modules[i].mname.s, module.s, (size_t)module.len)
						   == 0)
			return sr_kemi_lookup(&module, i, &name);
	}
	return NULL;
}

static void all_functions_are_there(void **state)
{
	static const char *const functions[] = {"accept", "select", "next", "again",
			"refuse", "media", "media_end", "media_worker", "write", "readable",
			"reply", "hangup", "forward", "refer", "dtmf", "progress", "seen"};

	for(unsigned i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		sr_kemi_t *found = find(functions[i]);
		assert_non_null(found);
		assert_int_equal(found->rtype, SR_KEMIP_INT);
		assert_int_equal(found->ptypes[0], SR_KEMIP_NONE);
	}
	assert_null(find("nonsense"));
}

static int call(const char *function, sip_msg_t *msg)
{
	return ((sr_kemi_fm_f)find(function)->func)(msg);
}

static void they_do_what_the_script_functions_do(void **state)
{
	static const core_arrival_t stranger = {
			"127.0.77.99", 5060, "127.0.77.2", 5060, PROTO_UDP};
	sip_msg_t *msg = core_receive("lync-invite", &stranger);

	assert_int_equal(call("accept", msg), LYNC_UNKNOWN);
	msg = core_receive("lync-invite", &FROM_MED01);
	assert_int_equal(call("accept", msg), LYNC_NEW);
	assert_int_equal(call("select", msg), 1);
	assert_int_equal(call("media_worker", msg), -1); /* there is none here */
	core_ng_says(core_file("gateway-sdp"));
	assert_int_equal(call("media", msg), 1);
	assert_int_equal(call("write", msg), 1);
	core_assert_sent(msg, "sent-invite-to-gateway");
	assert_int_equal(call("media_end", msg), 1);
	assert_int_equal(
			call("readable", core_receive("gateway-200", &FROM_GW1)), 1);
	assert_int_equal(call("reply", core_receive("gateway-200", &FROM_GW1)), 1);
	assert_int_equal(
			call("next", core_receive_failed("lync-invite", &FROM_MED01)), 1);
}

int core_kemi_tests(void)
{
	const struct CMUnitTest tests[] = {
			CORE_TEST(all_functions_are_there),
			CORE_TEST(they_do_what_the_script_functions_do),
	};

	return cmocka_run_group_tests_name("kemi", tests, NULL, NULL);
}
