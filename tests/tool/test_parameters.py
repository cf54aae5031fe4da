# SPDX-License-Identifier: GPL-2.0-or-later
"""lync-sbc parameters: every parameter of New-CsTrunkConfiguration stands in it, as the schema has it."""
import re
from xml.etree import ElementTree

from lab.paths import CHECKOUT

from test_lync_sbc import run

PAGE = CHECKOUT / "modules/lync/TRUNK.md"
XSD = CHECKOUT / "kamailio-cfg/lync-trunks.xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"
RULE_LISTS = ["OutboundTranslationRulesList", "OutboundCallingNumberTranslationRulesList",
              "SipResponseCodeTranslationRulesList"]


def rows():
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in run("parameters").stdout.splitlines()
            if line.startswith("| `")]


def in_schema():
    """{name: (default, documentation)} of the attributes of <trunk> that are Lync's: they begin with a capital letter."""
    trunk = ElementTree.parse(XSD).getroot().find(f"{XS}complexType[@name='trunk']")
    return {a.get("name"): (a.get("default"), "".join(a.find(f"{XS}annotation/{XS}documentation").itertext()))
            for a in trunk.iter(f"{XS}attribute") if a.get("name")[0].isupper()}


def test_the_page_is_what_the_tool_prints():
    assert run("parameters").stdout == PAGE.read_text()


def test_no_parameter_is_missing_and_none_is_more():
    names = [row[0].strip("`") for row in rows()]
    assert sorted(names) == sorted([*in_schema(), *RULE_LISTS]) and len(names) == len(set(names)) == 27


def test_it_says_what_the_schema_says():
    schema = in_schema()
    for name, default, lync, here, recommended in rows():
        wanted = schema.get(name.strip("`"))
        if wanted:
            assert (default.lower(), lync) == ((wanted[0] or "-").lower(), wanted[1])
        assert here and recommended and "|" not in here


def test_what_is_recommended_is_a_value():
    for name, default, *_, recommended in rows():
        if default in ("True", "False"):
            assert recommended in ("True", "False", "as needed"), name


def test_it_takes_nothing():
    done = run("parameters", "x")
    assert (done.returncode, done.stdout) == (2, "") and "takes no 'x'" in done.stderr
    assert re.search(r"Usage: lync-sbc parameters\n", run("parameters", "--help").stdout)
