/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shapes of an attribute's text that are names of people and machines. Inside liblync. */
#ifndef LIBLYNC_PLAN_SHAPE_H
#define LIBLYNC_PLAN_SHAPE_H

#include "liblync/plan_schema.h"

/* False where the text has the shape not. The field is written only where it has. */
typedef bool ly_shape_t(
		const ly_attribute_t *attribute, ly_slice_t text, void *field);

ly_shape_t ly_name_shape, ly_fqdn_shape, ly_address_shape, ly_host_shape,
		ly_path_shape, ly_dialled_shape, ly_dialled_list_shape;

#endif
