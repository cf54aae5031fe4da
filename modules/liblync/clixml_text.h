/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The escapes in the texts of Clixml. Inside liblync and its tests only. */
#ifndef LIBLYNC_CLIXML_TEXT_H
#define LIBLYNC_CLIXML_TEXT_H

#include "liblync/arena.h"

/*
 * raw with its "_x000A_" turned into the UTF-16 units that they stand for (MS-PSRP 2.2.5.3.2). What XML cannot hold
 * (NUL, half a character) becomes U+FFFD. In the arena, or raw itself; false without memory.
 */
bool ly_clixml_unescape(ly_slice_t raw, ly_arena_t *arena, ly_slice_t *text);

#endif
