/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc profiles: what each side of a call may carry, and what rtpengine is told when two of them meet. */
#include <stdio.h>
#include <stdlib.h>

#include "liblync/media.h"
#include "json.h"
#include "table.h"
#include "tool.h"

static const char help[] =
		"Usage: lync-sbc profiles [--json | --markdown] [PLAN]\n\n"
		"Shows the media profiles that came with the SBC, and those of PLAN: "
		"what a side may carry,\n"
		"and the flags that rtpengine gets with an offer or answer from one "
		"side to another.\n\n"
		"  --json       for programs\n"
		"  --markdown   as a page\n\n"
		"Exit code: 0 shown, 1 the plan is not right, 2 it could not be "
		"done.\n";

/* The i-th profile: those that were shipped, then the plan's. NULL behind the last. */
static const ly_media_profile_t *at(const ly_plan_t *plan, unsigned i)
{
	unsigned shipped = 0;

	while(ly_media_shipped(shipped))
		shipped++;
	if(i < shipped)
		return ly_media_shipped(i);
	i -= shipped;
	return plan && i < plan->profile_count ? &plan->profiles[i] : NULL;
}

static const char *srtp_name(const ly_media_profile_t *p)
{
	static const char *const names[] = {[LY_MEDIA_RTP] = "none",
			[LY_MEDIA_OPTIONAL] = "optional",
			[LY_MEDIA_SRTP] = "required"};

	return names[p->srtp];
}

/* An SDP that goes from one side to the other. */
typedef struct way
{
	const ly_plan_t *plan;
	unsigned i, j;
	const ly_media_profile_t *from, *to;
	/* for a side with SRTP: first as if it were plain (ly_media_twice()) */
	bool bare;
	ly_slice_t offer, answer;
	char text[2][LY_MEDIA_FLAGS];
} way_t;

static void fill(way_t *w)
{
	const ly_media_profile_t *from = w->bare ? w->from->plain : w->from;
	ly_buf_t offer = ly_buf(w->text[0], LY_MEDIA_FLAGS),
			 answer = ly_buf(w->text[1], LY_MEDIA_FLAGS);

	ly_media_offer(from, w->to, &offer);
	ly_media_answer(from, w->to, &answer);
	w->offer = ly_buf_slice(&offer);
	w->answer = ly_buf_slice(&answer);
}

/* The next pair of two sides; what goes twice is told twice. False behind the last. */
static bool next_way(way_t *w)
{
	if(w->from && ly_media_twice(w->from, w->to) && w->bare) {
		w->bare = false;
		fill(w);
		return true;
	}
	for(; (w->from = at(w->plan, w->i)); w->i++, w->j = 0) {
		while((w->to = at(w->plan, w->j++))) {
			if(w->from->side == w->to->side)
				continue;
			w->bare = ly_media_twice(w->from, w->to);
			fill(w);
			return true;
		}
	}
	return false;
}

/* Forms ------------------------------------------------------------------------------------------------------------- */

static void put_table(const ly_plan_t *plan)
{
	static const char *const head[] = {
			"PROFILE", "SIDE", "SRTP", "CODECS", "DTMF", NULL};
	static const char *const ways[] = {"FROM", "TO", "OFFER", "ANSWER", NULL};
	ly_arena_t arena = {malloc, free, NULL};
	table_t profiles = {.head = head, .arena = &arena},
			flags = {.head = ways, .arena = &arena};
	way_t w = {.plan = plan};
	const ly_media_profile_t *p;

	for(unsigned i = 0; (p = at(plan, i)); i++) {
		table_row(&profiles);
		table_text(&profiles, p->name);
		table_text(&profiles, ly_cstr(ly_side_name(p->side)));
		table_text(&profiles, ly_cstr(srtp_name(p)));
		table_text(&profiles, p->codec_names);
		table_text(&profiles, ly_cstr(ly_dtmf_name(p->dtmf)));
	}
	table_print(&profiles);
	while(next_way(&w)) {
		table_row(&flags);
		table_cell(&flags, "%.*s%s", LY_FMT(w.from->name),
				w.bare ? ", without keys first" : "");
		table_text(&flags, w.to->name);
		table_cell(&flags, "%.*s", LY_FMT(w.offer));
		table_cell(&flags, "%.*s", LY_FMT(w.answer));
	}
	table_print(&flags);
	ly_arena_free(&arena);
}

static void put_json(const ly_plan_t *plan)
{
	json_t json = {0};
	way_t w = {.plan = plan};
	const ly_media_profile_t *p;

	json_open(&json, NULL, '{');
	json_open(&json, "profiles", '[');
	for(unsigned i = 0; (p = at(plan, i)); i++) {
		json_open(&json, NULL, '{');
		json_text(&json, "name", p->name);
		json_text(&json, "side", ly_cstr(ly_side_name(p->side)));
		json_text(&json, "srtp", ly_cstr(srtp_name(p)));
		json_text(&json, "codecs", p->codec_names);
		json_text(&json, "dtmf", ly_cstr(ly_dtmf_name(p->dtmf)));
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_open(&json, "flags", '[');
	while(next_way(&w)) {
		json_open(&json, NULL, '{');
		json_text(&json, "from", w.from->name);
		json_text(&json, "to", w.to->name);
		json_literal(&json, "bare", w.bare ? LY_LIT("true") : LY_LIT("false"));
		json_text(&json, "offer", w.offer);
		json_text(&json, "answer", w.answer);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
}

static void put_profiles(const ly_plan_t *plan)
{
	const ly_media_profile_t *p;

	puts("| profile | side | SRTP | codecs | DTMF |\n|---|---|---|---|---|");
	for(unsigned i = 0; (p = at(plan, i)); i++)
		printf("| `%.*s` | %s | %s | %.*s | %s |\n", LY_FMT(p->name),
				ly_side_name(p->side), srtp_name(p), LY_FMT(p->codec_names),
				ly_dtmf_name(p->dtmf));
}

static void put_markdown(const ly_plan_t *plan)
{
	way_t w = {.plan = plan};

	puts("<!-- SPDX-License-Identifier: GPL-2.0-or-later; made by: lync-sbc "
		 "profiles --markdown -->\n"
		 "# Media profiles\n\n"
		 "What one side of a call may carry, one file each. `media` of a trunk "
		 "or target names one; a plan may define\n"
		 "others with `<profile>`, such as `<profile name=\"pbx\" "
		 "codecs=\"opus\"/>`. Where both sides have the same codecs,\n"
		 "nothing is changed; where they share some, only those pass; where "
		 "they share none, rtpengine transcodes.\n"
		 "With SRTP on both sides the first offer and the first answer of a "
		 "call go to rtpengine twice, first as if their\n"
		 "sender had no keys: so each leg gets a key of its own, which "
		 "rtpengine would otherwise pass on from one to the\n"
		 "other.\n\n"
		 "Digits towards Lync that a gateway plays as tones, or tells in INFO "
		 "(`dtmf=\"info\"`), get the payload type 96.\n"
		 "INFO is played into the audio of its sender: while that sends none, "
		 "it waits. A gateway has to answer with the\n"
		 "payload type that it was offered for telephone-event, else "
		 "rtpengine takes that out of its answer. With opus\n"
		 "telephone-event has the clock of the audio, 48000 (RFC 4733 2.1); "
		 "the digits of one that knows\n"
		 "telephone-event/8000 alone are lost, both ways.\n\n"
		 "`rtpengine.conf` is the configuration of the daemon.\n");
	put_profiles(plan);
	puts("\n## What rtpengine is told\n\nFlags of 12.5, as `rtpp-flags`. To "
		 "them come tags, directions and latching of the call.\n");
	while(next_way(&w))
		printf("### %.*s to %.*s%s\n\n    offer  %.*s\n    answer %.*s\n\n",
				LY_FMT(w.from->name), LY_FMT(w.to->name),
				w.bare ? ", the first time, without keys" : "", LY_FMT(w.offer),
				LY_FMT(w.answer));
}

int cmd_profiles(int argc, char **argv)
{
	const char *path = NULL;
	bool json = false, markdown = false;
	const tool_option_t options[] = {
			{"json", NULL, &json}, {"markdown", NULL, &markdown}, {0}};
	int code = tool_options(argc, argv, help, options, "plan", &path);
	ly_plan_t *plan = NULL;

	if(code >= 0)
		return code;
	if(json && markdown)
		return tool_usage(argv[0], "either --json or --markdown");
	if(path && !(plan = tool_load(path, &code)))
		return code;
	(json ? put_json : markdown ? put_markdown : put_table)(plan);
	ly_plan_free(plan);
	return TOOL_OK;
}
