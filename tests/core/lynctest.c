/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tests as a module of Kamailio. They run in child_init(PROC_INIT): all modules are ready, and no process has
 * been forked yet. The process ends with them; its exit code says whether all passed.
 */
#include "core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "ng.h"

MODULE_VERSION

struct tm_binds core_tm;

/* modparam "memory": "kamailio", or "libc" for the tools that cannot look into Kamailio's pools. */
static str memory = str_init("kamailio");

static const struct
{
	const char *name;
	int (*run)(void);
} groups[] = {
		{"accept", core_accept_tests},
		{"dialog", core_dialog_tests},
		{"write", core_write_tests},
		{"reply", core_reply_tests},
		{"media", core_media_tests},
		{"kemi", core_kemi_tests},
		{"memory", core_memory_tests},
};

/* The environment's T: a part of a group's name, or of the names of tests. */
static int run_groups(void)
{
	const char *wanted = getenv("T");
	char pattern[100];
	int failed = 0;

	for(unsigned i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		snprintf(pattern, sizeof(pattern), "*%s*", wanted ? wanted : "");
		cmocka_set_test_filter(
				wanted && !strstr(groups[i].name, wanted) ? pattern : NULL);
		failed += groups[i].run();
	}
	return failed;
}

static int mod_init(void)
{
	return load_tm_api(&core_tm);
}

static void on_nothing(struct cell *t, int type, struct tmcb_params *p)
{
}

/* tm keeps a callback of a message that has no transaction yet until the next such message comes. */
static void fill_early_callbacks(void)
{
	static sip_msg_t none = {.id = 1};

	core_tm.register_tmcb(&none, NULL, TMCB_DESTROY, on_nothing, NULL, NULL);
}

static int child_init(int rank)
{
	int failed;

	if(rank != PROC_INIT)
		return 0;
	core_ng_start();
	fill_early_callbacks();
	core_memory_watch(strcmp(memory.s, "libc") == 0);
	failed = run_groups();
	fflush(NULL);
	_exit(failed ? 1 : 0);
}

static param_export_t params[] = {
		{"memory", PARAM_STR, &memory},
		{0, 0, 0},
};

struct module_exports exports = {"lynctest", DEFAULT_DLFLAGS, 0, params, 0, 0,
		0, mod_init, child_init, 0};
