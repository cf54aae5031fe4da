/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of the plan: what is one of a few things. */
#ifndef LIBLYNC_PLAN_WORDS_H
#define LIBLYNC_PLAN_WORDS_H

typedef enum ly_side
{
	LY_LYNC, /* Mediation Servers */
	LY_PSTN	 /* targets: gateways, PBXs, providers */
} ly_side_t;

typedef enum ly_transport
{
	LY_UDP,
	LY_TCP,
	LY_TLS
} ly_transport_t;

typedef enum ly_tls_version
{
	LY_TLS_1_0, /* Lync 2010 and 2013 on old Windows speak nothing newer */
	LY_TLS_1_2,
	LY_TLS_1_3
} ly_tls_version_t;

typedef enum ly_srtp_mode /* New-CsTrunkConfiguration -SRTPMode */
{
	LY_SRTP_REQUIRED,
	LY_SRTP_OPTIONAL,
	LY_SRTP_NOT_SUPPORTED
} ly_srtp_mode_t;

/* Whether a side of a call carries SRTP (media.h). */
typedef enum ly_media_srtp
{
	LY_MEDIA_RTP, /* never */
	LY_MEDIA_OPTIONAL,
	LY_MEDIA_SRTP /* always */
} ly_media_srtp_t;

/* How the digits of a telephone go over a side. */
typedef enum ly_dtmf
{
	LY_DTMF_RFC4733, /* telephone-event */
	LY_DTMF_INBAND,	 /* tones in the audio */
	LY_DTMF_INFO /* it presses by SIP INFO, and hears tones; liblync/dtmf.h */
} ly_dtmf_t;

/* How one of several is chosen for a call (balance.h). */
typedef enum ly_choice_by
{
	LY_BY_LOAD,
	LY_BY_TURN,
	LY_BY_ORDER,
	LY_BY_CALLED, /* always the same for the same number */
	LY_BY_CALLING
} ly_choice_by_t;

typedef enum ly_target_kind
{
	LY_TARGET_GATEWAY,
	LY_TARGET_PBX,
	LY_TARGET_PROVIDER,
	LY_TARGET_EMERGENCY
} ly_target_kind_t;

/* Which way a call goes; what it says of a reply is the way of its call. */
typedef enum ly_direction
{
	LY_FROM_LYNC,
	LY_TO_LYNC
} ly_direction_t;
#define LY_DIRECTIONS 2

/* Which number of a call. */
typedef enum ly_number_kind
{
	LY_CALLED,
	LY_CALLING,
	LY_REDIRECTING /* who has forwarded the call: History-Info, Diversion */
} ly_number_kind_t;
#define LY_NUMBER_KINDS 3

/* In which header a target is told who calls. */
typedef enum ly_identity
{
	LY_IDENTITY_AS_SENT, /* P-Asserted-Identity, where the caller's side sent one */
	LY_IDENTITY_NONE,
	LY_IDENTITY_PAI,  /* P-Asserted-Identity, always (RFC 3325) */
	LY_IDENTITY_PPI,  /* P-Preferred-Identity, always */
	LY_IDENTITY_RPID, /* Remote-Party-ID, always */
	LY_IDENTITIES
} ly_identity_t;

/* In which header a peer is told who has forwarded the call. */
typedef enum ly_history
{
	LY_HISTORY_DIVERSION, /* RFC 5806 */
	LY_HISTORY_INFO,	  /* RFC 7044 */
	LY_HISTORY_NONE
} ly_history_t;

/* In which form a side is put on hold (sdp_hold.h). */
typedef enum ly_hold
{
	LY_HOLD_TRANSPARENT, /* as the other side writes it */
	LY_HOLD_SENDONLY,
	LY_HOLD_SENDONLY_ZERO, /* and c=0.0.0.0, as in RFC 2543 B.5 */
	LY_HOLD_INACTIVE,
	LY_HOLD_INACTIVE_ZERO,
	LY_HOLD_SENDRECV /* it is not told */
} ly_hold_t;

/* What a side gets of the provisional answers to its calls (early.h). */
typedef enum ly_early_media
{
	LY_EARLY_PASS,
	LY_EARLY_STRIP_SDP, /* 18x without SDP */
	LY_EARLY_180_ONLY,	/* and 183 as 180 */
	LY_EARLY_IMMEDIATE	/* a 183 with SDP, of our own, before any of theirs */
} ly_early_media_t;

/* Where the token stands in the Contact that a side is given. */
typedef enum ly_token_place
{
	LY_TOKEN_USER,
	LY_TOKEN_PARAMETER
} ly_token_place_t;

typedef enum ly_limit_mode
{
	/* Nodes count by what the others tell them: a burst may pass it by a few calls. */
	LY_LIMIT_SOFT,
	LY_LIMIT_STRICT /* never passed, but for emergency calls */
} ly_limit_mode_t;

typedef enum ly_state
{
	LY_STATE_READY,
	LY_STATE_DRAIN /* running calls go on, no new ones */
} ly_state_t;

/* What they are called: "tls", "1.2", "lync", "drain", "provider", "from-lync", "called", "inband". */
const char *ly_transport_name(ly_transport_t transport);
const char *ly_tls_version_name(ly_tls_version_t version);
const char *ly_side_name(ly_side_t side);
const char *ly_state_name(ly_state_t state);
const char *ly_target_kind_name(ly_target_kind_t kind);
const char *ly_direction_name(ly_direction_t direction);
const char *ly_number_kind_name(ly_number_kind_t kind);
const char *ly_dtmf_name(ly_dtmf_t form);

#endif
