/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ng.h"

#include "core.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ADDRESS "127.0.77.3"
#define PORT 2223
#define MAX_DATAGRAM 65536

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const char *sdp;			 /* under the mutex … */
static char heard[MAX_DATAGRAM]; /* … the last command, without its cookie */
static int port;

/* The value of a member: the SBC sends nothing but texts. NULL where there is none, or it is not bencoded. */
static const char *member(const char *dictionary, const char *key, int *len)
{
	const char *p = dictionary;
	bool is_key = true, wanted = false;

	if(*p++ != 'd')
		return NULL;
	while(*p != 'e') {
		char *end;
		long n = strtol(p, &end, 10);

		if(end == p || *end != ':' || n < 0 || n > (long)strlen(end + 1))
			return NULL;
		p = end + 1 + n;
		*len = (int)n;
		if(wanted)
			return end + 1;
		wanted = is_key && n == (long)strlen(key)
				 && memcmp(end + 1, key, (size_t)n) == 0;
		is_key = !is_key;
	}
	return NULL;
}

/* The cookie of the command, and what rtpengine answers. */
static int answer(const char *command, char *out, size_t size)
{
	int cookie = (int)strcspn(command, " ");

	if(!sdp)
		return snprintf(out, size,
				"%.*s d12:error-reason17:the test wants so6:result5:errore",
				cookie, command);
	return snprintf(out, size, "%.*s d6:result2:ok3:sdp%zu:%se", cookie,
			command, strlen(sdp), sdp);
}

static void *serve(void *unused)
{
	static char in[MAX_DATAGRAM], out[MAX_DATAGRAM];

	for(;;) {
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		ssize_t len = recvfrom(
				port, in, sizeof(in) - 1, 0, (struct sockaddr *)&from, &size);
		int out_len;

		if(len < 0)
			continue;
		in[len] = '\0';
		pthread_mutex_lock(&mutex);
		snprintf(heard, sizeof(heard), "%s",
				in + strcspn(in, " ") + (strchr(in, ' ') != NULL));
		out_len = answer(in, out, sizeof(out));
		pthread_mutex_unlock(&mutex);
		sendto(port, out, (size_t)out_len, 0, (struct sockaddr *)&from, size);
	}
	return unused;
}

void core_ng_start(void)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	pthread_t thread;

	inet_pton(AF_INET, ADDRESS, &own.sin_addr);
	port = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if(port < 0 || bind(port, (struct sockaddr *)&own, sizeof(own)) < 0
			|| pthread_create(&thread, NULL, serve, NULL) != 0) {
		perror("the tests' rtpengine at " ADDRESS);
		_exit(1);
	}
}

void core_ng_says(const char *text)
{
	pthread_mutex_lock(&mutex);
	sdp = text;
	pthread_mutex_unlock(&mutex);
}

/* Copies a member of the last command, if that is the one. */
static bool look(const char *command, const char *key, char *out, size_t size)
{
	const char *text;
	int len = 0;
	bool is;

	pthread_mutex_lock(&mutex);
	text = member(heard, "command", &len);
	is = text && len == (int)strlen(command)
		 && memcmp(text, command, (size_t)len) == 0;
	text = is ? member(heard, key, &len) : NULL;
	snprintf(out, size, "%.*s", text ? len : 0, text ? text : "");
	pthread_mutex_unlock(&mutex);
	return is;
}

const char *core_ng_heard(const char *command, const char *key)
{
	static char text[MAX_DATAGRAM];
	const struct timespec moment = {.tv_nsec = 1000000};

	for(int i = 0; i < 2000 && !look(command, key, text, sizeof(text)); i++)
		nanosleep(&moment, NULL);
	if(!look(command, key, text, sizeof(text)))
		fail_msg("rtpengine was sent no %s, but %s", command, heard);
	return text;
}
