/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share. Included once per target, not compiled apart. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "liblync/edit.h"
#include "liblync/slice.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* A promise of liblync; the fuzzer keeps the input with which it was broken. */
#define must(promise, what)                                                    \
	do {                                                                       \
		if(!(promise)) {                                                       \
			fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, \
					(what));                                                   \
			abort();                                                           \
		}                                                                      \
	} while(0)

/* In a block of that size: the sanitizer sees who reads one byte beside it. To be freed. */
static inline ly_slice_t copy_of(const void *bytes, size_t size)
{
	char *p = malloc(size);

	if(!p)
		abort();
	if(size)
		memcpy(p, bytes, size);
	return ly_slice(p, size);
}

static inline void give_back(ly_slice_t text)
{
	free((char *)text.s);
}

/* A part without a place must be empty. */
static inline bool within(ly_slice_t part, ly_slice_t whole)
{
	if(!part.s)
		return part.len == 0;
	return part.s >= whole.s && part.s + part.len <= whole.s + whole.len;
}

/* Finished edits: in order, inside the message, none meets another. */
static inline void check_edits(const ly_edits_t *e)
{
	size_t end = 0;

	for(unsigned i = 0; i < e->count; i++) {
		const ly_edit_t *edit = &e->list[i];
		const ly_edit_t *prior = i ? edit - 1 : NULL;

		must(edit->offset >= end, "edits do not overlap");
		must(!prior || prior->offset < edit->offset
						|| (prior->length == 0 && edit->length),
				"one edit at one place");
		must(edit->rule, "an edit says why");
		end = (size_t)edit->offset + edit->length;
		must(end <= e->message.len, "edits stay in the message");
	}
}

/* The message as edited, to be given back. */
static inline ly_slice_t applied(const ly_edits_t *e)
{
	size_t size = e->message.len;
	ly_buf_t out;
	char *p;

	check_edits(e);
	for(unsigned i = 0; i < e->count; i++)
		size += e->list[i].text.len - e->list[i].length;
	p = malloc(size);
	if(!p)
		abort();
	out = ly_buf(p, size);
	must(ly_edits_apply(e, &out) && out.len == size,
			"the result has the length that the edits say");
	return ly_buf_slice(&out);
}

#endif
