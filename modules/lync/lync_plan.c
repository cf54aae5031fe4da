/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <sodium.h>

#include "core/dprint.h"
#include "core/mem/shm.h"
#include "liblync/plan_bind.h"
#include "lync.h"

const ly_plan_t *lync_plan;
const ly_node_t *lync_node;
ly_token_key_t lync_key;

static void *take(size_t size)
{
	return shm_malloc(size);
}

static void give(void *p)
{
	shm_free(p);
}

/*
 * listen.cfg and tls.cfg are generated from the plan, and Kamailio has bound their sockets before we are loaded. A
 * pair that was generated from another plan would listen where no trunk is.
 */
static int check_bindings(void)
{
	char expected[20];

	if(lync_cfg.bindings.len == 0)
		return 0;
	snprintf(expected, sizeof(expected), "%016" PRIx64, ly_plan_bindings(lync_plan, lync_node));
	if(ly_eq(ly_cstr(expected), lync_slice(&lync_cfg.bindings)))
		return 0;
	LM_ERR("%.*s has changed since listen.cfg and tls.cfg were generated (bindings %.*s, now %s); run: "
		   "lync-sbc config %.*s --node %.*s --out DIR, and start again\n",
			STR_FMT(&lync_cfg.plan), STR_FMT(&lync_cfg.bindings), expected, STR_FMT(&lync_cfg.plan),
			LY_FMT(lync_node->name));
	return -1;
}

int lync_plan_init(void)
{
	ly_finding_t finding;

	if(lync_cfg.plan.len == 0) {
		LM_ERR("no plan: set modparam(\"lync\", \"plan\", \"/etc/lync-sbc/lync-trunks.xml\")\n");
		return -1;
	}
	lync_plan = ly_plan_load(lync_cfg.plan.s, take, give, &finding);
	if(!lync_plan) {
		LM_ERR("%.*s:%u: %s\n", STR_FMT(&lync_cfg.plan), finding.line, finding.text);
		return -1;
	}
	lync_node = ly_plan_node(lync_plan, lync_slice(&lync_cfg.node));
	if(!lync_node) {
		LM_ERR("%.*s has no node '%.*s': set modparam(\"lync\", \"node\", …) to one of its node names\n",
				STR_FMT(&lync_cfg.plan), STR_FMT(&lync_cfg.node));
		return -1;
	}
	return check_bindings();
}

int lync_key_init(void)
{
	char secret[256];
	size_t len;
	FILE *file;

	if(sodium_init() < 0) {
		LM_ERR("libsodium does not start\n");
		return -1;
	}
	if(lync_cfg.token_secret.len == 0) {
		LM_NOTICE("token_secret is not set: running calls will not survive a restart of this node\n");
		randombytes_buf(secret, 32);
		ly_token_key_init(&lync_key, '0', ly_slice(secret, 32));
		return 0;
	}
	file = fopen(lync_cfg.token_secret.s, "r");
	if(!file) {
		LM_ERR("token_secret %.*s: %s\n", STR_FMT(&lync_cfg.token_secret), strerror(errno));
		return -1;
	}
	len = fread(secret, 1, sizeof(secret), file);
	fclose(file);
	if(!ly_token_key_init(&lync_key, '0', ly_trim(ly_slice(secret, len)))) {
		LM_ERR("token_secret %.*s is shorter than %d bytes; make one with: openssl rand -hex 32\n",
				STR_FMT(&lync_cfg.token_secret), LY_TOKEN_SECRET_MIN);
		return -1;
	}
	sodium_memzero(secret, sizeof(secret));
	return 0;
}

void lync_plan_destroy(void)
{
	ly_plan_free((ly_plan_t *)lync_plan);
	lync_plan = NULL;
}
