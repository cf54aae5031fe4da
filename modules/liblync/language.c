/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/language.h"

#define BIT(i) (UINT64_C(1) << (i))
#define NO_LIMIT 1000
#define MAX_ATOMS 2000 /* that are read, those of repetitions again and again */
#define MAX_PAIRS 400  /* of states that are compared; more are given up */

/* A part of an expression, as Glushkov's construction needs it. */
typedef struct part
{
	uint64_t first;
	uint64_t last;
	bool nullable;
} part_t;

typedef struct parser
{
	ly_language_t *language;
	ly_slice_t text;
	size_t at;
	unsigned atoms;
	bool failed; /* not simple, or too long */
} parser_t;

static const part_t nothing = {0, 0, true};

/* Character sets ---------------------------------------------------------------------------------------------------- */

static void include(ly_charset_t *set, unsigned char c)
{
	if(c < 128)
		set->half[c >> 6] |= BIT(c & 63);
}

static void include_range(ly_charset_t *set, unsigned from, unsigned to)
{
	for(unsigned c = from; c <= to && c < 128; c++)
		include(set, (unsigned char)c);
}

static void invert(ly_charset_t *set)
{
	set->half[0] = ~set->half[0];
	set->half[1] = ~set->half[1];
}

static const struct
{
	char letter;
	const char *ranges; /* pairs */
} classes[] = {{'d', "09"}, {'w', "09AZaz__"}, {'s', "\t\r  "}};

/* Adds what an escape stands for; false where it is none of the simple ones. */
static bool include_escape(ly_charset_t *set, char c)
{
	ly_charset_t class = {{0, 0}};
	char small = (char)(c | 0x20);

	for(size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if(classes[i].letter != small)
			continue;
		for(const char *r = classes[i].ranges; *r; r += 2)
			include_range(&class, (unsigned char)r[0], (unsigned char)r[1]);
		if(c != small)
			invert(&class);
		set->half[0] |= class.half[0];
		set->half[1] |= class.half[1];
		return true;
	}
	if((small >= 'a' && small <= 'z') || (c >= '0' && c <= '9'))
		return false;
	include(set, (unsigned char)c);
	return true;
}

/* Parsing ------------------------------------------------------------------------------------------------------------ */

static char peek(const parser_t *p)
{
	return p->at < p->text.len ? p->text.s[p->at] : '\0';
}

static bool take(parser_t *p, char c)
{
	if(peek(p) != c)
		return false;
	p->at++;
	return true;
}

static part_t place(parser_t *p, ly_charset_t set)
{
	ly_language_t *l = p->language;
	uint64_t bit;

	if(l->count == LY_LANGUAGE_MAX) {
		p->failed = true;
		return nothing;
	}
	bit = BIT(l->count);
	l->follow[l->count] = 0;
	l->sets[l->count++] = set;
	return (part_t){bit, bit, false};
}

static void link(parser_t *p, uint64_t from, uint64_t to)
{
	for(unsigned i = 0; i < p->language->count; i++) {
		if(from >> i & 1)
			p->language->follow[i] |= to;
	}
}

static part_t join(parser_t *p, part_t a, part_t b)
{
	link(p, a.last, b.first);
	return (part_t){a.first | (a.nullable ? b.first : 0),
			b.last | (b.nullable ? a.last : 0), a.nullable && b.nullable};
}

static part_t parse_class(parser_t *p)
{
	ly_charset_t set = {{0, 0}};
	bool inverted = take(p, '^');
	size_t start = p->at;

	while(p->at < p->text.len && (p->at == start || peek(p) != ']')) {
		char c = p->text.s[p->at++];
		if(c == '\\') {
			p->failed |= !include_escape(&set, peek(p));
			p->at++;
		} else if(peek(p) == '-' && p->at + 1 < p->text.len
				  && p->text.s[p->at + 1] != ']') {
			char to = p->text.s[p->at + 1];
			p->failed |= to == '\\';
			include_range(&set, (unsigned char)c, (unsigned char)to);
			p->at += 2;
		} else
			include(&set, (unsigned char)c);
	}
	p->failed |= !take(p, ']');
	if(inverted)
		invert(&set);
	return place(p, set);
}

static part_t parse_alternatives(parser_t *p);

/* Behind the '('. */
static part_t parse_group(parser_t *p)
{
	part_t part;

	if(take(p, '?') && !take(p, ':')) {
		char end = peek(p) == '\'' ? '\'' : '>';
		p->failed |= !(take(p, '<') || take(p, '\'')) || peek(p) == '='
					 || peek(p) == '!';
		while(p->at < p->text.len && peek(p) != end)
			p->at++;
		p->at++;
	}
	part = parse_alternatives(p);
	p->failed |= !take(p, ')');
	return part;
}

static part_t parse_atom(parser_t *p)
{
	ly_charset_t set = {{0, 0}};
	char c = peek(p);

	p->at++;
	p->failed |= ++p->atoms > MAX_ATOMS;
	if(c == '(' && !p->failed)
		return parse_group(p);
	if(c == '[')
		return parse_class(p);
	if(c == '\\') {
		p->failed |= !include_escape(&set, peek(p));
		p->at++;
	} else if(c == '.')
		invert(&set);
	else if(strchr("^$*+?{", c))
		p->failed = true;
	else
		include(&set, (unsigned char)c);
	return place(p, set);
}

static unsigned parse_number(parser_t *p, unsigned otherwise)
{
	size_t start = p->at;
	unsigned n = 0;

	while(peek(p) >= '0' && peek(p) <= '9' && n < NO_LIMIT)
		n = 10 * n + (unsigned)(p->text.s[p->at++] - '0');
	return p->at > start ? n : otherwise;
}

/* How often the atom before may come; 1 to 1 without a quantifier. */
static void parse_quantifier(parser_t *p, unsigned *min, unsigned *max)
{
	*min = *max = 1;
	if(take(p, '*')) {
		*min = 0;
		*max = NO_LIMIT;
	} else if(take(p, '+'))
		*max = NO_LIMIT;
	else if(take(p, '?'))
		*min = 0;
	else if(take(p, '{')) {
		*min = *max = parse_number(p, NO_LIMIT);
		if(take(p, ','))
			*max = parse_number(p, NO_LIMIT);
		p->failed |= !take(p, '}') || *min >= NO_LIMIT || *min > *max;
	} else
		return;
	take(p, '?'); /* a lazy one matches in the same texts */
}

/* An atom and its quantifier: repetitions are read again, each with places of its own. */
static part_t parse_repeated(parser_t *p)
{
	size_t start = p->at, end;
	unsigned min, max;
	part_t part = parse_atom(p), all = nothing;

	parse_quantifier(p, &min, &max);
	end = p->at;
	if(max == 0)
		return nothing;
	for(unsigned i = 1;; i++) {
		part.nullable |= i > min;
		if(max == NO_LIMIT && i >= min)
			link(p, part.last, part.first);
		all = join(p, all, part);
		if(p->failed || (max == NO_LIMIT ? i >= min : i == max))
			break;
		p->at = start;
		part = parse_atom(p);
	}
	p->at = end;
	return all;
}

static part_t parse_sequence(parser_t *p)
{
	part_t all = nothing;

	while(p->at < p->text.len && !strchr("|)", peek(p)) && !p->failed)
		all = join(p, all, parse_repeated(p));
	return all;
}

static part_t parse_alternatives(parser_t *p)
{
	part_t all = parse_sequence(p);

	while(take(p, '|') && !p->failed) {
		part_t other = parse_sequence(p);
		all.first |= other.first;
		all.last |= other.last;
		all.nullable |= other.nullable;
	}
	return all;
}

/* Any text, where the pattern is not tied to the beginning or the end of the number. */
static part_t anything(parser_t *p)
{
	ly_charset_t set = {{~UINT64_C(0), ~UINT64_C(0)}};
	part_t part = place(p, set);

	link(p, part.last, part.first);
	part.nullable = true;
	return part;
}

bool ly_language_of(ly_slice_t pattern, ly_language_t *language)
{
	parser_t p = {.language = language, .text = pattern};
	part_t all = nothing;
	size_t len = pattern.len;
	bool open_end = len == 0 || pattern.s[len - 1] != '$';

	/* An escaped '$' belongs to the number, but "\\$" is the end again: seldom enough. */
	if(!open_end) {
		if(len > 1 && pattern.s[len - 2] == '\\')
			return false;
		p.text.len--;
	}
	language->count = 0;
	if(!take(&p, '^'))
		all = anything(&p);
	all = join(&p, all, parse_sequence(&p));
	if(open_end)
		all = join(&p, all, anything(&p));
	language->first = all.first;
	language->last = all.last;
	language->nullable = all.nullable;
	return !p.failed && p.at == p.text.len;
}
