/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/timer.h"

#include "liblync/uri.h"

/* Reading ------------------------------------------------------------------------------------------------------------ */

/* A header's first value, up to its parameters: *digits is where it stands. 0 where it is no number of seconds. */
static unsigned read_seconds(ly_slice_t value, ly_slice_t *digits)
{
	long n;

	*digits = ly_trim(ly_slice(value.s, ly_find(value, ';')));
	n = ly_number(*digits, UINT32_MAX);
	return n < 0 ? 0 : (unsigned)n;
}

static void read_expires(ly_slice_t value, ly_timer_t *timer)
{
	ly_slice_t refresher =
			ly_param(ly_from(value, ly_find(value, ';')), LY_LIT("refresher"));

	if(timer->expires.s) {
		timer->interval = 0;
		timer->refresher = LY_REFRESHER_NONE;
		timer->wrong = "two Session-Expires headers";
		return;
	}
	timer->interval = read_seconds(value, &timer->expires);
	if(!timer->interval)
		timer->wrong = "Session-Expires is no number of seconds";
	else if(ly_ieq(refresher, LY_LIT("uac")))
		timer->refresher = LY_REFRESHER_UAC;
	else if(ly_ieq(refresher, LY_LIT("uas")))
		timer->refresher = LY_REFRESHER_UAS;
}

static void read_min_se(ly_slice_t value, ly_timer_t *timer)
{
	if(timer->min_se.s) {
		timer->least = 0;
		timer->wrong = "two Min-SE headers";
		return;
	}
	timer->least = read_seconds(value, &timer->min_se);
	if(!timer->least)
		timer->wrong = "Min-SE is no number of seconds";
}

static bool lists_timer(ly_slice_t list)
{
	while(list.len) {
		if(ly_ieq(ly_value_next(&list), LY_LIT("timer")))
			return true;
	}
	return false;
}

/* long_name in any case, or its compact form (RFC 3261 7.3.3). */
static bool is_called(const ly_header_t *h, ly_slice_t long_name, char compact)
{
	ly_slice_t name = ly_header_name(h);

	if(name.len == 1)
		return compact && (name.s[0] | 0x20) == compact;
	return ly_ieq(name, long_name);
}

ly_timer_t ly_timer_read(const ly_message_t *m)
{
	ly_timer_t timer = {0};

	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];
		if(is_called(h, LY_LIT("Session-Expires"), 'x'))
			read_expires(h->value, &timer);
		else if(is_called(h, LY_LIT("Min-SE"), 0))
			read_min_se(h->value, &timer);
		else if(is_called(h, LY_LIT("Supported"), 'k'))
			timer.supported |= lists_timer(h->value);
		else if(is_called(h, LY_LIT("Require"), 0))
			timer.required |= lists_timer(h->value);
	}
	timer.supported |= timer.required;
	return timer;
}

/* Requests ----------------------------------------------------------------------------------------------------------- */

static unsigned larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* Requests that begin, change or refresh a session. */
static bool is_of_session(const ly_message_t *m)
{
	ly_slice_t method = ly_message_method(m);

	return ly_eq(method, LY_LIT("INVITE")) || ly_eq(method, LY_LIT("UPDATE"));
}

static void put_line(ly_buf_t *lines, ly_slice_t name, unsigned seconds)
{
	ly_put(lines, name);
	ly_put_number(lines, seconds);
	ly_put(lines, LY_LIT("\r\n"));
}

/* The interval that may stand in a request whose sender wants this one, and at least that one. */
static unsigned bounded(unsigned interval, unsigned least)
{
	if(interval > LY_TIMER_MOST)
		interval = LY_TIMER_MOST;
	return larger(interval, larger(least, LY_TIMER_LEAST));
}

/* A Session-Expires for a request without one. */
static ly_timer_change_t insert(const ly_timer_t *timer, unsigned interval,
		unsigned least, ly_buf_t *lines, ly_timer_asked_t *asked)
{
	ly_timer_change_t change = {LY_EMPTY, 0};

	interval = bounded(interval, larger(timer->least, least));
	if(interval > LY_TIMER_MOST)
		return change;
	put_line(lines, LY_LIT("Session-Expires: "), interval);
	asked->interval = interval;
	asked->inserted = true;
	asked->again = least;
	if(least && !timer->min_se.s)
		put_line(lines, LY_LIT("Min-SE: "), least);
	else if(least > timer->least)
		change = (ly_timer_change_t){timer->min_se, least};
	return change;
}

ly_timer_change_t ly_timer_request(const ly_message_t *m, unsigned interval,
		unsigned least, ly_buf_t *lines, ly_timer_asked_t *asked)
{
	ly_timer_change_t change = {LY_EMPTY, 0};
	ly_timer_t timer;

	*asked = (ly_timer_asked_t){0};
	if(!m->request || !is_of_session(m))
		return change;
	timer = ly_timer_read(m);
	asked->uac_supports = timer.supported;
	if(!interval || timer.wrong)
		return change;
	if(!timer.expires.s)
		return insert(&timer, interval, least, lines, asked);
	asked->interval = bounded(timer.interval, timer.least);
	if(asked->interval != timer.interval)
		change = (ly_timer_change_t){timer.expires, asked->interval};
	return change;
}

/* Responses ---------------------------------------------------------------------------------------------------------- */

unsigned ly_timer_least(const ly_message_t *m, const ly_timer_asked_t *asked)
{
	ly_timer_t timer;

	if(m->request || m->status != 422 || !asked->inserted || asked->again)
		return 0;
	timer = ly_timer_read(m);
	/* Of one that is not longer than ours it cannot be the cause. */
	if(timer.least <= asked->interval || timer.least > LY_TIMER_MOST)
		return 0;
	return timer.least;
}

/* Who refreshes, where the answer has a Session-Expires (section 9, table 2). */
static ly_refresher_t who_refreshes(
		const ly_timer_t *timer, const ly_timer_asked_t *asked)
{
	if(timer->refresher == LY_REFRESHER_UAS)
		return LY_REFRESHER_UAS;
	/* One that names nobody leaves it to who asked. Who knows no timers does not refresh, whatever the answer says. */
	return asked->uac_supports ? LY_REFRESHER_UAC : LY_REFRESHER_NONE;
}

bool ly_timer_response(const ly_message_t *m, const ly_timer_asked_t *asked,
		ly_buf_t *lines, ly_timer_agreed_t *agreed)
{
	ly_timer_t timer;

	if(m->request || m->status / 100 != 2 || !is_of_session(m))
		return false;
	timer = ly_timer_read(m);
	*agreed = (ly_timer_agreed_t){0};
	if(timer.expires.s) {
		agreed->interval = timer.interval;
		if(timer.interval)
			agreed->refresher = who_refreshes(&timer, asked);
		return true;
	}
	if(!asked->interval || !asked->uac_supports)
		return true;
	ly_put(lines, LY_LIT("Session-Expires: "));
	ly_put_number(lines, asked->interval);
	ly_put(lines, LY_LIT(";refresher=uac\r\n"));
	if(!timer.required)
		ly_put(lines, LY_LIT("Require: timer\r\n"));
	*agreed = (ly_timer_agreed_t){asked->interval, LY_REFRESHER_UAC};
	return true;
}

unsigned ly_timer_deadline(const ly_timer_agreed_t *agreed, unsigned grace)
{
	if(!agreed->interval || agreed->interval > LY_TIMER_MOST
			|| agreed->refresher == LY_REFRESHER_NONE)
		return 0;
	return larger(agreed->interval, LY_TIMER_LEAST) + grace;
}

/* Requests of our own ------------------------------------------------------------------------------------------------ */

void ly_timer_keep(const ly_timer_agreed_t *agreed, unsigned passed,
		bool receiver, unsigned least, ly_buf_t *lines)
{
	unsigned left = agreed->interval > passed ? agreed->interval - passed : 0;

	if(!agreed->interval || agreed->refresher == LY_REFRESHER_NONE)
		return;
	ly_put(lines, LY_LIT("Supported: timer\r\nSession-Expires: "));
	ly_put_number(lines, bounded(left, least));
	ly_put(lines, receiver ? LY_LIT(";refresher=uas\r\n")
						   : LY_LIT(";refresher=uac\r\n"));
	if(least)
		put_line(lines, LY_LIT("Min-SE: "), least);
}
