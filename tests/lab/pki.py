# SPDX-License-Identifier: GPL-2.0-or-later
"""Certificates for the lab: a CA, the SBC, the Mediation Servers, and every wrong kind of them.

Lync uses RSA keys of 2048 bits. Making one takes a tenth of a second, so keys are kept in a cache folder;
certificates are issued anew each time.
"""
import datetime
import fcntl
import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

POOL = "medpool.contoso.example"
_NOW = datetime.datetime.now(datetime.timezone.utc)
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """What stands in a certificate. A Mediation Server's has the pool as subject, the server in the SAN."""
    cn: str
    san: list[str] = field(default_factory=list)
    not_after: datetime.datetime = _NOW + 365 * _DAY
    ca: str = "ca"


IDENTITIES = {
    "sbc1": Identity("sbc1.example.net", ["sbc1.example.net"]),
    "med01": Identity(POOL, [POOL, "med01.contoso.example"]),
    "med02": Identity(POOL, [POOL, "med02.contoso.example"]),
    "gw2": Identity("gw2.example.net", ["gw2.example.net"]),
    "wrong-name": Identity("sip.fabrikam.example", ["sip.fabrikam.example"]),
    "expired": Identity(POOL, [POOL, "med01.contoso.example"], not_after=_NOW - _DAY),
    "unknown-ca": Identity(POOL, [POOL, "med01.contoso.example"], ca="other-ca"),
}


@dataclass(frozen=True)
class Credentials:
    """Files: own certificate and key (None: present none), and the CA we trust."""
    ca: Path
    cert: Path | None = None
    key: Path | None = None


class Pki:
    def __init__(self, folder, key_cache):
        self._folder, self._keys = Path(folder), Path(key_cache)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._keys.mkdir(parents=True, exist_ok=True)
        self._cas = {name: self._make_ca(name) for name in ("ca", "other-ca")}
        self.ca = self._folder / "ca.pem"

    def __getitem__(self, name):
        """The credentials of one of IDENTITIES, or of "none": no certificate at all."""
        if name == "none":
            return Credentials(self.ca)
        if not (self._folder / f"{name}.pem").exists():
            self.issue(name, IDENTITIES[name])
        return Credentials(self.ca, self._folder / f"{name}.pem", self._folder / f"{name}.key")

    def issue(self, name, identity):
        """Writes NAME.pem and NAME.key, for use as TLS server and client."""
        key = self._key(name)
        ca, ca_key = self._cas[identity.ca]
        usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = (_builder(identity.cn, ca.subject, key, identity.not_after)
                   .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                   .add_extension(x509.ExtendedKeyUsage(usage), critical=False))
        if identity.san:
            names = x509.SubjectAlternativeName([_general_name(n) for n in identity.san])
            builder = builder.add_extension(names, critical=False)
        self._write(name, builder.sign(ca_key, hashes.SHA256()), key)
        return self[name]

    def _make_ca(self, name):
        key = self._key(name)
        usage = x509.KeyUsage(key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False,
                              key_encipherment=False, data_encipherment=False, key_agreement=False,
                              encipher_only=False, decipher_only=False)
        subject = _name(f"Lab {name}")
        ca = (_builder(f"Lab {name}", subject, key, _NOW + 3650 * _DAY)
              .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
              .add_extension(usage, critical=True)
              .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
              .sign(key, hashes.SHA256()))
        self._write(name, ca, key)
        return ca, key

    def _key(self, name):
        path = self._keys / f"{name}.key"
        with open(self._keys / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                path.write_bytes(_pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)))
        return serialization.load_pem_private_key(path.read_bytes(), None)

    def _write(self, name, certificate, key):
        (self._folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self._folder / f"{name}.key").write_bytes(_pem(key))


def _builder(cn, issuer, key, not_after):
    return (x509.CertificateBuilder().subject_name(_name(cn)).issuer_name(issuer).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(_NOW, not_after) - 30 * _DAY).not_valid_after(not_after))


def _name(cn):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])


def _general_name(text):
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())
