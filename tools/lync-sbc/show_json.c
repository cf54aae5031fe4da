/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json.h"
#include "liblync/plan_walk.h"
#include "show.h"

typedef struct to_json
{
	json_t json;
	const char *list; /* the name of the list whose elements come */
} to_json_t;

static void json_list(void *to, const char *name, bool begins)
{
	to_json_t *t = to;

	if(begins)
		json_open(&t->json, name, '[');
	else
		json_close(&t->json, ']');
	t->list = begins ? name : NULL;
}

static void json_element(void *to, const char *name, bool begins)
{
	to_json_t *t = to;
	bool member = t->json.depth && !(t->list && strcmp(t->list, name) == 0);

	if(!begins) {
		json_close(&t->json, '}');
		t->list = name; /* another one may follow */
		return;
	}
	json_open(&t->json, member ? name : NULL, '{');
	t->list = NULL;
}

static void json_attribute(void *to, const ly_told_attribute_t *attribute)
{
	to_json_t *t = to;

	if(attribute->what == LY_TOLD_TEXT)
		json_text(&t->json, attribute->name, attribute->value);
	else
		json_literal(&t->json, attribute->name, attribute->value);
}

void show_json(const ly_plan_t *plan)
{
	to_json_t to = {0};
	const ly_listener_t listener = {
			&to, json_list, json_element, json_attribute};

	ly_plan_walk(plan, &listener);
}
