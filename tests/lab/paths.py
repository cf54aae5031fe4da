# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things lie in the checkout."""
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
BUILD = CHECKOUT / "build"
MODULE = BUILD / "lync.so"
TOOL = BUILD / "lync-sbc"
TOOL_SAN = BUILD / "san" / "lync-sbc"  # with ASan and UBSan
KAMAILIO_CFG = CHECKOUT / "kamailio-cfg" / "kamailio.cfg"
EXAMPLE_PLAN = CHECKOUT / "kamailio-cfg" / "lync-trunks.xml"
PLANS = CHECKOUT / "tests" / "fixtures" / "plans"
RTPENGINE_CONF = CHECKOUT / "rtpengine-profiles" / "rtpengine.conf"
KEY_CACHE = BUILD / "lab" / "keys"
RESULTS = BUILD / "test-results"
