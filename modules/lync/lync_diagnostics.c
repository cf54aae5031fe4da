/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_diagnostics.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "core/dprint.h"
#include "core/mem/shm.h"
#include "liblync/diagnostic_codes.h"
#include "liblync/diagnostics.h"
#include "liblync/passage.h"
#include "lync.h"
#include "lync_peer.h"
#include "lync_plan.h"

#define CODES 64 /* of which each has a row; all others are counted together */
#define REASON_MAX 160
#define LOG_LINE_MAX 2048

/* A code that was told. Rows are taken from the front, and never given back. */
typedef struct row
{
	_Atomic(unsigned) code; /* plus 1; 0: the row is free */
	_Atomic(uint64_t) count;
	_Atomic(time_t) last;
	_Atomic(uint32_t) peer; /* hash of who said it last */
	/* Of the first. Who takes the row writes it, and it is read once told is set. */
	_Atomic(bool) told;
	char reason[REASON_MAX];
} row_t;

static row_t *rows; /* CODES, and behind them the row of all others */

int lync_diagnostics_init(void)
{
	rows = shm_malloc((CODES + 1) * sizeof(row_t));
	if(!rows) {
		SHM_MEM_ERROR;
		return -1;
	}
	memset(rows, 0, (CODES + 1) * sizeof(row_t));
	return 0;
}

/* Counting ----------------------------------------------------------------------------------------------------------- */

static void keep_reason(row_t *row, ly_slice_t reason)
{
	ly_buf_t out = ly_buf(row->reason, sizeof(row->reason) - 1);

	ly_put_diagnostic_text(&out, reason, sizeof(row->reason) - 1);
	atomic_store(&row->told, true);
}

static row_t *row_of(const ly_diagnostic_t *d)
{
	unsigned code = d->id + 1;

	for(unsigned i = 0; i < CODES; i++) {
		unsigned is = atomic_load(&rows[i].code);

		if(!is && atomic_compare_exchange_strong(&rows[i].code, &is, code)) {
			keep_reason(&rows[i], d->reason);
			return &rows[i];
		}
		if(is == code)
			return &rows[i];
	}
	return &rows[CODES];
}

static bool is_repeated(const ly_diagnostic_t *list, unsigned i)
{
	for(unsigned j = 0; j < i; j++) {
		if(list[j].id == list[i].id)
			return true;
	}
	return false;
}

/* Each code once for a message: ms-diagnostics-public says again what ms-diagnostics has said. */
static void count(
		const ly_diagnostic_t *list, unsigned n, const ly_peer_t *peer)
{
	for(unsigned i = 0; i < n; i++) {
		row_t *row;

		if(is_repeated(list, i))
			continue;
		row = row_of(&list[i]);
		atomic_fetch_add_explicit(&row->count, 1, memory_order_relaxed);
		atomic_store_explicit(&row->last, time(NULL), memory_order_relaxed);
		atomic_store_explicit(&row->peer, peer->hash, memory_order_relaxed);
	}
}

/* The line in the log ------------------------------------------------------------------------------------------------ */

/* "404 to INVITE", "BYE" */
static void put_what(const ly_message_t *m, ly_buf_t *out)
{
	if(!m->request)
		ly_putf(out, "%d to ", m->status);
	ly_put_diagnostic_text(out, ly_message_method(m), 32);
}

/* What is said beside the one that tells most: other codes, the SIP code from further in, who has said it. */
static void put_beside(const ly_diagnostic_t *list, unsigned n,
		const ly_diagnostic_t *telling, ly_buf_t *out)
{
	for(unsigned i = 0; i < n; i++) {
		if(list[i].id != telling->id && !is_repeated(list, i))
			ly_putf(out, ", beside %u", list[i].id);
	}
	if(telling->sip_code.len) {
		ly_put(out, LY_LIT(", SIP code "));
		ly_put_diagnostic_text(out, telling->sip_code, 8);
		ly_putc(out, ' ');
		ly_put_diagnostic_text(out, telling->sip_text, 64);
	}
	if(telling->source.len) {
		ly_put(out, LY_LIT(", said by "));
		ly_put_diagnostic_text(out, telling->source, 128);
	}
}

static void put_call(const lync_current_t *c, ly_buf_t *out)
{
	char text[LYNC_CALL_ID_MAX];
	ly_buf_t memory = ly_buf(text, sizeof(text));
	ly_slice_t call_id =
			c->call_id.s || !ly_has_header(&c->message, LY_H_CALL_ID)
					? lync_call_id(c)
					: ly_passage_call_id(&c->message, &lync_keys, &memory);

	ly_put_diagnostic_text(out, call_id, LYNC_CALL_ID_MAX);
}

static void tell(const lync_current_t *c, const ly_peer_t *peer,
		const ly_diagnostic_t *list, unsigned n)
{
	static char text[LOG_LINE_MAX];
	ly_buf_t line = ly_buf(text, sizeof(text));
	const ly_diagnostic_t *telling = ly_diagnostics_telling(list, n);
	const ly_meaning_t *meaning = ly_diagnostic_meaning(telling->id);

	ly_put(&line, LY_LIT("call "));
	put_call(c, &line);
	ly_put(&line, LY_LIT(": "));
	put_what(&c->message, &line);
	ly_putf(&line, " from %.*s, ms-diagnostics %u \"", LY_FMT(peer->name),
			telling->id);
	ly_put_diagnostic_text(&line, telling->reason, REASON_MAX);
	ly_putc(&line, '"');
	put_beside(list, n, telling, &line);
	ly_putf(&line, ": %s; %s", meaning->meaning, meaning->to_do);
	LM_WARN("%.*s\n", LY_FMT(ly_buf_slice(&line)));
}

/* What comes in ------------------------------------------------------------------------------------------------------ */

/* False for all but Mediation Servers. */
static bool find_sender(struct sip_msg *msg, ly_candidate_t *from)
{
	char text[256];
	ly_buf_t why = ly_buf(text, sizeof(text));

	return lync_peer_identify(msg, from, &why) && from->side == LY_LYNC;
}

/* The branch has had its final answer. Of a CANCEL tm keeps none. */
static bool comes_again(struct sip_msg *reply, const lync_current_t *c)
{
	int branch = T_BR_UNDEFINED;
	const struct cell *t;

	if(ly_eq(ly_message_method(&c->message), LY_LIT("CANCEL"))
			|| lync_tm.t_check(reply, &branch) != 1)
		return false;
	t = lync_tm.t_gett();
	return t && t != T_UNDEFINED && branch >= 0 && branch < t->nr_of_outgoings
		   && t->uac[branch].last_received >= 200;
}

void lync_diagnostics_reply(struct sip_msg *reply, const lync_current_t *c)
{
	ly_diagnostic_t list[LY_DIAGNOSTICS_MAX];
	ly_candidate_t from;
	unsigned n;

	if(c->message.status < 300 || !(n = ly_diagnostics_read(&c->message, list))
			|| !find_sender(reply, &from) || comes_again(reply, c))
		return;
	count(list, n, from.peer);
	tell(c, from.peer, list, n);
}

static void hear_request(const lync_current_t *c, const ly_peer_t *peer)
{
	ly_diagnostic_t list[LY_DIAGNOSTICS_MAX];
	unsigned n = ly_diagnostics_read(&c->message, list);

	if(!n)
		return;
	count(list, n, peer);
	tell(c, peer, list, n);
}

void lync_diagnostics_request(const lync_current_t *c)
{
	if(c->call.sender == LY_LYNC && ly_eq(c->message.method, LY_LIT("BYE")))
		hear_request(c, c->call.server);
}

void lync_diagnostics_cancel(struct sip_msg *cancel)
{
	ly_candidate_t from;
	lync_current_t *c;

	if(!lync_current_begin(cancel, &c) && find_sender(cancel, &from))
		hear_request(c, from.peer);
}

/* RPC ---------------------------------------------------------------------------------------------------------------- */

/* A row as it was when the command began: workers go on counting. */
typedef struct told
{
	const row_t *row;
	uint64_t count;
} told_t;

static int by_count(const void *a, const void *b)
{
	uint64_t first = ((const told_t *)a)->count,
			 second = ((const told_t *)b)->count;

	return (first < second) - (first > second);
}

static void add_row(rpc_t *rpc, void *list, const told_t *told)
{
	const row_t *row = told->row;
	unsigned code = atomic_load(&row->code);
	const ly_meaning_t *meaning = code ? ly_diagnostic_meaning(code - 1) : NULL;
	const ly_peer_t *peer = ly_peer_by_hash(lync_plan, atomic_load(&row->peer));
	str name = lync_str(peer ? peer->name : LY_LIT("-"));
	char number[24], times[24];
	void *to;

	/* In texts: an integer of RPC has 31 bits, and "others" is a code here. */
	snprintf(number, sizeof(number), "%u", code - 1);
	snprintf(times, sizeof(times), "%llu", (unsigned long long)told->count);
	rpc->struct_add(list, "{", "code", &to);
	rpc->struct_add(to, "ssdSsss", "code", code ? number : "others", "count",
			times, "seconds_ago", (int)(time(NULL) - atomic_load(&row->last)),
			"peer", &name, "reason", atomic_load(&row->told) ? row->reason : "",
			"meaning",
			meaning ? meaning->meaning
					: "codes first told when the table of 64 was full",
			"to_do", meaning ? meaning->to_do : "read the log");
}

void lync_diagnostics_rpc(rpc_t *rpc, void *ctx)
{
	told_t told[CODES + 1] = {0};
	unsigned n = 0;
	void *root, *list;

	for(unsigned i = 0; i <= CODES; i++) {
		uint64_t times = atomic_load(&rows[i].count);
		if(times)
			told[n++] = (told_t){&rows[i], times};
	}
	qsort(told, n, sizeof(told[0]), by_count);
	if(rpc->add(ctx, "{", &root) < 0)
		return;
	lync_plan_use(LYNC_FOR_MESSAGE);
	rpc->struct_add(root, "[", "codes", &list);
	for(unsigned i = 0; i < n; i++)
		add_row(rpc, list, &told[i]);
	lync_plan_release(LYNC_FOR_MESSAGE);
}
