package probe_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

// tap keeps what was read from a connection, as it was on the wire.
type tap struct {
	net.Conn
	read bytes.Buffer
}

func (c *tap) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read.Write(p[:n])
	return n, err
}

// TestEverythingThatIsSent holds the promise of the package: one CredSSP
// message with an NTLM NEGOTIATE_MESSAGE, and after the answer not a byte more,
// not even an alert. Whatever TLS protects is decrypted here.
func TestEverythingThatIsSent(t *testing.T) {
	leavesNothing(t)
	// MS-RDPBCGR 2.2.1.1: PROTOCOL_SSL, HYBRID and HYBRID_EX, no cookie.
	request := []byte{3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 0x0B, 0, 0, 0}
	// The shape of nmap's rdp-ntlm-info, with version 6 for its 0x60, and an
	// NTLM NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1) that names no domain and no
	// workstation and says version 10.0.17763.
	message := []byte{
		0x30, 0x37, 0xA0, 3, 2, 1, 6, 0xA1, 0x30, 0x30, 0x2E, 0x30, 0x2C, 0xA0, 0x2A, 4, 0x28,
		'N', 'T', 'L', 'M', 'S', 'S', 'P', 0, 1, 0, 0, 0, 0x35, 0x82, 0x88, 0xE2,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		10, 0, 0x63, 0x45, 0, 0, 0, 15,
	}
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			h := newHost(t, func(c *peer) {
				below := &tap{Conn: c.TCPConn}
				frame, err := rdpio.ReadFrame(t.Context(), below, 1024, failsafe)
				if err != nil || !bytes.Equal(frame, request) {
					t.Errorf("request % x, %v", frame, err)
				}
				c.send(confirmHybridEx)
				config := modern()
				config.MinVersion, config.MaxVersion = version, version
				secure := tls.Server(below, config)
				first := make([]byte, len(message))
				if _, err := io.ReadFull(secure, first); err != nil {
					t.Error(err)
				}
				if !bytes.Equal(first, message) {
					t.Errorf("sent % x\nwant % x", first, message)
				}
				before := below.read.Len()
				m := credssp.TSRequest{Version: 6, NegoToken: challenge(ntlm.AvPairs{{ID: ntlm.AvNbComputerName, Value: []byte("P\x00")}})}
				secure.Write(m.Append(nil))
				if more, err := io.ReadAll(secure); len(more) > 0 {
					t.Errorf("after the answer: % x, %v", more, err)
				}
				if more := below.read.Bytes()[before:]; len(more) > 0 {
					t.Errorf("after the answer, below TLS: % x", more)
				}
			})
			f := h.look(t, probe.Options{Depth: probe.DepthVerdict})
			if f.CredSSP == nil || f.NTLM == nil || f.NTLM.NetBIOSComputer != "P" || f.TLS.Version != version {
				t.Errorf("%+v", f)
			}
		})
	}
}

// The name for TLS is sent only if the caller gives one: most hosts have a
// certificate for no name anybody types.
func TestServerName(t *testing.T) {
	leavesNothing(t)
	for _, want := range []string{"", "host.example"} {
		h := newHost(t, func(c *peer) {
			config := modern()
			config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
				if hello.ServerName != want {
					t.Errorf("server name %q, want %q", hello.ServerName, want)
				}
				return nil, nil
			}
			c.hybrid(config)
		})
		h.look(t, probe.Options{Depth: probe.DepthVerdict, ServerName: want})
	}
}
