# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What root.sh and enter.sh share: where the platform lies and whether this machine is one itself.

# shellcheck disable=SC2034 # used by those who source this
SUITE=trixie
PLATFORM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034
CHECKOUT=$(cd "$PLATFORM_DIR/../.." && pwd)
LYNC_SBC_ROOT=${LYNC_SBC_ROOT:-/var/cache/lync-sbc/debian13}

die() {
	echo "lync-sbc: $*" >&2
	exit 1
}

# Debian 13 itself needs no root folder: what it is made of runs there natively.
is_native() {
	[ "${LYNC_SBC_NATIVE:-}" != no ] || return 1
	(. /etc/os-release && [ "$ID" = debian ] && [ "$VERSION_ID" = 13 ]) 2>/dev/null
}

wanted_packages() {
	sed '/^#/d' "$PLATFORM_DIR/packages.list"
}
