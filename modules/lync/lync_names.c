/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_names.h"

#include <stdatomic.h>
#include <time.h>

#include <ares.h>

#include "core/dprint.h"
#include "core/mem/shm.h"
#include "core/pt.h"
#include "lync_health.h"

#define MAX_PROCESSES 1024

/* In shared memory. */
typedef struct board
{
	_Atomic(unsigned) edition;
	_Atomic(ly_directory_t *) current;
	/* what a process, by its number, is looking at this moment: it is not given back */
	_Atomic(ly_directory_t *) used[MAX_PROCESSES];
} board_t;

static board_t *board;

static void *take(size_t size)
{
	return shm_malloc(size);
}

static void give(void *p)
{
	shm_free(p);
}

int lync_names_init(void)
{
	ly_directory_t *empty = ly_directory_build(NULL, 0, take, give);

	board = shm_malloc(sizeof(*board));
	if(!board || !empty) {
		SHM_MEM_ERROR;
		return -1;
	}
	atomic_init(&board->current, empty);
	atomic_init(&board->edition, 1);
	for(int i = 0; i < MAX_PROCESSES; i++)
		atomic_init(&board->used[i], NULL);
	return 0;
}

static _Atomic(ly_directory_t *) *my_place(void)
{
	return &board->used[process_no < MAX_PROCESSES ? process_no
												   : MAX_PROCESSES - 1];
}

/* The directory in force; it stays until done(). Not nested: a process has one place. */
static const ly_directory_t *look(void)
{
	ly_directory_t *d;

	/* It may be replaced, and given back, between the look and the word: look again after it. */
	do {
		d = atomic_load(&board->current);
		atomic_store(my_place(), d);
	} while(d != atomic_load(&board->current));
	return d;
}

static void done(void)
{
	atomic_store_explicit(my_place(), NULL, memory_order_release);
}

static bool in_use(const ly_directory_t *d)
{
	for(int i = 0; i < MAX_PROCESSES; i++) {
		if(atomic_load(&board->used[i]) == d)
			return true;
	}
	return false;
}

/* Those that were replaced while somebody looked at them wait here for the next time. */
static void give_back(ly_directory_t *old)
{
	static ly_directory_t *waiting;
	ly_directory_t **link = &waiting, *d;

	old->older = waiting;
	waiting = old;
	while((d = *link)) {
		if(in_use(d)) {
			link = &d->older;
		} else {
			*link = d->older;
			ly_directory_free(d);
		}
	}
}

int lync_names_publish(ly_name_t *const *names, unsigned count)
{
	ly_directory_t *d = ly_directory_build(names, count, take, give);

	if(!d) {
		SHM_MEM_ERROR;
		return -1;
	}
	give_back(atomic_exchange(&board->current, d));
	atomic_fetch_add(&board->edition, 1);
	return 0;
}

unsigned lync_names_peers_at(const ly_plan_t *plan, const ly_addr_t *address,
		const ly_peer_t **found, unsigned max)
{
	unsigned count = ly_directory_peers_at(look(), plan, address, found, max);

	done();
	return count;
}

bool lync_names_has(const ly_peer_t *peer, const ly_addr_t *address)
{
	const ly_entry_t *entry = ly_directory_find(look(), peer->fqdn);
	bool has = entry && ly_entry_has(entry, address);

	done();
	return has;
}

unsigned lync_names_edition(void)
{
	return atomic_load(&board->edition);
}

unsigned lync_names_current(const ly_peer_t *peer, unsigned family,
		ly_addr_t *addresses, unsigned max)
{
	const ly_entry_t *entry = ly_directory_find(look(), peer->fqdn);
	unsigned f = family == 6, count = entry ? entry->current[f] : 0;

	count = count < max ? count : max;
	for(unsigned i = 0; i < count; i++)
		addresses[i] = entry->known[f][i].address;
	done();
	return count;
}

static bool is_avoided(const ly_addr_t *address, const void *peer)
{
	return lync_health_avoids(peer, address);
}

bool lync_names_pick(const ly_peer_t *peer, unsigned family, uint64_t seed,
		ly_addr_t *address)
{
	const ly_entry_t *entry = ly_directory_find(look(), peer->fqdn);
	const ly_addr_t *picked =
			entry ? ly_entry_pick_but(entry, family, seed, is_avoided, peer)
				  : NULL;

	if(picked)
		*address = *picked;
	done();
	return picked != NULL;
}

int64_t lync_names_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

const char *lync_names_error(int error)
{
	return error == LY_NAME_UNUSABLE
				   ? "the DNS tells addresses that nobody can be called at"
				   : ares_strerror(error);
}

static int seconds_until(int64_t when, int64_t now)
{
	return when > now ? (int)((when - now + 999) / 1000) : 0;
}

static void rpc_address(
		rpc_t *rpc, void *list, const ly_known_address_t *known, int64_t now)
{
	char text[64];
	ly_buf_t out = ly_buf(text, sizeof(text));
	str address;
	void *row;

	ly_addr_put(&out, &known->address);
	address = lync_str(ly_buf_slice(&out));
	if(rpc->struct_add(list, "{", "address", &row) < 0)
		return;
	rpc->struct_add(row, "Ss", "ip", &address, "is",
			known->drains_until ? "draining" : "current");
	if(known->drains_until)
		rpc->struct_add(row, "d", "seconds_left",
				seconds_until(known->drains_until, now));
}

static void rpc_entry(rpc_t *rpc, void *list, const ly_entry_t *e, int64_t now)
{
	str fqdn = lync_str(e->fqdn);
	void *row, *addresses;

	if(rpc->struct_add(list, "{", "name", &row) < 0)
		return;
	rpc->struct_add(row, "Sssd", "fqdn", &fqdn, "state",
			e->forget_at					 ? "no longer in the plan"
			: e->current[0] || e->current[1] ? "resolved"
											 : "not yet resolved",
			"error", e->error ? lync_names_error(e->error) : "none",
			e->forget_at ? "forgotten_in" : "asked_again_in",
			seconds_until(e->forget_at ? e->forget_at : e->ask_at, now));
	rpc->struct_add(row, "[", "addresses", &addresses);
	for(unsigned f = 0; f < LY_FAMILIES; f++) {
		for(unsigned i = 0; i < e->count[f]; i++)
			rpc_address(rpc, addresses, &e->known[f][i], now);
	}
}

void lync_names_rpc(rpc_t *rpc, void *ctx)
{
	const ly_directory_t *d = look();
	int64_t now = lync_names_now();
	void *root, *list;

	if(rpc->add(ctx, "{", &root) >= 0
			&& rpc->struct_add(
					   root, "d[", "count", (int)d->entry_count, "names", &list)
					   >= 0) {
		for(unsigned i = 0; i < d->entry_count; i++)
			rpc_entry(rpc, list, &d->entries[i], now);
	}
	done();
}
