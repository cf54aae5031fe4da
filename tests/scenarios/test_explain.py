# SPDX-License-Identifier: GPL-2.0-or-later
"""lync.explain: what is changed in the messages of one call stands in the log, with rule and reason, and without keys."""
import re

import pytest

from lab.talk import call_up, hang_up

LINE = re.compile(r"call (\S+): ([-+]) (.*)")


@pytest.fixture
def explained(sbc):
    """explained(call): [(sign, text)] of the log since the scenario began."""
    begun = len(sbc.log)

    def read(call):
        lines = (LINE.search(line) for line in sbc.log[begun:].splitlines())
        return [match.groups()[1:] for match in lines if match and match[1] == call.dialog.call_id]

    return read


def has(lines, sign, pattern):
    return any(one == sign and re.search(pattern, text) for one, text in lines)


@pytest.mark.parametrize("caller", ["lync", "pstn"])
def test_the_next_call(sbc, med1, gw, explained, caller):
    ends = (med1, gw) if caller == "lync" else (gw, med1)
    assert sbc.rpc("lync.explain", "next").strip() == "for 600 s, into the log"
    call, other = call_up(*ends)
    hang_up(call, other)
    later = call_up(*ends)
    hang_up(*later)
    sbc.rpc("lync.explain", call.dialog.call_id, 0)
    lines = explained(call)
    assert has(lines, "-", r"^USER-AGENT: RTCC.* <- user-agent: tells which product") or caller == "pstn"
    assert has(lines, "+", r"Contact: <sip:.*<- contact: our address") or has(lines, "+", r"CONTACT: <sip:.*<- contact:")
    assert has(lines, "-", r"^a=crypto:1 .*inline:\*{40}.* <- sdp-one-crypto: ") or caller == "pstn"
    assert has(lines, "+", r"<- body: ")
    assert not any(re.search(r"inline:[^*\s]", text) for _, text in lines)
    assert explained(later[0]) == []


def test_a_call_that_is_up(sbc, med1, gw, explained):
    call, other = call_up(med1, gw)
    assert explained(call) == []
    sbc.rpc("lync.explain", call.dialog.call_id, 60)
    hang_up(call, other)
    assert has(explained(call), "+", r"^BYE sip:gw@198.51.100.10:5060 SIP/2.0 +<- remote-target: ")
    sbc.rpc("lync.explain", call.dialog.call_id, 0)


def test_what_the_rpc_refuses(sbc):
    for arguments, why in ((["x" * 256], "at most 255 bytes"), (["a", 86401], "0 to 86400")):
        with pytest.raises(RuntimeError, match=why):
            sbc.rpc("lync.explain", *arguments)
    for number in range(8):
        sbc.rpc("lync.explain", f"call-{number}")
    with pytest.raises(RuntimeError, match="8 calls are explained already"):
        sbc.rpc("lync.explain", "one-more")
    for number in range(8):
        assert sbc.rpc("lync.explain", f"call-{number}", 0).strip() == "no more"
    sbc.rpc("lync.explain", "next", 1)
    sbc.rpc("lync.explain", "next", 0)
