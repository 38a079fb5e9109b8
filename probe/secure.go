package probe

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"net"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/verdict"
)

// handshakeFailure is the alert of a server that can use nothing of what a
// ClientHello offers (RFC 8446, 6.2).
const handshakeFailure = 40

// secure performs TLS and, if the server selected NLA, asks for its CredSSP
// version.
func (p *probe) secure(ctx context.Context, conn net.Conn, o rdpio.TLSClientOptions) (refused bool) {
	o.ServerName = p.ServerName
	o.Legacy = true // to look is not to trust
	o.CheckCertificate = func(chain []*x509.Certificate) error {
		p.facts.Certificate = certificate(chain[0])
		return nil
	}
	secure, err := rdpio.ClientTLSWithin(ctx, conn, o, p.Timeout)
	if err != nil {
		p.facts.TLSFailure = codeOf(err)
		p.gone = timedOut(err)
		alert, ok := errors.AsType[*rdpio.TLSAlertError](err)
		return ok && alert.Alert == handshakeFailure
	}
	state := secure.State()
	p.facts.TLS = &verdict.TLS{Version: state.Version, CipherSuite: state.CipherSuite}
	if p.offersNLA() {
		p.credssp(ctx, secure)
	}
	return false
}

// timedOut reports whether a server has stood still in TLS.
func timedOut(err error) bool {
	failure, ok := errors.AsType[*rdpio.TLSError](err)
	return ok && failure.Reason == rdpio.TLSTimeout
}

// negotiateFlags are those of a Windows client, so that the server names its
// version and sends its target info (MS-NLMP 2.2.2.5).
const negotiateFlags = ntlm.FlagUnicode | ntlm.FlagRequestTarget | ntlm.FlagSign | ntlm.FlagSeal | ntlm.FlagNTLM |
	ntlm.FlagAlwaysSign | ntlm.FlagExtendedSessionSecurity | ntlm.FlagTargetInfo | ntlm.FlagVersion |
	ntlm.Flag128 | ntlm.FlagKeyExchange | ntlm.Flag56

// credssp sends the one CredSSP message of a probe and reads the one answer. It
// states version 6, so that a server that would answer with the smaller of both
// versions and one that answers with its own give the same number.
func (p *probe) credssp(ctx context.Context, conn net.Conn) {
	negotiate := ntlm.NegotiateMessage{Flags: negotiateFlags, Version: ntlm.Version{Major: 10, Build: 17763, Revision: 15}}
	request := credssp.TSRequest{Version: credssp.MaxVersion, NegoToken: negotiate.Append(nil)}
	if err := rdpio.Write(ctx, conn, request.Append(nil), p.Timeout); err != nil {
		p.facts.CredSSPFailure = codeOf(err)
		return
	}
	message, err := rdpio.ReadTSRequest(ctx, conn, p.Timeout)
	if err != nil {
		p.facts.CredSSPFailure = codeOf(err)
		return
	}
	answer, err := credssp.ParseTSRequest(message)
	if err != nil {
		p.facts.CredSSPFailure = codeOf(err)
		return
	}
	p.facts.CredSSP = &verdict.CredSSP{Version: answer.Version}
	for _, name := range answer.Oddities.Names() {
		p.facts.CredSSP.Oddities = append(p.facts.CredSSP.Oddities, "credssp.oddity."+name)
	}
	if answer.HasErrorCode {
		p.facts.CredSSP.ErrorCode = &answer.ErrorCode
	}
	// A server may wrap its challenge in SPNEGO: look for the signature.
	if i := bytes.Index(answer.NegoToken, []byte("NTLMSSP\x00")); i >= 0 {
		if challenge, err := ntlm.ParseChallenge(answer.NegoToken[i:]); err == nil {
			p.facts.NTLM = names(challenge)
		}
	}
}

// names takes the facts out of a CHALLENGE_MESSAGE.
func names(m *ntlm.ChallengeMessage) *verdict.NTLM {
	when, _ := m.TargetInfo.Time()
	return &verdict.NTLM{
		NetBIOSComputer: m.TargetInfo.Text(ntlm.AvNbComputerName),
		NetBIOSDomain:   m.TargetInfo.Text(ntlm.AvNbDomainName),
		DNSComputer:     m.TargetInfo.Text(ntlm.AvDNSComputerName),
		DNSDomain:       m.TargetInfo.Text(ntlm.AvDNSDomainName),
		DNSForest:       m.TargetInfo.Text(ntlm.AvDNSTreeName),
		VersionPresent:  m.Flags.Has(ntlm.FlagVersion),
		Major:           m.Version.Major,
		Minor:           m.Version.Minor,
		Build:           m.Version.Build,
		Revision:        m.Version.Revision,
		Time:            when,
	}
}
