/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_key.h"

#include <errno.h>
#include <stdio.h>

#include <sodium.h>

#include "core/dprint.h"
#include "lync.h"

ly_token_key_t lync_key;

int lync_key_init(void)
{
	char secret[256];
	size_t len;
	FILE *file;

	if(sodium_init() < 0) {
		LM_ERR("libsodium does not start\n");
		return -1;
	}
	if(lync_cfg.token_secret.len == 0) {
		LM_NOTICE("token_secret is not set: running calls will not survive a "
				  "restart of this node\n");
		randombytes_buf(secret, 32);
		ly_token_key_init(&lync_key, '0', ly_slice(secret, 32));
		return 0;
	}
	file = fopen(lync_cfg.token_secret.s, "r");
	if(!file) {
		LM_ERR("token_secret %.*s: %s\n", STR_FMT(&lync_cfg.token_secret),
				strerror(errno));
		return -1;
	}
	len = fread(secret, 1, sizeof(secret), file);
	fclose(file);
	if(!ly_token_key_init(&lync_key, '0', ly_trim(ly_slice(secret, len)))) {
		LM_ERR("token_secret %.*s is shorter than %d bytes; make one with: "
			   "openssl rand -hex 32\n",
				STR_FMT(&lync_cfg.token_secret), LY_TOKEN_SECRET_MIN);
		return -1;
	}
	sodium_memzero(secret, sizeof(secret));
	return 0;
}
