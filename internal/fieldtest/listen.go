package fieldtest

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// ListenOptions says where a listening step waits, and for how long.
type ListenOptions struct {
	Address        netip.AddrPort // of the first host, the others follow; port 0: any free ones
	BeyondLoopback bool           // Address may be one that others can reach

	Connections int              // end after so many; 0: when Enough is closed
	Enough      <-chan struct{}  // optional
	Started     func([]Waiting)  // told where the hosts wait; optional
	Visited     func(Connection) // told of each connection when it has ended; optional, not concurrent
}

// Waiting is a host that waits for clients.
type Waiting struct {
	Host
	Address netip.AddrPort
}

// AddressError says that an address may not be listened on.
type AddressError struct{ Address netip.AddrPort }

func (e *AddressError) Error() string {
	return fmt.Sprintf("fieldtest: %s is not to be listened on", e.Address)
}

// Code is the stable name of the failure.
func (e *AddressError) Code() string { return "fieldtest.address" }

// Kind tells whose fault it is: our caller's.
func (e *AddressError) Kind() string { return "misuse" }

// Args are the named values for a sentence about the failure.
func (e *AddressError) Args() map[string]any { return map[string]any{"address": e.Address.String()} }

// Check allows loopback, and one named address beyond it if that is wanted;
// never all addresses at once. Its error is an *AddressError.
func (o ListenOptions) Check(s Step) error {
	addr := o.Address.Addr()
	bad := !addr.IsValid() || addr.IsUnspecified() || addr.IsMulticast() || !addr.IsLoopback() && !o.BeyondLoopback
	if bad || int(o.Address.Port())+len(s.Hosts) > 1<<16 {
		return &AddressError{o.Address}
	}
	return nil
}

// ListenFor runs the hosts of a step and records who comes.
func ListenFor(ctx context.Context, step Step, o ListenOptions) (*Recording, error) {
	if err := o.Check(step); err != nil {
		return nil, err
	}
	keys, err := ownKeys()
	if err != nil {
		return nil, err
	}
	listeners, waiting, err := open(step.Hosts, o.Address)
	if err != nil {
		return nil, err
	}
	if o.Started != nil {
		o.Started(waiting)
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	book := &guestBook{o: o, full: stop}
	var wait sync.WaitGroup
	for i, listener := range listeners {
		wait.Go(func() {
			stop := context.AfterFunc(running, func() { listener.Close() })
			defer stop()
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				turn := book.comes()
				if turn < 0 {
					conn.Close()
					continue
				}
				wait.Go(func() {
					defer conn.Close()
					book.leaves(turn, keys.serve(running, conn, step.Hosts[i]))
				})
			}
		})
	}
	select {
	case <-o.Enough:
	case <-running.Done():
	}
	stop()
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &Recording{connections: book.list()}, nil
}

// open listens for every host, or for none.
func open(hosts []Host, first netip.AddrPort) (listeners []net.Listener, waiting []Waiting, err error) {
	for i, h := range hosts {
		address := first
		if first.Port() != 0 {
			address = netip.AddrPortFrom(first.Addr(), first.Port()+uint16(i))
		}
		listener, err := net.Listen("tcp", address.String())
		if err != nil {
			for _, l := range listeners {
				l.Close()
			}
			return nil, nil, err
		}
		listeners = append(listeners, listener)
		waiting = append(waiting, Waiting{h, listener.Addr().(*net.TCPAddr).AddrPort()})
	}
	return listeners, waiting, nil
}

// guestBook keeps the connections in the order in which they came.
type guestBook struct {
	o    ListenOptions
	full func()

	mu    sync.Mutex
	came  int
	left  int
	pages [maxConnections]*Connection
}

// comes gives a number to a connection, -1 if there are too many.
func (b *guestBook) comes() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.came == maxConnections {
		return -1
	}
	b.came++
	return b.came - 1
}

// leaves notes a connection; nil is one that said nothing of RDP.
func (b *guestBook) leaves(turn int, c *Connection) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c == nil {
		return
	}
	b.pages[turn] = c
	if b.o.Visited != nil {
		b.o.Visited(*c)
	}
	if b.left++; b.left == b.o.Connections {
		b.full()
	}
}

func (b *guestBook) list() []Connection {
	var all []Connection
	for _, c := range b.pages {
		if c != nil {
			all = append(all, *c)
		}
	}
	return all
}
