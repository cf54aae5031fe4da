/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_process.h"

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/pt.h"
#include "core/sr_module.h"

void lync_process_register(unsigned count)
{
	register_procs((int)count);
	cfg_register_child((int)count);
}

int lync_process_start(
		const char *name, bool sends, void (*run)(void *data), void *data)
{
	int pid = sends ? fork_process(PROC_RPC, (char *)name, 1)
					: fork_process(PROC_NOCHLDINIT, (char *)name, 0);

	if(pid < 0)
		LM_ERR("cannot fork the process '%s'\n", name);
	if(pid != 0)
		return pid < 0 ? -1 : 0;
	if(cfg_child_init())
		return -1;
	run(data);
	LM_CRIT("the process '%s' cannot go on\n", name);
	return -1;
}
