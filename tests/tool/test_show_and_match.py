# SPDX-License-Identifier: GPL-2.0-or-later
"""lync-sbc show and match: what an operator reads about a plan, and about a call."""
import json
import re

import pytest

from lab.paths import EXAMPLE_PLAN, PLANS

from test_lync_sbc import run

FULL = PLANS / "good" / "full.xml"
NUMBERS = PLANS / "good" / "numbers.xml"


def shown(*arguments, code=0):
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (code, "")
    return done.stdout


# show -------------------------------------------------------------------------------------------------------------------
def table(text, first):
    """The rows below the head that begins with first, as lists of cells."""
    rows = []
    for line in text[text.index(f"\n{first} ") + 1:].splitlines():
        if not line:
            break
        rows.append(re.split(r"  +", line))
    return rows


def test_show_counts_first():
    assert shown("show", EXAMPLE_PLAN).splitlines()[0] == (
        f"{EXAMPLE_PLAN}: nodes 1, pools 1, Mediation Servers 2, targets 1, trunks 1")


def test_tables():
    text = shown("show", FULL)
    assert table(text, "NODE")[1] == ["sbc1", "sbc1.example.net", "192.0.2.1", "198.51.100.1",
                                      "lync tls 5067, lync tcp 5068, pstn tls 5067, pstn udp 5067", "ready"]
    assert table(text, "POOL")[1] == ["dr", "dr.contoso.example", "Northwind DR", "lync2010", "1", "1000000 calls", "drain"]
    assert [row[0::2] for row in table(text, "MEDIATION SERVER")[1:]] == [
        ["dr01.contoso.example", "by DNS", "ready"], ["med01.contoso.example", "192.0.2.11", "drain"],
        ["med02.contoso.example", "192.0.2.12", "ready"]]
    assert table(text, "TARGET")[1] == ["gw1", "provider", "198.51.100.10", "tls 5061", "gateway-srtp", "to-carrier",
                                        "carrier", "5/s", "drain"]
    assert table(text, "TRUNK")[1] == ["sbc1-hq", "hq", "tls 5067", "sbc1.example.net:5067", "lync-srtp-required", "to-lync",
                                       "lync", "480 calls, 20/s strict", "drain"]
    assert len(table(text, "TRUNK")) == 5
    assert table(text, "ROUTE FROM")[1:3] == [["sbc1-hq", "gw1", "1", "70", "^49", r"^\+49(30|89)\d+$"],
                                              ["sbc1-hq", "gw2", "2", "0", "-", "-"]]
    rules = table(text, "RULES")
    assert rules[1] == ["to-carrier", "Strip plus", "from-lync", "called", r"^\+(\d+)$", "$1"]
    assert rules[5] == ["carrier", "no circuit", "from-lync", "code", "486 cause 34", "503"]
    assert rules[7][4:] == ["cause 127", "400"]


def test_settings_that_are_not_lyncs_standard():
    text = shown("show", FULL)
    settings = table(text[text.index("SETTING OF LYNC") - 20:], "TRUNK")
    assert ["sbc1-hq", "MaxEarlyDialogs", "7"] in settings
    assert ["sbc1-hq", "SRTPMode", "Optional"] in settings and ["dr", "SRTPMode", "Optional"] in settings
    assert [row[0] for row in settings[1:]].count("sbc1-hq-old") == 1
    assert not any(row[0] == "sbc2-hq" for row in settings)


def test_columns_stand_under_their_heads():
    lines = shown("show", FULL).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("TARGET "))
    for head in ("KIND", "ADDRESS", "MEDIA", "STATE"):
        column = lines[start].index(head)
        for line in lines[start + 1:start + 4]:
            assert line[column - 1] == " " and line[column] != " "


def test_json_has_it_all():
    plan = json.loads(shown("show", "--json", FULL))
    assert plan["version"] == "1" and plan["imported-from"] == "topology.xml"
    assert [node["name"] for node in plan["node"]] == ["sbc1", "sbc2"]
    assert [interface["side"] for interface in plan["node"][0]["interface"]] == ["lync", "pstn"]
    assert plan["node"][0]["certificate"]["key"] == "/etc/lync-sbc/sbc1.key"
    assert plan["pool"][0]["limit"] == {"max-calls": 1000000, "mode": "soft", "code": 503}
    assert plan["pool"][0]["health"] == {
        "options": "1min", "first": "2s", "again": "250ms", "up-after": 5, "failures": 0, "ejection": "1h",
        "ejection-max": "24h", "memory": "90s", "slow-start": "0s"}
    trunk, target = plan["trunk"][0], plan["target"][0]
    assert trunk["limit"] == {"max-calls": 480, "max-cps": 20, "mode": "strict", "code": 486}
    assert (trunk["token"], trunk["session-timer"]) == ("parameter", 86400)
    assert (target["redirect"], target["session-timer"]) == ("follow", 0)
    assert trunk["EnableBypass"] is True and trunk["RTCPCallsOnHold"] is False and trunk["MaxEarlyDialogs"] == 7
    assert trunk["rules-off"] == "ruri-user-phone from-user-phone" or set(trunk["rules-off"].split()) == {
        "ruri-user-phone", "from-user-phone"}
    assert plan["numbers"][1]["rule"][0]["pattern"] == r"^(?<ext>\d{4})$"
    assert "numbers" not in plan["trunk"][1] and plan["trunk"][1]["route"] == []
    assert plan["codes"][0]["rule"][2] == {"cause": 127, "translated": 400, "direction": "from-lync"}


@pytest.mark.parametrize("plan", sorted((PLANS / "good").glob("*.xml")) + [EXAMPLE_PLAN], ids=lambda plan: plan.stem)
def test_every_good_plan_is_shown(plan):
    assert shown("show", plan)
    assert len(json.loads(shown("show", "--json", plan))["trunk"]) == plan.read_text().count("<trunk ")


def test_what_cannot_be_shown():
    done = run("show", PLANS / "bad" / "bad-port.xml")
    assert done.returncode == 1 and done.stdout == "" and ": error: " in done.stderr
    assert run("show", "/nonexistent.xml").returncode == 2


# match ------------------------------------------------------------------------------------------------------------------
def call(*arguments, code=0):
    """The lines before the settings."""
    return shown("match", NUMBERS, *arguments, code=code).split("Settings of trunk")[0].splitlines()


def test_a_call_of_lync():
    assert call("--trunk", "sbc1-hq", "--from", "+49305551234", "--to", "1234") == [
        "A call from Lync over trunk sbc1-hq (line 22), +49305551234 calls 1234:",
        "    called   1234 -> +49305551234  rule 'extension' of numbers 'extensions' (line 30)",
        "Routes:",
        r"  yes   target local (line 24): tier 1, weight 100, match ^\+4930\d+$",
        "  yes   target carrier (line 25): tier 2, weight 30",
        r"  yes   target carrier (line 26): tier 2, weight 60, from-match ^\+4930",
        "  no    target spare (line 27): the target drains",
        "Order:",
        "  tier 1, 100%: target local, udp 198.51.100.10:5060",
        "    called   +49305551234 -> 5551234  rule 'strip Berlin' of numbers 'national' (line 34)",
        "  tier 2, 33%: target carrier, udp sip.carrier.example:5060",
        "    called   +49305551234 -> 49305551234  e164=\"without-plus\"",
        "    calling  +49305551234 -> 49305551234  rule 'ours' of numbers 'known-callers' (line 40); "
        "e164=\"without-plus\"",
        "  tier 2, 67%: target carrier, udp sip.carrier.example:5060",
        "    called   +49305551234 -> 49305551234  e164=\"without-plus\"",
        "    calling  +49305551234 -> 49305551234  rule 'ours' of numbers 'known-callers' (line 40); "
        "e164=\"without-plus\"",
    ]


def test_routes_that_do_not_fit_say_why():
    lines = call("--trunk", "SBC1-HQ", "--from", "+1425", "--to", "+498912345678")
    assert r"  no    target local (line 24): match does not fit the called number, match ^\+4930\d+$" in lines
    assert (r"  no    target carrier (line 26): from-match does not fit the calling number, from-match ^\+4930") in lines
    assert "  tier 2, 100%: target carrier, udp sip.carrier.example:5060" in lines
    assert ("    calling  +1425 -> 49305550000  rule 'others' of numbers 'known-callers' (line 41); "
            "e164=\"without-plus\"") in lines


def test_a_call_to_lync():
    lines = call("--target", "local", "--from", "0891234567", "--to", "5551234")
    assert lines == [
        "A call from target local (line 15), 0891234567 calls 5551234:",
        "    called   5551234 -> +49305551234  rule 'Berlin' of numbers 'national' (line 36)",
        "    calling  0891234567 -> +49891234567  rule 'national' of numbers 'national' (line 37)",
        "Routes:",
        r"  yes   trunk sbc1-hq (line 16): tier 1, weight 100, match ^\+4930",
        "Order:",
        "  tier 1, 25%: server med01.contoso.example over trunk sbc1-hq, tcp 192.0.2.11:5068",
        "    called   +49305551234 -> +14255551234  rule 'own numbers' of numbers 'extensions' (line 31)",
        "  tier 1, 75%: server med02.contoso.example over trunk sbc1-hq, tcp 192.0.2.12:5068",
        "    called   +49305551234 -> +14255551234  rule 'own numbers' of numbers 'extensions' (line 31)",
    ]


def test_e164_without_plus_gets_it_first():
    assert call("--target", "carrier", "--from", "anonymous", "--to", "49305551234")[1:3] == [
        "    called   49305551234 -> +49305551234  e164=\"without-plus\"",
        "Routes:"]


def test_a_call_without_a_way():
    lines = call("--target", "local", "--from", "1", "--to", "01234", code=1)
    assert lines[-1] == "The call has no way: it is refused."
    assert r"  no    trunk sbc1-hq (line 16): match does not fit the called number, match ^\+4930" in lines
    assert call("--target", "spare", "--from", "1", "--to", "2", code=1)[1:] == [
        "Routes: none", "The call has no way: it is refused."]


def test_settings_of_the_trunk():
    text = shown("match", NUMBERS, "--target", "local", "--from", "1", "--to", "5551234")
    settings = text.split("Settings of trunk ")[1].splitlines()
    assert settings[0] == "sbc1-hq (line 22):" and text.count("Settings of trunk") == 1
    assert "  EnableReferSupport               false" in settings
    assert "  EnableFastFailoverTimer          true  (standard)" in settings


@pytest.mark.parametrize("arguments, said", [
    (("--from", "1", "--to", "2"), "where does the call come from? Use either --trunk or --target"),
    (("--from", "1", "--to", "2", "--trunk", "a", "--target", "b"), "where does the call come from?"),
    (("--from", "1", "--trunk", "sbc1-hq"), "who calls whom? Use --from and --to"),
    (("--from", "1", "--to", "2", "--trunk", "sbc2"), "the plan has no trunk 'sbc2'"),
    (("--from", "1", "--to", "2", "--target", "med01.contoso.example"), "the plan has no target 'med01.contoso.example'"),
    (("--from", "1", "--to", "a@b", "--trunk", "sbc1-hq"), "'a@b' is no number"),
    (("--from", "1" * 129, "--to", "1", "--trunk", "sbc1-hq"), "is no number"),
])
def test_mistakes_of_match(arguments, said):
    done = run("match", NUMBERS, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("lync-sbc match: ") and said in done.stderr and done.stderr.count("\n") == 1
