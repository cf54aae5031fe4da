# SPDX-License-Identifier: GPL-2.0-or-later
"""Watches an installation during one scenario: what was on the wire, and whether the SBC is well afterwards."""
import re
import shutil
import time

from lab import dialogs, leaks, offers
from lab.capture import Capture
from lab.ladder import draw
from lab.legs import sides
from lab.talk import call_up, hang_up, hold

IDLE_TIMEOUT = 15.0  # seconds until the last transaction of a scenario must be forgotten
MEMORY_TIMEOUT = 5.0  # seconds until it must have come back
JUDGE_LEGS = True
LEG_COMPLAINTS = 20  # of one scenario; one fault is often in every message


class Watch:
    """folder: takes the captures, and in the end the log and the ladder.

    allowed: pattern of the complaints about legs that the scenario asks for, or None.
    """

    def __init__(self, installation, folder, allowed=None):
        self._installation, self.folder, self.allowed = installation, folder, allowed
        sbc = installation.sbc
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._kamailio, self._memory = sbc.kamailio, sbc.memory()
        self._traced = len(installation.trace.messages)
        self._captures = [Capture(host, folder / f"{link}.pcap") for link, host in installation.lab.links.items()]

    def ladder(self):
        lab = self._installation.lab
        return draw(self._installation.trace.messages[self._traced:], lync=lab.sbc_lync, pstn=lab.sbc_pstn,
                    names=self._installation.peer_names())

    def sections(self):
        """(title, text) of what one wants to see of a failed scenario."""
        if not self.folder.exists():  # the scenario was well; what has failed came after it
            return []
        copies = sorted(self.folder.glob("*kamailio.log"))  # when the scenario is over
        ends = [(f"end of {log}", "\n".join(log.read_text(errors="replace").splitlines()[-30:]))
                for log in copies or [node.log_file for node in self._installation.nodes]]
        return [("ladder", self.ladder()), *ends, ("captures, ladder and logs", str(self.folder))]

    def close(self, passed, idle=IDLE_TIMEOUT):
        """Ends the scenario's endpoints and captures. Returns what is wrong with the SBC, or was not asked for.

        passed: when the scenario has failed before, it may have left calls, and nothing is waited for.
        """
        sbc = self._installation.sbc
        complaints = self._installation.take_down() + (self._after(idle) if passed else sbc.judge())
        if JUDGE_LEGS and passed:
            complaints += self.judge_legs()
        for capture in self._captures:
            capture.close()
        (self.folder / "ladder.txt").write_text(self.ladder())
        for log in self._installation.folder.rglob("*.log"):
            shutil.copy(log, self.folder / "-".join(log.relative_to(self._installation.folder).parts))
        return complaints

    def judge_legs(self):
        """What one side could read of the other, and where a leg taken alone is no valid SIP."""
        lync, pstn = sides(self._installation.trace.messages[self._traced:], self._installation.lab)
        found = [*leaks.between(lync, pstn), *leaks.between(pstn, lync)]
        for side in (lync, pstn):
            found += [f"on {side.name}'s side: {finding}" for finding in dialogs.check(side) + offers.check(side)]
        found = [finding for finding in found if not self.allowed or not re.search(self.allowed, finding)]
        more = [f"{len(found) - LEG_COMPLAINTS} more about the legs"] if len(found) > LEG_COMPLAINTS else []
        return found[:LEG_COMPLAINTS] + more

    def discard(self):
        shutil.rmtree(self.folder)

    def _after(self, idle):
        sbc = self._installation.sbc
        complaints = sbc.judge()
        if not sbc.alive():
            return complaints
        if not sbc.wait_idle(idle):
            complaints.append(f"{sbc.transactions()} transactions are left after {idle} s")
        deadline = time.monotonic() + MEMORY_TIMEOUT
        while (grown := self._grown()) and time.monotonic() < deadline:
            time.sleep(0.1)  # a connection that its peer has closed goes a little later
        return complaints + grown + self._miscounted() + sbc.judge()

    def _miscounted(self):
        """Calls that are counted as in progress, and are not: with no transaction left, only calls that are up count."""
        calls = self._installation.sbc.calls("lync.recount")
        wrong = [f"counters were wrong by {calls['drift']} calls"] if calls["drift"] else []
        if calls["legs"] > 2 * calls["up"]:
            wrong.append(f"{calls['legs']} legs are counted of {calls['up']} calls")
        return wrong

    def _grown(self):
        """A Kamailio that was started in the scenario is compared with itself, as it began."""
        installation, sbc = self._installation, self._installation.sbc
        if sbc.kamailio is self._kamailio:
            before, tolerances = self._memory, installation.memory_tolerance
        else:
            before, tolerances = sbc.fresh_memory, installation.fresh_tolerance
        return [f"{kind} memory has grown by {now - then} bytes"
                for (kind, tolerance), then, now in zip(tolerances.items(), before, sbc.memory())
                if now - then > tolerance]


STILL = 3  # rounds in a row that take no more than any before: one may have met the same workers as that before


def warm_up(installation, rounds=20):
    """Calls both ways until they take no more memory: every worker allocates something in its first calls, for good."""
    sbc, seen = installation.sbc, []
    for _ in range(rounds):
        med, gw = installation.mediation(), installation.gateway()
        for caller, callee in ((med, gw), (gw, med)) * 4:
            call, other = call_up(caller, callee, ring=0.01)
            for holder, held in ((call, other), (other, call)):
                hold(holder, held)
                hold(holder, held, "sendrecv")
            hang_up(call, other)
        installation.take_down()
        sbc.wait_idle(IDLE_TIMEOUT)
        seen.append(sbc.memory()[0])
        if len(seen) > STILL and max(seen[-STILL:]) <= max(seen[:-STILL]):
            return
    raise RuntimeError(f"shared memory still grows after {rounds} rounds of calls: {seen}")
