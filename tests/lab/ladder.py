# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws the SIP of the SBC as a ladder: Lync's side, the SBC, the PSTN side; both legs of a call under each other."""
from lab.sdp import Sdp
from lab.sip import Malformed, header_param

ARM = 44  # characters between two of the columns


class Ladder:
    """lync, pstn: the SBC's addresses. names: address -> what to call the peer. out: takes each line."""

    def __init__(self, lync, pstn, names, out=print):
        self._lync, self._pstn, self._names, self._out = lync, pstn, names, out
        self._start = None
        self._calls = {}

    def heading(self):
        self._out(f"{'ms':>8}  {'':4}{'Lync':<{ARM}} SBC {'PSTN':>{ARM}}")

    def show(self, traced):
        """Prints one message as an arrow of its leg."""
        if self._start is None:
            self.heading()
            self._start = traced.when
        call = self._calls.setdefault(traced.message.get("Call-ID"), len(self._calls) + 1)
        side, inwards = self._place(traced)
        peer = traced.source if inwards else traced.target
        label = f"{_label(traced.message)} [{self._names.get(peer[0], peer[0])}]"
        rightwards = inwards == (side == "lync")
        arrow = _arrow(label, rightwards)
        legs = f"|{arrow}|{'':{ARM}}|" if side == "lync" else f"|{'':{ARM}}|{arrow}|"
        self._out(f"{(traced.when - self._start) * 1000:8.1f}  #{call:<3}{legs}")

    def _place(self, traced):
        """(side, whether the message comes to the SBC). On loopback the SBC's address of a side tells the leg."""
        for inwards, ours in ((True, traced.target[0]), (False, traced.source[0])):
            if ours == self._lync:
                return "lync", inwards
            if ours == self._pstn:
                return "pstn", inwards
        return "pstn", True


def _arrow(label, rightwards):
    label = label[:ARM - 5]
    line = f"-- {label} ".ljust(ARM - 1, "-")
    return f"{line}>" if rightwards else f"<{line}"


def _label(message):
    """Method or status, and what an engineer looks for first: the number, the profile, hold."""
    if message.code:
        method = message.get("CSeq", "").rpartition(" ")[2]
        words = [str(message.code), message.reason, "" if method == "INVITE" else f"({method})"]
    else:
        tagged = header_param(message.get("To", ""), "tag")
        words = [message.method, "" if tagged else message.uri.partition("@")[0].removeprefix("sip:")]
    if message.body and "sdp" in message.get("Content-Type", ""):
        try:
            words.append(Sdp(message.body).marks)
        except (ValueError, Malformed):
            words.append("unreadable SDP")
    return " ".join(word for word in words if word)


def draw(messages, **ladder):
    """The ladder of messages that were collected, as one text."""
    lines = []
    drawing = Ladder(**ladder, out=lines.append)
    for traced in messages:
        drawing.show(traced)
    return "\n".join(lines)
