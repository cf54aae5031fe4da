/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a file that an administrator wrote. Blocks on the disk: for start-up, reload and the tool only.
 */
#ifndef LIBLYNC_FILE_H
#define LIBLYNC_FILE_H

#include "liblync/arena.h"
#include "liblync/finding.h"

/*
 * The bytes of an ordinary file of at most max bytes, in the arena. false with a finding where it is missing,
 * unreadable, no ordinary file (which could block for ever) or too large.
 */
bool ly_file_read(const char *path, size_t max, ly_arena_t *arena,
		ly_report_t *report, ly_slice_t *bytes);

#endif
