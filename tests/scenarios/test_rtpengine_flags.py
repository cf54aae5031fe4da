# SPDX-License-Identifier: GPL-2.0-or-later
"""What rtpengine makes of the flags of each pair of media profiles, as it was recorded with a version of it.

tests/fixtures/rtpengine/VERSION/FROM--TO.sdp: the offer that TO gets of FROM's, and the answer that FROM gets. Another
version is compared with the newest that was recorded before: what it does differently fails by the name of the pair.
RECORD_RTPENGINE=1 writes those of the version that runs; look at the differences before they are committed.
"""
import os
import re
import subprocess

import pytest

from lab.ng_call import Call, Party, Profiles, Rtpengine
from lab.paths import CHECKOUT, PLANS

FIXTURES = CHECKOUT / "tests/fixtures/rtpengine"
RECORD = os.environ.get("RECORD_RTPENGINE")
PROFILES = Profiles()
OWN = Profiles(PLANS / "good" / "profiles.xml")  # opus, G.722, A-law: codecs of a plan's own
KEYS = {"lync": b"Lync's key and salt, 30 bytes.", "pstn": b"the gateway's key and its salt"}
pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def rtpengine(tmp_path_factory):
    with Rtpengine(tmp_path_factory.mktemp("ng")) as running:
        yield running


def version():
    said = subprocess.run(["rtpengine", "--version"], capture_output=True, text=True, check=True)
    return re.search(r"\d+(?:\.\d+)+", said.stdout + said.stderr)[0]


def fixture_folder():
    """Of the running version, or else of the newest before it."""
    def number(text):
        return [int(part) for part in text.split(".")]

    mine = version()
    known = [folder.name for folder in FIXTURES.iterdir() if number(folder.name) <= number(mine)]
    return FIXTURES / max(known, key=number)


def party(profile, rtpengine):
    host = rtpengine.lab["med1" if profile["side"] == "lync" else "gw"]
    return Party(profile, host.address, 40000 if profile["side"] == "lync" else 41000, KEYS[profile["side"]])


def masked(text, keys):
    """Without what is by chance: keys by the order in which they appear, those of the two parties by their names."""
    def name(match):
        return "inline:" + keys.setdefault(match[1], f"KEY{len(keys) - 1}")

    text = re.sub(r"inline:([A-Za-z0-9+/]{40})", name, text)
    text = re.sub(r"^o=\S+ \d+ \d+", "o=USER ID VERSION", text, flags=re.M)
    text = re.sub(r"^m=audio [1-9]\d*", "m=audio PORT", text, flags=re.M)
    text = re.sub(r"^a=rtcp:\d+", "a=rtcp:PORT+1", text, flags=re.M)
    return text.replace("\r\n", "\n")


def described(rtpengine, profiles, caller, callee):
    a, b = party(profiles.by_name[caller], rtpengine), party(profiles.by_name[callee], rtpengine)
    call = Call(rtpengine.ng, profiles, os.urandom(6).hex())
    offered, answered = call.negotiate(a, b)
    again, answered_again = call.negotiate(a, b)
    call.delete()
    keys = {re.search("inline:([^|]*)", p._crypto)[1]: f"KEY-OF-{p.side.upper()}" for p in (a, b)}
    return "\n".join(f"# {what}\n{masked(text, keys)}" for what, text in (
        (f"offer of {caller} to {callee}", offered), (f"answer of {callee} to {caller}", answered),
        ("offer again", again), ("answer again", answered_again)))


ALL = [(PROFILES, *pair) for pair in PROFILES.pairs()] + [(OWN, *pair) for pair in OWN.pairs()
                                                          if not set(pair) <= set(PROFILES.by_name)]


@pytest.mark.parametrize("profiles, caller, callee", ALL, ids=[f"{a}--{b}" for _, a, b in ALL])
def test_as_recorded(rtpengine, profiles, caller, callee):
    made = described(rtpengine, profiles, caller, callee)
    name = f"{caller}--{callee}.sdp"
    if RECORD:
        folder = FIXTURES / version()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(made)
    recorded = fixture_folder() / name
    assert made == recorded.read_text(), f"rtpengine {version()} differs from {recorded.relative_to(CHECKOUT)}"


def test_nothing_else_is_recorded():
    assert {f"{a}--{b}.sdp" for _, a, b in ALL} == {file.name for file in fixture_folder().iterdir()}


@pytest.mark.parametrize("fixture", sorted(FIXTURES.glob("*/*.sdp")), ids=str)
def test_no_key_of_one_side_reaches_the_other(fixture):
    """What rtpengine writes has keys that it has made itself, and one in a stream at most."""
    text = fixture.read_text()
    assert "KEY-OF" not in text
    assert all(len(re.findall("^a=crypto", part, re.M)) <= 1 for part in text.split("# "))
