package ntlm

import (
	"bytes"
	"crypto/hmac"
	"encoding/binary"
	"io"
	"strings"
	"time"

	"github.com/fumidai/fumidai/rdp/wire"
)

// AcceptorConfig is what an Acceptor needs. The zero values of the optional
// fields are good.
type AcceptorConfig struct {
	NetBIOSComputer, NetBIOSDomain    string
	DNSComputer, DNSDomain, DNSForest string // optional
	Version                           Version
	DomainMember                      bool // the target is a domain, not a server

	// ChannelBindings is the application data of this connection (RFC 5929). A
	// client that sends bindings must send these; one that sends none is let
	// in. nil: not compared.
	ChannelBindings []byte

	// TargetNames are the service principal names this service answers to. A
	// client that names another one is refused. nil: not compared.
	TargetNames []string

	// MaxAge is how far the time in a response may be from our own clock; it is
	// our own timestamp that today's clients send back. 0: 30 minutes.
	MaxAge time.Duration

	Rand io.Reader
	Now  func() time.Time
}

// Acceptor is the server end of one NTLMv2 exchange.
type Acceptor struct {
	context
	config AcceptorConfig
	state  acceptorState
	need   *Need
	resume *verified
	user   string
	domain string
}

// acceptorState awaits one message of the client.
type acceptorState interface {
	step(a *Acceptor, token []byte) (reply []byte, next acceptorState, err error)
}

// NewAcceptor prepares an acceptor. It fails if the configuration is
// incomplete or this process may not use RC4.
func NewAcceptor(config AcceptorConfig) (*Acceptor, error) {
	if config.Rand == nil || config.Now == nil || config.NetBIOSComputer == "" {
		return nil, misuse("an acceptor needs Rand, Now and NetBIOSComputer")
	}
	if err := checkAlgorithms(); err != nil {
		return nil, err
	}
	if config.NetBIOSDomain == "" {
		config.NetBIOSDomain = config.NetBIOSComputer
	}
	if config.MaxAge == 0 {
		config.MaxAge = 30 * time.Minute
	}
	return &Acceptor{config: config, state: awaitNegotiate{}}, nil
}

// Step takes the client's token and returns the one to send back. After the
// AUTHENTICATE_MESSAGE it returns nothing and Need is set. After an error the
// acceptor is dead.
func (a *Acceptor) Step(token []byte) (reply []byte, err error) {
	if a.state == nil {
		a.Wipe()
		return nil, misuse("the acceptor awaits no token")
	}
	state := a.state
	a.state = nil
	reply, next, err := state.step(a, token)
	if err != nil {
		a.need = nil
		return nil, err
	}
	a.state = next
	return reply, nil
}

// Need is a *Need while the acceptor waits for an answer, else nil.
func (a *Acceptor) Need() any {
	if a.need == nil {
		return nil
	}
	return a.need
}

// Resume goes on after the Need was answered. It fails with the refusal's
// status, or if the client's MIC is missing or wrong.
func (a *Acceptor) Resume() (reply []byte, err error) {
	if a.need == nil || !a.need.answered {
		return nil, misuse("nothing to resume")
	}
	need, held := a.need, a.resume
	a.need, a.resume = nil, nil
	defer clear(need.sessionKey[:])
	if !need.accepted {
		return nil, newError("ntlm.logon.refused", "refused", need.status, "logon of %q refused with 0x%08X", need.User, need.status)
	}
	return nil, a.finish(held, need)
}

// Peer names the user who was authenticated: as whoever answered the Need named
// the account (Account.User, AcceptAs), or else in the client's own words, of
// which the domain is not authenticated.
func (a *Acceptor) Peer() (domain, user string) { return a.domain, a.user }

// Wipe forgets the keys; the acceptor cannot be used any more.
func (a *Acceptor) Wipe() {
	if a.need != nil {
		clear(a.need.sessionKey[:])
	}
	a.state, a.need, a.resume = nil, nil, nil
	a.context.Wipe()
}

// awaitNegotiate answers the NEGOTIATE_MESSAGE (MS-NLMP 3.2.5.1.1).
type awaitNegotiate struct{}

func (awaitNegotiate) step(a *Acceptor, token []byte) ([]byte, acceptorState, error) {
	m, err := ParseNegotiate(token)
	if err != nil {
		return nil, nil, err
	}
	if missing := required &^ m.Flags; missing != 0 {
		return nil, nil, newError("ntlm.flags.missing", "incompatible", SecUnsupported,
			"client lacks flags %#08x, offers %#08x", uint32(missing), uint32(m.Flags))
	}
	next := &awaitAuthenticate{negotiate: bytes.Clone(token)}
	if _, err := io.ReadFull(a.config.Rand, next.serverChallenge[:]); err != nil {
		return nil, nil, misuse("Rand: %v", err)
	}
	challenge := a.challenge(m, next.serverChallenge)
	next.granted = challenge.Flags
	next.timestamp, _ = challenge.timestamp()
	next.challenge = challenge.Append(nil)
	if len(next.challenge) > MaxMessage { // so that no 16-bit length has wrapped
		return nil, nil, misuse("CHALLENGE_MESSAGE of %d bytes", len(next.challenge))
	}
	return bytes.Clone(next.challenge), next, nil
}

// challenge builds the CHALLENGE_MESSAGE. Of the client's offer only what this
// package does is granted: never OEM beside Unicode, never an LM key.
func (a *Acceptor) challenge(m *NegotiateMessage, serverChallenge [8]byte) *ChallengeMessage {
	c := &a.config
	out := &ChallengeMessage{
		Flags:           m.Flags&offered | FlagRequestTarget | FlagAlwaysSign | FlagTargetInfo,
		ServerChallenge: serverChallenge,
		TargetName:      c.NetBIOSComputer,
	}
	if m.Flags.Has(FlagVersion) {
		out.Version = c.Version
	}
	out.Flags |= FlagTargetTypeServer
	if c.DomainMember {
		out.Flags ^= FlagTargetTypeServer | FlagTargetTypeDomain
		out.TargetName = c.NetBIOSDomain
	}
	for _, name := range []struct {
		id   AvID
		text string
	}{
		{AvNbDomainName, c.NetBIOSDomain},
		{AvNbComputerName, c.NetBIOSComputer},
		{AvDNSDomainName, c.DNSDomain},
		{AvDNSComputerName, c.DNSComputer},
		{AvDNSTreeName, c.DNSForest},
	} {
		if name.text != "" {
			out.TargetInfo = append(out.TargetInfo, AvPair{name.id, wire.AppendUTF16(nil, name.text)})
		}
	}
	// The timestamp obliges the client to send a MIC (MS-NLMP 3.1.5.1.2), unless it
	// is older than that rule; checkChallenge sees that nobody took it out.
	out.TargetInfo = append(out.TargetInfo, AvPair{AvTimestamp, binary.LittleEndian.AppendUint64(nil, toFileTime(c.Now()))})
	return out
}

// awaitAuthenticate reads the AUTHENTICATE_MESSAGE (3.2.5.1.2) and asks for its
// verification.
type awaitAuthenticate struct {
	negotiate, challenge []byte
	serverChallenge      [8]byte
	granted              Flags  // of the challenge
	timestamp            []byte // of the challenge
}

// verified is what is left to do once the response has been found right.
type verified struct {
	exchange *awaitAuthenticate
	message  *AuthenticateMessage
	raw      []byte
	wantsMIC bool
}

func (s *awaitAuthenticate) step(a *Acceptor, token []byte) ([]byte, acceptorState, error) {
	raw := bytes.Clone(token) // the caller may reuse its buffer before Resume
	m, err := ParseAuthenticate(raw)
	if err != nil {
		return nil, nil, err
	}
	if missing := required &^ m.Flags; missing != 0 {
		return nil, nil, newError("ntlm.flags.missing", "incompatible", SecUnsupported,
			"client drops flags %#08x, keeps %#08x", uint32(missing), uint32(m.Flags))
	}
	// What changes the keys or the signatures is what both ends have agreed on.
	if extra := m.Flags & (FlagKeyExchange | FlagSign | FlagSeal) &^ s.granted; extra != 0 {
		return nil, nil, newError("ntlm.flags.extra", "misbehaved", SecInvalidToken,
			"client takes flags %#08x, which were not granted", uint32(extra))
	}
	blob, err := s.ntlmv2(m)
	if err != nil {
		return nil, nil, err
	}
	if err := a.checkChallenge(blob, s.timestamp); err != nil {
		return nil, nil, err
	}
	a.need = &Need{
		User: m.User, Domain: m.Domain, Workstation: m.Workstation,
		ServerChallenge: s.serverChallenge,
		NTResponse:      m.NTResponse, LMResponse: m.LMResponse,
		TargetName: blob.targetName(),
	}
	a.resume = &verified{exchange: s, message: m, raw: raw, wantsMIC: blob.pairs.flags()&avFlagMIC != 0}
	return nil, nil, nil
}

// ntlmv2 tells an NTLMv2 response from the older ones, which are refused: an
// NTLMv1 response and an "NTLM2 session" response are 24 bytes long.
func (s *awaitAuthenticate) ntlmv2(m *AuthenticateMessage) (*clientChallenge, error) {
	switch n := len(m.NTResponse); {
	case n == 0 && m.User == "":
		return nil, newError("ntlm.anonymous", "refused", StatusLogonFailure, "anonymous logon")
	case n == 0 || n == 24:
		return nil, newError("ntlm.v1", "refused", StatusLogonFailure, "client answers with NTLMv1 or LM")
	case n < 16:
		return nil, newError("ntlm.response.short", "malformed", SecInvalidToken, "response of %d bytes", n)
	}
	return parseClientChallenge(m.NTResponse[16:])
}

// checkChallenge compares what the client says about this connection with
// what is known of it. All of it is covered by NTProofStr.
func (a *Acceptor) checkChallenge(blob *clientChallenge, timestamp []byte) error {
	if echo, _ := blob.pairs.Get(AvTimestamp); !bytes.Equal(echo, timestamp) {
		return newError("ntlm.timestamp.wrong", "misbehaved", SecMessageAltered, "response does not repeat the time of our challenge")
	}
	sent, _ := blob.pairs.Get(AvChannelBindings)
	if a.config.ChannelBindings != nil && !allZero(sent) &&
		!hmac.Equal(sent, channelBindingHash(a.config.ChannelBindings)) {
		return newError("ntlm.channel_bindings.wrong", "misbehaved", StatusLogonFailure, "channel bindings of another connection")
	}
	if name := blob.targetName(); a.config.TargetNames != nil && name != "" && !a.answersTo(name) {
		return newError("ntlm.target_name.wrong", "misbehaved", StatusLogonFailure, "client means to talk to %q", name)
	}
	if age := a.config.Now().Sub(blob.when()).Abs(); age > a.config.MaxAge {
		return newError("ntlm.time", "misbehaved", StatusLogonFailure, "response is %v old", age)
	}
	return nil
}

func (a *Acceptor) answersTo(name string) bool {
	for _, own := range a.config.TargetNames {
		if strings.EqualFold(own, name) {
			return true
		}
	}
	return false
}

// finish derives the session and checks the MIC, after the response was found
// right.
func (a *Acceptor) finish(v *verified, need *Need) error {
	exported := bytes.Clone(need.sessionKey[:])
	defer clear(exported)
	if v.message.Flags.Has(FlagKeyExchange) {
		if len(v.message.EncryptedRandomSessionKey) != 16 {
			return newError("ntlm.session_key.length", "malformed", SecInvalidToken,
				"session key of %d bytes", len(v.message.EncryptedRandomSessionKey))
		}
		random := rc4Once(exported, v.message.EncryptedRandomSessionKey)
		copy(exported, random)
		clear(random)
	}
	if v.wantsMIC {
		if err := v.checkMIC(exported); err != nil {
			return err
		}
	}
	a.domain, a.user = need.peer.domain, need.peer.user
	a.session = newSession(exported, v.message.Flags, false)
	return nil
}

// checkMIC is called whenever MsvAvFlags announces a MIC: an attacker cannot
// drop it, because the flags are covered by NTProofStr.
func (v *verified) checkMIC(exported []byte) error {
	if !v.message.HasMIC {
		return newError("ntlm.mic.missing", "misbehaved", SecInvalidToken, "client announces a MIC and sends none")
	}
	clear(v.raw[micOffset : micOffset+16])
	want := hmacMD5(exported, v.exchange.negotiate, v.exchange.challenge, v.raw)
	if !hmac.Equal(want, v.message.MIC[:]) {
		return newError("ntlm.mic.wrong", "misbehaved", SecMessageAltered, "MIC does not verify")
	}
	return nil
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
