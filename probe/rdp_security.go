package probe

import (
	"context"
	"net"
	"sync"

	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// rdpAlone asks for standard RDP security and, if the server goes on with it,
// for the encryption: the one message that a server answers with its choice.
func (p *probe) rdpAlone(ctx context.Context) {
	conn, accepted := p.alone(ctx, x224.ProtocolRDP)
	if conn == nil {
		return
	}
	defer conn.Close()
	if accepted {
		// What cannot be read stays unknown.
		p.facts.RDPSecurity, _ = p.encryption(ctx, conn)
	}
}

// encryption sends an MCS Connect Initial and reads what the server chose. It
// stops before the keys (MS-RDPBCGR 1.3.1.1).
func (p *probe) encryption(ctx context.Context, conn net.Conn) (*verdict.RDPSecurity, error) {
	request, err := connectInitial()
	if err != nil {
		return nil, err
	}
	if err := rdpio.Write(ctx, conn, request, p.Timeout); err != nil {
		return nil, err
	}
	frame, err := rdpio.ReadFrame(ctx, conn, connectResponseLimit, p.Timeout)
	if err != nil {
		return nil, err
	}
	payload, err := x224.ParseData(frame)
	if err != nil {
		return nil, err
	}
	server, err := connect.ParseConnectResponse(payload)
	if err != nil || server.Security == nil {
		return nil, err
	}
	return &verdict.RDPSecurity{Method: server.Security.EncryptionMethod, Level: server.Security.EncryptionLevel}, nil
}

// connectResponseLimit bounds the server's answer, most of which is its
// certificate chain, in bytes.
const connectResponseLimit = 1 << 15

// connectInitial is the message of a client that can do every encryption, wants
// no channel and has the smallest screen. Its name is this program's: servers
// keep it (TS_UD_CS_CORE, MS-RDPBCGR 2.2.1.3.2). It is the same for all hosts.
var connectInitial = sync.OnceValues(func() ([]byte, error) {
	userData, err := gcc.AppendClientData(nil, &gcc.ClientData{
		Core: &gcc.ClientCoreData{
			Version: gcc.Version5, DesktopWidth: 640, DesktopHeight: 480,
			ColorDepth: 0xCA01, SASSequence: 0xAA03, // RNS_UD_COLOR_8BPP, RNS_UD_SAS_DEL
			KeyboardLayout: 0x0409, ClientBuild: 2600, ClientName: "fumidai",
			KeyboardType: 4, KeyboardFunctionKey: 12,
		},
		Security: &gcc.ClientSecurityData{
			EncryptionMethods: gcc.Encryption40Bit | gcc.Encryption56Bit | gcc.Encryption128Bit | gcc.EncryptionFIPS,
		},
	})
	if err != nil {
		return nil, err
	}
	conference, err := gcc.AppendConferenceCreateRequest(nil, userData)
	if err != nil {
		return nil, err
	}
	initial, err := mcs.AppendConnectInitial(nil, mcs.NewConnectInitial(conference))
	if err != nil {
		return nil, err
	}
	return x224.AppendData(nil, initial)
})
