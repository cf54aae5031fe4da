# SPDX-License-Identifier: GPL-2.0-or-later
"""What is asked after every scenario must be able to fail: a worker that dies, calls and memory that are left."""
import os
import re
import signal
import time

from lab.installation import installed
from lab.plan import find
from lab.talk import call_up, hang_up
from lab.watch import Watch


def test_a_dead_worker_is_noticed(tmp_path):
    with installed() as installation:
        sbc, watch = installation.sbc, Watch(installation, tmp_path / "results")
        worker = re.search(r"PID: (\d+)\n\tDSC: udp receiver", sbc.rpc("core.psx"))[1]
        os.kill(int(worker), signal.SIGSEGV)
        sbc.kamailio.wait_until(lambda: "signal" in sbc.log, 5, "word of the death")
        time.sleep(0.5)
        complaints = " ".join(watch.close(passed=True))
        assert "exited by a signal 11" in complaints and "kamailio ended with" in complaints, complaints
        installation.sbc.kamailio = None  # its end has been judged


def test_a_call_that_is_left_is_noticed(tmp_path):
    with installed() as installation:
        watch = Watch(installation, tmp_path / "results")
        med, gw = installation.mediation(), installation.gateway()
        med.invite("+4930123456")
        gw.next_call()
        complaints = " ".join(watch.close(passed=True, idle=1.0))
        assert "transactions are left" in complaints and "memory has grown" in complaints, complaints


def test_a_leg_that_tells_of_the_other_is_noticed(tmp_path):
    """Where the rule that takes the product's name away is off; and it is let pass where that is asked for."""
    with installed(edit=lambda root: find(root, "target").set("rules-off", "user-agent")) as installation:
        watch = Watch(installation, tmp_path / "results")
        hang_up(*call_up(installation.mediation(), installation.gateway()))
        found = watch.judge_legs()
        assert [f for f in found if "product's name 'user-agent: rtcc/5.0.0.0 mediationserver'" in f and "INVITE" in f], found
        watch.allowed = "^leak .*product's name"
        assert not [f for f in watch.judge_legs() if "product's name" in f]
        watch.close(passed=True)


def test_what_a_kamailio_leaves_that_began_within_the_scenario_is_noticed(tmp_path):
    with installed() as installation:
        watch = Watch(installation, tmp_path / "results")
        installation.sbc.kill_kamailio()
        installation.sbc.start_kamailio()
        med, gw = installation.mediation(), installation.gateway()
        for _ in range(10):
            med.invite("+4930123456")
            gw.next_call()
        complaints = " ".join(watch.close(passed=True, idle=1.0))
        assert "transactions are left" in complaints and "shared memory has grown" in complaints, complaints
