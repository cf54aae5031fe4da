# SPDX-License-Identifier: GPL-2.0-or-later
"""The corpus of tests/fixtures/dialect: what the SBC makes of the messages of both sides, and by which rules."""
import functools
import json
import re
import subprocess

import pytest

from lab import corpus
from lab.paths import TOOL
from lab.sip import Message

CASES = {f"{case.direction}/{case.name}": case for case in corpus.cases()}
GOOD = [name for name, case in CASES.items() if "exit" not in case.fields]
# Those where no more passes than every call needs, by their plan or for an emergency, and those that go out with an SDP
STRICT = [name for name in GOOD if not re.search("rules-off|pass-headers|keep|emergency", f"{CASES[name].plan}{name}")]
SDP_TYPE = re.compile("^(content-type|c) *: *application/sdp", re.I | re.M)
WITH_SDP = [name for name in GOOD if SDP_TYPE.search(CASES[name].after.split("\n\n")[0])]
KEY = re.compile(rb"inline:([^|\s;]+)")
# Of the sender's side; only in the head of a message, since rtpengine puts its own addresses into the SDP.
INSIDE = {"lync-to-pstn": r"\bms-|epid|contoso|192\.0\.2\.|sbc1\.example\.net",
          "pstn-to-lync": r"^(x-)?ms-[a-z-]+:|^(record-)?route:|198\.51\.100\.|provider\.example"}


@pytest.fixture(name="folder", scope="module")
def plans_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("plans")


@functools.cache
def outcome(name, folder):
    """(what came in, what goes out) of a case that is passed on."""
    case = CASES[name]
    message = corpus.before(case, folder)
    done = corpus.passed(case, folder, message)
    assert (done.returncode, done.stderr) == (0, b"")
    return message, done.stdout


def lines(raw):
    return raw.decode().replace("\r\n", "\n").splitlines()


# Each case -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", GOOD)
def test_after(name, folder):
    actual = lines(outcome(name, folder)[1])
    assert actual == corpus.expected(CASES[name], actual)


@pytest.mark.parametrize("name", CASES.keys() - set(GOOD))
def test_refused(name, folder):
    case = CASES[name]
    done = corpus.passed(case, folder, corpus.before(case, folder))
    assert done.returncode == int(case.fields["exit"])
    assert case.after.strip() in done.stderr.decode()


@pytest.mark.parametrize("name", GOOD)
def test_it_is_by_these_rules(name, folder):
    """Without the rule something else goes out."""
    case, (message, after) = CASES[name], outcome(name, folder)
    same = [rule for rule in case.rules if corpus.passed(case, folder, message, (rule,)).stdout == after]
    assert same == []


@pytest.mark.parametrize("name", GOOD)
def test_it_is_sip(name, folder):
    raw = outcome(name, folder)[1]
    message = Message(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if CASES[name].fields.get("lines") else raw)
    assert [message[header] for header in ("From", "To", "Call-ID", "CSeq")]
    length, = message.all("Content-Length")
    assert int(length) == len(raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")[2])


@pytest.mark.parametrize("name", STRICT)
def test_nothing_of_the_other_side(name, folder):
    case, (before, after) = CASES[name], outcome(name, folder)
    head, body = re.split(rb"\r?\n\r?\n", after, maxsplit=1)
    assert re.findall(INSIDE[case.direction], head.decode(), re.I | re.M) == []
    left = set(KEY.findall(before)) & set(KEY.findall(after))  # rtpengine takes that of a=crypto, and puts its own
    assert len(left) <= len(re.findall(rb"(?m)^m=", body))
    assert left <= set(re.findall(rb"(?m)^a=crypto:.*?inline:([^|\s;]+)", body))


@pytest.mark.parametrize("name", WITH_SDP)
def test_twice_is_once(name, folder):
    """The rules for the SDP leave alone what they have made."""
    case, after = CASES[name], Message(outcome(name, folder)[1].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    head = corpus.on_wire("INVITE sip:+1@example SIP/2.0\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\nFrom: <sip:+1@a>;tag=1\n"
                          "To: <sip:+1@b>\nCall-ID: 1\nCSeq: 1 INVITE\nContact: <sip:a>\n"
                          f"Content-Type: application/sdp\nContent-Length: {len(after.body)}\n\n")
    again = corpus.passed(case, folder, head + after.body)
    assert again.stderr == b""
    assert Message(again.stdout).body == after.body


# The whole -------------------------------------------------------------------------------------------------------------
def acting():
    """(direction, id) of all rules of all dialects."""
    dialects = json.loads(subprocess.check_output([TOOL, "dialects", "--json"]))
    for dialect in dialects:
        out, back = corpus.DIRECTIONS if dialect["name"] != "rfc3261" else reversed(corpus.DIRECTIONS)
        ways = {"leaving": [out], "arriving": [back], "both": [out, back]}
        for rule in dialect["rules"]:
            yield from ((way, rule["id"]) for way in ways[rule["way"]])


@pytest.mark.parametrize("direction", corpus.DIRECTIONS)
def test_every_rule_has_a_case(direction):
    named = {rule for case in CASES.values() if case.direction == direction and "rules-on" not in str(case.plan)
             for rule in case.rules}
    rules = {rule for way, rule in acting() if way == direction}
    without, of_the_other_way = sorted(rules - named), sorted(named - rules)
    assert (without, of_the_other_way) == ([], [])


@pytest.mark.parametrize("direction", corpus.DIRECTIONS)
def test_there_are_enough(direction):
    assert sum(case.direction == direction for case in CASES.values()) >= 80


def test_each_says_what_it_shows():
    for name, case in CASES.items():
        assert case.shows.endswith(".") and len(case.shows) > 20, name
        assert re.match(r"(facts/lync\.md \d|RFC \d{4}|inferred: |dialect )", case.fields.get("fact", "")), name
        assert case.rules or "exit" in case.fields or "call" in case.fields, name
