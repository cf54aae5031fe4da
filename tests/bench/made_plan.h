/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan of any size for the benchmarks. Included once per program, not compiled apart. */
#ifndef TESTS_BENCH_MADE_PLAN_H
#define TESTS_BENCH_MADE_PLAN_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "liblync/plan.h"

typedef struct made_size
{
	unsigned pools, servers; /* of each pool */
	unsigned targets, trunks;
	unsigned rule_sets, rules; /* of each set */
	unsigned routes;		   /* of the first trunk, with a match each */
	bool by_name;			   /* servers and targets have no address */
} made_size_t;

/* Every tenth rule begins like the numbers that are asked for, most do not: as where countries and areas have rules. */
#define MADE_CALLED "+49305551234"

static void add(ly_buf_t *b, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

static void add(ly_buf_t *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	b->len += (size_t)vsnprintf(b->s + b->len, b->cap - b->len, format, args);
	va_end(args);
}

static void add_address(ly_buf_t *b, const made_size_t *size, unsigned net,
		unsigned subnet, unsigned host)
{
	if(!size->by_name)
		add(b, " address=\"10.%u.%u.%u\"", net, subnet, host);
}

static void add_trunk(ly_buf_t *b, const made_size_t *size, unsigned i)
{
	add(b,
			"<trunk name=\"trunk%u\" pool=\"pool%u\" mediation-port=\"%u\" "
			"fqdn=\"sbc1.example.net\" port=\"%u\" transport=\"tls\" "
			"numbers=\"set%u\" EnableReferSupport=\"false\">\n",
			i, i % size->pools, 5067 + i / size->pools, 6000 + i / size->pools,
			i % size->rule_sets);
	for(unsigned j = 0; i == 0 && j < size->routes; j++)
		add(b,
				" <route target=\"gw%u\" match=\"^\\+%u(\\d+)$\" "
				"tier=\"%u\"/>\n",
				j % size->targets, 400 + j, j % 9 + 1);
	add(b, " <route target=\"gw%u\"/>\n</trunk>\n", i % size->targets);
}

static void add_rules(ly_buf_t *b, const made_size_t *size, unsigned i)
{
	add(b, "<numbers name=\"set%u\">\n", i);
	for(unsigned j = 0; j + 1 < size->rules; j++)
		add(b,
				" <rule on=\"called\" name=\"rule %u\" "
				"pattern=\"^\\+%s%u(\\d{4,})$\" translation=\"0%u$1\"/>\n",
				j, j % 10 ? "" : "49", 1000 + j, j);
	add(b, " <rule on=\"called\" name=\"others\" pattern=\"^\\+(\\d+)$\" "
		   "translation=\"00$1\"/>\n</numbers>\n");
}

/* The text of the plan, to be freed. */
static ly_slice_t made_plan(const made_size_t *size)
{
	size_t cap =
			4096
			+ 200 * (size_t)(size->pools * (size->servers + 2) + size->targets)
			+ 400 * (size_t)size->trunks
			+ 200 * (size_t)(size->rule_sets * (size->rules + 1))
			+ 200 * (size_t)size->routes;
	ly_buf_t b = ly_buf(malloc(cap), cap);
	unsigned ports = size->trunks / size->pools + 1;

	add(&b, "<lync-trunks xmlns=\"urn:lync-sbc:trunks:1\" version=\"1\">\n"
			"<node name=\"sbc1\" fqdn=\"sbc1.example.net\">\n"
			"<interface side=\"lync\" address=\"192.0.2.1\"/>\n"
			"<interface side=\"pstn\" address=\"198.51.100.1\"/>\n"
			"<certificate file=\"/c\" key=\"/k\" ca=\"/a\"/>\n"
			"<listen side=\"pstn\" transport=\"udp\" port=\"5060\"/>\n");
	for(unsigned i = 0; i < ports; i++)
		add(&b, "<listen side=\"lync\" transport=\"tls\" port=\"%u\"/>\n",
				6000 + i);
	add(&b, "</node>\n");
	for(unsigned i = 0; i < size->pools; i++) {
		add(&b,
				"<pool name=\"pool%u\" fqdn=\"pool%u.contoso.example\" "
				"dialect=\"lync2013\">\n",
				i, i);
		for(unsigned j = 0; j < size->servers; j++) {
			add(&b, " <server fqdn=\"med%u-%u.contoso.example\"", i, j);
			add_address(&b, size, 1, i, j + 1);
			add(&b, "/>\n");
		}
		add(&b, "</pool>\n");
	}
	for(unsigned i = 0; i < size->targets; i++) {
		add(&b, "<target name=\"gw%u\" fqdn=\"gw%u.example.net\"", i, i);
		add_address(&b, size, 2, i / 200, i % 200 + 1);
		add(&b,
				" port=\"5060\" transport=\"udp\">"
				"<route trunk=\"trunk%u\"/></target>\n",
				i % size->trunks);
	}
	for(unsigned i = 0; i < size->trunks; i++)
		add_trunk(&b, size, i);
	for(unsigned i = 0; i < size->rule_sets; i++)
		add_rules(&b, size, i);
	add(&b, "</lync-trunks>\n");
	if(b.len >= b.cap)
		abort();
	return ly_buf_slice(&b);
}

#endif
