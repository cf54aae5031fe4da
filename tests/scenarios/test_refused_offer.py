# SPDX-License-Identifier: GPL-2.0-or-later
"""A re-INVITE or UPDATE that the other side refuses changes nothing (RFC 3261 14.1): the media node has heard the offer, so
it is told again what holds. Audio is measured after each, both ways, with the keys and at the ports of before."""
import pytest

from lab.rtp import Stream
from lab.talk import call_up, hang_up, hold, talk

NUMBER = "+4930123456"
REFUSALS = {488: "Not Acceptable Here", 491: "Request Pending", 500: "Server Internal Error", 401: "Unauthorized"}


@pytest.fixture(params=["from lync", "to lync"])
def ends(request, med1, gw):
    return (med1, gw) if request.param == "from lync" else (gw, med1)


def offer(call, direction, moved):
    """A re-INVITE with another port, or with a key of its own, or only with a direction. Returns what to put back."""
    kept = call.stream, list(call.local_cryptos), call.direction
    if moved == "port":
        call.stream = Stream(call.endpoint.host, call.endpoint.address)
        call.stream._receive = dict(kept[0]._receive)
    elif moved == "key":
        call.local_cryptos = []
    call.reinvite(direction)
    return kept


def put_back(call, kept):
    if call.stream is not kept[0]:
        call.stream.close()
    call.stream, call.local_cryptos, call.direction = kept
    call._offer = None


def hears(call, other):
    return [heard.verdict for heard in talk(call, other, seconds=0.4)]


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("moved", ["direction", "port", "key"])
def test_the_call_goes_on(ends, code, moved):
    call, other = call_up(*ends)
    for offerer, refuser in ((call, other), (other, call)):
        kept = offer(offerer, "inactive" if moved == "direction" else "sendrecv", moved)
        request = refuser.expect("INVITE")
        refuser.respond(request, code, REFUSALS[code])
        refuser.expect("ACK")
        offerer.expect(code)
        put_back(offerer, kept)
        assert hears(call, other) == ["ok", "ok"]
    hang_up(call, other)


def test_hold_then_a_refused_resume(ends):
    """What holds is the last that was agreed, not the first: the call stays on hold, and a second resume works."""
    call, other = call_up(*ends)
    hold(call, other)
    kept = offer(call, "sendrecv", "direction")
    other.respond(other.expect("INVITE"), 500, "Server Internal Error")
    other.expect("ACK")
    call.expect(500)
    put_back(call, kept)
    hold(call, other, "sendrecv")
    assert hears(call, other) == ["ok", "ok"]
    hang_up(call, other)
