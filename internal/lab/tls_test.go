package lab

import (
	"crypto/tls"
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// The bounds of TLS that a host is given hold.
func TestTLSBounds(t *testing.T) {
	old := named(t, "OLD-2008R2")
	old.MaxTLS, old.LegacyTLS = tls.VersionTLS10, true
	for _, c := range []struct {
		host            Host
		offered, chosen uint16 // chosen 0: refused
	}{
		{named(t, "FORCE-2022"), tls.VersionTLS11, 0},
		{named(t, "FORCE-2022"), tls.VersionTLS12, tls.VersionTLS12},
		{named(t, "NEW-2019"), tls.VersionTLS13, tls.VersionTLS13},
		{old, tls.VersionTLS10, tls.VersionTLS10},
		{old, tls.VersionTLS13, tls.VersionTLS10},
	} {
		l := start(t, c.host)
		conn := dial(t, l.Hosts[0].Address)
		_, err := rdpio.Negotiate(t.Context(), conn, &x224.ConnectionRequest{
			Negotiation: &x224.NegotiationRequest{Protocols: x224.ProtocolHybrid | x224.ProtocolHybridEx}}, failsafe)
		if err != nil {
			t.Fatal(err)
		}
		secure, err := rdpio.ClientTLS(t.Context(), conn, rdpio.TLSClientOptions{
			MinVersion: tls.VersionTLS10, MaxVersion: c.offered, Legacy: true, CheckCertificate: rdpio.AnyCertificate})
		var chosen uint16
		if err == nil {
			chosen = secure.State().Version
		}
		if chosen != c.chosen {
			t.Errorf("%s, offered %s: %s, %v", c.host.Name, tls.VersionName(c.offered), tls.VersionName(chosen), err)
		}
		l.Close()
	}

	// A client of the lab logs on to such a host all the same.
	l := start(t, old)
	if v := visit(t, l.Hosts[0].Address, credssp.Vulnerable); v.Outcome != verdict.ConnectsInsecurely || v.Version != 2 {
		t.Errorf("TLS 1.0: %+v", v)
	}
}
