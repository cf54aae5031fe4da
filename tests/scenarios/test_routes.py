# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plan says of one route or trunk alone: match, and a rule of the dialect switched off."""
import pytest

from lab.plan import find
from lab.reload import changeable, reloadable
from lab.talk import call_up, hang_up


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable() as installation:
        yield installation


@pytest.fixture
def edited(sbc):
    """edited(change): another plan is in force, until the scenario ends."""
    with changeable(sbc) as change:
        def edit(how):
            change(how)
            sbc.rpc("lync.reload")
        yield edit


def test_a_route_takes_the_numbers_that_it_matches(med1, gw, edited):
    edited(lambda root: find(root, "trunk/route").set("match", r"^\+4930"))
    hang_up(*call_up(med1, gw, "+4930123456"))
    call = med1.invite("+4989123456")
    call.expect(503)
    assert gw.leftovers() == []


@pytest.mark.legs(allow="product's name|epid", why="the rules that take them away are off")
@pytest.mark.parametrize("element", ["trunk", "target"])
def test_a_rule_is_a_switch(med1, gw, edited, element):
    call, other = call_up(med1, gw)
    assert other.invite.get("User-Agent") is None and ";epid=" not in other.invite["From"]
    hang_up(call, other)
    edited(lambda root: find(root, element).set("rules-off", "user-agent from-epid"))
    call, other = call_up(med1, gw)
    assert "MediationServer" in other.invite["User-Agent"] and ";epid=" in other.invite["From"]
    hang_up(call, other)
