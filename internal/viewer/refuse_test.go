package viewer

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

func TestWrongPassword(t *testing.T) {
	for _, c := range []struct{ name, code string }{
		{"OLD-2012R2", "credssp.status"}, {"NEW-2019", "credssp.status"},
		{"OLD-2008R2", "conn.closed"}, {"NEW-2008R2", "conn.closed"}, // versions 2 and 5 have no errorCode
	} {
		h := run(t, named(t, c.name))
		o := h.alice()
		o.Password = []byte("wrong")
		if e := refused(t, o, rdpio.StepCredSSP, c.code); !e.Challenged {
			t.Errorf("%s: the challenge was answered", c.name)
		}
		if e := h.event(); !e.Authenticate || e.Delegated != "" {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
}

// What the account is like shows as the status of the server.
func TestAccounts(t *testing.T) {
	h := run(t, named(t, "NEW-2019"))
	for user, want := range map[string]uint32{
		"expired": credssp.StatusPasswordExpired, "mustchange": credssp.StatusPasswordMustChange, "locked": credssp.StatusAccountLockedOut,
		"gone": credssp.StatusAccountExpired, "disabled": credssp.StatusLogonFailure, "nobody": credssp.StatusLogonFailure,
	} {
		o := h.alice()
		o.User = user
		e := refused(t, o, rdpio.StepCredSSP, "credssp.status")
		var status *credssp.StatusError
		if !errors.As(e, &status) || status.Status != want {
			t.Errorf("%s: %v", user, e)
		}
	}
}

// The two ends of the table that refuse, each before the user is named.
func TestPolicyRefuses(t *testing.T) {
	h := run(t, named(t, "OLD-2016"))
	o := h.alice()
	o.Level = credssp.Mitigated
	e := refused(t, o, rdpio.StepCredSSP, "credssp.version.refused")
	if e.Challenged || h.event().Authenticate {
		t.Error("the server was told who it is")
	}
	h = run(t, named(t, "FORCE-2022"))
	o = h.alice()
	o.Level = credssp.NotUpdated
	if e := refused(t, o, rdpio.StepCredSSP, "credssp.status"); e.Challenged || h.event().Authenticate {
		t.Error("the server was told who it is")
	}
}

func TestRestrictedAdminRefused(t *testing.T) {
	h := run(t, named(t, "NEW-2019"))
	o := h.alice()
	o.RestrictedAdmin = true
	refused(t, o, rdpio.StepNegotiate, "rdpio.restricted_admin.not_offered")
	if e := h.event(); e.PeerVersion != 0 {
		t.Errorf("%+v", e)
	}
	o.TLSOnly = true
	refused(t, o, StepDial, "wire.misuse")
}

// A wrong key ends the connection before CredSSP, and before the password without
// NLA, has sent one byte. The right one does not.
func TestPin(t *testing.T) {
	for _, name := range []string{"2012R2-MAY", "2022-DEFAULT", "TLSONLY"} { // TLS 1.2, 1.3 and without NLA
		h := run(t, named(t, name))
		o := h.alice()
		o.TLSOnly = name == "TLSONLY"
		v := connected(t, o)
		key, thumbprint := v.KeySHA256(), sha256.Sum256(v.TLS().PeerCertificates[0].Raw)
		v.Close()
		h.event()

		o.Pin = &key
		connected(t, o).Close()
		if e := h.event(); !e.RightPassword {
			t.Errorf("%s: %+v", name, e)
		}
		for _, pin := range [][sha256.Size]byte{{1}, thumbprint} {
			o.Pin = &pin
			e := refused(t, o, rdpio.StepTLS, "viewer.pin.mismatch")
			var wrong *PinError
			if !errors.As(e, &wrong) || wrong.Got != key || wrong.Want != pin || wrong.Thumbprint != (pin == thumbprint) {
				t.Errorf("%s: %+v", name, wrong)
			}
			seen := h.event()
			if seen.PeerVersion != 0 || seen.Authenticate || seen.ConnectInitial || seen.Delegated != "" || codeOf(seen.Err) != "tls.alert.bad_certificate" {
				t.Errorf("%s: %+v", name, seen)
			}
		}
	}
}

// The caller's own check comes after the pin, and is not left out without one.
func TestCertificateCheck(t *testing.T) {
	h := run(t, named(t, "NEW-2019"))
	o := h.alice()
	no := errors.New("no")
	o.TLS.CheckCertificate = func([]*x509.Certificate) error { return no }
	if e := refused(t, o, rdpio.StepTLS, ""); e.Err != no {
		t.Errorf("%v", e)
	}
	o.Pin = &[sha256.Size]byte{1}
	refused(t, o, rdpio.StepTLS, "viewer.pin.mismatch")
}

func TestKeyIsNotTheServers(t *testing.T) {
	for _, name := range []string{"KEY-PROOF", "KEY-MITM"} {
		h := run(t, named(t, name))
		e := refused(t, h.alice(), rdpio.StepCredSSP, map[string]string{"KEY-PROOF": "credssp.binding.mismatch", "KEY-MITM": "credssp.status"}[name])
		if !e.Challenged || h.event().Delegated != "" {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	o := Options{Address: addr, User: "alice", Password: []byte("x"), Level: credssp.Mitigated, Timeout: 200 * time.Millisecond}
	refused(t, o, rdpio.StepNegotiate, "conn.timeout") // it accepts and says nothing
	listener.Close()
	refused(t, o, StepDial, "dial.refused")
	o.Address = "host..invalid:3389"
	refused(t, o, StepDial, "dial.unresolved")
}

// Whoever asks for the end gets it at every step, and nothing is left running.
func TestCancelled(t *testing.T) {
	for _, name := range []string{"DRIP-X224", "DRIP-CREDSSP"} {
		h := run(t, named(t, name))
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, err := Connect(ctx, h.alice())
		if err == nil || time.Since(began) > failsafe/2 {
			t.Errorf("%s: %v after %v", name, err, time.Since(began))
		}
	}
}

func TestDropped(t *testing.T) {
	for name, step := range map[string]rdpio.Step{
		"DROP-ACCEPT": rdpio.StepNegotiate, "DROP-REQUEST": rdpio.StepNegotiate, "DROP-CONFIRM": rdpio.StepTLS,
		"DROP-HELLO": rdpio.StepTLS, "DROP-TLS": rdpio.StepCredSSP, "DROP-TOKEN": rdpio.StepCredSSP, "DROP-AUTH": rdpio.StepCredSSP,
	} {
		v, err := Connect(t.Context(), run(t, named(t, name)).alice())
		var e *StepError
		if err == nil || !errors.As(err, &e) || e.Step != step || !strings.HasPrefix(codeOf(err), "conn.") && codeOf(err) != "tls.closed" {
			t.Errorf("%s: %v, %v", name, v, err)
		} else if e.Challenged != (name == "DROP-AUTH") {
			t.Errorf("%s: challenged %v", name, e.Challenged)
		}
	}
}

func TestErrorsAreTyped(t *testing.T) {
	for _, c := range []struct {
		err        error
		code, kind string
	}{
		{dialError(&net.DNSError{Name: "x"}), "dial.unresolved", "network"},
		{dialError(windowsRefused), "dial.refused", "network"},
		{dialError(context.DeadlineExceeded), "dial.timeout", "network"},
		{dialError(errors.New("x")), "dial.unreachable", "network"},
		{&PinError{}, "viewer.pin.mismatch", "misbehaved"},
		{&NoTLSError{}, "viewer.no_tls", "incompatible"},
		{&RedirectedError{}, "viewer.redirected", "refused"},
		{&StalledError{}, "viewer.stalled", "misbehaved"},
	} {
		typed := c.err.(interface {
			Code() string
			Kind() string
			Args() map[string]any
		})
		if typed.Code() != c.code || typed.Kind() != c.kind || (typed.Args() == nil) != (c.code == "viewer.stalled") || c.err.Error() == "" {
			t.Errorf("%T: %s, %s", c.err, typed.Code(), typed.Kind())
		}
	}
	if s := (&PinError{Want: [32]byte{0xAB}}).Error(); !strings.Contains(s, "not the pinned one") {
		t.Error(s)
	}
}
