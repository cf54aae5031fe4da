# SPDX-License-Identifier: GPL-2.0-or-later
"""The network of two nodes of which one stands by: the SBC's SIP addresses are at one of them, and can move.

```
   lync (Mediation Servers)   192.0.2.1 at a or at b        pstn (gateways)   198.51.100.1 at a or at b
   --------+-----------------------+-----------------          --------+----------------------+--------
           | .2: media             | .3                                | .2: media            | .3
      a: Kamailio, rtpengine  b: Kamailio                              a                      b
           | 203.0.113.1           | 203.0.113.2
   --------+-----------------------+--------  control: rtpengine's ng port, and the trace
```

What moves are the addresses of SIP alone. There is one rtpengine, at a, with media addresses of its own: so what a
scenario shows is what Kamailio knows of a call, and not what became of a relay of media.
"""
from lab.net import LINKS, NamespaceLab, Host, ip

CONTROL = ("203.0.113.1", "203.0.113.2")
PREFIX = 24


class PairLab(NamespaceLab):
    """A NamespaceLab with a second node in it."""

    def __init__(self):
        super().__init__(control=CONTROL[0], more=("sbc-b",))

    def _build(self):
        super()._build()
        a = self["sbc"]
        b = Host("sbc-b", a.addresses, self._namespaces["sbc-b"])
        self.nodes = [a, b]
        self.media = {link: _neighbour(own, 1) for link, (own, _) in LINKS.items()}
        for link in LINKS:
            self._make_lan(link)
            self._join(link)
        ip(f"link add control netns {a.namespace} type veth peer name control netns {b.namespace}")
        for node, address in zip(self.nodes, CONTROL):
            ip(f"addr add {address}/{PREFIX} dev control", node.namespace)
            ip("link set control up", node.namespace)
            # Whoever stands by binds the addresses before they are there.
            node.run(["sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_nonlocal_bind"])
        self.give(a)

    def _make_lan(self, link):
        """The hosts of a link leave their end of the first node's cable, for a switch that it is plugged into."""
        far = self.links[link]
        ip("link add lan type bridge", far.namespace)
        ip("link set lan addrgenmode none", far.namespace)
        ip("addr flush dev sbc", far.namespace)
        ip("link set sbc master lan", far.namespace)
        for address in far.addresses:
            ip(f"addr add {address}/{PREFIX} dev lan", far.namespace)
        ip("link set lan up", far.namespace)

    def _join(self, link):
        """The second node's cable; and the addresses that each of the two keeps."""
        own, far = LINKS[link][0], self.links[link]
        a, b = self.nodes
        ip(f"link add {link} netns {b.namespace} type veth peer name sbc-b netns {far.namespace}")
        ip(f"link set {link} addrgenmode none", b.namespace)
        ip("link set sbc-b addrgenmode none", far.namespace)
        ip("link set sbc-b master lan up", far.namespace)
        ip(f"addr flush dev {link}", a.namespace)
        for number, node in enumerate(self.nodes, start=1):
            ip(f"addr add {_neighbour(own, number)}/{PREFIX} dev {link}", node.namespace)
            ip(f"link set {link} up", node.namespace)

    # the move --------------------------------------------------------------------------------------------------------
    def take_away(self, node):
        """The addresses are nowhere: what is sent to them is lost, and nothing comes from them."""
        for link, (own, _) in LINKS.items():
            ip(f"addr del {own}/32 dev {link}", node.namespace)

    def give(self, node):
        """The addresses are at this node, and all hosts know."""
        for link, (own, _) in LINKS.items():
            ip(f"addr replace {own}/32 dev {link}", node.namespace)
            ip("neigh flush dev lan", self.links[link].namespace)  # what a gratuitous ARP does


def _neighbour(address, distance):
    """The address so far behind another one."""
    head, _, last = address.rpartition(".")
    return f"{head}.{int(last) + distance}"
