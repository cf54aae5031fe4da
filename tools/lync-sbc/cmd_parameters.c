/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc parameters: what becomes of each parameter of New-CsTrunkConfiguration. */
#include <stdio.h>
#include <string.h>

#include "liblync/parameters.h"
#include "tool.h"

static const char help[] =
		"Usage: lync-sbc parameters\n\n"
		"Prints a table, in Markdown: each parameter of "
		"New-CsTrunkConfiguration, its default,\n"
		"what Lync does with it, what the SBC does with it today, and which "
		"value on Lync is\n"
		"recommended.\n"
		"Exit code: 0 done, 1 never, 2 something is wrong with the command "
		"line.\n";

/* PowerShell writes True, XML true. */
static const char *as_lync_writes(const char *preset)
{
	if(!preset)
		return "-";
	if(strcmp(preset, "true") == 0)
		return "True";
	return strcmp(preset, "false") == 0 ? "False" : preset;
}

int cmd_parameters(int argc, char **argv)
{
	if(argc > 1 && strcmp(argv[1], "--help") != 0)
		return tool_usage("parameters", "it takes no '%.200s'", argv[1]);
	if(argc > 1) {
		fputs(help, stdout);
		return TOOL_OK;
	}
	puts("<!-- SPDX-License-Identifier: GPL-2.0-or-later; made by: lync-sbc "
		 "parameters -->\n"
		 "# The parameters of a trunk\n\n"
		 "What `Get-CsTrunkConfiguration` shows goes into the plan under the "
		 "same names, and says how Lync is\n"
		 "configured. \"Not yet\" means that a later version will do "
		 "something.\n\n"
		 "| parameter | default | what Lync does | what the SBC does | on "
		 "Lync, "
		 "recommended |\n"
		 "|---|---|---|---|---|");
	for(unsigned i = 0; i < ly_parameter_count; i++) {
		const ly_parameter_t *p = &ly_parameters[i];
		printf("| `%s` | %s | %s | %s | %s |\n", p->name,
				as_lync_writes(ly_parameter_default(p)), p->lync, p->here,
				p->recommended);
	}
	return TOOL_OK;
}
