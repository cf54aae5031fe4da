/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/diagnostic_codes.h"

/* Nothing of Lync's clients, meetings and presence: no Mediation Server says that to a gateway. */
#define CODE(id, tells, from, meaning, to_do) \
	{id, id, LY_TELLS_##tells, LY_KNOWN_##from, meaning, to_do}
#define RANGE(from, to, tells, known, meaning, to_do) \
	{from, to, LY_TELLS_##tells, LY_KNOWN_##known, meaning, to_do}

#define TRACE_INSIDE "trace the call on the Front End (CLSLogger)"
#define NUMBER_OF_USER                                                         \
	"check the LineURI (Get-CsUser), and that the number arrives in E.164 as " \
	"there: the trunk's dial plan, the rules of <numbers>"
#define ROUTES_OF_USER                                                        \
	"check the caller's voice policy, its PSTN usages, and the voice routes " \
	"that have them (Test-CsVoiceRoute)"

/* clang-format off */
const ly_meaning_t ly_meanings[] = {
	CODE(4, CAUSE, OCER, "Call Admission Control has no bandwidth left for the call",
		"check the bandwidth policies of the sites and of the link between them"),
	CODE(1003, CAUSE, OCER, "no user of Lync has the called number or address",
		NUMBER_OF_USER),
	CODE(1004, CAUSE, OCER, "the route of the dialog no longer holds: a server on it was restarted or is gone",
		"nothing, if it was a restart; else see which server of the pool is down"),
	CODE(1005, CAUSE, OCER, "the Front End cannot route to the domain of the called address",
		"check that the domain after the @ is a SIP domain of the topology (Get-CsSipDomain)"),
	CODE(1007, CAUSE, OCER, "the Front End cannot route for the moment",
		"check that the Front End services run, and the pool's health and event log"),
	CODE(1008, CAUSE, OCER, "a DNS SRV record that Lync needs inside cannot be resolved",
		"check the DNS of the Front End and Edge servers"),
	CODE(1010, CAUSE, OCER, "a server of Lync does not trust the certificate of the next one",
		"check names, dates and issuer of the certificates inside Lync, and its trusted roots"),
	CODE(1011, NOTHING, OCER, "the server further in did not say why", TRACE_INSIDE),
	CODE(1014, CAUSE, OCER, "a DNS A record that Lync needs inside cannot be resolved",
		"check the DNS of the Front End and Mediation Servers"),
	CODE(1033, NOTHING, GUESS, "the server further in did not say why", TRACE_INSIDE),
	CODE(1034, NOTHING, TRACE, "the federated peer further in did not say why",
		"ask who runs the federated domain, or " TRACE_INSIDE),
	CODE(4002, CAUSE, OCER, "several users of Lync have the caller's number",
		"find them by their LineURI (Get-CsUser), and take it from all but one"),
	CODE(4005, CAUSE, OCER, "the called address is not enabled for SIP, or does not exist",
		NUMBER_OF_USER),
	CODE(4006, CAUSE, OCER, "the called user is not in the pool that was asked",
		"check the user's pool (Get-CsUser), and replication (Get-CsManagementStoreReplicationStatus)"),
	CODE(4009, CAUSE, OCER, "several users of Lync have the called number",
		"find them by their LineURI (Get-CsUser), and take it from all but one"),
	CODE(10000, CODE, GUESS, "a gateway of Lync, perhaps this SBC, has refused the call",
		"read the SIP code beside it; where it is ours, our log says why"),
	CODE(10003, CODE, TRACE, "the Front End has refused the call with the SIP code beside it",
		"read that code: 404 the number, 480 nobody signed in, 486 busy; else " TRACE_INSIDE),
	CODE(10013, CAUSE, TRACE, "the Mediation Server does not know us: this SBC is not in the topology, or has no trunk to that pool",
		"check gateway FQDN or address, listening port and pool of the trunk in Topology Builder, publish (Publish-CsTopology), wait for replication; call that pool only"),
	CODE(12000, CAUSE, OCER, "there are voice routes, but all of their gateways are down for Lync",
		"check the OPTIONS of each gateway; Lync takes one back by itself when it answers again"),
	CODE(12001, CAUSE, OCER, "the caller's voice policy has no PSTN usage", ROUTES_OF_USER),
	CODE(12002, CAUSE, OCER, "the called number is not valid or too long",
		"check what the dial plan makes of it (Test-CsDialPlan)"),
	CODE(12003, CAUSE, OCER, "outbound routing has lost track of the call", TRACE_INSIDE),
	CODE(12004, CAUSE, OCER, "the caller may not call that number, or no voice route fits it", ROUTES_OF_USER),
	CODE(12005, CAUSE, OCER, "the caller's voice policy cannot be read",
		"look at it with Get-CsVoicePolicy, and assign it anew"),
	CODE(12008, CAUSE, OCER, "location-based routing forbids the call: it would bypass toll",
		"check EnableLocationRestriction of the trunk, and the location policy of the user's site"),
	CODE(12009, CAUSE, OCER, "location-based routing forbids the transfer: it would bypass toll",
		"check EnableLocationRestriction of the trunk, and the location policy of the user's site"),
	CODE(13000, CAUSE, OCER, "the called user's forwarding comes back to the user", "change the user's call forwarding"),
	CODE(13001, CAUSE, OCER, "forwarding and delegates of the called user led to no answer",
		"check the user's call forwarding, team and delegates"),
	CODE(13002, CAUSE, OCER, "nobody took the call: none of the called user's endpoints has answered it for good",
		"check whether the user is signed in anywhere, and the user's call forwarding"),
	CODE(13003, CAUSE, OCER, "a header of the INVITE is not written as inbound routing wants it",
		"compare the INVITE on Lync's leg with that of a call that works"),
	CODE(13009, CAUSE, OCER, "nobody is signed in at the backup registrar", "check the user's primary pool"),
	CODE(13010, CAUSE, OCER, "the called endpoint has refused: Call Admission Control has no bandwidth left",
		"check the bandwidth policies of the sites and of the link between them"),
	CODE(13011, CAUSE, OCER, "inbound routing is overloaded", "check the load of the Front End servers"),
	CODE(13014, CAUSE, GUESS, "nobody took the call, and the called user has no voice mail", "nothing; or enable the user for Unified Messaging"),
	CODE(14010, CAUSE, GUESS, "no rule of the dial plan fits the called number",
		"check the dial plan of the trunk (Get-CsDialPlan, Test-CsDialPlan), or send E.164"),
	CODE(15030, CAUSE, GUESS, "the call cannot be routed to Exchange Unified Messaging",
		"check the Exchange UM servers, their dial plan and certificates"),

	/* 10000 and the SIP code: so are the ids of [MS-OCER] 9.3.2 numbered. */
	RANGE(10400, 10699, CODE, GUESS, "a gateway of Lync, perhaps this SBC, has answered the SIP code in the last three digits",
		"where that answer is ours, our log says why"),

	/* Microsoft's page of the header has the ranges. */
	RANGE(0, 999, AREA, OCER, "common to all servers of Lync", TRACE_INSIDE),
	RANGE(1000, 1999, AREA, OCER, "SIP stack of the Front End or Edge", TRACE_INSIDE),
	RANGE(2000, 2999, AREA, OCER, "user services of the Front End: presence", TRACE_INSIDE),
	RANGE(3000, 3999, AREA, OCER, "user services of the Front End: conferences", TRACE_INSIDE),
	RANGE(4000, 4999, AREA, OCER, "user services of the Front End", TRACE_INSIDE),
	RANGE(5000, 5999, AREA, OCER, "an application on the Front End", TRACE_INSIDE),
	RANGE(6000, 9999, AREA, OCER, "conferencing servers and media relays of Lync", TRACE_INSIDE),
	RANGE(10000, 10999, AREA, OCER, "the Mediation Server itself",
		"read Lync's reason; trace the call on the Mediation Server (CLSLogger, component MediationServer), and look into its event log"),
	RANGE(11000, 11999, AREA, OCER, "metrics server", TRACE_INSIDE),
	RANGE(12000, 12999, AREA, OCER, "outbound routing: a call out of Lync, forwarded or transferred, was refused", ROUTES_OF_USER),
	RANGE(13000, 13999, AREA, OCER, "inbound routing: forwarding, delegates and registered endpoints of the called user",
		"check the user's call forwarding, and where the user is signed in"),
	RANGE(14000, 14999, AREA, OCER, "translation of numbers: the dial plan", "check the dial plan of the trunk (Get-CsDialPlan, Test-CsDialPlan)"),
	RANGE(15000, 15999, AREA, OCER, "routing to Exchange Unified Messaging", "check the Exchange UM servers, their dial plan and certificates"),
	RANGE(16000, 17999, AREA, OCER, "filters of messages and client versions on the Front End", TRACE_INSIDE),
	RANGE(0, ~0u, AREA, GUESS, "a code of no known range", TRACE_INSIDE),
};
/* clang-format on */
const unsigned ly_meaning_count = sizeof(ly_meanings) / sizeof(ly_meanings[0]);

const ly_meaning_t *ly_diagnostic_meaning(unsigned id)
{
	const ly_meaning_t *row = ly_meanings;

	/* the last row has all codes in it */
	while(id < row->from || id > row->to)
		row++;
	return row;
}
