/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan_bind.h"

#include "liblync/hash.h"

/* Goes up when the same plan is to give other files. */
#define FORM 1

static void add(uint64_t *hash, ly_slice_t text)
{
	/* No text of a plan holds a NUL, so "a" + "bc" differs from "ab" + "c". */
	*hash = ly_hash_byte(ly_hash(*hash, text), '\0');
}

static void add_number(uint64_t *hash, unsigned number)
{
	for(unsigned shift = 0; shift < 32; shift += 8)
		*hash = ly_hash_byte(*hash, (unsigned char)(number >> shift));
}

static void add_interface(uint64_t *hash, const ly_interface_t *face)
{
	add(hash, face->address_text);
	add(hash, face->advertise);
}

uint64_t ly_plan_bindings(const ly_plan_t *plan, const ly_node_t *node)
{
	uint64_t hash = LY_HASH_START;

	(void)plan; /* no part of it outside the node goes into the files */
	add_number(&hash, FORM);
	add(&hash, node->name);
	add(&hash, node->fqdn);
	add_interface(&hash, &node->side[LY_LYNC]);
	add_interface(&hash, &node->side[LY_PSTN]);
	add(&hash, node->certificate.file);
	add(&hash, node->certificate.key);
	add(&hash, node->certificate.ca);
	for(unsigned i = 0; i < node->listen_count; i++) {
		const ly_listen_t *listen = &node->listens[i];
		add_number(&hash, listen->side);
		add_number(&hash, listen->transport);
		add_number(&hash, listen->port);
		add_number(&hash, listen->tls_min);
	}
	return hash;
}
