package viewer

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// Connect dials, logs on and goes through the connection sequence. ctx has no say
// in the session afterwards. An error is a *StepError.
func Connect(ctx context.Context, o Options) (*Viewer, error) {
	o = o.withDefaults()
	v := &Viewer{timeout: o.Timeout, changed: make(chan struct{}, 1), done: make(chan struct{})}
	at := StepDial
	progress := o.Progress
	o.Progress = func(s rdpio.Step) {
		at = s
		progress(s)
	}
	if err := v.connect(ctx, o); err != nil {
		if v.client != nil {
			v.client.Close()
		}
		if v.raw != nil {
			v.raw.Close()
		}
		return nil, &StepError{Step: at, Awaits: v.awaits, Challenged: v.challenged, Err: err}
	}
	go v.read()
	return v, nil
}

func (v *Viewer) connect(ctx context.Context, o Options) error {
	o.Progress(StepDial)
	if o.TLSOnly && o.RestrictedAdmin {
		return wire.Misuse("viewer.Options", "TLSOnly sends the password that RestrictedAdmin keeps back")
	}
	var err error
	d := net.Dialer{Timeout: o.Timeout}
	if v.raw, err = d.DialContext(ctx, "tcp", o.Address); err != nil {
		v.raw = nil // not an interface around nil
		return dialError(err)
	}
	logOn := v.logOn
	if o.TLSOnly {
		logOn = v.tlsOnly
	}
	requested, err := logOn(ctx, o)
	if err != nil {
		return err
	}
	o.Progress(StepSequence)
	return v.sequence(ctx, o, requested)
}

// logOn performs Network Level Authentication, with NTLM as it is: without SPNEGO
// around it (docs/decisions/0009).
func (v *Viewer) logOn(ctx context.Context, o Options) (requested x224.Protocol, err error) {
	mechanism, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: o.Domain, User: o.User, Hash: ntlm.HashPassword(o.Password), Workstation: o.Name,
		Rand: rand.Reader, Now: time.Now,
	})
	if err != nil {
		return 0, err
	}
	defer mechanism.Wipe()
	var flags x224.RequestFlags
	if o.RestrictedAdmin {
		flags |= x224.RequestRestrictedAdmin
	}
	on, err := rdpio.LogOn(ctx, v.raw, rdpio.LogOnOptions{
		Cookie: o.cookie(), RoutingToken: o.RoutingToken, Flags: flags, TLS: o.TLS, Timeout: o.Timeout, Progress: o.Progress,
		Client: func(publicKey []byte) (*credssp.Client, error) {
			return credssp.NewClient(credssp.ClientConfig{
				Level: o.Level, PublicKey: publicKey, Mechanism: watched{mechanism, &v.challenged}, Credentials: o.delegated(), Rand: rand.Reader,
			})
		},
	})
	if err != nil {
		return 0, err
	}
	v.conn, v.Selected, v.CredSSP = on.Conn, on.Selected, on.Result.Version
	return on.Requested, nil
}

// delegated is what the server gets. With Restricted Admin all three are empty
// (MS-CSSP 2.2.1.2.1).
func (o Options) delegated() *credssp.PasswordCreds {
	if o.RestrictedAdmin {
		return credssp.NewPasswordCreds("", "", nil)
	}
	return credssp.NewPasswordCreds(o.Domain, o.User, o.Password)
}

// watched notes that the mechanism has answered the server.
type watched struct {
	credssp.Mechanism
	challenged *bool
}

func (w watched) Step(token []byte) ([]byte, error) {
	reply, err := w.Mechanism.Step(token)
	*w.challenged = *w.challenged || token != nil && err == nil
	return reply, err
}

// request asks for these protocols; a routing token and a cookie exclude each
// other.
func request(token []byte, cookie string, flags x224.RequestFlags, protocols x224.Protocol) *x224.ConnectionRequest {
	return &x224.ConnectionRequest{Cookie: cookie, RoutingToken: token,
		Negotiation: &x224.NegotiationRequest{Flags: flags, Protocols: protocols}}
}

// tlsOnly asks for TLS and nothing else. A server that requires NLA refuses.
func (v *Viewer) tlsOnly(ctx context.Context, o Options) (requested x224.Protocol, err error) {
	o.Progress(rdpio.StepNegotiate)
	confirm, err := rdpio.Negotiate(ctx, v.raw, request(o.RoutingToken, o.cookie(), 0, x224.ProtocolSSL), o.Timeout)
	switch {
	case err != nil:
		return 0, err
	case confirm.Failure != nil:
		return 0, confirm.Failure
	case confirm.Negotiation == nil:
		return 0, &NoTLSError{}
	case confirm.Negotiation.SelectedProtocol != x224.ProtocolSSL:
		return 0, &NoTLSError{confirm.Negotiation.SelectedProtocol}
	}
	o.Progress(rdpio.StepTLS)
	if v.conn, err = rdpio.ClientTLSWithin(ctx, v.raw, o.TLS, o.Timeout); err != nil {
		return 0, err
	}
	v.Selected = x224.ProtocolSSL
	return x224.ProtocolSSL, nil
}

// sequence goes through the connection sequence.
func (v *Viewer) sequence(ctx context.Context, o Options, requested x224.Protocol) error {
	info := o.info()
	client, err := connect.NewClient(connect.ClientConfig{
		Requested: requested, Selected: v.Selected, Name: o.Name, Desktop: o.Desktop, ScaleFactor: o.ScaleFactor,
		Depth: o.Depth, KeyboardLayout: o.KeyboardLayout, SessionID: o.SessionID, Info: info,
	})
	if err != nil {
		info.Wipe()
		return err
	}
	v.client = client
	first, err := client.Start()
	if err != nil {
		return err
	}
	v.frames = rdpio.NewFrames(v.conn, o.Timeout)
	err = rdpio.Connect(ctx, v.conn, v.frames, noting{v}, first, o.Timeout)
	if err != nil && ctx.Err() == nil {
		err = v.because(err)
	}
	v.lastChange = time.Now()
	return err
}

// because prefers what the server has said to the end of the connection, which may
// be all that follows.
func (v *Viewer) because(err error) error {
	var closed *rdpio.ConnError
	var alert *rdpio.TLSAlertError
	if reason := v.client.Reason(); reason != 0 && (errors.As(err, &closed) || errors.As(err, &alert)) {
		return reason
	}
	return err
}

// noting keeps what was awaited, for the report of a failure after which the
// machine is dead.
type noting struct{ *Viewer }

func (n noting) Step(frame []byte) ([]byte, error) {
	n.awaits = n.client.Awaits()
	reply, err := n.client.Step(frame)
	if err == nil {
		n.awaits = n.client.Awaits()
		err = n.note()
	}
	return reply, err
}

func (n noting) Active() bool { return n.client.Active() }
