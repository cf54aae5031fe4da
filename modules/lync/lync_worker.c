/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/mem/shm.h"
#include "core/parser/parse_cseq.h"
#include "core/receive.h"
#include "core/sr_module.h"
#include "liblync/hash.h"
#include "liblync/origin.h"
#include "liblync/token.h"
#include "lync.h"
#include "lync_ng.h"
#include "lync_process.h"

#define MESSAGE_MAX 131072 /* more than msg_recv_max_size lets in */

/* One message, in shared memory until a worker has it. */
typedef struct task
{
	receive_info_t received;
	unsigned len;
	char text[];
} task_t;

/* Of each worker a pipe of pointers to tasks: what is written is there as a whole (POSIX: below PIPE_BUF). */
typedef struct worker
{
	int read, write;
} worker_t;

static worker_t *workers; /* those of the first node, of the second, … */
static unsigned per_node;
static bool handed_over; /* the message that is about to be worked on */

static int make_pipe(worker_t *w)
{
	int ends[2];

	if(pipe(ends) < 0 || fcntl(ends[1], F_SETFL, O_WRONLY | O_NONBLOCK) < 0) {
		LM_ERR("no pipe for a media worker: %s\n", strerror(errno));
		return -1;
	}
	w->read = ends[0];
	w->write = ends[1];
	return 0;
}

int lync_worker_init(void)
{
	unsigned count;

	per_node =
			lync_cfg.media_workers > 0 ? (unsigned)lync_cfg.media_workers : 0;
	count = per_node * lync_ng_count();
	if(!count)
		return 0;
	workers = pkg_mallocxz(sizeof(*workers) * count);
	if(!workers) {
		PKG_MEM_ERROR;
		return -1;
	}
	for(unsigned i = 0; i < count; i++) {
		if(make_pipe(&workers[i]) < 0)
			return -1;
	}
	lync_process_register(count);
	return 0;
}

/* The routes work on it as if it had come here. */
static void work_on(task_t *task)
{
	static char text[MESSAGE_MAX + 1];

	memcpy(text, task->text, task->len);
	text[task->len] = '\0';
	task->received.rflags |= RECV_F_INTERNAL;
	handed_over = true;
	receive_msg(text, task->len, &task->received);
	shm_free(task);
}

static void run(void *data)
{
	const worker_t *worker = data;
	task_t *task;

	for(;;) {
		ssize_t got = read(worker->read, &task, sizeof(task));

		if(got < 0 && errno == EINTR)
			continue;
		if(got != sizeof(task))
			return;
		cfg_update();
		work_on(task);
	}
}

int lync_worker_child_init(int rank)
{
	char name[40];

	if(rank != PROC_MAIN)
		return 0;
	for(unsigned i = 0; i < per_node * lync_ng_count(); i++) {
		snprintf(name, sizeof(name), "lync media worker, node %u",
				i / per_node + 1);
		if(lync_process_start(name, true, run, &workers[i]) < 0)
			return -1;
	}
	return 0;
}

/* Which messages, and whose ------------------------------------------------------------------------------------------ */

static bool has_body(struct sip_msg *msg)
{
	const char *body = get_body(msg);

	return body && body < msg->buf + msg->len;
}

static unsigned hint_in_via(struct sip_msg *msg)
{
	for(const struct via_param *p = msg->via1 ? msg->via1->param_lst : NULL; p;
			p = p->next) {
		if(ly_ieq(lync_slice(&p->name), LY_ORIGIN_PARAM))
			return ly_media_hint(lync_slice(&p->value));
	}
	return 0;
}

static unsigned node_of_reply(struct sip_msg *msg)
{
	return get_cseq(msg)->method_id
								   & (METHOD_INVITE | METHOD_UPDATE
										   | METHOD_PRACK)
						   && (msg->REPLY_STATUS >= 300 || has_body(msg))
				   ? hint_in_via(msg)
				   : 0;
}

static unsigned node_of_request(struct sip_msg *msg)
{
	ly_seal_letters_t letters;
	ly_slice_t token;
	ly_uri_t uri;

	if(msg->REQ_METHOD != METHOD_CANCEL
			&& !(msg->REQ_METHOD
							& (METHOD_INVITE | METHOD_ACK | METHOD_UPDATE
									| METHOD_PRACK)
					&& has_body(msg)))
		return 0;
	if(!ly_uri_parse(lync_slice(&msg->first_line.u.request.uri), &uri))
		return 0;
	token = ly_token_in(&uri, &letters);
	return token.s ? ly_media_hint(token)
				   : lync_ng_choose(
							 ly_trim(lync_slice(&msg->callid->body)), 0, false);
}

static bool hand_over(struct sip_msg *msg, unsigned node)
{
	uint64_t hash = ly_hash(LY_HASH_START, lync_slice(&msg->callid->body));
	const worker_t *w = &workers[(node - 1) * per_node + hash % per_node];
	task_t *task = shm_malloc(sizeof(*task) + msg->len);

	if(!task) {
		SHM_MEM_ERROR;
		return false;
	}
	task->received = msg->rcv;
	task->len = msg->len;
	memcpy(task->text, msg->buf, msg->len);
	if(write(w->write, &task, sizeof(task)) == sizeof(task))
		return true;
	/* thousands wait: better slow here than lost */
	shm_free(task);
	return false;
}

int ki_lync_media_worker(struct sip_msg *msg)
{
	unsigned node;

	if(!workers || !msg->callid || !msg->cseq || !get_cseq(msg)
			|| msg->len > MESSAGE_MAX)
		return -1;
	node = msg->first_line.type == SIP_REQUEST ? node_of_request(msg)
											   : node_of_reply(msg);
	return lync_ng_node(node) && hand_over(msg, node) ? 1 : -1;
}

int ki_lync_seen(struct sip_msg *msg)
{
	bool seen = handed_over;

	handed_over = false;
	return seen ? 1 : -1;
}
