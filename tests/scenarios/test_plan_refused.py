# SPDX-License-Identifier: GPL-2.0-or-later
"""A plan with a fault: Kamailio does not start, and the log says file, line, what is wrong and what was expected.

The tool has seen a good plan and generated Kamailio's files from it; what was done to the plan afterwards, the module
finds.
"""
import os
import re
import shutil
import tempfile
import time

import pytest

from lab.installation import Installation
from lab.net import NamespaceLab
from lab.paths import PLANS

TOO_MANY_BYTES = 16 << 20


@pytest.fixture(scope="module")
def sbc():
    """Configured with a good plan, not started."""
    with tempfile.TemporaryDirectory(prefix="lync-sbc-") as folder, NamespaceLab() as lab:
        installation = Installation(lab, folder)
        installation.sbc.configure()
        yield installation.sbc
        installation.close()


@pytest.fixture
def plan(sbc):
    """The plan's path; the good plan is there again afterwards."""
    good = sbc.plan.read_bytes()
    yield sbc.plan
    if sbc.plan.is_dir():
        sbc.plan.rmdir()
    sbc.plan.write_bytes(good)


def refusal(sbc):
    """What the log says of the plan when Kamailio does not start with it. Nothing of it is left."""
    if sbc.kamailio:
        sbc.kamailio.log.unlink()
    with pytest.raises(RuntimeError, match="kamailio ended with"):
        sbc.start_kamailio()
    assert sbc.kamailio.status not in (0, None) and sbc.kamailio.status > 0, "it must end by itself, with a code"
    with pytest.raises(ProcessLookupError):
        os.killpg(sbc.kamailio.pid, 0)
    assert not sbc.ctl_socket.exists() and not (sbc.folder / "kamailio.pid").exists()
    said = [line.partition(f"{sbc.plan}")[2] for line in sbc.log.splitlines() if f"): {sbc.plan}" in line]
    assert len(said) == 1, f"one line must say it:\n{sbc.log}"
    return said[0]


@pytest.mark.parametrize("name", ["not-xml", "not-well-formed", "doctype", "unknown-element", "unknown-attribute",
                                  "missing-attribute", "dangling-trunk", "two-trunks-one-pair", "no-trunk", "bad-port"])
def test_a_fault_is_named_with_its_line(name, sbc, plan):
    """Each of these files says in a comment what is to be said of it."""
    bad = PLANS / "bad" / f"{name}.xml"
    line, what = re.search(r"expect (\d+): (.*?) -->", bad.read_text(errors="replace")).groups()
    shutil.copy(bad, plan)
    said = refusal(sbc)
    assert said.startswith(f":{line}: ") and what in said


def test_no_plan(sbc, plan):
    plan.unlink()
    assert "No such file" in refusal(sbc)


def test_a_folder_is_no_plan(sbc, plan):
    plan.unlink()
    plan.mkdir()
    assert "no ordinary file but a directory" in refusal(sbc)


def test_a_plan_that_is_too_large(sbc, plan):
    """Its size is looked at before it is read."""
    good = plan.read_bytes()
    plan.write_bytes(good + b"<!-- " + b"x" * TOO_MANY_BYTES + b" -->\n")
    assert re.search(r"the file has \d{8} bytes, more than the \d+ that are read", refusal(sbc))


@pytest.mark.parametrize("old, new", [
    ('port="5060"', 'port="5090"'), ("/sbc1.pem", "/sbc2.pem"), ('tls-min="1.2"', 'tls-min="1.3"'),
], ids=["listen.cfg", "certificate", "profile"])
def test_a_plan_that_has_changed_since_the_files_were_generated(sbc, plan, old, new):
    """Kamailio would listen where no trunk is, or with another certificate or TLS version; the line says what to run."""
    before = plan.read_text()
    assert old in before
    plan.write_text(before.replace(old, new))
    said = refusal(sbc)
    assert "has changed since listen.cfg and tls.cfg were generated" in said
    assert f"lync-sbc config {plan} --node sbc1 --out DIR" in said


def test_a_change_that_needs_no_other_files(sbc, plan):
    """And the good plan starts: it was the fault that did not."""
    plan.write_text(plan.read_text().replace('weight="50"', 'weight="60"'))
    sbc.start_kamailio()
    time.sleep(0.5)  # Kamailio's last process does not hear a SIGTERM in its first moments
    assert sbc.stop() == []
