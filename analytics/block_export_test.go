package analytics

import (
	"encoding/binary"
	"hash/crc32"
)

// seal ends a block's body with its checksum.
func seal(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(append([]byte(nil), body...), crc32.Checksum(body, castagnoli))
}
