package lab

import (
	"fmt"
	"net/netip"
)

// addresses says where each host is to listen.
func (o *Options) addresses() ([]netip.AddrPort, error) {
	address, port := o.Address, o.Port
	switch {
	case o.Network.IsValid():
		address = o.Network.Masked().Addr()
	case !address.IsValid():
		address = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if !address.IsLoopback() {
		return nil, &NotLoopbackError{address}
	}
	if o.Network.IsValid() {
		address = address.Next() // as in a network of machines, whose first address is nobody's
	}
	all := make([]netip.AddrPort, len(o.Hosts))
	for i := range all {
		if port > 65535 || !address.IsLoopback() || o.Network.IsValid() && !o.Network.Contains(address) {
			return nil, &RoomError{Hosts: len(all), Room: i}
		}
		all[i] = netip.AddrPortFrom(address, uint16(port))
		switch {
		case o.Network.IsValid():
			address = address.Next()
		case port != 0:
			port++
		}
	}
	return all, nil
}

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

// RoomError says that the ports from the first one on, or the addresses of the
// network, are fewer than the hosts.
type RoomError struct{ Hosts, Room int }

func (e *RoomError) Error() string {
	return fmt.Sprintf("lab: room for %d of %d hosts", e.Room, e.Hosts)
}

// Code is the stable name of the failure.
func (e *RoomError) Code() string { return "lab.room" }

// Kind tells whose fault it is: our caller's.
func (e *RoomError) Kind() string { return "misuse" }

// Args are the named values for a sentence about the failure.
func (e *RoomError) Args() map[string]any { return map[string]any{"hosts": e.Hosts, "room": e.Room} }
