/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SRTP with AES_CM_128_HMAC_SHA1_80 (RFC 3711) for the media load: one direction of one stream whose sequence number
 * does not wrap, so that the roll-over counter is 0.
 */
#ifndef BENCH_MEDIA_SRTP_H
#define BENCH_MEDIA_SRTP_H

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MASTER_LEN 30 /* key 16, salt 14: what stands behind inline: */
#define TAG_LEN 10
#define RTP_HEADER 12

typedef struct srtp
{
	uint8_t cipher[16], auth[20], salt[16];
} srtp_t;

/* AES-128 in counter mode over data, in place. */
static void keystream(
		const uint8_t key[16], const uint8_t iv[16], uint8_t *data, int len)
{
	static EVP_CIPHER_CTX *ctx;
	int done;

	if(!ctx)
		ctx = EVP_CIPHER_CTX_new();
	if(!EVP_EncryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, key, iv)
			|| !EVP_EncryptUpdate(ctx, data, &done, data, len))
		abort();
}

/* RFC 3711 4.3.1, key derivation rate 0. */
static void derive(const uint8_t *master, uint8_t label, uint8_t *out, int len)
{
	uint8_t iv[16] = {0};

	memcpy(iv, master + 16, 14);
	iv[7] ^= label;
	memset(out, 0, len);
	keystream(master, iv, out, len);
}

static void srtp_init(srtp_t *s, const uint8_t master[MASTER_LEN])
{
	memset(s, 0, sizeof(*s));
	derive(master, 0, s->cipher, sizeof(s->cipher));
	derive(master, 1, s->auth, sizeof(s->auth));
	derive(master, 2, s->salt, 14);
}

/* The payload encrypted, or decrypted: RFC 3711 4.1.1. */
static void srtp_crypt(const srtp_t *s, uint8_t *packet, int payload)
{
	uint8_t iv[16];

	memcpy(iv, s->salt, sizeof(iv));
	for(int i = 0; i < 4; i++)
		iv[4 + i] ^= packet[8 + i]; /* SSRC */
	iv[12] ^= packet[2];			/* sequence number */
	iv[13] ^= packet[3];
	keystream(s->cipher, iv, packet + RTP_HEADER, payload);
}

/* packet has room for four more bytes behind len: the roll-over counter, 0. */
static void srtp_tag(
		const srtp_t *s, uint8_t *packet, int len, uint8_t tag[TAG_LEN])
{
	uint8_t full[EVP_MAX_MD_SIZE];

	memset(packet + len, 0, 4);
	if(!HMAC(EVP_sha1(), s->auth, sizeof(s->auth), packet, len + 4, full, NULL))
		abort();
	memcpy(tag, full, TAG_LEN);
}

/* RTP to SRTP in place; packet has room for the tag. Returns its length. */
static int srtp_protect(const srtp_t *s, uint8_t *packet, int len)
{
	uint8_t tag[TAG_LEN];

	srtp_crypt(s, packet, len - RTP_HEADER);
	srtp_tag(s, packet, len, tag);
	memcpy(packet + len, tag, TAG_LEN);
	return len + TAG_LEN;
}

/* SRTP to RTP in place. Whether the tag is that of these bytes and this key. */
static bool srtp_unprotect(const srtp_t *s, uint8_t *packet, int len)
{
	uint8_t came[TAG_LEN], tag[TAG_LEN];

	len -= TAG_LEN;
	if(len < RTP_HEADER)
		return false;
	memcpy(came, packet + len, TAG_LEN);
	srtp_tag(s, packet, len, tag);
	if(memcmp(tag, came, TAG_LEN) != 0)
		return false;
	srtp_crypt(s, packet, len - RTP_HEADER);
	return true;
}

#endif
