/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json.h"

#include <stdio.h>

static void put_line(json_t *json)
{
	if(json->more)
		putchar(',');
	if(json->depth)
		printf("\n%*s", (int)(2 * json->depth), "");
	json->more = true;
}

static void put_text(ly_slice_t text)
{
	putchar('"');
	for(size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.s[i];
		if(c == '"' || c == '\\')
			printf("\\%c", c);
		else if(c < 0x20)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void put_name(json_t *json, const char *name)
{
	put_line(json);
	if(!name)
		return;
	put_text(ly_cstr(name));
	fputs(": ", stdout);
}

void json_text(json_t *json, const char *name, ly_slice_t text)
{
	put_name(json, name);
	put_text(text);
}

void json_literal(json_t *json, const char *name, ly_slice_t text)
{
	put_name(json, name);
	printf("%.*s", LY_FMT(text));
}

void json_open(json_t *json, const char *name, char bracket)
{
	put_name(json, name);
	putchar(bracket);
	json->depth++;
	json->more = false;
}

void json_close(json_t *json, char bracket)
{
	bool empty = !json->more;

	json->depth--;
	json->more = false;
	if(!empty)
		put_line(json);
	putchar(bracket);
	json->more = true;
	if(json->depth == 0)
		putchar('\n');
}
