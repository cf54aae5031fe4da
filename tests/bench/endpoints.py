# SPDX-License-Identifier: GPL-2.0-or-later
"""Who makes and takes the calls: a Mediation Server (SIPp behind stunnel), a gateway (SIPp).

SIPp's own TLS cannot be used: version 3.7.3 never sends after a TLS 1.3 handshake.
"""
import csv
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from lab.process import Daemon
from measures import favour

CFG = Path(__file__).resolve().parent / "cfg"
STUNNEL_PORT = 5099


def start_stunnel(lab, folder, credentials):
    """What SIPp sends over TCP goes on over TLS, one connection for one."""
    med = lab["med1"]
    names = {"@MEDIATION@": med.address, "@PORT@": STUNNEL_PORT, "@SBC@": lab.sbc_lync, "@CERT@": credentials.cert,
             "@KEY@": credentials.key, "@CA@": credentials.ca}
    text = (CFG / "stunnel.conf").read_text()
    for name, value in names.items():
        text = text.replace(name, str(value))
    config = folder / "stunnel.conf"
    config.write_text(text)

    def listens():
        with socket.socket() as probe:
            return probe.connect_ex((med.address, STUNNEL_PORT)) == 0

    stunnel = Daemon("stunnel", med, ["stunnel4", config], folder / "stunnel.log")
    stunnel.wait_until(listens, 5, "socket")
    return stunnel


def start_gateway(lab, folder):
    """Answers every call."""
    host = lab["gw"]

    def bound():
        try:
            host.socket(socket.SOCK_DGRAM, 5060).close()
        except OSError:
            return True
        return False

    gateway = Daemon("gateway", host, [
        "sipp", "-sf", CFG / "gateway.xml", "-i", host.address, "-p", "5060", "-mi", host.address, "-nostdin",
        "-trace_err", "-error_file", folder / "gateway.err"], folder / "gateway.log")
    gateway.wait_until(bound, 5, "socket")
    return gateway


@dataclass
class Result:
    """What the Mediation Server saw of a run."""
    calls: int
    answered: int

    @property
    def lost(self):
        return self.calls - self.answered


class MediationServer:
    """One run of calls, started. hold_ms is how long each is up."""

    def __init__(self, lab, folder, calls, cps, hold_ms):
        med = lab["med1"]
        self.calls = calls
        self.statistics = folder / "calls.csv"
        self.statistics.unlink(missing_ok=True)
        self.seconds = calls / cps + hold_ms / 1000 + 20
        self.sipp = Daemon("calls", med, [
            "sipp", "-sf", CFG / "mediation-server.xml", "-i", med.address, "-p", "5071", "-t", "t1",
            f"{med.address}:{STUNNEL_PORT}", "-m", calls, "-r", cps, "-l", calls, "-d", hold_ms, "-nostdin",
            "-recv_timeout", "8000", "-trace_stat", "-stf", self.statistics, "-fd", "1",
            "-trace_err", "-error_file", folder / "calls.err"], folder / "calls.log")
        favour(self.sipp.pid)

    def result(self):
        """Waits for the end of the run."""
        deadline = time.monotonic() + self.seconds
        while self.sipp.alive():
            if time.monotonic() > deadline:
                raise RuntimeError(f"SIPp did not end within {self.seconds:.0f} s:\n{self.sipp.tail()}")
            time.sleep(0.05)
        if not self.statistics.exists():
            raise RuntimeError(f"SIPp ended with {self.sipp.status}:\n{self.sipp.tail()}")
        with open(self.statistics, newline="") as lines:
            last = list(csv.DictReader(lines, delimiter=";"))[-1]
        return Result(self.calls, int(last["SuccessfulCall(C)"]))
