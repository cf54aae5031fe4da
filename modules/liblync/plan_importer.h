/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the parts of import work together. Inside liblync only. */
#ifndef LIBLYNC_PLAN_IMPORTER_H
#define LIBLYNC_PLAN_IMPORTER_H

#include "liblync/plan_import.h"
#include "liblync/plan_schema.h"
#include "liblync/regex.h"

/* One of us, as Lync names it and as the plan does. */
typedef struct ly_self
{
	ly_slice_t name;
	ly_slice_t fqdn;
	ly_item_t *node; /* NULL: the plan's nodes serve its trunks together */
	bool fresh;		 /* the plan did not have the node */
} ly_self_t;

/* A trunk that is ours. */
typedef struct ly_our_trunk
{
	const ly_topology_trunk_t *lync;
	const ly_self_t *self;
	unsigned mediation_port;
	ly_slice_t name; /* as a plan can say it */
	bool namesakes;	 /* others have that name too */
	ly_item_t *pool; /* in the draft, as item */
	ly_item_t *item;
	bool fresh; /* the plan did not have it */
} ly_our_trunk_t;

typedef struct ly_importer
{
	const ly_import_t *in;
	ly_draft_t *draft;
	ly_self_t *selves; /* in the order of in->selves */
	ly_our_trunk_t *trunks;
	unsigned trunk_count;
	ly_set_t left_pools; /* names of pools that a trunk has left */
} ly_importer_t;

/* Parts, in the order in which they are called. */
void ly_import_pools(ly_importer_t *importer);	  /* plan_import_pool.c */
void ly_import_nodes(ly_importer_t *importer);	  /* plan_import_node.c */
void ly_import_trunks(ly_importer_t *importer);	  /* plan_import_trunk.c */
void ly_import_settings(ly_importer_t *importer); /* plan_import_settings.c */
void ly_import_rules(ly_importer_t *importer);	  /* plan_import_rules.c */

/*
 * Fills a <rule> with a rule of one of Lync's lists. False where the plan cannot hold it: why says so, in words about
 * "it". plan_import_rule.c
 */
bool ly_import_number_rule(ly_importer_t *importer,
		ly_regex_compiler_t *compiler, const ly_clixml_value_t *rule,
		const char *on, ly_item_t *item, ly_buf_t *why);
bool ly_import_code_rule(ly_importer_t *importer, const ly_clixml_value_t *rule,
		ly_item_t *item, ly_buf_t *why);

/* The oldest TLS that the pool needs, where it is older than usual; NULL else. plan_import_pool.c */
const char *ly_import_tls_min(const ly_topology_pool_t *pool);

/* Tools, plan_import_tools.c ------------------------------------------------------------------------------------------- */

/* A line for the administrator; control characters come out as '?'. */
void ly_import_note(ly_importer_t *importer, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

/* A comment before an item, or as the first in parent; what XML forbids in comments is changed. */
void ly_import_comment(ly_importer_t *importer, ly_item_t *parent,
		ly_item_t *before, const char *format, ...)
		__attribute__((format(printf, 4, 5)));

/* The text, cut off between two characters where it has more than max bytes: a comment may stand at every trunk. */
ly_slice_t ly_import_short(ly_slice_t text, size_t max);

/* Removes the comments right inside item that begin so. */
void ly_import_forget(ly_item_t *item, const char *beginning);

/* Sets an attribute unless it says the same but for the case of letters. */
void ly_import_set(ly_importer_t *importer, ly_item_t *item, const char *name,
		ly_slice_t value);
void ly_import_set_number(ly_importer_t *importer, ly_item_t *item,
		const char *name, unsigned value);

/* Adds to the set; what had the key before, or item; NULL without memory. */
void *ly_import_put(
		ly_importer_t *importer, ly_set_t *set, ly_slice_t key, void *item);

/* The elements of that name below the root, by an attribute of theirs. */
ly_set_t ly_import_index(
		ly_importer_t *importer, const char *element, const char *attribute);

/* wanted with '-' for each character that a name in the plan may not have. */
ly_slice_t ly_import_safe(ly_importer_t *importer, ly_slice_t wanted);

/* The same, and a number behind it where names has it already; it is added to names. */
ly_slice_t ly_import_name(ly_importer_t *importer, ly_set_t *names,
		ly_slice_t wanted, void *item);

/* The first label of an FQDN; the whole of an address. */
ly_slice_t ly_import_label(ly_slice_t host);

/* "tcp" or "tls". */
ly_slice_t ly_import_transport(const ly_our_trunk_t *trunk);

/* Nothing is worth doing any more. */
static inline bool ly_import_over(const ly_importer_t *importer)
{
	return importer->draft->report->count;
}

#endif
