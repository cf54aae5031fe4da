/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include "core/globals.h"
#include "core/mem/pkg.h"
#include "core/mem/shm.h"

#ifndef DBG_SR_MEMORY
#error "Debian's Kamailio is built with DBG_SR_MEMORY; its allocators take where they were called from"
#endif

static long blocks;
static long until_failure = -1;
static bool failed;
static bool from_malloc;

static sr_pkg_api_t pkg;
static sr_shm_api_t shm;

/* Counts an allocation that is about to be made; false: it is the one that has to fail. */
static bool may_take(void)
{
	if(until_failure >= 0 && until_failure-- == 0) {
		failed = true;
		return false;
	}
	blocks++;
	return true;
}

static bool is_in(const void *p, const void *pool, unsigned long size)
{
	return (const char *)p >= (const char *)pool
		   && (const char *)p < (const char *)pool + size;
}

/* Blocks from before the watch lie in the pool and go back there. */
static bool is_from_malloc(const void *p)
{
	return from_malloc && !is_in(p, pkg.mem_pool, pkg_mem_size)
		   && !is_in(p, shm.mem_pool, shm_mem_size);
}

#define WHERE                                                  \
	const char *file, const char *function, unsigned int line, \
			const char *module
#define HERE file, function, line, module

/* One allocator of the api (pkg or shm): what Kamailio's own would do, counted, or libc. */
#define TAKE(api, name, from_libc)                                   \
	static void *api##_##name(void *pool, size_t size, WHERE)        \
	{                                                                \
		if(!may_take())                                              \
			return NULL;                                             \
		return from_malloc ? from_libc : api.name(pool, size, HERE); \
	}

#define GIVE(api, name)                                  \
	static void api##_##name(void *pool, void *p, WHERE) \
	{                                                    \
		blocks -= p != NULL;                             \
		if(is_from_malloc(p))                            \
			free(p);                                     \
		else                                             \
			api.name(pool, p, HERE);                     \
	}

/* with_old_freed: the variants that give the old block back when there is no memory. */
#define TAKE_AGAIN(api, name, with_old_freed)                          \
	static void *api##_##name(void *pool, void *p, size_t size, WHERE) \
	{                                                                  \
		if(!may_take()) {                                              \
			if(with_old_freed && p)                                    \
				api##_xfree(pool, p, HERE);                            \
			return NULL;                                               \
		}                                                              \
		blocks -= p != NULL;                                           \
		return is_from_malloc(p) ? realloc(p, size)                    \
								 : api.name(pool, p, size, HERE);      \
	}

TAKE(pkg, xmalloc, malloc(size))
TAKE(pkg, xmallocxz, calloc(1, size))
GIVE(pkg, xfree)
TAKE_AGAIN(pkg, xrealloc, false)
TAKE_AGAIN(pkg, xreallocxf, true)

TAKE(shm, xmalloc, malloc(size))
TAKE(shm, xmallocxz, calloc(1, size))
TAKE(shm, xmalloc_unsafe, malloc(size))
GIVE(shm, xfree)
GIVE(shm, xfree_unsafe)
TAKE_AGAIN(shm, xrealloc, false)
TAKE_AGAIN(shm, xreallocxf, true)
TAKE_AGAIN(shm, xresize, true)

void core_memory_watch(bool from_libc)
{
	from_malloc = from_libc;
	pkg = _pkg_root;
	shm = _shm_root;
	_pkg_root.xmalloc = pkg_xmalloc;
	_pkg_root.xmallocxz = pkg_xmallocxz;
	_pkg_root.xfree = pkg_xfree;
	_pkg_root.xrealloc = pkg_xrealloc;
	_pkg_root.xreallocxf = pkg_xreallocxf;
	_shm_root.xmalloc = shm_xmalloc;
	_shm_root.xmallocxz = shm_xmallocxz;
	_shm_root.xmalloc_unsafe = shm_xmalloc_unsafe;
	_shm_root.xfree = shm_xfree;
	_shm_root.xfree_unsafe = shm_xfree_unsafe;
	_shm_root.xrealloc = shm_xrealloc;
	_shm_root.xreallocxf = shm_xreallocxf;
	_shm_root.xresize = shm_xresize;
}

long core_memory_blocks(void)
{
	return blocks;
}

void core_memory_set_blocks(long n)
{
	blocks = n;
}

void core_memory_fail_after(long n)
{
	until_failure = n;
	failed = false;
}

bool core_memory_has_failed(void)
{
	return failed;
}
