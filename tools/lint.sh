#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Looks over the source, inside the platform. One line a finding, FILE:LINE: WHAT; ends with 1 when there is any.
#   lint.sh [CHECK…]    all checks, or these
#   lint.sh --list      their names
#   lint.sh --format    formats the C files instead of complaining
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export PYTHONDONTWRITEBYTECODE=1

CHECKS=(format cppcheck shell python xml text config)
BUILD=${BUILD:-build}

# Those that there are already.
ROOTS=()
for root in Makefile build.mk .ci docker kamailio-cfg modules rtpengine-profiles tests tools; do
	[ -e "$root" ] && ROOTS+=("$root")
done

files() {
	find "${ROOTS[@]}" \( -name __pycache__ -o -name fixtures -o -name corpus \) -prune -o -type f "$@" -print
}

c_files() {
	files -name '*.[ch]'
}

shell_files() {
	files -name '*.sh'
	grep -lE '^#!.*\b(ba)?sh$' .ci/* docker/* 2>/dev/null
}

# Kamailio's own .clang-format, as it is.
check_format() {
	c_files | xargs clang-format --dry-run --Werror 2>&1 \
		| sed -n 's/^\([^ ]*:[0-9]*\):[0-9]*: error: .*/\1: not formatted; run: make format/p' | sort -u
}

# Kamailio's headers are not looked into: the macros that stand where a declaration does are explained here.
check_cppcheck() {
	mkdir -p "$BUILD/cppcheck"
	cppcheck --quiet -j 2 --cppcheck-build-dir="$BUILD/cppcheck" --std=c11 --check-level=exhaustive \
		--enable=warning,style,performance,portability --inline-suppr --suppressions-list=tools/lint/cppcheck.txt \
		-Imodules -I"$BUILD/made" -DDBG_SR_MEMORY -DMODULE_VERSION= -Dstr_init'(s)={s,sizeof(s)-1}' \
		--template='{file}:{line}: {message} [{id}]' modules tools tests 2>&1
}

# A signal trap, a function that another shell runs, a $ meant for another shell: not errors here.
check_shell() {
	shell_files | xargs shellcheck --format=gcc --external-sources --exclude=SC2016,SC2317 \
		| sed -E 's/^([^:]*:[0-9]+):[0-9]+: [a-z]+:/\1:/'
}

check_python() {
	files -name '*.py' | xargs python3 -m pyflakes 2>&1 | sed -nE 's/^([^:]*:[0-9]+):[0-9]+:/\1:/p'
}

check_xml() {
	local schema=kamailio-cfg/lync-trunks.xsd
	xmllint --nonet --noout $schema 2>&1 | grep -E ':[0-9]+: '
	for plan in kamailio-cfg/*.xml tests/fixtures/plans/good/*.xml tests/core/*.xml rtpengine-profiles/*.xml; do
		xmllint --nonet --noout --schema $schema "$plan" 2>&1 | grep -E ':[0-9]+: '
	done
}

check_text() {
	files | python3 tools/lint/text.py
}

# Every combination of what kamailio.cfg asks for with #!ifdef.
check_config() {
	python3 tools/lint/config.py kamailio-cfg/kamailio.cfg "$BUILD"
}

run() {
	local check findings found=0
	for check in "$@"; do
		declare -F "check_$check" >/dev/null || { echo "lint.sh: there is no check '$check': ${CHECKS[*]}" >&2; exit 2; }
		findings=$("check_$check")
		[ -z "$findings" ] && continue
		echo "$findings"
		found=1
	done
	return $found
}

case ${1:-} in
	--list) printf '%s\n' "${CHECKS[@]}" ;;
	--format) c_files | xargs clang-format -i ;;
	'') run "${CHECKS[@]}" ;;
	*) run "$@" ;;
esac
