/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into Kamailio by test_fault_table.py: the time of day is what a file adds to it, in seconds. Clocks that
 * only go on, and timers, are left as they are.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* The file that CLOCK_JUMP names holds one number of 8 bytes. */
static long jump(void)
{
	static const volatile long *at;

	if(!at) {
		const char *path = getenv("CLOCK_JUMP");
		int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
		void *map =
				fd < 0 ? MAP_FAILED
					   : mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, fd, 0);
		static long none;

		at = map == MAP_FAILED ? &none : map;
		if(fd >= 0)
			close(fd);
	}
	return *at;
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	long wrong = syscall(SYS_clock_gettime, clock, ts);

	if(!wrong && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		ts->tv_sec += jump();
	return (int)wrong;
}

int gettimeofday(struct timeval *tv, void *zone)
{
	struct timespec ts;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *t)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if(t)
		*t = ts.tv_sec;
	return ts.tv_sec;
}
