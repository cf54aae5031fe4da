/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/dialect_words.h"

/* clang-format off */
static const char *const places[LY_P_COUNT] = {
	[LY_P_HEADER]        = "header %",
	[LY_P_REQUEST_URI]   = "Request-URI",
	[LY_P_FROM]          = "From",
	[LY_P_TO]            = "To",
	[LY_P_IDENTITY]      = "P-Asserted-Identity and its like",
	[LY_P_DIVERSION]     = "Diversion, History-Info",
	[LY_P_CALL]          = "headers of caller and history",
	[LY_P_REFER_TO]      = "Refer-To",
	[LY_P_ALLOW]         = "Allow: %",
	[LY_P_OPTION]        = "Supported: %",
	[LY_P_LISTS]         = "Allow, Supported, Require",
	[LY_P_BODY]          = "parts of a multipart body beside its SDP",
	[LY_P_SDP_ATTRIBUTE] = "SDP a=%",
	[LY_P_SDP_LINE]      = "SDP %",
	[LY_P_SDP_CRYPTO]    = "SDP a=crypto",
	[LY_P_SDP_ORIGIN]    = "SDP o=, user name",
	[LY_P_SDP_NAME]      = "SDP s=",
	[LY_P_SDP_CODEC]     = "SDP payload types of %",
	[LY_P_SDP_STREAM]    = "SDP streams beside the call's",
};

static const struct
{
	const char *what;
	const char *when;    /* NULL: always */
	const char *without; /* in place of "%" where the rule matches nothing */
} actions[LY_A_COUNT] = {
	[LY_A_REMOVE]             = {"goes", NULL, NULL},
	[LY_A_FORBID]             = {"goes, whatever pass-headers says", NULL, NULL},
	[LY_A_PASS]               = {"passes", NULL, NULL},
	[LY_A_PASS_IN_EMERGENCY]  = {"passes", "in an emergency call", NULL},
	[LY_A_MERGE]              = {"several headers of one name become one", "where there are several", NULL},
	[LY_A_HOST_OURS]          = {"host becomes the name by which the receiver knows us", NULL, NULL},
	[LY_A_HOST_PEER]          = {"host becomes the receiver's own name", NULL, NULL},
	[LY_A_USER_PHONE]         = {";user=phone is added", "where the user part is a number", NULL},
	[LY_A_NUMBERS]            = {"the number goes by the plan's rules", "where one fits", NULL},
	[LY_A_FALLBACK]           = {"becomes the target's fallback-number", "where own-numbers does not know the caller", NULL},
	[LY_A_ANONYMOUS]          = {"becomes \"Anonymous\" at %", "where the caller withholds his name", "our host"},
	[LY_A_CALLER]             = {"who calls stands in the header that the receiver wants", NULL, NULL},
	[LY_A_PRIVACY]            = {"Privacy: id is added", "where the caller withholds his name", NULL},
	[LY_A_HISTORY]            = {"who has forwarded stands in the header that the receiver wants", "where somebody has", NULL},
	[LY_A_REMOVE_USER_PARAMS] = {"parameters behind the number go", "where there is any", NULL},
	[LY_A_REMOVE_PARAM]       = {"parameter % goes", "where it is there", NULL},
	[LY_A_ONE_CRYPTO]         = {"one line stays, without MKI if possible", "where one is usable", NULL},
	[LY_A_REFUSE]             = {"get port 0, and nothing that describes them", "where there are any", NULL},
	[LY_A_DASH]               = {"becomes \"-\"", NULL, NULL},
};
/* clang-format on */

const char *ly_place_words(ly_place_t place)
{
	return places[place];
}

const char *ly_action_words(ly_action_t action)
{
	return actions[action].what;
}

static void put(ly_buf_t *out, const char *words, const char *match)
{
	size_t mark = ly_find(ly_cstr(words), '%');

	ly_put(out, ly_slice(words, mark));
	if(!words[mark])
		return;
	ly_put(out, ly_cstr(match));
	ly_put(out, ly_cstr(words + mark + 1));
}

void ly_rule_put_where(const ly_rule_t *rule, ly_buf_t *out)
{
	put(out, places[rule->place], rule->match);
}

void ly_rule_put_what(const ly_rule_t *rule, ly_buf_t *out)
{
	const char *without = actions[rule->action].without;

	put(out, actions[rule->action].what,
			rule->match[0] || !without ? rule->match : without);
}

const char *ly_rule_when(const ly_rule_t *rule)
{
	const char *when = actions[rule->action].when;

	if(rule->place == LY_P_HEADER && rule->action == LY_A_REMOVE)
		return "unless pass-headers names it";
	return when ? when : "";
}
