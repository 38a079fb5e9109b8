package interop_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/interop"
	"github.com/fumidai/fumidai/rdp/x224"
)

// Strangers log on to our server. A good logon is judged by what the server
// saw: the right credentials decrypted, and MCS Connect Initial arrived.

func wantLogon(t *testing.T, e lab.Event, host lab.Host, version int) {
	t.Helper()
	if !e.RightPassword || !e.ConnectInitial || e.User != user || e.Version != min(version, host.CredSSP) {
		t.Errorf("event %+v", e)
	}
}

func TestFreeRDPOnOurServer(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		peers := []string{fmt.Sprintf("xfreerdp-%d", version)}
		for _, name := range []string{"OLD-2008R2", "OLD-2012R2", "OLD-2016", "NEW-2008R2", "NEW-2019", "FORCE-2022", "NLAOFF-2016"} {
			host := labHost(t, name)
			interop.Case(t, peers, "our server: log on to "+name, func(t *testing.T) {
				t.Parallel()
				addr, events := ourHost(t, host, interop.FreeAddress(t))
				r := interop.FreeRDPClient(t, version, freerdpOptions(addr))
				e := next(t, events)
				wantLogon(t, e, host, 6)
				if t.Failed() {
					t.Log(r.Log)
				}
			})
		}
	}
}

// With the update and the policy Vulnerable: the fourth column of the published
// table.
func TestFreeRDPOnOurVulnerableServer(t *testing.T) {
	t.Parallel()
	host := labHost(t, "NEW-2019")
	host.Level = credssp.Vulnerable
	interop.Case(t, []string{"xfreerdp-3"}, "our server: log on to a Vulnerable server", func(t *testing.T) {
		t.Parallel()
		addr, events := ourHost(t, host, interop.FreeAddress(t))
		interop.FreeRDPClient(t, 3, freerdpOptions(addr))
		wantLogon(t, next(t, events), host, 6)
	})
}

// /sec:ext means HYBRID_EX and nothing else to FreeRDP. Version 2.11.7 asks for
// it and then stops ("Failed to connect with EXT security") when it is selected,
// so that it logs on only to a host that answers HYBRID to "+sec-ext".
func TestFreeRDPWithHybridEx(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version   int
		earlyAuth bool // the host selects HYBRID_EX
		args      []string
		works     bool
	}{
		{2, true, []string{"/sec:ext"}, false},
		{2, false, []string{"/sec:nla", "+sec-ext"}, true},
		{3, true, []string{"/sec:ext"}, true},
	} {
		host := labHost(t, "NEW-2019")
		host.EarlyAuth = c.earlyAuth
		label := fmt.Sprintf("our server: %s, host selects HYBRID_EX %v, works %v", strings.Join(c.args, " "), c.earlyAuth, c.works)
		interop.Case(t, []string{fmt.Sprintf("xfreerdp-%d", c.version)}, label, func(t *testing.T) {
			t.Parallel()
			addr, events := ourHost(t, host, interop.FreeAddress(t))
			options := freerdpOptions(addr)
			options.Sec, options.Extra = "nla", c.args
			r := interop.FreeRDPClient(t, c.version, options)
			e := next(t, events)
			switch {
			case e.Requested&x224.ProtocolHybridEx == 0:
				t.Errorf("client asked for %v", e.Requested)
			case c.works:
				wantLogon(t, e, host, 6)
			case e.User != "" || r.ErrConnect != "ERRCONNECT_SECURITY_NEGO_CONNECT_FAILED":
				t.Errorf("event %+v, client %s", e, r.Refusal())
			}
		})
	}
}

func TestFreeRDPRefused(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		for _, c := range []struct{ name, user, password, want string }{
			{"wrong password", "alice", "wrong", "ERRCONNECT_LOGON_FAILURE"},
			{"unknown user", "nobody", lab.Password, "ERRCONNECT_LOGON_FAILURE"},
			{"disabled account", "disabled", lab.Password, "ERRCONNECT_LOGON_FAILURE"},
			{"expired password", "expired", lab.Password, "ERRCONNECT_PASSWORD_EXPIRED"},
			{"password must change", "mustchange", lab.Password, "ERRCONNECT_PASSWORD_MUST_CHANGE"},
			{"locked account", "locked", lab.Password, "ERRCONNECT_ACCOUNT_LOCKED_OUT"},
			{"expired account", "gone", lab.Password, "ERRCONNECT_ACCOUNT_EXPIRED"},
			{"locked account, wrong password", "locked", "wrong", "ERRCONNECT_LOGON_FAILURE"},
		} {
			interop.Case(t, []string{fmt.Sprintf("xfreerdp-%d", version)}, "our server: "+c.name, func(t *testing.T) {
				t.Parallel()
				addr, events := ourHost(t, labHost(t, "NEW-2019"), interop.FreeAddress(t))
				options := freerdpOptions(addr)
				options.User, options.Password = c.user, c.password
				r := interop.FreeRDPClient(t, version, options)
				if r.ErrConnect != c.want {
					t.Errorf("client says %s, want %s", r.Refusal(), c.want)
				}
				if e := next(t, events); codeOf(e.Err) != "ntlm.logon.refused" || e.Delegated != "" {
					t.Errorf("event %+v", e)
				}
			})
		}
	}
}

// impacket's rdp_check is a real version 2 client: what a client without the
// update is to a server.
func TestOldClientOnOurServer(t *testing.T) {
	t.Parallel()
	for _, level := range []credssp.Level{credssp.NotUpdated, credssp.ForceUpdatedClients, credssp.Mitigated, credssp.Vulnerable} {
		host := labHost(t, "NEW-2019")
		host.Level = level
		if level == credssp.NotUpdated {
			host = labHost(t, "OLD-2008R2")
		}
		interop.Case(t, []string{"rdp_check"}, fmt.Sprintf("our server: version 2 client, server %v", level), func(t *testing.T) {
			t.Parallel()
			addr, events := ourHost(t, host, interop.FreeAddressRDP(t))
			r := interop.RDPCheck(t, addr, user, password, domain)
			e := next(t, events)
			if level == credssp.ForceUpdatedClients {
				if codeOf(e.Err) != "credssp.version.refused" || e.User != "" || e.PeerVersion != 2 || r.Granted {
					t.Errorf("event %+v, client %s", e, r.Log)
				}
				return
			}
			if !e.RightPassword || e.Version != 2 {
				t.Errorf("event %+v, client %s", e, r.Log)
			}
		})
	}
	interop.Case(t, []string{"rdp_check"}, "our server: version 2 client, wrong password", func(t *testing.T) {
		t.Parallel()
		addr, events := ourHost(t, labHost(t, "NEW-2019"), interop.FreeAddressRDP(t))
		interop.RDPCheck(t, addr, user, "wrong", domain)
		if e := next(t, events); codeOf(e.Err) != "ntlm.logon.refused" || e.Delegated != "" {
			t.Errorf("event %+v", e)
		}
	})
}

// Our script over gss-ntlmssp checks our server's proof strictly, which no
// version 2 client at hand does.
func TestGSSClientOnOurServer(t *testing.T) {
	t.Parallel()
	for version := 2; version <= 6; version++ {
		for _, mech := range []string{"ntlm", "spnego"} {
			interop.Case(t, []string{"gss-ntlmssp"}, fmt.Sprintf("our server: version %d, %s", version, mech), func(t *testing.T) {
				t.Parallel()
				host := labHost(t, "NEW-2019")
				addr, events := ourHost(t, host, interop.FreeAddress(t))
				r := interop.GSSClient(t, addr, interop.GSSClientOptions{User: user, Password: password, Domain: domain, Version: version, Mech: mech})
				e := next(t, events)
				if !r.OK || r.ServerProof != "verified" || !e.RightPassword || e.Version != version || e.PeerVersion != version {
					t.Errorf("client %+v, event %+v", r, e)
				}
			})
		}
	}
	for version := 2; version <= 6; version++ {
		interop.Case(t, []string{"gss-ntlmssp"}, fmt.Sprintf("our server: version %d, client sends a wrong proof", version), func(t *testing.T) {
			t.Parallel()
			addr, events := ourHost(t, labHost(t, "NEW-2019"), interop.FreeAddress(t))
			r := interop.GSSClient(t, addr, interop.GSSClientOptions{User: user, Password: password, Domain: domain, Version: version, Mech: "ntlm", BadProof: true})
			if e := next(t, events); r.OK || codeOf(e.Err) != "credssp.binding.mismatch" || e.Delegated != "" {
				t.Errorf("client %+v, event %+v", r, e)
			}
		})
	}
	interop.Case(t, []string{"gss-ntlmssp"}, "our server: client changes its version", func(t *testing.T) {
		t.Parallel()
		addr, events := ourHost(t, labHost(t, "NEW-2019"), interop.FreeAddress(t))
		interop.GSSClient(t, addr, interop.GSSClientOptions{User: user, Password: password, Domain: domain, Mech: "ntlm", ChangeVersion: true})
		if e := next(t, events); codeOf(e.Err) != "credssp.version.changed" {
			t.Errorf("event %+v", e)
		}
	})
	interop.Case(t, []string{"gss-ntlmssp"}, "our server: HYBRID_EX", func(t *testing.T) {
		t.Parallel()
		addr, events := ourHost(t, labHost(t, "NEW-2019"), interop.FreeAddress(t))
		r := interop.GSSClient(t, addr, interop.GSSClientOptions{User: user, Password: password, Domain: domain, Mech: "ntlm", Ext: true})
		if e := next(t, events); !r.OK || r.EarlyResult != 0 || !e.RightPassword {
			t.Errorf("client %+v, event %+v", r, e)
		}
	})
}
