package interop_test

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/interop"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/spnego"
)

// TestRecord writes the transcripts that credssp replays without peers. It runs
// only for `make record`, which sets FUMIDAI_TRANSCRIPTS to their folder.
func TestRecord(t *testing.T) {
	dir := os.Getenv("FUMIDAI_TRANSCRIPTS")
	if dir == "" {
		t.Skip("records only with FUMIDAI_TRANSCRIPTS (make record)")
	}
	for _, c := range []struct {
		name, peer, label string
		level             credssp.Level // of our server
		version           int
		password          string // that the client uses
		run               func(t *testing.T, addr, password string)
	}{
		{"server-6-xfreerdp2", "xfreerdp-2", "confirmed", credssp.Mitigated, 6, password, recordFreeRDP(2)},
		{"server-6-xfreerdp3", "xfreerdp-3", "confirmed", credssp.Mitigated, 6, password, recordFreeRDP(3)},
		{"server-5-xfreerdp3", "xfreerdp-3", "confirmed", credssp.Mitigated, 5, password, recordFreeRDP(3)},
		{"server-4-xfreerdp2", "xfreerdp-2", "confirmed", credssp.NotUpdated, 4, password, recordFreeRDP(2)},
		{"server-3-xfreerdp3", "xfreerdp-3", "confirmed", credssp.NotUpdated, 3, password, recordFreeRDP(3)},
		{"server-2-xfreerdp2", "xfreerdp-2", "confirmed", credssp.NotUpdated, 2, password, recordFreeRDP(2)},
		{"server-6-xfreerdp3-wrong-password", "xfreerdp-3", "confirmed", credssp.Mitigated, 6, "wrong", recordFreeRDP(3)},
		{"server-6-rdpcheck", "rdp_check", "confirmed", credssp.Mitigated, 6, password, recordRDPCheck},
		{"server-force-rdpcheck", "rdp_check", "confirmed", credssp.ForceUpdatedClients, 6, password, recordRDPCheck},
		{"server-6-gss-spnego", "gss-ntlmssp", "independent mechanism", credssp.Mitigated, 6, password, recordGSS},
	} {
		t.Run(c.name, func(t *testing.T) {
			interop.Need(t, c.peer)
			p, _ := interop.Find(c.peer)
			r := newRecording(c.name, "server", c.label, c.peer+" "+p.Version(), c.level, c.version)
			addr := interop.FreeAddress(t)
			if c.peer == "rdp_check" {
				addr = interop.FreeAddressRDP(t)
			}
			done := r.serve(t, addr)
			c.run(t, addr, c.password)
			r.Fields["expect"] = <-done
			r.save(t, dir)
		})
	}
	for _, c := range []struct {
		name, peer, label string
		version           int
		spnego            bool
		start             func(t *testing.T) string
	}{
		{"client-6-shadow2", "shadow-2", "confirmed", 6, false, recordShadow(2)},
		{"client-5-shadow2", "shadow-2", "confirmed", 5, false, recordShadow(2)},
		{"client-4-shadow2", "shadow-2", "confirmed", 4, false, recordShadow(2)},
		{"client-2-shadow2", "shadow-2", "confirmed", 2, false, recordShadow(2)},
		{"client-6-shadow3", "shadow-3", "confirmed", 6, false, recordShadow(3)},
		{"client-6-shadow3-spnego", "shadow-3", "confirmed", 6, true, recordShadow(3)},
		{"client-4-shadow3-wrong-proof", "shadow-3", "confirmed", 4, false, recordShadow(3)},
		{"client-6-gss5-spnego", "gss-ntlmssp", "independent mechanism", 6, true, recordGSSServer(5)},
		{"client-6-gss3", "gss-ntlmssp", "independent mechanism", 6, false, recordGSSServer(3)},
	} {
		t.Run(c.name, func(t *testing.T) {
			interop.Need(t, c.peer)
			p, _ := interop.Find(c.peer)
			r := newRecording(c.name, "client", c.label, c.peer+" "+p.Version(), levelOf(c.version), c.version)
			r.Fields["spnego"] = strconv.FormatBool(c.spnego)
			r.Fields["domain"] = domain
			r.Fields["expect"] = r.visit(t, c.start(t))
			r.save(t, dir)
		})
	}
}

func recordFreeRDP(version int) func(t *testing.T, addr, password string) {
	return func(t *testing.T, addr, password string) {
		options := freerdpOptions(addr)
		options.Password = password
		interop.FreeRDPClient(t, version, options)
	}
}

func recordRDPCheck(t *testing.T, addr, password string) {
	interop.RDPCheck(t, addr, user, password, domain)
}

func recordGSS(t *testing.T, addr, password string) {
	interop.GSSClient(t, addr, interop.GSSClientOptions{User: user, Password: password, Domain: domain, Mech: "spnego"})
}

func recordShadow(version int) func(t *testing.T) string {
	return func(t *testing.T) string { return interop.FreeRDPShadow(t, version, user, password, "") }
}

func recordGSSServer(version int) func(t *testing.T) string {
	return func(t *testing.T) string {
		return interop.StartGSSServer(t, interop.GSSServerOptions{Accounts: []string{account}, Version: version}).Addr
	}
}

// recording is a transcript in the making; its fields are all that a replay
// needs.
type recording struct {
	interop.Transcript
	name string
	when time.Time
}

func newRecording(name, role, label, peer string, level credssp.Level, version int) *recording {
	when := time.Now().UTC().Truncate(time.Second)
	return &recording{name: name, when: when, Transcript: interop.Transcript{Fields: map[string]string{
		"role": role, "label": label, "peer": peer, "level": level.String(), "version": strconv.Itoa(version),
		"seed": name, "time": when.Format(time.RFC3339), "user": user, "password": password,
	}}}
}

func (r *recording) now() time.Time { return r.when }

func (r *recording) save(t *testing.T, dir string) {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, r.name+".txt"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d messages, %s", len(r.Messages), r.Fields["expect"])
}

// serve runs our server for one connection, outside the lab because its
// randomness and its clock are those of the transcript.
func (r *recording) serve(t *testing.T, addr string) <-chan string {
	t.Helper()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile := interop.Certificate(t, t.TempDir())
	certificate, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan string, 1)
	go func() {
		defer listener.Close()
		conn, err := listener.Accept()
		if err != nil {
			done <- err.Error()
			return
		}
		defer conn.Close()
		done <- outcome(r.server(context.Background(), conn, certificate))
	}()
	return done
}

func (r *recording) server(ctx context.Context, conn net.Conn, certificate tls.Certificate) error {
	secure, _, err := negotiated(ctx, conn, certificate, x224.ProtocolHybrid)
	if err != nil {
		return err
	}
	return r.authenticate(ctx, &taped{secure, r, nil}, secure.SubjectPublicKey())
}

// negotiated takes a client as far as TLS, whatever it asks for.
func negotiated(ctx context.Context, conn net.Conn, certificate tls.Certificate, selected x224.Protocol) (secure *rdpio.TLSConn, requested x224.Protocol, err error) {
	frame, err := rdpio.ReadFrame(ctx, conn, 4096, 0)
	if err != nil {
		return nil, 0, err
	}
	request, err := x224.ParseConnectionRequest(frame)
	if err != nil {
		return nil, 0, err
	}
	if request.Negotiation != nil {
		requested = request.Negotiation.Protocols
	}
	confirm, err := x224.AppendConnectionConfirm(nil, &x224.ConnectionConfirm{Negotiation: &x224.NegotiationResponse{SelectedProtocol: selected}})
	if err != nil {
		return nil, 0, err
	}
	if err := rdpio.Write(ctx, conn, confirm, 0); err != nil {
		return nil, 0, err
	}
	secure, err = rdpio.ServerTLSWithin(ctx, conn, rdpio.TLSServerOptions{Certificates: []tls.Certificate{certificate}}, 0)
	return secure, requested, err
}

// authenticate is CredSSP with the randomness, the time and the versions of the
// transcript.
func (r *recording) authenticate(ctx context.Context, conn net.Conn, key []byte) error {
	acceptor, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{NetBIOSComputer: "HOST", NetBIOSDomain: domain, DNSComputer: "host.corp.test",
		Version: ntlm.Version{Major: 10, Build: 17763, Revision: 15}, Rand: &interop.Stream{Seed: r.name}, Now: r.now})
	if err != nil {
		return err
	}
	mechanism, err := spnego.NewAcceptor([]spnego.Offer{{OID: spnego.NTLM, Mechanism: acceptor}})
	if err != nil {
		return err
	}
	r.Fields["key"] = hex.EncodeToString(key)
	level, version := levelNamed(r.Fields["level"]), r.Fields["version"]
	own, _ := strconv.Atoi(version)
	server, err := credssp.NewServer(credssp.ServerConfig{Level: level, Version: own, PublicKey: key, Mechanism: mechanism})
	if err != nil {
		return err
	}
	identity, err := rdpio.RunServer(ctx, conn, server, func(_ context.Context, need any) error {
		need.(*ntlm.Need).AnswerFrom(&ntlm.Account{Hash: ntlm.HashPassword([]byte(password))})
		return nil
	}, 0)
	if err == nil {
		identity.Credentials().Wipe()
	}
	return err
}

// visit lets our client log on, with the transcript's randomness.
func (r *recording) visit(t *testing.T, addr string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx := t.Context()
	if _, err := rdpio.Negotiate(ctx, conn, &x224.ConnectionRequest{Negotiation: &x224.NegotiationRequest{Protocols: x224.ProtocolSSL | x224.ProtocolHybrid}}, 0); err != nil {
		t.Fatal(err)
	}
	secure, err := rdpio.ClientTLSWithin(ctx, conn, rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate}, 0)
	if err != nil {
		t.Fatal(err)
	}
	r.Fields["key"] = hex.EncodeToString(secure.SubjectPublicKey())
	random := &interop.Stream{Seed: r.name}
	client, err := ntlm.NewClient(ntlm.ClientConfig{Domain: domain, User: user, Hash: ntlm.HashPassword([]byte(password)), Rand: random, Now: r.now})
	if err != nil {
		t.Fatal(err)
	}
	var mechanism credssp.Mechanism = client
	if r.Fields["spnego"] == "true" {
		if mechanism, err = spnego.NewInitiator([]spnego.Offer{{OID: spnego.NTLM, Mechanism: client}}); err != nil {
			t.Fatal(err)
		}
	}
	own, _ := strconv.Atoi(r.Fields["version"])
	machine, err := credssp.NewClient(credssp.ClientConfig{Level: levelNamed(r.Fields["level"]), Version: own, PublicKey: secure.SubjectPublicKey(),
		Mechanism: mechanism, Credentials: credssp.NewPasswordCreds(domain, user, []byte(password)), Rand: random})
	if err != nil {
		t.Fatal(err)
	}
	_, err = rdpio.RunClient(ctx, &taped{secure, r, nil}, machine, nil, 0)
	return outcome(err)
}

func outcome(err error) string {
	if err == nil {
		return "success"
	}
	return codeOf(err)
}

func levelNamed(name string) credssp.Level {
	for _, l := range credssp.Levels() {
		if l.String() == name {
			return l
		}
	}
	panic(fmt.Sprintf("no level %q", name))
}

// taped notes whole messages: each Write is one, reads are cut by their length.
type taped struct {
	net.Conn
	r       *recording
	partial []byte
}

func (c *taped) Write(p []byte) (int, error) {
	c.r.Messages = append(c.r.Messages, interop.Message{Bytes: append([]byte(nil), p...)})
	return c.Conn.Write(p)
}

func (c *taped) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.partial = append(c.partial, p[:n]...)
	if size, _ := credssp.MessageSize(c.partial); size != 0 && size == len(c.partial) {
		c.r.Messages = append(c.r.Messages, interop.Message{FromPeer: true, Bytes: c.partial})
		c.partial = nil
	}
	return n, err
}
