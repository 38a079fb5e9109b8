package main

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"syscall"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
)

// labFlags are the flags of `fumidai lab`.
type labFlags struct {
	listOnly, asJSON bool

	all     bool
	isFleet bool // --fleet was given
	isSeed  bool // --seed was given
	fleet   int
	seed    uint64
	refuses string

	port             int
	address, network string
}

// groups are the hosts that the command line asks for: the standard lab, some by
// name, all, or a fleet.
func (f *labFlags) groups(names []string) ([]lab.Group, error) {
	asked := 0
	for _, given := range []bool{len(names) > 0, f.all, f.isFleet} {
		if given {
			asked++
		}
	}
	switch {
	case asked > 1:
		return nil, &misuseError{code: "ui.error.lab_choice", hint: "fumidai lab --all"}
	case f.isSeed && !f.isFleet:
		return nil, &misuseError{code: "ui.error.seed", hint: fmt.Sprintf("fumidai lab --fleet 200 --seed %d", f.seed)}
	case f.isFleet && (f.fleet < 1 || f.fleet > lab.MaxFleet):
		return nil, &misuseError{code: "ui.error.fleet", args: map[string]any{"max": lab.MaxFleet}, hint: "fumidai lab --fleet 200"}
	case f.isFleet:
		return []lab.Group{{Name: "fleet", Hosts: lab.Fleet(f.fleet, f.seed)}}, nil
	case f.all:
		return lab.Groups(), nil
	case len(names) == 0:
		return []lab.Group{{Hosts: lab.Shown()}}, nil
	}
	hosts, err := hostsNamed(names)
	return []lab.Group{{Hosts: hosts}}, err
}

// hostsNamed finds hosts by name, in any case, each once.
func hostsNamed(names []string) ([]lab.Host, error) {
	all := lab.All()
	var hosts []lab.Host
	for _, name := range names {
		is := func(h lab.Host) bool { return strings.EqualFold(h.Name, name) }
		i := slices.IndexFunc(all, is)
		switch {
		case i < 0:
			return nil, unknownLabHost(name, all)
		case !slices.ContainsFunc(hosts, is):
			hosts = append(hosts, all[i])
		}
	}
	return hosts, nil
}

// unknownLabHost suggests the host whose name is nearest.
func unknownLabHost(name string, all []lab.Host) error {
	e := &misuseError{code: "ui.error.lab_host", args: map[string]any{"name": printable(name)}, hint: "fumidai lab --list --all"}
	least := len(name)/2 + 1 // further away than that is another word
	for _, h := range all {
		if d := distance(strings.ToUpper(name), h.Name); d < least {
			least, e.hint = d, "fumidai lab "+h.Name
		}
	}
	return e
}

// options says where the hosts of these groups are to listen.
func (f *labFlags) options(groups []lab.Group) (lab.Options, error) {
	o := lab.Options{Port: f.port}
	var err error
	if o.Address, err = netip.ParseAddr(f.address); err != nil || !o.Address.IsLoopback() {
		return o, notLoopback(f.address, "--address 127.0.0.1")
	}
	if f.network != "" {
		if o.Network, err = netip.ParsePrefix(f.network); err != nil || !o.Network.Addr().IsLoopback() {
			return o, notLoopback(f.network, "--network 127.1.0.0/16")
		}
	}
	if f.port < 0 || f.port > 65000 {
		return o, &misuseError{code: "ui.error.port", hint: "fumidai lab --port 13389"}
	}
	point, ok := refusePoints[f.refuses]
	if !ok {
		return o, &misuseError{code: "ui.error.refuse_point", args: map[string]any{"point": printable(f.refuses)}, hint: "fumidai lab --force-refuses after-binding"}
	}
	for _, g := range groups {
		o.Hosts = append(o.Hosts, g.Hosts...)
	}
	for i := range o.Hosts {
		if o.Hosts[i].Level == credssp.ForceUpdatedClients {
			o.Hosts[i].Refuses = point
		}
	}
	return o, nil
}

func notLoopback(address, meant string) error {
	return &misuseError{code: "ui.error.loopback", args: map[string]any{"address": printable(address)}, hint: "fumidai lab " + meant}
}

// labMistake names a way out of what the lab cannot do with these options.
func labMistake(err error, o lab.Options) error {
	var room *lab.RoomError
	var descriptors *lab.DescriptorsError
	switch {
	case errors.As(err, &room) && o.Network.IsValid():
		return &misuseError{code: "ui.error.lab_room", args: room.Args(), hint: "fumidai lab --network 127.1.0.0/16"}
	case errors.As(err, &room):
		return &misuseError{code: "ui.error.lab_room", args: room.Args(), hint: "fumidai lab --port 0"}
	case errors.As(err, &descriptors):
		return &misuseError{code: "ui.error.descriptors", args: descriptors.Args(), hint: fmt.Sprintf("ulimit -n %d", descriptors.Need)}
	case errors.Is(err, syscall.EADDRINUSE):
		return &misuseError{code: "ui.error.port_in_use", args: map[string]any{"error": err.Error()}, hint: "fumidai lab --port 0"}
	}
	return err
}
