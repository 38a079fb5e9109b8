package probe

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"

	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// families are the kinds of suites that are asked for by themselves, the one
// that matters most first: a full probe may have no connection left for the last.
var families = []verdict.Family{verdict.RC4, verdict.TripleDES, verdict.RSA, verdict.DHE}

// hasTLSQuestion reports whether the server does TLS and something about it is
// still open.
func (p *probe) hasTLSQuestion() bool {
	if !p.offersNLA() && p.facts.Selected != verdict.LayerTLS {
		return false
	}
	var open bool
	p.question, open = nextHello(p.facts)
	return open
}

// nextHello is the next ClientHello to send: for the highest version that is
// still open, since a server answers with the highest that it has and so for
// all between; then for one family of suites.
func nextHello(f verdict.Facts) (h verdict.Hello, open bool) {
	for _, version := range slices.Backward(verdict.TLSVersions()) {
		h = verdict.Hello{Highest: version}
		if !sent(f, h) && f.TLSVersion(version) == verdict.Unknown {
			return h, true
		}
	}
	for _, family := range families {
		h = verdict.Hello{Highest: highestWithSuites, Family: family}
		if !sent(f, h) && f.TLSFamily(family) == verdict.Unknown {
			return h, true
		}
	}
	return verdict.Hello{}, false
}

// highestWithSuites is TLS 1.2, the last version whose suites are not all good.
const highestWithSuites = 0x0303

// sent reports whether a hello was sent already and led to no clear answer.
func sent(f verdict.Facts, h verdict.Hello) bool {
	return slices.ContainsFunc(f.Hellos, func(old verdict.Hello) bool {
		return old.Highest == h.Highest && old.Family == h.Family
	})
}

// hello sends the ClientHello that hasTLSQuestion found and notes the answer.
func (p *probe) hello(ctx context.Context) {
	h := p.question
	defer func() { p.facts.Hellos = append(p.facts.Hellos, h) }()
	conn, confirm := p.ask(ctx, anyTLS)
	if conn == nil {
		return
	}
	defer conn.Close()
	if confirm.Failure != nil || selected(confirm) == x224.ProtocolRDP {
		return
	}
	message := &rdpio.ClientHello{Highest: h.Highest, Suites: verdict.Suites(h.Family), ServerName: p.ServerName}
	rand.Read(message.Random[:])
	rand.Read(message.KeyShare[:])
	choice, err := rdpio.AskHello(ctx, conn, message, p.Timeout)
	if err != nil {
		h.Refusal = refusal(err)
		p.gone = timedOut(err)
		return
	}
	h.Version, h.Suite = choice.Version, choice.Suite
	if p.facts.Certificate == nil && choice.Certificate != nil {
		p.facts.Certificate = parsed(choice.Certificate)
	}
}

// refusal is the code of an error that is the server's answer to what it was
// offered, and "" for all others. Any alert is one: OpenSSL 3 sends internal_error
// where its security level forbids the version (confirmed, FreeRDP 2.11 and
// 3.10). A connection that ends without an alert is one, too, as Windows does it
// (inferred): the server has just confirmed the negotiation on it.
func refusal(err error) string {
	if alert, ok := errors.AsType[*rdpio.TLSAlertError](err); ok {
		return alert.Code()
	}
	if failure, ok := errors.AsType[*rdpio.TLSError](err); ok && failure.Reason == rdpio.TLSClosed {
		return failure.Code()
	}
	return ""
}
