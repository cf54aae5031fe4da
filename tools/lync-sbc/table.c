/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void out_of_memory(void)
{
	fputs("lync-sbc: out of memory\n", stderr);
	exit(2);
}

void table_row(table_t *table)
{
	table_row_t *row = ly_arena_alloc(table->arena, sizeof(*row));

	if(!row)
		out_of_memory();
	if(table->last)
		table->last->next = row;
	else
		table->rows = row;
	table->last = row;
	table->filled = 0;
}

void table_text(table_t *table, ly_slice_t text)
{
	ly_slice_t copy = ly_arena_copy(table->arena, text);

	if(!copy.s)
		out_of_memory();
	if(table->filled < TABLE_COLUMNS)
		table->last->cells[table->filled++] = copy;
}

void table_cell(table_t *table, const char *format, ...)
{
	char text[1200];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if(len >= (int)sizeof(text))
		len = sizeof(text) - 1;
	table_text(table, ly_slice(text, len > 0 ? (size_t)len : 0));
}

/* Characters, not bytes, of UTF-8. */
static int width_of(ly_slice_t text)
{
	int width = 0;

	for(size_t i = 0; i < text.len; i++)
		width += ((unsigned char)text.s[i] & 0xc0) != 0x80;
	return width;
}

static ly_slice_t shown(ly_slice_t cell)
{
	return cell.len ? cell : LY_LIT("-");
}

static void print_line(
		const table_t *table, const ly_slice_t *cells, const int *widths)
{
	for(int i = 0; table->head[i]; i++) {
		ly_slice_t cell = shown(cells[i]);
		int blanks = table->head[i + 1] ? widths[i] - width_of(cell) + 2 : 0;
		printf("%.*s%*s", LY_FMT(cell), blanks, "");
	}
	putchar('\n');
}

void table_print(const table_t *table)
{
	ly_slice_t head[TABLE_COLUMNS] = {LY_EMPTY};
	int widths[TABLE_COLUMNS] = {0};

	if(!table->rows)
		return;
	for(int i = 0; table->head[i]; i++) {
		head[i] = ly_cstr(table->head[i]);
		widths[i] = width_of(head[i]);
		for(const table_row_t *row = table->rows; row; row = row->next) {
			int width = width_of(shown(row->cells[i]));
			widths[i] = width > widths[i] ? width : widths[i];
		}
	}
	print_line(table, head, widths);
	for(const table_row_t *row = table->rows; row; row = row->next)
		print_line(table, row->cells, widths);
	putchar('\n');
}
