# SPDX-License-Identifier: GPL-2.0-or-later
"""A module built for another Kamailio must fail the build, since Kamailio refuses to start with it."""
import shutil
import subprocess

import pytest

from lab.paths import BUILD, CHECKOUT

OTHER = {
    "version": "-UVERSION -DVERSION='\"6.0.99\"'",
    "flags": "-UF_MALLOC",  # one of the switches in the compared string
}


def make(folder, *arguments):
    return subprocess.run(["make", "-s", "-f", "build.mk", f"B={folder}", *arguments], cwd=CHECKOUT, capture_output=True,
                          text=True, timeout=120, check=False)


@pytest.fixture
def built(tmp_path):
    """A build folder like build/, in which the module's version is compiled anew with other words."""
    shutil.copytree(BUILD / "modules", tmp_path / "modules")  # keeps the times, so that make finds all else done
    shutil.copy2(BUILD / "liblync.a", tmp_path)
    (tmp_path / "modules/lync/lync_mod.o").unlink()

    def build(flags):
        done = make(tmp_path, f"LY_WARN={flags}", str(tmp_path / "lync.so"))
        assert done.returncode == 0, done.stderr
        return tmp_path

    return build


def starts(folder):
    """Whether the installed Kamailio takes the module; what it says."""
    config = folder / "test.cfg"
    config.write_text(f'listen=udp:127.0.0.1:5060\nloadmodule "{folder}/lync.so"\nrequest_route {{ exit; }}\n')
    done = subprocess.run(["kamailio", "-c", "-E", "-f", config, "-Y", folder], capture_output=True, text=True, timeout=20,
                          check=False)
    return done.returncode == 0, done.stderr


def test_the_same_words_pass(built):
    folder = built("")
    assert make(folder, "check-abi").returncode == 0
    assert starts(folder)[0]


@pytest.mark.parametrize("what", OTHER)
def test_other_words_fail_the_build(built, what):
    folder = built(OTHER[what])
    done = make(folder, f"LY_WARN={OTHER[what]}", "check-abi")
    assert done.returncode != 0 and "was built for another Kamailio" in done.stderr
    started, log = starts(folder)
    assert not started and f"module {what.replace('flags', 'compile flags')} mismatch" in log
