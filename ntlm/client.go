package ntlm

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"time"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ClientConfig is what a Client needs. The zero values of the optional fields
// are good.
type ClientConfig struct {
	Domain, User string
	Hash         NTHash // of the password: HashPassword
	Workstation  string // optional
	TargetName   string // the service principal name, such as "TERMSRV/host"; optional

	// ChannelBindings is the application data of RFC 5929, such as
	// "tls-server-end-point:" and a hash; nil sends none.
	ChannelBindings []byte

	Version Version          // shown to the server; optional
	Rand    io.Reader        // for the challenge and the session key
	Now     func() time.Time // used only towards a server that sends no timestamp
}

// Client is the initiator of one NTLMv2 exchange.
type Client struct {
	context
	config    ClientConfig
	state     clientState
	negotiate []byte
}

// clientState awaits one input and returns what to send.
type clientState interface {
	step(c *Client, token []byte) (reply []byte, next clientState, err error)
}

// NewClient prepares a client. It fails if the configuration is incomplete or
// this process may not use RC4.
func NewClient(config ClientConfig) (*Client, error) {
	if config.Rand == nil || config.Now == nil {
		return nil, misuse("a client needs Rand and Now")
	}
	if err := checkAlgorithms(); err != nil {
		return nil, err
	}
	if config.Version == (Version{}) {
		config.Version = Version{Major: 10, Build: 17763, Revision: 15}
	}
	return &Client{config: config, state: awaitStart{}}, nil
}

// Step takes the server's token, nil to begin, and returns the next one to
// send. After an error the client is dead.
func (c *Client) Step(token []byte) (reply []byte, err error) {
	if c.state == nil {
		c.Wipe()
		return nil, misuse("the client awaits no token")
	}
	state := c.state
	c.state = nil
	reply, next, err := state.step(c, token)
	if err != nil {
		c.Wipe()
		return nil, err
	}
	c.state = next
	return reply, nil
}

// Need is always nil: a client has all it needs.
func (c *Client) Need() any { return nil }

// Resume is a misuse for a client.
func (c *Client) Resume() ([]byte, error) { return nil, misuse("a client needs nothing") }

// Peer is empty: NTLM does not authenticate the server by name.
func (c *Client) Peer() (domain, user string) { return "", "" }

// Wipe forgets the hash and the keys; the client cannot be used any more.
func (c *Client) Wipe() {
	c.state = nil
	clear(c.config.Hash[:])
	c.context.Wipe()
}

// awaitStart begins with the NEGOTIATE_MESSAGE.
type awaitStart struct{}

func (awaitStart) step(c *Client, token []byte) ([]byte, clientState, error) {
	if len(token) > 0 {
		return nil, nil, misuse("a client speaks first")
	}
	c.negotiate = (&NegotiateMessage{Flags: offered, Version: c.config.Version}).Append(nil)
	return bytes.Clone(c.negotiate), awaitChallenge{}, nil
}

// awaitChallenge answers the CHALLENGE_MESSAGE (MS-NLMP 3.1.5.1.2).
type awaitChallenge struct{}

func (awaitChallenge) step(c *Client, token []byte) ([]byte, clientState, error) {
	challenge, err := ParseChallenge(token)
	if err != nil {
		return nil, nil, err
	}
	if missing := required &^ challenge.Flags; missing != 0 {
		return nil, nil, newError("ntlm.flags.missing", "incompatible", SecUnsupported,
			"server lacks flags %#08x, gives %#08x", uint32(missing), uint32(challenge.Flags))
	}
	if challenge.TargetInfo == nil {
		return nil, nil, newError("ntlm.target_info.missing", "incompatible", SecUnsupported, "server sends no target info")
	}
	reply, err := c.authenticate(challenge, token)
	return reply, nil, err
}

// authenticate computes the AUTHENTICATE_MESSAGE and the session keys.
func (c *Client) authenticate(challenge *ChallengeMessage, rawChallenge []byte) ([]byte, error) {
	var random [8 + 16]byte
	if _, err := io.ReadFull(c.config.Rand, random[:]); err != nil {
		return nil, misuse("Rand: %v", err)
	}
	temp := &clientChallenge{challenge: [8]byte(random[:8]), pairs: c.targetInfo(challenge)}
	serverTime, hasTime := challenge.timestamp()
	if hasTime {
		temp.time = binary.LittleEndian.Uint64(serverTime)
	} else {
		temp.time = toFileTime(c.config.Now())
	}

	key := responseKey(&c.config.Hash, c.config.User, c.config.Domain)
	clear(c.config.Hash[:])
	defer clear(key)
	blob := temp.append(nil)
	proof := hmacMD5(key, challenge.ServerChallenge[:], blob)
	m := &AuthenticateMessage{
		NTResponse:  append(proof, blob...),
		Domain:      c.config.Domain,
		User:        c.config.User,
		Workstation: c.config.Workstation,
		Flags:       challenge.Flags & offered,
		LMResponse:  make([]byte, 24), // Z(24): the server's timestamp makes LMv2 superfluous
	}
	if m.Flags.Has(FlagVersion) {
		m.Version = c.config.Version
	}
	if !hasTime {
		m.LMResponse = lmv2Response(key, challenge.ServerChallenge, temp.challenge)
	}

	exported := hmacMD5(key, m.NTResponse[:16]) // SessionBaseKey, and with NTLMv2 the KeyExchangeKey
	if m.Flags.Has(FlagKeyExchange) {
		m.EncryptedRandomSessionKey = rc4Once(exported, random[8:])
		copy(exported, random[8:])
	}
	clear(random[:])

	message := m.Append(nil)
	if len(message) > MaxMessage { // so that no 16-bit length has wrapped
		clear(exported)
		return nil, newError("ntlm.message.long", "incompatible", SecInvalidToken, "AUTHENTICATE_MESSAGE of %d bytes", len(message))
	}
	if hasTime {
		copy(message[micOffset:], hmacMD5(exported, c.negotiate, rawChallenge, message))
	}
	c.session = newSession(exported, m.Flags, true)
	return message, nil
}

// targetInfo is the server's list with what the client adds to it
// (MS-NLMP 3.1.5.1.2).
func (c *Client) targetInfo(challenge *ChallengeMessage) AvPairs {
	pairs := append(AvPairs(nil), challenge.TargetInfo...)
	// Of MsvAvFlags only the first bit is the server's to set; the others are
	// what the client says about itself.
	flags := pairs.flags() & avFlagConstrained
	if _, ok := challenge.timestamp(); ok {
		flags |= avFlagMIC
	}
	pairs = pairs.set(AvFlags, binary.LittleEndian.AppendUint32(nil, flags))
	seen := flags == 0 // then none is left
	pairs = slices.DeleteFunc(pairs, func(p AvPair) bool {
		again := p.ID == AvFlags && seen
		seen = seen || p.ID == AvFlags
		return again
	})
	bindings := make([]byte, 16)
	if c.config.ChannelBindings != nil {
		bindings = channelBindingHash(c.config.ChannelBindings)
	}
	pairs = pairs.set(AvChannelBindings, bindings)
	return pairs.set(AvTargetName, wire.AppendUTF16(nil, c.config.TargetName))
}
