/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_dns.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/rand/kam_rand.h"
#include "core/sr_module.h"
#include "liblync/set.h"
#include "lync.h"
#include "lync_names.h"
#include "lync_plan.h"
#include "lync_process.h"
#include "lync_resolver.h"

/* Names that are asked for at a time. Two questions each: the answers to them fit into a socket's buffer. */
#define MAX_ASKED 64
#define SLEEP_MAX_MS \
	10000 /* between two looks for addresses that have drained */
#define STATUS_MS \
	1000 /* how often others are told of what changes no address */

/* A name, in this process alone. */
typedef struct known
{
	ly_name_t name;
	char *fqdn; /* terminated */
	lync_question_t questions[LY_FAMILIES];
	unsigned open;	/* questions without an answer */
	bool wanted;	/* by the plan in force */
	bool given_up;	/* the round counts for nothing: to be begun anew */
	bool was_known; /* it had an address when the round began */
	bool changed;	/* in this round */
} known_t;

static int wake_fd = -1;

/* Of the DNS process. Each ly_name_t begins a known_t. */
static ly_name_t **names;
static unsigned name_count;
static unsigned asked;	   /* names with an open question */
static bool addresses_new; /* not yet in the directory */
static bool status_new;
static int64_t told_at; /* when the directory was last replaced */

static known_t *known_of(ly_name_t *name)
{
	return (known_t *)name;
}

int lync_dns_init(void)
{
	if(lync_names_init() < 0 || lync_resolver_check() < 0)
		return -1;
	wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if(wake_fd < 0) {
		LM_ERR("no eventfd: %m\n");
		return -1;
	}
	lync_process_register(1);
	return 0;
}

void lync_dns_wake(void)
{
	eventfd_write(wake_fd, 1);
}

/* kam_rand() has 31 bits. */
static uint32_t random32(void)
{
	return (uint32_t)kam_rand() << 16 ^ (uint32_t)kam_rand();
}

/* Names of the plan --------------------------------------------------------------------------------------------------- */

static known_t *new_known(ly_slice_t fqdn, int64_t now)
{
	known_t *known = calloc(1, sizeof(*known));
	ly_name_t **more = realloc(names, (name_count + 1) * sizeof(names[0]));

	if(more)
		names = more;
	if(!known || !more || !(known->fqdn = strndup(fqdn.s, fqdn.len))) {
		free(known);
		LM_ERR("no memory for the name %.*s\n", LY_FMT(fqdn));
		return NULL;
	}
	ly_name_init(&known->name, ly_cstr(known->fqdn), now);
	names[name_count++] = &known->name;
	return known;
}

static void *take(size_t size)
{
	return malloc(size);
}

/* The names of the peers of plan that have no address. */
static void want_names_of(const ly_plan_t *plan, int64_t now)
{
	ly_arena_t arena = {.take = take, .give = free};
	ly_set_t set = {.arena = &arena};

	for(unsigned i = 0; i < name_count; i++) {
		known_of(names[i])->wanted = false;
		ly_set_add(&set, names[i]->fqdn, names[i], 0);
	}
	for(unsigned i = 0; i < plan->peer_count; i++) {
		const ly_peer_t *peer = &plan->peers[i];
		known_t *known = ly_set_find(&set, peer->fqdn);

		if(peer->address.family)
			continue;
		if(!known && (known = new_known(peer->fqdn, now)))
			ly_set_add(&set, known->name.fqdn, known, 0);
		if(known)
			known->wanted = true;
	}
	ly_arena_free(&arena);
	for(unsigned i = 0; i < name_count; i++)
		ly_name_want(names[i], known_of(names[i])->wanted, now);
	addresses_new = true;
}

/* Where another plan is in force than at the last look. */
static void follow_plan(int64_t now)
{
	static uint32_t edition;
	const ly_plan_t *plan = lync_plan_use(LYNC_FOR_MESSAGE);

	if(lync_plan_edition() != edition) {
		edition = lync_plan_edition();
		want_names_of(plan, now);
	}
	lync_plan_release(LYNC_FOR_MESSAGE);
}

/* Rounds -------------------------------------------------------------------------------------------------------------- */

static void log_round(const known_t *known, ly_name_news_t news)
{
	static char text[2000];
	ly_buf_t addresses = ly_buf(text, sizeof(text));
	const char *error = lync_names_error(known->name.error);

	ly_name_put(&addresses, &known->name);
	if(known->changed)
		LM_NOTICE("%s is %sat %.*s\n", known->fqdn,
				known->was_known ? "now " : "",
				LY_FMT(ly_buf_slice(&addresses)));
	else if(news == LY_NAME_BACK)
		LM_NOTICE("the DNS tells the address of %s again\n", known->fqdn);
	if(news != LY_NAME_FAILS)
		return;
	if(ly_name_resolved(&known->name))
		LM_WARN("the DNS does not tell the address of %s (%s); it is called "
				"where it was last: %.*s\n",
				known->fqdn, error, LY_FMT(ly_buf_slice(&addresses)));
	else
		LM_WARN("the DNS does not tell the address of %s (%s): it gets no "
				"calls, and can make none, until it does\n",
				known->fqdn, error);
}

static void end_round(known_t *known, int64_t now)
{
	asked--;
	status_new = true;
	if(known->given_up) {
		known->name.ask_at = now;
		return;
	}
	log_round(known, ly_name_round_end(&known->name, now, random32()));
}

static void answered(lync_question_t *question, const ly_answer_t *answer)
{
	lync_question_t *first = question - question->family;
	known_t *known = (known_t *)((char *)first - offsetof(known_t, questions));
	int64_t now = lync_names_now();

	if(!answer) {
		known->given_up = true;
	} else if(ly_name_heard(&known->name, question->family, answer, now)) {
		known->changed = true;
		addresses_new = true;
	}
	if(--known->open == 0)
		end_round(known, now);
}

static void ask(known_t *known)
{
	ly_name_round_begin(&known->name);
	known->was_known = ly_name_resolved(&known->name);
	known->given_up = known->changed = false;
	known->open = LY_FAMILIES;
	asked++;
	for(unsigned f = 0; f < LY_FAMILIES; f++) {
		known->questions[f] = (lync_question_t){
				.fqdn = known->fqdn, .family = f, .answered = answered};
		lync_resolver_ask(&known->questions[f]);
	}
}

/* Asks for what is due, as many as may be asked for at a time, each in its turn. Returns when the next one is due. */
static int64_t ask_due(int64_t now)
{
	static unsigned turn;
	int64_t next = now + SLEEP_MAX_MS;

	for(unsigned i = 0; i < name_count && asked < MAX_ASKED; i++) {
		known_t *known = known_of(names[turn++ % name_count]);

		if(known->open || known->name.forget_at)
			continue;
		if(known->name.ask_at <= now)
			ask(known);
		if(!known->open && known->name.ask_at < next)
			next = known->name.ask_at;
	}
	return next;
}

/* What is over -------------------------------------------------------------------------------------------------------- */

static void let_go(int64_t now)
{
	static int64_t looked_at;

	if(now - looked_at < SLEEP_MAX_MS)
		return;
	looked_at = now;
	for(unsigned i = 0; i < name_count;) {
		known_t *known = known_of(names[i]);

		addresses_new |= ly_name_expire(&known->name, now);
		if(known->open || !known->name.forget_at
				|| known->name.forget_at > now) {
			i++;
			continue;
		}
		names[i] = names[--name_count];
		free(known->fqdn);
		free(known);
		addresses_new = true;
	}
}

/* Tells the other processes. */
static void publish(int64_t now)
{
	if(!addresses_new && !(status_new && now - told_at >= STATUS_MS))
		return;
	told_at = now;
	if(lync_names_publish(names, name_count) == 0)
		addresses_new = status_new = false;
}

/* Others may know what those before did not. */
static void ask_failed_again(int64_t now)
{
	for(unsigned i = 0; i < name_count; i++) {
		if(names[i]->failures)
			names[i]->ask_at = now;
	}
}

static void run(void *data)
{
	eventfd_t woken;

	if(lync_resolver_open() < 0)
		return;
	for(;;) {
		int64_t now = lync_names_now(), next;

		cfg_update();
		follow_plan(now);
		let_go(now);
		next = ask_due(now);
		publish(now);
		if((addresses_new || status_new) && told_at + STATUS_MS < next)
			next = told_at + STATUS_MS;
		if(lync_resolver_wait(wake_fd, next > now ? next - now : 0))
			ask_failed_again(now);
		(void)eventfd_read(wake_fd, &woken);
	}
}

int lync_dns_child_init(int rank)
{
	return rank != PROC_MAIN ? 0
							 : lync_process_start("lync DNS", false, run, NULL);
}
