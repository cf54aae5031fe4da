/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_health_hear.h"

#include <stdio.h>

#include "core/dprint.h"
#include "liblync/match.h"
#include "lync.h"
#include "lync_health_ends.h"
#include "lync_health_send.h"

/* Connections that close together are opened anew one after the other; each at most so often, if its peer closes it again. */
#define REOPEN_MS 500
#define REOPEN_AGAIN_MS 5000
#define RETRY_AFTER_MAX 60 /* seconds */

bool lync_health_stirred;

/* What the ends of a peer say of it ------------------------------------------------------------------------------------ */

static uint64_t address_key(const lync_end_t *end)
{
	return ly_address_key(&end->address);
}

static uint64_t port_key(const lync_end_t *end)
{
	return lync_port_key(end->port, end->transport);
}

/* Those keys at which nothing answers; where nothing does at any it is the peer that is down. */
static void list_down(const lync_health_t *h, lync_down_t *down,
		uint64_t (*key)(const lync_end_t *end))
{
	uint32_t count = 0;

	for(unsigned i = 0; i < h->end_count && count < LYNC_DOWN_MAX; i++) {
		uint64_t one = key(&h->ends[i]);
		bool answers = false;

		for(unsigned j = 0; j < h->end_count; j++)
			answers |= key(&h->ends[j]) == one
					   && h->ends[j].asking.state != LY_HEALTH_DOWN;
		if(!answers)
			atomic_store_explicit(
					&down->key[count++], one, memory_order_relaxed);
	}
	atomic_store_explicit(&down->count, count, memory_order_release);
}

/* After an answer, a loss, and when its addresses have changed. */
void lync_health_judge(lync_watched_t *w, uint64_t now)
{
	const ly_asking_t *all[LYNC_ENDS_MAX], *of = NULL;
	lync_health_t *h = w->h;
	ly_health_state_t found = LY_HEALTH_UP;

	for(unsigned i = 0; i < h->end_count; i++)
		all[i] = &h->ends[i].asking;
	if(h->end_count)
		found = ly_asking_all(all, h->end_count, &of);
	ly_health_asked(&h->health, w->peer->health, found, of ? of->reason : "",
			now, &lync_health_stirred);
	/* with one alone it says no more than the state */
	if(h->end_count > 1 || h->addresses.count) {
		list_down(h, &h->addresses, address_key);
		list_down(h, &h->ports, port_key);
	}
}

void lync_health_set_due(lync_watched_t *w)
{
	w->due = UINT64_MAX;
	for(unsigned i = 0; i < w->h->end_count; i++) {
		if(w->h->ends[i].asking.due < w->due)
			w->due = w->h->ends[i].asking.due;
	}
}

/* News ---------------------------------------------------------------------------------------------------------------- */

/* Any answer says that it is there; but for one that says that it takes no calls. */
static bool is_well(unsigned code)
{
	return code != 503 && code != 408;
}

static void log_code(const lync_watched_t *w, lync_end_t *end, unsigned code)
{
	if(code != end->code && code / 100 != 2 && is_well(code))
		LM_NOTICE("peer %.*s answers OPTIONS with %u: it is there, so it gets "
				  "calls; see whether it knows us\n",
				LY_FMT(w->peer->name), code);
	end->code = code;
}

static void hear_answer(const lync_news_t *news)
{
	lync_health_t *h;
	lync_end_t *end =
			lync_ends_at(news->place & ((1u << LYNC_PLACE_BITS) - 1), &h);
	lync_watched_t *w = end ? lync_watched_of(h) : NULL;
	char reason[LY_HEALTH_REASON_MAX];
	uint64_t rest;

	if(!w || !end->secret || end->secret != news->secret)
		return;
	end->secret = 0;
	end->answered_at = news->at;
	end->took = (unsigned)(news->at - end->sent_at);
	log_code(w, end, news->number);
	snprintf(reason, sizeof(reason), "%u to OPTIONS", news->number);
	ly_asking_answered(&end->asking, w->peer->health, is_well(news->number),
			reason, news->at);
	/* not all of them at the same moment, now that each has been asked once; and a little sooner each time */
	rest = end->asking.due - news->at;
	if(end->asking.state == LY_HEALTH_UP)
		end->asking.due =
				news->at
				+ (end->spread ? rest - lync_options_random_below(rest / 16)
							   : lync_options_random_below(rest));
	end->spread = true;
	lync_health_judge(w, news->at);
	lync_health_set_due(w);
}

static void ask_soon(lync_watched_t *w, uint64_t now)
{
	for(unsigned i = 0; i < w->h->end_count; i++)
		ly_asking_soon(&w->h->ends[i].asking, now);
	lync_health_set_due(w);
}

static void hear_failure(lync_watched_t *w, const lync_news_t *news)
{
	lync_health_t *h = w->h;
	char reason[LY_HEALTH_REASON_MAX];
	unsigned seconds =
			news->number < RETRY_AFTER_MAX ? news->number : RETRY_AFTER_MAX;

	ly_penalty_call(&h->penalty, true, news->at);
	if(seconds) {
		snprintf(reason, sizeof(reason), "%.20s, Retry-After %u", news->reason,
				news->number);
		ly_health_away(&h->health, seconds * 1000, reason, news->at,
				&lync_health_stirred);
		return;
	}
	ly_health_call(&h->health, w->peer->health, true, news->reason,
			lync_group_may_eject(w), news->at, &lync_health_stirred);
	if(!news->silent || !h->end_count)
		return;
	ly_health_suspect(&h->health, news->reason, news->at, &lync_health_stirred);
	ask_soon(w, news->at);
}

static void hear_call(lync_watched_t *w, const lync_news_t *news)
{
	lync_health_t *h = w->h;

	switch(news->kind) {
		case LYNC_NEWS_FAILED:
			hear_failure(w, news);
			break;
		case LYNC_NEWS_RANG:
			ly_penalty_rang(&h->penalty, news->number, news->at);
			break;
		default:
			ly_penalty_call(&h->penalty, false, news->at);
			ly_health_call(&h->health, w->peer->health, false, "", false,
					news->at, &lync_health_stirred);
			if(h->health.state == LY_HEALTH_PROBING)
				lync_health_judge(w, news->at);
	}
}

/* A handshake has failed: that of OPTIONS, or that of a call. */
static void hear_no_tls(
		lync_watched_t *w, lync_end_t *end, const lync_news_t *news)
{
	if(end->asking.asked) {
		ly_asking_failed(&end->asking, w->peer->health, news->reason, news->at);
	} else {
		ly_health_suspect(
				&w->h->health, news->reason, news->at, &lync_health_stirred);
		ly_asking_soon(&end->asking, news->at);
		lync_health_set_due(w);
		return;
	}
	lync_health_judge(w, news->at);
	lync_health_set_due(w);
}

/* What kept it warm has gone. */
static void hear_closed(
		lync_watched_t *w, lync_end_t *end, const lync_news_t *news)
{
	uint64_t when = news->at + lync_options_random_below(REOPEN_MS);

	if(w->peer->side != LY_LYNC)
		return;
	if(when < end->opened_at + REOPEN_AGAIN_MS)
		when = end->opened_at + REOPEN_AGAIN_MS;
	end->opened_at = when;
	ly_asking_soon(&end->asking, when);
	lync_health_set_due(w);
}

/* News of a connection: of whoever may have it. */
static void hear_connection(const lync_news_t *news)
{
	for(unsigned i = 0; i < lync_watched_count; i++) {
		lync_watched_t *w = &lync_watched[i];

		for(unsigned j = 0; j < w->h->end_count; j++) {
			lync_end_t *end = &w->h->ends[j];
			if(end->transport == LY_UDP || end->port != news->port
					|| !ly_addr_eq(&end->address, &news->address))
				continue;
			if(news->kind == LYNC_NEWS_NO_TLS)
				hear_no_tls(w, end, news);
			else
				hear_closed(w, end, news);
		}
	}
}

void lync_health_hear(void)
{
	const lync_news_t *news;
	unsigned count = lync_health_take(&news);

	for(unsigned i = 0; i < count; i++) {
		lync_watched_t *w =
				news[i].slot ? lync_watched_of(lync_health_of(news[i].slot))
							 : NULL;

		if(news[i].kind == LYNC_NEWS_ANSWER)
			hear_answer(&news[i]);
		else if(!news[i].slot)
			hear_connection(&news[i]);
		else if(w)
			hear_call(w, &news[i]);
	}
}
