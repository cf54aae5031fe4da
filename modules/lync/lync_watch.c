/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_watch.h"

#include "core/dprint.h"
#include "core/timer.h"
#include "lync.h"
#include "lync_own.h"
#include "lync_record.h"

/*
 * Calls in one second: each may wait 0.6 s for an rtpengine that hangs, once. So many calls that end at the same time are
 * those of a peer that is gone, and may do so one after the other.
 */
#define ROUND_MAX 8

typedef struct over
{
	ly_slice_t call_id;
	unsigned interval; /* of the session that has run out; 0: it is forgotten */
} over_t;

/* What one look finds. */
typedef struct look
{
	uint64_t now; /* lync_now_ms() */
	over_t list[ROUND_MAX];
	unsigned count;
	ly_buf_t texts;
} look_t;

static bool is_past(uint64_t now, uint64_t since, unsigned seconds)
{
	return now > since + UINT64_C(1000) * seconds;
}

/* In the lock. False ends the walk. */
static bool judge(const lync_record_t *r, void *data)
{
	look_t *look = data;
	unsigned seconds = ly_timer_deadline(
			&r->timer, (unsigned)lync_cfg.session_timer_grace);
	bool expired =
			seconds && !r->early && is_past(look->now, r->refreshed, seconds);
	over_t *over = &look->list[look->count];
	size_t at = look->texts.len;

	if(!expired
			&& !is_past(look->now, r->heard, (unsigned)lync_cfg.forget_after))
		return true;
	ly_put(&look->texts, r->own.call_id);
	if(look->texts.full)
		return false;
	over->interval = expired ? r->timer.interval : 0;
	over->call_id = ly_slice(look->texts.s + at, r->own.call_id.len);
	return ++look->count < ROUND_MAX;
}

static void end(const over_t *over)
{
	static const ly_slice_t reason = LY_LIT(
			"Reason: Q.850;cause=102;text=\"Recovery on timer expiry\"\r\n");

	/* it has ended meanwhile */
	if(lync_own_bye(over->call_id, reason) < 0)
		return;
	LM_WARN("call %.*s: ended: nobody has refreshed its session of %u s\n",
			LY_FMT(over->call_id), over->interval);
}

static void forget(const over_t *over)
{
	if(lync_record_drop(over->call_id, false))
		LM_WARN("call %.*s: forgotten: no message of it has come for %d s\n",
				LY_FMT(over->call_id), lync_cfg.forget_after);
}

static void on_timer(unsigned int ticks, void *param)
{
	static char memory[LYNC_RECORD_MEMORY];
	static look_t look;

	look.now = lync_now_ms();
	look.count = 0;
	look.texts = ly_buf(memory, sizeof(memory));
	lync_record_each(judge, &look);
	for(unsigned i = 0; i < look.count; i++) {
		if(look.list[i].interval)
			end(&look.list[i]);
		else
			forget(&look.list[i]);
	}
}

int lync_watch_init(void)
{
	if(lync_cfg.session_timer_grace < 0 || lync_cfg.forget_after <= 0) {
		LM_ERR("session_timer_grace and forget_after are seconds\n");
		return -1;
	}
	return register_timer(on_timer, NULL, 1);
}
