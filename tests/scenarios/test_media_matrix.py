# SPDX-License-Identifier: GPL-2.0-or-later
"""Every SRTPMode with every kind of gateway, both ways, through whatever changes the media of a call: the suite of each
leg, the audio both ways, and what is on the wire. All calls of the matrix run side by side in one SBC; each cell is a
test of its own.
"""
from dataclasses import dataclass

import pytest

from lab import parallel
from lab.installation import installed
from lab.pairings import MODES, Pairings
from lab.paths import RESULTS
from lab.srtp import SUITE, Context, flipped
from lab.talk import call_up, hang_up, hold, talk
from lab.watch import Watch

# A kind of gateway is a line here; what it is stands in lab.gateway.KINDS.
PAIRINGS = Pairings((
    "gateway-rtp",
))
LANES = 24  # calls at a time
TALK = 0.6  # seconds
SILENCE = 0.3
NOTHING = "nothing came"
# Bytes that may be in use for good afterwards: no calls came before that would have warmed the workers up. What they had
# privately at their start is not known (see lab.installation.FRESH_TOLERANCE).
MEMORY = {"shared": 1 << 20}


@dataclass(frozen=True)
class Cell:
    """One call of the matrix."""
    mode: str
    gateway: str
    lync_calls: bool
    flow: str

    def __str__(self):
        return f"{self.mode}, {self.gateway}, {'from' if self.lync_calls else 'to'} Lync, {self.flow}"

    @property
    def number(self):
        """Its own."""
        return PAIRINGS.number(self.mode, self.gateway, FLOWS_AND_FAULTS.index(self.flow) * 2 + self.lync_calls)

    @property
    def keys(self):
        """Whether (Lync's side, the gateway's side) has some."""
        return PAIRINGS.keys(self.mode, self.gateway)


# the installation ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def matrix(request):
    """{cell: what went wrong, or None}, and what is wrong with the SBC afterwards under "afterwards"."""
    cells = [item.callspec.params["cell"] for item in request.session.items
             if "cell" in getattr(getattr(item, "callspec", None), "params", {})]
    with installed(edit=PAIRINGS.plan) as installation:
        installation.memory_tolerance = MEMORY
        watch = Watch(installation, RESULTS / "test_media_matrix", allowed="")
        outcomes = run(installation, cells)
        complaints = watch.close(passed=True)
        if not complaints and not any(outcomes.values()):
            watch.discard()
        yield outcomes | {"afterwards": complaints}


def run(installation, cells):
    servers, gateways = PAIRINGS.endpoints(installation)
    jobs = {}
    for cell in cells:
        med, gw = servers[cell.mode], gateways[cell.gateway]
        caller, callee = (med, gw) if cell.lync_calls else (gw, med)
        callee.reserve(cell.number)
        jobs[cell] = lambda cell=cell, ends=(caller, callee): play(cell, *ends)
    return parallel.run(jobs, LANES)


# what is asserted of a cell ---------------------------------------------------------------------------------------------
class Ends:
    """The two ends of a cell's call: by who has called, and by where they are."""

    def __init__(self, cell, call, other):
        self.cell, self.call, self.other = cell, call, other
        self.lync, self.gateway = (call, other) if cell.lync_calls else (other, call)

    def assert_audio(self, seconds=TALK):
        """Both ways; each leg with the suite that it must have, and the wire such that nobody else can, or can, hear it."""
        for heard, secure in zip(talk(self.lync, self.gateway, seconds), self.cell.keys):
            wanted = ("ok", SUITE, "encrypted") if secure else ("ok", "RTP", "plain")
            assert (heard.verdict, heard.suite, heard.wire) == wanted, str(heard)
            assert heard.ssrcs == 1, f"{heard.ssrcs} SSRCs"

    def assert_heard(self, at_lync, at_gateway):
        heard = [media.verdict for media in talk(self.lync, self.gateway, SILENCE)]
        assert heard == [at_lync, at_gateway]

    def assert_keys_apart(self):
        assert not self.lync.keys & self.gateway.keys, "a key of one leg is on the other"
        assert (bool(self.lync.keys), bool(self.gateway.keys)) == self.cell.keys


def play(cell, caller, callee):
    if cell.flow in FAULTS:
        FAULTS[cell.flow](cell, caller, callee)
        return
    begin, change = FLOWS[cell.flow]
    ends = Ends(cell, *begin(caller, callee, cell.number))
    ends.assert_audio()
    change(ends)
    ends.assert_keys_apart()
    hang_up(ends.call, ends.other)


# how a call begins ------------------------------------------------------------------------------------------------------
def plainly(caller, callee, number):
    return call_up(caller, callee, number)


def with_early_media(caller, callee, number):
    """183 with SDP: both can talk before the answer (RFC 3960 3)."""
    call = caller.invite(number)
    other = callee.next_call(number=number)
    other.progress()
    call.expect(183)
    early = [heard.verdict for heard in talk(call, other, TALK)]
    assert early == ["ok", "ok"], f"early media: {early}"
    other.answer()
    call.answered()
    other.expect("ACK")
    return call, other


def with_a_delayed_offer(caller, callee, number):
    """The offer is in the 200, the answer in the ACK."""
    call = caller.invite(number, offer=False)
    other = callee.next_call(number=number)
    other.offer_in_answer()
    call.answered()
    other.expect("ACK")
    return call, other


# what becomes of it -----------------------------------------------------------------------------------------------------
def nothing(ends):
    pass


def lync_holds(ends):
    hold(ends.lync, ends.gateway, "inactive")
    ends.assert_heard(NOTHING, NOTHING)
    hold(ends.lync, ends.gateway, "sendrecv")
    ends.assert_audio()


def gateway_holds(ends):
    """With music: who holds sends, and hears nothing."""
    hold(ends.gateway, ends.lync, "sendonly")
    ends.assert_heard("ok", NOTHING)
    hold(ends.gateway, ends.lync, "sendrecv")
    ends.assert_audio()


def lync_rekeys(ends):
    rekey(ends.lync, ends.gateway)
    ends.assert_audio()


def gateway_rekeys(ends):
    rekey(ends.gateway, ends.lync)
    ends.assert_audio()


def rekey(who, other):
    """A re-INVITE with a new key: what was heard with the old one is heard with the new one, and not with the old."""
    old = who.local_cryptos
    who.rekey = True
    hold(who, other, "sendrecv")
    who.rekey = False
    assert old and not {c.key for c in old} & {c.key for c in who.local_cryptos}, "no new key"


# faults -----------------------------------------------------------------------------------------------------------------
def refused(spoil):
    """The callee's answer has a fault that would make the call silent: it is acknowledged and ended, the caller gets 488."""
    def play_fault(cell, caller, callee):
        call = caller.invite(cell.number)
        other = callee.next_call(number=cell.number)
        other.respond(other.invite, 200, "OK", spoil(other.answer_to(other.invite).decode()).encode())
        refusal = call.expect(488)
        assert refusal.body == b"" and "cause=88" in refusal["Reason"]
        other.expect("ACK")
        other.ended()

    return play_fault


def wrong_key(cell, caller, callee):
    """The callee sends with another key than it has told: not a packet of it passes, neither as noise nor otherwise; and
    what it is sent cannot be decoded with a key that is wrong in one bit."""
    call, other = call_up(caller, callee, cell.number)
    stream = other.stream
    protect = stream._protect
    stream._protect = Context(flipped(protect.master, 77), protect.mki)
    heard = [media.verdict for media in talk(call, other, SILENCE)]
    assert heard == [NOTHING, "ok"]
    assert stream.result(440, key=flipped(stream.receive_key, 77)).decoded == 0
    stream._protect = protect
    hang_up(call, other)


FLOWS = {
    "plain": (plainly, nothing),
    "early media": (with_early_media, nothing),
    "delayed offer": (with_a_delayed_offer, nothing),
    "Lync holds": (plainly, lync_holds),
    "the gateway holds": (plainly, gateway_holds),
    "Lync re-keys": (plainly, lync_rekeys),
    "the gateway re-keys": (plainly, gateway_rekeys),
}
FAULTS = {
    "answered with another tag": refused(lambda sdp: sdp.replace("a=crypto:1 ", "a=crypto:2 ")),
    "answered with another suite": refused(lambda sdp: sdp.replace(SUITE, "AES_CM_128_HMAC_SHA1_32")),
    "answered without SRTP": refused(
        lambda sdp: "".join(line.replace("RTP/SAVP", "RTP/AVP") for line in sdp.splitlines(True) if "crypto" not in line)),
    "sends with another key": wrong_key,
}
FLOWS_AND_FAULTS = [*FLOWS, *FAULTS]


def possible(cell):
    """Keys can be changed, or be wrong, only where there are some."""
    at_lync, at_gateway = cell.keys
    if cell.flow in FAULTS:
        return at_gateway if cell.lync_calls else at_lync
    return {"Lync re-keys": at_lync, "the gateway re-keys": at_gateway}.get(cell.flow, True)


CELLS = [cell for mode in MODES for kind in PAIRINGS.gateways for lync_calls in (True, False)
         for flow in FLOWS_AND_FAULTS for cell in [Cell(mode, kind, lync_calls, flow)] if possible(cell)]


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell(matrix, cell):
    if matrix[cell]:
        raise matrix[cell]


def test_afterwards(matrix):
    """No leg has told of the other, each is valid SIP and SDP, and nothing is left: neither transactions nor memory."""
    assert matrix["afterwards"] == []
