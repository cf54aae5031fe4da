# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that are large: up to the limits they pass as they are, beyond them they are refused with a code and a line
that says why; the call beside them, and the next one, are not harmed.
"""
import pytest

from lab.installation import installed
from lab.plan import find
from lab.talk import call_up, hang_up, hold, talk
from lab.watch import warm_up

NUMBER = "+4930123456"
KIB = 1024
SDP_LINE = "a=harmless:{:05d} " + "y" * 80 + "\r\n"


def passing_long_ones(root):
    """Else they would be no longer there on the other side: no rule knows them."""
    for element in ("trunk", "target"):
        find(root, element).set("pass-headers", "X-Long-*")


@pytest.fixture(scope="module")
def shared_installation():
    with installed(edit=passing_long_ones, prepare=warm_up) as installation:
        yield installation


@pytest.fixture(params=["from lync", "to lync"])
def ends(request, med1, gw):
    """(caller, callee)"""
    return (med1, gw) if request.param == "from lync" else (gw, med1)


def headers(size, each):
    """So many bytes of headers that nobody knows."""
    return "\r\n".join(f"X-Long-{n:03d}: {'x' * (each - 15)}" for n in range(size // each))


def long_ones(message):
    return [f"{name}: {value}" for name, value in message.headers if name.startswith("X-Long")]


def long_sdp(endpoint, size):
    """What it offers and answers has so many bytes more."""
    describe = endpoint.describe
    endpoint.describe = lambda *args: describe(*args) + "".join(SDP_LINE.format(n) for n in range(size // len(SDP_LINE)))


@pytest.fixture
def beside(installation, med1, gw):
    """A call that goes on meanwhile, over a connection of its own; afterwards another one at once: nobody is blamed."""
    call, other = call_up(installation.mediation("med2"), gw)
    yield
    assert [heard.verdict for heard in talk(call, other, seconds=0.2)] == ["ok", "ok"]
    hang_up(call, other)
    hang_up(*call_up(med1, gw))


# headers ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size, each", [(16 * KIB, 128), (16 * KIB, 8 * KIB), (40 * KIB, 512), (60 * KIB, 15 * KIB), (62 * KIB, 512)])
def test_long_headers_pass(ends, size, each):
    caller, callee = ends
    extra = headers(size, each)
    call, other = call_up(caller, callee, extra=extra)
    assert long_ones(other.invite) == extra.split("\r\n")
    call.reinvite("inactive", extra=extra)
    assert len(other.accept().raw) > size
    call.answered()
    other.expect("ACK")
    hold(call, other, "sendrecv")
    hang_up(other, call)
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.answer(extra=extra)
    assert long_ones(call.answered()) == extra.split("\r\n")
    other.expect("ACK")
    hang_up(call, other)


def refused(sbc, med, code, line, **invite):
    """By the SBC, which says so in one line with the Call-ID."""
    sbc.judge()
    call = med.invite(NUMBER, **invite)
    call.expect(code)
    said = [entry for entry in sbc.log_since_judged().splitlines() if line in entry]
    assert len(said) == 1, sbc.log_since_judged()


@pytest.mark.legs(allow="a response to nothing", why="a trace goes over UDP, too: the INVITE is not in it")
@pytest.mark.usefixtures("beside")
def test_more_than_a_datagram_holds(sbc, med1):
    """65507 bytes are all that UDP can carry: 503, so that Lync tries another trunk."""
    refused(sbc, med1, 503, "nothing can be sent to sip:198.51.100.10:5060", extra=headers(90 * KIB, 8 * KIB))


@pytest.mark.usefixtures("beside")
def test_more_headers_than_anybody_sends(sbc, med1):
    """LY_MAX_HEADERS"""
    refused(sbc, med1, 400, "more headers than any endpoint sends", extra=headers(200 * 20, 20))


@pytest.mark.usefixtures("beside")
def test_more_than_the_buffer_holds(sbc, med1):
    """msg_recv_max_size: nobody can tell where the next message begins, so the connection ends; no other one does."""
    sbc.judge()
    med1.invite(NUMBER, extra=headers(120 * KIB, 8 * KIB))
    assert med1.flows[0].closed.wait(2)
    assert "read message too large" in sbc.log_since_judged()


# SDP -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [4 * KIB, 15 * KIB])
def test_long_sdp_passes(installation, ends, size):
    installation.memory_tolerance = installation.memory_tolerance | {"private": 4 * 2 * 16 * KIB}  # each worker keeps the last one
    caller, callee = ends
    long_sdp(caller, size)
    call, other = call_up(caller, callee)
    assert len(next(e.message.body for e in caller.log if e.sent)) > size - 100
    assert [heard.verdict for heard in talk(call, other, seconds=0.2)] == ["ok", "ok"]
    hold(call, other)
    hold(other, call, "sendrecv")
    hang_up(other, call)


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize("size", [17 * KIB, 60 * KIB])
def test_longer_sdp_is_refused(sbc, med1, size):
    """SDP_MAX"""
    describe = med1.describe
    long_sdp(med1, size)
    refused(sbc, med1, 488, "refused SDP of med01.contoso.example: it is too large")
    med1.describe = describe
