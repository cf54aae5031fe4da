# SPDX-License-Identifier: GPL-2.0-or-later
"""How long Kamailio waits for rtpengine: requests and answers of the ng protocol as they pass on the wire.

From outside, so that it says the same whatever asks: a request and its answer bear the same cookie. A cookie that is
seen again is a repetition, which counts from the first.
"""
import re

from lab.capture import Capture
from lab.pcap import packets_to, packets_from
from lab.sbc import NG_PORT
from media_setup import milliseconds

COMMANDS = "offer", "answer", "delete"
_COMMAND = re.compile(rb"7:command\d+:([a-z]+)")
HOLD_MS = 1000


def waits(path, address):
    """command -> seconds of each exchange; and how many were repeated, how many never answered."""
    asked, repeated = {}, 0
    for packet in packets_to(path, address, NG_PORT):
        cookie, _, body = packet.data.partition(b" ")
        command = _COMMAND.search(body)
        if cookie in asked:
            repeated += 1
        elif command:
            asked[cookie] = command[1].decode(), packet.when
    found = {}
    for packet in packets_from(path, address, NG_PORT):
        command, when = asked.pop(packet.data.partition(b" ")[0], (None, None))
        if command:
            found.setdefault(command, []).append(packet.when - when)
    return found, repeated, len(asked)


def measure(around, subject, calls, cps):
    """Prints; returns the calls lost."""
    print(f"\nKamailio's waiting time for rtpengine, on the wire: {calls} calls at {cps}/s, {HOLD_MS} ms each")
    path, address = around.folder / "ng.pcap", around.lab.control
    with around.run(subject) as kamailio:
        around.calls(100, cps, 100).result()
        capture = Capture(around.lab["sbc"], path, f"udp and host {address} and port {NG_PORT}", device="lo")
        result = around.calls(calls, cps, HOLD_MS).result()
        capture.close()
        kamailio.check_log()
    found, repeated, unanswered = waits(path, address)
    for command in COMMANDS:
        times = found.get(command, [])
        if len(times) < calls - result.lost:
            raise RuntimeError(f"{len(times)} exchanges of {command} were seen for {calls} calls")
        print(f"  {command:7} {len(times):6} seen: {milliseconds(times)}")
    print(f"  {repeated} repeated, {unanswered} not answered")
    return result.lost
