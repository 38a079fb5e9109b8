package interop_test

import (
	"bytes"
	"fmt"
	"net"
	"testing"

	"github.com/fumidai/fumidai/interop"
)

// These cases let strangers talk to strangers. They prove that the harness
// starts each of them and reads its verdict rightly, the refusals included.

const (
	user     = "alice"
	password = "Passw0rd!"
	domain   = "CORP"
	account  = domain + ":" + user + ":" + password
)

func TestMain(m *testing.M) { interop.Main(m) }

func TestFreeRDP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version int
		refusal string // what a wrong password looks like
	}{
		{2, "ERRCONNECT_CONNECT_TRANSPORT_FAILED"}, // the server closes without errorCode
		{3, "ERRCONNECT_AUTHENTICATION_FAILED"},    // the server sends 0xC00700EA
	} {
		peers := []string{fmt.Sprintf("xfreerdp-%d", c.version), fmt.Sprintf("shadow-%d", c.version)}
		interop.Case(t, peers, "self: right and wrong password", func(t *testing.T) {
			t.Parallel()
			options := freerdpOptions(interop.FreeRDPShadow(t, c.version, user, password, ""))
			if r := interop.FreeRDPClient(t, c.version, options); !r.OK {
				t.Errorf("right password: %s:\n%s", r.Refusal(), r.Log)
			}
			options.Password = "wrong"
			if r := interop.FreeRDPClient(t, c.version, options); r.OK || r.ErrConnect != c.refusal {
				t.Errorf("wrong password: OK=%v, %s, want %s:\n%s", r.OK, r.Refusal(), c.refusal, r.Log)
			}
		})
	}
}

func TestFreeRDPAtGSSServer(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		interop.Case(t, []string{fmt.Sprintf("xfreerdp-%d", version), "gss-ntlmssp"}, "self: logon failure by errorCode", func(t *testing.T) {
			t.Parallel()
			server := interop.StartGSSServer(t, interop.GSSServerOptions{Accounts: []string{account}})
			options := freerdpOptions(server.Addr)
			options.Domain = domain
			interop.FreeRDPClient(t, version, options) // the server leaves after the credentials
			if v := server.Verdict(t); !v.OK || v.Credentials != "right" || v.ClientProof != "verified" {
				t.Errorf("right password: %+v", v)
			}
			options.Password = "wrong"
			if r := interop.FreeRDPClient(t, version, options); r.ErrConnect != "ERRCONNECT_LOGON_FAILURE" {
				t.Errorf("wrong password: %s, want ERRCONNECT_LOGON_FAILURE:\n%s", r.Refusal(), r.Log)
			}
		})
	}
}

// Only version 3 can do HYBRID_EX: version 2.11.7 offers it and gives up when
// it is selected.
func TestFreeRDPEarlyResult(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version     int
		credentials string
		refusal     string
	}{
		{2, "none", "ERRCONNECT_SECURITY_NEGO_CONNECT_FAILED"},
		{3, "right", "ERRCONNECT_AUTHENTICATION_FAILED"},
	} {
		interop.Case(t, []string{fmt.Sprintf("xfreerdp-%d", c.version), "gss-ntlmssp"}, "self: HYBRID_EX, early result: access denied", func(t *testing.T) {
			t.Parallel()
			server := interop.StartGSSServer(t, interop.GSSServerOptions{Accounts: []string{account}, Ext: true, EarlyResult: 5})
			options := freerdpOptions(server.Addr)
			options.Domain, options.Sec = domain, "ext"
			r, v := interop.FreeRDPClient(t, c.version, options), server.Verdict(t)
			if v.Asked != 0x0b || v.Credentials != c.credentials || r.ErrConnect != c.refusal {
				t.Errorf("%s, want %s; server: %+v\n%s", r.Refusal(), c.refusal, v, r.Log)
			}
		})
	}
}

// A server that checks its client strictly meets a client that checks its
// server strictly, in every version.
func TestGSS(t *testing.T) {
	t.Parallel()
	interop.Case(t, []string{"gss-ntlmssp", "mit-gssapi"}, "self: versions 2 to 6, raw and SPNEGO", func(t *testing.T) {
		t.Parallel()
		for _, version := range []int{2, 4, 5, 6} {
			server := interop.StartGSSServer(t, interop.GSSServerOptions{Version: version, Accounts: []string{account}})
			for _, mech := range []string{"ntlm", "spnego"} {
				r := interop.GSSClient(t, server.Addr, gssOptions(interop.GSSClientOptions{Mech: mech}))
				if !r.OK || r.Peer != version || r.Mech != interop.MechNTLM || r.ServerProof != "verified" {
					t.Errorf("client at a server of version %d, %s: %+v", version, mech, r)
				}
				v := server.Verdict(t)
				if !v.OK || v.Peer != 6 || v.Agreed != version || v.Credentials != "right" || v.Initiator != domain+`\`+user {
					t.Errorf("server of version %d, %s: %+v", version, mech, v)
				}
			}
		}
	})
}

func TestGSSRefusals(t *testing.T) {
	t.Parallel()
	const logonFailure, unsupported = 0xc000006d, 0x80090302
	for _, c := range []struct {
		label  string
		server interop.GSSServerOptions
		client interop.GSSClientOptions
		result func(interop.GSSResult, interop.GSSVerdict) bool
	}{
		{"wrong password", interop.GSSServerOptions{}, interop.GSSClientOptions{Password: "wrong"},
			func(r interop.GSSResult, v interop.GSSVerdict) bool {
				return r.ErrorCode == logonFailure && v.ClientProof == "none"
			}},
		{"wrong client proof", interop.GSSServerOptions{}, interop.GSSClientOptions{BadProof: true},
			func(r interop.GSSResult, v interop.GSSVerdict) bool {
				return r.ErrorCode == logonFailure && v.ClientProof == "wrong"
			}},
		{"wrong server proof", interop.GSSServerOptions{BadProof: "flip"}, interop.GSSClientOptions{},
			func(r interop.GSSResult, v interop.GSSVerdict) bool {
				return r.ServerProof == "wrong" && v.Credentials == "none"
			}},
		{"echoed server proof", interop.GSSServerOptions{BadProof: "echo", Version: 4}, interop.GSSClientOptions{},
			func(r interop.GSSResult, v interop.GSSVerdict) bool {
				return r.ServerProof == "wrong" && v.Credentials == "none"
			}},
		{"client changes its version", interop.GSSServerOptions{}, interop.GSSClientOptions{ChangeVersion: true},
			func(r interop.GSSResult, v interop.GSSVerdict) bool { return !r.OK && v.ClientProof == "none" }},
		{"server changes its version", interop.GSSServerOptions{ChangeVersion: true}, interop.GSSClientOptions{},
			func(r interop.GSSResult, v interop.GSSVerdict) bool { return !r.OK && v.Credentials == "none" }},
		{"client below the minimum", interop.GSSServerOptions{Min: 5}, interop.GSSClientOptions{Version: 4},
			func(r interop.GSSResult, v interop.GSSVerdict) bool { return r.ErrorCode == unsupported && v.Peer == 4 }},
		{"forced error", interop.GSSServerOptions{Error: 0xc0000234}, interop.GSSClientOptions{},
			func(r interop.GSSResult, v interop.GSSVerdict) bool { return r.ErrorCode == 0xc0000234 && !v.OK }},
		{"early result: access denied", interop.GSSServerOptions{Ext: true, EarlyResult: 5}, interop.GSSClientOptions{Ext: true},
			func(r interop.GSSResult, v interop.GSSVerdict) bool { return !r.OK && r.EarlyResult == 5 && v.OK }},
	} {
		interop.Case(t, []string{"gss-ntlmssp", "mit-gssapi"}, "self: "+c.label, func(t *testing.T) {
			t.Parallel()
			c.server.Accounts = []string{account}
			server := interop.StartGSSServer(t, c.server)
			r := interop.GSSClient(t, server.Addr, gssOptions(c.client))
			if v := server.Verdict(t); r.OK || !c.result(r, v) {
				t.Errorf("client: %+v\nserver: %+v", r, v)
			}
		})
	}
}

func TestNTLM(t *testing.T) {
	t.Parallel()
	bindings := append([]byte("tls-server-end-point:"), make([]byte, 32)...)
	open := func(t *testing.T, password string, bindings []byte) (client, server *interop.NTLMPeer) {
		client = interop.NewNTLMInitiator(t, interop.NTLMOptions{User: user, Password: password, Domain: domain, Bindings: bindings})
		server = interop.NewNTLMAcceptor(t, interop.NTLMOptions{Accounts: []string{account}, Bindings: make([]byte, len(bindings))})
		return client, server
	}
	interop.Case(t, []string{"gss-ntlmssp"}, "self: tokens, sealing and signing, both ends", func(t *testing.T) {
		t.Parallel()
		client := interop.NewNTLMInitiator(t, interop.NTLMOptions{User: user, Password: password, Domain: domain, Bindings: bindings})
		server := interop.NewNTLMAcceptor(t, interop.NTLMOptions{Accounts: []string{account}, Bindings: bindings})
		if err := handshake(client, server); err != nil {
			t.Fatal(err)
		}
		message := []byte("message")
		for _, way := range [][2]*interop.NTLMPeer{{client, server}, {server, client}} {
			sealed, err := way[0].Wrap(message)
			if err != nil || len(sealed) != 16+len(message) {
				t.Fatalf("Wrap: %x, %v", sealed, err)
			}
			if got, err := way[1].Unwrap(sealed); err != nil || !bytes.Equal(got, message) {
				t.Fatalf("Unwrap: %q, %v", got, err)
			}
			mic, err := way[0].MIC(message)
			if err != nil {
				t.Fatal(err)
			}
			if err := way[1].Verify(message, mic); err != nil {
				t.Error(err)
			}
			if err := way[1].Verify([]byte("another"), mic); err == nil {
				t.Error("Verify takes the signature of another message")
			}
		}
		key, err := client.SessionKey()
		if other, err2 := server.SessionKey(); err != nil || err2 != nil || len(key) != 16 || !bytes.Equal(key, other) {
			t.Errorf("session keys: %x, %v; %x, %v", key, err, other, err2)
		}
		if name, err := server.Initiator(); err != nil || name != domain+`\`+user {
			t.Errorf("Initiator: %q, %v", name, err)
		}
		client.Close()
	})
	interop.Case(t, []string{"gss-ntlmssp"}, "self: wrong password", func(t *testing.T) {
		t.Parallel()
		if err := handshake(open(t, "wrong", nil)); err == nil {
			t.Error("the acceptor takes a wrong password")
		}
	})
	interop.Case(t, []string{"gss-ntlmssp"}, "self: channel bindings that differ", func(t *testing.T) {
		t.Parallel()
		if err := handshake(open(t, password, bindings)); err == nil {
			t.Error("the acceptor takes foreign channel bindings")
		}
	})
}

func TestRDPCheck(t *testing.T) {
	t.Parallel()
	interop.Case(t, []string{"rdp_check", "shadow-2"}, "self: right and wrong password", func(t *testing.T) {
		t.Parallel()
		addr := interop.FreeRDPShadowAt(t, interop.FreeAddressRDP(t), 2, user, password, "")
		if r := interop.RDPCheck(t, addr, user, password, ""); !r.Granted {
			t.Errorf("right password: %s", r.Log)
		}
		if r := interop.RDPCheck(t, addr, user, "wrong", ""); r.Granted {
			t.Errorf("wrong password: %s", r.Log)
		}
	})
}

func TestNmap(t *testing.T) {
	t.Parallel()
	interop.Case(t, []string{"nmap", "shadow-2"}, "self: NTLM fields and security protocols", func(t *testing.T) {
		t.Parallel()
		addr := interop.FreeRDPShadow(t, 2, user, password, "")
		if got := interop.NmapNTLMInfo(t, addr); got["Product_Version"] != "6.1.7601" || got["Target_Name"] == "" {
			t.Errorf("rdp-ntlm-info: %v", got)
		}
		if got := interop.NmapEncryption(t, addr); got["CredSSP (NLA)"] != "SUCCESS" {
			t.Errorf("rdp-enum-encryption: %v", got)
		}
	})
}

func TestTLSServers(t *testing.T) {
	t.Parallel()
	interop.Case(t, []string{"xrdp", "xfreerdp-2"}, "self: takes TLS, refuses NLA", func(t *testing.T) {
		t.Parallel()
		options := freerdpOptions(interop.XRDP(t))
		if r := interop.FreeRDPClient(t, 2, options); r.ErrConnect != "ERRCONNECT_SECURITY_NEGO_CONNECT_FAILED" {
			t.Errorf("NLA: %s:\n%s", r.Refusal(), r.Log)
		}
		options.Sec = "tls"
		if r := interop.FreeRDPClient(t, 2, options); !r.OK {
			t.Errorf("TLS: %s:\n%s", r.Refusal(), r.Log)
		}
	})
	interop.Case(t, []string{"weston", "nmap"}, "self: answers", func(t *testing.T) {
		t.Parallel()
		if got := interop.NmapEncryption(t, interop.Weston(t)); got["SSL"] != "SUCCESS" {
			t.Errorf("rdp-enum-encryption: %v", got)
		}
	})
}

func freerdpOptions(addr string) interop.Options {
	host, port, _ := net.SplitHostPort(addr)
	return interop.Options{Host: host, Port: port, User: user, Password: password, AuthOnly: true}
}

func gssOptions(o interop.GSSClientOptions) interop.GSSClientOptions {
	o.User, o.Domain = user, domain
	if o.Password == "" {
		o.Password = password
	}
	return o
}

// handshake carries the tokens between both ends, until one of them refuses or
// both are done.
func handshake(client, server *interop.NTLMPeer) error {
	var token []byte
	for {
		answer, clientDone, err := client.Step(token)
		if err != nil {
			return err
		}
		var serverDone bool
		if token, serverDone, err = server.Step(answer); err != nil {
			return err
		}
		if clientDone && serverDone {
			return nil
		}
	}
}
