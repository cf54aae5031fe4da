# SPDX-License-Identifier: GPL-2.0-or-later
"""`make run`: starts the SBC on loopback, places a real call each way, shows them, and then serves whoever comes."""
import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from lab.installation import SERVERS, Installation
from lab.ladder import Ladder
from lab.net import LoopbackLab
from lab.paths import BUILD, CHECKOUT
from lab.plan import interfaces, listens
from lab.srtp import SUITE
from lab.talk import call_up, hang_up, hold, talk

TALK = 3.0  # seconds
SOCKET_PATH_MAX = 80  # leaves room for names in 108 bytes, all that a Unix socket's path may have


def main():
    arguments, good = parse_arguments(), False
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with LoopbackLab() as lab:
        folder = make_folder(lab.number)
        options = {"plan": arguments.plan, "node": arguments.node} if arguments.plan else {}
        installation = Installation(lab, folder, memory="fm", settings=(), health=True, **options)
        try:
            installation.sbc.configure()  # says what is wrong with a plan, before anybody reads on in it
            faces = interfaces(installation.sbc.plan, installation.sbc.node)
            installation.trace.show = Ladder(faces["lync"], faces["pstn"], installation.peer_names(), say).show
            with installation:
                good = bool(arguments.plan) or demonstrate(installation)
                if not arguments.once:
                    serve(installation)
        except KeyboardInterrupt:
            say("\nstopped")
        except (RuntimeError, OSError, AssertionError) as error:
            say(f"lync-sbc: {error}")
            return 1
    return 0 if good else 1


def parse_arguments():
    parser = argparse.ArgumentParser(prog="make run")
    parser.add_argument("--once", action="store_true", help="end after the calls")
    parser.add_argument("--plan", type=Path, help="serve this plan, place no calls")
    parser.add_argument("--node", default="sbc1", help="which node of the plan this is")
    arguments = parser.parse_args()
    if arguments.plan:
        arguments.plan = arguments.plan.resolve()
        if not arguments.plan.is_file():
            parser.error(f"no such plan: {arguments.plan}")
    return arguments


def make_folder(number):
    """Where certificates, the plan and the sockets of this run lie: build/run/N, or a short path elsewhere."""
    folder = BUILD / "run" / str(number)
    if len(str(folder)) > SOCKET_PATH_MAX:
        return Path(tempfile.mkdtemp(prefix="lync-sbc-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


# the calls -----------------------------------------------------------------------------------------------------------
def demonstrate(installation):
    """One call each way. Whether all was right."""
    med, gw = installation.mediation(), installation.gateway()
    lines, good = [], True
    for title, caller, callee in (("Lync -> PSTN", med, gw), ("PSTN -> Lync", gw, med)):
        try:
            heard = place(caller, callee)
        except (AssertionError, OSError) as error:
            lines.append(f"{title}  FAILED: {error}")
            good = False
            continue
        at_lync, at_pstn = heard if caller is med else heard[::-1]
        lines.append(f"{title}  {verdict(at_lync, at_pstn)}")
        good = good and is_right(at_lync, at_pstn)
    time.sleep(0.2)  # the last messages are still on their way to the ladder
    say("", *lines, "")
    left = installation.take_down() + installation.sbc.judge()
    say(*left)
    return good and not left


def place(caller, callee):
    """Talk, hold, resume, BYE. Returns (what the caller heard, what the callee heard) of the talk."""
    call, other = call_up(caller, callee)
    heard = talk(call, other, TALK)
    hold(call, other)
    hold(call, other, "sendrecv")
    hang_up(call, other)
    return heard


def is_right(at_lync, at_pstn):
    return (at_lync.ok and at_pstn.ok and (at_lync.suite, at_lync.wire) == (SUITE, "encrypted")
            and (at_pstn.suite, at_pstn.wire) == ("RTP", "plain"))


def verdict(at_lync, at_pstn):
    """One line: codec, SRTP suite, packets both ways, loss, tone both ways, verdict."""
    def heard(media):
        tone = f"{media.tone.hz:.0f} Hz" if media.tone else "no tone"
        return f"{media.packets} packets, {media.lost} lost, {tone}"

    good = "ok" if is_right(at_lync, at_pstn) else f"NOT RIGHT: Lync {at_lync.verdict}; PSTN {at_pstn.verdict}"
    return (f"{at_lync.codec}  Lync: {at_lync.suite}, {at_lync.wire}, heard {heard(at_lync)}  "
            f"PSTN: {at_pstn.suite}, {at_pstn.wire}, heard {heard(at_pstn)}  {good}")


# afterwards ----------------------------------------------------------------------------------------------------------
def serve(installation):
    """Stays up until Ctrl-C. Ladders go on."""
    sbc, here = installation.sbc, installation.folder
    say("The SBC is up and listens on", *(f"  {side:5} {transport}:{address}:{port}"
                                          for side, transport, address, port in listens(sbc.plan, sbc.node)),
        f"Its plan:       {short(sbc.plan)}")
    if here in sbc.plan.parents:
        for name, (identity, fqdn) in SERVERS.items():
            if identity in ("med01", "med02"):
                installation.pki[identity]  # makes the files
                say(f"To be {fqdn}: {installation.lab[name].address}:5067, TLS, "
                    f"{short(here / 'pki')}/{identity}.pem and .key, CA ca.pem")
        say(f"To be the gateway: {installation.lab['gw'].address}:5060, UDP")
    say(f"Ask it:         make exec CMD='kamcmd -s unix:{short(sbc.ctl_socket)} lync.plan'",
        f"Its log:        {short(sbc.kamailio.log)}", "Ctrl-C ends it.", "")
    while sbc.alive():
        time.sleep(0.2)
    raise RuntimeError(f"Kamailio ended with {sbc.kamailio.status}:\n{sbc.kamailio.tail()}")


def short(path):
    return path.relative_to(CHECKOUT) if CHECKOUT in path.parents else path


def say(*lines):
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
