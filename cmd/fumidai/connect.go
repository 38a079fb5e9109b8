package main

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/viewer"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

// maxRedirections is how often one run follows a server that sends it on. A farm
// needs one, a list in front of a farm two.
const maxRedirections = 3

// The steps of a session that stands, after those of viewer and rdpio.
const (
	stepScreen  rdpio.Step = "screen"  // until the first picture was quiet
	stepSession rdpio.Step = "session" // after it
)

func (p *program) connectCommand() *cobra.Command {
	var f connectFlags
	cmd := &cobra.Command{
		Use: "connect HOST[:PORT]",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.parse(cmd, args, p.lang); err != nil {
				return err
			}
			return p.connect(cmd.Context(), &f)
		},
	}
	f.define(cmd.Flags())
	cmd.SetFlagErrorFunc(connectFlagError)
	return cmd
}

// connected is what became of one run.
type connected struct {
	target       target
	user         string
	at           time.Time
	pinned       bool
	redirections int
	steps        []timedStep
	session      *session // of the last connection; nil: none came to stand
	screenshot   string   // the file that was written
	failure      *failure // nil: everything worked
}

// timedStep is how long a step of a connection took.
type timedStep struct {
	Connection int // 1, and one more for each redirection
	Step       rdpio.Step
	Took       time.Duration
}

// session is what is known of a connection whose session stands or stood.
type session struct {
	protocol      string // as MS-RDPBCGR calls it
	credSSP       int    // 0 without NLA
	tlsVersion    uint16
	cipherSuite   uint16
	key           [32]byte
	width, height int
	quiet         bool // the screen was still in the end
}

// insecure reports whether the logon can be attacked: without NLA, or by the
// exchange of CVE-2018-0886, unless the key was pinned.
func (c *connected) insecure() bool {
	return c.session != nil && !c.pinned && c.session.credSSP < credssp.BindingVersion
}

// connect logs on, does what it was told, and reports.
func (p *program) connect(ctx context.Context, f *connectFlags) error {
	if f.screenshot != "" {
		if err := tryWriting(f.screenshot, f.meant("--screenshot other.png")); err != nil {
			return err
		}
	}
	password, err := p.connectPassword(ctx, f)
	if err != nil {
		return err
	}
	defer clear(password[:cap(password)])
	if f.tlsOnly {
		fmt.Fprintln(p.stderr, printable(p.text("ui.connect.tls_only", nil)))
	}
	c := &connected{target: f.target, user: f.user, at: time.Now(), pinned: f.pin != nil}
	steps := p.stepsOf(c)
	err = p.carry(ctx, f, c, steps, password)
	steps.end()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var ours *failureError
	if errors.As(err, &ours) {
		return err
	}
	if err != nil {
		c.failure = f.diagnose(err, steps.at)
		p.status = c.failure.status
	}
	if f.asJSON {
		return p.json().Encode(p.connectJSON(c))
	}
	return p.connectText(c)
}

// carry connects as often as it is sent on, and does in each session what is still
// to do.
func (p *program) carry(ctx context.Context, f *connectFlags, c *connected, steps *steps, password []byte) error {
	o := f.options(password)
	o.Progress = steps.begin
	todo := f.actions
	for {
		steps.stop(time.Now())
		steps.connection++
		v, err := viewer.Connect(ctx, o)
		if err == nil {
			todo, err = f.use(ctx, c, steps, v, todo)
			v.Close()
		}
		var elsewhere *viewer.RedirectedError
		switch {
		case !errors.As(err, &elsewhere):
			return err
		case elsewhere.RoutingToken == nil, c.redirections == maxRedirections:
			return &strayError{elsewhere, c.redirections}
		}
		c.redirections++
		c.session = nil
		o.RoutingToken, o.SessionID = elsewhere.RoutingToken, &elsewhere.SessionID
	}
}

// strayError is a redirection that is not followed.
type strayError struct {
	*viewer.RedirectedError
	followed int // so many before it were
}

// use does what is to do in a session, and returns what is left if the session ends
// before.
func (f *connectFlags) use(ctx context.Context, c *connected, steps *steps, v *viewer.Viewer, todo []action) ([]action, error) {
	steps.begin(stepScreen)
	state := v.TLS()
	c.session = &session{protocol: v.Selected.String(), credSSP: v.CredSSP, tlsVersion: state.Version,
		cipherSuite: state.CipherSuite, key: v.KeySHA256()}
	err := f.rest(ctx, c.session, v)
	if err != nil {
		return todo, err
	}
	if c.session.quiet {
		steps.stop(v.LastChange()) // waiting to be sure took no longer
	}
	steps.begin(stepSession)
	for len(todo) > 0 && err == nil {
		if err = v.Send(ctx, todo[0].events); err == nil {
			todo = todo[1:] // what the server does about it is no reason to send it again
			err = f.rest(ctx, c.session, v)
		}
	}
	if err != nil || f.screenshot == "" {
		return todo, err
	}
	picture := v.Screenshot()
	err = writeFile(f.screenshot, func(w io.Writer) error { return png.Encode(w, picture) })
	if err == nil {
		c.screenshot = f.screenshot
	}
	return todo, err
}

// rest waits until the screen is quiet, or has been restless for long enough.
func (f *connectFlags) rest(ctx context.Context, s *session, v *viewer.Viewer) error {
	patience, cancel := context.WithTimeout(ctx, f.wait)
	defer cancel()
	err := v.Quiet(patience, f.quiet)
	if patience.Err() != nil && errors.Is(err, patience.Err()) && ctx.Err() == nil {
		if !v.Drawn() {
			return &blankError{}
		}
		err = nil
		s.quiet = false
	} else {
		s.quiet = err == nil
	}
	size := v.Desktop()
	s.width, s.height = size.X, size.Y
	return err
}

// blankError says that a session stood and nothing was drawn.
type blankError struct{}

func (*blankError) Error() string { return "the server draws nothing" }

// Code is the stable name of the failure.
func (*blankError) Code() string { return "connect.blank" }

// Kind tells whose fault it is: the server's.
func (*blankError) Kind() string { return "misbehaved" }

// steps notes how long each step takes, and shows a person who waits which one it
// is.
type steps struct {
	p          *program
	c          *connected
	terminal   bool
	connection int
	at         rdpio.Step // the step that is under way, or was the last one
	since      time.Time
}

func (p *program) stepsOf(c *connected) *steps {
	file, ok := p.stderr.(*os.File)
	return &steps{p: p, c: c, terminal: ok && isTerminal(file)}
}

func (s *steps) begin(step rdpio.Step) {
	s.stop(time.Now())
	s.at, s.since = step, time.Now()
	if s.terminal {
		fmt.Fprintf(s.p.stderr, "\r%s …\x1b[K", s.p.text("ui.connect.step."+string(step), nil))
	}
}

// end closes the last step and clears the line.
func (s *steps) end() {
	s.stop(time.Now())
	if s.terminal {
		fmt.Fprint(s.p.stderr, "\r\x1b[K")
	}
}

// stop keeps the time of the step that is under way; of what comes after the first
// picture it would be no measure of anything.
func (s *steps) stop(at time.Time) {
	if !s.since.IsZero() && s.at != stepSession {
		s.c.steps = append(s.c.steps, timedStep{s.connection, s.at, max(0, at.Sub(s.since))})
	}
	s.since = time.Time{}
}
