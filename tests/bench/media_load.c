/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both ends of many calls through rtpengine: 50 packets/s of G.711 each way, SRTP on Lync's side, RTP on the gateway's.
 *
 *   media_load SECONDS LYNC_RTP LYNC_RTCP GATEWAY_RTP GATEWAY_RTCP < calls
 *
 * The last four are descriptors of bound UDP sockets that it inherits. The first line of the input is the key of Lync's
 * end in hexadecimal, then comes one line a call: where rtpengine takes its packets from Lync, the key with which it
 * encrypts those to Lync, where it takes them from the gateway: "127.0.0.1:30000 KEY 127.0.0.2:30002".
 *
 * All calls send the same packets, protected once at the start, so that sending costs little; the calls are told apart
 * by rtpengine's ports, and begin spread over 20 ms. Of every packet that comes SSRC and sequence number are looked at;
 * of one in fifty the tag as well, and its payload is compared with what was sent.
 *
 * Prints "measuring" after the first second, "sent" after the last packet, then names and numbers in one line.
 */
#define _GNU_SOURCE
#include <linux/net_tstamp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "media_input.h"

#define PAYLOAD 160		   /* bytes of G.711 in 20 ms */
#define INTERVAL 20000000L /* ns */
#define LATE 100000000L	   /* ns: what comes later is lost to a listener */
#define ROOM 256		   /* bytes of a packet, and some */
/* Packets a system call; what waits for it adds to the delay. */
#define BATCH 16
#define FIRST_SEQUENCE 1000 /* and no wrap: see media_srtp.h */
#define SAMPLE 50			/* one packet in so many is opened */
/* Of delays, 10 us each; the last one has all above. */
#define BUCKETS (LATE / 10000)
#define SOCKET_BUFFER (16 << 20) /* bytes: what is lost must not be lost here */

static int rtp[2], rtcp[2];
static const uint32_t ssrcs[2] = {0x4c594e43, 0x50535444};

static long frames; /* packets of each call and direction */
/* frames packets of ROOM bytes, by the side that sends */
static uint8_t *made[2];
static int made_len[2];
/* when, at [call * frames + frame]; 0: not sent yet, -1: has come */
static int64_t *sent_at[2];

static long histogram[BUCKETS + 1];
static struct
{
	long sent, received, late, bad, rtcp;
	int64_t slowest, behind;
} total;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t); /* the clock of SO_TIMESTAMPNS */
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

/* Packets ---------------------------------------------------------------------------------------------------------- */

/* What is heard at a place of the stream: it differs from frame to frame and from one direction to the other. */
static void fill_payload(uint8_t *payload, enum side from, long frame)
{
	for(int i = 0; i < PAYLOAD; i++)
		payload[i] = (uint8_t)(frame * 7 + i * 3 + from * 101);
}

static void make_packets(enum side from)
{
	srtp_t key;

	made[from] = calloc(frames, ROOM);
	srtp_init(&key, own_master);
	for(long f = 0; f < frames; f++) {
		uint8_t *p = made[from] + f * ROOM;
		uint32_t stamp = htonl(f * PAYLOAD), ssrc = htonl(ssrcs[from]);
		uint16_t sequence = htons(FIRST_SEQUENCE + f);

		p[0] = 0x80;
		p[1] = 8; /* PCMA */
		memcpy(p + 2, &sequence, 2);
		memcpy(p + 4, &stamp, 4);
		memcpy(p + 8, &ssrc, 4);
		fill_payload(p + RTP_HEADER, from, f);
		made_len[from] = RTP_HEADER + PAYLOAD;
		if(from == LYNC)
			made_len[from] = srtp_protect(&key, p, made_len[from]);
	}
}

/* Events first to last - 1: event e is packet e / count of call e % count, and of both sides. */
static void send_events(enum side from, long first, long last)
{
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	int n = (int)(last - first), done;
	int64_t at = now();

	memset(messages, 0, sizeof(messages));
	for(int i = 0; i < n; i++) {
		long call = (first + i) % count, frame = (first + i) / count;

		parts[i] = (struct iovec){made[from] + frame * ROOM, made_len[from]};
		messages[i].msg_hdr.msg_name = &calls[call].to[from];
		messages[i].msg_hdr.msg_namelen = sizeof(calls[call].to[from]);
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
		sent_at[from][call * frames + frame] = at;
	}
	for(int i = 0; i < n; i += done > 0 ? done : 1)
		done = sendmmsg(rtp[from], messages + i, n - i, 0);
	total.sent += n;
}

/* What comes ------------------------------------------------------------------------------------------------------- */

static bool opens(
		call_t *call, enum side to, uint8_t *packet, int len, long frame)
{
	uint8_t expected[PAYLOAD];

	if(to == LYNC && !srtp_unprotect(&call->key, packet, len))
		return false;
	fill_payload(expected, !to, frame);
	call->verified[to]++;
	return memcmp(packet + RTP_HEADER, expected, PAYLOAD) == 0;
}

static void heard(
		enum side to, uint8_t *packet, int len, uint16_t port, int64_t at)
{
	int wanted = RTP_HEADER + PAYLOAD + (to == LYNC ? TAG_LEN : 0);
	long call = call_of[to][port];
	long frame = (packet[2] << 8 | packet[3]) - FIRST_SEQUENCE;
	uint32_t ssrc = htonl(ssrcs[!to]);
	int64_t *sent, delay;

	if(call < 0 || len != wanted || memcmp(packet + 8, &ssrc, 4) != 0
			|| frame < 0 || frame >= frames
			|| *(sent = &sent_at[!to][call * frames + frame]) <= 0) {
		total.bad++; /* of nobody, of another stream, or for the second time */
		return;
	}
	delay = at - *sent;
	*sent = -1;
	total.received++;
	total.late += delay > LATE;
	histogram[delay < 0 ? 0 : delay < LATE ? delay / 10000 : BUCKETS]++;
	if(delay > total.slowest)
		total.slowest = delay;
	if((frame + call) % SAMPLE == 0
			&& !opens(&calls[call], to, packet, len, frame))
		total.bad++;
}

static int64_t came_at(struct msghdr *m)
{
	for(struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if(c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec t;

			memcpy(&t, CMSG_DATA(c), sizeof(t));
			return t.tv_sec * 1000000000L + t.tv_nsec;
		}
	return now();
}

/* Whether there may be more. */
static bool receive(enum side to)
{
	static uint8_t data[BATCH][ROOM];
	uint8_t control[BATCH][64];
	struct sockaddr_in from[BATCH];
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	int n;

	memset(messages, 0, sizeof(messages));
	memset(control, 0, sizeof(control));
	for(int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){data[i], ROOM - 4}; /* see srtp_tag() */
		messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
				.msg_namelen = sizeof(from[i]),
				.msg_iov = &parts[i],
				.msg_iovlen = 1,
				.msg_control = control[i],
				.msg_controllen = sizeof(control[i])};
	}
	n = recvmmsg(rtp[to], messages, BATCH, MSG_DONTWAIT, NULL);
	for(int i = 0; i < n; i++)
		heard(to, data[i], messages[i].msg_len, from[i].sin_port,
				came_at(&messages[i].msg_hdr));
	return n == BATCH;
}

static void receive_all(void)
{
	uint8_t report[ROOM];

	for(int side = LYNC; side <= GATEWAY; side++) {
		while(receive(side))
			;
		while(recv(rtcp[side], report, sizeof(report), MSG_DONTWAIT) > 0)
			total.rtcp++;
	}
}

/* Of an earlier load, which had the same sockets. */
static void drop_all(void)
{
	uint8_t packet[ROOM];

	for(int side = LYNC; side <= GATEWAY; side++) {
		while(recv(rtp[side], packet, sizeof(packet), MSG_DONTWAIT) > 0)
			;
		while(recv(rtcp[side], packet, sizeof(packet), MSG_DONTWAIT) > 0)
			;
	}
}

/* ------------------------------------------------------------------------------------------------------------------ */

static void prepare(const char *argv[])
{
	int on = 1, room = SOCKET_BUFFER;

	frames = atol(argv[1]) * 50;
	for(int side = LYNC; side <= GATEWAY; side++) {
		rtp[side] = atoi(argv[2 + 2 * side]);
		rtcp[side] = atoi(argv[3 + 2 * side]);
		if(setsockopt(rtp[side], SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on))
						< 0
				|| setsockopt(rtp[side], SOL_SOCKET, SO_RCVBUFFORCE, &room,
						   sizeof(room))
						   < 0)
			fail("socket");
	}
	read_calls();
	for(int side = LYNC; side <= GATEWAY; side++) {
		make_packets(side);
		sent_at[side] = calloc(count * frames, sizeof(*sent_at[side]));
	}
}

static void run(void)
{
	long next = 0, events = frames * count, measuring = 50 * count;
	int64_t begin = now();

	while(next < events) {
		int64_t elapsed = now() - begin;
		long due = elapsed * count / INTERVAL + 1;
		int64_t behind = elapsed - next * INTERVAL / count;

		if(behind > total.behind)
			total.behind = behind;
		for(due = due < events ? due : events; next < due;) {
			long last = next + BATCH < due ? next + BATCH : due;

			send_events(LYNC, next, last);
			send_events(GATEWAY, next, last);
			if(next < measuring && last >= measuring)
				puts("measuring");
			next = last;
			receive_all();
		}
		receive_all();
		poll(NULL, 0, 1);
	}
	puts("sent");
	for(int64_t end = now() + 2 * LATE; now() < end; poll(NULL, 0, 1))
		receive_all();
}

static double percentile(double share)
{
	long wanted = (long)(share * total.received), seen = 0, at = 0;

	while(at < BUCKETS && (seen += histogram[at]) <= wanted)
		at++;
	return at / 100.0;
}

static void report(void)
{
	struct rusage used;
	long silent = 0; /* directions of calls of which no packet was opened */

	for(long c = 0; c < count; c++)
		silent += !calls[c].verified[LYNC] + !calls[c].verified[GATEWAY];
	getrusage(RUSAGE_SELF, &used);
	printf("sent %ld lost %ld late %ld bad %ld silent %ld p50_ms %.2f "
		   "p99_ms %.2f slowest_ms %.2f behind_ms %.2f rtcp %ld cpu_s %.2f\n",
			total.sent, total.sent - total.received, total.late, total.bad,
			silent, percentile(0.5), percentile(0.99), total.slowest / 1e6,
			total.behind / 1e6, total.rtcp,
			used.ru_utime.tv_sec + used.ru_stime.tv_sec
					+ (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
}

int main(int argc, const char *argv[])
{
	if(argc != 6) {
		fprintf(stderr, "media_load SECONDS LYNC_RTP LYNC_RTCP GATEWAY_RTP "
						"GATEWAY_RTCP < calls\n");
		return 2;
	}
	setlinebuf(stdout);
	prepare(argv);
	drop_all();
	run();
	report();
	return 0;
}
