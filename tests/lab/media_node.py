# SPDX-License-Identifier: GPL-2.0-or-later
"""rtpengine and its own Redis, each with the file that we ship, and a call through them set up over ng."""
import hashlib
import os
import re
import socket
import subprocess
import time

from lab import paths, srtp
from lab.ng import Ng
from lab.process import Daemon, stop
from lab.rtp import Stream
from lab.sdp import Crypto, Sdp

NG, CLI, REDIS = 2223, 2224, 6380
LOOPBACK = "127.0.0.1"
REDIS_CONF = paths.RTPENGINE_CONF.with_name("redis.conf")
PASSWORDS = {"default": "of rtpengine", "monitor": "of the monitor"}
_PCMA = 8


def with_redis(conf):
    """rtpengine.conf with its lines about Redis on."""
    return re.sub(r"(?m)^# (redis[\w-]* = )", r"\1", conf)


def with_passwords(conf):
    """redis.conf with hashes of PASSWORDS in place of the zeros."""
    for user, password in PASSWORDS.items():
        digest = hashlib.sha256(password.encode()).hexdigest()
        conf, changed = re.subn(rf"(?m)^(user {user} on )#0{{64}}", rf"\1#{digest}", conf)
        assert changed == 1, user
    return conf


class Redis:
    """As redis.conf says; only where it writes is another place."""

    def __init__(self, host, folder):
        self._host, self._folder = host, folder
        self._file = folder / "redis-media.conf"
        self._file.write_text(with_passwords(REDIS_CONF.read_text()))
        self.log = folder / "redis-media.log"

    def start(self):
        argv = ["redis-server", self._file, "--dir", self._folder, "--logfile", "", "--pidfile", self._folder / "redis.pid"]
        self._daemon = Daemon("redis", self._host, argv, self.log)
        self._daemon.wait_until(lambda: self.ask("monitor", "ping") == "PONG", 10, "answer to a ping")

    def stop(self):
        stop([self._daemon])

    def kill(self):
        self._daemon.kill()

    def signal(self, number):
        self._daemon.signal(number)

    def ask(self, user, *words, host=None):
        """What redis-cli says. user: one of PASSWORDS, None: without a password. host: from where, at our address."""
        host = host or self._host
        who = ["--user", user, "--pass", PASSWORDS[user], "--no-auth-warning"] if user else []
        address = LOOPBACK if host is self._host else self._host.address
        done = subprocess.run(host.command(["redis-cli", "-h", address, "-p", REDIS, *who, *words]), capture_output=True,
                              text=True, timeout=10, check=False)
        return (done.stdout + done.stderr).strip()

    def commands(self):
        """name -> (calls, refused) of all commands since its start; of connections still open as of closed ones."""
        lines = re.findall(r"cmdstat_([\w|]+):calls=(\d+).*?rejected_calls=(\d+)", self.ask("monitor", "info", "commandstats"))
        return {name: (int(calls), int(refused)) for name, calls, refused in lines}


class Rtpengine:
    """As a file of its options says. password: for its Redis."""

    def __init__(self, host, folder, conf, password=""):
        self._host, self._folder, self._conf = host, folder, conf
        self._environment = {**os.environ, "RTPENGINE_REDIS_AUTH_PW": password} if password else None
        self.log = folder / "rtpengine.log"

    def launch(self):
        """Does not wait until it is up."""
        argv = ["rtpengine", f"--config-file={self._conf}", "--foreground", "--log-stderr", f"--listen-cli={LOOPBACK}:{CLI}",
                f"--pidfile={self._folder}/rtpengine.pid"]
        variables = [f"{k}={v}" for k, v in (self._environment or {}).items() if k.startswith("RTPENGINE")]
        self.daemon = Daemon("rtpengine", self._host, ["env", *variables, *argv], self.log)

    def start(self):
        """Returns how many seconds it took until it answered."""
        began = time.monotonic()
        self.launch()
        self.daemon.wait_until(self._answers, 10, "answer to a ping")
        return time.monotonic() - began

    def _answers(self):
        client = Ng(self._host, LOOPBACK, (LOOPBACK, NG), timeout=0.02)
        try:
            return client.ask("ping")["result"] == "pong"
        except OSError:
            return False
        finally:
            client.close()

    def client(self):
        return Ng(self._host, LOOPBACK, (LOOPBACK, NG))

    def says(self, words):
        """An answer of the interface that rtpengine-ctl uses."""
        with self._host.socket(socket.SOCK_STREAM, 0, LOOPBACK) as sock:
            sock.settimeout(5)
            sock.connect((LOOPBACK, CLI))
            sock.sendall(words.encode() + b"\n")
            return b"".join(iter(lambda: sock.recv(65535), b"")).decode().strip()

    def stop(self):
        stop([self.daemon])


class Call:
    """SRTP at med1, RTP at gw, both talking. flags: of offer and answer, beside what the call cannot do without."""

    def __init__(self, lab, ng, call_id, flags):
        self.id, self._ng, self._flags = call_id, ng, flags
        self.lync, self.gateway = Stream(lab["med1"]), Stream(lab["gw"])
        self.crypto = Crypto.new(1)
        offer = self._ask("offer", self._sdp(lab["med1"], self.lync, "RTP/SAVP", self.crypto), "direction=lync direction=pstn RTP/AVP DTLS=off")
        answer = self._ask("answer", self._sdp(lab["gw"], self.gateway, "RTP/AVP"), "SDES-lifetime", to_tag="pstn")
        self.to_gateway, self.to_lync = Sdp(offer), Sdp(answer)
        key = self.key = self.to_lync.cryptos[0].key
        self.lync.connect((self.to_lync.address, self.to_lync.port), _PCMA, srtp.Context(self.crypto.key), key)
        self.gateway.connect((self.to_gateway.address, self.to_gateway.port), _PCMA)

    def _ask(self, command, sdp, flags, **tags):
        return self._ng.ask(command, call_id=self.id, from_tag="lync", sdp=sdp, rtpp_flags=f"{flags} {self._flags}", **tags)["sdp"]

    @staticmethod
    def _sdp(host, stream, profile, crypto=None):
        lines = ["v=0", f"o=- 1 1 IN IP4 {host.address}", "s=-", f"c=IN IP4 {host.address}", "t=0 0",
                 f"m=audio {stream.port} {profile} {_PCMA}", *([str(crypto)] if crypto else []), "a=rtpmap:8 PCMA/8000"]
        return "".join(f"{line}\r\n" for line in lines)

    def talk(self, seconds=0.6):
        """Both sides; what each heard of the other (lab.media.Media)."""
        tones = 440, 620
        for stream, hz in zip((self.lync, self.gateway), tones):
            stream.talk(hz)
        time.sleep(0.2)
        for stream in (self.lync, self.gateway):
            stream.mark()
        time.sleep(seconds)
        for stream in (self.lync, self.gateway):
            stream.talk(0)
        time.sleep(0.1)
        return self.lync.result(tones[1]), self.gateway.result(tones[0])

    def query(self):
        return self._ng.ask("query", call_id=self.id)

    def delete(self):
        self._ng.ask("delete", call_id=self.id, from_tag="lync")

    def close(self):
        self.lync.close()
        self.gateway.close()
