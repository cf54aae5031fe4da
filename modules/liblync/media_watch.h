/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is done about the media of a running call: when its media node is asked about it, and what follows from the
 * answer. Times are milliseconds of a clock that never goes back.
 *
 * Two faults of rtpengine 12.5 are behind it. It sends RTCP on a leg only once RTP has gone out there; and a call that it
 * takes up again from its Redis has lost the index of what it sends as SRTP (RFC 3711 3.3.1), so that after a wrap of
 * the sequence number nothing can be decoded any more. Its audio player cures both: it sends at once, with an SSRC that
 * nobody has seen, whose index rightly begins at 0. But no digit (RFC 4733) gets past it, so it is not left on.
 */
#ifndef LIBLYNC_MEDIA_WATCH_H
#define LIBLYNC_MEDIA_WATCH_H

#include "liblync/ng.h"
#include "liblync/plan.h"

typedef enum ly_player
{
	LY_PLAYER_OFF,
	LY_PLAYER_RTCP,		/* until RTP comes for Lync */
	LY_PLAYER_FIRST_AID /* since its node came back, until its media begin anew */
} ly_player_t;

/* Of a call. All 0 but begun: nobody has asked yet. */
typedef struct ly_media_watch
{
	uint64_t begun; /* its media: by the answer, or anew */
	uint64_t known; /* when its node has said last that it knows it */
	uint64_t due; /* when it is asked again; 0: LY_MEDIA_FIRST_MS after begun */
	ly_player_t player;
	/* an SRTP sequence number has wrapped, or may have before the next look */
	bool wrapped;
	uint64_t got[2];   /* packets from each side at the last look */
	uint64_t heard[2]; /* when these had last become more; 0: not yet looked */
	/* of each side at the last look: RTP that could be decrypted, and what could not */
	uint64_t rtp[2], bad[2];
	bool again; /* an offer has passed, under which the player is not to stay as it is */
	uint8_t left; /* the media node that it was taken from; 0: none */
} ly_media_watch_t;

/* Of a media node. */
typedef struct ly_media_node
{
	bool up;
	uint64_t away;	  /* how long it has been down */
	uint64_t started; /* when it was found to have been started anew; 0: not */
} ly_media_node_t;

typedef struct ly_media_rules
{
	uint64_t patience; /* so long a node may be away */
	uint64_t interval; /* between looks */
	uint64_t timeout;  /* so long a side may send nothing; 0: any time */
} ly_media_rules_t;

#define LY_MEDIA_FIRST_MS 5000
/* After an answer that the player does not know of. */
#define LY_MEDIA_AGAIN_MS 300
/* Between looks at a call whose player is to be switched off soon, or whose keys may be wrong. */
#define LY_MEDIA_SOON_MS 2000
/* So many packets, a second's, that cannot be decrypted, and not one that can: a side has another key than it has told. */
#define LY_MEDIA_BAD 50
/* So long first aid has to do before the media begin anew. */
#define LY_MEDIA_AFTER_AID_MS 3000

typedef enum ly_media_step
{
	LY_MEDIA_NOTHING,
	LY_MEDIA_LOOK,	 /* its node is asked */
	LY_MEDIA_RESCUE, /* the same, at once: its node was started anew */
	LY_MEDIA_ANEW, /* new ports and keys from the same node, told to both sides */
	LY_MEDIA_MOVE,	  /* the same from another node: its own is gone */
	LY_MEDIA_PLAY,	  /* the player goes on, so that RTCP flows */
	LY_MEDIA_AID,	  /* the player goes on, as first aid */
	LY_MEDIA_RELEASE, /* the player goes off */
	LY_MEDIA_LOST, /* its node was started anew and does not know it: as LY_MEDIA_ANEW */
	LY_MEDIA_GONE,	   /* its node has given it up: it is ended */
	LY_MEDIA_SILENT,   /* a side has sent nothing for too long: it is ended */
	LY_MEDIA_WRONG_KEY /* what a side sends cannot be decrypted: it is ended */
} ly_media_step_t;

/* What a node says of a call ("query"). */
typedef struct ly_media_seen
{
	bool known;
	bool srtp;			  /* on one of its legs at least */
	bool to_lync;		  /* RTP from the gateway may pass to Lync */
	bool active;		  /* RTP may pass both ways */
	uint64_t got[2];	  /* packets that came from each side, RTCP as well */
	uint64_t sent_rtp[2]; /* RTP packets that went to each side */
	uint64_t rtp_from[2]; /* … and came from it */
	uint64_t
			bad_from[2]; /* SRTP that came from it and could not be decrypted */
	uint32_t index; /* the highest one of SRTP on Lync's leg (RFC 3711: i) */
} ly_media_seen_t;

/* Reads an answer to "query". False where it is none of a call with the tags "lync" and "pstn". */
bool ly_media_read(ly_slice_t dictionary, ly_media_seen_t *seen);

/* The next step of a call: NOTHING, LOOK, RESCUE, ANEW or MOVE. */
ly_media_step_t ly_media_next(const ly_media_watch_t *w,
		const ly_media_node_t *n, const ly_media_rules_t *rules, uint64_t now);

/*
 * What follows from a look: NOTHING, or from PLAY on. wants_rtcp: Lync counts on RTCP. w is brought up to date as if
 * the step were done.
 */
ly_media_step_t ly_media_found(ly_media_watch_t *w, const ly_media_node_t *n,
		const ly_media_rules_t *rules, const ly_media_seen_t *seen,
		bool wants_rtcp, uint64_t now);

/* An offer has been answered: keys may be others, and what the player sends may be a codec that was not. */
void ly_media_agreed(ly_media_watch_t *w, uint64_t now);

/* The media have begun anew, with new keys. */
void ly_media_begun(ly_media_watch_t *w, uint64_t now);

#endif
