package cosmock

import (
	"bytes"
	"hash/crc64"
	"testing"
)

func TestCRC64OfPublishedExamples(t *testing.T) {
	tests := map[string]uint64{
		"[Object Content]": 16749565679157681890,
		"[Object Part]":    4510578591875220731,
		"123456789":        0x995dc9bbdf1939fa, // check value of CRC-64/XZ
	}
	for text, want := range tests {
		d := newDigest(protection{}, "")
		d.add([]byte(text))
		if d.crc != want {
			t.Errorf("CRC64 of %s is %d, want %d", text, d.crc, want)
		}
	}
}

func TestCombineCRC64(t *testing.T) {
	table := crc64.MakeTable(crc64.ECMA)
	data := bytes.Repeat([]byte("some data of no great interest "), 5000)
	want := crc64.Checksum(data, table)
	for _, cut := range []int{0, 1, 7, 64, 65536, len(data) - 1, len(data)} {
		first, second := crc64.Checksum(data[:cut], table), crc64.Checksum(data[cut:], table)
		if got := combineCRC64(first, second, int64(len(data)-cut)); got != want {
			t.Errorf("cut at %d: %d, want %d", cut, got, want)
		}
	}
}
