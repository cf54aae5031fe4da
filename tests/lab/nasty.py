# SPDX-License-Identifier: GPL-2.0-or-later
"""Large files of one kind of nonsense each, for programs that must read any file in a time that its size bounds.

PLANS, TOPOLOGIES, SETTINGS: name -> function of a size in bytes that gives a text of nearly that size.
"""
from lab.paths import CHECKOUT

NAMESPACE = "urn:lync-sbc:trunks:1"
LYNC = CHECKOUT / "tests/fixtures/lync"
HEAD = f'<lync-trunks xmlns="{NAMESPACE}" version="1">\n'
NODE = ('<node name="sbc1" fqdn="sbc1.example.net"><interface side="lync" address="192.0.2.1"/><interface side="pstn" '
        'address="198.51.100.1"/><listen side="lync" transport="tcp" port="5068"/><listen side="pstn" transport="udp" port="5060"/>'
        '</node>\n')
POOL = '<pool name="p" fqdn="p.example.net" dialect="lync2013"><server fqdn="m.example.net" address="192.0.2.11"/></pool>\n'
TARGET = '<target name="gw" address="198.51.100.10" port="5060" transport="udp"><route trunk="t"/></target>\n'
TRUNK = ('<trunk name="t" pool="p" mediation-port="5068" fqdn="sbc1.example.net" port="5068" transport="tcp" '
         'SRTPMode="NotSupported" numbers="n" EnableReferSupport="false">{}<route target="gw"/></trunk>\n')
RULE = '<rule on="called" name="r" pattern="^\\+1$" translation="$0"/>'


def filled(size, begin, each, end=""):
    """begin, each(0), each(1) and so on as long as there is room, end."""
    parts, room, number = [begin], size - len(begin) - len(end), 0
    while room > 0:
        parts.append(each(number))
        assert parts[-1], "that would never end"
        room -= len(parts[-1].encode())
        number += 1
    return "".join(parts[:-1]) + end


def plan(size, routes=None, trunks=None, rules=None, rest=None, node=NODE, pool=POOL, target=TARGET):
    """A plan that is right but for what one part of it is filled with."""
    part = routes or trunks or rules or rest
    begin = HEAD + node + pool + target
    numbers = f'<numbers name="n">{RULE}</numbers>'
    if routes:
        before, after = (begin + TRUNK).split("{}")
        return filled(size, before, part, after + numbers + "</lync-trunks>")
    begin += TRUNK.format("")
    if rules:
        return filled(size, begin + '<numbers name="n">', part, "</numbers></lync-trunks>")
    if not rest:
        return begin + numbers + "</lync-trunks>"
    return filled(size, begin, part, numbers + "</lync-trunks>")


def rules(pattern, translation="$0"):
    """A list of rules with that pattern; {} in it is another number each time."""
    return lambda size: plan(size, rules=lambda n: f'<rule on="called" name="r{n}" pattern="{pattern.replace("{}", str(n))}" '
                                                   f'translation="{translation}"/>\n')


def routes(match):
    return lambda size: plan(size, routes=lambda n: f'<route target="gw" tier="{n % 9 + 1}" match="{match.replace("{}", str(n))}"/>\n')


def rest(text):
    return lambda size: plan(size, rest=lambda n: text.replace("{}", str(n)))


def inside(begin, each, end):
    return lambda size: filled(size, begin, lambda n: each.replace("{}", str(n)), end)


PLANS = {
    # of no plan at all
    "depth": lambda size: HEAD + "<a>" * ((size - 200) // 7) + "</a>" * ((size - 200) // 7),
    "depth within bounds": inside(HEAD, "<a>" * 200 + "</a>" * 200, "</lync-trunks>"),
    "attributes of one element": inside(HEAD + "<node ", 'a{}="" ', "/></lync-trunks>"),
    "attributes": inside(HEAD, "<x " + " ".join(f'a{n}=""' for n in range(100)) + "/>", "</lync-trunks>"),
    "namespaces": inside(HEAD, "<x " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(100)) + "/>", "</lync-trunks>"),
    "namespaces in each other": lambda size: HEAD + "".join(
        "".join(f'<x xmlns:a{n}="{n}">' for n in range(200)) + "</x>" * 200 for _ in range(size // 5000)) + "</lync-trunks>",
    "names": inside(HEAD, "<a{}/>", "</lync-trunks>"),
    "names of attributes": inside(HEAD, "<x " + " ".join(f'a{{}}x{n}=""' for n in range(90)) + "/>", "</lync-trunks>"),
    "names of instructions": inside(HEAD + "</lync-trunks>", "<?a{}?>", ""),
    "names of namespaces": inside(HEAD, '<x xmlns:a="{}"/>', "</lync-trunks>"),
    "blanks": lambda size: filled(size, HEAD, lambda n: bin(n)[2:].replace("0", " ").replace("1", "\t") + "<x/>", "</lync-trunks>"),
    "one name": lambda size: HEAD + "<" + "a" * size,
    "references": inside(HEAD + '<node name="', "&amp;&#x10ffff;", '"/></lync-trunks>'),
    "entities": lambda size: '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {"a" * (n + 2)} "{"&" + "a" * (n + 1) + ";"}{"&" + "a" * (n + 1) + ";"}">' for n in range(30)) + "]>" + HEAD,
    "a comment": lambda size: HEAD + "<!--" + "- " * (size // 2 - 100) + "--></lync-trunks>",
    "comments": inside(HEAD, "<!---->", "</lync-trunks>"),
    "lines": lambda size: HEAD + "\n" * (size - 200) + "</lync-trunks>",
    "lines in a tag": inside(HEAD, "<x" + "\n" * 1000 + "/>", "</lync-trunks>"),
    "text": inside(HEAD, "x<x/>", "</lync-trunks>"),
    "quotes": lambda size: HEAD + "<a b='" * (size // 6),
    "less-than signs": lambda size: "<" * size,
    "two bytes a character": lambda size: plan(size // 2, rest=lambda n: "<!-- \u00fc -->").encode("utf-16"),
    # many findings
    "unknown elements": rest("<trunkk/>"),
    "unknown attributes": rest('<pool EnableLocationRestrictionnnnnnnn=""/>'),
    "unknown attributes of trunks": rest("<trunk " + " ".join(f'EnablePIDFLOSupportEnableRTPLatching{n}=""' for n in range(90)) + "/>"),
    "nothing required": rest("<trunk/>"),
    "wrong values": rest('<node name="/" fqdn="/" state="x"/>'),
    "wrong references": rest('<target name="g{}" address="10.0.0.1" port="1" transport="udp"><route trunk="t{}"/></target>'),
    "references to nobody": lambda size: plan(size, routes=lambda n: f'<route target="g{n}"/>'),
    "one name for all": rest('<numbers name="n"><rule on="called" name="" pattern="x" translation=""/></numbers>'),
    "one address for all": rest('<target name="g{}" address="10.0.0.1" port="5060" transport="udp"><route trunk="t"/></target>'),
    "one port for all": lambda size: plan(size, node=filled(
        size // 2, NODE.replace("</node>\n", ""), lambda n: '<listen side="pstn" transport="udp" port="5060"/>', "</node>")),
    "wrong patterns": rules("^({}"),
    "wrong translations": rules("^{}$", "$9"),
    # many things that are right
    "rules": rules(r"^\+{}(\d+)$"),
    "rules that begin alike": rules(r"^\d*{}\d*$"),
    "rules that nothing is left for": rules(r"^\+?\d*$"),
    "rules that are hard to compare": rules(r"^\d?\d?\d?\d?\d?\d?\d?\d?\d?\d?\d?\d?{}$"),
    "long rules": rules("^" + "(1|2|[3-5]{2})?" * 60 + "{}$"),
    "deep rules": rules("^" + "(" * 200 + "{}" + ")" * 200 + "$"),
    "repetitions": rules("^(((1{90}){90})?){}$"),
    "classes": rules("^[" + "".join(f"\\{c}" for c in "dDwWsS") * 40 + "{}]*$"),
    "alternatives": rules("^(" + "|".join(str(n) for n in range(200)) + "|{})$"),
    "long translations": rules("^(1)(2){}$", "$1$2" * 200),
    "routes": routes(r"^\+{}"),
    "routes that begin alike": routes(r"^\d+{}$"),
    "routes to lync": lambda size: plan(size, target=filled(
        size - 2000, TARGET.partition("<route")[0], lambda n: f'<route trunk="t" match="^{n}"/>', "</target>")),
    "lists": rest(f'<numbers name="n{{}}">{RULE}</numbers>\n'),
    "code rules": lambda size: plan(size, rest=lambda n: '<codes name="c{}">{}</codes>'.format(n, "".join(
        f'<rule received="{400 + m % 300}" cause="{m % 127 + 1}" translated="500"/>' for m in range(5000)))),
    "servers": lambda size: plan(size, pool=filled(
        size - 2000, POOL.replace("</pool>\n", ""), lambda n: f'<server fqdn="m{n}.example.net"/>', "</pool>")),
    "pools": rest('<pool name="p{}" fqdn="p{}.example.net" dialect="lync2013"><server fqdn="m{}.example.net"/></pool>'),
    "targets": rest('<target name="g{}" fqdn="g{}.example.net" port="5060" transport="udp"><route trunk="t"/></target>'),
    "trunks": rest('<trunk name="t{}" pool="p" mediation-port="1" fqdn="a{}.example.net" port="5068" transport="tcp"/>'),
    "nodes": rest(NODE.replace("sbc1", "n{}")),
}


def service(number, gateway="sbc1.contoso.com", name="{}", pool=1):
    return ('<Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="PstnGateway" Instance="{0}"/><DependsOn><Dependency><ServiceId '
            'SiteId="1" RoleName="MediationServer" Instance="{4}"/></Dependency></DependsOn><InstalledOn><ClusterId SiteId="1" '
            'Number="{1}"/></InstalledOn><Ports xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008"><Port '
            'Owner="urn:component:GatewayComp" Usage="SipClient" Port="{2}" Protocol="Tls" ConfiguredFqdn="{3}"/></Ports></Service>\n'
            ).format(1000 + number, name.format(number), number % 65535 + 1, gateway.format(number), pool)


def services(**options):
    """The sample with more trunks."""
    def text(size):
        begin, end = (LYNC / "topology.xml").read_text().split("  </Services>")
        return filled(size, begin, lambda n: service(n, **options), "  </Services>" + end)

    return text


def clusters(each):
    def text(size):
        begin, end = (LYNC / "topology.xml").read_text().split("  </Clusters>")
        return filled(size, begin, lambda n: each.replace("{}", str(n)), "  </Clusters>" + end)

    return text


TOPOLOGIES = {
    "trunks of one cluster": services(name="10"),
    "trunks of no cluster": services(gateway="g{}.example.net", name="{}"),
    "trunks to nowhere": services(name="10", pool=99),
    "trunks of others": services(gateway="g{}.example.net", name="10"),
    "clusters": clusters('<Cluster Fqdn="c{}"><ClusterId SiteId="1" Number="{}"/></Cluster>'),
    "clusters with one key": clusters('<Cluster Fqdn="c{}"><ClusterId SiteId="1" Number="10"/></Cluster>'),
    "machines": clusters('<Cluster Fqdn="c"><ClusterId SiteId="9" Number="1"/>' + '<Machine Fqdn="m"/>' * 1000 + "</Cluster>"),
    "depth": lambda size: (LYNC / "topology.xml").read_text().replace("</Clusters>", "<a>" * 200 + "</a>" * 200 + "</Clusters>"),
}

OBJS = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n'
TYPE = "Microsoft.Rtc.Management.WritableConfig."
CONFIGURATION = (f'<Obj RefId="{{0}}"><TN RefId="0"><T>{TYPE}Settings.TrunkConfiguration.TrunkConfiguration</T></TN><Props>'
                 '<S N="Identity">{1}</S>{2}</Props></Obj>\n')
LIST = '<Obj N="OutboundTranslationRulesList" RefId="{}"><LST>{}</LST></Obj>'
LYNC_RULE = ('<Obj><Props><S N="Name">r{0}</S><S N="Pattern">^\\+{0}(\\d+)$</S><S N="Translation">$1</S></Props></Obj>')
ROUTE = (f'<Obj><TN><T>{TYPE}Policy.Voice.Route</T></TN><Props><S N="Identity">r{{0}}</S><S N="NumberPattern">^{{0}}</S>'
         '<Obj N="PstnGatewayList"{1}</Obj></Props></Obj>\n')


def configuration(each):
    """One configuration, its list of rules filled."""
    begin, end = (OBJS + CONFIGURATION.format(1, "Global", LIST.format(2, "{}")) + "</Objs>").split("{}")
    return lambda size: filled(size, begin, lambda n: each.replace("{0}", str(n)), end)


def routes_of(gateways):
    """gateways: inside of the first PstnGatewayList; the others refer to it."""
    first = ROUTE.format(0, f' RefId="7"><LST>{gateways}</LST>')
    return lambda size: filled(size, OBJS + CONFIGURATION.format(1, "Global", "") + first,
                               lambda n: ROUTE.format(n, "></Obj><Ref N=\"PstnGatewayList\" RefId=\"7\"/><Obj>"), "</Objs>")


SETTINGS = {
    "rules": configuration(LYNC_RULE),
    "rules that begin alike": configuration(LYNC_RULE.replace("^\\+", "^\\d+")),
    "wrong rules": configuration(LYNC_RULE.replace("^\\+", "^(" + "x" * 300)),
    "empty rules": configuration("<Obj><Props/></Obj>"),
    "wrong codes": lambda size: configuration('<Obj><Props><U16 N="ReceivedResponseCode">{0}</U16></Props></Obj>')(size).replace(
        "OutboundTranslationRulesList", "SipResponseCodeTranslationRulesList"),
    "routes": lambda size: filled(size, OBJS, lambda n: ROUTE.format(n, "><LST><S>PstnGateway:sbc1.contoso.com</S></LST>"), "</Objs>"),
    "routes to many": routes_of("<S>PstnGateway:sbc1.contoso.com</S>" * 1000),
    "depth": lambda size: OBJS + '<Obj N="a"><Props>' * 100 + "</Props></Obj>" * 100 + "</Objs>",
    "escapes": inside(OBJS, "<S>_x000a__xD83D__xDE00__x</S>", "</Objs>"),
    "one long text": lambda size: (OBJS + CONFIGURATION.format(1, "Global", "") + "</Objs>").replace("Global", "_x0041_" * (size // 8)),
    "usages": lambda size: filled(size, OBJS + CONFIGURATION.partition("{2}")[0].format(1, "Global") + '<Obj N="PstnUsages"><LST>',
                                  lambda n: f"<S>{n}</S>", "</LST></Obj></Props></Obj></Objs>"),
    "configurations": lambda size: filled(size, OBJS + CONFIGURATION.format(
        1, "Global", LIST.format(2, "".join(LYNC_RULE.format(n) for n in range(1000)))), lambda n: CONFIGURATION.format(
            n + 9, f"Service:PstnGateway:t{n}", '<Ref N="OutboundTranslationRulesList" RefId="2"/>'), "</Objs>"),
    "types": lambda size: filled(size, OBJS, lambda n: f"<Obj><TN>{'<T>a</T>' * 1000}</TN></Obj>", "</Objs>"),
}
