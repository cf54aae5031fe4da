/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module: what it exports, and in which order it starts. Nothing else stands here.
 */
#include "core/kemi.h"
#include "core/mod_fix.h"
#include "core/route.h"
#include "core/rpc_lookup.h"
#include "core/script_cb.h"
#include "core/sr_module.h"
#include "liblync/timer.h"
#include "lync.h"
#include "lync_calls.h"
#include "lync_loop.h"
#include "lync_cancel.h"
#include "lync_certificates.h"
#include "lync_diagnostics.h"
#include "lync_dns.h"
#include "lync_dtmf.h"
#include "lync_explain.h"
#include "lync_forward.h"
#include "lync_health.h"
#include "lync_health_prober.h"
#include "lync_key.h"
#include "lync_late.h"
#include "lync_media_watch.h"
#include "lync_ng.h"
#include "lync_own.h"
#include "lync_peer.h"
#include "lync_plan.h"
#include "lync_prober.h"
#include "lync_progress.h"
#include "lync_pv.h"
#include "lync_redis.h"
#include "lync_refuse.h"
#include "lync_ringback.h"
#include "lync_rpc.h"
#include "lync_script.h"
#include "lync_slow.h"
#include "lync_tls_end.h"
#include "lync_tls_out.h"
#include "lync_transfer.h"
#include "lync_via.h"
#include "lync_watch.h"
#include "lync_worker.h"

#pragma GCC visibility push(default)
MODULE_VERSION
extern struct module_exports exports;
int mod_register(char *path, int *dlflags, void *p1, void *p2);
#pragma GCC visibility pop

lync_cfg_t lync_cfg = {.session_timer_grace = LY_TIMER_GRACE,
		.forget_after = 86400,
		.health = 1,
		.max_calls = 10000,
		.loop_rounds = 3,
		.media_workers = 1,
		.media_look = 60,
		.media_patience = 10};
struct tm_binds lync_tm;

/* A message has been handled. */
static int after_script(struct sip_msg *msg, unsigned int flags, void *param)
{
	if(msg->first_line.type == SIP_REQUEST
			&& msg->REQ_METHOD == METHOD_CANCEL) {
		lync_diagnostics_cancel(msg);
		lync_cancel_rest(msg);
	}
	lync_plan_release(LYNC_FOR_MESSAGE);
	return 1;
}

/*
 * Kamailio would run the request_route, and look for its branch and reply routes in the other language: requests and
 * replies would be sent as they came, with the keys in them.
 */
static bool routes_in_two_languages(void)
{
	if(!sr_kemi_eng_get() || !main_rt.rlist[DEFAULT_RT])
		return false;
	LM_ERR("the configuration has a request_route and a cfgengine: only one of "
		   "them can have the routes\n");
	return true;
}

static int mod_init(void)
{
	if(routes_in_two_languages())
		return -1;
	if(load_tm_api(&lync_tm) < 0) {
		LM_ERR("tm.so must be loaded before lync.so\n");
		return -1;
	}
	if(rpc_register_array(lync_rpc_commands) != 0) {
		LM_ERR("cannot register the RPC commands\n");
		return -1;
	}
	lync_late_init();
	if(lync_via_init() < 0 || lync_own_init() < 0 || lync_watch_init() < 0
			|| lync_diagnostics_init() < 0 || lync_explain_init() < 0
			|| lync_plan_init() < 0 || lync_calls_init() < 0
			|| lync_loop_init() < 0 || lync_key_init() < 0
			|| lync_peer_init() < 0 || lync_ng_init() < 0
			|| lync_worker_init() < 0 || lync_prober_init() < 0
			|| lync_media_watch_init() < 0 || lync_ringback_init() < 0
			|| lync_slow_init() < 0 || lync_health_init() < 0)
		return -1;
	if(lync_tls_out_init(lync_peer_tls_names, lync_peer_tls_done) < 0
			|| lync_tls_end_init() < 0 || lync_certificates_init() < 0)
		return -1;
	if(lync_dns_init() < 0)
		return -1;
	if(register_script_cb(after_script,
			   POST_SCRIPT_CB | REQUEST_CB | ONREPLY_CB | FAILURE_CB, NULL)
			< 0)
		return -1;
	return lync_redis_init();
}

static int child_init(int rank)
{
	if(lync_dns_child_init(rank) < 0 || lync_worker_child_init(rank) < 0
			|| lync_prober_child_init(rank) < 0
			|| lync_media_watch_child_init(rank) < 0
			|| lync_ringback_child_init(rank) < 0
			|| lync_slow_child_init(rank) < 0
			|| lync_health_prober_child_init(rank) < 0)
		return -1;
	return lync_redis_child_init(rank);
}

static void mod_destroy(void)
{
	lync_key_destroy();
	lync_plan_destroy();
}

/* The functions of the script do what the KEMI functions do: none has a parameter. */
#define SCRIPT_FUNCTION(name)                                    \
	static int w_##name(struct sip_msg *msg, char *p1, char *p2) \
	{                                                            \
		return ki_##name(msg);                                   \
	}
SCRIPT_FUNCTION(lync_accept)
SCRIPT_FUNCTION(lync_select)
SCRIPT_FUNCTION(lync_next)
SCRIPT_FUNCTION(lync_again)
SCRIPT_FUNCTION(lync_refuse)
SCRIPT_FUNCTION(lync_media_worker)
SCRIPT_FUNCTION(lync_seen)
SCRIPT_FUNCTION(lync_media)
SCRIPT_FUNCTION(lync_media_end)
SCRIPT_FUNCTION(lync_write)
SCRIPT_FUNCTION(lync_progress)
SCRIPT_FUNCTION(lync_readable)
SCRIPT_FUNCTION(lync_reply)
SCRIPT_FUNCTION(lync_forward)
SCRIPT_FUNCTION(lync_hangup)
SCRIPT_FUNCTION(lync_refer)
SCRIPT_FUNCTION(lync_dtmf)

/* clang-format off */
static cmd_export_t commands[] = {
	{"lync_accept", w_lync_accept, 0, 0, 0, REQUEST_ROUTE},
	{"lync_select", w_lync_select, 0, 0, 0, REQUEST_ROUTE},
	{"lync_next",   w_lync_next,   0, 0, 0, REQUEST_ROUTE | FAILURE_ROUTE},
	{"lync_again",  w_lync_again,  0, 0, 0, FAILURE_ROUTE},
	{"lync_refuse", w_lync_refuse, 0, 0, 0, REQUEST_ROUTE | FAILURE_ROUTE},
	{"lync_media_worker", w_lync_media_worker, 0, 0, 0, REQUEST_ROUTE},
	{"lync_seen",   w_lync_seen,   0, 0, 0, ANY_ROUTE},
	{"lync_media",  w_lync_media,  0, 0, 0, REQUEST_ROUTE | FAILURE_ROUTE | ONREPLY_ROUTE},
	{"lync_media_end", w_lync_media_end, 0, 0, 0, REQUEST_ROUTE | FAILURE_ROUTE | ONREPLY_ROUTE},
	{"lync_write",  w_lync_write,  0, 0, 0, REQUEST_ROUTE | BRANCH_ROUTE | ONREPLY_ROUTE},
	{"lync_progress", w_lync_progress, 0, 0, 0, BRANCH_ROUTE},
	{"lync_readable", w_lync_readable, 0, 0, 0, CORE_ONREPLY_ROUTE},
	{"lync_reply",  w_lync_reply,  0, 0, 0, ONREPLY_ROUTE},
	{"lync_hangup", w_lync_hangup, 0, 0, 0, REQUEST_ROUTE},
	{"lync_forward", w_lync_forward, 0, 0, 0, ONREPLY_ROUTE},
	{"lync_refer",  w_lync_refer,  0, 0, 0, REQUEST_ROUTE},
	{"lync_dtmf",   w_lync_dtmf,   0, 0, 0, REQUEST_ROUTE},
	{0, 0, 0, 0, 0, 0}
};

static param_export_t params[] = {
	{"plan",         PARAM_STR, &lync_cfg.plan},
	{"node",         PARAM_STR, &lync_cfg.node},
	{"bindings",     PARAM_STR, &lync_cfg.bindings},
	{"token_secret", PARAM_STR, &lync_cfg.token_secret},
	{"redis",        PARAM_STR, &lync_cfg.redis},
	{"dns_servers",  PARAM_STR, &lync_cfg.dns_servers},
	{"rtpengine",    PARAM_STR, &lync_cfg.rtpengine},
	{"event_callback", PARAM_STR, &lync_cfg.event_callback},
	{"health",       PARAM_INT, &lync_cfg.health},
	{"media_workers", PARAM_INT, &lync_cfg.media_workers},
	{"media_look", PARAM_INT, &lync_cfg.media_look},
	{"media_patience", PARAM_INT, &lync_cfg.media_patience},
	{"media_timeout", PARAM_INT, &lync_cfg.media_timeout},
	{"session_timer_grace", PARAM_INT, &lync_cfg.session_timer_grace},
	{"max_calls", PARAM_INT, &lync_cfg.max_calls},
	{"loop_rounds", PARAM_INT, &lync_cfg.loop_rounds},
	{"forget_after", PARAM_INT, &lync_cfg.forget_after},
	{0, 0, 0}
};

static pv_export_t pvs[] = {
	{{"lync", sizeof("lync") - 1}, PVT_OTHER, lync_pv_get, 0, lync_pv_parse_name, 0, 0, 0},
	{{0, 0}, 0, 0, 0, 0, 0, 0, 0}
};

struct module_exports exports = {
	"lync", DEFAULT_DLFLAGS, commands, params, 0, pvs, 0, mod_init, child_init, mod_destroy
};

#define NO_PARAMS {SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE}
static sr_kemi_t kemi_exports[] = {
	{str_init("lync"), str_init("accept"), SR_KEMIP_INT, ki_lync_accept, NO_PARAMS},
	{str_init("lync"), str_init("select"), SR_KEMIP_INT, ki_lync_select, NO_PARAMS},
	{str_init("lync"), str_init("next"),   SR_KEMIP_INT, ki_lync_next,   NO_PARAMS},
	{str_init("lync"), str_init("again"),  SR_KEMIP_INT, ki_lync_again,  NO_PARAMS},
	{str_init("lync"), str_init("refuse"), SR_KEMIP_INT, ki_lync_refuse, NO_PARAMS},
	{str_init("lync"), str_init("media_worker"), SR_KEMIP_INT, ki_lync_media_worker, NO_PARAMS},
	{str_init("lync"), str_init("seen"),   SR_KEMIP_INT, ki_lync_seen,   NO_PARAMS},
	{str_init("lync"), str_init("media"),  SR_KEMIP_INT, ki_lync_media,  NO_PARAMS},
	{str_init("lync"), str_init("media_end"), SR_KEMIP_INT, ki_lync_media_end, NO_PARAMS},
	{str_init("lync"), str_init("write"),  SR_KEMIP_INT, ki_lync_write,  NO_PARAMS},
	{str_init("lync"), str_init("progress"), SR_KEMIP_INT, ki_lync_progress, NO_PARAMS},
	{str_init("lync"), str_init("readable"),  SR_KEMIP_INT, ki_lync_readable,  NO_PARAMS},
	{str_init("lync"), str_init("reply"),  SR_KEMIP_INT, ki_lync_reply,  NO_PARAMS},
	{str_init("lync"), str_init("hangup"),  SR_KEMIP_INT, ki_lync_hangup,  NO_PARAMS},
	{str_init("lync"), str_init("forward"),  SR_KEMIP_INT, ki_lync_forward,  NO_PARAMS},
	{str_init("lync"), str_init("refer"),  SR_KEMIP_INT, ki_lync_refer,  NO_PARAMS},
	{str_init("lync"), str_init("dtmf"),   SR_KEMIP_INT, ki_lync_dtmf,   NO_PARAMS},
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};
/* clang-format on */

int mod_register(char *path, int *dlflags, void *p1, void *p2)
{
	return sr_kemi_modules_add(kemi_exports);
}
