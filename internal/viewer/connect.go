package viewer

import (
	"context"
	"crypto/rand"
	"errors"
	"image"
	"net"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// Options say where to connect, as whom, and what is allowed on the way.
type Options struct {
	Address string // host:port

	Domain, User string
	Password     []byte // UTF-8; the caller wipes it

	// Level decides which servers are accepted, as the policy of a Windows client
	// does.
	Level credssp.Level

	// TLSOnly gives up Network Level Authentication: the password goes to whoever
	// holds the key of the certificate.
	TLSOnly bool

	RestrictedAdmin bool   // delegate no credentials
	RoutingToken    []byte // of a redirection

	TLS rdpio.TLSClientOptions

	Name           string // of this computer; "" is "fumidai"
	Desktop        image.Point
	ScaleFactor    int // per cent; 0: 100
	Depth          int // bits per pixel; 0: 32
	KeyboardLayout uint32 // input locale identifier; 0: 0x409

	Timeout  time.Duration    // of each message; 0: rdpio.DefaultStepTimeout
	Progress func(rdpio.Step) // told of each step when it begins; optional
}

// The steps before and after those of rdpio.
const (
	StepDial     rdpio.Step = "tcp"
	StepSequence rdpio.Step = "rdp" // the connection sequence; StepError.Awaits says more
)

// StepError is a failure and the step it happened at.
type StepError struct {
	Step   rdpio.Step
	Awaits string // with StepSequence: the message that was awaited
	Err    error
}

func (e *StepError) Error() string { return "viewer: " + string(e.Step) + ": " + e.Err.Error() }

// Unwrap returns the failure itself.
func (e *StepError) Unwrap() error { return e.Err }

// Connect dials, logs on and goes through the connection sequence. An error is a
// *StepError.
func Connect(ctx context.Context, o Options) (*Viewer, error) {
	o = o.withDefaults()
	v := &Viewer{timeout: o.Timeout, changed: make(chan struct{}, 1), done: make(chan struct{})}
	step := StepDial
	progress := o.Progress
	o.Progress = func(s rdpio.Step) {
		step = s
		if progress != nil {
			progress(s)
		}
	}
	fail := func(err error) (*Viewer, error) {
		e := &StepError{Step: step, Err: err}
		if v.client != nil {
			e.Awaits = v.awaits
			v.client.Close()
		}
		if v.raw != nil {
			v.raw.Close()
		}
		return nil, e
	}
	o.Progress(StepDial)
	var err error
	if v.raw, err = dial(ctx, o); err != nil {
		return fail(err)
	}
	requested, err := v.secure(ctx, o)
	if err != nil {
		return fail(err)
	}
	o.Progress(StepSequence)
	v.client, err = connect.NewClient(connect.ClientConfig{
		Requested: requested, Selected: v.Selected, Name: o.Name, Desktop: o.Desktop, ScaleFactor: o.ScaleFactor,
		Depth: o.Depth, KeyboardLayout: o.KeyboardLayout, Info: o.info(),
	})
	if err != nil {
		return fail(err)
	}
	first, err := v.client.Start()
	if err != nil {
		return fail(err)
	}
	v.frames = rdpio.NewFrames(v.conn, o.Timeout)
	if err := rdpio.Connect(ctx, v.conn, v.frames, noting{v}, first, o.Timeout); err != nil {
		if reason := v.client.Reason(); reason != 0 {
			err = reason // says more than the end of the connection
		}
		return fail(err)
	}
	v.lastChange = time.Now()
	go v.read()
	return v, nil
}

// noting keeps what was awaited, for the report of a failure after which the
// machine is dead.
type noting struct{ *Viewer }

func (n noting) Step(frame []byte) ([]byte, error) {
	n.awaits = n.client.Awaits()
	reply, err := n.client.Step(frame)
	if err == nil {
		n.awaits = n.client.Awaits()
		n.note()
	}
	return reply, err
}

func (n noting) Active() bool { return n.client.Active() }

func (o Options) withDefaults() Options {
	if o.Name == "" {
		o.Name = "fumidai"
	}
	if o.Desktop == (image.Point{}) {
		o.Desktop = image.Pt(1024, 768)
	}
	if o.Depth == 0 {
		o.Depth = 32
	}
	if o.KeyboardLayout == 0 {
		o.KeyboardLayout = 0x409 // US English
	}
	if o.Timeout == 0 {
		o.Timeout = rdpio.DefaultStepTimeout
	}
	return o
}

func dial(ctx context.Context, o Options) (net.Conn, error) {
	d := net.Dialer{Timeout: o.Timeout}
	return d.DialContext(ctx, "tcp", o.Address)
}

// secure performs the security layer.
func (v *Viewer) secure(ctx context.Context, o Options) (requested x224.Protocol, err error) {
	if o.TLSOnly {
		return v.tlsOnly(ctx, o)
	}
	// NTLM goes without SPNEGO around it: the servers of FreeRDP 2 read nothing
	// else (confirmed), and Windows reads both (recalled).
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
		Cookie: o.User, RoutingToken: o.RoutingToken, Flags: flags, TLS: o.TLS, Timeout: o.Timeout, Progress: o.Progress,
		Client: func(publicKey []byte) (*credssp.Client, error) {
			delegated := credssp.NewPasswordCreds(o.Domain, o.User, o.Password)
			if o.RestrictedAdmin { // all three are empty (MS-CSSP 2.2.1.2.1)
				delegated.Wipe()
				delegated = credssp.NewPasswordCreds("", "", nil)
			}
			return credssp.NewClient(credssp.ClientConfig{
				Level: o.Level, PublicKey: publicKey, Mechanism: mechanism, Credentials: delegated, Rand: rand.Reader,
			})
		},
	})
	if err != nil {
		return 0, err
	}
	v.conn, v.Selected, v.CredSSP = on.Conn, on.Selected, on.Result.Version
	return on.Requested, nil
}

// tlsOnly asks for TLS and nothing else. A server that requires NLA refuses.
func (v *Viewer) tlsOnly(ctx context.Context, o Options) (requested x224.Protocol, err error) {
	request := &x224.ConnectionRequest{
		RoutingToken: o.RoutingToken, Negotiation: &x224.NegotiationRequest{Protocols: x224.ProtocolSSL}}
	if len(o.RoutingToken) == 0 {
		request.Cookie = o.User
	}
	o.Progress(rdpio.StepNegotiate)
	confirm, err := rdpio.Negotiate(ctx, v.raw, request, o.Timeout)
	switch {
	case err != nil:
		return 0, err
	case confirm.Failure != nil:
		return 0, confirm.Failure
	case confirm.Negotiation == nil || confirm.Negotiation.SelectedProtocol != x224.ProtocolSSL:
		return 0, errNoTLS
	}
	o.Progress(rdpio.StepTLS)
	if v.conn, err = rdpio.ClientTLSWithin(ctx, v.raw, o.TLS, o.Timeout); err != nil {
		return 0, err
	}
	v.Selected = x224.ProtocolSSL
	return x224.ProtocolSSL, nil
}

var errNoTLS = errors.New("server selects standard RDP security")

// info is the Client Info PDU. After NLA the server has the credentials and does
// not look at these; without it they are how the user logs on.
func (o Options) info() *security.ClientInfo {
	// xrdp takes a client without InfoMaximizeShell for one that cannot encrypt
	// (confirmed); all known clients set it.
	info := &security.ClientInfo{
		CodePage: o.KeyboardLayout,
		Flags: security.InfoMouse | security.InfoUnicode | security.InfoMaximizeShell | security.InfoLogonNotify | security.InfoLogonErrors |
			security.InfoDisableCtrlAltDel | security.InfoEnableWindowsKey | security.InfoMouseHasWheel | security.InfoNoAudioPlayback,
		Domain: o.Domain, User: o.User,
		Extended: &security.ExtendedInfo{AddressFamily: security.AddressFamilyINET, Last: security.ExtendedPerformanceFlags,
			PerformanceFlags: security.PerfDisableWallpaper | security.PerfDisableFullWindowDrag | security.PerfDisableMenuAnimations},
	}
	if o.TLSOnly && len(o.Password) > 0 {
		info.Flags |= security.InfoAutoLogon
		info.Password = wire.AppendUTF16(nil, o.Password)
	}
	return info
}
