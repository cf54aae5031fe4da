# SPDX-License-Identifier: GPL-2.0-or-later
"""lync-sbc import, as an operator runs it: what it reads, writes and says."""
import json
import os
import re
import subprocess
import time
import xml.etree.ElementTree as ET

import pytest

from lab.paths import CHECKOUT, EXAMPLE_PLAN, TOOL

LYNC = CHECKOUT / "tests/fixtures/lync"
TOPOLOGY = LYNC / "topology.xml"
SETTINGS = LYNC / "settings.xml"
SBC1 = "sbc1.contoso.com"
GATEWAYS = [SBC1, "sbc2.contoso.com", "ippbx.contoso.com", "192.0.2.240"]
PLAN = "{urn:lync-sbc:trunks:1}"


def run(*arguments, **options):
    return subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, **options)


def imported(*arguments):
    """The plan on standard output, and what standard error says."""
    done = run("import", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def sample(*arguments, topology=TOPOLOGY, settings=SETTINGS):
    return imported("--topology", topology, "--settings", settings, "--self", SBC1, *arguments)


def forms(text):
    """The text as Windows may write it, by the name of the form."""
    return {"UTF-8 with BOM": b"\xef\xbb\xbf" + text.encode(), "UTF-16LE with BOM": b"\xff\xfe" + text.encode("utf-16-le"),
            "UTF-16BE with BOM": b"\xfe\xff" + text.encode("utf-16-be"), "UTF-16LE": text.encode("utf-16-le"),
            "CRLF": text.replace("\n", "\r\n").encode()}


# The sample --------------------------------------------------------------------------------------------------------------
def test_the_sample_becomes_a_plan_that_check_accepts(tmp_path):
    new = tmp_path / "new.xml"
    plan, said = sample("-o", new)
    assert plan == "" and new.read_text() == (LYNC / "sbc1.plan").read_text()
    assert said.splitlines()[0] == f"{TOPOLOGY}: Mediation pools 2, servers 6, gateways 4, trunks 7"
    done = run("check", new)
    assert done.returncode == 0 and ": error: " not in done.stderr
    assert "nodes 1, pools 2, Mediation Servers 6, targets 1, trunks 2" in done.stdout
    assert len(re.findall(": warning: .* is what lync-sbc import has put there; ", done.stderr)) == 3
    assert "nobody uses it" not in done.stderr


def test_what_check_says_of_the_new_plan(tmp_path):
    """It is right, but for blanks, certificates and what Lync must not do: 0, and with --strict 1."""
    new = tmp_path / "new.xml"
    sample("-o", new)
    done = run("check", "--strict", new)
    assert done.returncode == 1
    left = [line for line in done.stderr.splitlines() if " is what lync-sbc import has put there; " not in line]
    assert [re.sub(r"^.*: warning: ", "", line)[:42] for line in left] == [
        "element <trunk>: EnableReferSupport is tru", "element <certificate>: file '/etc/lync-sbc"]


def test_all_that_the_sample_has(tmp_path):
    """Each of its gateways as a node of ours: show tells as many pools, servers, gateways and trunks as there are."""
    new = tmp_path / "new.xml"
    imported("--topology", TOPOLOGY, "--self", *GATEWAYS, "-o", new)
    told = run("show", new).stdout.splitlines()
    assert told[0] == f"{new}: nodes 4, pools 2, Mediation Servers 6, targets 1, trunks 7"
    shown = json.loads(run("show", "--json", new).stdout)
    assert [node["fqdn"] for node in shown["node"]] == [*GATEWAYS[:3], "192-0-2-240-fill-in.invalid"]
    assert [len(pool["server"]) for pool in shown["pool"]] == [3, 3]


def test_the_plan_fits_the_schema(tmp_path):
    new = tmp_path / "new.xml"
    sample("-o", new)
    done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", CHECKOUT / "kamailio-cfg/lync-trunks.xsd", new],
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_blank_is_said_with_its_line(tmp_path):
    new = tmp_path / "new.xml"
    said = sample("-o", new)[1]
    lines = new.read_text().splitlines()
    blanks = re.findall(rf"^{new}:(\d+): fill in: (.*)$", said, re.M)
    assert len(blanks) == 5 == new.read_text().count("FILL IN")
    for line, text in blanks:
        assert lines[int(line) - 1].strip().startswith("<!-- FILL IN: " + text[:30])


@pytest.mark.parametrize("form", forms(""))
def test_any_encoding_gives_the_same_plan(tmp_path, form):
    """The names of the files do not matter either."""
    paths = {}
    for path in (TOPOLOGY, SETTINGS):
        paths[path] = tmp_path / ("other-" + path.name)
        paths[path].write_bytes(forms(path.read_text())[form])
    assert sample(topology=paths[TOPOLOGY], settings=paths[SETTINGS])[0] == sample()[0]


def test_several_settings_and_names():
    plan, said = imported("--topology", LYNC / "sfb2019.xml", f"--settings={SETTINGS}", "--settings",
                          LYNC / "gateways2010.xml", "--self", "sbc-a.fabrikam.example", "sbc-b.fabrikam.example")
    root = ET.fromstring(plan)
    assert [node.get("fqdn") for node in root.iter(PLAN + "node")] == ["sbc-a.fabrikam.example", "sbc-b.fabrikam.example"]
    assert len(list(root.iter(PLAN + "trunk"))) == 3
    again = imported("--topology", LYNC / "sfb2019.xml", f"--settings={SETTINGS}", "--settings", LYNC / "gateways2010.xml",
                     "--self", "sbc-a.fabrikam.example", "--self=sbc-b.fabrikam.example")
    assert again == (plan, said)


@pytest.mark.parametrize("name, self", [("lync2010.xml", "gw.litware.example"), ("by-address.xml", "192.0.2.240"),
                                        ("sfb2019.xml", "sbc-b.fabrikam.example"), ("builder.tbxml", "sbc1.wingtip.example")])
def test_each_kind_of_deployment(tmp_path, name, self):
    new = tmp_path / "new.xml"
    imported("--topology", LYNC / name, "--self", self, "-o", new)
    assert run("check", new).returncode == 0


# Bringing a plan up to date ------------------------------------------------------------------------------------------
@pytest.fixture
def filled(tmp_path):
    """The sample's plan as an administrator completes it."""
    path = tmp_path / "old.xml"
    text = sample()[0].replace('address="192.0.0.8"', 'address="192.0.2.1"')
    text = re.sub(r" *<!-- FILL IN.*?-->\n", "", text, flags=re.S)
    text = text.replace('fqdn="fill-in.invalid"', 'address="198.51.100.10"').replace(' state="drain"', "")
    path.write_text(text.replace("fill-in", "gw1"))
    assert run("check", path).returncode == 0
    return path


def test_nothing_changes(filled):
    plan, said = sample("--plan", filled)
    assert plan == filled.read_text()
    assert said.splitlines()[1:] == [
        "note: the topology has not been published again since the plan was imported (signature "
        "5b1d4a02-7c33-4e0e-9d55-1f2a6c0e7711)", f"changes to {filled}:", "  none"]


def test_changes_are_shown(tmp_path, filled):
    changed = tmp_path / "topology.xml"
    changed.write_text(TOPOLOGY.read_text().replace("med-hq-02", "med-hq-04").replace("5b1d4a02", "77aa4a02")
                       .replace('MediationServerPort="5067" Default="false"', 'MediationServerPort="5068" Default="false"', 1))
    plan, said = sample("--plan", filled, topology=changed)
    told = said.splitlines()
    assert told[told.index(f"changes to {filled}:") + 1:] == [
        '~ <lync-trunks>: signature "5b1d4a02-7c33-4e0e-9d55-1f2a6c0e7711" -> "77aa4a02-7c33-4e0e-9d55-1f2a6c0e7711"',
        '    <pool name="medpool-hq">', '-     <server fqdn="med-hq-02.contoso.com"/>',
        '+     <server fqdn="med-hq-04.contoso.com"/>',
        '~   <trunk name="sbc1.contoso.com">: mediation-port "5067" -> "5068"']
    assert "the topology has been published again since the plan was imported" in said
    assert "trunk 'sbc1.contoso.com' uses port 5068" in said  # the pool listens there over TCP only
    assert plan.replace("med-hq-04", "med-hq-02") != filled.read_text()


def test_a_plan_that_is_not_right_is_written_and_said(tmp_path, filled):
    """Two trunks on one port of the kernel: no plan can mend that."""
    clash = tmp_path / "topology.xml"
    clash.write_text(TOPOLOGY.read_text().replace('Port="5067" Protocol="Tls" UrlPath="/" AuthorizesRequests="false" '
                                                  'ConfiguredFqdn="sbc1', 'Port="5067" Protocol="Tcp" ConfiguredFqdn="sbc1', 1))
    new = tmp_path / "new.xml"
    done = run("import", "--topology", clash, "--self", SBC1, "-o", new)
    assert done.returncode == 1 and new.exists()
    assert re.search(rf"^{new}:\d+: error: element <listen>: port 5067 over ", done.stderr, re.M)
    assert run("check", new).returncode == 1


def test_other_trunks_stay(tmp_path, filled):
    """What the example has beside does not concern an import."""
    both = tmp_path / "both.xml"
    inner = re.search(r"<lync-trunks.*?>(.*)</lync-trunks>", EXAMPLE_PLAN.read_text(), re.S).group(1)
    inner = inner.replace('name="sbc1"', 'name="other"').replace('"gw1"', '"gw2"').replace("198.51.100.10", "198.51.100.20")
    inner = inner.replace('192.0.2.1"', '192.0.2.9"')
    both.write_text(filled.read_text().replace("</lync-trunks>", inner + "</lync-trunks>"))
    assert run("check", both).returncode == 0
    plan, said = sample("--plan", both)
    assert said.splitlines()[-1] == "  none"
    assert "medpool.contoso.example" in plan and '"sbc1-hq"' in plan


# Files ---------------------------------------------------------------------------------------------------------------------
def test_nothing_is_overwritten(tmp_path):
    new = tmp_path / "new.xml"
    new.write_text("mine")
    done = run("import", "--topology", TOPOLOGY, "--self", SBC1, "-o", new)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"lync-sbc import: {new} exists, and nothing is ever overwritten; see lync-sbc import --help\n"
    assert new.read_text() == "mine"


def test_not_even_what_a_link_points_to(tmp_path):
    new, elsewhere = tmp_path / "new.xml", tmp_path / "elsewhere.xml"
    new.symlink_to(elsewhere)
    done = run("import", "--topology", TOPOLOGY, "--self", SBC1, "-o", new)
    assert done.returncode == 2 and "exists, and nothing is ever overwritten" in done.stderr
    assert not elsewhere.exists()


def test_what_cannot_be_written(tmp_path):
    done = run("import", "--topology", TOPOLOGY, "--self", SBC1, "-o", tmp_path / "none" / "new.xml")
    assert done.returncode == 2 and done.stderr.endswith(f"{tmp_path}/none/new.xml: No such file or directory\n")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([TOOL, "import", "--topology", TOPOLOGY, "--self", SBC1], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=20, check=False)
    assert done.returncode == 2 and done.stderr.endswith("(standard output): No space left on device\n")


@pytest.mark.parametrize("option, path, code, said", [
    ("--topology", "none.xml", 2, "{path}: error: the file cannot be opened: No such file or directory"),
    ("--topology", SETTINGS, 1, "{path}:3: error: the document is a <Objs>; expected what (Get-CsTopology -AsXml)"),
    ("--settings", TOPOLOGY, 1, "{path}:3: error: the document is a <Topology>; expected the <Objs> that Export-Clixml"),
    ("--plan", TOPOLOGY, 1, "{path}:3: error: the document is no plan; expected <lync-trunks"),
    ("--plan", "none.xml", 2, "{path}: error: the file cannot be opened"),
])
def test_files_that_are_something_else(option, path, code, said):
    arguments = {"--topology": TOPOLOGY, "--self": SBC1} | {option: path}
    done = run("import", *[word for pair in arguments.items() for word in pair])
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.splitlines()[0].startswith(said.format(path=path))


def test_a_gateway_that_is_not_there():
    done = run("import", "--topology", TOPOLOGY, "--self", "sbc1.contso.com")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no trunk of the topology leads to the gateway 'sbc1.contso.com'; did you mean 'sbc1.contoso.com'?" in done.stderr


# The command line ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("arguments, said", [
    ((), "which topology? Use --topology FILE"),
    (("--topology", "a"), "which gateways of the topology are this SBC? Use --self FQDN"),
    (("--topology",), "--topology needs a value"),
    (("--topology", "a", "--self", "b", "-o"), "-o needs a value"),
    (("--topologie", "a"), "no option '--topologie'"),
    (("-x",), "no option '-x'"),
    (("a",), "what is 'a' for?"),
    (("--self", "a", "--topology", "b", "c"), "what is 'c' for?"),
    (("--self", "a", "--topology", "b", "--", "c"), "what is 'c' for?"),
])
def test_a_mistake_is_one_clear_line(arguments, said):
    done = run("import", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"lync-sbc import: {said}; see lync-sbc import --help\n"


def test_help():
    done = run("import", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: lync-sbc import") and "Exit code" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 90


# Speed -----------------------------------------------------------------------------------------------------------------------
def test_a_large_deployment_is_quick(tmp_path):
    """2,000 trunks of ours among 20,000: about 13 MB, at most a second for each."""
    cluster = '<Cluster Fqdn="t{0}.example.net"><ClusterId SiteId="1" Number="{0}" /></Cluster>\n'
    service = ('<Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="PstnGateway" Instance="{0}" /><DependsOn><Dependency>'
               '<ServiceId SiteId="1" RoleName="MediationServer" Instance="1" /></Dependency></DependsOn><InstalledOn><ClusterId '
               'SiteId="1" Number="{0}" /></InstalledOn><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008">'
               '<Port Owner="urn:component:GatewayComp" Usage="SipClient" Port="{1}" Protocol="Tls" ConfiguredFqdn="{2}" /></Ports>'
               '</Service>\n')
    text = (LYNC / "lync2010.xml").read_text()
    numbers = range(100, 20100)
    text = text.replace("  </Clusters>", "".join(cluster.format(n) for n in numbers) + "  </Clusters>")
    text = text.replace("  </Services>", "".join(
        service.format(n, n, "sbc.example.net" if n < 2100 else f"gw{n}.example.net") for n in numbers) + "  </Services>")
    path, new = tmp_path / "large.xml", tmp_path / "new.xml"
    path.write_text(text)
    start = time.monotonic()
    done = run("import", "--topology", path, "--self", "sbc.example.net", "-o", new)
    taken = time.monotonic() - start
    assert done.returncode == 0, done.stderr[-500:]
    assert len(ET.parse(new).getroot().findall(PLAN + "trunk")) == 2000
    assert taken < os.stat(path).st_size / 2**20, f"{taken:.1f} s"
