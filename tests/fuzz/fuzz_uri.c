/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a URI, a name with an address, a list, parameters: put together again the parts are what was cut. */
#include "fuzz.h"

#include "liblync/uri.h"

static char memory[1 << 16];

/* The parts of uri and what stands between them are its text; a password is all that is lost. */
static void check_uri(const ly_uri_t *uri)
{
	bool tel = ly_ieq(uri->scheme, LY_LIT("tel"));
	ly_buf_t out = ly_buf(memory, sizeof(memory));
	bool at = !tel && uri->user.s;

	must(within(uri->scheme, uri->text) && within(uri->user, uri->text)
					&& within(uri->user_params, uri->text)
					&& within(uri->host, uri->text)
					&& within(uri->port, uri->text)
					&& within(uri->params, uri->text)
					&& within(uri->headers, uri->text),
			"parts of a URI lie in it");
	must(tel ? uri->user.len > 0 && !uri->host.s : uri->host.len > 0,
			"a number or a host");
	ly_put(&out, uri->scheme);
	ly_putc(&out, ':');
	ly_put(&out, uri->user);
	ly_put(&out, uri->user_params);
	if(at) {
		const char *behind_user =
				uri->user.s + uri->user.len + uri->user_params.len;

		if(*behind_user == ':') /* a password */
			ly_put(&out, ly_span(behind_user, uri->host.s - 1));
		ly_putc(&out, '@');
	}
	ly_put(&out, uri->host);
	if(uri->port.len) {
		must(ly_number(uri->port, 65535) >= 0, "a port is a number");
		ly_putc(&out, ':');
		ly_put(&out, uri->port);
	}
	ly_put(&out, uri->params);
	ly_put(&out, uri->headers);
	must(out.full || ly_eq(ly_buf_slice(&out), uri->text),
			"the parts are the whole");
	for(size_t i = 0; i < uri->text.len; i++)
		must((unsigned char)uri->text.s[i] > ' ',
				"no line of a message ends in a URI");
}

static void check_params(ly_slice_t text)
{
	ly_slice_t rest = text, param;

	for(;;) {
		size_t before = rest.len;

		param = ly_param_next(&rest);
		must(within(param, text) && within(rest, text),
				"parameters lie in their text");
		if(param.len == 0)
			break;
		must(rest.len < before, "parameters have an end");
		must(within(ly_param_name(param), param),
				"a parameter's name lies in it");
		must(ly_param(text, ly_param_name(param)).s,
				"a parameter that is there is found");
	}
}

static void check_list(ly_slice_t text)
{
	ly_slice_t rest = text;

	while(rest.len) {
		size_t before = rest.len;
		ly_slice_t value = ly_value_next(&rest);

		must(rest.len < before, "a list has an end");
		must(within(value, text) && within(rest, text),
				"values lie in their list");
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t text = copy_of(data, size);
	ly_nameaddr_t na, split;
	ly_uri_t uri;

	if(ly_uri_parse(text, &uri)) {
		check_uri(&uri);
		must(!ly_uri_foreign(text), "what is read has a scheme of ours");
	}
	if(ly_nameaddr_parse(text, &na)) {
		must(within(na.display, text) && within(na.params, text)
						&& within(na.uri.text, text),
				"an address lies in its text");
		check_uri(&na.uri);
		must(ly_nameaddr_split(text, &split)
						&& ly_eq(split.uri.text, na.uri.text),
				"two ways to the same URI");
	}
	check_params(text);
	check_list(text);
	give_back(text);
	return 0;
}
