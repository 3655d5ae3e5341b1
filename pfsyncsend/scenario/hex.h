/*
 * hex.h - bytes written as hexadecimal digits.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PFSYNCSEND_HEX_H
#define PFSYNCSEND_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read digits in pairs, with blanks or colons between pairs if one likes.  At
 * most `size` bytes into `out`; false if it is no hexadecimal or too much.
 */
bool hex_parse(const char *text, uint8_t *out, size_t size, size_t *len);

#endif
