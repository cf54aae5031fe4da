# SPDX-License-Identifier: GPL-2.0-or-later
"""Which lines of Kamailio's log are explained by what was done to it."""
import re

from lab.sbc import ILL

LEVEL = re.compile(r"\b(ERROR|CRITICAL|ALERT|BUG)\b")
CALL_ID = re.compile(r"\bcall ([^\s:]+@[\d.]+|[0-9a-f]{32})")


def _silent(call):
    return any(fate.silent_sdp for fate in call.lot.fates.values())


def _overtaken(call):
    """Its end has met an answer: of a re-INVITE, of a callee that heard no ACK, early media of one that refuses."""
    return (any(call.reinvites) or any("BYE" in text for _, _, text in call.story)
            or any(leg.fate.early and leg.fate.kind == "refuse" for leg in call.came_to))


# What is written, and of which calls it may be; None: of any.
EXPLAINED = (
    (re.compile(r"refused SDP of "), _silent),
    # connections of peers that were killed: refused, reset, written to when they had gone
    (re.compile(r"tcpconn_1st_send\(\)|tcp_send failed|t_forward_noack failed|precreated request failed"), None),
    (re.compile(r"tcp_read_data\(\)|tcp_read_req\(\)|handle_tcpconn_ev\(\)|tcpconn_main_timeout\(\)|received CON_ERROR"), None),
    # … or cut off, and more was written to it than its queue holds
    (re.compile(r"write queue full or timeout"), None),
    # what tls says of a connection that another process has closed in the meantime; the message goes over a new one
    (re.compile(r"BUG: tls .*tls_complete_init\(\): Invalid connection \(state -1\)"), None),
    (re.compile(r"Unknown call-id|no SDP from rtpengine for|what rtpengine made must not go to|ended: it would be silent"), _overtaken),
)


def unexplained(text, calls):
    """Lines of the levels ERROR and worse, and of illness, that nothing explains. calls: Call-ID -> call."""
    return [line for line in text.splitlines() if (LEVEL.search(line) or ILL.search(line)) and not _explained(line, calls)]


def _explained(line, calls):
    found = CALL_ID.search(line)
    call = calls.get(found[1]) if found else None
    return any(pattern.search(line) and (may is None or call is not None and may(call)) for pattern, may in EXPLAINED)
