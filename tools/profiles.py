# SPDX-License-Identifier: GPL-2.0-or-later
"""The profiles of rtpengine-profiles/*.xml as rows for modules/liblync/media_shipped.c.

profiles.py FILE…: writes them to standard output. What the words mean, the compiler knows, and refuses others.
"""
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

PROFILE = "{urn:lync-sbc:trunks:1}profile"
WORDS = {"side": "pstn", "srtp": "none", "codecs": None, "dtmf": "rfc4733"}  # with what stands where one is left out


def row(file):
    profile = xml.parse(file).getroot()
    given = dict(profile.attrib)
    name = given.pop("name", "")
    words = WORDS | given
    if profile.tag != PROFILE or name != file.stem or set(words) != set(WORDS) or not words["codecs"]:
        sys.exit(f"{file}: expected a <profile> with the name of its file, codecs, and perhaps side, srtp and dtmf")
    if any(set(word) & set('"\\') for word in words.values()):
        sys.exit(f"{file}: a quote in a name")
    return 'PROFILE("{}", {side}, {srtp}, "{codecs}", {dtmf})'.format(name, **words)


print("\n".join(row(Path(file)) for file in sorted(sys.argv[1:])))
