/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns OpenSSL's complaints during a handshake into one sentence. */
#include "lync/lync_tls_why.h"

#include <time.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "lync/lync_tls.h"

static char _why[768];
static const char *_brief; /* the same in few words */

static void say(ly_buf_t *text)
{
	text->s[text->len] = '\0';
}

static ly_buf_t begin(void)
{
	return ly_buf(_why, sizeof(_why) - 1);
}

/* Certificates: X509_V_ERR_… and what it means for whoever runs the peer ------------------------------------------- */

typedef void (*detail_f)(X509 *certificate, X509_STORE_CTX *ctx, ly_buf_t *out);

static void put_time(const ASN1_TIME *when, ly_buf_t *out)
{
	char text[32] = "an unreadable date";
	struct tm tm;

	if(ASN1_TIME_to_tm(when, &tm) == 1)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm);
	ly_put(out, ly_cstr(text));
}

static void put_not_after(X509 *certificate, X509_STORE_CTX *ctx, ly_buf_t *out)
{
	put_time(X509_get0_notAfter(certificate), out);
}

static void put_not_before(
		X509 *certificate, X509_STORE_CTX *ctx, ly_buf_t *out)
{
	put_time(X509_get0_notBefore(certificate), out);
}

static void put_issuer(X509 *certificate, X509_STORE_CTX *ctx, ly_buf_t *out)
{
	char name[256];

	/* Escapes what is not printable. */
	X509_NAME_oneline(
			X509_get_issuer_name(certificate), name, (int)sizeof(name));
	ly_put(out, ly_cstr(name));
}

static void put_expected(X509 *certificate, X509_STORE_CTX *ctx, ly_buf_t *out)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	const char *name;

	for(int i = 0; (name = X509_VERIFY_PARAM_get0_host(param, i)); i++)
		ly_putf(out, "%s%s", i ? " or " : "", name);
}

typedef struct complaint
{
	int code;
	const char *brief;
	const char *what; /* goes before the detail */
	detail_f detail;
	const char *remedy;
} complaint_t;

#define UNKNOWN_CA                                                           \
	"certificate of an unknown CA",                                          \
			"comes from a CA that we do not know: ", put_issuer,             \
			"add that CA to the ca file of the plan, or have the peer send " \
			"the CA certificates in between"

/* clang-format off */
static const complaint_t _certificate_complaints[] = {
	{X509_V_ERR_HOSTNAME_MISMATCH, "certificate has another name", "does not carry the name ", put_expected,
		"another host answers at this address, or the name in the plan is wrong"},
	{X509_V_ERR_CERT_HAS_EXPIRED, "certificate expired", "expired on ", put_not_after, "renew it"},
	{X509_V_ERR_CERT_NOT_YET_VALID, "certificate not valid yet", "is valid only from ", put_not_before, "compare the clocks"},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, UNKNOWN_CA},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, UNKNOWN_CA},
	{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, UNKNOWN_CA},
	{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, UNKNOWN_CA},
	{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "certificate signed by itself", "is signed by itself: ", put_issuer, "have it use one of your CA"},
	{X509_V_ERR_INVALID_PURPOSE, "certificate for another purpose", "is not made for this purpose", NULL,
		"it needs both server and client authentication in its extended key usage"},
	{X509_V_ERR_CERT_REVOKED, "certificate revoked", "was revoked", NULL, "renew it"},
	{X509_V_ERR_EE_KEY_TOO_SMALL, "key of its certificate too short", "has a key that is too short", NULL, "2048 bits of RSA are needed"},
	{X509_V_ERR_CA_MD_TOO_WEAK, "certificate with a weak hash", "is signed with a hash that is too weak", NULL,
		"SHA-256 is needed, or tls-min=\"1.0\" for that peer"},
};
/* clang-format on */

static const complaint_t *complaint_of(int code)
{
	static const size_t count = sizeof(_certificate_complaints)
								/ sizeof(_certificate_complaints[0]);

	for(size_t i = 0; i < count; i++)
		if(_certificate_complaints[i].code == code)
			return &_certificate_complaints[i];
	return NULL;
}

/* OpenSSL's verify callback. It only listens: what OpenSSL thinks of the certificate stands. */
static int on_verify(int ok, X509_STORE_CTX *ctx)
{
	X509 *certificate = X509_STORE_CTX_get_current_cert(ctx);
	int code = X509_STORE_CTX_get_error(ctx);
	const complaint_t *complaint = complaint_of(code);
	ly_buf_t text = begin();

	if(ok || !certificate)
		return ok;
	ly_put(&text, X509_STORE_CTX_get_error_depth(ctx) == 0
						  ? LY_LIT("its certificate ")
						  : LY_LIT("a CA certificate of its chain "));
	_brief = complaint ? complaint->brief : "certificate not valid";
	if(complaint) {
		ly_put(&text, ly_cstr(complaint->what));
		if(complaint->detail)
			complaint->detail(certificate, ctx, &text);
	} else {
		ly_putf(&text, "is not valid: %s", X509_verify_cert_error_string(code));
	}
	ly_put(&text, LY_LIT(" (presented: "));
	lync_tls_certificate_names(X509_STORE_CTX_get0_cert(ctx), &text);
	ly_putc(&text, ')');
	if(complaint)
		ly_putf(&text, ": %s", complaint->remedy);
	say(&text);
	return ok;
}

/* Everything else comes to light in an alert, ours or theirs (RFC 8446 6) ------------------------------------------ */

typedef struct verdict
{
	int code; /* SSL_R_… of ours, SSL_AD_… of theirs */
	const char *text;
} verdict_t;

/* clang-format off */
static const verdict_t _ours[] = {
	{SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, "it presented no certificate: have it present one"},
	{SSL_R_UNSUPPORTED_PROTOCOL, "it speaks only an older TLS than the plan allows (tls-min)"},
	{SSL_R_NO_SHARED_CIPHER, "it offers only ciphers that are too weak for the plan (tls-min)"},
	{SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, "it offers only hashes that are too weak for the plan (tls-min)"},
	{0, NULL}};

static const verdict_t _theirs[] = {
	{SSL_AD_UNKNOWN_CA, ": it must trust the CA of our certificate"},
	{SSL_AD_BAD_CERTIFICATE, ": it must trust our certificate, and find our FQDN in it"},
	{SSL_AD_CERTIFICATE_UNKNOWN, ": it must trust our certificate, and find our FQDN in it"},
	{SSL_AD_CERTIFICATE_EXPIRED, ": renew our certificate"},
	{SSL_AD_PROTOCOL_VERSION, ": it speaks only an older TLS than the plan allows (tls-min)"},
	{SSL_AD_HANDSHAKE_FAILURE, ": it may speak only an older TLS than the plan allows (tls-min)"},
	{0, ""}};
/* clang-format on */

static const char *text_of(const verdict_t *verdicts, int code)
{
	while(verdicts->code && verdicts->code != code)
		verdicts++;
	return verdicts->text;
}

/* We complain: the reason lies on OpenSSL's error stack until Kamailio takes it off. */
static void explain_our_alert(int alert)
{
	unsigned long error = ERR_peek_last_error();
	const char *what = text_of(_ours, ERR_GET_REASON(error));
	ly_buf_t text = begin();

	_brief = what ? "it speaks TLS as we may not" : "handshake broke off";
	if(!what)
		what = ERR_reason_error_string(error);
	ly_put(&text, ly_cstr(what ? what : SSL_alert_desc_string_long(alert)));
	say(&text);
}

static void explain_their_alert(int alert)
{
	ly_buf_t text = begin();

	_brief = "it refused us";
	ly_putf(&text, "it refused us with the alert \"%s\"%s",
			SSL_alert_desc_string_long(alert), text_of(_theirs, alert));
	say(&text);
}

/* OpenSSL's message callback: sees every record of the connection, so it must be quick. */
static void on_message(int sent, int version, int type, const void *data,
		size_t len, SSL *ssl, void *arg)
{
	const unsigned char *alert = data;

	if(type != SSL3_RT_ALERT || len != 2 || _why[0])
		return;
	/* TLS 1.3 knows no warnings but these two, whatever the level byte says (RFC 8446 6). */
	if(alert[1] == SSL_AD_CLOSE_NOTIFY || alert[1] == SSL_AD_USER_CANCELLED)
		return;
	if(sent)
		explain_our_alert(alert[1]);
	else if(alert[0] == SSL3_AL_FATAL || SSL_version(ssl) == TLS1_3_VERSION)
		explain_their_alert(alert[1]);
}

void lync_tls_why_watch(SSL *ssl, int verify_mode)
{
	SSL_set_verify(ssl, verify_mode, on_verify);
	SSL_set_msg_callback(ssl, on_message);
}

bool lync_tls_why_watches(const SSL *ssl)
{
	return SSL_get_verify_callback(ssl) == on_verify;
}

void lync_tls_why_forget(void)
{
	_why[0] = '\0';
	_brief = NULL;
}

const char *lync_tls_why(void)
{
	return _why[0] ? _why : NULL;
}

const char *lync_tls_why_briefly(void)
{
	return _brief ? _brief : "handshake broke off";
}
