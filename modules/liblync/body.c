/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/body.h"

#include "liblync/refer.h"

ly_slice_t ly_body_sdp(const ly_message_t *m)
{
	const ly_header_t *type = ly_header(m, LY_H_CONTENT_TYPE);

	return m->body.len && type
						   && ly_istarts(type->value, LY_LIT("application/sdp"))
				   ? m->body
				   : LY_EMPTY;
}

ly_slice_t ly_body_other(const ly_message_t *m)
{
	ly_slice_t method = ly_message_method(m), progress;

	if(m->body.len == 0 || ly_eq(method, LY_LIT("INFO")))
		return LY_EMPTY;
	progress = m->request && ly_eq(method, LY_LIT("NOTIFY"))
					   ? ly_refer_progress(m)
					   : LY_EMPTY;
	return progress.s ? progress : LY_LIT("");
}
