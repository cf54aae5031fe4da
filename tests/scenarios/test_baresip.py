# SPDX-License-Identifier: GPL-2.0-or-later
"""An endpoint that nobody here wrote: baresip in the place of the Mediation Server (TLS, SRTP) and of the gateway.

Audio is measured three times: by our own endpoint, by what baresip has recorded, and on the wire.
"""
import base64
import re
import time

import pytest

from lab.baresip import Baresip
from lab.g711 import CODECS
from lab.media import TOLERANCE, analyse
from lab.pcap import packets_to
from lab.sdp import Sdp
from lab.srtp import SUITE, flipped

OURS, THEIRS = 880, 440  # Hz
SECONDS = 2
LYNC_NUMBER, PSTN_NUMBER = "+498912345678", "+4930123456"


@pytest.fixture
def phone(installation, tmp_path):
    """phone(name): baresip in the place of med1 or gw, ready to call and to answer."""
    phones = []

    def make(name):
        host = installation.lab[name]
        if name == "med1":
            # regint: it takes a call to a name that is not its machine's only in an account that registers; our 405
            # to that does not trouble it
            account = (f"<sip:{LYNC_NUMBER}@contoso.example>;regint=3600;mediaenc=srtp-mand;answermode=auto;"
                       f'outbound="sip:{installation.lab.sbc_lync}:5067;transport=tls";audio_codecs=PCMU/8000/1')
            phones.append(Baresip(host, tmp_path / name, account, THEIRS, 5066, installation.lab.names,
                                  installation.pki["med01"]))
        else:
            account = (f"<sip:{PSTN_NUMBER}@{host.address};transport=udp>;regint=0;answermode=auto;"
                       "audio_codecs=PCMA/8000/1,PCMU/8000/1")
            phones.append(Baresip(host, tmp_path / name, account, THEIRS, 5060, installation.lab.names))
        return phones[-1]

    yield make
    for each in phones:
        each.close()


def converse(call, seconds=SECONDS):
    """Our end talks and listens. Returns what it heard."""
    time.sleep(0.3)  # until both have heard that the call is up
    call.stream.mark()
    call.stream.talk(OURS)
    time.sleep(seconds)
    call.stream.talk(0)
    return call.stream.result(THEIRS)


def assert_recorded(phone):
    """baresip has heard our tone for as long as we sent it, and sent its own."""
    seconds, heard = phone.recorded("dec")
    assert seconds >= SECONDS * 0.9 and abs(heard.hz - OURS) <= TOLERANCE * OURS, (seconds, heard)
    _, sent = phone.recorded("enc")
    assert abs(sent.hz - THEIRS) <= TOLERANCE * THEIRS, sent


# the wire ------------------------------------------------------------------------------------------------------------
def descriptions(installation, side):
    """(offer, answer) as they were said on one side of the last call, which may have another Call-ID there."""
    ours = installation.lab.sbc_lync if side == "lync" else installation.lab.sbc_pstn
    with_sdp = [traced.message for traced in installation.trace.messages
                if traced.message.body and ours in (traced.source[0], traced.target[0])]
    said = [Sdp(message.body) for message in with_sdp if message["Call-ID"] == with_sdp[-1]["Call-ID"]]
    return said[0], said[-1]


def keys(sdp):
    """tag -> (suite, key and salt)"""
    return {tag: (suite, base64.b64decode(key))
            for tag, suite, key in re.findall(r"a=crypto:(\d+) (\S+) inline:([^|\s]+)", sdp.text)}


def assert_wire(request, installation, side, hears):
    """What was sent to each receiver of one side: encrypted with the one suite and the agreed keys, or plain.

    hears: receiver's address -> Hz
    """
    offer, answer = descriptions(installation, side)
    assert offer.profile == answer.profile == ("RTP/SAVP" if side == "lync" else "RTP/AVP")
    tag, (suite, _) = next(iter(keys(answer).items()), ("", ("RTP", None)))
    assert len(keys(answer)) <= 1 and suite == (SUITE if side == "lync" else "RTP")
    for receiver, sender in ((offer, answer), (answer, offer)):
        packets = packets_to(request.node.watch.folder / f"{side}.pcap", receiver.address, receiver.port)
        key = keys(sender)[tag][1] if side == "lync" else None
        codec = next(payload for payload in answer.payloads if payload in CODECS)
        heard = analyse(packets, hears[receiver.address], codec, key)
        wanted = ("ok", suite, "encrypted" if side == "lync" else "plain", (sender.address, ))
        assert (heard.verdict, heard.suite, heard.wire, tuple({a for a, _ in heard.sources})) == wanted, str(heard)
        assert heard.packets >= SECONDS * 50 * 0.9
        assert key is None or analyse(packets, 0, codec, flipped(key, 77)).decoded == 0


@pytest.mark.parametrize("caller", ["baresip", "we"])
@pytest.mark.parametrize("place", ["med1", "gw"])
def test_baresip(place, caller, phone, installation, request):
    lab, baresip = installation.lab, phone(place)
    ours = installation.gateway("gw") if place == "med1" else installation.mediation("med1")
    numbers = {"med1": LYNC_NUMBER, "gw": PSTN_NUMBER}
    if caller == "baresip":
        where = "sbc1.example.net;user=phone" if place == "med1" else f"{lab.sbc_pstn}:5060"
        baresip.command("dial", f"sip:{numbers['gw' if place == 'med1' else 'med1']}@{where}")
        call = ours.answer_next()
        call.expect("ACK")
    else:
        call = ours.invite(numbers[place])
        call.answered()
    baresip.expect("CALL_ESTABLISHED")
    heard = converse(call)
    assert heard.ok, str(heard)
    if caller == "baresip":
        baresip.command("hangup")
        call.ended()
    else:
        call.bye()
    baresip.expect("CALL_CLOSED")
    assert_recorded(baresip)
    side = {"med1": ("lync", lab.sbc_lync), "gw": ("pstn", lab.sbc_pstn)}
    other = "gw" if place == "med1" else "med1"
    assert_wire(request, installation, side[place][0], {lab[place].address: OURS, side[place][1]: THEIRS})
    assert_wire(request, installation, side[other][0], {ours.address: THEIRS, side[other][1]: OURS})
