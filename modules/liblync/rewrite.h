/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Computes what is changed in one message on its way from one side to the other: every header and the body, in one
 * pass, one edit a place. Pure: the same message and the same ly_rewrite_t give the same edits.
 */
#ifndef LIBLYNC_REWRITE_H
#define LIBLYNC_REWRITE_H

#include "liblync/dialect.h"
#include "liblync/caller.h"
#include "liblync/edit.h"
#include "liblync/numbering.h"
#include "liblync/seal.h"
#include "liblync/sip.h"
#include "liblync/timer.h"
#include "liblync/uri.h"

/* How the receiver's leg is named, see passage.h. Used where keys is not NULL. */
typedef struct ly_leg_names
{
	const ly_keys_t *keys;
	ly_slice_t call_id;
	bool call_ids_kept; /* of other calls too */
	/* in place of the message's own; s is NULL: that one stays */
	ly_slice_t from_tag, to_tag;
	unsigned slot;	 /* of a request, for ly_leg_cseq() */
	uint32_t cseq;	 /* of a reply: the number of the request it answers */
	ly_slice_t vias; /* of a reply: values of those it goes back by */
	ly_slice_t
			record_routes; /* of a reply: values of the request's (RFC 3261 12.1.1) */
} ly_leg_names_t;

typedef struct ly_rewrite
{
	/* the rules that act, see ly_active_rules() */
	ly_rule_set_t active;
	ly_rule_set_t inactive; /* those of its sides that are switched off */
	/* headers that the receiver gets though a rule takes them out: pass-headers of the plan */
	ly_slice_t passing;
	/* how the receiver knows us: FQDN towards Lync, address towards a gateway */
	ly_slice_t our_host;
	uint16_t our_port; /* and where it can call us; 0: it knows */
	/* "tcp", "tls" with that port; empty: UDP */
	ly_slice_t our_transport;
	ly_slice_t peer_host; /* how the receiver is called */
	uint16_t peer_port;	  /* 0 = none in the Request-URI */
	/* "tcp", "tls" for the Request-URI; empty = none */
	ly_slice_t peer_transport;
	ly_numbering_t numbers;	 /* what becomes of numbers on the way */
	ly_caller_terms_t terms; /* what the receiver is told of the caller */
	unsigned status;		 /* of a reply, in place of its own; or 0 */
	bool strip_100rel; /* an INVITE does not offer it reliable provisional answers */
	/* in: the caller does not want to be shown, whatever this message says; out: set where a request says so. NULL: no */
	bool *withheld;
	/* NULL, or gets the first number rule that could not be applied (trouble is NULL where all could) */
	ly_number_step_t *trouble;

	/* The rest is used where s is not NULL. */
	/* of the call: in place of the user part of the Request-URI, before the rules for numbers */
	ly_slice_t called;
	ly_slice_t request_uri; /* in a dialog: the remote target, byte for byte */
	ly_slice_t routes;		/* in a dialog: a Route header with this value */
	ly_leg_names_t leg;
	/* restores From; where it has no tag, that of leg comes behind it, else the message's own */
	ly_slice_t from;
	ly_slice_t to; /* restores To likewise */
	/* our Contact URI in place of the sender's; without it the sender's goes */
	ly_slice_t contact;
	ly_slice_t body;		 /* in place of the body */
	ly_slice_t content_type; /* in place of the value of Content-Type */
	/* the session timer, see timer.h: header lines that are added, and a number that changes */
	ly_slice_t timer_lines;
	ly_timer_change_t timer_change;
	/* nobody else has a part in it, as Kamailio's core has: Content-Length is written too, and our own Via goes */
	bool alone;
} ly_rewrite_t;

/* The rules that act on what sender sends to receiver in an ordinary call, but for those that the plan has switched off. */
ly_rule_set_t ly_active_rules(const ly_dialect_t *sender,
		const ly_dialect_t *receiver, ly_rule_set_t off);

/*
 * Writes the edits for m to e (begun with m->raw as its message) and finishes them. Returns NULL, or why the message
 * cannot be passed on (a static text): then e must not be applied.
 */
const char *ly_rewrite(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e);

/*
 * For a reply that ly_rewrite() refused and that cannot be held back: takes everything out but what a reply cannot do
 * without, so that nothing of its sender passes. Writes to e (begun anew) and finishes. False where even that fails.
 */
bool ly_rewrite_bare(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e);

#endif
