# SPDX-License-Identifier: GPL-2.0-or-later
"""Plans that change while the SBC runs, for scenarios that watch its memory all the same."""
import contextlib
from xml.etree import ElementTree

from lab.installation import installed
from lab.watch import warm_up

KEPT = 12  # more editions than the SBC keeps of plans that were replaced
# An edition is one large piece, and qm does not cut what is a little too large for it.
TOLERANCE = {"shared": 65536, "private": 16384}


def fill_shelf(sbc):
    """All editions that are kept are of the same plan; so memory can be compared."""
    for _ in range(KEPT):
        sbc.rpc("lync.reload")
    assert sbc.wait_idle()


@contextlib.contextmanager
def reloadable(prepare=warm_up, **options):
    """An installation whose plan may be changed. options: of installed()."""
    def filled(installation):
        prepare(installation)
        fill_shelf(installation.sbc)

    with installed(prepare=filled, **options) as installation:
        installation.memory_tolerance = TOLERANCE
        yield installation


@contextlib.contextmanager
def changeable(sbc):
    """change(edit): edit(root) changes the plan file. It is as it was afterwards, and in force."""
    before = sbc.plan.read_bytes()

    def change(edit):
        tree = ElementTree.parse(sbc.plan)
        edit(tree.getroot())
        tree.write(sbc.plan, encoding="UTF-8", xml_declaration=True)

    yield change
    sbc.plan.write_bytes(before)
    fill_shelf(sbc)
