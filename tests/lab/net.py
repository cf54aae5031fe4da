# SPDX-License-Identifier: GPL-2.0-or-later
"""The network of a lab: hosts with addresses, in network namespaces of their own or on loopback. See also pair.py.

Both kinds of lab have the same hosts. The namespaces have no route out, so nothing a test sends can leave the
machine, and every host sees the true source address of a packet (on loopback it can be any 127.x).
"""
import contextlib
import itertools
import os
import socket
import subprocess

# link: (the SBC's address there, {host: address}). The addresses are those of RFC 5737, as in the example plan.
LINKS = {
    "lync": ("192.0.2.1", {"med1": "192.0.2.11", "med2": "192.0.2.12", "impostor": "192.0.2.66",
                           "stranger-lync": "192.0.2.99"}),
    "pstn": ("198.51.100.1", {"gw": "198.51.100.10", "gw2": "198.51.100.20", "stranger": "198.51.100.99"}),
}
NAMES = {"sbc1.example.net": "192.0.2.1", "med01.contoso.example": "192.0.2.11", "med02.contoso.example": "192.0.2.12"}
_numbers = itertools.count(1)


class Host:
    """One machine: addresses, and the network namespace they live in (None: the one we are in)."""

    def __init__(self, name, addresses, namespace=None):
        self.name, self.addresses, self.namespace = name, addresses, namespace

    @property
    def address(self):
        return self.addresses[0]

    @contextlib.contextmanager
    def inside(self):
        """This thread alone is in the host's namespace; a socket made there stays there."""
        if self.namespace is None:
            yield
            return
        with open("/proc/thread-self/ns/net") as home, open(f"/run/netns/{self.namespace}") as there:
            os.setns(there.fileno(), os.CLONE_NEWNET)
            try:
                yield
            finally:
                os.setns(home.fileno(), os.CLONE_NEWNET)

    def socket(self, kind, port=0, address=None):
        """A socket bound to the host's address: kind is socket.SOCK_DGRAM or SOCK_STREAM, port 0 any."""
        with self.inside():
            sock = socket.socket(socket.AF_INET, kind)
        try:
            if kind == socket.SOCK_STREAM:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.bind((address or self.address, port))
        except OSError as error:
            sock.close()
            raise OSError(error.errno, f"{self.name} cannot bind {address or self.address}:{port}: {error}") from None
        return sock

    def command(self, argv):
        """argv as it must be started to run on this host. The process id is that of the command itself."""
        argv = [str(a) for a in argv]
        return argv if self.namespace is None else ["nsenter", f"--net=/run/netns/{self.namespace}", "--", *argv]

    def popen(self, argv, **options):
        return subprocess.Popen(self.command(argv), **options)

    def run(self, argv, **options):
        return subprocess.run(self.command(argv), check=True, capture_output=True, text=True, **options)

    @contextlib.contextmanager
    def drop(self, match, hook="input"):
        """Drops packets while it lasts, e.g. drop("udp dport 5060"). Only where the host has its own namespace."""
        if self.namespace is None:
            raise RuntimeError("packets are dropped only in a namespace of a lab, never in yours")
        table = f"lab{next(_numbers)}"
        self.run(["nft", f"table inet {table} {{ chain c {{ type filter hook {hook} priority 0; {match} drop; }}; }}"])
        try:
            yield
        finally:
            self.run(["nft", "delete", "table", "inet", table])


def ip(words, namespace=None):
    """A command of ip(8) in a namespace."""
    Host("", [], namespace).run(["ip", *words.split()])


class Lab:
    """Hosts by name: sbc, med1, med2, impostor, gw, gw2. `names` is the DNS of the lab: FQDN -> address."""

    def __init__(self, translate, namespaces, control):
        """translate: documentation address -> address here. namespaces: link -> namespace (None on loopback).

        control: the address on which the SBC's own processes talk to each other and to the lab.
        """
        self.control = control
        self.addresses = {old: translate(old) for old in self._documentation_addresses()}
        self.names = {fqdn: self.addresses[old] for fqdn, old in NAMES.items()}
        self.links = {}
        self.hosts = {}
        for link, (own, hosts) in LINKS.items():
            peers = [Host(name, [self.addresses[old]], namespaces[link]) for name, old in hosts.items()]
            self.hosts |= {peer.name: peer for peer in peers}
            self.links[link] = Host(link, [peer.address for peer in peers], namespaces[link])
        self.hosts["sbc"] = Host("sbc", [self.addresses[own] for own, _ in LINKS.values()], namespaces["sbc"])
        self.nodes = [self.hosts["sbc"]]  # where a Kamailio runs
        self.media = {}  # side -> the address of its media, where it is not that of SIP

    @staticmethod
    def _documentation_addresses():
        return [a for own, hosts in LINKS.values() for a in (own, *hosts.values())]

    def __getitem__(self, name):
        return self.hosts[name]

    @property
    def sbc_lync(self):
        """The SBC's address towards the Mediation Servers."""
        return self["sbc"].addresses[0]

    @property
    def sbc_pstn(self):
        """The SBC's address towards the gateways."""
        return self["sbc"].addresses[1]

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class NamespaceLab(Lab):
    """A namespace for the SBC and one for each link, joined by veth pairs. Needs root; several may live at once."""

    def __init__(self, control="127.0.0.1", more=()):
        """control: see Lab. more: further namespaces."""
        prefix = f"lab{os.getpid()}-{next(_numbers)}"
        self._namespaces = {role: f"{prefix}-{role}" for role in ("sbc", *LINKS, *more)}
        super().__init__(lambda address: address, self._namespaces, control)
        try:
            self._build()
        except subprocess.CalledProcessError as error:
            self.close()
            raise RuntimeError(f"cannot make the lab's network: {' '.join(error.cmd)}: {error.stderr}") from None

    def _build(self):
        for namespace in self._namespaces.values():
            ip(f"netns add {namespace}")
            ip("link set lo up", namespace)
        sbc = self._namespaces["sbc"]
        for link, (own, hosts) in LINKS.items():
            far = self._namespaces[link]
            ip(f"link add {link} netns {sbc} type veth peer name sbc netns {far}")
            for namespace, device, addresses in ((sbc, link, [own]), (far, "sbc", hosts.values())):
                ip(f"link set {device} addrgenmode none", namespace)  # no IPv6 chatter in the captures
                for address in addresses:
                    ip(f"addr add {address}/24 dev {device}", namespace)
                ip(f"link set {device} up", namespace)

    def add_host(self, link, name, address):
        """One more machine on a link."""
        ip(f"addr add {address}/24 dev sbc", self._namespaces[link])
        self.hosts[name] = Host(name, [address], self._namespaces[link])

    def close(self):
        for namespace in self._namespaces.values():
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)


class LoopbackLab(Lab):
    """The same hosts on 127.77.N.x of the namespace we are in: nothing to make, nothing to clean.

    N is the first number nobody holds; the holder keeps an abstract socket, which ends with the process.
    """

    def __init__(self):
        self._lock = socket.socket(socket.AF_UNIX)
        for number in range(1, 255):
            try:
                self._lock.bind(f"\0lync-sbc-lab-{number}")
                break
            except OSError:
                continue
        else:
            raise RuntimeError("254 labs are running on this machine")
        self.number = number
        last = {old: index for index, old in enumerate(self._documentation_addresses(), start=1)}
        super().__init__(lambda old: f"127.77.{number}.{last[old]}", dict.fromkeys(("sbc", *LINKS)),
                         f"127.77.{number}.200")

    def close(self):
        self._lock.close()
