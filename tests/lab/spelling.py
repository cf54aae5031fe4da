# SPDX-License-Identifier: GPL-2.0-or-later
"""The same message in another form, legal by RFC 3261 7.3 and 25.1: what an Endpoint's `spelling` may be.

Each is a function bytes -> bytes; body, order of what depends on order, and meaning stay.
"""
import re

from lab.sip import COMPACT

SHORT = {long: short for short, long in COMPACT.items()}
LISTS = ("via", "route", "record-route", "allow", "supported")  # several in one line, or a line each (7.3.1)
ADDRESSES = ("from", "to", "contact", "route", "record-route", "referred-by", "p-asserted-identity")
QUOTED = re.compile(r'("(?:[^"\\]|\\.)*"|<[^>]*>)')


def _of(change):
    """change([(name, value), …]) -> the same as lines."""
    def spell(raw):
        head, _, body = raw.partition(b"\r\n\r\n")
        start, *lines = head.decode().split("\r\n")
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        return "\r\n".join([start, *change(headers)]).encode() + b"\r\n\r\n" + body
    return spell


def _outside_quotes(change, value):
    """change(text) for what stands neither in quotes nor in angle brackets."""
    return "".join(part if QUOTED.fullmatch(part) else change(part) for part in QUOTED.split(value) if part)


def _line(name, value):
    return f"{name}: {value}"


@_of
def compact(headers):
    return [_line(SHORT.get(name.lower(), name), value) for name, value in headers]


@_of
def lower(headers):
    return [_line(name.lower(), value) for name, value in headers]


@_of
def upper(headers):
    return [_line(name.upper(), value) for name, value in headers]


@_of
def mixed(headers):
    """Also in Via, whose words have no case (7.3.1)."""
    return [_line(name.swapcase(), value.replace("SIP/2.0/", "sip/2.0/") if name.lower() == "via" else value)
            for name, value in headers]


@_of
def folded(headers):
    """Wherever a blank stands or may stand: LWS and SWS of 25.1.

    But for Content-Length, CSeq and what stands in quotes, which Kamailio wants on one line each: see test_spelling.py.
    """
    def fold(text):
        return re.sub(r"\s*;", "\r\n\t ;", text.replace(" ", "\r\n  "))

    return [_line(name, value) if name.lower() in ("content-length", "cseq")
            else f"{name}:\r\n {_outside_quotes(fold, value)}" for name, value in headers]


@_of
def spaced(headers):
    """Blanks before and behind every colon, semicolon, comma, slash and equals sign that may have them."""
    def space(text):
        return re.sub(r"\s*([;,=])\s*", " \t\\1  ", text)

    def value_of(name, value):
        if name.lower() == "via":
            value = re.sub(r"SIP/2.0/(\w+) ([\d.]+):(\d+)", r"SIP / 2.0  /  \1 \t \2 : \3", value)
        elif name.lower() == "content-type":
            return value.replace("/", " / ")
        elif name.lower() in ("user-agent", "server", "call-id"):
            return value
        return _outside_quotes(space, value)

    return [f"{name} \t :  \t{value_of(name, value)}  \t" for name, value in headers]


@_of
def tight(headers):
    return [f"{name}:{value}" for name, value in headers]


@_of
def zeros(headers):
    """Numbers are 1*DIGIT."""
    return [_line(name, "00" + value if name.lower() in ("cseq", "max-forwards", "content-length") else value)
            for name, value in headers]


@_of
def merged(headers):
    """One line for all of a kind."""
    lines = {}
    for name, value in headers:
        lines.setdefault(name.lower() if name.lower() in LISTS else len(lines), []).append((name, value))
    return [_line(group[0][0], ", ".join(value for _, value in group)) for group in lines.values()]


@_of
def apart(headers):
    """A line for each value."""
    return [_line(name, item) for name, value in headers
            for item in (re.split(r"\s*,\s*", value) if name.lower() in LISTS else [value])]


@_of
def backwards(headers):
    """The last one first, so Content-Length before and Via behind all others. A list keeps its order (7.3.1)."""
    turned, lists = headers[::-1], {}
    for name, value in headers:
        lists.setdefault(name.lower(), []).append((name, value))
    return [_line(*lists[name.lower()].pop(0)) for name, _ in turned]


@_of
def length_first(headers):
    """Content-Length before and Via behind all others."""
    rank = {"content-length": 0, "l": 0, "via": 2, "v": 2}
    return [_line(*header) for header in sorted(headers, key=lambda header: rank.get(header[0].lower(), 1))]


@_of
def with_empty(headers):
    """Headers that may be empty (25.1), and one that nobody knows."""
    empty = ["Subject:", "Supported:", "Accept: ", "Accept-Encoding:\t", "Accept-Language:", "Allow:", "X-Nobody-Knows:"]
    return [_line(*headers[0]), *empty[:4], *(_line(*header) for header in headers[1:]), *empty[4:]]


@_of
def bare(headers):
    """Addresses without angle brackets, where the URI has no parameters (20.10)."""
    return [_line(name, re.sub(r"^<([^;,?>]*)>", r"\1", value) if name.lower() in ADDRESSES else value) for name, value in headers]


FORMS = {"compact": compact, "lower": lower, "upper": upper, "mixed": mixed, "folded": folded, "spaced": spaced, "tight": tight,
         "zeros": zeros, "merged": merged, "apart": apart, "backwards": backwards, "length first": length_first,
         "with empty": with_empty, "bare": bare}
