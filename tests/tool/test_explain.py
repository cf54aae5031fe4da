# SPDX-License-Identifier: GPL-2.0-or-later
"""lync-sbc explain: what the other side gets of a message, and why."""
import json
import os
import re
import subprocess

import pytest

from lab import torture
from lab.paths import CHECKOUT, EXAMPLE_PLAN, PLANS, TOOL, TOOL_SAN

FULL, CALLERS, TWO_NODES = (PLANS / "good" / f"{name}.xml" for name in ("full", "callers", "two-nodes"))
FOLDER = CHECKOUT / "tests/fixtures/messages"
TO_PSTN, TO_LYNC = "lync-to-pstn", "pstn-to-lync"
MESSAGES = {path.stem: path for path in sorted(FOLDER.glob("*.sip")) if path.stem.count(".") == 0}
KEY = re.compile(rb"inline:[^|;\s*]+")
IN_CODE = re.compile(r'(?:ly_edit_(?:replace|remove|insert)\([^;]*?|\b(?:rule|by) = |\? \w+\.rule : )"([a-z][a-z0-9-]+)"')


def explain(*arguments, plan=EXAMPLE_PLAN, message=b"", tool=TOOL, **environment):
    return subprocess.run([tool, "explain", "--plan", plan, *map(str, arguments)], input=message, capture_output=True,
                          timeout=60, check=False, env=os.environ | {"COLUMNS": "120"} | environment)


def explained(*arguments, **options):
    done = explain(*arguments, **options)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def way_of(name):
    """Whoever is named first in a fixture's name has sent it."""
    return TO_LYNC if name.startswith("gateway") else TO_PSTN


def message(name):
    return MESSAGES[name].read_bytes()


def edits_of(*arguments, **options):
    return json.loads(explained("--json", *arguments, **options))["edits"]


def rules_at(edits, text):
    """The ids of the edit before which that text stood."""
    return [[rule["id"] for rule in edit["rules"]] for edit in edits if text in edit["before"]]


def header(text, name):
    return re.search(rb"(?im)^%s[ \t]*:[ \t]*(.*?)\r?$" % name.encode(), text)[1].decode()


# The three forms ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("plan", [EXAMPLE_PLAN, CALLERS], ids=lambda plan: plan.stem)
@pytest.mark.parametrize("name", MESSAGES)
def test_the_forms_agree(name, plan):
    """--raw is the message with the edits of --json in it, and both sides of the lines say the same."""
    before = message(name)
    for way in (TO_PSTN, TO_LYNC):
        arguments = ("--direction", way)
        raw = explain("--raw", *arguments, plan=plan, message=before)
        if raw.returncode:
            assert (raw.returncode, raw.stdout) == (1, b"")
            assert re.fullmatch(rb"standard input:\d+: error: [^\n]+\n", raw.stderr)
            continue
        assert raw.stdout == explained("--raw", *arguments, plan=plan, message=before), "not twice the same"
        found = json.loads(explained("--json", *arguments, plan=plan, message=before))
        after, at = b"", 0
        for edit in found["edits"]:
            assert edit["rule"] == edit["rules"][0]["id"] and all(rule["reason"] for rule in edit["rules"]), edit
            assert edit["offset"] >= at
            after += before[at:edit["offset"]] + edit["after"].encode()
            at = edit["offset"] + edit["length"]
            assert hidden(before[edit["offset"]:at]) == edit["before"].encode()
        after += before[at:at + len(before)]
        assert hidden(after) == hidden(raw.stdout) == found["result"].encode()
        shown = explained(*arguments, plan=plan, message=before, COLUMNS="80").split(b"\n\n* ")[0].splitlines()[2:]
        assert side(shown, b"-") == untabbed(hidden(before)).splitlines()
        assert side(shown, b"+") == untabbed(shortened(hidden(raw.stdout))).splitlines()


def hidden(text):
    return re.sub(rb"(?<=inline:)[^|;\s]+", lambda found: b"*" * len(found[0]), text)


def untabbed(text):
    return text.replace(b"\t", b" ")


def shortened(text):
    return re.sub(rb"[\w-]{64,}", lambda found: found[0][:16] + "…".encode(), text)


def side(lines, sign):
    """What stood before, or stands now; reasons are below, indented. A token that stays is not cut short: here it is."""
    kept = [line[2:] for line in lines if line[:1] in (b" ", sign) and not line.startswith(b"      ")]
    return [shortened(line) for line in kept] if sign == b"+" else kept


def test_every_good_message_is_explained():
    """Whatever side a message is from, the plan that has it explains it."""
    left = [name for name in MESSAGES
            if all(explain("--direction", way_of(name), plan=plan, message=message(name)).returncode
                   for plan in (EXAMPLE_PLAN, CALLERS, FULL))]
    assert left == []


def test_a_voice_engineer_reads_it_at_a_glance():
    text = explained("--direction", TO_PSTN, message=message("lync2013-invite")).decode()
    lines = text.splitlines()
    assert lines[0] == "From trunk sbc1-hq (lync2013) to target gw1 (rfc3261):"
    line = next(line for line in lines if "RTCC" in line)
    assert line == ("- USER-AGENT: RTCC/5.0.0.0 MediationServer".ljust(64)
                    + "user-agent: tells which product and version stands")
    at = next(i for i, line in enumerate(lines) if line.startswith("- FROM:"))
    assert lines[at + 1].startswith('+ FROM: "Ada Example" <sip:+498912345678@198.51.100.1;user=phone>;tag=')
    assert [line.split(":")[0] for line in lines[at + 2:at + 5]] == ["      from-epid", "      from-host", "      leg-tag"]
    assert "  MAX-FORWARDS: 70" in lines
    assert "* rtpengine then puts its addresses, ports and keys into the SDP." in lines
    assert max(map(len, (line for line in lines if line.startswith("      ")))) <= 120


def test_on_80_columns_reasons_stand_below():
    lines = explained("--direction", TO_PSTN, message=message("lync2013-invite"), COLUMNS="80").decode().splitlines()
    at = next(i for i, line in enumerate(lines) if "RTCC" in line)
    assert lines[at + 1:at + 3] == ["      user-agent: tells which product and version stands behind the SBC",
                                    "  CONTENT-TYPE: application/sdp"]
    assert max(len(line) for line in lines if line.startswith("      ")) <= 80
    assert explained("--direction", TO_PSTN, message=message("lync2013-invite"), COLUMNS="1")


def test_colours():
    def seen(*arguments, **environment):
        return explained("--direction", TO_PSTN, *arguments, message=message("lync2013-invite"), **environment)

    plain = seen()
    assert plain == seen("--color=never") == seen("--color", "auto") and b"\x1b" not in plain
    coloured = seen("--color=always", NO_COLOR="1")
    assert b"\x1b[31m- USER-AGENT" in coloured
    assert re.sub(rb"\x1b\[\d+m", b"", coloured) == plain


def test_keys_are_hidden_but_for_raw():
    before = message("lync2013-invite")
    keys = KEY.findall(before)
    assert len(keys) == 2
    raw = explained("--direction", TO_PSTN, "--raw", message=before)
    assert any(key in raw for key in keys)
    for form in ((), ("--json",)):
        text = explained("--direction", TO_PSTN, *form, message=before)
        assert b"inline:****" in text and not KEY.search(text)
        assert not any(key.removeprefix(b"inline:") in text for key in keys)


def test_what_a_terminal_would_obey_is_not_shown():
    before = message("lync2013-options").replace(b"OPTIONS", b"INVITE").replace(
        b"\r\n", b"\r\nReason: a\x1b[2Jb\xc2\x9bc \xff \xc3\xa4\r\n", 1)
    shown = explained("--direction", TO_PSTN, message=before)
    assert "Reason: a?[2Jb?c \ufffd ä".encode() in shown
    assert "\ufffd ä" in json.loads(explained("--direction", TO_PSTN, "--json", message=before))["result"]


# Reasons -----------------------------------------------------------------------------------------------------------------
def test_all_rules_of_an_edit_are_named():
    edits = edits_of("--direction", TO_PSTN, message=message("lync2013-invite"))
    assert rules_at(edits, "epid=") == [["from-epid", "from-host", "leg-tag"]]
    assert rules_at(edits, "label") == [["sdp-label"]]
    assert rules_at(edits, "519") == [["content-length"]]


def test_the_plan_decides():
    """Rules that are off do nothing, numbers go by the plan."""
    def uri(*arguments):
        return explained("--raw", "--direction", TO_LYNC, "--trunk", "sbc1-hq", "--target", "gw1", *arguments, plan=FULL,
                         message=message("gateway-invite").replace(b"RTP/AVP", b"RTP/SAVP").replace(
                             b"\r\na=ptime", b"\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + 40 * b"A" + b"\r\na=ptime")
                         .replace(b"Content-Length: 409", b"Content-Length: 492")).split(b"\r\n")[0].decode()

    assert uri() == "INVITE sip:+498912300@medpool.contoso.example:5067 SIP/2.0"
    silent = edits_of("--direction", TO_LYNC, "--target", "without-plus", plan=CALLERS,
                      message=message("gateway-invite-without-plus") if "gateway-invite-without-plus" in MESSAGES
                      else message("gateway-invite"))
    assert ["caller"] in rules_at(silent, "P-Asserted-Identity")


def test_early_media():
    """early-media="180-only" of the trunk: no progress, no SDP, and nothing that tells of one."""
    way = ("--direction", TO_LYNC, "--trunk", "sbc1-hq", "--target", "gw2", MESSAGES["gateway-183"])
    raw = explained("--raw", *way, plan=FULL)
    assert raw.startswith(b"SIP/2.0 180 Ringing\r\n") and raw.endswith(b"\r\n\r\n")
    assert header(raw, "Content-Length") == "0" and b"Content-Type" not in raw
    assert rules_at(edits_of(*way, plan=FULL), "183 Session Progress") == [["early-media"]]


def test_srtp_that_is_optional():
    sdp = (FOLDER / "lync-optional.sdp").read_bytes()
    head = message("lync2013-invite").split(b"\r\n\r\n")[0]
    before = re.sub(rb"CONTENT-LENGTH: \d+", b"CONTENT-LENGTH: %d" % len(sdp), head) + b"\r\n\r\n" + sdp
    arguments = ("--direction", TO_PSTN, "--trunk", "sbc1-hq", "--target", "gw2")
    edits = edits_of(*arguments, plan=FULL, message=before)
    assert [edit["after"] for edit in edits if edit["rule"] == "srtp-optional"] == ["RTP/SAVP"]
    assert explain("--direction", TO_PSTN, message=before).returncode == 1  # Required


def test_sdp_of_a_multipart_that_is_kept(tmp_path):
    """The body that goes out is that of all rules, not that of a trial without some of them."""
    plan = tmp_path / "plan.xml"
    plan.write_text(EXAMPLE_PLAN.read_text().replace('name="gw1"', 'name="gw1" rules-off="multipart-others"'))
    after = explained("--direction", TO_PSTN, "--raw", plan=plan, message=message("lync2013-location"))
    assert b"pidf+xml" in after and b"a=label" not in after
    assert int(header(after, "Content-Length")) == len(after.split(b"\r\n\r\n", 1)[1])


def test_every_edit_in_the_code_has_a_reason():
    ids = {id_ for path in (CHECKOUT / "modules/liblync").glob("*.c") for id_ in IN_CODE.findall(path.read_text())}
    page = (CHECKOUT / "modules/liblync/DIALECTS.md").read_text()
    assert {"contact", "leg-via", "redirect", "prack", "leg-tag", "srtp-optional"} <= ids
    assert [id_ for id_ in sorted(ids) if f"| `{id_}` |" not in page] == []


# In a call ---------------------------------------------------------------------------------------------------------------
def test_a_call():
    """What it has sealed it reads again: the reply finds the way back, and a request in the dialog the other end."""
    invite = message("lync2013-invite")
    sent = explained("--direction", TO_PSTN, "--raw", message=invite)
    echoed = "".join(f"{name}: {header(sent, name)}\r\n" for name in ("Via", "From", "Call-ID", "CSeq"))
    reply = (f"SIP/2.0 180 Ringing\r\n{echoed}To: {header(sent, 'To')};tag=gw1\r\n"
             "Contact: <sip:gw@198.51.100.10:5062;line=3>\r\nContent-Length: 0\r\n\r\n").encode()
    back = explained("--direction", TO_LYNC, "--raw", message=reply)
    for name in ("From", "Call-ID", "CSeq"):
        assert header(back, name) == header(invite, name)
    assert header(back, "Via") == header(invite, "Via") + ";received=192.0.2.11"  # the plan's, not that of the Via
    assert header(back, "To").startswith(header(invite, "To") + ";tag=")
    assert [note for note in json.loads(explained("--direction", TO_LYNC, "--json", message=reply))["notes"]] == []

    bye = (f"BYE {header(sent, 'Contact')[1:-1]} SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.10;branch=z9hG4bKb\r\n"
           f"From: {header(sent, 'To')};tag=gw1\r\nTo: {header(sent, 'From')}\r\nCall-ID: {header(sent, 'Call-ID')}\r\n"
           "CSeq: 7 BYE\r\nContent-Length: 0\r\n\r\n").encode()
    there = explained("--direction", TO_LYNC, "--raw", message=bye)
    assert there.split()[1].decode() == header(invite, "Contact")[1:-1]
    assert header(there, "From").split(";tag=") == [header(invite, "To"), header(back, "To").split(";tag=")[1]]
    assert header(there, "To").split("> ")[-1].endswith(";epid=0A1B2C3D4E;tag=4c0ffee01a")
    edits = edits_of("--direction", TO_LYNC, message=bye)
    assert ["remote-target"] in [[rule["id"] for rule in edit["rules"]] for edit in edits]

    wrong = explain("--direction", TO_LYNC, message=bye.replace(b";tag=namG", b";tag=namX"))
    assert wrong.returncode == 1 and b"its tags are not those of the call" in wrong.stderr


@pytest.mark.parametrize("name, note", [("gateway-bye", "A request in a dialog"), ("gateway-180", "A reply whose Via"),
                                        ("gateway-486", "the plan's codes"), ("lync2013-options", "only INVITE")])
def test_what_is_not_known_is_said(name, note):
    notes = json.loads(explained("--direction", way_of(name), "--json", message=message(name)))["notes"]
    assert any(note in line for line in notes)


def test_the_remote_target_stays_where_it_is_not_known():
    bye = message("gateway-bye")
    assert explained("--direction", TO_LYNC, "--raw", message=bye).splitlines()[0] == bye.splitlines()[0]


def test_as_on_the_wire():
    """The INVITE of the scenario (test_dialect_on_wire), as the gateway of the lab has got it."""
    wire = (CHECKOUT / "tests/fixtures/wire/call-from-lync.txt").read_bytes().split(b"\n", 2)[2]
    sent = explained("--direction", TO_PSTN, "--raw", message=message("lync2013-invite"))
    assert sent.splitlines()[0] == wire.splitlines()[0]
    for name in ("From", "To", "CSeq", "Supported", "Session-Expires"):
        assert re.sub(r"tag=.*", "tag=TAG", header(sent, name)) == header(wire, name).replace("TAG1", "TAG")


# Trunk and target ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("plan, way, arguments, pair", [
    (EXAMPLE_PLAN, TO_PSTN, (), ("sbc1-hq", "gw1")),
    (EXAMPLE_PLAN, TO_LYNC, (), ("sbc1-hq", "gw1")),
    (CALLERS, TO_PSTN, ("--target", "stranger"), ("telling", "stranger")),
    (CALLERS, TO_PSTN, ("--trunk", "silent"), ("silent", "gw")),
    (CALLERS, TO_LYNC, ("--target", "without-plus"), ("silent", "without-plus")),
    (TWO_NODES, TO_PSTN, ("--target", "gw3"), ("shared", "gw3")),  # no call of Lync's goes there: replies do
])
def test_the_first_that_fit(plan, way, arguments, pair):
    found = json.loads(explained("--json", "--direction", way, *arguments, plan=plan, message=message("lync2013-options")))
    assert (found["trunk"], found["target"], found["direction"]) == (*pair, way)


def test_the_node_of_the_trunk():
    sent = explained("--raw", "--direction", TO_PSTN, "--trunk", "of-sbc2", plan=TWO_NODES, message=message("lync2013-invite"))
    assert header(sent, "Contact").endswith("@198.51.100.2:5060>")


# What it does not take -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("before, line, said", [
    (b"", None, "there is no message in it"),
    (b"\r\n\r\n", 1, "request line is not METHOD URI SIP/2.0"),
    (b"hello", 1, "no start line"),
    (bytes(range(256)) * 4, 1, ""),
    (b"OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\nno colon\r\n\r\n", 3, "header line without a colon"),
    (b"OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n", 3, "headers do not end with an empty line"),
    (b"OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n", 4, "it has no From"),
    (b"INVITE sip:a SIP/2.0\r\n" + b"X: " + b"x" * 70 * 1024 + b"\r\n\r\n", None, "it is longer than 65535 bytes"),
], ids=["nothing", "empty-lines", "word", "bytes", "colon", "cut", "no-from", "70-KiB"])
@pytest.mark.parametrize("form", [(), ("--raw",), ("--json",)], ids=["shown", "raw", "json"])
def test_no_message(before, line, said, form):
    done = explain("--direction", TO_PSTN, *form, message=before)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith(f"standard input:{line}: error: {said}" if line
                                           else f"standard input: error: {said}")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("old, new, where, said", [
    (b"FROM: ", b"FROM: <", 2, "From or To cannot be read"),
    (b"CSEQ: 412007", b"CSEQ: x", 4, "CSeq has no number"),
    (b"INVITE sip:", b"INVITE http:", None, "the Request-URI is no sip: or tel: URI"),
    (b"CONTENT-LENGTH: 519", b"CONTENT-LENGTH: 9519", 9, "the body is shorter than Content-Length says"),
    (b"RTP/SAVP", b"RTP/AVP ", 16, "SRTP is required here, but the m= line does not say RTP/SAVP"),
    (b"CONTACT: <", b"CONTACT: ?", 8, "Contact cannot be read"),
])
def test_what_the_sbc_refuses(old, new, where, said, tmp_path):
    before = message("lync2013-invite")
    assert before.count(old) == 1
    file = tmp_path / "invite.sip"
    file.write_bytes(before.replace(old, new))
    done = explain("--direction", TO_PSTN, file)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"{file}:{where or 1}: error: {said}\n"


@pytest.mark.parametrize("arguments, said", [
    ((), "which way does the message go?"),
    (("--direction", "up"), "which way does the message go?"),
    (("--direction", TO_PSTN, "--trunk", "no"), "the plan has no trunk 'no'"),
    (("--direction", TO_PSTN, "--target", "med01.contoso.example"), "the plan has no target 'med01.contoso.example'"),
    (("--direction", TO_PSTN, "--trunk", "sbc1-hq-old", "--target", "gw1"),
     "no route leads between trunk sbc1-hq-old and target gw1"),
    (("--direction", TO_PSTN, "--target", "gw3"), "no route leads between a trunk and target gw3"),
    (("--direction", TO_PSTN, "--color", "pink"), "--color is always, never or auto"),
    (("--direction", TO_PSTN, "--json", "--raw"), "either --json or --raw"),
    (("--direction", TO_PSTN, "/nonexistent"), "/nonexistent: No such file or directory"),
    (("--direction", TO_PSTN, "/"), "/ cannot be read"),
    (("--direction", TO_PSTN, "a", "b"), "one message at a time, not 'b' too"),
])
def test_mistakes(arguments, said):
    done = explain(*arguments, plan=FULL, message=message("lync2013-invite"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("lync-sbc explain: " + said) and done.stderr.count(b"\n") == 1


def test_plans_that_cannot_be_used():
    def code(plan):
        return explain("--direction", TO_PSTN, plan=plan, message=message("lync2013-invite")).returncode

    assert code(PLANS / "bad" / "bad-port.xml") == 1 and code("/nonexistent.xml") == 2
    assert subprocess.run([TOOL, "explain"], capture_output=True, check=False).returncode == 2


# What others have written ----------------------------------------------------------------------------------------------
def test_torture():
    """RFC 4475, both ways and in each form, with ASan and UBSan."""
    corpus = torture.corpus()
    if not corpus:
        pytest.skip(f"no torture messages in {torture.CORPUS}; SIP_TORTURE_CORPUS names their folder")
    good = 0
    for name, before in sorted(corpus.items()):
        for way in (TO_PSTN, TO_LYNC):
            for form in ((), ("--json",), ("--raw",)):
                done = explain("--direction", way, *form, message=before, tool=TOOL_SAN)
                assert done.returncode in (0, 1), (name, done.stderr)
                assert (done.stderr == b"") == (done.returncode == 0), (name, done.stderr)
                if form == ("--json",) and done.stdout:
                    assert json.loads(done.stdout)["edits"], name
                good += done.returncode == 0
    assert good > len(corpus)


@pytest.mark.parametrize("name", MESSAGES)
def test_no_error_in_memory(name):
    for plan in (EXAMPLE_PLAN, CALLERS):
        for way in (TO_PSTN, TO_LYNC):
            for form in ((), ("--json",)):
                done = explain("--direction", way, *form, plan=plan, message=message(name), tool=TOOL_SAN)
                assert done.returncode in (0, 1) and done.stderr.count(b"\n") == done.returncode, done.stderr
