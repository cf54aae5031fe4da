# SPDX-License-Identifier: GPL-2.0-or-later
"""Plans as nobody should write them: good and bad ones with a few changes each, the same for the same seed.

Most changes are to the markup (what an administrator, a script or a merge does), so that most mutants are XML still
and get past the reader; some are to the bytes.
"""
import random
import re

TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)(/?)>")
ATTRIBUTE = re.compile(r"\s([\w:.-]+)=(\"[^\"]*\"|'[^']*')")
CHANGES = (1, 1, 1, 2, 2, 3, 5)  # to one plan
NUMBERS = ["0", "1", "-1", "+1", "01", "1.0", " 7 ", "100", "101", "65535", "65536", "4294967296", "9" * 30]
TEXTS = ["", " ", "x", "true", "True", "0", "tls", "udp", "TLS", "lync", "pstn", "drain", "Required", "NotSupported", "any", "*",
         "192.0.2.1", "192.0.2.77", "::1", "2001:db8::1", "::ffff:192.0.2.1", "0.0.0.0", "224.0.0.1", "256.1.1.1", "sbc1.example.net",
         "SBC1.EXAMPLE.NET", "sbc1.example.net.", "a..b", "-a.example", "ü.example", "x" * 255, "x" * 256, "y" * 5000, "/", "a/b",
         r"^\+(\d+)$", "(", "(a+)+$", r"\p{IsGreek}", "(?<n>1)", "(?{1})", "[a-z", "$1", "${n}", "$9", "$$", "$", "&#10;", "&#9;x",
         "&amp;", "&lt;", "&quot;", "&none;", "\U0001f600", "\u00a0", "'"]


class Markup:
    """Where the tags, elements and attributes of a text stand."""

    def __init__(self, text):
        self.text = text
        self.tags = list(TAG.finditer(text))
        self.attributes = [(tag.start(3) + a.start(), tag.start(3) + a.end(), a[1], a[2][1:-1])
                           for tag in self.tags for a in ATTRIBUTE.finditer(tag[3])]
        self.elements = list(self._elements())  # (start, end) of all but the root

    def _elements(self):
        open_tags = []
        for tag in self.tags:
            if tag[4]:
                yield tag.span()
            elif not tag[1]:
                open_tags.append(tag)
            elif open_tags:
                start = open_tags.pop().start()
                if open_tags:
                    yield start, tag.end()


def replaced(text, start, end, new):
    return text[:start] + new + text[end:]


# Each takes a generator of random numbers, the markup, and the texts of other plans. --------------------------------------
def drop_attribute(rng, markup, _):
    start, end, _, _ = rng.choice(markup.attributes)
    return replaced(markup.text, start, end, "")


def change_value(rng, markup, _):
    start, end, name, value = rng.choice(markup.attributes)
    values = NUMBERS if value.isdigit() and rng.random() < 0.7 else TEXTS
    return replaced(markup.text, start, end, f' {name}="{rng.choice(values)}"')


def value_of_another(rng, markup, _):
    """Broken references, clashes of ports, addresses and names."""
    start, end, name, _ = rng.choice(markup.attributes)
    others = [a for a in markup.attributes if a[2] == name] if rng.random() < 0.6 else markup.attributes
    return replaced(markup.text, start, end, f' {name}="{rng.choice(others)[3]}"')


def change_letter(rng, markup, _):
    start, end, name, value = rng.choice([a for a in markup.attributes if a[3]])
    at = rng.randrange(len(value))
    new = rng.choice([value[at].swapcase(), "", value[at] * 2, rng.choice("0a.-_ /:+\\()")])
    return replaced(markup.text, start, end, f' {name}="{value[:at]}{new}{value[at + 1:]}"')


def add_attribute(rng, markup, others):
    """One that stands elsewhere: unknown here, or twice."""
    tag = rng.choice([t for t in markup.tags if not t[1]])
    _, _, name, value = rng.choice(Markup(rng.choice(others)).attributes)
    return replaced(markup.text, tag.end(2), tag.end(2), f' {name}="{value}"')


def drop_element(rng, markup, _):
    return replaced(markup.text, *rng.choice(markup.elements), "")


def element_of_another(rng, markup, others):
    """Often in the right place: behind one of its name."""
    donor = Markup(rng.choice([markup.text, *others]))
    start, end = rng.choice(donor.elements)
    element = donor.text[start:end]
    name = TAG.match(element)[2]
    places = [e for s, e in markup.elements if TAG.match(markup.text, s)[2] == name]
    at = rng.choice(places) if places and rng.random() < 0.7 else rng.choice(markup.tags).end()
    return replaced(markup.text, at, at, element)


def move_element(rng, markup, _):
    start, end = rng.choice(markup.elements)
    rest = replaced(markup.text, start, end, "")
    at = rng.choice(list(TAG.finditer(rest))).end()
    return replaced(rest, at, at, markup.text[start:end])


def rename(rng, markup, _):
    tag = rng.choice(markup.tags)
    return replaced(markup.text, *tag.span(2), rng.choice([*(t[2] for t in markup.tags), "x", "p:x", tag[2].upper()]))


def insert_text(rng, markup, _):
    at = rng.choice(markup.tags).end()
    return replaced(markup.text, at, at, rng.choice(["x", "<!-- -->", "<![CDATA[x]]>", "<?x y?>", "&amp;", "<", ">", "</x>", "\n" * 9]))


def flip_bytes(rng, markup, _):
    text = bytearray(markup.text.encode("utf-8", "surrogateescape"))
    for _ in range(rng.randint(1, 3)):
        text[rng.randrange(len(text))] = rng.randrange(256)
    return text.decode("utf-8", "surrogateescape")


def cut(rng, markup, _):
    start = rng.randrange(len(markup.text))
    return replaced(markup.text, start, start + int(rng.expovariate(0.1)) + 1, "")


MUTATIONS = [change_value] * 5 + [value_of_another] * 5 + [drop_attribute, change_letter, element_of_another] * 2 + [
    add_attribute, drop_element, move_element, rename, insert_text, flip_bytes, cut]
ENCODINGS = ["utf-8"] * 20 + ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]


def mutants(seed, plans):
    """Without end, from the texts of plans: (what was done, bytes)."""
    rng = random.Random(seed)
    while True:
        text, done = rng.choice(plans), []
        for _ in range(rng.choice(CHANGES)):
            mutation = rng.choice(MUTATIONS)
            try:
                text = mutation(rng, Markup(text), plans)
                done.append(mutation.__name__)
            except IndexError:  # nothing of that kind is left in it
                pass
        encoding = rng.choice(ENCODINGS)
        errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
        yield f"{' '.join(done)} {encoding}", text.encode(encoding, errors)
