# SPDX-License-Identifier: GPL-2.0-or-later
"""One leg, judged alone: good calls pass, and each rule finds the message that breaks it."""
import pytest

from lab import dialogs
from lab.legs import Heard, Side
from lab.sip import Message

US, PEER = "198.51.100.1", "198.51.100.10"
OURS, THEIRS = f"Via: SIP/2.0/UDP {US};branch=z9hG4bK", f"Via: SIP/2.0/UDP {PEER}:5060;branch=z9hG4bK"


def request(method, uri, via, local, remote, cseq, more=""):
    return (f"{method} {uri} SIP/2.0\n{via}\nMax-Forwards: 70\nFrom: {local}\nTo: {remote}\nCall-ID: c\n"
            f"CSeq: {cseq} {method}\n{more}Content-Length: 0\n")


def response(code, via, from_, to, cseq, more=""):
    return f"SIP/2.0 {code} X\n{via}\nFrom: {from_}\nTo: {to}\nCall-ID: c\nCSeq: {cseq}\n{more}Content-Length: 0\n"


# a call that the SBC makes: A is it, B is the peer --------------------------------------------------------------------
A, B, GW = f"<sip:1@{US}>;tag=a1a1", f"<sip:2@{PEER}>", "sip:gw@198.51.100.10:5060"
OUR_CONTACT, CONTACT = f"Contact: <sip:token@{US}>\n", f"Contact: <{GW}>\n"
BT = f"{B};tag=b2b2"
RELIABLE = "Require: 100rel\nRSeq: 4711\n"
MADE = {
    "invite": (1, request("INVITE", "sip:2@198.51.100.10", f"{OURS}1", A, B, 8, OUR_CONTACT + "Supported: 100rel\n")),
    "trying": (0, response(100, f"{OURS}1", A, B, "8 INVITE")),
    "ringing": (0, response(180, f"{OURS}1", A, BT, "8 INVITE", CONTACT + RELIABLE)),
    "prack": (1, request("PRACK", GW, f"{OURS}2", A, BT, 9, "RAck: 4711 8 INVITE\n")),
    "prack-ok": (0, response(200, f"{OURS}2", A, BT, "9 PRACK")),
    "ok": (0, response(200, f"{OURS}1", A, BT, "8 INVITE", CONTACT)),
    "ack": (1, request("ACK", GW, f"{OURS}3", A, BT, 8)),
    "their-invite": (0, request("INVITE", f"sip:token@{US}", f"{THEIRS}5;rport", BT, A, 100, CONTACT)),
    "our-ok": (1, response(200, f"{THEIRS}5;rport=5060;received={PEER}", BT, A, "100 INVITE", OUR_CONTACT)),
    "their-ack": (0, request("ACK", f"sip:token@{US}", f"{THEIRS}6", BT, A, 100)),
    "reinvite": (1, request("INVITE", GW, f"{OURS}7", A, BT, 16, OUR_CONTACT)),
    "refused": (0, response(488, f"{OURS}7", A, BT, "16 INVITE")),
    "refused-ack": (1, request("ACK", GW, f"{OURS}7", A, BT, 16)),
    "bye": (1, request("BYE", GW, f"{OURS}8", A, BT, 24)),
    "bye-ok": (0, response(200, f"{OURS}8", A, BT, "24 BYE")),
}
# a call that the SBC takes: it has rung, then answered ------------------------------------------------------------------
C, D = f"<sip:3@{PEER}>;tag=c3c3", f"<sip:4@{US}>"
DT = f"{D};tag=d4d4"
TAKEN = {
    "invite": (0, request("INVITE", f"sip:4@{US}", f"{THEIRS}1;rport\nVia: SIP/2.0/TCP 203.0.113.9;branch=z9hG4bK0;received=203.0.113.8",
                          C, D, 7, CONTACT + "Supported: 100rel\nRecord-Route: <sip:p1;lr>, <sip:p2;lr>\n")),
    "trying": (1, response(100, f"{THEIRS}1;rport=5060\nVia: SIP/2.0/TCP 203.0.113.9;branch=z9hG4bK0;received=203.0.113.8", C, D, "7 INVITE")),
    "ringing": (1, response(180, f"{THEIRS}1;received={PEER};rport=5060, SIP/2.0/TCP 203.0.113.9;branch=z9hG4bK0;received=203.0.113.8",
                            C, DT, "7 INVITE", OUR_CONTACT + RELIABLE + "Record-Route: <sip:p1;lr>\nRecord-Route: <sip:p2;lr>\n")),
    "more": (1, response(183, f"{THEIRS}1, SIP/2.0/TCP 203.0.113.9;branch=z9hG4bK0;received=203.0.113.8", C, DT, "7 INVITE",
                         OUR_CONTACT + "Require: 100rel\nRSeq: 4712\nRecord-Route: <sip:p1;lr>, <sip:p2;lr>\n")),
    "ok": (1, response(200, f"{THEIRS}1, SIP/2.0/TCP 203.0.113.9;branch=z9hG4bK0;received=203.0.113.8", C, DT, "7 INVITE",
                       OUR_CONTACT + "Record-Route: <sip:p1;lr>, <sip:p2;lr>\n")),
    "ack": (0, request("ACK", f"sip:token@{US}", f"{THEIRS}2", C, DT, 7)),
    "bye": (1, request("BYE", GW, f"{OURS}9", DT, C, 1, "Route: <sip:p1;lr>\nRoute: <sip:p2;lr>\n")),
    "bye-ok": (0, response(200, f"{OURS}9", DT, C, "1 BYE")),
}
# a call that the SBC makes and gives up ---------------------------------------------------------------------------------
GIVEN_UP = {
    "invite": MADE["invite"], "trying": MADE["trying"],
    "cancel": (1, request("CANCEL", "sip:2@198.51.100.10", f"{OURS}1", A, B, 8)),
    "cancel-ok": (0, response(200, f"{OURS}1", A, BT, "8 CANCEL")),
    "terminated": (0, response(487, f"{OURS}1", A, BT, "8 INVITE")),
    "ack": (1, request("ACK", "sip:2@198.51.100.10", f"{OURS}1", A, BT, 8)),
}
ALL = {"made": MADE, "taken": TAKEN, "given up": GIVEN_UP}


def judged(call, changed=None, order=None):
    """changed: name -> (old, new), or None: left out. order: names, instead of the call's."""
    heard = []
    for name in order or call:
        ours, text = call[name]
        if name in (changed or {}):
            if changed[name] is None:
                continue
            old, new = changed[name]
            assert old in text, (name, old)
            text = text.replace(old, new, 1)
        heard.append(Heard(float(len(heard)), bool(ours), PEER, Message((text + "\n").replace("\n", "\r\n").encode())))
    return dialogs.check(Side("pstn", [US], heard))


@pytest.mark.parametrize("call", ALL.values(), ids=list(ALL))
def test_good_calls(call):
    assert judged(call) == []
    assert judged(call, order=[name for name in call for _ in range(3)]) == [], "retransmissions are no fault"


def test_a_request_outside_dialogs_that_begins_none():
    options = request("OPTIONS", "sip:198.51.100.10", f"{OURS}1", A, B, 1)
    assert judged({"options": (1, options), "ok": (0, response(200, f"{OURS}1", A, BT, "1 OPTIONS"))}) == []


def test_the_answer_says_the_last_word_on_the_target():
    """13.2.2.4: the 2xx replaces what a provisional response has said; a later provisional one does not (12.1.2)."""
    assert judged(MADE, {"ringing": (GW, "sip:early@198.51.100.11"), "prack": (GW, "sip:early@198.51.100.11")}) == []
    late = MADE | {"ringing": (0, MADE["ringing"][1].replace(GW, "sip:early@198.51.100.11"))}
    assert judged(MADE | {"late": late["ringing"]}, order=["invite", "ok", "late", "ack"]) == []


def test_what_is_traced_late():
    """A request is traced after it was sent: its answer may stand before it."""
    assert judged(MADE, order=["trying", "invite", *list(MADE)[2:]]) == []
    assert judged(GIVEN_UP, order=["invite", "trying", "cancel-ok", "cancel", "terminated", "ack"]) == []


BAD = [  # call, message, old, new, what is said of it
    # requests
    (MADE, "invite", "Max-Forwards: 70\n", "", "no Max-Forwards (RFC 3261 8.1.1)"),
    (MADE, "invite", "\nMax", "\nVia: SIP/2.0/TLS 192.0.2.11;branch=z9hG4bKx\nMax", "2 Vias: an endpoint sends its own alone (RFC 3261 8.1.1.7)"),
    (MADE, "bye", f"UDP {US}", "UDP 192.0.2.11", "Via names 192.0.2.11, not the SBC (RFC 3261 8.1.1.7)"),
    (MADE, "bye", "z9hG4bK8", "8", "the branch does not begin with z9hG4bK (RFC 3261 8.1.1.7)"),
    (MADE, "bye", "z9hG4bK8", "z9hG4bK7", "the branch was used before"),
    (MADE, "bye", "24 BYE", "24 INFO", "CSeq names another method (RFC 3261 8.1.1.5)"),
    (MADE, "bye", "24 BYE", "2147483648 BYE", "CSeq is 2^31 or more (RFC 3261 8.1.1.5)"),
    (MADE, "bye", "24 BYE", "BYE", "cannot be read"),
    (MADE, "invite", ";tag=a1a1", "", "no tag in From (RFC 3261 8.1.1.3)"),
    (MADE, "invite", "Max", "Route: <sip:p;lr>\nMax", "Route outside a dialog (RFC 3261 8.1.1.1)"),
    (MADE, "bye", ";tag=b2b2", "", "BYE outside a dialog (RFC 3261 12.2.1.1)"),
    (MADE, "invite", OUR_CONTACT, "", "INVITE needs one Contact (RFC 3261 8.1.1.8)"),
    (MADE, "reinvite", OUR_CONTACT, OUR_CONTACT * 2, "INVITE needs one Contact (RFC 3261 8.1.1.8)"),
    # in a dialog
    (MADE, "bye", "a1a1", "a1a2", "no dialog has this Call-ID and these tags (RFC 3261 12.2.1.1)"),
    (MADE, "bye", "b2b2", "b2b3", "no dialog has this Call-ID and these tags (RFC 3261 12.2.1.1)"),
    (MADE, "bye", "Call-ID: c", "Call-ID: d", "no dialog has this Call-ID and these tags (RFC 3261 12.2.1.1)"),
    (MADE, "bye", "sip:1@", "sip:x@", "the URI in From is not the dialog's"),
    (MADE, "bye", "sip:2@", "sip:x@", "the URI in To is not the dialog's"),
    (MADE, "bye", GW, GW[:-5], f"the Request-URI is not the remote target, {GW} (RFC 3261 12.2.1.1)"),
    (MADE, "ack", GW, GW.upper(), f"the Request-URI is not the remote target, {GW} (RFC 3261 12.2.1.1)"),
    (MADE, "bye", "Max", "Route: <sip:p;lr>\nMax", "Route is ['<sip:p;lr>'], the route set says []"),
    (TAKEN, "bye", "Route: <sip:p1;lr>\n", "", "Route is ['<sip:p2;lr>'], the route set says ['<sip:p1;lr>', '<sip:p2;lr>']"),
    (MADE, "bye", "24 BYE", "16 BYE", "CSeq does not rise above 16 (RFC 3261 12.2.1.1)"),
    (MADE, "reinvite", "16 INVITE", "9 INVITE", "CSeq does not rise above 9 (RFC 3261 12.2.1.1)"),
    (MADE, "prack", "4711", "4712", "RAck names none of the reliable responses: ['4711 8 INVITE'] (RFC 3262 7.2)"),
    (MADE, "prack", "4711 8", "4711 9", "RAck names none of the reliable responses: ['4711 8 INVITE'] (RFC 3262 7.2)"),
    (MADE, "ringing", "Require: 100rel\n", "", "RAck names none of the reliable responses: [] (RFC 3262 7.2)"),
    (MADE, "ack", "8 ACK", "9 ACK", "ACK of no INVITE that got a 2xx: those are [8] (RFC 3261 13.2.2.4)"),
    (MADE, "ack", f"{OURS}3", f"{OURS}1", "the ACK of a 2xx has its INVITE's branch (RFC 3261 8.1.1.7)"),
    (MADE, "refused-ack", "b2b2", "b2b3", "To is not that of the response"),
    (MADE, "refused-ack", GW, "sip:2@198.51.100.10", f"the Request-URI is not its INVITE's, {GW} (RFC 3261 17.1.1.3)"),
    (MADE, "refused-ack", "16 ACK", "17 ACK", "the CSeq number is not its INVITE's, 16 (RFC 3261 17.1.1.3)"),
    (GIVEN_UP, "ack", "sip:1@", "sip:x@", "From is"),
    (GIVEN_UP, "ack", ";tag=b2b2", "", "To is not that of the response"),
    (GIVEN_UP, "ack", "\nMax", ";x\nMax", "Via is not its INVITE's first alone (RFC 3261 17.1.1.3)"),
    (GIVEN_UP, "ack", "Max", "Route: <sip:p;lr>\nMax", "Route is not its INVITE's (RFC 3261 17.1.1.3)"),
    # CANCEL
    (GIVEN_UP, "cancel", "sip:2@198.51.100.10", "sip:2@198.51.100.10:5060", "the Request-URI is not its INVITE's"),
    (GIVEN_UP, "cancel", f"To: {B}", f"To: {BT}", "To is"), (GIVEN_UP, "cancel", "a1a1", "a1a2", "From is"),
    (GIVEN_UP, "cancel", "Call-ID: c", "Call-ID: d", "Call-ID is 'd', not 'c' as in its INVITE (RFC 3261 9.1)"),
    (GIVEN_UP, "cancel", "8 CANCEL", "9 CANCEL", "the CSeq number is not its INVITE's, 8 (RFC 3261 9.1)"),
    (GIVEN_UP, "cancel", f"{OURS}1", f"{OURS}4", "CANCEL of nothing: no INVITE has its branch (RFC 3261 9.1)"),
    # responses
    (TAKEN, "ok", f"{THEIRS}1", f"{THEIRS}4", "a response to nothing that was asked (RFC 3261 17.2.3)"),
    (TAKEN, "trying", f"{THEIRS}1", f"{THEIRS}1;x", "Via is"), (TAKEN, "trying", "203.0.113.8", "203.0.113.7", "Via is"),
    (TAKEN, "ok", ", SIP/2.0/TCP 203.0.113.9;branch=z9hG4bK0;received=203.0.113.8", "", "Via is"),
    (TAKEN, "ok", "c3c3", "c3c4", "From is"), (TAKEN, "ringing", "sip:3@", "SIP:3@", "From is"),
    (TAKEN, "ringing", "Call-ID: c", "Call-ID: d", "Call-ID is 'd', not 'c' as in its request (RFC 3261 8.2.6.2)"),
    (TAKEN, "ringing", "7 INVITE", "8 INVITE", "CSeq is '8 INVITE', not '7 INVITE' as in its request (RFC 3261 8.2.6.2)"),
    (TAKEN, "ringing", "sip:4@", "sip:x@", "the URI in To is not that of the request (RFC 3261 8.2.6.2)"),
    (TAKEN, "ringing", ";tag=d4d4", "", "no tag in To (RFC 3261 8.2.6.2)"),
    (TAKEN, "ok", "d4d4", "d4d5", "the tag in To is 'd4d5', it was ['d4d4'] in an earlier response (RFC 3261 8.2.6.2)"),
    (MADE, "our-ok", "a1a1", "a1a2", "To is"),
    (TAKEN, "ringing", OUR_CONTACT, "", "not one Contact in a response that begins a dialog (RFC 3261 12.1.1)"),
    (TAKEN, "ok", ", <sip:p2;lr>", "", "Record-Route is not that of the request (RFC 3261 12.1.1)"),
    (TAKEN, "more", "4712", "4713", "RSeq does not rise by one from [4711] (RFC 3262 3)"),
    (TAKEN, "ringing", "Require: 100rel\n", "", "RSeq without Require: 100rel (RFC 3262 3)"),
    (TAKEN, "invite", "Supported: 100rel\n", "", "a reliable response that nobody asked for (RFC 3262 3)"),
]


@pytest.mark.parametrize("call, name, old, new, what", BAD, ids=[f"{n}: {w}" for _, n, _, _, w in BAD])
def test_what_is_wrong(call, name, old, new, what):
    found = judged(call, {name: (old, new)})
    assert any(what in finding for finding in found), found


def test_a_retransmission_that_differs():
    call = MADE | {"again": (1, MADE["bye"][1].replace("70", "69"))}
    assert ["a retransmission differs" in finding for finding in judged(call)] == [True]


def test_a_request_that_comes_by_another_way():
    """Call-ID, From tag and CSeq as before, to the same peer: he will say 482 (8.2.2.2)."""
    call = GIVEN_UP | {"next": (1, MADE["invite"][1].replace("z9hG4bK1", "z9hG4bK9"))}
    assert ["a merged request (RFC 3261 8.2.2.2)" in finding for finding in judged(call)] == [True]


def test_cancel_before_anything_was_answered():
    """9.1. Whatever stands in the trace before or behind it: there must be an answer."""
    found = judged(GIVEN_UP, {"trying": None, "terminated": None, "ack": None})
    assert ["CANCEL before anything was answered (RFC 3261 9.1)" in finding for finding in found] == [True]


MOVED = {"their-invite": (GW, "sip:moved@198.51.100.11")}


@pytest.mark.parametrize("way, bye, good", [
    ("2xx", GW, False), ("2xx", "sip:moved@198.51.100.11", True), ("4xx", GW, True), ("4xx", "sip:moved@198.51.100.11", False),
    ("pending", GW, True), ("pending", "sip:moved@198.51.100.11", True)])
def test_the_target_moves(way, bye, good):
    """12.2.2: with the 2xx to a re-INVITE; in the time between either is right."""
    changed = MOVED | {"bye": (GW, bye), "reinvite": None, "refused": None, "refused-ack": None}
    if way == "pending":
        changed |= {"our-ok": None, "their-ack": None}
    elif way == "4xx":
        changed["our-ok"] = ("SIP/2.0 200", "SIP/2.0 491")
    found = judged(MADE, changed)
    assert (found == []) == good and all("the Request-URI is not the remote target" in finding for finding in found), found


@pytest.mark.parametrize("uri, route, good", [
    ("sip:p2", f"Route: <sip:p1>\nRoute: <{GW}>\n", True), ("sip:p2", "Route: <sip:p1>\n", False), (GW, "", False)])
def test_a_strict_router_in_the_route_set(uri, route, good):
    """12.2.1.1: its URI is the Request-URI, the target stands last in Route. The caller's order is the reversed one."""
    call = MADE | {"ok": (0, MADE["ok"][1].replace("Contact", "Record-Route: <sip:p1>, <sip:p2>\nContact"))}
    order = ["invite", "ok", "bye"]
    assert (judged(call, {"bye": (f"BYE {GW} SIP/2.0\n", f"BYE {uri} SIP/2.0\n{route}")}, order) == []) == good


@pytest.mark.parametrize("bad", ["INVITE x SIP/2.0\nVia:\nFrom: ;;;=\nTo: <\nCall-ID\n", "SIP/2.0 200 \nVia: ,,\nCSeq: x\n", "A \0 \n: \n;\n\n",
                                 "PRACK sip:x SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nRAck: x\nCSeq: 1 PRACK\n",
                                 "SIP/2.0 183 X\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nRSeq: x\nTo: \nFrom: \nCSeq: 8 INVITE\n"])
def test_what_cannot_be_read(bad):
    """An endpoint may write what it likes; of the SBC's it is said."""
    assert judged(MADE | {"bad": (0, bad)}) == []
    assert judged(MADE | {"bad": (1, bad)}) != []


def test_an_answer_of_an_unknown_dialog():
    update = request("UPDATE", GW, f"{OURS}1", A, BT, 9)
    found = judged({"update": (1, update), "ok": (0, response(200, f"{OURS}1", A, BT, "9 UPDATE", CONTACT))})
    assert ["no dialog has this Call-ID and these tags" in finding for finding in found] == [True]
