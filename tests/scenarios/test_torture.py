# SPDX-License-Identifier: GPL-2.0-or-later
"""The torture messages of RFC 4475, from a known gateway over UDP and from a known Mediation Server over TCP.

What the RFC says of each stands in the table; the letter in the file's name is another one's verdict and is not looked at.
The networks of the lab have no route out: the messages carry addresses of others.
"""
import contextlib

import pytest

from lab import torture
from lab.raw import PASSED, SILENCE, RawPeer, reaction
from lab.talk import call_up, hang_up

pytestmark = pytest.mark.legs(allow=r"as in its request|URI in To|tag in To|a response to nothing", why="many of the messages have one branch")

# What may come of a message. We take no REGISTER and no method that we do not know: 405 (RFC 3261 8.2.1).
CALL = {PASSED, 404, 415, 484, 488}  # a valid INVITE: it goes on, or is refused for another reason than its syntax
REFUSED = {400, SILENCE}
REFUSED_CALL = CALL | REFUSED  # wrong, but one may be liberal
NOT_ALLOWED = {405, 501}
VERDICTS = {
    # 3.1.1 valid messages
    "wsinv": CALL, "intmeth": NOT_ALLOWED, "esc01": CALL, "escnull": NOT_ALLOWED, "esc02": NOT_ALLOWED,
    "lwsdisp": {200}, "longreq": CALL, "dblreq": NOT_ALLOWED, "semiuri": {200}, "transports": {200},
    "mpart01": NOT_ALLOWED, "unreason": {SILENCE}, "noreason": {SILENCE},
    # 3.1.2 invalid messages
    "badinv01": REFUSED, "clerr": REFUSED, "ncl": REFUSED, "scalar02": REFUSED, "scalarlg": {SILENCE},
    "quotbal": REFUSED, "ltgtruri": REFUSED_CALL, "lwsruri": REFUSED | {481}, "lwsstart": REFUSED_CALL,
    "trws": REFUSED | {200}, "escruri": REFUSED_CALL, "baddate": REFUSED_CALL, "regbadct": REFUSED | NOT_ALLOWED,
    "badaspec": REFUSED | {200}, "baddn": REFUSED | {200}, "badvers": {505}, "mismatch01": {400},
    "mismatch02": {400} | NOT_ALLOWED, "bigcode": {SILENCE},
    # 3.2 transaction layer; 3.3 application layer; 3.4 RFC 2543
    "badbranch": {200, 400}, "insuf": REFUSED, "unkscm": {416}, "novelsc": {416}, "unksm2": {400} | NOT_ALLOWED,
    "bext01": {420}, "invut": {415}, "regaut01": NOT_ALLOWED, "multi01": REFUSED, "mcl01": REFUSED,
    "bcast": {SILENCE}, "zeromf": {483}, "cparam01": NOT_ALLOWED, "cparam02": NOT_ALLOWED, "regescrt": NOT_ALLOWED,
    "sdp01": CALL | {406}, "inv2543": REFUSED_CALL, "test": REFUSED,
}
# Valid, but Kamailio's core cannot read them and drops them: a folded CSeq, a header name with '%' or "'", another
# version in Via.
DROPPED_BY_THE_CORE = {"wsinv", "esc02", "intmeth", "badvers"}


@pytest.fixture(scope="module")
def messages():
    found = torture.corpus()
    if not found:
        pytest.skip(f"no torture messages in {torture.CORPUS}; SIP_TORTURE_CORPUS names their folder")
    assert set(found) == set(VERDICTS), "the corpus and the table of verdicts differ"
    return found


@pytest.fixture(scope="module")
def shared_installation(two_of_each):
    return two_of_each


def complaints(messages, make_peer, callee):
    """make_peer: for UDP it makes the same one again and again, for TCP always a new connection."""
    found = []
    for name, message in sorted(messages.items()):
        got = reaction(make_peer(), message, callee)
        if got not in VERDICTS[name] and not (name in DROPPED_BY_THE_CORE and got == SILENCE):
            found.append(f"{name}: {got}, not {' or '.join(sorted(map(str, VERDICTS[name])))}")
    return found


def test_over_udp(messages, installation, med1):
    """Answers go to the port in Via (RFC 3261 18.2.2): the default one, and two that some messages name."""
    host, target = installation.lab["gw"], (installation.lab.sbc_pstn, 5060)
    with RawPeer(host, "UDP", target, ports=(5060, 5050, 5070)) as peer:
        assert complaints(messages, lambda: peer, med1) == []
    hang_up(*call_up(med1, installation.gateway("gw")))


def test_over_tcp(messages, installation, med1, gw):
    host, target = installation.lab["med1"], (installation.lab.sbc_lync, 5068)
    chosen = {name: message for name, message in messages.items() if name not in torture.NOT_FOR_STREAMS}
    gw2 = installation.gateway("gw2")
    with contextlib.ExitStack() as stack:
        assert complaints(chosen, lambda: stack.enter_context(RawPeer(host, "TCP", target)), gw2) == []
    hang_up(*call_up(med1, gw))
