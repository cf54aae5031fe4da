# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading and writing SIP."""
import pytest

from lab import sip

MESSAGE = (b'INVITE sip:+4930123456@sbc1.example.net;user=phone SIP/2.0\r\n'
           b'v: SIP/2.0/TLS 192.0.2.11:60001;branch=z9hG4bKa;rport , SIP/2.0/UDP h;branch=z9hG4bKb\r\n'
           b'FROM: "A, \\"x\\" <y>;tag=no" <sip:a@b;tag=uri>;epid=0A;tag=4c\r\n'
           b'Subject: one\r\n  two\r\nl: 4\r\n\r\nv=0\n')


def test_headers_in_every_form():
    m = sip.Message(MESSAGE)
    assert (m.method, m.uri, m.code) == ("INVITE", "sip:+4930123456@sbc1.example.net;user=phone", None)
    assert m.branch == "z9hG4bKa" and len(m.list("Via")) == 2
    assert sip.header_param(m.list("via")[0], "rport") == "" and sip.header_param(m["via"], "received") is None
    assert sip.uri_of(m["From"]) == "sip:a@b;tag=uri" and sip.header_param(m["From"], "tag") == "4c"
    assert m["subject"] == "one two" and m.body == b"v=0\n"
    assert m.headers[1][0] == "FROM"


def test_stream_cut_at_every_byte():
    stream = MESSAGE + b"\r\n\r\n" + MESSAGE.replace(b"INVITE", b"OPTIONS")
    for cut in range(len(stream) + 1):
        framer = sip.Framer()
        got = framer.feed(stream[:cut]) + framer.feed(stream[cut:])
        assert [m.method for m in got] == ["INVITE", "OPTIONS"], cut
        assert got[0].raw == MESSAGE


def test_stream_byte_by_byte():
    framer = sip.Framer()
    got = [m for i in range(len(MESSAGE)) for m in framer.feed(MESSAGE[i:i + 1])]
    assert [m.raw for m in got] == [MESSAGE]


def test_stream_needs_content_length():
    with pytest.raises(sip.Malformed, match="Content-Length"):
        sip.Framer().feed(b"OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n")


@pytest.mark.parametrize("raw", [b"garbage\r\n\r\n", b"OPTIONS sip:a SIP/2.0\r\n"])
def test_no_message(raw):
    with pytest.raises(sip.Malformed):
        sip.Message(raw)


def test_template_goes_out_as_written():
    template = "{method} sip:a SIP/2.0\nfRoM:x\n{routes}\nCONTENT-LENGTH: {length}"
    assert (sip.render(template, b"abc", method="BYE", routes="")
            == b"BYE sip:a SIP/2.0\r\nfRoM:x\r\nCONTENT-LENGTH: 3\r\n\r\nabc")


@pytest.mark.parametrize("uri, want", [
    ("sip:med01.contoso.example:5067;transport=Tls;maddr=192.0.2.11", ("med01.contoso.example", 5067)),
    ("sip:+49;ext=1@h", ("h", None)), ("sips:u:p@h:1?a=b:2", ("h", 1))])
def test_host_and_port(uri, want):
    assert sip.host_port(uri) == want


def test_keys_are_masked():
    assert "QkZP" not in sip.masked("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:QkZPJ0NEUFRQS1Yy|2^31|1:1")
    assert sip.masked("a inline:x|2^31") == "a inline:***|2^31"
