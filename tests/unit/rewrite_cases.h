/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages and what becomes of them on the other side. What a call's token and
 * its transaction would say is written out here.
 */
#ifndef TESTS_UNIT_REWRITE_CASES_H
#define TESTS_UNIT_REWRITE_CASES_H

#include "liblync/plan.h"
#include "liblync/rewrite.h"

#define LYNC_CONTACT "sip:Ltoken@sbc1.example.net:5067;transport=tls"
#define PSTN_CONTACT "sip:Ltoken@198.51.100.1:5060"

/* Of the call from Lync to the gateway: how each of the two wrote From and To. */
#define ADA_FROM                                                          \
	"\"Ada Example\" "                                                    \
	"<sip:+498912345678@contoso.example;user=phone>;epid=0A1B2C3D4E;tag=" \
	"4c0ffee01a"
#define ADA_TO "<sip:+4930123456@sbc1.example.net;user=phone>"
#define ADA "<sip:+498912345678@contoso.example;user=phone>;epid=0A1B2C3D4E"
#define MEDIATION                                                              \
	"sip:med01.contoso.example:5067;transport=Tls;maddr=192.0.2.10;ms-opaque=" \
	"0123456789abcdef"
#define LYNC_ROUTES                                      \
	"<sip:fe01.contoso.example:5061;transport=tls;lr>, " \
	"<sip:fe02.contoso.example;lr>"

/* Of the call from the gateway to Lync. */
#define GW_FROM "\"Ada\" <sip:+4930123456@198.51.100.10>;tag=a1"
#define GW_TO "<sip:+498912300@198.51.100.1>"
#define GW "<sip:+4930123456@198.51.100.10>"
#define GW_TARGET "sip:gw@198.51.100.10:5062;line=3"
#define GW_ROUTES "<sip:198.51.100.9;lr;ftag=a1>"

typedef struct rewrite_case
{
	const char *before, *after; /* files of tests/fixtures/messages */
	ly_side_t to;				/* who gets it */
	const char *target;			/* of tests/fixtures/plans/good/callers.xml */
	const char *request_uri, *routes, *from, *to_header;
	const char *trunk; /* NULL: the one that tells all */
} rewrite_case_t;

/* clang-format off */
static const rewrite_case_t cases[] = {
		/* a call from Lync */
		{"lync2013-invite.sip", "lync2013-invite.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, NULL},
		{"lync2013-location.sip", "lync2013-invite.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, NULL},
		{"lync2010-invite.sip", "lync2010-invite.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, NULL},
		{"sfb2015-invite.sip", "sfb2015-invite.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, NULL},
		{"sfb2019-invite.sip", "sfb2019-invite.pstn.sip", LY_PSTN, "without-plus", NULL, NULL, NULL, NULL, NULL},
		{"lync2013-invite.sip", "lync2013-invite-without-plus.pstn.sip", LY_PSTN, "without-plus", NULL, NULL, NULL, NULL, NULL},
		{"lync2013-client.sip", "lync2013-invite.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, NULL},
		/* what the gateway answers: From and To as Lync wrote them */
		{"gateway-180.sip", "gateway-180.lync.sip", LY_LYNC, "gw", NULL, NULL, ADA_FROM, ADA_TO, NULL},
		{"gateway-183.sip", "gateway-183.lync.sip", LY_LYNC, "gw", NULL, NULL, ADA_FROM, ADA_TO, NULL},
		{"gateway-200.sip", "gateway-200.lync.sip", LY_LYNC, "gw", NULL, NULL, ADA_FROM, ADA_TO, NULL},
		{"gateway-200-isup.sip", "gateway-200.lync.sip", LY_LYNC, "gw", NULL, NULL, ADA_FROM, ADA_TO, NULL},
		{"gateway-486.sip", "gateway-486.lync.sip", LY_LYNC, "gw", NULL, NULL, ADA_FROM, ADA_TO, NULL},
		/* in this call: from the caller by rules, from the called one as the token says */
		{"lync2013-hold.sip", "lync2013-hold.pstn.sip", LY_PSTN, "gw", GW_TARGET, "", NULL, NULL, NULL},
		{"gateway-bye.sip", "gateway-bye.lync.sip", LY_LYNC, "gw", MEDIATION, "", ADA_TO, ADA, NULL},
		{"gateway-reinvite.sip", "gateway-reinvite.lync.sip", LY_LYNC, "gw", MEDIATION, LYNC_ROUTES, ADA_TO, ADA, NULL},
		/* a transfer of it, by either end */
		{"lync2013-refer.sip", "lync2013-refer.pstn.sip", LY_PSTN, "gw", GW_TARGET, "", NULL, NULL, NULL},
		{"lync2013-refer.sip", "lync2013-refer-without-plus.pstn.sip", LY_PSTN, "without-plus", GW_TARGET, "", NULL, NULL, NULL},
		{"gateway-refer.sip", "gateway-refer.lync.sip", LY_LYNC, "without-plus", MEDIATION, "", ADA_TO, ADA, NULL},
		/* a call from the gateway, the same way */
		{"gateway-video.sip", "gateway-invite.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"gateway-invite.sip", "gateway-invite.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"gateway-invite-without-plus.sip", "gateway-invite-without-plus.lync.sip", LY_LYNC, "without-plus", NULL, NULL, NULL, NULL, NULL},
		{"lync2013-180.sip", "lync2013-180.pstn.sip", LY_PSTN, "gw", NULL, NULL, GW_FROM, GW_TO, NULL},
		{"lync2013-183.sip", "lync2013-183.pstn.sip", LY_PSTN, "gw", NULL, NULL, GW_FROM, GW_TO, NULL},
		{"lync2013-200.sip", "lync2013-200.pstn.sip", LY_PSTN, "gw", NULL, NULL, GW_FROM, GW_TO, NULL},
		{"lync2013-404.sip", "lync2013-404.pstn.sip", LY_PSTN, "gw", NULL, NULL, GW_FROM, GW_TO, NULL},
		{"lync2013-called-hold.sip", "lync2013-called-hold.pstn.sip", LY_PSTN, "gw", GW_TARGET, GW_ROUTES, GW_TO, GW, NULL},
		/* strange, but allowed */
		{"odd-folding.sip", "odd-folding.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"odd-case.sip", "odd-case.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"odd-quotes.sip", "odd-quotes.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"odd-instances.sip", "odd-instances.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"odd-blanks.sip", "odd-blanks.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"odd-bare-lf.sip", "odd-bare-lf.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"odd-user.sip", "odd-user.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"odd-compact.sip", "odd-compact.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, NULL},
		/* each header and option that passes, and some that do not */
		{"lync2013-all.sip", "lync2013-all.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, NULL},
		{"gateway-all.sip", "gateway-all.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		/* who calls, and who has forwarded */
		{"lync2013-forwarded.sip", "lync2013-forwarded.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, NULL},
		{"lync2013-forwarded.sip", "lync2013-forwarded-carrier.pstn.sip", LY_PSTN, "carrier", NULL, NULL, NULL, NULL, NULL},
		{"lync2013-forwarded.sip", "lync2013-forwarded-old-carrier.pstn.sip", LY_PSTN, "old-carrier", NULL, NULL, NULL, NULL, NULL},
		{"lync2013-forwarded.sip", "lync2013-forwarded-preferring.pstn.sip", LY_PSTN, "preferring", NULL, NULL, NULL, NULL, NULL},
		{"lync2013-forwarded.sip", "lync2013-forwarded-stranger.pstn.sip", LY_PSTN, "stranger", NULL, NULL, NULL, NULL, NULL},
		{"lync2010-anonymous.sip", "lync2010-anonymous.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, NULL},
		{"lync2010-anonymous.sip", "lync2010-anonymous-carrier.pstn.sip", LY_PSTN, "carrier", NULL, NULL, NULL, NULL, NULL},
		{"lync2010-anonymous.sip", "lync2010-anonymous-old-carrier.pstn.sip", LY_PSTN, "old-carrier", NULL, NULL, NULL, NULL, NULL},
		{"lync2013-without-plus.sip", "lync2013-without-plus.pstn.sip", LY_PSTN, "gw", NULL, NULL, NULL, NULL, "silent"},
		{"lync2013-without-plus.sip", "lync2013-without-plus-preferring.pstn.sip", LY_PSTN, "preferring", NULL, NULL, NULL, NULL, "silent"},
		{"gateway-forwarded.sip", "gateway-forwarded.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"gateway-forwarded.sip", "gateway-forwarded-silent.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, "silent"},
		{"gateway-forwarded.sip", "gateway-forwarded-stranger.lync.sip", LY_LYNC, "stranger", NULL, NULL, NULL, NULL, NULL},
		{"gateway-anonymous.sip", "gateway-anonymous.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, NULL},
		{"gateway-anonymous.sip", "gateway-anonymous-silent.lync.sip", LY_LYNC, "gw", NULL, NULL, NULL, NULL, "silent"},
};
/* clang-format on */
#define CASES (sizeof(cases) / sizeof(cases[0]))

#endif
