/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dialects: how one kind of peer writes SIP and SDP, as data. One table holds all rules; each row says on which
 * messages it acts, what it does and why, and can be switched off by its id.
 */
#ifndef LIBLYNC_DIALECT_H
#define LIBLYNC_DIALECT_H

#include <stdint.h>

#include "liblync/slice.h"

/* Bit i = ly_rules[i]. It stands in plans and messages where nobody aligns anything to 16 bytes. */
__extension__ typedef unsigned __int128 ly_rule_set_t
		__attribute__((aligned(8)));

#define LY_MAX_RULES 128 /* one bit each */

/* Takes the first rule out of a set that is not empty, and returns its index. */
static inline unsigned ly_rule_next(ly_rule_set_t *set)
{
	uint64_t low = (uint64_t)*set;
	unsigned i = low ? (unsigned)__builtin_ctzll(low)
					 : 64 + (unsigned)__builtin_ctzll((uint64_t)(*set >> 64));

	*set &= *set - 1;
	return i;
}

typedef struct ly_dialect
{
	ly_slice_t name;
	const char *reason;		/* who speaks it */
	ly_rule_set_t leaving;	/* rules for messages that come from such a peer */
	ly_rule_set_t arriving; /* … and for messages that go to one */
} ly_dialect_t;

/* Where a rule acts. */
typedef enum ly_place
{
	/* headers called match; a '*' at its end stands for anything */
	LY_P_HEADER,
	LY_P_REQUEST_URI,
	LY_P_FROM,
	LY_P_TO,
	LY_P_IDENTITY,	/* P-Asserted-Identity and its like */
	LY_P_DIVERSION, /* each who has forwarded the call */
	LY_P_CALL,		/* the headers of those two, as a whole */
	LY_P_REFER_TO,
	LY_P_ALLOW,			/* methods of Allow, called match */
	LY_P_OPTION,		/* option tags of Supported, called match */
	LY_P_LISTS,			/* Allow, Supported, Require as a whole */
	LY_P_BODY,			/* parts of a multipart body beside its SDP */
	LY_P_SDP_ATTRIBUTE, /* a= lines called match, '*' as above */
	LY_P_SDP_LINE,		/* lines that begin with match ("b=CT") */
	LY_P_SDP_CRYPTO,	/* a=crypto lines of one m= section */
	LY_P_SDP_ORIGIN,	/* the user name in o= */
	LY_P_SDP_NAME,		/* s= */
	LY_P_SDP_CODEC,		/* payload types whose encoding name is match */
	LY_P_SDP_STREAM,	/* streams beside the call's */
	LY_P_COUNT
} ly_place_t;

typedef enum ly_action
{
	LY_A_REMOVE, /* the header, SDP line, other parts of the body */
	LY_A_FORBID, /* removes a header that pass-headers of the plan cannot let pass either */
	LY_A_PASS, /* as it is, where a row "*" removes what has no row */
	LY_A_PASS_IN_EMERGENCY, /* so, and parts of a body, in an emergency call; in others there is no such row */
	LY_A_MERGE, /* what stands in several headers of one name comes in one */
	/*
	 * host = the name under which the receiver knows us; port and other parameters go. In Refer-To with the port where
	 * it can call us.
	 */
	LY_A_HOST_OURS,
	/* host = the receiver's own name (and port in a Request-URI) */
	LY_A_HOST_PEER,
	LY_A_USER_PHONE, /* ;user=phone where the user part is a number */
	LY_A_NUMBERS,	 /* the plan's rules for numbers: numbering.h */
	LY_A_FALLBACK, /* the target's fallback-number for others than its own-numbers */
	/* "Anonymous" at the host match (empty: ours) where the caller withholds his name */
	LY_A_ANONYMOUS,
	/* who calls stands in the header that the receiver wants, and in no other */
	LY_A_CALLER,
	LY_A_PRIVACY, /* Privacy: id where the caller withholds his name */
	/* who has forwarded the call stands in the header that the receiver wants */
	LY_A_HISTORY,
	LY_A_REMOVE_USER_PARAMS, /* ;ext= and ;phone-context= behind the number */
	LY_A_REMOVE_PARAM,		 /* the header parameter called match */
	/* keep the first AES_CM_128_HMAC_SHA1_80 line without MKI, else the first with it */
	LY_A_ONE_CRYPTO,
	LY_A_DASH,	 /* "-": there is none */
	LY_A_REFUSE, /* the stream: port 0, and nothing that describes it */
	LY_A_COUNT
} ly_action_t;

typedef struct ly_rule
{
	const char *id;
	ly_place_t place;
	const char *match;
	ly_action_t action;
	const char *reason;
} ly_rule_t;

/* It lets something pass that another one would take out. */
static inline bool ly_rule_passes(const ly_rule_t *rule)
{
	return rule->action == LY_A_PASS || rule->action == LY_A_PASS_IN_EMERGENCY;
}

extern const ly_rule_t ly_rules[];
extern const unsigned ly_rule_count;

/* NULL where no dialect has that name. */
const ly_dialect_t *ly_dialect(ly_slice_t name);
/* One after the other from 0 on; NULL behind the last. */
const ly_dialect_t *ly_dialect_at(unsigned i);
/* For messages: "lync2010, lync2013, …". */
const char *ly_dialect_names(void);

/* The bit of the rule called id; 0 where there is none. */
ly_rule_set_t ly_rule_bit(ly_slice_t id);

/* Those of LY_A_PASS_IN_EMERGENCY. */
ly_rule_set_t ly_emergency_rules(void);

/* Rules that act at one place. */
ly_rule_set_t ly_rules_at(ly_place_t place);

/* Rules at a place that may match name, told by its first letter. */
ly_rule_set_t ly_rules_for(ly_place_t place, ly_slice_t name);

/* text is called pattern, in any case; a '*' at the pattern's end stands for anything. */
bool ly_pattern_match(const char *pattern, ly_slice_t text);

#endif
