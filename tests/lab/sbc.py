# SPDX-License-Identifier: GPL-2.0-or-later
"""The product, as it is installed: Redis, rtpengine and Kamailio with the production configuration, in a run folder."""
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from lab import paths
from lab.plan import interfaces, write_plan
from lab.process import Daemon, stop

# A log line of any of these means that the SBC is ill, whatever the calls looked like.
ILL = re.compile(r"CRITICAL|\bBUG\b|double free|freeing already freed|exited by a signal|core was generated|"
                 r"[A-Za-z]+Sanitizer|runtime error:|Invalid (read|write) of size")
ENDING = re.compile(r"receive_fd\(\): EOF")  # the TCP process says so of every worker that ended before it
DEBIAN_MODULES = "/usr/lib/{}/kamailio/modules"
NG_PORT = 2223
MEDIA_REDIS_PORT = 6390
# The production configuration, and this: a finished transaction is kept 0.5 s instead of 5, so that a scenario need
# not wait long until it can see that all memory has come back; and a crash leaves no core of hundreds of MB.
LAB_SETTINGS = ('modparam("tm", "wt_timer", 500)', "disable_core_dump=yes")
TOKEN_SECRET = "the secret of a lab is no secret\n"


class Sbc:
    """folder: an empty one, its path short enough for sockets. credentials: of the node. edit, example: see write_plan().

    trace: (address, port) of a HEP receiver, or None. memory: Kamailio's manager; qm finds what others pass over.
    settings: lines of configuration behind the production one. plan: a file to be served as it is.
    absent: what start() leaves out, "redis" or "rtpengine". host: where it runs, if not on lab["sbc"]; rtpengine is
    always there. media_nodes: the weight of each rtpengine; the first one is `rtpengine`. media_options:
    of all of them, more options on the command line; media_redis: whether they have a Redis of their own. health: whether
    it asks its peers by OPTIONS: most scenarios have endpoints that come and go as they like.
    """

    def __init__(self, lab, folder, credentials, edit=None, trace=None, node="sbc1", memory="qm", defines=(), plan=None,
                 settings=LAB_SETTINGS, example=paths.EXAMPLE_PLAN, absent=(), host=None, media_nodes=(1,),
                 media_options=(), media_redis=False, health=False):
        self.lab, self.folder, self.node = lab, folder, node
        self._trace, self._memory, self._defines = trace, memory, [*defines, f"HEALTH={health:d}"]
        self._settings, self._absent = settings, absent
        self.host, self._media_host = host or lab["sbc"], lab["sbc"]
        self.plan = folder / "lync-trunks.xml"
        if plan:
            self.plan = plan
        else:
            write_plan(self.plan, lab, credentials, edit, example)
        self.secret_file.write_text(TOKEN_SECRET)
        self.redis = self.media_redis = self.kamailio = None
        self._media_options, self._has_media_redis = media_options, media_redis
        self.media_weights, self.rtpengines = media_nodes, {}  # number -> Daemon
        self.fresh_memory = None  # as memory(), when Kamailio had just begun, and had been prepared where it is
        self._seen = 0  # bytes of the log that were judged

    # start and stop --------------------------------------------------------------------------------------------------
    def start(self):
        self.configure()
        if "redis" not in self._absent:
            self.start_redis()
        if "rtpengine" not in self._absent:
            if self._has_media_redis:
                self.start_media_redis()
            for number in self.media_numbers:
                self.start_rtpengine(number)
        self.start_kamailio()
        return self

    def configure(self):
        """listen.cfg, tls.cfg and node.cfg, from the plan. Raises RuntimeError with what the tool says."""
        done = subprocess.run([paths.TOOL, "config", self.plan, "--node", self.node, "--out", self.folder],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"lync-sbc config: {done.stderr.strip() or done.stdout.strip()}")

    def start_redis(self):
        argv = ["redis-server", "--port", "0", "--unixsocket", self._redis_socket, "--save", "", "--appendonly", "no",
                "--dir", self.folder, "--daemonize", "no"]
        self.redis = Daemon("redis", self.host, argv, self.folder / "redis.log")

    def start_media_redis(self):
        argv = ["redis-server", "--bind", "127.0.0.1", "--port", MEDIA_REDIS_PORT, "--save", "", "--appendonly", "no",
                "--dir", self.folder, "--daemonize", "no"]
        self.media_redis = Daemon("redis", self._media_host, argv, self.folder / "media-redis.log")
        self.media_redis.wait_until(lambda: "Ready to accept" in self.media_redis.text(), 10, "readiness")

    def start_rtpengine(self, number=1):
        """User space (table -1): a test must not touch the machine's firewall. number: from 1, each has ports of its own."""
        ports = media_ports(number)
        faces = interfaces(self.plan, self.node) | self.lab.media
        argv = ["rtpengine", f"--config-file={paths.RTPENGINE_CONF}", "--table=-1", "--foreground", "--log-stderr",
                *(f"--interface={side}/{address}" for side, address in faces.items()),
                f"--listen-ng={self._ng(number)}", f"--port-min={ports[0]}", f"--port-max={ports[-1]}",
                f"--pidfile={self.folder}/rtpengine{number}.pid", *self._media_options,
                *([f"--redis=127.0.0.1:{MEDIA_REDIS_PORT}/{number}"] if self.media_redis else [])]
        log = self.folder / ("rtpengine.log" if number == 1 else f"rtpengine{number}.log")
        self.rtpengines[number] = Daemon("rtpengine", self._media_host, argv, log)
        self.rtpengines[number].wait_until(lambda: self._rtpengine_answers(number), 30, "answer to a ping")

    @property
    def rtpengine(self):
        return self.rtpengines.get(1)

    @property
    def media_numbers(self):
        return range(1, len(self.media_weights) + 1)

    def _ng(self, number):
        return f"{self.lab.control}:{NG_PORT + number - 1}"

    def wait_media_up(self, number=1, timeout=5.0):
        """Until Kamailio knows that a media node is up."""
        deadline = time.monotonic() + timeout
        while self.media_state(number) != "up":
            assert time.monotonic() < deadline, f"media node {number} is not up after {timeout} s"
            time.sleep(0.02)

    def media_state(self, number=1):
        """As lync.media has it: up, down or off."""
        return re.findall(r"\bstate: (\w+)", self.rpc("lync.media"))[number - 1]

    def start_kamailio(self):
        self._main_cfg.write_text(f'include_file "{paths.KAMAILIO_CFG}"\n' + "".join(f"{s}\n" for s in self._settings))
        self.kamailio = Daemon("kamailio", self.host, self.kamailio_command(), self.log_file)
        self.kamailio.wait_until(self._kamailio_answers, 60, "answer to core.uptime")
        self.fresh_memory = self.memory() if self._counts_memory else None

    def kamailio_command(self):
        """The one place that says how Kamailio is started."""
        folder = self.folder
        define = {"LYNC_MODULE": paths.MODULE, "RTPENGINE_SOCK": self._media_nodes(),
                  "REDIS_ADDR": self._redis_socket, "LYNC_TOKEN_SECRET": self.secret_file,
                  "CTL_SOCKET": f"unix:{self.ctl_socket}"}
        if self._trace:
            define["HEP_COLLECTOR"] = "sip:%s:%d" % self._trace
        options = [f'{name}="{value}"' for name, value in define.items()] + self._defines
        options += ["WITH_TRACE"] if self._trace else []
        options += ["WITH_PKG_STATS"] if self._counts_memory else []
        return ["kamailio", "-f", self._main_cfg, "-Y", folder, "-P", folder / "kamailio.pid", "-w", folder,
                "-DD", "-E", "-m", "128", "-M", "16", "-x", self._memory,
                "-L", f"{paths.BUILD}:{_debian_modules()}", *(word for option in options for word in ("-A", option))]

    def stop(self):
        """Ends all three at once. Returns what is ill in Kamailio's end, as judge() does."""
        stop([daemon for daemon in (self.kamailio, *self.rtpengines.values(), self.redis, self.media_redis) if daemon])
        if not self.kamailio:
            return []
        gone = [f"kamailio ended with {self.kamailio.status}"] if self.kamailio.status else []
        if self.kamailio.hangs:
            gone.append(self.kamailio.hangs)
        return gone + [line for line in self._judge_log() if not ENDING.search(line)]

    def kill_kamailio(self):
        """As a crash ends it; rtpengine and Redis go on. Returns what was ill before, as judge() does."""
        ill = self.judge()
        self.kamailio.kill()
        self.kamailio = None
        return ill

    # state -----------------------------------------------------------------------------------------------------------
    def alive(self):
        return self.kamailio is not None and self.kamailio.alive()

    @property
    def log(self):
        return self.log_file.read_text(errors="replace")

    def log_since_judged(self):
        """What was written since judge() was last asked."""
        return self.log[self._seen:]

    def judge(self):
        """The lines since the last call that mean illness, and whether a process has gone."""
        gone = [] if self.alive() else [f"kamailio ended with {self.kamailio and self.kamailio.status}"]
        return gone + self._judge_log()

    def _judge_log(self):
        log, self._seen = self.log_since_judged(), len(self.log)
        return [line for line in log.splitlines() if ILL.search(line)]

    def rpc(self, method, *arguments):
        """A remote procedure of Kamailio; its answer as text. Raises RuntimeError when it is refused."""
        done = subprocess.run(["kamcmd", "-s", f"unix:{self.ctl_socket}", method, *map(str, arguments)],
                              capture_output=True, text=True, timeout=10, check=False)
        if done.returncode or done.stdout.startswith("error:"):
            raise RuntimeError(f"rpc {method}: {(done.stdout + done.stderr).strip()}")
        return done.stdout

    def rpc_value(self, method, key, *arguments):
        """One number out of an answer "key: value"."""
        return int(re.search(rf"\b{key}: (\d+)", self.rpc(method, *arguments))[1])

    def calls(self, method="lync.calls"):
        """{"up": …, "legs": …, "drift": …}; also of lync.recount."""
        return {key: int(value) for key, value in re.findall(r"(\w+): (\d+)", self.rpc(method))}

    def transactions(self):
        """How many tm holds, the finished ones that still wait for retransmissions among them."""
        return self.rpc_value("tm.stats", "current") + self.rpc_value("tm.stats", "waiting")

    def memory(self):
        """Bytes in use: (shared, private of all processes together)."""
        private = re.findall(r"\bused: (\d+)", self.rpc("pkg.stats"))
        return self.rpc_value("core.shmmem", "used"), sum(map(int, private))

    def wait_closed(self, flow, timeout=10.0):
        """Until Kamailio has seen that an endpoint has closed this flow: what it sends before goes nowhere."""
        peer = re.compile(r"src_ip: {}\s+src_port: {}\b".format(*flow.local))
        deadline = time.monotonic() + timeout
        while peer.search(self.rpc("core.tcp_list")):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Kamailio still has the connection of {flow.local}")
            time.sleep(0.02)

    def wait_idle(self, timeout=10.0):
        """Until no transaction is left; whether that came about."""
        deadline = time.monotonic() + timeout
        while self.transactions():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    # -----------------------------------------------------------------------------------------------------------------
    @property
    def _counts_memory(self):
        """For whoever looks for leaks; it costs 5 % of a call."""
        return self._memory == "qm"

    @property
    def log_file(self):
        return self.folder / "kamailio.log"

    @property
    def _main_cfg(self):
        return self.folder / "lab.cfg"

    @property
    def secret_file(self):
        return self.folder / "token-secret"

    @property
    def _redis_socket(self):
        return self.folder / "redis.sock"

    @property
    def ctl_socket(self):
        return self.folder / "kamailio_ctl"

    def _kamailio_answers(self):
        try:
            self.rpc("core.uptime")
        except (RuntimeError, subprocess.TimeoutExpired):
            return False
        return True

    def _media_nodes(self):
        return " ".join(f"udp:{self._ng(number)}={weight}" for number, weight in enumerate(self.media_weights, start=1))

    def media_calls(self):
        """The Call-IDs for which an rtpengine holds ports."""
        return [call for number in self.media_numbers for call in self.calls_of(number)]

    def media_ended(self, timeout=2.0):
        """Whether no rtpengine holds a call any more: it is told that one has ended, and nobody waits for its answer."""
        deadline = time.monotonic() + timeout
        while self.media_calls():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def calls_of(self, number):
        """Those of one media node."""
        calls = re.search(rb"5:callsl(.*?)e6:result", self._ask_rtpengine(b"d7:command4:liste", number), re.S)[1]
        found = []
        while calls:  # bencode: each string behind its length
            length, _, rest = calls.partition(b":")
            found.append(rest[:int(length)].decode())
            calls = rest[int(length):]
        return found

    def _rtpengine_answers(self, number):
        try:
            return b"pong" in self._ask_rtpengine(b"d7:command4:pinge", number)
        except OSError:
            return False

    def _ask_rtpengine(self, command, number):
        with self._media_host.socket(socket.SOCK_DGRAM, 0, self.lab.control) as sock:
            sock.settimeout(0.2)
            # The cookie: rtpengine answers a second request with the same one as it did the first.
            sock.sendto(os.urandom(4).hex().encode() + b" " + command, (self.lab.control, NG_PORT + number - 1))
            return sock.recv(65535)

    def freeze(self, daemon):
        """Hangs one of the processes, children included: it neither answers nor refuses."""
        os.killpg(daemon.pid, signal.SIGSTOP)
        while not _stopped(daemon.pid):
            time.sleep(0.001)

    def thaw(self, daemon):
        os.killpg(daemon.pid, signal.SIGCONT)


def media_ports(number):
    """Those of the media node of that number."""
    return range(26000 + 4000 * number, 30000 + 4000 * number)


def _stopped(pid):
    """Every thread of it; the signal takes a moment to reach the last one."""
    states = [stat.read_text().rpartition(")")[2].split()[0] for stat in Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(state == "T" for state in states)


def _debian_modules():
    machine = os.uname().machine
    return DEBIAN_MODULES.format(f"{machine}-linux-gnu")
