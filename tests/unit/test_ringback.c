/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/ringback.h"

static void what_is_done_when(void **state)
{
	static const struct
	{
		uint64_t age;
		bool answered, heard, playing;
		ly_ringback_step_t step;
	} rows[] = {
			{0, false, false, false, LY_RINGBACK_WAIT},
			{LY_RINGBACK_FIRST_MS - 1, false, false, false, LY_RINGBACK_WAIT},
			{LY_RINGBACK_FIRST_MS, false, false, false, LY_RINGBACK_PLAY},
			{LY_RINGBACK_FIRST_MS, false, false, true, LY_RINGBACK_WAIT},
			{0, false, true, false, LY_RINGBACK_END},
			{LY_RINGBACK_FIRST_MS, false, true, true, LY_RINGBACK_END},
			{0, true, false, false, LY_RINGBACK_END},
			{LY_RINGBACK_LONGEST_MS - 1, false, false, true, LY_RINGBACK_WAIT},
			{LY_RINGBACK_LONGEST_MS, false, false, true, LY_RINGBACK_END},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if(ly_ringback_next(rows[i].age, rows[i].answered, rows[i].heard,
				   rows[i].playing)
				!= rows[i].step)
			fail_msg("row %zu", i);
	}
}

#define STREAM(packets) "d5:statsd7:packetsi" packets "eee"
#define LEG(rtp)                        \
	"d6:mediasld7:streamsl" STREAM(rtp) \
			STREAM("7") "eed7:streamsl" STREAM("8") "eeee"
#define ANSWER(lync, pstn) "4:tagsd4:lync" LEG(lync) "4:pstn" LEG(pstn) "e"

static void whether_audio_has_come(void **state)
{
	static const char *const others[] = {"", "4:tagsle", "4:tagsde",
			"4:tagsd4:lyncdee", "4:tagsd4:lyncd6:mediasleee",
			"4:tagsd4:lyncd6:mediasld7:streamsleeeee",
			"4:tagsd4:lyncd6:mediasld7:streamsld5:statsleeeeee"};

	(void)state;
	assert_true(ly_ringback_heard(text(ANSWER("3", "0")), LY_LYNC));
	assert_false(ly_ringback_heard(text(ANSWER("3", "0")), LY_PSTN));
	assert_true(ly_ringback_heard(text(ANSWER("0", "1")), LY_PSTN));
	assert_false(ly_ringback_heard(text(ANSWER("0", "1")), LY_LYNC));
	for(size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(ly_ringback_heard(text(others[i]), LY_LYNC));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(what_is_done_when),
			cmocka_unit_test(whether_audio_has_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
