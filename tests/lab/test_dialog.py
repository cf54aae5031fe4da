# SPDX-License-Identifier: GPL-2.0-or-later
"""The endpoints are strict: each thing that RFC 3261 demands of a message in a dialog is missed when it is wrong."""
import pytest

from lab.dialog import Dialog, check_initial, check_response, same_place
from lab.sip import Message

INVITE = ("INVITE sip:gw@198.51.100.10:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKa\r\n"
          "Max-Forwards: 70\r\nRecord-Route: <sip:p1;lr>, <sip:p2;lr>\r\nFrom: <sip:a@x>;tag=theirs\r\n"
          "To: <sip:b@y>\r\nCall-ID: c\r\nCSeq: 7 INVITE\r\nContact: <sip:token@198.51.100.1>\r\nContent-Length: 0\r\n\r\n")
BYE = ("BYE sip:gw@198.51.100.10:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKb\r\nMax-Forwards: 70\r\n"
       "From: <sip:a@x>;tag=theirs\r\nTo: <sip:b@y>;tag=ours\r\nCall-ID: c\r\nCSeq: 8 BYE\r\nContent-Length: 0\r\n\r\n")
REQUEST = INVITE.replace("Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\n", "")
ANSWER = ("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKa\r\nFrom: <sip:a@x>;tag=theirs\r\n"
          "To: <sip:b@y>;tag=t\r\nCall-ID: c\r\nCSeq: 7 INVITE\r\nContact: <sip:gw@h>\r\nContent-Length: 0\r\n\r\n")


def message(text, old="", new=""):
    assert old in text
    return Message(text.replace(old, new, 1).encode() if old else text.encode())


def callee():
    dialog = Dialog.of_invite(message(INVITE), "sip:gw@198.51.100.10:5060", ";tag=ours")
    dialog.remote_cseq = 7
    return dialog


def test_good_messages_pass():
    check_initial(message(INVITE))
    callee().check_request(message(BYE))
    check_response(message(REQUEST), message(ANSWER))
    check_response(message(REQUEST), message(ANSWER, ";branch", ";received=198.51.100.1;branch"))
    same_place(message(BYE.replace("8 BYE", "7 CANCEL")), message(INVITE))


def test_route_set_of_the_callee_and_of_the_caller():
    assert callee().routes == ["<sip:p1;lr>", "<sip:p2;lr>"] and callee().hop == "sip:p1;lr"
    caller = Dialog("c", "<sip:a@x>;tag=theirs", "<sip:b@y>", "sip:a@x", "sip:b@y", 7)
    caller.learn(message(ANSWER, "Contact:", "Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\nContact:"))
    assert caller.routes == ["<sip:p2;lr>", "<sip:p1;lr>"] and caller.target == "sip:gw@h" and caller.remote_tag == "t"


@pytest.mark.parametrize("old, new, complaint", [
    ("BYE sip:gw@198.51.100.10:5060", "BYE sip:GW@198.51.100.10:5060", "Request-URI"),
    ("BYE sip:gw@198.51.100.10:5060", "BYE sip:gw@198.51.100.10", "Request-URI"),
    ("tag=theirs", "tag=other", "tag in From"), ("tag=ours", "tag=other", "tag in To"), (";tag=ours", "", "tag in To"),
    ("sip:a@x", "sip:a@inside", "URI in From"), ("8 BYE", "7 BYE", "does not rise"),
    ("8 BYE", "8 INFO", "method in CSeq"),
    ("Max-Forwards: 70", "Route: <sip:me;lr>\r\nMax-Forwards: 70", "Route left"), ("70", "x", "Max-Forwards"),
])
def test_request_within_a_dialog(old, new, complaint):
    with pytest.raises(AssertionError, match=complaint):
        callee().check_request(message(BYE, old, new))


@pytest.mark.parametrize("old, new, complaint", [
    ("\r\nFrom", "\r\nVia: SIP/2.0/TLS 192.0.2.11\r\nFrom", "^Via is"), ("198.51.100.1;branch", "192.0.2.1;branch", "^Via is"),
    ("=z9hG4bKa", "=z9hG4bKb", "^Via is"), ("sip:a@x", "sip:a@inside", "From"),
    ("sip:b@y", "sip:b@inside", "URI in To"), ("<sip:b@y>;tag=t", "<sip:b@y>", "no tag in To"),
    ("7 INVITE", "8 INVITE", "CSeq"),
    ("Contact: <sip:gw@h>\r\n", "", "number of Contacts"),
    ("Contact", "Record-Route: <sip:p1>\r\nContact", "without lr"),
])
def test_response(old, new, complaint):
    with pytest.raises(AssertionError, match=complaint):
        check_response(message(REQUEST), message(ANSWER, old, new))


@pytest.mark.parametrize("old, new, complaint", [
    (";tag=theirs", "", "no tag in From"), ("To: <sip:b@y>", "To: <sip:b@y>;tag=x", "a tag in To"),
    ("Contact: <sip:token@198.51.100.1>\r\n", "", "number of Contacts"), ("<sip:p2;lr>", "<sip:p2>", "without lr"),
])
def test_first_invite(old, new, complaint):
    with pytest.raises(AssertionError, match=complaint):
        check_initial(message(INVITE, old, new))


@pytest.mark.parametrize("old, new, complaint", [
    ("To: <sip:b@y>", "To: <sip:b@inside>", "URI in To"), ("tag=theirs", "tag=x", "From"),
    ("sip:gw@198", "sip:xx@198", "Request-URI"), ("7 INVITE", "9 CANCEL", "CSeq number"),
])
def test_cancel_names_its_invite(old, new, complaint):
    with pytest.raises(AssertionError, match=complaint):
        same_place(message(INVITE, old, new), message(INVITE))


def test_keys_are_masked_in_complaints():
    bad = BYE.replace("Content-Length", "X: inline:secret\r\nContent-Length")
    with pytest.raises(AssertionError) as raised:
        callee().check_request(message(bad, "8 BYE", "7 BYE"))
    assert "secret" not in str(raised.value)
