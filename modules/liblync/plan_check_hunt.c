/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the time limits of a try, and those of all tries, fit together. */
#include "liblync/duration.h"
#include "liblync/plan_reader.h"

/* One timer watches both, and is set anew by the first answer: to a moment that is not before the one it had. */
static void check_patience(ly_reader_t *reader, const char *element,
		const ly_patience_t *patience, unsigned line)
{
	char text[2][LY_DURATION_MAX];
	ly_buf_t out[2] = {
			ly_buf(text[0], sizeof(text[0])), ly_buf(text[1], sizeof(text[1]))};

	if(!patience->ringing || patience->ringing >= patience->answer)
		return;
	ly_put_duration(&out[0], patience->ringing);
	ly_put_duration(&out[1], patience->answer);
	ly_found(reader->report, line,
			"element <%s>: ringing-limit %.*s is shorter than answer-limit "
			"%.*s; expected at least as much, or 0s for none",
			element, LY_FMT(ly_buf_slice(&out[0])),
			LY_FMT(ly_buf_slice(&out[1])));
}

void ly_plan_check_hunt(ly_reader_t *reader)
{
	const ly_plan_t *plan = reader->plan;

	for(unsigned i = 0; i < plan->peer_count; i++) {
		const ly_peer_t *peer = &plan->peers[i];
		if(!peer->pool)
			check_patience(reader, "target", &peer->patience, peer->line);
	}
	for(unsigned i = 0; i < plan->trunk_count; i++)
		check_patience(reader, "trunk", &plan->trunks[i].patience,
				plan->trunks[i].line);
}
