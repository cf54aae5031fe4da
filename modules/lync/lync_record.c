/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_record.h"

#include <stdatomic.h>

#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm_mem.h"
#include "liblync/hash.h"
#include "liblync/route_set.h"
#include "lync.h"
#include "lync_media.h"
#include "lync_plan.h"

#define BUCKETS 4096
#define LOCKS 256
#define TEXTS 11

typedef struct place
{
	struct place *next;
	lync_record_t record; /* texts lie behind it */
} place_t;

typedef struct table
{
	gen_lock_set_t *locks;
	atomic_uint count;
	place_t *buckets[BUCKETS];
} table_t;

static table_t *table; /* set before the fork */

int lync_record_init(void)
{
	table = shm_malloc(sizeof(*table));
	if(!table) {
		LM_ERR("no shared memory for records of calls\n");
		return -1;
	}
	memset(table, 0, sizeof(*table));
	table->locks = lock_set_alloc(LOCKS);
	if(table->locks && lock_set_init(table->locks))
		return 0;
	LM_ERR("no locks for records of calls\n");
	return -1;
}

unsigned lync_record_count(void)
{
	return atomic_load(&table->count);
}

/* Places: the lock of the bucket is held ------------------------------------------------------------------------------ */

static unsigned bucket_of(ly_slice_t call_id)
{
	return (unsigned)(ly_hash(LY_HASH_START, call_id) % BUCKETS);
}

static place_t **find(unsigned bucket, ly_slice_t call_id)
{
	place_t **at = &table->buckets[bucket];

	while(*at && !ly_eq((*at)->record.own.call_id, call_id))
		at = &(*at)->next;
	return at;
}

static void texts_of(lync_record_t *r, ly_slice_t *list[TEXTS])
{
	unsigned n = 0;

	list[n++] = &r->own.call_id;
	list[n++] = &r->own.from;
	list[n++] = &r->own.to;
	for(int side = 0; side < 2; side++) {
		list[n++] = &r->own.end[side].contact;
		list[n++] = &r->own.end[side].routes;
		list[n++] = &r->own.end[side].tag;
		list[n++] = &r->sdp[side];
	}
}

/* Copies record, its texts into memory; how many bytes those take, or would take where memory is NULL. */
static size_t copy_record(
		const lync_record_t *record, lync_record_t *copy, char *memory)
{
	ly_slice_t *texts[TEXTS];
	size_t at = 0;

	*copy = *record;
	texts_of(copy, texts);
	for(unsigned i = 0; i < TEXTS; i++) {
		if(memory && texts[i]->len) {
			memcpy(memory + at, texts[i]->s, texts[i]->len);
			texts[i]->s = memory + at;
		}
		at += texts[i]->len;
	}
	return at;
}

static place_t *make_place(const lync_record_t *record)
{
	lync_record_t measured;
	size_t size = copy_record(record, &measured, NULL);
	place_t *made = size <= LYNC_RECORD_MEMORY
						   ? shm_malloc(sizeof(place_t) + size)
						   : NULL;

	if(made) {
		copy_record(record, &made->record, (char *)(made + 1));
		made->next = NULL;
	}
	return made;
}

static bool same_texts(lync_record_t *a, lync_record_t *b)
{
	ly_slice_t *one[TEXTS], *other[TEXTS];

	texts_of(a, one);
	texts_of(b, other);
	for(unsigned i = 0; i < TEXTS; i++) {
		if(!ly_eq(*one[i], *other[i]))
			return false;
	}
	return true;
}

/* In place of what is at; where there is no memory for it the old one stays. */
static void put(place_t **at, lync_record_t *record)
{
	place_t *old = *at, *made;

	if(old && same_texts(&old->record, record)) {
		/* its texts stay where they are */
		ly_slice_t *kept[TEXTS], *given[TEXTS];
		lync_record_t before = old->record;
		old->record = *record;
		texts_of(&before, kept);
		texts_of(&old->record, given);
		for(unsigned i = 0; i < TEXTS; i++)
			*given[i] = *kept[i];
		return;
	}
	made = make_place(record);
	if(!made) {
		LM_WARN("call %.*s: no memory for its record, or it is too long\n",
				LY_FMT(record->own.call_id));
		return;
	}
	made->next = old ? old->next : NULL;
	*at = made;
	if(old)
		shm_free(old);
	else
		atomic_fetch_add(&table->count, 1);
}

static void drop(place_t **at)
{
	place_t *old = *at;

	*at = old->next;
	shm_free(old);
	atomic_fetch_sub(&table->count, 1);
}

/* Records ------------------------------------------------------------------------------------------------------------ */

bool lync_record_change(ly_slice_t call_id,
		bool (*change)(lync_record_t *record, void *data), void *data,
		lync_record_t *copy, char *memory)
{
	unsigned bucket = bucket_of(call_id);
	lync_record_t draft;
	bool done = false;
	place_t **at;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	at = find(bucket, call_id);
	if(*at) {
		draft = (*at)->record;
		done = change(&draft, data);
		put(at, &draft);
		if(copy)
			copy_record(&(*at)->record, copy, memory);
	}
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return done;
}

bool lync_record_take(ly_slice_t call_id, lync_record_t *copy, char *memory)
{
	unsigned bucket = bucket_of(call_id);
	place_t **at;
	bool found;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	at = find(bucket, call_id);
	found = *at != NULL;
	if(found) {
		copy_record(&(*at)->record, copy, memory);
		drop(at);
	}
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return found;
}

static bool visit_bucket(unsigned bucket,
		bool (*visit)(const lync_record_t *record, void *data), void *data)
{
	bool more = true;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	for(const place_t *p = table->buckets[bucket]; p && more; p = p->next)
		more = visit(&p->record, data);
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return more;
}

void lync_record_each(
		bool (*visit)(const lync_record_t *record, void *data), void *data)
{
	/* one that comes to be in an empty bucket meanwhile is there the next time, too */
	for(unsigned i = 0; i < BUCKETS; i++) {
		if(table->buckets[i] && !visit_bucket(i, visit, data))
			return;
	}
}

bool lync_record_drop(ly_slice_t call_id, bool if_early)
{
	unsigned bucket = bucket_of(call_id);
	place_t **at;
	bool found;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	at = find(bucket, call_id);
	found = *at && (!if_early || (*at)->record.early);
	if(found)
		drop(at);
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return found;
}

/* What a message tells ----------------------------------------------------------------------------------------------- */

static ly_slice_t tag_in(const ly_message_t *m, ly_header_id_t id)
{
	const ly_header_t *h = ly_header(m, id);
	ly_nameaddr_t na;

	return h && ly_nameaddr_split(h->value, &na)
				   ? ly_param(na.params, LY_LIT("tag"))
				   : LY_EMPTY;
}

static bool is_target_refresh(ly_slice_t method)
{
	return ly_eq(method, LY_LIT("INVITE")) || ly_eq(method, LY_LIT("UPDATE"));
}

/* Contact and, where the message makes the dialog, route set of who wrote it. */
static void read_target(const ly_message_t *m, ly_end_t *end, bool makes_dialog,
		ly_buf_t *memory)
{
	const ly_header_t *h = ly_header(m, LY_H_CONTACT);
	ly_slice_t rest = h ? h->value : LY_EMPTY;
	ly_nameaddr_t na;

	if(h && ly_nameaddr_parse(ly_value_next(&rest), &na))
		end->contact = na.uri.text;
	if(makes_dialog)
		end->routes = ly_route_set(m, memory);
}

/* The current message is a 2xx that says what holds from now on. */
static void note_timer(const lync_current_t *c, lync_record_t *r)
{
	if(!c->agrees)
		return;
	r->timer = c->agreed;
	r->timer_uac = c->call.sender;
	r->refreshed = get_ticks_raw();
}

static void fill_call(const lync_current_t *c, lync_record_t *r)
{
	r->own.call_id = lync_call_id(c);
	r->own.caller = c->call.caller;
	r->own.dialog = c->call.dialog;
	r->trunk = c->call.trunk->hash;
	r->server = c->call.server->hash;
	r->target = c->call.target->hash;
	r->edition = lync_plan_edition();
}

void lync_record_answered(const struct sip_msg *msg, const lync_current_t *c)
{
	static ly_message_t invite;
	char memory[4096];
	ly_buf_t texts = ly_buf(memory, sizeof(memory));
	const struct cell *t = lync_tm.t_gett();
	ly_side_t caller = c->call.caller, callee = lync_other_side(caller);
	lync_record_t r = {0};
	unsigned bucket;

	fill_call(c, &r);
	r.own.from = ly_identity(c->origin.from, &texts);
	r.own.to = ly_identity(c->origin.to, &texts);
	r.own.end[caller] = (ly_end_t){.cseq = c->origin.cseq, .spoke = true};
	r.own.end[callee].tag = tag_in(&c->message, LY_H_TO);
	read_target(&c->message, &r.own.end[callee], true, &texts);
	r.sdp[callee] = lync_media_sdp(&c->message);
	r.told[caller] = c->sdp_sent;
	r.told[callee] = c->call.offered;
	r.heard = get_ticks_raw();
	note_timer(c, &r);
	/* after a takeover nobody knows the INVITE: until the caller speaks it gets nothing from us */
	if(t && t != T_UNDEFINED && t->uas.request
			&& !ly_message_parse(
					ly_slice(t->uas.request->buf, t->uas.request->len),
					&invite)) {
		r.own.end[caller].tag = tag_in(&invite, LY_H_FROM);
		read_target(&invite, &r.own.end[caller], true, &texts);
		r.sdp[caller] = lync_media_sdp(&invite);
	}
	if(texts.full)
		return;
	bucket = bucket_of(r.own.call_id);
	lock_set_get(table->locks, (int)(bucket % LOCKS));
	put(find(bucket, r.own.call_id), &r);
	lock_set_release(table->locks, (int)(bucket % LOCKS));
}

/* One of the call that this node has not seen before: its token tells of the other end. */
static void fill_from_token(
		const lync_current_t *c, lync_record_t *r, ly_buf_t *texts)
{
	ly_side_t receiver = lync_receiver(c);
	const ly_token_t *token = &c->token;
	const ly_header_t *from = ly_header(&c->message, LY_H_FROM),
					  *to = ly_header(&c->message, LY_H_TO);

	fill_call(c, r);
	r->early = ly_eq(c->message.method, LY_LIT("PRACK"));
	r->own.end[receiver].contact = token->contact;
	r->own.end[receiver].routes = token->routes;
	r->own.end[receiver].tag = token->tag;
	if(token->callee) {
		r->own.from = token->from;
		r->own.to = token->to;
	} else if(from && to) {
		r->own.from = ly_identity(from->value, texts);
		r->own.to = ly_identity(to->value, texts);
	}
}

/* In the lock. */
static void note_request(const lync_current_t *c, lync_record_t *r)
{
	ly_end_t *sender = &r->own.end[c->call.sender];
	const ly_header_t *h = ly_header(&c->message, LY_H_CSEQ);
	uint32_t number;

	if(h && ly_cseq_number(h->value, &number)
			&& (!sender->spoke || number > sender->cseq)) {
		sender->cseq = number;
		sender->spoke = true;
		sender->own = 0;
	}
	if(!sender->tag.len)
		sender->tag = tag_in(&c->message, LY_H_FROM);
	if(is_target_refresh(c->message.method))
		read_target(&c->message, sender, false, NULL);
	if(lync_media_sdp(&c->message).len)
		r->sdp[c->call.sender] = lync_media_sdp(&c->message);
	if(c->sdp_sent)
		r->told[lync_receiver(c)] = c->sdp_sent;
	r->heard = get_ticks_raw();
	if(ly_eq(c->message.method, LY_LIT("INVITE")))
		r->relayed = r->heard;
	else if(ly_eq(c->message.method, LY_LIT("ACK")))
		r->relayed = 0;
	else
		return;
	r->early = false;
}

void lync_record_request(const lync_current_t *c)
{
	ly_slice_t call_id = lync_call_id(c);
	unsigned bucket = bucket_of(call_id);
	char memory[2048];
	ly_buf_t texts = ly_buf(memory, sizeof(memory));
	lync_record_t r = {0};
	place_t **at;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	at = find(bucket, call_id);
	if(ly_eq(c->message.method, LY_LIT("BYE"))) {
		if(*at)
			drop(at);
	} else {
		if(*at)
			r = (*at)->record;
		else
			fill_from_token(c, &r, &texts);
		note_request(c, &r);
		put(at, &r);
	}
	lock_set_release(table->locks, (int)(bucket % LOCKS));
}

static bool note_reply(lync_record_t *r, void *data)
{
	const lync_current_t *c = data;
	ly_side_t answerer = lync_other_side(lync_receiver(c));
	ly_slice_t method = ly_message_method(&c->message);

	r->heard = get_ticks_raw();
	note_timer(c, r);
	if(c->message.status >= 300 && ly_eq(method, LY_LIT("INVITE")))
		r->relayed = 0;
	if(c->message.status / 100 != 2 || !is_target_refresh(method))
		return true;
	read_target(&c->message, &r->own.end[answerer], false, NULL);
	if(c->sdp_sent)
		r->told[lync_receiver(c)] = c->sdp_sent;
	if(!r->own.end[answerer].tag.len)
		r->own.end[answerer].tag = tag_in(&c->message, LY_H_TO);
	if(lync_media_sdp(&c->message).len)
		r->sdp[answerer] = lync_media_sdp(&c->message);
	return true;
}

void lync_record_reply(const lync_current_t *c)
{
	if(c->message.status >= 200)
		lync_record_change(
				lync_call_id(c), note_reply, (void *)c, NULL, NULL);
}

ly_slice_t lync_record_routes(
		ly_slice_t call_id, ly_side_t side, ly_buf_t *memory)
{
	unsigned bucket = bucket_of(call_id);
	size_t start = memory->len;
	const place_t *found;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	found = *find(bucket, call_id);
	if(found)
		ly_put(memory, found->record.own.end[side].routes);
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return found ? ly_slice(memory->s + start, memory->len - start) : LY_EMPTY;
}

static bool is_asked(lync_record_t *r, void *data)
{
	return r->asked[LY_LYNC] || r->asked[LY_PSTN];
}

bool lync_record_is_asked(const lync_current_t *c)
{
	return (ly_eq(c->message.method, LY_LIT("INVITE"))
				   || ly_eq(c->message.method, LY_LIT("UPDATE")))
		   && lync_record_change(lync_call_id(c), is_asked, NULL, NULL, NULL);
}

static bool copy_timer(lync_record_t *r, void *data)
{
	lync_record_t *copy = data;

	copy->timer = r->timer;
	copy->early = r->early;
	return true;
}

unsigned lync_record_timer(const lync_current_t *c, bool *early)
{
	lync_record_t r = {0};

	lync_record_change(lync_call_id(c), copy_timer, &r, NULL, NULL);
	*early = r.early;
	return r.timer.interval;
}
