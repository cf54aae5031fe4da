# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes of the lab: started in their own session, their output in a file, ended for certain."""
import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

FIRST = ("nice", "-n", "-10")


def favour(pid, nice):
    """The session of this process goes before others: where the scheduler shares the machine among sessions, its own
    `nice` counts within the session alone (sched(7))."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(nice))


class Daemon:
    """One running program. Its standard output and error go to `log`, its working folder is the log's.

    It goes before what tests do: they have dozens of threads, and on a busy machine rtpengine would answer too late.
    """

    def __init__(self, name, host, argv, log):
        self.name, self.log = name, log
        self.hangs = ""  # where it was, when it did not end
        with open(log, "ab") as out:
            # A session of its own: Ctrl-C at the terminal reaches the lab, and the lab ends its processes in order.
            self._process = host.popen([*FIRST, *argv], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=log.parent,
                                       start_new_session=True)
        self.pid = self._process.pid
        favour(self.pid, FIRST[-1])

    def alive(self):
        return self._process.poll() is None

    @property
    def status(self):
        """None while it runs; then the exit code, or minus the signal that ended it."""
        return self._process.poll()

    def text(self):
        return self.log.read_text(errors="replace")

    def tail(self, lines=40):
        return "\n".join(self.text().splitlines()[-lines:])

    def signal(self, number):
        if self.alive():
            os.kill(self.pid, number)

    def kill(self):
        """Ends it and what it forked, now: none of them gets to say or write anything."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        while _is_left(self.pid):  # the last of them still holds the ports
            time.sleep(0.01)

    def wait_until(self, ready, timeout, what):
        """Polls ready(); says what the log says when the program ends or the time (seconds) is over."""
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.alive():
                raise RuntimeError(f"{self.name} ended with {self.status} before {what}:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name}: no {what} in {timeout} s:\n{self.tail()}")
            time.sleep(0.02)


def _is_left(group):
    """Whether a process of the group is there; one that nobody waits for is gone with what it held."""
    for pid in (name for name in os.listdir("/proc") if name.isdigit()):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                state, _, its_group = stat.read().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(its_group) == group and state not in "ZX":
            return True
    return False


def stop(daemons, timeout=5):
    """Ends them all at once: SIGTERM, and after timeout seconds SIGKILL to each and what it forked."""
    for daemon in daemons:
        daemon.signal(signal.SIGTERM)
    deadline = time.monotonic() + timeout
    for daemon in daemons:
        try:
            daemon._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            daemon.hangs = where_it_hangs(daemon.pid)
        try:
            os.killpg(daemon.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        daemon._process.wait()


def where_it_hangs(group):
    """Of each process of a group: its state, the signals that wait, and its stack where gdb is there."""
    found = []
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        try:
            if os.getpgid(pid) != group:
                continue
            with open(f"/proc/{pid}/status") as status:
                found += [f"process {pid}:", *(line.strip() for line in status if line.startswith(("State", "Sig", "Shd")))]
            stack = subprocess.run(["gdb", "--batch", "--pid", str(pid), "--eval-command", "bt 25"], capture_output=True,
                                   text=True, timeout=20, check=False).stdout
            found += [line for line in stack.splitlines() if line.startswith("#")]
        except (OSError, subprocess.TimeoutExpired) as error:
            found.append(f"process {pid}: {error}")
    return "\n".join(found)
