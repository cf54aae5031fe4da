/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls are counted while they last, and given back once, whoever ends them, with several threads at it. */
#include "lync_helpers.h"

#include <pthread.h>

#include "liblync/hold.h"

#define CALLS 8
#define THREADS 4
#define ROUNDS 100000

static _Alignas(64) char memory[8192];
static ly_load_t loads[3];
static ly_holds_t *holds;

static int begin(void **state)
{
	(void)state;
	assert_true(ly_holds_size(CALLS) <= sizeof(memory));
	holds = ly_holds_init(memory, CALLS);
	memset(loads, 0, sizeof(loads));
	return 0;
}

/* Counted at each load that takes it. */
static ly_hold_id_t call(unsigned count)
{
	ly_hold_id_t id = ly_hold_begin(holds);

	for(unsigned i = 0; id && i < count; i++) {
		if(ly_load_take(&loads[i], false))
			assert_true(ly_hold_add(holds, id, &loads[i]));
	}
	return id;
}

static void a_call_is_counted_and_ends_once(void **state)
{
	ly_hold_id_t id = call(3);

	(void)state;
	assert_int_equal(loads[2].calls, 1);
	assert_int_equal(ly_holds_used(holds), 1);
	assert_true(ly_hold_end(holds, id));
	assert_false(ly_hold_end(holds, id));
	assert_int_equal(loads[0].calls, 0);
	assert_int_equal(ly_holds_used(holds), 0);
}

static void an_id_is_good_for_one_call(void **state)
{
	ly_hold_id_t before = call(1), now;

	(void)state;
	ly_hold_end(holds, before);
	now = call(1);
	assert_int_equal((uint32_t)now, (uint32_t)before); /* the same record */
	assert_false(ly_hold_end(holds, before));
	assert_false(ly_hold_add(holds, before, &loads[1]));
	assert_int_equal(loads[0].calls, 1);
	assert_true(ly_hold_end(holds, now));
	assert_false(ly_hold_end(holds, 0));
	assert_false(ly_hold_end(holds, CALLS + 1));
}

/* Who only tried to set it up leaves it; what has come to be goes on without him. */
static void one_that_is_kept_is_not_left(void **state)
{
	ly_hold_id_t left = call(1), kept = call(1);

	(void)state;
	assert_true(ly_hold_leave(holds, left));
	assert_false(ly_hold_keep(holds, left));
	assert_true(ly_hold_keep(holds, kept));
	assert_false(ly_hold_keep(holds, kept));
	assert_false(ly_hold_leave(holds, kept));
	assert_int_equal(loads[0].calls, 1);
	assert_true(ly_hold_end(holds, kept));
	assert_false(ly_hold_end(holds, kept));
	assert_false(ly_hold_keep(holds, 0) || ly_hold_leave(holds, 0));
	assert_int_equal(loads[0].calls, 0);
	left = call(1); /* the record anew */
	assert_false(ly_hold_end(holds, kept));
	assert_true(ly_hold_leave(holds, left));
}

static void there_are_as_many_as_there_may_be(void **state)
{
	ly_hold_id_t ids[CALLS];

	(void)state;
	for(int round = 0; round < 3; round++) {
		for(int i = 0; i < CALLS; i++)
			assert_int_not_equal(ids[i] = call(1), 0);
		assert_int_equal(call(1), 0);
		assert_int_equal(loads[0].calls, CALLS);
		for(int i = 0; i < CALLS; i++)
			assert_true(ly_hold_end(holds, ids[i]));
	}
	for(int i = 0; i < LY_HOLD_LOADS + 1; i++)
		assert_int_equal(
				ly_hold_add(holds, ids[0] = i ? ids[0] : call(0), &loads[0]),
				i < LY_HOLD_LOADS);
}

static void limits_hold_but_for_emergencies(void **state)
{
	(void)state;
	loads[0].limit = 2;
	assert_true(ly_load_take(&loads[0], false));
	assert_true(ly_load_take(&loads[0], false));
	assert_false(ly_load_take(&loads[0], false));
	assert_true(ly_load_take(&loads[0], true));
	assert_int_equal(loads[0].calls, 3);
}

static void add_up(ly_load_t *load, void *data)
{
	unsigned *sums = data;

	sums[load - loads]++;
}

static void they_can_be_counted_anew(void **state)
{
	unsigned sums[3] = {0};
	ly_hold_id_t one = call(1), two = call(2);

	(void)state;
	call(3);
	ly_hold_end(holds, one);
	ly_holds_each(holds, add_up, sums);
	for(int i = 0; i < 3; i++)
		assert_int_equal(sums[i], loads[i].calls);
	assert_true(ly_hold_end(holds, two));
}

/* Every call is ended twice, by two threads at about the same time. */
static _Atomic(ly_hold_id_t) shared[THREADS];
static _Atomic(uint64_t) begun, ended;

static void *keep_calling(void *number)
{
	unsigned self = *(unsigned *)number;

	for(unsigned n = 0; n < ROUNDS; n++) {
		ly_hold_id_t id = call(2), other;

		begun += id != 0;
		atomic_store(&shared[self], id);
		other = atomic_load(&shared[(self + n) % THREADS]);
		n % 3 ? ly_hold_keep(holds, id) : false;
		ended +=
				n % 2 ? ly_hold_leave(holds, other) : ly_hold_end(holds, other);
		ended += ly_hold_end(holds, id);
	}
	return NULL;
}

static void many_at_once_lose_nothing(void **state)
{
	unsigned numbers[THREADS] = {0, 1, 2, 3};
	pthread_t threads[THREADS];

	(void)state;
	for(int i = 0; i < THREADS; i++)
		assert_int_equal(
				pthread_create(&threads[i], NULL, keep_calling, &numbers[i]),
				0);
	for(int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_true(begun > ROUNDS);
	assert_int_equal(begun, ended);
	assert_int_equal(loads[0].calls, 0);
	assert_int_equal(loads[1].calls, 0);
	assert_int_equal(ly_holds_used(holds), 0);
	there_are_as_many_as_there_may_be(state);
}

/* Two who end each call at the same moment, as near as they can come. */
static _Atomic(ly_hold_id_t) together;
static _Atomic(unsigned) ready, firsts;

static void *end_together(void *unused)
{
	ly_hold_id_t last = 0, id;

	(void)unused;
	for(unsigned n = 0; n < ROUNDS; n++) {
		while((id = atomic_load(&together)) == last)
			sched_yield();
		firsts += ly_hold_end(holds, id);
		last = id;
		ready++;
	}
	return NULL;
}

static void one_of_two_is_the_first(void **state)
{
	pthread_t other;

	(void)state;
	together = 0;
	ready = firsts = 0;
	assert_int_equal(pthread_create(&other, NULL, end_together, NULL), 0);
	for(unsigned n = 1; n <= ROUNDS; n++) {
		ly_hold_id_t id = call(2);

		atomic_store(&together, id);
		firsts += ly_hold_end(holds, id);
		while(atomic_load(&ready) != n)
			sched_yield();
		assert_int_equal(firsts, n);
	}
	pthread_join(other, NULL);
	assert_int_equal(loads[0].calls, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test_setup(a_call_is_counted_and_ends_once, begin),
			cmocka_unit_test_setup(an_id_is_good_for_one_call, begin),
			cmocka_unit_test_setup(one_that_is_kept_is_not_left, begin),
			cmocka_unit_test_setup(there_are_as_many_as_there_may_be, begin),
			cmocka_unit_test_setup(limits_hold_but_for_emergencies, begin),
			cmocka_unit_test_setup(they_can_be_counted_anew, begin),
			cmocka_unit_test_setup(one_of_two_is_the_first, begin),
			cmocka_unit_test_setup(many_at_once_lose_nothing, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
