/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_plan.h"

#include <inttypes.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm.h"
#include "core/pt.h"
#include "core/rand/kam_rand.h"
#include "liblync/file.h"
#include "liblync/plan_bind.h"
#include "liblync/plan_diff.h"
#include "lync_state.h"

#define MAX_PROCESSES 1024
/* editions that were replaced stay, for calls that began under them */
#define KEPT 8

/*
 * In one piece of shared memory, with all of its plan: workers wait while somebody takes a piece, and for long when
 * the kernel interrupts him. So hundreds of pieces would be felt.
 */
typedef struct edition
{
	uint32_t id;
	ly_plan_t *plan;
	const ly_node_t *node;
	lync_states_t *states; /* a piece of its own: its slots stay */
	struct edition *older;
	alignas(max_align_t) char memory[];
} edition_t;

/* In shared memory. */
typedef struct shelf
{
	/* of whoever replaces or looks through the editions; never held while a file is read */
	gen_lock_t lock;
	_Atomic(edition_t *) current;
	/* of each process, by its number */
	_Atomic(edition_t *) used[MAX_PROCESSES][LYNC_USES];
} shelf_t;

const ly_plan_t *lync_plan;
const ly_node_t *lync_node;

static shelf_t *shelf;
static uint32_t my_edition; /* of lync_plan */

/* The plan's memory, while one is read: how much it needs, and what is left of a piece of that size. */
static size_t needed;
static char *rest;

static size_t rounded(size_t size)
{
	return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static void *take_own(size_t size)
{
	needed += rounded(size);
	return malloc(size);
}

static void *take_rest(size_t size)
{
	void *p = rest;

	rest += rounded(size);
	return p;
}

static void give_nothing(void *p)
{
}

static void edition_free(edition_t *e)
{
	lync_states_free(e->states);
	shm_free(e);
}

/*
 * listen.cfg and tls.cfg are generated from the plan, and Kamailio has bound their sockets before we are loaded. A
 * pair that was generated from another plan would listen where no trunk is.
 */
static bool fits_bindings(const edition_t *e, char now[20])
{
	snprintf(now, 20, "%016" PRIx64, ly_plan_bindings(e->plan, e->node));
	return lync_cfg.bindings.len == 0
		   || ly_eq(ly_cstr(now), lync_slice(&lync_cfg.bindings));
}

/* Read twice: the first time it is seen whether it is right, and how much memory it needs. */
static edition_t *edition_build(ly_slice_t text, ly_finding_t *finding)
{
	const char *path = lync_cfg.plan.s;
	edition_t *e;
	ly_plan_t *plan;

	needed = 0;
	plan = ly_plan_parse(text, path, take_own, free, finding);
	if(!plan)
		return NULL;
	ly_plan_free(plan);
	e = shm_malloc(sizeof(*e) + needed);
	if(!e) {
		snprintf(finding->text, sizeof(finding->text), "no shared memory");
		return NULL;
	}
	*e = (edition_t){0};
	rest = e->memory;
	e->plan = ly_plan_parse(text, path, take_rest, give_nothing, finding);
	if(e->plan)
		return e;
	edition_free(e);
	return NULL;
}

/* Reads the plan file. NULL with why filled in. */
static edition_t *edition_load(ly_buf_t *why)
{
	ly_arena_t scratch = {malloc, free, NULL};
	ly_report_t report = {0};
	ly_slice_t text;
	edition_t *e = NULL;

	if(ly_file_read(
			   lync_cfg.plan.s, LY_PLAN_MAX_BYTES, &scratch, &report, &text))
		e = edition_build(text, &report.first);
	ly_arena_free(&scratch);
	if(!e) {
		ly_putf(why, "%.*s", STR_FMT(&lync_cfg.plan));
		if(report.first.line)
			ly_putf(why, ":%u", report.first.line);
		ly_putf(why, ": %s", report.first.text);
		return NULL;
	}
	e->node = ly_plan_node(e->plan, lync_slice(&lync_cfg.node));
	if(e->node && (e->states = lync_states_new(e->plan)))
		return e;
	if(e->node)
		ly_putf(why, "no shared memory");
	else
		ly_putf(why,
				"%.*s has no node '%.*s': set modparam(\"lync\", \"node\", …) "
				"to "
				"one of its node names",
				STR_FMT(&lync_cfg.plan), STR_FMT(&lync_cfg.node));
	edition_free(e);
	return NULL;
}

int lync_plan_init(void)
{
	char text[LYNC_WHY_MAX], now[20];
	ly_buf_t why = ly_buf(text, sizeof(text));
	edition_t *e;

	if(lync_cfg.plan.len == 0) {
		LM_ERR("no plan: set modparam(\"lync\", \"plan\", "
			   "\"/etc/lync-sbc/lync-trunks.xml\")\n");
		return -1;
	}
	shelf = shm_malloc(sizeof(*shelf));
	if(!shelf || !lock_init(&shelf->lock)) {
		SHM_MEM_ERROR;
		return -1;
	}
	if(lync_state_init() < 0)
		return -1;
	for(int i = 0; i < MAX_PROCESSES; i++) {
		for(int use = 0; use < LYNC_USES; use++)
			atomic_init(&shelf->used[i][use], NULL);
	}
	e = edition_load(&why);
	if(!e) {
		LM_ERR("%.*s\n", LY_FMT(ly_buf_slice(&why)));
		return -1;
	}
	if(!fits_bindings(e, now)) {
		LM_ERR("%.*s has changed since listen.cfg and tls.cfg were generated "
			   "(bindings %.*s, now %s); run: lync-sbc config %.*s --node %.*s "
			   "--out DIR, and start again\n",
				STR_FMT(&lync_cfg.plan), STR_FMT(&lync_cfg.bindings), now,
				STR_FMT(&lync_cfg.plan), LY_FMT(e->node->name));
		edition_free(e);
		return -1;
	}
	/* Not 1: a token must not be read under the first edition of another start. */
	e->id = kam_rand() | 1;
	atomic_init(&shelf->current, e);
	lync_states_publish(e->states, e->plan);
	lync_plan_use(LYNC_FOR_MESSAGE);
	return 0;
}

/* Says that this process works with e. */
static void hold(edition_t *e, lync_use_t use)
{
	int process = process_no < MAX_PROCESSES ? process_no : MAX_PROCESSES - 1;

	atomic_store(&shelf->used[process][use], e);
}

static void set_current(edition_t *e)
{
	lync_plan = e->plan;
	lync_node = e->node;
	lync_states = e->states;
	my_edition = e->id;
}

const ly_plan_t *lync_plan_use(lync_use_t use)
{
	edition_t *e;

	/* It may be replaced, and given back, between the look and the word: look again after it. */
	do {
		e = atomic_load(&shelf->current);
		hold(e, use);
	} while(e != atomic_load(&shelf->current));
	if(use == LYNC_FOR_MESSAGE)
		set_current(e);
	return e->plan;
}

void lync_plan_release(lync_use_t use)
{
	hold(NULL, use);
}

uint32_t lync_plan_lend(void)
{
	int process = process_no < MAX_PROCESSES ? process_no : MAX_PROCESSES - 1;
	bool held = atomic_load(&shelf->used[process][LYNC_FOR_MESSAGE]) != NULL;
	uint32_t lent = held ? my_edition : 0;

	lync_plan_use(LYNC_FOR_MESSAGE);
	return lent;
}

void lync_plan_return(uint32_t lent)
{
	if(lent)
		lync_plan_use_edition((uint16_t)lent);
	else
		lync_plan_release(LYNC_FOR_MESSAGE);
}

uint32_t lync_plan_edition(void)
{
	return my_edition;
}

unsigned lync_plan_kept(void)
{
	unsigned kept = 0;

	lock_get(&shelf->lock);
	for(edition_t *e = atomic_load(&shelf->current)->older; e; e = e->older)
		kept++;
	lock_release(&shelf->lock);
	return kept;
}

void lync_plan_use_edition(uint16_t id)
{
	edition_t *e;

	if(id == (uint16_t)my_edition)
		return;
	lock_get(&shelf->lock);
	for(e = atomic_load(&shelf->current); e && (uint16_t)e->id != id;
			e = e->older)
		;
	if(e)
		hold(e, LYNC_FOR_MESSAGE);
	lock_release(&shelf->lock);
	if(e)
		set_current(e);
}

/* The lock must be held. */
static bool in_use(const edition_t *e)
{
	for(int i = 0; i < MAX_PROCESSES; i++) {
		for(int use = 0; use < LYNC_USES; use++) {
			if(atomic_load(&shelf->used[i][use]) == e)
				return true;
		}
	}
	return false;
}

/* Takes what nobody needs off the shelf. The lock must be held; returns the list to be freed without it. */
static edition_t *take_off(void)
{
	edition_t *gone = NULL, **link = &atomic_load(&shelf->current)->older, *e;
	int kept = 0;

	while((e = *link)) {
		if(++kept > KEPT && !in_use(e)) {
			*link = e->older;
			e->older = gone;
			gone = e;
		} else {
			link = &e->older;
		}
	}
	return gone;
}

/* Puts e in force. */
static void publish(edition_t *e)
{
	edition_t *old = atomic_load(&shelf->current), *gone;

	e->older = old;
	e->id = old->id + 2; /* stays odd, so never 0 */
	lock_get(&shelf->lock);
	atomic_store(&shelf->current, e);
	gone = take_off();
	lock_release(&shelf->lock);
	lync_states_publish(atomic_load(&shelf->current)->states,
			atomic_load(&shelf->current)->plan);
	while(gone) {
		e = gone;
		gone = e->older;
		edition_free(e);
	}
}

int lync_plan_reload(ly_buf_t *why, ly_buf_t *out)
{
	edition_t *e = edition_load(why);
	char now[20];

	if(!e)
		return -1;
	if(!fits_bindings(e, now)) {
		ly_putf(why,
				"restart needed: addresses, ports or the certificate of node "
				"%.*s "
				"have changed; the plan in force stays. Run: lync-sbc config "
				"%.*s "
				"--node %.*s --out DIR, and restart",
				LY_FMT(e->node->name), STR_FMT(&lync_cfg.plan),
				LY_FMT(e->node->name));
		edition_free(e);
		return -1;
	}
	ly_plan_diff(lync_plan_use(LYNC_FOR_MESSAGE), e->plan, out);
	publish(e);
	lync_plan_use(LYNC_FOR_MESSAGE);
	return 0;
}

void lync_plan_destroy(void)
{
	edition_t *e, *older;

	if(!shelf)
		return;
	for(e = atomic_load(&shelf->current); e; e = older) {
		older = e->older;
		edition_free(e);
	}
	lync_state_destroy();
	lock_destroy(&shelf->lock);
	shm_free(shelf);
	shelf = NULL;
}
