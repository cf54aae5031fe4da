# SPDX-License-Identifier: GPL-2.0-or-later
"""make lint finds what it is there for, and names the place."""
import os
import shutil
import subprocess

import pytest

from lab.paths import BUILD, CHECKOUT

SPDX = "SPDX-License-Identifier: GPL-2.0-or-later"
C = f"/* {SPDX} */\n"
PY = f"# {SPDX}\n"
SH = f"#!/bin/sh\n# {SPDX}\n"
# In two pieces, since the check looks at this file too.
MIRROR = "ftp.xx." + "debian.org"


@pytest.fixture
def tree(tmp_path):
    """What lint.sh needs of the checkout, and nothing else: it is clean."""
    shutil.copytree(CHECKOUT / "tools/lint", tmp_path / "tools/lint")
    shutil.copytree(CHECKOUT / "kamailio-cfg", tmp_path / "kamailio-cfg")
    shutil.copy2(CHECKOUT / "tools/lint.sh", tmp_path / "tools")
    shutil.copy2(CHECKOUT / ".clang-format", tmp_path)
    for folder in ("modules", "tests", "docker", ".ci"):
        (tmp_path / folder).mkdir()
    return tmp_path


def lint(tree, *checks):
    done = subprocess.run(["tools/lint.sh", *checks], cwd=tree, capture_output=True, text=True, timeout=60, check=False,
                          env=os.environ | {"BUILD": str(BUILD)})
    assert (done.returncode == 1) == bool(done.stdout), done.stderr
    return done.stdout.splitlines()


def test_a_clean_tree(tree):
    (tree / "modules/good.c").write_text(C + "int answer(void);\n\nint answer(void)\n{\n\treturn 42;\n}\n")
    (tree / "tests/good.py").write_text(PY + "print('good')\n")
    (tree / "tests/good.sh").write_text(SH + "echo good\n")
    assert lint(tree) == []


FINDINGS = {
    "format": ("modules/x.c", C + "int  x;\n", "modules/x.c:2: not formatted"),
    "cppcheck": ("modules/x.c", C + "int f(int n)\n{\n\tconst int a[2] = {n, n};\n\treturn a[2];\n}\n", "modules/x.c:5: "),
    "shell": ("tests/x.sh", SH + "rm -r $1\n", "tests/x.sh:3: Double quote"),
    "shell without a suffix": (".ci/x", SH + "rm -r $1\n", ".ci/x:3: Double quote"),
    "python": ("tests/x.py", PY + "import os\n", "tests/x.py:2: 'os' imported but unused"),
    "python syntax": ("tests/x.py", PY + "if:\n", "tests/x.py:2: "),
    "text license": ("modules/x.h", "int x;\n", "modules/x.h:1: no line 'SPDX"),
    "text file": ("modules/x.h", C + "\n" * 400, "modules/x.h:401: 401 lines"),
    "text function of C": ("modules/x.c", C + "int f(void)\n{\n" + "\n" * 60 + "}\n", "modules/x.c:3: function of 62"),
    "text function of Python": ("tests/x.py", PY + "def f():\n" + "    f()\n" * 60, "tests/x.py:2: function of 61"),
    "text function of a shell": ("tests/x.sh", SH + "f() {\n" + "\tf\n" * 59 + "}\n", "tests/x.sh:3: function of 61"),
    "text mirror": ("tests/x.sh", SH + f"wget {MIRROR}\n", "tests/x.sh:3: names a package mirror"),
    "text line end": ("modules/x.h", C + "int x;", "modules/x.h:2: no line end"),
    "text blank": ("modules/x.h", C + "int x; \n", "modules/x.h:2: blank at the end"),
}


@pytest.mark.parametrize("what", FINDINGS)
def test_one_thing_wrong(tree, what):
    name, text, expected = FINDINGS[what]
    (tree / name).write_text(text)
    found = lint(tree, what.split()[0])
    assert [line[:len(expected)] for line in found] == [expected], found


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_plan_against_its_schema(tree):
    change(tree / "kamailio-cfg/lync-trunks.xml", 'tier="1"', 'tier="first"')
    assert "kamailio-cfg/lync-trunks.xml:" in lint(tree, "xml")[0]


def test_a_define_that_breaks_the_configuration(tree):
    """One that nobody thinks of, and only together with another."""
    change(tree / "kamailio-cfg/kamailio.cfg", "request_route {",
           "#!ifdef WITH_DEBUG\n#!ifdef WITH_TRACE\nthis is no configuration\n#!endif\n#!endif\nrequest_route {")
    found = lint(tree, "config")
    assert found and "-A WITH_DEBUG" in found[0] and "-A WITH_TRACE" in found[0]
