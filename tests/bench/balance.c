/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a choice costs while two workers choose at the same time, the count of the call in it. Prints a line
 * for each figure with its limit; ends with 1 where one is passed.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "liblync/balance.h"

#define WORKERS 2
#define ROUNDS 20000
#define TARGETS_MAX 10000
#define UP 100 /* calls of each worker, at most at a time */

static ly_seat_t seat[TARGETS_MAX];
static uint64_t below[TARGETS_MAX + 1];
static ly_load_t loads[TARGETS_MAX], *at_loads[TARGETS_MAX];
static double scratch[TARGETS_MAX];
static ly_seats_t seats;

static void begin(unsigned count)
{
	for(unsigned i = 0; i < count; i++) {
		seat[i] = (ly_seat_t){.load = i, .id = i, .weight = 1 + i % 4};
		at_loads[i] = &loads[i];
		atomic_init(&loads[i].calls, 0);
		atomic_init(&loads[i].limit, 1000);
		atomic_init(&loads[i].penalty, LY_PENALTY_NONE);
		atomic_init(&loads[i].share, LY_SHARE_ALL);
	}
	seats = ly_seats_build(seat, below, scratch, count);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The time for the choices alone; calls end between them. */
static void *work(void *taken)
{
	int up[UP];
	ly_seeker_t seeker = {.random = (uintptr_t)taken};
	double sum = 0, start;

	for(unsigned n = 0; n < ROUNDS; n++) {
		start = now();
		for(unsigned i = 0; i < UP; i++) {
			seeker.tried_count = 0;
			up[i] = ly_balance_two(&seats, at_loads, &seeker);
		}
		sum += now() - start;
		for(unsigned i = 0; i < UP; i++)
			ly_load_release(&loads[up[i]]);
	}
	*(double *)taken = sum / ROUNDS / UP;
	return NULL;
}

static bool measure(unsigned count, double limit)
{
	pthread_t workers[WORKERS];
	double taken[WORKERS], most = 0;

	begin(count);
	for(int i = 0; i < WORKERS; i++) {
		if(pthread_create(&workers[i], NULL, work, &taken[i]))
			exit(1);
	}
	for(int i = 0; i < WORKERS; i++) {
		pthread_join(workers[i], NULL);
		most = taken[i] > most ? taken[i] : most;
	}
	printf("a choice among %5u targets, %d workers       %8.1f ns, at most "
		   "%g%s\n",
			count, WORKERS, most, limit, most > limit ? ": TOO MUCH" : "");
	return most <= limit;
}

int main(void)
{
	bool good = measure(12, 100);

	good &= measure(500, 200);
	good &= measure(10000, 500);
	return !good;
}
