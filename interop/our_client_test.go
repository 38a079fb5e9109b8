package interop_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/interop"
)

// Our client logs on to strangers.

// levelOf gives a level that states this version.
func levelOf(version int) credssp.Level {
	if version < credssp.BindingVersion {
		return credssp.NotUpdated
	}
	return credssp.Vulnerable
}

func TestOurClientOnFreeRDP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shadow, version int
		spnego, works   bool
	}{
		{2, 6, false, true}, {2, 5, false, true}, {2, 4, false, true}, {2, 3, false, true}, {2, 2, false, true},
		{3, 6, false, true}, {3, 5, false, true}, {3, 6, true, true},
		// FreeRDP 3 answers the echo of versions below 5 with a wrong proof:
		// the client must notice and send nothing of the user.
		{3, 4, false, false}, {3, 2, false, false},
	} {
		label := fmt.Sprintf("our client: version %d, SPNEGO %v, works %v", c.version, c.spnego, c.works)
		interop.Case(t, []string{fmt.Sprintf("shadow-%d", c.shadow)}, label, func(t *testing.T) {
			t.Parallel()
			addr := interop.FreeRDPShadow(t, c.shadow, user, password, "")
			on, err := logOn(t, addr, logon{level: levelOf(c.version), version: c.version, user: user, password: password, spnego: c.spnego})
			switch {
			case c.works && err != nil:
				t.Error(err)
			case c.works && (on.Result.Peer != 6 || on.Result.Version != c.version):
				t.Errorf("result %+v", on.Result)
			case !c.works && codeOf(err) != "credssp.binding.mismatch":
				t.Errorf("%v", err)
			}
		})
	}
	for _, shadow := range []int{2, 3} {
		interop.Case(t, []string{fmt.Sprintf("shadow-%d", shadow)}, "our client: wrong password", func(t *testing.T) {
			t.Parallel()
			addr := interop.FreeRDPShadow(t, shadow, user, password, "")
			_, err := logOn(t, addr, logon{level: credssp.Mitigated, user: user, password: "wrong"})
			var status *credssp.StatusError
			switch { // interop/README.md: 2.11 just closes, 3.10 says 0xC00700EA
			case shadow == 2 && codeOf(err) != "conn.closed" && codeOf(err) != "conn.reset":
				t.Errorf("%v", err)
			case shadow == 3 && (!errors.As(err, &status) || status.Status != 0xC00700EA):
				t.Errorf("%v", err)
			}
		})
	}
}

// The updated rows of the published table at servers that are not ours. A
// FreeRDP server stands for an updated one that accepts old clients.
func TestOurUpdatedClient(t *testing.T) {
	t.Parallel()
	for level, name := range map[credssp.Level]string{credssp.ForceUpdatedClients: "Force Updated Clients", credssp.Mitigated: "Mitigated"} {
		for _, shadow := range []int{2, 3} {
			interop.Case(t, []string{fmt.Sprintf("shadow-%d", shadow)}, "our client: "+name+" logs on", func(t *testing.T) {
				t.Parallel()
				addr := interop.FreeRDPShadow(t, shadow, user, password, "")
				if _, err := logOn(t, addr, logon{level: level, user: user, password: password}); err != nil {
					t.Error(err)
				}
			})
		}
		interop.Case(t, []string{"gss-ntlmssp"}, "our client: "+name+" at a server that demands version 5", func(t *testing.T) {
			t.Parallel()
			server := interop.StartGSSServer(t, interop.GSSServerOptions{Accounts: []string{account}, Min: 5})
			logOn(t, server.Addr, logon{level: level, user: user, password: password, domain: domain})
			if v := server.Verdict(t); !v.OK || v.Credentials != "right" || v.Agreed != 6 {
				t.Errorf("server %+v", v)
			}
		})
	}
	interop.Case(t, []string{"gss-ntlmssp"}, "our client: not updated, at a server that demands version 5", func(t *testing.T) {
		t.Parallel()
		server := interop.StartGSSServer(t, interop.GSSServerOptions{Accounts: []string{account}, Min: 5})
		_, err := logOn(t, server.Addr, logon{level: credssp.NotUpdated, user: user, password: password, domain: domain})
		if v := server.Verdict(t); v.OK || v.Credentials != "none" || codeOf(err) != "credssp.status" {
			t.Errorf("server %+v, client %v", v, err)
		}
	})
}

func TestOurClientOnGSSServer(t *testing.T) {
	t.Parallel()
	options := interop.GSSServerOptions{Accounts: []string{account}}
	for version := 2; version <= 6; version++ {
		for _, wrapped := range []bool{false, true} {
			interop.Case(t, []string{"gss-ntlmssp"}, fmt.Sprintf("our client: server version %d, SPNEGO %v", version, wrapped), func(t *testing.T) {
				t.Parallel()
				o := options
				o.Version = version
				server := interop.StartGSSServer(t, o)
				// This server ends after the credentials: no RDP follows.
				_, err := logOn(t, server.Addr, logon{level: credssp.Vulnerable, user: user, password: password, domain: domain, spnego: wrapped})
				v := server.Verdict(t)
				if !v.OK || v.ClientProof != "verified" || v.Credentials != "right" || v.Agreed != version {
					t.Errorf("server %+v, client %v", v, err)
				}
			})
			interop.Case(t, []string{"gss-ntlmssp"}, fmt.Sprintf("our client: client version %d, SPNEGO %v", version, wrapped), func(t *testing.T) {
				t.Parallel()
				server := interop.StartGSSServer(t, options)
				_, err := logOn(t, server.Addr, logon{level: levelOf(version), version: version, user: user, password: password, domain: domain, spnego: wrapped})
				v := server.Verdict(t)
				if !v.OK || v.ClientProof != "verified" || v.Credentials != "right" || v.Peer != version {
					t.Errorf("server %+v, client %v", v, err)
				}
			})
		}
		interop.Case(t, []string{"gss-ntlmssp"}, fmt.Sprintf("our client: server version %d, our proof is wrong", version), func(t *testing.T) {
			t.Parallel()
			o := options
			o.Version = version
			server := interop.StartGSSServer(t, o)
			logOn(t, server.Addr, logon{level: credssp.Vulnerable, user: user, password: password, domain: domain,
				wrap: func(m credssp.Mechanism) credssp.Mechanism { return lying{m} }})
			if v := server.Verdict(t); v.OK || v.ClientProof != "wrong" || v.Credentials != "none" {
				t.Errorf("server %+v", v)
			}
		})
		for _, how := range []string{"flip", "echo"} {
			interop.Case(t, []string{"gss-ntlmssp"}, fmt.Sprintf("our client: server version %d, its proof is wrong (%s)", version, how), func(t *testing.T) {
				t.Parallel()
				o := options
				o.Version, o.BadProof = version, how
				server := interop.StartGSSServer(t, o)
				_, err := logOn(t, server.Addr, logon{level: credssp.Vulnerable, user: user, password: password, domain: domain})
				if v := server.Verdict(t); codeOf(err) != "credssp.binding.mismatch" || v.Credentials != "none" {
					t.Errorf("client %v, server %+v", err, v)
				}
			})
		}
	}
	// An updated client leaves before it says anything of the user: the server
	// never learns an account name.
	for _, level := range []credssp.Level{credssp.ForceUpdatedClients, credssp.Mitigated} {
		for version := 2; version < credssp.BindingVersion; version++ {
			interop.Case(t, []string{"gss-ntlmssp"}, fmt.Sprintf("our client: %v refuses version %d", level, version), func(t *testing.T) {
				t.Parallel()
				o := options
				o.Version = version
				server := interop.StartGSSServer(t, o)
				_, err := logOn(t, server.Addr, logon{level: level, user: user, password: password, domain: domain})
				var policy *credssp.PolicyError
				if !errors.As(err, &policy) || policy.Peer != version {
					t.Errorf("client %v", err)
				}
				if v := server.Verdict(t); v.OK || v.Initiator != "" || v.ClientProof != "none" {
					t.Errorf("server %+v", v)
				}
			})
		}
	}
	interop.Case(t, []string{"gss-ntlmssp"}, "our client: server changes its version", func(t *testing.T) {
		t.Parallel()
		o := options
		o.ChangeVersion = true
		server := interop.StartGSSServer(t, o)
		if _, err := logOn(t, server.Addr, logon{level: credssp.Vulnerable, user: user, password: password, domain: domain}); codeOf(err) != "credssp.version.changed" {
			t.Errorf("%v", err)
		}
	})
	interop.Case(t, []string{"gss-ntlmssp"}, "our client: Early User Authorization denied", func(t *testing.T) {
		t.Parallel()
		o := options
		o.Ext, o.EarlyResult = true, 5
		server := interop.StartGSSServer(t, o)
		if _, err := logOn(t, server.Addr, logon{level: credssp.Mitigated, user: user, password: password, domain: domain}); codeOf(err) != "rdpio.authorization.denied" {
			t.Errorf("%v", err)
		}
	})
	interop.Case(t, []string{"gss-ntlmssp"}, "our client: refused with STATUS_ACCOUNT_LOCKED_OUT", func(t *testing.T) {
		t.Parallel()
		o := options
		o.Error = credssp.StatusAccountLockedOut
		server := interop.StartGSSServer(t, o)
		_, err := logOn(t, server.Addr, logon{level: credssp.Mitigated, user: user, password: password, domain: domain})
		var status *credssp.StatusError
		if !errors.As(err, &status) || status.Status != credssp.StatusAccountLockedOut {
			t.Errorf("%v", err)
		}
	})
}
