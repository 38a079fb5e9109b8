package spnego

import "github.com/fumidai/fumidai/rdp/wire"

// state is one awaited message, with all that is known while it is awaited.
// States are values: a step gives the next one.
type state interface {
	// step takes the awaited message. With an error there is no next state, and
	// the reply is the mechanism's own error token, if any.
	step(token []byte) (reply []byte, next state, err error)
	// refusal is what the peer is sent after a failed step.
	refusal(mechToken []byte) []byte
	// name is the mechanism for people.
	name() string
}

// machine is a state and the way from it to the next.
type machine struct{ state state }

func (m *machine) step(token []byte) ([]byte, error) {
	if len(token) > MaxToken {
		r := wire.NewReader("NegotiationToken", token)
		r.Failf("length", "%d bytes, limit is %d", len(token), MaxToken)
		return m.move(nil, nil, r.Err())
	}
	return m.move(m.state.step(token))
}

func (m *machine) resume() ([]byte, error) {
	switch s := m.state.(type) {
	case awaitAnswer:
		return m.move(s.resume())
	case dead:
		return nil, errDead
	}
	return m.move(nil, nil, failure(AnswerUnasked))
}

func (m *machine) move(reply []byte, next state, err error) ([]byte, error) {
	if err != nil {
		reply = m.state.refusal(reply)
		next = dead{label: m.state.name()}
	}
	m.state = next
	return reply, err
}

func (m *machine) need() any {
	if s, ok := m.state.(awaitAnswer); ok {
		return s.mech.Need()
	}
	return nil
}

// context is the established mechanism, or the error for using it too early.
func (m *machine) context() (Mechanism, error) {
	switch s := m.state.(type) {
	case established:
		return s.mech, nil
	case dead:
		return nil, errDead
	}
	return nil, failure(NotEstablished)
}

func (m *machine) done() bool {
	_, ok := m.state.(established)
	return ok
}

func (m *machine) seal(plaintext []byte) ([]byte, error) {
	mech, err := m.context()
	if err != nil {
		return nil, err
	}
	return mech.Seal(plaintext)
}

func (m *machine) unseal(sealed []byte) ([]byte, error) {
	mech, err := m.context()
	if err != nil {
		return nil, err
	}
	return mech.Unseal(sealed)
}

func (m *machine) peer() (domain, user string) {
	mech, err := m.context()
	if err != nil {
		return "", ""
	}
	return mech.Peer()
}

// continuation goes on with a mechanism's reply.
type continuation func(reply []byte) ([]byte, state, error)

// run gives the mechanism a token and goes on with its reply: at once, or when
// the answer that it needs has come.
func run(from state, mech Mechanism, token []byte, then continuation) ([]byte, state, error) {
	reply, err := mech.Step(token)
	return awaitAnswer{state: from, mech: mech, then: then}.proceed(reply, err)
}

// awaitAnswer waits for an answer from outside in the midst of the step of
// another state, which lends it name and refusal.
type awaitAnswer struct {
	state
	mech Mechanism
	then continuation
}

func (s awaitAnswer) step([]byte) ([]byte, state, error) { return nil, nil, failure(AnswerPending) }

func (s awaitAnswer) resume() ([]byte, state, error) {
	reply, err := s.mech.Resume()
	return s.proceed(reply, err)
}

func (s awaitAnswer) proceed(reply []byte, err error) ([]byte, state, error) {
	switch {
	case err != nil:
		return reply, nil, err
	case s.mech.Need() != nil:
		return nil, s, nil
	}
	return s.then(reply)
}

// established awaits no message.
type established struct {
	silent
	mech  Mechanism
	label string
}

func (s established) step([]byte) ([]byte, state, error) { return nil, nil, failure(AlreadyDone) }
func (s established) name() string                       { return s.label }

// dead is the state after any failure.
type dead struct {
	silent
	label string
}

var errDead = failure(Dead)

func (s dead) step([]byte) ([]byte, state, error) { return nil, nil, errDead }
func (s dead) name() string                       { return s.label }

// silent states send nothing after a failure.
type silent struct{}

func (silent) refusal([]byte) []byte { return nil }

// rejecting states send negState reject, with the mechanism's error token.
type rejecting struct{}

func (rejecting) refusal(mechToken []byte) []byte {
	return negTokenResp{state: reject, responseToken: mechToken}.marshal()
}

// parseResp reads a message that must be a NegTokenResp.
func parseResp(token []byte) (*negTokenResp, error) {
	t, err := parseToken(token)
	if err != nil {
		return nil, err
	}
	if t.resp == nil {
		return nil, failure(MessageUnexpected)
	}
	return t.resp, nil
}
