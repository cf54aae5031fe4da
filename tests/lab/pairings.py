# SPDX-License-Identifier: GPL-2.0-or-later
"""A plan in which every SRTPMode meets every kind of gateway, and the endpoints that belong to it.

A trunk for each mode, all of one pool; a target for each kind, each at an address of its own. The first digits of a
number say which trunk and which target.
"""
import copy

from lab.gateway import KINDS
from lab.plan import add, find

# SRTPMode -> the port of its trunk, and what its Mediation Server is
MODES = {"Required": (5067, {}), "Optional": (5267, {"optional": True}), "NotSupported": (5167, {"srtp": False})}
# Profiles that do not come with the SBC: the plan defines them.
PROFILES = {"gateway-g722": {"codecs": "G722"}, "gateway-opus": {"codecs": "opus"}} | {
    name: {"codecs": "PCMU PCMA CN"} for name in ("gateway-events-96", "gateway-events-100")}
TLS = {"fqdn": "gw2.example.net", "transport": "tls", "port": "5061"}  # of a target with keys: SDP tells them


class Pairings:
    """modes, gateways: which ones there are."""

    def __init__(self, gateways, modes=tuple(MODES)):
        self.gateways, self.modes = tuple(gateways), tuple(modes)

    def number(self, mode, gateway, last):
        """last: four digits that tell one call from the others."""
        return f"{self._prefix(mode, gateway)}{last:04}"

    def _prefix(self, mode, gateway=None):
        first = f"+49{1 + self.modes.index(mode)}"
        return first + f"{10 + self.gateways.index(gateway)}" if gateway else first

    @staticmethod
    def keys(mode, gateway):
        """Whether (Lync's side, the gateway's side) has keys."""
        return MODES[mode][1].get("srtp", True), KINDS[gateway].get("srtp", False)

    # the plan --------------------------------------------------------------------------------------------------------
    def plan(self, root):
        """Makes it of the example plan; see lab.plan.write_plan()."""
        target, trunk = find(root, "target"), find(root, "trunk")
        for element in (target, trunk):
            root.remove(element)
            element.remove(element[0])
        for index, kind in enumerate(self.gateways):
            self._add_target(root, copy.deepcopy(target), kind, index)
        for mode in self.modes:
            self._add_trunk(root, copy.deepcopy(trunk), mode)
        if any(KINDS[kind].get("srtp") for kind in self.gateways):
            add(root, "node", "listen", side="pstn", transport="tls", port=TLS["port"])

    def _add_target(self, root, target, kind, index):
        target.attrib.update(name=kind, address=self._address(index), media=kind, **TLS if KINDS[kind].get("srtp") else {})
        root.append(target)
        if kind in PROFILES:
            add(root, "", "profile", name=kind, **PROFILES[kind])
        for mode in self.modes:
            add(root, f"target[@name='{kind}']", "route", trunk=mode, match=rf"^\{self._prefix(mode)}")

    def _add_trunk(self, root, trunk, mode):
        port = str(MODES[mode][0])
        trunk.attrib.pop("media")  # SRTPMode says it
        trunk.attrib.update({"name": mode, "SRTPMode": mode, "port": port, "mediation-port": port})
        root.append(trunk)
        for kind in self.gateways:
            add(root, f"trunk[@name='{mode}']", "route", target=kind, match=rf"^\{self._prefix(mode, kind)}")
        if port != find(root, "node/listen").get("port"):
            add(root, "node", "listen", side="lync", transport="tls", port=port)

    @staticmethod
    def _address(index):
        return f"198.51.100.{30 + index}"

    # the endpoints ---------------------------------------------------------------------------------------------------
    def endpoints(self, installation, **options):
        """({mode: its Mediation Server}, {kind: its gateway}), all up. options: of all of them."""
        lab = installation.lab
        for index, kind in enumerate(self.gateways):
            if kind not in lab.hosts:
                lab.add_host("pstn", kind, self._address(index))
        servers = {mode: self._server(installation, *MODES[mode]) for mode in self.modes}
        gateways = {kind: self._gateway(installation, kind) for kind in self.gateways}
        for endpoint in (*servers.values(), *gateways.values()):
            vars(endpoint).update(options)
        return servers, gateways

    @staticmethod
    def _server(installation, port, options):
        return installation.mediation("med1", port=port, outbound=f"sip:sbc1.example.net:{port}", **options)

    @staticmethod
    def _gateway(installation, kind):
        if KINDS[kind].get("srtp"):
            return installation.tls_gateway(kind, "gw2", **KINDS[kind])
        return installation.gateway(kind, **KINDS[kind])
