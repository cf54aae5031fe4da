# SPDX-License-Identifier: GPL-2.0-or-later
"""Attribute hold of trunk and target: in which form a side is put on hold, what goes back, and what is heard meanwhile."""
import pytest

from lab.offers import ANSWERS
from lab.plan import find
from lab.reload import changeable, reloadable
from lab.sdp import Sdp
from lab.talk import call_up, hang_up, hold, talk

# form -> what the held side is shown: direction (None: as written), and whether the address is 0.0.0.0
FORMS = {"transparent": (None, False), "sendonly": ("sendonly", False), "sendonly-0.0.0.0": ("sendonly", True),
         "inactive": ("inactive", False), "inactive-0.0.0.0": ("inactive", True), "sendrecv": ("sendrecv", False)}
NOTHING = "nothing came"


@pytest.fixture(scope="module")
def shared_installation():
    with reloadable() as installation:
        yield installation


@pytest.fixture
def hold_form(sbc):
    """hold_form("inactive"): both sides are held in that form, until the scenario ends."""
    with changeable(sbc) as change:
        def edit(form):
            def edits(root):
                for path in ("trunk", "target"):
                    find(root, path).set("hold", form)
            change(edits)
            sbc.rpc("lync.reload")
        yield edit


def agree(holder, held):
    """The re-INVITE that is under way: what the held side was shown, and the holder was answered."""
    request = held.accept()
    response = holder.answered()
    held.expect("ACK")
    return Sdp(request.body), Sdp(response.body)


def heard(holder, held):
    """At (holder, held)."""
    return [media.verdict for media in talk(holder, held, seconds=0.3)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("written", ["inactive", "sendonly"])
@pytest.mark.parametrize("lync_holds", [True, False], ids=["Lync holds", "gateway holds"])
def test_forms(hold_form, med1, gw, form, written, lync_holds):
    hold_form(form)
    call, other = call_up(med1, gw)
    holder, held = (call, other) if lync_holds else (other, call)
    direction, zero = FORMS[form]
    holder.reinvite(written)
    shown, answer = agree(holder, held)
    assert shown.direction == (direction or written)
    assert (shown.address == "0.0.0.0") == zero
    assert answer.direction in ANSWERS[written] and answer.address != "0.0.0.0"
    music = written == "sendonly" and not form.startswith("inactive")
    assert heard(holder, held) == [NOTHING, "ok" if music else NOTHING]
    hold(holder, held, "sendrecv")
    assert heard(holder, held) == ["ok", "ok"]
    hang_up(call, other)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("written", ["sendrecv", "inactive"])
def test_hold_by_the_address(hold_form, med1, gw, form, written):
    """RFC 2543: c=0.0.0.0 of the gateway, which never passes as it is."""
    hold_form(form)
    at_lync, at_gateway = call_up(med1, gw)
    offer = at_gateway.offer().decode().replace(f"c=IN IP4 {gw.address}", "c=IN IP4 0.0.0.0")
    at_gateway.request("INVITE", offer.replace("a=sendrecv", f"a={written}").encode())
    shown, answer = agree(at_gateway, at_lync)
    direction, zero = FORMS[form]
    assert shown.direction == (direction or {"sendrecv": "sendonly"}.get(written, written))
    assert (shown.address == "0.0.0.0") == zero
    assert answer.direction in ANSWERS[written]
    hold(at_gateway, at_lync, "sendrecv")
    assert heard(at_gateway, at_lync) == ["ok", "ok"]
    hang_up(at_lync, at_gateway)


def test_what_is_no_hold_stays(hold_form, med1, gw):
    hold_form("inactive-0.0.0.0")
    call, other = call_up(med1, gw)
    call.reinvite("recvonly")
    shown, _ = agree(call, other)
    assert shown.direction == "recvonly" and shown.address != "0.0.0.0"
    hold(call, other, "sendrecv")
    assert heard(call, other) == ["ok", "ok"]
    hang_up(call, other)
