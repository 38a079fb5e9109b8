package gcc

import "fmt"

// Version is the protocol version of a client or server: major in the high two
// bytes, minor in the low two (MS-RDPBCGR 2.2.1.3.2 and 2.2.1.4.2).
type Version uint32

// The versions that do not only count up.
const (
	Version4    Version = 0x00080001 // RDP 4.0
	Version5    Version = 0x00080004 // RDP 5.0 to 8.1
	Version10   Version = 0x00080005 // RDP 10.0; one more for each minor version
	newestKnown Version = 0x00080011 // RDP 10.12
)

// String is the version as people say it, as in "10.7". Version5 is "5.0-8.1",
// because it stands for all of these, and numbers that the specification does
// not list are in hexadecimal.
func (v Version) String() string {
	switch {
	case v == Version4:
		return "4.0"
	case v == Version5:
		return "5.0-8.1"
	case v >= Version10 && v <= newestKnown:
		return fmt.Sprintf("10.%d", v-Version10)
	}
	return fmt.Sprintf("%#08x", uint32(v))
}
