#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the tests inside Kamailio (make core-modules builds them), in the checkout's folder inside the platform.
#   run.sh plain|asan|valgrind      T=name in the environment: only groups or tests with that in their names
# Ends with 0 when all passed. CMOCKA_MESSAGE_OUTPUT says how results are printed; Kamailio's log goes to stderr.
set -euo pipefail

BUILD=${BUILD:-build}
mode=${1:-plain}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Kamailio wants a certificate to listen for TLS; no handshake takes place here.
openssl req -x509 -newkey ed25519 -nodes -subj /CN=sbc1.example.net -days 1 \
	-keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
cat "$folder/key.pem" >>"$folder/certificate.pem"

modules=$(dirname "$(dpkg -L kamailio | grep '/modules/tm\.so$')")
kamailio=(kamailio -f tests/core/core.cfg -D -E -x qm -m 32 -M 8 -Y "$folder" -P "$folder/pid" -w "$PWD"
	-L "$BUILD:$modules" -A "CERTIFICATE=\"$folder/certificate.pem\"")
from_libc=(-A 'MEMORY="libc"')

# Kamailio's own startup allocates for ever; what the module loses is counted by the tests. A report ends the run.
asan() {
	LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
		ASAN_OPTIONS=detect_leaks=0:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1 \
		"${kamailio[@]}" "${from_libc[@]}" -A "LYNC_MODULE=\"$PWD/$BUILD/san/lync.so\""
}

case $mode in
	plain) "${kamailio[@]}" ;;
	asan) asan ;;
	valgrind) valgrind -q --error-exitcode=99 \
		"${kamailio[@]}" "${from_libc[@]}" ;;
	*)
		echo "run.sh: plain, asan or valgrind?" >&2
		exit 2
		;;
esac
