package lab

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/verdict"
)

// The hosts and their truth, as the documentation has them.
func TestStandardHosts(t *testing.T) {
	type row struct {
		Name    string
		CredSSP int
		Update  verdict.Update
		NLA     verdict.NLA
	}
	want := []row{
		{"OLD-2008R2", 2, verdict.UpdateAbsent, verdict.NLARequired},
		{"OLD-2012R2", 3, verdict.UpdateAbsent, verdict.NLARequired},
		{"OLD-2016", 4, verdict.UpdateAbsent, verdict.NLARequired},
		{"NEW-2008R2", 5, verdict.UpdatePresent, verdict.NLARequired},
		{"NEW-2019", 6, verdict.UpdatePresent, verdict.NLARequired},
		{"FORCE-2022", 6, verdict.UpdatePresent, verdict.NLARequired},
		{"NLAOFF-2016", 6, verdict.UpdatePresent, verdict.NLAOptional},
		{"TLSONLY", 0, verdict.UpdateUnknown, verdict.NLANone},
		{"RDPSEC-2008R2", 0, verdict.UpdateUnknown, verdict.NLANone},
		{"XP", 0, verdict.UpdateUnknown, verdict.NLANone},
	}
	var got []row
	for _, h := range Hosts() {
		got = append(got, row{h.Name, h.CredSSP, h.Truth.Update, h.Truth.NLA})
		if h.UsesNLA() != (h.CredSSP != 0) {
			t.Errorf("%s: NLA %v with version %d", h.Name, h.UsesNLA(), h.CredSSP)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The passwords are printed, so nobody else may reach a lab.
func TestLoopbackOnly(t *testing.T) {
	leavesNothing(t)
	for _, s := range []string{"0.0.0.0", "::", "192.0.2.1", "10.0.0.1", "128.0.0.1", "fe80::1", "::ffff:192.0.2.1", "2001:db8::1"} {
		l, err := Start(t.Context(), Options{Address: netip.MustParseAddr(s)})
		var refused *NotLoopbackError
		if !errors.As(err, &refused) || refused.Address.String() != s {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if l != nil || refused.Code() != "lab.not_loopback" || refused.Kind() != "misuse" || refused.Args()["address"] != s {
			t.Errorf("%s: %v, %s, %s, %v", s, l, refused.Code(), refused.Kind(), refused.Args())
		}
	}
}

func TestAddresses(t *testing.T) {
	leavesNothing(t)
	l, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ports := map[uint16]bool{}
	for i, h := range l.Hosts {
		if h.Name != Hosts()[i].Name || h.Address.Addr() != netip.MustParseAddr("127.0.0.1") {
			t.Errorf("%s at %s", h.Name, h.Address)
		}
		ports[h.Address.Port()] = true
	}
	if len(ports) != len(Hosts()) {
		t.Errorf("%d ports for %d hosts", len(ports), len(Hosts()))
	}
	l.Close()
	for _, h := range l.Hosts {
		if conn, err := net.Dial("tcp", h.Address.String()); err == nil {
			conn.Close()
			t.Errorf("%s still listens after Close", h.Name)
		}
	}
}

// Hosts get consecutive ports, and if one of them is taken none stays.
func TestPorts(t *testing.T) {
	leavesNothing(t)
	hosts := Hosts()[7:] // without CredSSP, which plays no part
	for range 20 {
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := taken.Addr().(*net.TCPAddr).Port
		if port < 3 {
			taken.Close()
			continue
		}
		_, err = Start(t.Context(), Options{Hosts: hosts, Port: port - 1})
		if !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("the second port is taken: %v", err)
		}
		taken.Close()
		l, err := Start(t.Context(), Options{Hosts: hosts, Port: port - 1})
		if errors.Is(err, syscall.EADDRINUSE) {
			continue // somebody else has one of the neighbours
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range l.Hosts {
			if int(h.Address.Port()) != port-1+i {
				t.Errorf("%s at %s, want port %d", h.Name, h.Address, port-1+i)
			}
		}
		l.Close()
		return
	}
	t.Error("no three consecutive free ports in twenty attempts")
}

// Close ends connections in every state, and so does the end of the context.
func TestClose(t *testing.T) {
	for _, how := range []string{"Close", "context"} {
		t.Run(how, func(t *testing.T) {
			leavesNothing(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			events := make(chan Event, 16)
			l, err := Start(ctx, Options{Observe: func(e Event) { events <- e }})
			if err != nil {
				t.Fatal(err)
			}
			conns := []net.Conn{
				dial(t, l.Hosts[0].Address), // says nothing
				dial(t, l.Hosts[0].Address), // half a request
				dial(t, l.Hosts[4].Address), // has logged on
				dial(t, l.Hosts[9].Address), // waits for the Connect Initial
			}
			conns[1].Write([]byte{3, 0})
			if _, err := (logon{user: "alice", password: Password}).on(t, conns[2]); err != nil {
				t.Fatal(err)
			}
			conns[3].Write([]byte{3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0})
			conns[3].Read(make([]byte, 11))
			if how == "context" {
				cancel()
				l.wait.Wait()
			}
			l.Close()
			l.Close() // twice is once
			if len(events) < 2 {
				t.Errorf("%d events", len(events))
			}
			for i, conn := range conns {
				for err = nil; err == nil; {
					_, err = conn.Read(make([]byte, 64))
				}
				var late net.Error
				if errors.As(err, &late) && late.Timeout() {
					t.Errorf("connection %d is still open", i)
				}
			}
		})
	}
}
