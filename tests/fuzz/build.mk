# SPDX-License-Identifier: GPL-2.0-or-later
# libFuzzer over liblync: fuzz_NAME.c with its seeds in corpus/NAME. What it finds of interest is kept in build/fuzz/
# for the next run; only what a test should begin with belongs into corpus/. Included by build.mk.

FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_CC = clang $(filter-out $(LY_HARDEN) -O2 -O3 -fvisibility=hidden,$(LY_CFLAGS)) -O1 -Wno-unknown-attributes \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined

$(B)/fuzz/modules/%.o: modules/%.c
	@mkdir -p $(@D)
	$(FUZZ_CC) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@
$(B)/fuzz/liblync.a: $(LY_SRCS:%.c=$(B)/fuzz/%.o)
	@rm -f $@
	ar rcs $@ $^
$(B)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(B)/fuzz/liblync.a
	$(FUZZ_CC) -fsanitize=fuzzer -MMD -MP $< $(B)/fuzz/liblync.a $(PKG_LIBS) -o $@

# Fixtures of the unit tests are seeds as well.
FUZZ_SEEDS_clixml := tests/fixtures/lync
FUZZ_SEEDS_diagnostics := tests/fixtures/messages
FUZZ_SEEDS_passage := tests/fixtures/messages tests/fuzz/corpus/rewrite
FUZZ_SEEDS_plan := tests/fixtures/plans/good tests/fixtures/plans/bad tests/fixtures/plans/warn
FUZZ_SEEDS_message := tests/fixtures/messages
FUZZ_SEEDS_rewrite := tests/fixtures/messages
FUZZ_SEEDS_sdp := tests/fixtures/messages
FUZZ_SEEDS_dtmf := tests/fixtures/messages
FUZZ_SEEDS_sdp_pair := tests/fixtures/messages
FUZZ_SEEDS_timer := tests/fixtures/messages

# make fuzz SECONDS=60 TARGET=fuzz_plan; with RUNS=5000 the same inputs each time, for a test suite
fuzz: $(patsubst %,fuzz-%,$(or $(TARGET),$(FUZZ_TARGETS)))
fuzz-programs: $(FUZZ_TARGETS:%=$(B)/fuzz/%)
fuzz-fuzz_%: $(B)/fuzz/fuzz_%
	@mkdir -p $(B)/fuzz/corpus/$* $(B)/test-results
	@$< $(if $(RUNS),-seed=1 -runs=$(RUNS)) -max_total_time=$(or $(SECONDS),60) -timeout=5 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
		-artifact_prefix=$(B)/test-results/fuzz_$*- $(B)/fuzz/corpus/$* $(wildcard tests/fuzz/corpus/$*) $(FUZZ_SEEDS_$*) \
		2>$(B)/test-results/fuzz_$*.log || { tail -n 60 $(B)/test-results/fuzz_$*.log; exit 1; }
	@awk '/executed_units/ {n = $$2} /per_sec/ {rate = $$2} /peak_rss/ {rss = $$2} \
		END {print "fuzz_$*: " n " inputs, " rate "/s, " rss " MB, nothing found"}' $(B)/test-results/fuzz_$*.log
.PHONY: fuzz-programs

-include $(LY_SRCS:%.c=$(B)/fuzz/%.d) $(FUZZ_TARGETS:%=$(B)/fuzz/%.d)
