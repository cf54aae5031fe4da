# SPDX-License-Identifier: GPL-2.0-or-later
"""The torture messages of RFC 4475, and what becomes of them when they pretend to belong to a call of the SBC's.

They are read from the folder that SIP_TORTURE_CORPUS names, one file each (tc_NAME_x.dat or tc_NAME.dat). Only what is
named here is replaced, byte for byte; what is wrong with the rest of a message stays wrong.
"""
import os
import re
from pathlib import Path

CORPUS = Path(os.environ.get("SIP_TORTURE_CORPUS", "../shared/corpora/rfc4475"))
# Of these nobody on a stream can say where they end.
NOT_FOR_STREAMS = {"clerr", "ncl", "mcl01", "inv2543", "dblreq", "test"}
URI = re.compile(rb"(?<=[ <])[\w.+-]+:[^\s;?>]*")  # of the start line, without parameters and headers
TAG = re.compile(rb";\s*tag\s*=\s*[^\s;,>]*", re.I)


def corpus():
    """name -> bytes; empty where there is no such folder."""
    return {re.fullmatch(r"tc_(\w+?)(_[vi])?", path.stem)[1]: path.read_bytes() for path in CORPUS.glob("tc_*.dat")}


def is_response(message):
    return message.startswith(b"SIP/")


def with_uri(message, uri):
    """A request to that URI."""
    start, end, rest = message.partition(b"\r\n")
    return URI.sub(lambda _: uri.encode(), start, count=1) + end + rest


def with_header(message, names, change):
    """change(value, the folded lines among it) gives the new value of each header that has one of the names."""
    line = re.compile(rb"(?im)^((?:%s)[ \t]*:[ \t]*)((?:[^\r\n]|\r\n[ \t])*)" % b"|".join(n.encode() for n in names))
    head, end, body = message.partition(b"\r\n\r\n")
    return line.sub(lambda found: found[1] + change(found[2]), head) + end + body


def with_call_id(message, call_id):
    return with_header(message, ("Call-ID", "i"), lambda _: call_id.encode())


def with_tags(message, from_, to):
    def tagged(tag):
        new = f";tag={tag}".encode()
        return lambda value: TAG.sub(new, value) if TAG.search(value) else value + new

    return with_header(with_header(message, ("From", "f"), tagged(from_)), ("To", "t"), tagged(to))


def in_dialog(message, dialog):
    """As if the end whose lab.dialog.Dialog this is had sent it."""
    request = with_call_id(with_uri(message, dialog.target), dialog.call_id)
    return with_tags(request, dialog.local_tag, dialog.remote_tag)


def with_via(message, via):
    """In place of the first one, as a response brings it back."""
    done = []

    def change(value):
        done.append(value)
        return via.encode() if len(done) == 1 else value

    return with_header(message, ("Via", "v"), change)


def answering(message, request, to_tag):
    """As if it answered the request; only Via is what the SBC needs to find its way."""
    from_tag = re.search(r";tag=([^;]*)", request["From"])[1]
    response = with_tags(with_call_id(with_via(message, request.list("Via")[0]), request["Call-ID"]), from_tag, to_tag)
    return with_header(response, ("CSeq",), lambda _: request["CSeq"].encode())
