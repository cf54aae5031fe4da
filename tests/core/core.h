/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests inside the real Kamailio: what the groups of tests share.
 *
 * lync.so is loaded beside the tests as it is shipped, and they use it as a script does: by the functions and
 * pseudo-variables that it exports. Parser, lumps, memory and tm are Kamailio's. Nothing is sent or received: a test
 * says which message came from where, and looks at the bytes that the core would send.
 */
#ifndef TESTS_CORE_H
#define TESTS_CORE_H

#include "core/parser/msg_parser.h"
#include "core/pvar.h"
#include "core/sr_module.h"
#include "modules/tm/tm_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Where a message came in. proto: PROTO_UDP … of the core. */
typedef struct core_arrival
{
	const char *source;
	unsigned short source_port;
	const char *local;
	unsigned short local_port;
	int proto;
} core_arrival_t;

/* The peers of tests/core/lync-trunks.xml, on the transports of their trunk or target. */
extern const core_arrival_t FROM_MED01, FROM_MED02, FROM_GW1, FROM_GW2;

extern struct tm_binds core_tm;

/* A test that begins without call, transaction and variables, and fails when it leaves memory behind. */
#define CORE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, core_begin, core_end)

/* The same where a transaction is made: tm frees it by its timer, which does not run here. */
#define CORE_TEST_WITH_TRANSACTION(test) \
	cmocka_unit_test_setup_teardown(test, core_begin, core_end_transaction)

int core_begin(void **state);
int core_end(void **state);
int core_end_transaction(void **state);

/*
 * Receives tests/core/messages/NAME: LF becomes CRLF; TOKEN, TAG, CALLID and ORIGIN become what core_sent() found last.
 * The message is parsed as the core parses what a socket gives it, and freed at the end of the test. Fails the test
 * where the core refuses it.
 */
sip_msg_t *core_receive(const char *name, const core_arrival_t *from);

/* The same, seen by a failure route: a copy of the request, whose call the transaction alone knows. */
sip_msg_t *core_receive_failed(const char *name, const core_arrival_t *from);

/* The same of a text that the test made itself, with its line ends in it. */
sip_msg_t *core_receive_text(const char *text, const core_arrival_t *from);

/* Calls a function of the script without parameters, such as "lync_accept". Its return code. */
int core_run(sip_msg_t *msg, const char *function);

/* A pseudo-variable as text; "" where it is null. Good until the next call. */
const char *core_get(sip_msg_t *msg, const char *pv);

/*
 * What the core would send now, with LF; a token, a tag and a sealed Call-ID of ours as TOKEN, TAG and CALLID. Our Via
 * is not in it; what would stand there is ORIGIN. Good until the end of the test.
 */
const char *core_sent(sip_msg_t *msg);

/* Fails the test, with the first line that differs, unless that is tests/core/messages/NAME byte for byte. */
void core_assert_sent(sip_msg_t *msg, const char *name);

/* The text of tests/core/messages/NAME with CRLF and those words filled in. Good until the end of the test. */
const char *core_file(const char *name);

/* Whether text holds part. */
#define core_assert_contains(text, part) assert_non_null(strstr((text), (part)))

/* Fails the test unless the destination is uri and the socket that it is sent from has port. */
void core_assert_goes_to(
		sip_msg_t *msg, const char *uri, unsigned short from_port);

/* The token that core_sent() found last: may be changed by a test that forges one. */
extern char core_token[2048];

/* The groups. Each returns how many of its tests failed. */
int core_accept_tests(void);
int core_dialog_tests(void);
int core_kemi_tests(void);
int core_media_tests(void);
int core_memory_tests(void);
int core_reply_tests(void);
int core_write_tests(void);

#endif
