/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/data_lump.h"
#include "core/dset.h"
#include "core/ip_addr.h"
#include "core/receive.h"
#include "core/route.h"
#include "core/script_cb.h"
#include "core/socket_info.h"
#include "core/pt.h"
#include "lync/compat.h"
#include "memory.h"
#include "ng.h"

#define LYNC "127.0.77.1"
#define PSTN "127.0.77.2"
const core_arrival_t FROM_MED01 = {"127.0.77.11", 49152, LYNC, 5068, PROTO_TCP};
const core_arrival_t FROM_MED02 = {"127.0.77.12", 49153, LYNC, 5068, PROTO_TCP};
const core_arrival_t FROM_GW1 = {"127.0.77.21", 5060, PSTN, 5060, PROTO_UDP};
const core_arrival_t FROM_GW2 = {"127.0.77.22", 5060, PSTN, 5060, PROTO_UDP};

#define FOLDER "tests/core/messages/"
#define MAX_MESSAGES 2000
#define MAX_TEXT 65536

char core_token[2048];

/* What differs each time and is to come back: its word in tests/core/messages, and what was seen last. */
static char tag[64], call_id[512], origin[2048];
static const struct
{
	const char *word;
	char *seen;
	const char *before; /* in what is sent; NULL: see core_sent() */
	size_t shortest, longest;
} secrets[] = {{"TOKEN", core_token, "sip:", 61, sizeof(core_token)},
		{"TAG", tag, ";tag=", 11, 12},
		{"CALLID", call_id, "call-id: ", 41, sizeof(call_id)},
		{"ORIGIN", origin, NULL, 0, 0}};
#define SECRETS (sizeof(secrets) / sizeof(secrets[0]))

/* What lives until the end of the test. */
static sip_msg_t *messages[MAX_MESSAGES];
static unsigned message_count;
static char *texts[2 * MAX_MESSAGES];
static unsigned text_count;
static long blocks_before;

static void *remember(void *text)
{
	assert_non_null(text);
	assert_true(text_count < sizeof(texts) / sizeof(texts[0]));
	return texts[text_count++] = text;
}

/* What a worker does behind each message, receive.c of the core. */
static void forget_all(void)
{
	core_memory_fail_after(-1);
	core_ng_says(NULL);
	for(unsigned i = 0; i < message_count; i++) {
		exec_post_script_cb(messages[i],
				messages[i]->first_line.type == SIP_REQUEST ? REQUEST_CB_TYPE
															: ONREPLY_CB_TYPE);
		free_sip_msg(messages[i]);
		free(messages[i]);
	}
	for(unsigned i = 0; i < text_count; i++)
		free(texts[i]);
	message_count = text_count = 0;
	core_tm.t_sett(T_UNDEFINED, T_BR_UNDEFINED);
	ksr_msg_env_reset();
	clear_branches();
}

int core_begin(void **state)
{
	forget_all();
	set_route_type(REQUEST_ROUTE);
	for(unsigned i = 0; i < SECRETS; i++)
		strcpy(secrets[i].seen, "none");
	blocks_before = core_memory_blocks();
	return 0;
}

/* It is over: the next one with the same names is another call, not this one by another way. */
int core_end_transaction(void **state)
{
	struct cell *t = core_tm.t_gett();

	if(t && t != T_UNDEFINED)
		t->uas.status = 487;
	forget_all();
	return 0;
}

int core_end(void **state)
{
	long left;

	forget_all();
	left = core_memory_blocks() - blocks_before;
	if(left)
		print_error("the test left %ld blocks of Kamailio's memory\n", left);
	return left ? -1 : 0;
}

/* Messages --------------------------------------------------------------------------------------------------------- */

static sip_msg_t *parse(char *text, const core_arrival_t *from)
{
	static unsigned id;
	sip_msg_t *msg = calloc(1, sizeof(*msg));
	str local = {(char *)from->local, (int)strlen(from->local)};
	str source = {(char *)from->source, (int)strlen(from->source)};

	assert_non_null(msg);
	assert_true(message_count < MAX_MESSAGES);
	messages[message_count++] = msg;
	msg->buf = text;
	msg->len = (unsigned)strlen(text);
	msg->id = ++id;
	msg->pid = my_pid();
	msg->set_global_address = default_global_address;
	msg->set_global_port = default_global_port;
	msg->rcv.proto = (char)from->proto;
	msg->rcv.src_ip = *str2ip(&source);
	msg->rcv.dst_ip = *str2ip(&local);
	msg->rcv.src_port = from->source_port;
	msg->rcv.dst_port = from->local_port;
	init_su(&msg->rcv.src_su, &msg->rcv.src_ip, from->source_port);
	msg->rcv.bind_address =
			grep_sock_info(&local, from->local_port, from->proto);
	assert_int_equal(parse_msg(text, msg->len, msg), 0);
	return msg;
}

/* The secret whose word stands at text, or SECRETS. */
static unsigned secret_at(const char *text)
{
	unsigned i = 0;

	while(i < SECRETS
			&& strncmp(text, secrets[i].word, strlen(secrets[i].word)) != 0)
		i++;
	return i;
}

/* Each LF of text as CRLF, each word as what was seen last. A block as large as the text, and no larger. */
static char *as_sent(const char *text)
{
	static char wire[MAX_TEXT];
	size_t len = 0;

	while(*text) {
		unsigned i = secret_at(text);

		assert_true(len + sizeof(core_token) + 2 < sizeof(wire));
		if(i < SECRETS) {
			len += (size_t)sprintf(wire + len, "%s", secrets[i].seen);
			text += strlen(secrets[i].word);
		} else {
			if(*text == '\n')
				wire[len++] = '\r';
			wire[len++] = *text++;
		}
	}
	wire[len] = '\0';
	return remember(strdup(wire));
}

static char *read_file(const char *name)
{
	static char text[MAX_TEXT];
	char path[200];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), FOLDER "%s.sip", name);
	file = fopen(path, "r");
	if(!file)
		fail_msg("%s cannot be read", path);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	return text;
}

const char *core_file(const char *name)
{
	return as_sent(read_file(name));
}

sip_msg_t *core_receive(const char *name, const core_arrival_t *from)
{
	return parse(as_sent(read_file(name)), from);
}

sip_msg_t *core_receive_failed(const char *name, const core_arrival_t *from)
{
	set_route_type(FAILURE_ROUTE);
	return core_receive(name, from);
}

sip_msg_t *core_receive_text(const char *text, const core_arrival_t *from)
{
	return parse(remember(strdup(text)), from);
}

/* The module -------------------------------------------------------------------------------------------------------- */

int core_run(sip_msg_t *msg, const char *function)
{
	cmd_function f = find_export((char *)function, 0, 0);

	assert_non_null(f);
	return f(msg, NULL, NULL);
}

/* The core keeps each name that it was asked for. */
static pv_spec_t *spec_of(const char *pv)
{
	long before = core_memory_blocks();
	str name = {(char *)pv, (int)strlen(pv)};
	pv_spec_t *spec = pv_cache_get(&name);

	assert_non_null(spec);
	core_memory_set_blocks(before);
	return spec;
}

const char *core_get(sip_msg_t *msg, const char *pv)
{
	static char text[MAX_TEXT];
	pv_value_t value = {0};

	assert_int_equal(pv_get_spec_value(msg, spec_of(pv), &value), 0);
	if(!(value.flags & PV_VAL_STR))
		return "";
	snprintf(text, sizeof(text), "%.*s", value.rs.len, value.rs.s);
	return text;
}

/* What is sent ------------------------------------------------------------------------------------------------------ */

static bool is_token_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
		   || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/* How many letters of such a secret stand at text; 0 where it is none. Nothing else in the messages is so long. */
static size_t secret_length(unsigned i, const char *text)
{
	size_t len = 0;

	while(is_token_char(text[len]))
		len++;
	return len >= secrets[i].shortest && len < secrets[i].longest ? len : 0;
}

/* Takes a secret off *text, keeps it, and appends its word and what stands before it to read. False where none is. */
static bool read_secret(const char **text, char *read, size_t *len)
{
	for(unsigned i = 0; i < SECRETS; i++) {
		size_t before = secrets[i].before ? strlen(secrets[i].before) : 0, n;

		if(!before || strncasecmp(*text, secrets[i].before, before) != 0
				|| !(n = secret_length(i, *text + before)))
			continue;
		snprintf(secrets[i].seen, secrets[i].longest, "%.*s", (int)n,
				*text + before);
		*len += (size_t)sprintf(
				read + *len, "%.*s%s", (int)before, *text, secrets[i].word);
		*text += before + n;
		return true;
	}
	return false;
}

/* Text with LF, its secrets as their words, the serial number of a test's branch (see calls.c) as zeros. */
static char *as_read(const char *text)
{
	char *read = remember(calloc(1, 2 * strlen(text) + 8));
	size_t len = 0;

	while(*text) {
		if(read_secret(&text, read, &len))
			continue;
		if(strncmp(text, "z9hG4bK", 7) == 0
				&& strspn(text + 7, "0123456789") >= 4) {
			len += (size_t)sprintf(read + len, "z9hG4bK0000");
			text += 11;
		} else if(text[0] == '\r' && text[1] == '\n') {
			text++;
		} else {
			read[len++] = *text++;
		}
	}
	return read;
}

/* What the core will write into our Via. */
static void note_origin(sip_msg_t *msg)
{
	const char *value = core_get(msg, "$xavp(lync=>lt)");

	if(*value)
		snprintf(origin, sizeof(origin), "%s", value);
}

const char *core_sent(sip_msg_t *msg)
{
	unsigned int len = 0;
	struct dest_info dst;
	const char *text;
	char *built;

	init_dest_info(&dst);
	built = msg->first_line.type == SIP_REQUEST
					? LYNC_BUILD_REQ(msg, &len, &dst,
							  BUILD_NO_PATH | BUILD_NO_LOCAL_VIA
									  | BUILD_NO_VIA1_UPDATE)
					: LYNC_BUILD_RES(msg, &len);
	assert_non_null(built);
	text = remember(strndup(built, len));
	pkg_free(built);
	note_origin(msg);
	return as_read(text);
}

static size_t line_length(const char *text)
{
	return strcspn(text, "\n");
}

void core_assert_sent(sip_msg_t *msg, const char *name)
{
	const char *sent = core_sent(msg), *expected = read_file(name);
	unsigned line = 1;

	while(*sent && *expected && *sent == *expected) {
		size_t len = line_length(sent);
		if(len != line_length(expected) || strncmp(sent, expected, len) != 0)
			break;
		sent += len + (sent[len] == '\n');
		expected += len + (expected[len] == '\n');
		line++;
	}
	if(*sent || *expected)
		fail_msg(FOLDER "%s.sip:%u: expected '%.*s', sent '%.*s'", name, line,
				(int)line_length(expected), expected, (int)line_length(sent),
				sent);
}

void core_assert_goes_to(
		sip_msg_t *msg, const char *uri, unsigned short from_port)
{
	assert_int_equal(msg->dst_uri.len, strlen(uri));
	assert_memory_equal(msg->dst_uri.s, uri, strlen(uri));
	assert_non_null(msg->force_send_socket);
	assert_int_equal(msg->force_send_socket->port_no, from_port);
}
