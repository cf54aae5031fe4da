/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that ends in the middle of a message: refused, nothing half-written sent, nothing left behind. */
#include "calls.h"

#include "lync/lync_script.h"
#include "memory.h"
#include "ng.h"

/* A step on the way of a message; true when it said yes. */
typedef bool (*step_t)(sip_msg_t *msg);

static bool accept_and_select(sip_msg_t *msg)
{
	return core_run(msg, "lync_accept") == LYNC_NEW
		   && core_run(msg, "lync_select") == 1;
}

static bool media(sip_msg_t *msg)
{
	core_ng_says(core_file("gateway-sdp"));
	return core_run(msg, "lync_media") == 1;
}

static bool write_it(sip_msg_t *msg)
{
	return core_run(msg, "lync_write") == 1;
}

static bool accept_in_dialog(sip_msg_t *msg)
{
	return core_run(msg, "lync_accept") == LYNC_IN_DIALOG;
}

static bool reply(sip_msg_t *msg)
{
	return core_run(msg, "lync_reply") == 1;
}

static bool nothing(sip_msg_t *msg)
{
	return true;
}

/* What stands before lync_write() of an INVITE in kamailio.cfg. */
static bool up_to_write(sip_msg_t *msg)
{
	return accept_and_select(msg) && media(msg);
}

/*
 * Takes the step once for each allocation in it, which fails: the step must say no, and its message must be given
 * back whole (core_end() counts). Fails when there are not at least that many allocations: then nothing was tried.
 */
static void without_memory(const char *name, const core_arrival_t *from,
		step_t before, step_t step, long at_least)
{
	bool failed = true;
	long n;

	for(n = 0; failed; n++) {
		sip_msg_t *msg = core_receive(name, from);
		bool done;

		assert_true(before(msg));
		core_memory_fail_after(n);
		done = step(msg);
		failed = core_memory_has_failed();
		core_memory_fail_after(-1);
		assert_true(done != failed);
	}
	assert_in_range(n - 1, at_least, 1000);
}

static void select_without_memory(void **state)
{
	without_memory("lync-invite", &FROM_MED01, nothing, accept_and_select, 2);
}

static void media_without_memory(void **state)
{
	without_memory("lync-invite", &FROM_MED01, accept_and_select, media, 0);
}

static void write_without_memory(void **state)
{
	without_memory("lync-invite", &FROM_MED01, up_to_write, write_it, 20);
}

/* Leaves the gateway's token. */
static void call_gateway(void)
{
	sip_msg_t *msg = core_call_to_gateway();

	core_rtpengine_says(msg, "gateway-sdp");
	core_write(msg);
}

/* A test before may have left a record of this call, which the BYE ends: that block is not one of ours. */
static int begin_without_record(void **state)
{
	sip_msg_t *msg;

	core_begin(state);
	call_gateway();
	msg = core_receive("gateway-bye", &FROM_GW1);
	if(!accept_in_dialog(msg) || !write_it(msg))
		return -1;
	return core_begin(state);
}

static void dialog_without_memory(void **state)
{
	call_gateway();
	without_memory("gateway-bye", &FROM_GW1, nothing, accept_in_dialog, 1);
	without_memory("gateway-bye", &FROM_GW1, accept_in_dialog, write_it, 3);
}

/* With its transaction: one that has none any more is dropped. */
static void reply_without_memory(void **state)
{
	core_call_sent("lync-invite", &FROM_MED01, "gateway-sdp");
	without_memory("gateway-302", &FROM_GW1, reply, write_it, 2);
}

int core_memory_tests(void)
{
	const struct CMUnitTest tests[] = {
			CORE_TEST(select_without_memory),
			CORE_TEST(media_without_memory),
			CORE_TEST(write_without_memory),
			cmocka_unit_test_setup_teardown(
					dialog_without_memory, begin_without_record, core_end),
			CORE_TEST_WITH_TRANSACTION(reply_without_memory),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
