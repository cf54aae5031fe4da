# SPDX-License-Identifier: GPL-2.0-or-later
"""Another plan takes the place of the one in force, while calls run."""
import re
import threading
from xml.etree import ElementTree

import pytest

from lab.plan import NAMESPACE, find
from lab.reload import changeable, fill_shelf, reloadable
from lab.talk import call_up, hang_up, hold, talk
from lab.watch import warm_up

MANY = 1000  # reloads
LISTED = re.compile(r"\bname: (\S+)")


def reload_under_calls(sbc, caller, callee, reloads, between=lambda: None):
    """Reloads, while one call after the other is made. Returns what went wrong with them."""
    done = threading.Event()
    failures = []

    def call_again_and_again():
        while not done.is_set():
            try:
                ends = call_up(caller, callee, ring=0)
                hang_up(*ends)
                for end in ends:
                    end.close()
            except Exception as error:  # pylint: disable=broad-except
                failures.append(error)
                return

    calls = threading.Thread(target=call_again_and_again)
    calls.start()
    for number in range(reloads):
        if number % 50 == 0:
            between()
        sbc.rpc("lync.reload")
    done.set()
    calls.join()
    return failures


def prepare(installation):
    """Kamailio's allocator hands out a little more than asked for: memory is compared when it has seen some of both."""
    warm_up(installation)
    reload_under_calls(installation.sbc, installation.mediation(), installation.gateway(), 300)
    installation.take_down()


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable(prepare) as installation:
        yield installation


@pytest.fixture
def plan(sbc):
    with changeable(sbc) as change:
        yield change


def rename_gateway(root):
    find(root, "target").set("name", "gw-new")
    find(root, "trunk/route").set("target", "gw-new")


def test_a_call_goes_on_under_the_plan_it_began_with(med1, gw, sbc, plan):
    """Its target is no longer in the plan: hold, audio and BYE both ways all the same."""
    calls = call_up(med1, gw)
    ringing = gw.invite("+4930123456")
    other = med1.next_call()
    other.ring()
    plan(rename_gateway)
    assert "added gw-new; servers and targets: removed gw1" in sbc.rpc("lync.reload")
    other.answer()
    ringing.answered()
    other.expect("ACK")
    hold(*calls)
    hold(*calls[::-1], "sendrecv")
    assert [heard.verdict for heard in talk(*calls, seconds=0.5)] == ["ok", "ok"]
    hang_up(*calls[::-1])
    hang_up(ringing, other)
    assert set(LISTED.findall(sbc.rpc("lync.plan"))) >= {"gw-new", "sbc1-hq"}
    hang_up(*call_up(med1, gw))


@pytest.mark.parametrize("fault, why", [
    (lambda root: find(root, "trunk").set("pool", "nowhere"), r"lync-trunks.xml:\d+: .*'nowhere'"),
    (lambda root: find(root, "node/listen[@side='pstn']").set("port", "5070"), "restart needed"),
    (lambda root: root.remove(find(root, "trunk")), r"lync-trunks.xml:\d+: "),
])
def test_a_plan_that_cannot_be_used_changes_nothing(med1, gw, sbc, plan, fault, why):
    in_force = sbc.rpc("lync.plan")
    plan(fault)
    with pytest.raises(RuntimeError, match=why):
        sbc.rpc("lync.reload")
    assert sbc.rpc("lync.plan") == in_force
    hang_up(*call_up(med1, gw))


def test_a_thousand_reloads_under_calls(med1, gw, sbc, plan):
    """No call is lost, and shared memory is what it was."""
    def grow(root):
        """One more gateway, and one less: no two editions are alike."""
        extra = root.find(f"{{{NAMESPACE}}}target[@name='extra']")
        if extra is None:
            ElementTree.SubElement(root, f"{{{NAMESPACE}}}target", name="extra", address="203.0.113.9", port="5060",
                                   transport="udp")
        else:
            root.remove(extra)

    hang_up(*call_up(med1, gw))  # connections are there now
    fill_shelf(sbc)
    memory = sbc.memory()
    failures = reload_under_calls(sbc, med1, gw, MANY, lambda: plan(grow))
    assert failures == []
    fill_shelf(sbc)
    assert sbc.memory()[0] - memory[0] < MANY * 40, "a reload leaves something behind"
    assert int(re.search(r"(\d+) kept", sbc.rpc("lync.reload"))[1]) < 20
