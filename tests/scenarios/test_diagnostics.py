# SPDX-License-Identifier: GPL-2.0-or-later
"""ms-diagnostics of a Mediation Server: a line in the log, a count of the code, and nothing of it at the gateway."""
import re

import pytest

from lab.talk import call_up

NUMBER = "+498912345678"
# As in a published trace: what came from further in, what the Mediation Server says itself, and that for the public.
NOT_FOUND = "\r\n".join((
    'ms-diagnostics: 1034;reason="Previous hop federated peer did not report diagnostic information"',
    'ms-diagnostics: 10003;source="MED01.CONTOSO.EXAMPLE";reason="Proxy returned a SIP failure code"'
    ';component="MediationServer";SipResponseCode="404";SipResponseText="Not Found"',
    'ms-diagnostics-public: 10003;reason="Proxy returned a SIP failure code";SipResponseCode="404"'))
NO_TRUNK = ('ms-diagnostics: 10013;source="med01.contoso.example"\r\n ;reason="Gateway peer in inbound call is not found in'
            ' topology document or does not depend on this Mediation Server"')


def codes(sbc):
    """{code: its row}, in their order."""
    rows = re.split(r"\bcode: \{", sbc.rpc("lync.diagnostics"))[1:]
    read = [dict(re.findall(r"^\s*(\w+): (.*)$", row, re.M)) for row in rows]
    return {row["code"]: row for row in read}


@pytest.fixture
def told(sbc):
    """What of ms-diagnostics there is since the scenario began: told.lines(), told.more() = {code: how often}."""
    return Told(sbc)


class Told:
    def __init__(self, sbc):
        self.sbc, self._begun = sbc, len(sbc.log)
        self._before = self._counts()

    def _counts(self):
        return {code: int(row["count"]) for code, row in codes(self.sbc).items()}

    def more(self):
        return {code: n - self._before.get(code, 0) for code, n in self._counts().items()
                if n != self._before.get(code, 0)}

    def lines(self):
        return [line for line in self.sbc.log[self._begun:].splitlines() if "ms-diagnostics" in line]


def refused(caller, callee, code, extra):
    """A call that is refused: (its Call-ID, the answer at the caller)."""
    call = caller.invite(NUMBER)
    callee.next_call().reject(code, "As It Likes", extra)
    answer = call.expect(*range(300, 700))
    assert not [name for name, _ in answer.headers if name.lower().startswith("ms-")], answer.text
    return call.dialog.call_id, answer


def test_the_most_telling_of_several(sbc, med1, gw, told):
    call_id, answer = refused(gw, med1, 404, NOT_FOUND)
    assert answer.code == 404
    line, = told.lines()
    assert f"call {call_id}: 404 to INVITE from " in line
    assert ', ms-diagnostics 10003 "Proxy returned a SIP failure code", beside 1034, SIP code 404 Not Found, said by ' \
           'MED01.CONTOSO.EXAMPLE: ' in line
    assert told.more() == {"10003": 1, "1034": 1}
    row = codes(sbc)["10003"]
    assert row["reason"] == "Proxy returned a SIP failure code" and int(row["seconds_ago"]) < 5
    assert row["meaning"] in line and row["to_do"] in line and f"from {row['peer']}," in line


def test_a_gateway_that_is_not_in_the_topology(sbc, med1, gw, told):
    for _ in range(3):
        refused(gw, med1, 400, NO_TRUNK)
    assert len(told.lines()) == 3 and told.more() == {"10013": 3}
    assert all("not in the topology" in line and "Topology Builder" in line for line in told.lines())


def test_the_code_told_most_often_comes_first(sbc, med1, gw):
    for code in (1003, 1004, 1004, 1003, 1004, 1005):
        refused(gw, med1, 480, f"ms-diagnostics: {code}")
    listed = codes(sbc)
    counts = [int(row["count"]) for row in listed.values()]
    assert counts == sorted(counts, reverse=True) and list(listed).index("1004") < list(listed).index("1003")


def test_a_bye(med1, gw, told):
    call, other = call_up(med1, gw)
    call.request("BYE", extra=NOT_FOUND)
    bye = other.ended()
    call.expect(200)
    assert not [name for name, _ in bye.headers if name.lower().startswith("ms-")], bye.text
    line, = told.lines()
    assert f"call {call.dialog.call_id}: BYE from " in line and told.more() == {"10003": 1, "1034": 1}


def test_a_cancel(med1, gw, told):
    call = med1.invite("+4930123456")
    other = gw.next_call()
    other.ring()
    call.expect(180)
    call.cancel(NO_TRUNK)
    cancel = other.give_up()
    call.cancelled()
    assert not [name for name, _ in cancel.headers if name.lower().startswith("ms-")], cancel.text
    line, = told.lines()
    assert f"call {call.dialog.call_id}: CANCEL from " in line and told.more() == {"10013": 1}


def test_an_answer_to_a_request_in_the_call(med1, gw, told):
    """Also to the SBC's own: tm alone sees that."""
    call, other = call_up(gw, med1)
    told.sbc.rpc("lync.hangup", call.dialog.call_id)
    other.respond(other.expect("BYE"), 481, "No Such Call", extra=NO_TRUNK)
    call.ended()
    assert told.sbc.wait_idle()
    line, = told.lines()
    assert f"call {call.dialog.call_id}: 481 to BYE from " in line and told.more() == {"10013": 1}


def test_an_answer_that_comes_again(med1, gw, told):
    call = gw.invite(NUMBER)
    other = med1.next_call()
    for _ in range(2):
        other.respond(other.invite, 404, "Not Found", extra=NOT_FOUND)
    call.expect(404)
    other.expect("ACK")
    refused(gw, med1, 400, NO_TRUNK)  # behind it on the same connection
    assert len(told.lines()) == 2 and told.more() == {"10003": 1, "1034": 1, "10013": 1}


def test_a_success_is_no_failure(med1, gw, told):
    call = gw.invite(NUMBER)
    other = med1.next_call()
    other.answer(extra=NOT_FOUND)
    call.answered()
    other.expect("ACK")
    call.request("BYE")
    other.ended()
    call.expect(200)
    assert told.lines() == [] and told.more() == {}


def test_a_gateway_is_not_heard(med1, gw, told):
    """It may spoof what it likes: nobody reads it, and Lync does not get it."""
    refused(med1, gw, 404, NOT_FOUND)
    call, other = call_up(gw, med1)
    call.request("BYE", extra=NO_TRUNK)
    other.ended()
    call.expect(200)
    call = gw.invite(NUMBER)
    other = med1.next_call()
    other.ring()
    call.expect(180)
    call.cancel(NO_TRUNK)
    other.give_up()
    call.cancelled()
    assert told.lines() == [] and told.more() == {}


def test_hostile_texts_stay_on_their_line(sbc, med1, gw, told):
    reason = "\\\"%s%n\\\" \x1b[31m\x07\tEVIL \r\n ALERT: forged " + "x" * 900
    call_id, _ = refused(gw, med1, 480, f'ms-diagnostics: 13777;reason="{reason}"')
    line, = told.lines()
    assert re.search(r"call \S+: 480 to INVITE from \S+, ms-diagnostics 13777 \"'%s%n' \[31m EVIL ALERT: forged x+\"",
                     line), line
    assert len(line) < 1000 and call_id in line
    assert codes(sbc)["13777"]["reason"].startswith("'%s%n' [31m EVIL")


def test_a_full_table(sbc, med1, gw, told):
    """The counts of 64 codes; those of all others together. The list of all of them arrives whole."""
    for code in range(11000, 11070, 14):
        refused(gw, med1, 480, "\r\n".join(f'ms-diagnostics: {n};reason="{"x" * 200}"' for n in range(code, code + 14)))
    listed = codes(sbc)
    assert len(listed) == 65 and sum(told.more().values()) == 70
    assert listed["others"]["reason"] == ""
    assert listed["others"]["meaning"] == "codes first told when the table of 64 was full"
    before = int(listed["others"]["count"])
    refused(gw, med1, 480, "ms-diagnostics: 99999")
    assert int(codes(sbc)["others"]["count"]) == before + 1
