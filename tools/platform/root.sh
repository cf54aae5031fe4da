#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the platform ready: a Debian 13 root folder with every package of packages.list, or the packages alone
# where the machine is Debian 13 already. Does nothing, and takes no time, when all is there.
#
# The mirror is the one that this machine's own apt uses. A root that was left half-made has no stamp and is
# made again.
set -euo pipefail
# shellcheck source=tools/platform/lib.sh
. "$(dirname "$0")/lib.sh"

STAMP_NAME=.lync-sbc-complete
WANTED=$(wanted_packages | sort | sha256sum | cut -c1-16)

host_mirror() {
	# $1: a pattern that the suite must match. Prints the archive's address, without a trailing slash.
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' \
		| awk -v want="$1" '$2 ~ want { sub(/\/$/, "", $1); print $1; exit }'
}

install_host_tool() {
	command -v "$1" >/dev/null && return
	echo "lync-sbc: installing $2 on this machine"
	apt-get -qq update
	DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$2" >/dev/null
}

write_sources() {
	# $1: the root folder. deb-src is there for the Kamailio headers, which no binary package carries.
	local mirror=$2 security=$3
	rm -f "$1/etc/apt/sources.list"
	cat >"$1/etc/apt/sources.list.d/debian.sources" <<-SOURCES
		Types: deb deb-src
		URIs: $mirror
		Suites: $SUITE $SUITE-updates
		Components: main
		Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

		Types: deb deb-src
		URIs: $security
		Suites: $SUITE-security
		Components: main
		Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
	SOURCES
}

copy_apt_settings() {
	# A proxy or a private certificate that this machine's apt needs is needed inside as well.
	local f
	for f in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
		if [ -f "$f" ] && grep -qiE 'acquire::.*(proxy|verify|cainfo)' "$f"; then
			cp "$f" "$1/etc/apt/apt.conf.d/99host-$(basename "$f")"
		fi
	done
	cp -L /etc/resolv.conf "$1/etc/resolv.conf" 2>/dev/null || true
	cp -L /etc/hosts "$1/etc/hosts" 2>/dev/null || true
}

in_root() {
	# The mounts live in a mount namespace of this command alone, so nothing is left behind.
	LYNC_SBC_ROOT="$1" unshare --mount --pid --fork --kill-child bash -c '
		mount --make-rprivate /
		mount -t proc proc "$LYNC_SBC_ROOT/proc"
		mount --rbind /dev "$LYNC_SBC_ROOT/dev"
		mount -t tmpfs tmpfs "$LYNC_SBC_ROOT/run"
		exec chroot "$LYNC_SBC_ROOT" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
			http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" "$@"' in_root "${@:2}"
}

install_packages() {
	# $@: how to run a command there. Services are not started: policy-rc.d says no.
	"$@" apt-get -qq update
	# shellcheck disable=SC2046 # one word a package is what is wanted
	"$@" apt-get -qq install -y --no-install-recommends -o Dpkg::Use-Pty=0 $(wanted_packages) >/dev/null
}

make_root() {
	local new=$LYNC_SBC_ROOT.new mirror security
	install_host_tool debootstrap debootstrap
	mirror=$(host_mirror '^[a-z]+$')
	security=$(host_mirror '-security$')
	[ -n "$mirror" ] || die "found no Debian archive in this machine's apt configuration (apt-get indextargets)"
	security=${security:-$mirror-security}

	echo "lync-sbc: making the Debian 13 root in $LYNC_SBC_ROOT (once, about two minutes)"
	rm -rf --one-file-system "$new" "$LYNC_SBC_ROOT"
	mkdir -p "$new"
	debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$new" "$mirror" >"$new.log" 2>&1 \
		|| die "debootstrap failed; the end of $new.log: $(tail -n 3 "$new.log")"
	printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
	chmod 755 "$new/usr/sbin/policy-rc.d"
	write_sources "$new" "$mirror" "$security"
	copy_apt_settings "$new"
	install_packages in_root "$new"
	echo "$WANTED" >"$new/$STAMP_NAME"
	mv "$new" "$LYNC_SBC_ROOT"
	rm -f "$new.log"
}

prepare_native() {
	local stamp=/var/cache/lync-sbc/native-packages
	[ "$(cat $stamp 2>/dev/null)" = "$WANTED" ] && return
	if ! apt-get indextargets --format '$(REPO_URI)' 'Created-By: Sources' | grep -q .; then
		die "this machine's apt has no deb-src entry, and Kamailio's headers come from its source package;" \
			"add 'deb-src' to the Types line of /etc/apt/sources.list.d/debian.sources"
	fi
	install_packages env DEBIAN_FRONTEND=noninteractive
	mkdir -p "$(dirname $stamp)"
	echo "$WANTED" >$stamp
}

prepare_root() {
	local stamp=$LYNC_SBC_ROOT/$STAMP_NAME
	mkdir -p "$(dirname "$LYNC_SBC_ROOT")"
	exec 9>"$LYNC_SBC_ROOT.lock"
	flock 9
	if [ ! -f "$stamp" ]; then
		make_root 9>&-
	elif [ "$(cat "$stamp")" != "$WANTED" ]; then
		echo "lync-sbc: packages.list has changed, installing the difference"
		install_packages in_root "$LYNC_SBC_ROOT" 9>&-
		echo "$WANTED" >"$stamp"
	fi
}

[ "$(id -u)" = 0 ] || die "the platform needs root (namespaces, chroot); run this as root"
if is_native; then
	prepare_native
else
	prepare_root
fi
