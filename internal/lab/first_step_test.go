package lab

import (
	"context"
	"io"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
)

// With HYBRID_EX four zero bytes follow CredSSP, and nothing else
// (MS-RDPBCGR 2.2.10.2); with HYBRID nothing at all.
func TestEarlyUserAuthorization(t *testing.T) {
	for name, want := range map[string]string{"NEW-2019": "\x00\x00\x00\x00", "NEW-2008R2": ""} {
		l := start(t, named(t, name))
		conn := dial(t, l.Hosts[0].Address)
		confirm, err := rdpio.Negotiate(t.Context(), conn, &x224.ConnectionRequest{
			Negotiation: &x224.NegotiationRequest{Protocols: x224.ProtocolHybrid | x224.ProtocolHybridEx}}, failsafe)
		if err != nil || confirm.Negotiation == nil {
			t.Fatalf("%+v, %v", confirm, err)
		}
		secure := withTLS(t, conn)
		client, err := logon{user: "alice", password: Password}.client(secure.SubjectPublicKey())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rdpio.RunClient(t.Context(), secure, client, nil, failsafe); err != nil {
			t.Fatal(err)
		}
		// A message that is no Connect Initial makes the host close.
		secure.Write([]byte{3, 0, 0, 7, 2, 0xF0, 0x80})
		rest, err := io.ReadAll(secure)
		if string(rest) != want {
			t.Errorf("%s: % x, %v; want % x", name, rest, err, want)
		}
		if e := l.event(); e.ConnectInitial || codeOf(e.Err) != "wire.malformed" || e.User != "alice" {
			t.Errorf("%s: the host saw %+v", name, e)
		}
	}
}

func withTLS(t *testing.T, conn net.Conn) *rdpio.TLSConn {
	t.Helper()
	secure, err := rdpio.ClientTLS(t.Context(), conn, rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate})
	if err != nil {
		t.Fatal(err)
	}
	return secure
}

// The Connect Initial of a client that goes on is answered: the protocols it
// asked for come back, each of its channels gets a number, and there is
// encryption only outside TLS.
func TestConnectInitialIsAnswered(t *testing.T) {
	all := gcc.Encryption40Bit | gcc.Encryption56Bit | gcc.Encryption128Bit | gcc.EncryptionFIPS
	for _, c := range []struct {
		name      string
		host      string
		request   *x224.NegotiationRequest // nil: no negotiation
		requested uint32
		methods   gcc.EncryptionMethod
		channels  []gcc.Channel

		ids    []uint16
		method gcc.EncryptionMethod // 0: TLS does it
	}{
		{"NLA with early authorization", "NEW-2019", nil, 11, all, []gcc.Channel{{Name: "rdpdr"}, {Name: "cliprdr"}}, []uint16{1004, 1005}, 0},
		{"NLA", "NEW-2008R2", nil, 11, all, nil, nil, 0},
		{"TLS", "TLSONLY", &x224.NegotiationRequest{Protocols: 3}, 3, all, []gcc.Channel{{Name: "rdpsnd"}}, []uint16{1004}, 0},
		{"RDP security", "RDPSEC-2008R2", &x224.NegotiationRequest{}, 0, all, nil, nil, gcc.Encryption128Bit},
		{"RDP security, no negotiation", "RDPSEC-2008R2", nil, 0, gcc.Encryption40Bit | gcc.Encryption56Bit, nil, nil, gcc.Encryption56Bit},
		{"XP", "XP", &x224.NegotiationRequest{Protocols: 11}, 11, gcc.Encryption40Bit, nil, nil, gcc.Encryption40Bit},
		{"XP, FIPS", "XP", nil, 0, gcc.EncryptionFIPS, nil, nil, gcc.EncryptionFIPS},
	} {
		l := start(t, named(t, c.host))
		conn := dial(t, l.Hosts[0].Address)
		switch h := named(t, c.host); {
		case h.UsesNLA():
			on, err := logon{user: "alice", password: Password}.on(t, conn)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			conn = on.Conn
		default:
			if _, err := rdpio.Negotiate(t.Context(), conn, &x224.ConnectionRequest{Negotiation: c.request}, failsafe); err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if h.Security == TLSOnly {
				conn = withTLS(t, conn)
			}
		}
		got := answer(t, conn, &gcc.ClientData{
			Core:     &gcc.ClientCoreData{Version: gcc.Version10},
			Security: &gcc.ClientSecurityData{EncryptionMethods: c.methods},
			Network:  &gcc.ClientNetworkData{Channels: c.channels},
		})
		conn.Close()
		want := &gcc.ServerData{
			Core:     &gcc.ServerCoreData{Version: gcc.Version10, ClientRequestedProtocols: &c.requested},
			Network:  &gcc.ServerNetworkData{MCSChannelID: 1003, ChannelIDs: c.ids},
			Security: &gcc.ServerSecurityData{},
		}
		if c.method != 0 {
			if len(got.Security.ServerRandom) != 32 {
				t.Errorf("%s: server random of %d bytes", c.name, len(got.Security.ServerRandom))
			}
			got.Security.ServerRandom = nil
			want.Security = &gcc.ServerSecurityData{EncryptionMethod: c.method, EncryptionLevel: gcc.LevelClientCompatible}
		}
		if diff := cmp.Diff(want, got, ignoreEmpty); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if e := l.event(); !e.ConnectInitial || e.Err != nil || uint32(e.Requested) != c.requested {
			t.Errorf("%s: the host saw %+v", c.name, e)
		}
		l.Close()
	}
}

// ignoreEmpty takes an empty list for an absent one.
var ignoreEmpty = cmp.FilterValues(func(a, b []byte) bool { return len(a) == 0 && len(b) == 0 }, cmp.Ignore())

// answer sends a Connect Initial and reads what comes back.
func answer(t *testing.T, conn net.Conn, client *gcc.ClientData) *gcc.ServerData {
	t.Helper()
	must := func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	conference := must(gcc.AppendConferenceCreateRequest(nil, must(gcc.AppendClientData(nil, client))))
	initial := must(mcs.AppendConnectInitial(nil, mcs.NewConnectInitial(conference)))
	if err := rdpio.Write(context.Background(), conn, must(x224.AppendData(nil, initial)), failsafe); err != nil {
		t.Fatal(err)
	}
	payload := must(x224.ParseData(must(rdpio.ReadFrame(t.Context(), conn, 4096, failsafe))))
	response, err := mcs.ParseConnectResponse(payload)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Refused(); err != nil {
		t.Fatal(err)
	}
	created, err := gcc.ParseConferenceCreateResponse(response.UserData)
	if err != nil {
		t.Fatal(err)
	}
	data, err := gcc.ParseServerData(created.UserData)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
