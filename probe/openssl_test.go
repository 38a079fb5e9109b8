package probe_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// opensslServer starts `openssl s_server` with a key of Go's and returns its
// address. It runs without the machine's configuration, which often forbids old
// versions.
func opensslServer(t *testing.T, config *tls.Config, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("FUMIDAI_PEERS") == "required" {
			t.Fatal("openssl is not installed and FUMIDAI_PEERS=required")
		}
		t.Skip("openssl is not installed")
	}
	certificate := config.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	b := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	b = append(b, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	name := filepath.Join(t.TempDir(), "host.pem")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append([]string{"s_server", "-accept", "127.0.0.1:0", "-cert", name}, args...)...)
	cmd.Env = append(os.Environ(), "OPENSSL_CONF="+os.DevNull)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil { // s_server ends when its input does
		t.Fatal(err)
	}
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	drained := make(chan struct{})
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-drained
		cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), "ACCEPT "); ok {
			go func() {
				defer close(drained)
				io.Copy(io.Discard, out)
			}()
			return address
		}
	}
	close(drained)
	cmd.Wait()
	t.Fatalf("s_server does not listen: %s", trouble.String())
	return ""
}

// inFront is an X.224 server without NLA in front of a TLS server.
func inFront(address string) func(*peer) {
	return func(p *peer) {
		if p.asked()&x224.ProtocolSSL == 0 {
			p.send(negotiation(3, 0, 1))
			return
		}
		behind, err := net.Dial("tcp", address)
		if err != nil {
			p.t.Error(err)
			return
		}
		defer behind.Close()
		p.send(confirmSSL)
		done := make(chan struct{})
		go func() {
			defer close(done)
			io.Copy(behind, p.TCPConn)
			behind.(*net.TCPConn).CloseWrite()
		}()
		io.Copy(p.TCPConn, behind)
		p.CloseWrite()
		<-done
	}
}

// Versions and key exchanges of another implementation, also those that
// crypto/tls does not have.
func TestOpenSSLVersions(t *testing.T) {
	leavesNothing(t)
	const yes, no, open = verdict.Yes, verdict.No, verdict.Unknown
	type families = map[verdict.Family]verdict.Tri
	for _, c := range []struct {
		args     string
		versions [5]verdict.Tri // from SSL 3.0
		families families       // of those that matter here
		shaken   bool           // crypto/tls can do it, too
	}{
		{"-tls1 -cipher ALL:@SECLEVEL=0", [5]verdict.Tri{no, yes, no, no, no}, families{verdict.ECDHE: yes, verdict.RSA: yes, verdict.DHE: yes}, true},
		{"-tls1_1 -cipher AES128-SHA:@SECLEVEL=0", [5]verdict.Tri{no, no, yes, no, no}, families{verdict.RSA: yes, verdict.CBC: yes, verdict.DHE: no, verdict.RC4: no, verdict.TripleDES: no}, true},
		{"-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384", [5]verdict.Tri{no, no, no, yes, no}, families{verdict.ECDHE: yes, verdict.AEAD: yes, verdict.RSA: no, verdict.DHE: no}, true},
		{"-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256", [5]verdict.Tri{no, no, no, yes, no}, families{verdict.DHE: yes, verdict.AEAD: yes, verdict.RSA: no, verdict.ECDHE: open}, false},
		{"-tls1_3", [5]verdict.Tri{no, no, no, no, yes}, families{verdict.AEAD: yes, verdict.RSA: no}, true},
		{"-cipher ALL:@SECLEVEL=0", [5]verdict.Tri{no, yes, yes, yes, yes}, families{verdict.ECDHE: yes, verdict.RC4: no, verdict.TripleDES: no}, true},
		{"-no_tls1 -no_tls1_1", [5]verdict.Tri{no, no, no, yes, yes}, families{verdict.ECDHE: yes, verdict.RC4: no, verdict.TripleDES: no, verdict.RSA: yes, verdict.DHE: yes}, true},
	} {
		t.Run(c.args, func(t *testing.T) {
			config := rsaServer(t, func(*tls.Config) {})
			h := newHost(t, inFront(opensslServer(t, config, strings.Fields(c.args)...)))
			f := h.look(t, full)
			var versions [5]verdict.Tri
			for i, v := range verdict.TLSVersions() {
				versions[i] = f.TLSVersion(v)
			}
			if versions != c.versions {
				t.Errorf("versions %v, want %v: %+v", versions, c.versions, f.Hellos)
			}
			got := families{}
			for family := range c.families {
				got[family] = f.TLSFamily(family)
			}
			if diff := cmp.Diff(c.families, got); diff != "" {
				t.Errorf("families (-want +got):\n%s\n%+v", diff, f.Hellos)
			}
			if (f.TLS != nil) != c.shaken {
				t.Errorf("the first connection: %+v, %s", f.TLS, f.TLSFailure)
			}
			if f.Certificate == nil || f.Certificate.KeyBits != 2048 {
				t.Errorf("certificate %+v", f.Certificate)
			}
			if n := h.accepted.Load(); n > maxConnections {
				t.Errorf("%d connections", n)
			}
		})
	}
}
