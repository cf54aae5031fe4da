/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One URI on its way to the receiver: the rules of a place are run over it, then it is written. Inside liblync. */
#ifndef LIBLYNC_REWRITE_URI_H
#define LIBLYNC_REWRITE_URI_H

#include "liblync/numbering.h"
#include "liblync/rewrite.h"

/* What will be written, and by which rule. */
typedef struct ly_uri_draft
{
	ly_nameaddr_t na;
	ly_slice_t host, port, transport;
	bool user_phone;	   /* add ;user=phone */
	bool plain_params;	   /* of the URI's parameters only user= stays */
	ly_slice_t drop_param; /* header parameter that goes */
	ly_slice_t
			tag; /* in place of the header's own; s is NULL: that one stays */
	/* the first that changed something; NULL = nothing changed */
	const char *rule;
	/* of here on memory only */
	char port_text[8];
	ly_number_room_t arrives, leaves;
} ly_uri_draft_t;

/* An empty draft. */
void ly_uri_draft_begin(ly_uri_draft_t *d);

/*
 * Runs the rules of one place over d->na. withheld: the caller does not want to be shown. A number rule that could not
 * be applied is told to r->trouble.
 */
void ly_uri_draft_run(ly_uri_draft_t *d, ly_place_t place,
		const ly_rewrite_t *r, bool withheld);

/* The URI alone, and with display name, brackets and header parameters. */
void ly_uri_draft_put(ly_buf_t *out, const ly_uri_draft_t *d);
void ly_uri_draft_put_nameaddr(ly_buf_t *out, const ly_uri_draft_t *d);

#endif
