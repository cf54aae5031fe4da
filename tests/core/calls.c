/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calls.h"

#include <string.h>

#include "lync/lync_script.h"
#include "ng.h"

static sip_msg_t *call(const char *name, const core_arrival_t *from)
{
	sip_msg_t *msg = core_receive(name, from);

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NEW);
	assert_int_equal(core_run(msg, "lync_select"), 1);
	return msg;
}

sip_msg_t *core_call_to_gateway(void)
{
	return call("lync-invite", &FROM_MED01);
}

sip_msg_t *core_call_to_lync(void)
{
	return call("gateway-invite", &FROM_GW1);
}

sip_msg_t *core_call_to_lync_over_tls(void)
{
	return call("gw2-invite", &FROM_GW2);
}

sip_msg_t *core_call_with_transaction(
		const char *name, const core_arrival_t *from)
{
	static int serial = 1000;
	char *text = (char *)core_file(name);
	sip_msg_t *msg;

	/* A branch of its own (RFC 3261 17.2.3), or tm takes it for a retransmission of the test before. */
	serial++;
	for(int i = 0, n = serial; i < 4; i++, n /= 10)
		strstr(text, "z9hG4bK")[7 + i] = (char)('0' + n % 10);
	msg = core_receive_text(text, from);
	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NEW);
	assert_int_equal(core_tm.t_newtran(msg), 1);
	assert_int_equal(core_run(msg, "lync_select"), 1);
	return msg;
}

void core_call_sent(
		const char *name, const core_arrival_t *from, const char *sdp)
{
	sip_msg_t *msg = core_call_with_transaction(name, from);

	core_rtpengine_says(msg, sdp);
	core_write(msg);
}

void core_rtpengine_says(sip_msg_t *msg, const char *name)
{
	core_ng_says(core_file(name));
	assert_int_equal(core_run(msg, "lync_media"), 1);
}

void core_write(sip_msg_t *msg)
{
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_sent(msg);
}

sip_msg_t *core_reply(const char *name, const core_arrival_t *from)
{
	sip_msg_t *msg = core_receive(name, from);

	assert_int_equal(core_run(msg, "lync_reply"), 1);
	return msg;
}
