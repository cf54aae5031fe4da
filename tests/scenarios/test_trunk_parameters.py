# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters of New-CsTrunkConfiguration: what each changes on the wire, audio asserted.

One SBC with several trunks of one pool, on ports of their own, which differ in nothing but the parameter.
"""
import copy
import time
from xml.etree import ElementTree

import pytest

from lab.gateway import secrets
from lab.installation import installed
from lab.plan import NAMESPACE, find
from lab.talk import call_up, hang_up, hold, talk
from lab.watch import warm_up

# our port and the servers' -> the parameters of that trunk; the trunk of the example has all defaults
TRUNKS = {5167: {"SRTPMode": "NotSupported"}, 5267: {"SRTPMode": "Optional"},
          5367: {"EnableRTPLatching": "true"},
          5467: {"EnableFastFailoverTimer": "true"},
          5567: {"EnableFastFailoverTimer": "false", "hunt-tries": "12", "hunt-time": "0s"}}
SILENT = {5467: 100, 5567: 110}  # their targets: seven addresses behind that one, where nobody is
SILENT_COUNT = 7


def more_trunks(root):
    """The example's trunk again, on another pair of ports. A called number that begins with the port goes to it."""
    node, target, trunk = (find(root, path) for path in ("node", "target", "trunk"))
    for port, parameters in TRUNKS.items():
        listen, route, another = (copy.deepcopy(find(root, path)) for path in ("node/listen", "target/route", "trunk"))
        listen.set("port", str(port))
        another.attrib.pop("media")  # SRTPMode says it
        another.attrib.update({"name": f"trunk-{port}", "port": str(port), "mediation-port": str(port), **parameters})
        route.attrib.update({"trunk": f"trunk-{port}", "match": rf"^\+{port}", "tier": "1"})
        node.append(listen)
        target.append(route)
        root.append(another)
        if port in SILENT:
            add_silent(root, another, SILENT[port])
    find(root, "target/route").set("tier", "2")


def add_silent(root, trunk, first):
    """The trunk leads to targets that never answer, one behind the other."""
    trunk.remove(trunk.find(f"{{{NAMESPACE}}}route"))
    for i in range(1, SILENT_COUNT + 1):
        target = {"name": f"silent-{first + i}", "address": f"198.51.100.{first + i}", "port": "5060", "transport": "udp"}
        ElementTree.SubElement(root, f"{{{NAMESPACE}}}target", target)
        ElementTree.SubElement(trunk, f"{{{NAMESPACE}}}route", target=target["name"], tier=str(i))


@pytest.fixture(scope="module")
def shared_installation():
    with installed(edit=more_trunks, prepare=warm_up) as installation:
        yield installation


def server(installation, port, **options):
    """The Mediation Server of the trunk on that port."""
    return installation.mediation("med1", port=port, outbound=f"sip:sbc1.example.net:{port}", **options)


def assert_audio(call, other):
    assert [heard.verdict for heard in talk(call, other, seconds=0.5)] == ["ok", "ok"]


def whole_call(caller, callee, number="+4930123456"):
    """Audio before, and after each end has held the other; the endpoints refuse a profile that is not theirs."""
    call, other = call_up(caller, callee, number=number)
    assert_audio(call, other)
    for holder, held in ((call, other), (other, call)):
        hold(holder, held)
        hold(holder, held, "sendrecv")
        assert_audio(call, other)
    return call, other


def profiles(endpoint, offers=None):
    """What the m= lines say that the endpoint was sent; offers: in requests alone (True), or in answers (False)."""
    return {line.split()[2] for entry in endpoint.log if not entry.sent and offers in (None, not entry.message.code)
            for line in entry.message.body.decode().splitlines() if line.startswith("m=audio")}


# SRTPMode --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("port, number, srtp, profile", [
    (5067, "+4930123456", True, "RTP/SAVP"), (5167, "+5167123456", False, "RTP/AVP")], ids=["Required", "NotSupported"])
def test_srtp_mode(installation, gw, port, number, srtp, profile):
    """Two trunks of one pool to one gateway: only the ports tell them apart."""
    med = server(installation, port, srtp=srtp)
    hang_up(*whole_call(med, gw))
    hang_up(*whole_call(gw, med, number))
    assert (profiles(med), profiles(gw)) == ({profile}, {"RTP/AVP"})


@pytest.mark.parametrize("port, srtp", [(5067, False), (5167, True)], ids=["Required", "NotSupported"])
def test_the_other_mode_is_refused(installation, gw, port, srtp):
    call = server(installation, port, srtp=srtp).invite("+4930123456")
    call.expect(488)
    assert gw.inbox.drain() == []


def test_srtp_mode_optional(installation, gw):
    """Lync's offer says RTP/AVP with keys, hold included (MS-SDPEXT): it is answered RTP/SAVP, and offered the same."""
    med = server(installation, 5267, optional=True)
    hang_up(*whole_call(med, gw))
    hang_up(*whole_call(gw, med, "+5267123456"))
    assert profiles(gw) == {"RTP/AVP"}
    assert profiles(med, offers=True) == {"RTP/AVP"} and profiles(med, offers=False) == {"RTP/SAVP"}
    assert secrets(gw) == []


def test_srtp_mode_optional_without_a_key(installation, gw):
    """An offer without keys is answered without, early media included."""
    med = server(installation, 5267, srtp=False)
    call = med.invite("+4930123456")
    other = gw.next_call()
    other.progress()
    call.expect(183)
    assert_audio(call, other)
    other.answer()
    call.answered()
    other.expect("ACK")
    hold(call, other)
    hold(call, other, "sendrecv")
    assert_audio(call, other)
    hang_up(call, other)
    assert profiles(med) == {"RTP/AVP"}


# EnableRTPLatching -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("from_lync", [True, False])
@pytest.mark.parametrize("port, number", [(5367, "+5367123456"), (5067, "+4930123456")], ids=["true", "false"])
def test_latching(installation, gw, port, number, from_lync):
    """Lync's side sends from other ports than its SDP says: heard and answered with latching, dropped without."""
    med = server(installation, port)
    call, other = call_up(*((med, gw) if from_lync else (gw, med)), number=number)
    at_lync, at_gateway = (call, other) if from_lync else (other, call)
    at_lync.stream.move()
    if port == 5067:
        assert [heard.verdict for heard in talk(at_lync, at_gateway, seconds=0.5)] == ["nothing came", "nothing came"]
    else:
        talk(at_lync, at_gateway, seconds=0.2)  # until the first packet it is sent where the SDP says
        assert_audio(at_lync, at_gateway)
        hold(at_gateway, at_lync)
        hold(at_gateway, at_lync, "sendrecv")
        talk(at_lync, at_gateway, seconds=0.2)
        assert_audio(at_lync, at_gateway)
    hang_up(call, other)


# EnableFastFailoverTimer -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("port, tries, least, most", [(5467, 4, 3.7, 5), (5567, SILENT_COUNT, 6.5, 9)], ids=["true", "false"])
def test_fast_failover(installation, port, tries, least, most):
    """Seven targets that never answer. Lync gives up after 10 s: by the standard it is told before, so that it can try
    another trunk. Where it does not, hunt-tries and hunt-time let all of them have their turn."""
    med = server(installation, port)
    began = time.monotonic()
    call = med.invite("+4930123456")
    call.expect(503, timeout=30)
    assert least < time.monotonic() - began < most
    asked = {traced.target for traced in installation.trace.messages
             if traced.message.method == "INVITE" and traced.message["Call-ID"] == call.call_id and traced.transport == "UDP"}
    assert len(asked) == tries


# EnableReferSupport ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("from_lync", [True, False])
def test_refer_is_refused(med1, gw, from_lync):
    """Either way; the call goes on."""
    call, other = call_up(med1, gw)
    asking, asked = (call, other) if from_lync else (other, call)
    asking.request("REFER", extra="Refer-To: <sip:+4930999@contoso.example;user=phone>")
    refused = asking.expect(405)
    assert "REFER" not in refused["Allow"] and "INVITE" in refused["Allow"]
    assert asked.mailbox.drain() == []
    assert_audio(call, other)
    hang_up(call, other)


@pytest.mark.parametrize("from_lync", [True, False])
def test_nobody_is_told_of_refer(med1, gw, from_lync):
    """Neither side is to believe that the other, or the SBC, can do it."""
    caller, callee = (med1, gw) if from_lync else (gw, med1)
    call = caller.invite("+4930123456", extra="Allow: REFER, NOTIFY\r\nAllow: REFER")
    other = callee.next_call()
    other.answer(extra="Allow: INVITE,REFER")
    answer = call.answered()
    other.expect("ACK")
    for message, allowed in ((other.invite, "NOTIFY"), (answer, "INVITE")):
        assert allowed in message.list("Allow") and "REFER" not in message.list("Allow")
        assert all(message.all("Allow"))
    hang_up(call, other)
