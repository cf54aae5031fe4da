/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

/* The size says how much to take; a file that grows meanwhile is cut there, and then is no XML any more. */
static bool read_all(int fd, size_t size, ly_arena_t *arena,
		ly_report_t *report, ly_slice_t *bytes)
{
	char *buffer = ly_arena_alloc(arena, size);
	size_t len = 0;

	if(!buffer) {
		ly_found_no_memory(report);
		return false;
	}
	while(len < size) {
		ssize_t n = read(fd, buffer + len, size - len);
		if(n < 0 && errno == EINTR)
			continue;
		if(n < 0) {
			ly_found(report, 0, "the file cannot be read: %m");
			return false;
		}
		if(n == 0)
			break;
		len += (size_t)n;
	}
	*bytes = ly_slice(buffer, len);
	return true;
}

bool ly_file_read(const char *path, size_t max, ly_arena_t *arena,
		ly_report_t *report, ly_slice_t *bytes)
{
	/* O_NONBLOCK: the open of a pipe without a writer would wait for one. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	bool ok = false;

	if(fd < 0) {
		ly_found(report, 0, "the file cannot be opened: %m");
		return false;
	}
	if(fstat(fd, &st) < 0)
		ly_found(report, 0, "the file cannot be read: %m");
	else if(!S_ISREG(st.st_mode))
		ly_found(report, 0,
				"this is no ordinary file but a directory, pipe or device");
	else if((uintmax_t)st.st_size > max)
		ly_found(report, 0,
				"the file has %ju bytes, more than the %zu that are read",
				(uintmax_t)st.st_size, max);
	else
		ok = read_all(fd, (size_t)st.st_size, arena, report, bytes);
	close(fd);
	return ok;
}
