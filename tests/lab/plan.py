# SPDX-License-Identifier: GPL-2.0-or-later
"""The plan of a lab: the example plan of the product, with the lab's addresses and certificates in it."""
from xml.etree import ElementTree

from lab.paths import EXAMPLE_PLAN

NAMESPACE = "urn:lync-sbc:trunks:1"
ElementTree.register_namespace("", NAMESPACE)


def write_plan(target, lab, credentials, edit=None, example=EXAMPLE_PLAN):
    """Writes the plan to target, made of the example. edit(root) may change it before: see find()."""
    files = {"/etc/lync-sbc/ca.pem": credentials.ca, "/etc/lync-sbc/sbc1.pem": credentials.cert,
             "/etc/lync-sbc/sbc1.key": credentials.key}
    replaced = lab.addresses | {old: str(new) for old, new in files.items()}
    tree = ElementTree.parse(example)
    for element in tree.iter():
        for name, value in element.items():
            element.set(name, replaced.get(value, value))
    if edit:
        edit(tree.getroot())
    tree.write(target, encoding="UTF-8", xml_declaration=True)


def find(root, path):
    """The first element of a path such as "pool/server[@fqdn='med01.contoso.example']"."""
    found = root.find("/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/")))
    assert found is not None, f"the example plan has no {path}"
    return found


def add(root, path, name, /, **attributes):
    """A new element at the end of its kind, below the first of path ("" for the root): the schema wants an order."""
    parent = find(root, path) if path else root
    tag = f"{{{NAMESPACE}}}{name}"
    children = list(parent)
    last = max((i for i, child in enumerate(children) if child.tag == tag), default=len(children) - 1)
    element = ElementTree.Element(tag, attributes)
    parent.insert(last + 1, element)
    return element


def node_of(path, name=""):
    """The <node> of that name in a plan file; without a name the first."""
    for node in ElementTree.parse(path).getroot().iter(f"{{{NAMESPACE}}}node"):
        if name in ("", node.get("name")):
            return node
    raise ValueError(f"{path} has no node {name!r}")


def interfaces(path, node=""):
    """{"lync": address, "pstn": address} of a node."""
    return {face.get("side"): face.get("address") for face in node_of(path, node).iter(f"{{{NAMESPACE}}}interface")}


def listens(path, node=""):
    """(side, transport, address, port) of every port of a node."""
    faces = interfaces(path, node)
    return [(at.get("side"), at.get("transport"), faces[at.get("side")], int(at.get("port")))
            for at in node_of(path, node).iter(f"{{{NAMESPACE}}}listen")]
