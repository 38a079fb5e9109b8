package fieldtest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

// canaries are names and secrets that nothing may keep.
var canaries = []string{"CANARYHOST", "CANARYDOM", "canary-dns", "canary-zone", "canary-forest", "canaryuser", "CANARYWS",
	"canaryspn", "canarycookie", "Canary-Pa55word", "canarytyped", "192.0.2.77", "2001:db8::77"}

// canaryServer is a server full of canaries, as Windows in a domain is.
func canaryServer(t *testing.T) Server {
	t.Helper()
	keys, err := ownKeys()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serveCanary(context.Background(), conn, keys)
			}()
		}
	}()
	return Server{Address: listener.Addr().String()}
}

func serveCanary(ctx context.Context, conn net.Conn, k *keys) error {
	if _, err := rdpio.ReadFrame(ctx, conn, requestLimit, failsafe); err != nil {
		return err
	}
	if _, err := confirm(ctx, conn, hostV6, 3); err != nil {
		return err
	}
	secure, err := rdpio.ServerTLS(ctx, conn, rdpio.TLSServerOptions{Certificates: []tls.Certificate{k.rsa}})
	if err != nil {
		return err
	}
	acceptor, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{NetBIOSComputer: "CANARYHOST", NetBIOSDomain: "CANARYDOM",
		DNSComputer: "canary-dns.canary-zone.example", DNSDomain: "canary-zone.example", DNSForest: "canary-forest.example", DomainMember: true,
		Version: ntlm.Version{Major: 10, Build: 20348, Revision: 15}, Rand: rand.Reader, Now: time.Now})
	if err != nil {
		return err
	}
	server, err := credssp.NewServer(credssp.ServerConfig{Level: credssp.Mitigated, PublicKey: secure.SubjectPublicKey(), Mechanism: acceptor})
	if err != nil {
		return err
	}
	_, err = rdpio.RunServer(ctx, secure, server, func(_ context.Context, need any) error {
		need.(*ntlm.Need).AnswerFrom(&ntlm.Account{Hash: ntlm.HashPassword([]byte("Canary-Pa55word"))})
		return nil
	}, failsafe)
	return err
}

var hexadecimal = regexp.MustCompile(`[0-9a-f]{8,}`)

// search fails the test for every canary in a file, also inside its bytes.
func search(t *testing.T, name string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	all := [][]byte{content}
	for _, digits := range hexadecimal.FindAll(content, -1) {
		if b, err := hex.DecodeString(string(digits[:len(digits)&^1])); err == nil {
			all = append(all, b)
		}
	}
	if len(all) < 2 {
		t.Errorf("%s holds no bytes", name)
	}
	for _, b := range all {
		for _, canary := range canaries {
			if holds(b, canary) {
				t.Errorf("%s holds %q", filepath.Base(name), canary)
			}
		}
	}
}

// No name and no secret gets into a file or a vector, from either end, whoever
// says it.
func TestCanaries(t *testing.T) {
	file := New()
	account := Account{"CANARYDOM", "canaryuser", []byte("Canary-Pa55word")}
	typed := `Remote computer: canarytyped says CANARYDOM\canaryuser at 192.0.2.77:3389 or 2001:db8::77 (TERMSRV/canaryspn.example) ` +
		`canaryuser@canary-zone.example; CANARYHOST is on fire, canary-dns.canary-zone.example too`
	add := func(s Step, recording *Recording, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		answers := map[string]string{"build": "10.0.20348.1"}
		for _, a := range s.Asks(nil) {
			if a.Text && a.form == nil {
				answers[a.Key] = typed
				if s.Kind == Listen {
					answers[a.Key] += ", says CANARYWS" // which was seen on the wire
				}
			}
		}
		// the command knows these two from its arguments and its environment
		r := recording.Result(About{Step: s.ID, Run: 1, At: time.Now(), Names: []string{"canarytyped", "CANARYHOST"}}, answers)
		if s.Kind != Observe && len(r.Connections[0].Messages) < 2 {
			t.Errorf("%s: %+v", s.ID, r.Connections)
		}
		file.Put(r)
	}
	server := canaryServer(t)
	look := step(t, "look-patched")
	recording, err := server.Look(t.Context(), look)
	add(look, recording, err)
	if b := recording.connections[0].Messages[1].Bytes; !holds(b, "CANARYHOST") || !holds(b, "canary-forest") {
		t.Fatalf("the server says no canary: %x", b)
	}
	for _, id := range []string{"logon-force", "logon-early-auth"} {
		s := step(t, id)
		recording, err := server.LogOn(t.Context(), s, account)
		add(s, recording, err)
	}
	for i, s := range []Step{step(t, "listen-accounts"), step(t, "listen-ec")} {
		visitor := client{cookie: "canarycookie", domain: "CANARYDOM", user: "canaryuser", workstation: "CANARYWS",
			target: "TERMSRV/canaryspn.example", password: "Canary-Pa55word", spnego: i == 1}
		recording := listening(t, s, func(_ string, address netip.AddrPort) { visitor.visit(t, address) })
		if m := recording.connections[0].Messages; len(m) < 3 || !holds(m[2].Bytes, "canaryuser") || !holds(m[2].Bytes, "CANARYWS") {
			t.Fatalf("the client says no canary: %+v", m)
		}
		add(s, recording, nil)
	}
	add(step(t, "observe-force"), &Recording{}, nil)

	dir := t.TempDir()
	name := filepath.Join(dir, "fieldtest.json")
	if err := file.Save(name); err != nil {
		t.Fatal(err)
	}
	search(t, name)
	if t.Failed() {
		return
	}
	checkout(t, dir)
	loaded, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Import(loaded, dir, false, noText); err != nil {
		t.Fatal(err)
	}
	names, _ := filepath.Glob(filepath.Join(dir, VectorDir, "*.txt"))
	if len(names) < 10 {
		t.Errorf("%d vectors", len(names))
	}
	for _, name := range names {
		search(t, name)
	}
}
