/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_pv.h"

#include "core/dprint.h"
#include "lync.h"
#include "lync_call.h"
#include "lync_health_event.h"
#include "lync_peer.h"

static char memory[4096];

typedef void (*getter_t)(const lync_current_t *c, ly_buf_t *out);

static void put_name(ly_buf_t *out, const ly_peer_t *peer)
{
	if(peer)
		ly_put(out, peer->name);
}

static void get_side(const lync_current_t *c, ly_buf_t *out)
{
	ly_put(out, ly_cstr(ly_side_name(lync_other_side(lync_receiver(c)))));
}

static void get_peer(const lync_current_t *c, ly_buf_t *out)
{
	if(lync_event_now())
		ly_put(out, lync_event_now()->peer);
	else
		put_name(
				out, lync_peer_on(&c->call, lync_other_side(lync_receiver(c))));
}

static void get_trunk(const lync_current_t *c, ly_buf_t *out)
{
	if(c->call.trunk)
		ly_put(out, c->call.trunk->name);
}

static void get_server(const lync_current_t *c, ly_buf_t *out)
{
	put_name(out, c->call.server);
}

static void get_target(const lync_current_t *c, ly_buf_t *out)
{
	put_name(out, c->call.target);
}

static void get_offerer(const lync_current_t *c, ly_buf_t *out)
{
	ly_put(out, c->call.offer_in_request ? LY_LIT("request") : LY_LIT("reply"));
}

static void get_media(const lync_current_t *c, ly_buf_t *out)
{
	if(c->call.dialog.media)
		ly_put_number(out, c->call.dialog.media);
}

static void get_emergency(const lync_current_t *c, ly_buf_t *out)
{
	ly_put(out, ly_cstr(ly_emergency_name(c->call.emergency)));
}

/* These three in event routes alone. */
static void get_state(const lync_current_t *c, ly_buf_t *out)
{
	if(lync_event_now())
		ly_put(out, ly_cstr(lync_event_now()->state));
}

static void get_was(const lync_current_t *c, ly_buf_t *out)
{
	if(lync_event_now())
		ly_put(out, ly_cstr(lync_event_now()->was));
}

static void get_reason(const lync_current_t *c, ly_buf_t *out)
{
	if(lync_event_now())
		ly_put(out, ly_cstr(lync_event_now()->reason));
}

/* clang-format off */
static const struct { str name; getter_t get; bool of_event; } names[] = {
	{str_init("side"),    get_side, false},
	{str_init("peer"),    get_peer, true},
	{str_init("trunk"),   get_trunk, false},
	{str_init("server"),  get_server, false},
	{str_init("target"),  get_target, false},
	{str_init("offerer"), get_offerer, false},
	{str_init("media"),   get_media, false},
	{str_init("state"),   get_state, true},
	{str_init("was"),     get_was, true},
	{str_init("reason"),  get_reason, true},
	{str_init("emergency"), get_emergency, false},
};
/* clang-format on */
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static int find(const str *name)
{
	for(unsigned i = 0; i < NAME_COUNT; i++) {
		if(ly_eq(lync_slice(name), lync_slice(&names[i].name)))
			return (int)i;
	}
	return -1;
}

int lync_pv_parse_name(pv_spec_t *spec, str *name)
{
	int i = find(name);

	if(i < 0) {
		LM_ERR("$lync(%.*s) is unknown; there are side, peer, trunk, server, "
			   "target, offerer, media, emergency, state, was, reason\n",
				STR_FMT(name));
		return -1;
	}
	spec->pvp.pvn.type = PV_NAME_INTSTR;
	spec->pvp.pvn.u.isname.type = 0;
	spec->pvp.pvn.u.isname.name.n = i;
	return 0;
}

static ly_slice_t get(const struct sip_msg *msg, int i)
{
	ly_buf_t out = ly_buf(memory, sizeof(memory));
	const lync_current_t *c = lync_current_get(msg);

	if(i >= 0 && (lync_event_now() ? names[i].of_event : c != NULL))
		names[i].get(c, &out);
	return out.full ? LY_EMPTY : ly_buf_slice(&out);
}

int lync_pv_get(struct sip_msg *msg, pv_param_t *param, pv_value_t *value)
{
	ly_slice_t text = get(msg, (int)param->pvn.u.isname.name.n);
	str s = lync_str(text);

	return text.len ? pv_get_strval(msg, param, value, &s)
					: pv_get_null(msg, param, value);
}
