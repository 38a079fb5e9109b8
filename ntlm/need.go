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
	sessionKey [16]byte
	status     uint32 // of a refusal, else 0
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
	n.answered, n.sessionKey, n.status = true, sessionBaseKey, 0
}

// Refuse answers with an NTSTATUS.
func (n *Need) Refuse(status uint32) {
	n.answered, n.sessionKey, n.status = true, [16]byte{}, status
}

// AnswerFrom answers out of a list of accounts; nil is an unknown user. An
// unknown user, a wrong password and a disabled account take the same path
// and get the same answer, STATUS_LOGON_FAILURE; any other status is only
// given to someone who knows the password.
func (n *Need) AnswerFrom(account *Account) {
	known := account != nil
	if !known {
		account = &Account{}
	}
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
