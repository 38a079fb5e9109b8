package lab

import (
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

func TestUsers(t *testing.T) {
	if got, want := Users(), []string{"alice", "disabled", "expired", "gone", "locked", "mustchange"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// What is wrong with an account is told only to who knows its password, and
// whether there is such an account to nobody.
func TestAccounts(t *testing.T) {
	const (
		logonFailure = 0xC000006D
		expired      = 0xC0000071
		gone         = 0xC0000193
		mustChange   = 0xC0000224
		lockedOut    = 0xC0000234
	)
	l := start(t, named(t, "NEW-2019"))
	for _, c := range []struct {
		user, password string
		status         uint32 // 0: logs on
	}{
		{"alice", Password, 0},
		{"ALICE", Password, 0},                 // user names have no case
		{"al\u0130ce", Password, logonFailure}, // whose small letters are those of alice; to NTLM it is another name
		{"loc\u212Aed", Password, logonFailure},
		{"alice", "Passw0rd?", logonFailure},
		{"alice", "", logonFailure},
		{"nobody", Password, logonFailure},
		{"", Password, logonFailure},
		{"disabled", Password, logonFailure},
		{"disabled", "wrong", logonFailure},
		{"expired", Password, expired},
		{"expired", "wrong", logonFailure},
		{"mustchange", Password, mustChange},
		{"mustchange", "wrong", logonFailure},
		{"locked", Password, lockedOut},
		{"locked", "wrong", logonFailure},
		{"gone", Password, gone},
		{"gone", "wrong", logonFailure},
	} {
		err := logon{user: c.user, password: c.password}.to(t, l.Hosts[0].Address)
		e := l.event()
		if c.status == 0 {
			if err != nil || e.User != "alice" || e.Domain != Domain || !e.RightPassword {
				t.Errorf("%s: %v; the host saw %+v", c.user, err, e)
			}
			continue
		}
		var status *credssp.StatusError
		if !errors.As(err, &status) || status.Status != c.status || status.Peer != 6 {
			t.Errorf("%s with %q: %v, want status %#x", c.user, c.password, err, c.status)
		}
		if e.User != "" || e.Delegated != "" || e.RightPassword || e.Version != 0 || codeOf(e.Err) != "ntlm.logon.refused" {
			t.Errorf("%s with %q: the host saw %+v", c.user, c.password, e)
		}
	}
}

// Version 5 has no errorCode: whatever is wrong looks the same.
func TestNoErrorCode(t *testing.T) {
	l := start(t, named(t, "NEW-2008R2"))
	for _, user := range []string{"disabled", "expired", "nobody", "locked"} {
		err := logon{user: user, password: Password}.to(t, l.Hosts[0].Address)
		if codeOf(err) != "conn.closed" {
			t.Errorf("%s: %v", user, err)
		}
		if e := l.event(); codeOf(e.Err) != "ntlm.logon.refused" {
			t.Errorf("%s: the host saw %+v", user, e)
		}
	}
}

// Being authenticated and delegating the right password are two things.
func TestDelegatedCredentials(t *testing.T) {
	l := start(t, named(t, "NEW-2019"))
	for _, c := range []struct {
		name      string
		delegated credssp.Credentials
		kind      string
		right     bool
	}{
		{"the password", credssp.NewPasswordCreds(Domain, "alice", []byte(Password)), "password", true},
		{"another domain", credssp.NewPasswordCreds("ELSEWHERE", "alice", []byte(Password)), "password", true},
		{"a wrong password", credssp.NewPasswordCreds(Domain, "alice", []byte("wrong")), "password", false},
		{"another user", credssp.NewPasswordCreds(Domain, "locked", []byte(Password)), "password", false},
		{"nothing, as Restricted Admin", credssp.NewPasswordCreds("", "", nil), "password", false},
		{"a smart card", &credssp.SmartCardCreds{PIN: []byte("1\x00"), CardName: "card"}, "smart card", false},
		{"Remote Credential Guard", &credssp.RemoteGuardCreds{Logon: credssp.PackageCred{Package: "Kerberos", Buffer: []byte{1}}}, "remote guard", false},
	} {
		err := logon{"alice", Password, c.delegated}.to(t, l.Hosts[0].Address)
		e := l.event()
		if err != nil || e.Err != nil || e.Delegated != c.kind || e.RightPassword != c.right {
			t.Errorf("%s: %v; the host saw %+v", c.name, err, e)
		}
	}
}

// A host reports the names of the account, whatever the client calls it.
func TestNamesAreThoseOfTheAccount(t *testing.T) {
	l := start(t, named(t, "NEW-2019"))
	for _, domain := range []string{"", "ELSEWHERE", l.Hosts[0].Name} {
		conn := dial(t, l.Hosts[0].Address)
		_, err := rdpio.LogOn(t.Context(), conn, rdpio.LogOnOptions{
			TLS: rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate},
			Client: func(publicKey []byte) (*credssp.Client, error) {
				mechanism, err := ntlm.NewClient(ntlm.ClientConfig{Domain: domain, User: "ALICE", Hash: passwordHash, Rand: rand.Reader, Now: time.Now})
				if err != nil {
					return nil, err
				}
				return credssp.NewClient(credssp.ClientConfig{Level: credssp.Mitigated, PublicKey: publicKey, Mechanism: mechanism,
					Credentials: credssp.NewPasswordCreds(domain, "ALICE", []byte(Password)), Rand: rand.Reader})
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		if e := l.event(); e.User != "alice" || e.Domain != Domain || !e.RightPassword {
			t.Errorf("%q: the host saw %+v", domain, e)
		}
	}
}
