# SPDX-License-Identifier: GPL-2.0-or-later
# Builds and tests inside the platform (see Makefile). Output goes to build/.

B := build
KAMAILIO_VERSION := $(shell dpkg-query -W -f='$${source:Version}' kamailio 2>/dev/null)
# Kamailio's headers: no binary package carries them, so they come from the source package, once per version.
KSRC ?= /var/cache/lync-sbc/kamailio-headers-$(KAMAILIO_VERSION)
MODULES_DIR := /usr/lib/x86_64-linux-gnu/kamailio/modules
ifneq ($(shell dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null),)
MODULES_DIR := /usr/lib/$(shell dpkg-architecture -qDEB_HOST_MULTIARCH)/kamailio/modules
endif

LY_WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror
PKGS := libxml-2.0 libsodium libpcre2-8 libcrypto
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
PKG_LIBS := $(shell pkg-config --libs $(PKGS)) -lm
LY_HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong

LY_SRCS := $(wildcard modules/liblync/*.c)
LY_MOD_SRCS := $(wildcard modules/lync/*.c)
LY_TOOL_SRCS := $(wildcard tools/lync-sbc/*.c)
UNIT_SRCS := $(wildcard tests/unit/test_*.c)

LY_CFLAGS = -std=gnu11 -O3 -g $(LY_HARDEN) -fPIC -fvisibility=hidden $(LY_WARN) $(PKG_CFLAGS) -Imodules -I$(B)/made

.PHONY: all module tool check-abi unit core scenarios test lint format bench chaos fuzz run clean
all: module tool units check-abi

# liblync ------------------------------------------------------------------------------------------------------------
LY_OBJS := $(LY_SRCS:%.c=$(B)/%.o)
$(B)/modules/liblync/%.o: modules/liblync/%.c
	@mkdir -p $(@D)
	gcc $(LY_CFLAGS) -MMD -MP -c $< -o $@
$(B)/liblync.a: $(LY_OBJS)
	@rm -f $@
	ar rcs $@ $^

# The profiles that come with the SBC, for every way in which liblync is compiled.
$(B)/made/media_shipped.inc: tools/profiles.py $(wildcard rtpengine-profiles/*.xml)
	@mkdir -p $(@D)
	python3 $^ >$@.new && mv $@.new $@
$(foreach way,/ /san/ /fuzz/,$(B)$(way)modules/liblync/media_shipped.o): $(B)/made/media_shipped.inc

# the module ---------------------------------------------------------------------------------------------------------
# Without LIBSSL_SET_MUTEX_SHARED the flags differ from Debian's where libssl-dev is absent, and Kamailio refuses us.
$(KSRC)/src/config.mak:
	@mkdir -p $(B)/ksrc-download $(KSRC)
	cd $(B)/ksrc-download && apt-get source -qq --download-only --tar-only kamailio=$(KAMAILIO_VERSION)
	tar -xzf $(B)/ksrc-download/kamailio_*.orig.tar.gz -C $(KSRC) --strip-components=1 \
		--wildcards '*/src/Makefile*' '*/src/*.h'
	make -s -C $(KSRC)/src cfg FLAVOUR=kamailio LIBSSL_SET_MUTEX_SHARED=1 \
		CC_EXTRA_OPTS="$$(dpkg-buildflags --get CPPFLAGS) $$(dpkg-buildflags --get CFLAGS) -DVERSION_NODATE" \
		LD_EXTRA_OPTS="$$(dpkg-buildflags --get LDFLAGS)" >/dev/null
	@rm -rf $(B)/ksrc-download

# Only what compiles against Kamailio needs its flags; make builds the missing file and starts again.
ifneq ($(filter-out clean unit units tool format test fuzz,$(or $(MAKECMDGOALS),all)),)
include $(KSRC)/src/config.mak
endif

LY_MOD_LIBS := $(PKG_LIBS) $(shell pkg-config --libs hiredis libcares libssl)
LY_MOD_CC = gcc $(C_DEFS) -DMOD_NAME='"lync"' -DMOD_NAMEID=lync $(MOD_CFLAGS) -fvisibility=hidden $(LY_WARN) \
	-Wno-unused-parameter -isystem $(KSRC)/src $(PKG_CFLAGS) $(shell pkg-config --cflags hiredis) -Imodules
LY_MOD_OBJS := $(LY_MOD_SRCS:%.c=$(B)/%.o)
$(B)/modules/lync/%.o: modules/lync/%.c $(KSRC)/src/config.mak
	@mkdir -p $(@D)
	$(LY_MOD_CC) -MMD -MP -c $< -o $@
$(B)/lync.so: $(LY_MOD_OBJS) $(B)/liblync.a
	gcc $(MOD_LDFLAGS) $^ $(LY_MOD_LIBS) -o $@
module: $(B)/lync.so

# Kamailio compares two strings of the module with its own; better here than at the start of the service.
check-abi: $(B)/lync.so
	@v="$$(kamailio -V | sed -n 's/^version: \(.*[^ ]\) *$$/\1/p')"; \
	f="$$(kamailio -V | sed -n 's/^flags: //p')"; \
	if grep -qF "$$v" $< && grep -qF "$$f" $<; then echo "abi ok: $$v"; else \
	echo "check-abi: lync.so was built for another Kamailio than the installed one ($$v); remove $(KSRC)" >&2; exit 1; fi

# the tool -----------------------------------------------------------------------------------------------------------
LY_TOOL_OBJS := $(LY_TOOL_SRCS:%.c=$(B)/%.o)
$(B)/tools/%.o: tools/%.c
	@mkdir -p $(@D)
	gcc $(LY_CFLAGS) -MMD -MP -c $< -o $@
$(B)/lync-sbc: $(LY_TOOL_OBJS) $(B)/liblync.a
	gcc $^ $(PKG_LIBS) -o $@
tool: $(B)/lync-sbc

# unit tests: one program a file, with the sanitizers ------------------------------------------------------------------
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
UNITS := $(UNIT_SRCS:tests/unit/%.c=$(B)/unit/%)
$(B)/san/modules/liblync/%.o: modules/liblync/%.c
	@mkdir -p $(@D)
	gcc $(filter-out -D_FORTIFY_SOURCE=2 -O3,$(LY_CFLAGS)) -O1 $(SAN) -MMD -MP -c $< -o $@
$(B)/san/liblync.a: $(LY_SRCS:%.c=$(B)/san/%.o)
	@rm -f $@
	ar rcs $@ $^
$(B)/unit/%: tests/unit/%.c $(B)/san/liblync.a
	@mkdir -p $(@D)
	gcc $(filter-out -D_FORTIFY_SOURCE=2 -O3,$(LY_CFLAGS)) -O1 $(SAN) -MMD -MP $< $(B)/san/liblync.a $(PKG_LIBS) -lcmocka -o $@
# the tool likewise, for what others have written
$(B)/san/tools/%.o: tools/%.c
	@mkdir -p $(@D)
	gcc $(filter-out -D_FORTIFY_SOURCE=2 -O3,$(LY_CFLAGS)) -O1 $(SAN) -MMD -MP -c $< -o $@
$(B)/san/lync-sbc: $(LY_TOOL_SRCS:%.c=$(B)/san/%.o) $(B)/san/liblync.a
	gcc $(SAN) $^ $(PKG_LIBS) -o $@
units: $(UNITS) $(B)/san/lync-sbc

include tests/core/build.mk
include tests/fuzz/build.mk

# looking over the source -----------------------------------------------------------------------------------------------
lint: module tool
	tools/lint.sh
format:
	tools/lint.sh --format

# everything ------------------------------------------------------------------------------------------------------------
test:
	python3 tests/run.py '$(T)'

# a look at it ----------------------------------------------------------------------------------------------------------
run: module tool check-abi
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests exec python3 -m lab.run $(if $(ONCE),--once) \
		$(if $(PLAN),--plan '$(PLAN)') $(if $(NODE),--node '$(NODE)')
$(B)/bench/%: tests/bench/%.c tests/bench/made_plan.h tests/bench/passages.h $(B)/liblync.a
	@mkdir -p $(@D)
	gcc $(LY_CFLAGS) $< $(B)/liblync.a $(PKG_LIBS) -o $@
$(B)/bench/media_load: tests/bench/media_srtp.h tests/bench/media_input.h
$(B)/bench/stopwatch.so: tests/bench/stopwatch.c $(KSRC)/src/config.mak
	@mkdir -p $(@D)
	$(subst MOD_NAME='"lync"' -DMOD_NAMEID=lync,MOD_NAME='"stopwatch"' -DMOD_NAMEID=stopwatch,$(LY_MOD_CC)) \
		-fvisibility=default $(MOD_LDFLAGS) $< -o $@
bench: module tool $(B)/bench/micro $(B)/bench/balance $(B)/bench/large_plan $(B)/bench/by_name $(B)/bench/media_load $(B)/bench/media_flags \
		$(B)/bench/stopwatch.so
	$(B)/bench/large_plan
	$(B)/bench/by_name
	$(B)/bench/balance
	PYTHONDONTWRITEBYTECODE=1 python3 tests/bench/stall.py
	PYTHONDONTWRITEBYTECODE=1 python3 tests/bench/last_call.py
	PYTHONDONTWRITEBYTECODE=1 python3 tests/bench/health.py
	PYTHONDONTWRITEBYTECODE=1 python3 tests/bench/check_instructions.py
	PYTHONDONTWRITEBYTECODE=1 exec python3 tests/bench/run.py $(BENCH)

chaos: module tool check-abi
	PYTHONDONTWRITEBYTECODE=1 exec python3 tests/chaos/run.py $(CHAOS)

-include $(LY_OBJS:.o=.d) $(LY_MOD_OBJS:.o=.d) $(LY_TOOL_OBJS:.o=.d) $(UNITS:%=%.d) $(LY_SRCS:%.c=$(B)/san/%.d) \
	$(LY_TOOL_SRCS:%.c=$(B)/san/%.d)

clean:
	rm -rf $(B)
