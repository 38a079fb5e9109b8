package probe_test

import (
	"crypto/tls"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/verdict"
)

// seen is what a probe finds of each lab host, without what differs from run to
// run: the time, the hashes and dates of the certificate, the cipher suite.
func seen(name string) verdict.Facts {
	withNLA := func(layer verdict.Layer, version int, major, minor byte, build uint16) verdict.Facts {
		return verdict.Facts{
			Reach: verdict.Reached, Selected: layer, ResponseFlags: 1,
			TLSAlone: verdict.No, TLSAloneFailure: 5,
			TLS:         &verdict.TLS{Version: tls.VersionTLS13},
			Certificate: windowsCertificate(name),
			CredSSP:     &verdict.CredSSP{Version: version},
			NTLM: &verdict.NTLM{
				NetBIOSComputer: name, NetBIOSDomain: "FUMIDAI",
				DNSComputer: name + ".fumidai.test", DNSDomain: "fumidai.test", DNSForest: "fumidai.test",
				VersionPresent: true, Major: major, Minor: minor, Build: build, Revision: 15,
			},
		}
	}
	switch name {
	case "OLD-2008R2":
		return withNLA(verdict.LayerNLA, 2, 6, 1, 7601)
	case "OLD-2012R2":
		return withNLA(verdict.LayerNLAEx, 3, 6, 3, 9600)
	case "OLD-2016":
		return withNLA(verdict.LayerNLAEx, 4, 10, 0, 14393)
	case "NEW-2008R2":
		return withNLA(verdict.LayerNLA, 5, 6, 1, 7601)
	case "NEW-2019":
		return withNLA(verdict.LayerNLAEx, 6, 10, 0, 17763)
	case "FORCE-2022":
		return withNLA(verdict.LayerNLAEx, 6, 10, 0, 20348)
	case "NLAOFF-2016":
		f := withNLA(verdict.LayerNLAEx, 6, 10, 0, 14393)
		f.TLSAlone, f.TLSAloneFailure = verdict.Yes, 0
		return f
	case "TLSONLY":
		return verdict.Facts{
			Reach: verdict.Reached, Selected: verdict.LayerTLS, ResponseFlags: 1,
			TLS: &verdict.TLS{Version: tls.VersionTLS13}, Certificate: windowsCertificate(name),
		}
	case "RDPSEC-2008R2":
		return verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerRDP, Failure: 2}
	case "XP":
		return verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerRDP}
	}
	return verdict.Facts{}
}

func windowsCertificate(name string) *verdict.Certificate {
	return &verdict.Certificate{
		Subject: "CN=" + name, Issuer: "CN=" + name, SelfSigned: true,
		KeyType: "RSA", KeyBits: 2048, SignatureAlgorithm: "SHA256-RSA", DNSNames: []string{name},
	}
}

// steady takes the rest off the facts and checks that it makes sense.
func steady(t *testing.T, f verdict.Facts) verdict.Facts {
	t.Helper()
	around := func(what string, at time.Time) {
		if time.Since(at).Abs() > time.Minute {
			t.Errorf("%s is %v", what, at)
		}
	}
	around("At", f.At)
	f.At = time.Time{}
	if f.NTLM != nil {
		around("the host's clock", f.NTLM.Time)
		f.NTLM.Time = time.Time{}
	}
	if f.TLS != nil {
		if f.TLS.CipherSuite == 0 {
			t.Error("no cipher suite")
		}
		f.TLS.CipherSuite = 0
	}
	if c := f.Certificate; c != nil {
		if c.SHA256 == [32]byte{} || c.SPKISHA256 == [32]byte{} || c.SHA256 == c.SPKISHA256 {
			t.Errorf("hashes %x and %x", c.SHA256, c.SPKISHA256)
		}
		if now := time.Now(); now.Before(c.NotBefore) || now.After(c.NotAfter) {
			t.Errorf("valid from %v to %v", c.NotBefore, c.NotAfter)
		}
		c.SHA256, c.SPKISHA256, c.NotBefore, c.NotAfter = [32]byte{}, [32]byte{}, time.Time{}, time.Time{}
	}
	return f
}

// counted runs the lab, probes each of its hosts with o, and returns how many
// connections each has seen.
func counted(t *testing.T, o probe.Options, check func(name string, f verdict.Facts)) map[string]int {
	t.Helper()
	var mu sync.Mutex
	connections := map[string]int{}
	l, err := lab.Start(t.Context(), lab.Options{Observe: func(e lab.Event) {
		mu.Lock()
		defer mu.Unlock()
		connections[e.Host]++
		if e.User != "" || e.Delegated != "" {
			t.Errorf("%s: the probe logged on: %+v", e.Host, e)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range l.Hosts {
		check(h.Name, probe.Probe(t.Context(), h.Address.Addr().String(), int(h.Address.Port()), o))
	}
	l.Close()
	return connections
}

func TestEveryLabHost(t *testing.T) {
	leavesNothing(t)
	connections := counted(t, probe.Options{}, func(name string, f verdict.Facts) {
		if diff := cmp.Diff(seen(name), steady(t, f)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	})
	want := map[string]int{
		"OLD-2008R2": 2, "OLD-2012R2": 2, "OLD-2016": 2, "NEW-2008R2": 2, "NEW-2019": 2, "FORCE-2022": 2, "NLAOFF-2016": 2,
		"TLSONLY": 1, "RDPSEC-2008R2": 1, "XP": 1,
	}
	if diff := cmp.Diff(want, connections); diff != "" {
		t.Errorf("connections (-want +got):\n%s", diff)
	}
}

// One connection finds everything but whether NLA is required.
func TestVerdictOnly(t *testing.T) {
	leavesNothing(t)
	connections := counted(t, probe.Options{Depth: probe.DepthVerdict}, func(name string, f verdict.Facts) {
		want := seen(name)
		want.TLSAlone, want.TLSAloneFailure = verdict.Unknown, 0
		if diff := cmp.Diff(want, steady(t, f)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	})
	for name, n := range connections {
		if n != 1 {
			t.Errorf("%s: %d connections", name, n)
		}
	}
	if len(connections) != 10 {
		t.Errorf("%d hosts", len(connections))
	}
}
