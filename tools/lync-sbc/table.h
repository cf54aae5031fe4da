/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table for people: columns as wide as what stands in them. */
#ifndef LYNC_SBC_TABLE_H
#define LYNC_SBC_TABLE_H

#include "liblync/arena.h"

#define TABLE_COLUMNS 10

typedef struct table_row
{
	struct table_row *next;
	ly_slice_t cells[TABLE_COLUMNS];
} table_row_t;

/* Begins with head and arena set. */
typedef struct table
{
	const char *const *head; /* titles of the columns; NULL ends them */
	ly_arena_t *arena;
	table_row_t *rows;
	table_row_t *last;
	unsigned filled; /* cells of the last row */
} table_t;

/* A new row; what follows fills its cells from the left. */
void table_row(table_t *table);
/* The next cell, as printf() does. An empty one is shown as '-'. */
void table_cell(table_t *table, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
/* The same as it stands. */
void table_text(table_t *table, ly_slice_t text);
/* Prints it to standard output with an empty line behind; nothing where it has no rows. */
void table_print(const table_t *table);

#endif
