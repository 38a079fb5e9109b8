package lab

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/fumidai/fumidai/internal/screen"
)

// Options says which hosts to run and where.
type Options struct {
	Hosts []Host // nil: Hosts()

	// Address is that of all listeners; zero: 127.0.0.1. The first host gets
	// Port, the others follow; 0: any free ports.
	Address netip.Addr
	Port    int

	// Network, if it is valid, gives each host an address of its own instead, from
	// the first one of the network on, and all of them the same Port. Linux has
	// the whole of 127.0.0.0/8; other systems have single addresses of it.
	Network netip.Prefix

	// Observe is told of each connection when it has ended; optional. It is
	// called from several goroutines.
	Observe func(Event)

	// ObserveActive is told of each connection whose client is about to see the
	// screen; optional. It is called from several goroutines.
	ObserveActive func(Event, *screen.Session)
}

// Lab is a running lab.
type Lab struct {
	Hosts []Running

	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// Running is one host of a lab and where it listens.
type Running struct {
	Host
	Address netip.AddrPort
}

// maxConnections bounds what one host serves at a time.
const maxConnections = 2048

// Start runs hosts until Close or the end of ctx. Idle hosts cost a listener and
// the goroutine that waits on it; keys and certificates are made for the first
// client that needs them.
func Start(ctx context.Context, o Options) (*Lab, error) {
	if o.Hosts == nil {
		o.Hosts = Hosts()
	}
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	addresses, err := o.addresses()
	if err != nil {
		return nil, err
	}
	if err := enoughDescriptors(len(o.Hosts)); err != nil {
		return nil, err
	}
	keys := newKeys()
	ctx, cancel := context.WithCancel(ctx)
	l := &Lab{cancel: cancel}
	for i, host := range o.Hosts {
		listener, err := net.Listen("tcp", addresses[i].String())
		if err != nil {
			l.Close()
			return nil, err
		}
		l.Hosts = append(l.Hosts, Running{host, listener.Addr().(*net.TCPAddr).AddrPort()})
		s := &server{host: host, observe: o.Observe, observeActive: o.ObserveActive}
		s.certificates = sync.OnceValues(func() ([]tls.Certificate, error) { return keys.certificates(host) })
		l.wait.Go(func() { s.listen(ctx, listener) })
	}
	return l, nil
}

// Close ends all hosts and their connections and waits for them.
func (l *Lab) Close() {
	l.cancel()
	l.wait.Wait()
}

// listen accepts connections until ctx ends.
func (s *server) listen(ctx context.Context, listener net.Listener) {
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	var connections sync.WaitGroup
	defer connections.Wait()
	slots := make(chan struct{}, maxConnections)
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond) // out of descriptors: let some close
			continue
		}
		slots <- struct{}{}
		connections.Go(func() {
			defer func() { <-slots }()
			defer conn.Close()
			s.observe(s.serve(ctx, conn))
		})
	}
}
