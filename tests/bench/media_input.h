/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calls of media_load.c: what it is told of them. */
#ifndef BENCH_MEDIA_INPUT_H
#define BENCH_MEDIA_INPUT_H

#include <arpa/inet.h>
#include <stdio.h>

#include "media_srtp.h"

#define CALLS_MAX 4096

enum side
{
	LYNC,
	GATEWAY
};

typedef struct call
{
	struct sockaddr_in to[2]; /* by the side that sends: rtpengine's port */
	srtp_t key;				  /* rtpengine's, of what comes to Lync */
	long verified[2];		  /* by the side that hears */
} call_t;

static uint8_t own_master[MASTER_LEN]; /* the key of Lync's end */
static call_t calls[CALLS_MAX];
static long count;
/* By the side that hears: rtpengine's port (network order) -> call, or -1. */
static int16_t call_of[2][65536];

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static bool read_master(const char *hex, uint8_t master[MASTER_LEN])
{
	for(int i = 0; i < MASTER_LEN; i++)
		if(sscanf(hex + 2 * i, "%2hhx", &master[i]) != 1)
			return false;
	return true;
}

static bool read_address(const char *text, unsigned port, struct sockaddr_in *a)
{
	a->sin_family = AF_INET;
	a->sin_port = htons(port);
	return inet_pton(AF_INET, text, &a->sin_addr) == 1;
}

static void read_calls(void)
{
	char key[2 * MASTER_LEN + 1], address[2][16];
	unsigned port[2];

	memset(call_of, -1, sizeof(call_of));
	if(scanf("%60s", key) != 1 || !read_master(key, own_master))
		fail("the key of Lync's end");
	while(scanf(" %15[0-9.]:%u %60s %15[0-9.]:%u", address[LYNC], &port[LYNC],
				  key, address[GATEWAY], &port[GATEWAY])
			== 5) {
		uint8_t master[MASTER_LEN];
		call_t *call;

		if(count == CALLS_MAX || !read_master(key, master))
			fail("a call");
		call = &calls[count];
		srtp_init(&call->key, master);
		for(int side = LYNC; side <= GATEWAY; side++) {
			if(!read_address(address[side], port[side], &call->to[side]))
				fail("the address of a call");
			call_of[side][call->to[side].sin_port] = count;
		}
		count++;
	}
	if(!count || !feof(stdin))
		fail("the calls");
}

#endif
