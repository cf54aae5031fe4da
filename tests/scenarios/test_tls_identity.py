# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may talk to us over TLS, and to whom we talk: names, dates, CAs and versions, in both directions."""
import re
import ssl
import time

import pytest
from tls_ends import Impostor, Lenient, ask

from lab.installation import installed
from lab.pki import Identity
from lab.plan import find
from lab.talk import call_up, hang_up
from lab.transport import Tls
from lab.watch import warm_up

PORT = 5067
FQDN = "sbc1.example.net"
V1_0, V1_2, V1_3 = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
BOTH = pytest.mark.parametrize("version", [V1_2, V1_3], ids=["1.2", "1.3"])

# What the log must say about each wrong identity, besides who it is.
PRESENTED = r"\(presented: medpool\.contoso\.example, med01\.contoso\.example\)"
WHY = {
    "expired": r"its certificate expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC " + PRESENTED + ": renew it",
    "unknown-ca": r"its certificate comes from a CA that we do not know: /CN=Lab other-ca " + PRESENTED,
    "none": r"it presented no certificate",
}
# Verified certificates that do not carry the name: what they are for, as the log writes it.
OTHER_NAMES = {"wrong-name": "sip.fabrikam.example", "wildcard": "*.contoso.example",
               "only-in-cn": "sip.fabrikam.example"}
OUTWARDS = {"expired": WHY["expired"], "unknown-ca": WHY["unknown-ca"]} | {
    identity: "its certificate does not carry the name med01.contoso.example or medpool.contoso.example "
              rf"\(presented: {re.escape(names)}\): another host answers at this address"
    for identity, names in OTHER_NAMES.items()}


def one_server(root):
    """The pool has med01 alone, so that a call has nowhere else to go."""
    pool = find(root, "pool")
    pool.remove(find(root, "pool/server[@fqdn='med02.contoso.example']"))


def old_windows(root):
    """Lync 2010 on Windows 2008: TLS 1.0 is the newest it speaks."""
    one_server(root)
    find(root, "pool").set("tls-min", "1.0")
    find(root, "node/listen[@side='lync']").set("tls-min", "1.0")


@pytest.fixture(scope="module")
def shared_installation():
    with installed(edit=one_server, prepare=warm_up) as installation:
        med01 = "med01.contoso.example"
        installation.pki.issue("wildcard", Identity("*.contoso.example", ["*.contoso.example"]))
        installation.pki.issue("only-in-cn", Identity(med01, ["sip.fabrikam.example"]))
        installation.pki.issue("no-san", Identity(med01))
        yield installation


@pytest.fixture
def refused(installation):
    """refused(pattern): the one line of the log that says so; all others that were refused are an error."""
    sbc = installation.sbc

    def lines():
        return [line for line in sbc.log_since_judged().splitlines() if " refused" in line]

    def one(pattern):
        deadline = time.monotonic() + 3
        while not lines() and time.monotonic() < deadline:
            time.sleep(0.05)
        found = lines()
        assert len(found) == 1, f"wanted one line, got {found}"
        assert re.search(pattern, found[0]), f"{found[0]}\nwanted {pattern}"
        return found[0]

    yield one


def context_of(installation, identity, version):
    """A client of one TLS version."""
    return Tls(installation.pki[identity], minimum=version, maximum=version).context(server=False)


def answer(installation, context, port=0):
    """The SBC's answer to an OPTIONS from the address of med01."""
    line, sock = ask(installation.lab["med1"], (installation.lab.sbc_lync, PORT), context, FQDN, port)
    sock.close()
    return line


def peer(installation):
    """How the log writes what comes from med01 to our port."""
    return (rf"TLS from {re.escape(installation.lab['med1'].address)}:\d+ "
            rf"to our {re.escape(installation.lab.sbc_lync)}:{PORT} refused: ")


def server(installation):
    return rf"TLS to {re.escape(installation.lab['med1'].address)}:{PORT} refused: "


def call_comes_to_nothing(gw, codes=(503,)):
    call = gw.invite("+498912345678")
    call.expect(*codes, timeout=10)


# towards us ----------------------------------------------------------------------------------------------------------
@BOTH
@pytest.mark.parametrize("identity", ["med01", "no-san"])
def test_the_right_name_is_welcome(installation, identity, version):
    """In the subject alternative name, or as common name where there is none."""
    assert answer(installation, context_of(installation, identity, version)) == "SIP/2.0 200 OK"


@BOTH
@pytest.mark.parametrize("identity", WHY)
def test_a_client_that_proves_nothing(installation, refused, identity, version):
    with pytest.raises(ssl.SSLError, match="(?i)alert"):
        answer(installation, context_of(installation, identity, version))
    refused(peer(installation) + WHY[identity])


@BOTH
@pytest.mark.parametrize("identity", OTHER_NAMES)
def test_a_client_with_another_name(installation, refused, identity, version):
    assert answer(installation, context_of(installation, identity, version)) == "SIP/2.0 403 Forbidden"
    refused(rf"refused OPTIONS from {re.escape(installation.lab['med1'].address)}:\d+, .*"
            rf"its certificate is for {re.escape(OTHER_NAMES[identity])}, and med01\.contoso\.example must be in it")


@BOTH
def test_a_name_survives_resumption(new_installation, version):
    """Kamailio hands out tickets. Who comes back with one has shown a certificate before, and still has that name."""
    installation = new_installation(edit=one_server, prepare=warm_up, defines=["TCP_WORKERS=1"])  # a ticket is good in one worker alone
    med1, target = installation.lab["med1"], (installation.lab.sbc_lync, PORT)
    for identity, wanted in (("med01", "SIP/2.0 200 OK"), ("wrong-name", "SIP/2.0 403 Forbidden")):
        context = context_of(installation, identity, version)
        first, sock = ask(med1, target, context, FQDN)
        session = sock.session
        sock.close()
        again, sock = ask(med1, target, context, FQDN, session=session)
        assert sock.session_reused
        sock.close()
        assert (first, again) == (wanted, wanted)


def test_plain_sip_on_the_tls_port(installation, refused):
    sock = installation.lab["med1"].socket(1)
    with sock:
        sock.settimeout(5)
        sock.connect((installation.lab.sbc_lync, PORT))
        sock.sendall(b"OPTIONS sip:a SIP/2.0\r\n\r\n")
        assert sock.recv(100) == b""
    refused(peer(installation) + "what it sends is not TLS")


# from us -------------------------------------------------------------------------------------------------------------
@BOTH
@pytest.mark.parametrize("identity", OUTWARDS)
def test_an_impostor_reads_no_byte(installation, refused, gw, identity, version):
    tls = Lenient(installation.pki[identity], minimum=version, maximum=version)
    with Impostor(installation.lab["med1"], tls) as impostor:
        call_comes_to_nothing(gw)
    assert (impostor.read, impostor.versions) == (b"", [])
    assert impostor.failures, "nobody has tried to connect"
    refused(server(installation) + OUTWARDS[identity])


def test_an_impostor_that_calls_first(installation, refused, gw):
    """It connects to us from the server's own port, so that Kamailio takes its connection for ours to the server."""
    med1 = installation.lab["med1"]
    context = context_of(installation, "wrong-name", V1_3)
    first, sock = ask(med1, (installation.lab.sbc_lync, PORT), context, FQDN, port=PORT)
    with sock:
        assert first == "SIP/2.0 403 Forbidden"
        installation.sbc.judge()  # that line is asked for elsewhere
        call_comes_to_nothing(gw)
        assert sock.recv(65536) == b"", "the impostor was sent something"
    refused(peer(installation) + r"a request of ours is kept back, the peer presented sip\.fabrikam\.example")


def test_the_right_server_gets_the_call(installation, gw, med1):
    """So that the scenarios above do not pass because nobody gets a call."""
    hang_up(*call_up(gw, med1))


# versions ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("version, name", [(V1_0, "TLSv1"), (V1_2, "TLSv1.2")], ids=["1.0", "1.2"])
def test_calls_with_old_windows(new_installation, version, name):
    """tls-min 1.0: calls both ways with a server that speaks nothing but this version."""
    installation = new_installation(edit=old_windows, prepare=warm_up)
    gw = installation.gateway()
    med1 = installation.mediation(tls=Tls(installation.pki["med01"], minimum=version, maximum=version))
    for caller, callee in ((med1, gw), (gw, med1)):
        hang_up(*call_up(caller, callee))
    assert {(flow.ours, flow.version) for flow in med1.flows} == {(True, name), (False, name)}


def test_calls_with_tls_1_2(installation, gw):
    med1 = installation.mediation(tls=Tls(installation.pki["med01"], minimum=V1_2, maximum=V1_2))
    for caller, callee in ((med1, gw), (gw, med1)):
        hang_up(*call_up(caller, callee))
    assert {(flow.ours, flow.version) for flow in med1.flows} == {(True, "TLSv1.2"), (False, "TLSv1.2")}


def test_tls_1_0_is_refused_to_us(installation, refused):
    with pytest.raises(ssl.SSLError, match="(?i)protocol.version"):
        answer(installation, context_of(installation, "med01", V1_0))
    refused(peer(installation) + "it speaks only an older TLS than the plan allows")


def test_tls_1_0_is_refused_from_us(installation, refused, gw):
    with Impostor(installation.lab["med1"], Lenient(installation.pki["med01"], minimum=V1_0, maximum=V1_0)) as old:
        call_comes_to_nothing(gw)
    assert old.read == b""
    assert old.failures, "nobody has tried to connect"
    refused(server(installation) + 'it refused us with the alert "protocol version"')
