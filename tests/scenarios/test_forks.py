# SPDX-License-Identifier: GPL-2.0-or-later
"""Several telephones ring for one call, each with a To-tag and Contact of its own (RFC 3261 12.1.2, 13.2.2.4).

With reliable provisional answers (100rel) each is a dialog of its own for the caller, as RSeq counts in each by itself
(RFC 3262 3); without, all of them are one. Between gw and hq-first 100rel passes; gw2 and hq-tcp have prack="strip".
"""
import pytest

from lab.installation import installed
from lab.paths import PLANS
from lab.plan import find
from lab.sip import header_param
from lab.talk import hang_up, hold, talk
from lab.watch import warm_up

# As behind a proxy that forks: several dialogs of one INVITE (RFC 3261 13.2.1).
pytestmark = pytest.mark.legs(allow="the tag in To is", why="reliable answers of two telephones are two dialogs")

NUMBER = "+4930123456"
RELIABLE = "Supported: 100rel"


def strip_on_one_way(root):
    gw2, tcp = find(root, "target[@name='gw2']"), find(root, "trunk[@name='hq-tcp']")
    gw2.set("prack", "strip")
    tcp.set("prack", "strip")
    gw2[0].set("trunk", "hq-tcp")


@pytest.fixture(scope="module")
def shared_installation():
    with installed(example=PLANS / "good" / "two-of-each.xml", edit=strip_on_one_way, prepare=warm_up) as installation:
        yield installation


@pytest.fixture
def gw2(installation):
    return installation.gateway("gw2")


@pytest.fixture
def tcp(installation):
    return installation.mediation("med1", outbound="sip:sbc1.example.net:5068;transport=tcp", transport="TCP", tls=None,
                                  srtp=False, port=5068)


def call_two(caller, callee, extra):
    """The call, and the two telephones that it reaches."""
    call = caller.invite(NUMBER, extra="" if caller.name.startswith("med") else extra)
    one = callee.next_call()
    return call, one, one.fork()


def tag(response):
    return header_param(response["To"], "tag")


def go_on(call, other, silent):
    """Every request reaches the telephone that has answered, and its own requests reach the caller."""
    assert [heard.verdict for heard in talk(call, other, seconds=0.5)] == ["ok", "ok"]
    for holder, held in ((call, other), (other, call)):
        hold(holder, held)
        hold(holder, held, "sendrecv")
    assert [heard.verdict for heard in talk(call, other, seconds=0.5)] == ["ok", "ok"]
    assert silent.mailbox.drain() == []


@pytest.fixture(params=["from lync", "to lync"])
def apart(request, med1, gw):
    return (med1, gw) if request.param == "from lync" else (gw, med1)


@pytest.mark.parametrize("answers", [0, 1], ids=["the first answers", "the second answers"])
def test_reliable_answers_come_in_dialogs_of_their_own(apart, answers):
    """Both say RSeq 1; each PRACK reaches the telephone that it is for."""
    call, *forks = call_two(*apart, RELIABLE)
    assert forks[0].invite["Supported"] == "100rel"
    ringing = []
    for fork in forks:
        fork.respond(fork.invite, 180, "Ringing", extra="Require: 100rel\r\nRSeq: 1")
        ringing.append(call.expect(180))
    assert tag(ringing[0]) != tag(ringing[1])
    for fork, response in zip(forks, ringing):
        call.dialog.learn(response)
        call.request("PRACK", extra=f"RAck: 1 {response.cseq[0]} INVITE")
        request = fork.expect("PRACK")
        fork.respond(request, 200, "OK")
        call.expect(200)
        assert [left for other in forks for left in other.mailbox.drain()] == []
    taken, silent = forks[answers], forks[1 - answers]
    taken.answer()
    assert tag(call.answered()) == tag(ringing[answers])
    taken.expect("ACK")
    go_on(call, taken, silent)
    hang_up(call, taken)


@pytest.fixture(params=["from lync", "to lync", "nobody asks for it"])
def together(request, tcp, gw2, med1, gw):
    """(caller, callee, header lines of the caller)"""
    return {"from lync": (tcp, gw2, ""), "to lync": (gw2, tcp, RELIABLE + ", timer"),
            "nobody asks for it": (gw, med1, "")}[request.param]


@pytest.mark.parametrize("answers", [0, 1], ids=["the first answers", "the second answers"])
@pytest.mark.parametrize("hangs_up", ["the caller", "the callee"])
def test_without_them_the_caller_sees_one_dialog(together, answers, hangs_up):
    """With early media of one of them."""
    call, *forks = call_two(*together)
    assert forks[0].invite.get("Supported", "timer") == "timer"
    ringing = []
    for fork in forks:
        fork.ring()
        ringing.append(call.expect(180))
    forks[0].progress()
    ringing.append(call.expect(183))
    assert [heard.verdict for heard in talk(call, forks[0], seconds=0.5)] == ["ok", "ok"]
    taken, silent = forks[answers], forks[1 - answers]
    taken.answer()
    answer = call.answered()
    assert {tag(response) for response in ringing} == {tag(answer)}
    taken.expect("ACK")
    go_on(call, taken, silent)
    hang_up(*((call, taken) if hangs_up == "the caller" else (taken, call)))


def test_who_requires_100rel_has_it(installation, gw2, tcp):
    """Nobody here can answer PRACK for the callee: taken out of Require, the caller would wait for what never comes."""
    call, *forks = call_two(gw2, tcp, "Require: 100rel\r\n" + RELIABLE)
    assert (forks[0].invite["Require"], forks[0].invite.get("Supported")) == ("100rel", None)
    for fork in forks:
        fork.respond(fork.invite, 180, "Ringing", extra="Require: 100rel\r\nRSeq: 1")
    assert tag(call.expect(180)) != tag(call.expect(180))
    forks[1].answer()
    call.answered()
    forks[1].expect("ACK")
    hang_up(call, forks[1])
