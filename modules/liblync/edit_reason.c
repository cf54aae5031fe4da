/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/edit_reason.h"

#include "liblync/dialect.h"

/* clang-format off */
const ly_fixed_reason_t ly_fixed_reasons[] = {
	{"contact",          "our address, with what the SBC has to know of the call sealed in it: requests in the dialog come to us"},
	{"record-route",     "our Contact is all that a side needs; the other side's route set travels sealed in it"},
	{"remote-target",    "the Contact of the receiver, byte for byte as it gave it"},
	{"route-set",        "the route set of the receiver, as the dialog began with it (RFC 3261 12.2)"},
	{"restore-identity", "From and To stay for the receiver as it knows them in this dialog (RFC 3261 8.2.6.2, 12.2)"},
	{"leg-via",          "each side sees our Via alone; what the reply has to bring back is sealed in it"},
	{"leg-call-id",      "a Call-ID that tells a host is sealed, and opened on the way back"},
	{"leg-cseq",         "each side has CSeq numbers of ours, with room for our own requests"},
	{"leg-rack",         "the number in RAck is a CSeq of who sends it (RFC 3262 7.2)"},
	{"leg-event",        "the id of a refer event is the CSeq of the REFER (RFC 3515 2.4.6)"},
	{"leg-in-reply-to",  "Call-IDs of other calls are named as the receiver knows them (RFC 3261 20.21)"},
	{"leg-tag",          "each side has tags of ours: those of the other side mean nothing to it"},
	{"other-dialog",     "names a dialog by tags that the receiver has never seen"},
	{"redirect",         "a target has sent the call on to this number"},
	{"refuse",           "who calls gets the refusal in the SBC's words"},
	{"prack",            "the receiver is not offered reliable provisional responses (prack=\"strip\" of its own, or early-dialogs=\"one\" or early-media=\"183-immediate\" of the caller in the plan)"},
	{"early-media",      "the caller is told that it rings, and not of progress (early-media=\"180-only\" in the plan)"},
	{"session-timer",    "the receiver is asked for a session timer (RFC 4028; session-timer in the plan)"},
	{"identity-unreadable", "an identity that cannot be read is not passed on"},
	{"srtp-optional",    "Lync's offer with keys means RTP/SAVP, whatever it says (SRTPMode Optional, MS-SDPEXT)"},
	{"own-keys",         "each leg of a call with SRTP on both sides has a key of its own: rtpengine makes it while it sees none"},
	{"body",             "the body that the receiver gets"},
	{"no-body",          "there is no body left that it could tell of"},
	{"content-type",     "of a multipart body the SDP alone goes out"},
	{"content-length",   "the body has another length, or none was given"},
	{"bare",             "of a reply that cannot be passed on, what it cannot do without (RFC 3261 8.2.6.2)"},
};
/* clang-format on */
const unsigned ly_fixed_reason_count =
		sizeof(ly_fixed_reasons) / sizeof(ly_fixed_reasons[0]);

const char *ly_edit_reason(const char *id)
{
	for(unsigned i = 0; i < ly_rule_count; i++) {
		if(strcmp(ly_rules[i].id, id) == 0)
			return ly_rules[i].reason;
	}
	for(unsigned i = 0; i < ly_fixed_reason_count; i++) {
		if(strcmp(ly_fixed_reasons[i].id, id) == 0)
			return ly_fixed_reasons[i].reason;
	}
	return NULL;
}
