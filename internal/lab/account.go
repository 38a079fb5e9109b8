package lab

import (
	"maps"
	"slices"
	"strings"

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

// account finds a user by name, whatever the domain; nil is an unknown user.
func account(user string) *ntlm.Account {
	if a, ok := accounts[strings.ToLower(user)]; ok {
		return &a
	}
	return nil
}

// Users lists the account names.
func Users() []string { return slices.Sorted(maps.Keys(accounts)) }
