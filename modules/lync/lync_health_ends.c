/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_health_ends.h"

#include <stdlib.h>

#include "core/dprint.h"
#include "core/mem/shm.h"
#include "lync.h"
#include "lync_names.h"
#include "lync_peer.h"

#define ADDRESSES_MAX 16
/* How much later the next one is asked for the first time: a handshake takes a while, of us and of its peer. */
#define LATER_MS 2
#define LATER_WITH_TLS_MS 20

/* Where an answer finds the end: by a number that stays while the end does. */
typedef struct place
{
	lync_health_t *h; /* NULL: free */
	unsigned index;	  /* of its ends; of a free one the next that is free */
} place_t;

static place_t *places;
static unsigned place_count, first_free;

/* Places ------------------------------------------------------------------------------------------------------------- */

static bool make_places(void)
{
	unsigned more = place_count ? place_count : 256;
	place_t *grown = realloc(places, (place_count + more) * sizeof(*grown));

	if(!grown)
		return false;
	places = grown;
	for(unsigned i = place_count; i < place_count + more; i++)
		places[i] = (place_t){NULL, i + 1};
	first_free = place_count;
	place_count += more;
	return true;
}

static bool take_place(uint32_t *place)
{
	if(first_free == place_count && !make_places())
		return false;
	*place = first_free;
	first_free = places[first_free].index;
	return true;
}

static void give_place(uint32_t place)
{
	places[place] = (place_t){NULL, first_free};
	first_free = place;
}

lync_end_t *lync_ends_at(uint32_t place, lync_health_t **h)
{
	if(place >= place_count || !places[place].h)
		return NULL;
	*h = places[place].h;
	return &(*h)->ends[places[place].index];
}

/* What there should be ------------------------------------------------------------------------------------------------ */

typedef struct list
{
	lync_end_t ends[LYNC_ENDS_MAX];
	unsigned count;
} list_t;

static void add(list_t *list, const ly_addr_t *address, uint16_t port,
		ly_transport_t transport, unsigned trunk)
{
	for(unsigned i = 0; i < list->count; i++) {
		const lync_end_t *end = &list->ends[i];
		if(end->port == port && end->transport == transport
				&& ly_addr_eq(&end->address, address))
			return;
	}
	if(list->count < LYNC_ENDS_MAX)
		list->ends[list->count++] = (lync_end_t){.address = *address,
				.port = port,
				.transport = transport,
				.trunk = trunk};
}

/* At one address: a server at the ports of all trunks of its pool that we may use. */
static void add_ports(
		list_t *list, const ly_peer_t *peer, const ly_addr_t *address)
{
	if(!peer->pool) {
		if(lync_peer_socket(peer, NULL))
			add(list, address, peer->port, peer->transport, 0);
		return;
	}
	for(unsigned i = 0; i < lync_plan->trunk_count; i++) {
		const ly_trunk_t *trunk = &lync_plan->trunks[i];
		if(trunk->pool == peer->pool
				&& (!trunk->node || trunk->node == lync_node)
				&& lync_peer_socket(peer, trunk))
			add(list, address, trunk->mediation_port, trunk->transport, i);
	}
}

static void list_ends(list_t *list, const ly_peer_t *peer)
{
	ly_addr_t named[ADDRESSES_MAX];
	unsigned count = 1;

	list->count = 0;
	if(!peer->health->interval)
		return;
	named[0] = peer->address;
	if(!peer->address.family)
		count = lync_names_current(peer,
				lync_node->side[peer->side].address.family, named,
				ADDRESSES_MAX);
	for(unsigned i = 0; i < count; i++)
		add_ports(list, peer, &named[i]);
}

/* Keeping up with it -------------------------------------------------------------------------------------------------- */

static bool is_same(const lync_end_t *a, const lync_end_t *b)
{
	return a->port == b->port && a->transport == b->transport
		   && ly_addr_eq(&a->address, &b->address);
}

static lync_end_t *find(lync_health_t *h, const lync_end_t *wanted)
{
	for(unsigned i = 0; i < h->end_count; i++) {
		if(is_same(&h->ends[i], wanted))
			return &h->ends[i];
	}
	return NULL;
}

/* False where something has come, gone or changed its place. */
static bool is_as_listed(const lync_health_t *h, const list_t *list)
{
	if(h->end_count != list->count)
		return false;
	for(unsigned i = 0; i < list->count; i++) {
		if(!is_same(&h->ends[i], &list->ends[i]))
			return false;
	}
	return true;
}

/* Each of the list becomes what is known of it already, or is new. False: no memory. */
static bool fill(lync_health_t *h, list_t *list, uint64_t *start)
{
	for(unsigned i = 0; i < list->count; i++) {
		lync_end_t *end = &list->ends[i];
		const lync_end_t *known = find(h, end);
		unsigned trunk = end->trunk;

		if(known) {
			*end = *known;
			end->trunk = trunk;
			continue;
		}
		if(!take_place(&end->place))
			return false;
		end->asking.since = end->asking.due = *start;
		*start += end->transport == LY_TLS ? LATER_WITH_TLS_MS : LATER_MS;
	}
	return true;
}

/* Places of those that are not in the list any more. */
static void free_places(lync_health_t *h, const list_t *list)
{
	for(unsigned i = 0; i < h->end_count; i++) {
		bool stays = false;

		for(unsigned j = 0; j < list->count; j++)
			stays |= list->ends[j].place == h->ends[i].place;
		if(!stays)
			give_place(h->ends[i].place);
	}
}

bool lync_ends_update(lync_health_t *h, const ly_peer_t *peer, uint64_t *start)
{
	static list_t list;
	lync_end_t *ends;

	list_ends(&list, peer);
	if(is_as_listed(h, &list)) {
		for(unsigned i = 0; i < list.count; i++)
			h->ends[i].trunk = list.ends[i].trunk;
		return true;
	}
	ends = shm_malloc((list.count + 1) * sizeof(*ends));
	if(!ends || !fill(h, &list, start)) {
		if(ends)
			shm_free(ends);
		SHM_MEM_ERROR;
		return false;
	}
	free_places(h, &list);
	memcpy(ends, list.ends, list.count * sizeof(*ends));
	if(h->ends)
		shm_free(h->ends);
	h->ends = ends;
	h->end_count = list.count;
	for(unsigned i = 0; i < list.count; i++)
		places[ends[i].place] = (place_t){h, i};
	return true;
}

void lync_ends_drop(lync_health_t *h)
{
	for(unsigned i = 0; i < h->end_count; i++)
		give_place(h->ends[i].place);
	if(h->ends)
		shm_free(h->ends);
	h->ends = NULL;
	h->end_count = 0;
}
