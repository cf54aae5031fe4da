/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules in words, for people. */
#ifndef LIBLYNC_DIALECT_WORDS_H
#define LIBLYNC_DIALECT_WORDS_H

#include "liblync/dialect.h"

/* Appends where the rule acts ("header ms-*"), and what it does there ("goes"). */
void ly_rule_put_where(const ly_rule_t *rule, ly_buf_t *out);
void ly_rule_put_what(const ly_rule_t *rule, ly_buf_t *out);

/* On which condition; empty: always. */
const char *ly_rule_when(const ly_rule_t *rule);

/* The words themselves, "%" standing for what the rule matches. NULL: the value is new, and has none. */
const char *ly_place_words(ly_place_t place);
const char *ly_action_words(ly_action_t action);

#endif
