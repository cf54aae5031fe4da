/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_explain.h"

#include <stdatomic.h>

#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm.h"
#include "core/timer.h"
#include "liblync/edit_reason.h"
#include "liblync/shown.h"
#include "lync.h"

#define CALLS 8
#define CALL_ID_MAX 255
#define SECONDS 600
#define LINE_MAX_ \
	1024 /* of a log line; the rest of a longer one is not shown */

typedef struct explained
{
	ticks_t until; /* 0: the place is free */
	size_t len;	   /* 0: the next call that begins */
	char call_id[CALL_ID_MAX];
} explained_t;

static struct
{
	_Atomic(unsigned) count; /* of places that are taken */
	gen_lock_t lock;		 /* of calls */
	explained_t calls[CALLS];
} *shared;

int lync_explain_init(void)
{
	shared = shm_malloc(sizeof(*shared));
	if(!shared) {
		SHM_MEM_ERROR;
		return -1;
	}
	memset(shared, 0, sizeof(*shared));
	return lock_init(&shared->lock) ? 0 : -1;
}

/* Which calls ---------------------------------------------------------------------------------------------------------- */

/* With the lock: places whose time is over are free again. */
static void forget_old(void)
{
	unsigned count = 0;

	for(unsigned i = 0; i < CALLS; i++) {
		explained_t *e = &shared->calls[i];

		if(e->until && TICKS_LE(e->until, get_ticks_raw()))
			e->until = 0;
		count += e->until != 0;
	}
	atomic_store(&shared->count, count);
}

/* With the lock: the place of that call, or NULL; an empty call_id is that of the next call. */
static explained_t *find(ly_slice_t call_id)
{
	for(unsigned i = 0; i < CALLS; i++) {
		explained_t *e = &shared->calls[i];

		if(e->until && ly_eq(ly_slice(e->call_id, e->len), call_id))
			return e;
	}
	return NULL;
}

/* Whether it was not said which call, and this one begins with the current message. */
static bool claim(explained_t *e, const lync_current_t *c, ly_slice_t call_id)
{
	if(!e || !c->call.initial || !c->message.request
			|| call_id.len > CALL_ID_MAX)
		return false;
	memcpy(e->call_id, call_id.s, call_id.len);
	e->len = call_id.len;
	return true;
}

static bool is_explained(const lync_current_t *c)
{
	ly_slice_t call_id = lync_call_id(c);
	bool found;

	if(atomic_load_explicit(&shared->count, memory_order_relaxed) == 0)
		return false;
	lock_get(&shared->lock);
	forget_old();
	found = find(call_id) || claim(find(LY_EMPTY), c, call_id);
	lock_release(&shared->lock);
	return found;
}

/* The log -------------------------------------------------------------------------------------------------------------- */

static void log_line(
		const lync_current_t *c, const char *sign, ly_slice_t line, char *why)
{
	char text[LINE_MAX_];
	ly_buf_t out = ly_buf(text, sizeof(text));

	ly_put_short(
			&out, ly_slice(line.s,
						  line.len < LINE_MAX_ / 4 ? line.len : LINE_MAX_ / 4));
	ly_hide_keys(text, out.len);
	LM_NOTICE("call %.*s: %s %.*s%s\n", LY_FMT(lync_call_id(c)), sign,
			LY_FMT(ly_buf_slice(&out)), why);
}

/* Each line of text that is not blank; why stands behind the last. */
static void log_lines(
		const lync_current_t *c, const char *sign, ly_slice_t text, char *why)
{
	static char clean[LINE_MAX_ * 64];
	ly_buf_t out = ly_buf(clean, sizeof(clean));

	text = ly_trim(text);
	while(text.len) {
		size_t end = ly_find(text, '\n');
		ly_slice_t line = ly_trim(ly_slice(text.s, end));

		text = ly_from(text, end + 1);
		out.len = 0;
		ly_put_clean(&out, line, true);
		if(line.len)
			log_line(c, sign, ly_buf_slice(&out), text.len ? "" : why);
	}
}

/* The whole lines around an edit, before it and behind it. */
static ly_slice_t line_before(const ly_edits_t *e, const ly_edit_t *edit)
{
	const char *at = e->message.s + edit->offset, *start = at;

	while(start > e->message.s && start[-1] != '\n')
		start--;
	return ly_span(start, at);
}

static ly_slice_t line_behind(const ly_edits_t *e, const ly_edit_t *edit)
{
	ly_slice_t rest = ly_from(e->message, edit->offset + edit->length);

	/* where the edit ends with a line end, the line ends with it */
	if(edit->length && e->message.s[edit->offset + edit->length - 1] == '\n')
		return LY_EMPTY;
	return ly_slice(rest.s, ly_find(rest, '\n'));
}

static void log_edit(
		const lync_current_t *c, const ly_edits_t *e, const ly_edit_t *edit)
{
	static char after[LINE_MAX_ * 64];
	ly_buf_t out = ly_buf(after, sizeof(after));
	char why[256];
	ly_buf_t reason = ly_buf(why, sizeof(why) - 1);
	const char *known = ly_edit_reason(edit->rule);
	ly_slice_t before = line_before(e, edit), behind = line_behind(e, edit);
	const char *old = before.s;

	ly_putf(&reason, "   <- %s: %s", edit->rule, known ? known : "");
	why[reason.len] = '\0';
	if(edit->length)
		log_lines(c, "-",
				ly_span(old,
						behind.s ? behind.s + behind.len
								 : e->message.s + edit->offset + edit->length),
				edit->text.len ? "" : why);
	if(edit->text.len == 0)
		return;
	if(edit->length)
		ly_put(&out, before);
	ly_put(&out, edit->text);
	if(edit->length)
		ly_put(&out, behind);
	log_lines(c, "+", ly_buf_slice(&out), why);
}

void lync_explain(const lync_current_t *c, const ly_edits_t *edits)
{
	const ly_message_t *m = &c->message;
	ly_side_t to = lync_receiver(c);
	bool sdp = edits->message.s != m->raw.s;

	if(!is_explained(c))
		return;
	if(m->request)
		LM_NOTICE("call %.*s: %s%.*s to %s: %u edits\n",
				LY_FMT(lync_call_id(c)), sdp ? "SDP of " : "",
				LY_FMT(m->method), ly_side_name(to), edits->count);
	else
		LM_NOTICE("call %.*s: %s%d to %s: %u edits\n", LY_FMT(lync_call_id(c)),
				sdp ? "SDP of " : "", m->status, ly_side_name(to),
				edits->count);
	for(unsigned i = 0; i < edits->count; i++)
		log_edit(c, edits, &edits->list[i]);
}

/* RPC ------------------------------------------------------------------------------------------------------------------ */

/* With the lock. False where no place is free. */
static bool keep(ly_slice_t call_id, unsigned seconds)
{
	explained_t *e = find(call_id);

	for(unsigned i = 0; i < CALLS && !e; i++) {
		if(!shared->calls[i].until)
			e = &shared->calls[i];
	}
	if(!e)
		return false;
	memcpy(e->call_id, call_id.s, call_id.len);
	e->len = call_id.len;
	e->until = seconds ? get_ticks_raw() + S_TO_TICKS(seconds) : 0;
	return true;
}

void lync_explain_rpc(rpc_t *rpc, void *ctx)
{
	ly_slice_t call_id;
	str said;
	int seconds = SECONDS;
	bool kept;

	if(rpc->scan(ctx, "S*d", &said, &seconds) < 1)
		return;
	call_id = lync_slice(&said);
	if(ly_eq(call_id, LY_LIT("next")))
		call_id = ly_slice(said.s, 0);
	if(call_id.len > CALL_ID_MAX || seconds < 0 || seconds > 86400) {
		rpc->fault(ctx, 400,
				"a Call-ID of at most %d bytes or 'next', and 0 to 86400 s",
				CALL_ID_MAX);
		return;
	}
	lock_get(&shared->lock);
	forget_old();
	kept = keep(call_id, (unsigned)seconds);
	forget_old();
	lock_release(&shared->lock);
	if(kept)
		rpc->rpl_printf(
				ctx, seconds ? "for %d s, into the log" : "no more", seconds);
	else
		rpc->fault(ctx, 503, "%d calls are explained already", CALLS);
}
