package cosmock

// crc64Polynomial is the reflected polynomial of CRC-64/XZ (ECMA-182).
const crc64Polynomial = 0xC96C5795D7870F42

// combineCRC64 returns the CRC64 of two concatenated pieces of data, given the
// CRC64 of each and the length of the second. Appending n bits to a message
// multiplies its CRC by x to the power of n, modulo the polynomial.
func combineCRC64(first, second uint64, length int64) uint64 {
	return multiplyCRC64(first, powerCRC64(length*8)) ^ second
}

// multiplyCRC64 multiplies two reflected polynomials modulo crc64Polynomial.
func multiplyCRC64(a, b uint64) uint64 {
	var product uint64
	for bit := uint64(1) << 63; a != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
			a &^= bit
		}
		if b&1 != 0 {
			b = b>>1 ^ crc64Polynomial
		} else {
			b >>= 1
		}
	}
	return product
}

// powerCRC64 returns x to the power of n, modulo crc64Polynomial.
func powerCRC64(n int64) uint64 {
	result, square := uint64(1)<<63, uint64(1)<<62 // 1 and x, reflected
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			result = multiplyCRC64(result, square)
		}
		square = multiplyCRC64(square, square)
	}
	return result
}
