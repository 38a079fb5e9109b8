package interop

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"
)

// NmapNTLMInfo runs nmap's rdp-ntlm-info, which sends an NTLM NEGOTIATE inside
// CredSSP, and returns the fields it read from the CHALLENGE: Target_Name,
// NetBIOS_Domain_Name, DNS_Computer_Name, Product_Version and others. It is
// empty if the script got no answer it understands.
func NmapNTLMInfo(t testing.TB, addr string) map[string]string {
	t.Helper()
	fields := map[string]string{}
	for _, e := range nmap(t, "rdp-ntlm-info", addr).Elements {
		fields[e.Key] = e.Value
	}
	return fields
}

// NmapEncryption runs nmap's rdp-enum-encryption, which tries each security
// protocol on a connection of its own, and returns its findings, as
// "CredSSP (NLA)": "SUCCESS".
func NmapEncryption(t testing.TB, addr string) map[string]string {
	t.Helper()
	fields := map[string]string{}
	for line := range strings.Lines(nmap(t, "rdp-enum-encryption", addr).Output) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			fields[name] = value
		}
	}
	return fields
}

type nmapScript struct {
	ID       string `xml:"id,attr"`
	Output   string `xml:"output,attr"`
	Elements []struct {
		Key   string `xml:"key,attr"`
		Value string `xml:",chardata"`
	} `xml:"elem"`
}

func nmap(t testing.TB, script, addr string) nmapScript {
	t.Helper()
	host, port := splitLoopback(t, addr)
	// The "+" makes a script run against a port that it does not expect.
	out, code := run(t, time.Minute, command(t, "nmap", "-n", "-Pn", "-sT", "-p", port, "--script", "+"+script, "-oX", "-", host))
	var report struct {
		Scripts []nmapScript `xml:"host>ports>port>script"`
	}
	if err := xml.Unmarshal([]byte(out), &report); err != nil || code != 0 {
		t.Fatalf("interop: nmap: exit code %d, %v:\n%s", code, err, out)
	}
	for _, s := range report.Scripts {
		if s.ID == script {
			return s
		}
	}
	return nmapScript{}
}
