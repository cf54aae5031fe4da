# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands around the subject: certificates, rtpengine, the Mediation Server (SIPp + stunnel), the gateway (SIPp)."""
import csv
import socket
from dataclasses import dataclass
from pathlib import Path

from lab.pki import Pki
from processes import BenchError, Program

CFG = Path(__file__).resolve().parent / "cfg"
RTPENGINE_NG = ("127.0.0.1", 2223)
MEDIATION_SERVER = "127.88.0.11"
GATEWAY = "127.88.0.20"


def filled(name, folder):
    """Copies a file of cfg/ into the run folder, with the folder's name filled in."""
    target = Path(folder) / name
    target.write_text((CFG / name).read_text().replace("@RUN@", str(folder)))
    return target


def make_certificates(folder):
    """ca.pem; sbc1 and med01: .pem and .key."""
    pki = Pki(folder, folder / "keys")
    for name in ("sbc1", "med01"):
        pki[name]


def rtpengine_answers():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ng:
        ng.settimeout(0.1)
        ng.connect(RTPENGINE_NG)
        try:
            ng.send(b"bench d7:command4:pinge")
            return b"pong" in ng.recv(100)
        except OSError:
            return False


def start_rtpengine(folder):
    """In user space. Whoever starts Kamailio first measures nothing: its module disables a silent rtpengine."""
    rtpengine = Program("rtpengine", [
        "rtpengine", "--config-file=none", "--table=-1", "--foreground", "--log-stderr", "--log-level=4",
        "--interface=lync/127.88.0.2", "--interface=pstn/127.88.0.3", "--listen-ng=%s:%d" % RTPENGINE_NG,
        "--port-min=20000", "--port-max=40000", "--num-threads=2", "--delete-delay=0", "--timeout=3600",
        "--endpoint-learning=off"], folder)
    rtpengine.wait_until(rtpengine_answers, 10, "answer to ping")
    return rtpengine


def start_stunnel(folder):
    def listens():
        with socket.socket() as probe:
            return probe.connect_ex((MEDIATION_SERVER, 5099)) == 0

    stunnel = Program("stunnel", ["stunnel4", filled("stunnel.conf", folder)], folder)
    stunnel.wait_until(listens, 5, "socket")
    return stunnel


def start_gateway(folder):
    # -aa: the SBC may ask by OPTIONS whether the gateway lives.
    gateway = Program("gateway", [
        "sipp", "-sf", CFG / "gateway.xml", "-i", GATEWAY, "-p", "5060", "-mi", GATEWAY, "-nostdin", "-aa",
        "-trace_err", "-error_file", folder / "gateway.err"], folder)
    gateway.wait_until(udp_bound, 5, "socket")
    return gateway


def udp_bound():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((GATEWAY, 5060))
        except OSError:
            return True
    return False


@dataclass
class Result:
    """What the Mediation Server saw of a run."""
    calls: int
    answered: int

    @property
    def lost(self):
        return self.calls - self.answered


class MediationServer:
    """One run of calls. hold_ms is how long each is up."""

    def __init__(self, folder, calls, cps, hold_ms, label="calls"):
        self.calls = calls
        self.stat = Path(folder) / f"{label}.csv"
        self.stat.unlink(missing_ok=True)
        self.program = Program(label, [
            "sipp", "-sf", CFG / "mediation-server.xml", "-i", MEDIATION_SERVER, "-p", "5071", "-t", "t1",
            f"{MEDIATION_SERVER}:5099", "-m", calls, "-r", cps, "-l", calls, "-d", hold_ms, "-nostdin",
            "-recv_timeout", "8000", "-trace_stat", "-stf", self.stat, "-fd", "1", "-trace_err", "-error_file",
            Path(folder) / f"{label}.err"], folder)
        self.seconds = calls / cps + hold_ms / 1000 + 20

    def result(self):
        """Waits for the end of the run."""
        self.program.wait(self.seconds)
        if not self.stat.exists():
            raise BenchError(f"SIPp ended with {self.program.status}:\n{self.program.tail()}")
        with open(self.stat, newline="") as lines:
            last = list(csv.DictReader(lines, delimiter=";"))[-1]
        return Result(self.calls, int(last["SuccessfulCall(C)"]))
