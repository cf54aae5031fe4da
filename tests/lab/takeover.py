# SPDX-License-Identifier: GPL-2.0-or-later
"""An installation of two nodes, and the two ways in which a call finds another Kamailio than the one it began with.

Each has two halves, down() and up(); between them nobody listens. Both nodes are the same node of the plan, with the
same addresses and the same secret of tokens; they share no memory and no Redis.
"""
import time

from lab.installation import Installation
from lab.sbc import Sbc

TRACED = 0.05  # seconds after a message was sent its copy has been, too: without one the leg cannot be judged


class Pair(Installation):
    """The lab must be a PairLab. sbc is the node that has the addresses."""

    def __init__(self, lab, folder, **options):
        super().__init__(lab, folder, **options)
        second = self.folder / "b"
        second.mkdir()
        self.nodes.append(Sbc(lab, second, None, plan=self.sbc.plan, trace=self.trace.address, host=lab.nodes[1],
                              absent=("rtpengine",)))

    def restart(self):
        self.lab.give(self.sbc.host)
        super().restart()

    @property
    def standby(self):
        return next(node for node in self.nodes if node is not self.sbc)


class Restart:
    """Kamailio is killed, and started again."""

    def __init__(self, installation):
        self._installation = installation

    def down(self):
        time.sleep(TRACED)
        assert not (ill := self._installation.sbc.kill_kamailio()), ill
        self._lost = connections(self._installation)

    def up(self):
        self._installation.sbc.start_kamailio()
        lose(self._lost)


class Takeover:
    """The addresses move to the node that stands by. The first one is dead by then, and could not say goodbye."""

    def __init__(self, installation):
        self._installation = installation
        if not installation.standby.alive():
            installation.standby.start_kamailio()

    def down(self):
        time.sleep(TRACED)
        self._installation.lab.take_away(self._installation.sbc.host)
        assert not (ill := self._installation.sbc.kill_kamailio()), ill
        self._lost = connections(self._installation)

    def up(self):
        installation = self._installation
        installation.sbc = installation.standby
        installation.lab.give(installation.sbc.host)
        lose(self._lost)


def connections(installation):
    """Those of each endpoint now. The next Kamailio may open others before these are found to have gone."""
    return [(endpoint, list(endpoint.flows)) for endpoint in installation.endpoints]


def lose(lost):
    for endpoint, flows in lost:
        endpoint.lose_connections(flows)
