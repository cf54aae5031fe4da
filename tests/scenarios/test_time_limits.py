# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a call waits for one who may take it (answer-limit, ringing-limit), and in all (hunt-tries, hunt-time).

Whatever is wrong with the first one, the call is with the second within the limit, with audio; and of what the first one
does later, no half call is left.
"""
import socket
import time

import pytest

from lab.paths import PLANS
from lab.plan import NAMESPACE, find
from lab.reload import changeable, reloadable
from lab.talk import call_up, hang_up, talk
from lab.transport import Tls
from lab.way import Way, came_after

NUMBER = "+4930123456"
ANSWER, RINGING = 1.0, 2.0  # seconds: the plan's answer-limit, and the ringing-limit of this file
LATE = 0.3  # Kamailio's timers have steps of 1/16 s; and a busy machine
UNACKNOWLEDGED = 3.0  # seconds after which the kernel ends a connection that was silent

pytestmark = pytest.mark.legs(allow="the tag in To is", why="two dialogs of one INVITE, as behind a proxy that forks")


def ringing_limits(root):
    for kind in ("trunk", "target"):
        for element in root.iter(f"{{{NAMESPACE}}}{kind}"):
            element.set("ringing-limit", f"{RINGING:.0f}s")


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable(example=PLANS / "good" / "two-of-each.xml", edit=ringing_limits) as installation:
        yield installation


@pytest.fixture(autouse=True)
def nothing_left(sbc):
    yield
    assert sbc.media_ended()


@pytest.fixture(params=["to the gateways", "to the servers"])
def way(request, installation):
    return Way(installation, to_lync=request.param == "to the servers")


@pytest.fixture
def to_servers(installation):
    return Way(installation, to_lync=True)


def take(call, other):
    """It is answered, heard, and ended."""
    other.answer()
    call.answered()
    other.expect("ACK")
    assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
    hang_up(call, other)


def assert_within(way, call, limit, what):
    """The second one has the call when the limit is over, not before."""
    delay = came_after(way.caller, call, way.second)
    print(f"{what} {way.names[0]}: with the next one after {delay * 1000:.0f} ms, limit {limit * 1000:.0f} ms")
    assert limit - 0.07 < delay < limit + LATE


def end_late(other):
    """Of a 200 that came too late: who gave it is told so, and has no call."""
    other.expect("ACK")
    other.ended()


# no answer at all ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["swallows", "hangs", "resets"])
def test_without_any_answer(way, how):
    """SYN dropped, or the datagram; TLS that is never spoken; a connection that is reset a little later."""
    if how == "resets" and not way.to_lync:
        pytest.skip("over UDP nobody resets")
    second = way.second
    with way.broken(0, how):
        call = way.caller.invite(NUMBER)
        other = second.next_call()
        assert_within(way, call, ANSWER, how)
        take(call, other)


def test_refused_at_once(to_servers):
    """Before our first byte has left: tm is told, and nobody waits."""
    second = to_servers.second
    with to_servers.broken(0, "refuses"):
        call = to_servers.caller.invite(NUMBER)
        other = second.next_call()
        delay = came_after(to_servers.caller, call, second)
        print(f"refuses: with the next one after {delay * 1000:.0f} ms")
        assert delay < ANSWER + LATE
        take(call, other)


def test_what_waits_in_a_handshake_is_not_sent_later(installation, to_servers):
    """A TLS port that begins to speak after the call has gone on: the INVITE is not in it."""
    second, host = to_servers.second, installation.lab["med1"]
    with host.socket(socket.SOCK_STREAM, 5067) as listener:
        listener.listen()
        call = to_servers.caller.invite(NUMBER)
        connection, _ = listener.accept()
        other = second.next_call()
        connection.settimeout(1.0)
        with pytest.raises(OSError):  # Kamailio has closed it
            context = Tls(installation.pki["med01"]).context(server=True)
            with context.wrap_socket(connection, server_side=True) as speaking:
                print(speaking.recv(65536))
    take(call, other)
    call, other = call_up(to_servers.caller, to_servers.first)
    hang_up(call, other)


# a connection that died silently -------------------------------------------------------------------------------------
def stand(way):
    """The connection to the first one, which has had a call."""
    call, other = call_up(way.caller, way.first)
    hang_up(call, other)
    return other.invite.flow


def test_a_connection_that_died(to_servers):
    """Every call within the limit, until the kernel has given it up: then the next one gets another connection."""
    way, second = to_servers, to_servers.second
    with way.dead(stand(way)):
        began = time.monotonic()
        call = way.caller.invite(NUMBER)
        other = second.next_call()
        assert_within(way, call, ANSWER, "half-open")
        take(call, other)
        time.sleep(max(0.0, UNACKNOWLEDGED + 1.5 - (time.monotonic() - began)))
        call, other = call_up(way.caller, way.first)
        hang_up(call, other)
    way.first.inbox.expect_nothing(1.5)


def test_it_comes_back_while_the_next_one_rings(to_servers):
    """The INVITE arrives late, and is cancelled with the first answer to it."""
    way, second = to_servers, to_servers.second
    with way.dead(stand(way)):
        call = way.caller.invite(NUMBER)
        other = second.next_call()
    late = way.first.next_call()
    late.give_up()
    other.ring()
    call.expect(180)
    take(call, other)


def test_it_comes_back_and_takes_the_call(to_servers):
    """Its 200 meets our CANCEL."""
    way, second = to_servers, to_servers.second
    with way.dead(stand(way)):
        call = way.caller.invite(NUMBER)
        other = second.next_call()
    late = way.first.next_call()
    late.answer()
    late.respond(late.expect("CANCEL"), 481, "Call/Transaction Does Not Exist")
    end_late(late)
    take(call, other)


# no ringing ----------------------------------------------------------------------------------------------------------
def test_it_does_not_ring(way):
    """100 and no more: CANCEL, and the next one."""
    one, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    first = one.next_call()
    other = second.next_call(timeout=RINGING + 1)
    assert_within(way, call, RINGING, "no ringing")
    first.give_up()
    other.ring()
    call.expect(180)
    take(call, other)


def test_it_rings_as_long_as_it_likes(way):
    """Also when it began just in time."""
    one, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    first = one.next_call()
    time.sleep(RINGING - 0.5)
    first.respond(first.invite, 183, "Session Progress")
    call.expect(183)
    second.inbox.expect_nothing(RINGING + 1)
    take(call, first)


@pytest.mark.parametrize("answered", [False, True], ids=["the next one rings", "the next one was answered"])
def test_the_first_one_answers_too_late(way, answered):
    """Its 200 meets our CANCEL: ACK and BYE, also when it comes again. Nobody else hears of it."""
    one, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    first = one.next_call()
    other = second.next_call(timeout=RINGING + 1)
    first.respond(first.expect("CANCEL"), 200, "OK")
    other.ring()
    call.expect(180)
    if answered:
        other.answer()
        call.answered()
        other.expect("ACK")
    first.answer()
    end_late(first)
    first.answer()
    first.expect("ACK")
    if answered:
        assert [heard.verdict for heard in talk(call, other, seconds=0.4)] == ["ok", "ok"]
        hang_up(call, other)
    else:
        take(call, other)
    assert first.mailbox.drain() == call.mailbox.drain() == []


def test_the_last_one_answers_too_late(way, sbc):
    """The caller has got its 503 by then."""
    first, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    one = first.next_call()
    other = second.next_call(timeout=RINGING + 1)
    one.give_up()
    call.expect(503, timeout=RINGING + 1)
    other.respond(other.expect("CANCEL"), 200, "OK")
    other.answer()
    end_late(other)
    assert call.mailbox.drain() == []
    assert sbc.log_since_judged().count("has taken it too late, and gets BYE") == 1


def test_early_media_of_one_that_was_left(installation):
    """What it says after it was left is not for the caller, nor for the media of the call. tm repeats its CANCEL."""
    way = Way(installation, to_lync=False)
    one, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    first = one.next_call()
    other = second.next_call(timeout=RINGING + 1)
    cancel = first.expect("CANCEL")
    other.ring()
    call.expect(180)
    first.progress()
    first.respond(cancel, 200, "OK")
    first.reject(487, "Request Terminated")
    take(call, other)
    assert call.mailbox.drain() == []


# what a server says of itself ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("code, extra", [(408, ""), (500, ""), (502, ""), (503, ""), (503, "Retry-After: 60"), (504, ""),
                                         (580, "")])
def test_what_sends_the_call_on_at_once(way, code, extra):
    first, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    first.next_call().reject(code, "Not now", extra=extra)
    other = second.next_call()
    delay = came_after(way.caller, call, second)
    print(f"{code} {extra}: with the next one after {delay * 1000:.0f} ms")
    assert delay < LATE
    take(call, other)


# all of them ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def hunt(installation, way):
    """hunt(name=value): of who calls, until the scenario ends."""
    with changeable(installation.sbc) as change:
        def set_it(**attributes):
            def edit(root):
                element = find(root, "target[@name='gw1']" if way.to_lync else "trunk[@name='hq-first']")
                for name, value in attributes.items():
                    element.set(name.replace("_", "-"), value)
            change(edit)
            installation.sbc.rpc("lync.reload")
        yield set_it


def test_no_more_than_so_many_tries(way, hunt, sbc):
    hunt(hunt_tries="1")
    first, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    first.next_call().reject(503, "Not now")
    call.expect(503)
    second.inbox.expect_nothing(0.2)
    assert "nobody else is tried after 1 tries" in sbc.log_since_judged()


@pytest.mark.parametrize("after, goes_on", [(0.3, True), (0.7, False)])
def test_no_longer_than_so(way, hunt, after, goes_on):
    """Another one is tried only where its answer-limit still fits in."""
    hunt(hunt_time="1500ms")
    first, second = way.first, way.second
    call = way.caller.invite(NUMBER)
    one = first.next_call()
    time.sleep(after)
    one.reject(503, "Not now")
    if goes_on:
        take(call, second.next_call())
    else:
        call.expect(503)
        second.inbox.expect_nothing(0.2)


# other calls of a peer that was late ---------------------------------------------------------------------------------
def test_running_calls_of_one_that_was_late(way, installation):
    """Their requests go on to it, and so do the answers that it waits for."""
    first, second = way.first, way.second
    running, far = call_up(way.caller, first)
    host = installation.lab[way.names[0]]
    transport = "tcp" if way.to_lync else "udp"
    with host.drop(f"ip saddr {way.sbc_address} ip daddr {host.address} {transport} dport {first.port}"):
        call = way.caller.invite(NUMBER)
        other = second.next_call()
    if way.to_lync:
        first.next_call().give_up()  # what the kernel has sent again
    take(call, other)
    assert [heard.verdict for heard in talk(running, far, seconds=0.3)] == ["ok", "ok"]
    hang_up(running, far)
    call, other = call_up(way.caller, first)
    hang_up(call, other)
