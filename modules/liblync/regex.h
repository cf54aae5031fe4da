/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regular expressions in the form of .NET, in which Lync writes them, matched by PCRE2 with limits: whatever an
 * administrator writes and whatever number comes, a match ends in well under a millisecond.
 *
 * Where what lives: a compiled expression lies in the plan's arena and nothing ever writes to it again, so the plan
 * may be in shared memory and be read by all processes at once (it is at the same address in all of them, and so are
 * PCRE2's own tables and functions, which it points to: the library is loaded before the fork). It is interpreted,
 * not compiled to machine code. What a match writes lies in the matcher, of which each process has one of its own.
 */
#ifndef LIBLYNC_REGEX_H
#define LIBLYNC_REGEX_H

#include <stdint.h>

#include "liblync/arena.h"

#define LY_REGEX_MAX_GROUPS 30
/* bytes of a number; longer ones match nothing */
#define LY_REGEX_MAX_SUBJECT 128

typedef struct ly_regex
{
	ly_slice_t text;   /* as written; empty: there is no expression */
	ly_slice_t prefix; /* every text that matches begins like this */
	const struct pcre2_real_code_8 *code;
} ly_regex_t;

/* What one process needs to match; opaque. */
typedef struct ly_matcher ly_matcher_t;

typedef enum ly_matched
{
	LY_MATCHES_NOT,
	LY_MATCHES,
	LY_MATCHES_NEVER_ENDS /* given up at the limit of steps */
} ly_matched_t;

/* What compiles expressions into arena; NULL without memory. One for many, and for one process. */
typedef struct ly_regex_compiler ly_regex_compiler_t;
ly_regex_compiler_t *ly_regex_compiler_new(ly_arena_t *arena);
/* The expressions stay. NULL is nothing to free. */
void ly_regex_compiler_free(ly_regex_compiler_t *compiler);

/*
 * Compiles regex->text, which must live as long as the arena. False where it is no expression, PCRE2 cannot do what
 * .NET can, or both read it differently: why says so, beginning with a verb ("has a …"). Nothing is written to why
 * without memory.
 */
bool ly_regex_compile(
		ly_regex_compiler_t *compiler, ly_regex_t *regex, ly_buf_t *why);

/* The number that PCRE2 gives to .NET's group n; -1 where there is none. .NET counts groups with names last. */
int ly_regex_group(const ly_regex_t *regex, unsigned n);
/* The same of a group with a name. */
int ly_regex_group_named(const ly_regex_t *regex, ly_slice_t name);

/*
 * What a process needs to match, from malloc(): about 30 kB, or NULL without memory. Made before the fork or after
 * it, never in shared memory; not for two threads at once.
 */
ly_matcher_t *ly_matcher_new(void);
void ly_matcher_free(ly_matcher_t *matcher);

/* Whether text matches. No expression matches every text. Writes to the matcher only. */
ly_matched_t ly_regex_match(
		const ly_regex_t *regex, ly_slice_t text, ly_matcher_t *matcher);

/* After LY_MATCHES with an expression: what a group (PCRE2's number; 0 = all) matched; empty where it took no part. */
ly_slice_t ly_matcher_group(
		const ly_matcher_t *matcher, ly_slice_t text, int group);

#endif
