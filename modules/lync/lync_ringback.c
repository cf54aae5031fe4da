/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_ringback.h"

#include <stdatomic.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm.h"
#include "core/sr_module.h"
#include "liblync/ringback.h"
#include "lync.h"
#include "lync_ng.h"
#include "lync_process.h"

#define ROUND_MS 200
#define TIMES \
	1000 /* the file is played over again; it is stopped long before */

/* A call that rings, with a caller that may have to hear a file. */
typedef struct ringing
{
	struct ringing *next;
	uint64_t since; /* milliseconds */
	ly_side_t caller;
	uint8_t media;
	_Atomic(bool) answered, playing;
	ly_slice_t call_id, file; /* in text */
	char text[];
} ringing_t;

/*
 * Whoever adds or looks for one holds the lock. The process alone takes them out, under the lock, too; so it may follow
 * the list without.
 */
static struct
{
	gen_lock_t lock;
	_Atomic(ringing_t *) first;
} *list;

int lync_ringback_init(void)
{
	list = shm_mallocxz(sizeof(*list));
	if(!list || !lock_init(&list->lock)) {
		SHM_MEM_ERROR;
		return -1;
	}
	if(!lync_ng_count())
		return 0;
	lync_process_register(1);
	return 0;
}

/* Commands ----------------------------------------------------------------------------------------------------------- */

static ly_buf_t *begin(const ringing_t *r, const char *command)
{
	ly_buf_t *out = lync_ng_begin(ly_cstr(command));

	ly_ng_text(out, LY_LIT("call-id"), r->call_id);
	return out;
}

static ly_buf_t *begin_stop(const ringing_t *r)
{
	ly_buf_t *out = begin(r, "stop media");

	ly_ng_text(out, LY_LIT("from-tag"), ly_cstr(ly_side_name(r->caller)));
	return out;
}

/* False where it cannot be played (logged). */
static bool play(ringing_t *r)
{
	ly_buf_t *out = begin(r, "play media");
	ly_slice_t answer, why;

	ly_ng_text(out, LY_LIT("from-tag"), ly_cstr(ly_side_name(r->caller)));
	ly_ng_text(out, LY_LIT("file"), r->file);
	ly_ng_number(out, LY_LIT("repeat-times"), TIMES);
	/* the file alone, not mixed with audio that begins to come */
	ly_ng_text(out, LY_LIT("rtpp-flags"), LY_LIT("block-egress"));
	atomic_store(&r->playing, true);
	if(lync_ng_ask(r->media, &answer, &why))
		return true;
	if(!atomic_load(&r->answered))
		LM_ERR("call %.*s: no ringback from %.*s: media node %u: %.*s\n",
				LY_FMT(r->call_id), LY_FMT(r->file), r->media, LY_FMT(why));
	return false;
}

/* The process -------------------------------------------------------------------------------------------------------- */

/* False where the media node does not know the call: it is over. */
static bool ask_heard(const ringing_t *r, bool *heard)
{
	ly_slice_t answer, why;

	begin(r, "query");
	if(!lync_ng_ask(r->media, &answer, &why))
		return false;
	*heard =
			ly_ringback_heard(answer, r->caller == LY_LYNC ? LY_PSTN : LY_LYNC);
	return true;
}

/* Returns whether it has to be looked at again. */
static bool look_at(ringing_t *r)
{
	bool answered = atomic_load(&r->answered), heard = false;
	ly_slice_t answer, why;

	if(!answered && !ask_heard(r, &heard))
		return false;
	switch(ly_ringback_next(lync_now_ms() - r->since, answered, heard,
			atomic_load(&r->playing))) {
		case LY_RINGBACK_WAIT:
			return true;
		case LY_RINGBACK_PLAY:
			return play(r);
		default:
			break;
	}
	/* also where a worker has said so: its word may have come before that to play */
	begin_stop(r);
	if(atomic_load(&r->playing))
		lync_ng_ask(r->media, &answer, &why);
	return false;
}

static void take_out(ringing_t *gone)
{
	ringing_t *before;

	lock_get(&list->lock);
	before = atomic_load(&list->first);
	if(before == gone) {
		atomic_store(&list->first, gone->next);
	} else {
		while(before->next != gone)
			before = before->next;
		before->next = gone->next;
	}
	lock_release(&list->lock);
	shm_free(gone);
}

static void run(void *data)
{
	for(;;) {
		ringing_t *r, *next;

		cfg_update();
		for(r = atomic_load(&list->first); r; r = next) {
			next = r->next;
			if(!look_at(r))
				take_out(r);
		}
		usleep(ROUND_MS * 1000);
	}
}

int lync_ringback_child_init(int rank)
{
	return rank != PROC_MAIN || !lync_ng_count()
				   ? 0
				   : lync_process_start("lync ringback", false, run, NULL);
}

/* The workers -------------------------------------------------------------------------------------------------------- */

/* With the lock held. */
static ringing_t *find(ly_slice_t call_id)
{
	ringing_t *r = atomic_load(&list->first);

	while(r && (atomic_load(&r->answered) || !ly_eq(r->call_id, call_id)))
		r = r->next;
	return r;
}

static ringing_t *make(const lync_current_t *c, ly_slice_t file)
{
	ly_slice_t call_id = lync_call_id(c);
	ringing_t *r = shm_mallocxz(sizeof(*r) + call_id.len + file.len);

	if(!r) {
		SHM_MEM_ERROR;
		return NULL;
	}
	memcpy(r->text, call_id.s, call_id.len);
	memcpy(r->text + call_id.len, file.s, file.len);
	r->call_id = ly_slice(r->text, call_id.len);
	r->file = ly_slice(r->text + call_id.len, file.len);
	r->caller = c->call.caller;
	r->media = c->call.dialog.media;
	r->since = lync_now_ms();
	return r;
}

void lync_ringback_begin(const lync_current_t *c)
{
	ly_slice_t file = c->call.caller == LY_LYNC ? c->call.trunk->ringback
												: c->call.target->ringback;
	const ringing_t *old;
	ringing_t *r;

	if(!file.len || !lync_ng_node(c->call.dialog.media) || !(r = make(c, file)))
		return;
	lock_get(&list->lock);
	old = find(r->call_id);
	if(!old) {
		r->next = atomic_load(&list->first);
		atomic_store(&list->first, r);
	}
	lock_release(&list->lock);
	if(old)
		shm_free(r);
}

void lync_ringback_end(const lync_current_t *c)
{
	ringing_t *r;

	/* nearly always there is none at all */
	if(!atomic_load_explicit(&list->first, memory_order_relaxed))
		return;
	lock_get(&list->lock);
	r = find(lync_call_id(c));
	if(r) {
		atomic_store(&r->answered, true);
		if(atomic_load(&r->playing)) {
			begin_stop(r);
			lync_ng_tell(r->media);
		}
	}
	lock_release(&list->lock);
}

void lync_ringback_reply(const lync_current_t *c)
{
	if(!c->call.initial || c->message.request
			|| !ly_eq(ly_message_method(&c->message), LY_LIT("INVITE")))
		return;
	if(c->message.status >= 200)
		lync_ringback_end(c);
	else if(c->sdp_sent)
		lync_ringback_begin(c);
}
