# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions of Kamailio per call, by callgrind: the figure to steer by, for it repeats within a percent.

Two runs of the same length, one with few and one with many calls: start, TLS handshake and the timers' idle work are
in both, so the difference belongs to the calls."""
import re
import subprocess
import time
from collections import Counter

CALLGRIND = ["valgrind", "--quiet", "--tool=callgrind", "--callgrind-out-file=@RUN@/callgrind.%p"]
FEW = 20
MANY = 120
SECONDS = 24  # t takes so long under callgrind that at twice the rate SIP timers fire
# Code that valgrind meets for the first time is so slow that SIP timers fire.
WARM_UP = 4
# Until tm has freed the last transaction: that is work of the calls, too.
SETTLE_S = 7


def counted(around, subject, calls):
    """Starts the subject under callgrind, makes the calls; returns what each process wrote, without the attendant."""
    with around.run(subject, under=CALLGRIND, workers=1) as kamailio:
        around.calls(WARM_UP, 2, 100).result()
        result = around.calls(calls, calls / SECONDS, 500).result()
        time.sleep(SETTLE_S)
        kamailio.check_log()
    if result.lost:
        raise RuntimeError(f"{subject.key}: {result.lost} of {calls} calls lost under callgrind\n" + kamailio.kamailio.tail())
    return [f for f in kamailio.folder.glob("callgrind.[0-9]*") if f.suffix != f".{kamailio.kamailio.pid}"]


def total(files):
    return sum(int(re.search(r"^totals: (\d+)", f.read_text(), re.M)[1]) for f in files)


def functions(files, inclusive):
    """Instructions by "function [object]"."""
    found = Counter()
    for file in files:
        text = subprocess.run(["callgrind_annotate", "--auto=no", "--threshold=100", f"--inclusive={'yes' if inclusive else 'no'}", file],
                              capture_output=True, text=True, check=True).stdout
        for count, name in re.findall(r"^\s*([\d,]+) \([ \d.]+%\)\s+(\S.*)$", text, re.M):
            if "PROGRAM TOTALS" not in name:
                found[re.sub(r"^\S*?:(?=\S)|/\S*/(?=[^/\]]+\])", "", name)] += int(count.replace(",", ""))
    return found


def one(around, subject, top=0):
    """Instructions per call; with top also prints the functions that cost most."""
    few, many = counted(around, subject, FEW), counted(around, subject, MANY)
    per_call = (total(many) - total(few)) / (MANY - FEW)
    for inclusive in (False, True) if top else ():
        spent = functions(many, inclusive)
        spent.subtract(functions(few, inclusive))
        print(f"\n{subject.key}: instructions per call, {'with' if inclusive else 'without'} what the function calls")
        for name, count in spent.most_common(top):
            print(f"{count / (MANY - FEW):12,.0f}  {name}")
    return per_call


def report(subjects, found):
    print(f"\nInstructions of Kamailio per call (callgrind, difference of {MANY} and {FEW} calls)")
    for subject in subjects:
        print(f"  {subject.key:3} {subject.title:28}{found[subject.key]:12,.0f}")
