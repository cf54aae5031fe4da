# SPDX-License-Identifier: GPL-2.0-or-later
"""A target that no route leads to, and callees that send a call on to it."""
from lab.plan import add

NUMBER = "+4930123456"
OTHER = "+4930777777"
GW1, GW2, FAR = "198.51.100.10", "198.51.100.20", "198.51.100.20:5080"


def add_far(root):
    """The target "far": on gw2's host, at another port over TCP."""
    add(root, "node", "listen", side="pstn", transport="tcp", port="5060")
    add(root, "", "target", name="far", address=GW2, port="5080", transport="tcp", redirect="follow")


def far_of(installation):
    return installation.gateway("gw2", port=5080, transport="TCP")


def redirect(other, *contacts, code=302, extra=""):
    """The callee's answer: elsewhere."""
    lines = [f"Contact: {contact}" for contact in contacts] + ([extra] if extra else [])
    other.reject(code, "Elsewhere", extra="\r\n".join(lines))


def assert_refused(call, sbc, why, code=480):
    """What the caller sees of it; the log says why."""
    answer = call.expect(*range(300, 700))
    assert answer.code == code and answer.get("Contact") is None
    assert why in sbc.log_since_judged()
    sbc.judge()
