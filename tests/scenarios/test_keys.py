# SPDX-License-Identifier: GPL-2.0-or-later
"""The cluster's secret is changed while calls stand: lync.keys reads its file anew. Their tags stay, what they are told of
the other leg is sealed with the new key from then on."""
import re

import pytest

from lab.sbc import TOKEN_SECRET
from lab.sip import header_param
from lab.talk import call_up, hang_up, hold, talk

NUMBER = "+4930123456"
FIRST = f"0 {TOKEN_SECRET}"  # what the file holds: a secret alone has the id 0
SECOND, THIRD = "a another secret of a lab\n", "b one more secret of a lab\n"


@pytest.fixture(autouse=True)
def first_again(sbc):
    yield
    keys(sbc, FIRST)


@pytest.fixture(params=["from lync", "to lync"])
def ends(request, med1, gw):
    return (med1, gw) if request.param == "from lync" else (gw, med1)


def keys(sbc, *lines):
    """Puts these into the file, and in force. Returns the answer."""
    sbc.secret_file.write_text("".join(lines))
    return sbc.rpc("lync.keys").strip()


def sealed_by(call):
    """The id of the key that the Contact was sealed with which this end has of the other."""
    return call.dialog.target.removeprefix("sip:")[2]


def go_on(call, other):
    for holder, held in ((call, other), (other, call)):
        hold(holder, held)
        hold(holder, held, "sendrecv")
    assert [heard.verdict for heard in talk(call, other, seconds=0.3)] == ["ok", "ok"]


@pytest.mark.parametrize("hangs_up", ["the caller", "the callee"])
def test_a_call_outlives_new_keys(sbc, ends, hangs_up):
    call, other = call_up(*ends)
    go_on(call, other)
    assert sealed_by(call) == sealed_by(other) == "0"
    assert keys(sbc, SECOND, FIRST) == "in force: a, 0; the first seals"
    go_on(call, other)
    assert sealed_by(call) == sealed_by(other) == "a"
    assert keys(sbc, THIRD, SECOND, FIRST) == "in force: b, a, 0; the first seals"
    later, its_other = call_up(*ends)
    for pair in ((call, other), (later, its_other)):
        go_on(*pair)
        assert sealed_by(pair[0]) == sealed_by(pair[1]) == "b"
    hang_up(*((call, other) if hangs_up == "the caller" else (other, call)))
    assert keys(sbc, THIRD) == "in force: b; the first seals"
    go_on(later, its_other)
    hang_up(later, its_other)


def test_the_answer_to_an_older_invite(sbc, ends):
    caller, callee = ends
    call = caller.invite(NUMBER)
    other = callee.next_call()
    other.ring()
    ringing = call.expect(180)
    keys(sbc, SECOND, FIRST)
    other.answer()
    answer = call.answered()
    assert header_param(ringing["To"], "tag") == header_param(answer["To"], "tag")
    other.expect("ACK")
    go_on(call, other)
    hang_up(other, call)


GONE = r"sealed with a key that this node does not have|the key that the call began under is no longer there"


@pytest.mark.parametrize("refreshed", [False, True], ids=["as it began", "with tokens of the new key"])
def test_a_key_that_is_gone_ends_its_calls(sbc, ends, refreshed):
    """For us: who asks is told so, and the log says why, in one line. A key that comes back brings them back."""
    call, other = call_up(*ends)
    keys(sbc, SECOND, FIRST)
    if refreshed:
        go_on(call, other)
    keys(sbc, SECOND)
    sbc.judge()
    for asking, asked in ((call, other), (other, call)):
        asking.request("BYE")
        asking.expect(481)
        assert len(re.findall(f"refused BYE .*({GONE})", sbc.log_since_judged())) == 1
        sbc.judge()
        assert asked.mailbox.drain() == []
    keys(sbc, SECOND, FIRST)
    go_on(call, other)
    hang_up(call, other)


def test_every_worker_has_the_new_key(sbc, med1, gw):
    """More calls than there are workers, both ways."""
    keys(sbc, SECOND)
    for _ in range(8):
        for ends in ((med1, gw), (gw, med1)):
            call, other = call_up(*ends, ring=0)
            assert sealed_by(call) == sealed_by(other) == "a"
            hang_up(other, call)


@pytest.mark.parametrize("text, why", [
    ("", "no secret"), ("# none yet\n", "no secret"), ("a short\n" + FIRST, "a secret is shorter than 16 bytes"),
    (SECOND + SECOND.replace("another", "one more") + FIRST, "two secrets with one id"),
    ("".join(f"{i} a secret of a lab, one of many\n" for i in "abcdefghi"), "more than eight secrets"),
    (SECOND + "0 not what it was before\n", "a new secret needs a new id"), ("not the secret of this lab\n", "a new id"),
    (SECOND * 200, "it is longer than any file of secrets"), (None, "No such file or directory"),
], ids=["empty", "a comment", "short", "an id twice", "nine", "an id for another", "without an id", "long", "not there"])
def test_a_file_with_a_fault_changes_nothing(sbc, med1, gw, text, why):
    call, other = call_up(med1, gw)
    if text is None:
        sbc.secret_file.unlink()
    else:
        sbc.secret_file.write_text(text)
    with pytest.raises(RuntimeError, match=f"token_secret .*: .*{why}"):
        sbc.rpc("lync.keys")
    assert "the keys in force stay" in sbc.log_since_judged()
    go_on(call, other)
    assert sealed_by(call) == "0"
    hang_up(call, other)
