/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/language.h"

#define BIT(i) (UINT64_C(1) << (i))
#define MAX_PAIRS 400 /* of states that are compared; more are given up */

static bool holds(const ly_charset_t *set, unsigned c)
{
	return set->half[c >> 6] >> (c & 63) & 1;
}

/* Characters that all places of both treat alike; one stands for its kind. */
typedef struct kind
{
	uint64_t a, b; /* places that take it */
} kind_t;

static bool may_stand(unsigned c)
{
	return c > ' ' && c < 127 && !strchr("\"<>@[\\]^`{|}", (int)c);
}

static uint64_t places_of(const ly_language_t *language, unsigned c)
{
	uint64_t places = 0;

	for(unsigned i = 0; i < language->count; i++)
		places |= (uint64_t)holds(&language->sets[i], c) << i;
	return places;
}

static unsigned kinds_of(
		const ly_language_t *a, const ly_language_t *b, kind_t kinds[128])
{
	unsigned count = 0;

	for(unsigned c = 0; c < 128; c++) {
		kind_t kind = {places_of(a, c), places_of(b, c)};
		unsigned i = 0;
		if(!may_stand(c))
			continue;
		while(i < count && (kinds[i].a != kind.a || kinds[i].b != kind.b))
			i++;
		if(i == count)
			kinds[count++] = kind;
	}
	return count;
}

static uint64_t behind(const ly_language_t *language, uint64_t places)
{
	uint64_t all = 0;

	for(unsigned i = 0; i < language->count; i++)
		all |= places >> i & 1 ? language->follow[i] : 0;
	return all;
}

/* Where inner and outer can be after the same text. */
typedef struct pair
{
	unsigned inner;
	uint64_t outer;
} pair_t;

/* Remembers a pair once; false when there are too many. */
static bool remember(pair_t *pairs, unsigned *count, pair_t pair)
{
	for(unsigned i = 0; i < *count; i++) {
		if(pairs[i].inner == pair.inner && pairs[i].outer == pair.outer)
			return true;
	}
	if(*count == MAX_PAIRS)
		return false;
	pairs[(*count)++] = pair;
	return true;
}

/* From here inner goes on to one of its places, and outer to all it can. */
static bool step(const kind_t *kinds, unsigned kind_count, uint64_t inner,
		uint64_t outer, pair_t *pairs, unsigned *count)
{
	for(unsigned k = 0; k < kind_count; k++) {
		uint64_t next = inner & kinds[k].a;
		for(unsigned i = 0; next >> i; i++) {
			if((next >> i & 1)
					&& !remember(pairs, count, (pair_t){i, outer & kinds[k].b}))
				return false;
			if(i == LY_LANGUAGE_MAX - 1)
				break;
		}
	}
	return true;
}

bool ly_language_within(const ly_language_t *inner, const ly_language_t *outer)
{
	pair_t pairs[MAX_PAIRS];
	kind_t kinds[128];
	unsigned kind_count = kinds_of(inner, outer, kinds), count = 0;

	if((inner->nullable && !outer->nullable)
			|| !step(kinds, kind_count, inner->first, outer->first, pairs,
					&count))
		return false;
	for(unsigned i = 0; i < count; i++) {
		pair_t pair = pairs[i];
		if((inner->last >> pair.inner & 1) && !(outer->last & pair.outer))
			return false;
		if(!step(kinds, kind_count, inner->follow[pair.inner],
				   behind(outer, pair.outer), pairs, &count))
			return false;
	}
	return true;
}

/* A character of the set that may stand in a number; 0 where there is none. */
static char letter_of(const ly_charset_t *set)
{
	static const char usual[] = "0123456789+";

	for(const char *c = usual; *c; c++) {
		if(holds(set, (unsigned)*c))
			return *c;
	}
	for(unsigned c = 0; c < 128; c++) {
		if(may_stand(c) && holds(set, c))
			return (char)c;
	}
	return '\0';
}

/* The shortest way from the first places to a last one, breadth first: before[i] is where place i was come to from. */
size_t ly_language_sample(
		const ly_language_t *language, char text[LY_LANGUAGE_MAX])
{
	unsigned queue[LY_LANGUAGE_MAX], before[LY_LANGUAGE_MAX];
	unsigned head = 0, tail = 0;
	uint64_t seen = 0, next = language->first;
	size_t len = 0;

	for(unsigned from = LY_LANGUAGE_MAX;; from = queue[head - 1]) {
		for(unsigned i = 0; i < language->count; i++) {
			if(!(next & ~seen & BIT(i)) || !letter_of(&language->sets[i]))
				continue;
			seen |= BIT(i);
			before[i] = from;
			queue[tail++] = i;
		}
		if(head == tail)
			return 0;
		if(language->last >> queue[head] & 1)
			break;
		next = language->follow[queue[head++]];
	}
	for(unsigned i = queue[head]; i != LY_LANGUAGE_MAX; i = before[i])
		text[len++] = letter_of(&language->sets[i]);
	for(size_t i = 0; i < len / 2; i++) {
		char c = text[i];
		text[i] = text[len - 1 - i];
		text[len - 1 - i] = c;
	}
	return len;
}

bool ly_language_has(const ly_language_t *language, ly_slice_t text)
{
	uint64_t next = language->first, places = 0;

	if(text.len == 0)
		return language->nullable;
	for(size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.s[i];
		places = 0;
		for(uint64_t rest = c < 128 ? next : 0; rest; rest &= rest - 1) {
			unsigned place = (unsigned)__builtin_ctzll(rest);
			places |= holds(&language->sets[place], c) ? BIT(place) : 0;
		}
		if(!places)
			return false;
		next = behind(language, places);
	}
	return places & language->last;
}

bool ly_language_meets(const ly_language_t *a, const ly_language_t *b)
{
	uint64_t seen[LY_LANGUAGE_MAX] = {0}; /* places of b, by that of a */
	uint64_t todo = 0;					  /* places of a with new ones of b */
	kind_t kinds[128];
	unsigned kind_count = kinds_of(a, b, kinds);

	for(unsigned k = 0; k < kind_count; k++) {
		for(unsigned i = 0; i < a->count; i++) {
			if((a->first & kinds[k].a) >> i & 1)
				seen[i] |= b->first & kinds[k].b;
			todo |= seen[i] ? BIT(i) : 0;
		}
	}
	while(todo) {
		unsigned from = (unsigned)__builtin_ctzll(todo);
		uint64_t next = behind(b, seen[from]);
		todo &= todo - 1;
		if((a->last >> from & 1) && (b->last & seen[from]))
			return true;
		for(unsigned k = 0; k < kind_count; k++) {
			for(unsigned i = 0; i < a->count; i++) {
				uint64_t reached = next & kinds[k].b & ~seen[i];
				if(!((a->follow[from] & kinds[k].a) >> i & 1) || !reached)
					continue;
				seen[i] |= reached;
				todo |= BIT(i);
			}
		}
	}
	return false;
}
