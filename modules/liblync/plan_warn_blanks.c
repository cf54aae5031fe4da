/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lync-sbc import could not know and nobody has filled in yet. */
#include "liblync/plan_import.h"
#include "liblync/plan_reader.h"

#define IMPORTED "is what lync-sbc import has put there"

static bool is_blank_fqdn(ly_slice_t fqdn)
{
	ly_slice_t blank = LY_LIT(LY_BLANK_FQDN);

	return fqdn.len >= blank.len
		   && ly_ieq(ly_from(fqdn, fqdn.len - blank.len), blank);
}

static bool is_blank_address(const ly_addr_t *address)
{
	ly_addr_t blank;

	return ly_addr_parse(LY_LIT(LY_BLANK_ADDRESS), &blank)
		   && ly_addr_eq(address, &blank);
}

static void warn_of_node(ly_report_t *report, const ly_node_t *node)
{
	for(ly_side_t side = LY_LYNC; side <= LY_PSTN; side++) {
		if(is_blank_address(&node->side[side].address))
			ly_warned(report, node->line,
					"element <node>: the address " LY_BLANK_ADDRESS
					" of its interface for side '%s' " IMPORTED
					"; expected the node's own",
					ly_side_name(side));
	}
	if(is_blank_fqdn(node->fqdn))
		ly_warned(report, node->line,
				"element <node>: the fqdn '%.*s' " IMPORTED
				"; expected a name that its certificate can carry",
				LY_FMT(node->fqdn));
}

void ly_plan_warn_of_blanks(ly_reader_t *reader)
{
	const ly_plan_t *plan = reader->plan;

	for(unsigned i = 0; i < plan->node_count; i++)
		warn_of_node(reader->report, &plan->nodes[i]);
	for(unsigned i = 0; i < plan->peer_count; i++) {
		if(is_blank_fqdn(plan->peers[i].fqdn))
			ly_warned(reader->report, plan->peers[i].line,
					"element <target>: the fqdn '%.*s' " IMPORTED
					"; expected the gateway, PBX or provider behind the SBC",
					LY_FMT(plan->peers[i].fqdn));
	}
}
