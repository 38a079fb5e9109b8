package lab

import (
	"maps"
	"slices"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
)

// Password is that of every lab account. It is printed: the lab holds nothing.
const Password = "Passw0rd!"

// accounts are those of every lab host. What is wrong with an account is told
// only to someone who knows its password.
var accounts = map[string]ntlm.Account{
	"alice":      {Hash: passwordHash},
	"expired":    {Hash: passwordHash, Status: credssp.StatusPasswordExpired},
	"mustchange": {Hash: passwordHash, Status: credssp.StatusPasswordMustChange},
	"locked":     {Hash: passwordHash, Status: credssp.StatusAccountLockedOut},
	"gone":       {Hash: passwordHash, Status: credssp.StatusAccountExpired},
	"disabled":   {Hash: passwordHash, Disabled: true},
}

var passwordHash = ntlm.HashPassword([]byte(Password))

// account finds a user by name; nil is an unknown user. Clients give all sorts
// of domains or none, and any will do, since all hosts are of one; but the names
// that a host reports are those of the account and not what the client said.
func account(user string) *ntlm.Account {
	for name, a := range accounts {
		if ntlm.EqualUser(name, user) {
			a.Domain, a.User = Domain, name
			return &a
		}
	}
	return nil
}

// Users lists the account names.
func Users() []string { return slices.Sorted(maps.Keys(accounts)) }
