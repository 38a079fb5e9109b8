package rdpio

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// opensslCommand is an openssl process that lives as long as the test. It runs
// without the machine's configuration, which often forbids TLS 1.0.
func opensslCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("FUMIDAI_PEERS") == "required" {
			t.Fatal("openssl is not installed and FUMIDAI_PEERS=required")
		}
		t.Skip("openssl is not installed")
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "OPENSSL_CONF="+os.DevNull)
	return cmd
}

func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

// opensslServer starts s_server and dials it.
func opensslServer(t *testing.T, args ...string) *recordedConn {
	t.Helper()
	cmd := opensslCommand(t, append([]string{"s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-cert", pemFile(t, rsaCertificate())}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe() // s_server ends when its input does
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	start(t, cmd)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), "ACCEPT "); ok {
			go io.Copy(io.Discard, out)
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { conn.Close() })
			return &recordedConn{Conn: conn}
		}
	}
	cmd.Wait()
	t.Fatalf("s_server does not listen: %s", trouble.String())
	return nil
}

func pemFile(t *testing.T, c tls.Certificate) string {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	b := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]})
	b = append(b, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	name := filepath.Join(t.TempDir(), "host.pem")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// s_server -rev sends each line back, reversed.
func TestOpenSSLServerReversesLines(t *testing.T) {
	for _, c := range []struct {
		version, cipher string
		joined          bool
	}{
		{"-tls1", "AES128-SHA", true},
		{"-tls1", "AES256-SHA", true},
		{"-tls1", "ECDHE-RSA-AES128-SHA", true},
		{"-tls1", "ECDHE-RSA-AES256-SHA", true},
		{"-tls1_1", "AES128-SHA", false},
		{"-tls1_2", "ECDHE-RSA-AES256-GCM-SHA384", false},
		{"-tls1_3", "", false},
	} {
		t.Run(c.version+" "+c.cipher, func(t *testing.T) {
			args := []string{c.version, "-rev"}
			if c.cipher != "" {
				args = append(args, "-cipher", c.cipher+":@SECLEVEL=0")
			}
			wire := opensslServer(t, args...)
			conn, err := ClientTLS(context.Background(), wire, TLSClientOptions{Legacy: true, CheckCertificate: AnyCertificate})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if conn.records.joins() != c.joined {
				t.Fatalf("joins records: %v", conn.records.joins())
			}
			for _, size := range []int{1, 2, 56, 300, 6000, 8191, 1} {
				line := counting('a', size)
				for i := range line {
					line[i] = 'a' + byte(i%26)
				}
				mark := wire.mark()
				if _, err := conn.Write(append(slices.Clone(line), '\n')); err != nil {
					t.Fatal(err)
				}
				if got := wire.recordsSince(t, mark); len(got) != 1 {
					t.Errorf("%d bytes: %d records", size, len(got))
				}
				slices.Reverse(line)
				mustRead(t, conn, append(line, '\n'))
			}
		})
	}
}

// s_client copies its input to us and our data to its output.
func TestOpenSSLClientReadsOurRecords(t *testing.T) {
	for _, cipher := range []string{"AES128-SHA", "AES256-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA"} {
		t.Run(cipher, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			cmd := opensslCommand(t, "s_client", "-connect", l.Addr().String(), "-tls1", "-cipher", cipher+":@SECLEVEL=0", "-quiet")
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			start(t, cmd)
			accepted, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer accepted.Close()
			wire := &recordedConn{Conn: accepted}
			conn, err := ServerTLS(context.Background(), wire, TLSServerOptions{Legacy: true, Certificates: []tls.Certificate{rsaCertificate(), ecdsaCertificate()}})
			if err != nil {
				t.Fatal(err)
			}
			for i, size := range []int{1, 2, 57, 8192, maxRecord, 1} {
				message := bytes.Repeat([]byte{'A' + byte(i)}, size)
				mark := wire.mark()
				if _, err := conn.Write(message); err != nil {
					t.Fatal(err)
				}
				if got := wire.recordsSince(t, mark); len(got) != 1 {
					t.Errorf("%d bytes: %d records", size, len(got))
				}
				mustRead(t, out, message)
				answer := append(bytes.Repeat([]byte{'x'}, min(size, 2000)), '\n') // one of its reads
				if _, err := in.Write(answer); err != nil {
					t.Fatal(err)
				}
				mustRead(t, conn, answer)
			}
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
			if rest, err := io.ReadAll(out); len(rest) != 0 || err != nil {
				t.Errorf("%q, %v", rest, err)
			}
			if err := cmd.Wait(); err != nil { // it ends by itself, content
				t.Error(err)
			}
		})
	}
}

// The alerts of a stranger, in the handshake and after it.
func TestOpenSSLAlerts(t *testing.T) {
	demand := []string{"-Verify", "1", "-verify_return_error", "-cipher", "ALL:@SECLEVEL=0"}
	for _, c := range []struct {
		name  string
		args  []string
		o     TLSClientOptions
		alert uint8
	}{
		{"version too new", []string{"-tls1", "-cipher", "ALL:@SECLEVEL=0"}, TLSClientOptions{}, 70},
		{"no suite", []string{"-tls1_2", "-cipher", "AES128-SHA"}, TLSClientOptions{}, 40},
		{"client certificate 1.0", append([]string{"-tls1"}, demand...), TLSClientOptions{Legacy: true}, 40},
		{"client certificate 1.3", append([]string{"-tls1_3"}, demand...), TLSClientOptions{}, 116},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.CheckCertificate = AnyCertificate
			conn, err := ClientTLS(context.Background(), opensslServer(t, c.args...), c.o)
			if err == nil {
				_, err = conn.Read(make([]byte, 1))
			}
			var alert *TLSAlertError
			if !errors.As(err, &alert) || alert.Alert != c.alert {
				t.Errorf("got %v, want alert %d", err, c.alert)
			}
		})
	}
}
