package main

import (
	"context"
	"crypto/tls"
	"encoding/asn1"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   spread
	}{
		{nil, spread{}},
		{[]float64{2}, spread{2, 2, 2, 1}},
		{[]float64{3, 1, 2}, spread{2, 1, 3, 3}},
		{[]float64{4, 1, 3, 2}, spread{2.5, 1, 4, 4}},
	} {
		if got := spreadOf(c.values); got != c.want {
			t.Errorf("%v: got %v, want %v", c.values, got, c.want)
		}
	}
}

func TestPercentile(t *testing.T) {
	var d []time.Duration
	for i := range 100 {
		d = append(d, time.Duration(i+1)*time.Millisecond)
	}
	if p50, p99 := percentile(d, 0.50), percentile(d, 0.99); p50 != 51 || p99 != 100 {
		t.Errorf("p50 %v, p99 %v", p50, p99)
	}
	if p := percentile(nil, 0.5); p != 0 {
		t.Errorf("of nothing: %v", p)
	}
}

func TestNumbersKeepThreeDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.1234: "0.123", 1.234: "1.23", -12.34: "-12.3", 1234.5: "1234"} {
		if got := number(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

func TestGoalsAreJudgedByTheMedian(t *testing.T) {
	var r report
	s := spread{Median: 2, Min: 1, Max: 3, Rounds: 3}
	r.atMost("A", "", 2, "ms", s)
	r.atMost("B", "", 1.9, "ms", s)
	r.atLeast("C", "", 2, "×", s)
	r.atLeast("D", "", 2.1, "×", s)
	got := map[string]bool{}
	for _, g := range r.Goals {
		got[g.ID] = g.Met
	}
	if diff := cmp.Diff(map[string]bool{"A": true, "B": false, "C": true, "D": false}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReportIsWrittenForPeopleAndPrograms(t *testing.T) {
	r := &report{Machine: machine{Begin: time.Date(2026, 11, 23, 1, 2, 3, 0, time.UTC), Commit: "abc", Peers: []string{"nmap 7.93"}}}
	table := r.section("One table")
	table.add("ours", "time", "ms", []float64{1, 2, 3})
	table.add("theirs", "time", "ms", []float64{5})
	table.addRecorded("old", "rate", "", "560–960")
	r.atLeast("S9", "faster", 2, "×", spreadOf([]float64{2.5}))
	r.note("one thing")
	want := `## One table

| ` + `       | time, ms         | rate    |
| ------ | ---------------- | ------- |
| ours   | 2.00 (1.00–3.00) |         |
| theirs | 5.00             |         |
| old    |                  | 560–960 |

## Goals

|     | goal   | limit    | measured |     |
| --- | ------ | -------- | -------- | --- |
| S9  | faster | ≥ 2.00 × | 2.50     | met |

## Notes

- one thing
`
	_, got, _ := strings.Cut(r.markdown(), "\n## One table")
	if diff := cmp.Diff(want, "## One table"+got); diff != "" {
		t.Error(diff)
	}
	folder := t.TempDir()
	if err := r.write(folder); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "2026-11-23T010203Z-abc.json"))
	if err != nil {
		t.Fatal(err)
	}
	var back report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Sections, back.Sections, cmp.AllowUnexported(figure{})); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownMeasurementsAreRefused(t *testing.T) {
	if _, err := choose([]string{"scan", "scam"}); err == nil {
		t.Error("scam was accepted")
	}
	for _, names := range [][]string{nil, {"all"}} {
		if all, err := choose(names); err != nil || len(all) != len(measurements) {
			t.Errorf("%q: %v, %v", names, all, err)
		}
	}
}

// Both parsers are given the same message and find the same in it.
func TestTheTSRequestIsWhatItSays(t *testing.T) {
	message, err := thirdMessage()
	if err != nil {
		t.Fatal(err)
	}
	if len(message) != requestLength {
		t.Errorf("%d bytes", len(message))
	}
	ours, err := credssp.ParseTSRequest(message)
	if err != nil {
		t.Fatal(err)
	}
	var theirs asn1Request
	if rest, err := asn1.Unmarshal(message, &theirs); err != nil || len(rest) > 0 || len(theirs.NegoTokens) != 1 {
		t.Fatalf("%v, %d tokens, %d bytes too many", err, len(theirs.NegoTokens), len(rest))
	}
	want := credssp.TSRequest{Version: theirs.Version, NegoToken: theirs.NegoTokens[0].Token, PubKeyAuth: theirs.PubKeyAuth, ClientNonce: theirs.ClientNonce}
	if diff := cmp.Diff(want, ours); diff != "" {
		t.Error(diff)
	}
}

// Each variant gets as far as it says, with CredSSP version 6 where there is
// CredSSP: the server fails otherwise.
func TestEveryVariantOfTheHandshakeWorks(t *testing.T) {
	certificate, err := newCertificate(ecdsaP256)
	if err != nil {
		t.Fatal(err)
	}
	s := newAcceptor(map[keyType]tls.Certificate{ecdsaP256: certificate})
	for _, v := range variants() {
		if v.Key != ecdsaP256 {
			continue // making an RSA key takes long and tells nothing more
		}
		t.Run(v.transport()+", "+v.Layer.String(), func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			go s.listen(listener, v)
			b := batch{Variant: v, Address: listener.Addr().String(), Count: 6}
			if a := b.run(context.Background()); a.Error != "" || len(a.Latencies) != b.Count {
				t.Errorf("client: %q, %d handshakes", a.Error, len(a.Latencies))
			}
			if a := s.usage(order{}); a.Error != "" {
				t.Errorf("server: %s", a.Error)
			}
		})
	}
}

// The probe finds in the fake server what it is meant to play.
func TestFakeServerAnswersAProbe(t *testing.T) {
	certificate, err := newCertificate(ecdsaP256)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	f := &fake{certificates: []tls.Certificate{certificate}}
	go f.listen(listener, fakeAddress(262))
	facts := probe.Probe(context.Background(), "127.0.0.1", listener.Addr().(*net.TCPAddr).Port, probe.Options{})
	if facts.Reach != verdict.Reached || facts.CredSSP == nil || facts.CredSSP.Version != credssp.MaxVersion || facts.NTLM == nil {
		t.Fatalf("facts: %+v", facts)
	}
	if got := [...]string{facts.NTLM.NetBIOSComputer, facts.NTLM.DNSComputer}; got != [...]string{"WIN-01010D", "win-01010d.bench.test"} {
		t.Errorf("names: %v", got)
	}
	if facts.NTLM.Build != 20348 || time.Since(facts.NTLM.Time).Abs() > time.Hour {
		t.Errorf("build %d, time %v", facts.NTLM.Build, facts.NTLM.Time)
	}
	if facts.TLSAlone != verdict.No {
		t.Errorf("TLS without NLA: %v", facts.TLSAlone)
	}
}

func TestFakeAddressesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for i := range 1000 {
		a := fakeAddress(i)
		if !a.IsLoopback() || seen[fakeName(a)] {
			t.Fatalf("%d: %v", i, a)
		}
		seen[fakeName(a)] = true
	}
}

func TestBothToolsAreRead(t *testing.T) {
	want := map[string]sighting{"127.1.0.1": {name: "win-010001.bench.test", full: true}, "127.1.0.2": {}}
	ours := `{"host":"127.1.0.1","names":{"dns_computer":"win-010001.bench.test"},
"protocols":{"rdp":{},"ssl":{},"hybrid":{},"rdstls":{},"hybrid_ex":null},"rdp_security":{"method":"128BIT"},"tls_versions":{"TLS 1.2":true,"TLS 1.3":false}}
{"host":"127.1.0.2","names":null,"protocols":{"rdp":{},"ssl":{},"hybrid":{},"rdstls":{}},"rdp_security":{},"tls_versions":{"TLS 1.2":null}}
`
	if got, err := readFumidai([]byte(ours)); err != nil || !cmp.Equal(got, want, cmp.AllowUnexported(sighting{})) {
		t.Errorf("fumidai: %v, %v", got, err)
	}
	theirs := `<nmaprun><host><status state="up"/><address addr="127.1.0.1" addrtype="ipv4"/><ports><port protocol="tcp" portid="3389">
<script id="rdp-ntlm-info" output="x"><elem key="Target_Name">BENCH</elem><elem key="DNS_Computer_Name">win-010001.bench.test</elem></script>
<script id="rdp-enum-encryption" output="&#xa;  Security layer&#xa;    CredSSP (NLA): SUCCESS&#xa;    Native RDP: SUCCESS&#xa;    SSL: SUCCESS&#xa;  RDP Encryption level: Client Compatible&#xa;    128-bit RC4: SUCCESS&#xa;  RDP Protocol Version:  RDP 10.0 server&#xa;"/>
</port></ports></host><host><address addr="127.1.0.2" addrtype="ipv4"/><ports><port><script id="rdp-enum-encryption" output="Native RDP: SUCCESS"/></port></ports></host></nmaprun>`
	if got, err := readNmap([]byte(theirs)); err != nil || !cmp.Equal(got, want, cmp.AllowUnexported(sighting{})) {
		t.Errorf("nmap: %v, %v", got, err)
	}
	for _, read := range []func([]byte) (map[string]sighting, error){readFumidai, readNmap} {
		if _, err := read([]byte("<cut of")); err == nil {
			t.Error("damaged output was accepted")
		}
	}
}

// An open fake server answers every question of a full look.
func TestOpenFakeServerAnswersAFullProbe(t *testing.T) {
	certificate, err := newCertificate(ecdsaP256)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	f := &fake{certificates: []tls.Certificate{certificate}, open: true}
	go f.listen(listener, fakeAddress(0))
	facts := probe.Probe(context.Background(), "127.0.0.1", listener.Addr().(*net.TCPAddr).Port,
		probe.Options{Depth: probe.DepthFull, Spacing: time.Millisecond})
	if facts.NTLM == nil || facts.NTLM.DNSComputer != fakeDNSName(fakeAddress(0)) {
		t.Errorf("names: %+v", facts.NTLM)
	}
	for _, p := range []x224.Protocol{x224.ProtocolRDP, x224.ProtocolSSL, x224.ProtocolHybrid} {
		if got := facts.Offer(p).Accepted; got != verdict.Yes {
			t.Errorf("%v: %v", p, got)
		}
	}
	want := &verdict.RDPSecurity{Method: gcc.Encryption128Bit, Level: gcc.LevelClientCompatible}
	if diff := cmp.Diff(want, facts.RDPSecurity); diff != "" {
		t.Error(diff)
	}
	for version, want := range map[uint16]verdict.Tri{tls.VersionTLS10: verdict.Yes, tls.VersionTLS12: verdict.Yes, tls.VersionTLS13: verdict.No} {
		if got := facts.TLSVersion(version); got != want {
			t.Errorf("%s: %v", tls.VersionName(version), got)
		}
	}
}

// The hand-made message is one that the parsers of this module take, with an
// encryption and without.
func TestFakeConnectResponse(t *testing.T) {
	for _, method := range []uint32{encryption40Bit, encryptionFIPS, 0} {
		payload, err := x224.ParseData(connectResponse(x224.ProtocolSSL, method))
		if err != nil {
			t.Fatal(err)
		}
		response, err := mcs.ParseConnectResponse(payload)
		if err != nil || response.Refused() != nil {
			t.Fatalf("%v, %v", response, err)
		}
		conference, err := gcc.ParseConferenceCreateResponse(response.UserData)
		if err != nil {
			t.Fatal(err)
		}
		server, err := gcc.ParseServerData(conference.UserData)
		if err != nil {
			t.Fatal(err)
		}
		if server.Core.Version != gcc.Version10 || *server.Core.ClientRequestedProtocols != uint32(x224.ProtocolSSL) {
			t.Errorf("core: %+v", server.Core)
		}
		if got := server.Security; uint32(got.EncryptionMethod) != method || (got.EncryptionLevel == gcc.LevelNone) != (method == 0) {
			t.Errorf("security: %+v", got)
		}
	}
}

func TestStrongestMethodIsTaken(t *testing.T) {
	for _, c := range []struct {
		offered byte
		want    uint32
	}{{0x1B, encryption128Bit}, {0x19, encryption56Bit}, {0x11, encryption40Bit}, {0x10, encryptionFIPS}, {0, 0}} {
		if got := strongest([]byte{9, 0x02, 0xC0, 12, 0, c.offered, 0, 0, 0}); got != c.want {
			t.Errorf("%#x: got %#x", c.offered, got)
		}
	}
	if got := strongest([]byte{0x02, 0xC0, 12, 0, 1}); got != 0 {
		t.Errorf("cut off: %#x", got)
	}
}
