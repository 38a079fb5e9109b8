package ntlm

import "crypto/hmac"

// Need is the question an Acceptor asks the outside: is this response right?
// It is answered by exactly one of Accept, Refuse and AnswerFrom.
type Need struct {
	User, Domain, Workstation string
	ServerChallenge           [8]byte
	NTResponse                []byte // NTProofStr (16 bytes) and NTLMv2_CLIENT_CHALLENGE
	LMResponse                []byte
	TargetName                string // MsvAvTargetName: what the client believes to talk to; "" if not said

	answered   bool
	accepted   bool
	sessionKey [16]byte // if accepted
	status     uint32   // if refused
}

// Account is what a list of accounts knows of a user.
type Account struct {
	Hash     NTHash
	Disabled bool

	// Status is told to a client that has given the right password: 0 to let it
	// in, or an NTSTATUS such as that of an expired password.
	Status uint32
}

// Accept answers that the response is right, with the session base key that
// whoever verified it computed.
func (n *Need) Accept(sessionBaseKey [16]byte) {
	n.answered, n.accepted, n.sessionKey = true, true, sessionBaseKey
}

// Refuse answers with an NTSTATUS. One that says success, such as 0, is replaced
// by STATUS_LOGON_FAILURE.
func (n *Need) Refuse(status uint32) {
	if status < 1<<31 { // the severity bits of MS-ERREF 2.3
		status = StatusLogonFailure
	}
	n.answered, n.accepted, n.sessionKey, n.status = true, false, [16]byte{}, status
}

// AnswerFrom answers out of a list of accounts; nil is an unknown user. An
// unknown user, a wrong password and a disabled account take the same path
// and get the same answer, STATUS_LOGON_FAILURE; any other status is only
// given to someone who knows the password. An account without a hash, all
// zeros, is nobody's: anybody can compute with zeros.
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
	default:
		n.Accept(base)
	}
	clear(base[:])
}
