# SPDX-License-Identifier: GPL-2.0-or-later
"""How the SBC finds its peers, by RPC; and plans in which it finds that out in seconds."""
import re
import time

from lab.plan import NAMESPACE, add

INTERVAL, FIRST, AGAIN = 1.0, 0.4, 0.3  # seconds; three OPTIONS in a row are not answered
IS_LATE = 1.0  # for a machine that has other things to do
KNOWN_DOWN = INTERVAL + FIRST + 2 * AGAIN
RULES = {"options": "1s", "first": "400ms", "again": "300ms", "up-after": "2", "failures": "5", "ejection": "1s",
         "ejection-max": "10s", "memory": "1s", "slow-start": "2s"}


def quick(root, **changed):
    """Every pool and target: as in RULES, but for what is changed (_ in place of -)."""
    rules = RULES | {name.replace("_", "-"): value for name, value in changed.items()}
    for kind in ("pool", "target"):
        for element in root.findall(f"{{{NAMESPACE}}}{kind}"):
            for old in element.findall(f"{{{NAMESPACE}}}health"):
                element.remove(old)
            add(root, f"{kind}[@name='{element.get('name')}']", "health", **rules)


def health(sbc, name):
    """What lync.health says of a peer: {"state": …, "reason": …, "share": …}, and "addresses": {ADDRESS:PORT: state}"""
    text = sbc.rpc("lync.health", name)
    own, _, addresses = text.partition("addresses:")
    found = dict(re.findall(r"(\w+): ([^{}\n]*)\n", own))
    found["addresses"] = dict(re.findall(r"at: (\S+)\s+transport: \w+\s+state: (\w+)", addresses))
    return {key: int(value) if isinstance(value, str) and value.isdigit() else value for key, value in found.items()}


def wait_health(sbc, name, *states, timeout=10.0, reason=""):
    """Until a peer is in one of the states, with that in its reason. Returns the seconds that took."""
    began = time.monotonic()
    while True:
        found = health(sbc, name)
        waited = time.monotonic() - began
        if found["state"] in states and reason in str(found["reason"]):
            return waited
        assert waited < timeout, f"{name} is {found['state']} ({found['reason']}) after {timeout} s, not {states} {reason}"
        time.sleep(0.01)


def changes(log, name):
    """[(state, was, reason)] of a peer, as the lines of a log tell them."""
    return re.findall(rf"peer {re.escape(name)} is (\w+), was (\w+): (.*?); ", log)


def events(log, name):
    """The same as event routes have written it: see EVENT_ROUTES."""
    return re.findall(rf"EVENT \S+ {re.escape(name)} (\w+) (\w+) (.*)", log)


EVENT_ROUTES = tuple(
    f'event_route[lync:peer-{state}] {{ xlog("L_NOTICE", "EVENT {state} $lync(peer) $lync(state) $lync(was) '
    '$lync(reason)\\n"); }' for state in ("up", "probing", "down", "ejected", "draining"))
