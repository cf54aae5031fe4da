/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/codes.h"

/*
 * What Lync is told, by RFC 3398 7.2.4.1, with three rows of our own: 21 is 603, because the callee said no; 27 is 480,
 * because a 502 would have Lync try every trunk for one dead line; 58 and 88 are 488, because no other trunk can do
 * what the call asks for either. 16 means a call that ended as calls do: its code tells more. 25 and 63 have no row in
 * RFC 3398: they are here for their texts.
 */
static const struct
{
	uint8_t cause;
	uint16_t code; /* 0: keeps the given one */
	const char *text;
} causes[] = {
		{1, 404, "unallocated number"},
		{2, 404, "no route to transit network"},
		{3, 404, "no route to destination"},
		{16, 0, "normal call clearing"},
		{17, 486, "user busy"},
		{18, 408, "no user responding"},
		{19, 480, "no answer from user"},
		{20, 480, "subscriber absent"},
		{21, 603, "call rejected"},
		{22, 410, "number changed"},
		{23, 410, "redirection to new destination"},
		{25, 0, "exchange routing error"},
		{26, 404, "non-selected user clearing"},
		{27, 480, "destination out of order"},
		{28, 484, "invalid number format"},
		{29, 501, "facility rejected"},
		{31, 480, "normal, unspecified"},
		{34, 503, "no circuit available"},
		{38, 503, "network out of order"},
		{41, 503, "temporary failure"},
		{42, 503, "switching equipment congestion"},
		{44, 503, "requested circuit not available"},
		{47, 503, "resource unavailable"},
		{55, 403, "incoming calls barred within CUG"},
		{57, 403, "bearer capability not authorized"},
		{58, 488, "bearer capability not available"},
		{63, 0, "service or option not available"},
		{65, 488, "bearer capability not implemented"},
		{70, 488, "only restricted digital information"},
		{79, 501, "service not implemented"},
		{87, 403, "user not member of CUG"},
		{88, 488, "incompatible destination"},
		{102, 504, "recovery on timer expiry"},
		{111, 500, "protocol error"},
		{127, 500, "interworking, unspecified"},
};

/* What a code without a Reason means to the telephone network: RFC 3398 8.2.6.1. */
static const struct
{
	uint16_t code;
	uint8_t cause;
} meanings[] = {{400, 41}, {402, 21}, {403, 21}, {404, 1}, {405, 63}, {406, 79},
		{408, 102}, {410, 22}, {413, 127}, {414, 127}, {415, 79}, {416, 127},
		{480, 18}, {481, 41}, {482, 25}, {483, 25}, {484, 28}, {485, 1},
		{486, 17}, {488, 88}, {500, 41}, {501, 79}, {502, 38}, {503, 41},
		{504, 102}, {505, 127}, {513, 127}, {600, 17}, {603, 21}, {604, 1},
		{606, 88}};

/* RFC 3261 21.4 to 21.6, and the codes of its extensions that gateways use. */
static const struct
{
	uint16_t code;
	const char *phrase;
} phrases[] = {{180, "Ringing"}, {400, "Bad Request"}, {401, "Unauthorized"},
		{402, "Payment Required"}, {403, "Forbidden"}, {404, "Not Found"},
		{405, "Method Not Allowed"}, {406, "Not Acceptable"},
		{407, "Proxy Authentication Required"}, {408, "Request Timeout"},
		{410, "Gone"}, {413, "Request Entity Too Large"},
		{414, "Request-URI Too Long"}, {415, "Unsupported Media Type"},
		{416, "Unsupported URI Scheme"}, {420, "Bad Extension"},
		{421, "Extension Required"}, {423, "Interval Too Brief"},
		{433, "Anonymity Disallowed"}, {480, "Temporarily Unavailable"},
		{481, "Call/Transaction Does Not Exist"}, {482, "Loop Detected"},
		{483, "Too Many Hops"}, {484, "Address Incomplete"}, {485, "Ambiguous"},
		{486, "Busy Here"}, {487, "Request Terminated"},
		{488, "Not Acceptable Here"}, {491, "Request Pending"},
		{493, "Undecipherable"}, {500, "Server Internal Error"},
		{501, "Not Implemented"}, {502, "Bad Gateway"},
		{503, "Service Unavailable"}, {504, "Server Time-out"},
		{505, "Version Not Supported"}, {513, "Message Too Large"},
		{580, "Precondition Failure"}, {600, "Busy Everywhere"},
		{603, "Decline"}, {604, "Does Not Exist Anywhere"},
		{606, "Not Acceptable"}};

static const uint16_t sips_own[] = {401, 407, 420, 421, 422, 487, 491, 494};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

bool ly_code_is_sips_own(unsigned code)
{
	for(size_t i = 0; i < COUNT(sips_own); i++) {
		if(sips_own[i] == code)
			return true;
	}
	return false;
}

static unsigned code_for(unsigned cause)
{
	for(size_t i = 0; i < COUNT(causes); i++) {
		if(causes[i].cause == cause)
			return causes[i].code;
	}
	return 0;
}

static unsigned cause_for(unsigned code)
{
	for(size_t i = 0; i < COUNT(meanings); i++) {
		if(meanings[i].code == code)
			return meanings[i].cause;
	}
	return 0;
}

const char *ly_cause_text(unsigned cause)
{
	for(size_t i = 0; i < COUNT(causes); i++) {
		if(causes[i].cause == cause)
			return causes[i].text;
	}
	return NULL;
}

const char *ly_code_phrase(unsigned code)
{
	for(size_t i = 0; i < COUNT(phrases); i++) {
		if(phrases[i].code == code)
			return phrases[i].phrase;
	}
	return code < 400	? "Redirection"
		   : code < 500 ? "Request Failure"
		   : code < 600 ? "Server Failure"
						: "Global Failure";
}

static const ly_code_rule_t *rule_for(const ly_codes_t *codes,
		ly_direction_t direction, unsigned code, unsigned cause)
{
	for(unsigned i = 0; codes && i < codes->rule_count; i++) {
		const ly_code_rule_t *rule = &codes->rules[i];
		if(rule->direction == direction
				&& (!rule->received || rule->received == code)
				&& (!rule->cause || rule->cause == cause))
			return rule;
	}
	return NULL;
}

ly_code_t ly_codes_decide(const ly_codes_t *first, const ly_codes_t *second,
		ly_direction_t direction, unsigned code, unsigned cause)
{
	ly_code_t decided = {.code = code, .cause = cause};
	unsigned better;

	if(code < 300 || ly_code_is_sips_own(code))
		return decided;
	decided.rule = rule_for(first, direction, code, cause);
	if(!decided.rule)
		decided.rule = rule_for(second, direction, code, cause);
	better = direction == LY_FROM_LYNC ? code_for(cause) : 0;
	if(decided.rule)
		decided.code = decided.rule->translated;
	else if(code < 400)
		decided.code = 480;
	else if(better) {
		decided.code = better;
		decided.by_cause = better != code;
	}
	if(!cause)
		decided.cause = cause_for(decided.code);
	return decided;
}
