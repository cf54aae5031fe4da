# SPDX-License-Identifier: GPL-2.0-or-later
"""No file takes lync-sbc time that grows faster than its size, whatever is in it.

The aim is a second of processor time per MiB, on a machine that does nothing else, with the largest files that are read:
make exec CMD='NASTY_SECONDS=1 NASTY_MIB=8 python3 tests/run.py test_nasty' (16 for Lync's). A busy machine takes
several times that; here only what is far from it fails.
"""
import os
import subprocess

import pytest

from lab import nasty
from lab.paths import CHECKOUT, TOOL

MIB = float(os.environ.get("NASTY_MIB", "3"))
SECONDS = float(os.environ.get("NASTY_SECONDS", "4"))  # for each MiB; for less than one, too
LYNC = CHECKOUT / "tests/fixtures/lync"
GATEWAYS = ["sbc1.contoso.com", "sbc2.contoso.com", "ippbx.contoso.com", "192.0.2.240"]


def seconds(*arguments):
    """Of processor time. The exit code must be one that help tells of."""
    with subprocess.Popen([TOOL, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1, 2)
    return used.ru_utime + used.ru_stime


def written(folder, text):
    """(path, seconds that it may take)"""
    path = folder / "nasty.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path, SECONDS * max(1.0, path.stat().st_size / 2**20)


def cases(table):
    return pytest.mark.parametrize("make", table.values(), ids=table)


@cases(nasty.PLANS)
def test_a_plan(tmp_path, make):
    path, limit = written(tmp_path, make(int(MIB * 2**20) - 4096))
    assert seconds("check", path) < limit
    assert seconds("import", "--topology", LYNC / "topology.xml", "--self", GATEWAYS[0], "--plan", path) < limit


@cases(nasty.TOPOLOGIES)
def test_a_topology(tmp_path, make):
    path, limit = written(tmp_path, make(int(MIB * 2**20) - 4096))
    assert seconds("import", "--topology", path, "--settings", LYNC / "settings.xml", "--self", *GATEWAYS) < limit


@cases(nasty.SETTINGS)
def test_settings(tmp_path, make):
    path, limit = written(tmp_path, make(int(MIB * 2**20) - 4096))
    assert seconds("import", "--topology", LYNC / "topology.xml", "--settings", path, "--self", *GATEWAYS) < limit
