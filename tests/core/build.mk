# SPDX-License-Identifier: GPL-2.0-or-later
# Tests inside the real Kamailio, plain and under the tools that watch memory. Included by build.mk.

.PHONY: core-modules core core-asan core-valgrind
CORE_SRCS := $(wildcard tests/core/*.c)
LY_MOD_SAN = $(filter-out -D_FORTIFY_SOURCE=2 -O2,$(LY_MOD_CC)) -O1 $(SAN)
CORE_CC = $(subst -DMOD_NAME='"lync"' -DMOD_NAMEID=lync,-DMOD_NAME='"lynctest"' -DMOD_NAMEID=lynctest,$(LY_MOD_CC))

# The module as it is shipped is $(B)/lync.so; this one has the sanitizers in it.
$(B)/san/modules/lync/%.o: modules/lync/%.c $(KSRC)/src/config.mak
	@mkdir -p $(@D)
	$(LY_MOD_SAN) -MMD -MP -c $< -o $@
$(B)/san/lync.so: $(LY_MOD_SRCS:%.c=$(B)/san/%.o) $(B)/san/liblync.a
	gcc $(MOD_LDFLAGS) $(SAN) $^ $(LY_MOD_LIBS) -o $@

$(B)/tests/core/%.o: tests/core/%.c $(KSRC)/src/config.mak
	@mkdir -p $(@D)
	$(CORE_CC) -fvisibility=default -MMD -MP -c $< -o $@
$(B)/core/lynctest.so: $(CORE_SRCS:%.c=$(B)/%.o)
	@mkdir -p $(@D)
	gcc $(MOD_LDFLAGS) $^ -lcmocka -o $@

core-modules: $(B)/lync.so $(B)/san/lync.so $(B)/core/lynctest.so
core: core-modules
	tests/core/run.sh plain
core-asan: core-modules
	tests/core/run.sh asan
core-valgrind: core-modules
	tests/core/run.sh valgrind

-include $(CORE_SRCS:%.c=$(B)/%.d) $(LY_MOD_SRCS:%.c=$(B)/san/%.d)
