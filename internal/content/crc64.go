package content

import "hash/crc64"

// Append returns the sum of a body that is followed by another one, without
// reading either again. The CRC64 of a whole is that of its first piece, moved
// up by the length of the second, plus that of the second: multiplied by
// x^(8·length) and added, as polynomials over GF(2) modulo that of the CRC.
// The complements before and after cancel out. Source: zlib, crc32_combine.
// The SDK has the same as CRC64Combine, but this floor does not know the SDK.
func (s Sum) Append(next Sum) Sum {
	return Sum{
		Length: s.Length + next.Length,
		CRC64:  multiply(s.CRC64, power(next.Length)) ^ next.CRC64,
	}
}

// Polynomials are written as hash/crc64 writes them: the coefficient of x^0 is
// the highest bit.
const (
	one  = uint64(1) << 63
	xTo8 = one >> 8 // x^8: one byte further
)

// multiply multiplies two polynomials modulo that of the CRC.
func multiply(a, b uint64) uint64 {
	var product uint64
	for ; a != 0; a <<= 1 {
		if a&one != 0 {
			product ^= b
		}
		carry := b & 1
		if b >>= 1; carry != 0 {
			b ^= crc64.ECMA
		}
	}
	return product
}

// power is x^(8n) modulo the polynomial of the CRC.
func power(n int64) uint64 {
	result, square := one, xTo8
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			result = multiply(result, square)
		}
		square = multiply(square, square)
	}
	return result
}
