package lab

import (
	"slices"

	"github.com/fumidai/fumidai/credssp"
)

// Group is a named part of all the hosts that the lab knows.
type Group struct {
	Name  string
	Hosts []Host
}

// Groups lists all hosts: the standard lab, those that show a card, every Windows
// at every level that exists of it, and one host per fault.
func Groups() []Group {
	return []Group{
		{"standard", Hosts()},
		{"screens", screenHosts()},
		{"windows", windowsHosts()},
		{"faults", faultyHosts()},
	}
}

// Shown lists the hosts of a lab that nobody has chosen hosts for: the standard
// lab and those that show a card.
func Shown() []Host { return append(Hosts(), screenHosts()...) }

// All lists the hosts of all groups.
func All() []Host {
	var all []Host
	for _, g := range Groups() {
		all = append(all, g.Hosts...)
	}
	return all
}

// windowsHosts names each by its shape and by what brings it to its level: the
// update of the month with the policy not configured, or the policy.
func windowsHosts() []Host {
	var hosts []Host
	for _, s := range Shapes() {
		add := func(suffix string, level credssp.Level) {
			hosts = append(hosts, s.Host(s.Name+"-"+suffix, level))
		}
		if s.Unfixed != 0 {
			add("NONE", LevelOf(NotPatched, NotConfigured))
			add("MARCH", LevelOf(March2018, NotConfigured))
			add("MAY", LevelOf(May2018, NotConfigured))
		} else {
			add("DEFAULT", LevelOf(May2018, NotConfigured))
			add("VULN", LevelOf(May2018, SetVulnerable))
		}
		add("FORCE", LevelOf(May2018, SetForce))
	}
	return hosts
}

// screenHosts show what the gateway shows when there is no desktop.
func screenHosts() []Host {
	var hosts []Host
	for _, s := range []struct {
		name   string
		screen Screen
	}{{"CARD", ShowCard}, {"CARD-LIST", ShowList}, {"CARD-WAIT", ShowWaiting}} {
		h := server2022().Host(s.name, credssp.Mitigated)
		h.Screen = s.screen
		hosts = append(hosts, h)
	}
	return hosts
}

// faultyHosts are all Windows Server 2022, which speaks TLS 1.3 too.
func faultyHosts() []Host {
	var hosts []Host
	for _, f := range Faults() {
		hosts = append(hosts, f.Apply(server2022().Host(f.Name, credssp.Mitigated)))
	}
	return hosts
}

func server2022() Shape {
	all := Shapes()
	return all[slices.IndexFunc(all, func(s Shape) bool { return s.Name == "2022" })]
}
