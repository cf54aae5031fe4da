# SPDX-License-Identifier: GPL-2.0-or-later
"""How one of those is chosen that fit a call: by load, in turn, by number; of lists of any length.

The plan is fixtures/plans/good/two-of-each.xml; calls over its trunk hq-shared go to gw1 and gw2.
"""
import collections

import pytest

from lab.installation import installed
from lab.paths import PLANS
from lab.plan import add, find
from lab.reload import TOLERANCE, changeable, fill_shelf
from lab.talk import hang_up
from lab.watch import warm_up

NUMBER = "+4930123456"


@pytest.fixture(scope="module")
def shared_installation():
    def prepare(installation):
        warm_up(installation)
        fill_shelf(installation.sbc)

    with installed(example=PLANS / "good" / "two-of-each.xml", prepare=prepare) as installation:
        installation.memory_tolerance = {**TOLERANCE, "shared": 4 * TOLERANCE["shared"]}  # the slots of many targets
        yield installation


@pytest.fixture
def routes(sbc):
    """routes(edit): edit(the routes of hq-shared, in their order); or a whole edit of the plan."""
    with changeable(sbc) as change:
        def edit_routes(how):
            change(lambda root: how(root, find(root, "trunk[@name='hq-shared']").findall("{*}route")))
            sbc.rpc("lync.reload")
        yield edit_routes


@pytest.fixture
def med(med1):
    med1.outbound = "sip:sbc1.example.net:5167"
    return med1


def refused_by(med, gateways, number=NUMBER):
    """The call goes to one of the gateways, which is busy; says to which."""
    call = med.invite(number)
    while True:
        for gateway in gateways:
            if gateway.calls.get(call.call_id):
                gateway.next_call().reject(486, "Busy Here")
                call.expect(486)
                return gateway.name


@pytest.fixture
def gateways(installation):
    return installation.gateway("gw"), installation.gateway("gw2")


def test_by_load(med, gateways, routes):
    """Calls that are up stand 3 to 1, as the weights do, and exactly so: the one with less to do for its weight gets it."""
    up = []
    for _ in range(12):
        call = med.invite(NUMBER)
        other = next(gateway.answer_next(ring=0) for gateway in _polled(gateways) if gateway.calls.get(call.call_id))
        call.answered()
        other.expect("ACK")
        up.append((call, other))
    got = collections.Counter(other.endpoint.name for _, other in up)
    assert 8 <= got["gw"] <= 10, got
    for both in up:
        hang_up(*both)


def _polled(items):
    while True:
        yield from items


def test_in_turn(med, gateways, routes):
    def in_turn(root, all_routes):
        for route in all_routes:
            route.set("choice", "round-robin")
            route.set("weight", "10")
    routes(in_turn)
    got = collections.Counter(refused_by(med, gateways) for _ in range(40))
    assert 19 <= got["gw"] <= 21, got


def test_by_order(med, gateways, routes):
    def by_order(root, all_routes):
        for route, weight in zip(all_routes, ("1", "100")):
            route.set("choice", "priority")
            route.set("weight", weight)
    routes(by_order)
    assert {refused_by(med, gateways) for _ in range(20)} == {"gw"}


@pytest.mark.parametrize("choice", ["called-number", "calling-number"])
def test_by_number(med, gateways, routes, choice):
    """The same number goes the same way, also after a reload that puts another target in front of the list."""
    def by_number(root, all_routes):
        for route in all_routes:
            route.set("choice", choice)
            route.set("weight", "50")

    def one_more(root, all_routes):
        by_number(root, all_routes)
        target = add(root, "", "target", name="aa", address="203.0.113.200", port="5060", transport="udp")
        root.remove(target)
        root.insert([child.tag.endswith("target") for child in root].index(True), target)

    numbers = [f"+493012345{i:02}" for i in range(20)] if choice == "called-number" else [NUMBER]
    routes(by_number)
    ways = {number: refused_by(med, gateways, number) for number in numbers}
    assert set(ways.values()) == {"gw", "gw2"} or choice == "calling-number"
    assert {number: refused_by(med, gateways, number) for number in numbers} == ways
    routes(one_more)
    assert {number: refused_by(med, gateways, number) for number in numbers} == ways


def test_a_long_list(med, gateways, routes):
    """The last of 200 routes is as good as the first: here the only one that does not drain."""
    def many(root, all_routes):
        trunk = find(root, "trunk[@name='hq-shared']")
        for route in all_routes:
            trunk.remove(route)
        for i in range(199):
            add(root, "", "target", name=f"t{i}", address=f"203.0.113.{i + 1}", port="5060", transport="udp",
                state="drain")
            add(root, "trunk[@name='hq-shared']", "route", target=f"t{i}")
        add(root, "trunk[@name='hq-shared']", "route", target="gw2")
    routes(many)
    assert {refused_by(med, gateways) for _ in range(10)} == {"gw2"}


def test_a_call_goes_on_in_the_plan_it_began_with(installation, sbc, med, gateways, routes):
    """A reload between two tries changes the indexes of all targets: the one that was tried is not tried again."""
    call = med.invite(NUMBER)
    gateway = next(gateway for gateway in _polled(gateways) if gateway.calls.get(call.call_id))
    first, other = gateway.next_call(), gateways[1 - gateways.index(gateway)]
    routes(lambda root, _: root.insert(3, _moved(root)))
    first.reject(503, "Not now")
    other.next_call().reject(503, "Nor I")
    call.expect(503)


def _moved(root):
    """The last target, in front of the first."""
    targets = [child for child in root if child.tag.endswith("}target")]
    root.remove(targets[-1])
    return targets[-1]


def test_the_same_number_spreads_when_one_is_full(med, gateways, routes):
    """Bounded: all calls to one number do not all stay with one target."""
    def by_number(root, all_routes):
        for route in all_routes:
            route.set("choice", "called-number")
            route.set("weight", "50")
    routes(by_number)
    up = []
    for _ in range(8):
        call = med.invite(NUMBER)
        other = next(gateway.answer_next(ring=0) for gateway in _polled(gateways) if gateway.calls.get(call.call_id))
        call.answered()
        other.expect("ACK")
        up.append((call, other))
    got = collections.Counter(other.endpoint.name for _, other in up)
    assert 3 <= min(got.values()) and max(got.values()) <= 5, got
    for both in up:
        hang_up(*both)
