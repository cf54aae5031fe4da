# SPDX-License-Identifier: GPL-2.0-or-later
"""lync-sbc dialects: every rule that a plan may switch off, in words."""
import json
import re

from lab.paths import CHECKOUT

from test_lync_sbc import run

CODE = (CHECKOUT / "modules/liblync/dialect.c").read_text()


def shown(*arguments):
    done = run("dialects", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_json_has_every_rule():
    dialects = json.loads(shown("--json"))
    assert {"lync2013", "rfc3261"} <= {dialect["name"] for dialect in dialects}
    rules = [rule for dialect in dialects for rule in dialect["rules"]]
    assert {rule["id"] for rule in rules} == set(re.findall(r'^\t\[\w+\] +=\s*\{"([\w-]+)"', CODE, re.M))
    assert {rule["way"] for rule in rules} == {"leaving", "arriving", "both"}
    assert all(rule["where"] and rule["what"] and rule["reason"] for rule in rules)


def test_one_of_them():
    [one] = json.loads(shown("--json", "rfc3261"))
    ways = {rule["id"]: rule["way"] for rule in one["rules"]}
    assert (ways["spoofed-ms"], ways["from-anonymous"], ways["caller"]) == ("leaving", "arriving", "both")
    assert "ms-headers" not in ways
    table = shown("rfc3261")
    assert table.startswith("rfc3261: gateways") and "lync2013" not in table
    assert re.search(r"^spoofed-ms +leaving +header ms-\* +goes, whatever pass-headers says +- +nobody outside", table, re.M)


def test_those_with_the_same_rules_stand_together():
    heads = [line for line in shown().splitlines() if re.match(r"\w+: ", line)]
    assert len(heads) == len(json.loads(shown("--json"))) == len(set(heads))
    assert shown().count("RULE ") <= len(heads)


def test_mistakes():
    for arguments, said in ((("lync",), "no dialect 'lync'; known: lync2010, "), (("--json", "--markdown"), "either"),
                            (("a", "b"), "one dialect at a time, not 'b' too")):
        done = run("dialects", *arguments)
        assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith("lync-sbc dialects: " + said)
