// Package interop starts and drives the strangers that this project is tested
// against: other people's RDP and CredSSP clients and servers, scanners and
// GSS mechanisms, as Debian 12 packages them.
//
// A test names the peers it needs and the case it proves:
//
//	func TestMain(m *testing.M) { interop.Main(m) }
//
//	func TestServer(t *testing.T) {
//		interop.Case(t, []string{"xfreerdp-3"}, "credssp server: right password", func(t *testing.T) {
//			...
//		})
//	}
//
// Where a peer is not installed the case is skipped, with the reason, unless
// the environment says FUMIDAI_PEERS=required: then it fails. If
// FUMIDAI_INTEROP_RECORD names a file, each case adds a line of JSON to it
// (see [Record]), and interop/summary compares those with interop/minimum.txt.
// Run with -count=1: a cached test starts no peer and records nothing.
//
// Everything listens on loopback addresses, each peer on a free one of its own
// with its own home directory, and ends, by process id, with its test.
package interop
