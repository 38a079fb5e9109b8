package credssp

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// This is a SKETCH of a Kerberos mechanism. It is here to prove that Kerberos
// fits the interface Mechanism: it asks for tickets, the acceptor speaks last,
// both make subkeys, and the wrap tokens are those of RFC 4121 4.2. Toys are the
// encryption (AES-GCM behind etype), the encoding of messages (JSON, without the
// frame of RFC 2743 3.1) and the one that issues tickets.

// etype is what RFC 3961 calls an encryption type, as far as it is needed here.
type etype interface {
	seal(key []byte, usage uint32, plaintext []byte) []byte
	open(key []byte, usage uint32, sealed []byte) ([]byte, error)
}

// toyEtype has the sizes of AES-SHA1: a confounder of 16 and a checksum of 12 bytes.
type toyEtype struct{ rand io.Reader }

func (toyEtype) aead(key []byte, usage uint32) cipher.AEAD {
	h := hmac.New(sha256.New, key)
	h.Write(binary.BigEndian.AppendUint32(nil, usage))
	block, _ := aes.NewCipher(h.Sum(nil))
	aead, _ := cipher.NewGCMWithTagSize(block, 12)
	return aead
}

func (e toyEtype) seal(key []byte, usage uint32, plaintext []byte) []byte {
	confounder := random(e.rand, 16)
	return e.aead(key, usage).Seal(confounder, confounder[:12], plaintext, confounder)
}

func (e toyEtype) open(key []byte, usage uint32, sealed []byte) ([]byte, error) {
	if len(sealed) < 28 {
		return nil, errors.New("krb: too short")
	}
	return e.aead(key, usage).Open(nil, sealed[:12], sealed[16:], sealed[:16])
}

func random(r io.Reader, n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		panic(err)
	}
	return b
}

// The key usage numbers of RFC 4120 7.5.1 and RFC 4121 2.
const (
	usageTicket       = 2
	usageAPReq        = 11
	usageAPRep        = 12
	usageAcceptorSeal = 22
	usageClientSeal   = 24
)

// The token IDs of RFC 4121 4.1; those of user-to-user are recalled.
const (
	idAPReq, idAPRep, idError = 0x0100, 0x0200, 0x0300
	idTGTReq, idTGTRep        = 0x0400, 0x0401
)

// The flags of a wrap token (RFC 4121 4.2.2).
const flagAcceptor, flagSealed, flagAcceptorSubkey = 1, 2, 4

type (
	ticketPart struct {
		Domain, User string
		SessionKey   []byte
	}
	apReq   struct{ Ticket, Authenticator []byte }
	apParty struct { // the content of an authenticator and of an AP-REP
		Time   int64
		SubKey []byte
		Seq    uint64
	}
)

func token(id uint16, body any) []byte {
	b, _ := json.Marshal(body)
	return append(binary.BigEndian.AppendUint16(nil, id), b...)
}

func readToken(b []byte, body any) (id uint16, err error) {
	if len(b) < 2 {
		return 0, errors.New("krb: too short")
	}
	return binary.BigEndian.Uint16(b), json.Unmarshal(b[2:], body)
}

// ticketNeed asks for a service ticket; with TGT set for a user-to-user ticket,
// encrypted in the session key of that TGT. Answer or Fail answers it.
type ticketNeed struct {
	Service            string
	TGT                []byte
	ticket, sessionKey []byte
	err                error
}

func (n *ticketNeed) Answer(ticket, sessionKey []byte) { n.ticket, n.sessionKey = ticket, sessionKey }
func (n *ticketNeed) Fail(err error)                   { n.err = err }

// krbContext is what both ends have once they are established.
type krbContext struct {
	etype                etype
	rand                 io.Reader
	initiator, done      bool
	key                  []byte
	own, peer            apParty
	rrc                  int // 28 for the layout of SSPI, 0 for that of gss_wrap
	need                 *ticketNeed
	seals                uint32 // key usage of this end
	opens                uint32
	sendFlags, peerFlags byte
}

// establish chooses the key: the acceptor's subkey, which both have (RFC 4121 2).
func (c *krbContext) establish(acceptorSubkey []byte) {
	c.key, c.done = acceptorSubkey, true
	c.sendFlags, c.peerFlags = flagSealed|flagAcceptorSubkey, flagSealed|flagAcceptorSubkey|flagAcceptor
	c.seals, c.opens = usageClientSeal, usageAcceptorSeal
	if !c.initiator {
		c.sendFlags, c.peerFlags, c.seals, c.opens = c.peerFlags, c.sendFlags, c.opens, c.seals
	}
}

func (c *krbContext) Done() bool                    { return c.done }
func (c *krbContext) Name() string                  { return "Kerberos (sketch)" }
func (c *krbContext) Seal(p []byte) ([]byte, error) { return c.wrap(p, 0, c.rrc, c.rrc), nil }

func (c *krbContext) Need() any {
	if c.need == nil {
		return nil
	}
	return c.need
}

// wrap makes the token of RFC 4121 4.2.6.2: 05 04, flags, FF, EC, RRC, sequence
// number; then the encryption of plaintext, filler and header, rotated right.
func (c *krbContext) wrap(plaintext []byte, ec, rrc, rotation int) []byte {
	header := []byte{5, 4, c.sendFlags, 0xFF, byte(ec >> 8), byte(ec), 0, 0}
	header = binary.BigEndian.AppendUint64(header, c.own.Seq)
	c.own.Seq++
	body := c.etype.seal(c.key, c.seals, slices.Concat(plaintext, make([]byte, ec), header))
	binary.BigEndian.PutUint16(header[6:], uint16(rrc))
	cut := len(body) - rotation%len(body)
	return slices.Concat(header, body[cut:], body[:cut])
}

// Unseal undoes any RRC and any EC. SSPI's DCE style rotates by RRC + EC
// (MS-KILE 3.4.5.4.1), so that is tried too.
func (c *krbContext) Unseal(b []byte) ([]byte, error) {
	if len(b) < 16+28+16 || b[0] != 5 || b[1] != 4 || b[2] != c.peerFlags || b[3] != 0xFF {
		return nil, errors.New("krb: no wrap token of the peer")
	}
	ec, rrc, body := int(binary.BigEndian.Uint16(b[4:])), int(binary.BigEndian.Uint16(b[6:])), b[16:]
	header := slices.Concat(b[:6], []byte{0, 0}, b[8:16])
	if binary.BigEndian.Uint64(b[8:]) != c.peer.Seq {
		return nil, errors.New("krb: out of sequence")
	}
	for _, rotation := range []int{rrc, rrc + ec} {
		cut := rotation % len(body)
		plaintext, err := c.etype.open(c.key, c.opens, slices.Concat(body[cut:], body[:cut]))
		if n := len(plaintext) - 16 - ec; err == nil && n >= 0 && bytes.Equal(plaintext[n+ec:], header) {
			c.peer.Seq++
			return plaintext[:n], nil
		}
	}
	return nil, errors.New("krb: wrap token does not verify")
}

// krbInitiator is the client: TGT-REQ first if user-to-user, then AP-REQ, with
// mutual authentication.
type krbInitiator struct {
	krbContext
	service    string
	userToUser bool
	now        int64
	sessionKey []byte
}

func (i *krbInitiator) Peer() (domain, user string) { return "", "" }

func (i *krbInitiator) Step(in []byte) ([]byte, error) {
	if in == nil && i.userToUser {
		return token(idTGTReq, i.service), nil
	}
	if in == nil {
		i.need = &ticketNeed{Service: i.service}
		return nil, nil
	}
	var body []byte
	switch id, err := readToken(in, &body); {
	case err != nil:
		return nil, err
	case id == idTGTRep && i.userToUser && i.sessionKey == nil:
		i.need = &ticketNeed{Service: i.service, TGT: body}
		return nil, nil
	case id == idAPRep && i.sessionKey != nil && !i.done:
		return nil, i.mutual(body)
	default:
		return nil, fmt.Errorf("krb: token %#04x %q", id, body)
	}
}

func (i *krbInitiator) Resume() ([]byte, error) {
	n := i.need
	if i.need = nil; n.err != nil || n.ticket == nil {
		return nil, errors.Join(n.err, errors.New("krb: no ticket"))
	}
	i.sessionKey = n.sessionKey
	i.own = apParty{Time: i.now, SubKey: random(i.rand, 32), Seq: binary.BigEndian.Uint64(random(i.rand, 8)) >> 34}
	plain, _ := json.Marshal(i.own)
	return token(idAPReq, apReq{n.ticket, i.etype.seal(n.sessionKey, usageAPReq, plain)}), nil
}

// mutual checks that the acceptor could read the ticket.
func (i *krbInitiator) mutual(sealed []byte) error {
	plain, err := i.etype.open(i.sessionKey, usageAPRep, sealed)
	if err == nil {
		err = json.Unmarshal(plain, &i.peer)
	}
	if err != nil || i.peer.Time != i.own.Time {
		return errors.New("krb: AP-REP does not verify")
	}
	i.establish(i.peer.SubKey)
	return nil
}

// krbAcceptor is the server. Its key is that of its keytab, or for user-to-user
// the session key of its TGT.
type krbAcceptor struct {
	krbContext
	serviceKey, tgt []byte
	client          ticketPart
}

func (a *krbAcceptor) Peer() (domain, user string) { return a.client.Domain, a.client.User }
func (a *krbAcceptor) Resume() ([]byte, error)     { return nil, errors.New("krb: nothing to resume") }

func (a *krbAcceptor) Step(in []byte) ([]byte, error) {
	var body json.RawMessage
	id, err := readToken(in, &body)
	if err == nil && id == idTGTReq && a.tgt != nil {
		return token(idTGTRep, a.tgt), nil
	}
	if err == nil {
		if err = a.accept(id, body); err == nil {
			plain, _ := json.Marshal(a.own)
			return token(idAPRep, a.etype.seal(a.client.SessionKey, usageAPRep, plain)), nil
		}
	}
	return token(idError, []byte("KRB_AP_ERR")), err
}

func (a *krbAcceptor) accept(id uint16, body []byte) error {
	var request apReq
	if err := json.Unmarshal(body, &request); err != nil || id != idAPReq {
		return fmt.Errorf("krb: token %#04x is no AP-REQ: %w", id, err)
	}
	plain, err := a.etype.open(a.serviceKey, usageTicket, request.Ticket)
	if err == nil {
		err = json.Unmarshal(plain, &a.client)
	}
	if err == nil {
		plain, err = a.etype.open(a.client.SessionKey, usageAPReq, request.Authenticator)
	}
	if err == nil {
		err = json.Unmarshal(plain, &a.peer)
	}
	if err != nil {
		return fmt.Errorf("krb: AP-REQ does not verify: %w", err)
	}
	a.own = apParty{Time: a.peer.Time, SubKey: random(a.rand, 32), Seq: a.peer.Seq + 1000}
	a.establish(a.own.SubKey)
	return nil
}
