# SPDX-License-Identifier: GPL-2.0-or-later
"""lync-sbc status where no SBC answers as it should. With one that does: scenarios/test_status.py."""
import contextlib
import os
import socket
import struct
import threading

import pytest

from test_lync_sbc import run

HEADER = struct.Struct(">BBII")  # magic and version, type and sizes, length, cookie


def text(value, kind=1):
    data = value.encode() + b"\0"
    return bytes((0x80 | 2 << 4 | kind,)) + struct.pack(">H", len(data)) + data


def number(value):
    return b"\x40" + struct.pack(">i", value)


def row(**members):
    """A structure of an answer."""
    return b"\x03" + b"".join(text(name, 5) + (number(value) if isinstance(value, int) else text(value))
                              for name, value in members.items()) + b"\x83"


def answer(body, cookie, kind=1):
    return HEADER.pack(0xA1, kind << 4 | 0xF, len(body), cookie) + body


HEAD = row(node="sbc1", edition=7)
GW = row(kind="target", name="gw1", status="up", reason="", changed="2026-11-23T09:40:51Z", calls=3, max_calls=0, asr="66.6",
         pdd_ms=1834)


@contextlib.contextmanager
def sbc(path, *answers):
    """One that gives each who asks the next of these: answer(cookie) -> pieces of bytes."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()
    asked = []

    def serve():
        for reply in answers:
            connection, _ = listening.accept()
            with connection:
                request = connection.recv(65536)
                asked.append(request[HEADER.size:])
                for piece in reply(HEADER.unpack_from(request)[3]):
                    connection.sendall(piece)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield asked
    finally:
        listening.close()
        thread.join(5)


def whole(*rows, kind=1):
    return lambda cookie: [answer(b"".join(rows), cookie, kind)]


def status(path, *arguments):
    return run("status", "--socket", path, *arguments)


# tables ------------------------------------------------------------------------------------------------------------------
def test_the_table(tmp_path):
    with sbc(tmp_path / "ctl", whole(HEAD, GW)) as asked:
        done = status(tmp_path / "ctl")
    assert (done.returncode, done.stderr) == (0, "") and asked[0].endswith(b"lync.status\0")
    head, gw = done.stdout.split("\n")[:2]
    assert head.split() == ["KIND", "NAME", "STATE", "REASON", "CHANGED", "(UTC)", "CALLS", "LIMIT", "ASR", "PDD"]
    assert gw.split() == ["target", "gw1", "up", "-", "2026-11-23", "09:40:51", "3", "-", "66.6%", "1.8", "s"]


def test_an_answer_in_pieces(tmp_path):
    with sbc(tmp_path / "ctl", lambda cookie: [bytes((byte,)) for byte in answer(HEAD + GW, cookie)]):
        assert "gw1" in status(tmp_path / "ctl").stdout


def test_a_large_answer(tmp_path):
    rows = [GW.replace(b"gw1", f"g{number:02}".encode()) for number in range(100)] * 40
    with sbc(tmp_path / "ctl", whole(HEAD, *rows)):
        done = status(tmp_path / "ctl")
    assert done.stderr == "" and done.stdout.count("target") == 4000


def test_several_answers(tmp_path):
    first = row(node="sbc1", edition=7, next=1)
    with sbc(tmp_path / "ctl", whole(first, GW), whole(HEAD, GW.replace(b"gw1", b"gw2"))) as asked:
        done = status(tmp_path / "ctl")
    assert asked[1].endswith(b"\0" * 3 + b"\x021\0") and [line.split()[1] for line in done.stdout.split("\n")[1:3]] == ["gw1", "gw2"]


def test_another_plan_between_two_answers(tmp_path):
    """It begins anew."""
    first, other = row(node="sbc1", edition=7, next=1), row(node="sbc1", edition=9)
    with sbc(tmp_path / "ctl", whole(first, GW), whole(other, GW), whole(other, GW)) as asked:
        done = status(tmp_path / "ctl")
    assert (len(asked), done.stdout.count("gw1"), done.returncode) == (3, 1, 0)


# mistakes ----------------------------------------------------------------------------------------------------------------
def test_nobody_there(tmp_path):
    done = status(tmp_path / "nothing")
    assert (done.returncode, done.stdout) == (2, "") and f"{tmp_path}/nothing: there is no such socket" in done.stderr
    with sbc(tmp_path / "ctl"):
        pass
    assert "nobody listens there: the SBC does not run" in status(tmp_path / "ctl").stderr
    assert "nobody listens" in run("status", "--socket", os.path.relpath(tmp_path / "ctl")).stderr
    assert "107 bytes at most" in status("/" + "x" * 200).stderr


@pytest.mark.parametrize("reply, why", [
    (lambda cookie: [b"HTTP/1.1 400 Bad Request\r\n\r\n"], "what answers there is not the SBC"),
    (lambda cookie: [answer(HEAD, cookie + 1)], "what answers there is not the SBC"),
    (lambda cookie: [answer(HEAD, cookie, kind=0)], "what answers there is not the SBC"),
    (lambda cookie: [b"\xa1\x1f\xff\xff\xff\xff"], "what answers there is not the SBC"),
    (lambda cookie: [], "the SBC has hung up"),
    (lambda cookie: [answer(HEAD, cookie)[:-1]], "the SBC has hung up"),
    (whole(HEAD[:-1]), "its answer cannot be read"), (whole(HEAD, b"\x83"), "its answer cannot be read"),
    (whole(HEAD, b"\x4f\0\0\0\0"), "its answer cannot be read"), (whole(), "its answer is empty"),
    (whole(row(node="sbc1", edition=7, next=0)), "its answer cannot be read"),
    (whole(number(404), text("command lync.status\033[31m not found"), kind=3), "the SBC says 404 command lync.status?[31m not"),
], ids=["http", "cookie", "request", "endless", "nothing", "half", "open", "closed", "kind", "empty", "round", "fault"])
def test_answers_that_are_none(tmp_path, reply, why):
    with sbc(tmp_path / "ctl", reply):
        done = status(tmp_path / "ctl")
    assert (done.returncode, done.stdout) == (2, "") and why in done.stderr


def test_what_a_terminal_would_obey(tmp_path):
    with sbc(tmp_path / "ctl", whole(HEAD, GW.replace(b"gw1", b"g\033!")), whole(HEAD, GW.replace(b"gw1", b"g\xff!"))):
        assert "g?!" in status(tmp_path / "ctl").stdout
        assert "g\ufffd!" in status(tmp_path / "ctl", "--json").stdout


@pytest.mark.parametrize("arguments", [["--watch", "0"], ["--watch", "1s"], ["--watch", "90000"], ["a", "b"], ["--wach", "1"]])
def test_mistakes_of_the_command_line(arguments):
    done = run("status", *arguments)
    assert done.returncode == 2 and "see lync-sbc status --help" in done.stderr
