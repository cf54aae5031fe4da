# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole installation: the network, certificates, the SBC with its trace, and endpoints by name."""
import contextlib
import tempfile
from pathlib import Path

from lab.gateway import Gateway
from lab.hep import Receiver
from lab.mediation import Mediation
from lab.net import NamespaceLab
from lab.paths import KEY_CACHE
from lab.pki import Pki
from lab.sbc import Sbc
from lab.transport import Tls

SERVERS = {"med1": ("med01", "med01.contoso.example"), "med2": ("med02", "med02.contoso.example"),
           "impostor": ("wrong-name", "sip.fabrikam.example")}
SBC_FOR_LYNC = "sip:sbc1.example.net:5067"


# Bytes that a scenario may leave. All comes back to the byte (test_memory.py), but a worker that does a thing for the
# first time keeps a little for good; OpenSSL's buffers, which Kamailio puts into shared memory, are the most of it,
# 8 KB a worker. Four have been seen to do so in one scenario.
MEMORY_TOLERANCE = {"shared": 40960, "private": 16384}
# The same of a Kamailio that began within the scenario: what its workers keep of their first call has come to 70 KB.
# What it had privately at its start is not known: a worker tells that with its first message.
FRESH_TOLERANCE = {"shared": 98304}


class Installation:
    """lab: the network. folder: for the run. show: is called with every traced message as it comes.

    prepare: is called with the installation whenever the SBC has been started. The rest: see Sbc.
    """

    def __init__(self, lab, folder, show=None, identity="sbc1", pki=None, prepare=None, **sbc_options):
        self.lab, self.folder, self._prepare = lab, Path(folder), prepare
        self.pki = Pki(pki or self.folder / "pki", KEY_CACHE)
        self.trace = Receiver(lab["sbc"], lab.control, show)
        self.sbc = Sbc(lab, self.folder, self.pki[identity], trace=self.trace.address, **sbc_options)
        self.nodes = [self.sbc]  # sbc is the one that serves
        self.endpoints = []
        self.memory_tolerance = MEMORY_TOLERANCE
        self.fresh_tolerance = FRESH_TOLERANCE

    def start(self):
        try:
            for node in self.nodes:
                node.start()
            if self._prepare:
                self._prepare(self)
                self.sbc.fresh_memory = self.sbc.memory()
        except BaseException:
            self.close()
            raise
        return self

    def restart(self):
        """The SBC anew, with the same plan: after a scenario that left calls behind."""
        self.take_down()
        self._stop()
        self.start()

    def mediation(self, name="med1", identity=None, port=5067, outbound=SBC_FOR_LYNC, host=None, **options):
        """A Mediation Server that is up. identity: one of pki.IDENTITIES or "none", instead of its own.

        port: its own; outbound: the SBC's, as a URI. Over TCP: transport="TCP", tls=None, srtp=False.
        host: where it runs, if it has moved.
        """
        own, fqdn = SERVERS[name]
        host = self.lab[host or name]
        options = {"tls": Tls(self.pki[identity or own]), "fqdn": fqdn} | options
        return self._up(Mediation(name, host, host.address, port, outbound, self.lab.names, **options))

    def gateway(self, name="gw", host=None, port=5060, **options):
        """A gateway that is up. host: where it runs, if it has moved; port: its own."""
        host = self.lab[host or name]
        outbound = f"sip:{self.lab.sbc_pstn}:5060"
        return self._up(Gateway(name, host, host.address, port, outbound, self.lab.names, **options))

    def tls_gateway(self, name, identity, **options):
        """A gateway that speaks TLS alone, and asks for no certain name: it knows the SBC by its address."""
        host, tls = self.lab[name], Tls(self.pki[identity], check_name=False)
        outbound = f"sip:{self.lab.sbc_pstn}:5061"
        return self._up(Gateway(name, host, host.address, 5061, outbound, self.lab.names, tls=tls, transport="TLS",
                                **options))

    def _up(self, endpoint):
        self.endpoints.append(endpoint)
        return endpoint

    def take_down(self):
        """Ends all endpoints. Returns what came to them and no scenario asked for."""
        ended, self.endpoints = self.endpoints, []
        left = [f"{endpoint.name} was left with {message!r}" for endpoint in ended for message in endpoint.leftovers()]
        for endpoint in ended:
            endpoint.close()
        return left

    def peer_names(self):
        """Address -> name, for ladders."""
        return {host.address: SERVERS.get(name, (name,))[0] for name, host in self.lab.hosts.items() if name != "sbc"}

    def close(self):
        """Returns what was ill in the SBC's end."""
        self.take_down()
        ill = self._stop()
        self.trace.close()
        return ill

    def _stop(self):
        """The first one last: its rtpengine is everybody's."""
        return [line for node in reversed(self.nodes) for line in node.stop()]

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        ill = self.close()
        assert kind or not ill, "when the SBC was stopped: " + "; ".join(ill)


@contextlib.contextmanager
def installed(network=NamespaceLab, kind=Installation, **options):
    """An installation that is up, in a network and a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="lync-sbc-") as folder, network() as lab:
        with kind(lab, folder, **options) as installation:
            yield installation
