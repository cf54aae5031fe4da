# SPDX-License-Identifier: GPL-2.0-or-later
"""The subjects. All are started as the SBC is started, with the sockets and TLS settings generated from its plan;
only the configuration differs."""
import re

from endpoints import CFG
from lab.process import stop
from lab.sbc import Sbc
from measures import cpu_ns, favour, private_bytes


class Subject(Sbc):
    """One Kamailio. under: what runs it, such as valgrind; @RUN@ in it is the run folder. workers: of each protocol."""
    key = title = config = ""

    def __init__(self, lab, folder, credentials, under=(), workers=4):
        gateway = f"{lab['gw'].address}:5060"
        defines = [f"UDP_WORKERS={workers}", f"TCP_WORKERS={workers}", f'GATEWAY="sip:{gateway}"', f'PSTN="{lab.sbc_pstn}"']
        super().__init__(lab, folder, credentials, memory="fm", defines=defines)
        self._under = [word.replace("@RUN@", str(folder)) for word in under]
        (folder / "dispatcher.list").write_text(f"1 sip:{lab['med1'].address}:5067;transport=tls\n2 sip:{gateway}\n")

    def kamailio_command(self):
        command = [str(word) for word in super().kamailio_command()]
        if self.config:
            command[command.index("-f") + 1] = str(CFG / self.config)
        return self._under + command

    def __enter__(self):
        self.configure()
        self.start_kamailio()
        favour(self.kamailio.pid)
        self._started = len(self.log)
        return self

    def __exit__(self, *_):
        stop([daemon for daemon in (self.kamailio, self.redis) if daemon], 30)

    def cpu_ns(self):
        return cpu_ns(self.kamailio.pid)

    def shared_bytes(self):
        """Allocated, without the manager's overhead."""
        return self.rpc_value("core.shmmem", "used")

    def private_bytes(self):
        return private_bytes(self.kamailio.pid)

    def check_log(self):
        """A subject that logs errors at its calls was not measured at its job."""
        bad = [line for line in self.log[self._started:].splitlines() if re.search("CRITICAL|ERROR|BUG", line)]
        if bad:
            raise RuntimeError(f"{self.key}: {len(bad)} error lines in Kamailio's log, the first:\n" + "\n".join(bad[:5]))


class Relay(Subject):
    key, title, config = "a", "bare relay", "a.cfg"


class RelayWithMedia(Subject):
    key, title, config = "a'", "bare relay + rtpengine", "a-rtpengine.cfg"


class Hidden(Subject):
    key, title, config = "t", "a' hidden by topoh + rr", "topoh.cfg"


class Stock(Subject):
    key, title, config = "b", "stock configuration", "stock.cfg"


class ThisSbc(Subject):
    key, title = "c", "this SBC"

    def __enter__(self):
        self.start_redis()
        return super().__enter__()


SUBJECTS = {subject.key: subject for subject in (Relay, RelayWithMedia, Hidden, Stock, ThisSbc)}
