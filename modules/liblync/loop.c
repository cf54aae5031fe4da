/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/loop.h"

#include "liblync/hash.h"

#define WAYS 4	 /* entries of a set */
#define DIGITS 9 /* of a number: prefixes stand before them */

typedef struct entry
{
	uint64_t key; /* 0: of nobody */
	uint32_t used;
	uint32_t rings;				 /* bits of passes */
	uint32_t at[LY_LOOP_PASSES]; /* when each was sent; 0: none */
} entry_t;

struct ly_loops
{
	uint64_t seed;
	uint32_t sets;
	entry_t entries[];
};

size_t ly_loops_size(uint32_t sets)
{
	return sizeof(ly_loops_t) + (size_t)sets * WAYS * sizeof(entry_t);
}

ly_loops_t *ly_loops_init(void *memory, uint32_t sets, uint64_t seed)
{
	ly_loops_t *loops = memory;

	memset(loops, 0, ly_loops_size(sets));
	loops->sets = sets;
	loops->seed = seed;
	return loops;
}

/* Keys ---------------------------------------------------------------------------------------------------------------- */

static uint64_t hash_number(uint64_t hash, ly_slice_t number)
{
	if(number.len && number.s[0] == '+')
		number = ly_from(number, 1);
	if(ly_digits(number))
		hash = ly_hash(hash,
				ly_from(number, number.len > DIGITS ? number.len - DIGITS : 0));
	return ly_hash_byte(hash, '/');
}

/* Who is called may be a name. */
static uint64_t hash_called(uint64_t hash, ly_slice_t called)
{
	return ly_hash_byte(hash_number(hash, called), '/')
		   ^ (ly_digits(ly_from(called, called.len && called.s[0] == '+'))
						   ? 0
						   : ly_hash(LY_HASH_START, called));
}

uint64_t ly_loop_key(const ly_loops_t *loops, ly_slice_t calling,
		ly_slice_t called, uint32_t place)
{
	uint64_t hash = LY_HASH_START ^ loops->seed;

	hash = hash_called(hash_number(hash, calling), called);
	hash = ly_hash_mix(hash ^ ly_hash_mix(place + loops->seed));
	return hash ? hash : 1;
}

uint32_t ly_loop_set(const ly_loops_t *loops, uint64_t key)
{
	return (uint32_t)key & (loops->sets - 1);
}

/* Entries ------------------------------------------------------------------------------------------------------------- */

static entry_t *find(ly_loops_t *loops, uint64_t key)
{
	entry_t *set = &loops->entries[ly_loop_set(loops, key) * WAYS];

	for(unsigned i = 0; i < WAYS; i++) {
		if(set[i].key == key)
			return &set[i];
	}
	return NULL;
}

/* The one that was not used for longest goes: a loop uses its own all the time. */
static entry_t *make(ly_loops_t *loops, uint64_t key, uint32_t now)
{
	entry_t *set = &loops->entries[ly_loop_set(loops, key) * WAYS],
			*oldest = set;

	for(unsigned i = 0; i < WAYS; i++) {
		if(!set[i].key) {
			oldest = &set[i];
			break;
		}
		if(now - set[i].used > now - oldest->used)
			oldest = &set[i];
	}
	*oldest = (entry_t){.key = key};
	return oldest;
}

static bool is_out(const entry_t *e, unsigned i, uint32_t now)
{
	return e->at[i] && now - e->at[i] < LY_LOOP_LIFE;
}

/* The place of a new pass: a free one, else that of the oldest. */
static unsigned place_in(const entry_t *e, uint32_t now)
{
	unsigned oldest = 0;

	for(unsigned i = 0; i < LY_LOOP_PASSES; i++) {
		if(!is_out(e, i, now))
			return i;
		if(now - e->at[i] > now - e->at[oldest])
			oldest = i;
	}
	return oldest;
}

ly_loop_pass_t ly_loop_sent(ly_loops_t *loops, uint64_t key, uint64_t now)
{
	uint32_t at = (uint32_t)now ? (uint32_t)now : 1;
	entry_t *e = find(loops, key);
	unsigned i;

	if(!e)
		e = make(loops, key, at);
	i = place_in(e, at);
	e->at[i] = at;
	e->used = at;
	e->rings &= ~(1u << i);
	return (ly_loop_pass_t){key, at};
}

/* Of several that were sent in the same millisecond any one will do, one that does not ring first. */
static int pass_in(const entry_t *e, uint32_t at)
{
	int found = -1;

	for(int i = 0; i < LY_LOOP_PASSES; i++) {
		if(e->at[i] == at && (found < 0 || !(e->rings >> i & 1)))
			found = i;
	}
	return found;
}

void ly_loop_rings(ly_loops_t *loops, ly_loop_pass_t pass)
{
	entry_t *e = pass.at ? find(loops, pass.key) : NULL;
	int i = e ? pass_in(e, pass.at) : -1;

	if(i >= 0)
		e->rings |= 1u << i;
}

void ly_loop_over(ly_loops_t *loops, ly_loop_pass_t pass)
{
	entry_t *e = pass.at ? find(loops, pass.key) : NULL;
	int i = e ? pass_in(e, pass.at) : -1;

	if(i >= 0)
		e->at[i] = 0;
}

ly_loop_out_t ly_loop_out(ly_loops_t *loops, uint64_t key, uint64_t now)
{
	const entry_t *e = find(loops, key);
	ly_loop_out_t out = {0};

	for(unsigned i = 0; e && i < LY_LOOP_PASSES; i++) {
		if(!is_out(e, i, (uint32_t)now))
			continue;
		out.all++;
		out.silent += !(e->rings >> i & 1);
	}
	return out;
}
