package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/fumidai/fumidai/internal/fieldtest"
	"github.com/fumidai/fumidai/internal/lab"
)

// fieldtestPassword is the environment variable with the password of the
// throw-away account, for those who do not want to type it.
const fieldtestPassword = "FUMIDAI_FIELDTEST_PASSWORD"

// fieldtestWire does what a step does on the network.
func (p *program) fieldtestWire(ctx context.Context, r *fieldtestRun) (*fieldtest.Recording, error) {
	switch r.step.Kind {
	case fieldtest.Look:
		return r.server.Look(ctx, r.step)
	case fieldtest.LogOn:
		password, err := p.password(ctx, r)
		if err != nil {
			return nil, err
		}
		defer clear(password)
		account := fieldtest.ParseAccount(r.user, password)
		r.names = append(r.names, account.Domain, account.User)
		return r.server.LogOn(ctx, r.step, account)
	case fieldtest.Listen:
		return p.fieldtestListen(ctx, r)
	}
	return &fieldtest.Recording{}, nil
}

// password comes from the environment or from the terminal.
func (p *program) password(ctx context.Context, r *fieldtestRun) ([]byte, error) {
	if s := p.env(fieldtestPassword); s != "" {
		return []byte(s), nil
	}
	if err := p.say("ui.fieldtest.password", map[string]any{"user": printable(r.user), "variable": fieldtestPassword}); err != nil {
		return nil, err
	}
	line, ok, err := r.typed.next(ctx)
	if err == nil && !ok {
		err = &misuseError{code: "ui.fieldtest.error.password", hint: r.meant}
	}
	return []byte(line), err
}

// fieldtestListen runs the hosts of the step until enough clients have come or
// Enter is pressed.
func (p *program) fieldtestListen(ctx context.Context, r *fieldtestRun) (*fieldtest.Recording, error) {
	enough := make(chan struct{})
	var sayErr error
	o := r.where
	o.Connections, o.Enough = r.connections, enough
	o.Started = func(waiting []fieldtest.Waiting) { sayErr = p.waiting(r, waiting) }
	o.Visited = func(c fieldtest.Connection) {
		reading, _ := c.Read()
		fmt.Fprintf(p.stdout, "  %s  %s; %s\n", c.Host, p.reading(reading), c.End)
	}
	if r.connections == 0 {
		go func() {
			if _, ok, err := r.typed.next(ctx); ok && err == nil {
				close(enough)
			}
		}()
	}
	recording, err := fieldtest.ListenFor(ctx, r.step, o)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, &misuseError{code: "ui.error.port_in_use", args: map[string]any{"error": err.Error()}, hint: "fumidai fieldtest run " + r.step.ID + " --listen 127.0.0.1:23389"}
	}
	return recording, errors.Join(err, sayErr)
}

// waiting says where the hosts are and who may log on.
func (p *program) waiting(r *fieldtestRun, waiting []fieldtest.Waiting) error {
	var b strings.Builder
	for _, w := range waiting {
		fmt.Fprintf(&b, "  %s%s\n", pad(w.Address.String(), 24), w.ID)
	}
	if _, err := fmt.Fprint(p.stdout, b.String()); err != nil {
		return err
	}
	code := "ui.fieldtest.waiting"
	if r.connections > 0 {
		code = "ui.fieldtest.waiting_for"
	}
	return p.say(code, map[string]any{"user": lab.Domain + `\alice`, "password": lab.Password, "connections": r.connections})
}

// namesHere are the names of this machine and its user.
func namesHere(env func(string) string) []string {
	var names []string
	if host, err := os.Hostname(); err == nil {
		short, _, _ := strings.Cut(host, ".")
		names = append(names, host, short)
	}
	for _, variable := range []string{"COMPUTERNAME", "USERNAME", "USERDOMAIN", "USERDNSDOMAIN", "USER"} {
		names = append(names, env(variable))
	}
	return names
}
