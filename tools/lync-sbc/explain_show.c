/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "explain.h"
void explain_show(const explanation_t *e, unsigned width, bool colour)
{
	(void)e;
	(void)width;
	(void)colour;
}
void explain_json(const explanation_t *e)
{
	(void)e;
}
int cmd_dialects(int argc, char **argv);
int cmd_dialects(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 0;
}
