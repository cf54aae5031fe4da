/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_redis.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/mem/shm.h"
#include "core/sr_module.h"
#include "lync.h"
#include "lync_plan.h"
#include "lync_process.h"

#define BEAT_SECONDS 1	  /* how often a node says that it lives */
#define LIVES_SECONDS 5	  /* how long that holds */
#define TIMEOUT_SECONDS 1 /* of connect and of every command */
#define BACKOFF_MAX_SECONDS 15
#define MAX_NODES 64

/* What the process leaves for others. Single bytes, written by it alone: no lock is needed to read them. */
typedef struct shared
{
	volatile char connected;
	volatile char lives[MAX_NODES]; /* indexed like lync_plan->nodes */
} shared_t;

static shared_t *shared;

int lync_redis_init(void)
{
	if(lync_cfg.redis.len == 0)
		return 0;
	shared = shm_malloc(sizeof(*shared));
	if(!shared) {
		SHM_MEM_ERROR;
		return -1;
	}
	memset(shared, 0, sizeof(*shared));
	lync_process_register(1);
	return 0;
}

static redisContext *connect_redis(void)
{
	struct timeval timeout = {.tv_sec = TIMEOUT_SECONDS};
	const char *colon = strrchr(lync_cfg.redis.s, ':');
	redisContext *redis;
	char host[256];

	if(lync_cfg.redis.s[0] == '/') {
		redis = redisConnectUnixWithTimeout(lync_cfg.redis.s, timeout);
	} else {
		snprintf(host, sizeof(host), "%.*s",
				colon ? (int)(colon - lync_cfg.redis.s) : lync_cfg.redis.len,
				lync_cfg.redis.s);
		redis = redisConnectWithTimeout(
				host, colon ? atoi(colon + 1) : 6379, timeout);
	}
	if(redis && !redis->err)
		redisSetTimeout(redis, timeout);
	return redis;
}

static unsigned node_count(void)
{
	return lync_plan->node_count < MAX_NODES ? lync_plan->node_count
											 : MAX_NODES;
}

/* Says that we live and asks who else does. Returns false when Redis did not answer as it should. */
static bool beat(redisContext *redis)
{
	unsigned answers = 0;

	redisAppendCommand(redis, "SET lync-sbc:node:%b %lld EX %d",
			lync_node->name.s, lync_node->name.len, (long long)time(NULL),
			LIVES_SECONDS);
	for(unsigned i = 0; i < node_count(); i++)
		redisAppendCommand(redis, "EXISTS lync-sbc:node:%b",
				lync_plan->nodes[i].name.s, lync_plan->nodes[i].name.len);
	for(unsigned i = 0; i < node_count() + 1; i++) {
		redisReply *reply = NULL;

		if(redisGetReply(redis, (void **)&reply) != REDIS_OK || !reply)
			return false;
		if(i == 0)
			answers += reply->type == REDIS_REPLY_STATUS;
		else if(reply->type == REDIS_REPLY_INTEGER) {
			shared->lives[i - 1] = reply->integer != 0;
			answers++;
		}
		freeReplyObject(reply);
	}
	return answers == node_count() + 1;
}

/* Nothing is known of the others any more; one line says so, not one a second. */
static void lost(const redisContext *redis, bool first)
{
	if(shared->connected || first)
		LM_WARN("Redis at %.*s does not answer (%s): this node works alone "
				"until it does; calls are not affected\n",
				STR_FMT(&lync_cfg.redis),
				redis && redis->err ? redis->errstr : "unexpected answer");
	shared->connected = 0;
	memset((void *)shared->lives, 0, sizeof(shared->lives));
}

static void run(void *data)
{
	redisContext *redis = NULL;
	unsigned wait = BEAT_SECONDS;
	bool first = true;

	for(;;) {
		cfg_update();
		lync_plan_use(LYNC_FOR_MESSAGE);
		if(!redis)
			redis = connect_redis();
		if(redis && !redis->err && beat(redis)) {
			if(!shared->connected)
				LM_NOTICE("Redis at %.*s answers\n", STR_FMT(&lync_cfg.redis));
			shared->connected = 1;
			wait = BEAT_SECONDS;
		} else {
			lost(redis, first);
			if(redis)
				redisFree(redis);
			redis = NULL;
			wait = wait * 2 < BACKOFF_MAX_SECONDS ? wait * 2
												  : BACKOFF_MAX_SECONDS;
		}
		first = false;
		lync_plan_release(LYNC_FOR_MESSAGE);
		sleep(wait);
	}
}

int lync_redis_child_init(int rank)
{
	return rank != PROC_MAIN || !shared
				   ? 0
				   : lync_process_start("lync Redis", false, run, NULL);
}

void lync_redis_rpc(rpc_t *rpc, void *ctx)
{
	void *root, *nodes, *node;
	str redis = lync_cfg.redis.len ? lync_cfg.redis : (str)str_init("none");

	lync_plan_use(LYNC_FOR_MESSAGE);
	if(rpc->add(ctx, "{", &root) < 0)
		return;
	rpc->struct_add(root, "Ss[", "redis", &redis, "state",
			!shared				? "single node"
			: shared->connected ? "connected"
								: "alone",
			"nodes", &nodes);
	for(unsigned i = 0; i < node_count(); i++) {
		str name = lync_str(lync_plan->nodes[i].name);
		bool self = &lync_plan->nodes[i] == lync_node;

		rpc->struct_add(nodes, "{", "node", &node);
		rpc->struct_add(node, "Ss", "name", &name, "state",
				self						 ? "this node"
				: shared && shared->lives[i] ? "alive"
											 : "not seen");
	}
	lync_plan_release(LYNC_FOR_MESSAGE);
}
