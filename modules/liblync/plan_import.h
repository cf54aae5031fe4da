/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Lync knows of its trunks becomes part of a plan. Lync's are: which pools, servers and trunks there are, their
 * ports, the parameters of New-CsTrunkConfiguration and its lists of rules; these are as Lync says afterwards. All
 * else is the administrator's and stays: targets, routes, limits, media, weights, states, names, comments.
 *
 * What a new plan needs and Lync does not know is filled with something that cannot work by accident (LY_BLANK_…), so
 * that the plan can be checked, and a comment "FILL IN: …" stands beside it until the administrator removes it.
 */
#ifndef LIBLYNC_PLAN_IMPORT_H
#define LIBLYNC_PLAN_IMPORT_H

#include "liblync/plan_draft.h"
#include "liblync/settings.h"
#include "liblync/topology.h"

#define LY_BLANK_ADDRESS \
	"192.0.0.8" /* RFC 7600: belongs to nobody, nothing is sent to it */
#define LY_BLANK_FQDN \
	"fill-in.invalid" /* RFC 6761: no DNS knows it; other blanks end with ".invalid" too */

#define LY_LYNC_RULES \
	"lync-" /* begins the name of a <numbers> or <codes> that repeats what Lync does itself */

/* Beginnings of the comments that import writes. */
#define LY_FILL_IN "FILL IN: "
#define LY_FROM_LYNC \
	"From Lync: " /* inside <trunk>, <numbers> and <codes>; each import writes them anew */

typedef struct ly_import
{
	const ly_topology_t *topology;
	const ly_settings_t
			*settings;		  /* NULL: none are given, those of the plan stay */
	const ly_slice_t *selves; /* our FQDNs (or addresses) in Lync's topology */
	unsigned self_count;
	void (*note)(void *to,
			const char *text); /* of interest to the administrator, one line */
	void *to;
} ly_import_t;

/*
 * Brings the draft up to date. Findings are about the topology document and go to draft->report; false then, with the
 * draft of no use. The input must live as long as the call.
 */
bool ly_plan_import(const ly_import_t *import, ly_draft_t *draft);

/* Tells each "FILL IN" of the draft, without these words, as it stands there: several lines maybe. Returns their number. */
unsigned ly_plan_blanks(const ly_draft_t *draft,
		void (*tell)(void *to, unsigned line, ly_slice_t text), void *to);

#endif
