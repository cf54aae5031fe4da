/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/numbering.h"

#include "liblync/uri.h"

ly_numbering_t ly_numbering(ly_direction_t direction, const ly_trunk_t *trunk,
		const ly_peer_t *target, ly_matcher_t *matcher)
{
	const ly_numbers_t *of_trunk = trunk ? trunk->numbers : NULL;
	const ly_numbers_t *of_target = target ? target->numbers : NULL;
	bool target_without_plus = target && target->e164_without_plus;

	if(direction == LY_FROM_LYNC)
		return (ly_numbering_t){direction, trunk && trunk->RemovePlusFromUri,
				target_without_plus, of_trunk, of_target, matcher};
	return (ly_numbering_t){direction, target_without_plus, false, of_target,
			of_trunk, matcher};
}

ly_numbering_t ly_numbering_back(
		ly_side_t from, const ly_trunk_t *trunk, const ly_peer_t *target)
{
	return ly_numbering(
			from == LY_LYNC ? LY_FROM_LYNC : LY_TO_LYNC, trunk, target, NULL);
}

/* Digits, perhaps behind a '+': nothing to leave out. Nearly all numbers are. */
static bool is_plain(ly_slice_t number)
{
	bool other = false;

	for(size_t i = number.len && number.s[0] == '+'; i < number.len; i++)
		other |= (unsigned char)(number.s[i] - '0') > 9;
	return !other;
}

/* A telephone number with separators in it, which are left out then. */
static ly_slice_t without_separators(ly_slice_t number, char *room)
{
	ly_buf_t out = ly_buf(room, LY_NUMBER_MAX + 1);

	if(is_plain(number))
		return number;
	for(size_t i = 0; i < number.len; i++) {
		char c = number.s[i];
		if((c >= '0' && c <= '9') || c == '*' || c == '#'
				|| (c == '+' && i == 0))
			ly_putc(&out, c);
		else if(c != '-' && c != '.' && c != '(' && c != ')')
			return number;
	}
	return out.len == number.len || out.len == 0 || out.full
				   ? number
				   : ly_buf_slice(&out);
}

static void apply_rules(const ly_numbers_t *numbers, const ly_numbering_t *way,
		ly_number_kind_t kind, char *room, ly_number_step_t *step)
{
	ly_renumbered_t r;

	if(!numbers || !way->matcher)
		return;
	r = ly_numbers_apply(
			numbers, way->direction, kind, step->number, way->matcher, room);
	step->number = r.number;
	step->rule = r.rule;
	step->trouble = r.trouble;
}

ly_number_step_t ly_number_arrives(const ly_numbering_t *way,
		ly_number_kind_t kind, ly_slice_t number, ly_number_room_t *room)
{
	ly_number_step_t step = {
			.number = without_separators(number, room->text[0] + 1)};

	if(way->plus_missing && ly_is_e164_without_plus(step.number)) {
		/* one byte before it is kept free for the '+' */
		memmove(room->text[0] + 1, step.number.s, step.number.len);
		room->text[0][0] = '+';
		step.number = ly_slice(room->text[0], step.number.len + 1);
		step.plus = true;
	}
	apply_rules(way->sender, way, kind, room->text[1], &step);
	return step;
}

ly_number_step_t ly_number_leaves(const ly_numbering_t *way,
		ly_number_kind_t kind, ly_slice_t number, ly_number_room_t *room)
{
	ly_number_step_t step = {.number = number};

	apply_rules(way->receiver, way, kind, room->text[1], &step);
	if(way->plus_unwanted && step.number.len > 1 && step.number.s[0] == '+'
			&& ly_digits(ly_slice(step.number.s + 1, 1))) {
		step.number = ly_from(step.number, 1);
		step.plus = true;
	}
	return step;
}
