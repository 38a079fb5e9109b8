package lab

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// Options says which hosts to run and where.
type Options struct {
	Hosts   []Host     // nil: Hosts()
	Address netip.Addr // of the listeners; zero: 127.0.0.1. Must be loopback
	Port    int        // of the first host, the others follow; 0: any free ports

	// Observe is told of each connection when it has ended; optional. It is
	// called from several goroutines.
	Observe func(Event)
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
const maxConnections = 256

// NotLoopbackError says that a lab was to listen where others could reach it.
type NotLoopbackError struct{ Address netip.Addr }

func (e *NotLoopbackError) Error() string {
	return fmt.Sprintf("lab: %s is not a loopback address", e.Address)
}

// Code is the stable name of the failure.
func (e *NotLoopbackError) Code() string { return "lab.not_loopback" }

// Kind tells whose fault it is: our caller's.
func (e *NotLoopbackError) Kind() string { return "misuse" }

// Args are the named values for a sentence about the failure.
func (e *NotLoopbackError) Args() map[string]any {
	return map[string]any{"address": e.Address.String()}
}

// Start runs hosts until Close or the end of ctx.
func Start(ctx context.Context, o Options) (*Lab, error) {
	if o.Hosts == nil {
		o.Hosts = Hosts()
	}
	if !o.Address.IsValid() {
		o.Address = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if !o.Address.IsLoopback() {
		return nil, &NotLoopbackError{o.Address}
	}
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	l := &Lab{cancel: cancel}
	for i, host := range o.Hosts {
		port := 0
		if o.Port != 0 {
			port = o.Port + i
		}
		listener, err := net.Listen("tcp", net.JoinHostPort(o.Address.String(), strconv.Itoa(port)))
		if err != nil {
			l.Close()
			return nil, err
		}
		certificate, err := certificate(key, host.Name, time.Now())
		if err != nil {
			listener.Close()
			l.Close()
			return nil, err
		}
		l.Hosts = append(l.Hosts, Running{host, listener.Addr().(*net.TCPAddr).AddrPort()})
		s := &server{host: host, certificates: []tls.Certificate{certificate}, observe: o.Observe}
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
