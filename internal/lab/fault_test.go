package lab

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/verdict"
)

// What becomes of an updated client that logs on to a host with each fault, and
// how the host's own view of it ends. Whether a closed connection looks closed or
// reset depends on what was under way.
func TestLogOnToFaults(t *testing.T) {
	leavesNothing(t)
	const (
		gone    = "conn.closed conn.reset"
		onPlan  = "lab.break"
		ntlmOff = "lab.ntlm_blocked"
	)
	rows := []struct {
		fault        string
		client, host string // code of the error; "" logs on
		status       uint32 // of the errorCode
	}{
		{"DROP-ACCEPT", gone, onPlan, 0},
		{"DROP-REQUEST", gone, onPlan, 0},
		{"GARBAGE-X224", "wire.malformed", onPlan, 0},
		{"DRIP-X224", "conn.timeout", gone, 0},
		{"SLOW", "", "", 0},
		{"DROP-CONFIRM", "tls.closed", onPlan, 0},
		{"DROP-HELLO", "tls.closed", onPlan, 0},
		{"CERT-EXPIRED", "", "", 0},
		{"CERT-FUTURE", "", "", 0},
		{"CERT-RSA1024", "", "", 0},
		{"CERT-SHA1", "", "", 0},
		{"TLS-TERMINATOR", "credssp.status", "credssp.binding.mismatch", 0x8009030F},
		{"DROP-TLS", gone, onPlan, 0},
		{"DROP-TOKEN", gone, onPlan, 0},
		{"GARBAGE-CREDSSP", "wire.malformed", onPlan, 0},
		{"DRIP-CREDSSP", "conn.timeout", gone, 0},
		{"NTLM-BLOCKED", "credssp.status", ntlmOff, 0xC0000418},
		{"NTLM-ALERT", "tls.alert.access_denied", ntlmOff, 0},
		{"CLOCK-AHEAD", "", "", 0},
		{"CLOCK-BEHIND", "", "", 0},
		{"DROP-AUTH", gone, onPlan, 0},
		{"KEY-PROOF", "credssp.binding.mismatch", gone, 0},
		{"KEY-MITM", "credssp.status", "credssp.binding.mismatch", 0x8009030F},
		{"VERSION-CHANGE", "credssp.version.changed", gone, 0},
	}
	if len(rows) != len(Faults()) {
		t.Errorf("%d rows for %d faults", len(rows), len(Faults()))
	}
	l := start(t, faultyHosts()...)
	errs := make([]error, len(rows))
	var wait sync.WaitGroup
	for i, h := range l.Hosts {
		wait.Go(func() {
			conn := dial(t, h.Address)
			defer conn.Close()
			_, errs[i] = rdpio.LogOn(t.Context(), conn, rdpio.LogOnOptions{
				TLS:     rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate},
				Client:  logon{user: "alice", password: Password}.client,
				Timeout: impatient,
			})
		})
	}
	wait.Wait()
	ends := map[string]Event{}
	for range rows {
		e := l.event()
		ends[e.Host] = e
	}
	l.Close()
	for i, r := range rows {
		if l.Hosts[i].Name != r.fault || l.Hosts[i].Fault != r.fault {
			t.Fatalf("host %s with %s, want %s", l.Hosts[i].Name, l.Hosts[i].Fault, r.fault)
		}
		if got := codeOf(errs[i]); !slices.Contains(strings.Split(r.client, " "), got) {
			t.Errorf("%s: the client: %s (%v), want %s", r.fault, got, errs[i], r.client)
		}
		var status *credssp.StatusError
		if errors.As(errs[i], &status) != (r.status != 0) || status != nil && status.Status != r.status {
			t.Errorf("%s: the client: %v, want %#x", r.fault, errs[i], r.status)
		}
		e := ends[r.fault]
		if got := codeOf(e.Err); !slices.Contains(strings.Split(r.host, " "), got) {
			t.Errorf("%s: the host: %s (%v), want %s", r.fault, got, e.Err, r.host)
		}
		if e.RightPassword != (r.client == "") {
			t.Errorf("%s: the host saw %+v", r.fault, e)
		}
	}
}

// The errors of hosts with faults are typed as all others.
func TestFaultErrors(t *testing.T) {
	broken := &BreakError{"DROP-TLS"}
	if broken.Kind() != "misbehaved" || broken.Args()["fault"] != "DROP-TLS" || !strings.Contains(broken.Error(), "DROP-TLS") {
		t.Errorf("%v, %s, %v", broken, broken.Kind(), broken.Args())
	}
	blocked := &BlockedError{}
	if blocked.Kind() != "refused" || blocked.Args() != nil || blocked.Error() == "" || blocked.Status() != 0xC0000418 {
		t.Errorf("%v, %s, %#x", blocked, blocked.Kind(), blocked.Status())
	}
}

// A fault adds to the truth about its host, or hides it.
func TestTruthOfFaults(t *testing.T) {
	absent := Truth{verdict.UpdateAbsent, verdict.NLARequired, "update.absent"}
	optional := Truth{verdict.UpdatePresent, verdict.NLAOptional, "nla.optional"}
	for _, c := range []struct {
		fault string
		level credssp.Level
		from  Security
		want  Truth
	}{
		{"SLOW", credssp.NotUpdated, NLARequired, absent},
		{"CERT-EXPIRED", credssp.NotUpdated, NLARequired, absent},
		{"CERT-EXPIRED", credssp.Mitigated, NLAOptional, Truth{verdict.UpdatePresent, verdict.NLAOptional, "certificate.expired"}},
		{"CERT-SHA1", credssp.Mitigated, NLAOptional, optional},
		{"TLS-TERMINATOR", credssp.Mitigated, NLAOptional, optional},
		{"CLOCK-AHEAD", credssp.Mitigated, NLARequired, Truth{verdict.UpdatePresent, verdict.NLARequired, "clock.ahead"}},
		{"DROP-TLS", credssp.NotUpdated, NLAOptional, Truth{verdict.UpdateUnknown, verdict.NLAOptional, "update.unknown.closed"}},
		{"DROP-ACCEPT", credssp.NotUpdated, NLARequired, Truth{verdict.UpdateUnknown, verdict.NLAUnknown, "reach.closed"}},
		{"NTLM-BLOCKED", credssp.Mitigated, NLARequired, Truth{verdict.UpdateUnknown, verdict.NLARequired, "update.unknown.error_code"}},
	} {
		f, ok := faultNamed(c.fault)
		if h := f.Apply(shapeNamed(t, "2016").Host("H", c.level).secured(c.from)); !ok || h.Truth != c.want {
			t.Errorf("%s, %v: %+v, want %+v", c.fault, c.level, h.Truth, c.want)
		}
	}
	// Version 5 has no errorCode, so that the host can only close.
	f, _ := faultNamed("NTLM-BLOCKED")
	h := f.Apply(shapeNamed(t, "2012").Host("H", credssp.Mitigated))
	if want := (Truth{verdict.UpdateUnknown, verdict.NLARequired, "update.unknown.closed"}); h.Truth != want {
		t.Errorf("%+v", h.Truth)
	}
	if _, ok := faultNamed("nothing"); ok {
		t.Error("there is a fault called nothing")
	}
	if slices.Contains(precedence, "") || len(slices.Compact(slices.Sorted(slices.Values(precedence)))) != len(precedence) {
		t.Errorf("%q", precedence)
	}
}

// The man in the middle and the terminator differ in what they present.
func TestForeignCertificates(t *testing.T) {
	l := start(t, faultyHosts()...)
	for _, h := range l.Hosts {
		if h.Twist != ForeignKey {
			continue
		}
		leaf := leafOf(t, h.Address)
		foreign := h.Name == "TLS-TERMINATOR"
		if (leaf.Subject.CommonName != h.Name+".fumidai.test") != foreign || (leaf.Issuer.CommonName != leaf.Subject.CommonName) != foreign {
			t.Errorf("%s: %s, by %s", h.Name, leaf.Subject, leaf.Issuer)
		}
	}
}

// A proof is spoiled in a copy: what the machine sealed stays as it was.
func TestWrongProofIsACopy(t *testing.T) {
	plaintext := make([]byte, 32)
	rand.Read(plaintext)
	before := slices.Clone(plaintext)
	sealed, err := wrongProof{plainMechanism{}}.Seal(plaintext)
	if err != nil || !slices.Equal(plaintext, before) || slices.Equal(sealed, before) || !slices.Equal(sealed[1:], before[1:]) {
		t.Errorf("% x from % x: % x, %v", sealed, before, plaintext, err)
	}
}

// plainMechanism seals nothing.
type plainMechanism struct{ credssp.Mechanism }

func (plainMechanism) Seal(plaintext []byte) ([]byte, error) { return plaintext, nil }
