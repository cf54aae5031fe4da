/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/regex_net.h"

static bool starts(ly_slice_t text, const char *with)
{
	size_t len = strlen(with);

	return text.len >= len && memcmp(text.s, with, len) == 0;
}

/* Constructs outside of character classes ------------------------------------------------------------------------ */

/* (?<name-other>…) and (?<-other>…), with < > or ' '. */
static bool balancing(ly_slice_t rest)
{
	char end;

	if(!starts(rest, "(?<") && !starts(rest, "(?'"))
		return false;
	end = rest.s[2] == '<' ? '>' : '\'';
	for(size_t i = 3; i < rest.len && rest.s[i] != end; i++) {
		if(strchr("=!()", rest.s[i]))
			return false; /* a look behind */
		if(rest.s[i] == '-')
			return true;
	}
	return false;
}

static bool numbered_name(ly_slice_t rest)
{
	return (starts(rest, "(?<") || starts(rest, "(?'")) && rest.len > 3
		   && ly_digits(ly_slice(rest.s + 3, 1));
}

/* {,3} and { 1, 3 }: plain text for .NET, quantifiers for PCRE2 from 10.43 on. */
static bool new_quantifier(ly_slice_t rest)
{
	size_t i = 1;
	bool odd = false, digits = false;

	if(rest.s[0] != '{')
		return false;
	for(; i < rest.len && rest.s[i] != '}'; i++) {
		char c = rest.s[i];
		if(c >= '0' && c <= '9')
			digits = true;
		else if(c == ' ' || (c == ',' && !digits))
			odd = true;
		else if(c != ',')
			return false;
	}
	return i < rest.len && odd && digits;
}

static bool verb(ly_slice_t rest)
{
	return starts(rest, "(*");
}

static bool quoting(ly_slice_t rest)
{
	return starts(rest, "\\Q") || starts(rest, "\\E");
}

static bool vertical_space(ly_slice_t rest)
{
	return starts(rest, "\\v");
}

static bool possessive(ly_slice_t rest)
{
	static const char *const forms[] = {"++", "*+", "?+", "}+"};

	for(size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if(starts(rest, forms[i]))
			return true;
	}
	return false;
}

static bool not_ascii(ly_slice_t rest)
{
	return (unsigned char)rest.s[0] >= 0x80;
}

static const struct
{
	bool (*here)(ly_slice_t rest);
	const char *what;
} constructs[] = {
		{not_ascii, "has a character that is not ASCII, which no number has"},
		{balancing, "has a balancing group (?<a-b>...), which only .NET knows"},
		{numbered_name,
				"gives a group a number as its name, which only .NET knows; "
				"use a name of letters"},
		{new_quantifier,
				"has braces that are plain text to .NET but a quantifier here; "
				"write \\{ or {0,n}"},
		{possessive,
				"has a possessive quantifier, which .NET refuses; leave out "
				"the second '+'"},
		{verb, "has (*...), which .NET refuses"},
		{quoting, "has \\Q or \\E, which .NET does not know"},
		{vertical_space, "has \\v, which .NET reads in another way"},
};

static const char *construct_at(ly_slice_t rest)
{
	for(size_t i = 0; i < sizeof(constructs) / sizeof(constructs[0]); i++) {
		if(constructs[i].here(rest))
			return constructs[i].what;
	}
	return NULL;
}

/* Character classes ------------------------------------------------------------------------------------------------- */

/* The offset behind the class that begins at from, or the text's end; *what: why it is read in another way. */
static size_t skip_class(ly_slice_t p, size_t from, const char **what)
{
	size_t i = from + 1, first;

	i += i < p.len && p.s[i] == '^';
	first = i;
	for(; i < p.len; i++) {
		ly_slice_t rest = ly_from(p, i);
		if(p.s[i] == ']' && i > first)
			return i + 1;
		if(i > first && starts(rest, "-["))
			*what = "takes characters off a class with -[...], which only .NET "
					"knows; write the class that is left";
		else if(starts(rest, "[:") || starts(rest, "[.") || starts(rest, "[="))
			*what = "has a class like [:digit:], which is plain text to .NET; "
					"write [0-9]";
		else if(not_ascii(rest))
			*what = constructs[0].what;
		if(*what)
			return i;
		i += p.s[i] == '\\';
	}
	return i;
}

const char *ly_regex_unlike_net(ly_slice_t pattern, size_t *at)
{
	const char *what = NULL;

	for(size_t i = 0; i < pattern.len && !what;) {
		*at = i;
		what = construct_at(ly_from(pattern, i));
		if(pattern.s[i] == '[')
			i = skip_class(pattern, i, &what);
		else
			i += pattern.s[i] == '\\' ? 2 : 1;
	}
	return what;
}

/* What every match begins with ------------------------------------------------------------------------------------ */

/* An alternative outside of all parentheses: then the pattern's beginning is not that of every match. */
static bool has_alternatives(ly_slice_t p)
{
	const char *unused = NULL;
	int depth = 0;

	for(size_t i = 0; i < p.len;) {
		if(p.s[i] == '[') {
			i = skip_class(p, i, &unused);
			continue;
		}
		depth += (p.s[i] == '(') - (p.s[i] == ')');
		if(p.s[i] == '|' && depth == 0)
			return true;
		i += p.s[i] == '\\' ? 2 : 1;
	}
	return false;
}

static bool plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
		   || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '@';
}

void ly_regex_prefix(ly_slice_t pattern, ly_buf_t *out)
{
	size_t i = 1;

	if(pattern.len == 0 || pattern.s[0] != '^' || has_alternatives(pattern))
		return;
	while(i < pattern.len && out->len < out->cap) {
		size_t width = 1;
		char c = pattern.s[i];
		if(c == '\\' && i + 1 < pattern.len) {
			c = pattern.s[i + 1];
			width = 2;
			if(!strchr("+*#.-", c))
				return;
		} else if(!plain(c) && c != '#')
			return;
		i += width;
		/* It may be left out: 1?, 1*, 1{0,2}. */
		if(i < pattern.len && strchr("?*{", pattern.s[i]))
			return;
		ly_putc(out, c);
		if(i < pattern.len && pattern.s[i] == '+')
			return;
	}
}
