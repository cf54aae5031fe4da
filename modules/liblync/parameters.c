/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/parameters.h"

#include <string.h>

#include "liblync/plan_schema.h"

#define NOT_YET "Not yet. "
#define INSIDE_LYNC "Nothing: it concerns what Lync does inside."
#define SAME "as needed"

/* clang-format off */
const ly_parameter_t ly_parameters[] = {
	{"SRTPMode", "As in New-CsTrunkConfiguration. Over tcp Lync forces NotSupported.",
		"`Required`: RTP/SAVP with one AES_CM_128_HMAC_SHA1_80 key in both directions, everything else is refused with 488. `NotSupported`: RTP/AVP, a key is refused. `Optional`: an offer of Lync with keys becomes SRTP, one without becomes RTP; towards Lync SRTP is offered.", "Required"},
	{"AcceptGatewayPAIForOutboundCalls", "Lync shows the P-Asserted-Identity of our answers as the connected number (Skype for Business).",
		"P-Asserted-Identity of an answer passes with `ForwardPAI`.", SAME},
	{"ConcentratedTopology", "Media ends where signalling does.",
		"Nothing: media ends at the address of the node's interface, as signalling does.", "True"},
	{"Enable3pccRefer", "Lync transfers calls by third-party call control.",
		"Re-INVITEs without SDP, which it needs, are answered with the offer of the other side.", SAME},
	{"EnableBypass", "Media bypass: Lync's clients send media to us directly.",
		NOT_YET "Media of other addresses than the signalled one is dropped.", "False"},
	{"EnableFastFailoverTimer", "Lync gives up a call that has no progress after 10 seconds.",
		"The same whatever is set: a target that is silent costs a call its `answer-limit`, then the next is tried, until `hunt-tries` or `hunt-time` of the trunk are over and Lync gets 503. While a slow one does not ring, Lync gets a 183 of ours (`progress-after`), and waits on.", "True"},
	{"EnableLocationRestriction", "Location-based routing; NetworkSiteID says which site.", INSIDE_LYNC, SAME},
	{"EnableMobileTrunkSupport", "The provider is a mobile carrier.", INSIDE_LYNC, SAME},
	{"EnableOnlineVoice", "Users of this trunk have their voice mail online.", INSIDE_LYNC, SAME},
	{"EnablePIDFLOSupport", "Lync sends the location of emergency callers.",
		"A location beside the SDP is taken out; with `rules-off=\"multipart-others\"` of the target it passes as it is. " NOT_YET "Nobody looks into it.", "False"},
	{"EnableReferSupport", "Lync transfers calls with REFER.",
		"With `refer=\"pass\"` of the trunk a REFER goes to the target, which has to place the call; one that is to replace another call is refused with 501. Without it REFER is refused with 405, whatever is set; Lync then has no other way. With False it joins the calls itself.", "False"},
	{"EnableRTPLatching", "Media bypass through NAT: media goes where it comes from.",
		"False: media of Lync's side is taken from the signalled address alone. True: it goes where the first packet came from, and is taken from there alone; whoever sends first can take it.", "False"},
	{"EnableSessionTimer", "Lync starts session timers of its own.",
		"The same whatever is set: a timer that Lync or the target asks for passes, and where nobody asks the SBC does (`session-timer`). The ends refresh; a call that nobody refreshes is ended on both sides.", SAME},
	{"EnableSignalBoost", "Lync expects us to make audio louder.",
		"Nothing: audio is not changed.", "False"},
	{"ForwardAnonymousCallGatewayPAI", "Lync keeps our P-Asserted-Identity of anonymous calls that it forwards; needs ForwardPAI (Skype for Business).",
		"Nothing of its own: what Lync sends is passed on as `ForwardPAI` says.", SAME},
	{"ForwardCallHistory", "Lync sends History-Info with forwarded calls.",
		"It is told to the target as the target's `history` says: Diversion, History-Info, or nothing.", "True"},
	{"ForwardPAI", "Lync sends P-Asserted-Identity, and reads ours.",
		"False: Lync gets none. True: it gets that of a target with `trust-identity`.", "True"},
	{"RemovePlusFromUri", "Lync writes numbers without their '+'.",
		"The '+' is put back where a target writes E.164 with it.", "False"},
	{"RTCPActiveCalls", "Lync ends calls without RTCP for 30 seconds. Nothing follows from it here: the SBC makes RTCP for every call, whatever is set.",
		"RTCP is sent to both ends of every call by the SBC itself, whatever is set.", "True"},
	{"RTCPCallsOnHold", "The same for calls on hold.",
		"RTCP goes on during hold, whatever is set. Where no audio has gone to Lync yet, silence is sent so that it can begin.", "True"},
	{"MaxEarlyDialogs", "How many telephones that ring for a call to it Lync may tell of at once: early dialogs. Of more than that provisional answers do not pass; who answers is connected all the same. Above 32 nobody counts.",
		"Of a call to Lync the provisional answers of so many telephones pass, those of others do not (one line in the log); whoever answers has the call.", "20"},
	{"NetworkSiteID", "The site of location-based routing.", INSIDE_LYNC, SAME},
	{"PstnUsages", "The PSTN usages of inter-trunk routing, with commas between them.",
		"Nothing: calls that come back are calls. Max-Forwards ends loops.", SAME},
	{"Description", "Any text.", "Nothing.", SAME},
	{"OutboundTranslationRulesList", "Rules that Lync applies to called numbers, before a call leaves it.",
		"Lync has applied them. Rules of the SBC's own, in the same form, stand in `<numbers>` as `<rule on=\"called\">`.", "empty: have the rules in the plan"},
	{"OutboundCallingNumberTranslationRulesList", "The same for calling numbers.",
		"Likewise, `<rule on=\"calling\">`.", "empty: have the rules in the plan"},
	{"SipResponseCodeTranslationRulesList", "Rules that Lync applies to the codes of refused calls.",
		"Lync applies them to what it gets from us. Rules of the SBC's own stand in `<codes>`.", "empty: have the rules in the plan"},
};
/* clang-format on */
const unsigned ly_parameter_count =
		sizeof(ly_parameters) / sizeof(ly_parameters[0]);

const char *ly_parameter_default(const ly_parameter_t *parameter)
{
	const ly_attribute_t *a = ly_plan_trunk_element.attributes;

	while(a->name && strcmp(a->name, parameter->name) != 0)
		a++;
	return a->preset;
}
