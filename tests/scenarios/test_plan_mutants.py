# SPDX-License-Identifier: GPL-2.0-or-later
"""What lync-sbc check accepts, the module loads; what it refuses, the module refuses with the same line and words.

Thousands of plans, one after the other into one running Kamailio by lync.reload. The same ones each time; for others:
    make exec CMD='MUTANTS=20000 SEED=7 python3 tests/run.py test_plan_mutants'
"""
import itertools
import os
import re
import subprocess
import time

import pytest

from lab import paths
from lab.installation import installed
from lab.mutate import mutants
from lab.reload import TOLERANCE, fill_shelf
from lab.sbc import LAB_SETTINGS

MUTANTS = int(os.environ.get("MUTANTS", "1000"))
SEED = int(os.environ.get("SEED", "1"))
NODE = "sbc1"
GOOD = [paths.EXAMPLE_PLAN, *sorted(paths.PLANS.glob("good/*.xml")), *sorted(paths.PLANS.glob("warn/*.xml"))]
BAD = sorted(paths.PLANS.glob("bad/*.xml"))
# Of files that check looks at and the module does not: tls.so has done so.
OF_CERTIFICATES = re.compile(rb"element <certificate>: (file|key|ca) '")
NO_NODE = b" has no node '%s': " % NODE.encode()


class Both:
    """The module and the tool before the same file."""

    def __init__(self, sbc):
        self.sbc, self._first = sbc, sbc.plan.read_bytes()
        self._log = open(sbc.kamailio.log, "rb")

    def module(self):
        """b"" where it loads the plan, or what the log says of it. Who asked is told as much as fits into an answer."""
        self._log.seek(0, os.SEEK_END)
        done = subprocess.run(["kamcmd", "-s", f"unix:{self.sbc.ctl_socket}", "lync.reload"], capture_output=True,
                              timeout=20, check=False)
        if done.stdout.startswith(b"edition "):
            return b""
        said = self._log.read().rpartition(b"lync.reload: ")[2].partition(b"\n")[0]
        told = re.fullmatch(rb"error: 500 - (.*?)( \.\.\. \(the log says all of it\))?\n", done.stdout, re.S)
        assert told and (said.startswith(told[1]) if told[2] else said == told[1]), (done, said)
        return said

    def tool(self):
        """b"" where check finds no error, or the first as the module says it."""
        done = self._check()
        errors = [line for line in done.stderr.split(b"\n") if b": error: " in line]
        assert bool(errors) == (done.returncode != 0), done
        errors = [line for line in errors if not OF_CERTIFICATES.search(line)]
        return errors[0].replace(b": error: ", b": ", 1) if errors else b""

    def _check(self, *arguments):
        return subprocess.run([paths.TOOL, "check", self.sbc.plan, *arguments], capture_output=True, timeout=20, check=False)

    def verdicts(self, text):
        """What the tool and the module say of a plan."""
        self.sbc.plan.write_bytes(text)
        tool, module = self.tool(), self.module()
        if not tool and NO_NODE in module and NO_NODE.rstrip(b": ") in self._check("--node", NODE).stderr:
            module = b""  # a good plan, of others
        return tool, module

    def memory_at_first(self):
        """With the first plan in force, and no other kept."""
        self.sbc.plan.write_bytes(self._first)
        fill_shelf(self.sbc)
        return self.sbc.memory()


@pytest.fixture(scope="module")
def both():
    """Ports and addresses may differ from those that Kamailio listens on: that is not what is asked here."""
    settings = (*LAB_SETTINGS, 'modparam("lync", "bindings", "")')
    with installed(absent=("redis", "rtpengine"), settings=settings) as installation:
        yield Both(installation.sbc)


@pytest.fixture
def no_loss(both):
    """With the plan of the beginning in force there is as much memory as there was."""
    before = both.memory_at_first()
    yield
    after = both.memory_at_first()
    assert both.sbc.judge() == []
    assert after[0] - before[0] <= TOLERANCE["shared"] and after[1] - before[1] <= TOLERANCE["private"]


@pytest.mark.parametrize("plan", GOOD + BAD, ids=lambda plan: f"{plan.parent.name}-{plan.stem}")
def test_a_fixture(both, plan):
    tool, module = both.verdicts(plan.read_bytes())
    assert tool == module


@pytest.mark.usefixtures("no_loss")
@pytest.mark.parametrize("seed", [SEED], ids=[f"{MUTANTS} of seed {SEED}"])
def test_mutants(both, seed, capsys):
    plans = [path.read_bytes().decode("utf-8", "surrogateescape") for path in 10 * GOOD + BAD]
    begin, accepted = time.monotonic(), 0
    for number, (done, text) in enumerate(itertools.islice(mutants(seed, plans), MUTANTS), 1):
        tool, module = both.verdicts(text)
        accepted += not tool
        if tool != module:
            paths.RESULTS.mkdir(parents=True, exist_ok=True)
            (paths.RESULTS / "mutant.xml").write_bytes(text)
            pytest.fail(f"number {number} ({done}), kept as build/test-results/mutant.xml:\n{tool=}\n{module=}")
    with capsys.disabled():
        print(f"# seed {seed}: {accepted} of {MUTANTS} plans are right, {time.monotonic() - begin:.1f} s")
    assert MUTANTS // 20 < accepted < MUTANTS // 2, "both kinds must be among them"
