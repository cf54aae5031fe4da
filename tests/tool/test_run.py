# SPDX-License-Identifier: GPL-2.0-or-later
"""The runner of the tests: what counts as passed, and what must not."""
import sys

import pytest

import run
from lab.paths import CHECKOUT


@pytest.fixture
def count(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "LOGS", tmp_path)
    return run.Count()


def result(count, script, **options):
    run.Program("suite", "program", ["bash", "-c", script], **options).run(count)
    return count.passed, count.failed


def test_all_passed(count):
    assert result(count, "echo 1..2; echo ok 1 - a; echo ok 2 - b") == (2, [])


def test_one_failed(count, capsys):
    script = "echo 1..2; echo not ok 1 - a; echo '# why'; echo ok 2 - b; exit 1"
    assert result(count, script) == (1, ["suite program: a"])
    assert "      why\n" in capsys.readouterr().out


def test_the_reason_is_told_again_at_the_end(monkeypatch, capsys, tmp_path):
    """Whoever has but the last lines of a run finds it there."""
    script = "echo 1..1; echo not ok 1 - a; echo '# long'; echo '# E   too late'; for i in $(seq 20); do echo '# more'; done; exit 1"
    monkeypatch.setattr(run, "LOGS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["run.py"])
    monkeypatch.setattr(run, "build", lambda count, wanted: True)
    monkeypatch.setattr(run, "SUITES", [(lambda wanted: [run.Program("suite", "program", ["bash", "-c", script])], 1)])
    assert run.main() == 1
    last = capsys.readouterr().out.splitlines()[-4:]
    assert last[:2] == ["failed: suite program: a", "      E   too late"] and last[3] == "0 passed, 1 failed"


@pytest.mark.parametrize("script", [
    "echo 1..2; echo ok 1 - a; kill -SEGV $$",  # crashed on the way
    "echo 1..1; echo ok 1 - a; exit 99",  # a sanitizer's or valgrind's exit code at the end
    "echo 1..3; echo ok 1 - a",  # ended early
    "true",  # ran nothing
    "echo 1..0; exit 5",  # pytest that found no test
])
def test_a_program_that_ends_badly(count, script):
    passed, failed = result(count, script)
    assert len(failed) == 1 and failed[0].startswith("suite: program ended with"), (passed, failed)


def test_a_program_that_hangs(count, monkeypatch):
    monkeypatch.setattr(run, "PROGRAM_SECONDS", 0.2)
    assert result(count, "echo 1..1; sleep 30 & sleep 30; true") == (0, ["suite: program ended with 124 after 0 of 1 tests"])


def test_skipped_is_neither(count):
    assert result(count, "echo 1..1; echo ok 1 - a '# SKIP no corpus'") == (0, [])
    assert count.skipped == ["suite program: a - no corpus"]


def test_nothing_that_was_wanted(count):
    """The program chooses for itself; that it has nothing to say is no failure of it."""
    assert result(count, "echo 1..0; exit 5", none_is_fine=True) == (0, [])
    assert result(count, "exit 1", none_is_fine=True)[1] == ["suite: program ended with 1 after 0 of 0 tests"]


def test_standard_error_is_shown_of_a_crash(count, capsys):
    result(count, "echo 1..1; echo the reason >&2; exit 3")
    assert "      the reason\n" in capsys.readouterr().out


def test_a_name_nobody_has(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["run.py", "nonesuch"])
    monkeypatch.setattr(run, "build", lambda count, wanted: True)
    monkeypatch.setattr(run, "SUITES", [(run.units, 1), (run.fuzz, 1)])
    assert run.main() == 1
    assert capsys.readouterr().out.endswith("\n0 passed, 0 failed\n")


def test_pytest_speaks_tap(count, tmp_path):
    folder = tmp_path / "some"
    folder.mkdir()
    (folder / "test_some.py").write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_bad(): assert 1 == 2\n"
        "def test_skipped(): pytest.skip('why not')\n"
        "@pytest.fixture\n"
        "def broken_afterwards():\n"
        "    yield\n"
        "    assert False\n"
        "def test_teardown(broken_afterwards): pass\n")
    (folder / "test_syntax.py").write_text("if:\n")
    argv = [sys.executable, "-m", "pytest", "-p", "tap", "-c", CHECKOUT / "tests/pytest.ini",
            "--continue-on-collection-errors", folder]
    run.Program("some", "some", argv).run(count)
    assert count.passed == 2 and len(count.skipped) == 1
    assert [name.split()[-1] for name in count.failed] == ["test_syntax.py", "test_bad", "teardown"]
