# SPDX-License-Identifier: GPL-2.0-or-later
"""As make chaos, with fewer calls. CHAOS_SEED of a run that failed makes the same calls again."""
from chaos.run import chaos

CALLS, PER_SECOND = 1500, 50


def test_calls_with_random_faults():
    faults = chaos(CALLS, PER_SECOND)
    assert not faults, "\n".join(faults[:20])
