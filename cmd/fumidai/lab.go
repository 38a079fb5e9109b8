package main

import (
	"context"
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/internal/lab"
)

// labSchema names the form of a line of `lab --json`.
const labSchema = "fumidai.lab/1"

// jsonLabHost is one line of `lab --json`: where the host listens, its state,
// and the verdict that a correct check must reach.
type jsonLabHost struct {
	Schema  string    `json:"schema"`
	Address *string   `json:"address"` // null with --list
	Name    string    `json:"name"`
	Product string    `json:"product"`
	State   string    `json:"state"` // level, or why CredSSP is not in play
	CredSSP *int      `json:"credssp_version"`
	Fault   *string   `json:"fault"` // the name of what is wrong with it
	Truth   lab.Truth `json:"truth"`
}

func (p *program) labCommand() *cobra.Command {
	var f labFlags
	cmd := &cobra.Command{
		Use: "lab",
		RunE: func(cmd *cobra.Command, names []string) error {
			f.isFleet, f.isSeed = cmd.Flags().Changed("fleet"), cmd.Flags().Changed("seed")
			groups, err := f.groups(names)
			if err != nil {
				return err
			}
			options, err := f.options(groups)
			if err != nil {
				return err
			}
			if !f.listOnly {
				return p.runLab(cmd.Context(), options, groups, f.asJSON)
			}
			if err := p.listLab(groups, stopped(options.Hosts), f.asJSON); err != nil {
				return err
			}
			if f.asJSON || f.all || f.isFleet || len(names) > 0 {
				return nil
			}
			return p.say("ui.lab.more", map[string]any{"hosts": len(lab.All()) - len(options.Hosts)})
		},
	}
	cmd.Flags().BoolVar(&f.listOnly, "list", false, "")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "")
	cmd.Flags().BoolVar(&f.all, "all", false, "")
	cmd.Flags().IntVar(&f.fleet, "fleet", 0, "")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "")
	cmd.Flags().StringVar(&f.refuses, "force-refuses", "first-token", "")
	cmd.Flags().IntVar(&f.port, "port", 13389, "")
	cmd.Flags().StringVar(&f.address, "address", "127.0.0.1", "")
	cmd.Flags().StringVar(&f.network, "network", "", "")
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
func (p *program) runLab(ctx context.Context, o lab.Options, groups []lab.Group, asJSON bool) error {
	if !asJSON {
		o.Observe = func(e lab.Event) { fmt.Fprintln(p.stderr, p.labEvent(e)) }
	}
	l, err := lab.Start(ctx, o)
	if err != nil {
		return labMistake(err, o)
	}
	defer l.Close()
	if err := p.listLab(groups, l.Hosts, asJSON); err != nil {
		return err
	}
	if !asJSON {
		if err := p.say("ui.lab.running", map[string]any{"users": lab.Users(), "password": lab.Password, "address": l.Hosts[0].Address}); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return nil
}

// listLab lists the hosts of these groups; the groups have titles if there are
// several.
func (p *program) listLab(groups []lab.Group, hosts []lab.Running, asJSON bool) error {
	if asJSON {
		e := p.json()
		for _, h := range hosts {
			if err := e.Encode(labHost(h)); err != nil {
				return err
			}
		}
		return nil
	}
	var b strings.Builder
	states := 0 // the width of their column
	for _, h := range hosts {
		states = max(states, lipgloss.Width(p.labStateText(h.Host)))
	}
	for i, g := range groups {
		if len(groups) > 1 {
			fmt.Fprintf(&b, "%s%s\n", strings.Repeat("\n", min(i, 1)), bold.Render(p.text("ui.lab.group."+g.Name, nil)))
		}
		for _, h := range hosts[:len(g.Hosts)] {
			b.WriteString(p.labLine(h, states+2))
		}
		hosts = hosts[len(g.Hosts):]
	}
	_, err := lipgloss.Fprint(p.stdout, b.String())
	return err
}

// labLine is one host in the list, with so wide a column of states.
func (p *program) labLine(h lab.Running, states int) string {
	address, version, remark := "", "-", ""
	if h.Address.IsValid() {
		address = pad(h.Address.String(), 18)
	}
	if v := labHost(h).CredSSP; v != nil {
		version = fmt.Sprintf("CredSSP %d", *v)
	}
	if h.Fault != "" {
		remark = "  " + p.text("ui.fault."+faultKey(h.Fault), nil)
	}
	switch h.Screen {
	case lab.ShowCard:
		remark = "  " + p.text("ui.lab.shows_card", nil)
	case lab.ShowList:
		remark = "  " + p.text("ui.lab.shows_list", nil)
	case lab.ShowWaiting:
		remark = "  " + p.text("ui.lab.shows_waiting", nil)
	}
	return fmt.Sprintf("%s%s%s%s%s%s\n", address, pad(h.Name, 16), pad(version, 12), pad(p.labStateText(h.Host), states), p.product(h.Host), remark)
}

// faultKey is the name of a fault as part of a key.
func faultKey(name string) string { return strings.ToLower(strings.ReplaceAll(name, "-", "_")) }

func labHost(h lab.Running) jsonLabHost {
	out := jsonLabHost{Schema: labSchema, Name: h.Name, Product: h.Product, State: labState(h.Host), Fault: optional(h.Fault), Truth: h.Truth}
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

func (p *program) labStateText(h lab.Host) string { return p.text("ui.state."+labState(h), nil) }

// product is what a host plays: the name of a product or, where it plays none,
// words.
func (p *program) product(h lab.Host) string {
	if h.Security == lab.TLSOnly {
		return p.text("ui.lab.no_credssp", nil)
	}
	return h.Product
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
