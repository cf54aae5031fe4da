/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes: one for each of our FQDNs, with the ports that its trunks need. */
#include "liblync/plan_importer.h"

static bool is_address(ly_slice_t text)
{
	ly_addr_t address;

	return ly_addr_parse(text, &address);
}

/* A node that Lync knows by its address. */
static bool has_address(const ly_item_t *node, ly_slice_t address)
{
	for(const ly_item_t *face = ly_item_first(node, "interface"); face;
			face = ly_item_next(face, "interface")) {
		ly_slice_t advertised = ly_trim(ly_item_get(face, "advertise"));
		ly_slice_t bound = ly_trim(ly_item_get(face, "address"));
		if(ly_ieq(ly_trim(ly_item_get(face, "side")), LY_LIT("lync"))
				&& (ly_ieq(advertised, address) || ly_ieq(bound, address)))
			return true;
	}
	return false;
}

static ly_item_t *node_of(const ly_importer_t *importer, ly_slice_t name)
{
	bool address = is_address(name);
	ly_item_t *node = ly_item_first(importer->draft->root, "node");

	while(node && !ly_ieq(ly_trim(ly_item_get(node, "fqdn")), name)
			&& !(address && has_address(node, name)))
		node = ly_item_next(node, "node");
	return node;
}

/* A new node ------------------------------------------------------------------------------------------------------- */

static ly_item_t *add_interface(ly_importer_t *importer, ly_item_t *node,
		const char *side, ly_slice_t address)
{
	ly_item_t *face = ly_draft_add(importer->draft, node, "interface");

	ly_item_set(importer->draft, face, "side", ly_cstr(side));
	ly_item_set(importer->draft, face, "address",
			address.len ? address : LY_LIT(LY_BLANK_ADDRESS));
	if(face && !address.len)
		ly_import_comment(importer, node, face,
				LY_FILL_IN "the address of this node towards %s",
				strcmp(side, "lync") == 0 ? "the Mediation Servers"
										  : "gateways, PBXs and providers");
	return face;
}

static ly_item_t *add_listen(ly_importer_t *importer, ly_item_t *node,
		const char *side, ly_slice_t transport, unsigned port)
{
	ly_item_t *listen = ly_draft_add(importer->draft, node, "listen");

	ly_item_set(importer->draft, listen, "side", ly_cstr(side));
	ly_item_set(importer->draft, listen, "transport", transport);
	ly_import_set_number(importer, listen, "port", port);
	return listen;
}

/* The plan wants a domain name where Lync may have an address only. */
static void name_unknown(ly_importer_t *importer, ly_self_t *self)
{
	char label[64];
	size_t len = 0;

	for(; len < self->name.len && len < 40; len++)
		label[len] = self->name.s[len] == '.' || self->name.s[len] == ':'
							 ? '-'
							 : self->name.s[len];
	self->fqdn = ly_draft_text(
			importer->draft, "%.*s-" LY_BLANK_FQDN, (int)len, label);
	ly_import_comment(importer, importer->draft->root, self->node,
			LY_FILL_IN
			"a fully qualified domain name for this node, which the topology "
			"knows as %.*s, here and in its trunks",
			LY_FMT(self->name));
}

static void add_node(ly_importer_t *importer, ly_self_t *self, ly_set_t *names)
{
	ly_draft_t *draft = importer->draft;
	ly_item_t *node = ly_draft_add(draft, draft->root, "node");
	bool address = is_address(self->name);

	if(!node)
		return;
	self->node = node;
	self->fresh = true;
	if(address)
		name_unknown(importer, self);
	ly_item_set(draft, node, "name",
			ly_import_name(importer, names, ly_import_label(self->name), node));
	ly_item_set(draft, node, "fqdn", self->fqdn);
	add_interface(importer, node, "lync", address ? self->name : LY_EMPTY);
	add_interface(importer, node, "pstn", LY_EMPTY);
}

static bool has_trunk(const ly_importer_t *importer, const ly_self_t *self)
{
	for(unsigned i = 0; i < importer->trunk_count; i++) {
		if(importer->trunks[i].self == self)
			return true;
	}
	return false;
}

static void import_self(ly_importer_t *importer, ly_self_t *self,
		ly_set_t *names, const ly_set_t *trunk_fqdns)
{
	self->fqdn = self->name;
	self->node = node_of(importer, self->name);
	if(self->node)
		self->fqdn = ly_trim(ly_item_get(self->node, "fqdn"));
	/* Trunks of a name that is no node's are served by all of them. */
	else if(!ly_set_find(trunk_fqdns, self->name) && has_trunk(importer, self))
		add_node(importer, self, names);
}

/* Where nodes listen for Lync ------------------------------------------------------------------------------------ */

#define SOME LY_LIT("*") /* no node is called so */

/* "sbc1 tls 5067" */
static ly_slice_t listen_key(ly_importer_t *importer, ly_slice_t node,
		ly_slice_t transport, long port)
{
	return ly_draft_text(importer->draft, "%.*s %.*s %ld", LY_FMT(node),
			LY_FMT(transport), port);
}

static void note_listen(ly_importer_t *importer, ly_set_t *listens,
		ly_slice_t node, ly_slice_t transport, long port, ly_item_t *listen)
{
	ly_import_put(importer, listens,
			listen_key(importer, node, transport, port), listen);
	ly_import_put(importer, listens,
			listen_key(importer, SOME, transport, port), listen);
}

static void index_listens(ly_importer_t *importer, ly_set_t *listens)
{
	for(ly_item_t *node = ly_item_first(importer->draft->root, "node"); node;
			node = ly_item_next(node, "node")) {
		for(ly_item_t *l = ly_item_first(node, "listen"); l;
				l = ly_item_next(l, "listen")) {
			long port = ly_number(ly_trim(ly_item_get(l, "port")), 65535);
			if(ly_ieq(ly_trim(ly_item_get(l, "side")), LY_LIT("lync")))
				note_listen(importer, listens,
						ly_trim(ly_item_get(node, "name")),
						ly_trim(ly_item_get(l, "transport")), port, l);
		}
	}
}

/* TLS needs a certificate. Where it lies is for the administrator to say; the proposal is as good as any. */
static void need_certificate(ly_importer_t *importer, ly_item_t *node)
{
	static const char *const files[][2] = {{"file", ".pem"}, {"key", ".key"}};
	ly_draft_t *draft = importer->draft;
	ly_item_t *certificate;

	if(ly_item_first(node, "certificate"))
		return;
	certificate = ly_draft_add(draft, node, "certificate");
	for(size_t i = 0; i < 2; i++)
		ly_item_set(draft, certificate, files[i][0],
				ly_draft_text(draft, "/etc/lync-sbc/%.*s%s",
						LY_FMT(ly_item_get(node, "name")), files[i][1]));
	ly_item_set(draft, certificate, "ca", LY_LIT("/etc/lync-sbc/ca.pem"));
	ly_import_comment(importer, node, certificate,
			LY_FILL_IN
			"the certificate of %.*s with its chain, its key, and the "
			"authorities that issue those of the Mediation Servers; put them "
			"there, or say where they are",
			LY_FMT(ly_item_get(node, "fqdn")));
}

static void listen_on(ly_importer_t *importer, ly_set_t *listens,
		ly_item_t *node, const ly_our_trunk_t *trunk)
{
	ly_slice_t name = ly_trim(ly_item_get(node, "name"));
	ly_slice_t transport = ly_import_transport(trunk);
	const char *tls_min = ly_import_tls_min(trunk->lync->pool);
	ly_item_t *listen;

	if(ly_set_find(listens,
			   listen_key(importer, name, transport, trunk->lync->port)))
		return;
	if(trunk->lync->transport == LY_TLS)
		need_certificate(importer, node);
	listen = add_listen(importer, node, "lync", transport, trunk->lync->port);
	if(tls_min && trunk->lync->transport == LY_TLS)
		ly_item_set(importer->draft, listen, "tls-min", ly_cstr(tls_min));
	note_listen(importer, listens, name, transport, trunk->lync->port, listen);
}

static void listen_for(
		ly_importer_t *importer, ly_set_t *listens, const ly_our_trunk_t *trunk)
{
	ly_slice_t transport = ly_import_transport(trunk);

	if(trunk->self->node) {
		listen_on(importer, listens, trunk->self->node, trunk);
		return;
	}
	if(ly_set_find(listens,
			   listen_key(importer, SOME, transport, trunk->lync->port)))
		return;
	for(ly_item_t *node = ly_item_first(importer->draft->root, "node"); node;
			node = ly_item_next(node, "node"))
		listen_on(importer, listens, node, trunk);
}

static void listen_for_targets(ly_importer_t *importer, ly_item_t *node)
{
	ly_item_t *listen = add_listen(importer, node, "pstn", LY_LIT("udp"), 5060);

	if(listen)
		ly_import_comment(importer, node, listen,
				LY_FILL_IN
				"how gateways, PBXs and providers reach this node: a <listen "
				"side=\"pstn\"> for each transport");
}

void ly_import_nodes(ly_importer_t *importer)
{
	ly_set_t names = ly_import_index(importer, "node", "name");
	ly_set_t trunk_fqdns = ly_import_index(importer, "trunk", "fqdn");
	ly_set_t listens = {.arena = importer->draft->arena};

	for(unsigned i = 0; i < importer->in->self_count; i++)
		import_self(importer, &importer->selves[i], &names, &trunk_fqdns);
	if(ly_import_over(importer))
		return;
	index_listens(importer, &listens);
	for(unsigned i = 0; i < importer->trunk_count; i++)
		listen_for(importer, &listens, &importer->trunks[i]);
	for(unsigned i = 0; i < importer->in->self_count; i++) {
		if(importer->selves[i].fresh)
			listen_for_targets(importer, importer->selves[i].node);
	}
}
