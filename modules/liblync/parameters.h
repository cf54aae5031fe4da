/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every parameter of New-CsTrunkConfiguration: what it means to Lync, and what the SBC does with it. The page
 * modules/lync/TRUNK.md is made from this table.
 */
#ifndef LIBLYNC_PARAMETERS_H
#define LIBLYNC_PARAMETERS_H

#include "liblync/slice.h"

typedef struct ly_parameter
{
	const char *name; /* as New-CsTrunkConfiguration spells it */
	const char *lync; /* what Lync does; as in the documentation of the XSD */
	const char *here; /* what the SBC does today */
	const char *recommended; /* value on Lync */
} ly_parameter_t;

extern const ly_parameter_t ly_parameters[];
extern const unsigned ly_parameter_count;

/* What holds where nobody has said anything, as the plan's schema has it; NULL: nothing. */
const char *ly_parameter_default(const ly_parameter_t *parameter);

#endif
