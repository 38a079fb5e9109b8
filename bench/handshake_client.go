package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/spnego"
)

// batch is a number of handshakes of one variant.
type batch struct {
	Variant variant `json:"variant"`
	Address string  `json:"address"`
	Count   int     `json:"count"`
}

// inFlight is how many handshakes a client has under way: enough that neither
// end sleeps between two of them.
const inFlight = 4

// handshakeClient is a child: it connects, waits for the byte that follows the
// handshake, and hangs up.
func handshakeClient(args []string) error {
	stop, err := profiled("handshake-client", args)
	if err != nil {
		return err
	}
	defer stop()
	return serveOrders(answer{}, func(o order) answer {
		if o.Batch == nil {
			return answer{Error: "nothing to do"}
		}
		return o.Batch.run(context.Background())
	})
}

func (b *batch) run(ctx context.Context) answer {
	a := answer{Latencies: make([]time.Duration, b.Count)}
	var next atomic.Int64
	var failure atomic.Pointer[string]
	var wait sync.WaitGroup
	from := processorTime()
	for range inFlight {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.Count); i = next.Add(1) - 1 {
				start := time.Now()
				if err := b.connect(ctx); err != nil {
					text := err.Error()
					failure.Store(&text)
				}
				a.Latencies[i] = time.Since(start)
			}
		})
	}
	wait.Wait()
	a.Used = processorTime() - from
	if text := failure.Load(); text != nil {
		a.Error = *text
	}
	return a
}

func (b *batch) connect(ctx context.Context) error {
	dialer := net.Dialer{Timeout: stepTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", b.Address)
	if err != nil {
		return err
	}
	defer conn.Close()
	secure, err := b.secure(ctx, conn)
	if err != nil {
		return err
	}
	if err := secure.SetDeadline(time.Now().Add(stepTimeout)); err != nil {
		return err
	}
	_, err = secure.Read(make([]byte, 1))
	return err
}

// secure performs the handshake of the variant.
func (b *batch) secure(ctx context.Context, conn net.Conn) (net.Conn, error) {
	v := b.Variant
	if v.Layer == stockTLS {
		t := tls.Client(conn, &tls.Config{
			MinVersion: v.Version, MaxVersion: v.Version, InsecureSkipVerify: true,
			SessionTicketsDisabled: true, DynamicRecordSizingDisabled: true,
		})
		if err := conn.SetDeadline(time.Now().Add(stepTimeout)); err != nil {
			return nil, err
		}
		return t, t.Handshake()
	}
	secure, err := rdpio.ClientTLSWithin(ctx, conn, rdpio.TLSClientOptions{
		MinVersion: v.Version, MaxVersion: v.Version, CheckCertificate: rdpio.AnyCertificate,
	}, stepTimeout)
	if err != nil || v.Layer == ourTLS {
		return secure, err
	}
	client, err := newCredSSPClient(v.Layer, secure.SubjectPublicKey())
	if err != nil {
		return nil, err
	}
	_, err = rdpio.RunClient(ctx, secure, client, nil, stepTimeout)
	return secure, err
}

func newCredSSPClient(l layer, publicKey []byte) (*credssp.Client, error) {
	mechanism, err := initiateMechanism(l)
	if err != nil {
		return nil, err
	}
	return credssp.NewClient(credssp.ClientConfig{
		Level: credssp.ForceUpdatedClients, PublicKey: publicKey, Mechanism: mechanism,
		Credentials: credssp.NewPasswordCreds(netBIOSDomain, user, []byte(password)), Rand: rand.Reader,
	})
}

func initiateMechanism(l layer) (credssp.Mechanism, error) {
	client, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: netBIOSDomain, User: user, Hash: ntlm.HashPassword([]byte(password)), Workstation: "BENCH-CLIENT",
		TargetName: "TERMSRV/bench-server." + dnsDomain, Rand: rand.Reader, Now: time.Now,
	})
	if err != nil || l == nlaNTLM {
		return client, err
	}
	return spnego.NewInitiator([]spnego.Offer{{OID: spnego.NTLM, Mechanism: client}})
}
