/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/token.h"

#include "liblync/form.h"

#define TEXTS 5 /* of a token */
#define FORM_MAX (LY_TOKEN_TEXT_MAX * 3 / 4)
#define CALL_ID_MAX 512 /* hashed behind the form */

uint32_t ly_name_hash(ly_slice_t name)
{
	uint32_t hash = 2166136261u;

	for(size_t i = 0; i < name.len; i++)
		hash = (hash ^ (uint8_t)name.s[i]) * 16777619u;
	return hash;
}

static const char media_letters[] = "0123456789abcdefghijklmnopqrstuv";

char ly_media_letter(uint8_t media)
{
	return media_letters[media & LY_MEDIA_NODES_MAX];
}

unsigned ly_media_hint(ly_slice_t text)
{
	char letter = text.len ? text.s[0] : '0';

	if(letter >= '0' && letter <= '9')
		return (unsigned)(letter - '0');
	letter |= 0x20; /* its case may have been changed */
	return letter >= 'a' && letter <= 'v' ? (unsigned)(letter - 'a') + 10 : 0;
}

bool ly_media_fits(ly_slice_t text, uint8_t media)
{
	char letter = ly_media_letter(media);

	return text.len && ly_ieq(ly_slice(text.s, 1), ly_slice(&letter, 1));
}

void ly_dialog_put(ly_buf_t *form, const ly_dialog_t *dialog)
{
	ly_putc(form, dialog->tag_key);
	ly_putc(form,
			(char)((dialog->withheld ? 1 : 0) | (dialog->forks_apart ? 2 : 0)
					| (dialog->slot & 15) << 4));
	ly_putc(form, (char)dialog->media);
}

ly_dialog_t ly_dialog_get(ly_slice_t *form)
{
	ly_dialog_t dialog = {.tag_key = (char)ly_form_get_u8(form)};
	uint8_t flags = ly_form_get_u8(form);

	dialog.withheld = flags & 1;
	dialog.forks_apart = flags & 2;
	dialog.slot = flags >> 4;
	dialog.media = ly_form_get_u8(form) & LY_MEDIA_NODES_MAX;
	return dialog;
}

bool ly_token_seal(const ly_key_t *key, const ly_token_t *token,
		ly_slice_t call_id, ly_seal_letters_t letters, ly_buf_t *out)
{
	const ly_slice_t texts[TEXTS] = {
			token->contact, token->routes, token->from, token->to, token->tag};
	char memory[2 * LY_FORM_TEXT_MAX + 64 + CALL_ID_MAX];
	ly_buf_t form = ly_buf(memory, sizeof(memory));

	ly_putc(&form, (char)((token->given_to == LY_PSTN ? 1 : 0)
						   | (token->callee ? 2 : 0)));
	ly_dialog_put(&form, &token->dialog);
	ly_form_put_u16(&form, token->edition);
	ly_form_put_u32(&form, token->trunk);
	ly_form_put_u32(&form, token->server);
	ly_form_put_u32(&form, token->target);
	ly_form_put_texts(&form, texts, TEXTS);
	ly_putc(out, ly_media_letter(token->dialog.media));
	return ly_seal(key, LY_SEAL_LEG, &form, call_id, letters, out);
}

ly_slice_t ly_token_in(const ly_uri_t *uri, ly_seal_letters_t *letters)
{
	ly_slice_t param;

	*letters = LY_BASE64URL;
	if(ly_seal_like(ly_from(uri->user, 1), LY_SEAL_LEG, LY_BASE64URL))
		return uri->user;
	*letters = LY_BASE32;
	param = ly_param(uri->params, LY_TOKEN_PARAM);
	return ly_seal_like(ly_from(param, 1), LY_SEAL_LEG, LY_BASE32) ? param
																   : LY_EMPTY;
}

const char *ly_token_open(const ly_keys_t *keys, ly_slice_t text,
		ly_seal_letters_t letters, ly_slice_t call_id, char *memory,
		size_t size, ly_token_t *token)
{
	ly_slice_t *texts[TEXTS] = {&token->contact, &token->routes, &token->from,
			&token->to, &token->tag};
	char form_memory[FORM_MAX];
	ly_buf_t form = ly_buf(form_memory, sizeof(form_memory)),
			 all = ly_buf(memory, size);
	const char *wrong = ly_open(
			keys, LY_SEAL_LEG, ly_from(text, 1), call_id, letters, &form, NULL);
	ly_slice_t in = ly_buf_slice(&form);
	uint8_t flags;

	if(wrong)
		return wrong;
	flags = ly_form_get_u8(&in);
	token->given_to = flags & 1 ? LY_PSTN : LY_LYNC;
	token->callee = flags & 2;
	token->dialog = ly_dialog_get(&in);
	token->edition = ly_form_get_u16(&in);
	token->trunk = ly_form_get_u32(&in);
	token->server = ly_form_get_u32(&in);
	token->target = ly_form_get_u32(&in);
	if(!ly_media_fits(text, token->dialog.media))
		return "token is cut off or altered";
	return ly_form_get_texts(in, &all, texts, TEXTS)
				   ? NULL
				   : "token of another version";
}
