/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "certificates.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#define DAY (24 * 60 * 60)

typedef struct checking
{
	const ly_plan_t *plan;
	const ly_node_t *node;
	bool here; /* this is the node's own machine */
	time_t now;
	ly_report_t *report;
} checking_t;

/* Files -------------------------------------------------------------------------------------------------------------- */

/* NULL after saying why. path has a NUL behind it, as all texts of a plan. */
static FILE *open_file(
		const checking_t *c, const char *attribute, ly_slice_t path)
{
	FILE *file = fopen(path.s, "re");
	int why = errno;

	if(file)
		return file;
	if(c->here)
		ly_found(c->report, c->node->certificate.line,
				"element <certificate>: %s '%.200s' cannot be read: %s; "
				"expected a PEM file that this user may read",
				attribute, path.s, strerror(why));
	else
		ly_warned(c->report, c->node->certificate.line,
				"element <certificate>: %s '%.200s' was not looked at: %s; on "
				"the node itself: lync-sbc check --node %.*s PLAN",
				attribute, path.s, strerror(why), LY_FMT(c->node->name));
	return NULL;
}

/* A key with a password could not be used: nobody is there to type it. */
static int no_password(char *buffer, int size, int writing, void *data)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)data;
	return -1;
}

/* NULL after saying why, where the file could be opened. */
static X509 *read_certificate(const checking_t *c, FILE *file)
{
	X509 *x509 = PEM_read_X509(file, NULL, no_password, NULL);

	if(!x509)
		ly_found(c->report, c->node->certificate.line,
				"element <certificate>: file '%.200s' holds no certificate; "
				"expected PEM, the node's own certificate first",
				c->node->certificate.file.s);
	return x509;
}

static EVP_PKEY *read_key(const checking_t *c, FILE *file)
{
	EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, no_password, NULL);

	if(!key)
		ly_found(c->report, c->node->certificate.line,
				"element <certificate>: key '%.200s' holds no private key that "
				"can be used; expected PEM without a password",
				c->node->certificate.key.s);
	return key;
}

/* Dates -------------------------------------------------------------------------------------------------------------- */

/* Whole days from now until then; negative where it has been. */
static int days_until(const checking_t *c, const ASN1_TIME *then)
{
	ASN1_TIME *now = ASN1_TIME_set(NULL, c->now);
	int days = 0, seconds = 0;

	if(now)
		ASN1_TIME_diff(&days, &seconds, now, then);
	ASN1_TIME_free(now);
	return seconds < 0 ? days - 1 : days;
}

static void put_date(ly_buf_t *out, const ASN1_TIME *date)
{
	struct tm tm = {0};

	ASN1_TIME_to_tm(date, &tm);
	ly_putf(out, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1,
			tm.tm_mday);
}

static void check_dates(const checking_t *c, const char *attribute,
		ly_slice_t path, const X509 *x509)
{
	const ASN1_TIME *begins = X509_get0_notBefore(x509);
	const ASN1_TIME *ends = X509_get0_notAfter(x509);
	int left = days_until(c, ends);
	char text[20];
	ly_buf_t date = ly_buf(text, sizeof(text));

	if(days_until(c, begins) > 0) {
		put_date(&date, begins);
		ly_found(c->report, c->node->certificate.line,
				"element <certificate>: %s '%.200s' is not valid before %.*s; "
				"expected one that is valid, and a clock that is right",
				attribute, path.s, LY_FMT(ly_buf_slice(&date)));
	} else if(left < CERTIFICATE_DAYS) {
		put_date(&date, ends);
		(left < 0 ? ly_found : ly_warned)(c->report, c->node->certificate.line,
				"element <certificate>: %s '%.200s' %s on %.*s; expected a "
				"renewed one",
				attribute, path.s, left < 0 ? "has expired" : "expires",
				LY_FMT(ly_buf_slice(&date)));
	}
}

/* Names and uses ----------------------------------------------------------------------------------------------------- */

static bool has_name(X509 *x509, ly_slice_t name, unsigned flags)
{
	return X509_check_host(x509, name.s, name.len, flags, NULL) == 1;
}

/* Lync holds the name that it called against the certificate, and is not known to take patterns. */
static void check_name(const checking_t *c, X509 *x509, ly_slice_t name)
{
	const char *path = c->node->certificate.file.s;
	unsigned line = c->node->certificate.line;

	if(has_name(x509, name,
			   X509_CHECK_FLAG_NO_WILDCARDS
					   | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
		return;
	if(has_name(x509, name, 0))
		ly_warned(c->report, line,
				"element <certificate>: file '%.200s' is for '%.*s' by its "
				"subject or by a '*' only; expected the name itself as a "
				"subject alternative name",
				path, LY_FMT(name));
	else
		ly_found(c->report, line,
				"element <certificate>: file '%.200s' is not for '%.*s', the "
				"name by which Lync calls; expected it as a subject "
				"alternative name",
				path, LY_FMT(name));
}

/* The node's own name, and those of the trunks that it serves. */
static void check_names(const checking_t *c, X509 *x509)
{
	check_name(c, x509, c->node->fqdn);
	for(unsigned i = 0; i < c->plan->trunk_count; i++) {
		const ly_trunk_t *trunk = &c->plan->trunks[i];
		bool told = trunk->node || trunk->transport != LY_TLS;
		for(unsigned j = 0; j < i && !told; j++)
			told = ly_ieq(c->plan->trunks[j].fqdn, trunk->fqdn);
		if(!told)
			check_name(c, x509, trunk->fqdn);
	}
}

/* TLS is mutual: with the same certificate we are called and call. */
static void check_uses(const checking_t *c, X509 *x509)
{
	uint32_t uses = X509_get_extended_key_usage(x509);
	uint32_t both = XKU_SSL_SERVER | XKU_SSL_CLIENT;

	if((uses & both) != both)
		ly_warned(c->report, c->node->certificate.line,
				"element <certificate>: file '%.200s' may not be used by a "
				"TLS %s; expected server and client authentication as its "
				"extended key usage",
				c->node->certificate.file.s,
				uses & XKU_SSL_SERVER ? "client" : "server");
}

/* Parts ------------------------------------------------------------------------------------------------------------- */

static void check_pair(const checking_t *c, FILE *file, FILE *key_file)
{
	X509 *x509 = read_certificate(c, file);
	EVP_PKEY *key = key_file ? read_key(c, key_file) : NULL;

	if(x509 && key && X509_check_private_key(x509, key) != 1)
		ly_found(c->report, c->node->certificate.line,
				"element <certificate>: key '%.200s' is not that of the "
				"certificate in '%.200s'; expected the one it was made with",
				c->node->certificate.key.s, c->node->certificate.file.s);
	if(x509) {
		check_dates(c, "file", c->node->certificate.file, x509);
		check_names(c, x509);
		check_uses(c, x509);
	}
	X509_free(x509);
	EVP_PKEY_free(key);
}

static void check_authorities(const checking_t *c, FILE *file)
{
	const ly_certificate_t *certificate = &c->node->certificate;
	unsigned count = 0;
	X509 *x509;

	while((x509 = PEM_read_X509(file, NULL, no_password, NULL)) != NULL) {
		check_dates(c, "ca", certificate->ca, x509);
		X509_free(x509);
		count++;
	}
	if(!count)
		ly_found(c->report, certificate->line,
				"element <certificate>: ca '%.200s' holds no certificate; "
				"expected those of the authorities, in PEM",
				certificate->ca.s);
}

static void check_node(const checking_t *c)
{
	const ly_certificate_t *certificate = &c->node->certificate;
	FILE *file, *key, *ca;

	if(!certificate->line)
		return;
	file = open_file(c, "file", certificate->file);
	if(!file && !c->here)
		return; /* another machine: once is enough */
	key = open_file(c, "key", certificate->key);
	ca = open_file(c, "ca", certificate->ca);
	if(file) {
		check_pair(c, file, key);
		fclose(file);
	}
	if(ca) {
		check_authorities(c, ca);
		fclose(ca);
	}
	if(key)
		fclose(key);
	ERR_clear_error();
}

void check_certificates(const ly_plan_t *plan, const ly_node_t *node,
		time_t now, ly_report_t *report)
{
	for(unsigned i = 0; i < plan->node_count; i++) {
		checking_t c = {plan, &plan->nodes[i], node != NULL, now, report};
		if(!node || node == c.node)
			check_node(&c);
	}
}
