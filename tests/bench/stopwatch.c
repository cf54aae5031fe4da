/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module of Kamailio that says how long workers are busy with a step of the script.
 *   stopwatch_start(), stopwatch_stop()   around the step
 *   RPC stopwatch.read                    since it was last asked: "steps wall waits waited over others"
 * Times are in nanoseconds. Whoever waits for a lock of Kamailio's gives up the CPU (futex), which the kernel counts
 * apart from what it takes away from a process.
 */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/mem/shm.h"
#include "core/rpc.h"
#include "core/rpc_lookup.h"
#include "core/sr_module.h"

MODULE_VERSION

#define LONG 1000000 /* nanoseconds: what no step may take */

/* In shared memory. */
static struct totals
{
	_Atomic(long) steps;
	_Atomic(long) wall;	  /* the longest of all steps */
	_Atomic(long) waits;  /* steps that waited for a lock */
	_Atomic(long) waited; /* the longest of them */
	_Atomic(long) over;	  /* of them: took too long */
	_Atomic(long) others; /* that did: the machine ran something else */
} *totals;

typedef struct moment
{
	long wall;
	long waits; /* of this process so far */
} moment_t;

static moment_t started;

static long nanoseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static moment_t now(void)
{
	struct rusage used;

	getrusage(RUSAGE_THREAD, &used);
	return (moment_t){nanoseconds(CLOCK_MONOTONIC), used.ru_nvcsw};
}

static void keep_most(_Atomic(long) *most, long value)
{
	long seen = atomic_load(most);

	while(value > seen && !atomic_compare_exchange_weak(most, &seen, value))
		;
}

static int start(sip_msg_t *msg, char *a, char *b)
{
	started = now();
	return 1;
}

static int stop(sip_msg_t *msg, char *a, char *b)
{
	moment_t end = now();
	bool waited = end.waits != started.waits;
	long wall = end.wall - started.wall;

	atomic_fetch_add(&totals->steps, 1);
	atomic_fetch_add(&totals->waits, waited);
	keep_most(&totals->wall, wall);
	if(waited)
		keep_most(&totals->waited, wall);
	if(wall > LONG)
		atomic_fetch_add(waited ? &totals->over : &totals->others, 1);
	return 1;
}

static void rpc_read(rpc_t *rpc, void *ctx)
{
	long found[] = {atomic_exchange(&totals->steps, 0),
			atomic_exchange(&totals->wall, 0),
			atomic_exchange(&totals->waits, 0),
			atomic_exchange(&totals->waited, 0),
			atomic_exchange(&totals->over, 0),
			atomic_exchange(&totals->others, 0)};

	rpc->rpl_printf(ctx, "%ld %ld %ld %ld %ld %ld", found[0], found[1],
			found[2], found[3], found[4], found[5]);
}

static const char *doc[] = {"for the benchmark", 0};

static rpc_export_t commands[] = {{"stopwatch.read", rpc_read, doc, 0}, {0}};

static cmd_export_t functions[] = {
		{"stopwatch_start", start, 0, 0, 0, ANY_ROUTE},
		{"stopwatch_stop", stop, 0, 0, 0, ANY_ROUTE},
		{0},
};

static int mod_init(void)
{
	totals = shm_malloc(sizeof(*totals));
	if(!totals)
		return -1;
	memset(totals, 0, sizeof(*totals));
	return rpc_register_array(commands);
}

struct module_exports exports = {
		"stopwatch", DEFAULT_DLFLAGS, functions, 0, 0, 0, 0, mod_init, 0, 0};
