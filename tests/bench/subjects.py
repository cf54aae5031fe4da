# SPDX-License-Identifier: GPL-2.0-or-later
"""The four subjects: the same Kamailio, the same sockets, processes and memory manager, four configurations."""
import subprocess
from dataclasses import dataclass

from endpoints import CFG, filled
from processes import BenchError, Program

MEMORY = ("-x", "fm", "-m", "256", "-M", "16")


@dataclass(frozen=True)
class Subject:
    key: str
    title: str
    config: str  # in cfg/


SUBJECTS = {s.key: s for s in (
    Subject("a", "bare relay", "a.cfg"),
    Subject("a'", "bare relay + rtpengine", "a-rtpengine.cfg"),
    Subject("b", "stock configuration", "stock.cfg"),
)}


def argv(subject, folder):
    for name in ("tls.cfg", "dispatcher.list"):
        filled(name, folder)
    escaped = str(folder).replace("/", "\\/")
    return ["kamailio", "-f", CFG / subject.config, "-Y", folder, "-P", folder / "kamailio.pid", "-DD", "-E", *MEMORY,
            f"--subst=/@RUN@/{escaped}/g"]


class Kamailio:
    """A running subject. under is a program that runs it, such as valgrind, which takes more seconds to start."""

    def __init__(self, subject, folder, under=(), seconds=10.0):
        self.folder = folder
        under = [word.replace("@RUN@", str(folder)) for word in under]
        self.program = Program("kamailio", [*under, *argv(subject, folder)], folder)
        self.program.wait_until(lambda: self.rpc("core.uptime") is not None, seconds, "answer to RPC")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.stop(30)

    def rpc(self, *words):
        """What kamcmd prints; None where Kamailio does not answer."""
        done = subprocess.run(["kamcmd", "-s", f"unix:{self.folder}/kamailio_ctl", *words], capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else None

    def shared_memory_used(self):
        """Bytes, the manager's own overhead included."""
        fields = dict(line.strip().split(": ") for line in self.rpc("core.shmmem").splitlines() if ": " in line)
        return int(fields["real_used"])

    def check_log(self):
        """A subject that logs errors was not measured at its job."""
        bad = [line for line in self.program.text().splitlines()
               if any(word in line for word in ("CRITICAL", "ERROR", "BUG"))]
        if bad:
            raise BenchError(f"{len(bad)} error lines in Kamailio's log, the first:\n" + "\n".join(bad[:5]))
