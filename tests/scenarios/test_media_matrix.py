# SPDX-License-Identifier: GPL-2.0-or-later
"""Every SRTPMode with every kind of gateway, both ways, through whatever changes the media of a call: the suite of each
leg, the audio both ways, and what is on the wire. All calls of the matrix run side by side in one SBC; each cell is a
test of its own.
"""
import pytest

from lab.pairings import Pairings
from lab.side_by_side import Scenario, played
from lab.srtp import SUITE, flipped
from lab.talk import call_up, hang_up, hold, talk

# A kind of gateway is a line here; what it is stands in lab.gateway.KINDS.
PAIRINGS = Pairings((
    "gateway-rtp",
    "gateway-srtp",
    "gateway-g729",
    "gateway-g722",
    "gateway-opus",
    "gateway-inband-dtmf",
))
TALK = 0.6  # seconds
HELD = 0.4
SKIP = 1600  # samples in which a transcoded tone may still swing in
NOTHING = "nothing came"


# what is asserted of a cell ---------------------------------------------------------------------------------------------
class Ends:
    """The two ends of a call: by who has called, and by where they are. keys: whether (Lync's, the gateway's) has some."""

    def __init__(self, cell, call, other):
        self.keys, self.call, self.other, self.skip = keys_of(cell), call, other, skip_of(cell)
        self.lync, self.gateway = (call, other) if cell.lync_calls else (other, call)

    def assert_audio(self, seconds=TALK):
        """Both ways; each leg with the suite that it must have, and the wire such that nobody else can, or can, hear it."""
        for heard, secure in zip(talk(self.lync, self.gateway, seconds, skip=self.skip), self.keys):
            wanted = ("ok", SUITE, "encrypted") if secure else ("ok", "RTP", "plain")
            assert (heard.verdict, heard.suite, heard.wire) == wanted, str(heard)
            assert heard.ssrcs == 1, f"{heard.ssrcs} SSRCs"

    def assert_heard(self, at_lync, at_gateway):
        heard = [media.verdict for media in talk(self.lync, self.gateway, HELD, skip=self.skip)]
        assert heard == [at_lync, at_gateway]

    def assert_keys_apart(self):
        assert not self.lync.keys & self.gateway.keys, "a key of one leg is on the other"
        assert (bool(self.lync.keys), bool(self.gateway.keys)) == self.keys


def keys_of(cell):
    return PAIRINGS.keys(cell.mode, cell.gateway)


def skip_of(cell):
    return 0 if cell.gateway in ("gateway-rtp", "gateway-srtp") else SKIP


def play(cell, caller, callee, number):
    if cell.what in FAULTS:
        FAULTS[cell.what](caller, callee, number, skip_of(cell))
        return
    begin, change = FLOWS[cell.what]
    ends = Ends(cell, *begin(caller, callee, number, skip_of(cell)))
    ends.assert_audio()
    change(ends)
    ends.assert_keys_apart()
    hang_up(ends.call, ends.other)


# how a call begins ------------------------------------------------------------------------------------------------------
def plainly(caller, callee, number, _skip):
    return call_up(caller, callee, number)


def with_early_media(caller, callee, number, skip):
    """183 with SDP: both can talk before the answer (RFC 3960 3)."""
    call = caller.invite(number)
    other = callee.next_call(number=number)
    other.progress()
    call.expect(183)
    early = [heard.verdict for heard in talk(call, other, TALK, skip=skip)]
    assert early == ["ok", "ok"], f"early media: {early}"
    other.answer()
    call.answered()
    other.expect("ACK")
    return call, other


def with_a_delayed_offer(caller, callee, number, _skip):
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
    def play_fault(caller, callee, number, _skip):
        call = caller.invite(number)
        other = callee.next_call(number=number)
        other.respond(other.invite, 200, "OK", spoil(other.answer_to(other.invite).decode()).encode())
        refusal = call.expect(488)
        assert refusal.body == b"" and "cause=88" in refusal["Reason"]
        other.expect("ACK")
        other.ended()
        call.close()
        other.close()

    return play_fault


def wrong_key(caller, callee, number, skip):
    """The callee sends with another key than it has told: not a packet of it passes, neither as noise nor otherwise, and
    what it is sent cannot be decoded with a key that is wrong in one bit. The call ends, which would be silent."""
    call, other = call_up(caller, callee, number)
    stream = other.stream
    stream.use_key(flipped(stream._protect.master, 77))
    heard = [media.verdict for media in talk(call, other, HELD, skip=skip)]
    assert heard == [NOTHING, "ok"]
    assert stream.result(440, key=flipped(stream.receive_key, 77)).decoded == 0
    stream.talk(880)
    for end in (call, other):
        assert "cause=88" in end.ended(timeout=15)["Reason"]
        end.close()


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


def possible(cell):
    """Keys can be changed, or be wrong, only where there are some; Optional may be answered without."""
    at_lync, at_gateway = keys_of(cell)
    if cell.what == "answered without SRTP" and cell.mode == "Optional" and not cell.lync_calls:
        return False
    if cell.what in FAULTS:
        return at_gateway if cell.lync_calls else at_lync
    return {"Lync re-keys": at_lync, "the gateway re-keys": at_gateway}.get(cell.what, True)


CELLS = [cell for mode in PAIRINGS.modes for kind in PAIRINGS.gateways for lync_calls in (True, False)
         for what in (*FLOWS, *FAULTS) for cell in [Scenario(mode, kind, lync_calls, what)] if possible(cell)]


@pytest.fixture(scope="module")
def matrix(request):
    with played(request, PAIRINGS, play) as outcomes:
        yield outcomes


@pytest.mark.parametrize("scenario", CELLS, ids=str)
def test_cell(matrix, scenario):
    matrix.assert_good(scenario)


def test_afterwards(matrix):
    matrix.assert_good_afterwards()
