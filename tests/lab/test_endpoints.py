# SPDX-License-Identifier: GPL-2.0-or-later
"""Endpoints against each other, without an SBC: the lab must be sound before it judges anything."""
import socket
import ssl
import time

import pytest

from lab.gateway import KINDS, Gateway
from lab.mediation import Mediation
from lab.net import LoopbackLab, NamespaceLab
from lab.paths import KEY_CACHE
from lab.pki import Pki
from lab.srtp import SUITE
from lab.talk import call_up, hang_up, hold, talk
from lab.transport import Tls


@pytest.fixture(scope="module")
def lab():
    with LoopbackLab() as lab:
        yield lab


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("pki"), KEY_CACHE)


def gateways(lab, **options):
    """Two that call each other."""
    one, other = lab["gw"], lab["gw2"]
    return (Gateway("gw", one, one.address, 5060, f"sip:{other.address}:5060", lab.names, **options),
            Gateway("gw2", other, other.address, 5060, f"sip:{one.address}:5060", lab.names, **options))


class Peer(Mediation):
    """Takes offers as another Mediation Server makes them: two keys, one with MKI."""

    def check_offer(self, offer):
        first, second = offer.cryptos
        assert first.mki and first.mki[1] == 1 and second.mki is None


def servers(lab, tls1, tls2):
    one, other = lab["med1"], lab["med2"]
    return (Peer("med1", one, one.address, 5067, "sip:med02.contoso.example:5067", lab.names,
                 fqdn="med01.contoso.example", tls=tls1),
            Peer("med2", other, other.address, 5067, "sip:med01.contoso.example:5067", lab.names,
                 fqdn="med02.contoso.example", tls=tls2))


def test_call_over_udp(lab):
    one, other = gateways(lab)
    with one, other:
        calls = call_up(one, other)
        for heard in talk(*calls, seconds=0.6):
            assert (heard.verdict, heard.suite, heard.packets) == ("ok", "RTP", heard.sent)
        hang_up(*calls)
        assert one.leftovers() == other.leftovers() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_of_each_kind_of_gateway(lab, kind):
    """Codec, keys and digits, also after the SDP has gone the other way; and new keys, where it has some."""
    one, other = gateways(lab, **KINDS[kind])
    with one, other:
        calls = call_up(one, other)
        for way in (calls, calls[::-1]):
            way[0].rekey = True
            hold(*way, "sendrecv")
            for heard in talk(*calls, seconds=0.6):
                suite, wire = (SUITE, "encrypted") if one.srtp else ("RTP", "plain")
                assert (heard.verdict, heard.suite, heard.wire) == ("ok", suite, wire), str(heard)
            way[0].rekey = False
        assert len(calls[0].keys) == len(calls[1].keys) == (4 if one.srtp else 0)
        calls[0].stream.mark()
        in_band = one.events is None
        time.sleep(calls[1].stream.dial("15#", in_band) + 0.1)
        assert calls[0].stream.dialled(in_band) == "15#" and calls[0].stream.dialled(not in_band) == ""
        hang_up(*calls)


def test_calls_of_one_endpoint_side_by_side(lab):
    """Each scenario has the calls to its own number, in whatever order they come."""
    one, other = gateways(lab)
    with one, other:
        for number in ("+491", "+492"):
            other.reserve(number)
        calls = {number: one.invite(number) for number in ("+492", "+491")}
        for number in ("+491", "+492"):
            answered = other.next_call(number=number)
            answered.answer()
            assert answered.call_id == calls[number].call_id
            calls[number].answered()
            answered.expect("ACK")
            hang_up(calls[number], answered)


def test_a_long_call_in_few_packets(lab, pki):
    """25 minutes are 75,000 packets; the numbers wrap, and who counts the roll-overs hears all of it."""
    one, other = servers(lab, Tls(pki["med01"]), Tls(pki["med02"]))
    one.sequence = other.sequence = 65530
    with one, other:
        calls = call_up(one, other)
        assert all(heard.ok and heard.roc == 1 for heard in talk(*calls, seconds=0.5))
        for heard in talk(*calls, seconds=0.4, leap=25000):
            assert heard.decoded == heard.packets == heard.sent and heard.roc > 5
        assert all(heard.ok for heard in talk(*calls, seconds=0.5))
        heard = calls[0].stream.result(880, packets=calls[0].stream.packets[-20:])
        assert heard.decoded == 0, "without the roll-overs before it nothing may be decoded"
        hang_up(*calls)


def test_call_over_tls_with_srtp_and_mki(lab, pki):
    one, other = servers(lab, Tls(pki["med01"]), Tls(pki["med02"]))
    with one, other:
        calls = call_up(one, other)
        for heard in talk(*calls, seconds=0.6):
            assert (heard.verdict, heard.suite, heard.wire) == ("ok", SUITE, "encrypted")
        hold(*calls)
        assert [heard.packets for heard in talk(*calls, seconds=0.3)] == [0, 0]
        hold(*calls[::-1], "sendrecv")
        assert all(heard.ok for heard in talk(*calls, seconds=0.6))
        hang_up(*calls[::-1])
        assert one.flows[0].names == ["medpool.contoso.example", "med02.contoso.example"]
        assert one.leftovers() == other.leftovers() == []


def test_what_nobody_asked_for_is_left(lab):
    one, other = gateways(lab)
    with one, other:
        one.invite("+49")
        time.sleep(0.1)
        assert [m.method for m in other.leftovers()] == ["INVITE"]


@pytest.mark.parametrize("identity, complaint", [
    ("wrong-name", "Hostname mismatch"), ("expired", "expired"), ("unknown-ca", "self-signed|unable to get")])
def test_a_bad_server_is_refused(lab, pki, identity, complaint):
    one, other = servers(lab, Tls(pki[identity]), Tls(pki["med02"]))
    with one, other, pytest.raises(ssl.SSLError, match=complaint):
        other.connect()


@pytest.mark.parametrize("identity", ["expired", "unknown-ca", "none"])
def test_a_bad_client_is_refused(lab, pki, identity):
    one, other = servers(lab, Tls(pki[identity]), Tls(pki["med02"]))
    with one, other:
        flow = one.connect()  # TLS 1.3: the client believes it is in until the server has looked
        assert flow.closed.wait(2) and isinstance(flow.error, ssl.SSLError)
        deadline = time.monotonic() + 2
        while not other.failures and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(other.failures) == 1 and other.log == []


def test_tls_versions(lab, pki):
    old = ssl.TLSVersion.TLSv1
    one, other = servers(lab, Tls(pki["med01"], minimum=old, maximum=old), Tls(pki["med02"], minimum=old))
    with one, other:
        assert one.connect().version == "TLSv1"
    one, other = servers(lab, Tls(pki["med01"], minimum=old, maximum=old), Tls(pki["med02"]))
    with one, other, pytest.raises(OSError):
        one.connect()


def test_a_lost_message_is_sent_again_only_when_asked_to():
    with NamespaceLab() as lab:
        for again in (False, True):
            one, other = gateways(lab, retransmit=again)
            with one, other:
                with lab["gw"].drop(f"ip daddr {other.address} udp dport 5060"):
                    call = one.invite("+49")
                    time.sleep(0.2)
                if not again:
                    with pytest.raises(AssertionError, match="got nothing"):
                        other.next_call(timeout=0.8)
                    continue
                answered = other.answer_next(timeout=1)
                call.answered()
                answered.expect("ACK")
                hang_up(call, answered)


def test_what_cannot_be_read_fails_the_scenario(lab):
    one, other = gateways(lab)
    with one, other:
        one.connect().send(b"INVITE sip:gw SIP/2.0\r\nTo: <sip:gw>\r\n\r\n")
        with pytest.raises(AssertionError, match="cannot read"):
            other.next_call(timeout=1)
        one.connect().send(b"no SIP\r\n\r\n")
        with pytest.raises(AssertionError, match="no SIP"):
            other.next_call(timeout=1)


def test_lost_media_is_noticed():
    with NamespaceLab() as lab:
        one, other = gateways(lab)
        with one, other:
            calls = call_up(one, other)
            with lab["gw"].drop(f"udp dport {calls[1].stream.port}"):
                heard, unheard = talk(*calls, seconds=0.3)
            assert heard.ok and unheard.verdict == "nothing came"
            hang_up(*calls)


def test_no_route_leads_out():
    with NamespaceLab() as lab:
        for host in lab.hosts.values():
            with host.socket(socket.SOCK_DGRAM) as sock, pytest.raises(OSError, match="unreachable"):
                sock.sendto(b"x", ("203.0.113.1", 5060))


def test_labs_side_by_side():
    with NamespaceLab() as one, NamespaceLab() as two, LoopbackLab() as three, LoopbackLab() as four:
        sockets = [lab["gw"].socket(socket.SOCK_DGRAM, 5060) for lab in (one, two, three, four)]
        for sock in sockets:
            sock.close()
