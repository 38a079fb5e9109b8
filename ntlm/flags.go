package ntlm

// Flags is the NEGOTIATE structure of MS-NLMP 2.2.2.5.
type Flags uint32

// The flags that this package names, in the order of their bits.
const (
	FlagUnicode                 Flags = 1 << 0
	FlagOEM                     Flags = 1 << 1
	FlagRequestTarget           Flags = 1 << 2
	FlagSign                    Flags = 1 << 4
	FlagSeal                    Flags = 1 << 5
	FlagDatagram                Flags = 1 << 6
	FlagLMKey                   Flags = 1 << 7
	FlagNTLM                    Flags = 1 << 9
	FlagAnonymous               Flags = 1 << 11
	FlagDomainSupplied          Flags = 1 << 12
	FlagWorkstationSupplied     Flags = 1 << 13
	FlagAlwaysSign              Flags = 1 << 15
	FlagTargetTypeDomain        Flags = 1 << 16
	FlagTargetTypeServer        Flags = 1 << 17
	FlagExtendedSessionSecurity Flags = 1 << 19
	FlagIdentify                Flags = 1 << 20
	FlagNonNTSessionKey         Flags = 1 << 22
	FlagTargetInfo              Flags = 1 << 23
	FlagVersion                 Flags = 1 << 25
	Flag128                     Flags = 1 << 29
	FlagKeyExchange             Flags = 1 << 30
	Flag56                      Flags = 1 << 31
)

// Has reports whether all of want are set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// required is what either end insists on. NTLMv2 with sealing is meaningless
// without extended session security, and 40- or 56-bit keys protect nothing.
const required = FlagUnicode | FlagNTLM | FlagSign | FlagSeal | FlagExtendedSessionSecurity | Flag128

// offered is what the client asks for and the acceptor at most grants.
const offered = required | FlagRequestTarget | FlagAlwaysSign | FlagTargetInfo |
	FlagVersion | FlagKeyExchange | Flag56
