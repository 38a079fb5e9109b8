package ntlm

import "crypto/hmac"

// Need is the question an Acceptor asks the outside: is this response right?
// It is answered by exactly one of Accept, AcceptAs, Refuse and AnswerFrom.
//
// User, Domain and Workstation are the client's words. A right response proves
// that it knows the password that belongs to User; it proves nothing about
// Domain, which the client mixes into the key as it likes (MS-NLMP 3.3.2). An
// account is therefore looked up by both, or the domain is ignored.
type Need struct {
	User, Domain, Workstation string
	ServerChallenge           [8]byte
	NTResponse                []byte // NTProofStr (16 bytes) and NTLMv2_CLIENT_CHALLENGE
	LMResponse                []byte
	TargetName                string // MsvAvTargetName: what the client believes to talk to; "" if not said

	answered   bool
	accepted   bool
	sessionKey [16]byte // if accepted
	peer       peerName // if accepted
	status     uint32   // if refused
}

// Account is what a list of accounts knows of a user.
type Account struct {
	Hash     NTHash
	Disabled bool

	// Status is told to a client that has given the right password: 0 to let it
	// in, or an NTSTATUS such as that of an expired password.
	Status uint32

	// Domain and User are the names under which the account is listed, which
	// Acceptor.Peer returns. They are optional and go together: without User,
	// Peer repeats the names that the client gave.
	Domain, User string
}

// peerName is who was authenticated.
type peerName struct{ domain, user string }

// Accept answers that the response is right, with the session base key that
// whoever verified it computed. Acceptor.Peer then repeats the names that the
// client gave: whoever verifies looks them up by domain and user, or calls
// AcceptAs.
func (n *Need) Accept(sessionBaseKey [16]byte) {
	n.AcceptAs(sessionBaseKey, n.Domain, n.User)
}

// AcceptAs is Accept with the names of the account that was found, which
// Acceptor.Peer returns instead of the client's.
func (n *Need) AcceptAs(sessionBaseKey [16]byte, domain, user string) {
	n.answered, n.accepted, n.sessionKey, n.peer = true, true, sessionBaseKey, peerName{domain, user}
}

// Refuse answers with an NTSTATUS. One that says success, such as 0, is replaced
// by STATUS_LOGON_FAILURE.
func (n *Need) Refuse(status uint32) {
	if status < 1<<31 { // the severity bits of MS-ERREF 2.3
		status = StatusLogonFailure
	}
	n.answered, n.accepted, n.status = true, false, status
	n.sessionKey, n.peer = [16]byte{}, peerName{}
}

// AnswerFrom answers out of a list of accounts; nil is an unknown user. An
// unknown user, a wrong password and a disabled account take the same path
// and get the same answer, STATUS_LOGON_FAILURE; any other status is only
// given to someone who knows the password. An account without a hash, all
// zeros, is nobody's: anybody can compute with zeros.
//
// The names of the account, if it has them, are those that Acceptor.Peer
// returns. Without them the names are the client's words, and the account must
// have been looked up by (Domain, User).
func (n *Need) AnswerFrom(account *Account) {
	if account == nil {
		account = &Account{}
	}
	known := account.Hash != NTHash{}
	key := responseKey(&account.Hash, n.User, n.Domain)
	defer clear(key)
	right := false
	if len(n.NTResponse) > 16 {
		proof := hmacMD5(key, n.ServerChallenge[:], n.NTResponse[16:])
		right = hmac.Equal(proof, n.NTResponse[:16])
	}
	base := [16]byte(hmacMD5(key, n.NTResponse[:min(16, len(n.NTResponse))]))
	switch {
	case !right || !known || account.Disabled:
		n.Refuse(StatusLogonFailure)
	case account.Status != 0:
		n.Refuse(account.Status)
	case account.User != "":
		n.AcceptAs(base, account.Domain, account.User)
	default:
		n.Accept(base)
	}
	clear(base[:])
}
