# SPDX-License-Identifier: GPL-2.0-or-later
"""The route set of a leg is that of the message that made the dialog (RFC 3261 12.1): what moves the target later says
nothing of it, and does not take it away."""
from lab.talk import hang_up, hold

PROXIES = ["<sip:198.51.100.10:5060;lr;n=1>", "<sip:198.51.100.10:5060;lr;n=2>"]
RECORD_ROUTE = "\r\n".join(f"Record-Route: {proxy}" for proxy in PROXIES)
NUMBER = "+4930123456"


def there_and_back(behind, other):
    """Requests both ways, before and after the target has moved both ways: each end looks at the Routes of what comes."""
    for holder, held in ((behind, other), (other, behind)) * 2:
        hold(holder, held)
        hold(holder, held, "sendrecv")
    hang_up(other, behind)


def test_the_gateway_calls_through_proxies(med1, gw):
    call = gw.invite(NUMBER, extra=RECORD_ROUTE)
    call.dialog.own_proxies = [", ".join(PROXIES)]
    other = med1.next_call()
    other.answer()
    response = call.expect(200)
    assert response.list("Record-Route") == PROXIES  # RFC 3261 12.1.1
    call.dialog.routes = []  # they stand nowhere
    call.ack(response)
    other.expect("ACK")
    there_and_back(call, other)


def test_the_gateway_is_called_through_proxies(med1, gw):
    call = med1.invite(NUMBER)
    other = gw.next_call()
    other.answer(extra=RECORD_ROUTE)
    other.dialog.own_proxies = [", ".join(reversed(PROXIES))]
    call.answered()
    other.expect("ACK")
    there_and_back(other, call)
