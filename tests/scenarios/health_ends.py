# SPDX-License-Identifier: GPL-2.0-or-later
"""What scenarios of the peers' health share: an SBC that finds out in seconds, and two peers on each side that are well.
A plugin of pytest, for its fixtures."""
import contextlib
import time

import pytest

from lab.health import EVENT_ROUTES, health, quick, wait_health
from lab.installation import installed
from lab.paths import PLANS
from lab.reload import TOLERANCE, changeable
from lab.sbc import LAB_SETTINGS
from lab.watch import warm_up

NUMBER = "+4930123456"
MED1, MED2 = "med01.contoso.example", "med02.contoso.example"
AT_ONCE = 0.4
PEERS = {"med1": MED1, "med2": MED2, "gw": "gw1", "gw2": "gw2"}


@contextlib.contextmanager
def quick_to_find_out():
    """The installation of a file of such scenarios."""
    def prepare(installation):
        """Endpoints come and go while it warms up; then nobody asks."""
        with changeable(installation.sbc) as change:
            change(lambda root: quick(root, options="0s", failures="0"))
            installation.sbc.rpc("lync.reload")
            warm_up(installation)

    with installed(example=PLANS / "good" / "two-of-each.xml", edit=quick, health=True, prepare=prepare,
                   settings=LAB_SETTINGS + EVENT_ROUTES) as installation:
        installation.memory_tolerance = TOLERANCE
        yield installation


@pytest.fixture
def plan(sbc):
    """plan(**changed rules of quick()): in force until the scenario ends."""
    with changeable(sbc) as change:
        def rules(**changed):
            change(lambda root: quick(root, **changed))
            sbc.rpc("lync.reload")
        yield rules


@pytest.fixture
def all_up(installation, sbc):
    """The two servers and the two gateways, by their names in the lab; each gets its share of the calls."""
    ends = {name: make(name) for make, names in ((installation.mediation, ("med1", "med2")),
                                                 (installation.gateway, ("gw", "gw2"))) for name in names}
    for name, end in ends.items():
        wait_asked(end)
        wait_full(sbc, PEERS[name])
    return ends


def wait_asked(endpoint, count=0, timeout=5.0):
    """Until it has got more OPTIONS than so many."""
    deadline = time.monotonic() + timeout
    while len(options_to(endpoint)) <= count:
        assert time.monotonic() < deadline, f"{endpoint.name} has got no OPTIONS in {timeout} s"
        time.sleep(0.01)


def wait_full(sbc, name, timeout=20.0):
    wait_health(sbc, name, "up", timeout=timeout)
    deadline = time.monotonic() + timeout
    while health(sbc, name)["share"] < 100:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def log_of(sbc, since):
    return sbc.log[since:]


def options_to(endpoint):
    return [entry for entry in endpoint.log if not entry.sent and entry.message.method == "OPTIONS"]


def invites_to(endpoint):
    return [entry for entry in endpoint.log if not entry.sent and entry.message.method == "INVITE"]


def gone(installation, endpoint):
    """It is killed."""
    installation.endpoints.remove(endpoint)
    endpoint.close()


def drop_to(installation, whom, match="meta l4proto { tcp, udp }"):
    """What is sent to it vanishes while it lasts; of others there, nothing."""
    host = installation.lab[whom]
    return host.drop(f"ip daddr {host.address} {match}")
