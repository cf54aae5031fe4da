/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/pack.h"

#include <stdint.h>

#define WORD 0x80
#define NIBBLES 0xa0
#define SMALL_HEX 0xc0
#define CAPITAL_HEX 0xd0
#define AGAIN 0xe0
#define AS_IT_IS 0xff

/*
 * Never to be changed but at the end: tokens of running calls hold the numbers. Those that begin with the same byte
 * stand together, a longer one before what it begins with.
 */
static const ly_slice_t words[] = {LY_LIT("sip:"), LY_LIT("<sip:+"),
		LY_LIT("<sip:"), LY_LIT(", <sip:"), LY_LIT(";transport=Tls"),
		LY_LIT(";transport=tls"), LY_LIT(";transport=Tcp"),
		LY_LIT(";transport=tcp"), LY_LIT(";transport=udp"),
		LY_LIT(";transport="), LY_LIT(";user=phone>"), LY_LIT(";user=phone"),
		LY_LIT(";ms-opaque="), LY_LIT(";opaque="), LY_LIT(";maddr="),
		LY_LIT(";epid="), LY_LIT(";line="), LY_LIT(";lr>"), LY_LIT(";tag="),
		LY_LIT(";branch=z9hG4bK"), LY_LIT(";received="), LY_LIT(";rport="),
		LY_LIT(".com"), LY_LIT(".net"), LY_LIT(".local"), LY_LIT(".org"),
		LY_LIT("SIP/2.0/TLS "), LY_LIT("SIP/2.0/UDP "), LY_LIT("SIP/2.0/TCP ")};
#define WORDS (sizeof(words) / sizeof(words[0]))
_Static_assert(WORDS <= NIBBLES - WORD, "a word is one byte");

static const char nibbles[] = "0123456789.:+-;@";
static const char small_hex[] = "0123456789abcdef",
				  capital_hex[] = "0123456789ABCDEF";

/* What can begin with a byte, and its value as a digit of each kind. */
#define BEGINS_WORD 1
#define IS_NIBBLE 2
#define IS_SMALL 4
#define IS_CAPITAL 8
static struct
{
	uint8_t kinds, nibble, digit;
	uint8_t word, end; /* of words[] */
	bool letter;
} bytes[256];

__attribute__((constructor)) static void index_bytes(void)
{
	for(unsigned i = WORDS; i-- > 0;) {
		uint8_t byte = (uint8_t)words[i].s[0];
		bytes[byte].kinds |= BEGINS_WORD;
		bytes[byte].word = (uint8_t)i;
		if(!bytes[byte].end)
			bytes[byte].end = (uint8_t)(i + 1);
	}
	for(unsigned i = 'a'; i <= 'z'; i++)
		bytes[i].letter = bytes[i & ~0x20u].letter = true;
	for(unsigned i = 0; i < 16; i++) {
		uint8_t nibble = (uint8_t)nibbles[i], small = (uint8_t)small_hex[i],
				capital = (uint8_t)capital_hex[i];
		bytes[nibble].kinds |= IS_NIBBLE;
		bytes[nibble].nibble = (uint8_t)i;
		bytes[small].kinds |= IS_SMALL;
		bytes[capital].kinds |= IS_CAPITAL;
		bytes[small].digit = bytes[capital].digit = (uint8_t)i;
	}
}

/* Packing ------------------------------------------------------------------------------------------------------------ */

/* One way to go on: how much of the text it takes, and how many bytes that saves. */
typedef struct choice
{
	uint8_t code;
	unsigned length;
	int saves;
	unsigned distance; /* of AGAIN */
} choice_t;

/* Where each sequence of four bytes was last; places count from 1. */
typedef struct memory
{
	uint16_t place[256];
} memory_t;

static unsigned hash_of(const char *s)
{
	uint32_t four;

	memcpy(&four, s, 4);
	return four * 2654435761u >> 24;
}

static void better(choice_t *best, uint8_t code, unsigned length, int saves)
{
	if(saves > best->saves)
		*best = (choice_t){code, length, saves, 0};
}

static void try_words(ly_slice_t rest, choice_t *best)
{
	uint8_t first = (uint8_t)rest.s[0];

	for(unsigned i = bytes[first].word; i < bytes[first].end; i++) {
		size_t len = words[i].len;
		/* the second byte nearly always tells */
		if(len <= rest.len && words[i].s[1] == rest.s[1]
				&& memcmp(words[i].s, rest.s, len) == 0) {
			better(best, (uint8_t)(WORD + i), (unsigned)len, (int)len - 1);
			return;
		}
	}
}

/* How many bytes from here on are of one of the kinds; of which one, while more than one is left. */
static unsigned run_of(ly_slice_t rest, uint8_t *kinds, unsigned most)
{
	unsigned n = 0;
	uint8_t both;

	if(most > rest.len)
		most = (unsigned)rest.len;
	while(n < most && (both = bytes[(uint8_t)rest.s[n]].kinds & *kinds)) {
		*kinds = both;
		n++;
	}
	return n;
}

static void try_digits(ly_slice_t rest, uint8_t kinds, choice_t *best)
{
	uint8_t nibble = IS_NIBBLE, hex = IS_SMALL | IS_CAPITAL;
	unsigned n;

	if(kinds & IS_NIBBLE) {
		n = run_of(rest, &nibble, 35);
		if(n >= 4)
			better(best, (uint8_t)(NIBBLES + n - 4), n,
					(int)(n - 1 - (n + 1) / 2));
	}
	n = run_of(rest, &hex, 36) & ~1u;
	if(n >= 6)
		better(best,
				(uint8_t)((hex & IS_SMALL ? SMALL_HEX : CAPITAL_HEX) + n / 2
						  - 3),
				n, (int)(n / 2) - 1);
}

/* place: where the four bytes at at were before, counted from 1; 0: nowhere. */
static void try_again(
		ly_slice_t text, size_t at, unsigned place, choice_t *best)
{
	size_t before = place - 1u, n = 0;

	if(!place || at - before > 256)
		return;
	while(n < 34 && at + n < text.len && text.s[before + n] == text.s[at + n])
		n++;
	if(n >= 4 && (int)n - 2 > best->saves)
		*best = (choice_t){(uint8_t)(AGAIN + n - 4), (unsigned)n, (int)n - 2,
				(unsigned)(at - before)};
}

/* Nothing below looks at the end of the room: ly_pack() has seen that there is enough. */
static uint8_t *put_digits(ly_slice_t run, bool nibble, uint8_t *to)
{
	for(size_t i = 0; i < run.len; i += 2) {
		uint8_t first = (uint8_t)run.s[i],
				second = i + 1 < run.len ? (uint8_t)run.s[i + 1] : '0';
		*to++ = (uint8_t)(nibble ? bytes[first].nibble << 4
										   | bytes[second].nibble
								 : bytes[first].digit << 4
										   | bytes[second].digit);
	}
	return to;
}

static uint8_t *put_choice(ly_slice_t rest, const choice_t *choice, uint8_t *to)
{
	*to++ = choice->code;
	if(choice->code >= AGAIN)
		*to++ = (uint8_t)(choice->distance - 1);
	else if(choice->code >= NIBBLES)
		to = put_digits(
				ly_slice(rest.s, choice->length), choice->code < SMALL_HEX, to);
	return to;
}

static uint8_t *put_byte(uint8_t byte, uint8_t *to)
{
	if(byte >= WORD)
		*to++ = AS_IT_IS;
	*to++ = byte;
	return to;
}

/* Letters in whose middle nothing begins that is worth a look: the rest of a word is as it is. */
static size_t rest_of_word(ly_slice_t text, size_t at)
{
	size_t end = at + 1;

	while(end < text.len && bytes[(uint8_t)text.s[end]].letter)
		end++;
	return end;
}

/* What goes on best from at, where a word or a number begins. */
static choice_t choose(ly_slice_t text, size_t at, memory_t *memory)
{
	ly_slice_t rest = ly_from(text, at);
	uint8_t kinds = bytes[(uint8_t)rest.s[0]].kinds;
	choice_t best = {.length = 1};

	if(kinds & BEGINS_WORD)
		try_words(rest, &best);
	if(kinds & ~BEGINS_WORD)
		try_digits(rest, kinds, &best);
	/* where something begins is enough: digits do not come again, and names begin with what was said alone */
	if(at + 4 <= text.len && at < UINT16_MAX) {
		uint16_t *place = &memory->place[hash_of(rest.s)];
		try_again(text, at, *place, &best);
		*place = (uint16_t)(at + 1);
	}
	return best;
}

void ly_pack(ly_slice_t text, ly_buf_t *out)
{
	memory_t memory = {0};
	uint8_t *to = (uint8_t *)out->s + out->len;
	size_t at = 0;

	if(out->full || out->cap - out->len < 2 * text.len) {
		out->full = true;
		return;
	}
	while(at < text.len) {
		choice_t best = choose(text, at, &memory);
		size_t end;

		if(best.saves) {
			to = put_choice(ly_from(text, at), &best, to);
			at += best.length;
			continue;
		}
		end = bytes[(uint8_t)text.s[at]].letter ? rest_of_word(text, at)
												: at + 1;
		while(at < end)
			to = put_byte((uint8_t)text.s[at++], to);
	}
	out->len = (size_t)(to - (uint8_t *)out->s);
}

/* Unpacking ---------------------------------------------------------------------------------------------------------- */

static bool get_digits(
		ly_slice_t *in, const char *digits, unsigned n, ly_buf_t *out)
{
	char *to = out->s + out->len;

	if(in->len < (n + 1) / 2)
		return false;
	if(n > out->cap - out->len) {
		out->full = true;
		return true;
	}
	for(unsigned i = 0; i < n; i++) {
		uint8_t two = (uint8_t)in->s[i / 2];
		to[i] = digits[i & 1 ? two & 15 : two >> 4];
	}
	out->len += n;
	*in = ly_from(*in, (n + 1) / 2);
	return true;
}

static bool get_again(ly_slice_t *in, unsigned n, size_t start, ly_buf_t *out)
{
	size_t distance;

	if(in->len == 0)
		return false;
	distance = (size_t)(uint8_t)in->s[0] + 1;
	*in = ly_from(*in, 1);
	if(distance > out->len - start)
		return false;
	/* byte by byte: it may go on into what it has just written */
	while(n-- && !out->full)
		ly_putc(out, out->s[out->len - distance]);
	return true;
}

static bool get_one(ly_slice_t *in, size_t start, ly_buf_t *out)
{
	uint8_t code = (uint8_t)in->s[0];

	*in = ly_from(*in, 1);
	if(code < WORD) {
		ly_putc(out, (char)code);
		return true;
	}
	if(code < NIBBLES) {
		if(code - WORD >= (int)WORDS)
			return false;
		ly_put(out, words[code - WORD]);
		return true;
	}
	if(code < SMALL_HEX)
		return get_digits(in, nibbles, code - NIBBLES + 4u, out);
	if(code < AGAIN)
		return get_digits(in, code < CAPITAL_HEX ? small_hex : capital_hex,
				2 * ((code & 15) + 3u), out);
	if(code < AS_IT_IS)
		return get_again(in, code - AGAIN + 4u, start, out);
	if(in->len == 0)
		return false;
	ly_putc(out, in->s[0]);
	*in = ly_from(*in, 1);
	return true;
}

bool ly_unpack(ly_slice_t packed, ly_buf_t *out)
{
	size_t start = out->len;

	while(packed.len) {
		if(!get_one(&packed, start, out) || out->full)
			return false;
	}
	return true;
}
