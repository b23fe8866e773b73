package content

import "hash/crc64"

// Append returns the sum of a body followed by another one, without reading
// either again. The CRC64 of the concatenation is the first CRC times x^(8·length
// of the second) plus the second CRC, as polynomials over GF(2) modulo that of
// the CRC. The initial and final complements cancel out. Source: zlib,
// crc32_combine. The SDK has CRC64Combine, but this layer does not depend on the
// SDK.
func (s Sum) Append(next Sum) Sum {
	return Sum{
		Length: s.Length + next.Length,
		CRC64:  multiply(s.CRC64, power(next.Length)) ^ next.CRC64,
	}
}

// Polynomials have the bit order of hash/crc64: the coefficient of x^0 is the
// highest bit.
const (
	one  = uint64(1) << 63
	xTo8 = one >> 8 // x^8 shifts by one byte
)

// multiply returns the product of two polynomials modulo that of the CRC.
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

// power returns x^(8n) modulo the polynomial of the CRC.
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
