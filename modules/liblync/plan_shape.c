/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan_shape.h"

#include "liblync/uri.h"

static bool letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
		   || (c >= '0' && c <= '9');
}

bool ly_name_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	(void)attribute;
	if(text.len == 0 || text.len > 255 || !letter_or_digit(text.s[0]))
		return false;
	for(size_t i = 0; i < text.len; i++) {
		if(!letter_or_digit(text.s[i]) && !memchr("._-", text.s[i], 3))
			return false;
	}
	*(ly_slice_t *)field = text;
	return true;
}

/* RFC 1123 2.1, and the underscore that Windows allows. The last label is no number, else it were an address. */
bool ly_fqdn_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	ly_slice_t rest = text, label = LY_EMPTY;
	unsigned labels = 0;

	(void)attribute;
	if(text.len > 253)
		return false;
	for(;; labels++) {
		size_t dot = ly_find(rest, '.');
		label = ly_slice(rest.s, dot);
		if(dot == 0 || dot > 63 || label.s[0] == '-' || label.s[dot - 1] == '-')
			return false;
		for(size_t i = 0; i < dot; i++) {
			if(!letter_or_digit(label.s[i]) && !memchr("-_", label.s[i], 2))
				return false;
		}
		if(dot == rest.len)
			break;
		rest = ly_from(rest, dot + 1);
	}
	*(ly_slice_t *)field = text;
	return labels > 0 && !ly_digits(label);
}

/* An address that one host can have. */
static bool unicast(const ly_addr_t *addr)
{
	static const uint8_t loopback[16] = {[15] = 1}, zero[16];

	if(addr->family == 4)
		return addr->ip[0] != 0 && addr->ip[0] < 224;
	if(memcmp(addr->ip, loopback, 16) == 0)
		return true;
	/* IPv4 in IPv6's clothes would be a second name of the same peer (RFC 4291 2.5.5). */
	return addr->ip[0] != 0xff && memcmp(addr->ip, zero, 10) != 0;
}

bool ly_address_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	ly_addr_t addr;

	(void)attribute;
	if(!ly_addr_parse(text, &addr) || !unicast(&addr))
		return false;
	*(ly_addr_t *)field = addr;
	return true;
}

bool ly_host_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	ly_addr_t addr;

	if(ly_fqdn_shape(attribute, text, field))
		return true;
	*(ly_slice_t *)field = text;
	return ly_address_shape(attribute, text, &addr);
}

/* It is written into Kamailio's configuration, between quotes. */
bool ly_path_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	(void)attribute;
	if(text.len < 2 || text.len > 500 || text.s[0] != '/')
		return false;
	for(size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.s[i];
		if(c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			return false;
	}
	*(ly_slice_t *)field = text;
	return true;
}

bool ly_dialled_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	(void)attribute;
	*(ly_slice_t *)field = text;
	return text.len <= 32 && ly_is_dialled(text);
}

bool ly_dialled_list_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	ly_slice_t rest = text, one;

	*(ly_slice_t *)field = text;
	while((one = ly_word(&rest)).len) {
		ly_slice_t number;
		if(!ly_dialled_shape(attribute, one, &number))
			return false;
	}
	return true;
}
