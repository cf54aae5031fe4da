/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any message with session timers: as it goes on, it asks for what is remembered, and nothing is left to be done. */
#include "fuzz.h"

#include "liblync/timer.h"

#define MORE (LY_TIMER_LINES_MAX + 20)

/* m with the number changed and the lines behind its start line, to be given back. */
static ly_slice_t with(const ly_message_t *m, const ly_timer_change_t *change,
		ly_slice_t lines)
{
	size_t start = ly_find(m->raw, '\n') + 1;
	char *p = malloc(m->raw.len + MORE);
	ly_buf_t out = ly_buf(p, m->raw.len + MORE);
	const char *at = m->raw.s + start;

	if(!p)
		abort();
	ly_put(&out, ly_slice(m->raw.s, start));
	ly_put(&out, lines);
	if(change->digits.len) {
		must(within(change->digits, m->raw), "a change lies in the message");
		ly_put(&out, ly_span(at, change->digits.s));
		ly_put_number(&out, change->number);
		at = change->digits.s + change->digits.len;
	}
	ly_put(&out, ly_span(at, m->raw.s + m->raw.len));
	must(!out.full, "the lines are no longer than they may be");
	return ly_buf_slice(&out);
}

/* What goes on says what is remembered, and would go on as it is. */
static void check_request(
		const ly_message_t *before, unsigned interval, unsigned least)
{
	static ly_message_t m;
	char memory[LY_TIMER_LINES_MAX];
	ly_buf_t lines = ly_buf(memory, sizeof(memory));
	ly_timer_asked_t asked, again;
	ly_timer_change_t change =
			ly_timer_request(before, interval, least, &lines, &asked);
	ly_slice_t raw = with(before, &change, ly_buf_slice(&lines));
	ly_timer_t read;

	must(!lines.full, "the lines have room");
	if(!ly_message_parse(raw, &m) && asked.interval) {
		read = ly_timer_read(&m);
		must(!read.wrong, "nothing is wrong with what is asked for");
		must(read.interval == asked.interval, "what is asked is remembered");
		must(read.interval >= LY_TIMER_LEAST && read.interval >= read.least,
				"no interval is too short");
		must(read.interval <= LY_TIMER_MOST || read.interval == read.least,
				"none is too long");
		must(!asked.inserted || read.least >= least,
				"what a 422 has said is said");
		lines.len = 0;
		change = ly_timer_request(&m, interval, 0, &lines, &again);
		must(!lines.len && !change.digits.len
						&& again.interval == asked.interval,
				"twice is once");
	}
	give_back(raw);
}

static void check_response(
		const ly_message_t *before, const ly_timer_asked_t *asked)
{
	static ly_message_t m;
	char memory[LY_TIMER_LINES_MAX];
	ly_buf_t lines = ly_buf(memory, sizeof(memory));
	ly_timer_agreed_t agreed = {0}, again = {0};
	const ly_timer_change_t none = {LY_EMPTY, 0};
	unsigned deadline;
	ly_slice_t raw;

	if(!ly_timer_response(before, asked, &lines, &agreed)) {
		must(!lines.len && !agreed.interval, "nothing is agreed");
		return;
	}
	deadline = ly_timer_deadline(&agreed, LY_TIMER_GRACE);
	must(!deadline || deadline > agreed.interval, "no session ends too soon");
	raw = with(before, &none, ly_buf_slice(&lines));
	if(!ly_message_parse(raw, &m)) {
		lines.len = 0;
		must(ly_timer_response(&m, asked, &lines, &again) && !lines.len
						&& again.interval == agreed.interval
						&& again.refresher == agreed.refresher,
				"the other side reads what is agreed");
	}
	give_back(raw);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const unsigned plans[] = {0, 90, 1800, 86400}, leasts[] = {0, 3600};
	static const ly_timer_asked_t asked[] = {{0}, {1800, true, true, false},
			{1800, false, true, false}, {90, true, false, false}};
	static ly_message_t m;
	ly_slice_t raw = copy_of(data, size);

	if(!ly_message_parse(raw, &m)) {
		for(int i = 0; i < 8; i++)
			check_request(&m, plans[i / 2], leasts[i % 2]);
		for(int i = 0; i < 4; i++) {
			unsigned least = ly_timer_least(&m, &asked[i]);
			must(!least
							|| (least > asked[i].interval
									&& least <= LY_TIMER_MOST),
					"a second try is another one");
			check_response(&m, &asked[i]);
		}
	}
	give_back(raw);
	return 0;
}
