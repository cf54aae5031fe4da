# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that the bench starts, and what the kernel says about them: CPU time, memory."""
import os
import subprocess
from pathlib import Path

from lab.net import Host
from lab.process import Daemon, stop

HERE = Host("bench", [])


class BenchError(RuntimeError):
    """The bench could not measure; the text says why."""


class Program(Daemon):
    """A program, its output in FOLDER/NAME.log; and the processes that it forked: its family."""

    def __init__(self, name, argv, folder):
        super().__init__(name, HERE, argv, Path(folder) / f"{name}.log")

    def wait(self, seconds):
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise BenchError(f"{self.name} did not end within {seconds:.0f} s:\n{self.tail()}") from None

    def stop(self, seconds=5):
        stop([self], seconds)

    def family(self):
        """Process ids, at this moment."""
        children = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found, todo = [], [self.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            todo += children.get(pid, [])
        return found

    def cpu_ns(self):
        """Nanoseconds on a CPU of all threads of the family. utime + stime count in ticks of 10 ms: too coarse."""
        total = 0
        for pid in self.family():
            for schedstat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                total += int(schedstat.read_text().split()[0])
        return total

    def private_bytes(self):
        """Private pages of the family."""
        total = 0
        for pid in self.family():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss_Anon:"):
                    total += int(line.split()[1]) * 1024
        return total


def machine():
    """One line about what was measured on: numbers of two machines cannot be compared."""
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown CPU")
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} at the start"
