/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan_changes.h"

#include "liblync/set.h"

#define LINE_MAX_BYTES 1000
#define VALUE_SHOWN 200

typedef struct changes
{
	ly_arena_t *scratch;
	ly_report_t *report;
	void (*tell)(void *to, const char *line);
	void *to;
	unsigned count;
} changes_t;

/* An element and those that it is in, as far as they have not been told. */
typedef struct place
{
	struct place *around;
	const ly_item_t *item;
	unsigned depth;
	bool told;
} place_t;

/* What tells an element from the others of its name in one parent; their names are unique otherwise. */
#define KEYS 5
static const struct
{
	const char *element;
	const char *keys[KEYS + 1];
} kinds[] = {
		{"interface", {"side", NULL}},
		{"listen", {"side", "transport", "port", NULL}},
		{"server", {"fqdn", NULL}},
		{"route", {"target", "trunk", "match", "from-match", NULL}},
		{"rule", {"on", "direction", "pattern", "received", "cause", NULL}},
		{"", {"name", NULL}}, /* all others */
};

static const char *const *keys_of(const ly_item_t *item)
{
	size_t i = 0;

	while(kinds[i].element[0] && !ly_item_is(item, kinds[i].element))
		i++;
	return kinds[i].keys;
}

/* Lines -------------------------------------------------------------------------------------------------------------- */

typedef struct line
{
	char text[LINE_MAX_BYTES + 4]; /* room for "..." */
	ly_buf_t b;
} line_t;

/* What a plan says must not begin another line, and not fill this one alone. */
static void put_value(line_t *line, ly_slice_t value)
{
	size_t shown = value.len;

	if(shown > VALUE_SHOWN) {
		shown = VALUE_SHOWN;
		while(shown && ((unsigned char)value.s[shown] & 0xc0) == 0x80)
			shown--; /* not inside a character of UTF-8 */
	}
	ly_putc(&line->b, '"');
	for(size_t i = 0; i < shown; i++) {
		unsigned char c = (unsigned char)value.s[i];
		ly_putc(&line->b, c < 0x20 || c == 0x7f ? '?' : value.s[i]);
	}
	ly_put(&line->b, shown < value.len ? LY_LIT("...\"") : LY_LIT("\""));
}

static void begin(line_t *line, char sign, const place_t *place)
{
	line->b = ly_buf(line->text, LINE_MAX_BYTES);
	ly_putf(&line->b, "%c %*s", sign, (int)(2 * place->depth), "");
}

static void end(const changes_t *changes, line_t *line)
{
	size_t len = line->b.len;

	if(line->b.full) {
		memcpy(line->text + len, "...", 3);
		len += 3;
	}
	line->text[len] = '\0';
	changes->tell(changes->to, line->text);
}

static void put_attribute(line_t *line, ly_slice_t name, ly_slice_t value)
{
	ly_putc(&line->b, ' ');
	ly_put(&line->b, name);
	ly_putc(&line->b, '=');
	put_value(line, value);
}

/* "<server fqdn="…">", with all attributes or those alone by which it is known. */
static void put_tag(line_t *line, const ly_item_t *item, bool all)
{
	ly_putc(&line->b, '<');
	ly_put(&line->b, item->name);
	for(const ly_item_attribute_t *a = all ? item->attributes : NULL; a;
			a = a->next)
		put_attribute(line, a->name, a->value);
	for(const char *const *key = keys_of(item); *key && !all; key++) {
		ly_slice_t value = ly_item_get(item, *key);
		if(value.s)
			put_attribute(line, ly_cstr(*key), value);
	}
	ly_put(&line->b, all && !item->first ? LY_LIT("/>") : LY_LIT(">"));
}

/* Where a change lies: its elements have not changed themselves. */
static void tell_around(const changes_t *changes, place_t *place)
{
	line_t line;

	/* The root goes without saying. */
	if(!place || place->told || !place->around)
		return;
	tell_around(changes, place->around);
	begin(&line, ' ', place);
	put_tag(&line, place->item, false);
	end(changes, &line);
	place->told = true;
}

/* Comparing ---------------------------------------------------------------------------------------------------------- */

/* All of an element that only one of the plans has. */
static void tell_all(
		changes_t *changes, char sign, const ly_item_t *item, place_t *around)
{
	place_t place = {around, item, around ? around->depth + 1 : 0, true};
	line_t line;

	tell_around(changes, around);
	changes->count++;
	begin(&line, sign, &place);
	put_tag(&line, item, true);
	end(changes, &line);
	for(const ly_item_t *child = item->first; child; child = child->next) {
		if(child->kind == LY_ITEM_ELEMENT)
			tell_all(changes, sign, child, &place);
	}
}

static void put_change(
		line_t *line, ly_slice_t name, ly_slice_t old, ly_slice_t fresh)
{
	ly_put(&line->b, LY_LIT(" "));
	ly_put(&line->b, name);
	ly_putc(&line->b, ' ');
	if(old.s)
		put_value(line, old);
	else
		ly_put(&line->b, LY_LIT("none"));
	ly_put(&line->b, LY_LIT(" -> "));
	if(fresh.s)
		put_value(line, fresh);
	else
		ly_put(&line->b, LY_LIT("none"));
	ly_putc(&line->b, ',');
}

static ly_slice_t value_of(const ly_item_t *item, ly_slice_t name)
{
	const ly_item_attribute_t *a = item->attributes;

	while(a && !ly_eq(a->name, name))
		a = a->next;
	return a ? a->value : LY_EMPTY;
}

static void compare_attributes(changes_t *changes, const ly_item_t *old,
		const ly_item_t *fresh, place_t *place)
{
	line_t line;
	size_t head;

	begin(&line, '~', place);
	put_tag(&line, fresh, false);
	ly_putc(&line.b, ':');
	head = line.b.len;
	for(const ly_item_attribute_t *a = old->attributes; a; a = a->next) {
		ly_slice_t value = value_of(fresh, a->name);
		if(!value.s || !ly_eq(value, a->value))
			put_change(&line, a->name, a->value, value);
	}
	for(const ly_item_attribute_t *a = fresh->attributes; a; a = a->next) {
		if(!value_of(old, a->name).s)
			put_change(&line, a->name, LY_EMPTY, a->value);
	}
	if(line.b.len == head)
		return;
	tell_around(changes, place->around);
	if(!line.b.full)
		line.b.len--; /* the last comma */
	end(changes, &line);
	place->told = true;
	changes->count++;
}

/* By what an element is known; a number behind it where several have the same. */
static ly_slice_t key_of(
		changes_t *changes, const ly_item_t *item, unsigned copy)
{
	size_t len = item->name.len + 20;
	const char *const *keys = keys_of(item);
	char *buffer;
	ly_buf_t b;

	for(size_t i = 0; keys[i]; i++)
		len += ly_item_get(item, keys[i]).len + 1;
	buffer = ly_arena_alloc(changes->scratch, len);
	if(!buffer) {
		ly_found_no_memory(changes->report);
		return LY_EMPTY;
	}
	b = ly_buf(buffer, len);
	ly_put(&b, item->name);
	for(size_t i = 0; keys[i]; i++) {
		ly_putc(&b, '\n');
		ly_put(&b, ly_item_get(item, keys[i]));
	}
	ly_putf(&b, "\n%u", copy);
	return ly_buf_slice(&b);
}

/* The child elements of an item, in their order and by their keys. */
typedef struct children
{
	struct keyed
	{
		const ly_item_t *item;
		ly_slice_t key;
	} *list;
	unsigned count;
	ly_set_t by_key;
} children_t;

static bool number_child(
		changes_t *changes, ly_set_t *seen, children_t *children)
{
	struct keyed *child = &children->list[children->count];
	unsigned *copies = ly_arena_alloc(changes->scratch, sizeof(*copies));
	ly_slice_t key = key_of(changes, child->item, 0);
	const ly_set_entry_t *entry =
			copies && key.s ? ly_set_add(seen, key, copies, 0) : NULL;

	if(!entry)
		return false;
	copies = entry->item;
	child->key = key_of(changes, child->item, (*copies)++);
	return child->key.s
		   && ly_set_add(&children->by_key, child->key, (void *)child->item, 0);
}

static bool index_children(
		changes_t *changes, const ly_item_t *item, children_t *children)
{
	ly_set_t seen = {.arena = changes->scratch};
	unsigned count = 0;

	for(const ly_item_t *child = item->first; child; child = child->next)
		count++;
	*children = (children_t){.list = ly_arena_alloc(changes->scratch,
									 count * sizeof(*children->list)),
			.by_key = seen};
	for(const ly_item_t *child = item->first; child && children->list;
			child = child->next) {
		if(child->kind != LY_ITEM_ELEMENT)
			continue;
		children->list[children->count].item = child;
		if(!number_child(changes, &seen, children))
			children->list = NULL;
		else
			children->count++;
	}
	if(!children->list)
		ly_found_no_memory(changes->report);
	return children->list;
}

static void compare(changes_t *changes, const ly_item_t *old,
		const ly_item_t *fresh, place_t *around)
{
	place_t place = {around, fresh, around ? around->depth + 1 : 0, false};
	children_t before, after;

	compare_attributes(changes, old, fresh, &place);
	if(!index_children(changes, old, &before)
			|| !index_children(changes, fresh, &after))
		return;
	for(unsigned i = 0; i < before.count; i++) {
		if(!ly_set_find(&after.by_key, before.list[i].key))
			tell_all(changes, '-', before.list[i].item, &place);
	}
	for(unsigned i = 0; i < after.count; i++) {
		const ly_item_t *same = ly_set_find(&before.by_key, after.list[i].key);
		if(same)
			compare(changes, same, after.list[i].item, &place);
		else
			tell_all(changes, '+', after.list[i].item, &place);
	}
}

unsigned ly_plan_changes(const ly_draft_t *old, const ly_draft_t *fresh,
		ly_arena_t *scratch, void (*tell)(void *to, const char *line), void *to)
{
	changes_t changes = {scratch, fresh->report, tell, to, 0};

	compare(&changes, old->root, fresh->root, NULL);
	return changes.count;
}
