# SPDX-License-Identifier: GPL-2.0-or-later
"""The addresses of a pair of nodes are at one of them, whatever connection there was; and endpoints find out."""
import socket

import pytest

from lab.gateway import Gateway
from lab.pair import PairLab


@pytest.fixture
def lab():
    with PairLab() as made:
        yield made


def served_by(lab, node):
    """A socket on a node that listens, also while the addresses are elsewhere."""
    sock = node.socket(socket.SOCK_STREAM, 5060, lab.sbc_pstn)
    sock.settimeout(1)
    sock.listen()
    return sock


def gateway(lab):
    gw = lab["gw"]
    return Gateway("gw", gw, gw.address, 5060, f"sip:{lab.sbc_pstn}:5060", lab.names, transport="TCP")


def test_the_addresses_move(lab):
    first, second = lab.nodes
    with served_by(lab, first) as one, served_by(lab, second) as two, gateway(lab) as gw:
        before = gw.connect()
        kept = one.accept()[0]  # without a word of its end
        lab.take_away(first)
        lab.give(second)
        gw.lose_connections()
        assert isinstance(before.error, ConnectionResetError)
        assert gw.flow_to(gw.outbound) is not before
        assert two.accept()
        kept.close()


def test_a_connection_that_lives_on_is_noticed(lab):
    with served_by(lab, lab.nodes[0]) as one, gateway(lab) as gw:
        gw.connect()
        kept = one.accept()[0]
        with pytest.raises(AssertionError, match="still there"):
            gw.lose_connections(timeout=0.2)
        kept.close()


def test_media_and_control_stay(lab):
    first, second = lab.nodes
    lab.take_away(first)
    lab.give(second)
    for host, address in ((lab["gw"], lab.media["pstn"]), (lab["med1"], lab.media["lync"]), (second, lab.control)):
        with first.socket(socket.SOCK_DGRAM, 0, address) as there, \
                host.socket(socket.SOCK_DGRAM, 0, "203.0.113.2" if host is second else None) as here:
            there.settimeout(1)
            here.sendto(b"x", there.getsockname())
            assert there.recv(9) == b"x"
