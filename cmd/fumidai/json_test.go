package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shape lists the paths of a JSON value with their types, such as
// "clients[].sees": "null string".
func shape(t *testing.T, line string) map[string]string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(line), &value); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	types := map[string][]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		kind := fmt.Sprintf("%T", v)
		switch v := v.(type) {
		case map[string]any:
			kind = "object"
			for key, in := range v {
				walk(strings.TrimPrefix(path+"."+key, "."), in)
			}
		case []any:
			kind = "array"
			for _, in := range v {
				walk(path+"[]", in)
			}
		case float64:
			kind = "number"
		case nil:
			kind = "null"
		}
		types[path] = append(types[path], kind)
	}
	walk("", value)
	out := map[string]string{}
	for path, kinds := range types {
		slices.Sort(kinds)
		out[path] = strings.Join(slices.Compact(kinds), " ")
	}
	return out
}

// The fields that a line always has, with the types of a host that answered to
// everything. Other programs rely on them: a field may be added, none may go
// or change.
var checkShape = map[string]string{
	"": "object", "schema": "string", "host": "string", "port": "number", "at": "string",
	"reachable": "bool", "reach": "string", "reach_detail": "null",
	"credssp_version": "number", "update": "string", "reason": "string", "nla": "string", "layer": "string",
	"os": "object", "os.version": "string", "os.clients": "array", "os.clients[]": "string",
	"os.servers": "array", "os.servers[]": "string", "os.doubts": "array", "os.mark": "string",
	"names": "object", "names.netbios_computer": "string", "names.netbios_domain": "string",
	"names.dns_computer": "string", "names.dns_domain": "string", "names.dns_forest": "string", "names.time": "string",
	"tls": "object", "tls.version": "string", "tls.cipher_suite": "string",
	"certificate": "object", "certificate.subject": "string", "certificate.issuer": "string",
	"certificate.not_before": "string", "certificate.not_after": "string", "certificate.self_signed": "bool",
	"certificate.key": "string", "certificate.key_bits": "number", "certificate.signature_algorithm": "string",
	"certificate.sha256": "string", "certificate.spki_sha256": "string",
	"certificate.dns_names": "array", "certificate.dns_names[]": "string",
	"protocols": "object", "protocols.rdp": "null", "protocols.hybrid": "object", "protocols.rdstls": "null", "protocols.rdsaad": "null",
	"protocols.hybrid.accepted": "bool", "protocols.hybrid.failure": "null",
	"protocols.ssl": "object", "protocols.ssl.accepted": "bool", "protocols.ssl.failure": "number",
	"protocols.hybrid_ex": "object", "protocols.hybrid_ex.accepted": "bool", "protocols.hybrid_ex.failure": "null",
	"restricted_admin": "bool", "remote_guard": "bool", "rdp_security": "null",
	"tls_versions": "object", "tls_families": "object", "tls_hellos": "array",
	"clients": "array", "clients[]": "object", "clients[].client": "string", "clients[].outcome": "string",
	"clients[].text": "string", "clients[].sees": "null string",
	"findings": "array", "findings[]": "object", "findings[].code": "string", "findings[].area": "string",
	"findings[].side": "string", "findings[].severity": "string", "findings[].confidence": "number",
	"findings[].mark": "string", "findings[].evidence": "array", "findings[].evidence[]": "string",
	"findings[].text": "string", "findings[].detail": "string",
	"actions": "array", "actions[]": "object", "actions[].code": "string", "actions[].text": "string", "actions[].detail": "string",
}

// without is the shape of a host that gave no answer to some questions: null,
// and nothing below it.
func without(fields ...string) map[string]string {
	out := maps.Clone(checkShape)
	for _, f := range fields {
		maps.DeleteFunc(out, func(path, _ string) bool { return strings.HasPrefix(path, f+".") })
		out[f] = "null"
	}
	return out
}

func TestCheckJSONSchema(t *testing.T) {
	addresses := startLab(t)
	tlsOnly := without("credssp_version", "os", "names", "restricted_admin", "remote_guard")
	tlsOnly["protocols.ssl.failure"] = "null"
	tlsOnly["clients[].sees"] = "null"
	rdpOnly := without("credssp_version", "os", "names", "tls", "certificate", "restricted_admin", "remote_guard")
	for _, protocol := range []string{"rdp", "ssl", "hybrid", "rdstls", "hybrid_ex", "rdsaad"} {
		at := "protocols." + protocol
		rdpOnly[at], rdpOnly[at+".accepted"], rdpOnly[at+".failure"] = "object", "bool", "null"
	}
	rdpOnly["clients[].sees"] = "null"
	nobody := without("credssp_version", "layer", "os", "names", "tls", "certificate", "restricted_admin", "remote_guard",
		"protocols.ssl", "protocols.hybrid", "protocols.hybrid_ex")
	nobody["reach_detail"], nobody["clients[].sees"] = "string", "null"
	inBoth(t, func(t *testing.T, run func(...string) result) {
		for name, want := range map[string]map[string]string{
			"OLD-2008R2": checkShape, "TLSONLY": tlsOnly, "RDPSEC-2008R2": rdpOnly, "XP": rdpOnly, "NOBODY": nobody,
		} {
			r := run("check", "--json", addresses[name])
			got := shape(t, r.stdout)
			for _, of := range [][]string{ // which of them are null depends on what Go's TLS agrees on
				{"tls_versions", "SSLv3", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"},
				{"tls_families", "ecdhe", "dhe", "rsa", "aead", "cbc", "3des", "rc4"},
			} {
				for _, key := range of[1:] {
					if kind := got[of[0]+"."+key]; kind != "bool" && kind != "null" {
						t.Errorf("%s: %s.%s is %q", name, of[0], key, kind)
					}
					delete(got, of[0]+"."+key)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

// The values that do not depend on the run, for a host with an answer to
// everything and for one with none.
func TestCheckJSONValues(t *testing.T) {
	addresses := startLab(t)
	for name, want := range map[string]map[string]any{
		"OLD-2016": {"schema": "fumidai.check/1", "host": "127.0.0.1", "reachable": true, "reach": "reached", "reach_detail": nil,
			"credssp_version": 4., "update": "absent", "reason": "update.absent", "nla": "required", "layer": "nla_ex"},
		"NLAOFF-2016": {"credssp_version": 6., "update": "present", "reason": "update.present", "nla": "optional", "layer": "nla_ex"},
		"TLSONLY":     {"credssp_version": nil, "update": "unknown", "reason": "update.unknown.tls_security", "nla": "none", "layer": "tls"},
		"XP":          {"credssp_version": nil, "update": "unknown", "reason": "update.unknown.rdp_security", "nla": "none", "layer": "rdp", "tls": nil},
		"NOBODY": {"schema": "fumidai.check/1", "port": 1., "reachable": false, "reach": "refused", "reach_detail": "dial.refused",
			"credssp_version": nil, "update": "unknown", "reason": "update.unknown.unreached", "nla": "unknown", "layer": nil, "names": nil},
	} {
		var got map[string]any
		if err := json.Unmarshal([]byte(run(t.Context(), "check", "--json", addresses[name]).stdout), &got); err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(got, func(key string, _ any) bool { _, ok := want[key]; return !ok })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The language changes the texts and nothing else.
func TestCheckJSONInBothLanguages(t *testing.T) {
	addresses := startLab(t)
	parsed := func(lang string) map[string]any {
		var v map[string]any
		r := run(t.Context(), "check", "--json", "--lang", lang, addresses["OLD-2016"])
		if err := json.Unmarshal([]byte(r.stdout), &v); err != nil {
			t.Fatal(err)
		}
		delete(v, "at")
		delete(v["names"].(map[string]any), "time")
		return v
	}
	texts := 0
	var blank func(v any)
	blank = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, in := range v {
				if s, ok := in.(string); ok && (key == "text" || key == "detail") {
					if s == "" || s[0] == '[' {
						t.Errorf("%s %q", key, s)
					}
					v[key] = ""
					texts++
				}
				blank(in)
			}
		case []any:
			for _, in := range v {
				blank(in)
			}
		}
	}
	en, ja := parsed("en"), parsed("ja")
	if cmp.Equal(en, ja) {
		t.Error("both languages say the same")
	}
	blank(en)
	blank(ja)
	if diff := cmp.Diff(en, ja); diff != "" || texts == 0 {
		t.Errorf("%d texts (-en +ja):\n%s", texts, diff)
	}
}

// One line per host, in the order of the command line, however long each takes;
// a host that is named twice has one.
func TestCheckJSONOrder(t *testing.T) {
	addresses := startLab(t)
	var want []string
	args := []string{"check", "--json", "--timeout", "1s"}
	for _, name := range []string{"SILENT", "XP", "OLD-2016", "NOBODY", "NEW-2019", "OLD-2016"} {
		args = append(args, addresses[name])
		if !slices.Contains(want, addresses[name]) {
			want = append(want, addresses[name])
		}
	}
	r := run(t.Context(), args...)
	if r.status != exitFindings || r.stderr != "" {
		t.Errorf("status %d, %s", r.status, r.stderr)
	}
	var got []string
	for line := range strings.Lines(r.stdout) {
		var host struct {
			Host string
			Port int
		}
		if err := json.Unmarshal([]byte(line), &host); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		got = append(got, target{host.Host, host.Port}.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A cell of the matrix has the same fields whether or not anything was seen.
func TestMatrixJSONSchema(t *testing.T) {
	calculated := map[string]string{
		"": "object", "schema": "string", "client": "string", "server": "string", "outcome": "string",
		"client_version": "null", "server_version": "null", "refused_by": "null", "refused_at": "null", "reason": "null",
		"authenticate_sent": "null", "credentials_decrypted": "null",
		"published": "null", "agrees": "null", "label": "null", "stranger": "null",
	}
	live := maps.Clone(calculated)
	for _, field := range []string{"client_version", "server_version"} {
		live[field] = "number"
	}
	for _, field := range []string{"authenticate_sent", "credentials_decrypted", "agrees"} {
		live[field] = "bool"
	}
	for _, field := range []string{"published", "label"} {
		live[field] = "string"
	}
	for _, c := range []struct {
		args []string
		want map[string]string
	}{{[]string{"matrix", "--json"}, calculated}, {[]string{"matrix", "--json", "--live"}, live}} {
		r := run(t.Context(), c.args...)
		if n := strings.Count(r.stdout, "\n"); n != 16 || r.status != exitOK {
			t.Errorf("%q: status %d, %d lines", c.args, r.status, n)
		}
		for line := range strings.Lines(r.stdout) {
			got := shape(t, line)
			// What depends on the cell: who refused and why, and what a refused
			// end got to see.
			for _, field := range []string{"refused_by", "refused_at", "reason", "stranger"} {
				if got[field] == "string" {
					got[field] = "null"
				}
			}
			if strings.Contains(line, `"refused_by":"server"`) {
				got["server_version"] = c.want["server_version"]
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%q: %s (-want +got):\n%s", c.args, line, diff)
			}
		}
	}
}
