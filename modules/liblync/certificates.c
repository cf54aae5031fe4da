/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/certificates.h"

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

int ly_days_until(time_t now, const ASN1_TIME *then)
{
	ASN1_TIME *from = ASN1_TIME_set(NULL, now);
	int days = 0, seconds = 0;

	if(from)
		ASN1_TIME_diff(&days, &seconds, from, then);
	ASN1_TIME_free(from);
	return seconds < 0 ? days - 1 : days;
}

void ly_put_date(ly_buf_t *out, const ASN1_TIME *date)
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
	int left = ly_days_until(c->now, ends);
	char text[20];
	ly_buf_t date = ly_buf(text, sizeof(text));

	if(ly_days_until(c->now, begins) > 0) {
		ly_put_date(&date, begins);
		ly_found(c->report, c->node->certificate.line,
				"element <certificate>: %s '%.200s' is not valid before %.*s; "
				"expected one that is valid, and a clock that is right",
				attribute, path.s, LY_FMT(ly_buf_slice(&date)));
	} else if(left < LY_CERTIFICATE_DAYS) {
		ly_put_date(&date, ends);
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

/* Chain -------------------------------------------------------------------------------------------------------------- */

/* The certificates of a file, from where it stands. The caller frees them. Says so where one of them is damaged. */
static STACK_OF(X509)
		* read_more(const checking_t *c, const char *attribute, ly_slice_t path,
				FILE *file)
{
	STACK_OF(X509) *more = sk_X509_new_null();
	X509 *x509;

	while(more && (x509 = PEM_read_X509(file, NULL, no_password, NULL))) {
		if(sk_X509_push(more, x509) <= 0)
			X509_free(x509);
	}
	/* what the end of a file is to OpenSSL */
	if(ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		ly_found(c->report, c->node->certificate.line,
				"element <certificate>: %s '%.200s' holds a certificate that "
				"cannot be read; expected whole ones, in PEM",
				attribute, path.s);
	ERR_clear_error();
	return more;
}

static X509_STORE *store_of(STACK_OF(X509) * authorities)
{
	X509_STORE *store = X509_STORE_new();

	for(int i = 0; store && i < sk_X509_num(authorities); i++)
		X509_STORE_add_cert(store, sk_X509_value(authorities, i));
	return store;
}

/* Nothing is wrong with what is there, but it does not lead to one of the authorities. */
static bool is_unknown_issuer(int error)
{
	return error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT
		   || error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
		   || error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE
		   || error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN
		   || error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT;
}

/*
 * What a peer with the same authorities would say of the certificate and those behind it. Dates are told on their own.
 * Lync may know an authority that our ca file does not have, so a chain that leads elsewhere is a warning.
 */
static void check_chain(const checking_t *c, X509 *x509, STACK_OF(X509) * chain,
		STACK_OF(X509) * authorities)
{
	X509_STORE *store = store_of(authorities);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int error = X509_V_ERR_OUT_OF_MEM;

	if(store && ctx && X509_STORE_CTX_init(ctx, store, x509, chain) == 1) {
		X509_STORE_CTX_set_flags(
				ctx, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
		X509_verify_cert(ctx);
		error = X509_STORE_CTX_get_error(ctx);
	}
	if(is_unknown_issuer(error))
		ly_warned(c->report, c->node->certificate.line,
				"element <certificate>: file '%.200s' does not lead to an "
				"authority of ca '%.200s'; expected the certificates between "
				"them behind the node's own",
				c->node->certificate.file.s, c->node->certificate.ca.s);
	else if(error != X509_V_OK)
		ly_found(c->report, c->node->certificate.line,
				"element <certificate>: the chain of file '%.200s' is broken: "
				"%s; expected the certificate as the authority gave it",
				c->node->certificate.file.s,
				X509_verify_cert_error_string(error));
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
}

/* Parts ------------------------------------------------------------------------------------------------------------- */

static void check_key(const checking_t *c, X509 *x509, FILE *key_file)
{
	EVP_PKEY *key = read_key(c, key_file);

	if(x509 && key && X509_check_private_key(x509, key) != 1)
		ly_found(c->report, c->node->certificate.line,
				"element <certificate>: key '%.200s' is not that of the "
				"certificate in '%.200s'; expected the one it was made with",
				c->node->certificate.key.s, c->node->certificate.file.s);
	EVP_PKEY_free(key);
}

/* authorities: NULL where their file cannot be read. */
static void check_own(const checking_t *c, X509 *x509, FILE *file,
		STACK_OF(X509) * authorities)
{
	STACK_OF(X509) *chain =
			read_more(c, "file", c->node->certificate.file, file);

	check_dates(c, "file", c->node->certificate.file, x509);
	check_names(c, x509);
	check_uses(c, x509);
	for(int i = 0; i < sk_X509_num(chain); i++)
		check_dates(
				c, "file", c->node->certificate.file, sk_X509_value(chain, i));
	if(sk_X509_num(authorities) > 0)
		check_chain(c, x509, chain, authorities);
	sk_X509_pop_free(chain, X509_free);
}

/* The caller frees what is returned. */
static STACK_OF(X509) * check_authorities(const checking_t *c, FILE *file)
{
	const ly_certificate_t *certificate = &c->node->certificate;
	STACK_OF(X509) *authorities = read_more(c, "ca", certificate->ca, file);

	for(int i = 0; i < sk_X509_num(authorities); i++)
		check_dates(c, "ca", certificate->ca, sk_X509_value(authorities, i));
	if(sk_X509_num(authorities) <= 0)
		ly_found(c->report, certificate->line,
				"element <certificate>: ca '%.200s' holds no certificate; "
				"expected those of the authorities, in PEM",
				certificate->ca.s);
	return authorities;
}

static void check_files(const checking_t *c, FILE *file, FILE *key, FILE *ca)
{
	X509 *x509 = file ? read_certificate(c, file) : NULL;
	STACK_OF(X509) * authorities;

	if(file && key)
		check_key(c, x509, key);
	authorities = ca ? check_authorities(c, ca) : NULL;
	if(x509)
		check_own(c, x509, file, authorities);
	sk_X509_pop_free(authorities, X509_free);
	X509_free(x509);
	ERR_clear_error();
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
	check_files(c, file, key, ca);
	if(file)
		fclose(file);
	if(key)
		fclose(key);
	if(ca)
		fclose(ca);
}

void ly_check_certificates(const ly_plan_t *plan, const ly_node_t *node,
		time_t now, ly_report_t *report)
{
	for(unsigned i = 0; i < plan->node_count; i++) {
		checking_t c = {plan, &plan->nodes[i], node != NULL, now, report};
		if(!node || node == c.node)
			check_node(&c);
	}
}
