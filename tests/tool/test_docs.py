# SPDX-License-Identifier: GPL-2.0-or-later
"""Help, man page and completion of lync-sbc say the same."""
import re
import subprocess

import pytest

from lab.paths import CHECKOUT, EXAMPLE_PLAN, PLANS, TOOL

from test_lync_sbc import run

MAN = CHECKOUT / "tools/lync-sbc/lync-sbc.1"
COMPLETION = CHECKOUT / "tools/lync-sbc/lync-sbc.bash"
OPTION = re.compile(r"(?<![\w-])(-[a-z]|--[a-z]+)(?![\w-])")


def help_of(*command):
    return run(*command, "--help").stdout


COMMANDS = re.findall(r"^  ([a-z]+) +[a-z]", help_of(), re.M)


def man_sections(macro):
    """{title: text} of the page, cut at .SH or .SS; "\\-" is "-"."""
    parts = re.split(rf"^\.{macro} (.*)\n", MAN.read_text().replace("\\-", "-"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def options(text):
    """Those that are ours: not PowerShell's (-AsXml) or another program's."""
    return set(OPTION.findall(text))


def man_options(command):
    text = man_sections("SS")[command].split("\n.SH")[0]
    return options("\n".join(line for line in text.splitlines() if line.startswith((".B", ".RB", ".TP"))))


def complete(*words):
    """What bash would offer for the last word."""
    script = f'source {COMPLETION}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lync_sbc; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", script, "bash", "lync-sbc", *map(str, words)], capture_output=True, text=True,
                          check=True, timeout=20, env={"PATH": f"{TOOL.parent}:/usr/bin:/bin"})
    assert done.stderr == ""
    return done.stdout.split()


def test_there_are_commands():
    assert {"check", "config", "dialects", "explain", "import", "match", "parameters", "profiles", "show"} <= set(COMMANDS)


def test_man_and_completion_have_every_command():
    assert list(man_sections("SS")) == COMMANDS
    assert complete("") == [*COMMANDS, "--help"]
    assert complete("c") == [command for command in COMMANDS if command.startswith("c")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(command):
    wanted = options(help_of(command))
    assert bool(wanted) == (command != "parameters") and man_options(command) == wanted
    assert set(complete(command, "-")) == wanted | {"--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_one(command):
    """The tool knows what its help names: an unknown one would be the mistake that is told."""
    for option in options(help_of(command)):
        assert "no option" not in run(command, option).stderr


def test_help_shows_the_exit_codes_of_the_man_page():
    text = man_sections("SH")["EXIT STATUS"]
    assert re.findall(r"^\.B (\d)$", text, re.M) == ["0", "1", "2"]
    for command in COMMANDS:
        assert re.findall(r"\b([012]) ", " ".join(help_of(command).split("Exit code: ")[1].split())) == ["0", "1", "2"]


def test_examples_of_the_man_page_are_commands():
    lines = man_sections("SH")["EXAMPLES"].replace("\\e\n", "").splitlines()
    examples = [line.split() for line in lines if line.startswith("lync-sbc ")]
    assert len(examples) >= 5
    for words in examples:
        assert words[1] in COMMANDS
        assert options(" ".join(words).split("|")[0]) <= options(help_of(words[1]))


def test_the_man_page_is_formatted_without_complaint():
    done = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-z", MAN], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_completion_knows_files_and_names(tmp_path):
    full = PLANS / "good" / "full.xml"
    (tmp_path / "plan.xml").write_text("")
    assert complete("check", f"{tmp_path}/pl") == [f"{tmp_path}/plan.xml"]
    assert complete("check", full, "--node", "") == ["sbc1", "sbc2"]
    assert complete("match", full, "--trunk", "sbc1") == ["sbc1-hq", "sbc1-hq-old"]
    assert complete("match", full, "--from", "1", "--target", "") == ["gw1", "gw2", "gw3"]
    assert complete("match", EXAMPLE_PLAN, "--trunk", "x") == []
    assert complete("match", "--trunk", "") == []
    assert complete("match", full, "--from", "") == []
    assert complete("explain", "--plan", full, "--target", "") == ["gw1", "gw2", "gw3"]
    assert complete("explain", "--direction", "l") == ["lync-to-pstn"]
    assert complete("config", full, "--out", f"{tmp_path}") == [str(tmp_path)]


def test_the_page_of_dialects_is_what_the_tool_prints():
    """make exec CMD='build/lync-sbc dialects --markdown' > modules/liblync/DIALECTS.md"""
    page = CHECKOUT / "modules/liblync/DIALECTS.md"
    assert run("dialects", "--markdown").stdout == page.read_text()
    assert "modules/liblync/DIALECTS.md" in (CHECKOUT / "README.md").read_text()


def test_the_page_of_profiles_is_what_the_tool_prints():
    """make exec CMD='build/lync-sbc profiles --markdown' > rtpengine-profiles/README.md"""
    page = CHECKOUT / "rtpengine-profiles/README.md"
    assert run("profiles", "--markdown").stdout == page.read_text()
    assert "rtpengine-profiles/README.md" in (CHECKOUT / "README.md").read_text()
