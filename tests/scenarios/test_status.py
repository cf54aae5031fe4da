# SPDX-License-Identifier: GPL-2.0-or-later
"""lync-sbc status: the table of the running SBC."""
import json
import re
import signal
import subprocess
import time

import pytest

from lab.health import health, quick, wait_health
from lab.paths import PLANS, TOOL
from lab.plan import add
from lab.reload import changeable, reloadable
from lab.talk import call_up, hang_up

NUMBER = "+4930123456"
ALL = ["node sbc1", "trunk hq-first", "trunk hq-shared", "trunk hq-tcp", "trunk partner", "pool hq",
       "server med01.contoso.example", "server med02.contoso.example", "pool partner", "server sip.fabrikam.example",
       "target gw1", "target gw2"]


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable(example=PLANS / "good" / "two-of-each.xml") as installation:
        yield installation


@pytest.fixture
def ready(sbc):
    yield
    for whom in ("node", "trunk hq-first", "pool hq"):
        sbc.rpc("lync.ready", *whom.split())


def status(sbc, *arguments):
    return subprocess.run([TOOL, "status", "--socket", sbc.ctl_socket, *arguments], capture_output=True, text=True,
                          timeout=20, check=False)


def parts(sbc, *arguments):
    """{"trunk hq-first": {…}, …} as --json says."""
    done = status(sbc, "--json", *arguments)
    assert done.stderr == "" and done.returncode in (0, 1)
    told = json.loads(done.stdout)
    assert told["node"] == "sbc1"
    return {f"{part['kind']} {part['name']}": part for part in told["parts"]}


def lines(sbc, *arguments):
    """{"trunk hq-first": [cells behind it], …} of the table."""
    done = status(sbc, *arguments)
    head, *rows = [re.split(r" {2,}", line.strip()) for line in done.stdout.splitlines() if line]
    assert head == ["KIND", "NAME", "STATE", "REASON", "CHANGED (UTC)", "CALLS", "LIMIT", "ASR", "PDD"]
    return {" ".join(row[:2]): row[2:] for row in rows}


def test_everything_in_the_order_of_the_plan(sbc):
    done = status(sbc)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(lines(sbc)) == list(parts(sbc)) == ALL


def test_a_call(sbc, med1, gw):
    """In progress, then over: calls, ASR and PDD of all whom it concerns, and of nobody else."""
    concerned = ("trunk hq-first", "server med01.contoso.example", "pool hq", "target gw1")
    before = parts(sbc)
    call = med1.invite(NUMBER)
    other = gw.next_call()
    time.sleep(0.6)
    other.ring()
    call.expect(180)
    other.answer()
    call.answered()
    other.expect("ACK")
    during = parts(sbc)
    for name in ALL[1:]:
        more = int(name in concerned)
        assert during[name]["calls"] - before[name]["calls"] == more, name
        assert int(during[name]["begun"]) - int(before[name]["begun"]) == more, name
        assert int(during[name]["answered"]) - int(before[name]["answered"]) == more, name
    row = lines(sbc)["target gw1"]
    assert row[0] == "up" and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row[2]) and row[3] == "1"
    assert re.fullmatch(r"\d+\.\d%", row[5]) and re.fullmatch(r"\d\.\d s", row[6])
    assert during["target gw1"]["pdd_ms"] > 0 and "pdd_ms" not in during["target gw2"]
    hang_up(call, other)
    assert [part["calls"] for part in parts(sbc).values()] == [0] * len(ALL)


def test_asr_and_pdd(fresh_installation):
    """Two of three are answered, which rang after 400 ms and at once; the SBC has just been started."""
    installation = fresh_installation(example=PLANS / "good" / "two-of-each.xml")
    sbc, med1, gw = installation.sbc, installation.mediation("med1"), installation.gateway("gw")
    assert lines(sbc)["target gw1"][5:] == ["-", "-"]
    call = med1.invite(NUMBER)
    other = gw.next_call()
    time.sleep(0.4)
    other.ring()
    call.expect(180)
    other.answer()
    call.answered()
    other.expect("ACK")
    hang_up(call, other)
    call = med1.invite(NUMBER)
    other = gw.next_call()
    other.answer()
    call.answered()
    other.expect("ACK")
    hang_up(call, other)
    call = med1.invite(NUMBER)
    gw.next_call().reject(486, "Busy Here")
    call.expect(486)
    told = parts(sbc)
    for name in ("target gw1", "trunk hq-first", "pool hq", "server med01.contoso.example"):
        assert (told[name]["asr"], told[name]["asr_total"]) == ("66.6", "66.6"), name
    assert 195 < told["target gw1"]["pdd_ms"] < 260
    assert lines(sbc)["target gw1"][5:] == ["66.6%", "0.2 s"]


@pytest.mark.usefixtures("ready")
def test_what_is_not_up(sbc):
    """Why, since when, and the exit code."""
    sbc.rpc("lync.drain", "trunk", "hq-first")
    done = status(sbc)
    assert done.returncode == 1
    assert lines(sbc)["trunk hq-first"][:2] == ["draining", "rpc"]
    assert status(sbc, "hq-shared").returncode == 0
    sbc.rpc("lync.drain", "pool", "hq")
    told = parts(sbc)
    assert told["server med01.contoso.example"]["reason"] == told["trunk hq-tcp"]["reason"] == "its pool drains"
    assert told["pool partner"]["status"] == told["target gw1"]["status"] == "up"
    sbc.rpc("lync.drain", "node")
    assert parts(sbc)["node sbc1"]["status"] == "draining"


def test_who_is_down(new_installation):
    """gw2 and all Mediation Servers but med1 are not there: why, and since when."""
    installation = new_installation(example=PLANS / "good" / "two-of-each.xml", health=True, edit=quick)
    installation.memory_tolerance = {"shared": 1 << 17, "private": 1 << 17}  # connections, and what the prober has
    sbc = installation.sbc
    installation.mediation("med1")
    installation.gateway("gw")
    wait_health(sbc, "gw2", "down")
    row = lines(sbc)["target gw2"]
    assert row[0] == "down" and row[1] == health(sbc, "gw2")["reason"] != ""
    changed = time.mktime(time.strptime(row[2], "%Y-%m-%d %H:%M:%S")) - time.timezone
    assert abs(time.time() - changed) < 10
    told = parts(sbc)
    assert (told["target gw2"]["share"], told["target gw1"]["share"], told["target gw1"]["status"]) == (0, 100, "up")
    assert status(sbc, "gw1").returncode == 0 and status(sbc, "gw2").returncode == 1
    sbc.rpc("lync.drain", "target", "gw2")
    assert lines(sbc)["target gw2"][:2] == ["draining", "rpc"]


def test_limits(sbc):
    with changeable(sbc) as change:
        change(lambda root: add(root, "pool", "limit", **{"max-calls": "30"}))
        sbc.rpc("lync.reload")
        assert lines(sbc)["pool hq"][4] == "30" and lines(sbc)["pool partner"][4] == "-"


def test_a_large_plan_is_told_in_parts(new_installation):
    """More than fit into one answer of ctl, also while other plans are loaded. (Their slots stay: a KB for each name.)"""
    installation = new_installation(example=PLANS / "good" / "two-of-each.xml")
    installation.memory_tolerance = {"shared": 1 << 22, "private": 1 << 20}
    sbc = installation.sbc
    def edit(root):
        for number in range(300):
            add(root, "", "target", name=f"more{number:03}", address=f"198.51.{101 + number // 250}.{number % 250 + 1}",
                port="5060", transport="udp")
            add(root, f"target[@name='more{number:03}']", "route", trunk="hq-first")

    with changeable(sbc) as change:
        change(edit)
        sbc.rpc("lync.reload")
        names = [*ALL, *(f"target more{number:03}" for number in range(300))]
        assert list(parts(sbc)) == names
        assert list(parts(sbc, "ORE29")) == [f"target more{number}" for number in range(290, 300)]
        for _ in range(5):
            asking = subprocess.Popen([TOOL, "status", "--json", "--socket", sbc.ctl_socket], stdout=subprocess.PIPE)
            sbc.rpc("lync.reload")
            told = json.loads(asking.communicate(timeout=20)[0])
            assert [f"{part['kind']} {part['name']}" for part in told["parts"]] == names


def test_by_name(sbc):
    assert list(parts(sbc, "MED0")) == ["server med01.contoso.example", "server med02.contoso.example"]
    done = status(sbc, "nowhere")
    assert (done.returncode, done.stdout) == (2, "") and "nothing has 'nowhere' in its name" in done.stderr


def test_watch(sbc, med1, gw):
    """Once a second, until it is ended; what changes is seen."""
    with subprocess.Popen([TOOL, "status", "--watch", "1", "--json", "--socket", sbc.ctl_socket, "gw1"],
                          stdout=subprocess.PIPE, text=True) as watching:
        calls = call_up(med1, gw)
        time.sleep(2.2)
        watching.send_signal(signal.SIGINT)
        out = watching.communicate(timeout=5)[0]
    seen = [int(calls) for calls in re.findall(r'"calls": (\d+)', out)]
    assert len(seen) >= 2 and seen[-1] == 1
    assert "\033" not in out
    hang_up(*calls)


def test_the_sbc_hangs(sbc):
    """It says so after its five seconds."""
    sbc.freeze(sbc.kamailio)
    try:
        began = time.monotonic()
        done = status(sbc)
    finally:
        sbc.thaw(sbc.kamailio)
    assert done.returncode == 2 and "no answer: the SBC hangs" in done.stderr
    assert 4.5 < time.monotonic() - began < 8


def test_a_call_id_that_a_terminal_would_obey(sbc, gw):
    """The last failure has a peer's words in it."""
    gw.new_call_id = lambda: "a\033[31mb"
    gw.invite(NUMBER).expect(503, timeout=8)
    told = parts(sbc)["target gw1"]
    assert "\033" not in told["last_failure"] and "[31mb" in told["last_failure"]
