# SPDX-License-Identifier: GPL-2.0-or-later
# What a user types. Everything runs inside the platform (Debian 13); how it is built there stands in build.mk.

SHELL := /bin/bash
ENTER := tools/platform/enter.sh
INSIDE = $(MAKE) --no-print-directory -f build.mk

.PHONY: help run test exec lint format bench chaos fuzz build clean platform
.DEFAULT_GOAL := help

help: ## this list
	@echo "lync-sbc: targets (all need root; the first run makes the platform, about two minutes)"
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16
	@echo "  LYNC_SBC_ROOT=DIR says where the Debian 13 root lies (default /var/cache/lync-sbc/debian13)"

run: platform ## start the SBC, place real calls both ways and show them; ONCE=1 ends after the calls, PLAN=FILE (in the checkout) serves your own plan
	@$(ENTER) make --no-print-directory -s -f build.mk run ONCE='$(ONCE)' PLAN='$(PLAN)' NODE='$(NODE)'

test: platform ## everything: lint, units, units inside Kamailio, scenarios with real calls; T=name runs one
	@$(ENTER) --net make --no-print-directory -s -f build.mk test T='$(T)'

exec: platform ## run CMD='…' inside the platform, with the checkout mounted
	@$(ENTER) sh -c $(call quote,$(CMD))

lint: platform ## clang-format, cppcheck, shellcheck, xmllint, kamailio -c
	@$(ENTER) --net make --no-print-directory -s -f build.mk lint

format: platform ## clang-format over all C files
	@$(ENTER) make --no-print-directory -s -f build.mk format

bench: platform ## speed and memory, compared with a bare relay and a stock configuration; BENCH='--help' for more
	@$(ENTER) --net make --no-print-directory -s -f build.mk bench BENCH=$(call quote,$(BENCH))

chaos: platform ## 20,000 calls with random faults, while peers die and come back; CHAOS='--help' for more
	@$(ENTER) --net make --no-print-directory -s -f build.mk chaos CHAOS=$(call quote,$(CHAOS))

fuzz: platform ## fuzz the parsers; SECONDS=60 each by default
	@$(ENTER) --net make --no-print-directory -s -f build.mk fuzz SECONDS='$(SECONDS)'

build: platform ## compile the module, the tool and the tests into build/
	@$(ENTER) make --no-print-directory -s -f build.mk all

platform: ## make the Debian 13 root (or install the packages, on Debian 13)
	@tools/platform/root.sh

clean: ## remove build/
	rm -rf build

# One shell word, whatever is in it.
quote = '$(subst ','\'',$(1))'
