# SPDX-License-Identifier: GPL-2.0-or-later
"""Many scenarios at one SBC at the same time: each fails alone."""
from concurrent.futures import ThreadPoolExecutor


def run(jobs, lanes):
    """jobs: {key: function without arguments}, at most `lanes` of them at a time. Returns {key: its exception, or None}."""
    def outcome(job):
        try:
            job()
        except Exception as error:  # pylint: disable=broad-except
            return error
        return None

    with ThreadPoolExecutor(lanes, thread_name_prefix="lane") as pool:
        return dict(zip(jobs, pool.map(outcome, jobs.values())))
