# SPDX-License-Identifier: GPL-2.0-or-later
"""A site that scripts in another language: the production configuration with its routes in JavaScript."""
import re
import time

import pytest

from lab import paths
from lab.health import quick, wait_health
from lab.installation import installed
from lab.poll import polled
from lab.sbc import LAB_SETTINGS
from lab.takeover import Restart
from lab.talk import call_up, hang_up, hold, talk
from lab.watch import warm_up

WHOLE = paths.KAMAILIO_CFG
ROUTES = "####### requests\n"  # from here on kamailio.cfg says what is done with a message
SCRIPT = paths.CHECKOUT / "tests/core/kemi.js"
KEMI = ('loadmodule "app_jsdt.so"', f'modparam("app_jsdt", "load", "{SCRIPT}")', 'kemi.pre_routing_callback="hand_over"',
        'cfgengine "jsdt"', 'modparam("lync", "event_callback", "on_event")')


@pytest.fixture(scope="module")
def shared_installation(tmp_path_factory):
    """Kamailio prefers routes of its own: they must not be there."""
    settings, routes = WHOLE.read_text().split(ROUTES)
    assert "request_route {" in routes
    config = tmp_path_factory.mktemp("kemi") / "kamailio.cfg"
    config.write_text(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "KAMAILIO_CFG", config)
        with installed(example=paths.PLANS / "good" / "two-of-each.xml", prepare=warm_up,
                       edit=lambda root: quick(root, options="0s"), health=True, settings=LAB_SETTINGS + KEMI) as installation:
            yield installation


def test_calls_both_ways(med1, gw):
    for one, other in ((med1, gw), (gw, med1)):
        calls = call_up(one, other)
        heard = talk(*calls, seconds=1)
        assert [ear.verdict for ear in heard] == ["ok", "ok"], [str(ear) for ear in heard]
        hold(*calls)
        hold(*calls, "sendrecv")
        hang_up(*calls)


def test_a_media_node_that_hangs(installation, sbc, med1, gw):
    """Only its own workers wait: the script has handed the call over."""
    with polled(installation) as poll:
        time.sleep(0.3)
        poll.begin_anew()
        sbc.freeze(sbc.rtpengine)
        began = time.monotonic()
        call = med1.invite("+4930123456")
        call.expect(503)
        took = time.monotonic() - began
        _, slowest = poll.begin_anew()
        sbc.thaw(sbc.rtpengine)
    assert 0.4 < took < 1 and slowest < 0.3, f"503 after {took} s, OPTIONS in {slowest} s"
    sbc.wait_media_up()
    call, other = call_up(gw, med1)
    hang_up(call, other)


def test_a_stranger(installation, sbc):
    stranger = installation.mediation("impostor")
    stranger.invite("+4930123456").expect(403)
    assert f"refused INVITE from {stranger.host.address}" in sbc.log


def test_the_next_gateway(installation, med1):
    first, second = installation.gateway("gw"), installation.gateway("gw2")
    call = med1.invite("+4930123456")
    first.next_call().reject(503, "Service Unavailable")
    other = second.next_call()
    other.answer()
    call.answered()
    other.expect("ACK")
    hang_up(call, other)


def test_the_answer_of_the_user_is_final(med1, gw):
    call = med1.invite("+4930123456")
    gw.next_call().reject(486, "Busy Here")
    call.expect(486)


def test_what_lync_says_of_a_failure(sbc, med1, gw):
    call = gw.invite("+498912345678")
    med1.next_call().reject(404, "Not Found", 'ms-diagnostics: 1003;reason="User does not exist"')
    call.expect(404)
    assert re.search(r"code: 1003\s+count: 1\s", sbc.rpc("lync.diagnostics"))
    assert sbc.log.count('404 to INVITE from med01.contoso.example, ms-diagnostics 1003 "User does not exist": ') == 1


def test_an_answer_that_comes_after_a_restart(installation, med1, gw):
    call = med1.invite("+4930123456")
    other = gw.next_call()
    other.ring()
    call.expect(180)
    restart = Restart(installation)
    restart.down()
    restart.up()
    other.answer()
    call.ack(call.expect(200))
    other.expect("ACK")
    assert [ear.verdict for ear in talk(call, other, seconds=0.3)] == ["ok", "ok"]
    hang_up(call, other)


def test_routes_in_two_languages(new_installation, monkeypatch):
    """Kamailio would run its own request_route without the branch and reply routes: the keys would leave."""
    monkeypatch.setattr(paths, "KAMAILIO_CFG", WHOLE)
    with pytest.raises(RuntimeError, match="a request_route and a cfgengine"):
        new_installation(settings=LAB_SETTINGS + KEMI)


def test_an_event_of_a_peer(sbc):
    sbc.rpc("lync.drain", "target", "gw1")
    wait_health(sbc, "gw1", "draining")
    time.sleep(1.2)  # so long until all peers are looked at, where all is well
    sbc.rpc("lync.ready", "target", "gw1")
    time.sleep(1.2)
    assert re.findall(r"EVENT (.*)", sbc.log) == ["lync:peer-draining gw1 draining up rpc", "lync:peer-up gw1 up draining plan"]
