/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "liblync/binrpc.h"
#include "liblync/shown.h"

#define PATIENCE 5		   /* seconds */
#define ANSWER_MAX 4000000 /* bytes: no answer is so long */
#define COOKIE 0x1c5bc

/* The socket ------------------------------------------------------------------------------------------------------------ */

static const char *why_not(int error)
{
	switch(error) {
		case ENOENT:
			return "there is no such socket: does the SBC run, and is this its "
				   "CTL_SOCKET?";
		case ECONNREFUSED:
			return "nobody listens there: the SBC does not run";
		case EACCES:
		case EPERM:
			return "it may not be opened by this user";
		case EAGAIN:
			return "no answer: the SBC hangs, or is starting";
		default:
			return strerror(error);
	}
}

static int connect_to(const char *path, ly_buf_t *why)
{
	const struct timeval patience = {.tv_sec = PATIENCE};
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd;

	if(strlen(path) >= sizeof(to.sun_path)) {
		ly_putf(why, "the path of a socket has %zu bytes at most",
				sizeof(to.sun_path) - 1);
		return -1;
	}
	memcpy(to.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if(fd >= 0
			&& setsockopt(
					   fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience))
					   == 0
			&& setsockopt(
					   fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience))
					   == 0
			&& connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	ly_putf(why, "%s", why_not(errno));
	if(fd >= 0)
		close(fd);
	return -1;
}

static bool send_all(int fd, ly_slice_t data)
{
	while(data.len) {
		ssize_t sent = send(fd, data.s, data.len, MSG_NOSIGNAL);
		if(sent < 0)
			return false;
		data = ly_from(data, (size_t)sent);
	}
	return true;
}

/* One message, in a block of its own; s is NULL with why. */
static ly_slice_t receive(int fd, ly_buf_t *why)
{
	size_t room = 65536, len = 0;
	char *data = malloc(room);
	long whole = 0;

	while(data && whole >= 0 && (whole == 0 || len < (size_t)whole)) {
		ssize_t got;
		if(whole > ANSWER_MAX)
			break;
		if((size_t)whole > room || len == room) {
			char *more = realloc(data, room = 2 * room + (size_t)whole);
			if(!more)
				break;
			data = more;
		}
		got = recv(fd, data + len, room - len, 0);
		if(got <= 0) {
			ly_putf(why, "%s",
					got ? why_not(errno) : "the SBC has hung up: it ends");
			free(data);
			return LY_EMPTY;
		}
		len += (size_t)got;
		whole = ly_binrpc_length(ly_slice(data, len));
	}
	if(data && whole > 0 && len == (size_t)whole)
		return ly_slice(data, len);
	ly_putf(why, "what answers there is not the SBC");
	free(data);
	return LY_EMPTY;
}

/* The answer -------------------------------------------------------------------------------------------------------------- */

static ly_slice_t clean(ly_arena_t *arena, ly_slice_t text)
{
	ly_buf_t out;
	char *room = malloc(3 * text.len + 1);
	ly_slice_t copy = LY_EMPTY;

	if(room) {
		out = ly_buf(room, 3 * text.len + 1);
		ly_put_clean(&out, text, true);
		copy = ly_arena_copy(arena, ly_buf_slice(&out));
	}
	free(room);
	return copy;
}

static void keep(ly_arena_t *arena, ask_row_t *row, ly_slice_t name,
		const ly_binrpc_value_t *value)
{
	char digits[24];
	ly_buf_t number = ly_buf(digits, sizeof(digits));
	ask_pair_t *pair;

	if(!name.s || row->count == ASK_PAIRS)
		return;
	pair = &row->pairs[row->count];
	pair->number = value->kind == LY_BINRPC_NUMBER;
	if(pair->number)
		ly_putf(&number, "%ld", value->number);
	pair->name = clean(arena, name);
	pair->text =
			clean(arena, pair->number ? ly_buf_slice(&number) : value->text);
	row->count += pair->name.s && pair->text.s;
}

/* False where it cannot be read. */
static bool read_rows(ly_binrpc_t *answer, ly_arena_t *arena, ask_row_t **rows)
{
	unsigned depth = 0;
	ask_row_t *row = NULL;
	ly_slice_t name = LY_EMPTY;

	for(;;) {
		ly_binrpc_value_t value = ly_binrpc_next(answer);

		switch(value.kind) {
			case LY_BINRPC_END:
				return depth == 0;
			case LY_BINRPC_BROKEN:
				return false;
			case LY_BINRPC_OPENS:
				if(depth++ == 0) {
					row = ly_arena_alloc(arena, sizeof(*row));
					if(!row)
						return false;
					*rows = row;
					rows = &row->next;
				}
				break;
			case LY_BINRPC_CLOSES:
				if(depth-- == 0)
					return false;
				break;
			case LY_BINRPC_NAME:
				name = value.text;
				continue;
			default:
				if(depth == 1)
					keep(arena, row, name, &value);
		}
		name = LY_EMPTY;
	}
}

static void put_fault(ly_binrpc_t *answer, ly_buf_t *why)
{
	ly_binrpc_value_t code = ly_binrpc_next(answer),
					  text = ly_binrpc_next(answer);

	ly_putf(why, "the SBC says %ld ", code.number);
	ly_put_clean(why, text.text, true);
}

bool ask(const char *socket, const ly_slice_t *words, unsigned count,
		ly_arena_t *arena, ask_row_t **rows, ly_buf_t *why)
{
	char command[512];
	ly_buf_t out = ly_buf(command, sizeof(command));
	ly_slice_t message = LY_EMPTY;
	ly_binrpc_t answer;
	bool done = false;
	int fd;

	*rows = NULL;
	ly_binrpc_put(&out, COOKIE, words, count);
	if((fd = connect_to(socket, why)) < 0)
		return false;
	if(send_all(fd, ly_buf_slice(&out)))
		message = receive(fd, why);
	else
		ly_putf(why, "%s", why_not(errno));
	close(fd);
	if(!message.s)
		return false;
	if(!ly_binrpc_open(message, &answer) || answer.cookie != COOKIE)
		ly_putf(why, "what answers there is not the SBC");
	else if(answer.fault)
		put_fault(&answer, why);
	else if(!(done = read_rows(&answer, arena, rows)))
		ly_putf(why, "its answer cannot be read");
	free((void *)message.s);
	return done;
}

ly_slice_t ask_member(const ask_row_t *row, const char *name)
{
	for(unsigned i = 0; i < row->count; i++) {
		if(ly_eq(row->pairs[i].name, ly_cstr(name)))
			return row->pairs[i].text;
	}
	return LY_EMPTY;
}
