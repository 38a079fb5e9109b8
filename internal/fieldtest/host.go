package fieldtest

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/spnego"
)

// Bounds of what a client may send before and after CredSSP, in bytes.
const (
	requestLimit = 4096
	rdpLimit     = 8192
)

// patience is how long a client may take for a message inside TLS: somebody may
// be looking at a warning about the certificate.
const patience = 2 * time.Minute

// hostName is what our hosts call themselves.
const hostName = "FIELDTEST"

// accounts are those of our hosts, with the lab's password. What is wrong with
// one is told only to somebody who knows it.
var accounts = map[string]uint32{
	"alice":      0,
	"disabled":   credssp.StatusAccountDisabled,
	"expired":    credssp.StatusPasswordExpired,
	"mustchange": credssp.StatusPasswordMustChange,
}

// keys are the certificates of our hosts.
type keys struct{ rsa, ec tls.Certificate }

// ownKeys makes them when they are first needed: RSA keys take their time.
var ownKeys = sync.OnceValues(func() (*keys, error) { return newKeys(time.Now()) })

func newKeys(now time.Time) (*keys, error) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	k := &keys{}
	if k.rsa, err = certificate(rsaKey, now); err != nil {
		return nil, err
	}
	k.ec, err = certificate(ecKey, now)
	return k, err
}

// certificate is self-signed, as Windows makes it for its own listener.
func certificate(key crypto.Signer, now time.Time) (tls.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: hostName},
		DNSNames:     []string{hostName},
		NotBefore:    now.Add(-24 * time.Hour),
		NotAfter:     now.Add(7 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}

// serve plays a host on one connection. nil is a visitor who did not ask for
// RDP.
func (k *keys) serve(ctx context.Context, conn net.Conn, h Host) *Connection {
	frame, err := rdpio.ReadFrame(ctx, conn, requestLimit, DefaultTimeout)
	if err != nil {
		return nil
	}
	request, err := x224.ParseConnectionRequest(frame)
	if err != nil {
		return nil
	}
	c := &Connection{Host: h.ID, Stated: h.Version}
	if request.Negotiation != nil {
		c.Requested = uint32(request.Negotiation.Protocols)
	}
	c.End = endCode(k.logOn(ctx, conn, h, c))
	return c
}

// logOn performs Network Level Authentication and waits for the first message
// of RDP. What was delegated is wiped at once.
func (k *keys) logOn(ctx context.Context, conn net.Conn, h Host, c *Connection) error {
	selected, err := confirm(ctx, conn, h, x224.Protocol(c.Requested))
	if err != nil {
		return err
	}
	cert := k.rsa
	if h.EC {
		cert = k.ec
	}
	options := rdpio.TLSServerOptions{Certificates: []tls.Certificate{cert}, MaxVersion: h.MaxTLS, Legacy: true}
	secure, err := rdpio.ServerTLSWithin(ctx, conn, options, patience)
	if err != nil {
		return err
	}
	c.TLS = tlsOf(secure.State(), cert.Leaf)
	t := &tape{Conn: secure}
	err = authenticate(ctx, t, h, secure.SubjectPublicKey())
	c.Messages = t.messages
	if err != nil {
		return err
	}
	if selected == x224.ProtocolHybridEx {
		result := credssp.AuthorizationSuccess
		if h.Denies {
			result = credssp.AuthorizationDenied
		}
		number := uint32(result)
		c.Early = &number
		if err := rdpio.Write(ctx, secure, result.Append(nil), patience); err != nil {
			return err
		}
	}
	_, err = rdpio.ReadFrame(ctx, secure, rdpLimit, patience)
	c.WentOn = err == nil
	return err
}

// confirm selects CredSSP or refuses.
func confirm(ctx context.Context, conn net.Conn, h Host, requested x224.Protocol) (x224.Protocol, error) {
	answer := &x224.ConnectionConfirm{SourceRef: 0x1234} // MS-RDPBCGR 3.3.5.3.2
	selected := x224.ProtocolHybrid
	switch {
	case h.EarlyAuth && requested&x224.ProtocolHybridEx != 0:
		selected = x224.ProtocolHybridEx
	case requested&x224.ProtocolHybrid == 0:
		answer.Failure = &x224.NegotiationFailure{FailureCode: x224.FailureHybridRequired}
	}
	if answer.Failure == nil {
		answer.Negotiation = &x224.NegotiationResponse{Flags: x224.ResponseExtendedClientData, SelectedProtocol: selected}
	}
	frame, err := x224.AppendConnectionConfirm(nil, answer)
	if err != nil {
		return 0, err
	}
	if err := rdpio.Write(ctx, conn, frame, DefaultTimeout); err != nil {
		return 0, err
	}
	if answer.Failure != nil {
		return 0, answer.Failure
	}
	return selected, nil
}

func authenticate(ctx context.Context, conn net.Conn, h Host, publicKey []byte) error {
	acceptor, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{
		NetBIOSComputer: hostName, NetBIOSDomain: lab.Domain,
		DNSComputer: strings.ToLower(hostName) + "." + lab.DNSDomain, DNSDomain: lab.DNSDomain, DNSForest: lab.DNSDomain,
		DomainMember: true, Version: ntlm.Version{Major: 10, Build: 17763, Revision: 15}, Rand: rand.Reader, Now: time.Now,
	})
	if err != nil {
		return err
	}
	defer acceptor.Wipe()
	mechanism, err := spnego.NewAcceptor([]spnego.Offer{{OID: spnego.NTLM, Mechanism: acceptor}})
	if err != nil {
		return err
	}
	server, err := credssp.NewServer(credssp.ServerConfig{Level: h.Level, Version: h.Version, Refuses: h.Refuses,
		PublicKey: publicKey, Mechanism: mechanism})
	if err != nil {
		return err
	}
	identity, err := rdpio.RunServer(ctx, conn, server, resolve, patience)
	if err != nil {
		return err
	}
	identity.Credentials().Wipe()
	return nil
}

// resolve answers out of the printed accounts.
func resolve(_ context.Context, need any) error {
	n, ok := need.(*ntlm.Need)
	if !ok {
		return fmt.Errorf("fieldtest: unknown need %T", need)
	}
	var account *ntlm.Account
	if status, ok := accounts[strings.ToLower(n.User)]; ok {
		account = &ntlm.Account{Hash: ntlm.HashPassword([]byte(lab.Password)), Status: status}
	}
	n.AnswerFrom(account)
	return nil
}
