# SPDX-License-Identifier: GPL-2.0-or-later
"""baresip: a telephone that nobody here wrote, with SRTP and sound, steered over its control port.

It sends RTP from the first address of the machine that it runs on, whatever it is told to use; so it can stand only
where a link of the lab has its first host (med1, gw).
"""
import json
import select
import socket
import time
import wave

from lab import tone
from lab.dns import Dns
from lab.process import Daemon, stop

CONTROL_PORT = 4444
CONFIG = """
sip_listen {address}:{sip_port}
sip_certificate {certificate}
sip_cafile {ca}
sip_verify_server no
net_interface {address}
dns_server {address}:53
call_max_calls 2
audio_source aufile,{folder}/tone.wav
audio_player aubridge,nil
audio_alert aufile,/dev/null
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
ausrc_format s16
auplay_format s16
audio_level no
rtp_ports 17100-17199
rtcp_mux no
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
module aubridge.so
module srtp.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {address}:{control_port}
snd_path {folder}/recorded
"""


class Baresip:
    """host: where it runs. account: the line of its accounts file. hz: the tone it sends. names: the lab's DNS.

    sip_port: for UDP and TCP; TLS is one above. credentials: for TLS.
    """

    def __init__(self, host, folder, account, hz, sip_port, names, credentials=None):
        self._folder, self._received, self._token = folder, b"", 0
        (folder / "recorded").mkdir(parents=True)
        _write_tone(folder / "tone.wav", hz)
        certificate = folder / "certificate.pem"
        if credentials:
            certificate.write_bytes(credentials.cert.read_bytes() + credentials.key.read_bytes())
        (folder / "accounts").write_text(f"{account}\n")
        (folder / "contacts").write_text("")
        (folder / "config").write_text("\n".join(
            line for line in CONFIG.format(
                address=host.address, sip_port=sip_port, folder=folder, control_port=CONTROL_PORT,
                certificate=certificate, ca=credentials and credentials.ca).split("\n")
            if credentials or not line.startswith(("sip_cert", "sip_ca"))))
        self._dns = Dns(host, names)
        self._daemon = Daemon("baresip", host, ["baresip", "-f", folder, "-v"], folder / "baresip.log")
        self._control = None
        self._host = host
        self._daemon.wait_until(self._connected, 5, "control port")

    def _connected(self):
        sock = self._host.socket(socket.SOCK_STREAM, 0)
        try:
            sock.connect((self._host.address, CONTROL_PORT))
        except OSError:
            sock.close()
            return False
        self._control = sock
        return True

    def command(self, name, parameters=""):
        """One of its commands: dial URI, hangup, accept. JSON in a netstring."""
        self._token += 1
        text = json.dumps({"command": name, "params": parameters, "token": str(self._token)}).encode()
        self._control.sendall(b"%d:%s," % (len(text), text))

    def expect(self, event, timeout=5.0):
        """Waits until it has told of an event, e.g. CALL_ESTABLISHED. Returns it, with those before it gone."""
        deadline = time.monotonic() + timeout
        seen = []
        while True:
            while message := self._next():
                if message.get("type") == event:
                    return message
                seen.append(message.get("type") or message)
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._control], [], [], left)[0]:
                raise AssertionError(f"baresip: wanted {event}, got {seen} in {timeout} s:\n{self._daemon.tail()}")
            data = self._control.recv(65536)
            assert data, f"baresip has gone:\n{self._daemon.tail()}"
            self._received += data

    def _next(self):
        length, colon, rest = self._received.partition(b":")
        if not colon or len(rest) <= int(length):
            return None
        self._received = rest[int(length) + 1:]
        return json.loads(rest[:int(length)])

    def recorded(self, kind):
        """(seconds, lab.tone.Tone) of what it has heard ("dec") or sent ("enc") in its one call."""
        path, = (self._folder / "recorded").glob(f"*-{kind}.wav")
        with wave.open(str(path)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (tone.RATE, 1, 2)
            samples = memoryview(file.readframes(file.getnframes())).cast("h").tolist()
        return len(samples) / tone.RATE, tone.measure(samples)

    def close(self):
        if self._control:
            self._control.close()
        stop([self._daemon])
        self._dns.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _write_tone(path, hz, seconds=10):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(tone.RATE)
        file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True)
                                  for sample in tone.make(hz, seconds * tone.RATE)))
