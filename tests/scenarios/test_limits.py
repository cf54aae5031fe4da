# SPDX-License-Identifier: GPL-2.0-or-later
"""Limits of the plan: calls at a time and calls that begin in a second, of trunks, pools and targets, and what counts.

The plan (fixtures/plans/good/two-of-each.xml) asks gw before gw2, and med1 before med2. That no counter is left behind
is asked after each scenario (lab.watch).
"""
import re
import time

import pytest

from lab.paths import PLANS
from lab.plan import add, find
from lab.reload import changeable, reloadable
from lab.talk import call_up, hang_up, talk

NUMBER = "+4930123456"


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable(example=PLANS / "good" / "two-of-each.xml") as installation:
        yield installation


@pytest.fixture
def limit(sbc):
    """limit("trunk[@name='hq-first']", **{"max-calls": 2}): in force until the scenario ends; another one takes its place."""
    with changeable(sbc) as change:
        def set_limit(path, **attributes):
            def edit(root):
                of = find(root, path)
                for old in of.findall("{*}limit"):
                    of.remove(old)
                add(root, path, "limit", **attributes)
            change(edit)
            sbc.rpc("lync.reload")
        yield set_limit


def calls_at(sbc, name):
    """How many are counted at a trunk, target or server."""
    return int(re.search(r"\bcalls: (\d+)", sbc.rpc("lync.trunk" if name.startswith("hq") else "lync.peer", name))[1])


def refused(caller, code=503, retry_after=None):
    answer = caller.invite(NUMBER).expect(code)
    assert answer.get("Retry-After") == retry_after
    assert answer["Reason"].startswith("Q.850;cause=") if code == 503 else True


def wait_for(sbc, name, calls, seconds=2.0):
    deadline = time.monotonic() + seconds
    while calls_at(sbc, name) != calls and time.monotonic() < deadline:
        time.sleep(0.02)
    assert calls_at(sbc, name) == calls


# calls at a time ------------------------------------------------------------------------------------------------------
def test_of_a_trunk(sbc, med1, gw, limit):
    """Both ways together: what is above it gets 503 from Lync's side and from the other, and Lync tries another trunk."""
    limit("trunk[@name='hq-first']", **{"max-calls": "2"})
    first, second = call_up(med1, gw), call_up(gw, med1)
    assert calls_at(sbc, "hq-first") == 2
    refused(med1, retry_after="5")
    refused(gw)
    assert "the limit of trunk hq-first is 2 calls" in sbc.log
    assert [heard.verdict for heard in talk(*first, seconds=0.3)] == ["ok", "ok"]
    hang_up(*first)
    third = call_up(gw, med1)
    hang_up(*second)
    hang_up(*third)
    assert calls_at(sbc, "hq-first") == 0


def test_of_a_pool_over_all_its_trunks(installation, sbc, med1, gw, limit):
    limit("pool[@name='hq']", **{"max-calls": "2"})
    gw2 = installation.gateway("gw2")
    calls = [call_up(med1, gw)]
    med1.outbound = "sip:sbc1.example.net:5167"
    call = med1.invite(NUMBER)
    other = (gw if gw.calls.get(call.call_id) or _reaches(gw, call) else gw2).answer_next()
    call.answered()
    other.expect("ACK")
    calls.append((call, other))
    refused(med1, retry_after="5")
    refused(gw)
    for both in calls:
        hang_up(*both)


def _reaches(gateway, call, seconds=1.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if gateway.calls.get(call.call_id):
            return True
        time.sleep(0.01)
    return False


def test_a_target_that_is_full_is_passed_over(installation, sbc, med1, gw, limit):
    """Its own calls count as well; with no other target left the call is refused."""
    gw2 = installation.gateway("gw2")
    limit("target[@name='gw1']", **{"max-calls": "1"})
    calls = [call_up(gw, med1), call_up(med1, gw2)]
    limit("target[@name='gw2']", **{"max-calls": "1"})
    refused(med1)
    hang_up(*calls[0])
    calls[0] = call_up(med1, gw)
    for both in calls:
        hang_up(*both)


def test_a_call_of_a_target_that_is_full_gets_the_code_of_the_plan(sbc, med1, gw, limit):
    limit("target[@name='gw1']", **{"max-calls": "1", "code": "486"})
    calls = call_up(med1, gw)
    refused(gw, 486, "5")
    hang_up(*calls)
    hang_up(*call_up(gw, med1))


def test_what_ends_before_its_answer_is_given_back_at_once(installation, sbc, med1, gw, limit):
    """Refused by the user, cancelled, refused by us for its SDP, and when a try is passed on to the next."""
    gw2 = installation.gateway("gw2")
    limit("trunk[@name='hq-first']", **{"max-calls": "1"})
    for _ in range(3):
        call = med1.invite(NUMBER)
        gw.next_call().reject(486, "Busy Here")
        call.expect(486)
        call = med1.invite(NUMBER)
        other = gw.next_call()
        other.ring()
        call.expect(180)
        refused(med1, retry_after="5")
        call.cancel()
        other.give_up()
        call.cancelled()
        wait_for(sbc, "hq-first", 0)
        call = med1.invite(NUMBER)
        gw.next_call().reject(503, "No")
        other = gw2.next_call()
        assert (calls_at(sbc, "gw1"), calls_at(sbc, "gw2")) == (0, 1)
        other.reject(486, "Busy Here")
        call.expect(486)
        wait_for(sbc, "hq-first", 0)


def test_a_limit_that_is_raised_holds_at_once(sbc, med1, gw, limit):
    """Calls stay counted over a reload."""
    limit("trunk[@name='hq-first']", **{"max-calls": "1"})
    calls = [call_up(med1, gw)]
    refused(med1, retry_after="5")
    limit("trunk[@name='hq-first']", **{"max-calls": "2"})
    calls.append(call_up(med1, gw))
    refused(med1, retry_after="5")
    for both in calls:
        hang_up(*both)


# in a second ----------------------------------------------------------------------------------------------------------
def test_in_a_second(sbc, med1, gw, limit):
    limit("trunk[@name='hq-first']", **{"max-cps": "3"})
    time.sleep(1)
    began = time.monotonic()
    calls = [call_up(med1, gw, ring=0) for _ in range(3)]
    assert time.monotonic() - began < 1
    refused(med1, retry_after="1")
    assert "the limit of trunk hq-first is 3 calls in a second" in sbc.log
    time.sleep(1.01)
    calls.append(call_up(med1, gw))
    for both in calls:
        hang_up(*both)


def test_in_a_second_to_a_target(installation, med1, gw, limit):
    """What it cannot take now goes to the other."""
    gw2 = installation.gateway("gw2")
    limit("target[@name='gw1']", **{"max-cps": "2"})
    time.sleep(1)
    calls = [call_up(med1, gateway, ring=0) for gateway in (gw, gw, gw2, gw2)]
    for both in calls:
        hang_up(*both)


# records ----------------------------------------------------------------------------------------------------------------
def test_no_more_calls_than_there_are_records(fresh_installation):
    """max_calls: 1 has two legs."""
    installation = fresh_installation(defines=["MAX_CALLS=1"])
    sbc, med1, gw = installation.sbc, installation.mediation("med1"), installation.gateway("gw")
    calls = call_up(med1, gw)
    assert sbc.calls()["legs"] == sbc.calls()["legs_max"] == 2
    med1.invite(NUMBER).expect(503)
    assert "there are 1 calls already; raise max_calls" in sbc.log
    hang_up(*calls)
    hang_up(*call_up(med1, gw))


def test_a_call_of_another_start_counts_from_its_first_request_on(fresh_installation):
    """Its BYE ends it, here too."""
    installation = fresh_installation()
    sbc, med1, gw = installation.sbc, installation.mediation("med1"), installation.gateway("gw")
    call, other = call_up(med1, gw)
    assert sbc.calls()["legs"] == 2
    sbc.kill_kamailio()
    sbc.start_kamailio()
    assert sbc.calls()["legs"] == 0
    other.request("INFO")
    call.respond(call.expect("INFO"), 200, "OK")
    other.expect(200)
    assert sbc.calls()["legs"] == 2
    hang_up(call, other)
    assert sbc.calls()["legs"] == 0
