package viewer

import (
	"crypto/sha256"
	"crypto/x509"
	"image"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/wire"
)

// Options say where to connect, as whom, and what is allowed on the way.
type Options struct {
	Address string // host:port

	Domain, User string
	Password     []byte // UTF-8; the caller wipes it

	// Level decides which servers are accepted, as the policy of a Windows client
	// does. TLSOnly has no use for it.
	Level credssp.Level

	// TLSOnly gives up Network Level Authentication: the password goes to whoever
	// holds the key of the certificate.
	TLSOnly bool

	// RestrictedAdmin delegates no credentials. A server that does not offer it is
	// left before TLS; with TLSOnly it is a mistake.
	RestrictedAdmin bool

	// Pin is the SHA-256 of the server's SubjectPublicKeyInfo; nil accepts any. A
	// server with another key is left during the TLS handshake, with a *PinError.
	Pin *[sha256.Size]byte

	// TLS may have a CheckCertificate of its own, which comes after the Pin.
	TLS rdpio.TLSClientOptions

	// RoutingToken and SessionID are those of a RedirectedError.
	RoutingToken []byte
	SessionID    *uint32

	Name           string      // of this computer; "" is "fumidai"
	Desktop        image.Point // in pixels; zero: 1024 x 768
	ScaleFactor    int         // per cent; 0: 100
	Depth          int         // bits per pixel; 0: 32
	KeyboardLayout uint32      // input locale identifier

	Timeout  time.Duration    // of each message; 0: rdpio.DefaultStepTimeout
	Progress func(rdpio.Step) // told of each step when it begins; optional
}

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
	if o.Progress == nil {
		o.Progress = func(rdpio.Step) {}
	}
	if o.TLS.CheckCertificate == nil {
		o.TLS.CheckCertificate = rdpio.AnyCertificate
	}
	if o.Pin != nil {
		o.TLS.CheckCertificate = pinned(*o.Pin, o.TLS.CheckCertificate)
	}
	return o
}

// pinned compares the key of the leaf before anything else. TLS asks it while the
// handshake is still under way, so that a wrong key is sent nothing that comes
// after.
func pinned(pin [sha256.Size]byte, then func([]*x509.Certificate) error) func([]*x509.Certificate) error {
	return func(chain []*x509.Certificate) error {
		if got := sha256.Sum256(chain[0].RawSubjectPublicKeyInfo); got != pin {
			return &PinError{Want: pin, Got: got, Thumbprint: sha256.Sum256(chain[0].Raw) == pin}
		}
		return then(chain)
	}
}

// longestCookie bounds the user name in the Connection Request, which has room for
// some 200 bytes.
const longestCookie = 64

// cookie is the user name for load balancers. It is a hint: a name that does not
// fit the line is left out rather than cut into another one.
func (o Options) cookie() string {
	if len(o.User) > longestCookie || len(o.RoutingToken) > 0 {
		return ""
	}
	for _, c := range []byte(o.User) {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	return o.User
}

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
		info.Password = wire.AppendUTF16(make([]byte, 0, 2*len(o.Password)), o.Password) // grows nowhere, so that there is one copy
	}
	return info
}
