/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_key.h"

#include <errno.h>
#include <stdio.h>

#include <sodium.h>

#include "core/dprint.h"
#include "lync.h"

ly_keys_t lync_keys;

int lync_key_init(void)
{
	char secret[4096];
	const char *wrong;
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
		ly_key_init(&lync_keys.key[0], '0', ly_slice(secret, 32));
		lync_keys.count = 1;
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
	wrong = ly_keys_read(&lync_keys, ly_slice(secret, len));
	sodium_memzero(secret, sizeof(secret));
	if(wrong) {
		LM_ERR("token_secret %.*s: %s; make one with: openssl rand -hex 32\n",
				STR_FMT(&lync_cfg.token_secret), wrong);
		return -1;
	}
	return 0;
}
