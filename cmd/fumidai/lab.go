package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"syscall"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/verdict"
)

// labSchema names the form of a line of `lab --json`.
const labSchema = "fumidai.lab/1"

// jsonLabHost is one line of `lab --json`: where the host listens, its state,
// and the verdict that a correct check must reach.
type jsonLabHost struct {
	Schema  string  `json:"schema"`
	Address *string `json:"address"` // null with --list
	Name    string  `json:"name"`
	Product string  `json:"product"`
	State   string  `json:"state"` // level, or why CredSSP is not in play
	CredSSP *int    `json:"credssp_version"`
	Truth   struct {
		Update verdict.Update `json:"update"`
		NLA    verdict.NLA    `json:"nla"`
	} `json:"truth"`
}

func (p *program) labCommand() *cobra.Command {
	var listOnly, asJSON bool
	var port int
	var address string
	cmd := &cobra.Command{
		Use:  "lab",
		Args: p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			addr, err := netip.ParseAddr(address)
			if err != nil || !addr.IsLoopback() {
				return &misuseError{code: "ui.error.loopback", args: map[string]any{"address": printable(address)}, hint: "fumidai lab --address 127.0.0.1"}
			}
			if port < 0 || port > 65000 {
				return &misuseError{code: "ui.error.port", hint: "fumidai lab --port 13389"}
			}
			if listOnly {
				return p.listLab(stopped(lab.Hosts()), asJSON)
			}
			return p.runLab(cmd.Context(), lab.Options{Address: addr, Port: port}, asJSON)
		},
	}
	cmd.Flags().BoolVar(&listOnly, "list", false, "")
	cmd.Flags().BoolVar(&asJSON, "json", false, "")
	cmd.Flags().IntVar(&port, "port", 13389, "")
	cmd.Flags().StringVar(&address, "address", "127.0.0.1", "")
	return cmd
}

// stopped lists hosts without addresses.
func stopped(hosts []lab.Host) []lab.Running {
	var all []lab.Running
	for _, h := range hosts {
		all = append(all, lab.Running{Host: h})
	}
	return all
}

// runLab runs the hosts until the user ends them.
func (p *program) runLab(ctx context.Context, o lab.Options, asJSON bool) error {
	if !asJSON {
		o.Observe = func(e lab.Event) { fmt.Fprintln(p.stderr, p.labEvent(e)) }
	}
	l, err := lab.Start(ctx, o)
	if errors.Is(err, syscall.EADDRINUSE) {
		return &misuseError{code: "ui.error.port_in_use", args: map[string]any{"error": err.Error()}, hint: "fumidai lab --port 0"}
	}
	if err != nil {
		return err
	}
	defer l.Close()
	if err := p.listLab(l.Hosts, asJSON); err != nil {
		return err
	}
	if !asJSON {
		fmt.Fprintln(p.stdout, p.text("ui.lab.running", map[string]any{"users": lab.Users(), "password": lab.Password, "address": l.Hosts[0].Address}))
	}
	<-ctx.Done()
	return nil
}

func (p *program) listLab(hosts []lab.Running, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(p.stdout)
		for _, h := range hosts {
			if err := e.Encode(labHost(h)); err != nil {
				return err
			}
		}
		return nil
	}
	var b strings.Builder
	for _, h := range hosts {
		address := ""
		if h.Address.IsValid() {
			address = pad(h.Address.String(), 18)
		}
		version := "-"
		if v := labHost(h).CredSSP; v != nil {
			version = fmt.Sprintf("CredSSP %d", *v)
		}
		fmt.Fprintf(&b, "%s%s%s%s%s\n", address, pad(h.Name, 16), pad(version, 12), pad(p.text("ui.state."+labState(h.Host), nil), 34), h.Product)
	}
	_, err := lipgloss.Fprint(p.stdout, b.String())
	return err
}

func labHost(h lab.Running) jsonLabHost {
	out := jsonLabHost{Schema: labSchema, Name: h.Name, Product: h.Product, State: labState(h.Host)}
	out.Truth.Update, out.Truth.NLA = h.Truth.Update, h.Truth.NLA
	if h.Address.IsValid() {
		address := h.Address.String()
		out.Address = &address
	}
	if h.UsesNLA() {
		out.CredSSP = &h.CredSSP
	}
	return out
}

// labState says in one word what a host is there for.
func labState(h lab.Host) string {
	switch h.Security {
	case lab.TLSOnly:
		return "tls_only"
	case lab.RDPOnly:
		return "rdp_only"
	case lab.RDPBefore2008:
		return "rdp_before_2008"
	}
	return levelName(h.Level)
}

// labEvent is one line about a connection to a lab host.
func (p *program) labEvent(e lab.Event) string {
	line := fmt.Sprintf("%-14s %s", e.Host, e.Remote)
	if e.PeerVersion != 0 {
		line += fmt.Sprintf("  CredSSP %d", e.PeerVersion)
	}
	if e.User != "" {
		line += "  " + printable(e.Domain+`\`+e.User)
	}
	if e.Err != nil {
		line += "  " + printable(e.Err.Error())
	}
	return line
}
