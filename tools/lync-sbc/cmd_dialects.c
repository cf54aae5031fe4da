/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool.h"
int cmd_dialects(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 0;
}
