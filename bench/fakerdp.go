package main

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// rdpPort is where scanners look.
const rdpPort = 3389

// fakeAddress is the loopback address of the i-th fake server.
func fakeAddress(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, 1, byte(i / 250), byte(i%250 + 1)})
}

// fakeName is the NetBIOS name that the server at an address states, and
// fakeDNSName the other one: a scanner that mixes hosts up is found out.
func fakeName(a netip.Addr) string {
	b := a.As4()
	return fmt.Sprintf("WIN-%02X%02X%02X", b[1], b[2], b[3])
}

func fakeDNSName(a netip.Addr) string { return strings.ToLower(fakeName(a)) + "." + dnsDomain }

// fake is a server as far as a scanner goes: X.224, then TLS and one TSRequest
// with an NTLM challenge. It requires NLA, unless it is open.
type fake struct {
	certificates []tls.Certificate
	delay        time.Duration // before each answer but those of TLS: a slow host
	open         bool          // also does without NLA, without TLS, and speaks old versions of TLS
}

// fakeTimeout bounds each message: above the patience of every scanner here.
const fakeTimeout = time.Minute

// fakeRDP is a child: fake servers at many loopback addresses.
func fakeRDP(args []string) error {
	flags := flag.NewFlagSet("fake-rdp", flag.ContinueOnError)
	hosts := flags.Int("hosts", 1, "how many addresses")
	key := flags.String("key", string(rsa2048), "kind of key")
	var f fake
	flags.DurationVar(&f.delay, "delay", 0, "before each answer")
	flags.BoolVar(&f.open, "open", false, "accept what is old")
	if err := flags.Parse(args); err != nil {
		return err
	}
	certificate, err := newCertificate(keyType(*key))
	if err != nil {
		return err
	}
	f.certificates = []tls.Certificate{certificate}
	for i := range *hosts {
		address := netip.AddrPortFrom(fakeAddress(i), rdpPort)
		listener, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(address))
		if err != nil {
			return serveOrders(answer{Error: err.Error()}, nil)
		}
		defer listener.Close()
		go f.listen(listener, address.Addr())
	}
	return serveOrders(answer{}, func(order) answer { return answer{Used: processorTime()} })
}

func (f *fake) listen(listener net.Listener, address netip.Addr) {
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(time.Millisecond) // out of descriptors: let some close
			continue
		}
		go func() {
			defer conn.Close()
			f.serve(context.Background(), conn, address) // a scanner may give up at any time
		}()
	}
}

func (f *fake) serve(ctx context.Context, conn net.Conn, address netip.Addr) error {
	frame, err := rdpio.ReadFrame(ctx, conn, 4096, fakeTimeout)
	if err != nil {
		return err
	}
	request, err := x224.ParseConnectionRequest(frame)
	if err != nil {
		return err
	}
	confirm := f.confirm(request.Negotiation)
	reply, err := x224.AppendConnectionConfirm(nil, confirm)
	if err != nil {
		return err
	}
	if err := f.answer(ctx, conn, reply); err != nil || confirm.Failure != nil {
		return err
	}
	if confirm.Negotiation == nil || confirm.Negotiation.SelectedProtocol == x224.ProtocolRDP {
		return f.connect(ctx, conn, request.Negotiation, true)
	}
	// TLS 1.2 is what most Windows hosts speak: up to Server 2019.
	secure, err := rdpio.ServerTLSWithin(ctx, conn, rdpio.TLSServerOptions{Certificates: f.certificates, MaxVersion: tls.VersionTLS12, Legacy: f.open}, fakeTimeout)
	if err != nil {
		return err
	}
	if confirm.Negotiation.SelectedProtocol == x224.ProtocolSSL {
		return f.connect(ctx, secure, request.Negotiation, false)
	}
	if _, err := rdpio.ReadTSRequest(ctx, secure, fakeTimeout); err != nil {
		return err
	}
	challenge := credssp.TSRequest{Version: credssp.MaxVersion, NegoToken: challengeOf(address).Append(nil)}
	if err := f.answer(ctx, secure, challenge.Append(nil)); err != nil {
		return err
	}
	_, err = rdpio.ReadTSRequest(ctx, secure, fakeTimeout) // the end of the connection
	return err
}

// confirm selects the best that is asked for. An open server falls back to
// standard RDP security, also for a client that asks for something it does not
// have (MS-RDPBCGR 5.4.2.1).
func (f *fake) confirm(asked *x224.NegotiationRequest) *x224.ConnectionConfirm {
	selects := func(p x224.Protocol) *x224.ConnectionConfirm {
		return &x224.ConnectionConfirm{Negotiation: &x224.NegotiationResponse{Flags: x224.ResponseExtendedClientData, SelectedProtocol: p}}
	}
	switch {
	case asked != nil && asked.Protocols&x224.ProtocolHybrid != 0:
		return selects(x224.ProtocolHybrid)
	case !f.open:
		return &x224.ConnectionConfirm{Failure: &x224.NegotiationFailure{FailureCode: x224.FailureHybridRequired}}
	case asked == nil:
		return &x224.ConnectionConfirm{} // it could not read more
	case asked.Protocols&x224.ProtocolSSL != 0:
		return selects(x224.ProtocolSSL)
	}
	return selects(x224.ProtocolRDP)
}

// connect answers an MCS Connect Initial, with an encryption of its own if
// there is none below.
func (f *fake) connect(ctx context.Context, conn net.Conn, asked *x224.NegotiationRequest, encrypt bool) error {
	initial, err := rdpio.ReadFrame(ctx, conn, 4096, fakeTimeout)
	if err != nil {
		return err
	}
	var protocols x224.Protocol
	if asked != nil {
		protocols = asked.Protocols
	}
	var method uint32
	if encrypt {
		method = strongest(initial)
	}
	if err := f.answer(ctx, conn, connectResponse(protocols, method)); err != nil {
		return err
	}
	_, err = rdpio.ReadFrame(ctx, conn, 4096, fakeTimeout) // the end of the connection
	return err
}

func (f *fake) answer(ctx context.Context, conn net.Conn, message []byte) error {
	time.Sleep(f.delay)
	return rdpio.Write(ctx, conn, message, fakeTimeout)
}

// challengeOf is the CHALLENGE_MESSAGE of Windows Server 2022 at an address.
func challengeOf(a netip.Addr) *ntlm.ChallengeMessage {
	text := func(s string) []byte { return wire.AppendUTF16(nil, s) }
	fileTime := uint64(time.Now().UnixNano()/100) + 116444736000000000 // 100 ns since 1601
	return &ntlm.ChallengeMessage{
		Flags: ntlm.FlagUnicode | ntlm.FlagRequestTarget | ntlm.FlagSign | ntlm.FlagSeal | ntlm.FlagNTLM | ntlm.FlagAlwaysSign |
			ntlm.FlagTargetTypeDomain | ntlm.FlagExtendedSessionSecurity | ntlm.FlagTargetInfo | ntlm.FlagVersion |
			ntlm.Flag128 | ntlm.FlagKeyExchange | ntlm.Flag56,
		TargetName:      netBIOSDomain,
		ServerChallenge: [8]byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF},
		TargetInfo: ntlm.AvPairs{
			{ID: ntlm.AvNbDomainName, Value: text(netBIOSDomain)},
			{ID: ntlm.AvNbComputerName, Value: text(fakeName(a))},
			{ID: ntlm.AvDNSDomainName, Value: text(dnsDomain)},
			{ID: ntlm.AvDNSComputerName, Value: text(fakeDNSName(a))},
			{ID: ntlm.AvDNSTreeName, Value: text(dnsDomain)},
			{ID: ntlm.AvTimestamp, Value: binary.LittleEndian.AppendUint64(nil, fileTime)},
		},
		Version: ntlm.Version{Major: 10, Build: 20348, Revision: 15},
	}
}
