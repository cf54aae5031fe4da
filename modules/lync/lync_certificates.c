/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_certificates.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <openssl/x509.h>

#include "core/dprint.h"
#include "core/pt.h"
#include "core/rpc_lookup.h"
#include "core/sr_module.h"
#include "core/timer.h"
#include "liblync/certificates.h"
#include "lync.h"
#include "lync_plan.h"
#include "lync_rpc.h"
#include "lync_tls.h"
#include "lync_tls_end.h"
#include "modules/tls/tls_server.h"

#define LOOK_SECONDS 10 /* how often the timer looks at its clock */
#define AGAIN_SECONDS (24 * 60 * 60)
#define MAX_AUTHORITIES 200 /* told */

/* The tls module's own: the newest configuration is the first of the list. */
static struct
{
	tls_domains_cfg_t **newest;
	gen_lock_t *lock;
	rpc_export_t *reload;
} tls;

/* What is in force ------------------------------------------------------------------------------------------------- */

/* As a connection does: what somebody refers to is not given back. */
static tls_domains_cfg_t *take(void)
{
	tls_domains_cfg_t *cfg;

	lock_get(tls.lock);
	cfg = *tls.newest;
	atomic_inc(&cfg->ref_count);
	lock_release(tls.lock);
	return cfg;
}

static void give_back(tls_domains_cfg_t *cfg)
{
	atomic_dec(&cfg->ref_count);
}

static X509 *own_certificate(const tls_domain_t *profile)
{
	return SSL_CTX_get0_certificate(profile->ctx[process_no]);
}

/* The authority at that place of the profile's store; NULL where none is. */
static X509 *authority_at(const tls_domain_t *profile, int i)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(
			SSL_CTX_get_cert_store(profile->ctx[process_no]));

	return X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
}

static int authority_count(const tls_domain_t *profile)
{
	return sk_X509_OBJECT_num(X509_STORE_get0_objects(
			SSL_CTX_get_cert_store(profile->ctx[process_no])));
}

/* Of one certificate, for people. Texts end with NUL and live until the next is described. */
typedef struct description
{
	const char *names, *serial, *begins, *ends;
	int days;
} description_t;

static const char *finished(ly_buf_t *text)
{
	text->s[text->len] = '\0';
	return text->s;
}

static description_t describe(const X509 *x509)
{
	static char names[1024], serial[2 * 20 + 3], begins[12], ends[12];
	ly_buf_t b = ly_buf(names, sizeof(names) - 1);
	const ASN1_INTEGER *number = X509_get0_serialNumber(x509);
	description_t d;

	lync_tls_certificate_names((X509 *)x509, &b);
	d.names = finished(&b);
	b = ly_buf(serial, sizeof(serial) - 1);
	for(int i = 0; i < ASN1_STRING_length(number); i++)
		ly_putf(&b, "%02x", ASN1_STRING_get0_data(number)[i]);
	d.serial = finished(&b);
	b = ly_buf(begins, sizeof(begins) - 1);
	ly_put_date(&b, X509_get0_notBefore(x509));
	d.begins = finished(&b);
	b = ly_buf(ends, sizeof(ends) - 1);
	ly_put_date(&b, X509_get0_notAfter(x509));
	d.ends = finished(&b);
	d.days = ly_days_until(time(NULL), X509_get0_notAfter(x509));
	return d;
}

/* As in tls.cfg: "server 192.0.2.1:5067", "client tls-1.2". */
static const char *name_of(const tls_domain_t *profile)
{
	static char text[128];
	const char *side = profile->type & TLS_DOMAIN_SRV ? "server" : "client";

	if(profile->type & TLS_DOMAIN_DEF)
		snprintf(text, sizeof(text), "%s default", side);
	else if(profile->type & TLS_DOMAIN_ANY)
		snprintf(text, sizeof(text), "%s %.*s", side,
				LY_FMT(lync_slice(&profile->server_id)));
	else
		snprintf(text, sizeof(text), "%s %s:%u", side,
				ip_addr2a((struct ip_addr *)&profile->ip), profile->port);
	return text;
}

/* RPC -------------------------------------------------------------------------------------------------------------- */

static void add_profile(rpc_t *rpc, void *list, const tls_domain_t *profile)
{
	const X509 *x509 = own_certificate(profile);
	description_t d;
	void *row;

	if(!x509)
		return;
	d = describe(x509);
	rpc->struct_add(list, "{", "profile", &row);
	rpc->struct_add(row, "sssssd", "name", name_of(profile), "names", d.names,
			"serial", d.serial, "not_before", d.begins, "not_after", d.ends,
			"days_left", d.days);
}

static void add_authority(rpc_t *rpc, void *list, const X509 *x509)
{
	description_t d = describe(x509);
	void *row;

	rpc->struct_add(list, "{", "authority", &row);
	rpc->struct_add(row, "ssssd", "names", d.names, "serial", d.serial,
			"not_before", d.begins, "not_after", d.ends, "days_left", d.days);
}

static void add_in_force(rpc_t *rpc, void *ctx, const tls_domains_cfg_t *cfg)
{
	const tls_domain_t *profile;
	void *root, *list;

	if(rpc->add(ctx, "{", &root) < 0)
		return;
	/* One list at a time: ctl crashes when a second is opened before the first is filled. */
	rpc->struct_add(root, "SSS[", "file", &cfg->srv_default->cert_file, "key",
			&cfg->srv_default->pkey_file, "ca", &cfg->srv_default->ca_file,
			"profiles", &list);
	add_profile(rpc, list, cfg->srv_default);
	for(profile = cfg->srv_list; profile; profile = profile->next)
		add_profile(rpc, list, profile);
	add_profile(rpc, list, cfg->cli_default);
	for(profile = cfg->cli_list; profile; profile = profile->next)
		add_profile(rpc, list, profile);
	rpc->struct_add(root, "[", "authorities", &list);
	for(int i = 0; i < authority_count(cfg->srv_default) && i < MAX_AUTHORITIES;
			i++) {
		if(authority_at(cfg->srv_default, i))
			add_authority(rpc, list, authority_at(cfg->srv_default, i));
	}
}

void lync_certificates_rpc_show(rpc_t *rpc, void *ctx)
{
	tls_domains_cfg_t *cfg = take();

	add_in_force(rpc, ctx, cfg);
	give_back(cfg);
}

/* What the tls module answers to its tls.reload, which we call in place of an RPC client. */
typedef struct answer
{
	bool refused;
	char text[800];
} answer_t;

static void on_fault(void *ctx, int code, char *format, ...)
{
	answer_t *answer = ctx;
	va_list args;

	answer->refused = true;
	va_start(args, format);
	vsnprintf(answer->text, sizeof(answer->text), format, args);
	va_end(args);
}

static int on_reply(void *ctx, char *format, ...)
{
	return 0;
}

static void tell_warning(void *to, const ly_finding_t *finding)
{
	if(finding->severity == LY_WARNING)
		LM_WARN("lync.renew: %s\n", finding->text);
}

/* Whether the files may be taken over; answer says why not. */
static bool files_are_right(answer_t *answer)
{
	ly_report_t report = {.tell = tell_warning, .warn = true};
	const ly_plan_t *plan = lync_plan_use(LYNC_FOR_MESSAGE);
	bool any = lync_node->certificate.line != 0;

	if(any)
		ly_check_certificates(plan, lync_node, time(NULL), &report);
	lync_plan_release(LYNC_FOR_MESSAGE);
	if(any && report.count == 0)
		return true;
	snprintf(answer->text, sizeof(answer->text), "%s",
			any ? report.first.text : "this node has no certificate");
	return false;
}

static void renew(rpc_t *rpc, void *ctx)
{
	char why_text[sizeof(((answer_t *)0)->text) + 40];
	ly_buf_t why = ly_buf(why_text, sizeof(why_text));
	rpc_t client = {.fault = on_fault, .rpl_printf = on_reply};
	answer_t answer = {.refused = false};
	tls_domains_cfg_t *cfg;
	description_t d;

	answer.refused = !files_are_right(&answer);
	if(!answer.refused)
		tls.reload->function(&client, &answer);
	if(answer.refused) {
		ly_put(&why, LY_LIT("the certificate in force stays: "));
		ly_put(&why, ly_cstr(answer.text));
		LM_ERR("lync.renew: %.*s\n", LY_FMT(ly_buf_slice(&why)));
		lync_rpc_fault(rpc, ctx, ly_buf_slice(&why));
		return;
	}
	cfg = take();
	d = describe(own_certificate(cfg->srv_default));
	LM_NOTICE("lync.renew: in force for new connections: %s, serial %s, until "
			  "%s\n",
			d.names, d.serial, d.ends);
	add_in_force(rpc, ctx, cfg);
	give_back(cfg);
}

void lync_certificates_rpc_renew(rpc_t *rpc, void *ctx)
{
	sigset_t before;

	lync_tls_end_hold(&before);
	renew(rpc, ctx);
	lync_tls_end_let(&before);
}

/* Once a day ------------------------------------------------------------------------------------------------------- */

/* Returns whether there was something to say: one line a day. */
static bool warn_of(const X509 *x509, const char *what, const str *file)
{
	description_t d = describe(x509);

	if(d.days >= LY_CERTIFICATE_DAYS)
		return false;
	LM_WARN("the %s in %.*s (%s) %s on %s, %d days from now: renew it, then "
			"run "
			"kamcmd lync.renew\n",
			what, STR_FMT(file), d.names, d.days < 0 ? "expired" : "expires",
			d.ends, d.days);
	return true;
}

/* All profiles have the same certificate and authorities. */
static void warn_of_any(const tls_domain_t *profile)
{
	const X509 *x509 = own_certificate(profile);
	bool said = x509 && warn_of(x509, "certificate", &profile->cert_file);

	for(int i = 0; i < authority_count(profile) && !said; i++) {
		x509 = authority_at(profile, i);
		said = x509 && warn_of(x509, "authority", &profile->ca_file);
	}
}

static void on_timer(unsigned int ticks, void *param)
{
	static time_t next; /* of the timer's process */
	tls_domains_cfg_t *cfg;

	if(time(NULL) < next)
		return;
	cfg = take();
	warn_of_any(cfg->srv_default);
	give_back(cfg);
	next = time(NULL) + AGAIN_SECONDS;
}

/* A variable of the tls module, which has no other door. */
static void *variable(const char *name)
{
	struct sr_module *module = find_module_by_name("tls");
	void **found = module ? dlsym(module->handle, name) : NULL;

	return found ? *found : NULL;
}

int lync_certificates_init(void)
{
	tls.newest = variable("tls_domains_cfg");
	tls.lock = variable("tls_domains_cfg_lock");
	tls.reload = rpc_lookup("tls.reload", (int)strlen("tls.reload"));
	if(!tls.newest || !tls.lock || !tls.reload) {
		LM_ERR("certificates cannot be renewed: load tls.so before lync.so\n");
		return -1;
	}
	return register_timer(on_timer, NULL, LOOK_SECONDS);
}
