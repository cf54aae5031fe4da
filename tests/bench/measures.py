# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel says about a process and those that it forked, its family: CPU time, memory."""
import os
from pathlib import Path

from lab import process


def family(pid):
    """Process ids, at this moment."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def cpu_ns(pid, alone=False):
    """Nanoseconds on a CPU of all threads of the family, or of the process alone. utime + stime count in ticks of 10 ms: too coarse."""
    return sum(int(schedstat.read_text().split()[0])
               for member in ([pid] if alone else family(pid)) for schedstat in Path(f"/proc/{member}/task").glob("*/schedstat"))


def busy_ns():
    """Nanoseconds that all CPUs together were busy since the machine was started, what the hypervisor took among them."""
    user, nice, system, _, _, interrupts, soft, stolen = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + interrupts + soft + stolen) * 10**9 // os.sysconf("SC_CLK_TCK")


def favour(pid):
    """The session of this process goes before others, also before the lab's daemons."""
    process.favour(pid, -15)


def private_bytes(pid):
    """Private pages of the family."""
    return sum(int(line.split()[1]) * 1024
               for member in family(pid) for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
               if line.startswith("Pss_Anon:"))


def machine():
    """One line about what was measured on: numbers of two machines cannot be compared."""
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown CPU")
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} at the start"
