#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What workers feel of lync.reload: how long they take to find peer, trunk, route and server of a call in the largest
plan, while it is loaded again and again, and while it is not. In a network namespace of its own (make bench).

Workers have one CPU, and whoever loads the plan and makes calls has another. So what a worker waits for is a lock,
unless the machine is busy with other things: those are counted apart, and are there without reloads as well.
"""
import argparse
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests"))  # the lab's package

from lab.paths import BUILD, TOOL  # noqa: E402
from lab.process import Daemon, stop  # noqa: E402
from lab.sbc import DEBIAN_MODULES  # noqa: E402
from measures import machine  # noqa: E402

SBC, LYNC, GATEWAY = "198.51.100.1", "192.0.2.1", "10.2.0.1"  # of large_plan.c
LIMIT_MS = 1.0
INVITE = ("INVITE sip:+4930{0:07}@198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.1:5060;branch=z9hG4bK{0}\r\nMax-Forwards: 70\r\n"
          "From: <sip:+4940123@10.2.0.1>;tag={0}\r\nTo: <sip:+4930{0:07}@198.51.100.1>\r\nCall-ID: {0}@10.2.0.1\r\n"
          "CSeq: 1 INVITE\r\nContact: <sip:10.2.0.1:5060>\r\nContent-Length: 0\r\n\r\n")


class Calls:
    """New calls all the time, cps in a second at most. answers: code -> how often."""

    def __init__(self, cps):
        self.sent, self.answers, self._pause, self._done = 0, {}, 1 / cps, threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((GATEWAY, 5060))
        self._socket.setblocking(False)
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        due = time.monotonic()
        while not self._done.is_set():
            due += self._pause
            time.sleep(max(0.0, due - time.monotonic()))
            self._socket.sendto(INVITE.format(self.sent).encode(), (SBC, 5060))
            self.sent += 1
            self._read()
        time.sleep(0.2)
        self._read()

    def _read(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                code = self._socket.recv(65535).split(b" ", 2)[1].decode()
                self.answers[code] = self.answers.get(code, 0) + 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
        self._socket.close()


class Sbc:
    def __init__(self, folder):
        self.folder, self._ctl = folder, folder / "ctl"
        self.plan = folder / "plan.xml"
        self.plan.write_bytes(subprocess.run([BUILD / "bench/large_plan", "xml"], capture_output=True, check=True).stdout)

    def __enter__(self):
        pem = self.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=x", "-days", "1", "-keyout", pem,
                        "-out", pem], check=True, capture_output=True)
        subprocess.run([TOOL, "config", self.plan, "--out", self.folder], check=True, stdout=subprocess.DEVNULL)
        define = {"CERTIFICATE": pem, "CTL_SOCKET": f"unix:{self._ctl}", "PLAN": self.plan}
        modules = DEBIAN_MODULES.format(f"{os.uname().machine}-linux-gnu")
        argv = ["kamailio", "-f", CHECKOUT / "tests/bench/cfg/stall.cfg", "-DD", "-E", "-x", "fm", "-m", "256", "-M", "8", "-Y", self.folder,
                "-P", self.folder / "pid", "-w", self.folder, "-L", f"{BUILD}:{modules}",
                *(word for name, value in define.items() for word in ("-A", f'{name}="{value}"'))]
        self._daemon = Daemon("kamailio", Here(), list(map(str, argv)), self.folder / "log")
        self._daemon.wait_until(self._answers, 30, "answer")
        return self

    def __exit__(self, *_):
        stop([self._daemon], 30)

    def rpc(self, *words):
        done = subprocess.run(["kamcmd", "-s", f"unix:{self._ctl}", *map(str, words)], capture_output=True, text=True, timeout=60,
                              check=False)
        if done.returncode or done.stdout.startswith("error:"):
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def _answers(self):
        with contextlib.suppress(RuntimeError):
            return bool(self.rpc("core.uptime"))
        return False

    def part(self):
        """Workers on the last CPU, all others on the first."""
        last = os.cpu_count() - 1
        os.sched_setaffinity(0, {0})
        for pid, what in re.findall(r"PID: (\d+)\s+DSC: (.*)", self.rpc("core.psx")):
            os.sched_setaffinity(int(pid), {last if what.startswith("udp receiver") else 0})


class Here:
    """A host as the lab's daemons want one: where we are."""

    @staticmethod
    def popen(argv, **options):
        return subprocess.Popen(argv, **options)


def during(sbc, seconds, reloads):
    """What the stopwatch says of some reloads, or of as much time without."""
    sbc.rpc("stopwatch.read")
    begin = time.monotonic()
    for _ in range(reloads):
        sbc.rpc("lync.reload")
        time.sleep(0.05)
    time.sleep(max(0.0, seconds - (time.monotonic() - begin)))
    return list(map(int, sbc.rpc("stopwatch.read").split())), time.monotonic() - begin


def add(sums, found):
    """Of longest times (the second and the fourth) the longer one."""
    return [max(a, b) if at in (1, 3) else a + b for at, (a, b) in enumerate(zip(sums, found))]


def measure(sbc, reloads, rounds):
    with_reloads, without = [0] * 6, [0] * 6
    for _ in range(rounds):
        found, took = during(sbc, 0, reloads // rounds)
        with_reloads = add(with_reloads, found)
        without = add(without, during(sbc, took, 0)[0])
    return {"while it is reloaded": with_reloads, "without reloads": without}


def report(sums):
    print("A worker finds peer, trunk, route and server of a call in the largest plan:")
    for title, (steps, wall, waits, waited, over, others) in sums.items():
        print(f"  {title:21} {steps:6} times, at most {wall / 1e6:.3f} ms; {waits} waited for a lock, at most {waited / 1e6:.3f} ms; over "
              f"{LIMIT_MS:g} ms: {over} of these, and {others} for whom the machine ran something else")
    return sums["while it is reloaded"][4] == 0


def main():
    parser = argparse.ArgumentParser(description="What workers feel of lync.reload.")
    parser.add_argument("--reloads", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5, help="with reloads and without, in turn")
    parser.add_argument("--cps", type=int, default=1000)
    options = parser.parse_args()
    for address in (SBC, LYNC, GATEWAY):
        subprocess.run(["ip", "addr", "replace", f"{address}/32", "dev", "lo"], check=True)
    with tempfile.TemporaryDirectory(prefix="stall-") as folder, Sbc(Path(folder)) as sbc:
        sbc.part()
        with Calls(options.cps) as calls:
            time.sleep(1)
            sums = measure(sbc, options.reloads, options.rounds)
        print(f"{machine()}; {calls.sent} calls, answers {calls.answers}")
        right = report(sums)
        if set(calls.answers) != {"486"} or calls.answers["486"] < 0.99 * calls.sent:
            print("calls were lost or refused: nothing was measured", file=sys.stderr)
            right = False
    if not right:
        print(f"over {LIMIT_MS:g} ms: TOO MUCH", file=sys.stderr)
    return not right


if __name__ == "__main__":
    sys.exit(main())
