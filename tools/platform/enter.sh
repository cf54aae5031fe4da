#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs one command inside the platform, with the checkout at the same path as outside.
#   enter.sh [--net] COMMAND [ARGUMENT…]      --net: in a network namespace of its own, from which no route leads out
#
# Processes, mounts, namespaces and addresses of the command live in namespaces that end with it: whatever way it
# ends (also Ctrl-C and kill), the kernel takes all of it away.
set -euo pipefail
# shellcheck source=tools/platform/lib.sh
. "$(dirname "$0")/lib.sh"

net=()
if [ "${1:-}" = --net ]; then
	net=(--net)
	shift
fi
[ $# -gt 0 ] || die "enter.sh: which command?"

CORPUS=${SIP_TORTURE_CORPUS:-$CHECKOUT/../shared/corpora/rfc4475}
CORPUS=$(realpath -m "$CORPUS")

inside() {
	# Runs as the first process of the new namespaces.
	local root=$1 dir
	shift
	mount --make-rprivate /
	mount -t tmpfs -o mode=755 tmpfs "$root/run"
	mkdir -p "$root/run/netns" "$root/run/lock"
	mount -t proc proc "$root/proc"
	if [ "$root" != / ]; then
		mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
		mount --rbind /dev "$root/dev"
		mount --rbind /sys "$root/sys"
		for dir in "$CHECKOUT" "$CORPUS"; do
			[ -d "$dir" ] || continue
			mkdir -p "$root$dir"
			mount --bind "$dir" "$root$dir"
		done
	fi
	ip link set lo up 2>/dev/null || true
	cd "$CHECKOUT"
	exec chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		LANG=C.UTF-8 TERM="${TERM:-dumb}" LYNC_SBC_INSIDE=1 SIP_TORTURE_CORPUS="$CORPUS" CI="${CI:-}" \
		http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" \
		/bin/sh -c 'cd "$0" && exec "$@"' "$CHECKOUT" "$@"
}

root=$LYNC_SBC_ROOT
is_native && root=/
export -f inside
export CHECKOUT CORPUS

# In the background, so that a signal to this script is handled at once; env gives the command its Ctrl-C back, and
# setpriv ends it when this script is killed.
setpriv --pdeathsig KILL env --default-signal=INT,QUIT unshare --mount --pid "${net[@]}" --fork --kill-child \
	bash -c 'inside "$@"' inside "$root" "$@" <&0 &
child=$!
stop() {
	kill -KILL "$child" 2>/dev/null
	wait "$child" 2>/dev/null
}
trap 'stop; exit 143' TERM HUP
trap stop EXIT
trap : INT
status=0
while :; do
	wait $child && status=0 || status=$?
	kill -0 $child 2>/dev/null || break
done
trap - EXIT
exit $status
