# SPDX-License-Identifier: GPL-2.0-or-later
"""Which lines of Kamailio's log are explained by what was done to it."""
import re

LEVEL = re.compile(r"\b(ERROR|CRITICAL|ALERT|BUG)\b")
# Connections to peers that were killed or cut off: said by the core, once or several times each.
EXPLAINED = re.compile("|".join((
)) or "$^")


def unexplained(text):
    """Lines of the levels ERROR and worse that nothing explains."""
    return [line for line in text.splitlines() if LEVEL.search(line) and not EXPLAINED.search(line)]
