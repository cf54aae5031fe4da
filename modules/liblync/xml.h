/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading XML that an administrator wrote or exported, under rules that leave libxml2 little to go wrong with: no
 * DOCTYPE and so no entities, nothing fetched, nothing recovered, a limit on the size and on the attributes of one
 * element (libxml2 compares each with each), UTF-8 or UTF-16 as Windows writes it. No process-wide setting of
 * libxml2 is touched, because Kamailio's other modules share the library.
 */
#ifndef LIBLYNC_XML_H
#define LIBLYNC_XML_H

#include <libxml/tree.h>

#include "liblync/arena.h"
#include "liblync/finding.h"

#define LY_XML_MAX_ATTRIBUTES 100 /* of one element */

/*
 * The document, to be freed with xmlFreeDoc(), or NULL with a finding. root is what stands first in a right file
 * ("<lync-trunks>"), for the message where there is nothing like it. arena is needed only during the call.
 */
xmlDoc *ly_xml_parse(ly_slice_t bytes, const char *root, ly_arena_t *arena,
		ly_report_t *report);

/* The line where the element's tag begins. */
unsigned ly_xml_line(const xmlNode *element);

/* The bytes as UTF-8 that may go to libxml2 by the rules above; false with a finding. In the arena, or the bytes. */
bool ly_xml_text(ly_slice_t bytes, const char *root, ly_arena_t *arena,
		ly_report_t *report, ly_slice_t *text);

#endif
