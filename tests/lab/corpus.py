# SPDX-License-Identifier: GPL-2.0-or-later
"""Pairs of messages, before and after the SBC: tests/fixtures/dialect, where README.md says how a case is written."""
import functools
import re
import shlex
import subprocess
from dataclasses import dataclass
from xml.etree import ElementTree

from lab.paths import CHECKOUT, TOOL
from lab.plan import find
from lab.sip import Message, uri_of

FOLDER = CHECKOUT / "tests/fixtures/dialect"
DIRECTIONS = ("lync-to-pstn", "pstn-to-lync")
FIELDS = {"fact", "rules", "peer", "trunk", "target", "pool", "call", "lines", "exit"}
# What the SBC seals or draws, as it may stand in `after`; {tag1} and the like stand for the same value each time.
DRAWN = {"token": r"[0-9a-v]L0[\w-]{40,}", "via": r"[0-9a-v]V0[\w-]{40,}", "call-id": r"C0[\w-]{20,}", "tag": r"[\w-]{11}",
         "cseq": r"[1-9]\d*", "length": r"\d+"}
PLACEHOLDER = re.compile(rf"\{{({'|'.join(DRAWN)})(\d*)\}}")


@dataclass(frozen=True)
class Case:
    name: str
    direction: str
    shows: str
    fields: dict
    before: bytes  # {step.Header} and {length} are not yet filled in
    after: str

    @property
    def rules(self):
        return self.fields.get("rules", "").split()

    @property
    def peer(self):
        return self.fields.get("peer", "gw1")

    @property
    def plan(self):
        """What it changes in the plan: ((element, (attribute, value)...)...)."""
        return tuple((element, *(tuple(word.split("=", 1)) for word in shlex.split(self.fields[element])))
                     for element in ("trunk", "target", "pool") if element in self.fields)


def read(path):
    """The case in a file."""
    text = path.read_bytes().decode()
    head, before, after = re.fullmatch(r"(.*?)^--- before\n(.*)^--- after\n(.*)", text, re.S | re.M).groups()
    shows, *lines = head.splitlines()
    fields = dict(line.split(": ", 1) for line in lines)
    assert shows.startswith("# ") and fields.keys() <= FIELDS, f"{path}: {fields.keys() - FIELDS}"
    return Case(path.stem, path.parent.name, shows[2:], fields, before.encode(), after)


@functools.cache
def cases():
    return tuple(read(path) for direction in DIRECTIONS for path in sorted((FOLDER / direction).glob("*.case")))


@functools.cache
def plan(folder, peer="gw1", changes=(), off=()):
    """A plan file below folder: that of the corpus, with changes, and rules off on both sides of the call."""
    tree = ElementTree.parse(FOLDER / "plan.xml")
    elements = {"trunk": "trunk", "pool": "pool", "target": f"target[@name='{peer}']"}
    for element, *attributes in changes:
        find(tree.getroot(), elements[element]).attrib.update(attributes)
    for element in ("trunk", "target"):
        found = find(tree.getroot(), elements[element])
        found.set("rules-off", " ".join([*found.get("rules-off", "").split(), *off]))
    path = folder / f"{len(list(folder.iterdir()))}.xml"
    tree.write(path, encoding="UTF-8", xml_declaration=True)
    return path


def explain(path, direction, peer, message, *options):
    """The process that has ended; its stdout is what goes out."""
    return subprocess.run([TOOL, "explain", "--raw", "--plan", path, "--direction", direction, "--trunk", "sbc1-hq",
                           "--target", peer, *options], input=message, capture_output=True, timeout=60, check=False)


@functools.cache
def steps(name, path, peer):
    """What comes out of each step of a call: {name: Message}."""
    found = {}
    for step in re.split(r"^--- ", (FOLDER / "calls" / f"{name}.call").read_text(), flags=re.M)[1:]:
        head, text = step.split("\n", 1)
        label, direction = head.split()
        done = explain(path, direction, peer, on_wire(filled(text, found)))
        assert not done.stderr, f"{name}, {label}: {done.stderr.decode()}"
        found[label] = Message(done.stdout)
    return found


def filled(text, outcomes):
    """{invite.Via} becomes the Via that came out of the step "invite"; {ok.target} the URI in its Contact."""
    def value(found):
        message, name = outcomes[found[1]], found[2]
        return uri_of(message["Contact"]) if name == "target" else message[name]
    return re.sub(r"\{(\w+)\.([\w-]+)\}", value, text)


def on_wire(text, bare=False):
    """The bytes of a message: CRLF, and the right Content-Length for {length}."""
    text = text if "\n\n" in text else f"{text}\n"
    raw = text.encode() if bare else text.replace("\n", "\r\n").encode()
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[1]
    return raw.replace(b"{length}", b"%d" % len(body), 1)


def before(case, folder):
    """The message of a case as it comes in."""
    call = case.fields.get("call")
    outcomes = steps(call, plan(folder, case.peer, case.plan), case.peer) if call else {}
    return on_wire(filled(case.before.decode(), outcomes), case.fields.get("lines") == "LF")


def passed(case, folder, message, off=()):
    """What the SBC makes of a message by the plan of a case."""
    return explain(plan(folder, case.peer, case.plan, off), case.direction, case.peer, message)


def expected(case, actual):
    """`after` with the values of `actual` for its placeholders, where they are well-formed: both are lists of lines."""
    known, lines = {}, case.after.splitlines()
    return [_with_values(line, actual[i], known) if i < len(actual) else line for i, line in enumerate(lines)]


def _with_values(line, actual, known):
    pieces = PLACEHOLDER.split(line)  # text, name, number, text, ...
    pattern = re.escape(pieces[0])
    for name, number, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        value = known.get((name, number)) if number else None
        pattern += f"({re.escape(value) if value else DRAWN[name]}){re.escape(text)}"
    found = re.fullmatch(pattern, actual)
    if not found:
        return line
    for name, number, value in zip(pieces[1::3], pieces[2::3], found.groups(), strict=True):
        known[name, number] = value
    return actual
