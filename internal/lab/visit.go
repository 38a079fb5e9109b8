package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/verdict"
)

// Visit is what became of one logon of our own client.
type Visit struct {
	Client  credssp.Level
	Outcome verdict.Outcome
	Peer    int // the version the host stated, 0 = none
	Version int // the version both went on with, 0 = did not get there
	Err     error
}

// LogOn plays a user at a client of the given level who logs on to a lab host
// with the printed password. The client knows its own level and what the wire
// tells it, nothing else.
func LogOn(ctx context.Context, address netip.AddrPort, level credssp.Level) Visit {
	v := Visit{Client: level}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address.String())
	if err != nil {
		v.Outcome, v.Err = verdict.OutcomeUnknown, err
		return v
	}
	defer conn.Close()
	mechanism, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: Domain, User: user, Hash: ntlm.HashPassword([]byte(Password)),
		Rand: rand.Reader, Now: time.Now,
	})
	if err != nil {
		v.Outcome, v.Err = verdict.OutcomeUnknown, err
		return v
	}
	defer mechanism.Wipe()
	on, err := rdpio.LogOn(ctx, conn, rdpio.LogOnOptions{
		Cookie: user,
		TLS:    rdpio.TLSClientOptions{Legacy: true, CheckCertificate: rdpio.AnyCertificate},
		Client: func(publicKey []byte) (*credssp.Client, error) {
			return credssp.NewClient(credssp.ClientConfig{
				Level:       level,
				PublicKey:   publicKey,
				Mechanism:   mechanism,
				Credentials: credssp.NewPasswordCreds(Domain, user, []byte(Password)),
				Rand:        rand.Reader,
			})
		},
	})
	v.Err = err
	if err == nil {
		v.Peer, v.Version = on.Result.Peer, on.Result.Version
	}
	v.Outcome = outcome(v, err)
	return v
}

// user is who logs on.
const user = "alice"

// outcome reads the typed error of a logon.
func outcome(v Visit, err error) verdict.Outcome {
	var policy *credssp.PolicyError
	var status *credssp.StatusError
	var noNLA *rdpio.NoNLAError
	var refusal interface{ Kind() string }
	switch {
	case err == nil && v.Version >= credssp.BindingVersion:
		return verdict.Connects
	case err == nil:
		return verdict.ConnectsInsecurely
	case errors.As(err, &policy):
		return verdict.RefusedByClient
	case errors.As(err, &status) && status.Status == credssp.StatusNotSupported:
		return verdict.RefusedByServer
	case errors.As(err, &noNLA), errors.As(err, &refusal) && refusal.Kind() == "refused":
		return verdict.NotByCredSSP
	}
	return verdict.OutcomeUnknown
}
