/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kamailio's private and shared memory under watch: counted, made to fail at will, and (for AddressSanitizer and
 * valgrind, which are blind inside Kamailio's own pools) taken from libc block by block.
 */
#ifndef TESTS_CORE_MEMORY_H
#define TESTS_CORE_MEMORY_H

#include <stdbool.h>

/* Puts the watch before Kamailio's allocators, for the rest of this process. from_libc: blocks come from malloc(). */
void core_memory_watch(bool from_libc);

/* How many blocks are in use, less those from before core_memory_watch(). */
long core_memory_blocks(void);

/* What the core allocates once and keeps for ever counts for nothing: take the number before and give it back. */
void core_memory_set_blocks(long blocks);

/* The allocation after n more fails, once; -1: none does. */
void core_memory_fail_after(long n);

/* Whether the one that was to fail has been asked for. */
bool core_memory_has_failed(void);

#endif
