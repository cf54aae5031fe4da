# SPDX-License-Identifier: GPL-2.0-or-later
"""rtpengine.conf and redis.conf as they are shipped: the real daemons take each line, and do as it says."""
import base64
import re
import signal
import subprocess
import time
from urllib.parse import unquote_to_bytes

import pytest

from lab import paths
from lab.capture import Capture
from lab.media_node import LOOPBACK, NG, PASSWORDS, REDIS, REDIS_CONF, Call, Redis, Rtpengine, with_redis
from lab.net import NamespaceLab
from lab.pcap import packets_to
from lab.rtp import Stream

CONF = paths.RTPENGINE_CONF.read_text()
OPTION = re.compile(r"(?m)^(?:# )?([a-z][a-z-]*) = (.*)$")  # also one that is offered as a comment
FLAGS = "strict-source generate-RTCP"
EF = 184
RTCP_IN = 6.5  # seconds: rtcp-interval, and up to one more by chance
RESTORED_IN = 0.2  # seconds from the start to an answer, at least once in TRIES: others may use the machine
TRIES = 10


@pytest.fixture
def lab():
    with NamespaceLab() as made:
        yield made


@pytest.fixture
def node(lab, tmp_path):
    """rtpengine with the file as it lies in the checkout: its addresses are those of the lab."""
    made = Rtpengine(lab["sbc"], tmp_path, paths.RTPENGINE_CONF)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def redis(lab, tmp_path):
    made = Redis(lab["sbc"], tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def node_with_redis(lab, redis, tmp_path):
    (tmp_path / "rtpengine.conf").write_text(with_redis(CONF))
    made = Rtpengine(lab["sbc"], tmp_path, tmp_path / "rtpengine.conf", PASSWORDS["default"])
    made.start()
    yield made
    made.stop()


@pytest.fixture
def new_call(lab):
    """new_call(node, flags): one that is up. The streams of all of them end with the test."""
    calls = []

    def make(node, flags=FLAGS):
        calls.append(Call(lab, node.client(), f"call-{len(calls)}@example.net", flags))
        return calls[-1]

    yield make
    for call in calls:
        call.close()


def listens_at(host):
    """(address, port) of all TCP and UDP sockets."""
    words = host.run(["ss", "-Hlntu"]).stdout.splitlines()
    return {(address.strip("[]"), int(port)) for address, _, port in (line.split()[4].rpartition(":") for line in words)}


# rtpengine.conf ------------------------------------------------------------------------------------------------------
def test_each_option_is_one_of_this_rtpengine():
    """A word that it does not know in the file it passes over."""
    known = set(re.findall(r"--([a-z][\w-]*)", subprocess.run(["rtpengine", "--help"], capture_output=True, text=True,
                                                            check=False).stdout))
    names = {name for name, _ in OPTION.findall(CONF)}
    assert {"table", "redis", "redis-cmd-timeout", "listen-cli"} <= names
    assert names - known == set()


def test_values_are_taken(lab, node):
    assert node.says("list timeout") == "TIMEOUT=3600"
    assert node.says("list silenttimeout") == "SILENT_TIMEOUT=3600"
    assert node.says("list offertimeout") == "OFFER_TIMEOUT=240"
    interfaces = node.says("list interfaces")
    for name, address in (("lync", lab.sbc_lync), ("pstn", lab.sbc_pstn)):
        assert re.search(rf"(?s){name}.*{re.escape(address)}", interfaces)
    assert set(re.findall(r"Port range: (\d+) - (\d+)", interfaces)) == {("30000", "39999")}
    assert (LOOPBACK, NG) in listens_at(lab["sbc"])
    assert {address for address, _ in listens_at(lab["sbc"])} == {LOOPBACK}


def test_media(lab, node, new_call, tmp_path):
    """Audio both ways, from our ports and with DSCP EF; own RTCP within six seconds; quality is measured."""
    call = new_call(node)
    assert (call.to_gateway.address, call.to_lync.address) == (lab.sbc_pstn, lab.sbc_lync)
    assert 30000 <= call.to_gateway.port <= 39998 and 30000 <= call.to_lync.port <= 39998
    ours = f"udp and src host {lab.sbc_pstn} and ip[1]"
    with_ef, without = (Capture(lab["gw"], tmp_path / f"{name}.pcap", f"{ours} {test} {EF}") for name, test in
                        (("with", "=="), ("without", "!=")))
    both = call.talk(RTCP_IN)
    for capture in (with_ef, without):
        capture.close()
    assert [heard.verdict for heard in both] == ["ok", "ok"]
    assert [heard.rtcp > 0 for heard in both] == [True, True]
    place = lab["gw"].address, call.gateway.port
    assert packets_to(with_ef.path, *place) and not packets_to(without.path, *place)
    measured = call.query()["SSRC"]
    assert measured and all("average MOS" in stream for stream in measured.values()), measured


def test_a_stranger_who_is_first_gets_and_says_nothing(lab, node, new_call):
    call = new_call(node)
    stranger = Stream(lab["stranger"])
    try:
        stranger.connect((call.to_gateway.address, call.to_gateway.port), 8)
        stranger.talk(900)
        time.sleep(0.3)
        assert [heard.verdict for heard in call.talk()] == ["ok", "ok"]
        assert stranger.packets == []
        assert {heard.ssrcs for heard in call.talk()} == {1}
    finally:
        stranger.close()


# Redis ---------------------------------------------------------------------------------------------------------------
def restart(node):
    """Kills it and starts it again. Returns the seconds until it answered."""
    node.daemon.kill()
    return node.start()


def keys_of(call):
    return [base64.b64encode(key).decode() for key in (call.key, call.crypto.key)]


def test_calls_outlive_rtpengine(node_with_redis, redis, new_call):
    """With the same ports and keys, both ways, and at once. What was deleted stays so."""
    node = node_with_redis
    gone, call = new_call(node), new_call(node)
    gone.delete()
    assert redis.ask("monitor", "dbsize") == "1"
    assert [heard.verdict for heard in call.talk()] == ["ok", "ok"]
    before = places_and_keys(call.query())
    took = []
    while len(took) < TRIES and min(took, default=1) > RESTORED_IN:
        took.append(restart(node))
        assert places_and_keys(call.query()) == before
    assert min(took) < RESTORED_IN, took
    assert [heard.verdict for heard in call.talk()] == ["ok", "ok"]
    assert node.client().ask("list", limit=10)["calls"] == [call.id]
    call.delete()
    assert redis.ask("monitor", "dbsize") == "0"
    logs = node.log.read_text() + redis.log.read_text()
    assert not [key for key in keys_of(call) if key in logs]


def places_and_keys(answer):
    """What must not change of a call, out of an answer to "query"."""
    return [(tag, stream["local port"], stream.get("endpoint"), media.get("crypto", media.get("SDES")), media.get("protocol"))
            for tag, leg in sorted(answer["tags"].items()) for media in leg["medias"] for stream in media["streams"]]


def test_rights_are_those_that_it_uses(node_with_redis, redis, new_call):
    """Through calls, a restart and the loss of its connection: no command that it may do is never done, none is refused."""
    granted = set(re.search(r"(?m)^user default .*-@all (.*)", REDIS_CONF.read_text())[1].replace("+", "").split())
    node = node_with_redis
    call = new_call(node)
    call.talk(0.2)
    restart(node)
    call.delete()
    used = redis.commands()
    monitors = {"auth", "hello", "client|setinfo", "command|docs", "info", "ping", "dbsize"}
    assert set(used) - monitors <= granted
    assert granted <= set(used)
    assert {name: refused for name, (_, refused) in used.items() if refused} == {}
    redis.kill()
    redis.start()
    new_call(node)
    assert redis.ask("monitor", "dbsize") == "1"


def test_a_redis_that_hangs_delays_one_call(node_with_redis, redis, new_call):
    node = node_with_redis
    redis.signal(signal.SIGSTOP)
    try:
        took = []
        for _ in range(3):
            began = time.monotonic()
            new_call(node)
            took.append(time.monotonic() - began)
        assert took[0] < 2 and max(took[1:]) < 0.3, took
    finally:
        redis.signal(signal.SIGCONT)
    assert [heard.verdict for heard in new_call(node).talk()] == ["ok", "ok"]


def test_a_wrong_password_is_noticed(lab, redis, tmp_path):
    (tmp_path / "rtpengine.conf").write_text(with_redis(CONF))
    for password in ("wrong", ""):
        node = Rtpengine(lab["sbc"], tmp_path, tmp_path / "rtpengine.conf", password)
        node.launch()
        with pytest.raises(RuntimeError, match="rtpengine ended with"):
            node.daemon.wait_until(lambda: False, 5, "end")
        assert "WRONGPASS" in node.log.read_text() if password else "NOAUTH" in node.log.read_text()


def test_nobody_else_reads_keys(lab, node_with_redis, redis, new_call):
    call = new_call(node_with_redis)
    assert call.key[:16] in unquote_to_bytes(redis.ask("default", "get", call.id))  # it is there, in clear
    for words in (("keys", "*"), ("get", call.id), ("monitor",), ("config", "get", "*"), ("acl", "list"), ("scan", "0"),
                  ("dump", call.id), ("slowlog", "get"), ("save",)):
        assert redis.ask(None, *words).startswith("NOAUTH"), words
        assert redis.ask("monitor", *words).startswith("NOPERM"), words
    for words in (("config", "get", "*"), ("acl", "list"), ("flushall",), ("replicaof", LOOPBACK, "1"), ("monitor",)):
        assert redis.ask("default", *words).startswith("NOPERM"), words
    assert "refused" in redis.ask("default", "ping", host=lab["med1"])
    assert {address for address, port in listens_at(lab["sbc"]) if port == REDIS} == {LOOPBACK}


def test_as_shipped_no_password_fits():
    assert set(re.findall(r"(?m)^user \S+ on (\S+)", REDIS_CONF.read_text())) == {"#" + 64 * "0"}
    assert "nopass" not in REDIS_CONF.read_text()
