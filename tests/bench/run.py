#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""make bench: what a call costs this SBC, beside a bare relay of the same call and a stock configuration.

The call: INVITE, 180, 200, ACK, BYE; from a Mediation Server over mutual TLS with SRTP keys to a gateway over UDP.
Subjects: a bare relay, a' the same with rtpengine between SRTP and RTP, t that with its legs hidden by topoh + rr, b the
job done with stock modules, c the SBC.

  measures.py      CPU time and memory of processes            cpu.py           microseconds per call
  endpoints.py     Mediation Server, gateway                   instructions.py  instructions per call
  subjects.py      the Kamailios                               memory.py        kilobytes per 1,000 calls up
  surroundings.py  what stands while the subjects change

Of media, with the flags that the module composes and with the barest that give the same audio:

  media_calls.py   calls as rtpengine knows them           media_held.py    CPU per call held, calls held at 0 loss
  media_load.c     their packets, both ends                media_setup.py   CPU of offer, answer, delete; latency
                                                           media_wait.py    how long Kamailio waits for rtpengine
"""
import argparse
import atexit
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the lab's package

import cpu
import instructions
import media_calls
import media_held
import media_setup
import media_wait
import memory
from lab import process
from measures import favour, machine
from subjects import SUBJECTS, Hidden, RelayWithMedia, ThisSbc
from surroundings import Surroundings

FIGURES = "cpu", "instructions", "memory", "held", "setup", "wait"


def arguments():
    parser = argparse.ArgumentParser(prog="make bench BENCH='…'", description="Speed and memory of a call.")
    parser.add_argument("--cps", type=int, default=300, help="calls a second")
    parser.add_argument("--calls", type=int, default=1500, help="calls a run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each subject")
    parser.add_argument("--only", default=",".join(FIGURES), help="which figures")
    parser.add_argument("--subjects", default=",".join(SUBJECTS), help="which subjects")
    parser.add_argument("--top", type=int, default=0, help="with instructions: print so many functions of each subject")
    options = parser.parse_args()
    options.only = options.only.split(",")
    unknown = [figure for figure in options.only if figure not in FIGURES]
    if unknown:
        parser.error(f"no figures {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    unknown = [k for k in options.subjects.split(",") if k not in SUBJECTS]
    if unknown:
        parser.error(f"no subject {', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
    options.subjects = [SUBJECTS[k] for k in options.subjects.split(",")]
    return options


def ratios(what, figures):
    """The SBC against the others."""
    if "c" in figures and len(figures) > 1:
        print("  " + what + ": " + "   ".join(f"c/{k} = {figures['c'] / v:.2f}" for k, v in figures.items() if k != "c"))


def hiding(found):
    """What stock modules take to hide the legs of a call, and nothing else."""
    if Hidden.key in found and RelayWithMedia.key in found:
        print(f"  topoh + rr: {found[Hidden.key] - found[RelayWithMedia.key]:,.0f} a call over a'")


def media(around, options):
    """What concerns rtpengine alone. Returns how many runs had audio that was not right."""
    sets = {"module": media_calls.module_flags(), "bare": media_calls.BARE}
    ng, ends, wrong = media_calls.client(around.lab), media_calls.Ends(around.lab), 0
    if "held" in options.only:
        wrong += media_held.measure(around, ng, ends, sets, options.rounds)
    if "setup" in options.only:
        wrong += media_setup.measure(around, ng, ends, sets)
    ends.close()
    ng.close()
    return wrong


def run(options):
    """Returns how many calls were lost."""
    lost, subjects = 0, options.subjects
    print(f"make bench: {machine()}")
    favour(os.getpid())
    atexit.register(process.favour, os.getpid(), 0)  # the session is the caller's
    with Surroundings() as around:
        if "cpu" in options.only:
            samples = cpu.measure(around, subjects, options.calls, options.cps, options.rounds)
            medians, missed = cpu.report(subjects, samples, options.calls, options.cps, options.rounds)
            ratios("ratios of the medians", medians)
            lost += missed
        if "instructions" in options.only:
            found = {s.key: instructions.one(around, s, options.top) for s in subjects}
            instructions.report(subjects, found)
            hiding(found)
            ratios("ratios", found)
        if "wait" in options.only:
            lost += media_wait.measure(around, ThisSbc, options.calls, options.cps)
        lost += media(around, options)
    if "memory" in options.only:
        lost += memory.report(subjects, {s.key: memory.one(s) for s in subjects})
    return lost


def main():
    sys.stdout.reconfigure(line_buffering=True)
    try:
        lost = run(arguments())
    except (RuntimeError, OSError) as error:
        print(f"make bench: {error}", file=sys.stderr)
        return 1
    if lost:
        print(f"make bench: {lost} calls or runs of media were not right; figures of a machine that cannot keep up compare nothing. Lower --cps.",
              file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
