# SPDX-License-Identifier: GPL-2.0-or-later
"""The test lab: networks, certificates, SIP endpoints, media and the SBC itself, for scenarios and `make run`."""
