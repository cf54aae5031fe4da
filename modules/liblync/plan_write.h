/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A draft becomes the text of a file. */
#ifndef LIBLYNC_PLAN_WRITE_H
#define LIBLYNC_PLAN_WRITE_H

#include "liblync/plan_draft.h"

/*
 * The text of the draft in its arena: UTF-8, indented, long tags broken between attributes. Each item gets the line
 * on which it begins there. The same draft gives the same text, and so does that text when it is read and written
 * again. false without memory, which the draft's report says.
 */
bool ly_plan_write(ly_draft_t *draft, ly_slice_t *text);

#endif
