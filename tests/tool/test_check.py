# SPDX-License-Identifier: GPL-2.0-or-later
"""lync-sbc check: warnings, certificates, exit codes."""
import datetime
import re
import subprocess

import pytest

from lab.paths import EXAMPLE_PLAN, KEY_CACHE, PLANS
from lab.pki import Identity, Pki

from test_lync_sbc import run

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
NAME = "sbc1.example.net"
COUNTS = "nodes 1, pools 1, Mediation Servers 2, targets 1, trunks 1\n"


def expectations(plan):
    """(line, beginning of the text) of each "expect LINE: TEXT -->" in the plan."""
    return re.findall(r"expect (\d+): (.*?) -->", plan.read_text())


# warnings -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("plan", sorted((PLANS / "warn").glob("*.xml")), ids=lambda plan: plan.stem)
def test_warnings_are_told_and_stop_nothing(plan):
    done = run("check", plan)
    assert done.returncode == 0
    told = [line for line in done.stderr.splitlines() if "<certificate>" not in line]
    wanted = expectations(plan)
    assert len(told) == len(wanted)
    for line, (number, text) in zip(told, wanted):
        assert line.startswith(f"{plan}:{number}: warning: {text}")
    warnings = len(done.stderr.splitlines())
    assert done.stdout.startswith(f"{plan}: right, with {warnings} warning{'s' if warnings > 1 else ''}: nodes ")


def test_strict_makes_warnings_errors():
    plan = PLANS / "warn" / "refer.xml"
    done = run("check", "--strict", plan)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr == run("check", plan).stderr
    numbers = PLANS / "good" / "numbers.xml"  # no TLS, so no certificates
    done = run("check", numbers, "--strict")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{numbers}: right: nodes 1, pools 1, Mediation Servers 3, targets 3, trunks 1\n"


def test_a_long_name_leaves_the_line_whole(tmp_path):
    plan = tmp_path / "plan.xml"
    plan.write_text((PLANS / "warn" / "refer.xml").read_text().replace('name="sbc1-hq"', f'name="{"x" * 255}"')
                    .replace('trunk="sbc1-hq"', f'trunk="{"x" * 255}"'))
    assert run("check", plan).stderr.splitlines()[0].endswith(
        f' on Lync: Set-CsTrunkConfiguration -Identity "Service:PstnGateway:{"x" * 255}" -EnableReferSupport $false')


# certificates ---------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("pki"), KEY_CACHE)


def plan_with(folder, cert, key=None, ca=None, fqdn=NAME):
    """The example plan with these files; the trunk has another name of the node's where fqdn says so."""
    text = EXAMPLE_PLAN.read_text()
    for old, new in (("/etc/lync-sbc/sbc1.pem", cert), ("/etc/lync-sbc/sbc1.key", key or cert.with_suffix(".key")),
                     ("/etc/lync-sbc/ca.pem", ca or cert.parent / "ca.pem"),
                     (f'fqdn="{NAME}" port=', f'fqdn="{fqdn}" port=')):
        assert old in text
        text = text.replace(old, str(new))
    plan = folder / "plan.xml"
    plan.write_text(text)
    return plan


def findings(plan, *arguments):
    """(exit code, [(severity, text)]); all stand at the line of the certificate."""
    done = run("check", plan, *arguments)
    told = []
    for line in done.stderr.splitlines():
        place, severity, text = line.split(": ", 2)
        assert place == f"{plan}:9" and text.startswith("element <certificate>: ")
        told.append((severity, text.removeprefix("element <certificate>: ")))
    return done.returncode, told


def test_a_good_certificate(tmp_path, pki):
    plan = plan_with(tmp_path, pki["sbc1"].cert)
    done = run("check", plan, "--node", "sbc1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{plan}: right: {COUNTS}"


@pytest.mark.parametrize("identity, severity, text", [
    (Identity(NAME, [NAME], NOW + 20 * DAY), "warning", "file '{cert}' expires on {end}; expected a renewed one"),
    (Identity(NAME, [NAME], NOW - 3 * DAY), "error", "file '{cert}' has expired on {end}; expected a renewed one"),
    (Identity(NAME, ["other.example.net"]), "error", f"file '{{cert}}' is not for '{NAME}', the name by which Lync calls"),
    (Identity(NAME), "warning", f"file '{{cert}}' is for '{NAME}' by its subject or by a '*' only"),
    (Identity("x", ["*.example.net"]), "warning", f"file '{{cert}}' is for '{NAME}' by its subject or by a '*' only"),
])
def test_wrong_certificates(tmp_path, pki, identity, severity, text):
    cert = pki.issue("wrong", identity).cert
    code, told = findings(plan_with(tmp_path, cert))
    assert code == (severity == "error")
    assert len(told) == 1 and told[0][0] == severity
    assert told[0][1].startswith(text.format(cert=cert, end=identity.not_after.strftime("%Y-%m-%d")))


def test_one_that_lasts_is_not_told(tmp_path, pki):
    assert findings(plan_with(tmp_path, pki.issue("lasts", Identity(NAME, [NAME], NOW + 31 * DAY)).cert)) == (0, [])


def test_other_names_of_the_node(tmp_path, pki):
    code, told = findings(plan_with(tmp_path, pki["sbc1"].cert, fqdn="alias.example.net"))
    assert code == 1 and len(told) == 1 and "is not for 'alias.example.net'" in told[0][1]
    both = pki.issue("both", Identity(NAME, [NAME, "alias.example.net"])).cert
    assert findings(plan_with(tmp_path, both, fqdn="alias.example.net")) == (0, [])


def test_the_key_of_another_certificate(tmp_path, pki):
    code, told = findings(plan_with(tmp_path, pki["sbc1"].cert, key=pki["med01"].key))
    assert code == 1 and told == [("error", f"key '{pki['med01'].key}' is not that of the certificate in "
                                            f"'{pki['sbc1'].cert}'; expected the one it was made with")]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def test_a_key_with_a_password(tmp_path, pki):
    openssl("rsa", "-in", pki["sbc1"].key, "-aes128", "-passout", "pass:secret", "-out", tmp_path / "locked.key")
    code, told = findings(plan_with(tmp_path, pki["sbc1"].cert, key=tmp_path / "locked.key"))
    assert code == 1 and len(told) == 1 and "holds no private key that can be used" in told[0][1]


@pytest.mark.parametrize("use, role", [("serverAuth", "client"), ("clientAuth", "server")])
def test_a_certificate_for_one_direction(tmp_path, pki, use, role):
    cert = tmp_path / "one.pem"
    openssl("req", "-x509", "-key", pki["sbc1"].key, "-subj", "/CN=x", "-days", "99", "-out", cert,
            "-addext", f"subjectAltName=DNS:{NAME}", "-addext", f"extendedKeyUsage={use}")
    code, told = findings(plan_with(tmp_path, cert, key=pki["sbc1"].key, ca=cert))
    assert code == 0 and len(told) == 1 and f"may not be used by a TLS {role}" in told[0][1]


def test_a_certificate_of_tomorrow(tmp_path, pki):
    cert, begins = tmp_path / "new.pem", NOW + 2 * DAY
    openssl("req", "-x509", "-key", pki["sbc1"].key, "-subj", "/CN=x", "-out", cert, "-addext", f"subjectAltName=DNS:{NAME}",
            "-not_before", begins.strftime("%Y%m%d%H%M%SZ"), "-not_after", (NOW + 99 * DAY).strftime("%Y%m%d%H%M%SZ"))
    code, told = findings(plan_with(tmp_path, cert, key=pki["sbc1"].key, ca=pki.ca))
    assert code == 1 and f"is not valid before {begins:%Y-%m-%d}" in told[0][1]


def test_a_chain_that_leads_nowhere(tmp_path, pki):
    cert = pki.issue("elsewhere", Identity(NAME, [NAME], ca="other-ca")).cert
    assert findings(plan_with(tmp_path, cert)) == (0, [("warning", (
        f"file '{cert}' does not lead to an authority of ca '{pki.ca}'; expected the certificates between them behind the "
        "node's own"))])
    assert findings(plan_with(tmp_path, cert, ca=cert.parent / "other-ca.pem")) == (0, [])


def test_an_authority_of_that_name_with_another_key(tmp_path, pki):
    ca = tmp_path / "ca.pem"
    openssl("req", "-x509", "-key", pki["med01"].key, "-subj", "/CN=Lab ca", "-days", "99", "-out", ca)
    code, told = findings(plan_with(tmp_path, pki["sbc1"].cert, ca=ca))
    assert code == 1 and len(told) == 1 and told[0][1].startswith(
        f"the chain of file '{pki['sbc1'].cert}' is broken: certificate signature failure; ")


@pytest.mark.parametrize("what", ["file", "ca"])
def test_a_file_that_was_cut(tmp_path, pki, what):
    """Behind the first certificate, which is whole."""
    cut = tmp_path / "cut.pem"
    first = {"file": pki["sbc1"].cert, "ca": pki.ca}[what]
    cut.write_bytes(first.read_bytes() + pki.ca.read_bytes()[:-100])
    plan = plan_with(tmp_path, cut, pki["sbc1"].key, pki.ca) if what == "file" else plan_with(tmp_path, pki["sbc1"].cert, ca=cut)
    code, told = findings(plan)
    assert code == 1 and told == [("error", f"{what} '{cut}' holds a certificate that cannot be read; expected whole ones, "
                                            "in PEM")]


def test_files_that_hold_something_else(tmp_path, pki):
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    code, told = findings(plan_with(tmp_path, empty, key=empty, ca=empty))
    assert code == 1 and [text.split(" ")[0] for _, text in told] == ["file", "key", "ca"]
    assert all("holds no " in text for _, text in told)


def test_an_authority_that_has_expired(tmp_path, pki):
    ca = tmp_path / "ca.pem"
    ca.write_bytes(pki.ca.read_bytes() + pki["expired"].cert.read_bytes())
    code, told = findings(plan_with(tmp_path, pki["sbc1"].cert, ca=ca))
    assert code == 1 and len(told) == 1 and told[0][1].startswith(f"ca '{ca}' has expired on ")


def test_files_of_another_machine(tmp_path):
    plan = plan_with(tmp_path, tmp_path / "none.pem")
    code, told = findings(plan)
    assert code == 0 and told == [("warning", f"file '{tmp_path}/none.pem' was not looked at: No such file or directory; "
                                              "on the node itself: lync-sbc check --node sbc1 PLAN")]
    code, told = findings(plan, "--node", "sbc1")
    assert code == 1 and [severity for severity, _ in told] == ["error"] * 3
    assert all("cannot be read: No such file or directory" in text for _, text in told)


def test_only_the_named_node_is_looked_at():
    full = PLANS / "good" / "full.xml"
    done = run("check", "--node", "sbc2", full)
    assert done.returncode == 1 and "sbc1.pem" not in done.stderr and "sbc2.pem" in done.stderr
    done = run("check", "--node=sbc3", full)
    assert done.returncode == 2 and done.stderr.splitlines()[-1] == (
        "lync-sbc check: the plan has no node 'sbc3'; known: sbc1, sbc2")
