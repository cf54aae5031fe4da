/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names in the certificate of a TLS peer, and which of them we wanted. */
#include "lync/lync_tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "liblync/hash.h"
#include "modules/tls/tls_server.h"

/*
 * What this process found out about its latest connections. A newer connection takes the place of an older one with
 * the same remainder, which only costs the older one another look at its certificate.
 */
#define VERDICTS 1024

typedef struct verdict
{
	int id;			 /* of the connection: the core counts them up */
	int index;		 /* into the wanted names, -1: none */
	uint64_t wanted; /* hash of the wanted names; 0 = empty place */
} verdict_t;

static verdict_t _verdicts[VERDICTS];

static SSL *ssl_of(const struct tcp_connection *c)
{
	const struct tls_extra_data *tls = c->extra_data;

	return c->type == PROTO_TLS && tls && tls->state == S_TLS_ESTABLISHED
				   ? tls->ssl
				   : NULL;
}

bool lync_tls_is_up(const struct tcp_connection *c)
{
	return ssl_of(c) != NULL;
}

static uint64_t hash_of(const ly_slice_t *names, unsigned count)
{
	uint64_t hash = LY_HASH_START;

	for(unsigned i = 0; i < count; i++)
		hash = ly_hash_byte(ly_hash(hash, names[i]), '\n');
	return hash ? hash : 1;
}

static int find_name(SSL *ssl, const ly_slice_t *names, unsigned count)
{
	X509 *certificate = SSL_get0_peer_certificate(ssl);

	if(!certificate || SSL_get_verify_result(ssl) != X509_V_OK)
		return -1;
	for(unsigned i = 0; i < count; i++) {
		/* OpenSSL takes a name with a leading dot for a whole domain, and an empty one for no check at all. */
		if(names[i].len == 0 || names[i].s[0] == '.')
			continue;
		if(X509_check_host(certificate, names[i].s, names[i].len,
				   X509_CHECK_FLAG_NO_WILDCARDS, NULL)
				== 1)
			return (int)i;
	}
	return -1;
}

/* The place of connection id. It is the right one when it says so. */
static verdict_t *place_of(int id)
{
	return &_verdicts[(unsigned)id % VERDICTS];
}

static bool is_known(const verdict_t *v, int id, uint64_t wanted)
{
	return v->id == id && v->wanted == wanted;
}

int lync_tls_connection_has_name(
		struct tcp_connection *c, const ly_slice_t *names, unsigned count)
{
	uint64_t wanted = hash_of(names, count);
	verdict_t *v = place_of(c->id);
	SSL *ssl;

	if(is_known(v, c->id, wanted))
		return v->index;
	ssl = ssl_of(c);
	if(!ssl)
		return -1; /* not yet: the handshake goes on */
	*v = (verdict_t){c->id, find_name(ssl, names, count), wanted};
	return v->index;
}

static struct tcp_connection *connection_of(const struct sip_msg *msg)
{
	/* No timeout is given: looking at a connection does not make it live longer. */
	return msg->rcv.proto == PROTO_TLS
				   ? tcpconn_get(msg->rcv.proto_reserved1, NULL, 0, NULL, 0)
				   : NULL;
}

int lync_tls_peer_has_name(
		struct sip_msg *msg, const ly_slice_t *names, unsigned count)
{
	int id = msg->rcv.proto_reserved1;
	const verdict_t *v = place_of(id);
	struct tcp_connection *c;
	int index;

	if(msg->rcv.proto == PROTO_TLS && is_known(v, id, hash_of(names, count)))
		return v->index;
	c = connection_of(msg);
	if(!c)
		return -1;
	/*
	 * On a connection that we opened, a TLS 1.3 session ticket replaces the session, and with it the certificate,
	 * at any read. Reads and writes of the SSL object hold this lock.
	 */
	lock_get(&c->write_lock);
	index = lync_tls_connection_has_name(c, names, count);
	lock_release(&c->write_lock);
	tcpconn_put(c);
	return index;
}

/* Text out of a certificate is the peer's: it must not break the line of a log. */
static void put_clean(ly_buf_t *out, const unsigned char *s, size_t len)
{
	for(size_t i = 0; i < len; i++)
		ly_putc(out,
				s[i] >= ' ' && s[i] < 0x7f && s[i] != ',' ? (char)s[i] : '?');
}

static unsigned put_san(X509 *certificate, ly_buf_t *out)
{
	GENERAL_NAMES *san =
			X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	unsigned found = 0;

	for(int i = 0; i < sk_GENERAL_NAME_num(san); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(san, i);
		ly_slice_t before = found ? LY_LIT(", ") : LY_EMPTY;

		if(name->type != GEN_DNS)
			continue;
		ly_put(out, before);
		put_clean(out, ASN1_STRING_get0_data(name->d.dNSName),
				(size_t)ASN1_STRING_length(name->d.dNSName));
		found++;
	}
	GENERAL_NAMES_free(san);
	return found;
}

static void put_common_name(X509 *certificate, ly_buf_t *out)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	const ASN1_STRING *cn =
			at < 0 ? NULL
				   : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));

	if(cn)
		put_clean(
				out, ASN1_STRING_get0_data(cn), (size_t)ASN1_STRING_length(cn));
	else
		ly_put(out, LY_LIT("no name at all"));
}

void lync_tls_certificate_names(X509 *certificate, ly_buf_t *out)
{
	if(!certificate)
		ly_put(out, LY_LIT("no certificate"));
	else if(put_san(certificate, out) == 0)
		put_common_name(certificate, out);
}

void lync_tls_connection_names(struct tcp_connection *c, ly_buf_t *out)
{
	SSL *ssl = ssl_of(c);

	lync_tls_certificate_names(
			ssl ? SSL_get0_peer_certificate(ssl) : NULL, out);
}

void lync_tls_peer_names(const struct sip_msg *msg, ly_buf_t *out)
{
	struct tcp_connection *c = connection_of(msg);

	if(!c) {
		ly_put(out, msg->rcv.proto == PROTO_TLS ? LY_LIT("connection gone")
												: LY_LIT("no TLS"));
		return;
	}
	lock_get(&c->write_lock);
	lync_tls_connection_names(c, out);
	lock_release(&c->write_lock);
	tcpconn_put(c);
}
