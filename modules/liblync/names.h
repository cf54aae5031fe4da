/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the DNS tells of one name over time: which of its addresses are current, which drain, and when it is asked
 * again. Pure decisions; whoever asks the DNS brings its answers and the time.
 *
 * A name is asked in rounds, for its IPv4 and for its IPv6 addresses at the same time. Only an answer with addresses
 * takes another's place: after silence, an error, "no such name" or nonsense the last good answer stays, because a
 * broken DNS says any of these, and a peer that works must not go with it. An address that an answer no longer has
 * drains: no new call goes there, but running ones do, and what comes from it is heard.
 *
 * Times are in milliseconds of a clock that never goes back.
 */
#ifndef LIBLYNC_NAMES_H
#define LIBLYNC_NAMES_H

#include <stdint.h>

#include "liblync/plan.h"

/* Of each family, those that drain among them: a peer has one or two, and a hostile answer could have thousands. */
#define LY_NAME_ADDRESSES 16
#define LY_FAMILIES 2
/* A TTL of 0 must not become a storm of queries, and one of a week must not hide a move. */
#define LY_NAME_TTL_MIN 5
#define LY_NAME_TTL_MAX 3600
/* Pauses between rounds that told no address: from the first to the longest, with jitter. */
#define LY_NAME_BACKOFF_MIN 5
#define LY_NAME_BACKOFF_MAX 60
/* Longer than a working day's longest conference; what has moved away by then is somebody else's address. */
#define LY_NAME_DRAIN_MS (INT64_C(6) * 3600 * 1000)
#define LY_NAME_UNUSABLE \
	(-1) /* error: addresses that nobody can be called at */

typedef struct ly_known_address
{
	ly_addr_t address;
	int64_t drains_until; /* 0: it is current */
} ly_known_address_t;

/* The addresses of one family: current ones first, then those that drain, the latest first. */
typedef struct ly_known
{
	ly_known_address_t at[LY_NAME_ADDRESSES];
	unsigned count;
	unsigned current;
} ly_known_t;

typedef enum ly_answer_kind
{
	LY_ANSWER_NONE,	 /* nothing that can be relied on: error says why */
	LY_ANSWER_EMPTY, /* the name is there, and has no address of this family */
	LY_ANSWER_ADDRESSES
} ly_answer_kind_t;

/* What came of a question for one family. */
typedef struct ly_answer
{
	ly_answer_kind_t kind;
	int error;
	uint32_t ttl; /* seconds */
	const ly_addr_t *addresses;
	unsigned count;
} ly_answer_t;

typedef struct ly_name
{
	ly_slice_t fqdn;				/* the caller's memory */
	ly_known_t family[LY_FAMILIES]; /* see ly_family() */
	int64_t ask_at;					/* when the next round is due */
	unsigned failures; /* rounds without an address, one after the other */
	int error; /* of the last round, the resolver's number; 0: all was well */
	int64_t forget_at; /* no plan has it any more: 0, or until when it is kept */
	struct ly_round
	{
		ly_answer_kind_t kind[LY_FAMILIES];
		unsigned heard; /* bit: that family's answer has come */
		int error;
		uint32_t ttl;
	} round;
} ly_name_t;

/* What a round has shown, for the log: each once, not with every repetition. */
typedef enum ly_name_news
{
	LY_NAME_NO_NEWS,
	LY_NAME_FAILS, /* the first round in a row without an address */
	LY_NAME_BACK   /* the first with one again */
} ly_name_news_t;

/* Index of a family in arrays: 0 for IPv4, 1 for IPv6. */
static inline unsigned ly_family(const ly_addr_t *address)
{
	return address->family == 6;
}

/* A new name, to be asked at now. */
void ly_name_init(ly_name_t *name, ly_slice_t fqdn, int64_t now);

/* Both questions are about to be asked. */
void ly_name_round_begin(ly_name_t *name);

/*
 * The answer for a family has come; its addresses are those of that family. Returns whether the name's addresses have
 * changed. Addresses that are in force at once, whatever becomes of the other family's question.
 */
bool ly_name_heard(ly_name_t *name, unsigned family, const ly_answer_t *answer,
		int64_t now);

/* Both answers of the round have come. */
bool ly_name_round_over(const ly_name_t *name);

/*
 * Ends the round: when to ask again. random is a number from the whole range of 32 bits, so that names that failed
 * together are not asked together for ever.
 */
ly_name_news_t ly_name_round_end(ly_name_t *name, int64_t now, uint32_t random);

/* Takes out addresses that have drained. Returns whether there were any. */
bool ly_name_expire(ly_name_t *name, int64_t now);

/* No plan has the name any more (wanted false), or one has it again. Running calls may need it for as long as an address that drains. */
void ly_name_want(ly_name_t *name, bool wanted, int64_t now);

/* It has addresses that a new call can go to. */
bool ly_name_resolved(const ly_name_t *name);

/* "192.0.2.10, 2001:db8::10; draining: 192.0.2.9" */
void ly_name_put(ly_buf_t *out, const ly_name_t *name);

#endif
